//! `replay`: the forms that a file may have, and what is reported if a file has none of them or the output cannot be
//! written.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::replaying::{lines, replay};
use crate::tool::Run;

/// One scenario with one step: nothing can elapse before a request exists.
const ELAPSE: &str = concat!(
    r#"{"id":"0b0f3c3a-64e4-4f0e-a2d9-2f5f7d3c1c11","policy":{"questions":[]},"steps":[{"at":"2026-01-05T09:00:00Z","#,
    r#""actor":{"id":"dbf139ae-3509-43b1-860c-035f9c7dad35","role":"system"},"elapse":{}}]}"#,
);

/// Its policy.
const POLICY: &str = r#"{"questions":[]}"#;

/// Returns its line, for the scenario with this number.
fn elapse_line(scenario: usize) -> String {
    format!(
        "{{\"scenario\":{scenario},\"step\":0,\"ok\":false,\"code\":\"noRequest\",\"state\":null,\"status\":null,\
         \"revision\":0,\"nextDeadline\":null}}\n"
    )
}

#[test]
fn a_file_holds_one_scenario_or_one_a_line() {
    let pretty = ELAPSE.replace(',', ",\n  ").replace('{', "{\n");
    let (one, two) = (elapse_line(0), elapse_line(0) + &elapse_line(1));
    for (text, expected) in [
        (ELAPSE.to_owned(), &one),
        (format!("{ELAPSE}\n"), &one),
        (format!("{ELAPSE}\n{ELAPSE}"), &two),
        (format!("\n \t\n{ELAPSE}\n\n\n{ELAPSE}\n\n"), &two),
        (format!("\r\n{ELAPSE}\r\n\r\n{ELAPSE}\r\n"), &two),
        (pretty.clone(), &one),
        (format!("\n\n{pretty}\n\n"), &one),
        (pretty.replace('\n', "\r\n"), &one),
        (format!("  {ELAPSE}  \n\t{ELAPSE}\t\n"), &two),
    ] {
        assert_eq!(&lines(&text), expected, "{text:?}");
    }
}

#[test]
fn scenarios_are_numbered_on_from_file_to_file_and_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("first.ndjson"), folder.path().join("second.json"));
    std::fs::write(&first, format!("{ELAPSE}\n{ELAPSE}\n")).unwrap();
    std::fs::write(&second, ELAPSE.replace(',', ",\n")).unwrap();
    let run = replay([first.as_path(), Path::new("-"), &second, &first], ELAPSE.as_bytes());
    assert_eq!((run.exit, run.stderr.as_str()), (Some(0), ""));
    assert_eq!(run.stdout, (0..6).map(elapse_line).collect::<String>());
}

#[test]
fn an_unreadable_file_ends_the_replay_after_the_files_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let good = folder.path().join("good.json");
    std::fs::write(&good, ELAPSE).unwrap();
    for bad in [folder.path().join("missing.json"), folder.path().to_owned()] {
        let run = replay([&good, &bad, &good], b"");
        assert_eq!((run.exit, run.stdout), (Some(2), elapse_line(0)));
        let said = format!("{}: cannot be read: ", bad.display());
        assert!(run.stderr.starts_with(&said), "{}", run.stderr);
        assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    }
}

#[test]
fn a_file_without_a_scenario_is_a_fault() {
    for text in ["", "\n", " \r\n\t\n"] {
        let run = replay(["-"], text.as_bytes());
        assert_eq!((run.exit, run.stdout.as_str()), (Some(2), ""));
        assert_eq!(run.stderr, "-: there is no scenario in it\n");
    }
}

