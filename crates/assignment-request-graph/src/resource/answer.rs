//! Answers, and the questions that they answer.

use std::borrow::Cow;

use assignment_request::{Answer, QuestionKind};
use uuid::Uuid;

use super::carried::{Carried, Text};
use crate::ReadError;
use crate::json::Reader;

/// The type of every answer.
pub(crate) const ANSWER_TYPE: &str = "accessPackageAnswerString";
const QUESTION_TYPE: &str = "accessPackageQuestion";

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
    pub carried: Carried<'a>,
}

impl<'a> From<&'a Answer> for AnswerResource<'a> {
    fn from(answer: &'a Answer) -> Self {
        Self {
            value: answer.value.as_deref().map(Cow::Borrowed),
            display_value: answer.display_value.as_deref().map(Cow::Borrowed),
            question: Some(QuestionResource {
                kind: Some(answer.question_kind),
                id: Some(answer.question_id),
                carried: Carried::NONE,
            }),
        }
    }
}

/// The type that says the kind of a question.
pub(crate) const fn question_type(kind: QuestionKind) -> &'static str {
    match kind {
        QuestionKind::TextInput => "accessPackageTextInputQuestion",
        QuestionKind::MultipleChoice => "accessPackageMultipleChoiceQuestion",
    }
}

pub(super) fn read_answer<'a>(
    reader: &mut Reader<'a>,
    text: &'a str,
) -> Result<AnswerResource<'a>, ReadError> {
    let mut answer = AnswerResource::default();
    reader.members(|reader, name| {
        match name {
            "@odata.type" => reader.expect_type(&[ANSWER_TYPE])?,
            "value" => answer.value = reader.text()?,
            "displayValue" => answer.display_value = reader.text()?,
            "answeredQuestion" => answer.question = read_question(reader, text)?,
            _ => reader.unknown(name)?,
        }
        Ok(())
    })?;
    Ok(answer)
}

fn read_question<'a>(
    reader: &mut Reader<'a>,
    text: &'a str,
) -> Result<Option<QuestionResource<'a>>, ReadError> {
    const KINDS: [QuestionKind; 2] = [QuestionKind::TextInput, QuestionKind::MultipleChoice];
    const TYPES: &[&str] = &[question_type(KINDS[0]), question_type(KINDS[1]), QUESTION_TYPE];
    let mut question = QuestionResource::default();
    let is_there = reader.object(|reader, name| {
        match name {
            "@odata.type" => {
                let named = reader.odata_type(TYPES)?;
                question.kind = KINDS.into_iter().find(|kind| Some(question_type(*kind)) == named);
            }
            "id" => question.id = reader.id()?,
            _ => question.carried.read(reader, text, name, QUESTION_SCHEMA)?,
        }
        Ok(())
    })?;
    Ok(is_there.then_some(question))
}
