//! The assignment that a create body speaks of.

use std::sync::Arc;

use assignment_request::Operation;
use uuid::Uuid;

use super::schedule::{ScheduleMembers, ScheduleOf, read_schedule};
use crate::ReadError;
use crate::json::{Reader, match_member};

/// The members of an assignment that a request can have.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Assignment<'a> {
    pub(super) id: Option<Uuid>,
    pub(super) access_package_id: Option<Uuid>,
    pub(super) policy_id: Option<Uuid>,
    pub(super) target_id: Option<Uuid>,
    pub(super) target: Target,
    /// Not there where it says nothing (rule C9).
    pub(super) schedule: Option<ScheduleMembers<'a>>,
}

/// Whom an assignment is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) object_id: Option<Uuid>,
    pub(super) email: Option<Arc<str>>,
}

/// The `id` of a relation, and where its name is in the text.
#[derive(Clone, Copy, Debug)]
struct RelationId {
    id: Uuid,
    at: usize,
}

/// Reads the assignment of a request, or null. What is read-only in it depends on the operation that the request asks
/// for (rule J4): `None` if that cannot be read, and then nothing is.
pub(super) fn read_assignment<'a>(
    reader: &mut Reader<'a>,
    operation: Option<Operation>,
) -> Result<Option<Assignment<'a>>, ReadError> {
    let mut assignment = Assignment::default();
    let mut access_package = None;
    let mut policy = None;
    let is_there = reader.object(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&["accessPackageAssignment"])?,
            "id" => assignment.id = read_id(reader, operation)?,
            "targetId" => assignment.target_id = reader.id()?,
            "assignmentPolicyId" => assignment.policy_id = reader.id()?,
            "accessPackageId" => assignment.access_package_id = reader.id()?,
            "accessPackage" => access_package = read_relation(reader)?,
            "assignmentPolicy" => policy = read_relation(reader)?,
            "target" => assignment.target = read_target(reader)?,
            "schedule" => assignment.schedule = read_own_schedule(reader, operation)?,
            "accessPackageAssignmentRequests"
            | "accessPackageAssignmentResourceRoles"
            | "assignmentRequests"
            | "assignmentState"
            | "assignmentStatus"
            | "catalogId"
            | "customExtensionCalloutInstances"
            | "expiredDateTime"
            | "isExtended"
            | "state"
            | "status" => reader.pass_over()?,
            // Beta's relation has a policy that someone may have wished for.
            "accessPackageAssignmentPolicy" => reader.response_only(name)?,
        });
        Ok(())
    })?;
    let access_package = differing(access_package, &mut assignment.access_package_id);
    let policy = differing(policy, &mut assignment.policy_id);
    // The first fault in document order (rule J13).
    let conflicts = [
        access_package.map(|at| (at, "accessPackage.id", "accessPackageId")),
        policy.map(|at| (at, "assignmentPolicy.id", "assignmentPolicyId")),
    ];
    if let Some((at, path, other)) = conflicts.into_iter().flatten().min() {
        return Err(reader.conflict_inside(path, at, other));
    }
    Ok(is_there.then_some(assignment))
}

/// Reads the assignment's id. An Add makes the assignment, so that its id is a service's to write.
fn read_id(reader: &mut Reader<'_>, operation: Option<Operation>) -> Result<Option<Uuid>, ReadError> {
    match operation {
        Some(Operation::Add) => reader.pass_over().map(|()| None),
        Some(Operation::Update | Operation::Remove) | None => reader.id(),
    }
}

/// Reads the assignment's schedule, or null: `None` also if it says nothing. On a Remove it is the one that the
/// assignment has, and nothing is asked with it.
fn read_own_schedule<'a>(
    reader: &mut Reader<'a>,
    operation: Option<Operation>,
) -> Result<Option<ScheduleMembers<'a>>, ReadError> {
    match operation {
        Some(Operation::Remove) => reader.pass_over().map(|()| None),
        Some(Operation::Add | Operation::Update) | None => {
            let schedule = read_schedule(reader, ScheduleOf::Assignment)?;
            Ok(schedule.filter(|schedule| !schedule.is_empty()))
        }
    }
}

/// Reads the `id` of a relation, or null. Its other members are read-only.
fn read_relation(reader: &mut Reader<'_>) -> Result<Option<RelationId>, ReadError> {
    let mut relation = None;
    reader.object(|reader, name| {
        match name {
            "id" => {
                let at = reader.member_at();
                relation = reader.id()?.map(|id| RelationId { id, at });
            }
            _ => reader.pass_over()?,
        }
        Ok(())
    })?;
    Ok(relation)
}

/// Puts the id of a relation where the same id may be already under its other name. Returns the relation's place if the
/// two differ.
fn differing(relation: Option<RelationId>, id: &mut Option<Uuid>) -> Option<usize> {
    let RelationId { id: related, at } = relation?;
    (*id.get_or_insert(related) != related).then_some(at)
}

fn read_target(reader: &mut Reader<'_>) -> Result<Target, ReadError> {
    let mut target = Target::default();
    reader.object(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&["accessPackageSubject"])?,
            "objectId" => target.object_id = reader.id()?,
            "email" => target.email = reader.shared_text()?,
            // What else Graph knows of a person says nothing about whom the access is for.
            "altSecId"
            | "cleanupScheduledDateTime"
            | "connectedOrganization"
            | "connectedOrganizationId"
            | "displayName"
            | "id"
            | "onPremisesSecurityIdentifier"
            | "principalName"
            | "subjectLifecycle"
            | "subjectType"
            | "type" => reader.pass_over()?,
        });
        Ok(())
    })?;
    Ok(target)
}
