//! The assignment of a request, and subjects.

use std::borrow::Cow;

use assignment_request::{AccessPackageId, AssignmentId, PolicyId, Request, SubjectId};

use crate::client::additional_data::{AdditionalData, impl_add_member};
use crate::client::list::impl_write;
use crate::json::member::{match_member, other};
use crate::json::reader::Reader;
use crate::json::value::Text;
use crate::json::writer::{Json, name, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::ReadError;

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

/// `accessPackageAssignment`, as a request shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssignmentResource<'a> {
    /// `id`.
    pub id: Option<AssignmentId>,
    /// `accessPackageId`.
    pub access_package_id: Option<AccessPackageId>,
    /// `assignmentPolicyId`.
    pub assignment_policy_id: Option<PolicyId>,
    /// `targetId`.
    pub target_id: Option<SubjectId>,
    /// `target`: who has the assignment.
    pub target: Option<SubjectResource<'a>>,
    /// `state`, in beta `assignmentState`.
    pub state: Text<'a>,
    /// `status`, in beta `assignmentStatus`.
    pub status: Text<'a>,
    /// The other members of the schema.
    pub additional_data: AdditionalData<'a>,
}

/// `accessPackageSubject`: someone who requests access or has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubjectResource<'a> {
    /// `id`.
    pub id: Option<SubjectId>,
    /// `objectId`: the id in the directory.
    pub object_id: Option<SubjectId>,
    /// `displayName`.
    pub display_name: Text<'a>,
    /// `email`.
    pub email: Text<'a>,
    /// The other members of the schema.
    pub additional_data: AdditionalData<'a>,
}

impl SubjectResource<'_> {
    /// Returns a subject of which only the id is known.
    pub(super) fn of(id: Option<SubjectId>) -> Self {
        Self { id, object_id: id, ..Self::default() }
    }
}

impl<'a> AssignmentResource<'a> {
    /// Returns the assignment that `request` is about.
    pub(super) fn of(request: &'a Request) -> Self {
        Self {
            id: request.assignment_id(),
            access_package_id: request.access_package_id(),
            assignment_policy_id: request.assignment_policy_id(),
            target_id: request.target(),
            target: Some(SubjectResource {
                email: request.target_email().map(Cow::Borrowed),
                ..SubjectResource::of(request.target())
            }),
            ..Self::default()
        }
    }
}

pub(super) fn read_assignment<'a>(
    reader: &mut Reader<'a>,
) -> Result<Option<AssignmentResource<'a>>, ReadError> {
    let mut assignment = AssignmentResource::default();
    let is_there = reader.object(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&["accessPackageAssignment"])?,
            "id" => assignment.id = reader.id()?,
            "accessPackageId" => assignment.access_package_id = reader.id()?,
            "assignmentPolicyId" => assignment.assignment_policy_id = reader.id()?,
            "targetId" => assignment.target_id = reader.id()?,
            "target" => assignment.target = read_subject(reader)?,
            "state" | "assignmentState" => {
                let read = reader.text()?;
                reader.merge(&mut assignment.state, read, other(name, "state", "assignmentState"))?;
            },
            "status" | "assignmentStatus" => {
                let read = reader.text()?;
                reader.merge(&mut assignment.status, read, other(name, "status", "assignmentStatus"))?;
            },
        } else known => assignment.additional_data.read(reader, name, ASSIGNMENT_SCHEMA, known)?);
        Ok(())
    })?;
    Ok(is_there.then_some(assignment))
}

pub(super) fn read_subject<'a>(reader: &mut Reader<'a>) -> Result<Option<SubjectResource<'a>>, ReadError> {
    let mut subject = SubjectResource::default();
    let is_there = reader.object(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&["accessPackageSubject"])?,
            "id" => subject.id = reader.id()?,
            "objectId" => subject.object_id = reader.id()?,
            "displayName" => subject.display_name = reader.text()?,
            "email" => subject.email = reader.text()?,
        } else known => subject.additional_data.read(reader, name, SUBJECT_SCHEMA, known)?);
        Ok(())
    })?;
    Ok(is_there.then_some(subject))
}

impl Json for AssignmentResource<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.optional(name!("id"), self.id);
            object.optional(name!("accessPackageId"), self.access_package_id);
            object.optional(name!("assignmentPolicyId"), self.assignment_policy_id);
            object.optional(name!("targetId"), self.target_id);
            object.optional(name!("target"), self.target.as_ref());
            object.optional(api.pick(name!("state"), name!("assignmentState")), self.state.as_ref());
            object.optional(api.pick(name!("status"), name!("assignmentStatus")), self.status.as_ref());
            self.additional_data.write(object);
        });
    }
}

impl Json for SubjectResource<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.optional(name!("id"), self.id);
            object.optional(name!("objectId"), self.object_id);
            object.optional(name!("displayName"), self.display_name.as_ref());
            object.optional(name!("email"), self.email.as_ref());
            self.additional_data.write(object);
        });
    }
}

impl_write!(AssignmentResource);
impl_write!(SubjectResource);
impl_add_member!(AssignmentResource, ASSIGNMENT_SCHEMA);
impl_add_member!(SubjectResource, SUBJECT_SCHEMA);
