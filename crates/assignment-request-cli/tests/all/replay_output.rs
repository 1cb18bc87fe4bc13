//! `replay`: the exact lines.

use crate::replaying::{lines, replay};

/// A policy that lets users request access. Two extensions run at Created: the request only launches the first, and
/// waits an hour for the second.
const POLICY: &str = r##"{
    "id": "22e59eb4-c08d-4ac4-a04c-c1d9c1323723",
    "expiration": { "type": "noExpiration" },
    "requestorSettings": { "enableTargetsToSelfAddAccess": true },
    "accessPackage": { "id": "d6159ef5-6247-4b43-8cf3-2068ab74c73a" },
    "customExtensionStageSettings": [
      { "stage": "assignmentRequestCreated",
        "customExtension": {
          "@odata.type": "#microsoft.graph.accessPackageAssignmentRequestWorkflowExtension",
          "id": "ba321a53-fadb-4ef4-8c17-590680177451",
          "callbackConfiguration": null,
          "endpointConfiguration": {} } },
      { "stage": "assignmentRequestCreated",
        "customExtension": {
          "@odata.type": "#microsoft.graph.accessPackageAssignmentRequestWorkflowExtension",
          "id": "8a19a4fb-32a8-483f-8466-52107c96344f",
          "callbackConfiguration": { "timeoutDuration": "PT1H" } } }
    ]
}"##;

const ADD: &str = r#""submit": { "requestType": "userAdd",
    "assignment": { "accessPackageId": "d6159ef5-6247-4b43-8cf3-2068ab74c73a" } }"#;

const EXISTING: &str = r#""existing": { "id": "d8ef4e13-abf6-4b4e-a80e-6533564fb7db",
    "target": "fe6894c8-492b-4919-9173-e16c392f2403",
    "accessPackageId": "d6159ef5-6247-4b43-8cf3-2068ab74c73a",
    "assignmentPolicyId": "22e59eb4-c08d-4ac4-a04c-c1d9c1323723" }"#;

/// Returns a step: the time of day, the role, the action.
fn step(time: &str, role: &str, action: &str) -> String {
    format!(
        r#"{{ "at": "2026-01-05T{time}", "actor": {{ "id": "33e8ac66-da68-4bb3-a09d-692bd503129f", "role": "{role}" }}, {action} }}"#
    )
}

/// Returns a resume at Created for the callout that `instance` names.
fn resume(instance: &str, more: &str) -> String {
    format!(
        r#""resume": {{ "data": {{ "stage": "assignmentRequestCreated",
            "customExtensionStageInstanceId": {instance}{more} }} }}"#
    )
}

/// Returns a scenario of several lines.
fn scenario(policy: &str, rules: &str, steps: &[String]) -> String {
    format!(
        "{{ \"id\": \"5f0c0c5c-2f0e-4ab9-9d5e-0d3f8a4b7a10\",\n\"policy\": {policy},\n\"rules\": {rules},\n\"steps\": [\n{}\n] }}\n",
        steps.join(",\n")
    )
}

