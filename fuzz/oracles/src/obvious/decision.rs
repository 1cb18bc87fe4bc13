//! The body of an approver's decision.

use assignment_request_graph::StageReview;
use serde_json::Value;

use super::{object, optional, parsed, text};

/// Reads an approver's decision.
#[must_use]
pub fn decision(value: &Value) -> Option<StageReview> {
    let mut value = value.clone();
    let read_only = ["assignedToMe", "displayName", "id", "reviewedBy", "reviewedDateTime", "status"];
    value.as_object_mut()?.retain(|name, _| !read_only.contains(&name.as_str()));
    let members =
        object(&value, &["approvalStage", "approvalStep"], &["reviewResult", "justification"], &[])?;
    Some(StageReview {
        decision: parsed(members.get("reviewResult")?)?,
        justification: optional(&members, "justification", text)?,
    })
}
