//! Stored requests: truncated, forged, or of another version.

use std::sync::Arc;

use arbitrary::{Result, Unstructured};
use assignment_request::{
    Action, Actor, ApprovalDecision, Approver, ApproverKind, CallbackDecision, CalloutStage, Command,
    Decision, DeliveryOutcome, DeterminedStage, Event, Limits, Period, Request, Resume, Role, StageDecision,
    State, SubjectId, Tier, Timestamp, decide,
};
use assignment_request_graph::{StoredError, read_events, write_events};
use assignment_request_model::laws;
use serde_json::Value;

use crate::lifecycle::{assert_lawful, assert_stored, playback};

/// Stored logs: any bytes are refused, or give the request whose events they are. That request is consistent, and its
/// events are read and written the same again.
///
/// Bytes that begin as JSON are the stored text. All others stand for a playback whose stored text is then forged.
///
/// Returns whether the bytes give a request.
///
/// # Panics
///
/// If one of these does not hold.
#[must_use]
pub fn log(bytes: &[u8]) -> bool {
    match bytes.first() {
        Some(b'{' | b'[') => is_brought_back(bytes),
        _ => forged(&mut Unstructured::new(bytes)).is_ok_and(|text| is_brought_back(&text)),
    }
}

fn is_brought_back(text: &[u8]) -> bool {
    let outcome = read_events(text, &Limits::default());
    assert_eq!(outcome, read_events(text, &Limits::default()), "read twice, it says two things");
    if let Err(error) = &outcome {
        assert_has_place(error, text);
    }
    // Serde alone is less strict about the text, but the request that it gives must be just as consistent.
    let events = serde_json::from_slice::<Vec<Event>>(text);
    let plain = events.as_deref().map(|events| Request::replay(events, &Limits::default()));
    if let Ok(request) = &outcome {
        assert_eq!(plain.as_ref().ok(), Some(&Ok(request.clone())), "serde alone brings back something else");
        assert_written(events.as_deref().unwrap_or_default());
    }
    if let (Ok(Ok(request)), Ok(events)) = (plain, &events) {
        assert_sound(&request, events.clone());
    }
    outcome.is_ok()
}

fn assert_has_place(error: &StoredError, text: &[u8]) {
    if let StoredError::Form { line, column, .. } = error {
        let found = line.checked_sub(1).and_then(|line| text.split(|byte| *byte == b'\n').nth(line));
        assert!(
            found.is_some_and(|found| (1..=found.len() + 1).contains(column)),
            "{error:?} is not in the text"
        );
    }
}

/// Asserts that the written events are read back unchanged, and written the same again.
fn assert_written(events: &[Event]) {
    let (mut written, mut again) = (Vec::new(), Vec::new());
    write_events(events, &mut written);
    let read = serde_json::from_slice::<Vec<Event>>(&written).unwrap_or_default();
    assert_eq!(read, events, "written as something else");
    write_events(&read, &mut again);
    assert_eq!(String::from_utf8_lossy(&written), String::from_utf8_lossy(&again), "written twice");
}

/// Asserts that the stored events give the request back, that the request breaks no visible rule, and that it can
/// continue: every decision applies, and leads to another such request.
fn assert_sound(request: &Request, mut events: Vec<Event>) {
    assert_stored(request, &events);
    let mut request = request.clone();
    for turn in 0..5 {
        assert_lawful(laws::check_log(&events, &Limits::default(), &request));
        assert_harmless(&request);
        let mut next = None;
        for (index, (command, now)) in commands(&request).iter().enumerate() {
            let Ok(decision) = decide(&request, command, *now) else { continue };
            let mut after = request.clone();
            assert_eq!(after.apply(&decision), Ok(()), "what was decided does not fit: {decision:?}");
            assert_harmless(&after);
            // Each turn takes another path.
            if !decision.events().is_empty() && (next.is_none() || index <= 5 * turn) {
                next = Some((after, decision));
            }
        }
        let Some((after, decision)) = next else { break };
        request = after;
        events.extend(Decision::into_events(decision));
    }
}

fn assert_harmless(request: &Request) {
    let concerned = |id| request.requestor() == id || request.target() == Some(id);
    assert!(!request.reviews().iter().any(|review| concerned(review.approver)), "self-approval");
    for (stage, review) in (0..).zip(request.reviews()) {
        let by = request.determination(stage).map(assignment_request::Determination::by);
        assert!(by != Some(review.approver), "stage {stage} was decided by who determined it");
        assert!(
            request.approval_stage(stage).is_some(),
            "stage {stage} was decided before it was determined"
        );
    }
    let is_approved = request.reviews().len() == request.approval_stages().len();
    assert!(request.attempt().is_none() || is_approved, "access without approval");
    assert!(request.state() != State::Denied || request.attempt().is_none(), "access though denied");
    // A deadline that is cut off at the end of time may be due from the beginning.
    let is_ahead = |at| at > request.updated() || at == Timestamp::MAX;
    assert!(request.next_deadline().is_none_or(|deadline| is_ahead(deadline.at)), "overdue");
}

