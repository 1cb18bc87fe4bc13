//! Values that are kept unchanged.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::json::body::{BodyKind, read_body};
use crate::json::reader::Reader;
use crate::json::writer::Json;
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::{ReadCode, ReadError};
use crate::vocabulary::options::ReadOptions;

/// The JSON text of a value that is kept unchanged.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(transparent)]
pub struct RawJson<'a>(&'a RawValue);

impl<'a> RawJson<'a> {
    /// Takes JSON text of the host, for a member that is written unchanged.
    ///
    /// # Errors
    ///
    /// Returns the first fault of the JSON text: too many bytes or levels, text that is not one JSON value, or a
    /// duplicate member.
    ///
    /// ```
    /// use assignment_request_graph::{RawJson, ReadCode, ReadOptions};
    ///
    /// let options = ReadOptions::default();
    /// assert_eq!(RawJson::new(br#" {"displayName": "Sales"} "#, &options)?.get(), r#"{"displayName": "Sales"}"#);
    /// let error = RawJson::new(br#"{"id": 1, "id": 2}"#, &options).unwrap_err();
    /// assert_eq!(error.code(), ReadCode::DuplicateMember);
    /// # Ok::<(), assignment_request_graph::ReadError>(())
    /// ```
    pub fn new(json: &'a [u8], options: &ReadOptions) -> Result<Self, ReadError> {
        read_body(json, options, BodyKind::Resource, Self::read)
    }

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

    /// Reads a value of any kind, or null.
    ///
    /// # Errors
    ///
    /// Returns faults of the text.
    pub(crate) fn read_or_null(reader: &mut Reader<'a>) -> Result<Option<Self>, ReadError> {
        if reader.is_null()? { Ok(None) } else { Self::read(reader).map(Some) }
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
