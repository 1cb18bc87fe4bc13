//! Values that are kept as they came.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::json::reader::Reader;
use crate::json::writer::Json;
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::{ReadCode, ReadError};

/// A value as it came: its JSON text.
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
    /// Faults of the text.
    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, ReadError> {
        let at = reader.value_at()?;
        // The reader has found no fault in it, so that this finds none either.
        serde_json::from_str(reader.any_text()?)
            .map(Self)
            .map_err(|fault| reader.error_at(ReadCode::Malformed, at, fault.to_string()))
    }
}

/// The texts are compared: white space inside counts.
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
