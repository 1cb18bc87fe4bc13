//! An HTTP service with Microsoft Graph's paths and bodies: the adapter handles those, and `axum` is the server.
//!
//! ```console
//! cargo run -p assignment-request-examples --example axum_service -- 8080
//! curl -i http://127.0.0.1:8080/v1.0/identityGovernance/entitlementManagement/assignmentRequests \
//!     -H 'Authorization: Bearer ada' \
//!     -d '{"requestType": "userAdd", "assignment": {"accessPackageId": "0b5dd43b-96b4-4d5c-a7f3-2f0f8f0f3c11"}}'
//! ```
//!
//! The service prints what it does on standard output. Its clock can be advanced: type `advance P1D`, and see deadlines
//! pass. Ctrl-C ends the service after it has answered all open requests.
//!
//! Requests are kept in memory; `stored.rs` shows how to store them. A table identifies users, where a real service
//! would ask its identity provider.

use std::collections::BTreeMap;
use std::error::Error;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use assignment_request::{
    Action, Actor, ApprovalStageId, Command, DeliveryOutcome, Event, EventKind, Limits, Period, Policy,
    Rejection, Request, RequestId, Role, StageDecision, SubjectId, Tier, Timestamp,
};
use assignment_request_graph::http::{Endpoint, Operation, PathError, client_request_id};
use assignment_request_graph::{
    ApiVersion, ApprovalResource, ErrorBody, GraphError, InnerError, List, ReadCode, ReadOptions,
    StageResource, Viewer, read_create, read_decision, read_policy, read_resume, write_approval,
    write_callout, write_request,
};
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use tokio::net::TcpListener;
use tokio::sync::{Notify, mpsc};
use uuid::Uuid;

/// The people, by their tokens. The tokens here are not secret.
const PEOPLE: [(&str, Actor); 6] = [
    ("ada", Actor::new(SubjectId::from_u128(0xada), Role::User)),
    ("bob", Actor::new(SubjectId::from_u128(0xb0b), Role::User)),
    ("grace", Actor::new(SubjectId::from_u128(0x97ace), Role::Approver)),
    ("edith", Actor::new(ESCALATION_APPROVER, Role::Approver)),
    ("oscar", Actor::new(SubjectId::from_u128(0x05ca7), Role::Administrator)),
    ("badge-office", Actor::new(SubjectId::from_u128(0xbad9e), Role::Extension)),
];
const ESCALATION_APPROVER: SubjectId = SubjectId::from_u128(0xed17);
const SYSTEM: Actor = Actor::new(SubjectId::from_u128(0x5e5), Role::System);

/// The badge office is asked first, and has five minutes. Then Grace has two days to decide, and after one of them
/// Edith is asked too.
const POLICY: &[u8] = br#"{
    "requestorSettings": {"enableTargetsToSelfAddAccess": true},
    "requestApprovalSettings": {
        "isApprovalRequiredForAdd": true,
        "stages": [{
            "durationBeforeAutomaticDenial": "P2D",
            "isEscalationEnabled": true,
            "durationBeforeEscalation": "P1D"
        }]
    },
    "customExtensionStageSettings": [{
        "stage": "assignmentRequestCreated",
        "customExtension": {"callbackConfiguration": {"timeoutDuration": "PT5M"}}
    }]
}"#;

/// Our bodies are small, so the service reads no larger ones.
const OPTIONS: ReadOptions = ReadOptions { max_bytes: 64 * 1024, max_depth: 16, unknown_members: None };

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = std::env::args().nth(1).map_or(Ok(0), |port| port.parse())?;
    let policy = Policy::compile(&read_policy(POLICY, &OPTIONS)?, &Limits::default())?;
    let (to_do, done_by_worker) = mpsc::unbounded_channel();
    let service = Arc::new(Service {
        policy,
        requests: Mutex::default(),
        clock: Clock::default(),
        changed: Notify::new(),
        to_do,
    });
    let worker = tokio::spawn(Arc::clone(&service).work(done_by_worker));
    let timer = tokio::spawn(Arc::clone(&service).watch_deadlines());
    let keyboard = Arc::clone(&service);
    std::thread::spawn(move || keyboard.read_commands());

    let end_signal = end_signal()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    let router = Router::new().fallback(answer).with_state(Arc::clone(&service));
    axum::serve(listener, router).with_graceful_shutdown(end_signal).await?;

    timer.abort();
    service.to_do.send(Task::End)?;
    worker.await?;
    println!("ended");
    Ok(())
}

/// Returns a future that completes when the service should end. Signals count from this call on, not only while the
/// future is awaited.
fn end_signal() -> std::io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let (mut interrupted, mut terminated) = {
        use tokio::signal::unix::{SignalKind, signal};
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?)
    };
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
        #[cfg(not(unix))]
        drop(tokio::signal::ctrl_c().await);
        println!("ending");
    })
}

