//! Questions, and the texts in them.

use assignment_request::{QuestionId, QuestionKind};

use crate::bodies::question_type::{kind_of_members, question_type, read_question_kind};
use crate::json::member::{match_member, other};
use crate::json::reader::Reader;
use crate::json::value::Text;
use crate::json::writer::{Json, Object, name, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::ReadError;

/// `accessPackageQuestion`: a question of a policy, or one that an answer answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuestionResource<'a> {
    /// `@odata.type`, if it names a kind of question.
    pub kind: Option<QuestionKind>,
    /// `id`.
    pub id: Option<QuestionId>,
    /// `sequence`: the place of the question among those of its policy.
    pub sequence: Option<i64>,
    /// `text`, in v1.0 with `localizations`.
    pub text: LocalizedContentResource<'a>,
    /// `isRequired`.
    pub is_required: Option<bool>,
    /// `isAnswerEditable`.
    pub is_answer_editable: Option<bool>,
    /// `isSingleLineQuestion` of a text question.
    pub is_single_line: Option<bool>,
    /// `regexPattern` of a text question.
    pub pattern: Text<'a>,
    /// `isMultipleSelectionAllowed` of a multiple choice question, in beta `allowsMultipleSelection`.
    pub allows_multiple_selection: Option<bool>,
    /// `choices` of a multiple choice question.
    pub choices: Option<Vec<ChoiceResource<'a>>>,
}

/// `accessPackageAnswerChoice`: a choice of a multiple choice question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChoiceResource<'a> {
    /// `actualValue`: the value that is stored.
    pub actual_value: Text<'a>,
    /// `text` with `localizations`, in beta `displayValue`.
    pub text: LocalizedContentResource<'a>,
}

/// A text in several languages. Beta has it as one object, `accessPackageLocalizedContent`; in v1.0, the default text
/// and the localizations are two members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalizedContentResource<'a> {
    /// The default text: in beta `defaultText`.
    pub default_text: Text<'a>,
    /// The texts in other languages: `localizations`, in beta `localizedTexts`.
    pub localized_texts: Option<Vec<LocalizedTextResource<'a>>>,
}

/// `accessPackageLocalizedText`: a text in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalizedTextResource<'a> {
    /// `languageCode`.
    pub language_code: Text<'a>,
    /// `text`.
    pub text: Text<'a>,
}

impl QuestionResource<'_> {
    /// Returns the question as it is asked: with its kind, which its members can give, and with the values that absent
    /// members have (rule A9). `sequence` is its place among the questions of its policy.
    pub(super) fn asked(self, sequence: i64) -> Self {
        let is_text = self.is_single_line.is_some() || self.pattern.is_some();
        let is_choice = self.choices.is_some() || self.allows_multiple_selection.is_some();
        Self {
            kind: self.kind.or(kind_of_members(is_text, is_choice)),
            sequence: Some(self.sequence.unwrap_or(sequence)),
            is_required: Some(self.is_required.unwrap_or_default()),
            is_answer_editable: Some(self.is_answer_editable.unwrap_or(true)),
            ..self
        }
    }
}

pub(super) fn read_question<'a>(reader: &mut Reader<'a>) -> Result<QuestionResource<'a>, ReadError> {
    let mut question = QuestionResource::default();
    reader.members(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => question.kind = read_question_kind(reader)?,
            "id" => question.id = reader.id()?,
            "sequence" => question.sequence = reader.whole_number()?,
            "text" => read_content(reader, &mut question.text, "localizations")?,
            "localizations" => read_localizations(reader, &mut question.text, "text")?,
            "isRequired" => question.is_required = reader.boolean()?,
            "isAnswerEditable" => question.is_answer_editable = reader.boolean()?,
            "isSingleLineQuestion" => question.is_single_line = reader.boolean()?,
            "regexPattern" => question.pattern = reader.text()?,
            "isMultipleSelectionAllowed" | "allowsMultipleSelection" => {
                let read = reader.boolean()?;
                let other = other(name, "isMultipleSelectionAllowed", "allowsMultipleSelection");
                reader.merge(&mut question.allows_multiple_selection, read, other)?;
            },
            "choices" => question.choices = reader.array(read_choice)?,
        });
        Ok(())
    })?;
    Ok(question)
}

