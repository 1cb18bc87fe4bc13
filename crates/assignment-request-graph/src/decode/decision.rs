//! The body with which an approver decides about a stage.

use std::sync::Arc;

use assignment_request::ApprovalDecision;

use crate::body::{BodyKind, read_body};
use crate::json::{Reader, match_member};
use crate::{ReadError, ReadOptions};

/// An approver's decision about a stage (v1.0) or step (beta), as it is written. Which stage it is about is in the
/// path of its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageReview {
    /// `reviewResult`.
    pub decision: ApprovalDecision,
    /// Why.
    pub justification: Option<Arc<str>>,
}

/// Reads the body with which an approver decides about a stage.
///
/// # Errors
///
/// The first fault of the JSON text, else the first fault of the shape ([`ReadCode`](crate::ReadCode) has both), else
/// `missing` where there is no `reviewResult`.
///
/// ```
/// use assignment_request::{Action, StageDecision, Tier};
/// use assignment_request_graph::{ReadOptions, StageReview, read_decision};
///
/// let body = br#"{"reviewResult": "Approve", "justification": "she runs the project"}"#;
/// let StageReview { decision, justification } = read_decision(body, &ReadOptions::default())?;
///
/// // Which stage it is tells the path, and in which tier the approver decides the host.
/// let action = Action::DecideStage(StageDecision { stage: 0, tier: Tier::Primary, decision, justification });
/// # let _ = action;
/// # Ok::<(), assignment_request_graph::ReadError>(())
/// ```
pub fn read_decision(bytes: &[u8], options: &ReadOptions) -> Result<StageReview, ReadError> {
    read_body(bytes, options, BodyKind::Asked, |reader, _| read(reader))
}

fn read(reader: &mut Reader<'_>) -> Result<StageReview, ReadError> {
    let mut decision = None;
    let mut justification = None;
    reader.members(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&["approvalStage", "approvalStep"])?,
            "reviewResult" => decision = reader.name(&["notReviewed"])?,
            "justification" => justification = reader.shared_text()?,
            // A stage that was read may be sent back with the decision.
            "assignedToMe" | "displayName" | "id" | "reviewedBy" | "reviewedDateTime" | "status" =>
                reader.pass_over()?,
        });
        Ok(())
    })?;
    let Some(decision) = decision else { return Err(reader.missing("reviewResult")) };
    Ok(StageReview { decision, justification })
}

#[cfg(test)]
mod tests;
