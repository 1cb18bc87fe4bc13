//! Answers against a questionnaire (rules A1 to A10).

use alloc::collections::BTreeSet;
use alloc::sync::Arc;
use alloc::vec::Vec;

use uuid::Uuid;

use crate::policy::{Chosen, Form, Question, Questionnaire};
use crate::text::{forbidden_character, has_line_break, is_blank};
use crate::violation::{Member, Place, Violation, ViolationKind};
use crate::{DraftAnswer, Limits, Operation, QuestionKind, RequestType, Role, Rule};

/// An accepted answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase", deny_unknown_fields))]
pub struct Answer {
    /// The question.
    pub question_id: Uuid,
    /// The question's kind.
    pub question_kind: QuestionKind,
    /// The answer; for a choice its `actualValue` (rule A5). None clears the stored answer (rule A6).
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
    pub value: Option<Arc<str>>,
    /// For a choice the text that the policy shows for it, so that whoever decides sees what the value stands for, and
    /// not what the requestor said it does.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
    pub display_value: Option<Arc<str>>,
}

/// What was heard so far about one question.
#[derive(Clone, Copy, Default)]
struct Heard {
    /// An answer that is not blank, good or bad.
    answer: bool,
    /// A blank answer that is to clear the stored one.
    blank: bool,
}

/// Judges the answers of a draft: the accepted ones, and in `found` every bad one by the first rule it breaks, then
/// the missing ones in the policy's order (rule A10).
pub(crate) fn judge(
    answers: &[DraftAnswer],
    request_type: RequestType,
    questionnaire: &Questionnaire,
    limits: &Limits,
    found: &mut Vec<Violation>,
) -> Vec<Answer> {
    let mut judge = Judge {
        request_type,
        questionnaire,
        limits,
        heard: alloc::vec![Heard::default(); questionnaire.questions().len()],
        chosen: BTreeSet::new(),
    };
    let mut accepted = Vec::with_capacity(answers.len());
    for (index, answer) in answers.iter().enumerate() {
        match judge.answer(answer) {
            Ok(answer) => accepted.extend(answer),
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
    accepted
}

struct Judge<'a> {
    request_type: RequestType,
    questionnaire: &'a Questionnaire,
    limits: &'a Limits,
    /// By the question's index.
    heard: Vec<Heard>,
    /// Choices of multiple selections: indexes of question and choice.
    chosen: BTreeSet<(usize, usize)>,
}

impl Judge<'_> {
    /// Judges one answer: accepted, passed over (none), or the first rule it breaks, in the order A1, A2, A9, A6, C14,
    /// A5, A3, A7, A8.
    fn answer(&mut self, answer: &DraftAnswer) -> Result<Option<Answer>, ViolationKind> {
        let id = answer.question_id;
        let (index, question) = self.questionnaire.find(id).ok_or(ViolationKind::UnknownQuestion)?;
        if answer.question_kind.is_some_and(|kind| kind != question.kind()) {
            return Err(ViolationKind::AnswerTypeMismatch { expected: question.kind() });
        }
        let value = answer.value.as_ref().filter(|value| !is_blank(value));
        let before = self.hear(index, value.is_some());
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
                return Err(ViolationKind::DuplicateAnswer { question: id, rule: Rule::A6 });
            }
            return Ok(Some(Answer {
                question_id: id,
                question_kind: question.kind(),
                value: None,
                display_value: None,
            }));
        };
        if is_update && before.blank {
            return Err(ViolationKind::DuplicateAnswer { question: id, rule: Rule::A6 });
        }
        check_text(value, self.limits.answer)?;
        self.value(id, index, question, value, before.answer).map(Some)
    }

    /// Judges an answer that says something, by A5, A3, A7 and A8.
    fn value(
        &mut self,
        id: Uuid,
        index: usize,
        question: &Question,
        value: &Arc<str>,
        was_answered: bool,
    ) -> Result<Answer, ViolationKind> {
        let duplicate = ViolationKind::DuplicateAnswer { question: id, rule: Rule::A3 };
        match &question.form {
            Form::MultipleChoice { allows_multiple_selection, choices } => {
                let (number, choice) = match choices.find(value) {
                    Chosen::Choice(number, choice) => (number, choice),
                    Chosen::None => return Err(ViolationKind::NotAChoice),
                    Chosen::Ambiguous => return Err(ViolationKind::AmbiguousChoice),
                };
                let is_duplicate = if *allows_multiple_selection {
                    !self.chosen.insert((index, number))
                } else {
                    was_answered
                };
                if is_duplicate {
                    return Err(duplicate);
                }
                Ok(Answer {
                    question_id: id,
                    question_kind: QuestionKind::MultipleChoice,
                    value: Some(Arc::clone(&choice.actual_value)),
                    display_value: choice.text.clone(),
                })
            }
            Form::TextInput { is_single_line, pattern } => {
                if was_answered {
                    return Err(duplicate);
                }
                if *is_single_line && has_line_break(value) {
                    return Err(ViolationKind::MultilineNotAllowed);
                }
                if pattern.as_ref().is_some_and(|pattern| !pattern.is_match(value)) {
                    return Err(ViolationKind::PatternMismatch);
                }
                Ok(Answer {
                    question_id: id,
                    question_kind: QuestionKind::TextInput,
                    value: Some(Arc::clone(value)),
                    display_value: None,
                })
            }
        }
    }

    /// Notes that a question was answered, and tells what was heard of it before.
    fn hear(&mut self, index: usize, says_something: bool) -> Heard {
        let Some(heard) = self.heard.get_mut(index) else { return Heard::default() };
        let before = *heard;
        if says_something {
            heard.answer = true;
        } else {
            heard.blank = true;
        }
        before
    }

    /// Reports required questions that were not answered, where an answer is required (rule A4).
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

/// Checks a text against its limit and for forbidden characters (rule C14).
pub(crate) fn check_text(text: &str, limit: usize) -> Result<(), ViolationKind> {
    if text.len() > limit {
        return Err(ViolationKind::TooLong { bytes: text.len(), limit });
    }
    match forbidden_character(text) {
        Some(character) => Err(ViolationKind::ForbiddenCharacter { character }),
        None => Ok(()),
    }
}
