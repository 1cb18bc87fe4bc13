//! Everything that can be refused, and the status with which it is answered (section 8 of SPEC.md).

use ::http::StatusCode;
use assignment_request::{Class, PolicyViolation, Rejection, SubmissionError, Violations};

use crate::http::PathError;
use crate::{ReadCode, ReadError};

/// Why a request over HTTP is refused, by whichever part of the library.
///
/// ```
/// use assignment_request::Rejection;
/// use assignment_request_graph::{DuplicateAnswers, GraphError};
/// use http::StatusCode;
///
/// let refusal = GraphError::from(&Rejection::AlreadyResumed);
/// assert_eq!(refusal.status(), StatusCode::CONFLICT);
///
/// let success = StatusCode::NO_CONTENT;
/// assert_eq!(refusal.answer(DuplicateAnswers::Idempotent, success), success);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GraphError<'a> {
    /// The path, or the method there, is none.
    Path(&'a PathError),
    /// The body cannot be read.
    Read(&'a ReadError),
    /// The submission is refused.
    Submission(&'a SubmissionError),
    /// The policy is refused.
    Policy(&'a Violations<PolicyViolation>),
    /// The command is refused.
    Rejected(&'a Rejection),
}

/// How a host answers a duplicate ([`Class::Duplicate`]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DuplicateAnswers {
    /// Like any other refusal: 409.
    #[default]
    Conflict,
    /// As if it were the first: with the success status.
    Idempotent,
}

impl GraphError<'_> {
    /// The status with which it is answered.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match *self {
            Self::Path(error) => error.status(),
            Self::Read(error) => of_read_code(error.code()),
            Self::Submission(SubmissionError::Invalid(_)) | Self::Policy(_) => StatusCode::BAD_REQUEST,
            Self::Submission(SubmissionError::Rejected(rejection)) | Self::Rejected(rejection) => {
                of_rejection(rejection)
            }
        }
    }

    /// The status with which it is answered, where `duplicates` may be taken for a success.
    #[must_use]
    pub fn answer(&self, duplicates: DuplicateAnswers, success: StatusCode) -> StatusCode {
        match duplicates {
            DuplicateAnswers::Idempotent if self.is_duplicate() => success,
            DuplicateAnswers::Idempotent | DuplicateAnswers::Conflict => self.status(),
        }
    }

    /// Whether the same was accepted before.
    #[must_use]
    pub const fn is_duplicate(&self) -> bool {
        match *self {
            Self::Submission(SubmissionError::Rejected(rejection)) | Self::Rejected(rejection) => {
                matches!(rejection.class(), Class::Duplicate)
            }
            Self::Path(_) | Self::Read(_) | Self::Submission(_) | Self::Policy(_) => false,
        }
    }
}

const fn of_read_code(code: ReadCode) -> StatusCode {
    match code {
        ReadCode::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ReadCode::TooDeep
        | ReadCode::Malformed
        | ReadCode::DuplicateMember
        | ReadCode::WrongType
        | ReadCode::UnknownMember
        | ReadCode::UnknownValue
        | ReadCode::UnsupportedValue
        | ReadCode::ODataTypeMismatch
        | ReadCode::TypeMismatch
        | ReadCode::ConflictingMembers
        | ReadCode::UnrecognizedBody
        | ReadCode::Missing
        | ReadCode::InvalidId
        | ReadCode::InvalidMoment
        | ReadCode::InvalidDuration => StatusCode::BAD_REQUEST,
    }
}

const fn of_rejection(rejection: &Rejection) -> StatusCode {
    match rejection {
        Rejection::TooLong { .. }
        | Rejection::ForbiddenCharacter { .. }
        | Rejection::DenialNotAllowed { .. }
        | Rejection::CancellationNotAllowed { .. }
        | Rejection::StageMismatch { .. }
        | Rejection::StageNotResumable { .. }
        | Rejection::ApprovalStageMissing
        | Rejection::ApprovalStageUnexpected
        | Rejection::BadApprovalStage { .. }
        | Rejection::JustificationRequired { .. } => StatusCode::BAD_REQUEST,
        Rejection::NotPermittedToSubmit { .. }
        | Rejection::NotPermitted { .. }
        | Rejection::NotTheRequestor
        | Rejection::SelfApproval
        | Rejection::SelfResume
        | Rejection::AlreadyApproved { .. }
        | Rejection::SelfAppointed { .. }
        | Rejection::NotEscalated { .. } => StatusCode::FORBIDDEN,
        Rejection::NoRequest
        | Rejection::UnknownCallout { .. }
        | Rejection::UnknownStage { .. }
        | Rejection::UnknownAttempt { .. } => StatusCode::NOT_FOUND,
        Rejection::RevisionConflict { .. } => StatusCode::PRECONDITION_FAILED,
        Rejection::AlreadySubmitted
        | Rejection::RequestClosed { .. }
        | Rejection::AlreadyProcessing { .. }
        | Rejection::ValidationOnly
        | Rejection::ConflictingTarget { .. }
        | Rejection::TargetUnknown
        | Rejection::NotWaiting
        | Rejection::AlreadyResumed
        | Rejection::ResumeConflict { .. }
        | Rejection::CallbackTooLate
        | Rejection::CalloutAlreadyFailed
        | Rejection::CalloutAlreadyReported
        | Rejection::CalloutClosed { .. }
        | Rejection::AlreadyDecided { .. }
        | Rejection::StageAlreadyDecided { .. }
        | Rejection::NotPendingApproval { .. }
        | Rejection::StageNotOpen { .. }
        | Rejection::NotDelivering { .. }
        | Rejection::StaleReport { .. }
        | Rejection::AlreadyReported { .. }
        | Rejection::ReportConflict { .. }
        | Rejection::AlreadyCanceled
        | Rejection::NotCancelable { .. }
        | Rejection::FulfillmentUnreported { .. }
        | Rejection::NotReprocessable { .. }
        | Rejection::ReprocessWindowPassed { .. }
        | Rejection::AccessWindowPassed { .. }
        | Rejection::LimitReached { .. }
        | Rejection::NotDeletable { .. }
        | Rejection::HasAssignment => StatusCode::CONFLICT,
    }
}

macro_rules! impl_from {
    ($($variant:ident($type:ty),)+) => {
        $(impl<'a> From<&'a $type> for GraphError<'a> {
            fn from(refusal: &'a $type) -> Self {
                Self::$variant(refusal)
            }
        })+
    };
}

impl_from! {
    Path(PathError),
    Read(ReadError),
    Submission(SubmissionError),
    Policy(Violations<PolicyViolation>),
    Rejected(Rejection),
}
