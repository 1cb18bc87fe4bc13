//! What the service answers: a resource, nothing, or an error in Graph's form.

use assignment_request::{Rejection, Timestamp};
use assignment_request_graph::http::{ODATA_VERSION, ODATA_VERSION_VALUE, PathError, QueryCode};
use assignment_request_graph::{ErrorBody, GraphError, InnerError, ReadCode};
use assignment_request_store::StoreError;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use uuid::Uuid;

const JSON: HeaderValue = HeaderValue::from_static("application/json;odata.metadata=minimal");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain");

/// An answer to an operation, inside a batch or not.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// JSON, or plain text if the headers say so. Empty if there is no body.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// An answer without a body.
    pub(crate) fn empty(status: StatusCode) -> Self {
        let headers = HeaderMap::from_iter([(ODATA_VERSION, ODATA_VERSION_VALUE)]);
        Self { status, headers, body: Vec::new() }
    }

    pub(crate) fn json(status: StatusCode, body: Vec<u8>) -> Self {
        Self { body, ..Self::empty(status) }.with(header::CONTENT_TYPE, JSON)
    }

    /// An answer that is a number, in plain text.
    pub(crate) fn count(count: u64) -> Self {
        let body = count.to_string().into_bytes();
        Self { body, ..Self::empty(StatusCode::OK) }.with(header::CONTENT_TYPE, TEXT)
    }

    pub(crate) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    pub(crate) fn is_text(&self) -> bool {
        self.headers.get(header::CONTENT_TYPE) == Some(&TEXT)
    }
}

/// An error, which becomes an answer when the ids of the HTTP request are known.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) status: StatusCode,
    body: Box<ErrorBody>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Fault {
    /// An error that only the service knows.
    pub(crate) fn own(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        let body = ErrorBody {
            code,
            message: message.into(),
            target: None,
            details: Vec::new(),
            violations_left_out: 0,
        };
        Self { status, body: Box::new(body), headers: Vec::new() }
    }

    /// Says which member or option is at fault.
    pub(crate) fn at(mut self, target: &str) -> Self {
        self.body.target = Some(target.to_owned());
        self
    }

    fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(crate) fn code(&self) -> &'static str {
        self.body.code
    }

    pub(crate) fn no_request() -> Self {
        Rejection::NoRequest.into()
    }

    pub(crate) fn unauthenticated() -> Self {
        let message = "say who you are, as in `Authorization: Bearer ada`";
        let fault = Self::own(StatusCode::UNAUTHORIZED, "unauthenticated", message);
        fault.with(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::own(StatusCode::FORBIDDEN, "notPermitted", message)
    }

    /// The body is longer than the limit. It was not read to its end.
    pub(crate) fn too_large(limit: usize) -> Self {
        let message = format!("at most {limit} bytes are read");
        Self::own(StatusCode::PAYLOAD_TOO_LARGE, ReadCode::BodyTooLarge.into(), message)
    }

    /// The body did not come, or not in time.
    pub(crate) fn incomplete(message: &str) -> Self {
        let fault = Self::own(StatusCode::REQUEST_TIMEOUT, "incompleteBody", message);
        fault.with(header::CONNECTION, HeaderValue::from_static("close"))
    }

    pub(crate) fn too_many_requests(most: u32) -> Self {
        let message = format!("at most {most} of your requests are answered at a time");
        Self::own(StatusCode::TOO_MANY_REQUESTS, "tooManyRequests", message).later()
    }

    pub(crate) fn too_many_open(most: u64) -> Self {
        let message = format!("{most} of your requests have not ended; wait until some have");
        let fault = Self::own(StatusCode::TOO_MANY_REQUESTS, "tooManyOpenRequests", message);
        fault.with(header::RETRY_AFTER, HeaderValue::from_static("60"))
    }

    /// The next page cannot be found.
    pub(crate) fn skip_token() -> Self {
        let message = "this is no token of a next link";
        Self::own(StatusCode::BAD_REQUEST, QueryCode::Invalid.into(), message).at("$skiptoken")
    }

    /// A batch is inside another one.
    pub(crate) fn nested_batch() -> Self {
        Self::own(StatusCode::BAD_REQUEST, "nestedBatch", "a batch holds no other batch")
    }

    /// An operation of a batch names another service.
    pub(crate) fn other_host() -> Self {
        let message = "the URL names another host than the one that the batch was sent to";
        Self::own(StatusCode::BAD_REQUEST, "otherHost", message)
    }

    /// An operation of the batch on which this one depends has failed.
    pub(crate) fn failed_dependency() -> Self {
        let message = "an operation that this one depends on has failed";
        Self::own(StatusCode::FAILED_DEPENDENCY, "failedDependency", message)
    }

    fn later(self) -> Self {
        self.with(header::RETRY_AFTER, HeaderValue::from_static("1"))
    }

    pub(crate) fn answer(self, date: Timestamp, request_id: Uuid, client_request_id: Option<&str>) -> Answer {
        let mut text = Vec::new();
        self.body.write(&InnerError { date, request_id, client_request_id }, &mut text);
        let answer = Answer::json(self.status, text);
        self.headers.into_iter().fold(answer, |answer, (name, value)| answer.with(name, value))
    }
}

/// The error of a refusal by the library.
pub(crate) fn refused<'a>(refusal: impl Into<GraphError<'a>>) -> Fault {
    let refusal = refusal.into();
    let fault =
        Fault { status: refusal.status(), body: Box::new(ErrorBody::from(refusal)), headers: Vec::new() };
    match refusal {
        GraphError::Path(PathError::MethodNotAllowed { allowed, .. }) => {
            let names: Vec<_> = allowed.iter().map(Method::as_str).collect();
            match HeaderValue::try_from(names.join(", ")) {
                Ok(allowed) => fault.with(header::ALLOW, allowed),
                Err(_) => fault,
            }
        }
        _ => fault,
    }
}

impl From<Rejection> for Fault {
    fn from(rejection: Rejection) -> Self {
        refused(&rejection)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Rejected(rejection) => rejection.into(),
            StoreError::Submission(refusal) => refused(&refusal),
            StoreError::AlreadyOpen => {
                let message = "another open request would change the same access";
                Self::own(StatusCode::CONFLICT, "alreadyOpen", message)
            }
            StoreError::Busy { .. } => {
                let message = "others changed the request at the same time again and again";
                Self::own(StatusCode::SERVICE_UNAVAILABLE, "busy", message).later()
            }
            StoreError::Database(error) => {
                tracing::error!(%error, "database");
                let message = "the database does not answer";
                Self::own(StatusCode::SERVICE_UNAVAILABLE, "serviceUnavailable", message).later()
            }
            error => {
                tracing::error!(%error, "stored request");
                let message = "the request cannot be read; an operator has to look at it";
                Self::own(StatusCode::INTERNAL_SERVER_ERROR, "internalServerError", message)
            }
        }
    }
}
