//! Requests on their way.

use assignment_request::{
    Action, Actor, ApprovalDecision, Callout, Command, DeadlineKind, StageDecision, DeliveryOutcome, Event, Timestamp,
    Period, Phase, Policy, Request, Resume, Role, Tier,
};
use uuid::Uuid;

use crate::bodies::{Asking, now};

/// The host.
pub const SYSTEM: Actor = Actor::new(Uuid::from_u128(0x5e5), Role::System);
/// An outside system.
pub const EXTENSION: Actor = Actor::new(Uuid::from_u128(0xe87), Role::Extension);

/// The request that was asked for, and its first event.
pub fn submitted(policy: &Policy, asking: &Asking) -> (Request, Event) {
    policy
        .submit(asking.request, &asking.draft, asking.assignment.as_ref(), asking.actor, now())
        .expect("what is asked can be had")
}

/// A command at its moment.
#[derive(Clone, Debug)]
pub struct Step {
    /// What is asked.
    pub command: Command,
    /// When.
    pub at: Timestamp,
}

/// The step that moves a request on towards its delivery, without text; none where it is at its end.
pub fn next_step(request: &Request) -> Option<Step> {
    let mut at = request.updated();
    let (actor, action) = match request.phase() {
        Phase::Accepted { .. } => (SYSTEM, Action::Process { target: None }),
        Phase::WaitingForCallback { .. } => {
            (EXTENSION, Action::Resume(answer_to(request.callouts().last()?)))
        }
        Phase::PendingApproval { stage, .. } => (approver(stage), approval(stage)),
        Phase::Scheduled { start } => {
            at = start;
            (SYSTEM, Action::Elapse)
        }
        Phase::Delivering { .. } => (SYSTEM, report(request.attempt()?, DeliveryOutcome::Delivered)),
        Phase::Delivered
        | Phase::PartiallyDelivered
        | Phase::DeliveryFailed(_)
        | Phase::Denied(_)
        | Phase::Canceled(_) => return None,
    };
    Some(Step { command: Command::new(actor, action), at })
}

fn approver(stage: u32) -> Actor {
    Actor::new(Uuid::from_u128(0xa99 + u128::from(stage)), Role::Approver)
}

fn approval(stage: u32) -> Action {
    let decision = ApprovalDecision::Approve;
    Action::DecideStage(StageDecision { stage, tier: Tier::Primary, decision, justification: None })
}

const fn report(attempt: u32, outcome: DeliveryOutcome) -> Action {
    Action::ReportDelivery { attempt, outcome }
}

/// A callback without text that lets the request go on.
fn answer_to(callout: &Callout) -> Resume {
    Resume {
        instance: callout.instance(),
        stage: callout.stage(),
        decision: CallbackDecision::Continue,
        approval_stage: None,
        source: None,
        detail: None,
    }
}

/// All the steps of a request's life, in order.
#[must_use]
pub fn steps(mut request: Request) -> Vec<Step> {
    let mut steps = Vec::new();
    while let Some(step) = next_step(&request) {
        handle(&mut request, &step.command, step.at);
        steps.push(step);
    }
    steps
}

/// A request after its first `count` steps, or fewer where it ended before.
pub fn after(mut request: Request, count: usize) -> Request {
    for _ in 0..count {
        let Some(Step { command, at }) = next_step(&request) else { break };
        handle(&mut request, &command, at);
    }
    request
}

/// Asks for what is known to be allowed.
pub fn handle(request: &mut Request, command: &Command, at: Timestamp) -> Vec<Event> {
    request.handle(command, at).expect("what is asked is allowed")
}

/// Twenty events of a request for access without a schedule: it waits for callbacks, is escalated, approved in three
/// stages, and its delivery fails and is ordered again.
pub fn playback_of_twenty_events(policy: &Policy, asking: &Asking) -> Vec<Event> {
    let (mut request, first) = submitted(policy, asking);
    let mut events = vec![first];
    let mut handle = |request: &mut Request, actor, action, at| {
        events.extend(handle(request, &Command::new(actor, action), at));
    };
    while request.phase().deadline().is_none_or(|deadline| deadline.kind != DeadlineKind::Escalation) {
        let Step { command, at } = next_step(&request).expect("it is not escalated yet");
        handle(&mut request, command.actor, command.action, at);
    }
    let late = request.updated().saturating_add(Period::from_days(8));
    handle(&mut request, SYSTEM, Action::Elapse, late);
    while request.attempt().is_none() {
        let Step { command, at } = next_step(&request).expect("it is not delivered yet");
        handle(&mut request, command.actor, command.action, at);
    }
    handle(&mut request, SYSTEM, report(1, DeliveryOutcome::Failed), late);
    handle(&mut request, SYSTEM, Action::Reprocess, late);
    assert_eq!(events.len(), 20);
    events
}

/// Commands that give a request a long life of at least `events` events: a callback times out again and again, what
/// failed is tried again, and nobody sends `Elapse`, so that each command comes after a deadline.
pub fn long_playback(first: &Request, events: u64) -> Vec<Step> {
    let mut request = first.clone();
    let process = Command::new(SYSTEM, Action::Process { target: None });
    let mut steps = vec![Step { command: process, at: request.updated() }];
    handle(&mut request, &steps[0].command, steps[0].at);
    while request.revision() < events {
        let at = request.next_deadline().expect("a callback is waited for").at;
        let command = Command::new(SYSTEM, Action::Reprocess);
        handle(&mut request, &command, at);
        steps.push(Step { command, at });
    }
    steps
}
