//! Answers to questions.

use std::borrow::Cow;

use assignment_request::Answer;

use crate::bodies::question_type::ANSWER_TYPE;
use crate::client::question::{QuestionResource, read_question};
use crate::json::member::match_member;
use crate::json::reader::Reader;
use crate::json::value::Text;
use crate::json::writer::{Json, name, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::ReadError;

/// `accessPackageAnswerString`: an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnswerResource<'a> {
    /// `value`.
    pub value: Text<'a>,
    /// `displayValue`: the text that the policy shows for the value.
    pub display_value: Text<'a>,
    /// `answeredQuestion`. Some responses contain the whole question.
    pub question: Option<QuestionResource<'a>>,
}

impl<'a> From<&'a Answer> for AnswerResource<'a> {
    fn from(answer: &'a Answer) -> Self {
        Self {
            value: answer.value.as_deref().map(Cow::Borrowed),
            display_value: answer.display_value.as_deref().map(Cow::Borrowed),
            question: Some(QuestionResource {
                kind: Some(answer.question_kind),
                id: Some(answer.question_id),
                ..QuestionResource::default()
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
            "answeredQuestion" => answer.question = read_answered_question(reader)?,
        });
        Ok(())
    })?;
    Ok(answer)
}

/// Reads the question that an answer answers, or null.
fn read_answered_question<'a>(reader: &mut Reader<'a>) -> Result<Option<QuestionResource<'a>>, ReadError> {
    if reader.is_null()? { Ok(None) } else { read_question(reader).map(Some) }
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
