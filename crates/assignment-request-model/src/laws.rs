//! The laws: what must hold for every step of every request, each written once and named after its rules.
//!
//! A law is a function that returns whether it is kept. [`STEPS`] judge a command and what it did, [`REQUESTS`] judge a
//! request as it stands. The exhaustive search, the random histories and the scenarios run the same lists, through
//! [`check`] or through [`check_step`], [`check_request`] and [`check_log`].

use std::error::Error;
use std::fmt;

use assignment_request::{
    Action, ApprovalDecision, Approver, ApproverKind, CallbackDecision, CalloutStage, CalloutStatus, Command,
    Decision, DeliveryFailure, DenialReason, Determination, Event, EventKind, Limits, Operation, Period,
    Phase, Rejection, RejectionKind, Request, Role, RouteStage, State, Status, SubjectId, Timestamp, decide,
    explain,
};

use crate::intents::system;
use crate::relation::link;

const CREATED: CalloutStage = CalloutStage::AssignmentRequestCreated;
const DETERMINING: CalloutStage = CalloutStage::AssignmentRequestDeterminingApprovalRequirements;
const APPROVED: CalloutStage = CalloutStage::AssignmentRequestApproved;
const GRANTED: CalloutStage = CalloutStage::AssignmentRequestGranted;
const REMOVED: CalloutStage = CalloutStage::AssignmentRequestRemoved;

/// A command that was given to a request, and what it did.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// The request.
    pub before: &'a Request,
    /// The command.
    pub command: &'a Command,
    /// When it was given.
    pub now: Timestamp,
    /// Its events, or why it was refused.
    pub outcome: Result<&'a [Event], Rejection>,
    /// The request after the command, refused or not.
    pub after: &'a Request,
}

impl<'a> Step<'a> {
    /// No events if the command was refused.
    fn events(&self) -> &'a [Event] {
        self.outcome.unwrap_or_default()
    }
}

/// A law that does not hold.
#[derive(Debug)]
pub struct Broken {
    /// The law's name.
    pub law: &'static str,
    /// What broke it.
    pub by: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} does not hold for {}", self.law, self.by)
    }
}

impl Error for Broken {}

/// The name of a law of a step, and the law.
pub type StepLaw = (&'static str, fn(&Step<'_>) -> bool);

