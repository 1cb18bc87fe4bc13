//! Folds decided events into a request.

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::policy::rules::OnCalloutFailure;
use crate::request::Request;
use crate::request::callout::Callout;
use crate::request::determined_stage::Determination;
use crate::request::event::{DenialReason, Event, EventKind};
use crate::request::phase::{Denial, Escalation, Phase, WaitFailure};
use crate::request::review::Review;
use crate::vocabulary::callout_stage::CalloutStatus;
use crate::vocabulary::decision::{ApprovalDecision, CallbackDecision};
use crate::vocabulary::ids::CalloutId;
use crate::vocabulary::timestamp::Timestamp;

impl Request {
    /// Folds in events that were decided for this request in its current state.
    pub(crate) fn fold_all(&mut self, events: &[Event]) {
        for event in events {
            debug_assert_eq!(event.sequence, self.revision + 1, "events are numbered");
            self.fold(&event.kind, event.at);
            self.revision = event.sequence;
            self.updated = event.at;
        }
    }

    fn fold(&mut self, kind: &EventKind, at: Timestamp) {
        match kind {
            // These events are steps between two phases. The next event of the same command sets the phase.
            EventKind::Submitted(_) | EventKind::Approved { .. } | EventKind::DeliveryStarted {} => {}
            EventKind::TargetResolved { target } => self.target = Some(*target),
            EventKind::CalloutStarted { instance, stage, index, attempt, deadline } => {
                let status = match deadline {
                    Some(_) => CalloutStatus::WaitingForCallback,
                    None => CalloutStatus::CalloutSent,
                };
                if let Some(deadline) = *deadline {
                    self.phase = Phase::WaitingForCallback { stage: *stage, deadline, held: None };
                }
                let (instance, stage, index, attempt) = (*instance, *stage, *index, *attempt);
                let callout =
                    Callout { instance, stage, index, attempt, status, decision: None, detail: None };
                push(&mut self.callouts, callout);
            }
            EventKind::CalloutFailed { instance, detail } => {
                self.close_callout(*instance, CalloutStatus::CalloutFailed, None, detail.as_ref());
                self.hold_wait(*instance, WaitFailure::CalloutFailed, at);
            }
            EventKind::CallbackTimedOut { instance } => {
                self.close_callout(*instance, CalloutStatus::CallbackTimedOut, None, None);
                self.hold_wait(*instance, WaitFailure::CallbackTimedOut, at);
            }
            EventKind::CallbackReceived { instance, actor, decision, approval_stage, detail, .. } => {
                let status = CalloutStatus::CallbackReceived;
                self.close_callout(*instance, status, Some(*decision), detail.as_ref());
                if let Some(stage) = approval_stage {
                    let stage = Arc::clone(stage);
                    push(&mut self.determinations, Determination { stage, by: actor.id });
                }
            }
            EventKind::ApprovalRequested { stage, deadline, escalation } => {
                let escalation = escalation.map_or(Escalation::Disabled, Escalation::At);
                self.phase = Phase::PendingApproval { stage: *stage, deadline: *deadline, escalation };
            }
            EventKind::ApprovalEscalated { .. } => {
                if let Phase::PendingApproval { escalation, .. } = &mut self.phase {
                    *escalation = Escalation::Escalated;
                }
            }
            EventKind::StageApproved { tier, approver, justification, .. } => {
                let (approver, tier) = (*approver, *tier);
                let justification = justification.clone();
                let decision = ApprovalDecision::Approve;
                push(&mut self.reviews, Review { approver, tier, decision, justification, at });
            }
            EventKind::Scheduled { start } => self.phase = Phase::Scheduled { start: *start },
            EventKind::Denied(reason) => self.deny(reason, at),
            EventKind::Canceled(cancellation) => self.end(Phase::Canceled(*cancellation), at),
            EventKind::FulfillmentOrdered { attempt, deadline, .. } => {
                self.attempt = *attempt;
                self.phase = Phase::Delivering { deadline: *deadline };
            }
            EventKind::Delivered { .. } => self.end(Phase::Delivered, at),
            EventKind::PartiallyDelivered { .. } => self.end(Phase::PartiallyDelivered, at),
            EventKind::DeliveryFailed(failure) => self.end(Phase::DeliveryFailed(*failure), at),
            EventKind::Reprocessed { .. } => self.completed = None,
        }
    }

    fn close_callout(
        &mut self,
        instance: CalloutId,
        status: CalloutStatus,
        decision: Option<CallbackDecision>,
        detail: Option<&Arc<str>>,
    ) {
        if let Some(callout) = self.callouts.iter_mut().rev().find(|callout| callout.instance == instance) {
            callout.status = status;
            callout.decision = decision;
            callout.detail = detail.cloned();
        }
    }

    /// Holds the wait if the request waits for this callout and failed waits are held (rule X6). Under `fail`, the
    /// event that ends the request follows.
    fn hold_wait(&mut self, instance: CalloutId, failure: WaitFailure, at: Timestamp) {
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

    fn deny(&mut self, reason: &DenialReason, at: Timestamp) {
        let denial = match reason {
            DenialReason::Approver { tier, approver, justification, .. } => {
                let (approver, tier) = (*approver, *tier);
                let justification = justification.clone();
                let decision = ApprovalDecision::Deny;
                push(&mut self.reviews, Review { approver, tier, decision, justification, at });
                Denial::Approver
            }
            DenialReason::Callback => Denial::Callback,
            DenialReason::ApprovalExpired => Denial::ApprovalExpired,
            DenialReason::WindowPassed => Denial::WindowPassed,
            DenialReason::NotProcessed => Denial::NotProcessed,
        };
        self.end(Phase::Denied(denial), at);
    }

    /// Sets the completion time (rule F4).
    fn end(&mut self, phase: Phase, at: Timestamp) {
        self.phase = phase;
        self.completed = Some(at);
        self.reprocess_from.get_or_insert(at);
    }
}

/// Appends to a list that has one to three items in nearly every request, and doubles the capacity of a full list. By
/// default, a `Vec` starts with space for four items, which takes more memory than the request itself.
fn push<T>(items: &mut Vec<T>, item: T) {
    if items.len() == items.capacity() {
        items.reserve_exact(items.len().max(1));
    }
    items.push(item);
}
