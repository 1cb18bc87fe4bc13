//! The body of an approver's decision about a stage.

use std::sync::Arc;

use assignment_request::ApprovalDecision;

use crate::json::body::{BodyKind, read_body};
use crate::json::member::match_member;
use crate::json::name::Pascal;
use crate::json::reader::Reader;
use crate::json::writer::{EITHER, Json, name, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::ReadError;
use crate::vocabulary::options::ReadOptions;

/// An approver's decision about a stage (v1.0) or step (beta). The path of the HTTP request names the stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageReview {
    /// `reviewResult`.
    pub decision: ApprovalDecision,
    /// `justification`.
    pub justification: Option<Arc<str>>,
}

/// Reads the body of an approver's decision about a stage.
///
/// # Errors
///
/// Returns the first fault of the JSON text, or else the first fault of the shape; [`ReadCode`](crate::ReadCode) lists
/// both. Otherwise returns `missing` if there is no `reviewResult`.
///
/// ```
/// use assignment_request::{Action, StageDecision, Tier};
/// use assignment_request_graph::{ReadOptions, StageReview, read_decision};
///
/// let body = br#"{"reviewResult": "Approve", "justification": "she runs the project"}"#;
/// let StageReview { decision, justification } = read_decision(body, &ReadOptions::default())?;
///
/// // The stage is in the path, and the host finds out in which tier the approver decides.
/// let action = Action::DecideStage(StageDecision { stage: 0, tier: Tier::Primary, decision, justification });
/// # let _ = action;
/// # Ok::<(), assignment_request_graph::ReadError>(())
/// ```
pub fn read_decision(bytes: &[u8], options: &ReadOptions) -> Result<StageReview, ReadError> {
    read_body(bytes, options, BodyKind::Asked, read)
}

fn read(reader: &mut Reader<'_>) -> Result<StageReview, ReadError> {
    let mut decision = None;
    let mut justification = None;
    reader.members(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&["approvalStage", "approvalStep"])?,
            "reviewResult" => decision = reader.name(&["notReviewed"])?,
            "justification" => justification = reader.shared_text()?,
            // A client may read a stage, add the decision, and send the stage back.
            "assignedToMe" | "displayName" | "id" | "reviewedBy" | "reviewedDateTime" | "status" =>
                reader.skip()?,
        });
        Ok(())
    })?;
    let Some(decision) = decision else { return Err(reader.missing("reviewResult")) };
    Ok(StageReview { decision, justification })
}

/// Appends the body of a decision to `out`. [`read_decision`] reads it back as the same decision. The form is the same
/// in both generations.
pub fn write_decision(decision: &StageReview, out: &mut Vec<u8>) {
    decision.write(EITHER, out);
}

impl Json for StageReview {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.member(name!("reviewResult"), Pascal(self.decision.as_str()));
            object.optional(name!("justification"), self.justification.as_deref());
        });
    }
}

#[cfg(test)]
mod tests;
