//! A policy's questions, compiled once (rules P1, P2, P8, P9).

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use hashbrown::HashMap;

use crate::policy::pattern::{Pattern, PatternCache, Patterns};
use crate::policy::spec::{ChoiceSpec, QuestionForm, QuestionSpec};
use crate::policy::violation::{PolicyPlace, PolicyViolation, PolicyViolationKind};
use crate::vocabulary::ids::QuestionId;
use crate::vocabulary::limits::Limits;
use crate::vocabulary::question::QuestionKind;
use crate::vocabulary::text::check_text;

/// A policy's questions, with indexed ids and compiled patterns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Questionnaire {
    /// In the policy's order.
    questions: Vec<Question>,
    /// The index of each question that has an id, by that id.
    index: HashMap<u128, usize>,
    /// How many questions and choices there are. Both are numbered: first the questions, then the choices of all
    /// questions.
    count: usize,
}

/// A compiled question.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) id: Option<QuestionId>,
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

/// The choices of a question, by the values and texts that name them.
#[derive(Clone, Debug)]
pub(crate) struct Choices(HashMap<Arc<str>, Named>);

/// A compiled choice.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    /// The choice's number. Numbers of choices follow those of the questions.
    pub(crate) number: usize,
    pub(crate) actual_value: Arc<str>,
    /// The default text. `None` if the choice has no text.
    pub(crate) text: Option<Arc<str>>,
}

/// Why an answer names no single choice (rule A5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChoiceFault {
    /// No choice has this value or text.
    Unknown,
    /// Several choices have this text, and none has it as its value.
    Ambiguous,
}

/// The choice or choices that a text names.
#[derive(Clone, Debug)]
enum Named {
    One(Choice),
    Several,
}

impl Choices {
    /// Indexes the choices of a question and numbers them from `first_number`. A text that no answer may contain (rule
    /// C14) names no choice.
    fn new(specs: &[ChoiceSpec], first_number: usize, limits: &Limits) -> Self {
        let choices: Vec<Choice> = specs
            .iter()
            .zip(first_number..)
            .map(|(spec, number)| Choice {
                number,
                actual_value: spec.actual_value.as_str().into(),
                text: spec.texts.first().map(|text| text.as_str().into()),
            })
            .collect();
        let may_be_said = |text: &str| check_text(text, limits.answer).is_ok();
        let mut names = HashMap::new();
        for (spec, choice) in specs.iter().zip(&choices) {
            for text in spec.texts.iter().filter(|text| may_be_said(text)) {
                names
                    .entry(text.as_str().into())
                    .and_modify(|named| {
                        if !matches!(named, Named::One(before) if before.number == choice.number) {
                            *named = Named::Several;
                        }
                    })
                    .or_insert_with(|| Named::One(choice.clone()));
            }
        }
        // The value of a choice names that choice, regardless of the texts of others.
        let values = choices.into_iter().filter(|choice| may_be_said(&choice.actual_value));
        names.extend(values.map(|choice| (Arc::clone(&choice.actual_value), Named::One(choice))));
        Self(names)
    }

    /// Returns the choice that `answer` names, by its value or by one of its texts, compared exactly (rule A5).
    pub(crate) fn find(&self, answer: &str) -> Result<&Choice, ChoiceFault> {
        match self.0.get(answer) {
            Some(Named::One(choice)) => Ok(choice),
            Some(Named::Several) => Err(ChoiceFault::Ambiguous),
            None => Err(ChoiceFault::Unknown),
        }
    }
}

impl Questionnaire {
    /// Compiles the questions and appends their faults to `found`. If there are any, the result must not be used.
    pub(crate) fn compile(
        specs: &[QuestionSpec],
        limits: &Limits,
        cache: &mut PatternCache,
        found: &mut Vec<PolicyViolation>,
    ) -> Self {
        let mut questionnaire = Self::default();
        if specs.len() > limits.questions {
            let kind = PolicyViolationKind::TooMany { count: specs.len(), limit: limits.questions };
            found.push(PolicyViolation { place: PolicyPlace::Questions, kind });
            return questionnaire;
        }
        questionnaire.count = specs.len();
        let mut patterns = Patterns::new(cache, limits);
        for (number, spec) in specs.iter().enumerate() {
            check_translations(spec, number, limits, found);
            if let Some(id) = spec.id
                && questionnaire.index.insert(id.uuid().as_u128(), number).is_some()
            {
                let kind = PolicyViolationKind::DuplicateQuestion;
                found.push(PolicyViolation { place: PolicyPlace::QuestionId(number), kind });
            }
            let form = questionnaire.compile_form(&spec.form, number, limits, &mut patterns, found);
            questionnaire.questions.push(Question {
                id: spec.id,
                is_required: spec.is_required,
                is_answer_editable: spec.is_answer_editable,
                form,
            });
        }
        questionnaire
    }

    pub(crate) fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// Returns how many questions and choices there are.
    pub(crate) const fn count(&self) -> usize {
        self.count
    }

    /// Returns the question with this id, and its number: its index in the policy's order.
    pub(crate) fn find(&self, id: QuestionId) -> Option<(usize, &Question)> {
        let index = *self.index.get(&id.uuid().as_u128())?;
        Some((index, self.questions.get(index)?))
    }

    fn compile_form(
        &mut self,
        form: &QuestionForm,
        number: usize,
        limits: &Limits,
        patterns: &mut Patterns<'_>,
        found: &mut Vec<PolicyViolation>,
    ) -> Form {
        match form {
            QuestionForm::TextInput { is_single_line, pattern } => {
                let pattern = pattern.as_deref().filter(|pattern| !pattern.is_empty());
                let pattern = match pattern.map(|pattern| patterns.compile(pattern)).transpose() {
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
                let first_number = self.count;
                self.count += choices.len();
                Form::MultipleChoice {
                    allows_multiple_selection: *allows_multiple_selection,
                    choices: Choices::new(choices, first_number, limits),
                }
            }
        }
    }
}

/// Reports texts in too many languages, first the question's, then those of its choices (rule P9).
fn check_translations(spec: &QuestionSpec, number: usize, limits: &Limits, found: &mut Vec<PolicyViolation>) {
    let mut check = |place, texts: &[String]| {
        // The first is the default text.
        let count = texts.len().saturating_sub(1);
        if count > limits.translations {
            let kind = PolicyViolationKind::TooMany { count, limit: limits.translations };
            found.push(PolicyViolation { place, kind });
        }
    };
    check(PolicyPlace::Localizations(number), &spec.texts);
    match &spec.form {
        QuestionForm::TextInput { .. } => {}
        QuestionForm::MultipleChoice { choices, .. } => {
            for (index, choice) in choices.iter().enumerate() {
                check(PolicyPlace::ChoiceLocalizations(number, index), &choice.texts);
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
