//! Stored requests: `replay`, `timeline` and `explain` with `--log` and `--store`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::path::{Path, PathBuf};

use assignment_request::{
    Action, Actor, Command, DeliveryOutcome, Event, Limits, PatternCache, Request, Role, SubjectId,
};
use assignment_request_graph::{ReadOptions, write_events};
use serde_json::{Value, json};

use crate::replay::perform::{perform, policy};
use crate::replay::source::Source;
use crate::tool::{Run, run, tool};

fn scenario(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name)
}

/// Plays a scenario. Returns its events, and the revisions after its accepted steps.
pub(crate) fn played(file: &Path) -> (Vec<Event>, Vec<u64>) {
    let mut source = Source::open(file).unwrap();
    let scenario = source.next().unwrap().unwrap();
    let options = ReadOptions::default();
    let (mut request, mut events, mut revisions) = (None, Vec::new(), Vec::new());
    if let Ok(policy) = policy(&scenario, &options, &mut PatternCache::new()) {
        for step in &scenario.steps {
            let done = perform(&policy, scenario.id, step, &mut request, &mut events, &options);
            revisions.extend(done.ok().and(request.as_ref()).map(Request::revision));
        }
    }
    (events, revisions)
}

/// The events as a log: an array.
pub(crate) fn log(events: &[Event]) -> String {
    let mut text = Vec::new();
    write_events(events, &mut text);
    String::from_utf8(text).unwrap()
}

/// The events as a log: one per line.
pub(crate) fn lines(events: &[Event]) -> String {
    let values: Vec<Value> = serde_json::from_str(&log(events)).unwrap();
    let lines: Vec<_> = values.iter().map(Value::to_string).collect();
    lines.join("\n") + "\n"
}

/// A request that waits for an approver, after a callout: four events.
fn waiting() -> Vec<Event> {
    let template = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(template.path(), run(tool().arg("new-scenario"), b"").stdout).unwrap();
    let mut events = played(template.path()).0;
    events.truncate(4);
    events
}

fn with_log(command: &str, log: &str, arguments: &[&str]) -> Run {
    run(tool().args([command, "--log", "-"]).args(arguments), log.as_bytes())
}

#[track_caller]
fn printed(command: &str, log: &str, arguments: &[&str]) -> String {
    let Run { exit, stdout, stderr } = with_log(command, log, arguments);
    assert_eq!((exit, stderr.as_str()), (Some(0), ""), "{stdout}");
    stdout
}

fn values(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_log_is_replayed_with_a_line_for_each_command() {
    let expected = concat!(
        r#"{"step":0,"at":"2026-01-05T09:00:00Z","ok":true,"events":["submitted"],"state":"submitted","status":"Accepted","#,
        r#""revision":1,"nextDeadline":"2026-01-19T09:00:00Z","waitsFor":"processing"}"#,
        "\n",
        r#"{"step":1,"at":"2026-01-05T09:00:05Z","ok":true,"events":["calloutStarted"],"state":"submitted","#,
        r#""status":"WaitingForCallback","revision":2,"nextDeadline":"2026-01-05T10:00:05Z","#,
        r#""waitsFor":"callback at assignmentRequestCreated"}"#,
        "\n",
        r#"{"step":2,"at":"2026-01-05T09:20:00Z","ok":true,"events":["callbackReceived","approvalRequested"],"#,
        r#""state":"pendingApproval","status":"PendingApproval","revision":4,"nextDeadline":"2026-01-07T09:20:00Z","#,
        r#""waitsFor":"approval stage 0"}"#,
        "\n",
    );
    assert_eq!(printed("replay", &log(&waiting()), &[]), expected);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), lines(&waiting())).unwrap();
    let run = run(tool().args(["replay", "--log"]).arg(file.path()), b"");
    assert_eq!((run.exit, run.stdout.as_str(), run.stderr.as_str()), (Some(0), expected, ""));
}