/// Returns commands of every kind, by actors who may give them, each with its time: now, or when the next deadline is
/// due.
fn commands(request: &Request) -> Vec<(Command, Timestamp)> {
    let person = |id, role| Actor::new(SubjectId::from_u128(id), role);
    let (system, administrator) = (person(0xe0, Role::System), person(0xe1, Role::Administrator));
    let approver = person(0xe2, Role::Approver);
    let mut commands = vec![
        Command::new(system, Action::Process { target: None }),
        Command::new(system, Action::Process { target: Some(SubjectId::from_u128(0xe3)) }),
        Command::new(system, Action::Elapse),
        Command::new(administrator, Action::Reprocess),
        Command::new(administrator, Action::Cancel),
        Command::new(Actor::new(request.requestor(), Role::User), Action::Cancel),
    ];
    let attempt = request.attempt().unwrap_or(1);
    for outcome in DeliveryOutcome::ALL {
        commands.push(Command::new(system, Action::ReportDelivery { attempt, outcome: *outcome }));
    }
    let stage = u32::try_from(request.reviews().len()).unwrap_or(u32::MAX);
    for (tier, decision) in [
        (Tier::Primary, ApprovalDecision::Approve),
        (Tier::Escalation, ApprovalDecision::Approve),
        (Tier::Primary, ApprovalDecision::Deny),
    ] {
        let content = StageDecision { stage, tier, decision, justification: Some("fine".into()) };
        commands.push(Command::new(approver, Action::DecideStage(content)));
    }
    if let Some(callout) = request.callouts().last() {
        let instance = callout.instance();
        let determines = callout.stage() == CalloutStage::AssignmentRequestDeterminingApprovalRequirements;
        for decision in CallbackDecision::ALL.iter().copied() {
            let resume = Resume {
                instance,
                stage: callout.stage(),
                decision,
                approval_stage: (determines && decision == CallbackDecision::Continue)
                    .then(|| Arc::new(good_stage(request))),
                source: None,
                detail: None,
            };
            commands.push(Command::new(person(0xe4, Role::Extension), Action::Resume(resume)));
        }
        commands.push(Command::new(system, Action::ReportCalloutFailed { instance, detail: None }));
    }
    let timestamps: Vec<Timestamp> =
        [Some(request.updated()), request.next_deadline().map(|deadline| deadline.at)]
            .into_iter()
            .flatten()
            .collect();
    commands
        .into_iter()
        .flat_map(|command| timestamps.iter().map(move |now| (command.clone(), *now)))
        .collect()
}

/// Returns an approval stage that the rules accept.
fn good_stage(request: &Request) -> DeterminedStage {
    let group = Approver { kind: ApproverKind::GroupMembers(SubjectId::from_u128(0xe5)), is_backup: false };
    DeterminedStage {
        duration_before_automatic_denial: Some(request.route().rules().spec().determined_stage_limit),
        primary_approvers: vec![group],
        ..DeterminedStage::default()
    }
}

// Forging.

/// Words that can replace each other in a stored text.
const WORDS: &[&str] = &[
    "submitted",
    "targetResolved",
    "calloutStarted",
    "callbackReceived",
    "approvalRequested",
    "approvalEscalated",
    "stageApproved",
    "approved",
    "deliveryStarted",
    "fulfillmentOrdered",
    "reprocessed",
    "Accepted",
    "WaitingForCallback",
    "CallbackTimedOut",
    "CalloutFailed",
    "scheduled",
    "delivered",
    "partiallyDelivered",
    "deliveryFailed",
    "denied",
    "canceled",
    "approver",
    "callback",
    "approvalExpired",
    "windowPassed",
    "requestor",
    "administrator",
    "system",
    "fulfillment",
    "fulfillmentTimedOut",
    "calloutFailed",
    "callbackTimedOut",
    "fail",
    "hold",
    "approve",
    "deny",
    "primary",
    "escalation",
    "user",
    "extension",
    "id",
    "email",
    "notProcessed",
    "approvalStage",
    "singleUser",
    "groupMembers",
    "other",
    "set",
    "determined",
    "customExtensionId",
    "assignmentRequestCreated",
    "assignmentRequestDeterminingApprovalRequirements",
    "assignmentRequestApproved",
    "assignmentRequestGranted",
    "assignmentRequestRemoved",
    "userAdd",
    "adminAdd",
    "userUpdate",
    "adminRemove",
    "systemAdd",
    "systemRemove",
    "onBehalfAdd",
    "approverRemove",
    "notSpecified",
    "noExpiration",
    "afterDateTime",
    "afterDuration",
    "detail",
    "justification",
    "version",
    "",
    "PT0S",
    "P14D",
    "9999-12-31T23:59:59.9999999Z",
    "0001-01-01T00:00:00Z",
];

