//! What the tool prints of texts that would deceive a terminal or a log, and of long texts.
//!
//! Each command gets such texts wherever it reads any: in arguments, file names, scenarios and bodies.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "tests")]

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::tool::{Run, run, tool};

/// A colour, a bell, a C1 control, a line that looks like the tool's own, and text that runs backwards.
const HOSTILE: &str =
    "\u{1b}[31m\u{7}\u{9b}2J\n-: accepted\r\u{85}\u{2028}\u{202e}\u{2066}\u{200f}\u{61c}\u{7f}x";
/// How people see it.
const SHOWN: &str =
    r"\u{1b}[31m\u{7}\u{9b}2J\n-: accepted\r\u{85}\u{2028}\u{202e}\u{2066}\u{200f}\u{61c}\u{7f}x";

fn megabyte() -> String {
    "\u{202e}n".repeat(250_000)
}

fn is_hostile(character: char) -> bool {
    let is_bidirectional = matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    is_bidirectional || character.is_control()
}

/// Checks that no output deceives, and that lines for people have limited length.
#[track_caller]
fn assert_harmless(run: &Run) {
    for text in [&run.stdout, &run.stderr] {
        let found = text.chars().find(|character| *character != '\n' && is_hostile(*character));
        assert_eq!(found, None, "{text:.300}");
    }
    let is_json = run.stdout.starts_with('{');
    for line in run.stderr.lines().chain(run.stdout.lines().filter(|_| !is_json)) {
        assert!(line.len() <= 4096, "{} bytes: {line:.300}", line.len());
    }
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
}

/// Runs the tool in `folder`.
#[track_caller]
fn harmless<A: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = A>, input: &str) -> Run {
    let run = run(tool().current_dir(folder).args(arguments), input.as_bytes());
    assert_harmless(&run);
    run
}

