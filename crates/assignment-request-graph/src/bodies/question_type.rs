//! The types of answers and of questions.

use assignment_request::QuestionKind;

use crate::json::reader::Reader;
use crate::json::type_name::TypeName;
use crate::vocabulary::error::ReadError;

/// The type of every answer.
pub(crate) const ANSWER_TYPE: TypeName = TypeName::new("#microsoft.graph.accessPackageAnswerString");

/// Returns the type of a question of this kind.
pub(crate) const fn question_type(kind: QuestionKind) -> TypeName {
    TypeName::new(match kind {
        QuestionKind::TextInput => "#microsoft.graph.accessPackageTextInputQuestion",
        QuestionKind::MultipleChoice => "#microsoft.graph.accessPackageMultipleChoiceQuestion",
    })
}

/// Reads a question's `@odata.type`. Returns `None` if it names no kind of question.
pub(crate) fn read_question_kind(reader: &mut Reader<'_>) -> Result<Option<QuestionKind>, ReadError> {
    const MULTIPLE_CHOICE: &str = question_type(QuestionKind::MultipleChoice).bare();
    const TEXT_INPUT: &str = question_type(QuestionKind::TextInput).bare();
    Ok(match reader.odata_type(&[MULTIPLE_CHOICE, TEXT_INPUT, "accessPackageQuestion"])? {
        Some(MULTIPLE_CHOICE) => Some(QuestionKind::MultipleChoice),
        Some(TEXT_INPUT) => Some(QuestionKind::TextInput),
        _ => None,
    })
}

/// Returns the kind of a question that has members of text questions, or of multiple choice questions. Members of both
/// kinds together say nothing.
pub(crate) const fn kind_of_members(is_text: bool, is_choice: bool) -> Option<QuestionKind> {
    match (is_text, is_choice) {
        (true, false) => Some(QuestionKind::TextInput),
        (false, true) => Some(QuestionKind::MultipleChoice),
        (true, true) | (false, false) => None,
    }
}
