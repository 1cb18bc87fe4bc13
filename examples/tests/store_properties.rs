//! The store against the core: for any history, the store returns what the core says (the core's `testing` page
//! explains the idea).
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use assignment_request::testing::{History, histories};
use assignment_request::{Request, Timestamp, decide};
use assignment_request_examples::store::{Store, StoreError};
use proptest::test_runner::{Config, TestRunner};

/// The events that ask the host to do something.
const TASKS: [&str; 4] = ["calloutStarted", "approvalRequested", "approvalEscalated", "fulfillmentOrdered"];

/// Plays a history with two hosts that have the database open and take turns.
fn live(history: &History, path: &Path) {
    let mut hosts = [Store::open(path).unwrap(), Store::open(path).unwrap()];
    let mut request = history.submitted.clone();
    let id = request.id();
    hosts[0].insert(&request, &history.submission).unwrap();
    for step in &history.steps {
        hosts.swap(0, 1);
        let [host, other] = &mut hosts;
        let mut loaded = host.load(id).unwrap();
        let mut slower = other.load(id).unwrap();
        let outcome = loaded.handle(&step.command, step.now);
        assert_eq!(outcome, step.outcome, "a request from the store decides as one that was never stored");
        let Ok(events) = outcome else { continue };
        host.append(&loaded, &events).unwrap();
        // The other host decided on the same revision, so it is too late.
        let late = slower.handle(&step.command, step.now).unwrap();
        let stored = other.append(&slower, &late);
        assert_eq!(matches!(stored, Err(StoreError::Conflict)), !events.is_empty(), "{stored:?}");
        let decision = decide(&request, &step.command, step.now).unwrap();
        request.apply(&decision).unwrap();
        assert_eq!(other.load(id).unwrap(), request);
        assert_timer(other, &request);
    }
    assert_eq!(request, history.request);
    assert_outbox(&mut hosts[0], history);
}

/// Asserts that the request is due from its deadline on, and not before.
fn assert_timer(store: &Store, request: &Request) {
    match request.next_deadline().map(|deadline| deadline.at) {
        Some(at) => {
            assert_eq!(store.due(at).unwrap(), [request.id()]);
            let before = Timestamp::from_ticks(at.ticks() - 1).unwrap();
            assert_eq!(store.due(before).unwrap().len(), 0);
        }
        None => assert_eq!(store.due(Timestamp::MAX).unwrap().len(), 0),
    }
}

/// Asserts that every event that asks for something is a task, in order, until it is done.
fn assert_outbox(store: &mut Store, history: &History) {
    for event in history.events().filter(|event| TASKS.contains(&event.name())) {
        let task = store.next_task().unwrap().unwrap();
        assert_eq!((task.request, &task.event), (history.request.id(), event));
        assert_eq!(store.next_task().unwrap().as_ref(), Some(&task), "it is not lost before it is done");
        store.finish(&task).unwrap();
    }
    assert_eq!(store.next_task().unwrap().map(|task| task.event.name()), None::<&str>);
}

#[test]
fn the_store_returns_what_happened() {
    let config = Config { cases: 24, failure_persistence: None, ..Config::default() };
    let lived = TestRunner::new(config).run(&histories(), |history| {
        let folder = tempfile::tempdir().unwrap();
        live(&history, &folder.path().join("requests.db"));
        Ok(())
    });
    lived.unwrap();
}
