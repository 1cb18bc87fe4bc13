//! The operations of the API.

use std::fmt;

use assignment_request::{ApprovalStageId, RequestId, named, parse_names};

use ::http::{Method, StatusCode};

use crate::vocabulary::api::ApiVersion;

/// The path of the whole API, without the generation.
pub(super) const ROOT: [&str; 2] = ["identityGovernance", "entitlementManagement"];
/// The collection of requests in v1.0. Beta has it too, in addition to its own.
pub(super) const REQUESTS: &str = "assignmentRequests";
/// The collection of requests in beta.
pub(super) const BETA_REQUESTS: &str = "accessPackageAssignmentRequests";
/// The collection of approvals.
pub(super) const APPROVALS: &str = "accessPackageAssignmentApprovals";
/// An approval's stages in v1.0.
pub(super) const STAGES: &str = "stages";
/// An approval's stages in beta.
pub(super) const STEPS: &str = "steps";
/// The function that lists the caller's requests or approvals.
pub(super) const FILTER: &str = "filterByCurrentUser";

/// An operation of Graph's API on requests and their approvals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// `POST …/assignmentRequests`: create a request.
    Create,
    /// `GET …/assignmentRequests`: list requests.
    List,
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
    /// `GET …/accessPackageAssignmentApprovals/filterByCurrentUser(on='…')`: list the caller's approvals.
    FilterApprovals {
        /// The caller's relation to the approvals.
        on: Relation,
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
}

named! {
    /// How the caller is related to a request or an approval.
    pub enum Relation {
        /// The caller is the target.
        Target = "target",
        /// The caller made the request.
        CreatedBy = "createdBy",
        /// The caller is among the approvers.
        Approver = "approver",
    }
}

parse_names!(Relation, in_any_case);

impl Operation {
    /// Returns the HTTP method of the operation.
    #[must_use]
    pub const fn method(&self) -> Method {
        match self {
            Self::Create | Self::Resume { .. } | Self::Cancel { .. } | Self::Reprocess { .. } => Method::POST,
            Self::List
            | Self::Filter { .. }
            | Self::Get { .. }
            | Self::FilterApprovals { .. }
            | Self::GetApproval { .. }
            | Self::ListStages { .. }
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
            | Self::Filter { .. }
            | Self::Get { .. }
            | Self::FilterApprovals { .. }
            | Self::GetApproval { .. }
            | Self::ListStages { .. }
            | Self::GetStage { .. } => StatusCode::OK,
            Self::Resume { .. } | Self::Cancel { .. } | Self::Delete { .. } | Self::Decide { .. } => {
                StatusCode::NO_CONTENT
            }
            Self::Reprocess { .. } => StatusCode::ACCEPTED,
        }
    }

    /// Returns the path that begins with the generation: `/v1.0/identityGovernance/…`.
    #[must_use]
    pub const fn path(self, api: ApiVersion) -> OperationPath {
        OperationPath { operation: self, api, has_version: true }
    }

    /// Returns the path without the generation: `/identityGovernance/…`.
    #[must_use]
    pub const fn path_within(self, api: ApiVersion) -> OperationPath {
        OperationPath { operation: self, api, has_version: false }
    }
}

/// The path of an operation, for display.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OperationPath {
    operation: Operation,
    api: ApiVersion,
    has_version: bool,
}

impl fmt::Display for OperationPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.has_version {
            write!(formatter, "/{}", self.api)?;
        }
        let [first, second] = ROOT;
        write!(formatter, "/{first}/{second}/")?;
        let requests = self.api.pick(REQUESTS, BETA_REQUESTS);
        let stages = self.api.pick(STAGES, STEPS);
        match self.operation {
            Operation::Create | Operation::List => formatter.write_str(requests),
            Operation::Filter { on } => write!(formatter, "{requests}/{FILTER}(on='{on}')"),
            Operation::Get { request } | Operation::Delete { request } => {
                write!(formatter, "{requests}/{request}")
            }
            Operation::Resume { request } => write!(formatter, "{requests}/{request}/resume"),
            Operation::Cancel { request } => write!(formatter, "{requests}/{request}/cancel"),
            Operation::Reprocess { request } => write!(formatter, "{requests}/{request}/reprocess"),
            Operation::FilterApprovals { on } => write!(formatter, "{APPROVALS}/{FILTER}(on='{on}')"),
            Operation::GetApproval { approval } => write!(formatter, "{APPROVALS}/{approval}"),
            Operation::ListStages { approval } => write!(formatter, "{APPROVALS}/{approval}/{stages}"),
            Operation::GetStage { approval, stage } | Operation::Decide { approval, stage } => {
                write!(formatter, "{APPROVALS}/{approval}/{stages}/{stage}")
            }
        }
    }
}
