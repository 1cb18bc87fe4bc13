//! The bodies of errors (section 8 of SPEC.md).

use std::fmt::Display;

use assignment_request::{
    ApprovalStageViolation, PolicyError, PolicyViolation, Rejection, SubmissionError, Timestamp, Violation,
};
use uuid::Uuid;

use crate::http::endpoint::PathError;
use crate::http::graph_error::GraphError;
use crate::http::headers::HeaderError;
use crate::http::query::QueryError;
use crate::json::writer::{EITHER, Json, name, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::ReadError;

/// The body of an error: `{"error":{"code","message","target"?,"details":[…],"innerError":{…}}}`.
///
/// ```
/// use assignment_request_graph::{ErrorBody, InnerError, ReadOptions, read_decision};
/// use uuid::Uuid;
///
/// let error = read_decision(br#"{ "reviewResult": "maybe" }"#, &ReadOptions::default()).unwrap_err();
/// let inner = InnerError {
///     date: "2026-01-05T09:00:00Z".parse()?,
///     request_id: Uuid::from_u128(1),
///     client_request_id: None,
/// };
/// let mut body = Vec::new();
/// ErrorBody::from(&error).write(&inner, &mut body);
/// assert_eq!(
///     String::from_utf8(body)?,
///     concat!(
///         r#"{"error":{"code":"unknownValue","#,
///         r#""message":"unknown value `maybe`; expected one of: approve, deny (line 1, column 19)","#,
///         r#""target":"reviewResult","details":[],"#,
///         r#""innerError":{"date":"2026-01-05T09:00:00Z","#,
///         r#""request-id":"00000000-0000-0000-0000-000000000001","#,
///         r#""client-request-id":"00000000-0000-0000-0000-000000000001"}}}"#,
///     )
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorBody {
    /// The stable code.
    pub code: &'static str,
    /// The message, in plain text.
    pub message: String,
    /// The member at fault, if there is one.
    pub target: Option<String>,
    /// The broken rules, if several rules are checked together: the first 100 of them (rule J17).
    pub details: Vec<ErrorDetail>,
    /// The number of broken rules that `details` leaves out. Written as `violationsLeftOut` in `innerError`, unless 0.
    pub violations_left_out: usize,
}

/// The highest number of details of an error body (rule J17).
const MAXIMUM_DETAILS: usize = 100;

/// One of several broken rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorDetail {
    /// The stable code.
    pub code: &'static str,
    /// The member at fault.
    pub target: String,
    /// The message, in plain text.
    pub message: String,
}

/// The data about an error that only the host knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InnerError<'a> {
    /// When the error response is sent.
    pub date: Timestamp,
    /// The id that the host gives the HTTP request.
    pub request_id: Uuid,
    /// The id that the client gives the HTTP request ([`client_request_id`]). `None`: the host's id is used.
    ///
    /// [`client_request_id`]: crate::http::client_request_id
    pub client_request_id: Option<&'a str>,
}

/// The code of an invalid policy. For an invalid submission, [`SubmissionError::code`] has the code.
const INVALID_POLICY: &str = "invalidPolicy";

impl ErrorBody {
    /// Appends the body to `out`.
    pub fn write(&self, inner: &InnerError<'_>, out: &mut Vec<u8>) {
        #[cfg(feature = "tracing")]
        crate::trace::answered(self.code, self.details.len(), inner.request_id);
        write_object(EITHER, out, |object| {
            object.object(name!("error"), |error| {
                error.member(name!("code"), self.code);
                error.member(name!("message"), &self.message);
                error.optional(name!("target"), self.target.as_ref());
                error.member(name!("details"), self.details.as_slice());
                error.object(name!("innerError"), |object| {
                    object.member(name!("date"), inner.date);
                    object.member(name!("request-id"), inner.request_id);
                    match inner.client_request_id {
                        Some(id) => object.member(name!("client-request-id"), id),
                        None => object.member(name!("client-request-id"), inner.request_id),
                    }
                    let left_out = Some(self.violations_left_out).filter(|left_out| *left_out > 0);
                    object.optional(name!("violationsLeftOut"), left_out);
                });
            });
        });
    }