fn read_choice<'a>(reader: &mut Reader<'a>) -> Result<ChoiceResource<'a>, ReadError> {
    let mut choice = ChoiceResource::default();
    reader.members(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&["accessPackageAnswerChoice"])?,
            "actualValue" => choice.actual_value = reader.text()?,
            "text" => read_content(reader, &mut choice.text, "displayValue")?,
            "displayValue" => read_content(reader, &mut choice.text, "text")?,
            "localizations" => read_localizations(reader, &mut choice.text, "displayValue")?,
        });
        Ok(())
    })?;
    Ok(choice)
}

/// Reads a text: a string, which is the default text, an object with all texts, or null. `other` is the member that may
/// contradict it.
fn read_content<'a>(
    reader: &mut Reader<'a>,
    content: &mut LocalizedContentResource<'a>,
    other: &str,
) -> Result<(), ReadError> {
    if !reader.is_object()? {
        let default_text = reader.text()?;
        return reader.merge(&mut content.default_text, default_text, other);
    }
    let mut read = LocalizedContentResource::default();
    reader.members(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&["accessPackageLocalizedContent"])?,
            "defaultText" => read.default_text = reader.text()?,
            "localizedTexts" => read.localized_texts = reader.array(read_localized_text)?,
        });
        Ok(())
    })?;
    reader.merge(&mut content.default_text, read.default_text, other)?;
    reader.merge(&mut content.localized_texts, read.localized_texts, other)
}

/// Reads the localizations of a text. `other` is the member that may contradict them.
fn read_localizations<'a>(
    reader: &mut Reader<'a>,
    content: &mut LocalizedContentResource<'a>,
    other: &str,
) -> Result<(), ReadError> {
    let localized_texts = reader.array(read_localized_text)?;
    reader.merge(&mut content.localized_texts, localized_texts, other)
}

fn read_localized_text<'a>(reader: &mut Reader<'a>) -> Result<LocalizedTextResource<'a>, ReadError> {
    let mut localized = LocalizedTextResource::default();
    reader.members(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&["accessPackageLocalizedText"])?,
            "languageCode" => localized.language_code = reader.text()?,
            "text" => localized.text = reader.text()?,
        });
        Ok(())
    })?;
    Ok(localized)
}

impl Json for QuestionResource<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.optional(name!("@odata.type"), self.kind.map(question_type));
            object.optional(name!("id"), self.id);
            object.optional(name!("sequence"), self.sequence);
            match api {
                ApiVersion::V1_0 => self.text.write_members(object),
                ApiVersion::Beta => object.optional(name!("text"), self.text.if_any()),
            }
            object.optional(name!("isRequired"), self.is_required);
            object.optional(name!("isAnswerEditable"), self.is_answer_editable);
            object.optional(name!("isSingleLineQuestion"), self.is_single_line);
            object.optional(name!("regexPattern"), self.pattern.as_ref());
            let allows = api.pick(name!("isMultipleSelectionAllowed"), name!("allowsMultipleSelection"));
            object.optional(allows, self.allows_multiple_selection);
            object.optional(name!("choices"), self.choices.as_deref());
        });
    }
}

impl Json for ChoiceResource<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.member(name!("actualValue"), &self.actual_value);
            match api {
                ApiVersion::V1_0 => self.text.write_members(object),
                ApiVersion::Beta => object.optional(name!("displayValue"), self.text.if_any()),
            }
        });
    }
}

impl LocalizedContentResource<'_> {
    /// Returns the texts, or `None` if there are none.
    fn if_any(&self) -> Option<&Self> {
        (self.default_text.is_some() || self.localized_texts.is_some()).then_some(self)
    }

    /// Appends the texts as the two members of v1.0.
    fn write_members(&self, object: &mut Object<'_>) {
        object.optional(name!("text"), self.default_text.as_ref());
        object.optional(name!("localizations"), self.localized_texts.as_deref());
    }
}

/// Writes the object of beta.
impl Json for LocalizedContentResource<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.member(name!("defaultText"), &self.default_text);
            object.optional(name!("localizedTexts"), self.localized_texts.as_deref());
        });
    }
}

impl Json for LocalizedTextResource<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.member(name!("languageCode"), &self.language_code);
            object.member(name!("text"), &self.text);
        });
    }
}
