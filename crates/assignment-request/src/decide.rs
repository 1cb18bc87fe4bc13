//! From a request and a command to events, or to the reason why not.

use alloc::vec::Vec;

use uuid::Uuid;

use crate::text::{forbidden_character, is_blank};
use crate::walk::Emitter;
use crate::{
    Action, ActionKind, Actor, ApprovalDecision, CallbackDecision, Callout, CalloutStatus, Cancellation,
    Command, CommandText, DeadlineKind, Decide, DeliveryFailure, DeliveryOutcome, Denial, DenialReason,
    Escalation, Event, EventKind, Moment, OnCalloutFailure, Phase, Rejection, Request, Resume, Role, Rule,
    Tier, WaitFailure,
};

/// Judges a command: the events it gives, or why it is refused. Nothing is changed; [`Request::apply`] folds the
/// events in.
///
/// Deadlines that are reached at `now` are applied first, and their events come first (rule N4). An empty result is an
/// accepted command that has nothing to do (rule N5).
///
/// # Errors
///
/// The first broken rule, in the order revision, permission of the role, state, named part, identity, content
/// (rule I4). Every variant of [`Rejection`] but those about submission and deletion can come.
pub fn decide(request: &Request, command: &Command, now: Moment) -> Result<Vec<Event>, Rejection> {
    let mut events = Vec::new();
    decide_into(request, command, now, &mut events)?;
    Ok(events)
}

/// As [`decide`], with the events put behind those in `events`, so that a host can use one buffer again and again. A
/// refusal leaves the buffer as it was.
///
/// # Errors
///
/// As [`decide`].
pub fn decide_into(
    request: &Request,
    command: &Command,
    now: Moment,
    events: &mut Vec<Event>,
) -> Result<(), Rejection> {
    let length = events.len();
    let result = judge(request, command, now, events);
    if result.is_err() {
        events.truncate(length);
    }
    result
}

impl Request {
    /// Judges a command and folds its events in; the events are what a host stores.
    ///
    /// # Errors
    ///
    /// As [`decide`]; the request is unchanged then (rule I1).
    pub fn handle(&mut self, command: &Command, now: Moment) -> Result<Vec<Event>, Rejection> {
        let mut events = Vec::new();
        self.handle_into(command, now, &mut events)?;
        Ok(events)
    }

    /// As [`Request::handle`], with the events put behind those in `events`.
    ///
    /// # Errors
    ///
    /// As [`decide`]; the request and the buffer are unchanged then.
    pub fn handle_into(
        &mut self,
        command: &Command,
        now: Moment,
        events: &mut Vec<Event>,
    ) -> Result<(), Rejection> {
        let length = events.len();
        decide_into(self, command, now, events)?;
        self.fold_own(events.get(length..).unwrap_or_default());
        Ok(())
    }

    /// Folds in events that were just decided for this request, which always fit.
    fn fold_own(&mut self, events: &[Event]) {
        for event in events {
            let folded = self.apply(event);
            debug_assert_eq!(folded, Ok(()), "a decided event fits");
        }
    }
}

fn judge(
    request: &Request,
    command: &Command,
    now: Moment,
    events: &mut Vec<Event>,
) -> Result<(), Rejection> {
    if let Some(expected) = command.expected_revision
        && expected != request.revision
    {
        return Err(Rejection::RevisionConflict { expected, actual: request.revision });
    }
    check_permission(request, command.actor, command.action.kind())?;
    let now = now.max(request.updated);
    if !request.next_deadline().is_some_and(|deadline| deadline.at.is_reached(now)) {
        return act_in_time(request, command, &mut Emitter::new(request, now, events));
    }
    // Rare, so a copy does no harm: the command is judged against the request as time has left it.
    let mut current = request.clone();
    current.elapse(now, events);
    act_in_time(&current, command, &mut Emitter::new(&current, now, events))
}

/// Whether the role may do this at all (rule T6, and the rules of each command).
pub(crate) fn check_permission(request: &Request, actor: Actor, action: ActionKind) -> Result<(), Rejection> {
    let is_permitted = match action {
        ActionKind::Process
        | ActionKind::ReportDelivery
        | ActionKind::ReportCalloutFailed
        | ActionKind::Elapse => actor.role == Role::System,
        ActionKind::Resume => matches!(actor.role, Role::Extension | Role::Administrator),
        ActionKind::Decide => actor.role == Role::Approver,
        ActionKind::Reprocess => matches!(actor.role, Role::Administrator | Role::System),
        ActionKind::Cancel => match actor.role {
            Role::User if actor.id != request.requestor() => return Err(Rejection::NotTheRequestor),
            Role::User | Role::Administrator | Role::System => true,
            Role::Approver | Role::Extension => false,
        },
    };
    if is_permitted { Ok(()) } else { Err(Rejection::NotPermitted { action, role: actor.role }) }
}

