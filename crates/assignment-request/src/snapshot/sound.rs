//! Whether a stored request could have come about (rule I7).

use core::cmp::Ordering;

use super::revision::Before;
use crate::policy::stages_of;
use crate::text::{check_text, is_blank};
use crate::{
    ApprovalDecision, ApprovalStage, CallbackDecision, Callout, CalloutStatus, Cancellation, DeliveryFailure,
    Denial, Escalation, Moment, OnCalloutFailure, Period, Phase, Request, Review, Stage, Status, Target,
    Tier, WaitFailure,
};

/// How far along its route a request's callouts have come.
#[derive(Clone, Copy)]
struct Progress {
    /// The stage whose extensions were not all passed yet; none where there is no more.
    stage: Option<Stage>,
    /// Whether the last callout was not passed.
    is_open: bool,
}

impl Request {
    /// Whether commands could have brought a request here, as far as can be told without its events.
    pub(crate) fn is_sound(&self) -> bool {
        self.submission.is_sound(self.created)
            && self.has_sound_times()
            && self.has_known_target()
            && self.has_sound_start()
            && self.has_sound_reviews()
            && self.progress().is_some_and(|progress| self.fits_phase(progress))
            && self.fits_revision()
            && (!self.is_validation_only() || self.is_unprocessed())
    }

    /// Whether nothing but a cancel can have come to the request: what leaves a trace is counted in the revision.
    const fn is_unprocessed(&self) -> bool {
        match self.phase {
            Phase::Accepted => true,
            Phase::Canceled(_) => self.revision == 2,
            Phase::WaitingForCallback { .. }
            | Phase::PendingApproval { .. }
            | Phase::Scheduled { .. }
            | Phase::Delivering { .. }
            | Phase::Delivered
            | Phase::PartiallyDelivered
            | Phase::DeliveryFailed(_)
            | Phase::Denied(_) => false,
        }
    }

    /// Whether there can be so many events. For a request that was canceled by somebody, that depends on where it was
    /// and is judged there.
    fn fits_revision(&self) -> bool {
        match self.phase {
            Phase::Canceled(
                Cancellation::Requestor(_) | Cancellation::Administrator(_) | Cancellation::System(_),
            ) => true,
            Phase::Canceled(Cancellation::Callback)
            | Phase::Accepted
            | Phase::WaitingForCallback { .. }
            | Phase::PendingApproval { .. }
            | Phase::Scheduled { .. }
            | Phase::Delivering { .. }
            | Phase::Delivered
            | Phase::PartiallyDelivered
            | Phase::DeliveryFailed(_)
            | Phase::Denied(_) => self.has_sound_revision(),
        }
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
        is_within(self.created)
            && self.completed.is_some() == has_ended
            && self.completed.is_none_or(|at| is_within(at) && (at == self.updated || self.may_be_idle()))
            && self.reprocess_from.is_none_or(is_within)
            && self.has_sound_reprocess_from(has_ended)
            && self.has_time_for_timeouts()
            && self.phase.deadline().is_none_or(|deadline| {
                // At the end of time a deadline is cut off.
                deadline.at > self.updated || deadline.at == Moment::MAX
            })
    }

    /// Whether something happened that changes no phase: only an extension that is not waited for can fail at any time.
    fn may_be_idle(&self) -> bool {
        self.callouts.iter().any(|callout| {
            callout.status == CalloutStatus::CalloutFailed && self.timeout_of(callout).is_none()
        })
    }

    /// Whether the reprocess window opened at a first completion, or at a first wait that was held (rule Q2).
    fn has_sound_reprocess_from(&self, has_ended: bool) -> bool {
        let has_failed = |callout: &Callout| {
            matches!(callout.status, CalloutStatus::CallbackTimedOut | CalloutStatus::CalloutFailed)
                && self.timeout_of(callout).is_some()
        };
        let was_reprocessed = self.attempt > 1 || self.callouts.iter().any(|callout| callout.attempt > 1);
        let is_held = matches!(self.phase, Phase::WaitingForCallback { held: Some(_), .. });
        let may_have_been_held = self.route().rules().spec().on_callout_failure == OnCalloutFailure::Hold
            && self
                .callouts
                .iter()
                .any(|callout| callout.status == CalloutStatus::CallbackReceived || has_failed(callout));
        let may_have_ended_before = was_reprocessed
            || may_have_been_held
            || self.attempt > 0 && self.phase != Phase::DeliveryFailed(DeliveryFailure::FulfillmentTimedOut)
            || matches!(self.phase, Phase::Canceled(_)) && self.callouts.last().is_some_and(has_failed);
        match self.reprocess_from {
            None => !(has_ended || was_reprocessed || is_held),
            Some(from) => match self.completed {
                None => was_reprocessed || may_have_been_held,
                Some(completed) => match from.cmp(&completed) {
                    Ordering::Less => may_have_ended_before,
                    Ordering::Equal => true,
                    Ordering::Greater => false,
                },
            },
        }
    }

