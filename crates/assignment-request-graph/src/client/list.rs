//! Bodies that contain one resource or a list.

use std::borrow::Cow;

use crate::client::selected::Selected;
use crate::json::body::{BodyKind, read_body};
use crate::json::member::match_member;
use crate::json::reader::Reader;
use crate::json::writer::{Items, Json, name, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::ReadError;
use crate::vocabulary::options::ReadOptions;

/// A page of a list in a response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List<'a, T> {
    /// `@odata.context`.
    pub context: Option<Cow<'a, str>>,
    /// `@odata.count`: the number of items on all pages.
    pub count: Option<u64>,
    /// `@odata.nextLink`: the address of the next page.
    pub next_link: Option<Cow<'a, str>>,
    /// `value`: the items of this page.
    pub value: Vec<T>,
}

/// Reads a body that contains one resource of `kind`. `shape` reads it, and also returns whether any member of the kind
/// occurs.
pub(super) fn read_resource<'a, T>(
    bytes: &'a [u8],
    options: &ReadOptions,
    kind: &str,
    shape: impl FnOnce(&mut Reader<'a>) -> Result<(T, bool), ReadError>,
) -> Result<T, ReadError> {
    read_body(bytes, options, BodyKind::Resource, |reader| {
        let at = reader.value_at()?;
        let (resource, is_recognized) = shape(reader)?;
        if is_recognized { Ok(resource) } else { Err(reader.unrecognized(at, kind)) }
    })
}

/// Reads an object into a resource. `member` reads one member, and returns whether it is of the resource's kind. This
/// function also returns whether any such member occurs, apart from annotations.
pub(super) fn read_members<'a, T: Default>(
    reader: &mut Reader<'a>,
    mut member: impl FnMut(&mut Reader<'a>, &str, &mut T) -> Result<bool, ReadError>,
) -> Result<(T, bool), ReadError> {
    let mut resource = T::default();
    let mut is_recognized = false;
    reader.members(|reader, name| {
        is_recognized |= member(reader, name, &mut resource)? && !name.contains("@odata.");
        Ok(())
    })?;
    Ok((resource, is_recognized))
}

/// Reads a list whose elements `element` reads.
pub(super) fn read_list<'a, T>(
    bytes: &'a [u8],
    options: &ReadOptions,
    element: impl Fn(&mut Reader<'a>) -> Result<T, ReadError>,
) -> Result<List<'a, T>, ReadError> {
    read_body(bytes, options, BodyKind::Resource, |reader| {
        let mut context = None;
        let mut count = None;
        let mut next_link = None;
        let mut value = None;
        reader.members(|reader, name| {
            match_member!(reader, name, {
                "@odata.context" => context = reader.text()?,
                "@odata.count" => count = reader.whole_number()?.and_then(|count| count.try_into().ok()),
                "@odata.nextLink" => next_link = reader.text()?,
                "value" => value = reader.array(|reader| element(reader))?,
            });
            Ok(())
        })?;
        let Some(value) = value else { return Err(reader.missing("value")) };
        Ok(List { context, count, next_link, value })
    })
}

impl<T> List<'_, T> {
    /// Appends the list to `out`, with these items.
    fn write_items(&self, items: impl Json, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.optional(name!("@odata.context"), self.context.as_ref());
            object.optional(name!("@odata.count"), self.count);
            object.member(name!("value"), items);
            object.optional(name!("@odata.nextLink"), self.next_link.as_ref());
        });
    }

    /// Appends the list to `out`, and keeps only the members in `names` of each item.
    pub(super) fn write_items_selected(&self, api: ApiVersion, names: &[&str], out: &mut Vec<u8>)
    where
        T: Json,
    {
        let items = self.value.iter().map(|resource| Selected { resource, names });
        self.write_items(Items(items), api, out);
    }
}

impl<T: Json> Json for List<'_, T> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        self.write_items(self.value.as_slice(), api, out);
    }
}

/// Implements `write` and `write_selected` for a resource.
macro_rules! impl_write {
    ($resource:ident) => {
        impl $resource<'_> {
            /// Appends the JSON to `out`, in the shape of a generation. Names that are not in their enumeration are
            /// written unchanged (rule J6).
            pub fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
                Json::write(self, api, out);
            }

            /// Appends the JSON to `out`, but only the members in `names`, as a client asks for with `$select`. The
            /// names are those of the generation; names of other members are ignored. The `id` and annotations are
            /// always written.
            pub fn write_selected(&self, api: ApiVersion, names: &[&str], out: &mut Vec<u8>) {
                Json::write(&$crate::client::selected::Selected { resource: self, names }, api, out);
            }
        }
    };
}
pub(crate) use impl_write;

/// Implements `write` and `write_selected` for the lists of a resource.
macro_rules! impl_write_list {
    ($resource:ident) => {
        impl $crate::client::list::List<'_, $resource<'_>> {
            /// Appends the JSON to `out`, in the shape of a generation. Names that are not in their enumeration are
            /// written unchanged (rule J6).
            pub fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
                Json::write(self, api, out);
            }

            /// Appends the JSON to `out`, but of each item only the members in `names`, as a client asks for with
            /// `$select`. The names are those of the generation; names of other members are ignored. The `id` and
            /// annotations are always written.
            pub fn write_selected(&self, api: ApiVersion, names: &[&str], out: &mut Vec<u8>) {
                self.write_items_selected(api, names, out);
            }
        }
    };
}
pub(crate) use impl_write_list;