/// Returns the text of a stored playback, with some changes.
fn forged(bytes: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    // Chosen before the playback, which takes all remaining bytes.
    let changes: Vec<[u8; 8]> =
        (0..bytes.int_in_range(0..=3)?).map(|_| bytes.arbitrary()).collect::<Result<_>>()?;
    let is_torn: u8 = bytes.arbitrary()?;
    let place: u16 = bytes.arbitrary()?;
    let mut text = Vec::new();
    if let Some(playback) = playback(bytes) {
        write_events(&playback.events, &mut text);
    }
    if let Ok(mut document) = serde_json::from_slice::<Value>(&text)
        && !changes.is_empty()
    {
        for change in &changes {
            forge(&mut document, &mut Unstructured::new(change))?;
        }
        text = document.to_string().into_bytes();
    }
    let place = usize::from(place) % text.len().max(1);
    match (is_torn, text.get_mut(place)) {
        (0xf0..=0xf7, _) => text.truncate(place),
        (0xf8..=0xff, Some(byte)) => *byte ^= 1 << (is_torn & 7),
        _ => {}
    }
    Ok(text)
}

/// Changes one thing in the document: removes, replaces, renames or duplicates it.
fn forge(document: &mut Value, bytes: &mut Unstructured<'_>) -> Result<()> {
    let mut places = Vec::new();
    find_places(document, "", &mut places);
    let how = bytes.int_in_range(0..=6)?;
    let place: &String = bytes.choose(&places)?;
    let other: &String = bytes.choose(&places)?;
    let word = *bytes.choose(WORDS)?;
    let value = document.pointer(place).cloned().unwrap_or_default();
    let replacement = match how {
        0 => document.pointer(other).cloned().unwrap_or_default(),
        1 | 2 => nudged(&value, bytes)?,
        3 => Value::from(word),
        _ => Value::Null,
    };
    let (inside, name) = place.rsplit_once('/').unwrap_or_default();
    match document.pointer_mut(inside) {
        Some(Value::Object(members)) => {
            members.remove(name);
            match how {
                5 => {}
                6 => drop(members.insert(word.to_owned(), value)),
                _ => drop(members.insert(name.to_owned(), replacement)),
            }
        }
        Some(Value::Array(items)) => {
            let index = name.parse().unwrap_or(0);
            match how {
                5 => drop(items.remove(index)),
                6 => items.insert(index, value),
                _ => drop(items.splice(index..=index, [replacement])),
            }
        }
        _ => {}
    }
    Ok(())
}

/// Finds the places of everything inside `value`, as JSON pointers. No name in a stored text needs an escape.
fn find_places(value: &Value, place: &str, places: &mut Vec<String>) {
    let inside: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    for (name, value) in inside {
        let place = format!("{place}/{name}");
        find_places(value, &place, places);
        places.push(place);
    }
}

/// Returns a value close to this one.
fn nudged(value: &Value, bytes: &mut Unstructured<'_>) -> Result<Value> {
    let sign = *bytes.choose(&[1_i64, -1])?;
    Ok(match value {
        Value::Bool(value) => Value::from(!value),
        Value::Number(number) => Value::from(number.as_i64().unwrap_or(0).saturating_add(sign)),
        Value::String(text) => {
            // A tick, a minute, an hour, a day, 40 days.
            let ticks =
                *bytes.choose(&[1, 600_000_000, 36_000_000_000, 864_000_000_000, 34_560_000_000_000])?;
            if let Ok(timestamp) = text.parse::<Timestamp>() {
                let timestamp = Timestamp::from_ticks(timestamp.ticks().saturating_add(sign * ticks));
                Value::from(timestamp.unwrap_or(Timestamp::MAX).to_string())
            } else if let Ok(period) = text.parse::<Period>() {
                let period = Period::from_ticks(period.ticks().saturating_add(sign * ticks));
                Value::from(period.unwrap_or(Period::ZERO).to_string())
            } else {
                Value::from(format!("{text}x"))
            }
        }
        other => other.clone(),
    })
}
