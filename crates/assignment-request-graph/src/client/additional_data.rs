//! Members that are stored without being interpreted.

use crate::json::raw::RawJson;
use crate::json::reader::Reader;
use crate::json::writer::Object;
use crate::vocabulary::error::ReadError;

/// Members of Graph's schema that the lifecycle does not use, in order. They are kept unchanged, and written back under
/// their own names in both generations.
///
/// ```
/// use assignment_request_graph::{ReadOptions, read_request};
///
/// let body = br#"{ "accessPackage": { "displayName": "Sales" }, "shoeSize": 44 }"#;
/// let request = read_request(body, &ReadOptions::default())?;
/// let package = request.additional_data.get("accessPackage").map(|value| value.get());
/// assert_eq!(package, Some(r#"{ "displayName": "Sales" }"#));
/// assert_eq!(request.additional_data.get("shoeSize"), None, "in no schema: ignored (J4)");
/// # Ok::<(), assignment_request_graph::ReadError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdditionalData<'a>(Vec<(&'static str, RawJson<'a>)>);

impl<'a> AdditionalData<'a> {
    /// No members.
    pub const NONE: Self = Self(Vec::new());

    /// Returns the value of the member with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<RawJson<'a>> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    /// Returns all members, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, RawJson<'a>)> {
        self.0.iter().copied()
    }

    /// Reads a member that has no field. It is kept if `schema` names it; otherwise it is unknown (rule J4). `known`
    /// are the names that have fields.
    pub(super) fn read(
        &mut self,
        reader: &mut Reader<'a>,
        name: &str,
        schema: &'static [&'static str],
        known: &[&str],
    ) -> Result<(), ReadError> {
        let Some(name) = schema.iter().find(|member| **member == name) else {
            reader.check_case(name, schema)?;
            return reader.unknown(name, known);
        };
        self.0.push((name, RawJson::read(reader)?));
        Ok(())
    }

    /// Appends the members to those of `object`.
    pub(super) fn write(&self, object: &mut Object<'_>) {
        for (name, value) in self.iter() {
            object.named(name, value);
        }
    }
}