#[track_caller]
fn values(run: &Run) -> Vec<Value> {
    run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

const USER: &str = "fe6894c8-492b-4919-9173-e16c392f2403";
const OTHER: &str = "33e8ac66-da68-4bb3-a09d-692bd503129f";

/// A scenario with an approval and a failed callout.
fn scenario() -> Value {
    let wait = json!({ "stage": "assignmentRequestCreated", "customExtension": {
        "id": "8a19a4fb-32a8-483f-8466-52107c96344f", "callbackConfiguration": { "timeoutDuration": "PT1H" } } });
    json!({
        "id": "5f0c0c5c-2f0e-4ab9-9d5e-0d3f8a4b7a10",
        "policy": {
            "requestorSettings": { "enableTargetsToSelfAddAccess": true },
            "requestApprovalSettings": { "isApprovalRequiredForAdd": true,
                "stages": [ { "durationBeforeAutomaticDenial": "P2D" } ] },
            "customExtensionStageSettings": [wait]
        },
        "steps": [
            step("user", USER, "submit", &json!({ "requestType": "userAdd",
                "assignment": { "accessPackageId": "d6159ef5-6247-4b43-8cf3-2068ab74c73a" } })),
            step("system", OTHER, "process", &json!({})),
            step("extension", OTHER, "resume", &json!({ "data": { "stage": "assignmentRequestCreated",
                "customExtensionStageInstanceId": "$callout" } })),
            step("approver", OTHER, "decide", &json!({ "stage": 0, "tier": "primary", "decision": "approve" })),
        ]
    })
}

fn step(role: &str, actor: &str, action: &str, content: &Value) -> Value {
    json!({ "at": "2026-01-05T09:00:00Z", "actor": { "id": actor, "role": role }, action: content })
}

/// Returns the scenario with another value at a JSON pointer.
fn changed(pointer: &str, value: Value) -> String {
    let mut scenario = scenario();
    *scenario.pointer_mut(pointer).unwrap() = value;
    scenario.to_string()
}

/// Returns the scenario with one more member in the object at a JSON pointer.
fn with(pointer: &str, name: &str, value: Value) -> String {
    let mut scenario = scenario();
    scenario.pointer_mut(pointer).unwrap().as_object_mut().unwrap().insert(name.to_owned(), value);
    scenario.to_string()
}

#[test]
fn the_scenario_is_good() {
    let run = harmless(Path::new("."), ["replay", "-"], &scenario().to_string());
    assert_eq!((run.exit, run.stderr.as_str()), (Some(0), ""));
    assert!(run.stdout.lines().all(|line| line.contains("\"ok\":true")), "{}", run.stdout);
}

#[test]
fn scenarios_with_hostile_members_are_refused_with_escaped_messages() {
    for (name, shown) in [(HOSTILE.to_owned(), SHOWN), (megabyte(), "n\\u{202e}n")] {
        for (place, scenario) in [
            ("unknown member", with("", &name, json!(1))),
            ("unknown member of a step", with("/steps/0", &name, json!(1))),
            ("unknown member of an actor", with("/steps/0/actor", &name, json!(1))),
            ("unknown rule", with("", "rules", json!({ &name: 1 }))),
            ("unknown preset", with("", "rules", json!(&name))),
            ("role", changed("/steps/0/actor/role", json!(&name))),
            ("timestamp", changed("/steps/0/at", json!(&name))),
            ("id", changed("/id", json!(&name))),
            ("kind", with("/steps/0", "revision", json!(&name))),
            (
                "member twice",
                scenario().to_string().replacen(
                    "\"actor\"",
                    &format!("\"expect\":{{{0}:1,{0}:2}},\"actor\"", json!(&name)),
                    1,
                ),
            ),
        ] {
            for command in ["replay", "explain", "timeline"] {
                let run = harmless(Path::new("."), [command, "-"], &scenario);
                assert_eq!((run.exit, run.stdout.as_str()), (Some(2), ""), "{command}: {place}");
                assert_eq!(run.stderr.lines().count(), 1, "{command}: {place}: {}", run.stderr);
                assert!(run.stderr.contains(shown), "{command}: {place}: {}", run.stderr);
            }
        }
    }
}

#[test]
fn a_long_name_leaves_room_for_what_was_expected() {
    let run = harmless(Path::new("."), ["replay", "-"], &with("", &"n".repeat(1_000_000), json!(1)));
    assert!(run.stderr.contains("unknown field `nnn"), "{}", run.stderr);
    assert!(
        run.stderr.ends_with("nnn`, expected one of `id`, `policy`, `rules`, `extensions`, `steps`\n"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains('…') && run.stderr.len() < 1200, "{}", run.stderr);
}

#[test]
fn differences_are_shown_escaped() {
    for name in [HOSTILE.to_owned(), megabyte()] {
        let expect = json!({ &name: &name, "code": &name });
        let run = harmless(Path::new("."), ["replay", "-"], &with("/steps/1", "expect", expect));
        assert_eq!((run.exit, run.stdout.lines().count()), (Some(1), 4));
        assert_eq!(run.stderr.lines().count(), 2, "{}", run.stderr);
        assert!(run.stderr.contains("-: scenario 0, step 1: `code`: expected \""), "{}", run.stderr);
    }
    let run = harmless(Path::new("."), ["replay", "-"], &with("/steps/1", "expect", json!({ HOSTILE: 1 })));
    assert_eq!(run.stderr, format!("-: scenario 0, step 1: `{SHOWN}`: expected 1, found nothing\n"));
}

#[test]
fn bodies_with_hostile_members_have_harmless_lines() {
    for (name, shown) in
        [(HOSTILE.to_owned(), SHOWN.to_owned()), (megabyte(), format!("{}…", "\\u{202e}n".repeat(32)))]
    {
        let run = harmless(Path::new("."), ["replay", "-"], &with("/steps/0/submit", &name, json!(1)));
        assert_eq!(run.exit, Some(0), "{}", run.stderr);
        assert_eq!(values(&run)[0]["code"], "unknownMember");
        assert_eq!(values(&run)[0]["path"], shown.as_str());
        let run = harmless(Path::new("."), ["replay", "-"], &with("/policy", "id", json!(&name)));
        assert_eq!(
            values(&run),
            [json!({ "scenario": 0, "step": null, "ok": false, "code": "invalidId", "path": "id" })]
        );
        for command in ["explain", "timeline"] {
            let scenario = with("/policy", "id", json!(&name));
            let run = harmless(Path::new("."), [command, "-"], &scenario);
            assert_eq!(run.exit, Some(2));
            assert!(run.stderr.ends_with(&format!("found `{shown}`\n")), "{}", run.stderr);
            harmless(
                Path::new("."),
                [command, "-", "--step", "0"],
                &with("/steps/0/submit", &name, json!(1)),
            );
        }
    }
}

#[test]
fn texts_of_a_request_are_shown_escaped() {
    let marks = "\u{200e}\u{200f}\u{61c}";
    for (text, shown) in [(marks, r"\u{200e}\u{200f}\u{61c}"), (HOSTILE, "")] {
        let decided = with("/steps/3/decide", "justification", json!(text));
        let resumed = with("/steps/2/resume/data", "customExtensionStageInstanceDetail", json!(text));
        let failed = changed(
            "/steps/2",
            step(
                "system",
                OTHER,
                "reportCalloutFailed",
                &json!({
            "instance": "$callout", "detail": text }),
            ),
        );
        let invited = changed(
            "/steps/0",
            step(
                "administrator",
                OTHER,
                "submit",
                &json!({ "requestType": "adminAdd",
            "assignment": { "accessPackageId": "d6159ef5-6247-4b43-8cf3-2068ab74c73a",
 "assignmentPolicyId": "22e59eb4-c08d-4ac4-a04c-c1d9c1323723",
                "target": { "email": format!("{text}@example.com") } } }),
            ),
        );
        for scenario in [&decided, &resumed, &failed, &invited] {
            let run = harmless(Path::new("."), ["timeline", "-"], scenario);
            assert!(run.stdout.contains(shown), "{}", run.stdout);
            for number in 0..4 {
                let run = harmless(Path::new("."), ["explain", "-", "--step", &number.to_string()], scenario);
                assert_eq!(run.exit, Some(0), "{}", run.stderr);
            }
        }
    }
}

/// The stored events of the scenario.
fn stored_log() -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), scenario().to_string()).unwrap();
    crate::stored::log(&crate::stored::played(file.path()).0)
}

