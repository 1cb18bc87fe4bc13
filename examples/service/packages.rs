//! The access packages, their policies, and the people whom the policies name.

use std::path::Path;

use assignment_request::{
    AccessPackageId, ApproverKind, Limits, PatternCache, Policy, PolicyId, PolicySpec, Request, SubjectId,
    Tier,
};
use assignment_request_graph::read_policy;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use crate::data::{DataError, OPTIONS, read_json};
use crate::directory::Directory;
use crate::extensions::Extensions;

/// An access package.
#[derive(Debug)]
pub(crate) struct AccessPackage {
    pub(crate) id: AccessPackageId,
    /// How it is shown, as JSON.
    pub(crate) shown: Vec<u8>,
    /// How many deliveries of a request fail before one succeeds. It is there to show `reprocess`.
    pub(crate) fail_first_deliveries: u32,
    pub(crate) policies: Vec<AccessPolicy>,
}

/// A policy of an access package.
#[derive(Debug)]
pub(crate) struct AccessPolicy {
    pub(crate) id: PolicyId,
    /// How it is shown within another resource, as JSON.
    pub(crate) shown: Vec<u8>,
    /// The policy as it was written, with the texts of its questions.
    pub(crate) text: Box<RawValue>,
    pub(crate) compiled: Policy,
    /// Who may get access.
    scope: Scope,
    specific_targets: Vec<SubjectSet>,
    /// Who may ask for others.
    on_behalf_requestors: Vec<SubjectSet>,
    /// Who decides about each stage.
    stages: Vec<StageApprovers>,
}

/// `allowedTargetScope`, as far as this directory has such people. A policy with another scope is refused when it is
/// read.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
enum Scope {
    NotSpecified,
    SpecificDirectoryUsers,
    AllMemberUsers,
    AllDirectoryUsers,
}

/// Some people, as a policy names them.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "SubjectSetMembers")]
struct SubjectSet(ApproverKind);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SubjectSetMembers {
    #[serde(rename = "@odata.type")]
    odata_type: String,
    #[serde(alias = "userId", alias = "groupId")]
    id: Option<SubjectId>,
    manager_level: Option<u8>,
}

impl TryFrom<SubjectSetMembers> for SubjectSet {
    type Error = String;

    fn try_from(members: SubjectSetMembers) -> Result<Self, String> {
        let SubjectSetMembers { odata_type, id, manager_level } = members;
        let level = manager_level.unwrap_or(1);
        let known = match (odata_type.trim_start_matches('#'), id) {
            ("microsoft.graph.singleUser", Some(id)) => ApproverKind::SingleUser(id),
            ("microsoft.graph.groupMembers", Some(id)) => ApproverKind::GroupMembers(id),
            ("microsoft.graph.requestorManager", _) => ApproverKind::RequestorManager { level },
            ("microsoft.graph.targetManager", _) => ApproverKind::TargetManager { level },
            ("microsoft.graph.targetUserSponsors", _) => ApproverKind::TargetUserSponsors,
            _ => return Err(format!("`{odata_type}` is not supported here, or has no id")),
        };
        Ok(Self(known))
    }
}

/// Who decides about a stage.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct StageApprovers {
    #[serde(rename = "primaryApprovers")]
    primary: Vec<SubjectSet>,
    #[serde(rename = "fallbackPrimaryApprovers")]
    fallback_primary: Vec<SubjectSet>,
    #[serde(rename = "escalationApprovers")]
    escalation: Vec<SubjectSet>,
    #[serde(rename = "fallbackEscalationApprovers")]
    fallback_escalation: Vec<SubjectSet>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PackageFile {
    id: AccessPackageId,
    display_name: String,
    description: String,
    #[serde(default)]
    fail_first_deliveries: u32,
    policies: Vec<Box<RawValue>>,
}

