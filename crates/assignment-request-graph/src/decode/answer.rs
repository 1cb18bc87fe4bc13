//! Answers to a policy's questions.

use assignment_request::{DraftAnswer, QuestionKind};
use uuid::Uuid;

use crate::ReadError;
use crate::json::{Reader, match_member};
use crate::resource::{ANSWER_TYPE, read_question_kind};

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
            // Some clients repeat the whole question; it counts as the policy has it (rule J4).
            _ => reader.pass_over()?,
        }
        Ok(())
    })?;
    Ok(is_there.then_some(question))
}
