//! The body that creates a request.

mod answer;
mod assignment;
mod parameters;
mod schedule;

use assignment_request::{Draft, RequestType};

use crate::bodies::create::answer::read_answer;
use crate::bodies::create::assignment::{Assignment, AssignmentOf, read_assignment};
use crate::bodies::create::parameters::{read_parameters, write_parameters};
use crate::bodies::create::schedule::{ScheduleMembers, ScheduleOf, read_schedule};
use crate::json::body::{BodyKind, read_body};
use crate::json::member::match_member;
use crate::json::name::KnownName;
use crate::json::reader::Reader;
use crate::json::writer::{Json, name, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::ReadError;
use crate::vocabulary::options::ReadOptions;

/// Reads the body that creates a request, with the names of v1.0, of beta or of both.
///
/// The reader only checks the body; the policy decides later whether the request is allowed.
///
/// # Errors
///
/// Returns the first fault of the JSON text, or else the first fault of the shape; [`ReadCode`](crate::ReadCode) lists
/// both. Otherwise returns `missing` if there is no `requestType`, the only required member.
///
/// ```
/// use assignment_request::RequestType;
/// use assignment_request_graph::{ReadCode, ReadOptions, read_create};
///
/// let options = ReadOptions::default();
/// let body = br#"{"requestType": "UserAdd", "assignment": {"accessPackageId": "0b5dd43b-96b4-4d5c-a7f3-2f0f8f0f3c11"}}"#;
/// assert_eq!(read_create(body, &options)?.request_type, RequestType::UserAdd);
///
/// // Members that only a service writes are ignored, so that a client may send back what it has read.
/// assert!(read_create(br#"{"requestType": "UserAdd", "state": "delivered"}"#, &options).is_ok());
///
/// let error = read_create(br#"{"requestType": "UserAdd", "reason": "project"}"#, &options).unwrap_err();
/// assert_eq!((error.code(), error.path()), (ReadCode::UnknownMember, "reason"));
/// # Ok::<(), assignment_request_graph::ReadError>(())
/// ```
pub fn read_create(bytes: &[u8], options: &ReadOptions) -> Result<Draft, ReadError> {
    read_body(bytes, options, BodyKind::Asked, read)
}

fn read(reader: &mut Reader<'_>) -> Result<Draft, ReadError> {
    let mut request_type = None;
    let mut later_type = LaterType::NotSought;
    let mut assignment: Option<Assignment<'_>> = None;
    let mut assignment_name = "assignment";
    let mut justification = None;
    let mut schedule = None;
    let mut answers = None;
    let mut is_validation_only = None;
    let mut bypass_approval = false;
    reader.members(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&["accessPackageAssignmentRequest"])?,
            "requestType" => request_type = read_type(reader)?,
            "assignment" | "accessPackageAssignment" => {
                let known = request_type.or_else(|| later_type.seek(reader));
                let read = read_assignment(reader, known.map(RequestType::operation))?;
                let (name, other) = if name == "assignment" {
                    ("assignment", "accessPackageAssignment")
                } else {
                    ("accessPackageAssignment", "assignment")
                };
                if assignment.is_none() {
                    assignment_name = name;
                }
                reader.merge(&mut assignment, read, other)?;
            },
            "justification" => justification = reader.shared_text()?,
            "isValidationOnly" => is_validation_only = reader.boolean()?,
            "schedule" => schedule = read_schedule(reader, ScheduleOf::Request)?,
            "answers" => answers = reader.array(read_answer)?,
            "parameters" => bypass_approval = read_parameters(reader)?,
            "accessPackage"
            | "completedDate"
            | "completedDateTime"
            | "createdDateTime"
            | "customExtensionCalloutInstances"
            | "customExtensionHandlerInstances"
            | "history"
            | "id"
            | "requestState"
            | "requestStatus"
            | "requestor"
            | "state"
            | "status"
            | "verifiedCredentialsData" => reader.skip()?,
            // The client may have meant this as the end of access.
            "expirationDateTime" => reader.response_only(name)?,
        });
        Ok(())
    })?;
    let assignment = assignment.unwrap_or_default();
    let schedule = merge_schedules(reader, schedule, assignment.schedule, assignment_name)?;
    let Some(request_type) = request_type else { return Err(reader.missing("requestType")) };
    Ok(Draft {
        request_type,
        assignment_id: assignment.id,
        access_package_id: assignment.access_package_id,
        assignment_policy_id: assignment.policy_id,
        target_id: assignment.target_id,
        target_object_id: assignment.target.object_id,
        target_email: assignment.target.email,
        justification,
        schedule: schedule.map(|schedule| schedule.schedule()),
        answers: answers.unwrap_or_default(),
        is_validation_only: is_validation_only.unwrap_or_default(),
        bypass_approval,
    })
}