/// The name of a law of a request, and the law.
pub type RequestLaw = (&'static str, fn(&Request) -> bool);

macro_rules! laws {
    ($($law:ident),+ $(,)?) => { &[$((stringify!($law), $law)),+] };
}

/// The laws of a step.
pub const STEPS: &[StepLaw] = laws![
    n1_the_same_question_has_the_same_answer,
    i1_a_refused_command_changes_nothing,
    i3_events_are_numbered_on_from_the_revision,
    n3_events_happen_now_and_not_before_the_last_one,
    n3_a_command_from_the_past_is_judged_as_if_it_came_with_the_last_event,
    n4_elapse_first_changes_no_answer,
    i4_an_explanation_says_what_decide_says,
    i4_permission_does_not_depend_on_time,
    i1_f3_r3_the_same_command_again_does_nothing_more,
    t2_k2_what_is_over_stays_over,
    v5_r7_no_one_decides_about_their_own_access,
    i6_y13_what_is_determined_stays,
    y5_no_extension_is_asked_once_all_stages_are_determined,
    y9_a_callback_determines_the_next_stage_before_any_approval,
    y8_a_determined_stage_has_an_approver_and_ends_within_the_limit,
    y5_y9_approval_is_asked_for_as_it_was_determined,
    f1_f2_each_order_is_the_next_attempt,
    w6_nothing_is_ordered_before_every_yes,
    w6_nothing_is_denied_or_canceled_once_there_may_be_access,
    the_relation_takes_the_same_step,
];

/// The laws of a request as it stands.
pub const REQUESTS: &[RequestLaw] = laws![
    t3_every_phase_has_its_state_and_status,
    f4_a_request_is_completed_if_and_only_if_it_has_ended,
    w7_every_wait_has_a_deadline,
    w7_d14_time_alone_ends_a_request,
    n4_n5_something_happens_at_the_next_deadline_and_not_before,
    v5_y12_no_one_reviews_what_concerns_them,
    v5_distinct_approvers_are_distinct,
    y5_approval_is_pending_only_once_every_stage_is_determined,
    w6_once_there_was_an_order_nothing_is_open,
    the_relation_begins_in_the_same_state,
];

/// Judges a step, and the request after it.
///
/// # Errors
///
/// The first law that does not hold.
pub fn check(step: &Step<'_>) -> Result<(), Broken> {
    check_step(step)?;
    check_request(step.after)
}

/// Judges a step.
///
/// # Errors
///
/// The first law that does not hold.
pub fn check_step(step: &Step<'_>) -> Result<(), Broken> {
    match STEPS.iter().find(|(_, holds)| !holds(step)) {
        None => Ok(()),
        Some((law, _)) => Err(Broken { law, by: format!("{step:?}") }),
    }
}

/// Judges a request.
///
/// # Errors
///
/// The first law that does not hold.
pub fn check_request(request: &Request) -> Result<(), Broken> {
    match REQUESTS.iter().find(|(_, holds)| !holds(request)) {
        None => Ok(()),
        Some((law, _)) => Err(Broken { law, by: format!("{request:?}") }),
    }
}

/// Judges all events of a request, from the submission on: the request is what they give (I2, I7), they are numbered
/// from 1 on (I3), and time never runs backwards (N3).
///
/// # Errors
///
/// If one of these does not hold.
pub fn check_log(log: &[Event], limits: &Limits, request: &Request) -> Result<(), Broken> {
    let broken = |law| Err(Broken { law, by: format!("{request:?} and {log:?}") });
    if Request::replay(log, limits).as_ref() != Ok(request) {
        return broken("i2_i7_the_request_is_the_fold_of_its_events");
    }
    if !(1..).zip(log).all(|(number, event)| event.sequence == number)
        || u64::try_from(log.len()) != Ok(request.revision())
    {
        return broken("i3_events_are_numbered_from_1_on");
    }
    if !log.is_sorted_by_key(|event| event.at) {
        return broken("n3_time_never_runs_backwards");
    }
    Ok(())
}

/// What `decide` says, with the events as a list.
fn answer(request: &Request, command: &Command, now: Timestamp) -> Result<Vec<Event>, Rejection> {
    decide(request, command, now).map(Decision::into_events)
}

fn is_same(answer: &Result<Vec<Event>, Rejection>, outcome: Result<&[Event], Rejection>) -> bool {
    answer.as_deref().map_err(|rejection| *rejection) == outcome
}

fn elapse() -> Command {
    Command::new(system(), Action::Elapse)
}

/// Some ticks earlier, or the first timestamp.
fn earlier(timestamp: Timestamp, ticks: i64) -> Timestamp {
    Timestamp::from_ticks(timestamp.ticks().saturating_sub(ticks)).unwrap_or(Timestamp::MIN)
}

fn concerns(request: &Request, id: SubjectId) -> bool {
    id == request.requestor() || Some(id) == request.target()
}

/// What was determined so far, in the order of the stages.
pub(crate) fn determinations(request: &Request) -> impl Iterator<Item = &Determination> {
    (0..).take(request.approval_stages().len()).filter_map(|stage| request.determination(stage))
}

/// How many approval stages extensions determine.
fn to_determine(request: &Request) -> usize {
    let is_determined = |stage: &&RouteStage| matches!(stage, RouteStage::Determined { .. });
    request.approval_stages().iter().filter(is_determined).count()
}

/// Whether an extension said of every determined stage what it is, and of no other.
fn is_all_determined(request: &Request) -> bool {
    (0..).zip(request.approval_stages()).all(|(index, stage)| {
        matches!(stage, RouteStage::Determined { .. }) == request.determination(index).is_some()
    })
}

/// Whether the request has ended, or waits for no one but someone who tries it again.
#[must_use]
pub const fn has_ended(phase: Phase) -> bool {
    match phase {
        Phase::Delivered
        | Phase::PartiallyDelivered
        | Phase::DeliveryFailed(_)
        | Phase::Denied(_)
        | Phase::Canceled(_) => true,
        Phase::Accepted { .. }
        | Phase::WaitingForCallback { .. }
        | Phase::PendingApproval { .. }
        | Phase::Scheduled { .. }
        | Phase::Delivering { .. } => false,
    }
}

// Steps.

/// A decision depends on the request, the command and the time alone (N1).
fn n1_the_same_question_has_the_same_answer(step: &Step<'_>) -> bool {
    is_same(&answer(step.before, step.command, step.now), step.outcome)
}

/// A refused command leaves the request as it was (I1).
fn i1_a_refused_command_changes_nothing(step: &Step<'_>) -> bool {
    step.outcome.is_ok() || step.after == step.before
}

/// The events of a command continue the numbers of those before, and the revision is the last number (I3).
fn i3_events_are_numbered_on_from_the_revision(step: &Step<'_>) -> bool {
    let first = step.before.revision() + 1;
    (first..).zip(step.events()).all(|(number, event)| event.sequence == number)
        && u64::try_from(step.events().len()).ok()
            == step.after.revision().checked_sub(step.before.revision())
}

/// Every event has the time of its command, or of the last event if the command's clock is behind (N3).
fn n3_events_happen_now_and_not_before_the_last_one(step: &Step<'_>) -> bool {
    let now = step.now.max(step.before.updated());
    step.events().iter().all(|event| event.at == now)
}

/// The command is accepted with the same events if its clock is a day behind the last event (N3).
fn n3_a_command_from_the_past_is_judged_as_if_it_came_with_the_last_event(step: &Step<'_>) -> bool {
    if step.now > step.before.updated() || step.outcome.is_err() {
        return true;
    }
    let explanation = explain(step.before, step.command, earlier(step.now, Period::from_days(1).ticks()));
    is_same(&explanation.outcome, step.outcome) && explanation.failures().next().is_none()
}

/// A command gives what `Elapse` and then the command would give (N4).
fn n4_elapse_first_changes_no_answer(step: &Step<'_>) -> bool {
    let Ok(mut events) = answer(step.before, &elapse(), step.now) else { return false };
    if events.is_empty() {
        return true;
    }
    let command = Command { expected_revision: None, ..step.command.clone() };
    let mut elapsed = step.before.clone();
    let is_handled = elapsed.handle(&elapse(), step.now).is_ok();
    let second = answer(&elapsed, &command, step.now).map(|rest| {
        events.extend(rest);
        events
    });
    is_handled && answer(step.before, &command, step.now) == second
}

/// An explanation has the outcome of the decision, and no check fails if the command is accepted (I4).
fn i4_an_explanation_says_what_decide_says(step: &Step<'_>) -> bool {
    let explanation = explain(step.before, step.command, step.now);
    is_same(&explanation.outcome, step.outcome)
        && explanation.failures().next().is_none() == step.outcome.is_ok()
}

/// A role that may not give a command may not give it later (I4).
fn i4_permission_does_not_depend_on_time(step: &Step<'_>) -> bool {
    let mut command = Command { expected_revision: None, ..step.command.clone() };
    let is_refused = |command: &Command, now| {
        let refusal = decide(step.before, command, now).err();
        refusal.is_some_and(|rejection| rejection.kind() == RejectionKind::NotPermitted)
    };
    Role::ALL.iter().all(|role| {
        command.actor.role = *role;
        !is_refused(&command, step.now) || is_refused(&command, Timestamp::MAX)
    })
}

/// An accepted command that is sent again is refused, or accepted without events (I1, F3, R3).
fn i1_f3_r3_the_same_command_again_does_nothing_more(step: &Step<'_>) -> bool {
    if step.outcome.is_err() {
        return true;
    }
    let command = Command { expected_revision: None, ..step.command.clone() };
    answer(step.after, &command, step.now).unwrap_or_default().is_empty()
}

/// Nothing happens to a request that is denied, canceled or delivered, but that a callout is reported as failed
/// (T2, K2, W1, X4).
fn t2_k2_what_is_over_stays_over(step: &Step<'_>) -> bool {
    let (Phase::Denied(_) | Phase::Canceled(_) | Phase::Delivered) = step.before.phase() else { return true };
    step.after.phase() == step.before.phase()
        && step.after.completed() == step.before.completed()
        && step.after.next_deadline().is_none()
        && match step.events() {
            [] => true,
            [event] => matches!(event.kind, EventKind::CalloutFailed { .. }),
            _ => false,
        }
}

/// Neither the requestor nor the target answers a callout or decides an approval stage (V5, R7).
fn v5_r7_no_one_decides_about_their_own_access(step: &Step<'_>) -> bool {
    let decides = matches!(step.command.action, Action::DecideStage(_) | Action::Resume(_));
    let is_own = decides && step.outcome.is_ok() && concerns(step.before, step.command.actor.id);
    !is_own
        && step.events().iter().all(|event| match &event.kind {
            EventKind::StageApproved { approver: id, .. }
            | EventKind::Denied(DenialReason::Approver { approver: id, .. }) => !concerns(step.after, *id),
            EventKind::CallbackReceived { actor, .. } => !concerns(step.after, actor.id),
            _ => true,
        })
}

/// What was determined about a stage is never changed or removed (I6, Y13).
fn i6_y13_what_is_determined_stays(step: &Step<'_>) -> bool {
    (0..).take(step.before.approval_stages().len()).all(|stage| {
        let determined = step.before.determination(stage);
        determined.is_none() || determined == step.after.determination(stage)
    })
}

/// An extension is asked to determine a stage only while there is one to determine (Y5).
fn y5_no_extension_is_asked_once_all_stages_are_determined(step: &Step<'_>) -> bool {
    let mut known = determinations(step.before).count();
    step.events().iter().all(|event| match &event.kind {
        EventKind::CallbackReceived { approval_stage: Some(_), .. } => {
            known += 1;
            true
        }
        EventKind::CalloutStarted { stage, .. } if *stage == DETERMINING => known < to_determine(step.after),
        _ => true,
    })
}

/// A callback with an approval stage answers the callout about the next stage to determine, while the request waits for
/// it; what it says is kept, with who said it (Y5, Y9, I6).
fn y9_a_callback_determines_the_next_stage_before_any_approval(step: &Step<'_>) -> bool {
    let known = determinations(step.before).count();
    let said: Vec<_> = step
        .events()
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::CallbackReceived { instance, approval_stage: Some(stage), actor, .. } => {
                Some((*instance, &**stage, actor.id))
            }
            _ => None,
        })
        .collect();
    let kept = determinations(step.after).skip(known).map(|one| (one.stage(), one.by()));
    let is_asked = |instance| {
        let callout = step.before.callouts().iter().find(|callout| callout.instance() == instance);
        callout.is_some_and(|callout| {
            callout.stage() == DETERMINING && usize::try_from(callout.index()) == Ok(known)
        })
    };
    kept.eq(said.iter().map(|(_, stage, by)| (*stage, *by)))
        && match said.as_slice() {
            [] => true,
            [(instance, ..)] => {
                is_asked(*instance)
                    && step.before.reviews().is_empty()
                    && matches!(
                        step.before.phase(),
                        Phase::WaitingForCallback { stage, .. } if stage == DETERMINING
                    )
            }
            _ => false,
        }
}

