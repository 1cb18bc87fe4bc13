//! Values that are kept unchanged.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::json::reader::Reader;
use crate::json::writer::Json;
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::{ReadCode, ReadError};

/// The JSON text of a value that is kept unchanged.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(transparent)]
pub struct RawJson<'a>(&'a RawValue);

impl<'a> RawJson<'a> {
    /// Returns the JSON text, without white space around it.
    #[must_use]
    pub fn get(self) -> &'a str {
        self.0.get()
    }

    /// Reads a value of any kind.
    ///
    /// # Errors
    ///
    /// Returns faults of the text.
    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, ReadError> {
        let at = reader.value_at()?;
        // The reader found no fault in the text, so this finds none.
        serde_json::from_str(reader.any_text()?)
            .map(Self)
            .map_err(|fault| reader.error_at(ReadCode::Malformed, at, fault.to_string()))
    }
}

/// Compares the texts, so white space inside them matters.
impl PartialEq for RawJson<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Eq for RawJson<'_> {}

impl Json for RawJson<'_> {
    fn write(&self, _: ApiVersion, out: &mut Vec<u8>) {
        out.extend_from_slice(self.get().as_bytes());
    }
}