#[test]
fn stored_logs_with_hostile_members_are_refused_with_escaped_messages() {
    let log = stored_log();
    for (name, shown) in [(HOSTILE.to_owned(), SHOWN), (megabyte(), "n\\u{202e}n")] {
        let name = json!(&name).to_string();
        for hostile in [
            log.replacen("\"submitted\"", &name, 1),
            log.replacen("\"at\"", &format!("{name}:1,\"at\""), 1),
            log.replacen("\"at\"", &format!("{name}:1,{name}:1,\"at\""), 1),
        ] {
            for command in ["replay", "explain", "timeline"] {
                for text in [hostile.clone(), hostile.replacen("},{\"at\"", "}\n{\"at\"", 100)] {
                    let run = harmless(Path::new("."), [command, "--log", "-"], &text);
                    assert_eq!((run.exit, run.stdout.as_str()), (Some(2), ""), "{command}");
                    assert_eq!(run.stderr.lines().count(), 1, "{command}: {}", run.stderr);
                    assert!(run.stderr.contains(shown), "{command}: {}", run.stderr);
                }
            }
        }
    }
    for text in [HOSTILE, "\u{200e}\u{200f}\u{61c}"] {
        let place = "\"stageApproved\":{";
        let justified = log.replacen(place, &format!("{place}\"justification\":{},", json!(text)), 1);
        assert_ne!(justified, log);
        for command in ["replay", "explain", "timeline"] {
            let run = harmless(Path::new("."), [command, "--log", "-"], &justified);
            // Most of these characters are forbidden.
            assert_eq!(run.exit == Some(0), text != HOSTILE, "{command}: {}", run.stderr);
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let run = harmless(folder.path(), ["timeline", "--log", HOSTILE], "");
    assert!(run.stderr.starts_with(&format!("{SHOWN}: cannot be read: ")), "{}", run.stderr);
    let id = "5f0c0c5c-2f0e-4ab9-9d5e-0d3f8a4b7a10";
    for url in [HOSTILE.to_owned(), format!("sqlite:{HOSTILE}"), format!("postgres://{HOSTILE}")] {
        let run = harmless(folder.path(), ["replay", "--store", &url, "--id", id], "");
        assert_eq!((run.exit, run.stdout.as_str()), (Some(2), ""), "{}", run.stderr);
    }
}

#[test]
fn what_check_understands_is_escaped_and_keeps_its_texts() {
    let body = format!("{{\"requestType\":\"userAdd\",\"justification\":{}}}", json!(HOSTILE));
    let run = harmless(Path::new("."), ["check", "--as", "create", "-"], &body);
    assert_eq!(values(&run)[0]["understood"]["justification"], HOSTILE);
    assert!(
        run.stdout.contains(r"\u009b2J\n-: accepted\r\u0085\u2028\u202e\u2066\u200f\u061c\u007fx"),
        "{}",
        run.stdout
    );

    // Additional data is written as it came: raw, or escaped.
    let additional_data =
        "{\"accessPackage\":{\"\u{9b}\u{202e}\":\"\\ud83d\\ude42\u{7f}\\\"\\\\\",\"b\":[1.50,\"\\u202e\"]}}";
    let run = harmless(Path::new("."), ["check", "--as", "request", "-"], additional_data);
    let read: Value = serde_json::from_str(additional_data).unwrap();
    assert_eq!(values(&run)[0]["understood"]["accessPackage"], read["accessPackage"]);
    assert!(run.stdout.contains("1.50"), "{}", run.stdout);
    let text = harmless(Path::new("."), ["check", "--as", "create", "--format", "text", "-"], &body);
    assert!(
        text.stdout.starts_with(
            "-: accepted as create: {\"requestType\":\"userAdd\",\"justification\":\"\\u001b[31m"
        )
    );
    assert_eq!(text.stdout.lines().count(), 1);
}

#[test]
fn long_texts_that_check_understands_are_cut() {
    let cut = |character: &str, count: usize| character.repeat(count) + "…";
    let body =
        format!("{{\"requestType\":\"userAdd\",\"justification\":{}}}", json!("\u{9b}".repeat(400_000)));
    let run = harmless(Path::new("."), ["check", "--as", "create", "-"], &body);
    assert_eq!(values(&run)[0]["understood"]["justification"], cut("\u{9b}", 8192));
    let longest = format!("{{\"requestType\":\"userAdd\",\"justification\":{}}}", json!("é".repeat(8192)));
    let run = harmless(Path::new("."), ["check", "--as", "create", "-"], &longest);
    assert_eq!(values(&run)[0]["understood"]["justification"], "é".repeat(8192));
    let text = harmless(Path::new("."), ["check", "--as", "create", "--format", "text", "-"], &body);
    assert!(text.stdout.ends_with(&format!("{}…\"}}\n", "\\u009b".repeat(64))), "{}", text.stdout);

    // A cut never splits a surrogate pair.
    let pairs = r"\ud83d\ude42".repeat(9000);
    let body = format!("{{\"accessPackage\":{{\"{pairs}\":\"x{pairs}\"}}}}");
    let run = harmless(Path::new("."), ["check", "--as", "request", "-"], &body);
    let package = values(&run).remove(0)["understood"]["accessPackage"].clone();
    assert_eq!(package, json!({ cut("🙂", 8192): format!("x{}", cut("🙂", 8191)) }));
    let many: Vec<_> = (0..40_000).map(|number| format!("\"m{number}\":0")).collect();
    let body = format!("{{\"accessPackage\":{{{}}}}}", many.join(","));
    harmless(Path::new("."), ["check", "--as", "request", "--format", "text", "-"], &body);
}

#[test]
fn refusals_of_check_are_escaped() {
    for (name, shown) in
        [(HOSTILE.to_owned(), SHOWN.to_owned()), (megabyte(), format!("{}…", "\\u{202e}n".repeat(32)))]
    {
        let name = json!(&name);
        for (kind, body, code, path) in [
            ("create", format!("{{{name}:1}}"), "unknownMember", shown.as_str()),
            ("create", format!("{{\"requestType\":{name}}}"), "unknownValue", "requestType"),
            ("resume", format!("{{\"data\":{{\"stage\":{name}}}}}"), "unknownValue", "data.stage"),
            ("decision", format!("{{\"reviewResult\":{name}}}"), "unknownValue", "reviewResult"),
            ("policy", format!("{{\"id\":{name}}}"), "invalidId", "id"),
            ("request", format!("{{\"createdDateTime\":{name}}}"), "invalidMoment", "createdDateTime"),
        ] {
            let run = harmless(Path::new("."), ["check", "--as", kind, "-"], &body);
            let line = values(&run).remove(0);
            assert_eq!(
                (run.exit, &line["code"], &line["path"]),
                (Some(1), &json!(code), &json!(path)),
                "{kind}"
            );
            assert!(line["message"].as_str().unwrap().contains(&format!("`{shown}`")), "{line}");
            assert!(run.stdout.len() < 4096);
            let run = harmless(Path::new("."), ["check", "--as", kind, "--format", "text", "-"], &body);
            assert_eq!((run.exit, run.stdout.lines().count()), (Some(1), 1));
            assert!(
                run.stdout.contains(code) && run.stdout.contains(&format!("`{shown}`")),
                "{}",
                run.stdout
            );
        }
    }
}

#[test]
fn colours_are_the_only_control_characters() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(HOSTILE), format!("{{{}:1}}", json!(HOSTILE))).unwrap();
    let mut command = tool();
    command.env_remove("NO_COLOR").env("CLICOLOR_FORCE", "1").current_dir(folder.path());
    let mut run = run(command.args(["check", "--as", "create", "--format", "text", HOSTILE]), b"");
    assert!(run.stdout.contains("\u{1b}[1m"), "{:?}", run.stdout);
    for colour in ["[0m", "[1m", "[31m", "[36m"] {
        run.stdout = run.stdout.replace(&format!("\u{1b}{colour}"), "");
    }
    assert_harmless(&run);
    assert_eq!(run.stdout, format!("{SHOWN}:1:2: unknownMember: unknown member `{SHOWN}` (at `{SHOWN}`)\n"));
}