impl Request {
    /// Applies every deadline that is reached, earliest first (rule N4). Each moves the request forward, so it ends.
    fn elapse(&mut self, now: Moment, events: &mut Vec<Event>) {
        while let Some(deadline) = self.next_deadline().filter(|deadline| deadline.at.is_reached(now)) {
            let first = events.len();
            self.reach(deadline.kind, &mut Emitter::new(self, now, events));
            let folded = events.get(first..).unwrap_or_default();
            if folded.is_empty() {
                return;
            }
            self.fold_own(folded);
        }
    }

    /// What happens at a deadline.
    pub(crate) fn reach(&self, deadline: DeadlineKind, emitter: &mut Emitter<'_>) {
        match deadline {
            DeadlineKind::Callback => {
                if let Some(callout) = self.callouts.last() {
                    emitter.emit(EventKind::CallbackTimedOut { instance: callout.instance });
                    self.fail_waiting(WaitFailure::CallbackTimedOut, emitter);
                }
            }
            DeadlineKind::HeldWait => {
                if let Phase::WaitingForCallback { held: Some(failure), .. } = self.phase {
                    emitter.emit(EventKind::DeliveryFailed(failure.into()));
                }
            }
            DeadlineKind::Escalation => {
                if let Phase::PendingApproval { stage, .. } = self.phase {
                    emitter.emit(EventKind::ApprovalEscalated { stage });
                }
            }
            DeadlineKind::Approval => emitter.emit(EventKind::Denied(DenialReason::ApprovalExpired)),
            DeadlineKind::Start => self.start_delivery(emitter),
            DeadlineKind::Fulfillment => {
                emitter.emit(EventKind::DeliveryFailed(DeliveryFailure::FulfillmentTimedOut));
            }
        }
    }

    /// Ends the request where a failed wait is not held (rule X6).
    fn fail_waiting(&self, failure: WaitFailure, emitter: &mut Emitter<'_>) {
        match self.route().rules().spec().on_callout_failure {
            OnCalloutFailure::Fail => emitter.emit(EventKind::DeliveryFailed(failure.into())),
            OnCalloutFailure::Hold => {}
        }
    }

    /// The callout that is waited for, held or not.
    fn awaited_callout(&self) -> Option<&Callout> {
        match self.phase {
            Phase::WaitingForCallback { .. } => self.callouts.last(),
            Phase::Accepted
            | Phase::PendingApproval { .. }
            | Phase::Scheduled { .. }
            | Phase::Delivering { .. }
            | Phase::Delivered
            | Phase::PartiallyDelivered
            | Phase::DeliveryFailed(_)
            | Phase::Denied(_)
            | Phase::Canceled(_) => None,
        }
    }
}

/// Judges a command against a request of which no deadline is due.
pub(crate) fn act_in_time(
    request: &Request,
    command: &Command,
    emitter: &mut Emitter<'_>,
) -> Result<(), Rejection> {
    let actor = command.actor;
    match &command.action {
        Action::Process { target } => process(request, *target, emitter),
        Action::Resume(content) => resume(request, actor, content, emitter),
        Action::Decide(content) => decide_stage(request, actor, content, emitter),
        Action::Cancel => cancel(request, actor, emitter),
        Action::Reprocess => reprocess(request, actor, emitter),
        Action::ReportDelivery { attempt, outcome } => report_delivery(request, *attempt, *outcome, emitter),
        Action::ReportCalloutFailed { instance, detail } => {
            report_callout_failed(request, *instance, detail.as_ref(), emitter)
        }
        Action::Elapse => Ok(()),
    }
}

