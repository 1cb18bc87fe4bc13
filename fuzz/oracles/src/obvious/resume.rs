//! The body with which an extension calls back.

use assignment_request::{Resume, Stage};
use serde_json::Value;

use super::{id, object, optional, parsed, text};

/// What a callback says.
#[must_use]
pub fn resume(value: &Value) -> Option<Resume> {
    let members = object(value, &[], &["source", "type", "data"], &[])?;
    let data = object(
        members.get("data")?,
        &["accessPackageAssignmentRequestCallbackData"],
        &["stage", "customExtensionStageInstanceId", "state", "customExtensionStageInstanceDetail"],
        &[],
    )?;
    let stage: Stage = parsed(data.get("stage")?)?;
    if let Some(found) = members.get("type") {
        let name = "accessPackageCustomExtensionStage.";
        let prefixes = ["", name, &format!("microsoft.graph.{name}"), &format!("#microsoft.graph.{name}")];
        let found = found.as_str()?;
        if !prefixes.iter().any(|prefix| {
            found.strip_prefix(prefix).is_some_and(|name| name.eq_ignore_ascii_case(&stage.to_string()))
        }) {
            return None;
        }
    }
    Some(Resume {
        instance: id(data.get("customExtensionStageInstanceId")?)?,
        stage,
        decision: optional(&data, "state", parsed)?,
        source: optional(&members, "source", text)?,
        detail: optional(&data, "customExtensionStageInstanceDetail", text)?,
    })
}
