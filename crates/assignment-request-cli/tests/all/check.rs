//! `check`: the exact lines, what `--policy` adds to them, and what is reported if nothing can be checked.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use crate::tool::{Run, run, tool};

const POLICY: &str = r##"{ "id": "22E59EB4-c08d-4ac4-a04c-c1d9c1323723",
    "accessPackage": { "id": "d6159ef5-6247-4b43-8cf3-2068ab74c73a" },
    "expiration": { "type": "afterDateTime", "endDateTime": "2027-01-01T00:00:00Z" },
    "requestorSettings": { "enableTargetsToSelfAddAccess": true, "enableTargetsToSelfUpdateAccess": true,
        "enableTargetsToSelfRemoveAccess": true },
    "requestApprovalSettings": { "isApprovalRequiredForAdd": true,
        "stages": [ { "durationBeforeAutomaticDenial": "P2D" } ] },
    "questions": [ { "@odata.type": "#microsoft.graph.accessPackageTextInputQuestion", "isRequired": true,
        "id": "0d31cc60-968e-4f92-955b-443fed03d6f6", "regexPattern": "[a-z]+" } ],
    "customExtensionStageSettings": [ { "stage": "assignmentRequestCreated", "customExtension": {
        "id": "8a19a4fb-32a8-483f-8466-52107c96344f", "callbackConfiguration": { "timeoutDuration": "PT1H" } } } ]
}"##;

const CREATE: &str = r#"{ "requestType": "UserAdd",
    "assignment": { "accessPackageId": "D6159ef5-6247-4b43-8cf3-2068ab74c73a" },
    "schedule": { "startDateTime": "2026-02-01T09:00:00+01:00" },
    "answers": [ { "value": "abc", "answeredQuestion": { "id": "0d31cc60-968e-4f92-955b-443fed03d6f6" } } ]
}"#;

const RESUME: &str = r#"{ "data": { "stage": "AssignmentRequestCreated", "state": "denied",
    "customExtensionStageInstanceId": "0b6d8f74-9f2e-4c58-9a54-6f0c0d7f1a11",
    "customExtensionStageInstanceDetail": "no" }, "source": "checks" }"#;

fn check(arguments: &[&str], input: &str) -> Run {
    run(tool().arg("check").args(arguments), input.as_bytes())
}

