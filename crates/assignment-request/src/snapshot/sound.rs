//! Whether a stored request could have come about (rule I7).

use crate::policy::stages_of;
use crate::text::{forbidden_character, is_blank};
use crate::{
    ApprovalDecision, CallbackDecision, Callout, CalloutStatus, Cancellation, DeliveryFailure, Denial,
    Escalation, Moment, OnCalloutFailure, Operation, Period, Phase, Request, Stage, Status, Target, Tier,
    WaitFailure,
};

/// How far along its route a request's callouts have come.
#[derive(Clone, Copy)]
struct Progress {
    /// The stage whose extensions were not all passed yet; none where there is no more.
    stage: Option<Stage>,
    /// Whether at least one callout of that stage was made.
    has_begun: bool,
    /// Whether the last callout was not passed.
    is_open: bool,
}

impl Request {
    /// Whether commands could have brought a request here, as far as can be told without its events.
    pub(crate) fn is_sound(&self) -> bool {
        self.submission.is_sound(self.created)
            && self.has_sound_times()
            && self.has_known_target()
            && self.has_sound_reviews()
            && self.progress().is_some_and(|progress| self.fits_phase(progress))
            && self.has_sound_revision()
    }

    fn has_sound_times(&self) -> bool {
        let is_within = |moment: Moment| (self.created..=self.updated).contains(&moment);
        let has_ended = match self.phase {
            Phase::Delivered
            | Phase::PartiallyDelivered
            | Phase::DeliveryFailed(_)
            | Phase::Denied(_)
            | Phase::Canceled(_) => true,
            Phase::Accepted
            | Phase::WaitingForCallback { .. }
            | Phase::PendingApproval { .. }
            | Phase::Scheduled { .. }
            | Phase::Delivering { .. } => false,
        };
        let was_reprocessed = self.attempt > 1 || self.callouts.iter().any(|callout| callout.attempt > 1);
        let is_held = matches!(self.phase, Phase::WaitingForCallback { held: Some(_), .. });
        self.completed.is_some() == has_ended
            && self.completed.is_none_or(is_within)
            && self.reprocess_from.is_none_or(is_within)
            && (self.reprocess_from.is_some() || !(has_ended || was_reprocessed || is_held))
            && self.reprocess_from.is_none_or(|from| self.completed.is_none_or(|completed| from <= completed))
            && self.phase.deadline().is_none_or(|deadline| deadline.at > self.updated)
    }

    fn has_known_target(&self) -> bool {
        let needs_target = self.is_approval_required() || self.route().has_wait(self.request_type());
        match (&self.submission.target, self.target) {
            (Target::Id(id), target) => target == Some(*id),
            (Target::Email(_), Some(_)) => self.phase != Phase::Accepted,
            (Target::Email(_), None) => {
                !needs_target
                    || matches!(self.phase, Phase::Accepted | Phase::Canceled(_)) && self.is_untouched()
            }
        }
    }

    /// Whether the route was never begun.
    fn is_untouched(&self) -> bool {
        self.callouts.is_empty() && self.reviews.is_empty() && self.attempt == 0
    }

    fn has_sound_reviews(&self) -> bool {
        let stages = self.approval_stages();
        let is_denied = self.phase == Phase::Denied(Denial::Approver);
        let limit = self.route().text_limits.justification;
        let distinct = self.route().rules().spec().distinct_approvers;
        self.reviews.len() <= stages.len()
            && self.reviews.iter().zip(stages).enumerate().all(|(index, (review, stage))| {
                let earlier = self.reviews.get(..index).unwrap_or_default();
                let is_last = index + 1 == self.reviews.len();
                let justification = review.justification.as_deref();
                let has_needed = !stage.is_approver_justification_required
                    || justification.is_some_and(|text| !is_blank(text));
                (review.decision == ApprovalDecision::Deny) == (is_denied && is_last)
                    && !self.concerns(review.approver)
                    && (review.tier == Tier::Primary || stage.duration_before_escalation.is_some())
                    && has_needed
                    && justification
                        .is_none_or(|text| text.len() <= limit && forbidden_character(text).is_none())
                    && earlier.last().map_or(self.created, |earlier| earlier.at) <= review.at
                    && review.at <= self.updated
                    && !(distinct && earlier.iter().any(|earlier| earlier.approver == review.approver))
            })
            && (!is_denied || !self.reviews.is_empty())
    }