#[test]
fn every_scenario_is_replayed_from_its_log_in_the_same_steps() {
    let mut replayed = 0;
    for file in std::fs::read_dir(scenario("")).unwrap().map(|entry| entry.unwrap().path()) {
        let (events, revisions) = played(&file);
        if events.is_empty() {
            continue;
        }
        let lines = values(&printed("replay", &lines(&events), &[]));
        let names: Vec<_> = lines
            .iter()
            .flat_map(|line| line["events"].as_array().unwrap())
            .map(|name| name.as_str().unwrap())
            .collect();
        assert_eq!(names, events.iter().map(Event::name).collect::<Vec<_>>(), "{}", file.display());
        let found: Vec<_> = lines.iter().map(|line| line["revision"].as_u64().unwrap()).collect();
        for revision in revisions {
            assert!(found.contains(&revision), "{}: {found:?} without {revision}", file.display());
        }
        let last = values(&run(tool().arg("replay").arg(&file), b"").stdout).pop().unwrap();
        for member in ["state", "status", "revision", "nextDeadline"] {
            assert_eq!(lines.last().unwrap()[member], last[member], "{}", file.display());
        }
        replayed += 1;
    }
    assert!(replayed > 100, "{replayed}");
}

#[test]
fn a_log_may_have_empty_lines_and_other_line_breaks() {
    let expected = printed("replay", &log(&waiting()), &[]);
    let lines = lines(&waiting());
    let pretty = serde_json::to_string_pretty(&serde_json::from_str::<Value>(&log(&waiting())).unwrap());
    for text in [
        lines.trim_end().to_owned(),
        lines.replace('\n', "\r\n"),
        lines.replace('\n', " \t\n\n \r\n"),
        format!("\n\n{lines}\n\n"),
        format!(" \r\n{}", log(&waiting())),
        pretty.unwrap(),
    ] {
        assert_eq!(printed("replay", &text, &[]), expected, "{text:?}");
    }
}

#[test]
fn an_event_that_could_not_happen_is_named_with_its_rule() {
    let refused = |change: &dyn Fn(&mut Vec<Value>)| {
        let mut events: Vec<Value> = serde_json::from_str(&log(&waiting())).unwrap();
        change(&mut events);
        let text = json!(events).to_string();
        for command in ["timeline", "explain"] {
            let run = with_log(command, &text, &[]);
            assert_eq!((run.exit, run.stdout.as_str()), (Some(2), ""));
            assert!(run.stderr.starts_with("-: event ") || run.stderr.starts_with("-: the first event"));
        }
        let run = with_log("replay", &text, &[]);
        assert_eq!(run.exit, Some(1), "{}", run.stderr);
        let lines = values(&run.stdout);
        let (last, before) = lines.split_last().unwrap();
        assert!(before.iter().all(|line| line["ok"] == true), "{}", run.stdout);
        let message = last["message"].as_str().unwrap();
        assert_eq!(run.stderr, format!("-: {message} ({})\n", last["rule"].as_str().unwrap()));
        last.clone()
    };
    let line = refused(&|events| events[2]["event"]["callbackReceived"]["decision"] = json!("denied"));
    assert_eq!(
        line,
        json!({ "step": 2, "at": "2026-01-05T09:20:00Z", "ok": false, "event": 3, "code": "denialNotAllowed",
            "rule": "R5", "message": "event 3 could not happen: cannot deny at stage `assignmentRequestCreated`; a \
            callback may deny at: assignmentRequestApproved, assignmentRequestGranted, assignmentRequestRemoved",
            "state": "submitted", "status": "WaitingForCallback", "revision": 2,
            "nextDeadline": "2026-01-05T10:00:05Z", "waitsFor": "callback at assignmentRequestCreated" })
    );
    let line = refused(&|events| drop(events.pop()));
    assert_eq!(
        (&line["event"], &line["at"], &line["code"], &line["rule"]),
        (&json!(4), &Value::Null, &json!("impossibleEvent"), &json!("I7"))
    );
    let line = refused(&|events| events[1]["at"] = json!("2026-01-05T08:00:00Z"));
    assert_eq!((&line["event"], &line["rule"], &line["revision"]), (&json!(2), &json!("N3"), &json!(1)));
    let line = refused(&|events| drop(events.remove(0)));
    assert_eq!(
        (&line["event"], &line["step"], &line["state"], &line["revision"]),
        (&json!(1), &json!(0), &Value::Null, &json!(0))
    );
}

