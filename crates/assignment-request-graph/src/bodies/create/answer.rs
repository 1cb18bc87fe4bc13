//! Answers to a policy's questions.

use assignment_request::{DraftAnswer, QuestionId, QuestionKind};

use crate::bodies::question_type::{ANSWER_TYPE, question_type, read_question_kind};
use crate::json::member::match_member;
use crate::json::reader::Reader;
use crate::json::writer::{Json, name, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::ReadError;

pub(super) fn read_answer(reader: &mut Reader<'_>) -> Result<DraftAnswer, ReadError> {
    let mut question: Option<AnsweredQuestion> = None;
    let mut value = None;
    reader.members(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&[ANSWER_TYPE.bare()])?,
            "value" => value = reader.shared_text()?,
            "displayValue" => drop(reader.text()?),
            "answeredQuestion" => question = read_answered_question(reader)?,
        });
        Ok(())
    })?;
    let question_id = question.as_ref().and_then(|question| question.id);
    if question_id.is_none() {
        reader.note_missing(if question.is_some() { "answeredQuestion.id" } else { "answeredQuestion" });
    }
    // A missing id makes the reader refuse the body at its end, so this draft with the nil id is never returned.
    Ok(DraftAnswer {
        question_id: question_id.unwrap_or(QuestionId::from_u128(0)),
        question_kind: question.and_then(|question| question.kind),
        value,
    })
}

/// The members of an answered question.
#[derive(Default)]
struct AnsweredQuestion {
    id: Option<QuestionId>,
    kind: Option<QuestionKind>,
}

fn read_answered_question(reader: &mut Reader<'_>) -> Result<Option<AnsweredQuestion>, ReadError> {
    let mut question = AnsweredQuestion::default();
    let is_there = reader.object(|reader, name| {
        match name {
            "@odata.type" => question.kind = read_question_kind(reader)?,
            "id" => question.id = reader.id()?,
            // Some clients send the whole question; only the policy's version matters (rule J4).
            _ => reader.skip()?,
        }
        Ok(())
    })?;
    Ok(is_there.then_some(question))
}

impl Json for DraftAnswer {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.member(name!("@odata.type"), ANSWER_TYPE);
            object.optional(name!("value"), self.value.as_deref());
            object.object(name!("answeredQuestion"), |question| {
                question.optional(name!("@odata.type"), self.question_kind.map(question_type));
                question.member(name!("id"), self.question_id);
            });
        });
    }
}