/// W1.
fn process(request: &Request, given: Option<Uuid>, emitter: &mut Emitter<'_>) -> Result<(), Rejection> {
    match request.phase {
        Phase::Accepted => {}
        Phase::Denied(_) | Phase::Canceled(_) => {
            return Err(Rejection::RequestClosed { state: request.state(), rule: Rule::W1 });
        }
        Phase::WaitingForCallback { .. }
        | Phase::PendingApproval { .. }
        | Phase::Scheduled { .. }
        | Phase::Delivering { .. }
        | Phase::Delivered
        | Phase::PartiallyDelivered
        | Phase::DeliveryFailed(_) => {
            return Err(Rejection::AlreadyProcessing { status: request.status() });
        }
    }
    if request.is_validation_only() {
        return Err(Rejection::ValidationOnly);
    }
    match (request.target, given) {
        (Some(known), Some(given)) if known != given => {
            return Err(Rejection::ConflictingTarget { known, given });
        }
        (Some(_), _) => {}
        (None, Some(target)) => emitter.emit(EventKind::TargetResolved { target }),
        (None, None) => {
            let has_decision =
                request.is_approval_required() || request.route().has_wait(request.request_type());
            if has_decision {
                return Err(Rejection::TargetUnknown);
            }
        }
    }
    request.begin(emitter);
    Ok(())
}

/// R1 to R7.
fn resume(
    request: &Request,
    actor: Actor,
    content: &Resume,
    emitter: &mut Emitter<'_>,
) -> Result<(), Rejection> {
    if content.stage.is_pre_expiration() {
        return Err(Rejection::StageNotResumable { stage: content.stage });
    }
    let Some(callout) = request.callout(content.instance) else {
        return Err(Rejection::UnknownCallout { instance: content.instance, rule: Rule::R2 });
    };
    if callout.stage != content.stage {
        return Err(Rejection::StageMismatch { given: content.stage, actual: callout.stage });
    }
    if request.awaited_callout().is_none_or(|awaited| awaited.instance != callout.instance) {
        return Err(match callout.status {
            CalloutStatus::CalloutSent => Rejection::NotWaiting,
            CalloutStatus::CallbackReceived if callout.decision == content.decision => {
                Rejection::AlreadyResumed
            }
            CalloutStatus::CallbackReceived => {
                Rejection::ResumeConflict { received: callout.decision, given: content.decision }
            }
            CalloutStatus::CallbackTimedOut => Rejection::CallbackTooLate,
            CalloutStatus::CalloutFailed => Rejection::CalloutAlreadyFailed,
            CalloutStatus::WaitingForCallback => {
                Rejection::RequestClosed { state: request.state(), rule: Rule::R3 }
            }
        });
    }
    if request.concerns(actor.id) {
        return Err(Rejection::SelfResume);
    }
    let rules = request.route().rules().spec();
    let stage = content.stage;
    match content.decision {
        Some(CallbackDecision::Denied) if !rules.deny_at.contains(stage) => {
            return Err(Rejection::DenialNotAllowed { stage, allowed: rules.deny_at });
        }
        Some(CallbackDecision::Canceled) if !rules.cancel_at.contains(stage) => {
            return Err(Rejection::CancellationNotAllowed { stage, allowed: rules.cancel_at });
        }
        Some(CallbackDecision::Denied | CallbackDecision::Canceled) | None => {}
    }
    let limits = request.route().text_limits;
    check_text(CommandText::Source, content.source.as_deref(), limits.source)?;
    check_text(CommandText::Detail, content.detail.as_deref(), limits.detail)?;
    emitter.emit(EventKind::CallbackReceived {
        instance: callout.instance,
        actor,
        decision: content.decision,
        source: content.source.clone(),
        detail: content.detail.clone(),
    });
    match content.decision {
        None => request.go_on_behind(callout.stage, callout.index, emitter),
        Some(CallbackDecision::Denied) => emitter.emit(EventKind::Denied(DenialReason::Callback)),
        Some(CallbackDecision::Canceled) => emitter.emit(EventKind::Canceled(Cancellation::Callback)),
    }
    Ok(())
}

