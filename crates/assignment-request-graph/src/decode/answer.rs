//! Answers to a policy's questions.

use std::sync::Arc;

use assignment_request::{DraftAnswer, QuestionKind};

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
    let mut answer = DraftAnswer { question_id: None, question_kind: None, value: None };
    reader.members(|reader, name| {
        match name {
            "@odata.type" => reader.expect_type(&["accessPackageAnswerString"])?,
            "value" => answer.value = reader.text()?.map(Arc::from),
            "displayValue" => drop(reader.text()?),
            "answeredQuestion" => read_answered_question(reader, &mut answer)?,
            _ => reader.unknown(name)?,
        }
        Ok(())
    })?;
    Ok(answer)
}

fn read_answered_question(reader: &mut Reader<'_>, answer: &mut DraftAnswer) -> Result<(), ReadError> {
    reader.object(|reader, name| {
        match name {
            "@odata.type" => answer.question_kind = read_question_kind(reader)?,
            "id" => answer.question_id = reader.id()?,
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
    Ok(())
}
