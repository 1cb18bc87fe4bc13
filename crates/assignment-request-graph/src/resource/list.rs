//! Bodies that are one resource, or a list.

use std::borrow::Cow;

use crate::body::{BodyKind, read_body};
use crate::json::{Reader, match_member};
use crate::{ReadError, ReadOptions};

/// A page of a list, as Graph answers it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List<'a, T> {
    /// `@odata.context`.
    pub context: Option<Cow<'a, str>>,
    /// `@odata.count`: how many there are on all pages.
    pub count: Option<u64>,
    /// `@odata.nextLink`: where the next page is.
    pub next_link: Option<Cow<'a, str>>,
    /// What is on this page.
    pub value: Vec<T>,
}

/// Reads a body that is one resource of a `kind` with `shape`, which also returns whether any member of the kind occurs.
pub(super) fn read_resource<'a, T>(
    bytes: &'a [u8],
    options: &ReadOptions,
    kind: &str,
    shape: impl FnOnce(&mut Reader<'a>, &'a str) -> Result<(T, bool), ReadError>,
) -> Result<T, ReadError> {
    read_body(bytes, options, BodyKind::Resource, |reader, text| {
        let at = reader.value_at()?;
        let (resource, is_recognized) = shape(reader, text)?;
        if is_recognized { Ok(resource) } else { Err(reader.unrecognized(at, kind)) }
    })
}

/// Reads a list, each element with `element`.
pub(super) fn read_list<'a, T>(
    bytes: &'a [u8],
    options: &ReadOptions,
    element: impl Fn(&mut Reader<'a>, &'a str) -> Result<T, ReadError>,
) -> Result<List<'a, T>, ReadError> {
    read_body(bytes, options, BodyKind::Resource, |reader, text| {
        let mut context = None;
        let mut count = None;
        let mut next_link = None;
        let mut value = None;
        reader.members(|reader, name| {
            match_member!(reader, name, {
                "@odata.context" => context = reader.text()?,
                "@odata.count" => count = reader.whole_number()?.and_then(|count| count.try_into().ok()),
                "@odata.nextLink" => next_link = reader.text()?,
                "value" => value = reader.array(|reader| element(reader, text))?,
            });
            Ok(())
        })?;
        let Some(value) = value else { return Err(reader.missing("value")) };
        Ok(List { context, count, next_link, value })
    })
}
