//! Applying deadlines that are due (rules N2, N4).

use alloc::borrow::Cow;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::command::{Action, Resume};
use crate::decide::emitter::Emitter;
use crate::request::Request;
use crate::request::event::{DeliveryFailure, DenialReason, Event, EventKind};
use crate::request::phase::{DeadlineKind, Phase, WaitFailure};
use crate::vocabulary::timestamp::Timestamp;

impl Request {
    /// Returns the request with every deadline that is due at `now` applied, earliest first, and appends the events to
    /// `events`. Copies the request only if a deadline is due (rule N4).
    pub(crate) fn with_due_deadlines(&self, now: Timestamp, events: &mut Vec<Event>) -> Cow<'_, Self> {
        self.apply_due_deadlines(now, events, Self::clone)
    }

    /// Same as [`Request::with_due_deadlines`], but the caller says how to copy the request. A command is judged on the
    /// copy, so a refusal leaves no trace in the request.
    pub(super) fn apply_due_deadlines(
        &self,
        now: Timestamp,
        events: &mut Vec<Event>,
        copy: impl Fn(&Self) -> Self,
    ) -> Cow<'_, Self> {
        let mut request = Cow::Borrowed(self);
        // Each deadline moves the request forward, so the loop ends.
        while let Some(deadline) = request.due_deadline(now) {
            let first = events.len();
            request.on_deadline(deadline.kind, &mut Emitter::new(&request, now, events));
            let applied = events.get(first..).unwrap_or_default();
            if applied.is_empty() {
                break;
            }
            if let Cow::Borrowed(_) = request {
                request = Cow::Owned(copy(self));
            }
            request.to_mut().fold_all(applied);
        }
        request
    }

    /// Returns a copy that is sufficient for judging this action. It has only the callout that the action names and the
    /// last one, since no deadline or check reads any other. So a long history of callouts does not slow copying.
    pub(super) fn copy_to_judge(&self, action: &Action) -> Self {
        let named = match action {
            Action::Resume(Resume { instance, .. }) | Action::ReportCalloutFailed { instance, .. } => {
                self.callout(*instance)
            }
            Action::Process { .. }
            | Action::DecideStage(_)
            | Action::Cancel
            | Action::Reprocess
            | Action::ReportDelivery { .. }
            | Action::Elapse => None,
        };
        let last = self.callouts.last();
        let named = named.filter(|named| last.is_some_and(|last| last.instance != named.instance));
        Self {
            submission: Arc::clone(&self.submission),
            callouts: named.into_iter().chain(last).cloned().collect(),
            determinations: self.determinations.clone(),
            reviews: self.reviews.clone(),
            ..*self
        }
    }

    /// Emits the events of a deadline that is due.
    pub(crate) fn on_deadline(&self, deadline: DeadlineKind, emitter: &mut Emitter<'_>) {
        match deadline {
            DeadlineKind::Processing => emitter.emit(EventKind::Denied(DenialReason::NotProcessed)),
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
}
