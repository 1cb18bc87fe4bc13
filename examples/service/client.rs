//! The HTTP client with which extensions are called, and with which they call back.

use std::time::Duration;

use http::{HeaderName, HeaderValue, Method, Request, StatusCode, header};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

/// How long an answer may take.
const LONGEST_ANSWER: Duration = Duration::from_secs(5);

/// A client that keeps connections for the next call.
#[derive(Clone, Debug)]
pub(crate) struct HttpClient(Client<HttpConnector, Full<Bytes>>);

/// A call failed. It can be tried again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    /// The URL or a header is not one.
    #[error("the call is not an HTTP request: {0}")]
    Request(#[from] http::Error),
    /// There was no answer.
    #[error("no answer: {0}")]
    Connection(#[from] hyper_util::client::legacy::Error),
    /// The answer took too long.
    #[error("no answer within {} seconds", LONGEST_ANSWER.as_secs())]
    TimedOut,
}

impl HttpClient {
    pub(crate) fn new() -> Self {
        Self(Client::builder(TokioExecutor::new()).build_http())
    }

    /// Sends JSON with one more header, and returns the status of the answer. What the answer says beside is not read.
    pub(crate) async fn post(
        &self,
        url: &str,
        name: HeaderName,
        value: &str,
        body: Vec<u8>,
    ) -> Result<StatusCode, CallError> {
        let value = HeaderValue::try_from(value).map_err(http::Error::from)?;
        let request = Request::builder()
            .method(Method::POST)
            .uri(url)
            .header(header::CONTENT_TYPE, "application/json")
            .header(name, value)
            .body(Full::new(Bytes::from(body)))?;
        let answer = tokio::time::timeout(LONGEST_ANSWER, self.0.request(request)).await;
        Ok(answer.map_err(|_| CallError::TimedOut)??.status())
    }
}
