//! The body that an extension receives, read by that extension.

use std::borrow::Cow;

use assignment_request::{CalloutStage, Period, RequestType, State, Status};
use uuid::Uuid;

use super::CALLBACK_TYPES;
use crate::body::{BodyKind, read_body};
use crate::json::{Reader, match_member};
use crate::resource::{Name, read_name, read_question_kind};
use crate::{ReadError, ReadOptions};

/// The body of a callout, `accessPackageAssignmentRequestCalloutData`: what an extension is told about a request.
///
/// It is published in two forms. The documented one has names in camelCase; the one that arrives is flat, with names and
/// values in `PascalCase`. Both are read, in one body too.
///
/// ```
/// use assignment_request::CalloutStage;
/// use assignment_request_graph::{Name, ReadOptions, read_callout};
///
/// let body = br#"{
///     "CallbackUriPath": "/identityGovernance/entitlementManagement/accessPackageAssignmentRequests/.../resume",
///     "CustomExtensionStageInstanceId": "957d0c50-466b-4840-bb5b-c92cea7141ff",
///     "Stage": "AssignmentRequestCreated",
///     "CallbackConfiguration": {"DurationBeforeTimeout": "PT1H"}
/// }"#;
/// let callout = read_callout(body, &ReadOptions::default())?;
/// assert_eq!(callout.stage, Name::Known(CalloutStage::AssignmentRequestCreated));
/// assert_eq!(callout.timeout.map(|timeout| timeout.to_string()).as_deref(), Some("PT1H"));
/// # Ok::<(), assignment_request_graph::ReadError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalloutData<'a> {
    /// `customExtensionStageInstanceId`: the callout, which the resume names.
    pub instance: Uuid,
    /// `stage`, which the resume names.
    pub stage: Name<'a, CalloutStage>,
    /// `accessPackageAssignmentRequestId`.
    pub request_id: Option<Uuid>,
    /// `callbackUriPath`: where to resume, after the host and the generation.
    pub callback_uri_path: Option<Cow<'a, str>>,
    /// `requestType`.
    pub request_type: Option<Name<'a, RequestType>>,
    /// `state` of the request.
    pub state: Option<Name<'a, State>>,
    /// `status` of the request.
    pub status: Option<Name<'a, Status>>,
    /// How long the callback is waited for, from `callbackConfiguration`. `None` if nobody waits.
    pub timeout: Option<Period>,
    /// `accessPackage.id`.
    pub access_package_id: Option<Uuid>,
    /// `assignment.id`.
    pub assignment_id: Option<Uuid>,
    /// `assignment.target.objectId`: who gets or loses access.
    pub target_id: Option<Uuid>,
    /// `requestor.objectId`: who asked.
    pub requestor_id: Option<Uuid>,
    /// `answers`, in order.
    pub answers: Vec<CalloutAnswer<'a>>,
}

/// An answer in a callout.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CalloutAnswer<'a> {
    /// `answeredQuestion.id`.
    pub question_id: Option<Uuid>,
    /// `value`.
    pub value: Option<Cow<'a, str>>,
    /// `displayValue`: what the policy shows for the value.
    pub display_value: Option<Cow<'a, str>>,
}

/// Reads the body of a callout, in either form.
///
/// # Errors
///
/// The first fault of the JSON text, else the first fault of the shape ([`ReadCode`](crate::ReadCode) has both), else
/// `unrecognizedBody` if no member of a callout occurs, else `missing` for `customExtensionStageInstanceId` or `stage`,
/// without which nobody can resume.
pub fn read_callout<'a>(bytes: &'a [u8], options: &ReadOptions) -> Result<CalloutData<'a>, ReadError> {
    read_body(bytes, options, BodyKind::Resource, |reader, _| read(reader))
}

