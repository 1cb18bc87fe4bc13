//! How many events can lead to a stored request (rules I3, I7).

use crate::{
    CalloutStatus, DeliveryFailure, Denial, Escalation, Moment, OnCalloutFailure, Operation, Phase, Request,
    Stage, Target, Tier,
};

/// How many events there are at least, and how many of which nobody can tell may have happened besides.
#[derive(Clone, Copy)]
struct Count {
    sure: u64,
    perhaps: u64,
}

impl Count {
    fn add(&mut self, sure: u64, perhaps: u64) {
        self.sure += sure;
        self.perhaps += perhaps;
    }
}

/// Where a request was that somebody canceled, and that waited for no callback and was not fulfilled.
#[derive(Clone, Copy)]
pub(super) enum Before {
    Accepted,
    Pending,
    Scheduled,
}

impl Request {
    /// Whether there can be so many events.
    pub(super) fn has_sound_revision(&self) -> bool {
        let mut count = self.count_trace();
        self.count_phase(&mut count);
        self.is_count(count)
    }

    /// Whether there can be so many events of a request that was canceled there.
    pub(super) fn has_sound_revision_behind(&self, before: Before) -> bool {
        let mut count = self.count_trace();
        count.add(1, 0);
        match before {
            Before::Accepted => {}
            Before::Pending => {
                count.add(1, 0);
                self.count_escalation(self.reviews.len(), self.completed.unwrap_or(self.updated), &mut count);
            }
            Before::Scheduled => {
                count.add(1 + u64::from(!self.has_callout(Stage::AssignmentRequestApproved)), 0);
            }
        }
        self.is_count(count)
    }

    fn is_count(&self, count: Count) -> bool {
        (count.sure..=count.sure.saturating_add(count.perhaps)).contains(&self.revision)
    }

    /// The events that callouts, reviews and fulfillments show.
    fn count_trace(&self) -> Count {
        let mut count = Count { sure: 1, perhaps: 0 };
        count.add(u64::from(matches!(self.submission.target, Target::Email(_)) && self.target.is_some()), 0);
        let is_held = self.route().rules().spec().on_callout_failure == OnCalloutFailure::Hold;
        for (index, callout) in self.callouts.iter().enumerate() {
            let is_last = index + 1 == self.callouts.len();
            count.add(1, 0);
            match callout.status {
                CalloutStatus::CalloutSent | CalloutStatus::WaitingForCallback => {}
                // It may have failed, and been held, before.
                CalloutStatus::CallbackReceived => count.add(1, u64::from(is_held)),
                CalloutStatus::CallbackTimedOut | CalloutStatus::CalloutFailed => {
                    // A failed wait with another behind it failed the request, and was reprocessed.
                    let is_again = self.timeout_of(callout).is_some() && !is_last;
                    count.add(if is_again { 3 } else { 1 }, 0);
                }
            }
        }
        for (index, review) in self.reviews.iter().enumerate() {
            match review.tier {
                Tier::Primary => {
                    count.add(2, 0);
                    self.count_escalation(index, review.at, &mut count);
                }
                Tier::Escalation => count.add(3, 0),
            }
        }
        let has_started = self.attempt > 0
            || self.has_callout(Stage::AssignmentRequestGranted)
            || self.has_callout(Stage::AssignmentRequestRemoved);
        let is_approved = has_started
            || self.has_callout(Stage::AssignmentRequestApproved)
            || matches!(self.phase, Phase::Scheduled { .. } | Phase::Denied(Denial::WindowPassed));
        if self.request_type().operation() != Operation::Remove && is_approved {
            count.add(1, 0);
        }
        if has_started {
            count.add(1, 0);
        }
        let start = self.schedule().and_then(|schedule| schedule.start);
        let may_have_waited = has_started || self.phase == Phase::Denied(Denial::WindowPassed);
        if may_have_waited && start.is_some_and(|start| start > self.created) {
            count.add(0, 1);
        }
        // Each fulfillment but the last was ordered, reported in some way, and reprocessed.
        count.add(u64::from(self.attempt), 0);
        let earlier = u64::from(self.attempt.saturating_sub(1));
        count.add(2 * earlier, (1 + self.may_have_timed_out()) * earlier);
        count
    }

