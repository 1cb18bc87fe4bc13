//! Folding decided events into a request.

use alloc::sync::Arc;
use alloc::vec::Vec;

use uuid::Uuid;

use crate::{
    ApprovalDecision, CallbackDecision, Callout, CalloutStatus, Decision, Denial, DenialReason,
    Determination, Escalation, Event, EventKind, Moment, OnCalloutFailure, Phase, Request, Review,
    WaitFailure,
};

/// Why a decision cannot be applied to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// The decision is about another request.
    #[error("the decision is about request {decided}, not {actual}")]
    AnotherRequest {
        /// The request that the decision is about.
        decided: Uuid,
        /// The request it was applied to.
        actual: Uuid,
    },
    /// The request has another revision than when it was decided about.
    #[error("the decision is about revision {decided}; the request has revision {actual}")]
    AnotherRevision {
        /// The revision that the decision is about.
        decided: u64,
        /// The revision of the request.
        actual: u64,
    },
    /// The request has the same id and revision by other events, so that the command would have been judged otherwise.
    #[error("the decision is about another history of request {id}")]
    AnotherHistory {
        /// The request.
        id: Uuid,
    },
}

impl Request {
    /// Folds the events of a decision in. Nothing else can: only [`decide`](crate::decide) makes decisions, and each is
    /// taken by the request that it was made for, as it was then.
    ///
    /// # Errors
    ///
    /// [`ApplyError::AnotherRequest`] for a decision about another request, [`ApplyError::AnotherRevision`] if events
    /// came since, [`ApplyError::AnotherHistory`] if the request has the same id and revision by other events. The
    /// request is unchanged then.
    ///
    /// ```
    /// use assignment_request::{Action, Actor, ApplyError, Command, Moment, Role, decide};
    /// use uuid::Uuid;
    ///
    /// # use assignment_request::{Draft, Limits, Policy, PolicySpec, RequestType, RequestorSettings};
    /// # let requestor_settings = RequestorSettings { self_add: true, ..RequestorSettings::NONE };
    /// # let policy = Policy::compile(&PolicySpec { requestor_settings, ..PolicySpec::EMPTY }, &Limits::DEFAULT)?;
    /// # let ada = Actor::new(Uuid::from_u128(0xada), Role::User);
    /// # let draft = Draft { access_package_id: Some(Uuid::from_u128(1)), ..Draft::new(RequestType::UserAdd) };
    /// # let now: Moment = "2026-01-05T09:00:00Z".parse()?;
    /// # let (mut request, _) = policy.submit(Uuid::from_u128(2), &draft, None, ada, now)?;
    /// let decision = decide(&request, &Command::new(ada, Action::Cancel), now)?;
    /// request.apply(&decision)?;
    ///
    /// // It happens once.
    /// assert_eq!(request.apply(&decision), Err(ApplyError::AnotherRevision { decided: 1, actual: 2 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn apply(&mut self, decision: &Decision) -> Result<(), ApplyError> {
        decision.check(self)?;
        self.fold_all(decision.events());
        Ok(())
    }

    /// Folds in events that were decided for this request, as it is.
    pub(crate) fn fold_all(&mut self, events: &[Event]) {
        for event in events {
            debug_assert_eq!(event.sequence, self.revision + 1, "events are numbered");
            self.fold(&event.kind, event.at);
            self.revision = event.sequence;
            self.updated = event.at;
        }
    }

    fn fold(&mut self, kind: &EventKind, at: Moment) {
        match kind {
            // Between two phases: what follows in the same command says where the request is.
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
                self.close_callout(*instance, status, *decision, detail.as_ref());
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
        instance: Uuid,
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

    /// Where the callout is the one that is waited for, and failed waits are held, holds the wait (rule X6). Under
    /// `fail` the event that ends the request follows.
    fn hold_wait(&mut self, instance: Uuid, failure: WaitFailure, at: Moment) {
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

    fn deny(&mut self, reason: &DenialReason, at: Moment) {
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