/// A determined stage has a primary approver who is neither the requestor, the target nor who determined it, and ends
/// within the limit of the rules (Y8).
fn y8_a_determined_stage_has_an_approver_and_ends_within_the_limit(step: &Step<'_>) -> bool {
    let limit = step.after.route().rules().spec().determined_stage_limit;
    step.events().iter().all(|event| {
        let EventKind::CallbackReceived { approval_stage: Some(stage), actor, .. } = &event.kind else {
            return true;
        };
        let counts = |approver: &Approver| match approver.kind {
            ApproverKind::SingleUser(id) => id != actor.id && !concerns(step.after, id),
            _ => true,
        };
        stage.primary_approvers.iter().chain(&stage.fallback_primary_approvers).any(counts)
            && stage.duration_before_automatic_denial.is_some_and(|denial| denial <= limit)
    })
}

/// Approval is asked for once every stage is determined, with the durations of the stage (Y5, Y9, V1, V2).
fn y5_y9_approval_is_asked_for_as_it_was_determined(step: &Step<'_>) -> bool {
    step.events().iter().all(|event| {
        let EventKind::ApprovalRequested { stage, deadline, escalation } = event.kind else { return true };
        let later = |duration| event.at.saturating_add(duration);
        is_all_determined(step.after)
            && step.after.approval_stage(stage).is_some_and(|settings| {
                deadline == later(settings.duration_before_automatic_denial)
                    && escalation == settings.duration_before_escalation.map(later)
            })
    })
}

