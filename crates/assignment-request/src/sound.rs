//! Whether a stored submission could have come about (rule I7).

use crate::text::{check_text, forbidden_character, is_blank};
use crate::{Answer, ExpirationType, Moment, Operation, QuestionKind, RequestType, Role, Submission, Target};

impl Submission {
    /// Whether some policy and some draft give this submission at that moment, as far as can be told without them.
    pub(crate) fn is_sound(&self, at: Moment) -> bool {
        self.route.is_sound()
            && self.has_sound_target()
            && self.has_sound_texts()
            && self.has_sound_schedule(at)
            && self.has_sound_answers()
    }

    fn has_sound_target(&self) -> bool {
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

    fn has_sound_texts(&self) -> bool {
        let limit = self.route.text_limits.justification;
        let justification = self.justification.as_deref();
        let is_needed = self.request_type == RequestType::ApproverRemove;
        justification.is_none_or(|text| check_text(text, limit).is_ok())
            && (!is_needed || justification.is_some_and(|text| !is_blank(text)))
            && match &self.target {
                Target::Email(email) => forbidden_character(email).is_none(),
                Target::Id(_) => true,
            }
    }

    fn has_sound_schedule(&self, at: Moment) -> bool {
        let Some(schedule) = &self.schedule else {
            return self.request_type.operation() != Operation::Remove || self.window_end.is_none();
        };
        let expiration = schedule.expiration;
        self.request_type.operation() != Operation::Remove
            && !schedule.has_recurrence
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

    /// Whether the window can end where the policy says, though the request says otherwise.
    fn may_have_window_of_policy(&self) -> bool {
        self.window_end.is_none() || self.request_type.initiator() != Role::Administrator
    }

    fn has_sound_answers(&self) -> bool {
        let operation = self.request_type.operation();
        let has_change = self.schedule.is_some() || !self.answers.is_empty();
        (operation != Operation::Update || has_change)
            && (operation != Operation::Remove || self.answers.is_empty())
            && self.answers.iter().enumerate().all(|(index, answer)| {
                let earlier = self.answers.get(..index).unwrap_or_default();
                is_sound_answer(answer, operation)
                    && earlier.iter().all(|earlier| go_together(earlier, answer))
            })
    }
}

fn is_sound_answer(answer: &Answer, operation: Operation) -> bool {
    match answer.value.as_deref() {
        Some(value) => match answer.question_kind {
            // What a choice stands for is the policy's own text.
            QuestionKind::MultipleChoice => !value.is_empty(),
            QuestionKind::TextInput => {
                !is_blank(value) && forbidden_character(value).is_none() && answer.display_value.is_none()
            }
        },
        None => operation == Operation::Update && answer.display_value.is_none(),
    }
}

/// Whether two answers can stand in one request (rules A3, A6).
fn go_together(one: &Answer, other: &Answer) -> bool {
    one.question_id != other.question_id
        || one.question_kind == QuestionKind::MultipleChoice
            && other.question_kind == QuestionKind::MultipleChoice
            && one.value.is_some()
            && other.value.is_some()
            && one.value != other.value
}
