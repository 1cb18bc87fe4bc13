//! Runs a scenario.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use assignment_request::{
    Action, Callout, Command, Decide, Event, Limits, PatternCache, Policy, Rejection, Request,
    SubmissionRefusal,
};
use assignment_request_graph::{ReadError, ReadOptions, read_create, read_policy, read_resume};
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::expect::differences;
use super::line::{After, Outcome, ScenarioLine, StepLine, Unusable};
use super::scenario::{Instance, LAST_CALLOUT, Scenario, Step, StepAction};
use super::verify::verify;
use crate::complain::complain;

/// Runs scenarios and writes their lines.
pub(crate) struct Output<W: Write> {
    writer: W,
    scenario: u64,
    has_differences: bool,
    options: ReadOptions,
    /// Scenarios often share patterns.
    patterns: PatternCache,
    events: Vec<Event>,
    /// The events of the scenario so far, where they are verified.
    history: Option<Vec<Event>>,
}

impl<W: Write> Output<W> {
    pub(crate) fn new(writer: W, verify: bool) -> Self {
        Self {
            writer,
            scenario: 0,
            has_differences: false,
            options: ReadOptions::default(),
            patterns: PatternCache::new(),
            events: Vec::new(),
            history: verify.then(Vec::new),
        }
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    /// Whether a line differed from what its step expects.
    pub(crate) const fn has_differences(&self) -> bool {
        self.has_differences
    }

    /// Runs one scenario.
    pub(crate) fn scenario(&mut self, file: &Path, scenario: &Scenario<'_>) -> io::Result<()> {
        match self.policy(scenario) {
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
                self.print(&line)?;
                // The steps are skipped, so this line is all that can meet their expectations.
                for (index, step) in scenario.steps.iter().enumerate() {
                    self.compare(file, index, step, &line)?;
                }
            }
        }
        self.scenario += 1;
        Ok(())
    }

    fn policy(&mut self, scenario: &Scenario<'_>) -> Result<Policy, Unusable> {
        let spec = read_policy(scenario.policy.get().as_bytes(), &self.options).map_err(|error| {
            Unusable::Unreadable { code: error.code().into(), path: error.path().to_owned() }
        })?;
        let policy =
            Policy::compile_with(&spec, &Limits::DEFAULT, &mut self.patterns).map_err(Unusable::Policy)?;
        let rules = scenario.rules.0.validate().map_err(|bad| Unusable::Rules(bad.code()))?;
        Ok(policy.with_rules(rules))
    }

    fn step(
        &mut self,
        file: &Path,
        policy: &Policy,
        id: Uuid,
        index: usize,
        step: &Step<'_>,
        request: &mut Option<Request>,
    ) -> io::Result<()> {
        let mut events = std::mem::take(&mut self.events);
        events.clear();
        let refusal = perform(policy, id, step, request, &mut events, &self.options).err();
        let outcome = match refusal {
            None => Outcome::Accepted(&events),
            Some(Refusal::Unreadable(error)) => {
                Outcome::Unreadable { code: error.code().into(), path: error.path().to_owned() }
            }
            Some(Refusal::Rejected(rejection)) => Outcome::Refused(rejection.code()),
            Some(Refusal::Submission(SubmissionRefusal::Rejected(rejection))) => {
                Outcome::Refused(rejection.code())
            }
            Some(Refusal::Submission(SubmissionRefusal::Invalid(violations))) => Outcome::Invalid(violations),
        };
        let line =
            StepLine { scenario: self.scenario, step: index, outcome, after: After::from(request.as_ref()) };
        self.print(&line)?;
        self.compare(file, index, step, &line)?;
        self.verify(file, index, request.as_ref(), &events);
        self.events = events;
        Ok(())
    }

    fn print(&mut self, line: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.writer, line)?;
        self.writer.write_all(b"\n")
    }

    /// Compares a line with what a step expects, and says on standard error where they differ.
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
            self.has_differences = true;
            complain(&format_args!(
                "{}: scenario {}, step {index}: {difference}",
                file.display(),
                self.scenario
            ));
        }
        Ok(())
    }
}