fn read<'a>(reader: &mut Reader<'a>) -> Result<CalloutData<'a>, ReadError> {
    let at = reader.value_at()?;
    let (mut instance, mut stage, mut request_id, mut callback_uri_path) = (None, None, None, None);
    let (mut request_type, mut request_state, mut status, mut timeout) = (None, None, None, None);
    let (mut access_package_id, mut assignment, mut requestor_id, mut answers) = (None, None, None, None);
    let mut is_recognized = false;
    reader.members(|reader, name| {
        let is_annotation = name.contains("@odata.");
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&["accessPackageAssignmentRequestCalloutData"])?,
            "customExtensionStageInstanceId" | "CustomExtensionStageInstanceId" => merge(reader, &mut instance, "customExtensionStageInstanceId", Reader::id)?,
            "stage" | "Stage" => merge(reader, &mut stage, "stage", read_name)?,
            "accessPackageAssignmentRequestId" | "AccessPackageAssignmentRequestId" => merge(reader, &mut request_id, "accessPackageAssignmentRequestId", Reader::id)?,
            "callbackUriPath" | "CallbackUriPath" => merge(reader, &mut callback_uri_path, "callbackUriPath", Reader::text)?,
            "requestType" | "RequestType" => merge(reader, &mut request_type, "requestType", read_name)?,
            "state" | "State" => merge(reader, &mut request_state, "state", read_name)?,
            "status" | "Status" => merge(reader, &mut status, "status", read_name)?,
            "callbackConfiguration" | "CallbackConfiguration" => merge(reader, &mut timeout, "callbackConfiguration", read_timeout)?,
            "accessPackage" | "AccessPackage" => merge(reader, &mut access_package_id, "accessPackage", read_reference)?,
            "assignment" | "Assignment" => merge(reader, &mut assignment, "assignment", read_assignment)?,
            "requestor" | "Requestor" => merge(reader, &mut requestor_id, "requestor", read_subject)?,
            "answers" | "Answers" => merge(reader, &mut answers, "answers", |reader| reader.array(read_answer))?,
        } else known => {
            reader.unknown(name, known)?;
            return Ok(());
        });
        is_recognized |= !is_annotation;
        Ok(())
    })?;
    if !is_recognized {
        return Err(reader.unrecognized(at, "accessPackageAssignmentRequestCalloutData"));
    }
    let Some(instance) = instance else { return Err(reader.missing("customExtensionStageInstanceId")) };
    let Some(stage) = stage else { return Err(reader.missing("stage")) };
    let Assignment { id: assignment_id, target: target_id } = assignment.unwrap_or_default();
    Ok(CalloutData {
        instance,
        stage,
        request_id,
        callback_uri_path,
        request_type,
        state: request_state,
        status,
        timeout,
        access_package_id,
        assignment_id,
        target_id,
        requestor_id,
        answers: answers.unwrap_or_default(),
    })
}

/// Reads what may stand under two names of one member, and puts it into `slot`.
fn merge<'a, T: PartialEq>(
    reader: &mut Reader<'a>,
    slot: &mut Option<T>,
    name: &str,
    read: impl FnOnce(&mut Reader<'a>) -> Result<Option<T>, ReadError>,
) -> Result<(), ReadError> {
    let value = read(reader)?;
    reader.merge(slot, value, name)
}

/// Reads the time-out of a callback configuration, or null.
fn read_timeout(reader: &mut Reader<'_>) -> Result<Option<Period>, ReadError> {
    let mut timeout = None;
    reader.object(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(CALLBACK_TYPES)?,
            "timeoutDuration" | "durationBeforeTimeout" | "TimeoutDuration" | "DurationBeforeTimeout" => merge(reader, &mut timeout, "timeoutDuration", Reader::duration)?,
        });
        Ok(())
    })?;
    Ok(timeout)
}

/// Reads the id of an object of which nothing else matters here, or null.
fn read_reference(reader: &mut Reader<'_>) -> Result<Option<Uuid>, ReadError> {
    let mut id = None;
    reader.object(|reader, name| {
        match_member!(reader, name, {
            "id" | "Id" => merge(reader, &mut id, "id", Reader::id)?,
        });
        Ok(())
    })?;
    Ok(id)
}

/// The ids of an assignment and of its target.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Assignment {
    id: Option<Uuid>,
    target: Option<Uuid>,
}

/// Reads an assignment, or null.
fn read_assignment(reader: &mut Reader<'_>) -> Result<Option<Assignment>, ReadError> {
    let (mut id, mut target) = (None, None);
    let is_there = reader.object(|reader, name| {
        match_member!(reader, name, {
            "id" | "Id" => merge(reader, &mut id, "id", Reader::id)?,
            "target" | "Target" => merge(reader, &mut target, "target", read_subject)?,
        });
        Ok(())
    })?;
    Ok(is_there.then_some(Assignment { id, target }))
}

/// Reads the object id of a subject, or null.
fn read_subject(reader: &mut Reader<'_>) -> Result<Option<Uuid>, ReadError> {
    let mut id = None;
    reader.object(|reader, name| {
        match_member!(reader, name, {
            "objectId" | "ObjectId" => merge(reader, &mut id, "objectId", Reader::id)?,
        });
        Ok(())
    })?;
    Ok(id)
}

fn read_answer<'a>(reader: &mut Reader<'a>) -> Result<CalloutAnswer<'a>, ReadError> {
    let mut answer = CalloutAnswer::default();
    reader.members(|reader, name| {
        match_member!(reader, name, {
            "value" | "Value" => merge(reader, &mut answer.value, "value", Reader::text)?,
            "displayValue" | "DisplayValue" => merge(reader, &mut answer.display_value, "displayValue", Reader::text)?,
            "answeredQuestion" | "AnsweredQuestion" => merge(reader, &mut answer.question_id, "answeredQuestion", read_question)?,
        });
        Ok(())
    })?;
    Ok(answer)
}

fn read_question(reader: &mut Reader<'_>) -> Result<Option<Uuid>, ReadError> {
    let mut id = None;
    reader.object(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => drop(read_question_kind(reader)?),
            "id" | "Id" => merge(reader, &mut id, "id", Reader::id)?,
        });
        Ok(())
    })?;
    Ok(id)
}
