//! Drives requests of all kinds from their creation to their end, as clients do that repeat what they had no answer to.

use std::time::{Duration, Instant, SystemTime};

use assignment_request::{CalloutId, Timestamp};
use serde_json::{Value, json};
use ureq::http::Method;

use crate::data::{SILENT, determined_stage, token};
use crate::world::{Call, Kill, Random, World};

const REQUESTS: &str = "/v1.0/identityGovernance/entitlementManagement/assignmentRequests";
const APPROVALS: &str = "/v1.0/identityGovernance/entitlementManagement/accessPackageAssignmentApprovals";
/// Longer than any wait here takes. A request that takes longer counts as lost.
const PATIENCE: Duration = Duration::from_mins(3);
const PAUSE: Duration = Duration::from_millis(30);
/// The most of the five minutes for which a silent system is waited for.
const SILENCE: Duration = Duration::from_secs(290);
/// How far ahead a scheduled request starts. With kills, it may take seconds until the request is scheduled at all.
const START: Duration = Duration::from_secs(5);
const START_WITH_KILLS: Duration = Duration::from_secs(15);
/// How long an outside system has to answer by itself. Its answer is lost if the program is killed meanwhile, since the
/// example's outside systems live in the program. Then its people answer, as any other client.
const LONGEST_ANSWER: Duration = Duration::from_secs(2);

/// The id of a person, an access package, a policy, an extension or a question of the data.
pub(crate) fn id(kind: char, number: u32) -> String {
    format!("{kind}0000000-0000-4000-8000-{number:012}")
}

/// The kinds of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Nothing is asked.
    Plain,
    /// The badge office is called, and answers by itself.
    Badge,
    /// Someone at the badge office answers.
    ManualBadge,
    /// The risk engine determines the approval, and Grace approves.
    Dynamic,
    /// Grace approves.
    Approval,
    /// The requestor cancels.
    Cancel,
    /// The first delivery fails, and an administrator has it done again.
    Broken,
    /// The access starts a few seconds later.
    Scheduled,
    /// The outside system never answers. It is waited for five minutes, the shortest time that a policy may have.
    Silent,
}

impl Kind {
    /// Those that end within seconds.
    pub(crate) const SHORT: [Self; 8] = [
        Self::Plain,
        Self::Badge,
        Self::ManualBadge,
        Self::Dynamic,
        Self::Approval,
        Self::Cancel,
        Self::Broken,
        Self::Scheduled,
    ];

    fn package(self) -> u32 {
        match self {
            Self::Plain | Self::Scheduled => 1,
            Self::Approval | Self::Cancel => 2,
            Self::Badge => 3,
            Self::Dynamic => 4,
            Self::Broken => 5,
            Self::ManualBadge => 6,
            Self::Silent => SILENT,
        }
    }

    fn end(self) -> (&'static str, &'static str) {
        match self {
            Self::Cancel => ("canceled", "Canceled"),
            Self::Silent => ("deliveryFailed", "CallbackTimedOut"),
            _ => ("delivered", "Fulfilled"),
        }
    }
}

/// A command that was accepted, or was found to be accepted when it was repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Accepted {
    Create,
    Resume(CalloutId),
    Approve,
    Cancel,
    Reprocess,
}

/// What the clients of one request know about it.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    pub(crate) accepted: Vec<Accepted>,
    /// When its timer was seen to have fired, if it has one.
    pub(crate) seen: Option<Timestamp>,
    /// Whose it is.
    pub(crate) person: u32,
    /// How it came to be: each create and each look for it, with the answer.
    pub(crate) creation: Vec<String>,
}

/// A client that drives one request.
pub(crate) struct Driver<'a> {
    world: &'a World,
    person: u32,
    kind: Kind,
    /// The kills that will happen: at the creation, and at the next step.
    kills: [Option<Kill>; 2],
    /// How far ahead a scheduled request starts.
    ahead: Duration,
    path: String,
    accepted: Vec<Accepted>,
    creation: Vec<String>,
}

impl<'a> Driver<'a> {
    pub(crate) fn new(world: &'a World, person: u32, kind: Kind) -> Self {
        Self {
            world,
            person,
            kind,
            kills: [None; 2],
            ahead: START,
            path: String::new(),
            accepted: Vec::new(),
            creation: Vec::new(),
        }
    }

    /// Kills someone at each step of the request.
    pub(crate) fn with_kills(mut self, random: &mut Random) -> Self {
        self.ahead = START_WITH_KILLS;
        self.kills = [(); 2].map(|()| Some(Kill::draw(random)));
        self
    }

