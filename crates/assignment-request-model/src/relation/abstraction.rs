//! A request and a command as the relation sees them.

use assignment_request::{
    Action, ApprovalDecision, ApprovalStage, CallbackDecision, CalloutStage, CalloutStatus, Cancellation,
    DeliveryFailure, Denial, Determination, DeterminedStage, Escalation, OnCalloutFailure, Operation, Period,
    Phase, Rejection, Request, Role, RouteStage, Status, SubjectId, Tier, Timestamp, WaitFailure,
};

use super::logic::{Lists, Values};
use super::state::{
    Input, Policy, State, Watched, answer, decision, escalation, operation, place, reason, role, stage,
    status,
};
use crate::laws::{self, determinations};
use crate::model::determined;

/// What a request's policy says about its stages and extensions, and what a resume says about the next stage.
#[derive(Clone, Copy, Debug)]
pub struct RouteOf<'a> {
    pub(super) request: &'a Request,
    /// The approval stage of the resume that is judged.
    pub(super) resumed: Option<&'a DeterminedStage>,
}

const STAGES: [CalloutStage; 5] = [
    CalloutStage::AssignmentRequestCreated,
    CalloutStage::AssignmentRequestDeterminingApprovalRequirements,
    CalloutStage::AssignmentRequestApproved,
    CalloutStage::AssignmentRequestGranted,
    CalloutStage::AssignmentRequestRemoved,
];

pub(super) fn stage_of(stage: CalloutStage) -> i128 {
    (0..).zip(STAGES).find(|(_, one)| *one == stage).map_or(stage::PRE_EXPIRATION, |(number, _)| number)
}

fn callout_stage(number: i128) -> Option<CalloutStage> {
    STAGES.get(usize::try_from(number).ok()?).copied()
}

fn status_of(number: i128) -> Option<Status> {
    Some(match number {
        status::ACCEPTED => Status::Accepted,
        status::WAITING_FOR_CALLBACK => Status::WaitingForCallback,
        status::PENDING_APPROVAL => Status::PendingApproval,
        status::PENDING_APPROVAL_ESCALATED => Status::PendingApprovalEscalated,
        status::PENDING_NOT_BEFORE => Status::PendingNotBefore,
        status::DELIVERY_FAILED => Status::DeliveryFailed,
        status::CALLOUT_FAILED => Status::CalloutFailed,
        status::CALLBACK_TIMED_OUT => Status::CallbackTimedOut,
        _ => return None,
    })
}

impl RouteOf<'_> {
    fn timeout_of(self, stage: i128, index: i128) -> Option<i128> {
        let mut extensions = self.request.route().extensions(callout_stage(stage)?);
        Some(i128::from(extensions.nth(usize::try_from(index).ok()?)?.timeout?.ticks()))
    }

    /// The settings of an approval stage, if the policy sets it or an extension has determined it.
    fn approval(self, index: i128) -> Option<ApprovalStage> {
        let stages = self.request.approval_stages();
        let known = match stages.get(usize::try_from(index).ok()?)? {
            RouteStage::Set(stage) => return Some(*stage),
            RouteStage::Determined { .. } => determinations(self.request).map(Determination::stage),
        };
        let position = usize::try_from(self.determined_before(index)).ok()?;
        let stage = known.chain(self.resumed).nth(position)?;
        Some(ApprovalStage {
            duration_before_automatic_denial: stage.duration_before_automatic_denial?,
            duration_before_escalation: stage
                .duration_before_escalation
                .filter(|_| stage.is_escalation_enabled),
            is_approver_justification_required: stage.is_approver_justification_required,
        })
    }
}

fn count(of: usize) -> i128 {
    i128::try_from(of).unwrap()
}

