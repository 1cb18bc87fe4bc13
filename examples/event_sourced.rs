//! A service that stores events: an append-only log with optimistic concurrency, and an outbox, on `SQLite`.
//!
//! ```console
//! cargo run -p assignment-request-examples --example event_sourced -- requests.db
//! cargo run -p assignment-request-examples --example event_sourced -- other.db --crash after-send
//! cargo run -p assignment-request-examples --example event_sourced -- other.db
//! ```
//!
//! Ada asks for access; Grace approves; an external system is asked, and calls back; access is given. Everything sent
//! to others goes to a file beside the database, one line each. The program may end early anywhere, any number of
//! times: when it starts again, it continues from what is stored. Any number of processes can work on one database at
//! once.

use std::error::Error;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use assignment_request::{
    Action, Actor, ApprovalDecision, CallbackDecision, Class, Command, DeliveryOutcome, Event, EventKind,
    Limits, Policy, Rejection, Request, RequestId, Resume, Role, StageDecision, Status, SubjectId, Tier,
    Timestamp,
};
use assignment_request_examples::store::{Store, StoreError, Task};
use assignment_request_graph::{ReadOptions, read_create, read_policy};

const ADA: Actor = Actor::new(SubjectId::from_u128(0xada), Role::User);
const GRACE: Actor = Actor::new(SubjectId::from_u128(0x97ace), Role::Approver);
const EXTENSION: Actor = Actor::new(SubjectId::from_u128(0xe8), Role::Extension);
const SYSTEM: Actor = Actor::new(SubjectId::from_u128(0x5e5), Role::System);
const REQUEST: RequestId = RequestId::from_u128(0x070f_d553_de7b_4841_9dab_594c_6d2d_66fb);

const BODY: &[u8] =
    br#"{"requestType": "userAdd", "assignment": {"accessPackageId": "0b5dd43b-96b4-4d5c-a7f3-2f0f8f0f3c11"}}"#;
const POLICY: &[u8] = br#"{
    "requestorSettings": {"enableTargetsToSelfAddAccess": true},
    "requestApprovalSettings": {
        "isApprovalRequiredForAdd": true,
        "stages": [{"durationBeforeAutomaticDenial": "P2D"}]
    },
    "customExtensionStageSettings": [{
        "stage": "assignmentRequestGranted",
        "customExtension": {"callbackConfiguration": {"timeoutDuration": "PT1H"}}
    }]
}"#;

/// The point at which the program ends, as if its machine had lost power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Crash {
    Never,
    /// After events are stored, and before anything is done about them.
    AfterAppend,
    /// After a task is sent, and before that is recorded.
    AfterSend,
}

impl Crash {
    fn read(name: &str) -> Result<Self, String> {
        match name {
            "after-append" => Ok(Self::AfterAppend),
            "after-send" => Ok(Self::AfterSend),
            other => Err(format!("there is no `--crash {other}`, but `after-append` and `after-send`")),
        }
    }

