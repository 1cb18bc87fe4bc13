//! Checking whether a stored submission is one that a policy could have produced (rule I7).

use crate::policy::rules::AdminBypass;
use crate::request::submission::{Answer, Submission, Target};
use crate::submission::judge::{exceeds, is_bounded_by_policy, may_outlast_policy, must_change_something};
use crate::vocabulary::actor::Role;
use crate::vocabulary::limits::Limits;
use crate::vocabulary::question::QuestionKind;
use crate::vocabulary::request_type::{Operation, RequestType};
use crate::vocabulary::schedule::{Expiration, ExpirationType, Schedule};
use crate::vocabulary::text::{check_text, is_blank};
use crate::vocabulary::timestamp::Timestamp;

impl Submission {
    /// Returns whether some policy and some draft give this submission at that time, under these limits.
    pub(super) fn is_consistent(&self, at: Timestamp, limits: &Limits) -> bool {
        self.route.is_consistent(limits)
            && self.has_consistent_target()
            && self.has_consistent_texts(limits)
            && self.has_consistent_schedule(at)
            && self.has_consistent_answers(limits)
            && (!self.bypass_approval || self.may_bypass_approval())
    }

    /// Returns whether the request may bypass approval (rule C15).
    fn may_bypass_approval(&self) -> bool {
        self.request_type.initiator() == Role::Administrator
            && self.request_type.operation() != Operation::Remove
            && self.route.rules().spec().admin_bypasses_approval != AdminBypass::Never
            && match &self.target {
                Target::Id(target) => *target != self.requestor,
                Target::Email(_) => false,
            }
    }

    fn has_consistent_target(&self) -> bool {
        let operation = self.request_type.operation();
        let is_own = self.target == Target::Id(self.requestor);
        self.assignment_id.is_some() == (operation != Operation::Add)
            && self.access_package_id.is_some()
            && (self.request_type == RequestType::UserAdd || self.assignment_policy_id.is_some())
            && match (&self.target, self.request_type) {
                (Target::Email(email), RequestType::AdminAdd) => !is_blank(email),
                (Target::Email(_), _) => false,
                (Target::Id(_), RequestType::OnBehalfAdd) => !is_own,
                (Target::Id(_), _) => true,
            }
    }

    fn has_consistent_texts(&self, limits: &Limits) -> bool {
        let limit = self.route.text_limits.justification;
        let justification = self.justification.as_deref();
        let is_needed = self.request_type == RequestType::ApproverRemove;
        justification.is_none_or(|text| check_text(text, limit).is_ok())
            && (!is_needed || justification.is_some_and(|text| !is_blank(text)))
            && match &self.target {
                Target::Email(email) => check_text(email, limits.email).is_ok(),
                Target::Id(_) => true,
            }
    }

    fn has_consistent_schedule(&self, at: Timestamp) -> bool {
        let Some(schedule) = &self.schedule else {
            return self.request_type.operation() != Operation::Remove || self.window_end.is_none();
        };
        let expiration = schedule.expiration;
        let start_limit = self.route.rules().spec().start_limit;
        let latest_start = start_limit.map(|limit| at.saturating_add(limit));
        self.request_type.operation() != Operation::Remove
            && schedule.start.is_none_or(|start| latest_start.is_none_or(|latest| start <= latest))
            && self.fits_window(schedule, at)
            && match (expiration.kind, expiration.end, expiration.duration) {
                (ExpirationType::AfterDateTime, Some(end), None) => {
                    end > at && schedule.start.is_none_or(|start| end > start) && self.window_end == Some(end)
                }
                (ExpirationType::AfterDuration, None, Some(duration)) => {
                    !duration.is_zero() && self.may_have_window_of_policy()
                }
                (ExpirationType::NoExpiration, None, None) => self.may_have_window_of_policy(),
                (ExpirationType::NotSpecified, None, None) => true,
                _ => false,
            }
    }

    /// Returns whether the schedule fits the window, if the policy's expiration limits the request. The window ends
    /// with the schedule if the schedule has an end, and with the policy's expiration otherwise.
    fn fits_window(&self, schedule: &Schedule, at: Timestamp) -> bool {
        let (kind, end) = (ExpirationType::AfterDateTime, self.window_end);
        !is_bounded_by_policy(self.request_type, self.route.rules().spec())
            || !exceeds(Expiration { kind, end, duration: None }, schedule, at)
    }

    /// Returns whether the window can end as it does if the schedule asks for a duration or no expiration. The window
    /// then has an end only if the request may not outlast the policy.
    fn may_have_window_of_policy(&self) -> bool {
        self.window_end.is_none() || !may_outlast_policy(self.request_type, self.route.rules().spec())
    }

    fn has_consistent_answers(&self, limits: &Limits) -> bool {
        let operation = self.request_type.operation();
        let has_change = self.schedule.is_some() || !self.answers.is_empty();
        (has_change || !must_change_something(self.request_type))
            && self.answers.len() <= limits.answers
            && (operation != Operation::Remove || self.answers.is_empty())
            && self.answers.iter().enumerate().all(|(index, answer)| {
                let earlier = self.answers.get(..index).unwrap_or_default();
                is_consistent_answer(answer, operation, limits)
                    && earlier.iter().all(|earlier| go_together(earlier, answer))
            })
    }
}

fn is_consistent_answer(answer: &Answer, operation: Operation, limits: &Limits) -> bool {
    match answer.value.as_deref() {
        Some(value) => match answer.question_kind {
            // The value of a choice is the policy's own text, so the limits for answers do not apply.
            QuestionKind::MultipleChoice => !value.is_empty(),
            QuestionKind::TextInput => {
                !is_blank(value) && check_text(value, limits.answer).is_ok() && answer.display_value.is_none()
            }
        },
        None => operation == Operation::Update && answer.display_value.is_none(),
    }
}

/// Returns whether one request can have both answers (rules A3, A6).
fn go_together(one: &Answer, other: &Answer) -> bool {
    one.question_id != other.question_id
        || one.question_kind == QuestionKind::MultipleChoice
            && other.question_kind == QuestionKind::MultipleChoice
            && one.value.is_some()
            && other.value.is_some()
            && one.value != other.value
}
