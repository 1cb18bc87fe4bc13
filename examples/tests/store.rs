//! The store: all or nothing.
#![expect(clippy::unwrap_used, reason = "tests")]

use assignment_request::{
    AccessPackageId, Action, Actor, Command, DeliveryOutcome, Draft, Event, Limits, Policy, PolicyId,
    PolicySpec, Request, RequestId, RequestType, Role, SubjectId, Timestamp,
};
use assignment_request_examples::store::{Store, StoreError};
use rusqlite::Connection;

const SYSTEM: Actor = Actor::new(SubjectId::from_u128(1), Role::System);

fn now() -> Timestamp {
    "2026-01-05T09:00:00Z".parse().unwrap()
}

fn submitted(id: u128) -> (Request, Event) {
    submitted_at(id, now())
}

fn submitted_at(id: u128, at: Timestamp) -> (Request, Event) {
    let policy = Policy::compile(&PolicySpec::default(), &Limits::default()).unwrap();
    let draft = Draft {
        access_package_id: Some(AccessPackageId::from_u128(2)),
        assignment_policy_id: Some(PolicyId::from_u128(3)),
        target_id: Some(SubjectId::from_u128(4)),
        ..Draft::new(RequestType::SystemAdd)
    };
    policy.submit(RequestId::from_u128(id), &draft, None, SYSTEM, at).unwrap()
}

#[test]
fn events_that_cannot_be_stored_whole_are_not_stored_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("requests.db");
    let mut store = Store::open(&path).unwrap();
    let (request, event) = submitted(10);
    store.insert(&request, &event).unwrap();

    // The disk is full when the task of the last event is written, after the revision and two events.
    let full =
        "CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT raise(ABORT, 'the disk is full'); END";
    Connection::open(&path).unwrap().execute_batch(full).unwrap();
    let mut processed = request.clone();
    let events = processed.handle(&Command::new(SYSTEM, Action::Process { target: None }), now()).unwrap();
    assert_eq!(events.len(), 3);
    let error = store.append(&processed, &events).unwrap_err();
    assert!(matches!(error, StoreError::Database(_)), "{error}");
    assert_eq!(store.load(request.id()).unwrap(), request);

    Connection::open(&path).unwrap().execute_batch("DROP TRIGGER full").unwrap();
    store.append(&processed, &events).unwrap();
    assert_eq!(store.load(request.id()).unwrap(), processed);
    assert!(matches!(store.append(&processed, &events), Err(StoreError::Conflict)));
}

#[test]
fn a_target_has_one_open_request_for_an_access_package() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("requests.db")).unwrap();
    let ((mut first, event), (second, other)) = (submitted(10), submitted(11));
    store.insert(&first, &event).unwrap();
    assert!(matches!(store.insert(&second, &other), Err(StoreError::AlreadyOpen)));
    // A duplicate is recognized by its id.
    assert!(matches!(store.insert(&first, &event), Err(StoreError::Conflict | StoreError::AlreadyOpen)));
    assert!(matches!(store.load(second.id()), Err(StoreError::Unknown(_))));
    let events = first.handle(&Command::new(SYSTEM, Action::Cancel), now()).unwrap();
    store.append(&first, &events).unwrap();
    store.insert(&second, &other).unwrap();
    assert!(matches!(store.insert(&first, &event), Err(StoreError::Conflict | StoreError::AlreadyOpen)));
}

#[test]
fn a_failed_request_makes_way_when_it_can_no_longer_be_reprocessed() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("requests.db")).unwrap();
    let (mut failed, event) = submitted(10);
    store.insert(&failed, &event).unwrap();
    let report = Action::ReportDelivery { attempt: 1, outcome: DeliveryOutcome::Failed };
    for action in [Action::Process { target: None }, report] {
        let events = failed.handle(&Command::new(SYSTEM, action), now()).unwrap();
        store.append(&failed, &events).unwrap();
    }
    let window = failed.route().rules().spec().reprocess_window;
    let end = now().saturating_add(window);
    let just_before = Timestamp::from_ticks(end.ticks() - 1).unwrap();
    let (second, other) = submitted_at(11, just_before);
    assert!(matches!(store.insert(&second, &other), Err(StoreError::AlreadyOpen)));
    let (second, other) = submitted_at(11, end);
    store.insert(&second, &other).unwrap();
    assert_eq!(store.load(failed.id()).unwrap(), failed);

    // A host with a slow clock reprocesses the first request. The store refuses, because the second request has its
    // place.
    let events = failed.handle(&Command::new(SYSTEM, Action::Reprocess), just_before).unwrap();
    assert!(matches!(store.append(&failed, &events), Err(StoreError::AlreadyOpen)));
}