    /// Creates the request, and drives it to its end.
    pub(crate) fn run(mut self) -> Record {
        self.create();
        self.go_on()
    }

    /// Creates the request.
    ///
    /// Graph's creates have no id that the client chooses, so one that had no answer is not simply repeated: the client
    /// looks for the request first.
    pub(crate) fn create(&mut self) {
        let create = self.call(&token(self.person), Method::POST, REQUESTS, self.body());
        let begun = Instant::now();
        let id = loop {
            let (sent, kill) = (now(), self.kills[0].take());
            let answer = match kill {
                Some(kill) => self.world.call_and_kill(&create, kill),
                None => self.world.call(&create),
            };
            self.creation.push(format!("{sent} to {}, {kill:?}: {answer:?}", now()));
            match answer {
                Some((201, body)) => break body["id"].clone(),
                // One that had no answer was kept meanwhile.
                Some((409, body)) if body["error"]["code"] == "alreadyOpen" => {}
                Some(answer) => panic!("{:?}, person {}: {answer:?}", self.kind, self.person),
                None => {}
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "{:?}, person {}: it cannot be created",
                self.kind,
                self.person
            );
            std::thread::sleep(PAUSE);
            let sent = now();
            let found = self.look();
            self.creation.push(format!("{sent} to {}: found {found}", now()));
            if !found.is_null() {
                break found;
            }
        };
        self.path = format!("{REQUESTS}/{}", id.as_str().unwrap());
        self.accepted.push(Accepted::Create);
    }

    /// Returns the id of the person's request, or null if the service has none.
    pub(crate) fn look(&self) -> Value {
        let list = self.call(&token(self.person), Method::GET, REQUESTS, Value::Null);
        self.ask(&list)["value"][0]["id"].clone()
    }

    fn body(&self) -> Value {
        let package = self.kind.package();
        let mut body = json!({
            "requestType": "userAdd",
            "assignment": { "accessPackageId": id('b', package), "assignmentPolicyId": id('c', package) },
        });
        if package == 2 {
            body["justification"] = json!("for the project");
            body["answers"] = json!([{ "value": "Compass", "answeredQuestion": { "id": id('d', 21) } }]);
        }
        if self.kind == Kind::Scheduled {
            let start = Timestamp::try_from(SystemTime::now() + self.ahead).unwrap();
            body["schedule"] = json!({ "startDateTime": start.to_string() });
        }
        body
    }

    /// Drives the request from its creation to its end.
    pub(crate) fn go_on(mut self) -> Record {
        let mut seen = None;
        match self.kind {
            Kind::Plain => self.kill_while_it_waits(),
            Kind::Badge => self.answer_if_no_one_does("badge-office"),
            Kind::ManualBadge => self.resume("badge-office"),
            Kind::Dynamic => {
                self.answer_if_no_one_does("risk-engine");
                self.approve();
            }
            Kind::Approval => self.approve(),
            Kind::Cancel => {
                self.wait(|state, _| state == "pendingApproval");
                let path = format!("{}/cancel", self.path);
                let cancel = self.call(&token(self.person), Method::POST, &path, Value::Null);
                self.act(&cancel, 204, "alreadyCanceled", Accepted::Cancel, false);
            }
            Kind::Broken => {
                self.wait(|state, _| state == "deliveryFailed");
                let path = format!("{}/reprocess", self.path);
                let reprocess = self.call("oscar", Method::POST, &path, Value::Null);
                self.act(&reprocess, 202, "notReprocessable", Accepted::Reprocess, false);
            }
            Kind::Scheduled => {
                self.kill_while_it_waits();
                self.wait(|state, _| state != "submitted" && state != "scheduled");
                seen = Some(now());
            }
            Kind::Silent => {
                self.kill_while_it_waits();
                std::thread::sleep(SILENCE);
                self.wait(|_, status| status == "CallbackTimedOut");
                seen = Some(now());
            }
        }
        self.finish(seen)
    }

    fn call(&self, token: &str, method: Method, path: &str, body: Value) -> Call {
        Call { token: token.to_owned(), method, path: path.to_owned(), body }
    }

    /// Asks until there is an answer.
    fn ask(&self, call: &Call) -> Value {
        let begun = Instant::now();
        loop {
            match self.world.call(call) {
                Some((200, body)) => return body,
                Some(answer) => panic!("{}: {answer:?}", call.path),
                None => std::thread::sleep(PAUSE),
            }
            assert!(begun.elapsed() < PATIENCE, "{} has no answer", call.path);
        }
    }