/// What an event asks of the service. A real service would keep these in its database, with the events.
enum Task {
    Start(RequestId),
    Do(RequestId, Event),
    End,
}

/// The system's clock, plus the time by which it was advanced.
#[derive(Default)]
struct Clock {
    ticks_later: AtomicI64,
}

impl Clock {
    fn now(&self) -> Timestamp {
        // A request's time never runs backwards, so a clock that cannot be read only delays the request.
        let now = Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::MIN);
        now.saturating_add(
            Period::from_ticks(self.ticks_later.load(Ordering::Relaxed)).unwrap_or(Period::ZERO),
        )
    }

    fn advance(&self, period: Period) {
        self.ticks_later.fetch_add(period.ticks(), Ordering::Relaxed);
    }

    fn until(&self, timestamp: Timestamp) -> Duration {
        let ticks = timestamp.ticks().saturating_sub(self.now().ticks());
        Duration::from_micros(u64::try_from(ticks).unwrap_or(0).div_ceil(10))
    }
}

struct Service {
    policy: Policy,
    requests: Mutex<BTreeMap<RequestId, Request>>,
    clock: Clock,
    /// Wakes the timer.
    changed: Notify,
    to_do: mpsc::UnboundedSender<Task>,
}

impl Service {
    fn requests(&self) -> MutexGuard<'_, BTreeMap<RequestId, Request>> {
        // Only an accepted command changes a request, so the request is consistent even after a panic.
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives a command. `None` if there is no such request.
    fn execute(&self, id: RequestId, command: &Command) -> Option<Result<(), Rejection>> {
        let mut requests = self.requests();
        let request = requests.get_mut(&id)?;
        let now = self.clock.now();
        let mut events = Vec::new();
        let outcome = request.handle_into(command, now, &mut events);
        if outcome.is_err() {
            // A refusal stores nothing. But if a deadline has passed, its events are stored before the refusal is
            // returned (rule N6).
            let elapsed = request.handle_into(&Command::new(SYSTEM, Action::Elapse), now, &mut events);
            debug_assert_eq!(elapsed, Ok(()), "the system may always say that time has passed");
        }
        self.tell(request, events);
        Some(outcome)
    }

    /// Gives a command from the service itself. It is refused if the request has moved on in the meantime, and that is
    /// fine.
    fn execute_own(&self, id: RequestId, action: Action) {
        let kind = action.kind();
        if let Some(Err(rejection)) = self.execute(id, &Command::new(SYSTEM, action)) {
            println!("{id}: {kind} comes too late: {rejection}");
        }
    }

    /// Prints what happened, and queues what has to be done about it.
    fn tell(&self, request: &Request, events: Vec<Event>) {
        if events.is_empty() {
            return;
        }
        let names: Vec<_> = events.iter().map(Event::name).collect();
        println!("{}: {} -> {}, {}", request.id(), names.join(", "), request.state(), request.status());
        for event in events {
            // While the service ends, the queue may be closed.
            let _ = self.to_do.send(Task::Do(request.id(), event));
        }
        self.changed.notify_one();
    }

    /// Does what events ask for, one after the other.
    async fn work(self: Arc<Self>, mut tasks: mpsc::UnboundedReceiver<Task>) {
        let mut is_ending = false;
        while let Some(task) = if is_ending { tasks.try_recv().ok() } else { tasks.recv().await } {
            match task {
                Task::Start(id) => self.execute_own(id, Action::Process { target: None }),

                Task::Do(id, event) => self.work_on(id, &event),
                Task::End => is_ending = true,
            }
        }
    }

    fn work_on(&self, id: RequestId, event: &Event) {
        match event.kind {
            EventKind::CalloutStarted { instance, .. } => {
                let requests = self.requests();
                let Some(request) = requests.get(&id) else { return };
                let Some(callout) = request.callouts().iter().find(|callout| callout.instance() == instance)
                else {
                    return;
                };
                // A real service would post this to the extension.
                let mut body = Vec::new();
                write_callout(request, callout, ApiVersion::V1_0, &mut body);
                println!("callout {}", String::from_utf8_lossy(&body));
            }
            EventKind::ApprovalRequested { .. } => println!("{id}: Grace is asked"),
            EventKind::ApprovalEscalated { .. } => println!("{id}: Edith is asked too"),
            EventKind::FulfillmentOrdered { attempt, .. } => {
                println!("{id}: access is given");
                let outcome = DeliveryOutcome::Delivered;
                self.execute_own(id, Action::ReportDelivery { attempt, outcome });
            }
            _ => {}
        }
    }

