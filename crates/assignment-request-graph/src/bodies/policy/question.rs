//! The questions of a policy, in the forms of v1.0 and of beta (rule J5).

use assignment_request::{ChoiceSpec, QuestionForm, QuestionId, QuestionKind, QuestionSpec};

use crate::bodies::policy::localized::{LocalizedText, TextMember, write_texts};
use crate::bodies::question_type::{kind_of_members, question_type, read_question_kind};
use crate::json::member::match_member;
use crate::json::reader::Reader;
use crate::json::writer::{Json, name, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::ReadError;

pub(super) fn read_questions(reader: &mut Reader<'_>) -> Result<Vec<QuestionSpec>, ReadError> {
    let questions = reader.array(read_question)?.unwrap_or_default();
    Ok(questions.into_iter().flatten().collect())
}

/// The members of a question of either kind that have been read so far.
#[derive(Debug, Default)]
struct Members {
    kind: Option<QuestionKind>,
    id: Option<QuestionId>,
    text: LocalizedText,
    is_required: Option<bool>,
    is_answer_editable: Option<bool>,
    is_single_line: Option<bool>,
    pattern: Option<String>,
    allows_multiple_selection: Option<bool>,
    choices: Option<Vec<ChoiceSpec>>,
}

/// Reads a question. Returns `None`, and notes the missing kind, if its kind is unclear.
fn read_question(reader: &mut Reader<'_>) -> Result<Option<QuestionSpec>, ReadError> {
    let mut question = Members::default();
    reader.members(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => question.kind = read_question_kind(reader)?,
            "id" => question.id = reader.id()?,
            "isRequired" => question.is_required = reader.boolean()?,
            "isAnswerEditable" => question.is_answer_editable = reader.boolean()?,
            "isSingleLineQuestion" => question.is_single_line = reader.boolean()?,
            "regexPattern" => question.pattern = reader.text()?.map(String::from),
            "isMultipleSelectionAllowed" => {
                let value = reader.boolean()?;
                reader.merge(&mut question.allows_multiple_selection, value, "allowsMultipleSelection")?;
            },
            "allowsMultipleSelection" => {
                let value = reader.boolean()?;
                reader.merge(&mut question.allows_multiple_selection, value, "isMultipleSelectionAllowed")?;
            },
            "choices" => question.choices = reader.array(read_choice)?,
            "text" => question.text.read(reader, TextMember::Text)?,
            "localizations" => question.text.read(reader, TextMember::Localizations)?,
            "sequence" => drop(reader.whole_number()?),
        });
        Ok(())
    })?;
    let Some(kind) = question.kind() else {
        reader.note_missing("@odata.type");
        return Ok(None);
    };
    Ok(Some(question.into_spec(kind)))
}

impl Members {
    /// Returns the question's kind, from its type or from members that only one kind has.
    fn kind(&self) -> Option<QuestionKind> {
        let is_text = self.is_single_line.is_some() || self.pattern.is_some();
        let is_choice = self.choices.is_some() || self.allows_multiple_selection.is_some();
        self.kind.or(kind_of_members(is_text, is_choice))
    }

    fn into_spec(self, kind: QuestionKind) -> QuestionSpec {
        QuestionSpec {
            id: self.id,
            texts: self.text.into_texts(),
            is_required: self.is_required.unwrap_or_default(),
            // A question is editable unless the member is false (rule A9).
            is_answer_editable: self.is_answer_editable.unwrap_or(true),
            form: match kind {
                QuestionKind::TextInput => QuestionForm::TextInput {
                    is_single_line: self.is_single_line.unwrap_or_default(),
                    pattern: self.pattern,
                },
                QuestionKind::MultipleChoice => QuestionForm::MultipleChoice {
                    allows_multiple_selection: self.allows_multiple_selection.unwrap_or_default(),
                    choices: self.choices.unwrap_or_default(),
                },
            },
        }
    }
}

fn read_choice(reader: &mut Reader<'_>) -> Result<ChoiceSpec, ReadError> {
    let mut actual_value = None;
    let mut text = LocalizedText::default();
    reader.members(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&["accessPackageAnswerChoice"])?,
            "actualValue" => actual_value = reader.text()?.map(String::from),
            "text" => text.read(reader, TextMember::Text)?,
            "localizations" => text.read(reader, TextMember::Localizations)?,
            "displayValue" => text.read(reader, TextMember::DisplayValue)?,
        });
        Ok(())
    })?;
    Ok(ChoiceSpec { actual_value: actual_value.unwrap_or_default(), texts: text.into_texts() })
}

impl Json for QuestionSpec {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        let kind = match self.form {
            QuestionForm::TextInput { .. } => QuestionKind::TextInput,
            QuestionForm::MultipleChoice { .. } => QuestionKind::MultipleChoice,
        };
        write_object(api, out, |object| {
            object.member(name!("@odata.type"), question_type(kind));
            object.optional(name!("id"), self.id);
            write_texts(&self.texts, object);
            object.member(name!("isRequired"), self.is_required);
            object.member(name!("isAnswerEditable"), self.is_answer_editable);
            match &self.form {
                QuestionForm::TextInput { is_single_line, pattern } => {
                    object.member(name!("isSingleLineQuestion"), *is_single_line);
                    object.optional(name!("regexPattern"), pattern.as_deref());
                }
                QuestionForm::MultipleChoice { allows_multiple_selection, choices } => {
                    object.member(name!("isMultipleSelectionAllowed"), *allows_multiple_selection);
                    object.member(name!("choices"), choices.as_slice());
                }
            }
        });
    }
}

impl Json for ChoiceSpec {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.member(name!("actualValue"), &self.actual_value);
            write_texts(&self.texts, object);
        });
    }
}
