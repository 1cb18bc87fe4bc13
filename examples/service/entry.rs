//! Takes an HTTP request: who sends it, its body within its limits, the answer with its headers, and one line of the log.

use std::error::Error;
use std::time::{Duration, Instant};

use assignment_request_graph::http::{CLIENT_REQUEST_ID, Endpoint, Operation, REQUEST_ID, client_request_id};
use http::{HeaderMap, HeaderValue, Request, Response, header};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use tracing::Instrument as _;
use uuid::Uuid;

use crate::answer::{Answer, Fault, refused};
use crate::backend::Backend;
use crate::directory::Person;
use crate::handlers::{LONGEST_BATCH, LONGEST_BODY};
use crate::service::Service;

/// How long a client may take to send a body.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

impl<B: Backend> Service<B> {
    /// Answers an HTTP request.
    pub(crate) async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let request_id = Uuid::new_v4();
        let span = tracing::info_span!("request", %request_id);
        self.answer_within(request, request_id).instrument(span).await
    }

    async fn answer_within(&self, request: Request<Incoming>, request_id: Uuid) -> Response<Full<Bytes>> {
        let begun = Instant::now();
        let (head, body) = request.into_parts();
        let person = self.authenticate(&head.headers);
        let id = person.as_ref().ok().map(|person| person.id);
        let outcome = async {
            let person = person?;
            let _place = self.enter(person.id)?;
            let host = head.headers.get(header::HOST).and_then(|host| host.to_str().ok());
            let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
            let endpoint = Endpoint::from_request(&head.method, target);
            let is_batch = endpoint.as_ref().is_ok_and(|endpoint| endpoint.operation == Operation::Batch);
            let body = read(body, if is_batch { LONGEST_BATCH } else { LONGEST_BODY }).await?;
            let endpoint = endpoint.map_err(|error| refused(&error))?;
            let asked = self.ask(person, endpoint, target, &head.headers, &body)?;
            if is_batch { self.batch(&asked, host).await } else { self.operate(&asked).await }
        };
        let outcome = outcome.await;
        let code = outcome.as_ref().err().map(Fault::code);
        let client_id = client_request_id(&head.headers);
        let answer = match outcome {
            Ok(answer) => answer,
            Err(fault) => fault.answer(self.clock.now(), request_id, client_id),
        };
        tracing::info!(
            method = %head.method,
            path = head.uri.path(),
            person = id.map(tracing::field::display),
            status = answer.status.as_u16(),
            code,
            milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
            "answered"
        );
        let answer = match HeaderValue::try_from(request_id.to_string()) {
            Ok(id) => answer.with(REQUEST_ID, id),
            Err(_) => answer,
        };
        let repeated = head.headers.get(CLIENT_REQUEST_ID).filter(|_| client_id.is_some());
        response(match repeated {
            Some(id) => answer.with(CLIENT_REQUEST_ID, id.clone()),
            None => answer,
        })
    }

    fn authenticate(&self, headers: &HeaderMap) -> Result<&Person, Fault> {
        let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = value.and_then(|value| value.split_once(' '));
        let token = token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let person = token.and_then(|(_, token)| self.data.directory.authenticate(token.trim()));
        person.ok_or_else(Fault::unauthenticated)
    }
}

fn response(answer: Answer) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(answer.body)));
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    response
}

/// Reads a body to its end, up to a limit.
async fn read(body: Incoming, limit: usize) -> Result<Bytes, Fault> {
    let read = tokio::time::timeout(LONGEST_WAIT, Limited::new(body, limit).collect()).await;
    match read {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Fault::too_large(limit)),
        Ok(Err(error)) => Err(lost(error.as_ref())),
        Err(_) => Err(Fault::incomplete("the body did not come in time")),
    }
}

fn lost(error: &dyn Error) -> Fault {
    tracing::debug!(%error, "body lost");
    Fault::incomplete("the body did not come to its end")
}
