//! The value of `$select`.

use std::fmt;

use assignment_request::Quoted;

use crate::http::endpoint::Endpoint;
use crate::http::operation::Operation;
use crate::http::query::error::Fault;

/// The members that a client selected, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Members(Vec<&'static str>);

impl Members {
    /// Returns the names of the members.
    #[must_use]
    pub fn names(&self) -> &[&'static str] {
        &self.0
    }

    /// Returns the same members and `others`.
    pub(super) fn with(&self, others: impl Iterator<Item = &'static str>) -> Self {
        let mut names = self.0.clone();
        for other in others {
            if !names.contains(&other) {
                names.push(other);
            }
        }
        Self(names)
    }
}

impl fmt::Display for Members {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.join(","))
    }
}

const REQUEST: &[&str] = &[
    "id",
    "requestType",
    "state",
    "status",
    "createdDateTime",
    "completedDateTime",
    "isValidationOnly",
    "schedule",
    "justification",
    "answers",
    "assignment",
    "accessPackage",
    "requestor",
    "customExtensionCalloutInstances",
];
const BETA_REQUEST: &[&str] = &[
    "id",
    "requestType",
    "requestState",
    "requestStatus",
    "createdDateTime",
    "completedDate",
    "isValidationOnly",
    "schedule",
    "justification",
    "answers",
    "accessPackageAssignment",
    "accessPackage",
    "requestor",
    "customExtensionCalloutInstances",
    "history",
];
const ASSIGNMENT: &[&str] = &[
    "id",
    "state",
    "status",
    "schedule",
    "expiredDateTime",
    "customExtensionCalloutInstances",
    "accessPackageId",
    "assignmentPolicyId",
    "targetId",
    "target",
    "accessPackage",
    "assignmentPolicy",
];
const BETA_ASSIGNMENT: &[&str] = &[
    "id",
    "assignmentState",
    "assignmentStatus",
    "schedule",
    "expiredDateTime",
    "customExtensionCalloutInstances",
    "accessPackageId",
    "assignmentPolicyId",
    "catalogId",
    "isExtended",
    "targetId",
    "target",
    "accessPackage",
    "accessPackageAssignmentPolicy",
];
const SUBJECT: &[&str] = &[
    "id",
    "objectId",
    "displayName",
    "email",
    "principalName",
    "subjectType",
    "subjectLifecycle",
    "onPremisesSecurityIdentifier",
    "connectedOrganization",
];
const PACKAGE: &[&str] = &[
    "id",
    "displayName",
    "description",
    "isHidden",
    "createdDateTime",
    "modifiedDateTime",
    "catalog",
    "catalogId",
];
const APPROVAL: &[&str] = &["id", "stages"];
const BETA_APPROVAL: &[&str] = &["id", "steps"];
const STAGE: &[&str] = &[
    "id",
    "displayName",
    "reviewedDateTime",
    "reviewResult",
    "status",
    "assignedToMe",
    "justification",
    "reviewedBy",
];

/// Returns the members of what the operation answers with.
const fn schema(endpoint: &Endpoint) -> &'static [&'static str] {
    let api = endpoint.api;
    match endpoint.operation {
        Operation::List | Operation::Filter { .. } | Operation::Get { .. } => api.pick(REQUEST, BETA_REQUEST),
        Operation::GetAssignment { .. } => api.pick(ASSIGNMENT, BETA_ASSIGNMENT),
        Operation::GetRequestor { .. } => SUBJECT,
        Operation::GetAccessPackage { .. } => PACKAGE,
        Operation::ListApprovals | Operation::FilterApprovals { .. } | Operation::GetApproval { .. } => {
            api.pick(APPROVAL, BETA_APPROVAL)
        }
        Operation::ListStages { .. } | Operation::GetStage { .. } => STAGE,
        Operation::Create
        | Operation::Count
        | Operation::Delete { .. }
        | Operation::Resume { .. }
        | Operation::Cancel { .. }
        | Operation::Reprocess { .. }
        | Operation::CountApprovals
        | Operation::CountStages { .. }
        | Operation::Decide { .. }
        | Operation::GetRequirements { .. }
        | Operation::Batch => &[],
    }
}

/// Reads the names after `$select`. `*` selects all.
pub(super) fn read(value: &str, endpoint: &Endpoint) -> Result<Option<Members>, Fault> {
    let schema = schema(endpoint);
    let mut names = Vec::new();
    let mut is_all = false;
    for name in value.split(',').map(str::trim) {
        if name == "*" {
            is_all = true;
            continue;
        }
        let Some(known) = schema.iter().find(|known| **known == name) else {
            let name = Quoted(name);
            return Err(Fault::invalid(format!("{name} is none of the members: {}", schema.join(", "))));
        };
        if names.contains(known) {
            return Err(Fault::invalid(format!("{} is selected twice", Quoted(name))));
        }
        names.push(*known);
    }
    Ok(if is_all { None } else { Some(Members(names)) })
}
