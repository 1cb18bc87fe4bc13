//! Logs of events as they are stored: written, read back, and read strictly (rules I7, J1 to J4, J12).
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use assignment_request::{
    AccessPackageId, Action, Actor, ApprovalSettings, ApprovalStageSpec, Approver, ApproverKind,
    CallbackConfiguration, CallbackDecision, CalloutStage, Command, DeliveryOutcome, DeterminedStage, Draft,
    Event, ExtensionBehavior, ExtensionId, ExtensionSpec, Limits, Period, Policy, PolicySpec, Rejection,
    ReplayError, Request, RequestId, RequestType, RequestorSettings, Resume, Role, StageSpec, Status,
    SubjectId, Timestamp,
};
use assignment_request_graph::{ReadCode, StoredError, read_events, write_events};
use serde_json::{Value, json};

const DETERMINES: ExtensionId = ExtensionId::from_u128(0xde);
const SYSTEM: Actor = Actor::new(SubjectId::from_u128(3), Role::System);
const EXTENSION: Actor = Actor::new(SubjectId::from_u128(4), Role::Extension);

fn now() -> Timestamp {
    "2026-01-05T09:00:00Z".parse().unwrap()
}

/// A policy with a stage that it sets and one that an extension determines.
fn policy() -> Policy {
    let stage = ApprovalStageSpec {
        duration_before_automatic_denial: Some(Period::from_days(2)),
        is_approver_justification_required: false,
        is_escalation_enabled: false,
        duration_before_escalation: None,
    };
    let waits = |timeout| ExtensionBehavior::LaunchAndWait(CallbackConfiguration { timeout: Some(timeout) });
    let setting = |stage, custom_extension_id| ExtensionSpec {
        stage,
        custom_extension_id,
        behavior: Some(waits(Period::from_minutes(60))),
    };
    let spec = PolicySpec {
        requestor_settings: RequestorSettings { self_add: true, ..RequestorSettings::default() },
        approval: ApprovalSettings {
            is_required_for_add: true,
            stages: vec![stage.into(), StageSpec::Determined { custom_extension_id: Some(DETERMINES) }],
            ..PolicySpec::default().approval
        },
        extensions: vec![
            setting(CalloutStage::AssignmentRequestCreated, None),
            setting(CalloutStage::AssignmentRequestDeterminingApprovalRequirements, Some(DETERMINES)),
        ],
        ..PolicySpec::default()
    };
    Policy::compile(&spec, &Limits::default()).unwrap()
}

fn submitted() -> (Request, Vec<Event>) {
    let ada = Actor::new(SubjectId::from_u128(0xada), Role::User);
    let draft =
        Draft { access_package_id: Some(AccessPackageId::from_u128(1)), ..Draft::new(RequestType::UserAdd) };
    let (request, submitted) = policy().submit(RequestId::from_u128(2), &draft, None, ada, now()).unwrap();
    (request, vec![submitted])
}

/// The callback that lets the request go on.
fn resume(request: &Request, approval_stage: Option<DeterminedStage>) -> Command {
    let callout = request.callouts().last().unwrap();
    let resume = Resume {
        instance: callout.instance(),
        stage: callout.stage(),
        decision: CallbackDecision::Continue,
        approval_stage: approval_stage.map(Into::into),
        source: None,
        detail: Some("checked".into()),
    };
    Command::new(EXTENSION, Action::Resume(resume))
}

fn determined_stage() -> DeterminedStage {
    let grace = Approver { kind: ApproverKind::SingleUser(SubjectId::from_u128(0x97ace)), is_backup: false };
    let manager = Approver { kind: ApproverKind::RequestorManager { level: 2 }, is_backup: true };
    DeterminedStage {
        duration_before_automatic_denial: Some(Period::from_days(2)),
        primary_approvers: vec![grace, manager],
        ..DeterminedStage::default()
    }
}

/// A request that waits for its first approval, after an extension determined the second; and its events.
fn pending() -> (Request, Vec<Event>) {
    let (mut request, mut events) = submitted();
    let mut handle = |request: &mut Request, command: &Command| {
        request.handle_into(command, now(), &mut events).unwrap();
    };
    handle(&mut request, &Command::new(SYSTEM, Action::Process { target: None }));
    let created = resume(&request, None);
    handle(&mut request, &created);
    let determined = resume(&request, Some(determined_stage()));
    handle(&mut request, &determined);
    assert_eq!(request.status(), Status::PendingApproval);
    (request, events)
}

