//! The engine as the handlers of the Graph surface see it: calls to objects, and its own query for lists.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use assignment_request::{
    Actor, Command, Draft, Event, ExistingAssignment, Limits, Policy, Rejection, Request, RequestId,
    SubjectId, Tier, Timestamp, decide,
};
use assignment_request_graph::{read_history, write_events};
use assignment_request_store::{Cursor, Query, Viewer};
use bytes::Bytes;
use http::{Method, Response, StatusCode};
use reference_service::backend::{Backend, BackendError, Listed};
use reference_service::client::{CallError, HttpClient};
use restate_sdk::ingress::{CallResponse, Client, ClientError, RequestExecutor};
use restate_sdk::serde::Json;
use serde::Deserialize;
use uuid::Uuid;

use crate::message::Given;
use crate::objects::{
    ALREADY_OPEN, AccessRequestIngressClient, Done, ExclusiveAccessIngressClient, Found, Ordered,
    PersonIngressClient, ROW, Submitted,
};
use crate::row::Row;

/// How long a call may take. A command waits until those before it are done, and until the engine is there again.
const LONGEST_CALL: Duration = Duration::from_secs(30);
/// How often a command is given again because the request changed between the refusal and the question for its reason.
const MOST_CONFLICTS: u32 = 20;

/// The engine, at its two addresses.
#[derive(Clone)]
pub struct Engine {
    client: Client<Executor>,
    http: HttpClient,
    admin: String,
}

/// Sends the calls with the HTTP client of the service.
#[derive(Clone)]
struct Executor(HttpClient);

impl RequestExecutor for Executor {
    type Error = CallError;

    async fn execute(&self, request: http::Request<Bytes>) -> Result<Response<Bytes>, CallError> {
        self.0.send(request, LONGEST_CALL).await
    }
}

/// A call that failed for good, as the engine answers it.
#[derive(Deserialize)]
struct Failure {
    message: String,
}

/// What became of a call.
enum Called<T> {
    Done(T),
    /// A handler refused it, with the code of a refusal.
    Refused(String),
}

/// A row of the engine's state.
#[derive(Deserialize)]
struct Stored {
    service_key: String,
    value_utf8: String,
}

#[derive(Deserialize)]
struct Rows {
    rows: Vec<Stored>,
}

impl Engine {
    /// `ingress` is where handlers are called, `admin` where the engine is asked about itself.
    pub fn new(ingress: &str, admin: String, http: HttpClient) -> Result<Self, Box<dyn std::error::Error>> {
        Ok(Self { client: Client::new(ingress.parse()?, Executor(http.clone()))?, http, admin })
    }

    fn request(&self, id: RequestId) -> AccessRequestIngressClient<Executor> {
        AccessRequestIngressClient::from_client(self.client.clone(), id.to_string())
    }

    fn person(&self, id: SubjectId) -> PersonIngressClient<Executor> {
        PersonIngressClient::from_client(self.client.clone(), id.to_string())
    }

    fn access(&self, key: &str) -> ExclusiveAccessIngressClient<Executor> {
        ExclusiveAccessIngressClient::from_client(self.client.clone(), key)
    }

    /// Says where the handlers of this program are, so that the engine calls them.
    pub async fn register(&self, endpoint: &str) -> Result<StatusCode, CallError> {
        // A restart is no new version.
        let body = serde_json::json!({ "uri": endpoint, "force": true, "breaking": true });
        let request = json_request(format!("{}/deployments", self.admin), &body)?;
        Ok(self.http.send(request, LONGEST_CALL).await?.status())
    }

    /// Reads the rows of all requests that a query lists, the first submitted first. The engine's query may be older than
    /// its answers (see [`Person`](crate::objects::Person)), so the requests of a person are looked for one by one where it
    /// lacks them.
    async fn rows(&self, query: &Query) -> Result<BTreeMap<(i64, RequestId), Row>, BackendError> {
        let mut sql = format!(
            "SELECT service_key, value_utf8 FROM state WHERE service_name = 'AccessRequest' AND key = '{ROW}'"
        );
        for id in ids_in_rows(query) {
            sql.push_str(&format!(" AND strpos(value_utf8, '{id}') > 0"));
        }
        let request = json_request(format!("{}/query", self.admin), &serde_json::json!({ "query": sql }));
        let answer =
            self.http.send(request.map_err(unavailable)?, LONGEST_CALL).await.map_err(unavailable)?;
        if !answer.status().is_success() {
            return Err(unavailable(format!("the engine's query: {}", answer.status())));
        }
        let rows: Rows = serde_json::from_slice(answer.body()).map_err(unavailable)?;
        let mut listed = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for stored in rows.rows {
            // A value of the SDK's text is JSON of text.
            let text: String = serde_json::from_str(&stored.value_utf8).map_err(unavailable)?;
            let row: Row = serde_json::from_str(&text).map_err(unavailable)?;
            let id: RequestId = stored.service_key.parse().map_err(unavailable)?;
            seen.insert(id);
            if row.is_listed(query) {
                listed.insert((row.created(), id), row);
            }
        }
        let Some(person) = person_of(query) else { return Ok(listed) };
        for id in answered(self.person(person).requests().call().await)?.into_inner() {
            if !seen.contains(&id)
                && let Some((_, row)) = self.stored(id).await?
                && row.is_listed(query)
            {
                listed.insert((row.created(), id), row);
            }
        }
        Ok(listed)
    }

