//! Lists.

use std::borrow::Cow;

use crate::body::{BodyKind, read_body};
use crate::json::Reader;
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
            match name {
                "@odata.context" => context = reader.text()?,
                "@odata.count" => count = reader.whole_number()?.and_then(|count| count.try_into().ok()),
                "@odata.nextLink" => next_link = reader.text()?,
                "value" => value = reader.array(|reader| element(reader, text))?,
                _ => reader.unknown(name)?,
            }
            Ok(())
        })?;
        let Some(value) = value else { return Err(reader.missing("value")) };
        Ok(List { context, count, next_link, value })
    })
}