/// V4, V5.
fn decide_stage(
    request: &Request,
    actor: Actor,
    content: &Decide,
    emitter: &mut Emitter<'_>,
) -> Result<(), Rejection> {
    let stages = request.approval_stages();
    let index = usize::try_from(content.stage).unwrap_or(usize::MAX);
    let Some(stage) = stages.get(index) else {
        return Err(Rejection::UnknownStage { stage: content.stage, stages: stages.len() });
    };
    if index < request.reviews.len() {
        return Err(Rejection::StageAlreadyDecided { stage: content.stage });
    }
    let Phase::PendingApproval { stage: open, escalation, .. } = request.phase else {
        return Err(Rejection::NotPendingApproval { status: request.status() });
    };
    if content.stage != open {
        return Err(Rejection::StageNotOpen { stage: content.stage, open });
    }
    if request.concerns(actor.id) {
        return Err(Rejection::SelfApproval);
    }
    if request.route().rules().spec().distinct_approvers
        && let Some(earlier) = request.reviews.iter().position(|review| review.approver == actor.id)
    {
        let stage = u32::try_from(earlier).unwrap_or(u32::MAX);
        return Err(Rejection::AlreadyApproved { stage });
    }
    match (content.tier, escalation) {
        (Tier::Primary, _) | (Tier::Escalation, Escalation::Escalated) => {}
        (Tier::Escalation, Escalation::At(at)) => {
            return Err(Rejection::NotEscalated { stage: content.stage, at: Some(at) });
        }
        (Tier::Escalation, Escalation::Disabled) => {
            return Err(Rejection::NotEscalated { stage: content.stage, at: None });
        }
    }
    if stage.is_approver_justification_required
        && content.justification.as_ref().is_none_or(|text| is_blank(text))
    {
        return Err(Rejection::JustificationRequired { stage: content.stage });
    }
    let limit = request.route().text_limits.justification;
    check_text(CommandText::Justification, content.justification.as_deref(), limit)?;
    let (stage, tier, approver) = (content.stage, content.tier, actor.id);
    let justification = content.justification.clone();
    match content.decision {
        ApprovalDecision::Approve => {
            emitter.emit(EventKind::StageApproved { stage, tier, approver, justification });
            request.go_on_behind_approval(stage, emitter);
        }
        ApprovalDecision::Deny => {
            let reason = DenialReason::Approver { stage, tier, approver, justification };
            emitter.emit(EventKind::Denied(reason));
        }
    }
    Ok(())
}

/// K2; K1 is judged with the permission.
fn cancel(request: &Request, actor: Actor, emitter: &mut Emitter<'_>) -> Result<(), Rejection> {
    let cancelable = request.route().rules().spec().cancelable;
    let cancellation = match actor.role {
        Role::Administrator => Cancellation::Administrator(actor.id),
        Role::System => Cancellation::System(actor.id),
        Role::User | Role::Approver | Role::Extension => Cancellation::Requestor(actor.id),
    };
    let is_cancelable = match request.phase {
        Phase::Canceled(_) => return Err(Rejection::AlreadyCanceled),
        Phase::DeliveryFailed(DeliveryFailure::FulfillmentTimedOut) => {
            return Err(Rejection::FulfillmentUnreported { rule: Rule::K2 });
        }
        Phase::WaitingForCallback { held: Some(_), .. } => {
            matches!(actor.role, Role::Administrator | Role::System) || cancelable.contains(request.status())
        }
        Phase::Accepted
        | Phase::WaitingForCallback { held: None, .. }
        | Phase::PendingApproval { .. }
        | Phase::Scheduled { .. }
        | Phase::Delivering { .. }
        | Phase::Delivered
        | Phase::PartiallyDelivered
        | Phase::DeliveryFailed(
            DeliveryFailure::Fulfillment | DeliveryFailure::CalloutFailed | DeliveryFailure::CallbackTimedOut,
        )
        | Phase::Denied(
            Denial::Approver | Denial::Callback | Denial::ApprovalExpired | Denial::WindowPassed,
        ) => cancelable.contains(request.status()),
    };
    if !is_cancelable {
        return Err(Rejection::NotCancelable { status: request.status(), cancelable });
    }
    emitter.emit(EventKind::Canceled(cancellation));
    Ok(())
}

/// Q1 to Q3.
fn reprocess(request: &Request, actor: Actor, emitter: &mut Emitter<'_>) -> Result<(), Rejection> {
    let failed_callout = match request.phase {
        Phase::PartiallyDelivered
        | Phase::DeliveryFailed(DeliveryFailure::Fulfillment | DeliveryFailure::FulfillmentTimedOut) => None,
        Phase::DeliveryFailed(DeliveryFailure::CalloutFailed | DeliveryFailure::CallbackTimedOut) => {
            request.callouts.last()
        }
        Phase::Accepted
        | Phase::WaitingForCallback { .. }
        | Phase::PendingApproval { .. }
        | Phase::Scheduled { .. }
        | Phase::Delivering { .. }
        | Phase::Delivered
        | Phase::Denied(_)
        | Phase::Canceled(_) => return Err(Rejection::NotReprocessable { state: request.state() }),
    };
    let now = emitter.at();
    let window = request.route().rules().spec().reprocess_window;
    let end = request.reprocess_from.unwrap_or(request.updated).saturating_add(window);
    if end.is_reached(now) {
        return Err(Rejection::ReprocessWindowPassed { end });
    }
    if let Some(end) = request.window_end().filter(|end| end.is_reached(now)) {
        return Err(Rejection::AccessWindowPassed { end });
    }
    emitter.emit(EventKind::Reprocessed { actor });
    match failed_callout {
        Some(callout) => {
            request.start_callout(callout.stage, callout.index, callout.attempt.saturating_add(1), emitter);
        }
        None => request.order_fulfillment(request.attempt.saturating_add(1), emitter),
    }
    Ok(())
}