/// The orders of fulfillment are numbered, each the next, and the request knows the last (F1, F2).
fn f1_f2_each_order_is_the_next_attempt(step: &Step<'_>) -> bool {
    let mut attempt = step.before.attempt().unwrap_or(0);
    step.events().iter().all(|event| match event.kind {
        EventKind::FulfillmentOrdered { attempt: ordered, .. } => {
            attempt += 1;
            ordered == attempt
        }
        _ => true,
    }) && step.after.attempt().unwrap_or(0) == attempt
}

/// Fulfillment is ordered once every stage is determined and approved, and every callout that is waited for on the
/// route was answered with "continue" (W6).
fn w6_nothing_is_ordered_before_every_yes(step: &Step<'_>) -> bool {
    let is_order = |event: &Event| matches!(event.kind, EventKind::FulfillmentOrdered { .. });
    if !step.events().iter().any(is_order) {
        return true;
    }
    let request = step.after;
    let reviews = request.reviews();
    let is_approved = is_all_determined(request)
        && reviews.len() == request.approval_stages().len()
        && reviews.iter().all(|review| review.decision == ApprovalDecision::Approve);
    let stages: &[CalloutStage] = match request.request_type().operation() {
        Operation::Add if request.is_approval_required() => &[CREATED, DETERMINING, APPROVED, GRANTED],
        Operation::Add => &[CREATED, APPROVED, GRANTED],
        Operation::Update if request.is_approval_required() => &[CREATED, DETERMINING, APPROVED],
        Operation::Update => &[CREATED, APPROVED],
        Operation::Remove => &[REMOVED],
    };
    is_approved
        && stages.iter().all(|stage| {
            (0..).zip(request.route().extensions(*stage)).all(|(index, extension)| {
                let mut callouts = request.callouts().iter().rev();
                let last = callouts.find(|one| (one.stage(), one.index()) == (*stage, index));
                let answer = last.map(|callout| (callout.status(), callout.decision()));
                extension.timeout.is_none()
                    || answer == Some((CalloutStatus::CallbackReceived, Some(CallbackDecision::Continue)))
            })
        })
}