    /// Returns the log and the row of a request. `None` if there is no such request.
    async fn stored(&self, id: RequestId) -> Result<Option<(String, Row)>, BackendError> {
        let stored = answered(self.request(id).load().call().await)?.into_inner();
        let read = |(log, row): (String, String)| Ok((log, serde_json::from_str(&row).map_err(unavailable)?));
        stored.map(read).transpose()
    }

    /// Gives a command once, through the object of a key if the request would then hold that key.
    async fn give(&self, id: RequestId, given: Given) -> Result<Called<String>, BackendError> {
        let once = Uuid::new_v4().to_string();
        let call = self.request(id).execute(Json(given.clone())).idempotency_key(once.clone()).call();
        let key = match called(call.await)? {
            Called::Refused(code) => return Ok(Called::Refused(code)),
            Called::Done(Json(Done::Kept(log))) => return Ok(Called::Done(log)),
            Called::Done(Json(Done::NeedsKey(key))) => key,
        };
        let ordered = Json(Ordered { id, given });
        match called(self.access(&key).execute(ordered).idempotency_key(once).call().await)? {
            Called::Refused(code) => Ok(Called::Refused(code)),
            Called::Done(Json(Done::Kept(log))) => Ok(Called::Done(log)),
            Called::Done(Json(Done::NeedsKey(_))) => Err(unavailable("the key has changed")),
        }
    }
}

impl Backend for Engine {
    async fn submit(
        &self,
        policy: &Policy,
        id: RequestId,
        draft: &Draft,
        existing: Option<&ExistingAssignment>,
        actor: Actor,
        now: Timestamp,
    ) -> Result<Request, BackendError> {
        let (request, submitted) = policy.submit(id, draft, existing, actor, now)?;
        let mut events = Vec::new();
        write_events(&[submitted], &mut events);
        let submitted = Submitted { id, events: String::from_utf8(events).map_err(unavailable)? };
        let once = format!("{id}/create");
        let call = match request.exclusivity_key(now) {
            Some(key) => {
                let message = Json((submitted, now.ticks()));
                called(self.access(&key.to_string()).create(message).idempotency_key(once).call().await)?
            }
            None => called(self.request(id).create(Json(submitted)).idempotency_key(once).call().await)?,
        };
        match call {
            Called::Done(()) => Ok(request),
            Called::Refused(code) if code == ALREADY_OPEN => Err(BackendError::AlreadyOpen),
            Called::Refused(code) if code == Rejection::AlreadySubmitted.code() => {
                Err(Rejection::AlreadySubmitted.into())
            }
            Called::Refused(code) => Err(unavailable(code)),
        }
    }

    /// The engine says whether the command was refused, and with which code. The machine then says why, by the request as
    /// it is kept: so a refusal has all that it has on any other back end.
    async fn execute(
        &self,
        id: RequestId,
        command: &Command,
        now: Timestamp,
    ) -> Result<Request, BackendError> {
        for _ in 0..MOST_CONFLICTS {
            let code = match self.give(id, Given::new(command, now)).await? {
                Called::Done(log) => return read(&log).map(|(request, _)| request),
                Called::Refused(code) if code == ALREADY_OPEN => return Err(BackendError::AlreadyOpen),
                Called::Refused(code) => code,
            };
            let (request, _) = self.load(id, Viewer::Host).await?;
            match decide(&request, command, now) {
                Err(rejection) if rejection.code() == code => return Err(rejection.into()),
                // It has changed since.
                Ok(_) | Err(_) => {}
            }
        }
        Err(BackendError::Busy)
    }

    async fn load(&self, id: RequestId, viewer: Viewer) -> Result<(Request, Vec<Event>), BackendError> {
        let (log, row) = self.stored(id).await?.ok_or(Rejection::NoRequest)?;
        if row.shows(viewer) { read(&log) } else { Err(Rejection::NoRequest.into()) }
    }