fn read_type(reader: &mut Reader<'_>) -> Result<Option<RequestType>, ReadError> {
    reader.name(&["notSpecified"])
}

/// Finds the request type if it comes after the assignment: it determines what is read-only in the assignment (rule
/// J4).
#[derive(Clone, Copy)]
enum LaterType {
    NotSought,
    Sought(Option<RequestType>),
}

impl LaterType {
    /// Returns the type. The first call searches the whole body for it. Returns `None` if the type is missing or cannot
    /// be read; the reader reports that fault later.
    fn seek(&mut self, reader: &Reader<'_>) -> Option<RequestType> {
        match *self {
            Self::Sought(found) => found,
            Self::NotSought => {
                let found = find_type(&mut reader.again()).ok().flatten();
                *self = Self::Sought(found);
                found
            }
        }
    }
}

/// Reads only the `requestType`.
///
/// # Errors
///
/// Returns a fault if the type cannot be read.
#[cold]
fn find_type(reader: &mut Reader<'_>) -> Result<Option<RequestType>, ReadError> {
    let mut request_type = None;
    reader.members(|reader, name| {
        if name == "requestType" {
            request_type = read_type(reader)?;
            Ok(())
        } else {
            reader.skip()
        }
    })?;
    Ok(request_type)
}

/// Returns the request's schedule, which may also be given in the assignment (rule C9).
///
/// # Errors
///
/// Returns `conflictingMembers` at the assignment's schedule if both are present and differ.
fn merge_schedules<'a>(
    reader: &Reader<'_>,
    schedule: Option<ScheduleMembers<'a>>,
    of_assignment: Option<ScheduleMembers<'a>>,
    assignment_name: &str,
) -> Result<Option<ScheduleMembers<'a>>, ReadError> {
    match (schedule, of_assignment) {
        (Some(schedule), Some(other)) if schedule != other => {
            Err(reader.conflict_inside(&format!("{assignment_name}.schedule"), other.at, "schedule"))
        }
        (schedule, of_assignment) => Ok(schedule.or(of_assignment)),
    }
}

/// Appends a create body to `out`. [`read_create`] reads it back as the same draft.
///
/// ```
/// use assignment_request::{Draft, RequestType};
/// use assignment_request_graph::{ApiVersion, write_create};
///
/// let mut body = Vec::new();
/// write_create(&Draft::new(RequestType::UserAdd), ApiVersion::V1_0, &mut body);
/// assert_eq!(body, br#"{"requestType":"userAdd","isValidationOnly":false}"#);
/// ```
pub fn write_create(draft: &Draft, api: ApiVersion, out: &mut Vec<u8>) {
    draft.write(api, out);
}

impl Json for Draft {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.member(name!("requestType"), KnownName(self.request_type.as_str()));
            let assignment = api.pick(name!("assignment"), name!("accessPackageAssignment"));
            object.optional(assignment, AssignmentOf::new(self));
            object.optional(name!("justification"), self.justification.as_deref());
            object.optional(name!("schedule"), self.schedule);
            if !self.answers.is_empty() {
                object.member(name!("answers"), self.answers.as_slice());
            }
            object.member(name!("isValidationOnly"), self.is_validation_only);
            write_parameters(self.bypass_approval, object);
        });
    }
}

#[cfg(test)]
mod tests;
