//! Answers against the questions of a policy (A1 to A10).

use assignment_request::{
    ChoiceSpec, DraftAnswer, Limits, Operation, PolicySpec, QuestionForm, QuestionId, QuestionKind,
    QuestionSpec, Role,
};

use super::submission::Fault;
use super::{is_blank, text_faults};

/// An accepted answer: its question, and its value or none where it clears the stored one.
pub type Accepted = (QuestionId, Option<String>);

/// An answer heard before in the same draft, not refused by A1 or A2, and not ignored.
struct Earlier {
    question: QuestionId,
    is_blank: bool,
    choice: Option<String>,
}

/// Judges the answers of an Add or an Update.
pub fn judge(
    policy: &PolicySpec,
    limits: &Limits,
    operation: Operation,
    initiator: Role,
    answers: &[DraftAnswer],
) -> (Vec<Fault>, Vec<Accepted>) {
    let mut faults = Vec::new();
    let mut accepted = Vec::new();
    let mut earlier: Vec<Earlier> = Vec::new();
    for (index, answer) in answers.iter().enumerate() {
        let question_path = format!("answers[{index}].answeredQuestion.id");
        let value_path = format!("answers[{index}].value");
        // A1
        let Some(question) = policy.questions.iter().find(|question| question.id == Some(answer.question_id))
        else {
            faults.push(("unknownQuestion", question_path));
            continue;
        };
        // A2
        if answer.question_kind.is_some_and(|kind| kind != kind_of(question)) {
            faults.push(("answerTypeMismatch", question_path));
            continue;
        }
        // A6, on Add
        if operation == Operation::Add && is_blank(answer.value.as_deref()) {
            continue;
        }
        match first_fault(question, limits, operation, initiator, answer, &earlier) {
            Some(code) => faults.push((code, value_path)),
            None => accepted.push((answer.question_id, normalised(question, answer))),
        }
        earlier.push(Earlier {
            question: answer.question_id,
            is_blank: is_blank(answer.value.as_deref()),
            choice: choice_of(question, answer.value.as_deref().unwrap_or("")).ok(),
        });
    }
    // A4
    if operation == Operation::Add && initiator == Role::User {
        for question in policy.questions.iter().filter(|question| question.is_required) {
            if !earlier.iter().any(|earlier| Some(earlier.question) == question.id) {
                faults.push(("requiredAnswerMissing", "answers".to_owned()));
            }
        }
    }
    (faults, accepted)
}

fn kind_of(question: &QuestionSpec) -> QuestionKind {
    match question.form {
        QuestionForm::TextInput { .. } => QuestionKind::TextInput,
        QuestionForm::MultipleChoice { .. } => QuestionKind::MultipleChoice,
    }
}

/// The first rule that an answer breaks after A1 and A2, in the order of A10: A9, A6, C14, A5, A3, A7, A8.
fn first_fault(
    question: &QuestionSpec,
    limits: &Limits,
    operation: Operation,
    initiator: Role,
    answer: &DraftAnswer,
    earlier: &[Earlier],
) -> Option<&'static str> {
    let text = answer.value.as_deref().unwrap_or("");
    let is_blank = is_blank(Some(text));
    let same_question: Vec<&Earlier> =
        earlier.iter().filter(|earlier| earlier.question == answer.question_id).collect();
    // A9
    if operation == Operation::Update && initiator == Role::User && !question.is_answer_editable {
        return Some("answerNotEditable");
    }
    // A6
    if operation == Operation::Update {
        if is_blank && question.is_required {
            return Some("requiredAnswerMissing");
        }
        if same_question.iter().any(|earlier| is_blank || earlier.is_blank) {
            return Some("duplicateAnswer");
        }
    }
    // A blank answer says nothing that later rules could look into. (SPEC.md leaves open whether C14 does.)
    if is_blank {
        return None;
    }
    // C14
    if let Some(code) = text_faults(text, limits.answer).first() {
        return Some(code);
    }
    match &question.form {
        QuestionForm::MultipleChoice { allows_multiple_selection, .. } => {
            // A5
            let choice = match choice_of(question, text) {
                Ok(choice) => choice,
                Err(code) => return Some(code),
            };
            // A3
            let is_duplicate = if *allows_multiple_selection {
                same_question.iter().any(|earlier| earlier.choice.as_ref() == Some(&choice))
            } else {
                !same_question.is_empty()
            };
            is_duplicate.then_some("duplicateAnswer")
        }
        QuestionForm::TextInput { is_single_line, pattern } => {
            // A3
            if !same_question.is_empty() {
                return Some("duplicateAnswer");
            }
            // A7
            if *is_single_line && text.contains(['\r', '\n', '\u{85}', '\u{2028}', '\u{2029}']) {
                return Some("multilineNotAllowed");
            }
            // A8
            let pattern = pattern.as_deref().unwrap_or("");
            (!matches_whole(pattern, text)).then_some("patternMismatch")
        }
    }
}

/// A5: the `actualValue` of the choice that a text names.
fn choice_of(question: &QuestionSpec, text: &str) -> Result<String, &'static str> {
    let QuestionForm::MultipleChoice { choices, .. } = &question.form else {
        return Err("notAChoice");
    };
    if choices.iter().any(|choice| choice.actual_value == text) {
        return Ok(text.to_owned());
    }
    let shown: Vec<&ChoiceSpec> =
        choices.iter().filter(|choice| choice.texts.iter().any(|shown| shown == text)).collect();
    match shown[..] {
        [] => Err("notAChoice"),
        [only] => Ok(only.actual_value.clone()),
        _ => Err("ambiguousChoice"),
    }
}

fn normalised(question: &QuestionSpec, answer: &DraftAnswer) -> Option<String> {
    let text = answer.value.as_deref().unwrap_or("");
    if is_blank(Some(text)) {
        return None;
    }
    choice_of(question, text).ok().or_else(|| Some(text.to_owned()))
}

/// The patterns that the model knows; each is spelled out by hand.
pub const PATTERNS: [&str; 5] = ["", "[a-z]+", "a|bc", r"\d{2,4}", "^x$|(?i)yes"];

/// A pattern that no engine compiles (P2).
pub const BAD_PATTERN: &str = "(a";

/// A8 and D7, and P2: an empty pattern is none.
fn matches_whole(pattern: &str, text: &str) -> bool {
    match pattern {
        "" => true,
        "[a-z]+" => !text.is_empty() && text.chars().all(|character| character.is_ascii_lowercase()),
        "a|bc" => text == "a" || text == "bc",
        r"\d{2,4}" => {
            (2..=4).contains(&text.len()) && text.chars().all(|character| character.is_ascii_digit())
        }
        "^x$|(?i)yes" => text == "x" || text.eq_ignore_ascii_case("yes"),
        other => panic!("the model does not know the pattern {other}"),
    }
}
