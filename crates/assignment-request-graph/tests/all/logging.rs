//! What is logged with `tracing`, and what is not.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use assignment_request::{Action, Actor, Command, Limits, Policy, RequestId, Role, SubjectId, Timestamp};
use assignment_request_graph::{
    ErrorBody, InnerError, ReadOptions, read_create, read_decision, read_policy, read_resume, trace,
};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use uuid::Uuid;

/// Records every span and event as a line.
#[derive(Clone, Default)]
struct Recorder {
    lines: Arc<Mutex<Vec<String>>>,
}

struct Fields(String);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        write!(self.0, " {field}={value}").unwrap();
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Recorder {
    fn add(&self, metadata: &Metadata<'_>, name: &str, record: impl FnOnce(&mut Fields)) {
        let mut fields = Fields(format!("{} {name}", metadata.level()));
        record(&mut fields);
        self.lines.lock().unwrap().push(fields.0);
    }

    /// Returns what `action` logs.
    ///
    /// Other tests log without a subscriber at the same time. If one of them is the first to reach a place that logs,
    /// `tracing` may keep in mind that no one listens there. So every place is reached once before, and then asked again.
    fn of(action: impl Fn()) -> Vec<String> {
        let recorder = Self::default();
        tracing::subscriber::with_default(recorder.clone(), || {
            action();
            tracing::callsite::rebuild_interest_cache();
            recorder.lines.lock().unwrap().clear();
            action();
        });
        std::mem::take(&mut *recorder.lines.lock().unwrap())
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.add(span.metadata(), span.metadata().name(), |fields| span.record(fields));
        Id::from_u64(1)
    }

    fn event(&self, event: &Event<'_>) {
        self.add(event.metadata(), "-", |fields| event.record(fields));
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

const POLICY: &[u8] = br#"{"requestorSettings": {"enableTargetsToSelfAddAccess": true}}"#;
/// Stands for every private text.
const SECRET: &str = "hunter2";

fn now() -> Timestamp {
    "2026-01-05T09:00:00Z".parse().unwrap()
}

fn policy() -> Policy {
    Policy::compile(&read_policy(POLICY, &ReadOptions::default()).unwrap(), &Limits::default()).unwrap()
}

fn create() -> String {
    format!(
        r#"{{"requestType": "userAdd", "justification": "{SECRET}",
            "assignment": {{"accessPackageId": "0b5dd43b-96b4-4d5c-a7f3-2f0f8f0f3c11"}}}}"#
    )
}

#[test]
fn what_is_decided_is_told_with_ids_codes_rules_and_kinds() {
    let lines = Recorder::of(|| {
        let ada = Actor::new(SubjectId::from_u128(0xada), Role::User);
        let system = Actor::new(SubjectId::from_u128(2), Role::System);
        let draft = read_create(create().as_bytes(), &ReadOptions::default()).unwrap();
        let (mut request, _) =
            trace::submit(&policy(), RequestId::from_u128(1), &draft, None, ada, now()).unwrap();
        let process = Command::new(system, Action::Process { target: None });
        trace::handle(&mut request, &process, now()).unwrap();
        trace::handle(&mut request, &process, now()).unwrap_err();
        trace::submit(&policy(), RequestId::from_u128(3), &draft, None, system, now()).unwrap_err();
        let empty =
            read_create(br#"{"requestType": "userAdd", "schedule": {}}"#, &ReadOptions::default()).unwrap();
        let refusal =
            trace::submit(&policy(), RequestId::from_u128(4), &empty, None, ada, now()).unwrap_err();
        let inner = InnerError { date: now(), request_id: Uuid::from_u128(5), client_request_id: None };
        ErrorBody::from(&refusal).write(&inner, &mut Vec::new());
    });
    let uuid = Uuid::from_u128;
    let expected = [
        format!("DEBUG - message=read body=asked bytes={}", create().len()),
        format!("DEBUG - message=read body=policy bytes={}", POLICY.len()),
        format!("INFO submit request={} type=userAdd actor={} role=user", uuid(1), uuid(0xada)),
        "DEBUG - message=accepted events=submitted revision=1 state=submitted status=Accepted".to_owned(),
        format!("INFO handle request={} revision=1 command=process actor={} role=system", uuid(1), uuid(2)),
        "DEBUG - message=accepted events=approved, deliveryStarted, fulfillmentOrdered revision=4 state=delivering \
         status=Delivering"
            .to_owned(),
        format!("INFO handle request={} revision=4 command=process actor={} role=system", uuid(1), uuid(2)),
        "INFO - message=refused code=alreadyProcessing rule=W1".to_owned(),
        format!("DEBUG - message=read body=policy bytes={}", POLICY.len()),
        format!("INFO submit request={} type=userAdd actor={} role=system", uuid(3), uuid(2)),
        "INFO - message=refused code=notPermitted rule=C1".to_owned(),
        "DEBUG - message=read body=asked bytes=42".to_owned(),
        format!("DEBUG - message=read body=policy bytes={}", POLICY.len()),
        format!("INFO submit request={} type=userAdd actor={} role=user", uuid(4), uuid(0xada)),
        "INFO - message=refused code=invalidRequest violations=missing, scheduleNotAllowed".to_owned(),
        format!("INFO - message=answered code=invalidRequest details=2 request_id={}", uuid(5)),
    ];
    assert_eq!(lines.join("\n"), expected.join("\n"));
}

#[test]
fn nothing_that_a_user_wrote_is_logged() {
    let bodies = [
        create(),
        format!(r#"{{"requestType": "{SECRET}"}}"#),
        format!(r#"{{"{SECRET}": 1}}"#),
        format!(r#"{{"data": {{"stage": "{SECRET}", "{SECRET}": 2}}}}"#),
        format!(r#"{{"reviewResult": "{SECRET}", "justification": "{SECRET}"}}"#),
        format!(r#"{{"{SECRET}": 1, "{SECRET}": 1}}"#),
        format!("{{{SECRET}"),
    ];
    let inner = InnerError { date: now(), request_id: Uuid::from_u128(1), client_request_id: None };
    let lines = Recorder::of(|| {
        let options = ReadOptions::default();
        for body in bodies.iter().map(String::as_bytes) {
            let errors = [
                read_create(body, &options).err(),
                read_decision(body, &options).err(),
                read_policy(body, &options).err(),
                read_resume(body, &options).err(),
            ];
            for error in errors.iter().flatten() {
                ErrorBody::from(error).write(&inner, &mut Vec::new());
            }
        }
    });
    assert!(lines.len() > 40);
    assert!(lines.iter().any(|line| line.ends_with("code=malformed rule=J1 line=1 column=2")), "{lines:#?}");
    let telling: Vec<_> = lines.iter().filter(|line| line.contains(SECRET)).collect();
    assert!(telling.is_empty(), "{telling:?}");
}
