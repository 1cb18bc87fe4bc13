//! A policy, in the forms of v1.0 and of beta that are created, updated and shown.

mod approval;
mod expiration;
pub(crate) mod extension;
mod localized;
mod question;
mod requestor;

use assignment_request::{AccessPackageId, PolicySpec};

use crate::bodies::policy::approval::read_approval;
use crate::bodies::policy::expiration::PolicyExpiration;
use crate::bodies::policy::extension::{read_extensions, read_handlers};
use crate::bodies::policy::question::read_questions;
use crate::bodies::policy::requestor::RequestorMembers;
use crate::json::body::{BodyKind, read_body};
use crate::json::member::match_member;
use crate::json::reader::Reader;
use crate::json::writer::{EITHER, Json, name, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::ReadError;
use crate::vocabulary::options::ReadOptions;

/// The members by which a policy is recognized (rule J15). Every policy has at least one of them, even if it is null.
/// Other resources share a policy's remaining members.
const DISTINCTIVE: [&str; 16] = [
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

/// Reads an `accessPackageAssignmentPolicy`, with the names of v1.0, of beta or of both.
///
/// Numbers and booleans may be written as strings (rule J3). Unknown members are ignored unless `options` say
/// otherwise, but a known name in another case is refused (rule J4).
///
/// # Errors
///
/// Returns the first fault of the JSON text, or else the first fault of the shape; [`ReadCode`](crate::ReadCode) lists
/// both. Otherwise returns `unrecognizedBody` if no member identifies a policy, or `missing` if no member states when
/// the approval stages apply, an extension's setting has no `stage`, or a question's kind is unclear.
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
/// let policy = Policy::compile(&spec, &Limits::default())?;
/// # let _ = policy;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_policy(bytes: &[u8], options: &ReadOptions) -> Result<PolicySpec, ReadError> {
    read_body(bytes, options, BodyKind::Policy, read)
}

fn read(reader: &mut Reader<'_>) -> Result<PolicySpec, ReadError> {
    let mut policy = PolicySpec::default();
    let mut expiration = PolicyExpiration::default();
    let mut requestor = RequestorMembers::default();
    let mut is_recognized = false;
    let mut is_silent = false;
    let at = reader.value_at()?;
    reader.members(|reader, name| {
        is_recognized = is_recognized || DISTINCTIVE.contains(&name);
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
            // The host handles the policy's own data, reviews and targets.
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
            | "verifiableCredentialSettings" => reader.skip()?,
        });
        Ok(())
    })?;
    if !is_recognized {
        return Err(reader.unrecognized(at, "accessPackageAssignmentPolicy"));
    }
    // An absent setting does not mean that no approval is required (rule P3).
    if is_silent {
        return Err(reader.missing("requestApprovalSettings.isApprovalRequiredForAdd"));
    }
    Ok(PolicySpec { expiration: expiration.finish(), requestor_settings: requestor.finish(), ..policy })
}

/// Reads the id of the access package, or null. An expanded access package has more members, which are ignored.
fn read_access_package(reader: &mut Reader<'_>) -> Result<Option<AccessPackageId>, ReadError> {
    let mut id = None;
    reader.object(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&["accessPackage"])?,
            "id" => id = reader.id()?,
        } else known => reader.skip_other(name, known)?);
        Ok(())
    })?;
    Ok(id)
}

/// Appends a policy to `out`, in the names of v1.0. [`read_policy`] reads it back as the same policy. The names of beta
/// cannot express every policy: they allow only whole days, and have nothing about requests for others.
pub fn write_policy(policy: &PolicySpec, out: &mut Vec<u8>) {
    policy.write(EITHER, out);
}

impl Json for PolicySpec {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.optional(name!("id"), self.id);
            if let Some(id) = self.access_package_id {
                object.object(name!("accessPackage"), |package| package.member(name!("id"), id));
            }
            object.member(name!("expiration"), self.expiration);
            object.member(name!("requestorSettings"), self.requestor_settings);
            object.member(name!("requestApprovalSettings"), &self.approval);
            object.member(name!("questions"), self.questions.as_slice());
            object.member(name!("customExtensionStageSettings"), self.extensions.as_slice());
        });
    }
}

#[cfg(test)]
mod tests;
