//! Folding events into a request.

use alloc::sync::Arc;
use alloc::vec::Vec;

use uuid::Uuid;

use crate::{
    ApprovalDecision, CallbackDecision, Callout, CalloutStatus, Cancellation, DeliveryFailure, Denial,
    DenialReason, Escalation, Event, EventKind, Moment, OnCalloutFailure, Phase, Request, Review,
    WaitFailure,
};

/// The event is not one that could happen to this request now. Events that [`decide`](crate::decide) gave for this
/// request never are misfits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// The event is not the next one.
    #[error("event {found} follows event {revision}")]
    Sequence {
        /// The request's revision.
        revision: u64,
        /// The event's sequence number.
        found: u64,
    },
    /// The event happened before the one before it (rule N3).
    #[error("event {sequence} happened before the event before it")]
    Time {
        /// The event's sequence number.
        sequence: u64,
    },
    /// Such an event cannot follow.
    #[error("event {sequence}, `{event}`, cannot happen here")]
    Impossible {
        /// The event's sequence number.
        sequence: u64,
        /// The event's name.
        event: &'static str,
    },
}

impl Request {
    /// Folds one event in.
    ///
    /// The events of one command belong together: between them a request is on its way from one phase to the next.
    ///
    /// # Errors
    ///
    /// [`Misfit::Sequence`] for an event that is not the next one, [`Misfit::Time`] for one that is older than the
    /// request, [`Misfit::Impossible`] for one that cannot follow. The request is unchanged then.
    pub fn apply(&mut self, event: &Event) -> Result<(), Misfit> {
        if event.sequence != self.revision + 1 {
            return Err(Misfit::Sequence { revision: self.revision, found: event.sequence });
        }
        if event.at < self.updated {
            return Err(Misfit::Time { sequence: event.sequence });
        }
        self.fold(&event.kind, event.at)
            .ok_or(Misfit::Impossible { sequence: event.sequence, event: event.name() })?;
        self.revision = event.sequence;
        self.updated = event.at;
        Ok(())
    }

    /// Changes the request, or gives none and leaves it as it is where the event does not fit its phase.
    fn fold(&mut self, kind: &EventKind, at: Moment) -> Option<()> {
        match kind {
            EventKind::Submitted(_) => None,
            EventKind::TargetResolved { target } => self.resolve_target(*target),
            EventKind::CalloutStarted { instance, stage, index, attempt, deadline } => {
                let callout = Callout {
                    instance: *instance,
                    stage: *stage,
                    index: *index,
                    attempt: *attempt,
                    status: match deadline {
                        Some(_) => CalloutStatus::WaitingForCallback,
                        None => CalloutStatus::CalloutSent,
                    },
                    decision: None,
                    detail: None,
                };
                self.start(callout, *deadline)
            }
            EventKind::CalloutFailed { instance, detail } => {
                self.close_callout(*instance, CalloutStatus::CalloutFailed, detail.clone())?;
                self.fail_wait(*instance, WaitFailure::CalloutFailed, at);
                Some(())
            }
            EventKind::CallbackTimedOut { instance } => {
                self.close_callout(*instance, CalloutStatus::CallbackTimedOut, None)?;
                self.fail_wait(*instance, WaitFailure::CallbackTimedOut, at);
                Some(())
            }
            EventKind::CallbackReceived { instance, decision, detail, .. } => {
                self.receive(*instance, *decision, detail.clone())
            }
            EventKind::ApprovalRequested { stage, deadline, escalation } => {
                let escalation = escalation.map_or(Escalation::Disabled, Escalation::At);
                self.move_on(Phase::PendingApproval { stage: *stage, deadline: *deadline, escalation })
            }
            EventKind::ApprovalEscalated { stage } => self.escalate(*stage),
            EventKind::StageApproved { stage, tier, approver, justification } => self.review(
                *stage,
                Review {
                    approver: *approver,
                    tier: *tier,
                    decision: ApprovalDecision::Approve,
                    justification: justification.clone(),
                    at,
                },
            ),
            // Between two phases: what follows in the same command says where the request is.
            EventKind::Approved { .. } | EventKind::DeliveryStarted {} => self.is_on_route().then_some(()),
            EventKind::Scheduled { start } => self.move_on(Phase::Scheduled { start: *start }),
            EventKind::Denied(reason) => self.deny(reason, at),
            EventKind::Canceled(cancellation) => self.cancel(*cancellation, at),
            EventKind::FulfillmentOrdered { attempt, deadline, .. } => self.order(*attempt, *deadline),
            EventKind::Delivered { attempt } => self.report(*attempt, Phase::Delivered, at),
            EventKind::PartiallyDelivered { attempt } => self.report(*attempt, Phase::PartiallyDelivered, at),
            EventKind::DeliveryFailed(failure) => self.fail(*failure, at),
            EventKind::Reprocessed { .. } => {
                self.is_incomplete().then_some(())?;
                self.completed = None;
                Some(())
            }
        }
    }

