//! Bugs that comparable systems had, put into the machine one at a time: on random cases the comparison with the model
//! must find each of them. A comparison that finds nothing wrong with these would prove nothing.
//!
//! Each fault gives a command to the real machine and bends the command or the answer; the machine itself stays whole.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what fails here fails the test"
)]

use assignment_request::{
    Action, Actor, CallbackDecision, Cancellation, Command, Event, EventKind, Moment, Phase, Rejection,
    Request, Resume, Role, State,
};
use uuid::Uuid;

#[path = "model/agreement.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod agreement;
#[path = "model/cases.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod cases;
#[path = "model/intents.rs"]
mod intents;
mod model;
#[path = "model/random.rs"]
mod random;

use agreement::{Handle, play, play_on};
use cases::later;
use random::{Mood, case, fixed};

type Outcome = Result<Vec<Event>, Rejection>;

/// Plays random cases on the faulty machine until one differs from the model, and tells what was said of it.
fn found(handle: Handle) -> String {
    const CASES: usize = 5_000;
    for (number, case) in (1..=CASES).zip(fixed(case(Mood::Tame, 1..=40))) {
        if let Err(disagreement) = play_on(&case, handle) {
            play(&case).unwrap_or_else(|disagreement| panic!("without the fault too: {disagreement}"));
            println!("case {number}: {disagreement}");
            return disagreement.to_string();
        }
    }
    panic!("{CASES} cases, and nothing was found");
}

/// The resume of this command, changed, is given to the machine.
fn resume_changed(
    request: &mut Request,
    command: &Command,
    now: Moment,
    change: impl FnOnce(&mut Resume),
) -> Outcome {
    let mut command = command.clone();
    if let Action::Resume(resume) = &mut command.action {
        change(resume);
    }
    request.handle(&command, now)
}

#[test]
fn k2_a_denied_request_that_cancel_turns_into_canceled() {
    let said = found(|request, command, now| match request.handle(command, now) {
        Err(Rejection::NotCancelable { .. })
            if request.state() == State::Denied && command.action == Action::Cancel =>
        {
            let kind = EventKind::Canceled(Cancellation::Administrator(command.actor.id));
            Ok(vec![Event { sequence: request.revision() + 1, at: now, kind }])
        }
        outcome => outcome,
    });
    assert!(said.contains("notCancelable"), "{said}");
}

#[test]
fn v5_an_approval_replayed_after_it_was_used() {
    let said = found(|request, command, now| {
        let outcome = request.handle(command, now);
        let mut again = command.clone();
        match (&outcome, &mut again.action, request.phase()) {
            (
                Err(Rejection::StageAlreadyDecided { .. }),
                Action::Decide(decide),
                Phase::PendingApproval { stage, .. },
            ) => {
                decide.stage = stage;
                request.handle(&again, now)
            }
            _ => outcome,
        }
    });
    assert!(said.contains("stageAlreadyDecided"), "{said}");
}

#[test]
fn v5_a_self_approval_as_somebody_else() {
    let said = found(|request, command, now| match request.handle(command, now) {
        Err(Rejection::SelfApproval) => {
            let actor = Actor { id: Uuid::from_u128(0x5e1f), ..command.actor };
            request.handle(&Command { actor, ..command.clone() }, now)
        }
        outcome => outcome,
    });
    assert!(said.contains("selfApproval"), "{said}");
}

#[test]
fn t6_an_approval_through_an_administrators_path() {
    let said = found(|request, command, now| match request.handle(command, now) {
        Err(Rejection::NotPermitted { role: Role::Administrator, .. })
            if matches!(command.action, Action::Decide(_)) =>
        {
            let actor = Actor { role: Role::Approver, ..command.actor };
            request.handle(&Command { actor, ..command.clone() }, now)
        }
        outcome => outcome,
    });
    assert!(said.contains("notPermitted"), "{said}");
}

#[test]
fn r4_a_late_callback_taken_for_success() {
    let said = found(|request, command, now| match (request.next_deadline(), &command.action) {
        (Some(deadline), Action::Resume(_)) if deadline.at <= now => {
            request.handle(command, later(deadline.at, -1))
        }
        _ => request.handle(command, now),
    });
    assert!(said.contains("outcome"), "{said}");
}

#[test]
fn r2_a_callback_for_another_stage() {
    let said = found(|request, command, now| match request.handle(command, now) {
        Err(Rejection::StageMismatch { .. }) => {
            let callouts = request.callouts().to_vec();
            resume_changed(request, command, now, |resume| {
                let named = callouts.iter().find(|callout| callout.instance() == resume.instance);
                resume.stage = named.unwrap().stage();
            })
        }
        outcome => outcome,
    });
    assert!(said.contains("stageMismatch"), "{said}");
}

#[test]
fn r2_a_callback_for_another_callout() {
    let said = found(|request, command, now| match request.handle(command, now) {
        Err(Rejection::UnknownCallout { .. }) if !request.callouts().is_empty() => {
            let last = request.callouts()[request.callouts().len() - 1].instance();
            resume_changed(request, command, now, |resume| resume.instance = last)
        }
        outcome => outcome,
    });
    assert!(said.contains("outcome"), "{said}");
}

#[test]
fn r6_a_refusal_that_becomes_a_cancellation() {
    let said = found(|request, command, now| {
        resume_changed(request, command, now, |resume| {
            if resume.decision == Some(CallbackDecision::Denied) {
                resume.decision = Some(CallbackDecision::Canceled);
            }
        })
    });
    assert!(said.contains("outcome"), "{said}");
}

#[test]
fn r6_a_refusal_that_lets_go_on() {
    let said =
        found(|request, command, now| resume_changed(request, command, now, |resume| resume.decision = None));
    assert!(said.contains("outcome"), "{said}");
}

#[test]
fn i3_a_decision_on_a_revision_that_is_gone() {
    let said = found(|request, command, now| {
        request.handle(&Command { expected_revision: None, ..command.clone() }, now)
    });
    assert!(said.contains("revisionConflict"), "{said}");
}
