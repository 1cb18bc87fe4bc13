//! Performs the operations of a batch, one after the other.

use assignment_request_graph::http::{CLIENT_REQUEST_ID, Endpoint, REQUEST_ID, client_request_id};
use assignment_request_graph::{
    BatchBody, BatchRequest, BatchResponse, ReadOptions, read_batch, write_batch,
};
use http::{HeaderValue, StatusCode};
use uuid::Uuid;

use crate::answer::{Answer, Fault, refused};
use crate::backend::Backend;
use crate::handlers::{Asked, LONGEST_BATCH, OPTIONS};
use crate::service::Service;
use crate::view::raw;

/// An operation is as deep inside a batch as its body is deep, and a few levels more.
const BATCH: ReadOptions =
    ReadOptions { max_bytes: LONGEST_BATCH, max_depth: OPTIONS.max_depth + 4, ..OPTIONS };

impl<B: Backend> Service<B> {
    /// `host` is what the client calls this service.
    pub(crate) async fn batch(&self, asked: &Asked<'_>, host: Option<&str>) -> Result<Answer, Fault> {
        let requests = read_batch(asked.body, &BATCH).map_err(|error| refused(&error))?;
        let mut answers: Vec<Answer> = Vec::new();
        for request in &requests {
            let has_failed =
                |place: &usize| answers.get(*place).is_none_or(|answer| !answer.status.is_success());
            let outcome = if request.depends_on.iter().any(has_failed) {
                Err(Fault::failed_dependency())
            } else {
                self.part(asked, host, request).await
            };
            let request_id = Uuid::new_v4();
            let client_id = client_request_id(&request.headers);
            let code = outcome.as_ref().err().map(Fault::code);
            let answer =
                outcome.unwrap_or_else(|fault| fault.answer(self.clock.now(), request_id, client_id));
            let (method, status) = (&request.method, answer.status.as_u16());
            tracing::info!(part = %request_id, %method, status, code, "answered in a batch");
            let answer = answer.with(REQUEST_ID, header(&request_id.to_string()));
            answers.push(match client_id {
                Some(id) => answer.with(CLIENT_REQUEST_ID, header(id)),
                None => answer,
            });
        }
        let mut responses = Vec::new();
        for (request, answer) in requests.iter().zip(&answers) {
            responses.push(BatchResponse {
                id: &request.id,
                status: answer.status,
                headers: answer.headers.clone(),
                body: body(answer)?,
            });
        }
        let mut written = Vec::new();
        write_batch(&responses, &mut written);
        Ok(Answer::json(StatusCode::OK, written))
    }

    async fn part(
        &self,
        batch: &Asked<'_>,
        host: Option<&str>,
        request: &BatchRequest<'_>,
    ) -> Result<Answer, Fault> {
        if request.authority.is_some() && request.authority.as_deref() != host {
            return Err(Fault::other_host());
        }
        let target = request.path(batch.endpoint.api);
        let body = request.body.map_or("", |body| body.get()).as_bytes();
        if body.len() > OPTIONS.max_bytes {
            return Err(Fault::too_large(OPTIONS.max_bytes));
        }
        let endpoint = Endpoint::from_request(&request.method, &target).map_err(|error| refused(&error))?;
        let asked = self.ask(batch.person, endpoint, &target, &request.headers, body)?;
        self.operate(&asked).await
    }
}

fn header(text: &str) -> HeaderValue {
    // Ids have characters that are allowed in headers.
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}

fn body(answer: &Answer) -> Result<Option<BatchBody<'_>>, Fault> {
    if answer.body.is_empty() {
        Ok(None)
    } else if answer.is_text() {
        Ok(str::from_utf8(&answer.body).ok().map(BatchBody::Text))
    } else {
        raw(&answer.body).map(BatchBody::Json).map(Some)
    }
}