/// A user requests access, and the request then waits for an extension.
fn until_the_wait() -> Vec<String> {
    let actor = r#""actor": { "id": "fe6894c8-492b-4919-9173-e16c392f2403", "role": "user" }"#;
    vec![
        format!(r#"{{ "at": "2026-01-05T08:00:00Z", {actor}, {ADD} }}"#),
        step("09:00:00Z", "system", r#""process": {}"#),
    ]
}

#[test]
fn lines_have_the_bytes_of_the_specification() {
    let mut steps = until_the_wait();
    steps.push(step("09:10:00Z", "system", r#""elapse": {}"#));
    steps.push(step("09:20:00Z", "extension", &resume(r#""$callout""#, r#", "state": "denied""#)));
    let printed = lines(&scenario(POLICY, "null", &steps));
    let printed: Vec<_> = printed.lines().collect();
    assert_eq!(
        printed,
        [
            r#"{"scenario":0,"step":0,"ok":true,"events":["submitted"],"state":"submitted","status":"Accepted","revision":1,"nextDeadline":"2026-01-19T08:00:00Z"}"#,
            r#"{"scenario":0,"step":1,"ok":true,"events":["calloutStarted","calloutStarted"],"state":"submitted","status":"WaitingForCallback","revision":3,"nextDeadline":"2026-01-05T10:00:00Z"}"#,
            r#"{"scenario":0,"step":2,"ok":true,"events":[],"state":"submitted","status":"WaitingForCallback","revision":3,"nextDeadline":"2026-01-05T10:00:00Z"}"#,
            r#"{"scenario":0,"step":3,"ok":false,"code":"denialNotAllowed","state":"submitted","status":"WaitingForCallback","revision":3,"nextDeadline":"2026-01-05T10:00:00Z"}"#,
        ]
    );
}

#[test]
fn a_refused_submission_has_its_violations_before_the_state() {
    let remove = format!(r#""submit": {{ "requestType": "adminRemove", "assignment": {{}} }}, {EXISTING}"#);
    let add = r#""submit": { "requestType": "adminAdd", "schedule": { "expiration": { "type": "afterDuration" } } }"#;
    let steps = [step("09:00:00Z", "administrator", &remove), step("09:00:00Z", "administrator", add)];
    assert_eq!(
        lines(&scenario(POLICY, "null", &steps)),
        concat!(
            r#"{"scenario":0,"step":0,"ok":false,"code":"invalidRequest","violations":[{"code":"missing","path":"assignment.id"}],"state":null,"status":null,"revision":0,"nextDeadline":null}"#,
            "\n",
            r#"{"scenario":0,"step":1,"ok":false,"code":"invalidRequest","violations":[{"code":"missing","path":"assignment.accessPackageId"},{"code":"missing","path":"assignment.targetId"},{"code":"missing","path":"assignment.assignmentPolicyId"},{"code":"missing","path":"schedule.expiration.duration"}],"state":null,"status":null,"revision":0,"nextDeadline":null}"#,
            "\n",
        )
    );
}

#[test]
fn a_refused_policy_is_one_line_and_the_steps_are_skipped() {
    let question = r##"{ "@odata.type": "#microsoft.graph.accessPackageTextInputQuestion", "id": "ID", "regexPattern": "PATTERN" }"##;
    let questions =
        [("0d31cc60-968e-4f92-955b-443fed03d6f6", "a+"), ("7aaa18c9-8e4f-440f-bd5a-3a7ce312cbe6", "a(?=b)")]
            .map(|(id, pattern)| question.replace("ID", id).replace("PATTERN", pattern));
    let policy = format!(r#"{{ "questions": [{}] }}"#, questions.join(","));
    let steps = until_the_wait();
    assert_eq!(
        lines(&scenario(&policy, "null", &steps)),
        concat!(
            r#"{"scenario":0,"step":null,"ok":false,"code":"invalidPolicy","violations":[{"code":"badPattern","path":"questions[1].regexPattern"}]}"#,
            "\n",
        )
    );
    // A refused policy is reported before refused rules.
    let rules = r#"{ "reprocessWindow": "PT0S" }"#;
    assert!(lines(&scenario(&policy, rules, &steps)).contains("invalidPolicy"));
    assert_eq!(
        lines(&scenario(POLICY, rules, &steps)),
        "{\"scenario\":0,\"step\":null,\"ok\":false,\"code\":\"badRules\"}\n"
    );
}

#[test]
fn a_policy_that_cannot_be_read_is_a_line_with_code_and_path() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep_path = "[0]".repeat(32);
    for (policy, code, path) in [
        ("null", "wrongType", ""),
        ("[]", "wrongType", ""),
        ("7", "wrongType", ""),
        (r#"{ "id": "x" }"#, "invalidId", "id"),
        (r#"{ "canExtend": true, "canExtend": true }"#, "duplicateMember", "canExtend"),
        (r#"{ "expiration": { "type": "never" } }"#, "unknownValue", "expiration.type"),
        (r#"{ "displayName": "\ud800" }"#, "malformed", "displayName"),
        (&deep, "tooDeep", &deep_path),
    ] {
        let bad = scenario(policy, r#"{ "reprocessWindow": "PT0S" }"#, &until_the_wait());
        assert_eq!(
            lines(&bad),
            format!(
                "{{\"scenario\":0,\"step\":null,\"ok\":false,\"code\":\"{code}\",\"path\":\"{path}\"}}\n"
            )
        );
    }
}

#[test]
fn a_body_that_cannot_be_read_is_a_line_with_code_and_path_before_the_state() {
    let too_large = format!(r#""submit": {{ "justification": "{}" }}"#, "a".repeat(1 << 20));
    let steps = [
        step("09:00:00Z", "user", r#""submit": { "requestType": "userAdd", "asignment": {} }"#),
        step("09:00:00Z", "user", r#""submit": [1]"#),
        step("09:00:00Z", "user", &too_large),
        // An unreadable body is answered before anything is judged (J13), here before the missing request.
        step("09:00:00Z", "extension", r#""resume": { "data": { "state": 1 } }"#),
        step("09:00:00Z", "extension", r#""resume": { "data": { }, "data": { } }"#),
        step("09:00:00Z", "extension", &resume(r#""$callout ""#, "")),
        step("09:00:00Z", "extension", &resume(r#"["$callout"]"#, "")),
    ];
    let expected = [
        ("unknownMember", "asignment"),
        ("wrongType", ""),
        ("bodyTooLarge", ""),
        ("wrongType", "data.state"),
        ("duplicateMember", "data"),
        ("invalidId", "data.customExtensionStageInstanceId"),
        ("wrongType", "data.customExtensionStageInstanceId"),
    ]
    .iter()
    .enumerate()
    .map(|(step, (code, path))| {
        format!(
            "{{\"scenario\":0,\"step\":{step},\"ok\":false,\"code\":\"{code}\",\"path\":\"{path}\",\"state\":null,\
             \"status\":null,\"revision\":0,\"nextDeadline\":null}}\n"
        )
    });
    let expected = expected.collect::<Vec<_>>().concat();
    assert_eq!(lines(&scenario(POLICY, "null", &steps)), expected);
}

#[test]
fn timestamps_are_written_in_utc_without_trailing_zeros() {
    for (at, deadline) in [
        ("10:00:00.1200000+01:30", "2026-01-05T09:30:00.12Z"),
        ("10:00:00.0000001Z", "2026-01-05T11:00:00.0000001Z"),
        ("23:30:00.000-00:15", "2026-01-06T00:45:00Z"),
    ] {
        let mut steps = until_the_wait();
        steps[1] = step(at, "system", r#""process": {}"#);
        let printed = lines(&scenario(POLICY, "null", &steps));
        assert!(printed.ends_with(&format!("\"nextDeadline\":\"{deadline}\"}}\n")), "{at}: {printed}");
    }
}

#[test]
fn the_callout_started_last_can_be_named() {
    for (name, data) in
        [(r#""$callout""#, "data"), (r#""\u0024call\u006Fut""#, "data"), (r#" "$callout" "#, r"d\u0061ta")]
    {
        let mut steps = until_the_wait();
        // No callout has started yet, so the name stands for the nil id, which no callout has.
        let instance = resume(name, "").replace("\"data\"", &format!("\"{data}\""));
        let fails = format!(r#""reportCalloutFailed": {{ "instance": {name} }}"#);
        steps.insert(1, step("08:10:00Z", "extension", &instance));
        steps.insert(2, step("08:10:00Z", "system", &fails));
        steps.push(step("09:10:00Z", "extension", &instance));
        // The callback arrived, so the callout cannot fail any more. Any other callout would be unknown.
        steps.push(step("09:20:00Z", "system", &fails));
        let printed = lines(&scenario(POLICY, "null", &steps));
        let printed: Vec<_> = printed.lines().collect();
        assert!(printed[1].contains(r#""code":"unknownCallout","state":"submitted""#), "{}", printed[1]);
        assert!(printed[2].contains(r#""code":"unknownCallout","state":"submitted""#), "{}", printed[2]);
        assert!(printed[4].contains(r#""events":["callbackReceived","approved","#), "{}", printed[4]);
        assert!(printed[5].contains(r#""code":"calloutClosed""#), "{}", printed[5]);
    }
}

#[test]
fn the_callout_of_no_request_is_nil_and_nothing_else_is_replaced() {
    let steps = [
        step("09:00:00Z", "extension", &resume(r#""$callout""#, "")),
        step("09:00:00Z", "system", r#""reportCalloutFailed": { "instance": "$callout" }"#),
        // The name is replaced only in the id of the instance.
        step("09:00:00Z", "system", r#""process": {}"#),
    ];
    let printed = lines(&scenario(POLICY, "null", &steps));
    assert_eq!(printed.matches(r#""code":"noRequest""#).count(), 3, "{printed}");
    let mut steps = until_the_wait();
    let detail = r#", "customExtensionStageInstanceDetail": "$callout", "state": "$callout""#;
    steps.push(step("09:10:00Z", "extension", &resume(r#""$callout""#, detail)));
    let printed = lines(&scenario(POLICY, "null", &steps));
    assert!(printed.contains(r#""code":"unknownValue","path":"data.state""#), "{printed}");
}

#[test]
fn expectations_of_a_scenario_whose_policy_is_refused_are_met_by_its_line_only() {
    let steps = |expect: &str| {
        [
            step("09:00:00Z", "system", &format!(r#""elapse": {{}}, "expect": {expect}"#)),
            step("09:00:00Z", "system", r#""elapse": {}"#),
            step("09:00:00Z", "system", &format!(r#""cancel": {{}}, "expect": {expect}"#)),
        ]
    };
    let policy = r#"{ "expiration": { "type": "afterDuration" } }"#;
    let met = r#"{ "scenario": 0, "step": null, "ok": false, "code": "invalidPolicy",
        "violations": [{ "path": "expiration.duration", "code": "missing" }] }"#;
    let printed = lines(&scenario(policy, "null", &steps(met)));
    assert_eq!(printed.lines().count(), 1);
    let run = replay(["-"], scenario(policy, "null", &steps(r#"{ "code": "noRequest" }"#)).as_bytes());
    assert_eq!(run.exit, Some(1));
    assert_eq!(run.stdout, printed);
    assert_eq!(
        run.stderr,
        "-: scenario 0, step 0: `code`: expected \"noRequest\", found \"invalidPolicy\"\n\
         -: scenario 0, step 2: `code`: expected \"noRequest\", found \"invalidPolicy\"\n"
    );
}

#[test]
fn an_expected_revision_is_compared() {
    let mut steps = until_the_wait();
    steps[1] = step("09:00:00Z", "system", r#""process": {}, "revision": 2"#);
    steps.push(step("09:00:00Z", "system", r#""process": {}, "revision": 1"#));
    steps.push(step("09:00:00Z", "system", r#""elapse": {}, "revision": null"#));
    let printed = lines(&scenario(POLICY, "null", &steps));
    let printed: Vec<_> = printed.lines().collect();
    assert!(printed[1].contains(r#""code":"revisionConflict""#), "{}", printed[1]);
    assert!(printed[2].contains(r#""ok":true"#), "{}", printed[2]);
    assert!(printed[3].contains(r#""ok":true,"events":[]"#), "{}", printed[3]);
}

#[test]
fn the_first_and_last_timestamps_do_not_break_the_tool() {
    // The first and last timestamps that can be written (deadlines stop there too), and those beyond.
    for (at, expected) in [
        ("0000-01-01T00:00:00Z", (Some(0), 2)),
        ("9999-12-31T23:59:59.9999999Z", (Some(0), 2)),
        ("9999-12-31T23:59:59-23:59", (Some(2), 0)),
    ] {
        let steps: Vec<_> = until_the_wait()
            .iter()
            .map(|step| {
                let (before, after) = step.split_once("\"2026-01-05T").unwrap();
                let (_, after) = after.split_once('"').unwrap();
                format!("{before}\"{at}\"{after}")
            })
            .collect();
        let run = replay(["-"], scenario(POLICY, "null", &steps).as_bytes());
        assert_eq!((run.exit, run.stdout.lines().count()), expected, "{at}: {}", run.stderr);
    }
}
