//! Replays the published create bodies.

use serde_json::{Value, json};

use super::*;

#[test]
fn example_1_of_create_is_approved_and_delivered() {
    let Some(_) = folder() else { return };
    let (t1, t2) = ("2026-01-05T09:00:00Z", "2026-01-12T08:59:59Z");
    for version in ["v1.0", "beta"] {
        let asked = submit(t1, "administrator", &create(version, "ex1_adminadd"));
        let policy = of_package(read_json(QUESTIONS), POLICY, PACKAGE);
        let steps = [asked.clone(), process(t1), decide(t2, "approve"), deliver(t2)];
        // An administrator need not answer the required questions (A4), but the approval takes place (W4).
        assert_eq!(outcomes(&policy, "null", &steps), [SUBMITTED, APPROVAL, APPROVED, DELIVERED]);
        let bypassing =
            outcomes(&policy, r#"{ "adminBypassesApproval": "always" }"#, &[asked.clone(), process(t1)]);
        assert_eq!(bypassing, [SUBMITTED, AT_ONCE]);
        // The unchanged policy belongs to another access package.
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
        // A removal needs no approval (W3).
        assert_eq!(
            outcomes(&policy, "null", &[asked.clone(), process(t1), deliver(t1)]),
            [SUBMITTED, "deliveryStarted fulfillmentOrdered -> delivering/Delivering", DELIVERED]
        );
        // The unchanged policy belongs to another access package than the assignment.
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
        // The access package is the published one. The published questions have no ids, so no answer can refer to them.
        assert_eq!(
            outcomes_of(&read(QUESTIONS), "null", std::slice::from_ref(&asked)),
            ["invalidRequest unknownQuestion@answers[0].answeredQuestion.id \
              unknownQuestion@answers[1].answeredQuestion.id \
              requiredAnswerMissing@answers requiredAnswerMissing@answers"]
        );
        // Once the questions have ids, one answer is not a country, and the pattern does not match the whole of the
        // other (D7).
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
        // The published stage times out after 7 days, and the request is denied.
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
        // This policy names no access package, so it fits any (C5).
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
        // The policies with an extension, for the requested access package. Neither says whether to wait for the
        // extension, and this host does not know. Under its old beta name the extension is refused (P6).
        let expected: [&[&str]; 2] = [
            &["invalidPolicy unresolvedExtension@customExtensionStageSettings[0].customExtension"],
            &["unsupportedValue @customExtensionHandlers"],
        ];
        for (file, expected) in EXTENSIONS.into_iter().zip(expected) {
            let mut policy = read_json(file);
            put(&mut policy, "", "accessPackageId", json!(PACKAGE));
            assert_eq!(outcomes(&policy, "null", &[asked.clone(), process(t1)]), expected, "{file}");
        }
    }
}

#[test]
fn example_5_of_create_needs_the_targets_id_before_anyone_decides() {
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
    // If there is no approval, the id may come later.
    let policy = of_policy(read_json(ALL_USERS), POLICY);
    assert_eq!(outcomes(&policy, "null", &[asked, process(t1)]), [SUBMITTED, AT_ONCE]);
}

/// Returns the policy for all users with another id.
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
    let mut policy = of_policy(read_json(ALL_USERS), POLICY);
    let (before, start) = ("2023-05-23T20:04:02.3899999Z", "2023-05-23T20:04:02.39Z");
    let scheduled = "approved scheduled -> scheduled/PendingNotBefore";
    // The published policy grants 365 days, which limits an administrator's update too (C9).
    assert_eq!(
        outcomes(&policy, "null", &[asked(before)]),
        ["invalidRequest exceedsPolicy@schedule.expiration"]
    );
    put(&mut policy, "/expiration", "duration", json!("P500D"));
    assert_eq!(
        outcomes(&policy, "null", &[asked(before), process(before), step(start, "system", "\"elapse\": {}")]),
        [SUBMITTED, scheduled, "deliveryStarted fulfillmentOrdered -> delivering/Delivering"]
    );
    assert_eq!(outcomes(&policy, "null", &[asked(start), process(start)]), [SUBMITTED, AT_ONCE]);
    let end = "2024-07-01T00:00:00Z";
    assert_eq!(
        outcomes(&policy, r#"{ "acceptedTimeout": null }"#, &[asked(start), process(end)]),
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
    // With the question that the body answers, without the pattern, and with the setting.
    let mut policy = of_package(with_ids_and_choices(), POLICY, PACKAGE);
    put(&mut policy, "/questions/1", "id", json!("0d31cc60-968e-4f92-955b-443fed03d6f6"));
    put(&mut policy, "/requestorSettings", "allowCustomAssignmentSchedule", json!("true"));
    let steps = [asked.clone(), process(t1), decide(t1, "approve"), deliver(t1)];
    assert_eq!(outcomes(&policy, "null", &steps), [SUBMITTED, APPROVAL, APPROVED, DELIVERED]);
    // The policy for all users does not let users update, and it lacks the question that the body answers.
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