/// F2, F3, F5.
fn report_delivery(
    request: &Request,
    attempt: u32,
    outcome: DeliveryOutcome,
    emitter: &mut Emitter<'_>,
) -> Result<(), Rejection> {
    let status = request.status();
    let reported = match request.phase {
        Phase::Delivering { .. } | Phase::DeliveryFailed(DeliveryFailure::FulfillmentTimedOut) => None,
        Phase::Delivered => Some(DeliveryOutcome::Delivered),
        Phase::PartiallyDelivered => Some(DeliveryOutcome::PartiallyDelivered),
        Phase::DeliveryFailed(DeliveryFailure::Fulfillment) => Some(DeliveryOutcome::Failed),
        Phase::DeliveryFailed(DeliveryFailure::CalloutFailed | DeliveryFailure::CallbackTimedOut)
        | Phase::Accepted
        | Phase::WaitingForCallback { .. }
        | Phase::PendingApproval { .. }
        | Phase::Scheduled { .. }
        | Phase::Denied(_)
        | Phase::Canceled(_) => return Err(Rejection::NotDelivering { status }),
    };
    let current = request.attempt;
    if attempt < current {
        return Err(Rejection::StaleReport { given: attempt, current });
    }
    if attempt > current {
        return Err(Rejection::UnknownAttempt { given: attempt, current });
    }
    match reported {
        Some(reported) if reported == outcome => return Err(Rejection::AlreadyReported { outcome }),
        Some(reported @ (DeliveryOutcome::Delivered | DeliveryOutcome::Failed)) => {
            return Err(Rejection::ReportConflict { reported, given: outcome });
        }
        Some(DeliveryOutcome::PartiallyDelivered) | None => {}
    }
    emitter.emit(match outcome {
        DeliveryOutcome::Delivered => EventKind::Delivered { attempt },
        DeliveryOutcome::PartiallyDelivered => EventKind::PartiallyDelivered { attempt },
        DeliveryOutcome::Failed => EventKind::DeliveryFailed(DeliveryFailure::Fulfillment),
    });
    Ok(())
}

/// X4.
fn report_callout_failed(
    request: &Request,
    instance: Uuid,
    detail: Option<&alloc::sync::Arc<str>>,
    emitter: &mut Emitter<'_>,
) -> Result<(), Rejection> {
    let Some(callout) = request.callout(instance) else {
        return Err(Rejection::UnknownCallout { instance, rule: Rule::X4 });
    };
    let is_awaited = request.awaited_callout().is_some_and(|awaited| awaited.instance == instance);
    match callout.status {
        CalloutStatus::CalloutFailed => return Err(Rejection::CalloutAlreadyReported),
        status @ (CalloutStatus::CallbackReceived | CalloutStatus::CallbackTimedOut) => {
            return Err(Rejection::CalloutClosed { status });
        }
        CalloutStatus::WaitingForCallback if !is_awaited => {
            return Err(Rejection::RequestClosed { state: request.state(), rule: Rule::X4 });
        }
        CalloutStatus::CalloutSent | CalloutStatus::WaitingForCallback => {}
    }
    let limit = request.route().text_limits.detail;
    check_text(CommandText::Detail, detail.map(AsRef::as_ref), limit)?;
    emitter.emit(EventKind::CalloutFailed { instance, detail: detail.cloned() });
    if is_awaited {
        request.fail_waiting(WaitFailure::CalloutFailed, emitter);
    }
    Ok(())
}

/// C14.
fn check_text(text: CommandText, content: Option<&str>, limit: usize) -> Result<(), Rejection> {
    let Some(content) = content else { return Ok(()) };
    if content.len() > limit {
        return Err(Rejection::TooLong { text, bytes: content.len(), limit });
    }
    match forbidden_character(content) {
        Some(character) => Err(Rejection::ForbiddenCharacter { text, character }),
        None => Ok(()),
    }
}