/// Returns the line that is printed for a body from standard input.
#[track_caller]
fn line(arguments: &[&str], input: &str, exit: i32) -> String {
    let run = check(&[arguments, &["-"]].concat(), input);
    assert_eq!((run.exit, run.stderr.as_str()), (Some(exit), ""), "{}", run.stdout);
    run.stdout
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_summary_has_the_names_of_one_api_version() {
    for (kind, body, v1_0, beta) in [
        (
            "create",
            CREATE,
            r#"{"requestType":"userAdd","assignment":{"accessPackageId":"d6159ef5-6247-4b43-8cf3-2068ab74c73a"},"schedule":{"startDateTime":"2026-02-01T08:00:00Z"},"answers":1}"#,
            r#"{"requestType":"UserAdd","accessPackageAssignment":{"accessPackageId":"d6159ef5-6247-4b43-8cf3-2068ab74c73a"},"schedule":{"startDateTime":"2026-02-01T08:00:00Z"},"answers":1}"#,
        ),
        (
            "resume",
            RESUME,
            r#"{"source":"checks","data":{"stage":"assignmentRequestCreated","customExtensionStageInstanceId":"0b6d8f74-9f2e-4c58-9a54-6f0c0d7f1a11","state":"denied","customExtensionStageInstanceDetail":"no"}}"#,
            r#"{"source":"checks","data":{"stage":"AssignmentRequestCreated","customExtensionStageInstanceId":"0b6d8f74-9f2e-4c58-9a54-6f0c0d7f1a11","state":"Denied","customExtensionStageInstanceDetail":"no"}}"#,
        ),
        (
            "decision",
            r#"{ "reviewResult": "approve" }"#,
            r#"{"reviewResult":"Approve"}"#,
            r#"{"reviewResult":"Approve"}"#,
        ),
        (
            "policy",
            POLICY,
            r##"{"id":"22e59eb4-c08d-4ac4-a04c-c1d9c1323723","accessPackage":{"id":"d6159ef5-6247-4b43-8cf3-2068ab74c73a"},"expiration":{"type":"afterDateTime","endDateTime":"2027-01-01T00:00:00Z"},"requestorSettings":{"enableTargetsToSelfAddAccess":true,"enableTargetsToSelfUpdateAccess":true,"enableTargetsToSelfRemoveAccess":true},"requestApprovalSettings":{"isApprovalRequiredForAdd":true,"stages":1},"questions":[{"@odata.type":"#microsoft.graph.accessPackageTextInputQuestion","id":"0d31cc60-968e-4f92-955b-443fed03d6f6","isRequired":true}],"customExtensionStageSettings":[{"stage":"assignmentRequestCreated","id":"8a19a4fb-32a8-483f-8466-52107c96344f","behavior":"launchAndWait","timeoutDuration":"PT1H"}]}"##,
            r##"{"id":"22e59eb4-c08d-4ac4-a04c-c1d9c1323723","accessPackageId":"d6159ef5-6247-4b43-8cf3-2068ab74c73a","expirationDateTime":"2027-01-01T00:00:00Z","canExtend":true,"requestorSettings":{"acceptRequests":true},"requestApprovalSettings":{"isApprovalRequired":true,"approvalStages":1},"questions":[{"@odata.type":"#microsoft.graph.accessPackageTextInputQuestion","id":"0d31cc60-968e-4f92-955b-443fed03d6f6","isRequired":true}],"customExtensionStageSettings":[{"stage":"AssignmentRequestCreated","id":"8a19a4fb-32a8-483f-8466-52107c96344f","behavior":"launchAndWait","durationBeforeTimeout":"PT1H"}]}"##,
        ),
        (
            "request",
            "{ \"requestState\": \"Delivered\", \"status\": \"Odd\", \"accessPackage\": {\r\n \"a\": 1 } }",
            r#"{"state":"delivered","status":"Odd","createdDateTime":null,"completedDateTime":null,"justification":null,"accessPackage":{   "a": 1 }}"#,
            r#"{"requestState":"Delivered","requestStatus":"Odd","createdDateTime":null,"completedDate":null,"justification":null,"accessPackage":{   "a": 1 }}"#,
        ),
        (
            "request",
            r#"{ "@odata.count": 2, "value": [ { "requestState": "Delivered" }, {} ] }"#,
            r#"[{"state":"delivered","createdDateTime":null,"completedDateTime":null,"justification":null},{"createdDateTime":null,"completedDateTime":null,"justification":null}]"#,
            r#"[{"requestState":"Delivered","createdDateTime":null,"completedDate":null,"justification":null},{"createdDateTime":null,"completedDate":null,"justification":null}]"#,
        ),
        (
            "callout",
            r#"{ "CustomExtensionStageInstanceId": "957D0C50-466b-4840-bb5b-c92cea7141ff", "Stage": "AssignmentRequestCreated",
                "RequestType": "UserAdd", "State": "Submitted", "Status": "WaitingForCallback", "Answers": [ { "Value": "x" } ],
                "AccessPackage": { "Id": "d6159ef5-6247-4b43-8cf3-2068ab74c73a" },
                "CallbackConfiguration": { "DurationBeforeTimeout": "PT1H" } }"#,
            r#"{"stage":"assignmentRequestCreated","customExtensionStageInstanceId":"957d0c50-466b-4840-bb5b-c92cea7141ff","requestType":"userAdd","state":"submitted","status":"WaitingForCallback","callbackConfiguration":{"timeoutDuration":"PT1H"},"accessPackage":{"id":"d6159ef5-6247-4b43-8cf3-2068ab74c73a"},"answers":1}"#,
            r#"{"stage":"AssignmentRequestCreated","customExtensionStageInstanceId":"957d0c50-466b-4840-bb5b-c92cea7141ff","requestType":"UserAdd","state":"Submitted","status":"WaitingForCallback","callbackConfiguration":{"durationBeforeTimeout":"PT1H"},"accessPackage":{"id":"d6159ef5-6247-4b43-8cf3-2068ab74c73a"},"answers":1}"#,
        ),
        (
            "callout",
            r#"{ "stage": "assignmentRequestGranted", "customExtensionStageInstanceId": "957d0c50-466b-4840-bb5b-c92cea7141ff",
                "assignment": { "id": "d8ef4e13-abf6-4b4e-a80e-6533564fb7db", "target": { "objectId": "fe6894c8-492b-4919-9173-e16c392f2403" } },
                "requestor": { "objectId": "fe6894c8-492b-4919-9173-e16c392f2403" }, "callbackConfiguration": null }"#,
            r#"{"stage":"assignmentRequestGranted","customExtensionStageInstanceId":"957d0c50-466b-4840-bb5b-c92cea7141ff","assignment":{"id":"d8ef4e13-abf6-4b4e-a80e-6533564fb7db","target":{"objectId":"fe6894c8-492b-4919-9173-e16c392f2403"}},"requestor":{"objectId":"fe6894c8-492b-4919-9173-e16c392f2403"}}"#,
            r#"{"stage":"AssignmentRequestGranted","customExtensionStageInstanceId":"957d0c50-466b-4840-bb5b-c92cea7141ff","assignment":{"id":"d8ef4e13-abf6-4b4e-a80e-6533564fb7db","target":{"objectId":"fe6894c8-492b-4919-9173-e16c392f2403"}},"requestor":{"objectId":"fe6894c8-492b-4919-9173-e16c392f2403"}}"#,
        ),
        (
            "create",
            r#"{ "requestType": "adminAdd", "parameters": [ { "name": "IsApprovalRequired", "value": "false" } ] }"#,
            r#"{"requestType":"adminAdd","parameters":{"bypassApproval":true}}"#,
            r#"{"requestType":"AdminAdd","parameters":{"bypassApproval":true}}"#,
        ),
    ] {
        for (api, understood) in [("v1.0", v1_0), ("beta", beta)] {
            let expected =
                format!("{{\"file\":\"-\",\"ok\":true,\"as\":\"{kind}\",\"understood\":{understood}}}\n");
            assert_eq!(line(&["--as", kind, "--api", api], body, 0), expected);
        }
        let by_default = line(&["--as", kind], body, 0);
        assert!(by_default.contains(v1_0), "{by_default}");
    }
}

