//! What is stored: a log of events is read back as it was, and a forged or torn one is refused (I2, I7).
#![cfg(feature = "serde")]
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::collections::{BTreeMap, BTreeSet};

use assignment_request::{
    Action, CalloutStage, Event, EventKind, ExpirationType, Limits, Operation, QuestionKind, Rejection,
    ReplayError, Request, RequestType, Role, State, Status, SubjectId, Tier, Timestamp,
};
use serde_json::{Value, json};

use crate::common;
use crate::common::routes::routes;
use crate::common::{
    ADMIN, APPROVER, OTHER, PROCESS, REQUESTOR, Setup, TARGET, approve, approver, host, stage, t,
};

/// Words of which one can stand for another in a stored text.
fn vocabularies() -> Vec<Vec<String>> {
    fn names<T: ToString>(values: &[T]) -> Vec<String> {
        values.iter().map(ToString::to_string).collect()
    }
    let words = |words: &[&str]| words.iter().map(ToString::to_string).collect();
    vec![
        names(CalloutStage::ALL),
        names(RequestType::ALL),
        names(Role::ALL),
        names(Tier::ALL),
        names(Operation::ALL),
        names(ExpirationType::ALL),
        names(QuestionKind::ALL),
        words(&["denied", "canceled"]),
        words(&["fail", "hold"]),
        words(&["callback", "approvalExpired", "windowPassed", "notProcessed", "approver"]),
        words(&["never", "whenAsked", "always"]),
        words(&["set", "determined"]),
        words(&["singleUser", "groupMembers", "connectedOrganizationMembers"]),
        words(&["requestorManager", "targetManager"]),
        words(&["internalSponsors", "externalSponsors", "targetUserSponsors"]),
        words(&["fulfillment", "fulfillmentTimedOut", "calloutFailed", "callbackTimedOut"]),
        words(&["requestor", "administrator", "system"]),
        words(&["delivered", "partiallyDelivered"]),
        words(&["id", "email"]),
    ]
}

/// Other values for a leaf.
fn other_leaves(leaf: &Value) -> Vec<Value> {
    let mut others = vec![Value::Null, json!({}), json!([])];
    match leaf {
        Value::Null => {
            others.extend([json!("2026-03-02T09:00:00Z"), json!(TARGET), json!("calloutFailed"), json!(1)]);
        }
        Value::Bool(value) => others.push(json!(!value)),
        Value::Number(number) => {
            let number = number.as_u64().unwrap();
            others.extend([
                json!(0),
                json!(number + 1),
                json!(number.saturating_sub(1)),
                json!(u32::MAX),
                json!(-1),
            ]);
        }
        Value::String(text) => {
            others.push(json!(""));
            if let Ok(timestamp) = text.parse::<Timestamp>() {
                for minutes in [1, 60, 24 * 60, 40 * 24 * 60] {
                    for ticks in [minutes * 600_000_000, -minutes * 600_000_000] {
                        let other = Timestamp::from_ticks(timestamp.ticks() + ticks).unwrap();
                        others.push(json!(other.to_string()));
                    }
                }
            } else if let Ok(period) = text.parse::<assignment_request::Period>() {
                for ticks in [0, period.ticks() * 2, period.ticks() / 2] {
                    others.push(json!(assignment_request::Period::from_ticks(ticks).unwrap().to_string()));
                }
            } else if text.parse::<SubjectId>().is_ok() {
                others.extend([REQUESTOR, TARGET, APPROVER, ADMIN, OTHER].map(|id| json!(id)));
            } else {
                let known: BTreeSet<_> =
                    vocabularies().into_iter().filter(|words| words.contains(text)).flatten().collect();
                others.extend(known.into_iter().map(Value::from));
                others.push(json!(format!("{text}x")));
                others.push(json!(format!("{text}\u{202e}")));
                others.push(json!(format!("{}{text}", "x".repeat(8_192))));
            }
        }
        Value::Array(_) | Value::Object(_) => {}
    }
    others.retain(|other| other != leaf);
    others
}

/// A changed text: where, what, and the whole.
struct Mutation {
    path: String,
    what: String,
    value: Value,
}

/// Every change of one thing in `value`.
fn mutations(value: &Value) -> Vec<Mutation> {
    let mut found = Vec::new();
    mutate(value, "", &mut |path, what, value| found.push(Mutation { path, what, value }));
    found
}

