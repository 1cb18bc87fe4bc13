//! A policy, in the forms in which it is created, updated and shown, of v1.0 and of beta.

mod approval;
mod expiration;
mod extension;
mod localized;
mod question;
mod requestor;

use assignment_request::PolicySpec;
use uuid::Uuid;

use self::approval::read_approval;
use self::expiration::PolicyExpiration;
use self::extension::{pass_over_handlers, read_extensions};
use self::question::read_questions;
use self::requestor::RequestorMembers;
use crate::body::{BodyKind, read_body};
use crate::json::Reader;
use crate::{ReadError, ReadOptions};

/// Reads an `accessPackageAssignmentPolicy`, of v1.0 or beta or both.
///
/// Numbers and booleans may be written as strings (rule J3), and unknown members are passed over unless `options` say
/// otherwise (rule J4).
///
/// # Errors
///
/// The first fault of the JSON text, else the first fault of the shape ([`ReadCode`](crate::ReadCode) has both), else
/// `missing` where a stage of an extension has no `stage`, or where nothing tells a question's kind.
///
/// ```
/// use assignment_request::{Limits, Policy};
/// use assignment_request_graph::{ReadOptions, read_policy};
///
/// let body = br#"{
///     "requestorSettings": {"enableTargetsToSelfAddAccess": true},
///     "requestApprovalSettings": {
///         "isApprovalRequiredForAdd": true,
///         "stages": [{"durationBeforeAutomaticDenial": "P2D"}]
///     }
/// }"#;
/// let spec = read_policy(body, &ReadOptions::default())?;
/// assert!(spec.requestor_settings.self_add);
/// let policy = Policy::compile(&spec, &Limits::DEFAULT)?;
/// # let _ = policy;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_policy(bytes: &[u8], options: &ReadOptions) -> Result<PolicySpec, ReadError> {
    read_body(bytes, options, BodyKind::Policy, |reader, _| read(reader))
}

fn read(reader: &mut Reader<'_>) -> Result<PolicySpec, ReadError> {
    let mut policy = PolicySpec::EMPTY;
    let mut expiration = PolicyExpiration::default();
    let mut requestor = RequestorMembers::default();
    reader.members(|reader, name| {
        match name {
            "@odata.type" => reader.expect_type(&["accessPackageAssignmentPolicy"])?,
            "id" => policy.id = reader.id()?,
            "accessPackageId" => {
                let id = reader.id()?;
                reader.unite(&mut policy.access_package_id, id, "accessPackage.id")?;
            }
            "accessPackage" => {
                let id = read_access_package(reader)?;
                reader.unite(&mut policy.access_package_id, id, "accessPackageId")?;
            }
            "expiration" | "durationInDays" | "expirationDateTime" => expiration.read_member(reader, name)?,
            "canExtend" => requestor.read_can_extend(reader)?,
            "requestorSettings" => requestor.read_settings(reader)?,
            "requestApprovalSettings" => policy.approval = read_approval(reader)?,
            "questions" => policy.questions = read_questions(reader)?,
            "customExtensionHandlers" => pass_over_handlers(reader, name)?,
            "customExtensionStageSettings" => policy.extensions = read_extensions(reader)?,
            // What a policy says about itself, about others' reviews and about whom it is for is the host's.
            "accessPackageCatalog"
            | "accessReviewSettings"
            | "allowedTargetScope"
            | "automaticRequestSettings"
            | "catalog"
            | "createdBy"
            | "createdDateTime"
            | "description"
            | "displayName"
            | "modifiedBy"
            | "modifiedDateTime"
            | "notificationSettings"
            | "reviewSettings"
            | "specificAllowedTargets"
            | "verifiableCredentialSettings" => reader.pass_over()?,
            _ => reader.unknown(name)?,
        }
        Ok(())
    })?;
    Ok(PolicySpec {
        expiration: expiration.finish(reader)?,
        requestor_settings: requestor.finish(),
        ..policy
    })
}

fn read_access_package(reader: &mut Reader<'_>) -> Result<Option<Uuid>, ReadError> {
    let mut id = None;
    reader.object(|reader, name| {
        match name {
            "@odata.type" => reader.expect_type(&["accessPackage"])?,
            "id" => id = reader.id()?,
            // An expanded access package says much more; a policy needs none of it.
            _ => reader.pass_over()?,
        }
        Ok(())
    })?;
    Ok(id)
}

#[cfg(test)]
mod tests;
