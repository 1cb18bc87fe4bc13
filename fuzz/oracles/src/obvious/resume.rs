//! The body of an extension's callback.

use std::sync::Arc;

use assignment_request::{
    Approver, ApproverKind, CallbackDecision, CalloutStage, DeterminedStage, Resume, SubjectId,
};
use serde_json::Value;
use uuid::Uuid;

use super::{Object, each, either, id, object, optional, parsed, text};

const DATA_TYPES: &[&str] =
    &["accessPackageAssignmentRequestCallbackData", "assignmentRequestApprovalStageCallbackData"];

/// Reads a callback.
#[must_use]
pub fn resume(value: &Value) -> Option<Resume> {
    let members = object(value, &[], &["source", "type", "data"], &[])?;
    let data = object(
        members.get("data")?,
        DATA_TYPES,
        &[
            "stage",
            "customExtensionStageInstanceId",
            "state",
            "approvalStage",
            "customExtensionStageInstanceDetail",
        ],
        &[],
    )?;
    let stage: CalloutStage = parsed(data.get("stage")?)?;
    if let Some(found) = members.get("type") {
        let name = "accessPackageCustomExtensionStage.";
        let prefixes = ["", name, &format!("microsoft.graph.{name}"), &format!("#microsoft.graph.{name}")];
        let found = found.as_str()?;
        let names = |stage: CalloutStage| {
            prefixes.iter().any(|prefix| {
                found.strip_prefix(prefix).is_some_and(|name| name.eq_ignore_ascii_case(&stage.to_string()))
            })
        };
        let is_determining = stage == CalloutStage::AssignmentRequestDeterminingApprovalRequirements;
        if !(names(stage) || is_determining && names(CalloutStage::AssignmentRequestCreated)) {
            return None;
        }
    }
    Some(Resume {
        instance: id(data.get("customExtensionStageInstanceId")?)?.into(),
        stage,
        decision: match data.get("state") {
            None => CallbackDecision::Continue,
            Some(decision) => match decision.as_str()?.to_ascii_lowercase().as_str() {
                "denied" => CallbackDecision::Deny,
                "canceled" => CallbackDecision::Cancel,
                _ => return None,
            },
        },
        approval_stage: optional(&data, "approvalStage", approval_stage)?.map(Arc::new),
        source: optional(&members, "source", text)?,
        detail: optional(&data, "customExtensionStageInstanceDetail", text)?,
    })
}

/// Returns the name of a type without its optional parts.
fn bare(name: &str) -> &str {
    let name = name.strip_prefix('#').unwrap_or(name);
    name.strip_prefix("microsoft.graph.").unwrap_or(name)
}

fn approval_stage(value: &Value) -> Option<DeterminedStage> {
    let members = object(
        value,
        &[],
        &[
            "approverInformationVisibility",
            "durationBeforeAutomaticDenial",
            "durationBeforeEscalation",
            "isApproverJustificationRequired",
            "isEscalationEnabled",
            "primaryApprovers",
            "fallbackPrimaryApprovers",
            "escalationApprovers",
            "fallbackEscalationApprovers",
        ],
        &[],
    )?;
    if let Some(name) = members.get("@odata.type")
        && bare(name.as_str()?) != "accessPackageApprovalStage"
    {
        return None;
    }
    let flag = |name| optional(&members, name, Value::as_bool);
    let list = |name| optional(&members, name, |value| each(value, approver));
    Some(DeterminedStage {
        duration_before_automatic_denial: optional(&members, "durationBeforeAutomaticDenial", parsed)?,
        is_approver_justification_required: flag("isApproverJustificationRequired")?.unwrap_or(false),
        is_escalation_enabled: flag("isEscalationEnabled")?.unwrap_or(false),
        duration_before_escalation: optional(&members, "durationBeforeEscalation", parsed)?,
        primary_approvers: list("primaryApprovers")?.unwrap_or_default(),
        fallback_primary_approvers: list("fallbackPrimaryApprovers")?.unwrap_or_default(),
        escalation_approvers: list("escalationApprovers")?.unwrap_or_default(),
        fallback_escalation_approvers: list("fallbackEscalationApprovers")?.unwrap_or_default(),
    })
}

fn approver(value: &Value) -> Option<Approver> {
    let name = bare(value.get("@odata.type")?.as_str()?).to_owned();
    let read = |known: &[&str]| object(value, &[], &[&["description", "isBackup"], known].concat(), &[]);
    let id_of = |members: &Object, other: &str| -> Option<Option<Uuid>> {
        either(optional(members, "id", id)?, optional(members, other, id)?)
    };
    let (members, kind) = match name.as_str() {
        "singleUser" => {
            let members = read(&["id", "userId"])?;
            let kind = ApproverKind::SingleUser(id_of(&members, "userId")??.into());
            (members, kind)
        }
        "groupMembers" => {
            let members = read(&["id", "groupId"])?;
            let kind = ApproverKind::GroupMembers(id_of(&members, "groupId")??.into());
            (members, kind)
        }
        "connectedOrganizationMembers" => {
            let members = read(&["id", "connectedOrganizationId"])?;
            let id = id_of(&members, "connectedOrganizationId")??;
            (members, ApproverKind::ConnectedOrganizationMembers(id.into()))
        }
        "requestorManager" | "targetManager" => {
            let members = read(&["managerLevel"])?;
            let level = manager_level(members.get("managerLevel")?)?;
            let kind = if name == "targetManager" {
                ApproverKind::TargetManager { level }
            } else {
                ApproverKind::RequestorManager { level }
            };
            (members, kind)
        }
        "internalSponsors" => (read(&[])?, ApproverKind::InternalSponsors),
        "externalSponsors" => (read(&[])?, ApproverKind::ExternalSponsors),
        "targetUserSponsors" => (read(&[])?, ApproverKind::TargetUserSponsors),
        other => {
            let members = read(&["id"])?;
            let id = optional(&members, "id", id)?;
            (members, ApproverKind::Other { odata_type: other.into(), id: id.map(SubjectId::new) })
        }
    };
    optional(&members, "description", text)?;
    let is_backup = optional(&members, "isBackup", Value::as_bool)?.unwrap_or(false);
    Some(Approver { kind, is_backup })
}

fn manager_level(value: &Value) -> Option<u8> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        value => value.as_str()?.to_owned(),
    };
    ["1", "2", "3", "4"].contains(&text.as_str()).then(|| text.parse().ok())?
}
