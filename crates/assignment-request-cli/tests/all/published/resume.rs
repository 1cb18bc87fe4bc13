//! Replays the published resume bodies.

use serde_json::{Value, json};

use super::*;

/// A published policy that waits an hour for an extension at Created, for the access package of example 4.
///
/// The beta policy has its extension under an old beta name that is refused, so the extension moves to today's name.
fn waiting(file: &str) -> Value {
    let mut policy = read_json(file);
    put(&mut policy, "", "accessPackageId", json!(PACKAGE));
    let mut timeout = "timeoutDuration";
    if let Some(handlers) = policy.get("customExtensionHandlers").cloned() {
        put(&mut policy, "", "customExtensionStageSettings", handlers);
        put(&mut policy, "", "customExtensionHandlers", Value::Null);
        timeout = "durationBeforeTimeout";
    }
    let extension = "/customExtensionStageSettings/0/customExtension";
    put(&mut policy, extension, "callbackConfiguration", json!({ timeout: "PT1H" }));
    policy
}

/// Plays these steps after a request waits at Created from 09:00 to 10:00, under each published policy with an
/// extension.
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
        // If the rules hold the request, a late callback is accepted.
        let hold = r#"{ "onCalloutFailure": "hold" }"#;
        assert_eq!(at_created(hold, &[on(TOO_LATE)]), [format!("callbackTimedOut {RESUMED}")]);
        // The unchanged body names another request's callout.
        let file = format!("{version}_accesspackageassignmentrequest-resume_ex1_request.json");
        assert_eq!(
            at_created("null", &[extension(IN_TIME, &read(&file))]),
            ["unknownCallout -> submitted/WaitingForCallback"]
        );
    }
}

#[test]
fn example_2_of_resume_denies_if_the_rules_allow_it() {
    let Some(_) = folder() else { return };
    let refused = "denialNotAllowed -> submitted/WaitingForCallback";
    let denied = "callbackReceived denied -> denied/Denied";
    for version in ["v1.0", "beta"] {
        let (on, deny) = (resume(version, "ex1"), resume(version, "ex2"));
        let steps = [extension(IN_TIME, &deny), extension(IN_TIME, &on)];
        // A refusal changes nothing: the request still waits, and can continue.
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
fn example_3_of_resume_has_duplicate_members() {
    let Some(_) = folder() else { return };
    let body = read("v1.0_accesspackageassignmentrequest-resume_ex3_dynamicapproval_request_dupkeys.json");
    assert_eq!(
        at_created("null", &[extension(IN_TIME, &body)]),
        ["duplicateMember @source -> submitted/WaitingForCallback"]
    );
}