#[test]
fn names_of_files_are_escaped_for_people_and_exact_for_machines() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(HOSTILE);
    std::fs::write(&file, "{}").unwrap();
    let run = harmless(folder.path(), ["check", "--as", "decision", HOSTILE], "");
    assert_eq!((run.exit, &values(&run)[0]["file"]), (Some(1), &json!(HOSTILE)));
    let run = harmless(folder.path(), ["check", "--as", "decision", "--format", "text", HOSTILE], "");
    assert!(run.stdout.starts_with(&format!("{SHOWN}: missing: ")), "{}", run.stdout);
    for arguments in [&["replay", HOSTILE][..], &["explain", HOSTILE], &["timeline", HOSTILE]] {
        let run = harmless(folder.path(), arguments, "");
        assert_eq!(run.stderr, format!("{SHOWN}: line 1, column 2: missing field `id`\n"), "{arguments:?}");
    }
    let wrong = with("/steps/1", "expect", json!({ "ok": false }));
    std::fs::write(&file, wrong).unwrap();
    let run = harmless(folder.path(), ["replay", HOSTILE], "");
    assert_eq!(run.stderr, format!("{SHOWN}: scenario 0, step 1: `ok`: expected false, found true\n"));
    let policy = "{\n \"id\": 7 }";
    std::fs::write(&file, policy).unwrap();
    let run = harmless(folder.path(), ["check", "--as", "create", "--policy", HOSTILE, "-"], "{}");
    assert_eq!(run.stderr, format!("{SHOWN}:2:8: expected a string, found a number\n"));

    std::fs::remove_file(&file).unwrap();
    for arguments in [
        &["replay", HOSTILE][..],
        &["explain", HOSTILE],
        &["timeline", HOSTILE],
        &["check", "--as", "create", HOSTILE],
        &["check", "--as", "create", "--format", "text", HOSTILE],
        &["check", "--as", "create", "--policy", HOSTILE, "-"],
    ] {
        let run = harmless(folder.path(), arguments, "");
        assert_eq!((run.exit, run.stdout.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(run.stderr.starts_with(&format!("{SHOWN}: cannot be read: ")), "{}", run.stderr);
    }
}

#[test]
fn a_file_name_that_is_not_text_is_shown_as_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let name = OsStr::from_bytes(b"caf\xe9\xff\x9b.json");
    let Ok(()) = std::fs::write(folder.path().join(name), "[") else { return };
    let run = harmless(folder.path(), [OsStr::new("replay"), name], "");
    assert!(run.stderr.starts_with(r"caf\xe9\xff\x9b.json: line 1, "), "{}", run.stderr);
    let check = ["check", "--as", "create"].map(OsString::from).into_iter();
    let run = harmless(folder.path(), check.chain([name.to_owned()]), "");
    assert_eq!(values(&run)[0]["file"], "caf\u{fffd}\u{fffd}\u{fffd}.json");
}