fn mutate(value: &Value, path: &str, put: &mut dyn FnMut(String, String, Value)) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let mut without = members.clone();
                without.remove(name);
                put(format!("{path}.{name}"), "removed".into(), Value::Object(without));
                mutate(member, &format!("{path}.{name}"), &mut |path, what, changed| {
                    let mut with = members.clone();
                    with.insert(name.clone(), changed);
                    put(path, what, Value::Object(with));
                });
                // A tag by another.
                for tag in vocabularies().iter().filter(|words| words.contains(name)).flatten() {
                    if tag != name && members.len() == 1 {
                        put(path.into(), format!("{name} -> {tag}"), json!({ tag: member }));
                    }
                }
            }
            let mut with = members.clone();
            with.insert("more".into(), json!(1));
            put(path.into(), "member added".into(), Value::Object(with));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let mut without = items.clone();
                without.remove(index);
                put(format!("{path}[]"), "dropped".into(), Value::Array(without));
                let mut twice = items.clone();
                twice.insert(index, item.clone());
                put(format!("{path}[]"), "repeated".into(), Value::Array(twice));
                if index > 0 {
                    let mut swapped = items.clone();
                    swapped.swap(index - 1, index);
                    if swapped != *items {
                        put(format!("{path}[]"), "swapped".into(), Value::Array(swapped));
                    }
                }
                mutate(item, &format!("{path}[]"), &mut |path, what, changed| {
                    let mut with = items.clone();
                    with.splice(index..=index, [changed]);
                    put(path, what, Value::Array(with));
                });
            }
        }
        leaf => {
            for other in other_leaves(leaf) {
                let cut = |value: &Value| value.to_string().chars().take(40).collect::<String>();
                put(path.into(), format!("{} -> {}", cut(leaf), cut(&other)), other);
            }
        }
    }
}

fn replay(events: &[Event]) -> Result<Request, ReplayError> {
    Request::replay(events, &Limits::default())
}

fn to_json<T: serde::Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap()
}

/// What is asked of every forged text that is accepted all the same: it breaks no rule that can be seen.
#[track_caller]
fn assert_harmless(request: &Request, what: &str) {
    let concerned = |id| request.requestor() == id || request.target() == Some(id);
    assert!(!request.reviews().iter().any(|review| concerned(review.approver)), "{what}: self-approval");
    let is_approved = request.reviews().len() == request.approval_stages().len();
    assert!(request.attempt().is_none() || is_approved, "{what}: access without approval");
    assert!(request.state() != State::Denied || request.attempt().is_none(), "{what}: access though denied");
    assert!(
        request.next_deadline().is_none_or(|deadline| deadline.at > request.updated()),
        "{what}: overdue"
    );
}

/// What one text by itself cannot prove of a submission: that the policy, the draft and the directory were so.
const UNPROVEN_SUBMISSION: &[(&str, &str)] = &[
    (".id", "an id of another request, where nothing is derived from it yet"),
    (".requestType", "another type with the same operation, which the same people could ask for"),
    (".requestor", "another person who did not decide"),
    (".target.email", "another address"),
    (".assignmentId", "another assignment"),
    (".accessPackageId", "another access package"),
    (".assignmentPolicyId", "another policy, or none"),
    (".justification", "another reason, or none"),
    (".schedule", "no schedule: the window's end is the policy's then"),
    (".schedule.start", "another start that is as far behind or ahead"),
    (".schedule.expiration.type", "another kind of end"),
    (".schedule.expiration.duration", "another duration"),
    (".windowEnd", "another end of the policy's, as long as it is behind or ahead as the route went"),
    (".isValidationOnly", "whether it was for validation only, before it is processed"),
    (".answers", "no answers"),
    (".answers[]", "fewer answers"),
    (".answers[].questionId", "another question"),
    (".answers[].questionKind", "another kind of question"),
    (".answers[].value", "another answer"),
    (".answers[].displayValue", "another text of a choice"),
    (".route.isApprovalRequiredForAdd", "a policy that asks for approval elsewhere"),
    (".route.isApprovalRequiredForUpdate", "a policy that asks for approval elsewhere"),
    (".route.approvalStages[]", "stages that come later, or are not passed"),
    (".route.approvalStages[].set.durationBeforeAutomaticDenial", "a stage that was open longer or shorter"),
    (".route.approvalStages[].set.durationBeforeEscalation", "a stage that is escalated at another time"),
    (
        ".route.approvalStages[].set.isApproverJustificationRequired",
        "a stage with less to say, or whose approver said it",
    ),
    (".route.extensions[]", "extensions that come later, or are of other stages"),
    (".route.extensions[].customExtensionId", "another extension"),
    (".route.extensions[].stage", "extensions that come later, or are of other stages"),
    (".route.extensions[].timeout", "a wait that could be longer or shorter"),
    (".route.rules.denyAt[]", "other rules, of which nothing was made use"),
    (".route.rules.cancelAt[]", "other rules, of which nothing was made use"),
    (".route.rules.cancelable[]", "other rules, of which nothing was made use"),
    (".route.rules.reprocessWindow", "other rules, of which nothing was made use"),
    (".route.rules.onCalloutFailure", "other rules, of which nothing was made use"),
    (".route.rules.fulfillmentTimeout", "other rules, of which nothing was made use"),
    (".route.rules.adminBypassesApproval", "other rules, of which nothing was made use"),
    (".route.rules.adminMayExceedPolicy", "other rules, of which nothing was made use"),
    (".route.rules.determinedStageLimit", "other rules, of which nothing was made use"),
    (".route.rules.acceptedTimeout", "other rules, of which nothing was made use"),
    (".route.rules.startLimit", "other rules, of which nothing was made use"),
    (
        ".bypassApproval",
        "a bypass that the policy did not need, or that was asked for or not before it was processed",
    ),
    (".route.rules.distinctApprovers", "other rules, of which nothing was made use"),
    (".route.textLimits.justification", "other limits, that the texts keep"),
    (".route.textLimits.detail", "other limits, that the texts keep"),
    (".route.textLimits.source", "other limits, that the texts keep"),
];