#[test]
fn no_file_is_a_usage_error() {
    let run = replay(std::iter::empty::<&str>(), b"");
    assert_eq!((run.exit, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("Usage: "), "{}", run.stderr);
}

/// Replays three scenarios, the second of which, in line 3, is bad. Returns the message about it.
fn fault(bad: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad.ndjson");
    std::fs::write(
        &file,
        [format!("{ELAPSE}\n\n").as_bytes(), bad, format!("\n{ELAPSE}\n").as_bytes()].concat(),
    )
    .unwrap();
    let Run { exit, stdout, stderr } = replay([&file], b"");
    let context = String::from_utf8_lossy(bad);
    assert_eq!(exit, Some(2), "{context}");
    assert_eq!(stdout, elapse_line(0), "{context}");
    let said = stderr.strip_prefix(&format!("{}: ", file.display()));
    said.and_then(|said| said.strip_suffix('\n')).unwrap().to_owned()
}

#[test]
#[rustfmt::skip]
fn a_malformed_scenario_is_placed_by_line_column_and_path() {
    let id = r#"dbf139ae-3509-43b1-860c-035f9c7dad35""#;
    let one_action = "a step has just one of `submit`, `process`, `resume`, `decide`, `cancel`, `reprocess`, \
                      `reportDelivery`, `reportCalloutFailed` and `elapse`";
    let not_an_id = "expected a hyphenated UUID like `46184453-e63b-4f20-86c2-c557ed5d5df9`";
    let deep = format!("\"expect\":{{\"ok\":{}¦{}}}", "[".repeat(124), "]".repeat(124));
    let timestamp = r#""2026-01-05T09:00:00Z""#;
    let not_a_timestamp = "expected a timestamp like `2026-01-05T09:00:00Z`";
    // The text in the good scenario; its replacement, in which `¦` marks the place of the fault (the line's end if
    // there is no mark); and the message.
    let changes = [
        // Members that are unknown, duplicate or missing.
        (r#""policy":{"questions":[]}"#, r#""policy":{"questions":[]},"polícy"¦:{}"#, "`polícy`: unknown field `polícy`, expected one of `id`, `policy`, `rules`, `extensions`, `steps`".to_owned()),
        (r#""role":"system""#, r#""role":"system","name"¦:"x""#, "`steps[0].actor.name`: unknown field `name`, expected `id` or `role`".to_owned()),
        (r#""elapse":{}"#, r#""elapse":{"now"¦:1}"#, "`steps[0].elapse.now`: unknown field `now`, there are no fields".to_owned()),
        (r#""elapse":{}"#, r#""eLapse"¦:{}"#, "`steps[0].eLapse`: unknown field `eLapse`, expected one of `at`, `actor`, `revision`, `expect`, `existing`, `submit`, `process`, `resume`, `decide`, `cancel`, `reprocess`, `reportDelivery`, `reportCalloutFailed`, `elapse`".to_owned()),
        (r#""policy":{"questions":[]}"#, r#""policy":{"questions":[]},"policy"¦:{}"#, "duplicate field `policy`".to_owned()),
        (r#""role":"system""#, r#""role":"system","role"¦:"user""#, "`steps[0].actor`: duplicate field `role`".to_owned()),
        (r#""elapse":{}"#, r#""elapse":{},"elapse"¦:{}"#, "`steps[0]`: duplicate field `elapse`".to_owned()),
        (r#""elapse":{}"#, r#""elapse":{},"expect":{"ok":true,"ok"¦:false}"#, "`steps[0].expect`: duplicate field `ok`".to_owned()),
        (r#""elapse":{}"#, r#""elapse":{},"expect":{"events":[{"a":1,"\u0061"¦:2}]}"#, "`steps[0].expect.events[0]`: duplicate field `a`".to_owned()),
        (r#""policy":{"questions":[]}"#, r#""policy":{"questions":[]},"rules":{"denyAt":[],"denyAt"¦:[]}"#, "`rules`: duplicate field `denyAt`".to_owned()),
        (r#""policy":{"questions":[]},"#, "", "missing field `policy`".to_owned()),
        (r#""elapse":{}}"#, r#""existing":{"id":"dbf139ae-3509-43b1-860c-035f9c7dad35"}¦,"elapse":{}}"#, "`steps[0].existing`: missing field `target`".to_owned()),
        // Arrays instead of objects, and other wrong types.
        (ELAPSE, "[¦]", "invalid type: sequence, expected an object".to_owned()),
        (ELAPSE, "7¦", "invalid type: integer `7`, expected an object".to_owned()),
        (r#""elapse":{}"#, r#""elapse":¦[]"#, "`steps[0].elapse`: invalid type: sequence, expected an object".to_owned()),
        (r#""elapse":{}"#, r#""elapse":true¦"#, "`steps[0].elapse`: invalid type: boolean `true`, expected an object".to_owned()),
        (r#""elapse":{}"#, r#""elapse":{},"expect":¦[]"#, "`steps[0].expect`: invalid type: sequence, expected an object".to_owned()),
        (r#"[{"at""#, r#"[¦[{"at""#, "`steps[0]`: invalid type: sequence, expected an object".to_owned()),
        (r#""policy":{"questions":[]}"#, r#""policy":{"questions":[]},"rules":[]¦"#, "`rules`: invalid type: sequence, expected a preset's name or an object of rules".to_owned()),
        (r#""elapse":{}"#, r#""elapse":{},"revision":"1"¦"#, "`steps[0].revision`: invalid type: string \"1\", expected u64".to_owned()),
        (r#""elapse":{}"#, r#""elapse":{},"revision":-1¦"#, "`steps[0].revision`: invalid value: integer `-1`, expected u64".to_owned()),
        // Actions.
        (r#""elapse":{}}"#, r#""elapse":{},"cancel":{}}¦"#, format!("`steps[0]`: {one_action}")),
        (r#","elapse":{}}"#, "}¦", format!("`steps[0]`: {one_action}")),
        (r#""elapse":{}}"#, r#""elapse":null}¦"#, format!("`steps[0]`: {one_action}")),
        // Values.
        (id, r#"dbf139ae350943b1860c035f9c7dad35"¦"#, format!("`steps[0].actor.id`: `dbf139ae350943b1860c035f9c7dad35`: {not_an_id}")),
        (id, r#"{dbf139ae-3509-43b1-860c-035f9c7dad35}"¦"#, format!("`steps[0].actor.id`: `{{dbf139ae-3509-43b1-860c-035f9c7dad35}}`: {not_an_id}")),
        ("0b0f3c3a-64e4-4f0e-a2d9-2f5f7d3c1c11\"", "\"¦", format!("`id`: ``: {not_an_id}")),
        (timestamp, r#""2026-01-05 09:00:00Z"¦"#, format!("`steps[0].at`: `2026-01-05 09:00:00Z`: {not_a_timestamp}")),
        (timestamp, r#""2026-02-29T09:00:00Z"¦"#, format!("`steps[0].at`: `2026-02-29T09:00:00Z`: {not_a_timestamp}")),
        (r#""system"}"#, r#""boss"}¦"#, "`steps[0].actor.role`: `boss`: expected one of: user, approver, administrator, extension, system".to_owned()),
        (r#""policy":{"questions":[]}"#, r#""policy":{"questions":[]},"rules":"STRICT"¦"#, "`rules`: `STRICT`: expected one of: API_REFERENCE, CALLBACK_DATA, LOGIC_APPS_GUIDE, PORTAL".to_owned()),
        (r#""policy":{"questions":[]}"#, r#""policy":{"questions":[]},"rules":{"onCalloutFailure":"wait"}¦"#, "`rules.onCalloutFailure`: `wait`: expected one of: fail, hold".to_owned()),
        (r#""policy":{"questions":[]}"#, r#""policy":{"questions":[]},"rules":{"reprocessWindow":"P1M"}¦"#, "`rules.reprocessWindow`: `P1M`: expected a duration like `P14D` or `PT1H30M`, without sign, years or months".to_owned()),
        // Malformed text.
        (r"{}}]}", "{", "`steps[0].elapse`: EOF while parsing an object".to_owned()),
        (r"{}}]}", "{}}]} {¦}", "trailing characters".to_owned()),
        (r"{}}]}", "{}}]},", "trailing characters".to_owned()),
        (r#""elapse":{}"#, &deep, format!("`steps[0].expect.ok{}`: recursion limit exceeded", "[0]".repeat(123))),
        (ELAPSE, "s¦cenario", "expected value".to_owned()),
    ];
    for (good, bad, said) in changes {
        assert_eq!(ELAPSE.matches(good).count(), 1, "{good}");
        let marked = ELAPSE.replace(good, bad);
        let column = marked.find('¦').unwrap_or(marked.len());
        assert_eq!(
            fault(marked.replace('¦', "").as_bytes()),
            format!("line 3, column {column}: {said}"),
            "{marked}"
        );
    }
}

#[test]
fn text_that_is_not_utf_8_is_placed() {
    let (before, after) = ELAPSE.split_at(65);
    let bad = [before.as_bytes(), b"\xc3\x28", after.as_bytes()].concat();
    assert_eq!(fault(&bad), "line 3, column 66: the text is not UTF-8");
    // Also in a scenario of several lines.
    let text = [b"\n{\n \"id\":\n  \"".as_slice(), b"\xff\"}"].concat();
    let run = replay(["-"], &text);
    assert_eq!(
        (run.exit, run.stdout.as_str(), run.stderr.as_str()),
        (Some(2), "", "-: line 4, column 4: the text is not UTF-8\n")
    );
}

#[test]
fn a_byte_order_mark_is_not_json() {
    let run = replay(["-"], format!("\u{feff}{ELAPSE}").as_bytes());
    assert_eq!(
        (run.exit, run.stdout.as_str(), run.stderr.as_str()),
        (Some(2), "", "-: line 1, column 1: expected value\n")
    );
}

#[test]
fn a_fault_is_placed_in_a_scenario_over_several_lines() {
    let text = "\n{\n  \"id\": \"0b0f3c3a-64e4-4f0e-a2d9-2f5f7d3c1c11\",\n  \"policy\": {\"questions\": []},\n  \"steps\": [\n    { \"at\": 5 }\n  ]\n}\n";
    for (text, said) in [
        (text.to_owned(), "line 6, column 13: `steps[0].at`: invalid type: integer `5`, expected a string"),
        (
            text.replace("5 }\n", "5"),
            "line 6, column 13: `steps[0].at`: invalid type: integer `5`, expected a string",
        ),
        (text.replace("{ \"at\": 5 }", ""), ""),
        (text.replace("{ \"at\": 5 }\n  ]\n}\n", ""), "line 5, column 12: `steps`: EOF while parsing a list"),
        (text.replace("{ \"at\": 5 }", "") + "\n{}", "line 10, column 1: trailing characters"),
        (
            text.replace('\n', "\r\n"),
            "line 6, column 13: `steps[0].at`: invalid type: integer `5`, expected a string",
        ),
    ] {
        let run = replay(["-"], text.as_bytes());
        if said.is_empty() {
            assert_eq!((run.exit, run.stdout.as_str(), run.stderr.as_str()), (Some(0), "", ""), "{text}");
        } else {
            assert_eq!(
                (run.exit, run.stdout, run.stderr),
                (Some(2), String::new(), format!("-: {said}\n")),
                "{text}"
            );
        }
    }
}

#[test]
fn a_truncated_first_line_is_not_joined_with_the_next() {
    // If the line breaks off after a name or a member, it may begin a scenario of several lines; inside a text it
    // cannot.
    for (length, said) in [
        (5, "line 2, column 1: expected `:`"),
        (71, "line 2, column 1: key must be a string"),
        (134, "line 1, column 134: `steps[0].actor.id`: EOF while parsing a string"),
    ] {
        let run = replay(["-"], format!("{}\n{ELAPSE}\n", &ELAPSE[..length]).as_bytes());
        assert_eq!((run.exit, run.stdout, run.stderr), (Some(2), String::new(), format!("-: {said}\n")));
    }
}

#[test]
fn nesting_costs_no_stack() {
    let deep = "[".repeat(500_000);
    for (good, bad) in [
        (POLICY, format!("{deep}{}", "]".repeat(500_000))),
        (r#""policy":{"questions":[]}"#, format!("\"policy\":{{\"questions\":[]}},\"rules\":{deep}")),
        (r#""elapse":{}"#, format!("\"expect\":{{\"ok\":{deep}")),
        (r#""elapse":{}"#, format!("\"resume\":{deep}")),
        (r#""elapse":{}"#, format!("\"cancel\":{deep}")),
        (ELAPSE, deep.clone()),
    ] {
        let run = replay(["-"], format!("{ELAPSE}\n{}\n", ELAPSE.replacen(good, &bad, 1)).as_bytes());
        if good == POLICY {
            assert_eq!(run.exit, Some(0), "{}", run.stderr);
            assert!(run.stdout.contains(r#"{"scenario":1,"step":null,"ok":false,"code":"tooDeep","#));
        } else {
            assert_eq!((run.exit, run.stdout), (Some(2), elapse_line(0)));
            assert!(run.stderr.starts_with("-: line 2, column "), "{:.200}", run.stderr);
        }
    }
}

#[test]
fn a_scenario_of_more_than_64_mib_is_a_fault() {
    let mut text = vec![b' '; 64 << 20];
    text.push(b' ');
    let run = replay(["-"], &[ELAPSE.as_bytes(), b"\n", &text].concat());
    assert_eq!(
        (run.exit, run.stdout, run.stderr.as_str()),
        (Some(2), elapse_line(0), "-: line 2: a scenario has more than 67108864 bytes\n")
    );
}

#[test]
fn a_fault_outranks_a_difference() {
    let different = ELAPSE.replace("\"elapse\"", "\"expect\":{\"ok\":true},\"elapse\"");
    let run = replay(["-"], format!("{different}\n[]\n").as_bytes());
    assert_eq!((run.exit, run.stdout), (Some(2), elapse_line(0)));
    assert_eq!(
        run.stderr,
        "-: scenario 0, step 0: `ok`: expected true, found false\n\
         -: line 2, column 1: invalid type: sequence, expected an object\n"
    );
}

/// Replays a scenario often enough to fill every buffer. The reader closes the pipe after the first bytes.
fn with_a_reader_that_closes_the_pipe(scenario: &str) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_assignment-request"))
        .args(["replay", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let input = format!("{scenario}\n").repeat(4000);
    let output = std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input.as_bytes()));
        scope.spawn(move || stdout.read_exact(&mut [0; 16]));
        child.wait_with_output().unwrap()
    });
    Run {
        exit: output.status.code(),
        stdout: String::new(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    let run = with_a_reader_that_closes_the_pipe(ELAPSE);
    assert_eq!((run.exit, run.stderr.as_str()), (Some(0), ""));
}

#[test]
fn a_difference_counts_even_if_the_pipe_is_closed() {
    let run = with_a_reader_that_closes_the_pipe(
        &ELAPSE.replace("\"elapse\"", "\"expect\":{\"ok\":true},\"elapse\""),
    );
    assert_eq!(run.exit, Some(1));
    assert!(run.stderr.lines().all(|line| line.ends_with("`ok`: expected true, found false")));
}

#[test]
fn an_output_that_cannot_be_written_is_reported() {
    // A device that is always full; Linux has one.
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("good.json");
    std::fs::write(&file, ELAPSE).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_assignment-request"))
        .arg("replay")
        .arg(&file)
        .stdout(full)
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.starts_with("cannot write the output: "), "{stderr}");
}
