//! Members that are not looked into.

use std::borrow::Cow;

use serde::{Deserialize as _, Serialize};
use serde_json::value::RawValue;

use crate::json::Reader;
use crate::{ReadCode, ReadError};

/// A value as it came, JSON text and all.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(transparent)]
pub struct RawJson<'a>(&'a RawValue);

impl<'a> RawJson<'a> {
    /// The JSON text, without white space around it.
    #[must_use]
    pub fn get(self) -> &'a str {
        self.0.get()
    }

    /// Reads a value of whatever kind. `text` is what `reader` reads.
    pub(super) fn read(reader: &mut Reader<'a>, text: &'a str) -> Result<Self, ReadError> {
        let at = reader.value_at()?;
        // The reader is the strict one: it looks for faults; the other only tells where the value ends.
        reader.pass_over()?;
        let mut rest = serde_json::Deserializer::from_str(text.get(at..).unwrap_or_default());
        <&RawValue>::deserialize(&mut rest)
            .map(Self)
            .map_err(|fault| reader.error_at(ReadCode::Malformed, at, fault.to_string()))
    }
}

/// By the text: white space inside counts.
impl PartialEq for RawJson<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Eq for RawJson<'_> {}

/// Members of Graph's schema that the lifecycle does not speak of, in their order. They are carried along as they came,
/// and written back under their own names, whichever generation is written.
///
/// ```
/// use assignment_request_graph::{ReadOptions, read_request};
///
/// let body = br#"{ "accessPackage": { "displayName": "Sales" }, "shoeSize": 44 }"#;
/// let request = read_request(body, &ReadOptions::default())?;
/// let package = request.additional_data.get("accessPackage").map(|value| value.get());
/// assert_eq!(package, Some(r#"{ "displayName": "Sales" }"#));
/// assert_eq!(request.additional_data.get("shoeSize"), None, "in no schema: passed over (J4)");
/// # Ok::<(), assignment_request_graph::ReadError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdditionalData<'a>(Vec<(&'static str, RawJson<'a>)>);

impl<'a> AdditionalData<'a> {
    /// No members.
    pub const NONE: Self = Self(Vec::new());

    /// The member of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<RawJson<'a>> {
        self.0.iter().find(|(additional_data, _)| *additional_data == name).map(|(_, value)| *value)
    }

    /// All members, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, RawJson<'a>)> {
        self.0.iter().copied()
    }

    /// Reads a member that has no field: carries it where `schema` names it, else it is unknown (rule J4). `known` are the
    /// names that have fields.
    pub(super) fn read(
        &mut self,
        reader: &mut Reader<'a>,
        text: &'a str,
        name: &str,
        schema: &'static [&'static str],
        known: &[&str],
    ) -> Result<(), ReadError> {
        let Some(name) = schema.iter().find(|additional_data| **additional_data == name) else {
            reader.check_case(name, schema)?;
            return reader.unknown(name, known);
        };
        self.0.push((name, RawJson::read(reader, text)?));
        Ok(())
    }
}

/// Text that is borrowed where it can be.
pub(super) type Text<'a> = Option<Cow<'a, str>>;