/// The members of a policy that the library leaves to the host.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PolicyFile {
    id: PolicyId,
    display_name: String,
    description: String,
    allowed_target_scope: Scope,
    #[serde(default)]
    specific_allowed_targets: Vec<SubjectSet>,
    #[serde(default)]
    requestor_settings: RequestorSettings,
    #[serde(default)]
    request_approval_settings: ApprovalSettings,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RequestorSettings {
    on_behalf_requestors: Vec<SubjectSet>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ApprovalSettings {
    stages: Vec<StageApprovers>,
}

/// All access packages.
#[derive(Debug)]
pub(crate) struct Packages(Vec<AccessPackage>);

impl Packages {
    /// Reads the files of a folder, in the order of their names.
    pub(crate) fn read(folder: &Path, extensions: &Extensions) -> Result<Self, DataError> {
        let unreadable = |error: std::io::Error| DataError::new(folder, error.to_string());
        let entries = std::fs::read_dir(folder).map_err(unreadable)?;
        let mut paths = Vec::new();
        for entry in entries {
            paths.push(entry.map_err(unreadable)?.path());
        }
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
        paths.sort();
        let mut patterns = PatternCache::new();
        let mut packages = Self(Vec::new());
        for path in paths {
            let package = read_package(&path, extensions, &mut patterns)?;
            let is_known = packages.get(package.id).is_some()
                || package.policies.iter().any(|policy| packages.policy(policy.id).is_some());
            if is_known {
                return Err(DataError::new(
                    &path,
                    "another file has the same id, or a policy with the same id",
                ));
            }
            packages.0.push(package);
        }
        Ok(packages)
    }

    pub(crate) fn get(&self, id: AccessPackageId) -> Option<&AccessPackage> {
        self.0.iter().find(|package| package.id == id)
    }

    pub(crate) fn policy(&self, id: PolicyId) -> Option<&AccessPolicy> {
        self.0.iter().flat_map(|package| &package.policies).find(|policy| policy.id == id)
    }

    /// Returns the access package of a request.
    pub(crate) fn of(&self, request: &Request) -> Option<&AccessPackage> {
        self.get(request.access_package_id()?)
    }

    /// Returns the policy of a request.
    pub(crate) fn policy_of(&self, request: &Request) -> Option<&AccessPolicy> {
        self.policy(request.assignment_policy_id()?)
    }

    /// Returns the approvers of a stage of a request: those whom its policy names or an extension has named, and the
    /// fallback approvers if those are no one.
    pub(crate) fn approvers(
        &self,
        directory: &Directory,
        request: &Request,
        stage: u32,
        tier: Tier,
    ) -> Vec<SubjectId> {
        let mut barred = vec![Some(request.requestor()), request.target()];
        let [named, fallback] = if let Some(determination) = request.determination(stage) {
            barred.push(Some(determination.by()));
            let named = determination.stage().approvers_in(tier);
            named.map(|approvers| approvers.iter().map(|approver| approver.kind.clone()).collect())
        } else {
            let index = usize::try_from(stage).unwrap_or(usize::MAX);
            let stage = self.policy_of(request).and_then(|policy| policy.stages.get(index));
            stage.map(|stage| stage.named(tier)).unwrap_or_default()
        };
        let resolve = |kinds: Vec<ApproverKind>| -> Vec<SubjectId> {
            let people =
                kinds.iter().flat_map(|kind| directory.resolve(kind, request.requestor(), request.target()));
            people.filter(|id| !barred.contains(&Some(*id))).collect()
        };
        let found = resolve(named);
        if found.is_empty() { resolve(fallback) } else { found }
    }
}

impl AccessPolicy {
    /// Returns whether `target` may have access under the policy, as far as `allowedTargetScope` says.
    pub(crate) fn admits(&self, directory: &Directory, target: SubjectId) -> bool {
        match self.scope {
            Scope::NotSpecified => false,
            Scope::AllMemberUsers | Scope::AllDirectoryUsers => directory.person(target).is_some(),
            Scope::SpecificDirectoryUsers => {
                let mut sets = self.specific_targets.iter();
                sets.any(|set| directory.resolve(&set.0, target, Some(target)).contains(&target))
            }
        }
    }

    /// Returns whether `requestor` may ask for `target`, as far as `onBehalfRequestors` says. A policy without it lets no one.
    pub(crate) fn lets_ask_for(
        &self,
        directory: &Directory,
        requestor: SubjectId,
        target: SubjectId,
    ) -> bool {
        let mut sets = self.on_behalf_requestors.iter();
        sets.any(|set| directory.resolve(&set.0, requestor, Some(target)).contains(&requestor))
    }

    /// Returns whether someone decides about a stage of the policy, in any tier.
    pub(crate) fn has_approver(&self, directory: &Directory, id: SubjectId, target: SubjectId) -> bool {
        let all = self.stages.iter().flat_map(|stage| Tier::ALL.iter().flat_map(|tier| stage.named(*tier)));
        let mut kinds = all.flatten();
        kinds.any(|kind| directory.resolve(&kind, target, Some(target)).contains(&id))
    }
}

impl StageApprovers {
    /// Returns the approvers of a tier, and after them the fallback approvers.
    fn named(&self, tier: Tier) -> [Vec<ApproverKind>; 2] {
        let named = match tier {
            Tier::Primary => [&self.primary, &self.fallback_primary],
            Tier::Escalation => [&self.escalation, &self.fallback_escalation],
        };
        named.map(|sets| sets.iter().map(|set| set.0.clone()).collect())
    }
}

fn read_package(
    path: &Path,
    extensions: &Extensions,
    patterns: &mut PatternCache,
) -> Result<AccessPackage, DataError> {
    let PackageFile { id, display_name, description, fail_first_deliveries, policies } = read_json(path)?;
    let policies = policies.iter().map(|text| read_access_policy(path, id, text, extensions, patterns));
    let policies = policies.collect::<Result<_, _>>()?;
    let shown =
        json!({ "id": id, "displayName": display_name, "description": description, "isHidden": false });
    Ok(AccessPackage { id, shown: shown.to_string().into_bytes(), fail_first_deliveries, policies })
}

fn read_access_policy(
    path: &Path,
    package: AccessPackageId,
    text: &RawValue,
    extensions: &Extensions,
    patterns: &mut PatternCache,
) -> Result<AccessPolicy, DataError> {
    let wrong = |reason: &dyn ToString| DataError::new(path, reason.to_string());
    let spec = read_policy(text.get().as_bytes(), &OPTIONS).map_err(|error| wrong(&error))?;
    let spec = PolicySpec { access_package_id: Some(package), ..spec };
    let compiled = Policy::compile_with(&spec, &Limits::default(), &|id| extensions.behavior(id), patterns)
        .map_err(|error| wrong(&error))?;
    let file: PolicyFile = serde_json::from_str(text.get()).map_err(|error| wrong(&error))?;
    let shown = json!({ "id": file.id, "displayName": file.display_name, "description": file.description });
    Ok(AccessPolicy {
        id: file.id,
        shown: shown.to_string().into_bytes(),
        text: text.to_owned(),
        compiled,
        scope: file.allowed_target_scope,
        specific_targets: file.specific_allowed_targets,
        on_behalf_requestors: file.requestor_settings.on_behalf_requestors,
        stages: file.request_approval_settings.stages,
    })
}
