//! Snapshots with one thing forged that nothing but one rule can tell: each row says why no command leads there (I7).
#![cfg(feature = "serde")]
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use assignment_request::{Event, ReplayError, Request, RestoreError, Snapshot};
use serde_json::{Value, json};

#[expect(dead_code, reason = "helpers of all test files")]
mod common;
#[path = "common/routes.rs"]
mod routes;

use common::{DAY, HOST, HOUR, REQUESTOR, t};
use routes::{CHOICE, routes};

/// A request by its name in `routes`, where in its snapshot what is put, and why no command leads there.
type Forgery = (&'static str, &'static str, Value, &'static str);

/// Puts a value where the pointer says, in the place of another or as a member that was not there.
fn forge(snapshot: &mut Value, pointer: &str, value: &Value) {
    if let Some(place) = snapshot.pointer_mut(pointer) {
        *place = value.clone();
    } else {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let members = snapshot.pointer_mut(parent).and_then(Value::as_object_mut).unwrap();
        members.insert(name.into(), value.clone());
    }
}

fn forged(name: &str, changes: &[(&str, Value)]) -> (Request, Snapshot) {
    let (_, life) = routes().into_iter().find(|(other, _)| *other == name).unwrap();
    let mut stored = serde_json::to_value(life.request.snapshot()).unwrap();
    for (pointer, value) in changes {
        forge(&mut stored, pointer, value);
    }
    let forged: Snapshot = serde_json::from_value(stored).unwrap();
    assert_ne!(forged, life.request.snapshot(), "{name}: {changes:?} is so anyway");
    (life.request, forged)
}

#[track_caller]
fn assert_refused(table: &[Forgery]) {
    for (name, pointer, value, why) in table {
        let (_, forged) = forged(name, &[(pointer, value.clone())]);
        assert_eq!(Request::restore(forged), Err(RestoreError::Unsound), "{name}: {why}");
    }
}

#[test]
fn i7_a_submission_that_no_draft_and_no_policy_give() {
    let table: &[Forgery] = &[
        ("accepted", "/submission/assignmentPolicyId", Value::Null, "an Add on behalf names its policy (C2)"),
        (
            "accepted",
            "/submission/schedule/start",
            json!(t(9 * DAY)),
            "access would end at the moment at which it starts (C9)",
        ),
        ("window passed at once", "/created", json!(t(2)), "the end was in the past (C9)"),
        (
            "an administrator's update",
            "/submission/windowEnd",
            json!(t(DAY)),
            "an administrator's duration is not cut by the policy's end (C9)",
        ),
        (
            "accepted",
            "/submission/route/textLimits/justification",
            json!(3),
            "the justification is longer (C14)",
        ),
        (
            "accepted",
            "/submission/answers/0/questionId",
            json!(CHOICE),
            "one question has two kinds (A2, A3)",
        ),
        ("accepted", "/submission/answers/2/value", json!("AZ"), "the same choice twice (A3)"),
        ("accepted", "/submission/answers/0/value", json!(" "), "a blank answer is no answer (A6)"),
        ("accepted", "/submission/answers/0/value", json!("\u{202e}"), "a forbidden character (C14)"),
        (
            "accepted",
            "/submission/answers/0/displayValue",
            json!("yes"),
            "a text stands for nothing else (A5)",
        ),
        ("accepted", "/submission/answers/0/value", Value::Null, "an Add clears nothing (A6)"),
        (
            "update of answers",
            "/submission/answers/0/displayValue",
            json!("yes"),
            "nothing stands for nothing (A6)",
        ),
        ("update of answers", "/submission/answers/0/questionId", json!(CHOICE), "cleared and chosen (A6)"),
        ("update of answers", "/submission/answers", json!([]), "an Update changes something (C10)"),
        (
            "accepted",
            "/submission/route/approvalStages/0/durationBeforeEscalation",
            json!("PT2H"),
            "escalated when it ends (P3)",
        ),
        ("accepted", "/submission/route/extensions/1/timeout", json!("PT4M"), "too short a wait (P4)"),
        (
            "the window of the policy",
            "/submission/route/isApprovalRequiredForAdd",
            json!(true),
            "an approval without stages (P3)",
        ),
    ];
    assert_refused(table);
    for (name, pointer, value, why) in table {
        let (request, forged) = forged(name, &[(pointer, value.clone())]);
        let stored = serde_json::to_value(&forged).unwrap();
        let event: Event = serde_json::from_value(json!({
            "version": 1,
            "sequence": 1,
            "at": stored["created"],
            "event": { "submitted": stored["submission"] },
        }))
        .unwrap();
        assert_eq!(Request::replay(&[event]), Err(ReplayError::Submission), "{name}: {why}, {request:?}");
    }
}

#[test]
fn i7_w1_a_person_who_is_not_known_though_the_route_needs_to() {
    let changes = |revision: u64| [("/target", Value::Null), ("/revision", json!(revision))];
    for (name, revision) in [
        // The wait, and then the approval, would have been refused as `targetUnknown`; without the target there is one
        // event less.
        ("by e-mail, resolved, waiting", 2),
        ("by e-mail, resolved, canceled", 3),
    ] {
        let (request, forged) = forged(name, &changes(revision));
        assert_eq!(request.revision(), revision + 1);
        assert_eq!(Request::restore(forged), Err(RestoreError::Unsound), "{name}");
    }
}

#[test]
fn i7_i3_a_number_of_events_that_cannot_be() {
    assert_refused(&[
        (
            "canceled when scheduled, without callouts",
            "/revision",
            json!(3),
            "approved and scheduled before (W5)",
        ),
        ("second stage escalated, canceled", "/revision", json!(4), "escalated before, for certain (V2)"),
        ("second stage", "/revision", json!(5), "there was no time to escalate (V2)"),
        ("canceled while pending", "/revision", json!(6), "there was no time to escalate (V2)"),
        ("in part", "/revision", json!(6), "there was no time for the fulfillment to time out (F5)"),
        (
            "delivering",
            "/submission/schedule/start",
            json!(t(0)),
            "a start that is no later than the request is never waited for (W5)",
        ),
        ("delivered", "/attempt", json!(0), "delivered, and never ordered (F1)"),
        ("held, denied", "/attempt", json!(1), "denied, and yet ordered (W6)"),
    ]);
}

#[test]
fn i7_n3_moments_that_cannot_be() {
    assert_refused(&[
        ("accepted", "/created", json!(t(-1)), "nothing has happened since then (N3)"),
        ("second stage escalated", "/created", json!(t(4)), "reviewed before it was submitted (N3)"),
        ("second stage", "/updated", json!(t(4)), "nothing has happened since the second stage opened (V1)"),
        (
            "nobody decided",
            "/created",
            json!(t(2 * HOUR)),
            "the first stage was not open for long enough (V3)",
        ),
        (
            "canceled after a time-out",
            "/created",
            json!(t(DAY - 1)),
            "the callback had no time to be late (X5)",
        ),
        (
            "the window of the policy",
            "/submission/windowEnd",
            json!(t(-1)),
            "delivery begins after its end (W5)",
        ),
        (
            "canceled when scheduled",
            "/submission/schedule/start",
            json!(t(HOUR + 6)),
            "at its start a request is no longer waiting for it (N2, W5)",
        ),
        ("canceled by a callback", "/reprocessFrom", json!(t(0)), "it ended once only (Q2)"),
        ("callout failed, again", "/reprocessFrom", Value::Null, "it failed before (Q2)"),
    ]);
}

#[test]
fn i7_x1_callouts_that_cannot_be() {
    let (_, delivered) = routes().into_iter().find(|(name, _)| *name == "delivered").unwrap();
    let without_last = delivered.request.callouts().split_last().map(|(_, rest)| json!(rest)).unwrap();
    assert_refused(&[
        (
            "waiting at Created",
            "/callouts/0/instance",
            json!(REQUESTOR),
            "another id than the derived one (I5)",
        ),
        ("first stage", "/callouts/0/detail", json!("text"), "nobody said anything about this callout (X2)"),
        ("waiting at Created", "/callouts/1/detail", json!("text"), "nobody called back yet (X3)"),
        ("waiting at Created", "/callouts/1/decision", json!("canceled"), "nobody called back yet (X3)"),
        ("first stage", "/callouts/1/decision", json!("canceled"), "canceled, and yet pending (R6)"),
        ("scheduled", "/callouts/2/decision", json!("denied"), "denied, and yet scheduled (R6)"),
        ("delivered", "/callouts/3/decision", json!("denied"), "denied, and yet delivered (R6)"),
        (
            "window passed behind Granted",
            "/callouts/0/decision",
            json!("denied"),
            "denied by a callback, and yet by the window (R6)",
        ),
        (
            "waiting at Granted",
            "/callouts/3/status",
            json!("calloutFailed"),
            "failed, and yet waited for (X6)",
        ),
        ("delivered", "/callouts", without_last, "a callout of the route was not made (X1)"),
        (
            "denied by a callback",
            "/submission/route/textLimits/detail",
            json!(3),
            "the detail is longer (C14)",
        ),
    ]);
}

#[test]
fn i7_t3_a_phase_that_cannot_be() {
    let by_host = json!({ "canceled": { "system": HOST } });
    let by_requestor = json!({ "canceled": { "requestor": REQUESTOR } });
    let stage = json!({
        "durationBeforeAutomaticDenial": "PT2H",
        "durationBeforeEscalation": "PT1H",
        "isApproverJustificationRequired": false,
    });
    let three_stages = json!([stage, stage, stage]);
    assert_refused(&[
        ("held, run out", "/phase", by_requestor, "only others cancel a held wait (K2)"),
        ("delivered", "/phase", by_host, "what is delivered is not canceled (K2)"),
        (
            "denied by a callback",
            "/phase",
            json!({ "deliveryFailed": "fulfillmentTimedOut" }),
            "never ordered (F5)",
        ),
        (
            "delivering",
            "/submission/route/rules/fulfillmentTimeout",
            Value::Null,
            "a deadline without a time-out (F5)",
        ),
        ("escalated, canceled", "/submission/isValidationOnly", json!(true), "it is never processed (C13)"),
        ("second stage", "/reviews/0/justification", json!("\u{202e}"), "a forbidden character (C14)"),
        (
            "waiting at Granted",
            "/submission/route/approvalStages",
            three_stages,
            "granted before the third stage was approved (W6)",
        ),
    ]);
}
