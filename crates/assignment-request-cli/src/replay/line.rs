//! The lines that `replay` prints.

use assignment_request::{
    ApprovalStageViolations, Event, Phase, PolicyError, Request, RulesError, State, Status, Timestamp,
    Violation, Violations,
};
use assignment_request_graph::ReadError;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::output::{BrokenRule, MOST_VIOLATIONS, in_a_message};

/// The result of a step.
pub(crate) enum Outcome<'a> {
    Accepted(&'a [Event]),
    Refused(&'static str),
    /// The body cannot be read.
    Unreadable {
        code: &'static str,
        path: String,
    },
    Invalid(Violations<Violation>),
    /// The approval stage of a resume breaks rules.
    BadApprovalStage(ApprovalStageViolations),
}

/// The request after a step. The members are null if there is no request.
pub(crate) struct After {
    state: Option<State>,
    status: Option<Status>,
    revision: u64,
    next_deadline: Option<Timestamp>,
}

impl From<Option<&Request>> for After {
    fn from(request: Option<&Request>) -> Self {
        Self {
            state: request.map(Request::state),
            status: request.map(Request::status),
            revision: request.map_or(0, Request::revision),
            next_deadline: request.and_then(Request::next_deadline).map(|deadline| deadline.at),
        }
    }
}

impl After {
    /// Writes the members into a line.
    pub(crate) fn serialize_into<M: SerializeMap>(&self, line: &mut M) -> Result<(), M::Error> {
        line.serialize_entry("state", &self.state)?;
        line.serialize_entry("status", &self.status)?;
        line.serialize_entry("revision", &self.revision)?;
        line.serialize_entry("nextDeadline", &self.next_deadline)
    }
}

/// Says what a request in this phase waits for. Empty if it waits for nothing.
pub(crate) fn waited_for(phase: Phase) -> String {
    match phase {
        Phase::Accepted { .. } => "processing".to_owned(),
        Phase::WaitingForCallback { stage, held: None, .. } => format!("callback at {stage}"),
        Phase::WaitingForCallback { stage, held: Some(_), .. } => format!("late callback at {stage}"),
        Phase::PendingApproval { stage, .. } => format!("approval stage {stage}"),
        Phase::Scheduled { .. } => "start".to_owned(),
        Phase::Delivering { .. } => "report of delivery".to_owned(),
        Phase::PartiallyDelivered | Phase::DeliveryFailed(_) => "reprocessing".to_owned(),
        Phase::Delivered | Phase::Denied(_) | Phase::Canceled(_) => String::new(),
    }
}

/// The line of a step.
pub(crate) struct StepLine<'a> {
    pub(crate) scenario: u64,
    pub(crate) step: usize,
    pub(crate) outcome: Outcome<'a>,
    pub(crate) after: After,
}

impl Serialize for StepLine<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut line = serializer.serialize_map(None)?;
        line.serialize_entry("scenario", &self.scenario)?;
        line.serialize_entry("step", &self.step)?;
        line.serialize_entry("ok", &matches!(self.outcome, Outcome::Accepted(_)))?;
        match &self.outcome {
            Outcome::Accepted(events) => line.serialize_entry("events", &Names(events))?,
            Outcome::Refused(code) => line.serialize_entry("code", code)?,
            Outcome::Unreadable { code, path } => {
                line.serialize_entry("code", code)?;
                line.serialize_entry("path", path)?;
            }
            Outcome::Invalid(violations) => {
                line.serialize_entry("code", "invalidRequest")?;
                serialize_violations(violations, &mut line)?;
            }
            Outcome::BadApprovalStage(violations) => {
                let faults = violations
                    .iter()
                    .map(|violation| Fault { code: violation.code(), path: violation.path().to_owned() });
                line.serialize_entry("code", "badApprovalStage")?;
                line.serialize_entry("violations", &faults.collect::<Vec<_>>())?;
            }
        }
        self.after.serialize_into(&mut line)?;
        line.end()
    }
}

/// Why a scenario's steps are skipped.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unusable {
    /// The policy cannot be read.
    #[error("policy: {0}")]
    Unreadable(ReadError),
    /// The policy is refused.
    #[error("policy: {}", in_a_message(.0.violations()))]
    Policy(PolicyError),
    /// The rules are refused.
    #[error("rules: {0}")]
    Rules(RulesError),
}

/// The line of a scenario whose steps are skipped.
pub(crate) struct ScenarioLine {
    pub(crate) scenario: u64,
    pub(crate) unusable: Unusable,
}

impl Serialize for ScenarioLine {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut line = serializer.serialize_map(None)?;
        line.serialize_entry("scenario", &self.scenario)?;
        line.serialize_entry("step", &())?;
        line.serialize_entry("ok", &false)?;
        match &self.unusable {
            Unusable::Unreadable(error) => {
                line.serialize_entry("code", <&str>::from(error.code()))?;
                line.serialize_entry("path", error.path())?;
            }
            Unusable::Policy(violations) => {
                line.serialize_entry("code", "invalidPolicy")?;
                serialize_violations(violations.violations(), &mut line)?;
            }
            Unusable::Rules(bad) => line.serialize_entry("code", bad.code())?,
        }
        line.end()
    }
}

/// The names of events.
pub(crate) struct Names<'a>(pub(crate) &'a [Event]);

impl Serialize for Names<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(Event::name))
    }
}

/// A violation as a line shows it.
#[derive(serde::Serialize)]
struct Fault {
    code: &'static str,
    path: String,
}

/// Writes the first violations, and how many more there are (rule J17).
fn serialize_violations<V: BrokenRule, M: SerializeMap>(
    violations: &Violations<V>,
    line: &mut M,
) -> Result<(), M::Error> {
    let written: Vec<_> = violations
        .iter()
        .take(MOST_VIOLATIONS)
        .map(|violation| Fault { code: violation.code(), path: violation.path() })
        .collect();
    line.serialize_entry("violations", &written)?;
    match violations.iter().len() - written.len() {
        0 => Ok(()),
        left_out => line.serialize_entry("violationsLeftOut", &left_out),
    }
}
