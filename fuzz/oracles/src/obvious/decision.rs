//! The body with which an approver decides.

use assignment_request_graph::StageDecision;
use serde_json::Value;

use super::{object, optional, parsed, text};

/// What an approver decides.
#[must_use]
pub fn decision(value: &Value) -> Option<StageDecision> {
    let members = object(
        value,
        &["approvalStage", "approvalStep"],
        &["reviewResult", "justification"],
        &["assignedToMe", "displayName", "id", "reviewedBy", "reviewedDateTime", "status"],
    )?;
    Some(StageDecision {
        decision: parsed(members.get("reviewResult")?)?,
        justification: optional(&members, "justification", text)?,
    })
}
