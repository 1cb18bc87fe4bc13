//! The request resource, as responses show it.

use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;

use assignment_request::{Period, RequestType, State, Status, Timestamp};
use serde_json::Value;
use uuid::Uuid;

use super::{
    EXPIRATION_MEMBERS, Object, QUESTION_TYPES, SCHEDULE_TYPES, each, either, id, open_object, optional,
    parsed, text,
};

/// What a request resource shows; lists are counted. Names are in the case of their enumeration.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named like its member in v1.0")]
pub struct Shown {
    pub context: Option<Arc<str>>,
    pub id: Option<Uuid>,
    pub request_type: Option<String>,
    pub state: Option<String>,
    pub status: Option<String>,
    pub created_date_time: Option<Timestamp>,
    pub completed_date_time: Option<Timestamp>,
    pub is_validation_only: Option<bool>,
    pub justification: Option<Arc<str>>,
    pub has_schedule: bool,
    pub answers: Option<usize>,
    pub has_assignment: bool,
    pub has_requestor: bool,
    pub history: Option<usize>,
    pub custom_extension_callout_instances: Option<usize>,
}

/// Reads a request resource. Returns what it shows, and whether it is certainly accepted.
///
/// Acceptance is uncertain if the assignment is there under both names and each has additional data. The two must then
/// be equal as text, and this reading has no text.
#[must_use]
pub fn request(value: &Value) -> Option<(Shown, bool)> {
    let known = [&["@odata.type", "@odata.context"], REQUEST_MEMBERS].concat();
    let members = open_object(value, &["accessPackageAssignmentRequest"], &known)?;
    if !value.as_object()?.keys().any(|name| REQUEST_MEMBERS.contains(&name.as_str())) {
        return None;
    }
    let has_schedule = optional(&members, "schedule", schedule)?.is_some();
    let first = optional(&members, "assignment", assignment)?;
    let second = optional(&members, "accessPackageAssignment", assignment)?;
    let carries = first.as_ref().zip(second.as_ref()).is_some_and(|(first, _)| first.has_carried);
    let shown = Shown {
        context: optional(&members, "@odata.context", text)?,
        id: optional(&members, "id", id)?,
        request_type: optional(&members, "requestType", name::<RequestType>)?,
        state: either(
            optional(&members, "state", name::<State>)?,
            optional(&members, "requestState", name::<State>)?,
        )?,
        status: either(
            optional(&members, "status", name::<Status>)?,
            optional(&members, "requestStatus", name::<Status>)?,
        )?,
        created_date_time: optional(&members, "createdDateTime", parsed)?,
        completed_date_time: either(
            optional(&members, "completedDateTime", parsed)?,
            optional(&members, "completedDate", parsed)?,
        )?,
        is_validation_only: optional(&members, "isValidationOnly", Value::as_bool)?,
        justification: optional(&members, "justification", text)?,
        has_schedule,
        answers: optional(&members, "answers", |value| each(value, answer))?.map(|answers| answers.len()),
        has_assignment: either(first, second)?.is_some(),
        has_requestor: optional(&members, "requestor", subject)?.is_some(),
        history: optional(&members, "history", |value| each(value, activity))?.map(|history| history.len()),
        custom_extension_callout_instances: optional(&members, "customExtensionCalloutInstances", |value| {
            each(value, callout)
        })?
        .map(|callouts| callouts.len()),
    };
    Some((shown, !carries))
}

/// Returns a name of an enumeration as the enumeration writes it, and any other name unchanged.
fn name<T: FromStr + Display>(value: &Value) -> Option<String> {
    let name = value.as_str()?;
    Some(name.parse::<T>().map_or_else(|_| name.to_owned(), |known| known.to_string()))
}

