//! The body that creates a request.

use assignment_request::{Draft, RequestType};

use super::answer::read_answer;
use super::assignment::{Assignment, read_assignment};
use super::parameters::read_parameters;
use super::schedule::{ScheduleMembers, ScheduleOf, read_schedule};
use crate::body::{BodyKind, read_body};
use crate::json::{Reader, match_member};
use crate::{ReadError, ReadOptions};

/// Reads the body that creates a request, of v1.0 or beta or both.
///
/// Whether what it asks can be had is judged later, by the policy; here the body only has to be one.
///
/// # Errors
///
/// The first fault of the JSON text, else the first fault of the shape ([`ReadCode`](crate::ReadCode) has both), else a
/// required member that is missing: only `requestType` is required.
///
/// ```
/// use assignment_request::RequestType;
/// use assignment_request_graph::{ReadCode, ReadOptions, read_create};
///
/// let options = ReadOptions::default();
/// let body = br#"{"requestType": "UserAdd", "assignment": {"accessPackageId": "0b5dd43b-96b4-4d5c-a7f3-2f0f8f0f3c11"}}"#;
/// assert_eq!(read_create(body, &options)?.request_type, RequestType::UserAdd);
///
/// // What only a service writes is ignored, so that a request that was read may be sent back changed.
/// assert!(read_create(br#"{"requestType": "UserAdd", "state": "delivered"}"#, &options).is_ok());
///
/// let error = read_create(br#"{"requestType": "UserAdd", "reason": "project"}"#, &options).unwrap_err();
/// assert_eq!((error.code(), error.path()), (ReadCode::UnknownMember, "reason"));
/// # Ok::<(), assignment_request_graph::ReadError>(())
/// ```
pub fn read_create(bytes: &[u8], options: &ReadOptions) -> Result<Draft, ReadError> {
    read_body(bytes, options, BodyKind::Asked, |reader, _| read(reader))
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
            | "verifiedCredentialsData" => reader.pass_over()?,
            // It may be an end that someone wished for.
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

/// The request type if it stands after the assignment: what is read-only in the assignment depends on it (rule J4).
#[derive(Clone, Copy)]
enum LaterType {
    NotSought,
    Sought(Option<RequestType>),
}

impl LaterType {
    /// Returns the type; the first call looks for it in the whole body. `None` if it is missing or cannot be read: that
    /// is a fault when the reader comes to it.
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

/// Reads the `requestType` alone.
///
/// # Errors
///
/// Where it cannot be read.
#[cold]
fn find_type(reader: &mut Reader<'_>) -> Result<Option<RequestType>, ReadError> {
    let mut request_type = None;
    reader.members(|reader, name| {
        if name == "requestType" {
            request_type = read_type(reader)?;
            Ok(())
        } else {
            reader.pass_over()
        }
    })?;
    Ok(request_type)
}

/// The request's schedule, which may stand in the assignment too (rule C9).
///
/// # Errors
///
/// `conflictingMembers` at the assignment's schedule where both are there and say different things.
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

#[cfg(test)]
mod tests;
