//! What the shapes of both generations are written with.

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::api::Pascal;
use crate::{ApiVersion, List, Name};

/// A value in the shape of a generation.
pub(super) struct In<'a, T: ?Sized>(pub(super) ApiVersion, pub(super) &'a T);

/// Items in the shape of a generation.
pub(super) struct Each<'a, T>(pub(super) ApiVersion, pub(super) &'a [T]);

impl<T> Serialize for Each<'_, T>
where
    for<'x> In<'x, T>: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(Some(self.1.len()))?;
        for item in self.1 {
            sequence.serialize_element(&In(self.0, item))?;
        }
        sequence.end()
    }
}

impl<T> Serialize for In<'_, List<'_, T>>
where
    for<'x> In<'x, T>: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(api, list) = self;
        let mut map = serializer.serialize_map(None)?;
        optional(&mut map, "@odata.context", list.context.as_ref())?;
        optional(&mut map, "@odata.count", list.count.as_ref())?;
        map.serialize_entry("value", &Each(*api, &list.value))?;
        optional(&mut map, "@odata.nextLink", list.next_link.as_ref())?;
        map.end()
    }
}

/// Writes a member where there is a value.
#[inline]
pub(super) fn optional<M: SerializeMap, T: Serialize>(
    map: &mut M,
    name: &'static str,
    value: Option<T>,
) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| map.serialize_entry(name, &value))
}

/// A name in the case in which the enumeration writes it in both generations.
pub(super) struct Plain<'a, T>(pub(super) &'a Name<'a, T>);

impl<T: Copy + Into<&'static str>> Serialize for Plain<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Name::Known(value) => serializer.serialize_str((*value).into()),
            Name::Other(text) => serializer.serialize_str(text),
        }
    }
}

/// The camelCase name of an enumeration's member: written so in v1.0, in `PascalCase` in beta (rule J10).
pub(super) struct KnownName(pub(super) ApiVersion, pub(super) &'static str);

impl Serialize for KnownName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            ApiVersion::V1_0 => serializer.serialize_str(self.1),
            ApiVersion::Beta => Pascal(self.1).serialize(serializer),
        }
    }
}

/// A name in the case of a generation, where the enumeration has it.
pub(super) struct Cased<'a, T>(pub(super) ApiVersion, pub(super) &'a Name<'a, T>);

impl<T: Copy + Into<&'static str>> Serialize for Cased<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.1 {
            Name::Known(value) => KnownName(self.0, (*value).into()).serialize(serializer),
            Name::Other(text) => serializer.serialize_str(text),
        }
    }
}