    /// Ends the program at once, without running destructors, if this is the place.
    fn here(self, place: Self) {
        if self == place {
            println!("crash");
            std::process::exit(70);
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (path, crash) = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [path] => (Path::new(path).to_owned(), Crash::Never),
        [path, "--crash", place] => (Path::new(path).to_owned(), Crash::read(place)?),
        _ => return Err("usage: event_sourced <database> [--crash after-append|after-send]".into()),
    };
    let mut host = Host { store: Store::open(&path)?, sent: path.with_extension("sent"), crash };
    host.ask()?;
    loop {
        for late in host.store.due(now()?)? {
            host.once(late, &Command::new(SYSTEM, Action::Elapse))?;
        }
        while let Some(task) = host.store.next_task()? {
            host.work(&task)?;
        }
        let request = host.store.load(REQUEST)?;
        match request.status() {
            Status::Accepted => host.bring_onward(&request, SYSTEM, Action::Process { target: None })?,
            Status::PendingApproval => host.bring_onward(&request, GRACE, approval(&request))?,
            Status::WaitingForCallback => host.call_back_to_two_hosts(&request, &mut Store::open(&path)?)?,
            Status::Fulfilled => break,
            other => return Err(format!("no one continues a request that is {other}").into()),
        }
    }
    println!("Ada has access, after {} events", host.store.load(REQUEST)?.revision());
    Ok(())
}

/// A host: a process that has the database open.
struct Host {
    store: Store,
    /// A file that stands for everyone outside.
    sent: PathBuf,
    crash: Crash,
}

impl Host {
    /// Ada asks. Her client makes the request's id, so that a retry without an answer is the same request.
    fn ask(&mut self) -> Result<(), Box<dyn Error>> {
        let options = ReadOptions::default();
        let policy = Policy::compile(&read_policy(POLICY, &options)?, &Limits::default())?;
        let (request, submitted) =
            policy.submit(REQUEST, &read_create(BODY, &options)?, None, ADA, now()?)?;
        match self.store.insert(&request, &submitted) {
            Ok(()) => self.tell(&request, &[submitted]),
            Err(StoreError::Conflict | StoreError::AlreadyOpen) => println!("Ada has asked before"),
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Loads a request, judges a command, and stores its events. If another host was faster, starts again from what
    /// that host stored. Each conflict means that another host made progress, so the loop ends.
    fn execute(&mut self, id: RequestId, command: &Command) -> Result<Result<(), Rejection>, Box<dyn Error>> {
        loop {
            let mut request = self.store.load(id)?;
            let now = now()?;
            let outcome = request.handle(command, now);
            let events = match &outcome {
                Ok(events) => events.clone(),
                // A refusal stores nothing. But if a deadline has passed, its events are stored before the refusal is
                // returned (rule N6).
                Err(_) => request.handle(&Command::new(SYSTEM, Action::Elapse), now)?,
            };
            match self.store.append(&request, &events) {
                Ok(()) => {
                    self.tell(&request, &events);
                    return Ok(outcome.map(drop));
                }
                Err(StoreError::Conflict) => println!("conflict: another host was faster; decide again"),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Gives a command that was chosen for this revision of the request. If the request has moved on, the caller
    /// chooses again.
    fn bring_onward(
        &mut self,
        request: &Request,
        actor: Actor,
        action: Action,
    ) -> Result<(), Box<dyn Error>> {
        let command = Command::new(actor, action).expecting(request.revision());
        match self.execute(request.id(), &command)? {
            Ok(()) | Err(Rejection::RevisionConflict { .. }) => Ok(()),
            Err(rejection) => Err(rejection.into()),
        }
    }

    /// The external system calls back. It hears no answer at once, so it calls back to another host too. Both hosts
    /// decide on the same revision, and one of them is faster.
    fn call_back_to_two_hosts(&mut self, request: &Request, other: &mut Store) -> Result<(), Box<dyn Error>> {
        let Some(callout) = request.callouts().last() else { return Err("no callout was started".into()) };
        let resume = Resume {
            instance: callout.instance(),
            stage: callout.stage(),
            decision: CallbackDecision::Continue,
            approval_stage: None,
            source: None,
            detail: None,
        };
        let command = Command::new(EXTENSION, Action::Resume(resume));
        let mut slower = request.clone();
        let events = slower.handle(&command, now()?)?;
        self.once(request.id(), &command)?;
        match other.append(&slower, &events) {
            Err(StoreError::Conflict) => {
                println!("conflict: the other host decides again");
                self.once(request.id(), &command)
            }
            outcome => Ok(outcome?),
        }
    }

    /// Gives a command that may have been given before.
    fn once(&mut self, id: RequestId, command: &Command) -> Result<(), Box<dyn Error>> {
        match self.execute(id, command)? {
            Ok(()) => Ok(()),
            Err(rejection) if rejection.class() == Class::Duplicate => {
                println!("once is enough: {rejection}");
                Ok(())
            }
            Err(rejection) => Err(rejection.into()),
        }
    }

    /// Does what an event asks for, at least once, because no one can send something and record that in one step. The
    /// key of the task lets the receiver recognize a duplicate.
    fn work(&mut self, task: &Task) -> Result<(), Box<dyn Error>> {
        self.send(task)?;
        if let EventKind::FulfillmentOrdered { attempt, .. } = task.event.kind {
            let outcome = DeliveryOutcome::Delivered;
            self.once(task.request, &Command::new(SYSTEM, Action::ReportDelivery { attempt, outcome }))?;
        }
        Ok(self.store.finish(task)?)
    }

    fn send(&self, task: &Task) -> Result<(), Box<dyn Error>> {
        let line = format!("{} {}\n", task.idempotency_key(), task.event.name());
        let is_known = std::fs::read_to_string(&self.sent).is_ok_and(|sent| sent.contains(&line));
        let mut sent = OpenOptions::new().create(true).append(true).open(&self.sent)?;
        sent.write_all(line.as_bytes())?;
        println!("sent: {}{}", task.event.name(), if is_known { ", again" } else { "" });
        if !is_known {
            self.crash.here(Crash::AfterSend);
        }
        Ok(())
    }

    fn tell(&self, request: &Request, events: &[Event]) {
        if !events.is_empty() {
            let names: Vec<_> = events.iter().map(Event::name).collect();
            println!("stored: {} -> {}, {}", names.join(", "), request.state(), request.status());
            self.crash.here(Crash::AfterAppend);
        }
    }
}

fn approval(request: &Request) -> Action {
    let stage = u32::try_from(request.reviews().len()).unwrap_or_default();
    let decision = ApprovalDecision::Approve;
    Action::DecideStage(StageDecision { stage, tier: Tier::Primary, decision, justification: None })
}

fn now() -> Result<Timestamp, Box<dyn Error>> {
    Ok(SystemTime::now().try_into()?)
}
