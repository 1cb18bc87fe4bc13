//! The objects of the engine. Each request is one, so its commands come one after the other, on any host.

use assignment_request::{
    Action, Actor, Command, Event, EventKind, Limits, Rejection, Request, RequestId, Role, Settled,
    SubjectId, Tier, Timestamp,
};
use assignment_request_graph::{GraphError, read_history, write_events};
use restate_sdk::prelude::*;
use serde::{Deserialize, Serialize};
use std::time::{Duration, SystemTime};

use crate::message::Given;
use crate::row::{Recorded, Row};
use crate::tasks::{Order, TasksClient};

/// The state of a request: its events, as the adapter writes them. It is the one form in which a request is kept.
pub const LOG: &str = "log";
/// What lists look at.
pub const ROW: &str = "row";
/// The approvers that the host has found.
const APPROVERS: &str = "approvers";
/// The deadline for which a call is on its way.
const DEADLINE: &str = "deadline";
/// The request that holds an exclusivity key.
const HOLDER: &str = "holder";

/// The actor of the service's own commands. The machine asks the role alone.
const SYSTEM: Actor = Actor::new(SubjectId::from_u128(0), Role::System);

/// Why a create or a command failed that no rule of the machine forbids.
pub const ALREADY_OPEN: &str = "alreadyOpen";
/// The code of a request whose events cannot be read.
pub const UNREADABLE: &str = "unreadable";

/// A new request: the event of its submission, which another host has judged. It is judged again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Submitted {
    pub id: RequestId,
    pub events: String,
}

/// A command to a request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ordered {
    pub id: RequestId,
    pub given: Given,
}

/// What became of a command.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Done {
    /// It is kept. The events are those of the whole request.
    Kept(String),
    /// It would make the request hold this key. Only the object of that key may let it.
    NeedsKey(String),
}

/// What a request holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Held {
    /// Its exclusivity key. `None` if it holds none any more.
    pub key: Option<String>,
    /// When it was changed last.
    pub changed: i64,
}

/// The approvers of a stage.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Found {
    pub stage: u32,
    pub tier: Tier,
    pub approvers: Vec<SubjectId>,
}

/// A request. Its key is the request's id.
pub struct AccessRequest;

#[restate_sdk::object]
impl AccessRequest {
    /// Keeps a new request. Only [`ExclusiveAccess`] and requests without an exclusivity key come here.
    #[handler]
    pub async fn create(&self, ctx: ObjectContext<'_>, submitted: Json<Submitted>) -> HandlerResult<()> {
        if ctx.get::<String>(LOG).await?.is_some() {
            return Err(refused(&Rejection::AlreadySubmitted).into());
        }
        let (request, events) = read(&submitted.0.events)?;
        keep(&ctx, &request, &[], &events).await?;
        Ok(())
    }

    /// Judges a command. What is due is kept even if the command is refused (rule N6).
    #[handler]
    pub async fn execute(&self, ctx: ObjectContext<'_>, given: Json<Given>) -> HandlerResult<Json<Done>> {
        Ok(Json(execute(&ctx, given.0, None).await?))
    }

    /// Judges a command that the object of an exclusivity key lets through.
    #[handler(ingress_private = true)]
    pub async fn execute_with(
        &self,
        ctx: ObjectContext<'_>,
        permitted: Json<(String, Given)>,
    ) -> HandlerResult<Json<Done>> {
        let (key, given) = permitted.0;
        Ok(Json(execute(&ctx, given, Some(&key)).await?))
    }

    /// Applies the deadlines that are due at a time, and returns what the request holds then. `None` if there is no such
    /// request.
    #[handler]
    pub async fn settle(&self, ctx: ObjectContext<'_>, now: i64) -> HandlerResult<Json<Option<Held>>> {
        let Some(log) = ctx.get::<String>(LOG).await? else { return Ok(Json(None)) };
        let (mut request, events) = read(&log)?;
        let now = time(now)?;
        let settled = request.settle(&Command::new(SYSTEM, Action::Elapse), now);
        keep(&ctx, &request, &events, &settled.events).await?;
        let key = request.exclusivity_key(now).map(|key| key.to_string());
        Ok(Json(Some(Held { key, changed: request.updated().ticks() })))
    }

    /// Returns the events and the row, or nothing if there is no such request. Runs beside other handlers.
    #[handler]
    pub async fn load(&self, ctx: SharedObjectContext<'_>) -> HandlerResult<Json<Option<(String, String)>>> {
        let log = ctx.get::<String>(LOG).await?;
        Ok(Json(log.zip(ctx.get::<String>(ROW).await?)))
    }