#[test]
fn an_ordinary_path_is_shown_whole_and_a_very_long_one_without_its_middle() {
    let ordinary = PathBuf::from("d".repeat(120)).join("e".repeat(120)).join("life.json");
    let run = harmless(Path::new("."), [Path::new("replay"), &ordinary], "");
    assert!(run.stderr.starts_with(&format!("{}: cannot be read: ", ordinary.display())), "{}", run.stderr);
    let long = "f".repeat(100_000) + ".json";
    let run = harmless(Path::new("."), ["replay", &long], "");
    let shown = format!("{}…{}.json", "f".repeat(128), "f".repeat(123));
    assert!(run.stderr.starts_with(&format!("{shown}: cannot be read: ")), "{}", run.stderr);
}

#[test]
fn repeated_arguments_are_escaped() {
    let long = "\u{202e}n".repeat(25_000);
    for hostile in [HOSTILE, &long] {
        let option = format!("--{hostile}");
        for arguments in [
            &[hostile][..],
            &[&option],
            &["replay", &option],
            &["replay", "-", &option],
            &["diagram", hostile],
            &["diagram", &option],
            &["diagram", "--format", hostile],
            &["new-scenario", hostile],
            &["completions", hostile],
            &["explain", "-", "--at", hostile],
            &["explain", "-", "--step", hostile],
            &["explain", "-", "--role", hostile],
            &["explain", "-", "--role", "user", "--actor", hostile],
            &["timeline", "-", hostile],
            &["replay", "--log", "-", hostile],
            &["explain", "--store", hostile, "--id", hostile],
            &["check", "--as", hostile, "-"],
            &["check", "--as", "create", "--api", hostile, "-"],
            &["check", "--as", "create", "--policy", "-", "--at", hostile, "-"],
            &["help", hostile],
        ] {
            let run = harmless(Path::new("."), arguments, "");
            assert_eq!((run.exit, run.stdout.as_str()), (Some(2), ""), "{arguments:.100?}");
            assert!(run.stderr.starts_with("error: ") && run.stderr.len() < 4096, "{:.300}", run.stderr);
        }
    }
    let run = harmless(Path::new("."), ["completions", "a\u{1b}[31m\u{202e}\n"], "");
    assert!(
        run.stderr.starts_with(r"error: invalid value 'a\u{1b}[31m\u{202e}\n' for '<SHELL>'"),
        "{}",
        run.stderr
    );
    // The tool never shows the name it was started under.
    let renamed = run_as(HOSTILE);
    assert_harmless(&renamed);
    assert!(renamed.stderr.contains("Usage: assignment-request replay"), "{}", renamed.stderr);
}

