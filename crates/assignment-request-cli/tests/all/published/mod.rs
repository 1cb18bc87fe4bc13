//! The published payloads. The environment variable `CORPUS_DIR` names their folder.
//!
//! The bodies are the published bytes. Published policies fit hardly any published body: they belong to other access
//! packages, and no published question has an id. So each test says what it adds to a published policy, and what
//! happens under the unchanged policy.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod policies;
mod requests;
mod resume;

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::replaying::replay;

/// The published policy with questions and approval.
pub(crate) const QUESTIONS: &str =
    "v1.0_entitlementmanagement-post-assignmentpolicies_ex4_questions_request.json";
/// The published policy that lets all users request access, without approval.
pub(crate) const ALL_USERS: &str = "v1.0_accesspackageassignmentpolicy-get_ex1_response.json";
/// The published policies with an extension at Created, without a callback configuration.
pub(crate) const EXTENSIONS: [&str; 2] = [
    "v1.0_accesspackageassignmentpolicy-get_ex2_stagesettings_response.json",
    "beta_accesspackageassignmentpolicy-get_b2_response.json",
];

pub(crate) const USER: &str = "c8a1e1d0-5c0f-4d3b-9c1e-0a7b8f6d5e41";
pub(crate) const APPROVER: &str = "8e0f2b6a-1f0d-4c55-8f2e-5f2b0f0e9a77";
pub(crate) const OTHER: &str = "4d5f87c5-4f80-45b7-8ef1-b93e252567d1";
/// The access package and the policy that examples 1, 4 and 5 name.
pub(crate) const PACKAGE: &str = "a914b616-e04e-476b-aa37-91038f0b165b";
pub(crate) const POLICY: &str = "2264bf65-76ba-417b-a27d-54d291f0cbc8";

/// The folder of the published payloads. `None` if it is not given, and then the test ends.
#[expect(clippy::disallowed_macros, reason = "the tests print for themselves")]
pub(crate) fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("CORPUS_DIR").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: CORPUS_DIR does not name the folder of the published payloads");
    }
    folder
}

pub(crate) fn read(file: &str) -> String {
    let path = folder().unwrap().join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) fn read_json(file: &str) -> Value {
    serde_json::from_str(&read(file)).unwrap()
}

/// Returns a published create body, by version and example.
pub(crate) fn create(version: &str, example: &str) -> String {
    read(&format!("{version}_entitlementmanagement-post-assignmentrequests_{example}_request.json"))
}

/// Returns a published resume body, addressed to the callout that started last.
pub(crate) fn resume(version: &str, example: &str) -> String {
    let file = format!("{version}_accesspackageassignmentrequest-resume_{example}_request.json");
    let instance =
        format!("{example}57d0c50-466b-4840-bb5b-c92cea7141ff").replace("ex1", "9").replace("ex2", "8");
    let body = read(&file);
    assert_eq!(body.matches(&instance).count(), 1, "{file}");
    body.replace(&instance, "$callout")
}

/// Returns the policy with questions, with the question ids that examples 3 and 6 answer.
pub(crate) fn with_ids() -> Value {
    let mut policy = read_json(QUESTIONS);
    put(&mut policy, "/questions/0", "id", json!("8fe745e7-80b2-490d-bd22-4e708c77288c"));
    put(&mut policy, "/questions/1", "id", json!("7aaa18c9-8e4f-440f-bd5a-3a7ce312cbe6"));
    policy
}

/// Also adds the choices that the examples make, and removes the pattern: it has no full stop, and the examples' texts
/// do.
pub(crate) fn with_ids_and_choices() -> Value {
    let mut policy = with_ids();
    let choices = policy.pointer_mut("/questions/0/choices").and_then(Value::as_array_mut).unwrap();
    for value in ["MultipleChoiceAnswerValue", "UpdatedAnswerValue"] {
        choices.push(json!({ "actualValue": value, "text": value }));
    }
    put(&mut policy, "/questions/1", "regexPattern", Value::Null);
    policy
}

/// Returns the policy with questions for another access package.
pub(crate) fn of_package(mut policy: Value, id: &str, package: &str) -> Value {
    put(&mut policy, "", "id", json!(id));
    put(&mut policy, "/accessPackage", "id", json!(package));
    policy
}

pub(crate) fn put(value: &mut Value, pointer: &str, member: &str, content: Value) {
    let object = value.pointer_mut(pointer).and_then(Value::as_object_mut).unwrap();
    object.insert(member.to_owned(), content);
}

pub(crate) fn step(at: &str, role: &str, action: &str) -> String {
    let actor = match role {
        "user" => USER,
        "approver" => APPROVER,
        _ => OTHER,
    };
    format!(r#"{{ "at": "{at}", "actor": {{ "id": "{actor}", "role": "{role}" }}, {action} }}"#)
}

pub(crate) fn submit(at: &str, role: &str, body: &str) -> String {
    step(at, role, &format!("\"submit\": {body}"))
}

/// Returns a submission, and the user's assignment as the host found it.
pub(crate) fn submit_for(at: &str, role: &str, body: &str, assignment: &str) -> String {
    step(
        at,
        role,
        &format!(
            r#""submit": {body}, "existing": {{ "id": "{assignment}", "target": "{USER}",
                "accessPackageId": "{PACKAGE}", "assignmentPolicyId": "{POLICY}" }}"#
        ),
    )
}

pub(crate) fn process(at: &str) -> String {
    step(at, "system", "\"process\": {}")
}

pub(crate) fn deliver(at: &str) -> String {
    step(at, "system", r#""reportDelivery": { "attempt": 1, "outcome": "delivered" }"#)
}

pub(crate) fn decide(at: &str, decision: &str) -> String {
    step(
        at,
        "approver",
        &format!(r#""decide": {{ "stage": 0, "tier": "primary", "decision": "{decision}" }}"#),
    )
}

pub(crate) fn extension(at: &str, body: &str) -> String {
    step(at, "extension", &format!("\"resume\": {body}"))
}

/// Replays a scenario. Returns the essence of its lines.
pub(crate) fn outcomes(policy: &Value, rules: &str, steps: &[String]) -> Vec<String> {
    outcomes_of(&policy.to_string(), rules, steps)
}

pub(crate) fn outcomes_of(policy: &str, rules: &str, steps: &[String]) -> Vec<String> {
    let scenario = format!(
        "{{ \"id\": \"5f0c0c5c-2f0e-4ab9-9d5e-0d3f8a4b7a10\",\n\"policy\": {policy},\n\"rules\": {rules},\n\"steps\": [{}] }}",
        steps.join(",")
    );
    let run = replay(["--verify", "-"], scenario.as_bytes());
    assert_eq!((run.exit, run.stderr.as_str()), (Some(0), ""));
    run.stdout.lines().map(essence).collect()
}

/// Returns `events -> state/Status`, or `code faults -> state/Status`; without the arrow if there is no request.
pub(crate) fn essence(line: &str) -> String {
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

pub(crate) const SUBMITTED: &str = "submitted -> submitted/Accepted";
pub(crate) const APPROVAL: &str = "approvalRequested -> pendingApproval/PendingApproval";
pub(crate) const APPROVED: &str =
    "stageApproved approved deliveryStarted fulfillmentOrdered -> delivering/Delivering";
pub(crate) const AT_ONCE: &str = "approved deliveryStarted fulfillmentOrdered -> delivering/Delivering";
pub(crate) const DELIVERED: &str = "delivered -> delivered/Fulfilled";
