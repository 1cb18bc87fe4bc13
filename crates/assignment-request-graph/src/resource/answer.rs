//! Answers, and the questions that they answer.

use std::borrow::Cow;

use assignment_request::{Answer, QuestionKind};
use serde::Serialize;
use uuid::Uuid;

use super::additional_data::{AdditionalData, Text};
use crate::ReadError;
use crate::json::{Reader, match_member};

/// A type of Graph's namespace, as it is written.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct TypeName(&'static str);

impl TypeName {
    /// The type as it is written.
    pub(crate) const fn as_str(self) -> &'static str {
        self.0
    }

    /// The name alone, without the namespace.
    pub(crate) const fn bare(self) -> &'static str {
        self.0.split_at("#microsoft.graph.".len()).1
    }
}

/// The type of every answer.
pub(crate) const ANSWER_TYPE: TypeName = TypeName("#microsoft.graph.accessPackageAnswerString");

/// The members of a question that are carried along: some responses repeat the whole question.
const QUESTION_SCHEMA: &[&str] = &[
    "allowsMultipleSelection",
    "choices",
    "isAnswerEditable",
    "isMultipleSelectionAllowed",
    "isRequired",
    "isSingleLineQuestion",
    "localizations",
    "regexPattern",
    "sequence",
    "text",
];

/// `accessPackageAnswerString`: an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnswerResource<'a> {
    /// `value`.
    pub value: Text<'a>,
    /// `displayValue`: what is shown for it.
    pub display_value: Text<'a>,
    /// `answeredQuestion`.
    pub question: Option<QuestionResource<'a>>,
}

/// The question that an answer answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuestionResource<'a> {
    /// `@odata.type`, where it says which kind of question it is.
    pub kind: Option<QuestionKind>,
    /// `id`.
    pub id: Option<Uuid>,
    /// What else is said about it.
    pub additional_data: AdditionalData<'a>,
}

impl<'a> From<&'a Answer> for AnswerResource<'a> {
    fn from(answer: &'a Answer) -> Self {
        Self {
            value: answer.value.as_deref().map(Cow::Borrowed),
            display_value: answer.display_value.as_deref().map(Cow::Borrowed),
            question: Some(QuestionResource {
                kind: Some(answer.question_kind),
                id: Some(answer.question_id),
                additional_data: AdditionalData::NONE,
            }),
        }
    }
}

/// The type that says the kind of a question.
pub(crate) const fn question_type(kind: QuestionKind) -> TypeName {
    TypeName(match kind {
        QuestionKind::TextInput => "#microsoft.graph.accessPackageTextInputQuestion",
        QuestionKind::MultipleChoice => "#microsoft.graph.accessPackageMultipleChoiceQuestion",
    })
}

/// Reads a question's `@odata.type`: none where it says no kind.
pub(crate) fn read_question_kind(reader: &mut Reader<'_>) -> Result<Option<QuestionKind>, ReadError> {
    const MULTIPLE_CHOICE: &str = question_type(QuestionKind::MultipleChoice).bare();
    const TEXT_INPUT: &str = question_type(QuestionKind::TextInput).bare();
    Ok(match reader.odata_type(&[MULTIPLE_CHOICE, TEXT_INPUT, "accessPackageQuestion"])? {
        Some(MULTIPLE_CHOICE) => Some(QuestionKind::MultipleChoice),
        Some(TEXT_INPUT) => Some(QuestionKind::TextInput),
        _ => None,
    })
}

pub(super) fn read_answer<'a>(
    reader: &mut Reader<'a>,
    text: &'a str,
) -> Result<AnswerResource<'a>, ReadError> {
    let mut answer = AnswerResource::default();
    reader.members(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&[ANSWER_TYPE.bare()])?,
            "value" => answer.value = reader.text()?,
            "displayValue" => answer.display_value = reader.text()?,
            "answeredQuestion" => answer.question = read_question(reader, text)?,
        });
        Ok(())
    })?;
    Ok(answer)
}

fn read_question<'a>(
    reader: &mut Reader<'a>,
    text: &'a str,
) -> Result<Option<QuestionResource<'a>>, ReadError> {
    let mut question = QuestionResource::default();
    let is_there = reader.object(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => question.kind = read_question_kind(reader)?,
            "id" => question.id = reader.id()?,
        } else known => question.additional_data.read(reader, text, name, QUESTION_SCHEMA, known)?);
        Ok(())
    })?;
    Ok(is_there.then_some(question))
}