impl<'a> Lists<Values<'a>> for RouteOf<'a> {
    fn extensions(&self, stage: i128) -> i128 {
        callout_stage(stage).map_or(0, |stage| count(self.request.route().extensions(stage).count()))
    }
    fn waits(&self, stage: i128, index: i128) -> bool {
        self.timeout_of(stage, index).is_some()
    }
    fn timeout(&self, stage: i128, index: i128) -> i128 {
        self.timeout_of(stage, index).unwrap_or(0)
    }
    fn may_deny(&self, stage: i128) -> bool {
        callout_stage(stage).is_some_and(|stage| self.request.route().rules().spec().deny_at.contains(stage))
    }
    fn may_cancel(&self, stage: i128) -> bool {
        callout_stage(stage)
            .is_some_and(|stage| self.request.route().rules().spec().cancel_at.contains(stage))
    }
    fn cancelable(&self, status: i128) -> bool {
        status_of(status)
            .is_some_and(|status| self.request.route().rules().spec().cancelable.contains(status))
    }
    fn is_determined(&self, approval_stage: i128) -> bool {
        usize::try_from(approval_stage).is_ok_and(|index| {
            matches!(self.request.route().approval_stages().get(index), Some(RouteStage::Determined { .. }))
        })
    }
    fn determined_before(&self, approval_stage: i128) -> i128 {
        count((0..approval_stage).filter(|index| self.is_determined(*index)).count())
    }
    fn denial_after(&self, approval_stage: i128) -> i128 {
        self.approval(approval_stage)
            .map_or(0, |stage| i128::from(stage.duration_before_automatic_denial.ticks()))
    }
    fn escalates(&self, approval_stage: i128) -> bool {
        self.approval(approval_stage).is_some_and(|stage| stage.duration_before_escalation.is_some())
    }
    fn escalation_after(&self, approval_stage: i128) -> i128 {
        let escalation = self.approval(approval_stage).and_then(|stage| stage.duration_before_escalation);
        escalation.map_or(0, |after| i128::from(after.ticks()))
    }
    fn needs_justification(&self, approval_stage: i128) -> bool {
        self.approval(approval_stage).is_some_and(|stage| stage.is_approver_justification_required)
    }
}

/// A subject as a number. Different subjects have different numbers.
pub(super) const fn subject(id: SubjectId) -> i128 {
    id.uuid().as_u128().cast_signed()
}

pub(super) fn ticks(at: Timestamp) -> i128 {
    i128::from(at.ticks())
}

/// Whether an approval stage is what Y8 asks for, in the words of the model.
fn is_good(request: &Request, by: SubjectId, stage: &DeterminedStage) -> bool {
    let longest = request.route().rules().spec().determined_stage_limit;
    let barred = [request.requestor(), request.target().unwrap_or(by), by];
    determined::faults(stage, longest, &barred).is_empty()
}

/// The policy of a request.
pub(super) fn policy_of<'a>(request: &Request) -> Policy<Values<'a>> {
    let route = request.route();
    let rules = route.rules().spec();
    let operation = request.request_type().operation();
    let is_determined = |stage: &&RouteStage| matches!(stage, RouteStage::Determined { .. });
    let stages: &[CalloutStage] = match operation {
        Operation::Add => &[STAGES[0], STAGES[2], STAGES[3]],
        Operation::Update => &[STAGES[0], STAGES[2]],
        Operation::Remove => &[STAGES[4]],
    };
    let to_determine = request.approval_stages().iter().filter(is_determined).count();
    let waits = |stage: &CalloutStage| route.extensions(*stage).any(|extension| extension.timeout.is_some());
    let duration = |period: Option<Period>| period.map_or(0, |period| i128::from(period.ticks()));
    let start = request.schedule().and_then(|schedule| schedule.start);
    Policy {
        operation: match operation {
            Operation::Add => operation::ADD,
            Operation::Update => operation::UPDATE,
            Operation::Remove => operation::REMOVE,
        },
        is_validation_only: request.is_validation_only(),
        requestor: subject(request.requestor()),
        approval_stages: count(request.approval_stages().len()),
        to_determine: count(to_determine),
        has_wait: to_determine > 0 || stages.iter().any(waits),
        has_start: start.is_some(),
        start: start.map_or(0, ticks),
        has_window_end: request.window_end().is_some(),
        window_end: request.window_end().map_or(0, ticks),
        holds: rules.on_callout_failure == OnCalloutFailure::Hold,
        reprocess_window: duration(Some(rules.reprocess_window)),
        has_fulfillment_timeout: rules.fulfillment_timeout.is_some(),
        fulfillment_timeout: duration(rules.fulfillment_timeout),
        has_accepted_timeout: rules.accepted_timeout.is_some(),
        accepted_timeout: duration(rules.accepted_timeout),
        distinct_approvers: rules.distinct_approvers,
        latest: ticks(Timestamp::MAX),
    }
}

