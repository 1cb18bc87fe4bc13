//! The published payloads replayed, where the environment variable `CORPUS_DIR` names the folder that has them.
//!
//! Bodies are the published bytes. Published policies fit hardly any published body: they are of other access packages,
//! and no published question has an id. So each test says what it puts into a published policy, and what comes of the
//! policy as it is.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod replaying;
mod tool;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use replaying::replay;
use serde_json::{Value, json};

/// The published policy with questions and approval.
const QUESTIONS: &str = "v1.0_entitlementmanagement-post-assignmentpolicies_ex4_questions_request.json";
/// The published policy that lets all users ask, without approval.
const ALL_USERS: &str = "v1.0_accesspackageassignmentpolicy-get_ex1_response.json";
/// The published policies with an extension at Created, without a callback configuration.
const EXTENSIONS: [&str; 2] = [
    "v1.0_accesspackageassignmentpolicy-get_ex2_stagesettings_response.json",
    "beta_accesspackageassignmentpolicy-get_b2_response.json",
];

const USER: &str = "c8a1e1d0-5c0f-4d3b-9c1e-0a7b8f6d5e41";
const APPROVER: &str = "8e0f2b6a-1f0d-4c55-8f2e-5f2b0f0e9a77";
const OTHER: &str = "4d5f87c5-4f80-45b7-8ef1-b93e252567d1";
/// The access package and the policy that examples 1, 4 and 5 name.
const PACKAGE: &str = "a914b616-e04e-476b-aa37-91038f0b165b";
const POLICY: &str = "2264bf65-76ba-417b-a27d-54d291f0cbc8";

/// The folder of the published payloads; none where there is none, and then the test is over.
fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("CORPUS_DIR").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: CORPUS_DIR does not name the folder of the published payloads");
    }
    folder
}

fn read(file: &str) -> String {
    let path = folder().unwrap().join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn read_json(file: &str) -> Value {
    serde_json::from_str(&read(file)).unwrap()
}

/// A published create body: the version, and the example's name.
fn create(version: &str, example: &str) -> String {
    read(&format!("{version}_entitlementmanagement-post-assignmentrequests_{example}_request.json"))
}

/// A published resume body, to be sent for the callout started last.
fn resume(version: &str, example: &str) -> String {
    let file = format!("{version}_accesspackageassignmentrequest-resume_{example}_request.json");
    let instance =
        format!("{example}57d0c50-466b-4840-bb5b-c92cea7141ff").replace("ex1", "9").replace("ex2", "8");
    let body = read(&file);
    assert_eq!(body.matches(&instance).count(), 1, "{file}");
    body.replace(&instance, "$callout")
}

/// The policy with questions, with ids for them: those that examples 3 and 6 answer.
fn with_ids() -> Value {
    let mut policy = read_json(QUESTIONS);
    put(&mut policy, "/questions/0", "id", json!("8fe745e7-80b2-490d-bd22-4e708c77288c"));
    put(&mut policy, "/questions/1", "id", json!("7aaa18c9-8e4f-440f-bd5a-3a7ce312cbe6"));
    policy
}

/// Also the choices that the examples make, and without the pattern: it has no full stop, and their texts do.
fn with_ids_and_choices() -> Value {
    let mut policy = with_ids();
    let choices = policy.pointer_mut("/questions/0/choices").and_then(Value::as_array_mut).unwrap();
    for value in ["MultipleChoiceAnswerValue", "UpdatedAnswerValue"] {
        choices.push(json!({ "actualValue": value, "text": value }));
    }
    put(&mut policy, "/questions/1", "regexPattern", Value::Null);
    policy
}

/// The policy with questions, of another access package.
fn of_package(mut policy: Value, id: &str, package: &str) -> Value {
    put(&mut policy, "", "id", json!(id));
    put(&mut policy, "/accessPackage", "id", json!(package));
    policy
}

fn put(value: &mut Value, pointer: &str, member: &str, content: Value) {
    let object = value.pointer_mut(pointer).and_then(Value::as_object_mut).unwrap();
    object.insert(member.to_owned(), content);
}

fn step(at: &str, role: &str, action: &str) -> String {
    let actor = match role {
        "user" => USER,
        "approver" => APPROVER,
        _ => OTHER,
    };
    format!(r#"{{ "at": "{at}", "actor": {{ "id": "{actor}", "role": "{role}" }}, {action} }}"#)
}

fn submit(at: &str, role: &str, body: &str) -> String {
    step(at, role, &format!("\"submit\": {body}"))
}

/// A submission, and what the host found: an assignment of the user.
fn submit_for(at: &str, role: &str, body: &str, assignment: &str) -> String {
    step(
        at,
        role,
        &format!(
            r#""submit": {body}, "existing": {{ "id": "{assignment}", "target": "{USER}",
                "accessPackageId": "{PACKAGE}", "assignmentPolicyId": "{POLICY}" }}"#
        ),
    )
}