/// What a log of events cannot prove: what the host, the approvers and the outside systems said.
const UNPROVEN_EVENTS: &[(&str, &str)] = &[
    ("submitted.at", "another timestamp of submission"),
    ("submitted.event.submitted.target.id", "another target"),
    ("targetResolved.event.targetResolved.target", "another target"),
    ("approvalEscalated.at", "a timer that fired at another timestamp"),
    ("callbackTimedOut.at", "a timer that fired at another timestamp"),
    ("deliveryFailed.at", "another timestamp of the last command"),
    ("denied.at", "another timestamp of the last command"),
    ("canceled.at", "another timestamp of the last command"),
    ("delivered.at", "another timestamp of the last command"),
    ("partiallyDelivered.at", "another timestamp of the last command"),
    ("calloutFailed.at", "another timestamp of the last command"),
    ("callbackReceived.event.callbackReceived.actor.id", "another service"),
    ("callbackReceived.event.callbackReceived.actor.role", "an administrator in the place of a service"),
    ("callbackReceived.event.callbackReceived.source", "another text"),
    ("callbackReceived.event.callbackReceived.detail", "another text"),
    (
        "callbackReceived.event.callbackReceived.approvalStage.durationBeforeAutomaticDenial",
        "a stage that is not open yet",
    ),
    (
        "callbackReceived.event.callbackReceived.approvalStage.durationBeforeEscalation",
        "a stage that is not open yet",
    ),
    (
        "callbackReceived.event.callbackReceived.approvalStage.isApproverJustificationRequired",
        "a stage whose approver said why",
    ),
    (
        "callbackReceived.event.callbackReceived.approvalStage.isEscalationEnabled",
        "a stage that is not open yet",
    ),
    ("callbackReceived.event.callbackReceived.approvalStage.approvers", "other approvers"),
    ("callbackReceived.event.callbackReceived.approvalStage.approvers[]", "other approvers"),
    ("callbackReceived.event.callbackReceived.approvalStage.approvers[].isBackup", "another approver"),
    ("callbackReceived.event.callbackReceived.approvalStage.approvers[].kind", "another approver"),
    (
        "callbackReceived.event.callbackReceived.approvalStage.approvers[].kind.connectedOrganizationMembers",
        "another approver",
    ),
    (
        "callbackReceived.event.callbackReceived.approvalStage.approvers[].kind.groupMembers",
        "another approver",
    ),
    ("callbackReceived.event.callbackReceived.approvalStage.approvers[].kind.other.id", "another approver"),
    (
        "callbackReceived.event.callbackReceived.approvalStage.approvers[].kind.other.odataType",
        "another approver",
    ),
    (
        "callbackReceived.event.callbackReceived.approvalStage.approvers[].kind.requestorManager.level",
        "another approver",
    ),
    ("callbackReceived.event.callbackReceived.approvalStage.approvers[].kind.singleUser", "another approver"),
    (
        "callbackReceived.event.callbackReceived.approvalStage.approvers[].kind.targetManager.level",
        "another approver",
    ),
    ("denied.event.denied.approver.justification", "another reason"),
    ("stageApproved.event.stageApproved.approver", "another approver whom the request does not concern"),
    ("stageApproved.event.stageApproved.tier", "a primary approver in the place of an escalation approver"),
    ("stageApproved.event.stageApproved.justification", "another reason"),
    ("denied.event.denied.approver.approver", "another approver"),
    ("canceled.event.canceled", "another who canceled"),
    ("canceled.event.canceled.administrator", "another administrator"),
    ("canceled.event.canceled.system", "another part of the host"),
    ("delivered.event", "another outcome"),
    ("partiallyDelivered.event", "another outcome"),
    ("reprocessed.event.reprocessed.actor.id", "another administrator"),
    ("reprocessed.event.reprocessed.actor.role", "the host in the place of an administrator"),
];

