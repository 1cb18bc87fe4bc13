//! `explain`: a stuck request, step by step.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};

use crate::tool::{Run, run, tool};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name)
}

/// The template's scenario, in a file.
fn playback() -> tempfile::NamedTempFile {
    let template = run(tool().arg("new-scenario"), b"").stdout;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), template).unwrap();
    file
}

fn explain(file: &Path, arguments: &[&str]) -> Run {
    run(tool().arg("explain").arg(file).args(arguments), b"")
}

fn explained(file: &Path, arguments: &[&str]) -> String {
    let Run { exit, stdout, stderr } = explain(file, arguments);
    assert_eq!((exit, stderr.as_str()), (Some(0), ""), "{stdout}");
    stdout
}

/// Returns the lines about the commands that begin with `command`.
fn about<'a>(text: &'a str, command: &str) -> Vec<&'a str> {
    let (_, commands) = text.split_once("Every command at ").unwrap();
    let mut lines = commands.lines().skip_while(|line| !line.starts_with(command));
    let first = lines.next();
    first.into_iter().chain(lines.take_while(|line| line.starts_with(' '))).collect()
}

#[test]
fn a_refused_step_names_the_rule_and_the_remedy() {
    let text = explained(playback().path(), &["--step", "3"]);
    let step: Vec<_> = text.lines().take(3).collect();
    assert_eq!(
        step,
        [
            "Step 3, at 2026-01-05T09:30:00Z, by approver: decide approve (stage 0, primary): refused",
            "    selfApproval: the requestor and the target may not decide about the request",
            "        rule V5 (who may decide what); remedy: needs an actor who is neither requestor nor target",
        ]
    );
    assert!(text.contains("It waits for a decision about approval stage 0 (of 1, counted from 0) until"));
}

#[test]
fn every_command_is_allowed_with_its_events_or_refused_with_every_reason() {
    let text = explained(playback().path(), &["--step", "1"]);
    assert!(
        text.starts_with(
            "Step 1, at 2026-01-05T09:00:05Z, by system: process: allowed, gives calloutStarted\n"
        )
    );
    let kinds = [
        "process",
        "resume",
        "decide",
        "cancel",
        "reprocess",
        "reportDelivery",
        "reportCalloutFailed",
        "elapse",
    ];
    for kind in kinds {
        assert!(!about(&text, kind).is_empty(), "{kind}");
    }
    assert_eq!(
        about(&text, "resume by"),
        ["resume by administrator, extension: allowed, gives callbackReceived, approvalRequested"]
    );
    assert_eq!(
        about(&text, "resume denied"),
        [
            "resume denied by administrator, extension: refused",
            "    denialNotAllowed: cannot deny at stage `assignmentRequestCreated`; a callback may deny at: \
             assignmentRequestApproved, assignmentRequestGranted, assignmentRequestRemoved",
            "        rule R5 (where a callback may deny or cancel); remedy: needs another stage: \
             assignmentRequestApproved, assignmentRequestGranted, assignmentRequestRemoved",
        ]
    );
    // One line covers several contents.
    assert_eq!(
        about(&text, "decide")[0],
        "decide approve (stage 0, primary), decide deny (stage 0, primary) by approver: refused"
    );
}

#[test]
fn the_last_step_is_the_default_and_a_later_time_may_be_given() {
    let file = playback();
    let text = explained(file.path(), &[]);
    assert!(text.starts_with("Step 5, "), "{text}");
    assert!(text.contains("Nothing can be done about it any more."));
    let late = explained(file.path(), &["--step", "1", "--at", "2026-01-05T10:00:05Z"]);
    assert!(late.contains("Every command at 2026-01-05T10:00:05Z\n"));
    assert_eq!(
        about(&late, "resume by"),
        [
            "resume by administrator, extension: refused",
            "    callbackTooLate: the callback's deadline has passed",
            "        rule R4 (late callbacks); remedy: this attempt is over; reprocess the request, which starts another",
        ]
    );
    assert_eq!(about(&late, "elapse"), ["elapse by system: allowed, gives callbackTimedOut, deliveryFailed"]);
}

#[test]
fn commands_are_explained_for_one_actor() {
    let file = playback();
    let requestor = "46184453-e63b-4f20-86c2-c557ed5d5df9";
    let text = explained(file.path(), &["--step", "2", "--role", "approver", "--actor", requestor]);
    assert!(about(&text, "decide approve")[1].starts_with("    selfApproval: "), "{text}");
    assert!(
        about(&text, "cancel by approver")[2].ends_with("needs another role: user, administrator, system")
    );
    let text = explained(file.path(), &["--step", "2", "--role", "approver"]);
    assert!(about(&text, "decide approve")[0].contains("allowed"), "{text}");
    for bad in [&["--actor", requestor][..], &["--role", "boss"], &["--role", "user", "--actor", "me"]] {
        assert_eq!(explain(file.path(), bad).exit, Some(2), "{bad:?}");
    }
}