    /// Records the approvers of a stage, each once.
    #[handler]
    pub async fn record(&self, ctx: ObjectContext<'_>, found: Json<Found>) -> HandlerResult<()> {
        let Some(log) = ctx.get::<String>(LOG).await? else {
            return Err(refused(&Rejection::NoRequest).into());
        };
        let (request, _) = read(&log)?;
        let Found { stage, tier, approvers } = found.0;
        let stages = request.approval_stages().len();
        if usize::try_from(stage).map_or(true, |stage| stage >= stages) {
            return Err(refused(&Rejection::UnknownStage { stage, stages }).into());
        }
        let mut recorded = recorded(&ctx).await?;
        for id in approvers {
            let one = Recorded { stage, tier, id };
            if !recorded.contains(&one) {
                recorded.push(one);
            }
        }
        ctx.set(ROW, json(&Row::of(&request, &recorded)));
        ctx.set(APPROVERS, json(&recorded));
        Ok(())
    }

    /// Deletes the request, if it can be deleted (rule L1).
    #[handler]
    pub async fn delete(&self, ctx: ObjectContext<'_>, has_assignment: bool) -> HandlerResult<()> {
        let Some(log) = ctx.get::<String>(LOG).await? else {
            return Err(refused(&Rejection::NoRequest).into());
        };
        let (request, _) = read(&log)?;
        request.check_deletable(has_assignment).map_err(|rejection| refused(&rejection))?;
        ctx.clear_all();
        for person in people(&request) {
            ctx.object_client::<PersonClient>(person.to_string()).remove(Json(request.id())).call().await?;
        }
        Ok(())
    }
}

/// Someone who makes requests, or for whom they are made. Its key is the person's id.
///
/// The engine's query reads what the partitions have stored. After a restart of the engine that is older than what they have
/// answered, until they have read their log again. A client that had no answer looks for its request just then, and would
/// ask again for what it has. An object answers only when its partition is up to date.
///
/// It waits for no other object.
pub struct Person;

#[restate_sdk::object]
impl Person {
    /// Records a request of the person. Each is a key of its own, so that no other one is read or written.
    #[handler]
    pub async fn add(&self, ctx: ObjectContext<'_>, id: Json<RequestId>) -> HandlerResult<()> {
        ctx.set(&id.0.to_string(), true);
        Ok(())
    }

    /// Forgets a request that was deleted.
    #[handler]
    pub async fn remove(&self, ctx: ObjectContext<'_>, id: Json<RequestId>) -> HandlerResult<()> {
        ctx.clear(&id.0.to_string());
        Ok(())
    }

    /// Returns the ids of the person's requests. Runs beside other handlers.
    #[handler]
    pub async fn requests(&self, ctx: SharedObjectContext<'_>) -> HandlerResult<Json<Vec<RequestId>>> {
        let ids = ctx.get_keys().await?.into_iter().map(|key| key.parse());
        let ids = ids.collect::<Result<_, _>>().map_err(|_| TerminalError::new_with_code(500, UNREADABLE))?;
        Ok(Json(ids))
    }
}

/// Returns who made a request, and for whom, each once.
fn people(request: &Request) -> impl Iterator<Item = SubjectId> {
    let requestor = request.requestor();
    [Some(requestor), request.target().filter(|target| *target != requestor)].into_iter().flatten()
}

/// The access that at most one open request may change. Its key is the exclusivity key.
///
/// It waits for requests, and no request waits for it. So they cannot wait for each other.
pub struct ExclusiveAccess;

#[restate_sdk::object]
impl ExclusiveAccess {
    /// Creates a request that holds the key.
    #[handler]
    pub async fn create(
        &self,
        ctx: ObjectContext<'_>,
        submitted: Json<(Submitted, i64)>,
    ) -> HandlerResult<()> {
        let (submitted, now) = submitted.0;
        let id = submitted.id;
        take(&ctx, id, now).await?;
        ctx.object_client::<AccessRequestClient>(id.to_string()).create(Json(submitted)).call().await?;
        ctx.set(HOLDER, id.to_string());
        Ok(())
    }

    /// Gives a command that makes a request hold the key.
    #[handler]
    pub async fn execute(&self, ctx: ObjectContext<'_>, ordered: Json<Ordered>) -> HandlerResult<Json<Done>> {
        let Ordered { id, given } = ordered.0;
        take(&ctx, id, given.now).await?;
        let permitted = Json((ctx.key().to_owned(), given));
        let done =
            ctx.object_client::<AccessRequestClient>(id.to_string()).execute_with(permitted).call().await?;
        ctx.set(HOLDER, id.to_string());
        Ok(done)
    }
}

