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
pub use self::extension::read_extension;
use self::extension::{read_extensions, read_handlers};
use self::question::read_questions;
use self::requestor::RequestorMembers;
use crate::body::{BodyKind, read_body};
use crate::json::{Reader, match_member};
use crate::{ReadError, ReadOptions};

/// The members that tell a policy from a body of another kind (rule J15): one of them is in every policy, if only as
/// null. What else a policy has, other resources have too.
const TELLING: [&str; 16] = [
    "allowedTargetScope",
    "specificAllowedTargets",
    "expiration",
    "durationInDays",
    "canExtend",
    "requestorSettings",
    "requestApprovalSettings",
    "questions",
    "customExtensionStageSettings",
    "customExtensionHandlers",
    "automaticRequestSettings",
    "reviewSettings",
    "accessReviewSettings",
    "notificationSettings",
    "accessPackageNotificationSettings",
    "verifiableCredentialSettings",
];

/// Reads an `accessPackageAssignmentPolicy`, of v1.0 or beta or both.
///
/// Numbers and booleans may be written as strings (rule J3), and unknown members are ignored unless `options` say
/// otherwise; but a name that is known in another case is refused (rule J4).
///
/// # Errors
///
/// The first fault of the JSON text, else the first fault of the shape ([`ReadCode`](crate::ReadCode) has both), else
/// `unrecognizedBody` if no member occurs that tells a policy from another body, else `missing` if there are approval
/// stages and no word about when they apply, if a stage of an extension has no `stage`, or if nothing tells a question's
/// kind.
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
    let mut is_recognized = false;
    let mut is_silent = false;
    let at = reader.value_at()?;
    reader.members(|reader, name| {
        is_recognized = is_recognized || TELLING.contains(&name);
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&["accessPackageAssignmentPolicy"])?,
            "id" => policy.id = reader.id()?,
            "accessPackageId" => {
                let id = reader.id()?;
                reader.merge(&mut policy.access_package_id, id, "accessPackage.id")?;
            },
            "accessPackage" => {
                let id = read_access_package(reader)?;
                reader.merge(&mut policy.access_package_id, id, "accessPackageId")?;
            },
            "expiration" | "durationInDays" | "expirationDateTime" => expiration.read_member(reader, name)?,
            "canExtend" => requestor.read_can_extend(reader)?,
            "allowedTargetScope" => requestor.read_target_scope(reader)?,
            "requestorSettings" => requestor.read_settings(reader)?,
            "requestApprovalSettings" => {
                let approval = read_approval(reader)?;
                policy.approval = approval.settings;
                is_silent = approval.is_silent;
            },
            "questions" => policy.questions = read_questions(reader)?,
            "customExtensionHandlers" => read_handlers(reader)?,
            "customExtensionStageSettings" => policy.extensions = read_extensions(reader)?,
            // What a policy says about itself, about others' reviews and about whom it is for is the host's.
            "accessPackageCatalog"
            | "accessPackageNotificationSettings"
            | "accessReviewSettings"
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
        });
        Ok(())
    })?;
    if !is_recognized {
        return Err(reader.unrecognized(at, "accessPackageAssignmentPolicy"));
    }
    // Not given is not "no approval" (rule P3).
    if is_silent {
        return Err(reader.missing("requestApprovalSettings.isApprovalRequiredForAdd"));
    }
    Ok(PolicySpec { expiration: expiration.finish(), requestor_settings: requestor.finish(), ..policy })
}

/// Reads the access package, or null: its id. An expanded one says much more; a policy needs none of it.
fn read_access_package(reader: &mut Reader<'_>) -> Result<Option<Uuid>, ReadError> {
    let mut id = None;
    reader.object(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&["accessPackage"])?,
            "id" => id = reader.id()?,
        } else known => reader.pass_over_other(name, known)?);
        Ok(())
    })?;
    Ok(id)
}

#[cfg(test)]
mod tests;
