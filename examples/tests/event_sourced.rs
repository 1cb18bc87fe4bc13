//! The event-sourced program: alone, ended early, and in many processes on one database. `SQLite` shows what it stored.
#![expect(clippy::unwrap_used, reason = "tests")]

mod common;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Output, Stdio};

use assignment_request::{Event, Limits, Request, Status};
use rusqlite::Connection;
use tempfile::TempDir;

/// The events of the finished request.
const EVENTS: [&str; 9] = [
    "submitted",
    "approvalRequested",
    "stageApproved",
    "approved",
    "deliveryStarted",
    "calloutStarted",
    "callbackReceived",
    "fulfillmentOrdered",
    "delivered",
];
const TASKS: [&str; 3] = ["approvalRequested", "calloutStarted", "fulfillmentOrdered"];

/// The exit code of a simulated crash.
const CRASHED: i32 = 70;

struct Database {
    folder: TempDir,
}

impl Database {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("requests.db")
    }

    fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = common::example("event_sourced");
        command.arg(self.path()).args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn connection(&self) -> Connection {
        Connection::open(self.path()).unwrap()
    }

    fn count(&self, sql: &str) -> i64 {
        self.connection().query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// Returns the events of the only request, read without the store.
    fn events(&self) -> Vec<Event> {
        let connection = self.connection();
        let mut statement =
            connection.prepare("SELECT event FROM events ORDER BY request, sequence").unwrap();
        let texts = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        texts.map(|text| serde_json::from_str(&text.unwrap()).unwrap()).collect()
    }

    /// Returns how often each task was sent, by its key.
    fn sent(&self) -> BTreeMap<String, usize> {
        let mut sent = BTreeMap::new();
        for line in std::fs::read_to_string(self.path().with_extension("sent")).unwrap_or_default().lines() {
            *sent.entry(line.to_owned()).or_default() += 1;
        }
        sent
    }

    /// Asserts that access was given, that everything in the store is consistent, and that everything was sent.
    fn assert_done(&self) -> Request {
        let events = self.events();
        assert_eq!(events.iter().map(Event::name).collect::<Vec<_>>(), EVENTS);
        let request = Request::replay(&events, &Limits::default()).unwrap();
        assert_eq!(request.status(), Status::Fulfilled);
        assert_eq!(self.count("SELECT count(*) FROM requests"), 1);
        assert_eq!(self.count("SELECT revision FROM requests"), 9);
        assert_eq!(self.count("SELECT count(exclusivity_key) FROM requests"), 0);
        assert_eq!(self.count("SELECT count(*) FROM requests WHERE next_deadline IS NOT NULL"), 0);
        assert_eq!(self.count("SELECT count(*) FROM outbox"), 3);
        assert_eq!(self.count("SELECT count(*) FROM outbox WHERE NOT is_done"), 0);
        assert_eq!(self.sent().len(), TASKS.len(), "each task has one key");
        request
    }
}

#[track_caller]
fn said(output: &Output) -> String {
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn from_request_to_access_with_a_conflict_on_the_way() {
    let database = Database::new();
    let output = database.run(&[]);
    let said = said(&output);
    assert!(output.status.success(), "{said}");
    database.assert_done();
    assert!(database.sent().values().all(|count| *count == 1));
    // The store refuses the slower of two hosts. That host decides again, and learns that the callback was already
    // received.
    assert!(
        said.contains(
            "conflict: the other host decides again\nonce is enough: the callback was received before"
        ),
        "{said}"
    );
}

#[test]
fn a_second_run_does_nothing() {
    let database = Database::new();
    database.run(&[]);
    let (before, sent) = (database.assert_done(), database.sent());
    let output = database.run(&[]);
    assert_eq!(said(&output), "Ada has asked before\nAda has access, after 9 events\n");
    assert_eq!((database.assert_done(), database.sent()), (before, sent));
}

#[test]
fn the_next_run_does_what_a_crashed_run_stored() {
    let database = Database::new();
    let mut crashes = 0;
    loop {
        let output = database.run(&["--crash", "after-append"]);
        if output.status.success() {
            break;
        }
        assert_eq!(output.status.code(), Some(CRASHED), "{}", said(&output));
        crashes += 1;
        assert!(crashes < 20, "it goes on");
        // The store always has all events of a request, and one task for each event that asks for something.
        let events = database.events();
        let request = Request::replay(&events, &Limits::default()).unwrap();
        assert_eq!(
            database.count("SELECT revision FROM requests"),
            i64::try_from(request.revision()).unwrap()
        );
        let tasks = events.iter().filter(|event| TASKS.contains(&event.name())).count();
        assert_eq!(database.count("SELECT count(*) FROM outbox"), i64::try_from(tasks).unwrap());
    }
    // Submitted, processed, approved, called back, delivered.
    assert_eq!(crashes, 5);
    database.assert_done();
}

#[test]
fn what_a_crashed_run_sent_is_sent_again_with_the_same_key() {
    let database = Database::new();
    let mut crashes = 0;
    loop {
        let output = database.run(&["--crash", "after-send"]);
        if output.status.success() {
            break;
        }
        assert_eq!(output.status.code(), Some(CRASHED), "{}", said(&output));
        crashes += 1;
        assert!(crashes < 20, "it goes on");
        assert_eq!(database.count("SELECT count(*) FROM outbox WHERE NOT is_done"), 1);
    }
    assert_eq!(crashes, TASKS.len());
    database.assert_done();
    assert!(database.sent().values().all(|count| *count == 2), "{:?}", database.sent());
}

#[test]
fn many_hosts_on_one_database_finish_one_request_once() {
    let database = Database::new();
    let start = || database.command(&[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let hosts: Vec<_> = std::iter::repeat_with(start).take(6).collect();
    for host in hosts {
        let output = host.wait_with_output().unwrap();
        let said = said(&output);
        assert!(output.status.success(), "{said}");
        assert!(said.ends_with("Ada has access, after 9 events\n"), "{said}");
    }
    database.assert_done();
}

#[test]
fn a_forged_log_is_refused() {
    let database = Database::new();
    database.run(&["--crash", "after-append"]);
    let forged = r#"{"version": 1, "sequence": 2, "at": "2026-01-05T09:00:00Z", "event": {"delivered": {"attempt": 1}}}"#;
    let connection = database.connection();
    connection
        .execute("INSERT INTO events (request, sequence, event) SELECT id, 2, ?1 FROM requests", [forged])
        .unwrap();
    let output = database.run(&[]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(database.sent(), BTreeMap::new());
}
