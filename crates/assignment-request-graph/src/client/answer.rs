//! Answers, and the questions that they answer.

use std::borrow::Cow;

use assignment_request::{Answer, QuestionId, QuestionKind};

use crate::bodies::question_type::{ANSWER_TYPE, question_type, read_question_kind};
use crate::client::additional_data::AdditionalData;
use crate::json::member::match_member;
use crate::json::reader::Reader;
use crate::json::value::Text;
use crate::json::writer::{Json, name, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::ReadError;

/// The members of a question that are kept unchanged. Some responses contain the whole question.
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
    /// `displayValue`: the text that the policy shows for the value.
    pub display_value: Text<'a>,
    /// `answeredQuestion`.
    pub question: Option<QuestionResource<'a>>,
}

/// The question that an answer answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuestionResource<'a> {
    /// `@odata.type`, if it names a kind of question.
    pub kind: Option<QuestionKind>,
    /// `id`.
    pub id: Option<QuestionId>,
    /// The other members of the question.
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

pub(super) fn read_answer<'a>(reader: &mut Reader<'a>) -> Result<AnswerResource<'a>, ReadError> {
    let mut answer = AnswerResource::default();
    reader.members(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&[ANSWER_TYPE.bare()])?,
            "value" => answer.value = reader.text()?,
            "displayValue" => answer.display_value = reader.text()?,
            "answeredQuestion" => answer.question = read_question(reader)?,
        });
        Ok(())
    })?;
    Ok(answer)
}

fn read_question<'a>(reader: &mut Reader<'a>) -> Result<Option<QuestionResource<'a>>, ReadError> {
    let mut question = QuestionResource::default();
    let is_there = reader.object(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => question.kind = read_question_kind(reader)?,
            "id" => question.id = reader.id()?,
        } else known => question.additional_data.read(reader, name, QUESTION_SCHEMA, known)?);
        Ok(())
    })?;
    Ok(is_there.then_some(question))
}

impl Json for AnswerResource<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.member(name!("@odata.type"), ANSWER_TYPE);
            object.member(name!("value"), &self.value);
            object.member(name!("displayValue"), &self.display_value);
            object.optional(name!("answeredQuestion"), self.question.as_ref());
        });
    }
}

impl Json for QuestionResource<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.optional(name!("@odata.type"), self.kind.map(question_type));
            object.optional(name!("id"), self.id);
            self.additional_data.write(object);
        });
    }
}