#[test]
fn a_text_that_is_no_log_is_refused_with_its_place() {
    let (array, lines) = (log(&waiting()), lines(&waiting()));
    let fault = |text: &str, line: usize, from: &str, needle: &str| {
        let at = text.lines().nth(line - 1).unwrap().find(needle).unwrap() + from.len();
        (text.replacen(needle, from, 1), format!("line {line}, column {at}: "))
    };
    let broken: Vec<&str> = lines.lines().collect();
    let two_in_one = format!("{}\n{},{}\n", broken[0], broken[1], broken[2]);
    let torn = format!("{}\n{}", broken[0], &broken[1][..40]);
    for (text, expected) in [
        (String::new(), "there is no event in it".to_owned()),
        (" \r\n\n".to_owned(), "there is no event in it".to_owned()),
        ("[]".to_owned(), "there is no event in it".to_owned()),
        ("nonsense".to_owned(), "line 1, column 2: ".to_owned()),
        ("[1]".to_owned(), "line 1, column 2: ".to_owned()),
        ("1".to_owned(), "line 1, column 1: ".to_owned()),
        (two_in_one, format!("line 2, column {}: trailing characters", broken[1].len() + 1)),
        (torn, "line 2, column 40: EOF while parsing".to_owned()),
        (format!("{lines}]"), "line 5, column 1: ".to_owned()),
        (format!("{array}x"), format!("line 1, column {}: ", array.len() + 1)),
        (
            array.replacen("\"version\":1", "\"version\":2", 1),
            "event 1 of the log has version 2; this library reads version 1".to_owned(),
        ),
        fault(&lines, 3, "\"nonsense\"", "\"callbackReceived\""),
        ("[".repeat(1_000_000), "line 1, column 33: ".to_owned()),
        ("{\"a\":".repeat(1_000_000), "line 1, column ".to_owned()),
    ] {
        for command in ["replay", "timeline", "explain"] {
            let run = with_log(command, &text, &[]);
            assert_eq!((run.exit, run.stdout.as_str()), (Some(2), ""), "{text:.200}");
            let found = run.stderr.strip_prefix("-: ").unwrap();
            assert!(found.starts_with(&expected), "{text:.200}\n{found}expected {expected}");
            assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
        }
    }
    let twice = lines.replacen("\"version\":1", "\"version\":1,\"version\":1", 1);
    let column = twice.rfind("\"version\":1,\"version\":1").unwrap_or_default() + 13;
    assert_eq!(
        with_log("replay", &twice, &[]).stderr,
        format!("-: line 1, column {column}: `[0].version`: member `version` occurs twice\n")
    );
    let run = run(tool().args(["replay", "--log", "-"]), b"{\"\xff\":1}\n");
    assert_eq!(run.exit, Some(2));
    assert!(run.stderr.starts_with("-: line 1, column "), "{}", run.stderr);
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    for command in ["replay", "timeline", "explain"] {
        let run = run(tool().args([command, "--log", "/nowhere/log.json"]), b"");
        assert_eq!((run.exit, run.stdout.as_str()), (Some(2), ""));
        assert!(run.stderr.starts_with("/nowhere/log.json: cannot be read: "), "{}", run.stderr);
    }
}

