//! Requests and events as they are stored: written, read back, and read strictly (rules I7, J1 to J4, J12).
#![expect(clippy::unwrap_used, reason = "tests")]

use assignment_request::{
    Action, Actor, ApprovalSettings, ApprovalStageSpec, CallbackConfiguration, Command, Draft, Event,
    ExtensionSpec, Limits, Moment, Period, Policy, PolicySpec, Request, RequestType, RequestorSettings, Role,
    Stage,
};
use assignment_request_graph::{
    ReadCode, ReadOptions, StoredError, read_events, read_snapshot, write_events, write_snapshot,
};
use serde_json::{Value, json};
use uuid::Uuid;

/// A request that waits for a callback, and its events.
fn waiting() -> (Request, Vec<Event>) {
    let spec = PolicySpec {
        requestor_settings: RequestorSettings { self_add: true, ..RequestorSettings::NONE },
        approval: ApprovalSettings {
            is_required_for_add: true,
            stages: vec![ApprovalStageSpec {
                duration_before_automatic_denial: Some(Period::from_days(2)),
                is_approver_justification_required: false,
                is_escalation_enabled: false,
                duration_before_escalation: None,
            }],
            ..PolicySpec::EMPTY.approval
        },
        extensions: vec![ExtensionSpec {
            stage: Stage::AssignmentRequestCreated,
            custom_extension_id: None,
            callback: Some(CallbackConfiguration { timeout: Some(Period::from_minutes(60)) }),
        }],
        ..PolicySpec::EMPTY
    };
    let policy = Policy::compile(&spec, &Limits::DEFAULT).unwrap();
    let ada = Actor::new(Uuid::from_u128(0xada), Role::User);
    let now: Moment = "2026-01-05T09:00:00Z".parse().unwrap();
    let draft = Draft { access_package_id: Some(Uuid::from_u128(1)), ..Draft::new(RequestType::UserAdd) };
    let (mut request, submitted) = policy.submit(Uuid::from_u128(2), &draft, None, ada, now).unwrap();
    let system = Actor::new(Uuid::from_u128(3), Role::System);
    let mut events = vec![submitted];
    events.extend(request.handle(&Command::new(system, Action::Process { target: None }), now).unwrap());
    (request, events)
}

fn snapshot() -> Value {
    let mut bytes = Vec::new();
    write_snapshot(&waiting().0, &mut bytes);
    serde_json::from_slice(&bytes).unwrap()
}

fn read(value: &Value) -> Result<Request, StoredError> {
    read_snapshot(value.to_string().as_bytes(), &ReadOptions::default())
}

#[test]
fn j11_what_is_stored_is_read_back() {
    let (request, events) = waiting();
    let mut bytes = Vec::new();
    write_snapshot(&request, &mut bytes);
    assert_eq!(read_snapshot(&bytes, &ReadOptions::default()), Ok(request.clone()));
    bytes.clear();
    write_events(&events, &mut bytes);
    assert_eq!(read_events(&bytes, &ReadOptions::default()), Ok(request));
}

#[test]
fn j3_an_array_is_no_object_anywhere() {
    let good = snapshot();
    assert!(read(&good).is_ok());
    let members = |value: &Value| Value::Array(value.as_object().unwrap().values().cloned().collect());
    let mut as_array = good.clone();
    as_array["phase"]["waitingForCallback"] = members(&good["phase"]["waitingForCallback"]);
    let mut callout = good.clone();
    callout["callouts"][0] = members(&good["callouts"][0]);
    for bad in [members(&good), as_array, callout] {
        let error = read(&bad).unwrap_err();
        assert!(matches!(&error, StoredError::Read(error) if error.code() == ReadCode::WrongType), "{error}");
    }
}

#[test]
fn j2_no_member_twice_and_j4_none_that_is_unknown() {
    let text = snapshot().to_string();
    let twice = text.replacen("{\"", "{\"version\":1,\"", 1);
    let error = read_snapshot(twice.as_bytes(), &ReadOptions::default()).unwrap_err();
    assert!(
        matches!(&error, StoredError::Read(error) if error.code() == ReadCode::DuplicateMember),
        "{error}"
    );
    let mut unknown = snapshot();
    unknown["phase"]["waitingForCallback"]["note"] = json!(1);
    assert!(matches!(read(&unknown), Err(StoredError::Form { .. })));
    let error = read_snapshot(b"{", &ReadOptions::default()).unwrap_err();
    assert!(matches!(&error, StoredError::Read(error) if error.code() == ReadCode::Malformed), "{error}");
}

#[test]
fn i7_what_commands_could_not_bring_about_is_refused() {
    let mut forged = snapshot();
    forged["attempt"] = json!(1);
    assert!(matches!(read(&forged), Err(StoredError::Restore(_))));
    let mut other = snapshot();
    other["version"] = json!(2);
    let error = read(&other).unwrap_err();
    assert_eq!(error.to_string(), "the snapshot has version 2; this library reads version 1");
    let (_, events) = waiting();
    let mut bytes = Vec::new();
    write_events(&events[1..], &mut bytes);
    assert!(matches!(read_events(&bytes, &ReadOptions::default()), Err(StoredError::Replay(_))));
}

#[test]
fn j12_the_place_of_a_fault_is_in_the_text() {
    for (text, place) in [("{}", (1, 1)), ("[\n1]", (2, 1))] {
        let error = read_events(text.as_bytes(), &ReadOptions::default()).unwrap_err();
        assert!(
            matches!(&error, StoredError::Form { line, column, .. } if (*line, *column) == place),
            "{text}: {error:?}"
        );
    }
    let error = read_snapshot(b"{\"version\":\n{}}", &ReadOptions::default()).unwrap_err();
    assert!(matches!(error, StoredError::Form { line: 2, column: 1, .. }), "{error:?}");
}