#[test]
fn a_list_of_requests_is_understood_item_by_item() {
    let list = r#"{ "@odata.context": "https://graph.example/$metadata#requests", "@odata.count": 7,
        "value": [ { "requestState": "Delivered" }, { "id": "5F0C0C5C-2f0e-4ab9-9d5e-0d3f8a4b7a10" } ] }"#;
    let item = |members: &str, dates: &str| {
        format!(r#"{{{members},"createdDateTime":null,"{dates}":null,"justification":null}}"#)
    };
    let id = r#""id":"5f0c0c5c-2f0e-4ab9-9d5e-0d3f8a4b7a10""#;
    for (api, state, dates) in [
        ("v1.0", r#""state":"delivered""#, "completedDateTime"),
        ("beta", r#""requestState":"Delivered""#, "completedDate"),
    ] {
        let (first, second) = (item(state, dates), item(id, dates));
        assert_eq!(
            line(&["--as", "request", "--api", api], list, 0),
            format!("{{\"file\":\"-\",\"ok\":true,\"as\":\"request\",\"understood\":[{first},{second}]}}\n")
        );
    }
    let empty = line(&["--as", "request", "--format", "text"], r#"{ "value": [] }"#, 0);
    assert_eq!(empty, "-: accepted as request: []\n");
    for (body, expected) in [
        (
            r#"{"value":[{"id":"5f0c0c5c-2f0e-4ab9-9d5e-0d3f8a4b7a10"},{"id":"7"}]}"#,
            r#""code":"invalidId","path":"value[1].id","line":1,"column":63,"message":"expected a hyphenated UUID like `46184453-e63b-4f20-86c2-c557ed5d5df9`, found `7`""#,
        ),
        (
            r#"{"value":[7]}"#,
            r#""code":"wrongType","path":"value[0]","line":1,"column":11,"message":"expected an object, found a number""#,
        ),
        (
            r#"{"value":[],"value":[]}"#,
            r#""code":"duplicateMember","path":"value","line":1,"column":13,"message":"member `value` occurs twice""#,
        ),
    ] {
        let expected = format!("{{\"file\":\"-\",\"ok\":false,{expected}}}\n");
        assert_eq!(line(&["--as", "request"], body, 1), expected);
    }
}

#[test]
fn an_unreadable_body_has_a_code_and_a_place() {
    for (kind, body, expected) in [
        (
            "create",
            "{\n \"asignment\": 1 }",
            r#""code":"unknownMember","path":"asignment","line":2,"column":2,"message":"unknown member `asignment`""#,
        ),
        (
            "create",
            "{}",
            r#""code":"missing","path":"requestType","line":null,"column":null,"message":"missing member `requestType`""#,
        ),
        (
            "resume",
            "[]",
            r#""code":"wrongType","path":"","line":1,"column":1,"message":"expected an object, found an array""#,
        ),
        (
            "decision",
            r#"{"reviewResult":"Deny","reviewResult":"Deny"}"#,
            r#""code":"duplicateMember","path":"reviewResult","line":1,"column":24,"message":"member `reviewResult` occurs twice""#,
        ),
        (
            "policy",
            r#"{ "questions": [ { "choices": [] }, { "regexPattern": 7 } ] }"#,
            r#""code":"wrongType","path":"questions[1].regexPattern","line":1,"column":55,"message":"expected a string, found a number""#,
        ),
        (
            "policy",
            r#"{ "DisplayName": "x" }"#,
            r#""code":"unknownMember","path":"DisplayName","line":1,"column":3,"message":"unknown member `DisplayName`; expected `displayName`""#,
        ),
        (
            "policy",
            r#"{ "error": {} }"#,
            r#""code":"unrecognizedBody","path":"","line":1,"column":1,"message":"no member of an accessPackageAssignmentPolicy is in the body""#,
        ),
        (
            "request",
            r#"{ "error": {} }"#,
            r#""code":"unrecognizedBody","path":"","line":1,"column":1,"message":"no member of an accessPackageAssignmentRequest is in the body""#,
        ),
        (
            "request",
            r#"{ "value": [ { "State": "x" } ] }"#,
            r#""code":"unknownMember","path":"value[0].State","line":1,"column":16,"message":"unknown member `State`; expected `state`""#,
        ),
        (
            "request",
            r#"{ "value": 7 }"#,
            r#""code":"wrongType","path":"value","line":1,"column":12,"message":"expected an array, found a number""#,
        ),
        (
            "request",
            r#"{ "id": "7" }"#,
            r#""code":"invalidId","path":"id","line":1,"column":9,"message":"expected a hyphenated UUID like `46184453-e63b-4f20-86c2-c557ed5d5df9`, found `7`""#,
        ),
    ] {
        assert_eq!(line(&["--as", kind], body, 1), format!("{{\"file\":\"-\",\"ok\":false,{expected}}}\n"));
    }
}

#[test]
fn a_policy_is_compiled() {
    let policy = r#"{ "questions": [ { "regexPattern": "(" } ],
        "requestApprovalSettings": { "isApprovalRequiredForAdd": true } }"#;
    let printed = line(&["--as", "policy"], policy, 1);
    let printed: serde_json::Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(printed["code"], "invalidPolicy");
    let violations: Vec<_> = printed["violations"].as_array().unwrap().iter().collect();
    assert_eq!(violations.len(), 2);
    assert_eq!(
        (&violations[0]["code"], &violations[0]["path"]),
        (&"badPattern".into(), &"questions[0].regexPattern".into())
    );
    assert_eq!(
        violations[1].to_string(),
        r#"{"code":"approvalStagesMissing","message":"`requestApprovalSettings.stages` is empty, but approval is required","path":"requestApprovalSettings.stages","rule":"P3"}"#
    );
}

#[test]
fn a_create_body_is_judged_by_a_policy() {
    let folder = tempfile::tempdir().unwrap();
    let policy = write(folder.path(), "policy.json", POLICY);
    let judged = ["--as", "create", "--policy", &policy, "--at", "2026-01-05T09:00:00Z"];
    let unanswered = r#"{ "requestType": "userAdd",
        "assignment": { "accessPackageId": "d6159ef5-6247-4b43-8cf3-2068ab74c73a" } }"#;
    assert_eq!(line(&["--as", "create"], unanswered, 0).matches("\"ok\":true").count(), 1);
    let unscheduled =
        CREATE.replace("\"schedule\": { \"startDateTime\": \"2026-02-01T09:00:00+01:00\" },", "");
    assert!(line(&judged, &unscheduled, 0).contains("\"ok\":true"));
    assert_eq!(
        line(&judged, unanswered, 1),
        concat!(
            r#"{"file":"-","ok":false,"code":"invalidRequest","violations":[{"code":"requiredAnswerMissing","rule":"A4","path":"answers","#,
            r#""message":"`answers` leaves the required question 0d31cc60-968e-4f92-955b-443fed03d6f6 without an answer"}]}"#,
            "\n"
        )
    );
    // Users who are the target ask for themselves; an assignment that the body names is assumed to exist.
    for accepted in [
        unscheduled.replace("\"assignment\": {", "\"assignment\": { \"targetId\": \"fe6894c8-492b-4919-9173-e16c392f2403\","),
        r#"{ "requestType": "userRemove", "assignment": { "id": "d8ef4e13-abf6-4b4e-a80e-6533564fb7db" } }"#.to_owned(),
        r#"{ "requestType": "systemRemove", "assignment": { "id": "d8ef4e13-abf6-4b4e-a80e-6533564fb7db" } }"#.to_owned(),
    ] {
        assert!(line(&judged, &accepted, 0).contains("\"ok\":true"));
    }
    let nameless = line(&judged, r#"{ "requestType": "adminRemove" }"#, 1);
    assert!(nameless.contains(r#"[{"code":"missing","rule":"C4","path":"assignment.id""#), "{nameless}");
    // An unreadable body is reported as without a policy.
    assert!(line(&judged, "{}", 1).contains("\"code\":\"missing\""));
    // Without `--at` the clock judges, and it is past this end.
    let late = r#"{ "requestType": "adminAdd", "assignment": { "targetId": "fe6894c8-492b-4919-9173-e16c392f2403",
        "accessPackageId": "d6159ef5-6247-4b43-8cf3-2068ab74c73a",
        "assignmentPolicyId": "22e59eb4-c08d-4ac4-a04c-c1d9c1323723" },
        "schedule": { "expiration": { "type": "afterDateTime", "endDateTime": "2001-01-01T00:00:00Z" } } }"#;
    assert!(
        !line(&["--as", "create", "--policy", &policy, "--at", "2000-01-01T00:00:00Z"], late, 0).is_empty()
    );
    let by_clock = line(&["--as", "create", "--policy", &policy], late, 1);
    assert!(by_clock.contains("\"endInPast\""), "{by_clock}");
}

#[test]
fn the_exit_code_is_that_of_the_worst_file() {
    let folder = tempfile::tempdir().unwrap();
    let good = write(folder.path(), "good.json", r#"{"reviewResult":"Deny"}"#);
    let bad = write(folder.path(), "bad.json", "{}");
    let gone = folder.path().join("gone.json").to_str().unwrap().to_owned();
    let run = |files: &[&str]| check(&[&["--as", "decision"], files].concat(), "");
    assert_eq!((run(&[&good, &good]).exit, run(&[&bad, &good]).exit), (Some(0), Some(1)));
    let worst = run(&[&bad, &gone, &good]);
    assert_eq!((worst.exit, worst.stdout.lines().count()), (Some(2), 2), "the others are checked");
    assert!(worst.stderr.starts_with(&format!("{gone}: cannot be read: ")), "{}", worst.stderr);
    let line: serde_json::Value = serde_json::from_str(worst.stdout.lines().next().unwrap()).unwrap();
    assert_eq!(line["file"], bad.as_str());
}

#[test]
fn an_unusable_policy_is_reported_and_nothing_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let unreadable = write(folder.path(), "policy.json", "{\n \"id\": 7 }");
    let refused = write(folder.path(), "refused.json", r#"{ "expiration": { "type": "afterDuration" } }"#);
    let gone = folder.path().join("gone.json").to_str().unwrap().to_owned();
    for (policy, said) in [
        (&unreadable, format!("{unreadable}:2:8: expected a string, found a number\n")),
        (&refused, format!("{refused}: `expiration.duration` is missing (P5)\n")),
        (&gone, format!("{gone}: cannot be read: ")),
    ] {
        let run = check(&["--as", "create", "--policy", policy, "-"], CREATE);
        assert_eq!((run.exit, run.stdout.as_str()), (Some(2), ""));
        assert!(run.stderr.starts_with(&said), "{}", run.stderr);
    }
    for arguments in [
        &["--as", "policy", "--policy", unreadable.as_str(), "-"][..],
        &["--as", "create", "--at", "2026-01-05T09:00:00Z", "-"],
        &["--as", "create", "--api", "v2", "-"],
        &["--as", "list", "-"],
        &["--as", "create"],
        &["-"],
    ] {
        let run = check(arguments, CREATE);
        assert_eq!((run.exit, run.stdout.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
    }
}

#[test]
fn text_for_people_is_coloured_only_if_forced_or_on_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = |kind| ["check", "--as", kind, "--format", "text", "-"];
    for (kind, body, expected) in [
        ("decision", r#"{"reviewResult":"deny"}"#, "-: accepted as decision: {\"reviewResult\":\"Deny\"}\n"),
        ("decision", "{\n  \"a\": 1 }", "-:2:3: unknownMember: unknown member `a` (at `a`)\n"),
        ("decision", "{}", "-: missing: missing member `reviewResult` (at `reviewResult`)\n"),
        ("decision", "", "-:1:1: malformed: unexpected end of the body\n"),
        (
            "policy",
            r#"{ "expiration": { "type": "afterDuration" } }"#,
            "-: missing: `expiration.duration` is missing (P5)\n",
        ),
    ] {
        let run = |setting: &[(&str, &str)]| {
            let mut command = tool();
            command.current_dir(folder.path()).args(arguments(kind));
            for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI"] {
                command.env_remove(name);
            }
            run(command.envs(setting.iter().copied()), body.as_bytes()).stdout
        };
        assert_eq!(run(&[]), expected, "no terminal, no colour");
        let coloured = run(&[("CLICOLOR_FORCE", "1")]);
        assert!(coloured.contains("\u{1b}["), "{coloured:?}");
        assert_eq!(run(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), expected, "nobody forces it then");
    }
}

#[test]
fn help_has_examples_and_exit_codes() {
    let run = check(&["--help"], "");
    assert_eq!(run.exit, Some(0));
    for part in
        ["Examples:", "--as policy policy.json", "Exit codes: 0", "v1.0", "[possible values: json, text]"]
    {
        assert!(run.stdout.contains(part), "{part}: {}", run.stdout);
    }
}

const BY_REFERENCE: &str = r#"{ "requestorSettings": { "enableTargetsToSelfAddAccess": true },
    "customExtensionStageSettings": [ { "stage": "assignmentRequestCreated",
        "customExtension": { "id": "8a19a4fb-32a8-483f-8466-52107c96344f" } } ] }"#;

#[test]
fn p6_a_policy_that_names_its_extension_needs_a_host_that_knows_it() {
    assert_eq!(
        line(&["--as", "policy"], BY_REFERENCE, 1),
        concat!(
            r#"{"file":"-","ok":false,"code":"invalidPolicy","violations":[{"code":"unresolvedExtension","#,
            r#""rule":"P6","path":"customExtensionStageSettings[0].customExtension","#,
            r#""message":"`customExtensionStageSettings[0].customExtension` names the extension "#,
            "8a19a4fb-32a8-483f-8466-52107c96344f by reference, and the host does not know it; ",
            "give its `callbackConfiguration` here, or let the host look the extension up\"}]}\n"
        )
    );
    let folder = tempfile::tempdir().unwrap();
    let known = r#"{ "8A19A4FB-32a8-483f-8466-52107c96344f": { "callbackConfiguration": { "timeoutDuration": "PT1H" } } }"#;
    let known = write(folder.path(), "extensions.json", known);
    let accepted = line(&["--as", "policy", "--extensions", &known], BY_REFERENCE, 0);
    assert!(accepted.contains(r#""behavior":"byReference""#), "{accepted}");

    // So does a policy that judges create bodies.
    let policy = write(folder.path(), "policy.json", BY_REFERENCE);
    let create = r#"{ "requestType": "userAdd", "assignment": { "accessPackageId": "d6159ef5-6247-4b43-8cf3-2068ab74c73a" } }"#;
    let judged = ["--as", "create", "--at", "2026-03-02T09:00:00Z", "--policy", &policy];
    line(&[&judged[..], &["--extensions", &known]].concat(), create, 0);
    let run = check(&[&judged[..], &["-"]].concat(), create);
    assert_eq!((run.exit, run.stdout.as_str()), (Some(2), ""));
    assert!(
        run.stderr.contains("names the extension 8a19a4fb-32a8-483f-8466-52107c96344f"),
        "{}",
        run.stderr
    );
}

#[test]
fn extensions_that_cannot_be_used() {
    let folder = tempfile::tempdir().unwrap();
    for (text, said) in [
        ("[]", "an object of extensions by id"),
        (r#"{ "one": { "callbackConfiguration": null } }"#, "expected a hyphenated UUID"),
        (r#"{ "8a19a4fb-32a8-483f-8466-52107c96344f": {} }"#, "missing member `callbackConfiguration`"),
        (
            r#"{ "8a19a4fb-32a8-483f-8466-52107c96344f": { "callbackConfiguration": null },
                "8A19A4FB-32a8-483f-8466-52107c96344f": { "callbackConfiguration": null } }"#,
            "the extension 8a19a4fb-32a8-483f-8466-52107c96344f occurs twice",
        ),
    ] {
        let file = write(folder.path(), "extensions.json", text);
        let run = check(&["--as", "policy", "--extensions", &file, "-"], BY_REFERENCE);
        assert_eq!((run.exit, run.stdout.as_str()), (Some(2), ""), "{text}");
        assert!(run.stderr.contains(said), "{text}: {}", run.stderr);
    }
    let file = write(folder.path(), "extensions.json", "{}");
    let run = check(&["--as", "resume", "--extensions", &file, "-"], RESUME);
    assert_eq!((run.exit, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("--extensions is for --as policy, or for a --policy"), "{}", run.stderr);
}