    /// The events behind those, by the phase that they led to.
    fn count_phase(&self, count: &mut Count) {
        match self.phase {
            // Of a denial by an approver the decision about the stage is the denial.
            Phase::Accepted
            | Phase::WaitingForCallback { .. }
            | Phase::Delivering { .. }
            | Phase::Denied(Denial::Approver) => {}
            Phase::PendingApproval { escalation: Escalation::Escalated, .. } => count.add(2, 0),
            Phase::PendingApproval { escalation: Escalation::Disabled | Escalation::At(_), .. }
            | Phase::Scheduled { .. }
            | Phase::DeliveryFailed(
                DeliveryFailure::FulfillmentTimedOut
                | DeliveryFailure::CalloutFailed
                | DeliveryFailure::CallbackTimedOut,
            )
            | Phase::Denied(Denial::Callback | Denial::WindowPassed) => count.add(1, 0),
            // Perhaps in part, or timed out, before.
            Phase::Delivered | Phase::DeliveryFailed(DeliveryFailure::Fulfillment) => {
                count.add(1, 1 + self.may_have_timed_out());
            }
            Phase::PartiallyDelivered => count.add(1, self.may_have_timed_out()),
            // A stage that is escalated at all is escalated before it runs out.
            Phase::Denied(Denial::ApprovalExpired) => {
                count.add(2 + u64::from(self.has_escalation(self.reviews.len())), 0);
            }
            Phase::Canceled(_) => {
                count.add(1, 0);
                if self.attempt > 0 {
                    count.add(1, 1 + self.may_have_timed_out());
                }
                let has_failed = self.callouts.last().is_some_and(|callout| match callout.status {
                    CalloutStatus::CalloutFailed | CalloutStatus::CallbackTimedOut => {
                        self.timeout_of(callout).is_some()
                    }
                    CalloutStatus::CalloutSent
                    | CalloutStatus::WaitingForCallback
                    | CalloutStatus::CallbackReceived => false,
                });
                match self.route().rules().spec().on_callout_failure {
                    OnCalloutFailure::Fail => count.add(u64::from(has_failed), 0),
                    OnCalloutFailure::Hold => count.add(0, u64::from(has_failed)),
                }
            }
        }
    }

    fn has_callout(&self, stage: Stage) -> bool {
        self.callouts.iter().any(|callout| callout.stage == stage)
    }

    /// Counts the escalation of a stage that was open until then: every stage but the first opened when the one before
    /// was approved; when the first did is not known.
    fn count_escalation(&self, stage: usize, until: Moment, count: &mut Count) {
        let settings = self.approval_stages().get(stage);
        let earlier = stage.checked_sub(1).and_then(|earlier| self.reviews.get(earlier));
        let opened = earlier.map_or(self.created, |review| review.at);
        let had_time = settings
            .and_then(|settings| settings.duration_before_escalation)
            .is_some_and(|after| opened.saturating_add(after).is_reached(until));
        match earlier {
            Some(_) => count.add(u64::from(had_time), 0),
            None => count.add(0, u64::from(had_time)),
        }
    }

    fn has_escalation(&self, stage: usize) -> bool {
        self.approval_stages().get(stage).is_some_and(|stage| stage.duration_before_escalation.is_some())
    }

    /// Whether there was time for a fulfillment to time out, as a number of events.
    fn may_have_timed_out(&self) -> u64 {
        let timeout = self.route().rules().spec().fulfillment_timeout;
        u64::from(
            timeout.is_some_and(|timeout| self.created.saturating_add(timeout).is_reached(self.updated)),
        )
    }
}
