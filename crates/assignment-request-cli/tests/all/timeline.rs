//! `timeline`: a request's events as a table.

use std::path::Path;

use crate::tool::{Run, run, tool};

fn timeline(name: &str, arguments: &[&str]) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name);
    let Run { exit, stdout, stderr } = run(tool().arg("timeline").arg(file).args(arguments), b"");
    assert_eq!((exit, stderr.as_str()), (Some(0), ""), "{stdout}");
    stdout
}

#[test]
fn the_table_is_aligned_and_shows_durations_and_waits() {
    let template = run(tool().arg("new-scenario"), b"").stdout;
    let text = run(tool().args(["timeline", "-", "--step", "2"]), template.as_bytes()).stdout;
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        lines[..5],
        [
            "#  at                    after    event              about                                                              waited for",
            "1  2026-01-05T09:00:00Z           submitted          userAdd, by 46184453-e63b-4f20-86c2-c557ed5d5df9",
            "2  2026-01-05T09:00:05Z  5s       calloutStarted     assignmentRequestCreated 0, attempt 1, until 2026-01-05T10:00:05Z  processing",
            "3  2026-01-05T09:20:00Z  19m 55s  callbackReceived   goes on, by 33e8ac66-da68-4bb3-a09d-692bd503129f                   callback at assignmentRequestCreated",
            "4  2026-01-05T09:20:00Z  0s       approvalRequested  stage 0, until 2026-01-07T09:20:00Z",
        ]
    );
    assert_eq!(lines[5], "");
    assert!(
        lines[6].starts_with("Request 5f0c0c5c-2f0e-4ab9-9d5e-0d3f8a4b7a10 (userAdd) is about"),
        "{}",
        lines[6]
    );
    assert_eq!(lines.len(), 7);
}

#[test]
fn every_event_of_a_scenario_is_a_row() {
    for name in ["approval-three-stages.json", "callout-failed-and-reprocessed.json", "hold-late-resume.json"]
    {
        let text = timeline(name, &[]);
        let numbers: Vec<_> = text
            .lines()
            .skip(1)
            .take_while(|line| !line.is_empty())
            .map(|line| line.split_whitespace().next().unwrap().parse::<usize>().unwrap())
            .collect();
        assert!(numbers.len() > 3, "{text}");
        assert_eq!(numbers, (1..=numbers.len()).collect::<Vec<_>>(), "{text}");
    }
}

#[test]
fn without_a_request_there_is_nothing_to_show() {
    assert_eq!(timeline("no-request-yet.json", &["--step", "0"]), "There is no request.\n");
}

#[test]
fn an_unusable_scenario_is_reported() {
    let run = run(tool().args(["timeline", "-"]), b"{");
    assert_eq!((run.exit, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.starts_with("-: line 1, column "), "{}", run.stderr);
}