/// Asserts that what was accepted is just what the tables say: nothing else, and all of it.
#[track_caller]
fn assert_unproven(accepted: &BTreeMap<String, String>, tables: &[(&str, &[(&str, &str)])]) {
    let listed: BTreeSet<_> = tables
        .iter()
        .flat_map(|(prefix, table)| table.iter().map(move |(path, _)| format!("{prefix}{path}")))
        .collect();
    let unlisted: Vec<_> = accepted.iter().filter(|(path, _)| !listed.contains(*path)).collect();
    assert!(unlisted.is_empty(), "accepted and not listed: {unlisted:#?}");
    let refused: Vec<_> = listed.iter().filter(|path| !accepted.contains_key(*path)).collect();
    assert!(refused.is_empty(), "listed and not accepted: {refused:#?}");
}

#[test]
fn i2_a_request_is_the_fold_of_its_events_byte_for_byte() {
    for (name, playback) in routes() {
        let text = serde_json::to_string(&playback.events).unwrap();
        let events: Vec<Event> = serde_json::from_str(&text).unwrap();
        assert_eq!(events, playback.events, "{name}");
        assert_eq!(serde_json::to_string(&events).unwrap(), text, "{name}");
        assert_eq!(replay(&events).as_ref(), Ok(&playback.request), "{name}");
    }
}

#[test]
fn i2_the_routes_have_every_event() {
    let found: BTreeSet<_> =
        routes().into_iter().flat_map(|(_, playback)| playback.events).map(|event| event.name()).collect();
    assert_eq!(found, EventKind::NAMES.iter().copied().collect());
}

#[test]
fn i7_another_version_is_refused() {
    let (_, playback) = routes().swap_remove(0);
    for version in [json!(0), json!(2), json!(u32::MAX)] {
        let mut stored = to_json(&playback.events[0]);
        stored["version"] = version.clone();
        let refusal = serde_json::from_value::<Event>(stored).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            format!("the event has version {version}; this library reads version 1")
        );
    }
}

#[test]
fn i7_a_log_is_cut_between_commands_only() {
    for (name, playback) in routes() {
        for length in 0..=playback.events.len() {
            let replayed = replay(&playback.events[..length]);
            assert_eq!(replayed.is_ok(), playback.ends.contains(&length), "{name} cut at {length}");
        }
    }
    assert_eq!(replay(&[]), Err(ReplayError::Empty));
}

#[test]
fn i7_n6_a_log_may_be_cut_behind_the_deadlines_of_a_late_command() {
    let mut playback = Setup::add().approval(&[stage(60, Some(30))]).submit().process(1);
    playback.send(t(40), approver(APPROVER), approve(0));
    let accepted: Vec<_> =
        (1..=playback.events.len()).filter(|end| replay(&playback.events[..*end]).is_ok()).collect();
    assert_eq!(
        accepted,
        [1, 2, 3, playback.events.len()],
        "the third is the escalation, as Elapse would have stored it"
    );
}

#[test]
fn i7_n4_a_log_that_leaves_out_a_reached_deadline_is_refused() {
    let playback = Setup::add().approval(&[stage(60, Some(30))]).submit().process(1).elapses(90);
    let mut events = playback.events;
    assert_eq!(events.last().unwrap().name(), "denied");
    events.last_mut().unwrap().at = t(91);
    assert_eq!(
        replay(&events),
        Err(ReplayError::Broken { sequence: 4 }),
        "at minute 90 both deadlines were reached, so both were applied then"
    );
}