    /// Follows the callouts along the route; none where they do not.
    fn progress(&self) -> Option<Progress> {
        let mut stages = stages_of(self.request_type().operation()).iter().copied();
        let mut stage = stages.next();
        let mut index = 0;
        let mut attempt = 1;
        let mut is_open = false;
        for callout in &self.callouts {
            while let Some(current) = stage.filter(|current| *current != callout.stage) {
                if is_open || self.route().extensions(current).nth(index).is_some() {
                    return None;
                }
                stage = stages.next();
                index = 0;
            }
            let extension = self.route().extensions(stage?).nth(index)?;
            let is_next = usize::try_from(callout.index).ok()? == index && callout.attempt == attempt;
            if !is_next
                || callout.instance != self.callout_id(callout.stage, callout.index, callout.attempt)
                || !self.is_sound_callout(callout, extension.timeout)
            {
                return None;
            }
            is_open = extension.timeout.is_some()
                && !(callout.status == CalloutStatus::CallbackReceived && callout.decision.is_none());
            match callout.status {
                CalloutStatus::CallbackTimedOut | CalloutStatus::CalloutFailed if is_open => attempt += 1,
                _ if is_open => attempt = 0,
                _ => {
                    attempt = 1;
                    index += 1;
                }
            }
        }
        while let Some(current) = stage {
            if is_open || self.route().extensions(current).nth(index).is_some() {
                break;
            }
            stage = stages.next();
            index = 0;
        }
        Some(Progress { stage, has_begun: index > 0 || is_open, is_open })
    }

    fn is_sound_callout(&self, callout: &Callout, timeout: Option<Period>) -> bool {
        let has_sound_detail = callout.detail.as_deref().is_none_or(|text| {
            text.len() <= self.route().text_limits.detail && forbidden_character(text).is_none()
        });
        let rules = self.route().rules().spec();
        let has_sound_decision = match callout.decision {
            None => true,
            Some(CallbackDecision::Denied) => rules.deny_at.contains(callout.stage),
            Some(CallbackDecision::Canceled) => rules.cancel_at.contains(callout.stage),
        };
        has_sound_detail
            && has_sound_decision
            && match callout.status {
                CalloutStatus::CalloutSent => {
                    timeout.is_none() && callout.decision.is_none() && callout.detail.is_none()
                }
                CalloutStatus::CalloutFailed => callout.decision.is_none(),
                CalloutStatus::WaitingForCallback | CalloutStatus::CallbackTimedOut => {
                    timeout.is_some() && callout.decision.is_none() && callout.detail.is_none()
                }
                CalloutStatus::CallbackReceived => timeout.is_some(),
            }
    }

