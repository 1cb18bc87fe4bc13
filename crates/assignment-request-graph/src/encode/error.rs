//! Refusals, as bodies (section 8 of SPEC.md).

use std::num::NonZeroUsize;

use assignment_request::{
    ApprovalStageViolation, PolicyViolation, Rejection, SubmissionError, Timestamp, Violation, Violations,
};
use serde::Serialize;
use uuid::Uuid;

use super::write;
use crate::http::PathError;
use crate::{GraphError, ReadError};

/// The body of a refusal: `{"error":{"code","message","target"?,"details":[…],"innerError":{…}}}`.
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ErrorBody {
    /// The stable code.
    pub code: &'static str,
    /// What is wrong, for people.
    pub message: String,
    /// The member at fault, where one is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The broken rules, where rules are judged together: the first 100 of them (rule J17).
    pub details: Vec<ErrorDetail>,
    /// How many more rules are broken than `details` has. Written as `violationsLeftOut` in `innerError`, unless 0.
    #[serde(skip)]
    pub violations_left_out: usize,
}

/// How many details an error body has at most (rule J17).
const MAXIMUM_DETAILS: usize = 100;

/// One of several broken rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ErrorDetail {
    /// The stable code.
    pub code: &'static str,
    /// The member at fault.
    pub target: String,
    /// What is wrong, for people.
    pub message: String,
}

/// What only the host knows of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InnerError {
    /// When it was answered.
    pub date: Timestamp,
    /// What the host calls the HTTP request.
    pub request_id: Uuid,
    /// What the client calls it (header `client-request-id`); none is as the host does.
    pub client_request_id: Option<Uuid>,
}

/// The code of a submission with broken rules is [`SubmissionError::code`]'s; this is that of a policy.
const INVALID_POLICY: &str = "invalidPolicy";

#[derive(Serialize)]
struct Outer<'a> {
    error: Inner<'a>,
}

#[derive(Serialize)]
struct Inner<'a> {
    code: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'a str>,
    details: &'a [ErrorDetail],
    #[serde(rename = "innerError")]
    ids: Ids,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Ids {
    date: Timestamp,
    request_id: Uuid,
    client_request_id: Uuid,
    #[serde(rename = "violationsLeftOut", skip_serializing_if = "Option::is_none")]
    violations_left_out: Option<NonZeroUsize>,
}

impl ErrorBody {
    /// Appends the body to `out`.
    pub fn write(&self, inner: &InnerError, out: &mut Vec<u8>) {
        #[cfg(feature = "tracing")]
        crate::trace::answered(self, inner);
        let error = Inner {
            code: self.code,
            message: &self.message,
            target: self.target.as_deref(),
            details: &self.details,
            ids: Ids {
                date: inner.date,
                request_id: inner.request_id,
                client_request_id: inner.client_request_id.unwrap_or(inner.request_id),
                violations_left_out: NonZeroUsize::new(self.violations_left_out),
            },
        };
        write(&Outer { error }, out);
    }

    /// A refusal that names no member.
    fn plain(code: &'static str, message: String) -> Self {
        Self { code, message, target: None, details: Vec::new(), violations_left_out: 0 }
    }

    /// A refusal of several broken rules. Its message is that of the first, and says how many more there are.
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

impl From<GraphError<'_>> for ErrorBody {
    fn from(refusal: GraphError<'_>) -> Self {
        match refusal {
            GraphError::Read(error) => error.into(),
            GraphError::Rejected(rejection) => rejection.into(),
            GraphError::Submission(refusal) => refusal.into(),
            GraphError::Policy(violations) => violations.into(),
            GraphError::Path(error) => error.into(),
        }
    }
}

/// The message ends with the line and the column, where there are any (rule J12).
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
            let detail = |violation: ApprovalStageViolation| ErrorDetail {
                code: violation.code(),
                target: violation.path().to_owned(),
                message: violation.to_string(),
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
                let detail = |violation: &Violation| ErrorDetail {
                    code: violation.code(),
                    target: violation.place.to_string(),
                    message: violation.to_string(),
                };
                Self::of_all(refusal.code(), violations.iter().map(detail))
            }
        }
    }
}

impl From<&Violations<PolicyViolation>> for ErrorBody {
    fn from(violations: &Violations<PolicyViolation>) -> Self {
        let detail = |violation: &PolicyViolation| ErrorDetail {
            code: violation.code(),
            target: violation.place.to_string(),
            message: violation.to_string(),
        };
        Self::of_all(INVALID_POLICY, violations.iter().map(detail))
    }
}

impl From<&PathError> for ErrorBody {
    fn from(error: &PathError) -> Self {
        Self::plain(error.code(), error.to_string())
    }
}