fn written(events: &[Event]) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_events(events, &mut bytes);
    bytes
}

/// The log of [`pending`], to be forged.
fn log() -> Value {
    serde_json::from_slice(&written(&pending().1)).unwrap()
}

fn read(text: &str) -> Result<Request, StoredError> {
    read_events(text.as_bytes(), &Limits::default())
}

/// Code, path and message of a fault of the JSON.
fn fault(text: &str) -> (ReadCode, String, String) {
    match read(text) {
        Err(StoredError::Read(error)) => (error.code(), error.path().to_owned(), error.to_string()),
        other => panic!("{other:?}"),
    }
}

/// The message of what is no log of events.
fn form(text: &str) -> String {
    match read(text) {
        Err(StoredError::Form { message, .. }) => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn j11_what_is_stored_is_read_back() {
    let (request, events) = pending();
    let bytes = written(&events);
    assert_eq!(read_events(&bytes, &Limits::default()), Ok(request.clone()));
    assert_eq!(request.determination(1).unwrap().stage(), &determined_stage());
    assert_eq!(request.determination(1).unwrap().by(), EXTENSION.id);
    let again: Vec<Event> = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(written(&again), bytes);
}

/// J1's size is for bodies: a log of any size is read.
#[test]
fn i7_a_log_of_several_mebibytes_is_read() {
    let (mut request, mut events) = pending();
    let approve = |stage| {
        let decide = assignment_request::StageDecision {
            stage,
            tier: assignment_request::Tier::Primary,
            decision: assignment_request::ApprovalDecision::Approve,
            justification: None,
        };
        Command::new(
            Actor::new(SubjectId::from_u128(0x97ace + u128::from(stage)), Role::Approver),
            Action::DecideStage(decide),
        )
    };
    for stage in 0..2 {
        request.handle_into(&approve(stage), now(), &mut events).unwrap();
    }
    let mut attempt = 1;
    while events.len() < 20_000 {
        let outcome = DeliveryOutcome::Failed;
        let report = Command::new(SYSTEM, Action::ReportDelivery { attempt, outcome });
        request.handle_into(&report, now(), &mut events).unwrap();
        request.handle_into(&Command::new(SYSTEM, Action::Reprocess), now(), &mut events).unwrap();
        attempt += 1;
    }
    let bytes = written(&events);
    assert!(bytes.len() > 2 * 1024 * 1024, "{}", bytes.len());
    assert_eq!(read_events(&bytes, &Limits::default()), Ok(request));
}

#[test]
fn j1_a_log_has_at_most_32_levels() {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let message = "nested more than 32 levels deep".to_owned();
    let path = "[0]".repeat(32);
    assert_eq!(fault(&nested(33)), (ReadCode::TooDeep, path, message.clone()));
    assert_eq!(
        form(&nested(32)),
        "invalid type: sequence, expected a stored event, with its members by name"
    );
    let member = |levels: usize| format!(r#"[{{"event":{}}}]"#, nested(levels));
    let path = format!("[0].event{}", "[0]".repeat(30));
    assert_eq!(fault(&member(31)), (ReadCode::TooDeep, path, message));
    // Thirty levels inside the event are read, and are no event.
    let expected = (ReadCode::WrongType, "[0].event".to_owned(), "expected no array".to_owned());
    assert_eq!(fault(&member(30)), expected);
}

/// The version is the first fault, for any order of the members and any other members of that version.
#[test]
fn i7_another_version_is_refused_by_name() {
    let other = |event, found| Err(StoredError::Version { event, found });
    for text in [
        r#"[{"version":2}]"#,
        r#"[{"version":2,"what":"a later version says"}]"#,
        r#"[{"what":"a later version says","version":2}]"#,
        // In that version arrays may belong there.
        r#"[{"what":[1,[2]],"event":["submitted"],"version":2}]"#,
        r#"[{"event":{"submitted":[{"a":[]}]},"version":2},{"event":[]}]"#,
        r#"[{"version":2,"sequence":"first","at":null}]"#,
        r#"[{"version":2},{"version":3}]"#,
    ] {
        assert_eq!(read(text), other(1, 2), "{text}");
    }
    assert_eq!(read(r#"[{"version":0}]"#), other(1, 0));
    assert_eq!(read(r#"[{"version":-1}]"#), other(1, -1));
    assert_eq!(read(r#"[{"version":1,"event":[]},{"version":4294967297}]"#), other(2, 4_294_967_297));

    let mut log = log();
    let event = log[2].as_object_mut().unwrap();
    event.insert("version".to_owned(), json!(2));
    event.insert("unheardOf".to_owned(), json!([{}]));
    let error = read(&log.to_string()).unwrap_err();
    assert_eq!(error, StoredError::Version { event: 3, found: 2 });
    assert_eq!(error.to_string(), "event 3 of the log has version 2; this library reads version 1");

    // What is no version at all.
    let expected = (ReadCode::WrongType, "[0].version".to_owned());
    for (version, message) in [
        ("\"2\"", "expected a whole number, found a string"),
        ("1.0", "expected a whole number, found `1.0`"),
        ("true", "expected a whole number, found a boolean"),
        ("[2]", "expected a whole number, found an array"),
    ] {
        let (code, path, found) = fault(&format!(r#"[{{"version":{version}}}]"#));
        assert_eq!((code, path), expected, "{version}");
        assert_eq!(found, message);
    }
    assert_eq!(form(r#"[{"version":null}]"#), "invalid type: null, expected u32");
    assert_eq!(form("[{}]"), "missing field `version`");
}

#[test]
fn j2_no_member_twice() {
    let text = String::from_utf8(written(&pending().1)).unwrap();
    let twice = |name: &str, path: &str| {
        let message = format!("member `{name}` occurs twice");
        (ReadCode::DuplicateMember, path.to_owned(), message)
    };
    let version = text.replacen("{\"", "{\"version\":1,\"", 1);
    assert_eq!(fault(&version), twice("version", "[0].version"));
    // Also where the first is of another version.
    let version = text.replacen("{\"", "{\"version\":2,\"", 1);
    assert_eq!(fault(&version), twice("version", "[0].version"));
    let determined = text.replacen("\"isEscalationEnabled\"", "\"isBackup\":1,\"isBackup\":2,\"x\"", 1);
    let path = "[4].event.callbackReceived.approvalStage.isBackup";
    assert_eq!(fault(&determined), twice("isBackup", path));
    let unknown = r#"[{"version":2,"what":{"a":1,"\u0061":2}}]"#;
    assert_eq!(fault(unknown), twice("a", "[0].what.a"));
}

#[test]
fn j3_an_array_is_no_object_anywhere() {
    let good = log();
    assert!(read(&good.to_string()).is_ok());
    let members = |value: &Value| Value::Array(value.as_object().unwrap().values().cloned().collect());
    let wrong = |path: &str| (ReadCode::WrongType, path.to_owned(), "expected no array".to_owned());
    for (pointer, path) in [
        ("/0/event/submitted", "[0].event.submitted"),
        ("/0/event/submitted/route", "[0].event.submitted.route"),
        ("/0/event/submitted/route/rules", "[0].event.submitted.route.rules"),
        ("/0/event/submitted/route/approvalStages/0/set", "[0].event.submitted.route.approvalStages[0].set"),
        ("/0/event/submitted/route/extensions/0", "[0].event.submitted.route.extensions[0]"),
        ("/1/event/calloutStarted", "[1].event.calloutStarted"),
        ("/2/event/callbackReceived/actor", "[2].event.callbackReceived.actor"),
        ("/4/event/callbackReceived/approvalStage", "[4].event.callbackReceived.approvalStage"),
        (
            "/4/event/callbackReceived/approvalStage/primaryApprovers/1",
            "[4].event.callbackReceived.approvalStage.primaryApprovers[1]",
        ),
        (
            "/4/event/callbackReceived/approvalStage/primaryApprovers/1/kind/requestorManager",
            "[4].event.callbackReceived.approvalStage.primaryApprovers[1].kind.requestorManager",
        ),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap() = members(good.pointer(pointer).unwrap());
        assert_eq!(fault(&bad.to_string()), wrong(path));
    }
    let mut event = good.clone();
    event[1] = members(&good[1]);
    let no_event = "invalid type: sequence, expected a stored event, with its members by name";
    assert_eq!(form(&event.to_string()), no_event);
    let expected = (ReadCode::WrongType, String::new(), "expected an array, found an object".to_owned());
    assert_eq!(fault("{}"), expected);
    let expected = (ReadCode::WrongType, "[0]".to_owned(), "null in an array".to_owned());
    assert_eq!(fault("[null]"), expected);
}

#[test]
fn j4_no_member_is_unknown_and_j1_nothing_is_after_the_log() {
    let good = log();
    for pointer in ["/1", "/1/event/calloutStarted", "/4/event/callbackReceived/approvalStage"] {
        let mut unknown = good.clone();
        unknown.pointer_mut(pointer).unwrap().as_object_mut().unwrap().insert("note".into(), json!(1));
        let message = form(&unknown.to_string());
        assert!(message.starts_with("unknown field `note`, expected one of "), "{message}");
    }
    let text = good.to_string();
    assert!(read(&format!(" {text}\n")).is_ok());
    let malformed = |message: &str| (ReadCode::Malformed, String::new(), message.to_owned());
    for after in ["x", "[]", "{}", ",", "\u{0}"] {
        assert_eq!(fault(&format!("{text}{after}")), malformed("text after the end of the body"), "{after}");
    }
    assert_eq!(fault(""), malformed("unexpected end of the body"));
    let torn = text.strip_suffix(']').unwrap();
    let end = "unexpected end of the body".to_owned();
    assert_eq!(fault(torn), (ReadCode::Malformed, "[5]".to_owned(), end));
}

#[test]
fn i7_what_commands_could_not_bring_about_is_refused() {
    let refused = |log: &Value| match read(&log.to_string()) {
        Err(StoredError::Replay(error)) => error,
        other => panic!("{other:?}"),
    };
    assert_eq!(read("[]"), Err(StoredError::Replay(ReplayError::Empty)));
    let (_, events) = pending();
    let without_the_first = read_events(&written(&events[1..]), &Limits::default());
    assert_eq!(without_the_first, Err(StoredError::Replay(ReplayError::Submission)));
    let without_the_last = read_events(&written(&events[..events.len() - 1]), &Limits::default());
    assert_eq!(without_the_last, Err(StoredError::Replay(ReplayError::Broken { sequence: 6 })));

    // The stage that an extension determined is judged again.
    let stage = "/4/event/callbackReceived/approvalStage";
    let mut empty = log();
    empty.pointer_mut(stage).unwrap()["primaryApprovers"] = json!([]);
    let violations = assignment_request::ApprovalStageViolations::of(&[
        assignment_request::ApprovalStageViolation::NoPrimaryApprovers,
    ]);
    let rejection = Rejection::BadApprovalStage { violations };
    assert_eq!(refused(&empty), ReplayError::Refused { sequence: 5, rejection });
    let mut missing = log();
    missing[4]["event"]["callbackReceived"].as_object_mut().unwrap().remove("approvalStage");
    let rejection = Rejection::ApprovalStageMissing;
    assert_eq!(refused(&missing), ReplayError::Refused { sequence: 5, rejection });
    // Ada's own request.
    let mut own = log();
    own[4]["event"]["callbackReceived"]["actor"]["id"] = json!(SubjectId::from_u128(0xada));
    assert_eq!(refused(&own), ReplayError::Refused { sequence: 5, rejection: Rejection::SelfResume });
}

#[test]
fn j12_the_place_of_a_fault_is_in_the_text() {
    let error = read("[\n1]").unwrap_err();
    assert!(matches!(error, StoredError::Form { line: 2, column: 1, .. }), "{error:?}");
    let error = read("[{\"version\":\n{}}]").unwrap_err();
    assert!(
        matches!(&error, StoredError::Read(error) if (error.line(), error.column()) == (Some(2), Some(1))),
        "{error:?}"
    );
    let error = read("[{\"version\":1,\n\"at\":\n\"x\"}]").unwrap_err();
    assert!(matches!(error, StoredError::Form { line: 3, .. }), "{error:?}");
}