    /// Returns an error that names no member.
    fn plain(code: &'static str, message: String) -> Self {
        Self { code, message, target: None, details: Vec::new(), violations_left_out: 0 }
    }

    /// Returns an error with several broken rules. Its message is the first rule's, followed by the number of the
    /// others.
    fn of_all(code: &'static str, mut all: impl Iterator<Item = ErrorDetail>) -> Self {
        let details: Vec<_> = all.by_ref().take(MAXIMUM_DETAILS).collect();
        let violations_left_out = all.count();
        let first = details.first();
        let message = first.map(|detail| detail.message.as_str()).unwrap_or_default();
        let message = match details.len() + violations_left_out {
            0 | 1 => message.to_owned(),
            count => format!("{message}; and {} more, see details", count - 1),
        };
        let target = first.map(|detail| detail.target.clone());
        Self { code, message, target, details, violations_left_out }
    }
}

impl ErrorDetail {
    fn new(code: &'static str, target: impl Display, message: impl Display) -> Self {
        Self { code, target: target.to_string(), message: message.to_string() }
    }
}

impl Json for ErrorDetail {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.member(name!("code"), self.code);
            object.member(name!("target"), &self.target);
            object.member(name!("message"), &self.message);
        });
    }
}

impl From<GraphError<'_>> for ErrorBody {
    fn from(refusal: GraphError<'_>) -> Self {
        match refusal {
            GraphError::Read(error) => error.into(),
            GraphError::Rejected(rejection) => rejection.into(),
            GraphError::Submission(refusal) => refusal.into(),
            GraphError::Policy(violations) => violations.into(),
            GraphError::Path(error) => error.into(),
            GraphError::Query(error) => error.into(),
            GraphError::Header(error) => error.into(),
        }
    }
}

/// Appends the line and the column, if known, to the message (rule J12).
impl From<&ReadError> for ErrorBody {
    fn from(error: &ReadError) -> Self {
        let message = match error.line().zip(error.column()) {
            Some((line, column)) => format!("{error} (line {line}, column {column})"),
            None => error.to_string(),
        };
        let target = Some(error.path()).filter(|path| !path.is_empty()).map(str::to_owned);
        Self { target, ..Self::plain(error.code().into(), message) }
    }
}

impl From<&Rejection> for ErrorBody {
    fn from(rejection: &Rejection) -> Self {
        let mut body = Self::plain(rejection.code(), rejection.to_string());
        if let Rejection::BadApprovalStage { violations } = rejection {
            let detail = |violation: ApprovalStageViolation| {
                ErrorDetail::new(violation.code(), violation.path(), violation)
            };
            body.details = violations.iter().map(detail).collect();
        }
        body
    }
}

impl From<&SubmissionError> for ErrorBody {
    fn from(refusal: &SubmissionError) -> Self {
        match refusal {
            SubmissionError::Rejected(rejection) => rejection.into(),
            SubmissionError::Invalid(violations) => {
                let detail =
                    |violation: &Violation| ErrorDetail::new(violation.code(), violation.place, violation);
                Self::of_all(refusal.code(), violations.iter().map(detail))
            }
        }
    }
}

impl From<&PolicyError> for ErrorBody {
    fn from(violations: &PolicyError) -> Self {
        let detail =
            |violation: &PolicyViolation| ErrorDetail::new(violation.code(), violation.place, violation);
        Self::of_all(INVALID_POLICY, violations.violations().iter().map(detail))
    }
}

impl From<&PathError> for ErrorBody {
    fn from(error: &PathError) -> Self {
        Self::plain(error.code(), error.to_string())
    }
}

/// The target is the name of the option.
impl From<&QueryError> for ErrorBody {
    fn from(error: &QueryError) -> Self {
        let target = Some(error.option()).filter(|option| !option.is_empty()).map(str::to_owned);
        Self { target, ..Self::plain(error.code().into(), error.to_string()) }
    }
}

impl From<&HeaderError> for ErrorBody {
    fn from(error: &HeaderError) -> Self {
        Self::plain(error.code(), error.to_string())
    }
}