impl<W: Write> Output<W> {
    /// Checks that the request can be stored, where that is asked for.
    fn verify(&mut self, file: &Path, index: usize, request: Option<&Request>, events: &[Event]) {
        let (Some(history), Some(request)) = (&mut self.history, request) else { return };
        history.extend_from_slice(events);
        if let Err(fault) = verify(request, history) {
            self.has_differences = true;
            complain(&format_args!("{}: scenario {}, step {index}: {fault}", file.display(), self.scenario));
        }
    }
}

/// Why a step is refused.
enum Refusal {
    Unreadable(ReadError),
    Submission(SubmissionRefusal),
    Rejected(Rejection),
}

impl From<ReadError> for Refusal {
    fn from(error: ReadError) -> Self {
        Self::Unreadable(error)
    }
}

impl From<Rejection> for Refusal {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

/// Does what a step says; the events are put into `events`.
fn perform(
    policy: &Policy,
    id: Uuid,
    step: &Step<'_>,
    request: &mut Option<Request>,
    events: &mut Vec<Event>,
    options: &ReadOptions,
) -> Result<(), Refusal> {
    // What cannot be read is answered before anything is judged (J13).
    let action = match &step.action {
        StepAction::Submit { body, existing } => {
            let draft = read_create(body.get().as_bytes(), options)?;
            if request.is_some() {
                return Err(Rejection::AlreadySubmitted.into());
            }
            let (submitted, event) = policy
                .submit(id, &draft, existing.as_ref(), step.actor, step.at)
                .map_err(Refusal::Submission)?;
            events.push(event);
            *request = Some(submitted);
            return Ok(());
        }
        StepAction::Resume(body) => {
            let body = name_last_callout(body, request.as_ref());
            Action::Resume(read_resume(body.as_bytes(), options)?)
        }
        StepAction::Process { target } => Action::Process { target: *target },
        StepAction::Decide(decide) => Action::Decide(Decide {
            stage: decide.stage,
            tier: decide.tier,
            decision: decide.decision,
            justification: decide.justification.as_deref().map(Arc::from),
        }),
        StepAction::Cancel => Action::Cancel,
        StepAction::Reprocess => Action::Reprocess,
        StepAction::ReportDelivery { attempt, outcome } => {
            Action::ReportDelivery { attempt: *attempt, outcome: *outcome }
        }
        StepAction::ReportCalloutFailed { instance, detail } => Action::ReportCalloutFailed {
            instance: match instance {
                Instance::Id(id) => *id,
                Instance::Last => last_callout(request.as_ref()),
            },
            detail: detail.as_deref().map(Arc::from),
        },
        StepAction::Elapse => Action::Elapse,
    };
    let Some(request) = request else { return Err(Rejection::NoRequest.into()) };
    let command = Command { actor: step.actor, expected_revision: step.revision, action };
    request.handle_into(&command, step.at, events)?;
    Ok(())
}

/// The callout started last; nil where none was.
fn last_callout(request: Option<&Request>) -> Uuid {
    request.and_then(|request| request.callouts().last()).map_or(Uuid::nil(), Callout::instance)
}

/// Puts the id of the callout started last where a resume body says `$callout`.
fn name_last_callout<'a>(body: &'a RawValue, request: Option<&Request>) -> Cow<'a, str> {
    #[derive(serde::Deserialize)]
    struct Body<'a> {
        #[serde(borrow)]
        data: Data<'a>,
    }

    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Data<'a> {
        #[serde(borrow)]
        custom_extension_stage_instance_id: &'a RawValue,
    }

    let text = body.get();
    // A body that is not of this form is for the adapter to refuse.
    let Ok(Body { data }) = serde_json::from_str(text) else { return Cow::Borrowed(text) };
    let named = data.custom_extension_stage_instance_id.get();
    if serde_json::from_str::<Cow<'_, str>>(named).is_ok_and(|name| name == LAST_CALLOUT) {
        let start = named.as_ptr() as usize - text.as_ptr() as usize;
        let (before, rest) = text.split_at_checked(start).unwrap_or_default();
        let after = rest.get(named.len()..).unwrap_or_default();
        return Cow::Owned(format!("{before}\"{}\"{after}", last_callout(request)));
    }
    Cow::Borrowed(text)
}