    async fn list(&self, query: &Query, after: Option<Cursor>, limit: u32) -> Result<Listed, BackendError> {
        let rows = self.rows(query).await?;
        let after = after.map(|cursor| (cursor.created.ticks(), cursor.id));
        let skip = if after.is_none() { usize::try_from(query.skip).unwrap_or(usize::MAX) } else { 0 };
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut places: Vec<(i64, RequestId)> = rows.into_keys().collect();
        if query.newest_first {
            places.reverse();
        }
        let is_after = |place: &(i64, RequestId)| {
            after.is_none_or(|after| if query.newest_first { *place < after } else { *place > after })
        };
        let mut rest = places.into_iter().filter(is_after).skip(skip);
        let page: Vec<_> = rest.by_ref().take(limit).collect();
        let last = page.last().copied().filter(|_| rest.next().is_some());
        let next =
            last.and_then(|(created, id)| Some(Cursor { created: Timestamp::from_ticks(created)?, id }));
        Ok(Listed { ids: page.into_iter().map(|(_, id)| id).collect(), next })
    }

    async fn count(&self, query: &Query) -> Result<u64, BackendError> {
        Ok(u64::try_from(self.rows(query).await?.len()).unwrap_or(u64::MAX))
    }

    async fn delete(&self, id: RequestId, has_assignment: bool) -> Result<(), BackendError> {
        let call = self.request(id).delete(has_assignment).idempotency_key(Uuid::new_v4().to_string()).call();
        match called(call.await)? {
            Called::Done(()) => Ok(()),
            Called::Refused(code) => {
                let (request, _) = self.load(id, Viewer::Host).await?;
                request.check_deletable(has_assignment)?;
                Err(unavailable(code))
            }
        }
    }

    async fn record_approvers(
        &self,
        id: RequestId,
        stage: u32,
        tier: Tier,
        approvers: &[SubjectId],
    ) -> Result<(), BackendError> {
        let found = Json(Found { stage, tier, approvers: approvers.to_vec() });
        match called(self.request(id).record(found).call().await)? {
            Called::Done(()) => Ok(()),
            Called::Refused(code) if code == Rejection::NoRequest.code() => Err(Rejection::NoRequest.into()),
            Called::Refused(code) => Err(unavailable(code)),
        }
    }
}

/// Returns ids that each row of a list has in it: a person's, so that all of the person's requests are seen, or others. The
/// engine leaves out the rows without them, so that it need not send them: of 10,000 requests, it sends 7 KB instead of 5 MB
/// for those of one person, in 39 ms instead of 65.
fn ids_in_rows(query: &Query) -> Vec<String> {
    if let Some(person) = person_of(query) {
        return vec![person.to_string()];
    }
    let approver = query.waiting_for.map(|id| id.to_string());
    let package = query.access_package.map(|id| id.to_string());
    approver.into_iter().chain(package).chain(query.policy.map(|id| id.to_string())).collect()
}

/// Returns the person whose requests a query lists, those that they approve aside.
fn person_of(query: &Query) -> Option<SubjectId> {
    let viewer = match query.viewer {
        Viewer::Subject(id) => Some(id),
        Viewer::Host => None,
    };
    query.requestor.or(query.target).or(query.requestor_or_target).or(viewer)
}

/// Takes the answer of a call that no handler refuses.
fn answered<T: restate_sdk::serde::Deserialize>(
    outcome: Result<CallResponse<Executor, T>, ClientError>,
) -> Result<T, BackendError> {
    match called(outcome)? {
        Called::Done(done) => Ok(done),
        Called::Refused(code) => Err(unavailable(code)),
    }
}

/// Takes the answer of a call. A handler that fails for good says a code, which is one word; everything else is a failure of
/// the engine or on the way to it.
fn called<T: restate_sdk::serde::Deserialize>(
    outcome: Result<CallResponse<Executor, T>, ClientError>,
) -> Result<Called<T>, BackendError> {
    let error = match outcome.and_then(CallResponse::into_body) {
        Ok(done) => return Ok(Called::Done(done)),
        Err(error) => error,
    };
    let failure = error.response().and_then(|answer| serde_json::from_slice::<Failure>(answer.body()).ok());
    match failure {
        Some(Failure { message }) if message.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
            Ok(Called::Refused(message))
        }
        Some(Failure { message }) => Err(unavailable(message)),
        None => Err(unavailable(error)),
    }
}

fn read(log: &str) -> Result<(Request, Vec<Event>), BackendError> {
    let outcome = read_history(log.as_bytes(), &Limits::default());
    outcome.map_err(|error| BackendError::Unreadable(error.to_string()))
}

fn unavailable(error: impl ToString) -> BackendError {
    BackendError::Unavailable(error.to_string())
}

fn json_request(url: String, body: &serde_json::Value) -> Result<http::Request<Bytes>, http::Error> {
    http::Request::builder()
        .method(Method::POST)
        .uri(url)
        .header(http::header::CONTENT_TYPE, "application/json")
        .header(http::header::ACCEPT, "application/json")
        .body(body.to_string().into())
}
