//! The errors of every part of the library, and their HTTP status (section 8 of SPEC.md).

use ::http::StatusCode;
use assignment_request::{Class, PolicyError, Rejection, SubmissionError};

use crate::http::endpoint::PathError;
use crate::http::headers::HeaderError;
use crate::http::query::QueryError;
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
    /// The query options are refused.
    Query(&'a QueryError),
    /// A header is refused.
    Header(&'a HeaderError),
    /// The body cannot be read.
    Read(&'a ReadError),
    /// The submission is refused.
    Submission(&'a SubmissionError),
    /// The policy is refused.
    Policy(&'a PolicyError),
    /// The command is refused.
    Rejected(&'a Rejection),
}

/// How a host responds to a duplicate ([`Class::Duplicate`]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DuplicateAnswers {
    /// With a conflict: 409.
    #[default]
    Conflict,
    /// With the status of success, as for the first command.
    Idempotent,
}

impl GraphError<'_> {
    /// Returns the HTTP status of the error.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match *self {
            Self::Path(error) => error.status(),
            Self::Query(error) => error.status(),
            Self::Header(error) => error.status(),
            Self::Read(error) => of_read_code(error.code()),
            Self::Submission(SubmissionError::Invalid(_)) | Self::Policy(_) => StatusCode::BAD_REQUEST,
            Self::Submission(SubmissionError::Rejected(rejection)) | Self::Rejected(rejection) => {
                of_rejection(rejection)
            }
        }
    }

    /// Returns the HTTP status of the error, or `success` if it is a duplicate and `duplicates` allows that.
    #[must_use]
    pub fn answer(&self, duplicates: DuplicateAnswers, success: StatusCode) -> StatusCode {
        match duplicates {
            DuplicateAnswers::Idempotent if self.is_duplicate() => success,
            DuplicateAnswers::Idempotent | DuplicateAnswers::Conflict => self.status(),
        }
    }

    /// Returns whether the same command was accepted before.
    #[must_use]
    pub const fn is_duplicate(&self) -> bool {
        match *self {
            Self::Submission(SubmissionError::Rejected(rejection)) | Self::Rejected(rejection) => {
                matches!(rejection.class(), Class::Duplicate)
            }
            Self::Path(_)
            | Self::Query(_)
            | Self::Header(_)
            | Self::Read(_)
            | Self::Submission(_)
            | Self::Policy(_) => false,
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

/// Returns the status of a rejection, which depends on its class. Only a revision conflict has its own: 412, HTTP's
/// status for a failed precondition.
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
    Query(QueryError),
    Header(HeaderError),
    Read(ReadError),
    Submission(SubmissionError),
    Policy(PolicyError),
    Rejected(Rejection),
}