/// Returns if no other request held the key at the time of the command. The one that held it last is asked: its time may
/// have passed.
///
/// A call outlives the host that made it. A client that had no answer to a create looks for its request, finds none, and
/// asks again; then both calls wait here, the second one until the first request has perhaps ended. It is refused all the
/// same, since the first request was open when it was made.
async fn take(ctx: &ObjectContext<'_>, id: RequestId, now: i64) -> Result<(), TerminalError> {
    let Some(holder) = ctx.get::<String>(HOLDER).await? else { return Ok(()) };
    if holder == id.to_string() {
        return Ok(());
    }
    let held = ctx.object_client::<AccessRequestClient>(holder).settle(now).call().await?;
    let held = held.into_inner();
    if held.is_some_and(|held| held.key.as_deref() == Some(ctx.key()) || held.changed > now) {
        return Err(TerminalError::new_with_code(409, ALREADY_OPEN));
    }
    Ok(())
}

async fn execute(ctx: &ObjectContext<'_>, given: Given, permit: Option<&str>) -> Result<Done, TerminalError> {
    let Some(log) = ctx.get::<String>(LOG).await? else { return Err(refused(&Rejection::NoRequest)) };
    let (mut request, events) = read(&log)?;
    let (command, now) =
        given.read().map_err(|error| TerminalError::new_with_code(400, error.to_string()))?;
    let before = request.exclusivity_key(now).map(|key| key.to_string());
    let Settled { outcome, events: new } = request.settle(&command, now);
    let after = request.exclusivity_key(now).map(|key| key.to_string());
    if let Some(key) = after.filter(|key| before.as_ref() != Some(key) && permit != Some(key)) {
        return Ok(Done::NeedsKey(key));
    }
    let log = keep(ctx, &request, &events, &new).await?;
    outcome.map_err(|rejection| refused(&rejection))?;
    Ok(Done::Kept(log))
}

/// Keeps the events, and orders what they ask for. All of it, or nothing: the engine runs the handler again until it ends.
async fn keep(
    ctx: &ObjectContext<'_>,
    request: &Request,
    before: &[Event],
    new: &[Event],
) -> Result<String, TerminalError> {
    let mut log = Vec::new();
    write_events(&[before, new].concat(), &mut log);
    let log = String::from_utf8(log).unwrap_or_default();
    if new.is_empty() {
        return Ok(log);
    }
    // Before the answer, so that whoever has it finds the request.
    let is_new =
        |event: &Event| matches!(event.kind, EventKind::Submitted(_) | EventKind::TargetResolved { .. });
    if new.iter().any(is_new) {
        for person in people(request) {
            ctx.object_client::<PersonClient>(person.to_string()).add(Json(request.id())).call().await?;
        }
    }
    ctx.set(ROW, json(&Row::of(request, &recorded(ctx).await?)));
    ctx.set(LOG, log.clone());
    for event in new.iter().filter(|event| event.task().is_some()) {
        let order = Order { id: request.id(), sequence: event.sequence };
        // The key of the event, so that a task is done once however often it is ordered.
        let key = event.idempotency_key(request.id());
        ctx.service_client::<TasksClient>().perform(Json(order)).idempotency_key(key).send();
    }
    if let Some(deadline) = request.next_deadline().map(|deadline| deadline.at.ticks())
        && ctx.get::<i64>(DEADLINE).await? != Some(deadline)
    {
        ctx.set(DEADLINE, deadline);
        // The handler may run long after the command was given: when the engine was down, or busy. A clock that was
        // advanced is ahead of this one. The engine compares no times when it runs the handler again.
        let now = Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::MIN).max(request.updated());
        let wait = Duration::from_micros(u64::try_from(deadline - now.ticks()).unwrap_or(0) / 10);
        // A call for a deadline that is none any more finds nothing that is due.
        ctx.object_client::<AccessRequestClient>(ctx.key()).settle(deadline).send_after(wait);
    }
    Ok(log)
}

async fn recorded(ctx: &ObjectContext<'_>) -> Result<Vec<Recorded>, TerminalError> {
    let text = ctx.get::<String>(APPROVERS).await?;
    let recorded = text.map(|text| serde_json::from_str(&text)).transpose();
    recorded.map(Option::unwrap_or_default).map_err(|_| TerminalError::new_with_code(500, UNREADABLE))
}

/// Reads a log. Every event in it is judged again.
fn read(log: &str) -> Result<(Request, Vec<Event>), TerminalError> {
    let outcome = read_history(log.as_bytes(), &Limits::default());
    outcome.map_err(|_| TerminalError::new_with_code(500, UNREADABLE))
}

fn time(ticks: i64) -> Result<Timestamp, TerminalError> {
    Timestamp::from_ticks(ticks).ok_or_else(|| TerminalError::new_with_code(400, "no time"))
}

/// A refusal is an answer: the engine must not try again. It has the HTTP status and the code of the refusal.
fn refused(rejection: &Rejection) -> TerminalError {
    TerminalError::new_with_code(GraphError::from(rejection).status().as_u16(), rejection.code())
}

fn json(value: &impl Serialize) -> String {
    // The values are of this program, and all keys are text.
    serde_json::to_string(value).unwrap_or_default()
}
