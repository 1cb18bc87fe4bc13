//! The slow and obvious reading: one look-up a member, and no thought of places or order.

use std::sync::Arc;

use assignment_request::{
    Draft, DraftAnswer, Expiration, ExpirationType, QuestionKind, Resume, Schedule, Stage, parse_id,
};
use assignment_request_graph::StageDecision;
use serde_json::{Map, Value};

type Object = Map<String, Value>;

/// The object in `value`: its members that are not null, none of which may be unknown. Those in `null_only` may be
/// there as null.
fn object(value: &Value, types: &[&str], known: &[&str], null_only: &[&str]) -> Option<Object> {
    let mut members = value.as_object()?.clone();
    members.retain(|name, _| !name.contains("@odata.") || name == "@odata.type");
    if !members.keys().all(|name| {
        name == "@odata.type" || known.contains(&name.as_str()) || null_only.contains(&name.as_str())
    }) {
        return None;
    }
    members.retain(|_, value| !value.is_null());
    if members.keys().any(|name| null_only.contains(&name.as_str())) {
        return None;
    }
    if let Some(found) = members.get("@odata.type").filter(|_| !types.is_empty()) {
        let found = found.as_str()?;
        let found = found.strip_prefix('#').unwrap_or(found);
        if !types.iter().any(|expected| found == format!("microsoft.graph.{expected}")) {
            return None;
        }
    }
    Some(members)
}

/// The member parsed, where it is there; the outer none is a refusal.
#[expect(clippy::option_option, reason = "refused, absent or there")]
fn optional<T>(members: &Object, name: &str, parse: impl Fn(&Value) -> Option<T>) -> Option<Option<T>> {
    members.get(name).map_or(Some(None), |value| parse(value).map(Some))
}

fn text(value: &Value) -> Option<Arc<str>> {
    value.as_str().map(Arc::from)
}

fn id(value: &Value) -> Option<uuid::Uuid> {
    parse_id(value.as_str()?).ok()
}

fn parsed<T: std::str::FromStr>(value: &Value) -> Option<T> {
    value.as_str()?.parse().ok()
}

const SCHEDULE_TYPES: &[&str] = &["entitlementManagementSchedule", "requestSchedule"];

pub(crate) fn create(value: &Value) -> Option<Draft> {
    let members = object(
        value,
        &["accessPackageAssignmentRequest"],
        &[
            "id",
            "requestType",
            "assignment",
            "accessPackageAssignment",
            "justification",
            "isValidationOnly",
            "schedule",
            "answers",
        ],
        &["state"],
    )?;
    optional(&members, "id", id)?;
    let mut draft = Draft::new(parsed(members.get("requestType")?)?);
    let first = optional(&members, "assignment", assignment)?;
    let second = optional(&members, "accessPackageAssignment", assignment)?;
    if let (Some(first), Some(second)) = (&first, &second)
        && first != second
    {
        return None;
    }
    if let Some([id, target, policy, package, object]) =
        first.as_ref().or(second.as_ref()).map(|(ids, _)| *ids)
    {
        (draft.assignment_id, draft.target_id, draft.assignment_policy_id) = (id, target, policy);
        (draft.access_package_id, draft.target_object_id) = (package, object);
    }
    draft.target_email = first.or(second).and_then(|(_, email)| email);
    draft.justification = optional(&members, "justification", text)?;
    draft.is_validation_only = optional(&members, "isValidationOnly", Value::as_bool)?.unwrap_or(false);
    draft.schedule = optional(&members, "schedule", schedule)?;
    let answers = optional(&members, "answers", |value| value.as_array()?.iter().map(answer).collect())?;
    draft.answers = answers.unwrap_or_default();
    Some(draft)
}

type Assignment = ([Option<uuid::Uuid>; 5], Option<Arc<str>>);

fn assignment(value: &Value) -> Option<Assignment> {
    let members = object(
        value,
        &["accessPackageAssignment"],
        &["id", "targetId", "assignmentPolicyId", "accessPackageId", "target", "schedule"],
        &["state"],
    )?;
    let target = optional(&members, "target", |value| {
        let texts = ["displayName", "id", "type"];
        let members =
            object(value, &["accessPackageSubject"], &[&["objectId", "email"], &texts[..]].concat(), &[])?;
        for name in texts {
            optional(&members, name, text)?;
        }
        Some((optional(&members, "objectId", id)?, optional(&members, "email", text)?))
    })?;
    let (object_id, email) = target.unwrap_or_default();
    let nulls = &["startDateTime", "stopDateTime", "recurrence", "expiration"];
    optional(&members, "schedule", |value| object(value, SCHEDULE_TYPES, &[], nulls))?;
    let ids = [
        optional(&members, "id", id)?,
        optional(&members, "targetId", id)?,
        optional(&members, "assignmentPolicyId", id)?,
        optional(&members, "accessPackageId", id)?,
        object_id,
    ];
    Some((ids, email))
}

fn schedule(value: &Value) -> Option<Schedule> {
    let members = object(value, SCHEDULE_TYPES, &["startDateTime", "recurrence", "expiration"], &[])?;
    let expiration = optional(&members, "expiration", |value| {
        let members = object(value, &["expirationPattern"], &["type", "endDateTime", "duration"], &[])?;
        Some(Expiration {
            kind: optional(&members, "type", parsed)?.unwrap_or(ExpirationType::NotSpecified),
            end: optional(&members, "endDateTime", parsed)?,
            duration: optional(&members, "duration", parsed)?,
        })
    })?;
    Some(Schedule {
        start: optional(&members, "startDateTime", parsed)?,
        expiration: expiration.unwrap_or(Expiration::NOT_SPECIFIED),
        has_recurrence: members.contains_key("recurrence"),
    })
}

fn answer(value: &Value) -> Option<DraftAnswer> {
    let members =
        object(value, &["accessPackageAnswerString"], &["value", "displayValue", "answeredQuestion"], &[])?;
    optional(&members, "displayValue", text)?;
    let (question_id, question_kind) = Some(members.get("answeredQuestion")?).and_then(|value| {
        let types = [
            "accessPackageMultipleChoiceQuestion",
            "accessPackageTextInputQuestion",
            "accessPackageQuestion",
        ];
        let members = object(value, &types, &["id", "sequence"], &[])?;
        let kind = members.get("@odata.type").and_then(Value::as_str).and_then(|name| match name {
            _ if name.ends_with(types[0]) => Some(QuestionKind::MultipleChoice),
            _ if name.ends_with(types[1]) => Some(QuestionKind::TextInput),
            _ => None,
        });
        Some((id(members.get("id")?)?, kind))
    })?;
    Some(DraftAnswer { question_id, question_kind, value: optional(&members, "value", text)? })
}

pub(crate) fn resume(value: &Value) -> Option<Resume> {
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

pub(crate) fn decision(value: &Value) -> Option<StageDecision> {
    let members = object(
        value,
        &["approvalStage", "approvalStep"],
        &["reviewResult", "justification"],
        &["id", "displayName"],
    )?;
    Some(StageDecision {
        decision: parsed(members.get("reviewResult")?)?,
        justification: optional(&members, "justification", text)?,
    })
}