    /// Waits until the request has a state and a status.
    pub(crate) fn wait(&self, is_there: impl Fn(&str, &str) -> bool) {
        let read = self.call("oscar", Method::GET, &self.path, Value::Null);
        let begun = Instant::now();
        loop {
            let body = self.ask(&read);
            if is_there(body["state"].as_str().unwrap(), body["status"].as_str().unwrap()) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{:?}, lost: {body}", self.kind);
            std::thread::sleep(PAUSE);
        }
    }

    fn kill_while_it_waits(&mut self) {
        if let Some(kill) = self.kills[1].take() {
            self.world.kill(kill);
        }
    }

    /// Gives a command, and repeats it until there is an answer. `others_may` says whether others give it too.
    fn act(&mut self, call: &Call, accepted: u16, already: &str, command: Accepted, others_may: bool) {
        let begun = Instant::now();
        let mut is_repeated = others_may;
        loop {
            let answer = match self.kills[1].take() {
                Some(kill) => self.world.call_and_kill(call, kill),
                None => self.world.call(call),
            };
            match answer {
                Some((status, _)) if status == accepted => break,
                Some((409, body)) if is_repeated && body["error"]["code"] == already => break,
                Some(answer) => panic!("{}, repeated: {is_repeated}: {answer:?}", call.path),
                None => is_repeated = true,
            }
            assert!(begun.elapsed() < PATIENCE, "{} has no answer", call.path);
            std::thread::sleep(PAUSE);
        }
        self.accepted.push(command);
    }

    /// Returns the call that answers the request's last callout, and the callout.
    pub(crate) fn resume_call(&self, account: &str) -> (Call, CalloutId) {
        let body = self.ask(&self.call("oscar", Method::GET, &self.path, Value::Null));
        let callout =
            body["customExtensionCalloutInstances"].as_array().unwrap().last().unwrap()["id"].clone();
        let mut data = json!({
            "customExtensionStageInstanceId": callout,
            "stage": "assignmentRequestCreated",
        });
        if self.kind == Kind::Dynamic {
            data["stage"] = json!("assignmentRequestDeterminingApprovalRequirements");
            data["@odata.type"] = json!("#microsoft.graph.assignmentRequestApprovalStageCallbackData");
            data["approvalStage"] = determined_stage();
        }
        let path = format!("{}/resume", self.path);
        let resume = self.call(account, Method::POST, &path, json!({ "data": data }));
        (resume, callout.as_str().unwrap().parse().unwrap())
    }

    fn resume(&mut self, account: &str) {
        self.wait(|_, status| status == "WaitingForCallback");
        let (resume, callout) = self.resume_call(account);
        self.act(&resume, 204, "alreadyResumed", Accepted::Resume(callout), false);
    }

    fn answer_if_no_one_does(&mut self, account: &str) {
        self.wait(|state, status| status == "WaitingForCallback" || state != "submitted");
        let (resume, callout) = self.resume_call(account);
        self.kill_while_it_waits();
        let begun = Instant::now();
        let read = self.call("oscar", Method::GET, &self.path, Value::Null);
        while self.ask(&read)["status"] == "WaitingForCallback" {
            if begun.elapsed() > LONGEST_ANSWER {
                return self.act(&resume, 204, "alreadyResumed", Accepted::Resume(callout), true);
            }
            std::thread::sleep(PAUSE);
        }
    }

    fn approve(&mut self) {
        self.wait(|state, _| state == "pendingApproval");
        let approval = format!("{APPROVALS}/{}", self.path.rsplit('/').next().unwrap());
        let stages = self.ask(&self.call("grace", Method::GET, &approval, Value::Null));
        let stage = format!("{approval}/stages/{}", stages["stages"][0]["id"].as_str().unwrap());
        let approve = self.call("grace", Method::PATCH, &stage, json!({ "reviewResult": "Approve" }));
        self.act(&approve, 204, "alreadyDecided", Accepted::Approve, false);
    }

    /// Waits until a request whose callout others have answered has ended.
    pub(crate) fn finish_answered(mut self, callout: CalloutId) -> Record {
        self.accepted.push(Accepted::Resume(callout));
        self.finish(None)
    }

    pub(crate) fn finish(self, seen: Option<Timestamp>) -> Record {
        let (state, status) = self.kind.end();
        self.wait(|now, so| now == state && so == status);
        let id = self.id().to_owned();
        let Self { kind, accepted, person, creation, .. } = self;
        Record { kind, id, accepted, seen, person, creation }
    }

    pub(crate) fn id(&self) -> &str {
        self.path.rsplit('/').next().unwrap()
    }
}

pub(crate) fn now() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).unwrap()
}