    /// Gives requests `Elapse` when their deadlines pass. Every answer would be right without it; it makes timeouts
    /// visible even if no one asks.
    async fn watch_deadlines(self: Arc<Self>) {
        loop {
            // A database would use an index for this.
            let next = {
                let requests = self.requests();
                let deadlines =
                    requests.values().filter_map(|request| Some((request.next_deadline()?.at, request.id())));
                deadlines.min()
            };
            match next {
                None => self.changed.notified().await,
                Some((at, id)) => tokio::select! {
                    () = self.changed.notified() => {}
                    () = tokio::time::sleep(self.clock.until(at)) => {
                        self.execute_own(id, Action::Elapse);
                    }
                },
            }
        }
    }

    /// Reads `advance P1D` from standard input.
    fn read_commands(&self) {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            match line.strip_prefix("advance ").map(str::parse::<Period>) {
                Some(Ok(period)) => {
                    self.clock.advance(period);
                    self.changed.notify_one();
                }
                Some(Err(error)) => eprintln!("{error}"),
                None => eprintln!("type `advance P1D`"),
            }
        }
    }

    /// Performs an operation that a client requests over HTTP.
    async fn operate(&self, parts: &Parts, body: Body) -> Result<Response, Fault> {
        let endpoint =
            Endpoint::from_request(&parts.method, parts.uri.path()).map_err(|error| refused(&error))?;
        let Endpoint { operation, api, .. } = endpoint;
        let actor = authenticate(&parts.headers)?;
        let body = to_bytes(body, OPTIONS.max_bytes).await.map_err(|_| Fault::too_large())?;
        let done = |()| operation.success().into_response();
        match operation {
            Operation::Create => self.create(&operation, api, actor, &body),
            Operation::Get { request } => {
                self.show(request, actor, |request, out| write_request(request, api, out))
            }
            Operation::Resume { request } => {
                let resume = read_resume(&body, &OPTIONS).map_err(|error| refused(&error))?;
                self.command(request, actor, Action::Resume(resume)).map(done)
            }
            Operation::Cancel { request } => self.command(request, actor, Action::Cancel).map(done),
            Operation::Reprocess { request } => self.command(request, actor, Action::Reprocess).map(done),
            Operation::GetApproval { approval } => self.show(approval, actor, |request, out| {
                write_approval(request, Some(&viewer(actor)), api, out);
            }),
            Operation::ListStages { approval } => self.show(approval, actor, |request, out| {
                let value = ApprovalResource::of(request, Some(&viewer(actor))).stages.unwrap_or_default();
                List { value, ..List::default() }.write(api, out);
            }),
            Operation::GetStage { approval, stage } => {
                let index = self.stage(approval, stage)?;
                self.show(approval, actor, |request, out| {
                    StageResource::of(request, index, Some(&viewer(actor))).write(api, out);
                })
            }
            Operation::Decide { approval, stage } => {
                let decision = read_decision(&body, &OPTIONS).map_err(|error| refused(&error))?;
                let decide = StageDecision {
                    stage: self.stage(approval, stage)?,
                    tier: if actor.id == ESCALATION_APPROVER { Tier::Escalation } else { Tier::Primary },
                    decision: decision.decision,
                    justification: decision.justification,
                };
                self.command(approval, actor, Action::DecideStage(decide)).map(done)
            }
            Operation::List
            | Operation::Filter { .. }
            | Operation::Count
            | Operation::GetAssignment { .. }
            | Operation::GetRequestor { .. }
            | Operation::GetAccessPackage { .. }
            | Operation::Delete { .. }
            | Operation::ListApprovals
            | Operation::CountApprovals
            | Operation::FilterApprovals { .. }
            | Operation::CountStages { .. }
            | Operation::GetRequirements { .. }
            | Operation::Batch => Err(Fault::not_here()),
        }
    }

    fn create(
        &self,
        operation: &Operation,
        api: ApiVersion,
        actor: Actor,
        body: &[u8],
    ) -> Result<Response, Fault> {
        let draft = read_create(body, &OPTIONS).map_err(|error| refused(&error))?;
        // No assignments exist here that could be changed or removed.
        let (request, submitted) = self
            .policy
            .submit(RequestId::new(Uuid::new_v4()), &draft, None, actor, self.clock.now())
            .map_err(|refusal| refused(&refusal))?;
        let mut resource = Vec::new();
        write_request(&request, api, &mut resource);
        let id = request.id();
        let mut requests = self.requests();
        self.tell(&request, vec![submitted]);
        requests.insert(id, request);
        drop(requests);
        if !draft.is_validation_only {
            let _ = self.to_do.send(Task::Start(id));
        }
        let location = Operation::Get { request: id }.path(api).to_string();
        Ok((operation.success(), [(header::LOCATION, location)], json(resource)).into_response())
    }

    /// Shows a request to its requestor, to its target, and to everyone in a role other than user.
    fn show(
        &self,
        id: RequestId,
        actor: Actor,
        write: impl FnOnce(&Request, &mut Vec<u8>),
    ) -> Result<Response, Fault> {
        let requests = self.requests();
        let request = requests.get(&id).filter(|request| {
            actor.role != Role::User || request.requestor() == actor.id || request.target() == Some(actor.id)
        });
        let mut resource = Vec::new();
        write(request.ok_or_else(|| refused(&Rejection::NoRequest))?, &mut resource);
        Ok(json(resource).into_response())
    }

    fn command(&self, id: RequestId, actor: Actor, action: Action) -> Result<(), Fault> {
        match self.execute(id, &Command::new(actor, action)) {
            Some(outcome) => outcome.map_err(|rejection| refused(&rejection)),
            None => Err(refused(&Rejection::NoRequest)),
        }
    }

    /// Returns the index of an approval stage.
    fn stage(&self, approval: RequestId, stage: ApprovalStageId) -> Result<u32, Fault> {
        let requests = self.requests();
        let request = requests.get(&approval).ok_or_else(|| refused(&Rejection::NoRequest))?;
        let stages = request.approval_stages().len();
        let count = u32::try_from(stages).unwrap_or(0);
        let index = (0..count).find(|index| request.approval_stage_id(*index) == Some(stage));
        index.ok_or_else(|| refused(&Rejection::UnknownStage { stage: count, stages }))
    }
}

