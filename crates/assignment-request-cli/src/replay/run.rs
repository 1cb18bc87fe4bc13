//! Runs a scenario.

use std::fmt::Display;
use std::io;
use std::path::Path;

use assignment_request::{Event, PatternCache, Policy, Rejection, Request, RequestId, SubmissionError};
use assignment_request_graph::ReadOptions;
use serde::Serialize;

use crate::output::{Lines, file_name};
use crate::replay::expect::differences;
use crate::replay::line::{After, Outcome, ScenarioLine, StepLine};
use crate::replay::perform::{StepError, perform, policy};
use crate::replay::progress::Progress;
use crate::replay::scenario::{Scenario, Step};
use crate::replay::verify::verify;

/// Runs scenarios, and writes their lines.
pub(crate) struct Output {
    lines: Lines,
    scenario: u64,
    has_differences: bool,
    options: ReadOptions,
    /// Scenarios often share patterns.
    patterns: PatternCache,
    events: Vec<Event>,
    /// The events of the scenario so far. `None` if `--verify` is not given.
    history: Option<Vec<Event>>,
    progress: Progress,
}

impl Output {
    pub(crate) fn new(verify: bool, progress: Progress) -> Self {
        Self {
            lines: Lines::open(),
            scenario: 0,
            has_differences: false,
            options: ReadOptions::default(),
            patterns: PatternCache::new(),
            events: Vec::new(),
            history: verify.then(Vec::new),
            progress,
        }
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.lines.flush()
    }

    /// Updates the progress bar with the number of bytes read.
    pub(crate) fn advance(&mut self, position: u64) {
        self.progress.advance(position);
    }

    /// Removes the progress bar.
    pub(crate) fn end_progress(&mut self) {
        self.progress.end();
    }

    /// Whether a line differed from what its step expects.
    pub(crate) const fn has_differences(&self) -> bool {
        self.has_differences
    }

    /// Runs one scenario.
    pub(crate) fn scenario(&mut self, file: &Path, scenario: &Scenario<'_>) -> io::Result<()> {
        match policy(scenario, &self.options, &mut self.patterns) {
            Ok(policy) => {
                let mut request = None;
                if let Some(history) = &mut self.history {
                    history.clear();
                }
                for (index, step) in scenario.steps.iter().enumerate() {
                    self.step(file, &policy, scenario.id, index, step, &mut request)?;
                }
            }
            Err(unusable) => {
                let line = ScenarioLine { scenario: self.scenario, unusable };
                self.lines.write(&line)?;
                // The steps are skipped, so only this line can meet their expectations.
                for (index, step) in scenario.steps.iter().enumerate() {
                    self.compare(file, index, step, &line)?;
                }
            }
        }
        self.scenario += 1;
        Ok(())
    }

    fn step(
        &mut self,
        file: &Path,
        policy: &Policy,
        id: RequestId,
        index: usize,
        step: &Step<'_>,
        request: &mut Option<Request>,
    ) -> io::Result<()> {
        let mut events = std::mem::take(&mut self.events);
        events.clear();
        let refusal = perform(policy, id, step, request, &mut events, &self.options).err();
        let outcome = match refusal {
            None => Outcome::Accepted(&events),
            Some(StepError::Unreadable(error)) => {
                Outcome::Unreadable { code: error.code().into(), path: error.path().to_owned() }
            }
            Some(StepError::Rejected(Rejection::BadApprovalStage { violations })) => {
                Outcome::BadApprovalStage(violations)
            }
            Some(StepError::Rejected(rejection)) => Outcome::Refused(rejection.code()),
            Some(StepError::Submission(SubmissionError::Rejected(rejection))) => {
                Outcome::Refused(rejection.code())
            }
            Some(StepError::Submission(SubmissionError::Invalid(violations))) => Outcome::Invalid(violations),
        };
        let line =
            StepLine { scenario: self.scenario, step: index, outcome, after: After::from(request.as_ref()) };
        self.lines.write(&line)?;
        self.compare(file, index, step, &line)?;
        self.verify(file, index, request.as_ref(), &events);
        self.events = events;
        Ok(())
    }

    /// Compares a line with what a step expects, and reports differences on standard error.
    fn compare(
        &mut self,
        file: &Path,
        index: usize,
        step: &Step<'_>,
        line: &impl Serialize,
    ) -> io::Result<()> {
        let Some(expect) = &step.expect else { return Ok(()) };
        let line = serde_json::to_value(line)?;
        for difference in differences(expect, &line) {
            self.report(file, index, &difference);
        }
        Ok(())
    }

    /// Checks that the request can be stored and read back, if `--verify` is given.
    fn verify(&mut self, file: &Path, index: usize, request: Option<&Request>, events: &[Event]) {
        let (Some(history), Some(request)) = (&mut self.history, request) else { return };
        history.extend_from_slice(events);
        if let Err(fault) = verify(request, history) {
            self.report(file, index, &fault);
        }
    }

    /// Reports on standard error what is wrong with a step.
    fn report(&mut self, file: &Path, index: usize, fault: &dyn Display) {
        self.has_differences = true;
        self.progress.complain(&format_args!(
            "{}: scenario {}, step {index}: {fault}",
            file_name(file),
            self.scenario
        ));
    }
}
