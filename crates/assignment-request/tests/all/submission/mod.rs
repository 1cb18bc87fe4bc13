//! Drafts and answers at the edges of their rules (C1 to C15, A1 to A10), and what the tests of them share.

mod answers;
mod bypass;
mod schedules;
mod subjects;
mod texts;

use assignment_request::{
    Actor, ChoiceSpec, DraftAnswer, ExistingAssignment, QuestionForm, QuestionId, QuestionSpec, RequestType,
    SubmissionError,
};

use crate::common::{REQUEST, Setup, t};

pub(crate) const QUESTION: QuestionId = QuestionId::from_u128(0xc0);
pub(crate) const SECOND: QuestionId = QuestionId::from_u128(0xc1);

/// What is wrong, each as `code path`.
pub(crate) fn faults_with(
    setup: &Setup,
    assignment: Option<&ExistingAssignment>,
    actor: Actor,
) -> Vec<String> {
    let policy = setup.policy();
    let judged = policy.submit(REQUEST, &setup.draft, assignment, actor, t(0)).map(drop);
    assert_eq!(policy.check(&setup.draft, assignment, actor, t(0)), judged);
    match judged {
        Ok(()) => Vec::new(),
        Err(SubmissionError::Rejected(rejection)) => vec![rejection.code().into()],
        Err(SubmissionError::Invalid(violations)) => {
            violations.iter().map(|violation| format!("{} {}", violation.code(), violation.place)).collect()
        }
    }
}

pub(crate) fn faults(setup: &Setup) -> Vec<String> {
    faults_with(setup, Some(&setup.assignment()), setup.actor())
}

pub(crate) fn answer(question: QuestionId, value: &str) -> DraftAnswer {
    DraftAnswer { question_id: question, question_kind: None, value: Some(value.into()) }
}

pub(crate) fn text(pattern: Option<&str>) -> QuestionForm {
    QuestionForm::TextInput { is_single_line: false, pattern: pattern.map(Into::into) }
}

pub(crate) fn choices(allows_multiple_selection: bool, choices: &[(&str, &[&str])]) -> QuestionForm {
    let choices = choices.iter().map(|(value, texts)| ChoiceSpec {
        actual_value: (*value).into(),
        texts: texts.iter().map(ToString::to_string).collect(),
    });
    QuestionForm::MultipleChoice { allows_multiple_selection, choices: choices.collect() }
}

/// A policy with one question.
pub(crate) fn asking(request_type: RequestType, form: QuestionForm) -> Setup {
    let mut setup = Setup::of(request_type);
    setup.spec.questions = vec![QuestionSpec {
        id: Some(QUESTION),
        texts: Vec::new(),
        is_required: false,
        is_answer_editable: true,
        form,
    }];
    setup
}

pub(crate) fn judge(setup: &Setup, answers: &[DraftAnswer]) -> Vec<String> {
    faults(&setup.clone().draft(|draft| draft.answers = answers.to_vec()))
}