    /// Whether the route is not at its end, and nothing was ordered yet.
    fn is_on_route(&self) -> bool {
        match self.phase {
            Phase::Accepted
            | Phase::WaitingForCallback { .. }
            | Phase::PendingApproval { .. }
            | Phase::Scheduled { .. } => true,
            Phase::DeliveryFailed(_) => self.is_reprocessing() && self.attempt == 0,
            Phase::Delivering { .. }
            | Phase::Delivered
            | Phase::PartiallyDelivered
            | Phase::Denied(_)
            | Phase::Canceled(_) => false,
        }
    }

    /// Whether there is something that can be tried again.
    const fn is_incomplete(&self) -> bool {
        matches!(self.phase, Phase::DeliveryFailed(_) | Phase::PartiallyDelivered)
    }

    /// Whether what failed is about to be tried again.
    const fn is_reprocessing(&self) -> bool {
        self.is_incomplete() && self.completed.is_none()
    }

    fn move_on(&mut self, phase: Phase) -> Option<()> {
        self.is_on_route().then(|| self.phase = phase)
    }

    fn resolve_target(&mut self, target: Uuid) -> Option<()> {
        let is_open = self.phase == Phase::Accepted && self.target.is_none();
        is_open.then(|| self.target = Some(target))
    }

    fn start(&mut self, callout: Callout, deadline: Option<Moment>) -> Option<()> {
        if let Some(deadline) = deadline {
            self.move_on(Phase::WaitingForCallback { stage: callout.stage, deadline, held: None })?;
        } else if !self.is_on_route() {
            return None;
        }
        push(&mut self.callouts, callout);
        Some(())
    }

    fn receive(
        &mut self,
        instance: Uuid,
        decision: Option<CallbackDecision>,
        detail: Option<Arc<str>>,
    ) -> Option<()> {
        let Phase::WaitingForCallback { .. } = self.phase else { return None };
        let callout = self.callouts.last_mut().filter(|callout| callout.instance == instance)?;
        callout.status = CalloutStatus::CallbackReceived;
        callout.decision = decision;
        callout.detail = detail;
        Some(())
    }

    fn escalate(&mut self, stage: u32) -> Option<()> {
        let Phase::PendingApproval { stage: open, escalation, .. } = &mut self.phase else { return None };
        let Escalation::At(_) = escalation else { return None };
        (*open == stage).then(|| *escalation = Escalation::Escalated)
    }

    fn order(&mut self, attempt: u32, deadline: Option<Moment>) -> Option<()> {
        let is_possible = if self.attempt == 0 { self.is_on_route() } else { self.is_reprocessing() };
        if !is_possible || attempt != self.attempt.checked_add(1)? {
            return None;
        }
        self.attempt = attempt;
        self.phase = Phase::Delivering { deadline };
        Some(())
    }

    fn cancel(&mut self, cancellation: Cancellation, at: Moment) -> Option<()> {
        let is_possible = match self.phase {
            Phase::Accepted
            | Phase::WaitingForCallback { .. }
            | Phase::PendingApproval { .. }
            | Phase::Scheduled { .. }
            | Phase::DeliveryFailed(_) => true,
            Phase::Delivering { .. }
            | Phase::Delivered
            | Phase::PartiallyDelivered
            | Phase::Denied(_)
            | Phase::Canceled(_) => false,
        };
        is_possible.then(|| self.end(Phase::Canceled(cancellation), at))
    }