fn run_as(name: &str) -> Run {
    run(tool().arg0(name).arg("replay"), b"")
}

#[test]
fn j17_a_line_carries_a_hundred_violations() {
    let question =
        json!({ "@odata.type": "#microsoft.graph.accessPackageMultipleChoiceQuestion", "choices": [] });
    let policy = |count: usize| json!({ "questions": vec![&question; count] });
    let code = |line: &Value| {
        line["violations"].as_array().unwrap().iter().all(|fault| fault["code"] == "noChoices")
    };
    for (count, left_out) in [(100, None), (101, Some(1)), (180, Some(80))] {
        let checked = harmless(Path::new("."), ["check", "--as", "policy", "-"], &policy(count).to_string());
        let replayed = harmless(Path::new("."), ["replay", "-"], &changed("/policy", policy(count)));
        for run in [checked, replayed] {
            let line = values(&run).remove(0);
            assert_eq!(line["code"], "invalidPolicy");
            assert_eq!((line["violations"].as_array().unwrap().len(), code(&line)), (100, true));
            assert_eq!(line.get("violationsLeftOut"), left_out.map(|count| json!(count)).as_ref());
            assert_eq!(run.stdout.contains("}],\"violationsLeftOut\":"), left_out.is_some());
        }
        let text = harmless(
            Path::new("."),
            ["check", "--as", "policy", "--format", "text", "-"],
            &policy(count).to_string(),
        );
        assert_eq!(text.stdout.matches("noChoices").count(), 100);
        let more = left_out.map(|count| format!("-: and {count} more violations"));
        assert_eq!(text.stdout.lines().nth(100), more.as_deref());
        let explained = harmless(Path::new("."), ["explain", "-"], &changed("/policy", policy(count)));
        assert!(explained.stderr.ends_with(&format!("; and {} more\n", count - 20)), "{}", explained.stderr);
    }
}