/// No request is denied after an order. It is canceled after one only if the rules say so and the host reported that
/// the delivery failed (W6, K1).
fn w6_nothing_is_denied_or_canceled_once_there_may_be_access(step: &Step<'_>) -> bool {
    let attempt = step.after.attempt();
    let may_cancel = step.after.route().rules().spec().cancelable.contains(Status::DeliveryFailed);
    let is_possible = match step.after.phase() {
        Phase::Denied(_) => attempt.is_none(),
        Phase::Canceled(_) => attempt.is_none() || may_cancel,
        _ => true,
    };
    let mut has_failed = step.before.phase() == Phase::DeliveryFailed(DeliveryFailure::Fulfillment);
    is_possible
        && step.events().iter().all(|event| match event.kind {
            EventKind::Denied(_) => attempt.is_none(),
            EventKind::Canceled(_) => attempt.is_none() || may_cancel && has_failed,
            EventKind::CalloutFailed { .. } => true,
            EventKind::DeliveryFailed(failure) => {
                has_failed = failure == DeliveryFailure::Fulfillment;
                true
            }
            _ => {
                has_failed = false;
                true
            }
        })
}

/// The relation about which the promises are proven accepts what the machine accepts, with the same events and the same
/// request after them, and refuses what the machine refuses.
fn the_relation_takes_the_same_step(step: &Step<'_>) -> bool {
    link::compare(step).is_ok()
}

