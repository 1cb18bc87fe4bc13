//! Why query options are refused.

use ::http::StatusCode;
use assignment_request::{named, parse_names};

named! {
    /// A fault of a query option.
    pub enum QueryCode {
        /// The operation does not have the option, or the option does not have this value.
        Unsupported = "unsupportedQueryOption",
        /// The option is given twice.
        Duplicate = "duplicateQueryOption",
        /// The value of the option cannot be read.
        Invalid = "invalidQueryOption",
    }
}

parse_names!(QueryCode, exactly);

/// A query option is refused. Its `Display` says why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct QueryError {
    code: QueryCode,
    option: String,
    reason: String,
}

impl QueryError {
    pub(super) fn new(code: QueryCode, option: &str, reason: impl Into<String>) -> Self {
        // A name that is not an option's may have any length.
        Self { code, option: option.chars().take(64).collect(), reason: reason.into() }
    }

    /// Returns the code of the fault.
    #[must_use]
    pub const fn code(&self) -> QueryCode {
        self.code
    }

    /// Returns the name of the option as it was given, cut at 64 characters. It is empty if the whole query is at fault.
    #[must_use]
    pub fn option(&self) -> &str {
        &self.option
    }

    /// Returns the HTTP status of the error: 400.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        StatusCode::BAD_REQUEST
    }
}

/// A fault of an option's value.
pub(super) struct Fault {
    code: QueryCode,
    reason: String,
}

impl Fault {
    pub(super) fn invalid(reason: impl Into<String>) -> Self {
        Self { code: QueryCode::Invalid, reason: reason.into() }
    }

    pub(super) fn unsupported(reason: impl Into<String>) -> Self {
        Self { code: QueryCode::Unsupported, reason: reason.into() }
    }

    pub(super) fn of(self, option: &str) -> QueryError {
        QueryError::new(self.code, option, self.reason)
    }
}