    /// Whether callouts, approvals and attempts are those that lead to the phase.
    fn fits_phase(&self, progress: Progress) -> bool {
        let last = self.callouts.last();
        let rules = self.route().rules().spec();
        let is_next = |stage| progress.stage == Some(stage) && !progress.has_begun;
        // Behind Created, before anything of Approved.
        let is_at_approval = is_next(Stage::AssignmentRequestApproved) || self.is_before_approved(progress);
        let has_approval = self.has_all_approvals();
        let is_through = progress.stage.is_none() && has_approval;
        // A wait, or the end that a wait came to.
        let is_at_wait = |status| {
            progress.is_open
                && self.attempt == 0
                && last
                    .is_some_and(|callout| callout.status == status && self.has_approvals_for(callout.stage))
        };
        let is_decided = |decision| {
            is_at_wait(CalloutStatus::CallbackReceived)
                && last.is_some_and(|callout| callout.decision == Some(decision))
        };
        let is_fulfilled = self.attempt > 0 && is_through;
        match self.phase {
            Phase::Accepted => self.is_untouched() && self.revision == 1 && self.updated == self.created,
            _ if self.is_validation_only() => {
                self.is_untouched() && matches!(self.phase, Phase::Canceled(_)) && self.revision == 2
            }
            Phase::WaitingForCallback { stage, deadline, held } => {
                let status = match held {
                    None => CalloutStatus::WaitingForCallback,
                    Some(WaitFailure::CalloutFailed) => CalloutStatus::CalloutFailed,
                    Some(WaitFailure::CallbackTimedOut) => CalloutStatus::CallbackTimedOut,
                };
                let wait = match held {
                    None => last.and_then(|callout| self.timeout_of(callout)),
                    Some(_) => Some(rules.reprocess_window),
                };
                is_at_wait(status)
                    && last.is_some_and(|callout| callout.stage == stage)
                    && (held.is_none() || rules.on_callout_failure == OnCalloutFailure::Hold)
                    && wait.is_some_and(|wait| self.is_deadline_after(wait, deadline))
            }
            Phase::PendingApproval { stage, deadline, escalation } => {
                let index = usize::try_from(stage).unwrap_or(usize::MAX);
                is_at_approval
                    && self.attempt == 0
                    && self.reviews.len() == index
                    && self.approval_stages().get(index).is_some_and(|settings| {
                        self.is_deadline_after(settings.duration_before_automatic_denial, deadline)
                            && self.is_sound_escalation(
                                settings.duration_before_automatic_denial,
                                settings.duration_before_escalation,
                                deadline,
                                escalation,
                            )
                    })
            }
            Phase::Scheduled { start } => {
                has_approval
                    && self.attempt == 0
                    && self.is_before_delivery(progress)
                    && self.schedule().is_some_and(|schedule| schedule.start == Some(start))
            }
            Phase::Delivering { deadline } => {
                is_fulfilled
                    && deadline.is_some() == rules.fulfillment_timeout.is_some()
                    && deadline
                        .zip(rules.fulfillment_timeout)
                        .is_none_or(|(deadline, timeout)| self.is_deadline_after(timeout, deadline))
            }
            Phase::Delivered
            | Phase::PartiallyDelivered
            | Phase::DeliveryFailed(DeliveryFailure::Fulfillment) => is_fulfilled,
            Phase::DeliveryFailed(DeliveryFailure::FulfillmentTimedOut) => {
                is_fulfilled && rules.fulfillment_timeout.is_some()
            }
            Phase::DeliveryFailed(DeliveryFailure::CalloutFailed) => is_at_wait(CalloutStatus::CalloutFailed),
            Phase::DeliveryFailed(DeliveryFailure::CallbackTimedOut) => {
                is_at_wait(CalloutStatus::CallbackTimedOut)
            }
            Phase::Denied(Denial::Approver) => {
                is_at_approval && self.attempt == 0 && !self.reviews.is_empty()
            }
            Phase::Denied(Denial::ApprovalExpired) => {
                is_at_approval && self.attempt == 0 && self.reviews.len() < self.approval_stages().len()
            }
            Phase::Denied(Denial::Callback) => is_decided(CallbackDecision::Denied),
            Phase::Denied(Denial::WindowPassed) => {
                has_approval
                    && self.attempt == 0
                    && !progress.is_open
                    && (self.is_before_delivery(progress) || progress.stage.is_none())
                    && self.window_end().zip(self.completed).is_some_and(|(end, at)| end.is_reached(at))
            }
            Phase::Canceled(Cancellation::Callback) => is_decided(CallbackDecision::Canceled),
            Phase::Canceled(
                Cancellation::Requestor(_) | Cancellation::Administrator(_) | Cancellation::System(_),
            ) => self.could_be_canceled(progress, is_at_approval, has_approval),
        }
    }

    /// Whether somebody could have canceled a request that had come so far.
    fn could_be_canceled(&self, progress: Progress, is_at_approval: bool, has_approval: bool) -> bool {
        let rules = self.route().rules().spec();
        let is_by_requestor = match self.phase {
            Phase::Canceled(Cancellation::Requestor(id)) => {
                if id != self.requestor() {
                    return false;
                }
                true
            }
            _ => false,
        };
        let may = |statuses: &[Status]| statuses.iter().any(|status| rules.cancelable.contains(*status));
        if self.attempt > 0 {
            return has_approval && progress.stage.is_none() && may(&[Status::DeliveryFailed]);
        }
        if progress.is_open {
            let Some(callout) = self.callouts.last() else { return false };
            let could_be_held = rules.on_callout_failure == OnCalloutFailure::Hold && !is_by_requestor;
            return self.has_approvals_for(callout.stage)
                && match callout.status {
                    CalloutStatus::WaitingForCallback => may(&[Status::WaitingForCallback]),
                    CalloutStatus::CallbackTimedOut => {
                        could_be_held || may(&[Status::CallbackTimedOut, Status::WaitingForCallback])
                    }
                    CalloutStatus::CalloutFailed => {
                        could_be_held || may(&[Status::CalloutFailed, Status::WaitingForCallback])
                    }
                    CalloutStatus::CallbackReceived | CalloutStatus::CalloutSent => false,
                };
        }
        let was_accepted = self.is_untouched() && may(&[Status::Accepted]);
        let was_pending = is_at_approval
            && self.reviews.len() < self.approval_stages().len()
            && may(&[Status::PendingApproval, Status::PendingApprovalEscalated]);
        let was_scheduled = has_approval
            && self.is_before_delivery(progress)
            && self.schedule().is_some_and(|schedule| schedule.start.is_some())
            && may(&[Status::PendingNotBefore]);
        was_accepted || was_pending || was_scheduled
    }