// Requests.

/// The relation begins with the request that was submitted.
fn the_relation_begins_in_the_same_state(request: &Request) -> bool {
    request.revision() > 1 || link::compare_submitted(request).is_ok()
}

/// The row of T3 that the request is in, in the order of the specification.
#[must_use]
pub fn row(request: &Request) -> usize {
    match (request.phase(), request.state()) {
        (Phase::Accepted { .. }, _) => 0,
        (Phase::WaitingForCallback { stage: CREATED, .. }, _) => 1,
        (Phase::WaitingForCallback { stage: DETERMINING, .. }, _) => 2,
        (Phase::PendingApproval { .. }, _) if request.status() == Status::PendingApproval => 3,
        (Phase::PendingApproval { .. }, _) => 4,
        (Phase::WaitingForCallback { .. }, State::Submitted) => 5,
        (Phase::WaitingForCallback { .. }, State::PendingApproval) => 6,
        (Phase::Scheduled { .. }, _) => 7,
        (Phase::WaitingForCallback { .. }, _) => 8,
        (Phase::Delivering { .. }, _) => 9,
        (Phase::Delivered, _) => 10,
        (Phase::PartiallyDelivered, _) => 11,
        (Phase::DeliveryFailed(DeliveryFailure::Fulfillment | DeliveryFailure::FulfillmentTimedOut), _) => 12,
        (Phase::DeliveryFailed(DeliveryFailure::CalloutFailed), _) => 13,
        (Phase::DeliveryFailed(DeliveryFailure::CallbackTimedOut), _) => 14,
        (Phase::Denied(_), _) if request.status() == Status::Denied => 15,
        (Phase::Denied(_), _) => 16,
        (Phase::Canceled(_), _) => 17,
    }
}

/// State and status of each row of T3.
pub const ROWS: [(State, Status); 18] = [
    (State::Submitted, Status::Accepted),
    (State::Submitted, Status::WaitingForCallback),
    (State::Submitted, Status::WaitingForCallback),
    (State::PendingApproval, Status::PendingApproval),
    (State::PendingApproval, Status::PendingApprovalEscalated),
    (State::Submitted, Status::WaitingForCallback),
    (State::PendingApproval, Status::WaitingForCallback),
    (State::Scheduled, Status::PendingNotBefore),
    (State::Delivering, Status::WaitingForCallback),
    (State::Delivering, Status::Delivering),
    (State::Delivered, Status::Fulfilled),
    (State::PartiallyDelivered, Status::PartiallyDelivered),
    (State::DeliveryFailed, Status::DeliveryFailed),
    (State::DeliveryFailed, Status::CalloutFailed),
    (State::DeliveryFailed, Status::CallbackTimedOut),
    (State::Denied, Status::Denied),
    (State::Denied, Status::Expired),
    (State::Canceled, Status::Canceled),
];

