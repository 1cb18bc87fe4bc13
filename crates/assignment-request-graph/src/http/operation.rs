//! The operations of the API.

use std::fmt;

use assignment_request::{AccessPackageId, ApprovalStageId, RequestId, named, parse_names};

use ::http::{Method, StatusCode};

use crate::vocabulary::api::ApiVersion;

/// The path of the whole API, without the generation.
pub(super) const ROOT: [&str; 2] = ["identityGovernance", "entitlementManagement"];
/// The collection of approvals.
pub(super) const APPROVALS: &str = "accessPackageAssignmentApprovals";
/// The collection of access packages.
pub(super) const PACKAGES: &str = "accessPackages";
/// An approval's stages in v1.0.
pub(super) const STAGES: &str = "stages";
/// An approval's stages in beta.
pub(super) const STEPS: &str = "steps";
/// The function that lists the caller's requests or approvals.
pub(super) const FILTER: &str = "filterByCurrentUser";
/// The action that returns what an access package asks of the caller.
pub(super) const REQUIREMENTS: &str = "getApplicablePolicyRequirements";
/// The segment that counts a collection.
pub(super) const COUNT: &str = "$count";
/// The path of a batch, after the generation.
pub(super) const BATCH: &str = "$batch";
/// What leads from a request to other resources, in v1.0 and in beta.
pub(super) const ASSIGNMENT: &str = "assignment";
pub(super) const BETA_ASSIGNMENT: &str = "accessPackageAssignment";
pub(super) const REQUESTOR: &str = "requestor";
pub(super) const PACKAGE: &str = "accessPackage";

/// An operation of Graph's API on requests and their approvals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// `POST …/assignmentRequests`: create a request.
    Create,
    /// `GET …/assignmentRequests`: list requests.
    List,
    /// `GET …/assignmentRequests/$count`: count requests.
    Count,
    /// `GET …/assignmentRequests/filterByCurrentUser(on='…')`: list the caller's requests.
    Filter {
        /// The caller's relation to the requests.
        on: Relation,
    },
    /// `GET …/assignmentRequests/{id}`: show a request.
    Get {
        /// The request's id.
        request: RequestId,
    },
    /// `GET …/assignmentRequests/{id}/assignment`: show the assignment that a request is about.
    GetAssignment {
        /// The request's id.
        request: RequestId,
    },
    /// `GET …/assignmentRequests/{id}/requestor`: show who made a request.
    GetRequestor {
        /// The request's id.
        request: RequestId,
    },
    /// `GET …/assignmentRequests/{id}/accessPackage`: show the access package that a request is about.
    GetAccessPackage {
        /// The request's id.
        request: RequestId,
    },
    /// `DELETE …/assignmentRequests/{id}`: delete a request (rule L1).
    Delete {
        /// The request's id.
        request: RequestId,
    },
    /// `POST …/assignmentRequests/{id}/resume`: call back (rules R1 to R7).
    Resume {
        /// The request's id.
        request: RequestId,
    },
    /// `POST …/assignmentRequests/{id}/cancel`: cancel a request (rules K1, K2).
    Cancel {
        /// The request's id.
        request: RequestId,
    },
    /// `POST …/assignmentRequests/{id}/reprocess`: retry a delivery (rules Q1 to Q3).
    Reprocess {
        /// The request's id.
        request: RequestId,
    },
    /// `GET …/accessPackageAssignmentApprovals`: list approvals.
    ListApprovals,
    /// `GET …/accessPackageAssignmentApprovals/$count`: count approvals.
    CountApprovals,
    /// `GET …/accessPackageAssignmentApprovals/filterByCurrentUser(on='…')`: list the caller's approvals.
    FilterApprovals {
        /// The caller's relation to the approvals.
        on: ApprovalRelation,
    },
    /// `GET …/accessPackageAssignmentApprovals/{id}`: show an approval.
    GetApproval {
        /// The approval's id, which is the request's.
        approval: RequestId,
    },
    /// `GET …/accessPackageAssignmentApprovals/{id}/stages`: list an approval's stages.
    ListStages {
        /// The approval's id.
        approval: RequestId,
    },
    /// `GET …/accessPackageAssignmentApprovals/{id}/stages/$count`: count an approval's stages.
    CountStages {
        /// The approval's id.
        approval: RequestId,
    },
    /// `GET …/accessPackageAssignmentApprovals/{id}/stages/{id}`: show a stage.
    GetStage {
        /// The approval's id.
        approval: RequestId,
        /// The stage's id (rule I5).
        stage: ApprovalStageId,
    },
    /// `PATCH …/accessPackageAssignmentApprovals/{id}/stages/{id}`: decide about a stage (rules V4, V5).
    Decide {
        /// The approval's id.
        approval: RequestId,
        /// The stage's id (rule I5).
        stage: ApprovalStageId,
    },
    /// `POST …/accessPackages/{id}/getApplicablePolicyRequirements`: show what the policies of an access package ask of
    /// the caller.
    GetRequirements {
        /// The access package's id.
        access_package: AccessPackageId,
    },
    /// `POST /$batch`: perform several operations.
    Batch,
}

