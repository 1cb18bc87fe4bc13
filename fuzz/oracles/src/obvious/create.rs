//! The body that creates a request.

use std::sync::Arc;

use assignment_request::{
    AccessPackageId, AssignmentId, Draft, DraftAnswer, Expiration, Operation, PolicyId, QuestionId, Schedule,
    SubjectId,
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    QUESTION_TYPES, SCHEDULE_TYPES, each, either, expiration, id, object, open_object, optional, parsed,
    question_kind, text,
};

/// Reads a create body.
#[must_use]
pub fn create(value: &Value) -> Option<Draft> {
    let known = &[
        "requestType",
        "assignment",
        "accessPackageAssignment",
        "justification",
        "isValidationOnly",
        "schedule",
        "answers",
        "parameters",
    ];
    let members = object(
        &without(value, READ_ONLY),
        &["accessPackageAssignmentRequest"],
        known,
        &["expirationDateTime"],
    )?;
    let mut draft = Draft::new(parsed(members.get("requestType")?)?);
    let operation = draft.request_type.operation();
    let first = optional(&members, "assignment", |value| assignment(value, operation))?;
    let second = optional(&members, "accessPackageAssignment", |value| assignment(value, operation))?;
    let assignment = either(first, second)?.unwrap_or_default();
    let [id, target, policy, package, object] = assignment.ids;
    draft.assignment_id = id.map(AssignmentId::new);
    draft.target_id = target.map(SubjectId::new);
    draft.assignment_policy_id = policy.map(PolicyId::new);
    draft.access_package_id = package.map(AccessPackageId::new);
    draft.target_object_id = object.map(SubjectId::new);
    draft.target_email = assignment.email;
    draft.justification = optional(&members, "justification", text)?;
    draft.is_validation_only = optional(&members, "isValidationOnly", Value::as_bool)?.unwrap_or(false);
    let own = optional(&members, "schedule", |value| schedule(value, &[]))?;
    draft.schedule = either(own, assignment.schedule)?.map(|(schedule, _)| schedule);
    draft.answers = optional(&members, "answers", |value| each(value, answer))?.unwrap_or_default();
    draft.bypass_approval = optional(&members, "parameters", bypasses)?.unwrap_or(false);
    Some(draft)
}

/// Members of a request that only a service writes.
const READ_ONLY: &[&str] = &[
    "accessPackage",
    "completedDate",
    "completedDateTime",
    "createdDateTime",
    "customExtensionCalloutInstances",
    "customExtensionHandlerInstances",
    "history",
    "id",
    "requestState",
    "requestStatus",
    "requestor",
    "state",
    "status",
    "verifiedCredentialsData",
];

/// Members of an assignment that only a service writes, for every request type.
const READ_ONLY_OF_ASSIGNMENT: &[&str] = &[
    "accessPackageAssignmentRequests",
    "accessPackageAssignmentResourceRoles",
    "assignmentRequests",
    "assignmentState",
    "assignmentStatus",
    "catalogId",
    "customExtensionCalloutInstances",
    "expiredDateTime",
    "isExtended",
    "state",
    "status",
];

/// Members of a person that only a service writes.
const READ_ONLY_OF_SUBJECT: &[&str] = &[
    "altSecId",
    "cleanupScheduledDateTime",
    "connectedOrganization",
    "connectedOrganizationId",
    "displayName",
    "id",
    "onPremisesSecurityIdentifier",
    "principalName",
    "subjectLifecycle",
    "subjectType",
    "type",
];

/// Returns the value without some of its members.
fn without(value: &Value, names: &[&str]) -> Value {
    let mut value = value.clone();
    if let Some(members) = value.as_object_mut() {
        members.retain(|name, _| !names.contains(&name.as_str()));
    }
    value
}

/// A schedule, and its recurrence as written.
type Scheduled = (Schedule, Option<Value>);

#[derive(Default, PartialEq)]
struct Assignment {
    ids: [Option<Uuid>; 5],
    email: Option<Arc<str>>,
    schedule: Option<Scheduled>,
}

