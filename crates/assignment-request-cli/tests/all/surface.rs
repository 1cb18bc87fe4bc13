//! Everything that the tool offers besides its output lines: help, completions, a template, diagrams, a progress bar.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::process::Command;

use crate::tool::{Run, run, tool};

const COMMANDS: [&str; 7] =
    ["replay", "explain", "timeline", "diagram", "new-scenario", "check", "completions"];

fn printed(arguments: &[&str]) -> String {
    let Run { exit, stdout, stderr } = run(tool().args(arguments), b"");
    assert_eq!((exit, stderr.as_str()), (Some(0), ""), "{arguments:?}");
    stdout
}

#[test]
fn every_command_has_help_with_examples_and_exit_codes() {
    let all = printed(&["--help"]);
    assert!(all.contains("Exit codes: 0 ") && all.contains("Examples:\n"), "{all}");
    for command in COMMANDS {
        assert!(all.contains(&format!("\n  {command} ")), "{command}");
        let help = printed(&[command, "--help"]);
        assert!(help.contains("Exit codes: 0 "), "{help}");
        let (_, examples) = help.split_once("Examples:\n").unwrap();
        assert!(examples.contains(&format!("assignment-request {command}")), "{help}");
        assert!(!help.contains('\u{1b}'), "{help}");
    }
}

#[test]
fn completions_are_made_for_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = printed(&["completions", shell]);
        for command in COMMANDS {
            assert!(script.contains(command), "{shell}: {command}");
        }
    }
    assert_eq!(run(tool().args(["completions", "tcsh"]), b"").exit, Some(2));
}

#[test]
fn the_bash_completions_are_valid_bash() {
    let script = printed(&["completions", "bash"]);
    let Ok(mut bash) =
        Command::new("bash").args(["-n", "/dev/stdin"]).stdin(std::process::Stdio::piped()).spawn()
    else {
        return;
    };
    std::io::Write::write_all(&mut bash.stdin.take().unwrap(), script.as_bytes()).unwrap();
    assert!(bash.wait().unwrap().success());
}

#[test]
fn the_template_meets_its_expectations() {
    let template = printed(&["new-scenario"]);
    assert!(template.contains("\"comment\""));
    let replayed = run(tool().args(["replay", "--verify", "-"]), template.as_bytes());
    assert_eq!((replayed.exit, replayed.stderr.as_str()), (Some(0), ""));
    assert_eq!(replayed.stdout.lines().count(), 6);
    // Users can change the template's expectations.
    let changed = template.replacen("\"selfApproval\"", "\"notPermitted\"", 1);
    assert_eq!(run(tool().args(["replay", "-"]), changed.as_bytes()).exit, Some(1));
}

#[test]
fn the_diagram_comes_in_three_forms() {
    assert_eq!(printed(&["diagram"]), printed(&["diagram", "--format", "mermaid"]));
    assert!(printed(&["diagram"]).starts_with("stateDiagram-v2\n"));
    assert!(printed(&["diagram", "--format", "dot"]).starts_with("digraph "));
    let picture = printed(&["diagram", "--format", "svg"]);
    assert!(picture.contains("<svg ") && picture.trim_end().ends_with("</svg>"));
    assert_eq!(run(tool().args(["diagram", "--format", "png"]), b"").exit, Some(2));
}

/// One scenario with one step.
const ELAPSE: &str = concat!(
    r#"{"id":"0b0f3c3a-64e4-4f0e-a2d9-2f5f7d3c1c11","policy":{"questions":[]},"steps":[{"at":"2026-01-05T09:00:00Z","#,
    r#""actor":{"id":"dbf139ae-3509-43b1-860c-035f9c7dad35","role":"system"},"elapse":{}}]}"#,
);

/// Replays one scenario, pauses, and replays two more, in a shell on a pseudo-terminal. Returns what the terminal
/// shows. `None` if there is no way to make such a terminal.
fn seen_on_a_terminal(redirection: &str) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let playback = folder.path().join("life.json");
    std::fs::write(&playback, format!("{ELAPSE}\n")).unwrap();
    let (tool, playback) = (env!("CARGO_BIN_EXE_assignment-request"), playback.display());
    let command = format!(
        "(cat {playback}; sleep 1.5; cat {playback} {playback}; sleep 0.5) | {tool} replay - {redirection}"
    );
    let terminal = Command::new("script")
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .env("TERM", "xterm")
        .stdin(std::process::Stdio::null())
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&terminal.stdout).into_owned())
}

#[test]
fn a_long_replay_shows_a_bar_only_on_a_terminal() {
    let Some(seen) = seen_on_a_terminal("> /dev/null") else { return };
    assert!(seen.contains("replaying "), "{seen:?}");
    // On the terminal that shows the lines, the bar would be in the way.
    let seen = seen_on_a_terminal("").unwrap();
    assert!(!seen.contains("replaying "), "{seen:?}");
    let seen = seen_on_a_terminal("> /dev/null 2> /dev/null").unwrap();
    assert!(!seen.contains("replaying "), "{seen:?}");
}