#[test]
fn i7_a_log_is_refused_at_the_event_that_could_not_happen() {
    let playback = Setup::add().approval(&[stage(60, Some(30))]).submit().process(1).elapses(40);
    let sequence = 4;
    assert_eq!(playback.events.len(), 3, "submitted, approvalRequested, approvalEscalated");
    let mut events = playback.events.clone();
    let mut put = |at, kind| {
        events.truncate(3);
        events.push(Event { sequence, at, kind });
        replay(&events)
    };
    assert_eq!(put(t(39), EventKind::Delivered { attempt: 1 }), Err(ReplayError::Time { sequence }));
    assert_eq!(
        put(t(41), EventKind::DeliveryStarted {}),
        Err(ReplayError::Refused {
            sequence,
            rejection: Rejection::AlreadyProcessing { status: Status::PendingApprovalEscalated }
        })
    );
    assert_eq!(
        put(t(41), EventKind::ApprovalEscalated { stage: 0 }),
        Err(ReplayError::Impossible { sequence })
    );
}

/// Puts the numbers of events in order, as a forger would.
fn renumbered(mut events: Vec<Event>) -> Vec<Event> {
    for (sequence, event) in (1..).zip(&mut events) {
        event.sequence = sequence;
    }
    events
}

#[test]
fn i7_no_event_is_dropped_repeated_or_swapped() {
    let mut accepted = BTreeSet::new();
    for (name, playback) in routes() {
        let mut check = |what: &str, index: usize, events: Vec<Event>| {
            assert!(replay(&events).is_err(), "{name}: {what} {}", playback.events[index].name());
            if let Ok(request) = replay(&renumbered(events)) {
                assert_harmless(&request, name);
                accepted.insert(format!("{what} {}", playback.events[index].name()));
            }
        };
        for index in 0..playback.events.len() {
            let mut events = playback.events.clone();
            events.remove(index);
            if index + 1 < playback.events.len() {
                check("dropped", index, events);
            }
            let mut events = playback.events.clone();
            events.insert(index, playback.events[index].clone());
            check("repeated", index, events);
            if index > 0 {
                let mut events = playback.events.clone();
                events.swap(index - 1, index);
                check("swapped", index, events);
            }
        }
    }
    let expected =
        ["calloutFailed", "deliveryFailed", "partiallyDelivered"].map(|name| format!("dropped {name}"));
    assert_eq!(accepted, expected.into(), "what nobody reported, once the numbers are put in order");
}

#[test]
fn i7_a_forged_event_is_refused() {
    let mut accepted = BTreeMap::new();
    for (name, playback) in routes() {
        for (index, event) in playback.events.iter().enumerate() {
            for mutation in mutations(&to_json(event)) {
                let Ok(forged) = serde_json::from_value::<Event>(mutation.value) else { continue };
                if forged == *event {
                    continue;
                }
                let mut events = playback.events.clone();
                events[index] = forged;
                if let Ok(request) = replay(&events) {
                    let example = format!("{name}: {}", mutation.what);
                    assert_harmless(&request, &example);
                    let lists = [
                        "fallbackPrimaryApprovers",
                        "primaryApprovers",
                        "fallbackEscalationApprovers",
                        "escalationApprovers",
                    ];
                    let path = lists.iter().fold(mutation.path, |path, list| path.replace(list, "approvers"));
                    accepted.insert(format!("{}{path}", event.name()), example);
                }
            }
        }
    }
    assert_unproven(&accepted, &[("submitted.event.submitted", UNPROVEN_SUBMISSION), ("", UNPROVEN_EVENTS)]);
}

#[test]
fn i2_i7_a_request_at_the_end_of_time_is_stored_too() {
    let setup = Setup::add().wait(common::CREATED, 60).approval(&[stage(60, Some(30))]);
    let mut playback = setup.submit_at(Timestamp::MAX);
    assert_eq!(
        replay(&playback.events).as_ref(),
        Ok(&playback.request),
        "accepted, though no longer for long"
    );
    assert_eq!(playback.send(Timestamp::MAX, host(), Action::Elapse), ["denied"]);
    assert_eq!(replay(&playback.events).as_ref(), Ok(&playback.request));
    let mut playback = setup.rules(|rules| rules.accepted_timeout = None).submit_at(Timestamp::MAX);
    playback.send(Timestamp::MAX, host(), PROCESS);
    let deadline = playback.request.next_deadline().unwrap();
    assert_eq!(deadline.at, Timestamp::MAX, "a deadline that is cut off");
    assert_eq!(replay(&playback.events).as_ref(), Ok(&playback.request));
}