#[test]
fn j17_a_refused_submission_has_the_state_after_the_count() {
    let answer =
        json!({ "value": "x", "answeredQuestion": { "id": "0d31cc60-968e-4f92-955b-443fed03d6f6" } });
    let scenario = with("/steps/0/submit", "answers", json!(vec![answer; 150]));
    let run = harmless(Path::new("."), ["replay", "-"], &scenario);
    let first = run.stdout.lines().next().unwrap();
    assert!(
        first.ends_with(
            r#"}],"violationsLeftOut":50,"state":null,"status":null,"revision":0,"nextDeadline":null}"#
        ),
        "{first}"
    );
    let text = harmless(Path::new("."), ["explain", "-", "--step", "0"], &scenario);
    assert_eq!(text.stdout.matches("unknownQuestion").count(), 100);
    assert!(text.stdout.contains("\n    and 50 more violations\n"), "{}", text.stdout);
}

#[test]
fn a_closed_pipe_ends_every_command_quietly() {
    let folder = tempfile::tempdir().unwrap();
    let playback = folder.path().join("life.json");
    std::fs::write(&playback, scenario().to_string()).unwrap();
    let playback = playback.to_str().unwrap();
    let log = folder.path().join("log.json");
    std::fs::write(&log, stored_log()).unwrap();
    let log = log.to_str().unwrap();
    for arguments in [
        &["replay", playback, playback][..],
        &["explain", playback],
        &["timeline", playback],
        &["replay", "--log", log],
        &["explain", "--log", log],
        &["timeline", "--log", log],
        &["diagram"],
        &["diagram", "--format", "svg"],
        &["new-scenario"],
        &["completions", "bash"],
        &["check", "--as", "policy", playback, playback],
        &["check", "--as", "policy", "--format", "text", playback, playback],
        &["--help"],
        &["--version"],
    ] {
        let mut child = tool().args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{arguments:?}");
        assert!(matches!(output.status.code(), Some(0 | 1)), "{arguments:?}: {}", output.status);
    }
}
