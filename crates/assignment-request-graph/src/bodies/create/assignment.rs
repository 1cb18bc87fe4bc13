//! The assignment in a create body.

use std::str::FromStr;

use std::sync::Arc;

use assignment_request::{AccessPackageId, AssignmentId, Draft, IdError, Operation, PolicyId, SubjectId};

use crate::bodies::create::schedule::{ScheduleMembers, ScheduleOf, read_schedule};
use crate::json::member::match_member;
use crate::json::reader::Reader;
use crate::json::writer::{Json, name, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::ReadError;

/// The members of an assignment that a request may have.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Assignment<'a> {
    pub(super) id: Option<AssignmentId>,
    pub(super) access_package_id: Option<AccessPackageId>,
    pub(super) policy_id: Option<PolicyId>,
    pub(super) target_id: Option<SubjectId>,
    pub(super) target: Target,
    /// `None` also if the schedule is empty (rule C9).
    pub(super) schedule: Option<ScheduleMembers<'a>>,
}

/// The target of an assignment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) object_id: Option<SubjectId>,
    pub(super) email: Option<Arc<str>>,
}

/// The `id` of a relation, and the place of the relation's name in the text.
#[derive(Clone, Copy, Debug)]
struct RelationId<T> {
    id: T,
    at: usize,
}

/// Reads the assignment of a request, or null. `operation` determines which members are read-only (rule J4); if it is
/// `None`, no member is.
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
            | "status" => reader.skip()?,
            // The client may have meant this to choose a policy: beta's relation names one.
            "accessPackageAssignmentPolicy" => reader.response_only(name)?,
        });
        Ok(())
    })?;
    let access_package = differing(access_package, &mut assignment.access_package_id);
    let policy = differing(policy, &mut assignment.policy_id);
    // Report the first fault in the order of the document (rule J13).
    let conflicts = [
        access_package.map(|at| (at, "accessPackage.id", "accessPackageId")),
        policy.map(|at| (at, "assignmentPolicy.id", "assignmentPolicyId")),
    ];
    if let Some((at, path, other)) = conflicts.into_iter().flatten().min() {
        return Err(reader.conflict_inside(path, at, other));
    }
    Ok(is_there.then_some(assignment))
}

/// Reads the assignment's id. An Add creates the assignment, so only a service can have set its id.
fn read_id(reader: &mut Reader<'_>, operation: Option<Operation>) -> Result<Option<AssignmentId>, ReadError> {
    match operation {
        Some(Operation::Add) => reader.skip().map(|()| None),
        Some(Operation::Update | Operation::Remove) | None => reader.id(),
    }
}

/// Reads the assignment's schedule, or null. Returns `None` also if it is empty. On a Remove it is the existing
/// assignment's schedule, and requests nothing.
fn read_own_schedule<'a>(
    reader: &mut Reader<'a>,
    operation: Option<Operation>,
) -> Result<Option<ScheduleMembers<'a>>, ReadError> {
    match operation {
        Some(Operation::Remove) => reader.skip().map(|()| None),
        Some(Operation::Add | Operation::Update) | None => {
            let schedule = read_schedule(reader, ScheduleOf::Assignment)?;
            Ok(schedule.filter(|schedule| !schedule.is_empty()))
        }
    }
}

/// Reads the `id` of a relation, or null. Its other members are read-only.
fn read_relation<T: FromStr<Err = IdError>>(
    reader: &mut Reader<'_>,
) -> Result<Option<RelationId<T>>, ReadError> {
    let mut relation = None;
    reader.object(|reader, name| {
        match name {
            "id" => {
                let at = reader.member_at();
                relation = reader.id()?.map(|id| RelationId { id, at });
            }
            _ => reader.skip()?,
        }
        Ok(())
    })?;
    Ok(relation)
}

/// Puts the id of a relation into `id`, which may already hold the value of its other name. Returns the relation's
/// place if the two differ.
fn differing<T: Copy + PartialEq>(relation: Option<RelationId<T>>, id: &mut Option<T>) -> Option<usize> {
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
            // These members do not identify the target.
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
            | "type" => reader.skip()?,
        });
        Ok(())
    })?;
    Ok(target)
}

/// Writes the assignment of a draft.
pub(super) struct AssignmentOf<'a>(&'a Draft);

impl<'a> AssignmentOf<'a> {
    /// Returns `None` if the draft sets no member of an assignment.
    pub(super) fn new(draft: &'a Draft) -> Option<Self> {
        let of_draft = Self(draft);
        let says_something = draft.assignment_id.is_some()
            || draft.target_id.is_some()
            || of_draft.has_target()
            || draft.assignment_policy_id.is_some()
            || draft.access_package_id.is_some();
        says_something.then_some(of_draft)
    }

    fn has_target(&self) -> bool {
        self.0.target_object_id.is_some() || self.0.target_email.is_some()
    }
}

impl Json for AssignmentOf<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        let draft = self.0;
        write_object(api, out, |object| {
            object.optional(name!("id"), draft.assignment_id);
            object.optional(name!("targetId"), draft.target_id);
            if self.has_target() {
                object.object(name!("target"), |target| {
                    target.optional(name!("objectId"), draft.target_object_id);
                    target.optional(name!("email"), draft.target_email.as_deref());
                });
            }
            object.optional(name!("assignmentPolicyId"), draft.assignment_policy_id);
            object.optional(name!("accessPackageId"), draft.access_package_id);
        });
    }
}