const fn reason_of(failure: DeliveryFailure) -> i128 {
    match failure {
        DeliveryFailure::Fulfillment => reason::FULFILLMENT,
        DeliveryFailure::FulfillmentTimedOut => reason::FULFILLMENT_TIMED_OUT,
        DeliveryFailure::CalloutFailed => reason::CALLOUT_FAILED,
        DeliveryFailure::CallbackTimedOut => reason::CALLBACK_TIMED_OUT,
    }
}

/// The place, and why the request is there.
fn place_of(phase: Phase) -> (i128, i128) {
    match phase {
        Phase::Accepted { .. } => (place::ACCEPTED, reason::NONE),
        Phase::WaitingForCallback { held, .. } => (
            place::WAITING,
            match held {
                None => reason::NONE,
                Some(WaitFailure::CalloutFailed) => reason::CALLOUT_FAILED,
                Some(WaitFailure::CallbackTimedOut) => reason::CALLBACK_TIMED_OUT,
            },
        ),
        Phase::PendingApproval { .. } => (place::PENDING, reason::NONE),
        Phase::Scheduled { .. } => (place::SCHEDULED, reason::NONE),
        Phase::Delivering { .. } => (place::DELIVERING, reason::NONE),
        Phase::Delivered => (place::DELIVERED, reason::NONE),
        Phase::PartiallyDelivered => (place::PARTIALLY_DELIVERED, reason::NONE),
        Phase::DeliveryFailed(failure) => (place::FAILED, reason_of(failure)),
        Phase::Denied(denial) => (
            place::DENIED,
            match denial {
                Denial::Approver => reason::APPROVER,
                Denial::Callback => reason::CALLBACK,
                Denial::ApprovalExpired => reason::APPROVAL_EXPIRED,
                Denial::WindowPassed => reason::WINDOW_PASSED,
                Denial::NotProcessed => reason::NOT_PROCESSED,
            },
        ),
        Phase::Canceled(by) => (
            place::CANCELED,
            match by {
                Cancellation::Requestor(_) => reason::REQUESTOR,
                Cancellation::Administrator(_) => reason::ADMINISTRATOR,
                Cancellation::System(_) => reason::SYSTEM,
                Cancellation::Callback => reason::CALLBACK,
            },
        ),
    }
}