named! {
    /// How the caller is related to a request: the seven options of `filterByCurrentUser`.
    pub enum Relation {
        /// The caller is the target.
        Target = "target",
        /// The caller made the request.
        CreatedBy = "createdBy",
        /// The caller is among the approvers.
        Approver = "approver",
        /// The caller is the target or made the request.
        TargetOrRequestor = "targetOrRequestor",
        /// The caller is the manager of the target.
        TargetManager = "targetManager",
        /// The caller made the request for someone else.
        RequestForOthers = "requestForOthers",
        /// The target is an agent whose sponsor or owner is the caller.
        TargetAgentIdentitySponsorOrOwner = "targetAgentIdentitySponsorOrOwner",
    }
}

parse_names!(Relation, in_any_case);

named! {
    /// How the caller is related to an approval: the options of `filterByCurrentUser`.
    pub enum ApprovalRelation {
        /// The caller is the target of the request.
        Target = "target",
        /// The caller made the request.
        CreatedBy = "createdBy",
        /// The caller is among the approvers.
        Approver = "approver",
    }
}

parse_names!(ApprovalRelation, in_any_case);

named! {
    /// The names of the collection of requests. v1.0 has one; beta has both, and the second is its own. Answers have the
    /// name that the client used.
    pub enum Collection {
        /// The name in both generations.
        AssignmentRequests = "assignmentRequests",
        /// The name in beta alone.
        AccessPackageAssignmentRequests = "accessPackageAssignmentRequests",
    }
}

parse_names!(Collection, exactly);

impl Collection {
    /// Returns the name that a generation gives the collection by itself.
    #[must_use]
    pub const fn of(api: ApiVersion) -> Self {
        api.pick(Self::AssignmentRequests, Self::AccessPackageAssignmentRequests)
    }
}

impl Operation {
    /// Returns the HTTP method of the operation.
    #[must_use]
    pub const fn method(&self) -> Method {
        match self {
            Self::Create
            | Self::Resume { .. }
            | Self::Cancel { .. }
            | Self::Reprocess { .. }
            | Self::GetRequirements { .. }
            | Self::Batch => Method::POST,
            Self::List
            | Self::Count
            | Self::Filter { .. }
            | Self::Get { .. }
            | Self::GetAssignment { .. }
            | Self::GetRequestor { .. }
            | Self::GetAccessPackage { .. }
            | Self::ListApprovals
            | Self::CountApprovals
            | Self::FilterApprovals { .. }
            | Self::GetApproval { .. }
            | Self::ListStages { .. }
            | Self::CountStages { .. }
            | Self::GetStage { .. } => Method::GET,
            Self::Delete { .. } => Method::DELETE,
            Self::Decide { .. } => Method::PATCH,
        }
    }

    /// Returns the HTTP status of success (section 8 of SPEC.md).
    #[must_use]
    pub const fn success(&self) -> StatusCode {
        match self {
            Self::Create => StatusCode::CREATED,
            Self::List
            | Self::Count
            | Self::Filter { .. }
            | Self::Get { .. }
            | Self::GetAssignment { .. }
            | Self::GetRequestor { .. }
            | Self::GetAccessPackage { .. }
            | Self::ListApprovals
            | Self::CountApprovals
            | Self::FilterApprovals { .. }
            | Self::GetApproval { .. }
            | Self::ListStages { .. }
            | Self::CountStages { .. }
            | Self::GetStage { .. }
            | Self::GetRequirements { .. }
            | Self::Batch => StatusCode::OK,
            Self::Resume { .. } | Self::Cancel { .. } | Self::Delete { .. } | Self::Decide { .. } => {
                StatusCode::NO_CONTENT
            }
            Self::Reprocess { .. } => StatusCode::ACCEPTED,
        }
    }

