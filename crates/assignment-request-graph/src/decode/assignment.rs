//! The assignment that a create body speaks of.

use std::sync::Arc;

use assignment_request::Quoted;
use uuid::Uuid;

use super::schedule::SCHEDULE_TYPES;
use crate::json::Reader;
use crate::{ReadCode, ReadError};

/// The members of an assignment that a request can have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Assignment {
    pub(super) id: Option<Uuid>,
    pub(super) access_package_id: Option<Uuid>,
    pub(super) policy_id: Option<Uuid>,
    pub(super) target_id: Option<Uuid>,
    pub(super) target: Target,
}

/// Whom an assignment is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) object_id: Option<Uuid>,
    pub(super) email: Option<Arc<str>>,
}

pub(super) fn read_assignment(reader: &mut Reader<'_>) -> Result<Option<Assignment>, ReadError> {
    let mut assignment = Assignment::default();
    let is_there = reader.object(|reader, name| {
        match name {
            "@odata.type" => reader.expect_type(&["accessPackageAssignment"])?,
            "id" => assignment.id = reader.id()?,
            "targetId" => assignment.target_id = reader.id()?,
            "assignmentPolicyId" => assignment.policy_id = reader.id()?,
            "accessPackageId" => assignment.access_package_id = reader.id()?,
            "target" => assignment.target = read_target(reader)?,
            "schedule" => read_unsupported_schedule(reader)?,
            "accessPackage"
            | "accessPackageAssignmentPolicy"
            | "accessPackageAssignmentRequests"
            | "accessPackageAssignmentResourceRoles"
            | "assignmentPolicy"
            | "assignmentRequests"
            | "assignmentState"
            | "assignmentStatus"
            | "catalogId"
            | "customExtensionCalloutInstances"
            | "expiredDateTime"
            | "isExtended"
            | "state"
            | "status" => reader.response_only(name)?,
            _ => reader.unknown(name)?,
        }
        Ok(())
    })?;
    Ok(is_there.then_some(assignment))
}

fn read_target(reader: &mut Reader<'_>) -> Result<Target, ReadError> {
    let mut target = Target::default();
    reader.object(|reader, name| {
        match name {
            "@odata.type" => reader.expect_type(&["accessPackageSubject"])?,
            "objectId" => target.object_id = reader.id()?,
            "email" => target.email = reader.shared_text()?,
            // What else Graph knows of a person says nothing about whom the access is for.
            "altSecId"
            | "cleanupScheduledDateTime"
            | "connectedOrganizationId"
            | "displayName"
            | "id"
            | "onPremisesSecurityIdentifier"
            | "principalName"
            | "subjectLifecycle"
            | "subjectType"
            | "type" => drop(reader.text()?),
            "connectedOrganization" => reader.pass_over()?,
            _ => reader.unknown(name)?,
        }
        Ok(())
    })?;
    Ok(target)
}

/// Reads the assignment's own schedule, which a request cannot set. Passing over a wished end would give access for
/// longer than was asked for, so any member that says something is refused.
fn read_unsupported_schedule(reader: &mut Reader<'_>) -> Result<(), ReadError> {
    reader.object(|reader, name| {
        match name {
            "@odata.type" => reader.expect_type(SCHEDULE_TYPES)?,
            "expiration" | "recurrence" | "startDateTime" | "stopDateTime" => {
                if !reader.is_null()? {
                    let message = format!("{} of an assignment cannot be asked for", Quoted(name));
                    return Err(reader.error_at_member(ReadCode::UnsupportedValue, message));
                }
            }
            _ => reader.unknown(name)?,
        }
        Ok(())
    })?;
    Ok(())
}
