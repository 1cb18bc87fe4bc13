//! A policy's questions, compiled once (rules P1, P2).

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;

use uuid::Uuid;

use super::pattern::{Pattern, PatternCache};
use super::spec::{ChoiceSpec, QuestionForm, QuestionKind, QuestionSpec};
use super::violation::{PolicyPlace, PolicyViolation, PolicyViolationKind};
use crate::Limits;

/// A policy's questions: ids indexed, patterns compiled, mistakes refused.
#[derive(Clone, Debug)]
pub(crate) struct Questionnaire {
    /// In the policy's order.
    questions: Vec<Question>,
    /// Ids with the index of their question, sorted.
    index: Vec<(Uuid, u32)>,
}

/// A compiled question.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) id: Option<Uuid>,
    pub(crate) is_required: bool,
    pub(crate) is_answer_editable: bool,
    pub(crate) form: Form,
}

#[derive(Clone, Debug)]
pub(crate) enum Form {
    TextInput { is_single_line: bool, pattern: Option<Pattern> },
    MultipleChoice { allows_multiple_selection: bool, choices: Choices },
}

impl Question {
    pub(crate) const fn kind(&self) -> QuestionKind {
        match self.form {
            Form::TextInput { .. } => QuestionKind::TextInput,
            Form::MultipleChoice { .. } => QuestionKind::MultipleChoice,
        }
    }
}

/// The choices of a question, found by value and by text.
#[derive(Clone, Debug)]
pub(crate) struct Choices {
    in_order: Vec<Choice>,
    by_value: BTreeMap<Arc<str>, usize>,
    by_text: BTreeMap<Arc<str>, Named>,
}

/// A choice, as it is stored in an answer.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) actual_value: Arc<str>,
    /// The default text; none where the choice has no text.
    pub(crate) text: Option<Arc<str>>,
}

/// Which choice a text names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    One(usize),
    Several,
}

/// What an answer says about a question's choices (rule A5).
#[derive(Clone, Copy, Debug)]
pub(crate) enum Chosen<'a> {
    /// This choice, by its index.
    Choice(usize, &'a Choice),
    None,
    Ambiguous,
}

impl Choices {
    fn new(specs: &[ChoiceSpec]) -> Self {
        let mut in_order = Vec::with_capacity(specs.len());
        let mut by_value = BTreeMap::new();
        let mut by_text = BTreeMap::new();
        for (index, spec) in specs.iter().enumerate() {
            let actual_value: Arc<str> = spec.actual_value.as_str().into();
            by_value.insert(Arc::clone(&actual_value), index);
            for text in &spec.texts {
                by_text
                    .entry(text.as_str().into())
                    .and_modify(|named| {
                        if *named != Named::One(index) {
                            *named = Named::Several;
                        }
                    })
                    .or_insert(Named::One(index));
            }
            in_order.push(Choice { actual_value, text: spec.texts.first().map(|text| text.as_str().into()) });
        }
        Self { in_order, by_value, by_text }
    }

    /// The choice that `answer` names: by its value, else by one of its texts, compared exactly.
    pub(crate) fn find(&self, answer: &str) -> Chosen<'_> {
        let named = self.by_value.get(answer).map(|index| Named::One(*index));
        let index = match named.or_else(|| self.by_text.get(answer).copied()) {
            Some(Named::One(index)) => index,
            Some(Named::Several) => return Chosen::Ambiguous,
            None => return Chosen::None,
        };
        self.in_order.get(index).map_or(Chosen::None, |choice| Chosen::Choice(index, choice))
    }
}

impl Questionnaire {
    /// Compiles the questions, and adds to `found` what is wrong with them. A question at fault is left out of the
    /// result, which is of no use then.
    pub(crate) fn compile(
        specs: &[QuestionSpec],
        limits: &Limits,
        patterns: &mut PatternCache,
        found: &mut Vec<PolicyViolation>,
    ) -> Self {
        let mut questionnaire = Self { questions: Vec::new(), index: Vec::new() };
        if specs.len() > limits.questions {
            let kind = PolicyViolationKind::TooMany { count: specs.len(), limit: limits.questions };
            found.push(PolicyViolation { place: PolicyPlace::Questions, kind });
            return questionnaire;
        }
        let mut seen = BTreeSet::new();
        for (number, spec) in specs.iter().enumerate() {
            if let Some(id) = spec.id {
                if !seen.insert(id) {
                    let kind = PolicyViolationKind::DuplicateQuestion;
                    found.push(PolicyViolation { place: PolicyPlace::QuestionId(number), kind });
                } else if let Ok(position) = u32::try_from(number) {
                    questionnaire.index.push((id, position));
                }
            }
            questionnaire.questions.push(Question {
                id: spec.id,
                is_required: spec.is_required,
                is_answer_editable: spec.is_answer_editable,
                form: compile_form(&spec.form, number, limits, patterns, found),
            });
        }
        questionnaire.index.sort_unstable();
        questionnaire
    }

    pub(crate) fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// The question with this id, and its index in the policy's order.
    pub(crate) fn find(&self, id: Uuid) -> Option<(usize, &Question)> {
        let position = self.index.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        let index = usize::try_from(self.index.get(position)?.1).ok()?;
        Some((index, self.questions.get(index)?))
    }
}

fn compile_form(
    form: &QuestionForm,
    number: usize,
    limits: &Limits,
    patterns: &mut PatternCache,
    found: &mut Vec<PolicyViolation>,
) -> Form {
    match form {
        QuestionForm::TextInput { is_single_line, pattern } => {
            let pattern = pattern.as_deref().filter(|pattern| !pattern.is_empty());
            let pattern = match pattern.map(|pattern| patterns.compile(pattern, limits)).transpose() {
                Ok(pattern) => pattern,
                Err(kind) => {
                    found.push(PolicyViolation { place: PolicyPlace::RegexPattern(number), kind });
                    None
                }
            };
            Form::TextInput { is_single_line: *is_single_line, pattern }
        }
        QuestionForm::MultipleChoice { allows_multiple_selection, choices } => {
            check_choices(choices, number, limits, found);
            Form::MultipleChoice {
                allows_multiple_selection: *allows_multiple_selection,
                choices: Choices::new(choices),
            }
        }
    }
}

fn check_choices(choices: &[ChoiceSpec], number: usize, limits: &Limits, found: &mut Vec<PolicyViolation>) {
    let place = PolicyPlace::Choices(number);
    if choices.is_empty() {
        found.push(PolicyViolation { place, kind: PolicyViolationKind::NoChoices });
    }
    let mut seen = BTreeSet::new();
    for (index, choice) in choices.iter().enumerate() {
        let place = PolicyPlace::ActualValue(number, index);
        if choice.actual_value.is_empty() {
            found.push(PolicyViolation { place, kind: PolicyViolationKind::EmptyChoice });
        } else if !seen.insert(choice.actual_value.as_str()) {
            found.push(PolicyViolation { place, kind: PolicyViolationKind::DuplicateChoice });
        }
    }
    if choices.len() > limits.choices {
        let kind = PolicyViolationKind::TooMany { count: choices.len(), limit: limits.choices };
        found.push(PolicyViolation { place, kind });
    }
}
