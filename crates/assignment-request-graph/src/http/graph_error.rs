//! Errors of every part of the library, and the status with which each is answered (section 8 of SPEC.md).

use ::http::StatusCode;
use assignment_request::{Class, PolicyError, Rejection, SubmissionError};

use crate::http::path::PathError;
use crate::vocabulary::error::{ReadCode, ReadError};

/// Why an HTTP request is refused, by any part of the library.
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
    /// The path is unknown, or does not allow the method.
    Path(&'a PathError),
    /// The body cannot be read.
    Read(&'a ReadError),
    /// The submission is refused.
    Submission(&'a SubmissionError),
    /// The policy is refused.
    Policy(&'a PolicyError),
    /// The command is refused.
    Rejected(&'a Rejection),
}

/// How a host answers a duplicate ([`Class::Duplicate`]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DuplicateAnswers {
    /// As a conflict: 409.
    #[default]
    Conflict,
    /// As if it were the first: with the status of success.
    Idempotent,
}

impl GraphError<'_> {
    /// Returns the status with which it is answered.
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

    /// Returns the status with which it is answered, if `duplicates` may be answered as a success.
    #[must_use]
    pub fn answer(&self, duplicates: DuplicateAnswers, success: StatusCode) -> StatusCode {
        match duplicates {
            DuplicateAnswers::Idempotent if self.is_duplicate() => success,
            DuplicateAnswers::Idempotent | DuplicateAnswers::Conflict => self.status(),
        }
    }

    /// Whether the same command was accepted before.
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

/// Returns the status of a rejection, which follows its class. One rejection has a status of its own: 412 is how HTTP
/// answers a precondition that does not hold.
const fn of_rejection(rejection: &Rejection) -> StatusCode {
    if matches!(rejection, Rejection::RevisionConflict { .. }) {
        return StatusCode::PRECONDITION_FAILED;
    }
    match rejection.class() {
        Class::Invalid => StatusCode::BAD_REQUEST,
        Class::Forbidden => StatusCode::FORBIDDEN,
        Class::NotFound => StatusCode::NOT_FOUND,
        Class::Duplicate | Class::Conflict | Class::Expired => StatusCode::CONFLICT,
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
    Policy(PolicyError),
    Rejected(Rejection),
}