fn process(at: &str) -> String {
    step(at, "system", "\"process\": {}")
}

fn deliver(at: &str) -> String {
    step(at, "system", r#""reportDelivery": { "attempt": 1, "outcome": "delivered" }"#)
}

fn decide(at: &str, decision: &str) -> String {
    step(
        at,
        "approver",
        &format!(r#""decide": {{ "stage": 0, "tier": "primary", "decision": "{decision}" }}"#),
    )
}

fn extension(at: &str, body: &str) -> String {
    step(at, "extension", &format!("\"resume\": {body}"))
}

/// Replays a scenario, and gives the essence of its lines.
fn outcomes(policy: &Value, rules: &str, steps: &[String]) -> Vec<String> {
    outcomes_of(&policy.to_string(), rules, steps)
}

fn outcomes_of(policy: &str, rules: &str, steps: &[String]) -> Vec<String> {
    let scenario = format!(
        "{{ \"id\": \"5f0c0c5c-2f0e-4ab9-9d5e-0d3f8a4b7a10\",\n\"policy\": {policy},\n\"rules\": {rules},\n\"steps\": [{}] }}",
        steps.join(",")
    );
    let run = replay(["--verify", "-"], scenario.as_bytes());
    assert_eq!((run.exit, run.stderr.as_str()), (Some(0), ""));
    run.stdout.lines().map(essence).collect()
}

/// `events -> state/Status`, or `code faults -> state/Status`; where there is no request, without the arrow.
fn essence(line: &str) -> String {
    let line: Value = serde_json::from_str(line).unwrap();
    let text = |member: &str| line.get(member).and_then(Value::as_str);
    let mut essence = match line.get("events").and_then(Value::as_array) {
        Some(events) => events.iter().map(|event| event.as_str().unwrap()).collect::<Vec<_>>().join(" "),
        None => text("code").unwrap().to_owned(),
    };
    if let Some(path) = text("path") {
        write!(essence, " @{path}").unwrap();
    }
    for violation in line.get("violations").and_then(Value::as_array).into_iter().flatten() {
        let [code, path] =
            ["code", "path"].map(|member| violation.get(member).and_then(Value::as_str).unwrap());
        write!(essence, " {code}@{path}").unwrap();
    }
    if let (Some(state), Some(status)) = (text("state"), text("status")) {
        write!(essence, " -> {state}/{status}").unwrap();
    }
    essence
}

const SUBMITTED: &str = "submitted -> submitted/Accepted";
const APPROVAL: &str = "approvalRequested -> pendingApproval/PendingApproval";
const APPROVED: &str = "stageApproved approved deliveryStarted fulfillmentOrdered -> delivering/Delivering";
const AT_ONCE: &str = "approved deliveryStarted fulfillmentOrdered -> delivering/Delivering";
const DELIVERED: &str = "delivered -> delivered/Fulfilled";

#[test]
fn example_1_of_create_is_approved_and_delivered() {
    let Some(_) = folder() else { return };
    let (t1, t2) = ("2026-01-05T09:00:00Z", "2026-01-12T08:59:59Z");
    for version in ["v1.0", "beta"] {
        let asked = submit(t1, "administrator", &create(version, "ex1_adminadd"));
        let policy = of_package(read_json(QUESTIONS), POLICY, PACKAGE);
        let steps = [asked.clone(), process(t1), decide(t2, "approve"), deliver(t2)];
        // The required questions are not asked of an administrator (A4), but the approval is (W4).
        assert_eq!(outcomes(&policy, "null", &steps), [SUBMITTED, APPROVAL, APPROVED, DELIVERED]);
        let bypassing =
            outcomes(&policy, r#"{ "adminBypassesApproval": true }"#, &[asked.clone(), process(t1)]);
        assert_eq!(bypassing, [SUBMITTED, AT_ONCE]);
        // As published, the policy is of another access package.
        assert_eq!(
            outcomes_of(&read(QUESTIONS), "null", &[asked]),
            ["invalidRequest policyMismatch@assignment.accessPackageId"]
        );
    }
}

#[test]
fn example_2_of_create_is_delivered() {
    let Some(_) = folder() else { return };
    let t1 = "2026-01-05T09:00:00Z";
    for version in ["v1.0", "beta"] {
        let body = create(version, "ex2_adminremove");
        let asked = submit_for(t1, "administrator", &body, "a6bb6942-3ae1-4259-9908-0133aaee9377");
        let policy = of_package(read_json(QUESTIONS), POLICY, PACKAGE);
        // A removal is not approved (W3).
        assert_eq!(
            outcomes(&policy, "null", &[asked.clone(), process(t1), deliver(t1)]),
            [SUBMITTED, "deliveryStarted fulfillmentOrdered -> delivering/Delivering", DELIVERED]
        );
        // As published, the policy is of another access package than the assignment.
        assert_eq!(
            outcomes_of(&read(QUESTIONS), "null", &[asked]),
            ["invalidRequest policyMismatch@assignment.accessPackageId"]
        );
        assert_eq!(
            outcomes(&policy, "null", &[submit(t1, "administrator", &body)]),
            ["invalidRequest assignmentNotFound@assignment.id"]
        );
    }
}

#[test]
fn example_3_of_create_is_judged_by_the_published_questions() {
    let Some(_) = folder() else { return };
    let t1 = "2026-01-05T09:00:00Z";
    for version in ["v1.0", "beta"] {
        let asked = submit(t1, "user", &create(version, "ex3_useradd-answers"));
        // The access package is the published one. The questions have no ids, so nothing can answer them.
        assert_eq!(
            outcomes_of(&read(QUESTIONS), "null", std::slice::from_ref(&asked)),
            ["invalidRequest unknownQuestion@answers[0].answeredQuestion.id \
              unknownQuestion@answers[1].answeredQuestion.id \
              requiredAnswerMissing@answers requiredAnswerMissing@answers"]
        );
        // With ids, the answers are no country and a text that the pattern does not match as a whole (D7).
        assert_eq!(
            outcomes(&with_ids(), "null", std::slice::from_ref(&asked)),
            ["invalidRequest notAChoice@answers[0].value patternMismatch@answers[1].value"]
        );
        let policy = with_ids_and_choices();
        let answered =
            |steps: &[String]| outcomes(&policy, "null", &[&[asked.clone(), process(t1)], steps].concat());
        assert_eq!(
            answered(&[decide("2026-01-06T09:00:00Z", "approve"), deliver("2026-01-06T10:00:00Z")]),
            [SUBMITTED, APPROVAL, APPROVED, DELIVERED]
        );
        assert_eq!(
            answered(&[decide("2026-01-06T09:00:00Z", "deny")]),
            [SUBMITTED, APPROVAL, "denied -> denied/Denied"]
        );
        // The published stage is denied after 7 days.
        assert_eq!(
            answered(&[
                step("2026-01-12T08:59:59Z", "system", "\"elapse\": {}"),
                step("2026-01-12T09:00:00Z", "system", "\"elapse\": {}"),
                decide("2026-01-12T09:00:00Z", "approve"),
            ]),
            [
                SUBMITTED,
                APPROVAL,
                " -> pendingApproval/PendingApproval",
                "denied -> denied/Expired",
                "notPendingApproval -> denied/Expired"
            ]
        );
    }
}

#[test]
fn example_4_of_create_is_delivered_under_a_published_policy_as_it_is() {
    let Some(_) = folder() else { return };
    let t1 = "2026-01-05T09:00:00Z";
    for version in ["v1.0", "beta"] {
        let asked = submit(t1, "user", &create(version, "ex4_useradd-justification"));
        // This policy names no access package, so it may be any's (C5).
        assert_eq!(
            outcomes_of(&read(ALL_USERS), "null", &[asked.clone(), process(t1), deliver(t1)]),
            [SUBMITTED, AT_ONCE, DELIVERED]
        );
        // The policy with questions requires answers.
        let policy = of_package(with_ids(), POLICY, PACKAGE);
        assert_eq!(
            outcomes(&policy, "null", std::slice::from_ref(&asked)),
            ["invalidRequest requiredAnswerMissing@answers requiredAnswerMissing@answers"]
        );
        // The policies with an extension, of the access package that is asked for: it is launched, and not waited for.
        // Under its name of older beta it is an unknown member, which policies may have (J4).
        let launched = "calloutStarted approved deliveryStarted fulfillmentOrdered -> delivering/Delivering";
        for (file, processed) in EXTENSIONS.into_iter().zip([launched, AT_ONCE]) {
            let mut policy = read_json(file);
            put(&mut policy, "", "accessPackageId", json!(PACKAGE));
            assert_eq!(
                outcomes(&policy, "null", &[asked.clone(), process(t1)]),
                [SUBMITTED, processed],
                "{file}"
            );
        }
    }
}

#[test]
fn example_5_of_create_needs_the_targets_id_before_anybody_decides() {
    let Some(_) = folder() else { return };
    let t1 = "2026-01-05T09:00:00Z";
    let asked = submit(t1, "administrator", &create("v1.0", "ex5_adminadd-external"));
    let resolved = step(t1, "system", &format!(r#""process": {{ "target": "{USER}" }}"#));
    let policy = of_package(read_json(QUESTIONS), POLICY, PACKAGE);
    assert_eq!(
        outcomes(&policy, "null", &[asked.clone(), process(t1), resolved, decide(t1, "approve")]),
        [
            SUBMITTED,
            "targetUnknown -> submitted/Accepted",
            "targetResolved approvalRequested -> pendingApproval/PendingApproval",
            APPROVED
        ]
    );
    // Where nobody decides, the id may come later.
    let policy = of_policy(read_json(ALL_USERS), POLICY);
    assert_eq!(outcomes(&policy, "null", &[asked, process(t1)]), [SUBMITTED, AT_ONCE]);
}

/// The policy for all users, under another id.
fn of_policy(mut policy: Value, id: &str) -> Value {
    put(&mut policy, "", "id", json!(id));
    policy
}

#[test]
fn example_6_of_create_is_judged_by_the_published_questions() {
    let Some(_) = folder() else { return };
    let t1 = "2026-01-05T09:00:00Z";
    let noid =
        read("v1.0_entitlementmanagement-post-assignmentrequests_ex6_adminupdate-answers_request_noid.json");
    for body in [create("v1.0", "ex6_adminupdate-answers"), noid] {
        let asked = submit_for(t1, "administrator", &body, "44c741c1-2cf4-40db-83b6-e0112f8e5a83");
        assert_eq!(
            outcomes(&of_package(with_ids(), POLICY, PACKAGE), "null", std::slice::from_ref(&asked)),
            ["invalidRequest notAChoice@answers[0].value patternMismatch@answers[1].value"]
        );
        let policy = of_package(with_ids_and_choices(), POLICY, PACKAGE);
        let steps = [asked, process(t1), decide(t1, "approve"), deliver(t1)];
        assert_eq!(outcomes(&policy, "null", &steps), [SUBMITTED, APPROVAL, APPROVED, DELIVERED]);
    }
}

#[test]
fn example_7_of_create_starts_when_it_says() {
    let Some(_) = folder() else { return };
    let body = create("v1.0", "ex7_adminupdate-expiration");
    let asked = |at| submit_for(at, "administrator", &body, "329f8dac-8062-4c1b-a9b8-39b7132f9bff");
    let policy = of_policy(read_json(ALL_USERS), POLICY);
    let (before, start) = ("2023-05-23T20:04:02.3899999Z", "2023-05-23T20:04:02.39Z");
    let scheduled = "approved scheduled -> scheduled/PendingNotBefore";
    assert_eq!(
        outcomes(&policy, "null", &[asked(before), process(before), step(start, "system", "\"elapse\": {}")]),
        [SUBMITTED, scheduled, "deliveryStarted fulfillmentOrdered -> delivering/Delivering"]
    );
    assert_eq!(outcomes(&policy, "null", &[asked(start), process(start)]), [SUBMITTED, AT_ONCE]);
    let end = "2024-07-01T00:00:00Z";
    assert_eq!(
        outcomes(&policy, "null", &[asked(start), process(end)]),
        [SUBMITTED, "approved denied -> denied/Expired"]
    );
    assert_eq!(
        outcomes(&policy, "null", &[asked(end)]),
        ["invalidRequest endInPast@schedule.expiration.endDateTime"]
    );
}

#[test]
fn example_8_of_create_needs_a_policy_that_lets_users_choose_a_schedule() {
    let Some(_) = folder() else { return };
    let t1 = "2024-09-18T20:49:16.17Z";
    let body = create("v1.0", "ex8_userupdate-answers-expiration");
    let asked = submit_for(t1, "user", &body, "329f8dac-8062-4c1b-a9b8-39b7132f9bff");
    assert_eq!(
        outcomes(&of_package(with_ids(), POLICY, PACKAGE), "null", std::slice::from_ref(&asked)),
        ["invalidRequest scheduleNotAllowed@schedule unknownQuestion@answers[0].answeredQuestion.id"]
    );
    // With the question that is answered, without the pattern, and with the setting.
    let mut policy = of_package(with_ids_and_choices(), POLICY, PACKAGE);
    put(&mut policy, "/questions/1", "id", json!("0d31cc60-968e-4f92-955b-443fed03d6f6"));
    put(&mut policy, "/requestorSettings", "allowCustomAssignmentSchedule", json!("true"));
    let steps = [asked.clone(), process(t1), decide(t1, "approve"), deliver(t1)];
    assert_eq!(outcomes(&policy, "null", &steps), [SUBMITTED, APPROVAL, APPROVED, DELIVERED]);
    // The policy for all users lets nobody update: neither their own, nor with a question it has not.
    assert_eq!(
        outcomes(&of_policy(read_json(ALL_USERS), POLICY), "null", &[asked]),
        ["invalidRequest selfServiceDisabled@requestType unknownQuestion@answers[0].answeredQuestion.id"]
    );
}

#[test]
fn example_9_of_create_needs_a_policy_that_lets_users_ask_for_others() {
    let Some(_) = folder() else { return };
    let t1 = "2026-01-05T09:00:00Z";
    let asked = submit(t1, "user", &create("v1.0", "ex9_useradd-onbehalf"));
    assert_eq!(
        outcomes_of(&read(ALL_USERS), "null", std::slice::from_ref(&asked)),
        [
            "invalidRequest policyMismatch@assignment.assignmentPolicyId onBehalfNotAllowed@assignment.targetId"
        ]
    );
    let mut policy = of_policy(read_json(ALL_USERS), "c5f7847f-83a8-4315-a754-d94a6f39b875");
    put(&mut policy, "/requestorSettings", "enableOnBehalfRequestorsToAddAccess", json!(true));
    assert_eq!(
        outcomes(&policy, "null", &[asked, process(t1), deliver(t1)]),
        [SUBMITTED, AT_ONCE, DELIVERED]
    );
}

/// A published policy with an extension at Created, which is waited for an hour; of the access package of example 4.
///
/// The beta policy has its extension under a name of older beta that J5 does not have, so it moves to the one it has.
fn waiting(file: &str) -> Value {
    let mut policy = read_json(file);
    put(&mut policy, "", "accessPackageId", json!(PACKAGE));
    let mut timeout = "timeoutDuration";
    if let Some(handlers) = policy.get("customExtensionHandlers").cloned() {
        put(&mut policy, "", "customExtensionStageSettings", handlers);
        timeout = "durationBeforeTimeout";
    }
    let extension = "/customExtensionStageSettings/0/customExtension";
    put(&mut policy, extension, "callbackConfiguration", json!({ timeout: "PT1H" }));
    policy
}

/// A request that waits at Created from 09:00 to 10:00, under each published policy with an extension; then these steps.
fn at_created(rules: &str, steps: &[String]) -> Vec<String> {
    let mut common = None;
    for (version, file) in ["v1.0", "beta"].into_iter().zip(EXTENSIONS) {
        let t1 = "2026-01-05T09:00:00Z";
        let asked = submit(t1, "user", &create(version, "ex4_useradd-justification"));
        let mut found = outcomes(&waiting(file), rules, &[&[asked, process(t1)], steps].concat());
        let wait = [SUBMITTED, "calloutStarted -> submitted/WaitingForCallback"];
        assert_eq!(found.drain(..2).collect::<Vec<_>>(), wait);
        assert_eq!(common.get_or_insert_with(|| found.clone()), &found, "{file}");
    }
    common.unwrap()
}

const IN_TIME: &str = "2026-01-05T09:59:59Z";
const TOO_LATE: &str = "2026-01-05T10:00:00Z";
const RESUMED: &str = "callbackReceived approved deliveryStarted fulfillmentOrdered -> delivering/Delivering";

#[test]
fn example_1_of_resume_lets_the_request_go_on() {
    let Some(_) = folder() else { return };
    for version in ["v1.0", "beta"] {
        let on = |at| extension(at, &resume(version, "ex1"));
        assert_eq!(
            at_created("null", &[on(IN_TIME), on(IN_TIME), deliver(IN_TIME)]),
            [RESUMED, "alreadyResumed -> delivering/Delivering", DELIVERED]
        );
        let timed_out = "callbackTimedOut deliveryFailed -> deliveryFailed/CallbackTimedOut";
        assert_eq!(
            at_created("null", &[on(TOO_LATE), step(TOO_LATE, "system", "\"elapse\": {}"), on(TOO_LATE)]),
            [
                "callbackTooLate -> submitted/WaitingForCallback",
                timed_out,
                "callbackTooLate -> deliveryFailed/CallbackTimedOut"
            ]
        );
        // Held, a late callback is in time.
        let hold = r#"{ "onCalloutFailure": "hold" }"#;
        assert_eq!(at_created(hold, &[on(TOO_LATE)]), [format!("callbackTimedOut {RESUMED}")]);
        // As published, it names another request's callout.
        let file = format!("{version}_accesspackageassignmentrequest-resume_ex1_request.json");
        assert_eq!(
            at_created("null", &[extension(IN_TIME, &read(&file))]),
            ["unknownCallout -> submitted/WaitingForCallback"]
        );
    }
}

#[test]
fn example_2_of_resume_denies_where_the_rules_let_it() {
    let Some(_) = folder() else { return };
    let refused = "denialNotAllowed -> submitted/WaitingForCallback";
    let denied = "callbackReceived denied -> denied/Denied";
    for version in ["v1.0", "beta"] {
        let (on, deny) = (resume(version, "ex1"), resume(version, "ex2"));
        let steps = [extension(IN_TIME, &deny), extension(IN_TIME, &on)];
        // A refusal changes nothing: the request still waits, and can go on.
        for rules in ["null", "\"API_REFERENCE\"", "\"PORTAL\"", r#"{ "denyAt": [] }"#] {
            assert_eq!(at_created(rules, &steps), [refused, RESUMED], "{rules}");
        }
        for rules in
            ["\"CALLBACK_DATA\"", "\"LOGIC_APPS_GUIDE\"", r#"{ "denyAt": ["assignmentRequestCreated"] }"#]
        {
            assert_eq!(at_created(rules, &steps), [denied, "resumeConflict -> denied/Denied"], "{rules}");
        }
    }
}

#[test]
fn example_3_of_resume_has_members_twice() {
    let Some(_) = folder() else { return };
    let body = read("v1.0_accesspackageassignmentrequest-resume_ex3_dynamicapproval_request_dupkeys.json");
    assert_eq!(
        at_created("null", &[extension(IN_TIME, &body)]),
        ["duplicateMember @source -> submitted/WaitingForCallback"]
    );
}

/// A user may not ask under a policy without settings, or with settings that say no (C7).
const NOT_OPEN: &[&str] = &["invalidRequest selfServiceDisabled@requestType", "noRequest"];
/// A user may ask, and nobody is asked about it.
const OPEN: &[&str] = &[SUBMITTED, AT_ONCE];
/// A user may ask, and an approver decides.
const APPROVED_BY_SOMEBODY: &[&str] = &[SUBMITTED, APPROVAL];
/// A user may ask, and the extension at Created is launched only, for the policy gives it no callback configuration.
const LAUNCHED: &[&str] =
    &[SUBMITTED, "calloutStarted approved deliveryStarted fulfillmentOrdered -> delivering/Delivering"];

/// What becomes of every published policy when a user asks under it for themselves and the request is processed; and
/// why.
const POLICIES: [(&str, &[&str], &str); 17] = [
    ("beta_accesspackageassignmentpolicy-get_b1_response.json", NOT_OPEN, "no settings"),
    (
        "beta_accesspackageassignmentpolicy-get_b2_response.json",
        OPEN,
        "acceptRequests; customExtensionHandlers is no name of J5, and passed over; 0 days are no expiration",
    ),
    (
        "beta_entitlementmanagement-post-accesspackageassignmentpolicies_b1_request.json",
        OPEN,
        "acceptRequests; of whom is the host's to resolve",
    ),
    (
        "beta_entitlementmanagement-post-accesspackageassignmentpolicies_b2_response.json",
        NOT_OPEN,
        "no settings",
    ),
    (
        "beta_entitlementmanagement-post-accesspackageassignmentpolicies_b3_request.json",
        &["invalidId @accessPackageId"],
        "J8: the page has the words `string (identifier)` where an id belongs",
    ),
    (
        "beta_entitlementmanagement-post-accesspackageassignmentpolicies_b4_response.json",
        &["invalidId @accessPackageId"],
        "J8: as in the request above",
    ),
    ("v1.0_accesspackageassignmentpolicy-get_b1_response.json", OPEN, "enableTargetsToSelfAddAccess"),
    ("v1.0_accesspackageassignmentpolicy-get_ex1_response.json", OPEN, "enableTargetsToSelfAddAccess"),
    (
        "v1.0_accesspackageassignmentpolicy-get_ex2_stagesettings_response.json",
        LAUNCHED,
        "beta names beside the customExtensionStageSettings of v1.0 (J5: both are read)",
    ),
    (
        "v1.0_accesspackageassignmentpolicy-update_b1_request.json",
        APPROVED_BY_SOMEBODY,
        "a durationBeforeEscalation of zero, but without escalation it is not judged (P3)",
    ),
    ("v1.0_accesspackageassignmentpolicy-update_b2_response.json", NOT_OPEN, "no settings"),
    (
        "v1.0_accesspackageassignmentpolicy-update_ex1_request.json",
        APPROVED_BY_SOMEBODY,
        "as the request above",
    ),
    (
        "v1.0_accesspackageassignmentpolicy-update_ex2_removestages_request.json",
        OPEN,
        "acceptRequests; approval settings that are null are none, and so are no extensions",
    ),
    (
        "v1.0_entitlementmanagement-post-assignmentpolicies_ex3_autoassign_request.json",
        NOT_OPEN,
        "no settings: assignments are automatic",
    ),
    (
        "v1.0_entitlementmanagement-post-assignmentpolicies_ex4_questions_request.json",
        &["invalidRequest requiredAnswerMissing@answers requiredAnswerMissing@answers", "noRequest"],
        "booleans and numbers written as texts (J3); two required questions (A4)",
    ),
    (
        "v1.0_entitlementmanagement-post-assignmentpolicies_ex4_questions_response.json",
        NOT_OPEN,
        "no settings",
    ),
    (
        "v1.0_policy_customExtensionStageSettings_create_request.json",
        NOT_OPEN,
        "enableTargetsToSelfAddAccess is false",
    ),
];

#[test]
fn every_published_policy_is_accepted_or_refused_as_the_table_says() {
    let Some(folder) = folder() else { return };
    let index = std::fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    let published: BTreeSet<_> = index
        .lines()
        .skip(1)
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .filter(|row| row.get(2).is_some_and(|kind| kind.starts_with("policy")))
        .filter_map(|row| row.first().copied())
        .collect();
    assert_eq!(published, POLICIES.iter().map(|(file, ..)| *file).collect());
    let t1 = "2026-01-05T09:00:00Z";
    for (file, expected, reason) in POLICIES {
        let policy = read_json(file);
        let package = ["/accessPackageId", "/accessPackage/id"].map(|path| policy.pointer(path));
        let package = package.into_iter().flatten().next().and_then(Value::as_str).unwrap_or(PACKAGE);
        let body = json!({ "requestType": "userAdd", "assignment": { "accessPackageId": package } });
        let found = outcomes_of(&read(file), "null", &[submit(t1, "user", &body.to_string()), process(t1)]);
        assert_eq!(found, expected, "{file}: {reason}");
    }
}
