//! Judging answers by a questionnaire (rules A1 to A10).

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::policy::questionnaire::{Choice, Form, Questionnaire};
use crate::request::submission::Answer;
use crate::submission::draft::DraftAnswer;
use crate::submission::violation::{Member, Place, Violation, ViolationKind};
use crate::vocabulary::actor::Role;
use crate::vocabulary::limits::Limits;
use crate::vocabulary::question::QuestionKind;
use crate::vocabulary::request_type::{Operation, RequestType};
use crate::vocabulary::text::{check_text, is_blank};

/// An answer that was accepted.
pub(crate) struct Accepted<'a> {
    given: &'a DraftAnswer,
    said: Said<'a>,
}

/// The content of an accepted answer.
enum Said<'a> {
    /// The answer is blank and clears the stored answer to a question of this kind (rule A6).
    Nothing(QuestionKind),
    /// The answer is its own text.
    Text,
    Choice(&'a Choice),
}

impl From<Accepted<'_>> for Answer {
    fn from(Accepted { given, said }: Accepted<'_>) -> Self {
        let (question_kind, value, display_value) = match said {
            Said::Nothing(question_kind) => (question_kind, None, None),
            Said::Text => (QuestionKind::TextInput, given.value.clone(), None),
            Said::Choice(choice) => {
                (QuestionKind::MultipleChoice, Some(Arc::clone(&choice.actual_value)), choice.text.clone())
            }
        };
        Self { question_id: given.question_id, question_kind, value, display_value }
    }
}

/// The answers given so far to one question, or for one choice.
#[derive(Clone, Copy, Default)]
struct Heard {
    /// Whether an answer was given that is not blank, valid or not.
    answer: bool,
    /// Whether a blank answer was given, to clear the stored one.
    blank: bool,
}

/// Judges the answers of a draft. Passes the accepted ones to `accept`. Appends to `found` the first rule that each
/// refused answer breaks, then the missing answers in the policy's order (rule A10).
pub(crate) fn judge_answers(
    answers: &[DraftAnswer],
    request_type: RequestType,
    questionnaire: &Questionnaire,
    limits: &Limits,
    found: &mut Vec<Violation>,
    mut accept: impl FnMut(Accepted<'_>),
) {
    let mut judge = Judge {
        request_type,
        questionnaire,
        limits,
        heard: alloc::vec![Heard::default(); questionnaire.count()],
    };
    for (index, given) in answers.iter().enumerate() {
        match judge.answer(given) {
            Ok(Some(said)) => accept(Accepted { given, said }),
            Ok(None) => {}
            Err(kind) => {
                let place = if kind.refuses_question() {
                    Place::AnsweredQuestion(index)
                } else {
                    Place::AnswerValue(index)
                };
                found.push(Violation { place, kind });
            }
        }
    }
    judge.missing(found);
}

struct Judge<'a> {
    request_type: RequestType,
    questionnaire: &'a Questionnaire,
    limits: &'a Limits,
    /// Indexed by the numbers of questions and choices. Choices are recorded only if several may be chosen.
    heard: Vec<Heard>,
}

impl<'a> Judge<'a> {
    /// Judges one answer. Returns `None` if the answer is skipped, and the first broken rule as the error, in the order
    /// A1, A2, A9, A6, C14, A5, A3, A7, A8.
    fn answer(&mut self, answer: &DraftAnswer) -> Result<Option<Said<'a>>, ViolationKind> {
        let id = answer.question_id;
        let (number, question) = self.questionnaire.find(id).ok_or(ViolationKind::UnknownQuestion)?;
        if answer.question_kind.is_some_and(|kind| kind != question.kind()) {
            return Err(ViolationKind::AnswerTypeMismatch { expected: question.kind() });
        }
        let value = answer.value.as_ref().filter(|value| !is_blank(value));
        let before = self.hear(number, value.is_some());
        let is_update = self.request_type.operation() == Operation::Update;
        if is_update && self.request_type.initiator() == Role::User && !question.is_answer_editable {
            return Err(ViolationKind::AnswerNotEditable);
        }
        let Some(value) = value else {
            if !is_update {
                return Ok(None);
            }
            if question.is_required {
                return Err(ViolationKind::RequiredAnswerMissing { question: Some(id) });
            }
            if before.answer || before.blank {
                return Err(ViolationKind::DuplicateAnswer { question: id, is_blank: true });
            }
            return Ok(Some(Said::Nothing(question.kind())));
        };
        if is_update && before.blank {
            return Err(ViolationKind::DuplicateAnswer { question: id, is_blank: true });
        }
        let duplicate = ViolationKind::DuplicateAnswer { question: id, is_blank: false };
        match &question.form {
            Form::MultipleChoice { allows_multiple_selection, choices } => {
                // The names of choices were checked when the policy was compiled.
                let choice = match choices.find(value) {
                    Ok(choice) => choice,
                    Err(fault) => {
                        check_text(value, self.limits.answer)?;
                        return Err(fault.into());
                    }
                };
                let before = if *allows_multiple_selection { self.hear(choice.number, true) } else { before };
                if before.answer { Err(duplicate) } else { Ok(Some(Said::Choice(choice))) }
            }
            Form::TextInput { is_single_line, pattern } => {
                let has_line_break = check_text(value, self.limits.answer)?;
                if before.answer {
                    return Err(duplicate);
                }
                if *is_single_line && has_line_break {
                    return Err(ViolationKind::MultilineNotAllowed);
                }
                if pattern.as_ref().is_some_and(|pattern| !pattern.is_match(value)) {
                    return Err(ViolationKind::PatternMismatch);
                }
                Ok(Some(Said::Text))
            }
        }
    }

    /// Records an answer to the question or choice with this number, and returns what was recorded before.
    fn hear(&mut self, number: usize, says_something: bool) -> Heard {
        let Some(heard) = self.heard.get_mut(number) else { return Heard::default() };
        let before = *heard;
        if says_something {
            heard.answer = true;
        } else {
            heard.blank = true;
        }
        before
    }

    /// Reports the required questions that a user's Add leaves without an answer (rule A4).
    fn missing(&self, found: &mut Vec<Violation>) {
        if self.request_type.operation() != Operation::Add || self.request_type.initiator() != Role::User {
            return;
        }
        for (question, heard) in self.questionnaire.questions().iter().zip(&self.heard) {
            if question.is_required && !heard.answer {
                let kind = ViolationKind::RequiredAnswerMissing { question: question.id };
                found.push(Violation { place: Place::Member(Member::Answers), kind });
            }
        }
    }
}
