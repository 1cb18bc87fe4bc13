//! Members that are stored without being interpreted.

use assignment_request::Quoted;

use crate::json::raw::RawJson;
use crate::json::reader::Reader;
use crate::json::writer::Object;
use crate::vocabulary::error::ReadError;

/// Members of Graph's schema that the lifecycle does not use, in order. They are kept unchanged, and written back under
/// their own names in both generations.
///
/// They are read from a response, or added one by one with the resource's `add_member`.
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

    /// Adds a member that `schema` names.
    pub(super) fn add(
        &mut self,
        name: &str,
        value: RawJson<'a>,
        schema: &'static [&'static str],
    ) -> Result<(), AdditionalDataError> {
        let Some(name) = schema.iter().find(|member| **member == name) else {
            return Err(AdditionalDataError::UnknownMember { name: name.to_owned(), expected: schema });
        };
        if self.get(name).is_some() {
            return Err(AdditionalDataError::DuplicateMember { name });
        }
        self.0.push((name, value));
        Ok(())
    }

    /// Appends the members to those of `object`.
    pub(super) fn write(&self, object: &mut Object<'_>) {
        for (name, value) in self.iter() {
            object.named(name, value);
        }
    }
}

/// A member could not be added to the additional data of a resource.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdditionalDataError {
    /// The member has a field of its own, or is not in the schema of the resource.
    #[error("{} has a field, or is in no schema; expected one of: {}", Quoted(.name), .expected.join(", "))]
    UnknownMember {
        /// The name that was given.
        name: String,
        /// The names that the resource accepts.
        expected: &'static [&'static str],
    },
    /// The resource already has the member.
    #[error("{} is already there", Quoted(.name))]
    DuplicateMember {
        /// The name of the member.
        name: &'static str,
    },
}

/// Implements `add_member` for a resource that has additional data.
macro_rules! impl_add_member {
    ($resource:ident, $schema:ident) => {
        impl<'a> $resource<'a> {
            /// Adds a member of Graph's schema that has no field. It is written unchanged, and in both generations: use
            /// the name that it has in the generation to be written.
            ///
            /// # Errors
            ///
            /// Refuses a member that has a field, that is not in the schema of this resource, or that was added
            /// before. RESOURCES.md lists the names.
            pub fn add_member(
                &mut self,
                name: &str,
                value: $crate::json::raw::RawJson<'a>,
            ) -> Result<(), $crate::client::additional_data::AdditionalDataError> {
                self.additional_data.add(name, value, $schema)
            }
        }
    };
}
pub(crate) use impl_add_member;