    fn has_all_approvals(&self) -> bool {
        self.reviews.len() == self.approval_stages().len()
            && self.reviews.iter().all(|review| review.decision == ApprovalDecision::Approve)
    }

    /// Whether as many approvals were given as a callout at this stage needs.
    fn has_approvals_for(&self, stage: Stage) -> bool {
        match stage {
            Stage::AssignmentRequestCreated => self.reviews.is_empty(),
            Stage::AssignmentRequestApproved
            | Stage::AssignmentRequestGranted
            | Stage::AssignmentRequestRemoved
            | Stage::AssignmentFourteenDaysBeforeExpiration
            | Stage::AssignmentOneDayBeforeExpiration => self.has_all_approvals(),
        }
    }

    /// Whether every callout at Created was passed, and no later one was made. A stage without extensions leaves no
    /// trace, so that is so too where the next stage is a later one and there is no callout of it or of Approved.
    fn is_before_approved(&self, progress: Progress) -> bool {
        !progress.is_open
            && progress.stage != Some(Stage::AssignmentRequestCreated)
            && self.callouts.iter().all(|callout| callout.stage == Stage::AssignmentRequestCreated)
            && self.request_type().operation() != Operation::Remove
    }

    /// Whether every callout at Created and Approved was passed, and none at Granted was made.
    fn is_before_delivery(&self, progress: Progress) -> bool {
        !progress.is_open
            && !matches!(
                progress.stage,
                Some(Stage::AssignmentRequestCreated | Stage::AssignmentRequestApproved)
            )
            && self.callouts.iter().all(|callout| callout.stage != Stage::AssignmentRequestGranted)
            && self.request_type().operation() != Operation::Remove
    }

    fn timeout_of(&self, callout: &Callout) -> Option<Period> {
        let index = usize::try_from(callout.index).ok()?;
        self.route().extensions(callout.stage).nth(index)?.timeout
    }

    /// Whether a deadline lies `period` behind some moment of the request's life.
    fn is_deadline_after(&self, period: Period, deadline: Moment) -> bool {
        let earliest = self.created.saturating_add(period);
        let latest = self.updated.saturating_add(period);
        (earliest..=latest).contains(&deadline)
    }

    fn is_sound_escalation(
        &self,
        denial: Period,
        escalation: Option<Period>,
        deadline: Moment,
        stored: Escalation,
    ) -> bool {
        // At the end of time both moments are cut off, and tell nothing about each other.
        let is_cut = deadline == Moment::MAX;
        let opened = deadline.ticks() - denial.ticks();
        let expected = escalation.and_then(|after| Moment::from_ticks(opened + after.ticks()));
        match (escalation, stored) {
            (None, Escalation::Disabled) => true,
            (None, Escalation::At(_) | Escalation::Escalated) | (Some(_), Escalation::Disabled) => false,
            (Some(_), Escalation::At(at)) => is_cut || expected == Some(at),
            (Some(_), Escalation::Escalated) => {
                is_cut || expected.is_some_and(|at| at.is_reached(self.updated))
            }
        }
    }

    /// Whether there can be so many events: those that left a trace, and at most those that leave none.
    fn has_sound_revision(&self) -> bool {
        let mut least = 1_u64;
        let mut traceless = 0_u64;
        if matches!(self.submission.target, Target::Email(_)) && self.target.is_some() {
            least += 1;
        }
        for callout in &self.callouts {
            least += 1;
            least += u64::from(!matches!(
                callout.status,
                CalloutStatus::CalloutSent | CalloutStatus::WaitingForCallback
            ));
            // A held wait may have failed first; what failed may have ended the request, and have been reprocessed.
            traceless += u64::from(callout.status == CalloutStatus::CallbackReceived);
            traceless += 2;
        }
        let reviews = u64::try_from(self.reviews.len()).unwrap_or(u64::MAX);
        // Asked, escalated, decided; then approved, scheduled, started; then the end.
        least += reviews * 2;
        traceless += reviews + 8;
        let attempts = u64::from(self.attempt);
        least += attempts;
        // Reported in part, reported whole or timed out, reported late, reprocessed.
        traceless += attempts * 4;
        (least..=least + traceless).contains(&self.revision)
    }
}