/// State and status are those of the row (T3).
fn t3_every_phase_has_its_state_and_status(request: &Request) -> bool {
    ROWS.get(row(request)) == Some(&(request.state(), request.status()))
}

/// The time of completion is there if the request has ended, and only then (F4).
fn f4_a_request_is_completed_if_and_only_if_it_has_ended(request: &Request) -> bool {
    request.completed().is_some() == has_ended(request.phase())
}

/// Whether the request waits without a time limit: it is for validation only, or the rules say so.
fn waits_without_limit(request: &Request) -> bool {
    let rules = request.route().rules().spec();
    match request.phase() {
        Phase::Accepted { .. } => request.is_validation_only() || rules.accepted_timeout.is_none(),
        Phase::Delivering { .. } => rules.fulfillment_timeout.is_none(),
        _ => false,
    }
}

/// Every wait has a deadline, unless the rules switch it off; a request for validation only waits for nothing (W7).
fn w7_every_wait_has_a_deadline(request: &Request) -> bool {
    let waits = !has_ended(request.phase()) && !waits_without_limit(request);
    request.next_deadline().is_some() == waits
}

/// If no one does anything, every request ends (W7, D14).
fn w7_d14_time_alone_ends_a_request(request: &Request) -> bool {
    let mut request = request.clone();
    for _ in 0..20 {
        let Some(deadline) = request.next_deadline() else { break };
        if request.handle(&elapse(), deadline.at).is_ok_and(|events| events.is_empty()) {
            return false;
        }
    }
    has_ended(request.phase()) || waits_without_limit(&request)
}

/// The next deadline is ahead. The request changes its phase at it, and nothing happens a tick earlier; without one,
/// nothing happens ever (N4, N5).
fn n4_n5_something_happens_at_the_next_deadline_and_not_before(request: &Request) -> bool {
    let Some(deadline) = request.next_deadline() else {
        return answer(request, &elapse(), Timestamp::MAX) == Ok(Vec::new());
    };
    let mut elapsed = request.clone();
    deadline.at > request.updated()
        && answer(request, &elapse(), earlier(deadline.at, 1)) == Ok(Vec::new())
        && elapsed.handle(&elapse(), deadline.at).is_ok_and(|events| !events.is_empty())
        && elapsed.phase() != request.phase()
}

/// No one decided a stage that they determined, or about their own access (V5, Y12).
fn v5_y12_no_one_reviews_what_concerns_them(request: &Request) -> bool {
    (0..).zip(request.reviews()).all(|(stage, review)| {
        let by = request.determination(stage).map(Determination::by);
        by != Some(review.approver) && !concerns(request, review.approver)
    })
}

/// If the rules ask for distinct approvers, no one approved two stages (V5).
fn v5_distinct_approvers_are_distinct(request: &Request) -> bool {
    let is_approval = |decision| decision == ApprovalDecision::Approve;
    let approvals = request.reviews().iter().filter(|review| is_approval(review.decision));
    let mut approvers: Vec<SubjectId> = approvals.map(|review| review.approver).collect();
    let count = approvers.len();
    approvers.sort_unstable();
    approvers.dedup();
    !request.route().rules().spec().distinct_approvers || approvers.len() == count
}

/// While approval is pending, every stage is determined (Y5).
fn y5_approval_is_pending_only_once_every_stage_is_determined(request: &Request) -> bool {
    !matches!(request.phase(), Phase::PendingApproval { .. }) || is_all_determined(request)
}

/// After an order, no callout is waited for, and every stage was decided (W6).
fn w6_once_there_was_an_order_nothing_is_open(request: &Request) -> bool {
    let mut callouts = request.callouts().iter();
    request.attempt().is_none()
        || request.reviews().len() == request.approval_stages().len()
            && !callouts.any(|callout| callout.status() == CalloutStatus::WaitingForCallback)
}
