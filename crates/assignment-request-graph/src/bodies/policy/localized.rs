//! Text in several languages. In v1.0 it is `text` beside `localizations`; in beta it is one object with `defaultText`
//! and `localizedTexts` (rule J5).

use crate::json::reader::Reader;
use crate::json::writer::{Items, Members, Object, name};
use crate::vocabulary::error::ReadError;

/// The default text and the translations that have been read so far.
#[derive(Debug, Default)]
pub(super) struct LocalizedText {
    default: Option<String>,
    localized: Option<Vec<String>>,
}

/// The members that hold a part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextMember {
    Text,
    Localizations,
    DisplayValue,
}

impl LocalizedText {
    /// Reads the value of a member: a string or an object of both parts, or the list of localizations.
    pub(super) fn read(&mut self, reader: &mut Reader<'_>, member: TextMember) -> Result<(), ReadError> {
        let other = match member {
            TextMember::Text => "displayValue",
            TextMember::Localizations => "localizedTexts",
            TextMember::DisplayValue => "text",
        };
        let mut default = None;
        let mut localized = None;
        if member == TextMember::Localizations {
            localized = reader.array(read_localization)?;
        } else if reader.is_object()? {
            reader.members(|reader, name| {
                match name {
                    "@odata.type" => reader.expect_type(&["accessPackageLocalizedContent"])?,
                    "defaultText" => default = reader.text()?.map(String::from),
                    "localizedTexts" => localized = reader.array(read_localization)?,
                    _ => reader.unknown(name, &[])?,
                }
                Ok(())
            })?;
        } else {
            default = reader.text()?.map(String::from);
        }
        reader.merge(&mut self.default, default, other)?;
        reader.merge(&mut self.localized, localized.map(|texts| texts.into_iter().flatten().collect()), other)
    }

    /// Returns all texts, beginning with the default one.
    pub(super) fn into_texts(self) -> Vec<String> {
        self.default.into_iter().chain(self.localized.unwrap_or_default()).collect()
    }
}

fn read_localization(reader: &mut Reader<'_>) -> Result<Option<String>, ReadError> {
    let mut text = None;
    reader.members(|reader, name| {
        match name {
            "@odata.type" => reader.expect_type(&["accessPackageLocalizedText"])?,
            "text" => text = reader.text()?.map(String::from),
            "languageCode" => drop(reader.text()?),
            _ => reader.unknown(name, &[])?,
        }
        Ok(())
    })?;
    Ok(text)
}

/// Appends texts in the form of v1.0 to the members of their object. The first text is the default one.
pub(super) fn write_texts(texts: &[String], object: &mut Object<'_>) {
    let Some((default, others)) = texts.split_first() else { return };
    object.member(name!("text"), default);
    if !others.is_empty() {
        let localizations = others.iter().map(|text| {
            Members(move |localization: &mut Object<'_>| localization.member(name!("text"), text))
        });
        object.member(name!("localizations"), Items(localizations));
    }
}
