//! Requests and their steps.

use assignment_request::{
    Action, Actor, ApprovalDecision, CallbackDecision, Callout, Command, DeadlineKind, DeliveryOutcome,
    Event, Period, Phase, Policy, Request, Resume, Role, StageDecision, SubjectId, Tier, Timestamp,
};

use crate::bodies::{Asking, now};

/// The host.
pub const SYSTEM: Actor = Actor::new(SubjectId::from_u128(0x5e5), Role::System);
/// An external system.
pub const EXTENSION: Actor = Actor::new(SubjectId::from_u128(0xe87), Role::Extension);

/// Submits the request. Returns it with its first event.
pub fn submitted(policy: &Policy, asking: &Asking) -> (Request, Event) {
    policy
        .submit(asking.request, &asking.draft, asking.assignment.as_ref(), asking.actor, now())
        .expect("what is asked can be had")
}

/// A command and its timestamp.
#[derive(Clone, Debug)]
pub struct Step {
    /// The command.
    pub command: Command,
    /// The time of the command.
    pub at: Timestamp,
}

/// Returns the next step towards delivery, without texts. `None` if the request has ended.
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
    Actor::new(SubjectId::from_u128(0xa99 + u128::from(stage)), Role::Approver)
}

fn approval(stage: u32) -> Action {
    let decision = ApprovalDecision::Approve;
    Action::DecideStage(StageDecision { stage, tier: Tier::Primary, decision, justification: None })
}

const fn report(attempt: u32, outcome: DeliveryOutcome) -> Action {
    Action::ReportDelivery { attempt, outcome }
}

/// Returns a callback without texts that lets the request continue.
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

/// Returns all steps of a request, in order.
#[must_use]
pub fn steps(mut request: Request) -> Vec<Step> {
    let mut steps = Vec::new();
    while let Some(step) = next_step(&request) {
        handle(&mut request, &step.command, step.at);
        steps.push(step);
    }
    steps
}

/// Returns a request after its first `count` steps, or fewer if it ends before that.
pub fn after(mut request: Request, count: usize) -> Request {
    for _ in 0..count {
        let Some(Step { command, at }) = next_step(&request) else { break };
        handle(&mut request, &command, at);
    }
    request
}

/// Gives a command that is known to be allowed.
pub fn handle(request: &mut Request, command: &Command, at: Timestamp) -> Vec<Event> {
    request.handle(command, at).expect("what is asked is allowed")
}

/// Returns twenty events of a request for access without a schedule. It waits for callbacks, is escalated, and is
/// approved in three stages; its delivery fails and is ordered again.
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

/// Returns commands that give a request a history of at least `events` events. A callback times out again and again,
/// and the request is reprocessed each time. No one sends `Elapse`, so that each command comes after a deadline.
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