/// The abstraction of a request.
pub(super) fn state_of<'a>(request: &Request, watched: &Watched<Values<'a>>) -> State<Values<'a>> {
    let (place, reason) = place_of(request.phase());
    let (has_deadline, deadline, escalation, escalate_at) = match request.phase() {
        Phase::Accepted { deadline } | Phase::Delivering { deadline } => {
            (deadline.is_some(), deadline.map_or(0, ticks), 0, 0)
        }
        Phase::WaitingForCallback { deadline, .. } => (true, ticks(deadline), 0, 0),
        Phase::PendingApproval { deadline, escalation, .. } => {
            let (escalation, at) = match escalation {
                Escalation::Disabled => (escalation::DISABLED, 0),
                Escalation::At(at) => (escalation::AHEAD, ticks(at)),
                Escalation::Escalated => (escalation::ESCALATED, 0),
            };
            (true, ticks(deadline), escalation, at)
        }
        Phase::Scheduled { start } => (true, ticks(start), 0, 0),
        Phase::Delivered
        | Phase::PartiallyDelivered
        | Phase::DeliveryFailed(_)
        | Phase::Denied(_)
        | Phase::Canceled(_) => (false, 0, 0, 0),
    };
    let last = request.callouts().last();
    let is_approval = |decision| decision == ApprovalDecision::Approve;
    let index = usize::try_from(watched.approval_stage).unwrap();
    let review = request.reviews().get(index);
    let determination = u32::try_from(index).ok().and_then(|index| request.determination(index));
    let is_well_appointed = determination.is_some_and(|one| is_good(request, one.by(), one.stage()));
    let of_watched = request.callouts().iter().rev().find(|callout| {
        stage_of(callout.stage()) == watched.callout_stage
            && i128::from(callout.index()) == watched.callout_index
    });
    State {
        place,
        reason,
        next_stage: 0,
        next: 0,
        callout_stage: last.map_or(0, |callout| stage_of(callout.stage())),
        callout_index: last.map_or(0, |callout| i128::from(callout.index())),
        callout_attempt: last.map_or(0, |callout| i128::from(callout.attempt())),
        has_deadline,
        deadline,
        escalation,
        escalate_at,
        attempt: request.attempt().map_or(0, i128::from),
        revision: i128::from(request.revision()),
        updated: ticks(request.updated()),
        is_completed: request.completed().is_some(),
        has_retry_end: request.reprocess_window_end().is_some(),
        retry_end: request.reprocess_window_end().map_or(0, ticks),
        approved: count(request.reviews().iter().filter(|review| is_approval(review.decision)).count()),
        determined: count(determinations(request).count()),
        is_target_known: request.target().is_some(),
        target: request.target().map_or(0, subject),
        is_decided: review.is_some(),
        decider: review.map_or(0, |review| subject(review.approver)),
        is_appointed: determination.is_some(),
        appointer: determination.map_or(0, |one| subject(one.by())),
        is_well_appointed,
        callout_attempts: of_watched.map_or(0, |callout| i128::from(callout.attempt())),
        callout_answer: of_watched.map_or(answer::NOT_STARTED, |callout| match callout.status() {
            CalloutStatus::CalloutSent => answer::SENT,
            CalloutStatus::WaitingForCallback => answer::WAITING,
            CalloutStatus::CallbackReceived if callout.decision() == Some(CallbackDecision::Continue) => {
                answer::YES
            }
            CalloutStatus::CallbackReceived => answer::NO,
            CalloutStatus::CallbackTimedOut => answer::TIMED_OUT,
            CalloutStatus::CalloutFailed => answer::FAILED,
        }),
        reviews: count(
            request.reviews().iter().filter(|review| subject(review.approver) == watched.person).count(),
        ),
    }
}

/// What is watched in turn: first what the command names, then each stage, callout and approver of the request.
pub(super) fn watched_by<'a>(step: &laws::Step<'_>, turn: usize) -> Watched<Values<'a>> {
    let request = step.after;
    let instance = match &step.command.action {
        Action::Resume(resume) => Some(resume.instance),
        Action::ReportCalloutFailed { instance, .. } => Some(*instance),
        _ => None,
    };
    let named = instance.and_then(|instance| request.callout(instance)).filter(|_| turn == 0);
    let of_turn = |all: usize| turn.checked_rem(all);
    let callout = named.or_else(|| request.callouts().get(of_turn(request.callouts().len())?));
    let approval_stage = match &step.command.action {
        Action::DecideStage(decision) if turn == 0 => i128::from(decision.stage),
        _ => count(of_turn(request.approval_stages().len()).unwrap_or(0)),
    };
    let review = of_turn(request.reviews().len()).and_then(|turn| request.reviews().get(turn));
    let person = review.filter(|_| turn > 0).map_or(step.command.actor.id, |review| review.approver);
    Watched {
        approval_stage,
        callout_stage: callout.map_or(0, |callout| stage_of(callout.stage())),
        callout_index: callout.map_or(0, |callout| i128::from(callout.index())),
        person: subject(person),
    }
}

