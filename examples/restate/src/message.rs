//! What is sent to the objects: commands, in a form that the engine keeps and delivers.

use std::sync::Arc;

use assignment_request::{
    Action, Actor, CalloutId, Command, DeliveryOutcome, StageDecision, SubjectId, Tier, Timestamp,
};
use assignment_request_graph::{
    ReadError, ReadOptions, StageReview, read_decision, read_resume, write_decision, write_resume,
};
use serde::{Deserialize, Serialize};

/// A command, and when it was given.
///
/// The time is that of the host that took the command. The engine keeps it with the command, so a handler that is run
/// again decides as it did before.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Given {
    pub actor: Actor,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_revision: Option<u64>,
    pub action: Ask,
    /// 100 ns ticks since 1970, UTC.
    pub now: i64,
}

/// An action. Callbacks and decisions are in Graph's JSON, which has a strict reader.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Ask {
    Process { target: Option<SubjectId> },
    Resume { body: String },
    Decide { stage: u32, tier: Tier, body: String },
    Cancel,
    Reprocess,
    ReportDelivery { attempt: u32, outcome: DeliveryOutcome },
    ReportCalloutFailed { instance: CalloutId, detail: Option<Arc<str>> },
    Elapse,
}

/// A message cannot be read. Nothing that this program sends is refused.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    #[error("the body of the message: {0}")]
    Body(#[from] ReadError),
    #[error("{0} is no time")]
    Time(i64),
}

impl Given {
    pub fn new(command: &Command, now: Timestamp) -> Self {
        Self {
            actor: command.actor,
            expected_revision: command.expected_revision,
            action: Ask::from(&command.action),
            now: now.ticks(),
        }
    }

    /// Returns the command and its time.
    pub fn read(self) -> Result<(Command, Timestamp), MessageError> {
        let now = Timestamp::from_ticks(self.now).ok_or(MessageError::Time(self.now))?;
        let action = self.action.read()?;
        Ok((Command { actor: self.actor, expected_revision: self.expected_revision, action }, now))
    }
}

impl From<&Action> for Ask {
    fn from(action: &Action) -> Self {
        match action {
            Action::Process { target } => Self::Process { target: *target },
            Action::Resume(resume) => {
                let mut body = Vec::new();
                write_resume(resume, &mut body);
                Self::Resume { body: text(body) }
            }
            Action::DecideStage(StageDecision { stage, tier, decision, justification }) => {
                let mut body = Vec::new();
                let review = StageReview { decision: *decision, justification: justification.clone() };
                write_decision(&review, &mut body);
                Self::Decide { stage: *stage, tier: *tier, body: text(body) }
            }
            Action::Cancel => Self::Cancel,
            Action::Reprocess => Self::Reprocess,
            Action::ReportDelivery { attempt, outcome } => {
                Self::ReportDelivery { attempt: *attempt, outcome: *outcome }
            }
            Action::ReportCalloutFailed { instance, detail } => {
                Self::ReportCalloutFailed { instance: *instance, detail: detail.clone() }
            }
            Action::Elapse => Self::Elapse,
        }
    }
}

impl Ask {
    fn read(self) -> Result<Action, MessageError> {
        let options = ReadOptions::default();
        Ok(match self {
            Self::Process { target } => Action::Process { target },
            Self::Resume { body } => Action::Resume(read_resume(body.as_bytes(), &options)?),
            Self::Decide { stage, tier, body } => {
                let StageReview { decision, justification } = read_decision(body.as_bytes(), &options)?;
                Action::DecideStage(StageDecision { stage, tier, decision, justification })
            }
            Self::Cancel => Action::Cancel,
            Self::Reprocess => Action::Reprocess,
            Self::ReportDelivery { attempt, outcome } => Action::ReportDelivery { attempt, outcome },
            Self::ReportCalloutFailed { instance, detail } => {
                Action::ReportCalloutFailed { instance, detail }
            }
            Self::Elapse => Action::Elapse,
        })
    }
}

/// The writers of the adapter write UTF-8.
fn text(json: Vec<u8>) -> String {
    String::from_utf8(json).unwrap_or_default()
}