    /// Whether every callback that timed out had its time, one after the other.
    fn has_time_for_timeouts(&self) -> bool {
        let timed_out =
            self.callouts.iter().filter(|callout| callout.status == CalloutStatus::CallbackTimedOut);
        let end = timed_out
            .filter_map(|callout| self.timeout_of(callout))
            .fold(self.created, Moment::saturating_add);
        end.is_reached(self.updated)
    }

    /// Whether delivery began no earlier than the start, and was ordered before the window's end (rule W5).
    fn has_sound_start(&self) -> bool {
        let has_started = self.attempt > 0
            || self.callouts.iter().any(|callout| callout.stage == Stage::AssignmentRequestGranted);
        let start = self.schedule().and_then(|schedule| schedule.start).filter(|_| has_started);
        let reviewed = self.reviews.last().map(|review| review.at);
        let earliest = [start, reviewed].into_iter().flatten().fold(self.created, Moment::max);
        let had_window = has_started || matches!(self.phase, Phase::Scheduled { .. });
        start.is_none_or(|start| start.is_reached(self.updated))
            && !(had_window && self.window_end().is_some_and(|end| end.is_reached(earliest)))
    }

    fn has_known_target(&self) -> bool {
        let needs_target = self.is_approval_required() || self.route().has_wait(self.request_type());
        match (&self.submission.target, self.target) {
            (Target::Id(id), target) => target == Some(*id),
            (Target::Email(_), Some(_)) => true,
            (Target::Email(_), None) => !needs_target || self.is_unprocessed(),
        }
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
                    && justification.is_none_or(|text| check_text(text, limit).is_ok())
                    && self.has_sound_moment(review, stage, earlier.last())
                    && !(distinct && earlier.iter().any(|earlier| earlier.approver == review.approver))
            })
            && (!is_denied || !self.reviews.is_empty())
    }

    /// Whether the stage was open at the moment of the review, and escalated where need be. A stage but the first opens
    /// when the one before is approved.
    fn has_sound_moment(&self, review: &Review, stage: &ApprovalStage, earlier: Option<&Review>) -> bool {
        let opened = earlier.map_or(self.created, |earlier| earlier.at);
        let from = match (review.tier, stage.duration_before_escalation) {
            (Tier::Escalation, Some(after)) => opened.saturating_add(after),
            (Tier::Escalation | Tier::Primary, _) => opened,
        };
        let end = opened.saturating_add(stage.duration_before_automatic_denial);
        (from..=self.updated).contains(&review.at) && (earlier.is_none() || !end.is_reached(review.at))
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
                if self.route().extensions(current).nth(index).is_some() {
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
            if self.route().extensions(current).nth(index).is_some() {
                break;
            }
            stage = stages.next();
            index = 0;
        }
        Some(Progress { stage, is_open })
    }

    fn is_sound_callout(&self, callout: &Callout, timeout: Option<Period>) -> bool {
        let limit = self.route().text_limits.detail;
        let has_sound_detail = callout.detail.as_deref().is_none_or(|text| check_text(text, limit).is_ok());
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
        let is_at_approval = self.is_before_approved(progress);
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
            Phase::Accepted => self.revision == 1 && self.updated == self.created,
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
                    && self.reviews.len() == index
                    && self.approval_stages().get(index).is_some_and(|settings| {
                        self.is_deadline_of_stage(
                            settings.duration_before_automatic_denial,
                            deadline,
                            escalation,
                        ) && self.is_sound_escalation(
                            settings.duration_before_automatic_denial,
                            settings.duration_before_escalation,
                            deadline,
                            escalation,
                        )
                    })
            }
            Phase::Scheduled { start } => {
                has_approval
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
            Phase::Denied(Denial::Approver) => is_at_approval,
            Phase::Denied(Denial::ApprovalExpired) => {
                is_at_approval && self.end_of_open_stage().is_some_and(|end| end.is_reached(self.updated))
            }
            Phase::Denied(Denial::Callback) => is_decided(CallbackDecision::Denied),
            Phase::Denied(Denial::WindowPassed) => {
                has_approval
                    && (self.is_before_delivery(progress) || self.attempt == 0 && progress.stage.is_none())
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
            return has_approval
                && progress.stage.is_none()
                && may(&[Status::DeliveryFailed])
                && self.has_sound_revision();
        }
        if progress.is_open {
            let Some(callout) = self.callouts.last() else { return false };
            let could_be_held = rules.on_callout_failure == OnCalloutFailure::Hold && !is_by_requestor;
            return self.has_approvals_for(callout.stage)
                && self.has_sound_revision()
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
        let was_accepted = self.is_unprocessed() && may(&[Status::Accepted]);
        // When the first stage was opened is not known.
        let was_open =
            |end: Moment| self.reviews.is_empty() || !end.is_reached(self.completed.unwrap_or(end));
        let was_pending = is_at_approval
            && self.end_of_open_stage().is_some_and(was_open)
            && may(&[Status::PendingApproval, Status::PendingApprovalEscalated]);
        let start = self.schedule().and_then(|schedule| schedule.start);
        let was_scheduled = has_approval
            && self.is_before_delivery(progress)
            && start.zip(self.completed).is_some_and(|(start, at)| start > at)
            && may(&[Status::PendingNotBefore]);
        was_accepted && self.has_sound_revision_behind(Before::Accepted)
            || was_pending && self.has_sound_revision_behind(Before::Pending)
            || was_scheduled && self.has_sound_revision_behind(Before::Scheduled)
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

    /// Whether every callout at Created was passed, and no later one was made: there the approval stages are open. A
    /// stage without extensions leaves no trace, so the next one may be any later one.
    fn is_before_approved(&self, progress: Progress) -> bool {
        self.attempt == 0
            && progress.stage != Some(Stage::AssignmentRequestCreated)
            && self.callouts.iter().all(|callout| callout.stage == Stage::AssignmentRequestCreated)
    }

    /// Whether every callout at Created and Approved was passed, and none at Granted was made: there a request of which
    /// access has a start or an end waits for it, or is too late.
    fn is_before_delivery(&self, progress: Progress) -> bool {
        self.attempt == 0
            && !matches!(
                progress.stage,
                Some(Stage::AssignmentRequestCreated | Stage::AssignmentRequestApproved)
            )
            && self.callouts.iter().all(|callout| callout.stage != Stage::AssignmentRequestGranted)
    }

    pub(super) fn timeout_of(&self, callout: &Callout) -> Option<Period> {
        let index = usize::try_from(callout.index).ok()?;
        self.route().extensions(callout.stage).nth(index)?.timeout
    }

    /// Whether a deadline lies `period` behind the moment that led to the phase: the last, unless something happened
    /// since then that changes no phase.
    fn is_deadline_after(&self, period: Period, deadline: Moment) -> bool {
        let latest = self.updated.saturating_add(period);
        let earliest = if self.may_be_idle() { self.created.saturating_add(period) } else { latest };
        (earliest..=latest).contains(&deadline)
    }

    /// The same for an open stage: one but the first opened at the last review, and one that is escalated was open
    /// before.
    fn is_deadline_of_stage(&self, period: Period, deadline: Moment, escalation: Escalation) -> bool {
        match (self.reviews.last(), escalation) {
            (Some(review), Escalation::Escalated) => deadline == review.at.saturating_add(period),
            (Some(review), Escalation::Disabled | Escalation::At(_)) => {
                deadline == review.at.saturating_add(period)
                    && (review.at == self.updated || self.may_be_idle())
            }
            (None, Escalation::Escalated) => {
                let moments = self.created.saturating_add(period)..=self.updated.saturating_add(period);
                moments.contains(&deadline)
            }
            (None, Escalation::Disabled | Escalation::At(_)) => self.is_deadline_after(period, deadline),
        }
    }

    /// When the open stage is denied, at the earliest; none where every stage was reviewed.
    fn end_of_open_stage(&self) -> Option<Moment> {
        let stage = self.approval_stages().get(self.reviews.len())?;
        let opened = self.reviews.last().map_or(self.created, |review| review.at);
        Some(opened.saturating_add(stage.duration_before_automatic_denial))
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
}