    fn fail(&mut self, failure: DeliveryFailure, at: Moment) -> Option<()> {
        let phase = Phase::DeliveryFailed(failure);
        match failure {
            DeliveryFailure::Fulfillment | DeliveryFailure::FulfillmentTimedOut => {
                self.report(self.attempt, phase, at)
            }
            DeliveryFailure::CalloutFailed | DeliveryFailure::CallbackTimedOut => {
                let Phase::WaitingForCallback { .. } = self.phase else { return None };
                self.end(phase, at);
                Some(())
            }
        }
    }

    fn close_callout(
        &mut self,
        instance: Uuid,
        status: CalloutStatus,
        detail: Option<Arc<str>>,
    ) -> Option<()> {
        let callout = self.callouts.iter_mut().rev().find(|callout| callout.instance == instance)?;
        match callout.status {
            CalloutStatus::CalloutSent | CalloutStatus::WaitingForCallback => {}
            CalloutStatus::CallbackReceived
            | CalloutStatus::CallbackTimedOut
            | CalloutStatus::CalloutFailed => {
                return None;
            }
        }
        callout.status = status;
        callout.detail = detail;
        Some(())
    }

    /// Where the callout is the one that is waited for, and failed waits are held, holds the wait (rule X6). Under
    /// `fail` the event that ends the request follows.
    fn fail_wait(&mut self, instance: Uuid, failure: WaitFailure, at: Moment) {
        let rules = *self.submission.route.rules.spec();
        let is_last = self.callouts.last().is_some_and(|callout| callout.instance == instance);
        if rules.on_callout_failure == OnCalloutFailure::Hold
            && is_last
            && let Phase::WaitingForCallback { stage, .. } = self.phase
        {
            let deadline = at.saturating_add(rules.reprocess_window);
            self.phase = Phase::WaitingForCallback { stage, deadline, held: Some(failure) };
            self.reprocess_from.get_or_insert(at);
        }
    }

    fn review(&mut self, stage: u32, review: Review) -> Option<()> {
        let Phase::PendingApproval { stage: open, .. } = self.phase else { return None };
        (open == stage).then(|| push(&mut self.reviews, review))
    }

    fn deny(&mut self, reason: &DenialReason, at: Moment) -> Option<()> {
        if !self.is_on_route() {
            return None;
        }
        let denial = match reason {
            DenialReason::Approver { stage, tier, approver, justification } => {
                self.review(
                    *stage,
                    Review {
                        approver: *approver,
                        tier: *tier,
                        decision: ApprovalDecision::Deny,
                        justification: justification.clone(),
                        at,
                    },
                )?;
                Denial::Approver
            }
            DenialReason::Callback => Denial::Callback,
            DenialReason::ApprovalExpired => Denial::ApprovalExpired,
            DenialReason::WindowPassed => Denial::WindowPassed,
        };
        self.end(Phase::Denied(denial), at);
        Some(())
    }

    fn report(&mut self, attempt: u32, phase: Phase, at: Moment) -> Option<()> {
        let is_expected = match self.phase {
            Phase::Delivering { .. }
            | Phase::PartiallyDelivered
            | Phase::DeliveryFailed(DeliveryFailure::FulfillmentTimedOut) => attempt == self.attempt,
            Phase::Accepted
            | Phase::WaitingForCallback { .. }
            | Phase::PendingApproval { .. }
            | Phase::Scheduled { .. }
            | Phase::Delivered
            | Phase::DeliveryFailed(
                DeliveryFailure::Fulfillment
                | DeliveryFailure::CalloutFailed
                | DeliveryFailure::CallbackTimedOut,
            )
            | Phase::Denied(_)
            | Phase::Canceled(_) => false,
        };
        is_expected.then(|| self.end(phase, at))
    }

    /// Sets the completion moment (rule F4).
    fn end(&mut self, phase: Phase, at: Moment) {
        self.phase = phase;
        self.completed = Some(at);
        self.reprocess_from.get_or_insert(at);
    }
}

/// Appends to a list that has one to three items in nearly every request; a full one grows to twice its length. A `Vec`
/// by itself begins with room for four, which is more memory than the request itself.
fn push<T>(items: &mut Vec<T>, item: T) {
    if items.len() == items.capacity() {
        items.reserve_exact(items.len().max(1));
    }
    items.push(item);
}
