//! The body that creates a request.

use assignment_request::{Draft, RequestType};

use super::answer::read_answer;
use super::assignment::read_assignment;
use super::schedule::read_schedule;
use crate::body::{BodyKind, read_body};
use crate::json::Reader;
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
/// let error = read_create(br#"{"requestType": "UserAdd", "state": "delivered"}"#, &options).unwrap_err();
/// assert_eq!((error.code(), error.path()), (ReadCode::UnknownMember, "state"));
/// # Ok::<(), assignment_request_graph::ReadError>(())
/// ```
pub fn read_create(bytes: &[u8], options: &ReadOptions) -> Result<Draft, ReadError> {
    read_body(bytes, options, BodyKind::Asked, |reader, _| read(reader))
}

fn read(reader: &mut Reader<'_>) -> Result<Draft, ReadError> {
    let mut request_type = None;
    let mut assignment = None;
    let mut justification = None;
    let mut schedule = None;
    let mut answers = None;
    let mut is_validation_only = None;
    reader.members(|reader, name| {
        match name {
            "@odata.type" => reader.expect_type(&["accessPackageAssignmentRequest"])?,
            "id" => drop(reader.id()?),
            "requestType" => request_type = reader.name::<RequestType>(&["notSpecified"])?,
            "assignment" => {
                let read = read_assignment(reader)?;
                reader.unite(&mut assignment, read, "accessPackageAssignment")?;
            }
            "accessPackageAssignment" => {
                let read = read_assignment(reader)?;
                reader.unite(&mut assignment, read, "assignment")?;
            }
            "justification" => justification = reader.shared_text()?,
            "isValidationOnly" => is_validation_only = reader.boolean()?,
            "schedule" => schedule = read_schedule(reader)?,
            "answers" => answers = reader.array(read_answer)?,
            "accessPackage"
            | "completedDate"
            | "completedDateTime"
            | "createdDateTime"
            | "customExtensionCalloutInstances"
            | "customExtensionHandlerInstances"
            | "expirationDateTime"
            | "requestState"
            | "requestStatus"
            | "requestor"
            | "state"
            | "status"
            | "verifiedCredentialsData" => reader.response_only(name)?,
            _ => reader.unknown(name)?,
        }
        Ok(())
    })?;
    let Some(request_type) = request_type else { return Err(reader.missing("requestType")) };
    let assignment = assignment.unwrap_or_default();
    Ok(Draft {
        request_type,
        assignment_id: assignment.id,
        access_package_id: assignment.access_package_id,
        assignment_policy_id: assignment.policy_id,
        target_id: assignment.target_id,
        target_object_id: assignment.target.object_id,
        target_email: assignment.target.email,
        justification,
        schedule,
        answers: answers.unwrap_or_default(),
        is_validation_only: is_validation_only.unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests;
