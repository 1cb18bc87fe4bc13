//! Answers to a policy's questions.

use std::sync::Arc;

use assignment_request::{DraftAnswer, QuestionKind};
use uuid::Uuid;

use crate::ReadError;
use crate::json::Reader;

/// The types of a question, and the kind that each says.
pub(super) const QUESTION_TYPES: &[&str] = &[MULTIPLE_CHOICE, TEXT_INPUT, "accessPackageQuestion"];
const MULTIPLE_CHOICE: &str = "accessPackageMultipleChoiceQuestion";
const TEXT_INPUT: &str = "accessPackageTextInputQuestion";

/// Reads a question's `@odata.type`: none where it says no kind.
pub(super) fn read_question_kind(reader: &mut Reader<'_>) -> Result<Option<QuestionKind>, ReadError> {
    Ok(match reader.odata_type(QUESTION_TYPES)? {
        Some(MULTIPLE_CHOICE) => Some(QuestionKind::MultipleChoice),
        Some(TEXT_INPUT) => Some(QuestionKind::TextInput),
        _ => None,
    })
}

pub(super) fn read_answer(reader: &mut Reader<'_>) -> Result<DraftAnswer, ReadError> {
    let mut question: Option<AnsweredQuestion> = None;
    let mut value = None;
    reader.members(|reader, name| {
        match name {
            "@odata.type" => reader.expect_type(&["accessPackageAnswerString"])?,
            "value" => value = reader.text()?.map(Arc::from),
            "displayValue" => drop(reader.text()?),
            "answeredQuestion" => question = read_answered_question(reader)?,
            _ => reader.unknown(name)?,
        }
        Ok(())
    })?;
    let question_id = question.as_ref().and_then(|question| question.id);
    if question_id.is_none() {
        reader.note_missing(if question.is_some() { "answeredQuestion.id" } else { "answeredQuestion" });
    }
    // Where the id is missing, the body is refused when it is read to its end, and nobody sees the nil id.
    Ok(DraftAnswer {
        question_id: question_id.unwrap_or_default(),
        question_kind: question.and_then(|question| question.kind),
        value,
    })
}

/// What an answer says about its question.
#[derive(Default)]
struct AnsweredQuestion {
    id: Option<Uuid>,
    kind: Option<QuestionKind>,
}

fn read_answered_question(reader: &mut Reader<'_>) -> Result<Option<AnsweredQuestion>, ReadError> {
    let mut question = AnsweredQuestion::default();
    let is_there = reader.object(|reader, name| {
        match name {
            "@odata.type" => question.kind = read_question_kind(reader)?,
            "id" => question.id = reader.id()?,
            // Some clients repeat the whole question; it counts as the policy has it.
            "allowsMultipleSelection"
            | "choices"
            | "isAnswerEditable"
            | "isMultipleSelectionAllowed"
            | "isRequired"
            | "isSingleLineQuestion"
            | "localizations"
            | "regexPattern"
            | "sequence"
            | "text" => reader.pass_over()?,
            _ => reader.unknown(name)?,
        }
        Ok(())
    })?;
    Ok(is_there.then_some(question))
}