/// Every approver here may decide the only stage.
fn viewer(actor: Actor) -> Viewer<'static> {
    Viewer { id: actor.id, stages: if actor.role == Role::Approver { &[0] } else { &[] } }
}

fn authenticate(headers: &HeaderMap) -> Result<Actor, Fault> {
    let token =
        headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let known = PEOPLE.iter().find(|(name, _)| Some(*name) == token);
    known.map(|(_, actor)| *actor).ok_or_else(Fault::unauthenticated)
}

/// An error response.
struct Fault {
    status: StatusCode,
    body: Box<ErrorBody>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// Returns the response for a refusal by the library.
fn refused<'a>(refusal: impl Into<GraphError<'a>>) -> Fault {
    let refusal = refusal.into();
    let allowed = match refusal {
        GraphError::Path(PathError::MethodNotAllowed { allowed, .. }) => {
            let names: Vec<_> = allowed.iter().map(Method::as_str).collect();
            HeaderValue::try_from(names.join(", ")).ok().map(|allowed| (header::ALLOW, allowed))
        }
        _ => None,
    };
    let body = Box::new(ErrorBody::from(refusal));
    Fault { status: refusal.status(), body, headers: allowed.into_iter().collect() }
}

impl Fault {
    /// Returns the response for an error that only the service knows.
    fn own(status: StatusCode, code: &'static str, message: &str) -> Self {
        let message = message.to_owned();
        let body = ErrorBody { code, message, target: None, details: Vec::new(), violations_left_out: 0 };
        Self { status, body: Box::new(body), headers: Vec::new() }
    }

    fn unauthenticated() -> Self {
        let headers = vec![(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))];
        let fault = Self::own(StatusCode::UNAUTHORIZED, "unauthenticated", "say who you are: `Bearer ada`");
        Self { headers, ..fault }
    }

    /// The body was longer than the limit. The service did not read it to its end.
    fn too_large() -> Self {
        let message = format!("at most {} bytes are read", OPTIONS.max_bytes);
        Self::own(StatusCode::PAYLOAD_TOO_LARGE, ReadCode::BodyTooLarge.into(), &message)
    }

    fn not_here() -> Self {
        Self::own(StatusCode::NOT_IMPLEMENTED, "notImplemented", "this service does not have it")
    }
}

async fn answer(State(service): State<Arc<Service>>, request: axum::extract::Request) -> Response {
    let (parts, body) = request.into_parts();
    let request_id = Uuid::new_v4();
    let mut response = match service.operate(&parts, body).await {
        Ok(response) => response,
        Err(fault) => {
            let inner = InnerError {
                date: service.clock.now(),
                request_id,
                client_request_id: client_request_id(&parts.headers),
            };
            let mut text = Vec::new();
            fault.body.write(&inner, &mut text);
            let mut response = (fault.status, json(text)).into_response();
            response.headers_mut().extend(fault.headers);
            response
        }
    };
    if let Ok(id) = HeaderValue::try_from(request_id.to_string()) {
        response.headers_mut().insert("request-id", id);
    }
    response
}

fn json(body: Vec<u8>) -> ([(HeaderName, HeaderValue); 1], Bytes) {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], Bytes::from(body))
}