    /// Returns whether the operation answers with a number in plain text.
    #[must_use]
    pub const fn is_count(&self) -> bool {
        matches!(self, Self::Count | Self::CountApprovals | Self::CountStages { .. })
    }

    /// Returns whether the operation reads a body. Without one, a body may at most be an empty object.
    #[must_use]
    pub const fn reads_body(&self) -> bool {
        matches!(self, Self::Create | Self::Resume { .. } | Self::Decide { .. } | Self::Batch)
    }

    /// Returns the path that begins with the generation: `/v1.0/identityGovernance/…`.
    #[must_use]
    pub const fn path(self, api: ApiVersion) -> OperationPath {
        OperationPath { operation: self, api, collection: Collection::of(api), has_version: true }
    }

    /// Returns the path without the generation: `/identityGovernance/…`.
    #[must_use]
    pub const fn path_within(self, api: ApiVersion) -> OperationPath {
        OperationPath { operation: self, api, collection: Collection::of(api), has_version: false }
    }
}

/// The path of an operation, for display.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OperationPath {
    operation: Operation,
    api: ApiVersion,
    collection: Collection,
    has_version: bool,
}

impl OperationPath {
    /// Returns the path with this name of the collection of requests.
    #[must_use]
    pub const fn in_collection(self, collection: Collection) -> Self {
        Self { collection, ..self }
    }
}

impl fmt::Display for OperationPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.has_version {
            write!(formatter, "/{}", self.api)?;
        }
        if self.operation != Operation::Batch {
            let [first, second] = ROOT;
            write!(formatter, "/{first}/{second}")?;
        }
        formatter.write_str("/")?;
        let requests = self.collection;
        let stages = self.api.pick(STAGES, STEPS);
        match self.operation {
            Operation::Create | Operation::List => write!(formatter, "{requests}"),
            Operation::Count => write!(formatter, "{requests}/{COUNT}"),
            Operation::Filter { on } => write!(formatter, "{requests}/{FILTER}(on='{on}')"),
            Operation::Get { request } | Operation::Delete { request } => {
                write!(formatter, "{requests}/{request}")
            }
            Operation::GetAssignment { request } => {
                let assignment = self.api.pick(ASSIGNMENT, BETA_ASSIGNMENT);
                write!(formatter, "{requests}/{request}/{assignment}")
            }
            Operation::GetRequestor { request } => write!(formatter, "{requests}/{request}/{REQUESTOR}"),
            Operation::GetAccessPackage { request } => write!(formatter, "{requests}/{request}/{PACKAGE}"),
            Operation::Resume { request } => write!(formatter, "{requests}/{request}/resume"),
            Operation::Cancel { request } => write!(formatter, "{requests}/{request}/cancel"),
            Operation::Reprocess { request } => write!(formatter, "{requests}/{request}/reprocess"),
            Operation::ListApprovals => formatter.write_str(APPROVALS),
            Operation::CountApprovals => write!(formatter, "{APPROVALS}/{COUNT}"),
            Operation::FilterApprovals { on } => write!(formatter, "{APPROVALS}/{FILTER}(on='{on}')"),
            Operation::GetApproval { approval } => write!(formatter, "{APPROVALS}/{approval}"),
            Operation::ListStages { approval } => write!(formatter, "{APPROVALS}/{approval}/{stages}"),
            Operation::CountStages { approval } => {
                write!(formatter, "{APPROVALS}/{approval}/{stages}/{COUNT}")
            }
            Operation::GetStage { approval, stage } | Operation::Decide { approval, stage } => {
                write!(formatter, "{APPROVALS}/{approval}/{stages}/{stage}")
            }
            Operation::GetRequirements { access_package } => {
                write!(formatter, "{PACKAGES}/{access_package}/{REQUIREMENTS}")
            }
            Operation::Batch => formatter.write_str(BATCH),
        }
    }
}