fn assignment(value: &Value, operation: Operation) -> Option<Assignment> {
    let read_only = match operation {
        Operation::Add => &["id"][..],
        Operation::Update => &[],
        Operation::Remove => &["schedule"],
    };
    let members = object(
        &without(&without(value, READ_ONLY_OF_ASSIGNMENT), read_only),
        &["accessPackageAssignment"],
        &[
            "id",
            "targetId",
            "assignmentPolicyId",
            "accessPackageId",
            "accessPackage",
            "assignmentPolicy",
            "target",
            "schedule",
        ],
        &["accessPackageAssignmentPolicy"],
    )?;
    let target = optional(&members, "target", |value| {
        let value = without(value, READ_ONLY_OF_SUBJECT);
        let members = object(&value, &["accessPackageSubject"], &["objectId", "email"], &[])?;
        Some((optional(&members, "objectId", id)?, optional(&members, "email", text)?))
    })?;
    let (object_id, email) = target.unwrap_or_default();
    let related = |name: &str, relation: &str| {
        let id_of = |value: &Value| {
            value.as_object()?.get("id").filter(|id| !id.is_null()).map_or(Some(None), |it| id(it).map(Some))
        };
        either(optional(&members, name, id)?, optional(&members, relation, id_of)?.flatten())
    };
    let ids = [
        optional(&members, "id", id)?,
        optional(&members, "targetId", id)?,
        related("assignmentPolicyId", "assignmentPolicy")?,
        related("accessPackageId", "accessPackage")?,
        object_id,
    ];
    let own = optional(&members, "schedule", |value| schedule(value, &["stopDateTime"]))?;
    let says_something = members.get("schedule").is_some_and(says_something);
    Some(Assignment { ids, email, schedule: own.filter(|_| says_something) })
}

/// Whether anything in the value is not null, apart from annotations and empty values.
fn says_something(value: &Value) -> bool {
    let members = value.as_object().into_iter().flatten();
    let mut told = members.filter(|(name, value)| !name.contains("@odata.") && !value.is_null());
    told.any(|(name, value)| if name == "expiration" { says_something(value) } else { true })
}

fn schedule(value: &Value, null_only: &[&str]) -> Option<Scheduled> {
    let members = object(value, SCHEDULE_TYPES, &["startDateTime", "recurrence", "expiration"], null_only)?;
    let asked = optional(&members, "expiration", |value| {
        expiration(&object(value, &["expirationPattern"], &["type", "endDateTime", "duration"], &[])?)
    })?;
    let schedule = Schedule {
        start: optional(&members, "startDateTime", parsed)?,
        expiration: asked.unwrap_or(Expiration::default()),
        has_recurrence: members.contains_key("recurrence"),
    };
    Some((schedule, members.get("recurrence").cloned().map(as_fractions)))
}

/// Returns the value with all of its numbers written in the same way.
fn as_fractions(value: Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().into(),
        Value::Array(items) => items.into_iter().map(as_fractions).collect(),
        Value::Object(members) => {
            members.into_iter().map(|(name, value)| (name, as_fractions(value))).collect()
        }
        value => value,
    }
}

/// Whether the approval should be bypassed.
fn bypasses(value: &Value) -> Option<bool> {
    let Some(list) = value.as_array() else {
        let types = &["accessPackageAssignmentRequestParameters"];
        let members = object(value, types, &["bypassApproval"], &[])?;
        return Some(optional(&members, "bypassApproval", Value::as_bool)?.unwrap_or(false));
    };
    let required = each(value, |entry| {
        let members = object(entry, &[], &["name", "value"], &[])?;
        let is_named = members.get("name")?.as_str()?.eq_ignore_ascii_case("isApprovalRequired");
        let value = match members.get("value")? {
            Value::Bool(value) => Some(*value),
            value => value.as_str()?.to_ascii_lowercase().parse().ok(),
        };
        value.filter(|_| is_named)
    })?;
    (list.len() < 2).then(|| required.contains(&false))
}

fn answer(value: &Value) -> Option<DraftAnswer> {
    let members =
        object(value, &["accessPackageAnswerString"], &["value", "displayValue", "answeredQuestion"], &[])?;
    optional(&members, "displayValue", text)?;
    let question = open_object(members.get("answeredQuestion")?, QUESTION_TYPES, &[])?;
    Some(DraftAnswer {
        question_id: QuestionId::new(id(question.get("id")?)?),
        question_kind: question_kind(&question),
        value: optional(&members, "value", text)?,
    })
}