#[test]
fn a_step_before_there_is_a_request_is_explained() {
    let text = explained(&file("create-many-rules-broken-at-once.json"), &["--step", "0"]);
    assert!(text.lines().next().unwrap().ends_with(": refused"), "{text}");
    assert!(text.ends_with("There is no request.\n"), "{text}");
    let text = explained(&file("body-that-is-not-json.json"), &["--step", "0"]);
    assert!(text.contains(": malformed: "), "{text}");
    let text = explained(&file("no-request-yet.json"), &["--step", "0"]);
    assert!(text.contains("noRequest: there is no such request"), "{text}");
    assert!(text.contains("remedy: submit the request first"), "{text}");
}

#[test]
fn every_scenario_is_explained_or_its_policy_is_refused() {
    let folder = file("");
    for name in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let Run { exit, stdout, stderr } = explain(&name, &[]);
        let is_refused = stderr.contains(": policy: ") || stderr.contains(": rules: ");
        assert!(exit == Some(0) && stdout.starts_with("Step ") || exit == Some(2) && is_refused, "{stderr}");
    }
}

#[test]
fn a_number_selects_one_of_several_scenarios() {
    let folder = tempfile::tempdir().unwrap();
    let playbacks = folder.path().join("lives.ndjson");
    let scenario = |id: char, at: &str| {
        format!(
            "{{\"id\":\"0000000{id}-64e4-4f0e-a2d9-2f5f7d3c1c11\",\"policy\":{{\"questions\":[]}},\"steps\":[{{\"at\":\"{at}\",\
             \"actor\":{{\"id\":\"dbf139ae-3509-43b1-860c-035f9c7dad35\",\"role\":\"system\"}},\"elapse\":{{}}}}]}}\n"
        )
    };
    let text = scenario('0', "2026-01-05T09:00:00Z") + &scenario('1', "2027-01-05T09:00:00Z");
    std::fs::write(&playbacks, text).unwrap();
    let name = |number| PathBuf::from(format!("{}#{number}", playbacks.display()));
    assert!(explained(&playbacks, &[]).starts_with("Step 0, at 2026-"));
    assert!(explained(&name(1), &[]).starts_with("Step 0, at 2027-"));
    let run = explain(&name(2), &[]);
    assert_eq!(run.exit, Some(2));
    assert_eq!(run.stderr, format!("{}: there is no scenario 2; the last is 1\n", playbacks.display()));
    // A file with such a name is opened under its whole name.
    std::fs::rename(&playbacks, name(7)).unwrap();
    assert!(explained(&name(7), &[]).starts_with("Step 0, at 2026-"));
}

#[test]
fn what_cannot_be_explained_is_reported() {
    let file = playback();
    let said = |run: Run| {
        assert_eq!((run.exit, run.stdout.as_str()), (Some(2), ""));
        run.stderr
    };
    assert!(said(explain(file.path(), &["--step", "6"])).ends_with(": there is no step 6; the last is 5\n"));
    assert!(
        said(explain(Path::new("/nowhere/life.json"), &[]))
            .starts_with("/nowhere/life.json: cannot be read: ")
    );
    let no_steps = br#"{"id":"00000000-64e4-4f0e-a2d9-2f5f7d3c1c11","policy":{"questions":[]},"steps":[]}"#;
    assert_eq!(said(run(tool().args(["explain", "-"]), no_steps)), "-: the scenario has no step\n");
    assert_eq!(
        said(run(tool().args(["explain", "-"]), b"[]")),
        "-: line 1, column 1: invalid type: sequence, expected an object\n"
    );
}

#[test]
fn only_a_terminal_gets_colours() {
    for (variable, value) in [("NO_COLOR", "1"), ("TERM", "xterm-256color")] {
        let text = run(tool().arg("explain").arg(playback().path()).env(variable, value), b"").stdout;
        assert!(!text.contains('\u{1b}'), "{text}");
    }
    let forced = run(tool().arg("explain").arg(playback().path()).env("CLICOLOR_FORCE", "1"), b"").stdout;
    assert!(forced.contains("\u{1b}[1mStep 5\u{1b}[0m"), "{forced}");
}