#[test]
fn the_timeline_and_the_explanation_of_a_log_are_those_of_its_scenario() {
    let template = run(tool().arg("new-scenario"), b"").stdout;
    let of_scenario =
        |command: &str| run(tool().args([command, "-", "--step", "2"]), template.as_bytes()).stdout;
    let log = log(&waiting());
    assert_eq!(printed("timeline", &log, &[]), of_scenario("timeline"));
    let explained = of_scenario("explain");
    let (_, rest) = explained.split_once("\n\n").unwrap();
    assert_eq!(printed("explain", &log, &[]), rest);
    assert!(rest.contains("\nEvery command at 2026-01-05T09:20:00Z\n"), "{rest}");

    let requestor = "46184453-e63b-4f20-86c2-c557ed5d5df9";
    let later = ["--at", "2026-01-06T09:00:00Z", "--role", "approver", "--actor", requestor];
    let text = printed("explain", &log, &later);
    assert!(text.contains("\nEvery command at 2026-01-06T09:00:00Z\n"), "{text}");
    assert!(text.contains("\n    selfApproval: "), "{text}");
    // A long wait is over.
    let text = printed("explain", &log, &["--at", "2027-01-01T00:00:00Z"]);
    assert!(text.contains("elapse by system: allowed, gives denied\n"), "{text}");
}

#[test]
fn a_log_and_a_scenario_exclude_each_other() {
    for arguments in [
        &["replay"][..],
        &["explain"],
        &["timeline"],
        &["replay", "--log", "-", "-"],
        &["replay", "--log", "-", "--verify"],
        &["explain", "--log", "-", "-"],
        &["explain", "--log", "-", "--step", "1"],
        &["timeline", "--log", "-", "--store", "sqlite:a.db", "--id", "5f0c0c5c-2f0e-4ab9-9d5e-0d3f8a4b7a10"],
        &["timeline", "--store", "sqlite:a.db"],
        &["timeline", "--store", "sqlite:a.db", "--id", "me"],
        &["timeline", "--id", "5f0c0c5c-2f0e-4ab9-9d5e-0d3f8a4b7a10"],
    ] {
        let run = run(tool().args(arguments), b"");
        assert_eq!((run.exit, run.stdout.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
    }
}

/// The events of a request that was delivered, failed and was reprocessed again and again.
fn long(attempts: u32) -> Vec<Event> {
    let (mut events, revisions) = played(&scenario("delivery-failed-and-reprocessed.json"));
    // The request is delivered after its second step.
    events.truncate(usize::try_from(revisions[1]).unwrap());
    let mut request = Request::replay(&events, &Limits::default()).unwrap();
    let system = Actor::new(SubjectId::from_u128(1), Role::System);
    for attempt in 1..=attempts {
        let report = Action::ReportDelivery { attempt, outcome: DeliveryOutcome::Failed };
        for action in [report, Action::Reprocess] {
            let now = request.updated();
            request.handle_into(&Command::new(system, action), now, &mut events).unwrap();
        }
    }
    events
}

#[test]
fn a_long_log_is_replayed_in_time_that_grows_with_it() {
    let events = long(10_000);
    let text = lines(&events);
    assert_eq!(printed("replay", &text, &[]).lines().count(), 20_002);
    assert_eq!(printed("timeline", &text, &[]).lines().count(), events.len() + 3);
}

#[cfg(not(feature = "store"))]
#[test]
fn without_the_feature_a_store_is_refused_clearly() {
    let id = "5f0c0c5c-2f0e-4ab9-9d5e-0d3f8a4b7a10";
    for command in ["replay", "timeline", "explain"] {
        let run = run(tool().args([command, "--store", "sqlite:a.db", "--id", id]), b"");
        assert_eq!((run.exit, run.stdout.as_str()), (Some(2), ""));
        assert_eq!(
            run.stderr,
            "the store: this tool was built without the feature `store`, so it reads logs from files only\n"
        );
    }
}
