//! The body that creates a request.

use std::sync::Arc;

use assignment_request::{Draft, DraftAnswer, Expiration, Schedule};
use serde_json::Value;
use uuid::Uuid;

use super::{
    QUESTION_TYPES, SCHEDULE_TYPES, each, either, expiration, id, object, optional, parsed, question_kind,
    text,
};

/// What a create body asks.
#[must_use]
pub fn create(value: &Value) -> Option<Draft> {
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
        &[
            "accessPackage",
            "completedDate",
            "completedDateTime",
            "createdDateTime",
            "customExtensionCalloutInstances",
            "customExtensionHandlerInstances",
            "expirationDateTime",
            "requestState",
            "requestStatus",
            "requestor",
            "state",
            "status",
            "verifiedCredentialsData",
        ],
    )?;
    optional(&members, "id", id)?;
    let mut draft = Draft::new(parsed(members.get("requestType")?)?);
    let first = optional(&members, "assignment", assignment)?;
    let second = optional(&members, "accessPackageAssignment", assignment)?;
    let ([id, target, policy, package, object], email) = either(first, second)?.unwrap_or_default();
    (draft.assignment_id, draft.target_id, draft.assignment_policy_id) = (id, target, policy);
    (draft.access_package_id, draft.target_object_id) = (package, object);
    draft.target_email = email;
    draft.justification = optional(&members, "justification", text)?;
    draft.is_validation_only = optional(&members, "isValidationOnly", Value::as_bool)?.unwrap_or(false);
    draft.schedule = optional(&members, "schedule", schedule)?;
    draft.answers = optional(&members, "answers", |value| each(value, answer))?.unwrap_or_default();
    Some(draft)
}

const SUBJECT_TEXTS: &[&str] = &[
    "altSecId",
    "cleanupScheduledDateTime",
    "connectedOrganizationId",
    "displayName",
    "id",
    "onPremisesSecurityIdentifier",
    "principalName",
    "subjectLifecycle",
    "subjectType",
    "type",
];

type Assignment = ([Option<Uuid>; 5], Option<Arc<str>>);

fn assignment(value: &Value) -> Option<Assignment> {
    let members = object(
        value,
        &["accessPackageAssignment"],
        &["id", "targetId", "assignmentPolicyId", "accessPackageId", "target", "schedule"],
        &[
            "accessPackage",
            "accessPackageAssignmentPolicy",
            "accessPackageAssignmentRequests",
            "accessPackageAssignmentResourceRoles",
            "assignmentPolicy",
            "assignmentRequests",
            "assignmentState",
            "assignmentStatus",
            "catalogId",
            "customExtensionCalloutInstances",
            "expiredDateTime",
            "isExtended",
            "state",
            "status",
        ],
    )?;
    let target = optional(&members, "target", |value| {
        let known = [&["objectId", "email", "connectedOrganization"], SUBJECT_TEXTS].concat();
        let members = object(value, &["accessPackageSubject"], &known, &[])?;
        for name in SUBJECT_TEXTS {
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
    let asked = optional(&members, "expiration", |value| {
        expiration(&object(value, &["expirationPattern"], &["type", "endDateTime", "duration"], &[])?)
    })?;
    Some(Schedule {
        start: optional(&members, "startDateTime", parsed)?,
        expiration: asked.unwrap_or(Expiration::NOT_SPECIFIED),
        has_recurrence: members.contains_key("recurrence"),
    })
}

fn answer(value: &Value) -> Option<DraftAnswer> {
    let members =
        object(value, &["accessPackageAnswerString"], &["value", "displayValue", "answeredQuestion"], &[])?;
    optional(&members, "displayValue", text)?;
    let question = object(members.get("answeredQuestion")?, QUESTION_TYPES, QUESTION_MEMBERS, &[])?;
    Some(DraftAnswer {
        question_id: id(question.get("id")?)?,
        question_kind: question_kind(&question),
        value: optional(&members, "value", text)?,
    })
}

const QUESTION_MEMBERS: &[&str] = &[
    "allowsMultipleSelection",
    "choices",
    "id",
    "isAnswerEditable",
    "isMultipleSelectionAllowed",
    "isRequired",
    "isSingleLineQuestion",
    "localizations",
    "regexPattern",
    "sequence",
    "text",
];