fn schedule(value: &Value) -> Option<()> {
    let known = &["@odata.type", "startDateTime", "recurrence", "expiration"];
    let members = open_object(value, SCHEDULE_TYPES, known)?;
    optional(&members, "startDateTime", parsed::<Timestamp>)?;
    optional(&members, "expiration", |value| {
        let members = open_object(value, &["expirationPattern"], EXPIRATION_MEMBERS)?;
        optional(&members, "type", text)?;
        optional(&members, "endDateTime", parsed::<Timestamp>)?;
        optional(&members, "duration", parsed::<Period>)
    })?;
    Some(())
}

fn answer(value: &Value) -> Option<()> {
    let known = &["@odata.type", "value", "displayValue", "answeredQuestion"];
    let members = open_object(value, &["accessPackageAnswerString"], known)?;
    texts(&members, &["value", "displayValue"])?;
    optional(&members, "answeredQuestion", question)?;
    Some(())
}

fn question(value: &Value) -> Option<()> {
    let members = open_object(value, QUESTION_TYPES, QUESTION_MEMBERS)?;
    ids(&members, &["id"])?;
    texts(&members, &["regexPattern"])?;
    let flag = |name| optional(&members, name, Value::as_bool);
    for name in ["isRequired", "isAnswerEditable", "isSingleLineQuestion"] {
        flag(name)?;
    }
    either(flag("isMultipleSelectionAllowed")?, flag("allowsMultipleSelection")?)?;
    optional(&members, "sequence", Value::as_i64)?;
    contents(&members, &["text"])?;
    optional(&members, "choices", |value| each(value, choice))?;
    Some(())
}

fn choice(value: &Value) -> Option<()> {
    let known = &["@odata.type", "actualValue", "text", "displayValue", "localizations"];
    let members = open_object(value, &["accessPackageAnswerChoice"], known)?;
    texts(&members, &["actualValue"])?;
    contents(&members, &["text", "displayValue"])
}

/// Texts with their localizations: of two that say the same thing, both must agree.
fn contents(members: &Object, names: &[&str]) -> Option<()> {
    let mut default_text = None;
    let mut localized = optional(members, "localizations", |value| each(value, localized_text))?;
    for name in names {
        let Some((text, further)) = optional(members, name, content)? else { continue };
        default_text = either(default_text, text)?;
        localized = either(localized, further)?;
    }
    Some(())
}

type Localized = Vec<Vec<Option<Arc<str>>>>;

fn content(value: &Value) -> Option<(Option<Arc<str>>, Option<Localized>)> {
    if value.is_string() {
        return Some((text(value), None));
    }
    let known = &["@odata.type", "defaultText", "localizedTexts"];
    let members = open_object(value, &["accessPackageLocalizedContent"], known)?;
    let localized = optional(&members, "localizedTexts", |value| each(value, localized_text))?;
    Some((optional(&members, "defaultText", text)?, localized))
}

fn localized_text(value: &Value) -> Option<Vec<Option<Arc<str>>>> {
    let members =
        open_object(value, &["accessPackageLocalizedText"], &["@odata.type", "languageCode", "text"])?;
    texts(&members, &["languageCode", "text"])
}

fn activity(value: &Value) -> Option<()> {
    let known = &[
        "@odata.type",
        "action",
        "actionDateTime",
        "scheduledDateTime",
        "detail",
        "userDisplayName",
        "userPrincipalName",
    ];
    let members = open_object(value, &["requestActivity"], known)?;
    texts(&members, &["action", "detail", "userDisplayName", "userPrincipalName"])?;
    optional(&members, "actionDateTime", parsed::<Timestamp>)?;
    optional(&members, "scheduledDateTime", parsed::<Timestamp>)?;
    Some(())
}

fn callout(value: &Value) -> Option<()> {
    let known = &["@odata.type", "id", "status", "detail", "customExtensionId", "externalCorrelationId"];
    let members = open_object(value, &["customExtensionCalloutInstance"], known)?;
    texts(&members, &["status", "detail", "externalCorrelationId"])?;
    ids(&members, &["id", "customExtensionId"])?;
    Some(())
}

type Texts = Vec<Option<Arc<str>>>;
type Ids = Vec<Option<Uuid>>;