/// A command that says nothing.
const fn nothing<'a>() -> Input<Values<'a>> {
    Input {
        now: 0,
        role: 0,
        actor: 0,
        expects_revision: false,
        expected_revision: 0,
        gives_target: false,
        given_target: 0,
        callout_stage: stage::UNKNOWN,
        callout_index: 0,
        callout_attempt: 0,
        was_sent: false,
        given_stage: 0,
        decision: decision::CONTINUE,
        carries_stage: false,
        is_good_stage: false,
        are_good_texts: false,
        approval_stage: 0,
        is_escalation_tier: false,
        has_justification: false,
        has_reviewed: false,
        has_appointed: false,
        attempt: 0,
    }
}

/// The command as the relation reads it. The relation does not judge texts: they are good if the machine says so.
pub(super) fn input_of<'a>(step: &laws::Step<'_>) -> Input<Values<'a>> {
    let laws::Step { before, command, now, outcome, .. } = *step;
    let are_good_texts =
        !matches!(outcome, Err(Rejection::TooLong { .. } | Rejection::ForbiddenCharacter { .. }));
    let mut input = Input {
        now: ticks(now),
        role: match command.actor.role {
            Role::User => role::USER,
            Role::Approver => role::APPROVER,
            Role::Administrator => role::ADMINISTRATOR,
            Role::Extension => role::EXTENSION,
            Role::System => role::SYSTEM,
        },
        actor: subject(command.actor.id),
        expects_revision: command.expected_revision.is_some(),
        expected_revision: command.expected_revision.map_or(0, i128::from),
        are_good_texts,
        ..nothing()
    };
    let callout = |instance, input: &mut Input<Values<'a>>| {
        if let Some(callout) = before.callout(instance) {
            input.callout_stage = stage_of(callout.stage());
            input.callout_index = i128::from(callout.index());
            input.callout_attempt = i128::from(callout.attempt());
            input.was_sent = callout.status() == CalloutStatus::CalloutSent;
        }
    };
    match &command.action {
        Action::Process { target } => {
            input.gives_target = target.is_some();
            input.given_target = target.map_or(0, subject);
        }
        Action::Resume(resume) => {
            callout(resume.instance, &mut input);
            input.given_stage = stage_of(resume.stage);
            input.decision = match resume.decision {
                CallbackDecision::Continue => decision::CONTINUE,
                CallbackDecision::Deny => decision::DENY,
                CallbackDecision::Cancel => decision::CANCEL,
            };
            input.carries_stage = resume.approval_stage.is_some();
            input.is_good_stage =
                resume.approval_stage.as_ref().is_some_and(|stage| is_good(before, command.actor.id, stage));
        }
        Action::DecideStage(content) => {
            input.approval_stage = i128::from(content.stage);
            input.is_escalation_tier = content.tier == Tier::Escalation;
            let text = content.justification.as_deref().unwrap_or_default();
            input.has_justification = !text.trim().is_empty();
            // Read if another stage or person is watched.
            let by = before.determination(content.stage).map(Determination::by);
            input.has_appointed = by == Some(command.actor.id);
            let mut reviews = before.reviews().iter();
            input.has_reviewed = reviews.any(|review| review.approver == command.actor.id);
        }
        Action::ReportDelivery { attempt, .. } => input.attempt = i128::from(*attempt),
        Action::ReportCalloutFailed { instance, .. } => callout(*instance, &mut input),
        Action::Cancel | Action::Reprocess | Action::Elapse => {}
    }
    input
}