fn texts(members: &Object, names: &[&str]) -> Option<Texts> {
    names.iter().map(|name| optional(members, name, text)).collect()
}

fn ids(members: &Object, names: &[&str]) -> Option<Ids> {
    names.iter().map(|name| optional(members, name, id)).collect()
}

#[derive(PartialEq)]
struct Assignment {
    ids: Ids,
    state: Option<Arc<str>>,
    status: Option<Arc<str>>,
    target: Option<Subject>,
    additional_data: Object,
    has_carried: bool,
}

#[derive(PartialEq)]
struct Subject {
    ids: Ids,
    texts: Texts,
    additional_data: Object,
}

fn assignment(value: &Value) -> Option<Assignment> {
    let known = [ASSIGNMENT_MEMBERS, ASSIGNMENT_SCHEMA].concat();
    let members = open_object(value, &["accessPackageAssignment"], &known)?;
    let target = optional(&members, "target", subject)?;
    let additional_data = additional_data(value, ASSIGNMENT_SCHEMA)?;
    Some(Assignment {
        ids: ids(&members, &["id", "accessPackageId", "assignmentPolicyId", "targetId"])?,
        state: either(optional(&members, "state", text)?, optional(&members, "assignmentState", text)?)?,
        status: either(optional(&members, "status", text)?, optional(&members, "assignmentStatus", text)?)?,
        has_carried: !additional_data.is_empty()
            || target.as_ref().is_some_and(|target| !target.additional_data.is_empty()),
        target,
        additional_data,
    })
}

fn subject(value: &Value) -> Option<Subject> {
    let known = [&["@odata.type", "id", "objectId", "displayName", "email"], SUBJECT_SCHEMA].concat();
    let members = open_object(value, &["accessPackageSubject"], &known)?;
    Some(Subject {
        ids: ids(&members, &["id", "objectId"])?,
        texts: texts(&members, &["displayName", "email"])?,
        additional_data: additional_data(value, SUBJECT_SCHEMA)?,
    })
}

/// Returns the additional data, including members that are null.
fn additional_data(value: &Value, schema: &[&str]) -> Option<Object> {
    let mut members = value.as_object()?.clone();
    members.retain(|name, _| schema.contains(&name.as_str()));
    Some(members)
}

const REQUEST_MEMBERS: &[&str] = &[
    "accessPackage",
    "accessPackageAssignment",
    "answers",
    "assignment",
    "completedDate",
    "completedDateTime",
    "createdDateTime",
    "customExtensionCalloutInstances",
    "customExtensionHandlerInstances",
    "expirationDateTime",
    "history",
    "id",
    "isValidationOnly",
    "justification",
    "parameters",
    "requestState",
    "requestStatus",
    "requestType",
    "requestor",
    "schedule",
    "state",
    "status",
    "verifiedCredentialsData",
];

const QUESTION_MEMBERS: &[&str] = &[
    "@odata.type",
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

const ASSIGNMENT_MEMBERS: &[&str] = &[
    "@odata.type",
    "accessPackageId",
    "assignmentPolicyId",
    "assignmentState",
    "assignmentStatus",
    "id",
    "state",
    "status",
    "target",
    "targetId",
];

const ASSIGNMENT_SCHEMA: &[&str] = &[
    "accessPackage",
    "accessPackageAssignmentPolicy",
    "accessPackageAssignmentRequests",
    "accessPackageAssignmentResourceRoles",
    "additionalAccess",
    "assignmentPolicy",
    "assignmentRequests",
    "catalogId",
    "customExtensionCalloutInstances",
    "expiredDateTime",
    "isExtended",
    "schedule",
];

const SUBJECT_SCHEMA: &[&str] = &[
    "altSecId",
    "cleanupScheduledDateTime",
    "connectedOrganization",
    "connectedOrganizationId",
    "onPremisesSecurityIdentifier",
    "principalName",
    "subjectLifecycle",
    "subjectType",
    "type",
];
