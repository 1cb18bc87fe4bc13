//! The reader: pulls objects, arrays and their members out of the text, one after the other.

use std::borrow::Cow;
use std::collections::HashSet;

use assignment_request::Quoted;

use super::{number, string};
use crate::{ReadCode, ReadError, UnknownMembers};

/// What a reader accepts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// How many levels may be nested; the outermost is the first.
    pub(crate) max_depth: usize,
    /// What becomes of unknown members.
    pub(crate) unknown_members: UnknownMembers,
    /// Whether numbers and booleans may be written as strings.
    pub(crate) reads_quoted_scalars: bool,
}

/// Reads JSON text from its start to its end, without going back.
///
/// Faults of the text itself (rules J1 and J2) are found wherever the reader comes along, also in values that are
/// passed over. Nothing in it recurses, and its time is linear in the text.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    pub(super) text: &'a str,
    /// Where in `text` the reader is.
    pub(super) at: usize,
    pub(super) limits: Limits,
    /// The objects and arrays that are open, outermost first.
    pub(super) open: Vec<Container<'a>>,
    /// The names read in each open object, outermost first, so that none is taken twice; the last of an object's names
    /// is the one being read.
    pub(super) names: Vec<Cow<'a, str>>,
    /// The first required member that is not there.
    missing: Option<ReadError>,
}

/// An object or an array that is open.
#[derive(Debug)]
pub(super) struct Container<'a> {
    pub(super) is_object: bool,
    /// How many members or elements were begun.
    pub(super) begun: usize,
    /// Where this object's names start in [`Reader::names`].
    pub(super) first_name: usize,
    /// Where the name of the current member is in the text.
    pub(super) name_at: usize,
    /// The names of an object that has many.
    many_names: Option<HashSet<Cow<'a, str>>>,
}

/// Up to so many names a search from end to end is faster than a hash set.
const MANY_NAMES: usize = 16;

/// The kinds of JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display)]
pub(super) enum Kind {
    #[strum(serialize = "an object")]
    Object,
    #[strum(serialize = "an array")]
    Array,
    #[strum(serialize = "a string")]
    Text,
    #[strum(serialize = "a number")]
    Number,
    #[strum(serialize = "a boolean")]
    Boolean,
    #[strum(serialize = "null")]
    Null,
}

const END: &str = "unexpected end of the body";

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str, limits: Limits) -> Self {
        Self {
            text,
            at: 0,
            limits,
            open: Vec::with_capacity(8),
            names: Vec::with_capacity(32),
            missing: None,
        }
    }

    /// Reads an object: calls `member` for each of its members, with its name; it must read the value.
    ///
    /// # Errors
    ///
    /// Faults of the text, `wrongType` for any other value, and what `member` refuses.
    pub(crate) fn members(
        &mut self,
        mut member: impl FnMut(&mut Self, &str) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        self.expect_kind(Kind::Object)?;
        self.enter(true)?;
        while let Some(name) = self.next_member()? {
            member(self, &name)?;
        }
        Ok(())
    }

    /// Reads an array: calls `element` for each of its elements, which must read it.
    ///
    /// # Errors
    ///
    /// Faults of the text, `wrongType` for any other value and for null in the array, and what `element` refuses.
    pub(crate) fn elements(
        &mut self,
        mut element: impl FnMut(&mut Self) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        self.expect_kind(Kind::Array)?;
        self.enter(false)?;
        while self.next_element()? {
            if self.kind()? == Kind::Null {
                return Err(self.error_here(ReadCode::WrongType, "null in an array".to_owned()));
            }
            element(self)?;
        }
        Ok(())
    }

    /// Reads a value of whatever kind, as strictly as any other, and forgets it.
    ///
    /// # Errors
    ///
    /// Faults of the text.
    pub(crate) fn pass_over(&mut self) -> Result<(), ReadError> {
        let outside = self.open.len();
        loop {
            match self.kind()? {
                Kind::Object => self.enter(true)?,
                Kind::Array => self.enter(false)?,
                Kind::Text => drop(self.string()?),
                Kind::Number => drop(self.number()?),
                Kind::Boolean => drop(self.literal_boolean()?),
                Kind::Null => self.literal("null")?,
            }
            // On to the next value, out of whatever ends here.
            loop {
                if self.open.len() == outside {
                    return Ok(());
                }
                let is_object = self.open.last().is_some_and(|container| container.is_object);
                if if is_object { self.next_member()?.is_some() } else { self.next_element()? } {
                    break;
                }
            }
        }
    }

    /// Ends the reading.
    ///
    /// # Errors
    ///
    /// `malformed` where there is more text, else `missing` where a required member was not there.
    pub(crate) fn finish(mut self) -> Result<(), ReadError> {
        if self.skip_space().is_some() {
            return Err(self.malformed("text behind the end of the body"));
        }
        self.missing.map_or(Ok(()), Err)
    }

    /// Notes that the value just read lacks a required member: a fault that is told after every other (rule J13).
    pub(crate) fn note_missing(&mut self, name: &str) {
        if self.missing.is_none() {
            self.missing = Some(self.missing(name));
        }
    }

    /// The kind of the value that comes next, told from its first character.
    #[inline]
    pub(super) fn kind(&mut self) -> Result<Kind, ReadError> {
        match self.skip_space() {
            Some(b'"') => Ok(Kind::Text),
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::Array),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            Some(b't' | b'f') => Ok(Kind::Boolean),
            Some(b'n') => Ok(Kind::Null),
            Some(_) if self.at == 0 && self.text.starts_with('\u{feff}') => {
                Err(self.malformed("byte order mark before the body"))
            }
            Some(_) => Err(self.malformed("expected a value")),
            None => Err(self.malformed(END)),
        }
    }

    /// Refuses a value of another kind.
    #[inline]
    pub(super) fn expect_kind(&mut self, expected: Kind) -> Result<(), ReadError> {
        let found = self.kind()?;
        if found == expected { Ok(()) } else { Err(self.wrong_type(&expected.to_string(), found)) }
    }

    /// Reads the string whose opening quote comes next.
    #[inline]
    pub(super) fn string(&mut self) -> Result<Cow<'a, str>, ReadError> {
        if let Some(plain) = string::scan_plain(self.text, self.at) {
            self.at += plain.len() + 2;
            return Ok(Cow::Borrowed(plain));
        }
        self.string_with_escapes()
    }

    /// Reads a string that has escapes, or none that ends.
    #[cold]
    fn string_with_escapes(&mut self) -> Result<Cow<'a, str>, ReadError> {
        match string::scan_escaped(self.text.get(self.at..).unwrap_or_default()) {
            Ok((string, length)) => {
                self.at += length;
                Ok(Cow::Owned(string))
            }
            Err(fault) => {
                self.at += fault.at;
                Err(self.malformed(fault.message))
            }
        }
    }

    /// Reads the number that comes next, as it is written, and whether it is whole.
    pub(super) fn number(&mut self) -> Result<(&'a str, bool), ReadError> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let Some((length, is_whole)) = number::scan(rest.as_bytes()) else {
            return Err(self.malformed("invalid number"));
        };
        self.at += length;
        Ok((rest.get(..length).unwrap_or_default(), is_whole))
    }

    pub(super) fn literal_boolean(&mut self) -> Result<bool, ReadError> {
        let is_true = self.byte() == Some(b't');
        self.literal(if is_true { "true" } else { "false" })?;
        Ok(is_true)
    }

    pub(super) fn literal(&mut self, literal: &str) -> Result<(), ReadError> {
        if !self.text.get(self.at..).unwrap_or_default().starts_with(literal) {
            return Err(self.malformed("expected a value"));
        }
        self.at += literal.len();
        Ok(())
    }

    /// Goes into the object or array whose bracket comes next.
    fn enter(&mut self, is_object: bool) -> Result<(), ReadError> {
        if self.open.len() >= self.limits.max_depth {
            let message = format!("nested more than {} levels deep", self.limits.max_depth);
            return Err(self.error_here(ReadCode::TooDeep, message));
        }
        self.at += 1;
        self.open.push(Container {
            is_object,
            begun: 0,
            first_name: self.names.len(),
            name_at: self.at,
            many_names: None,
        });
        Ok(())
    }

    /// Goes to the value of the next member of the innermost object and tells its name, or leaves the object.
    fn next_member(&mut self) -> Result<Option<Cow<'a, str>>, ReadError> {
        if !self.next_item(b'}')? {
            return Ok(None);
        }
        if self.skip_space() != Some(b'"') {
            return Err(self.unexpected("expected a member name in quotes"));
        }
        let name_at = self.at;
        let name = self.string()?;
        if let Some(object) = self.open.last_mut() {
            object.name_at = name_at;
            if !push_name(object, &mut self.names, name.clone()) {
                let message = format!("member {} occurs twice", Quoted(&name));
                return Err(self.error_at_member(ReadCode::DuplicateMember, message));
            }
        }
        if self.skip_space() != Some(b':') {
            return Err(self.unexpected("expected `:` behind a member name"));
        }
        self.at += 1;
        Ok(Some(name))
    }

    /// Goes to the next element of the innermost array, or leaves the array.
    fn next_element(&mut self) -> Result<bool, ReadError> {
        self.next_item(b']')
    }

    /// Goes behind the comma between two items, or behind the bracket that closes the innermost container.
    fn next_item(&mut self, closing: u8) -> Result<bool, ReadError> {
        let next = self.skip_space();
        let is_first = self.open.last().is_none_or(|container| container.begun == 0);
        if next == Some(closing) {
            self.at += 1;
            if let Some(container) = self.open.pop() {
                self.names.truncate(container.first_name);
            }
            return Ok(false);
        }
        if !is_first {
            if next != Some(b',') {
                let expected = if closing == b'}' { "expected `,` or `}`" } else { "expected `,` or `]`" };
                return Err(self.unexpected(expected));
            }
            self.at += 1;
        }
        if let Some(container) = self.open.last_mut() {
            container.begun += 1;
        }
        Ok(true)
    }

    /// Goes to the next character that is no white space, and tells its first byte.
    #[inline]
    pub(super) fn skip_space(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let is_space = |byte: u8| byte <= b' ' && matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
        let length = rest.iter().position(|byte| !is_space(*byte)).unwrap_or(rest.len());
        self.at += length;
        rest.get(length).copied()
    }

    #[inline]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// `malformed` at the character that comes next.
    #[cold]
    fn unexpected(&self, expected: &str) -> ReadError {
        self.malformed(if self.byte().is_none() { END } else { expected })
    }
}

/// Pushes the name of the object's next member to `names`; tells whether the object had none of this name.
fn push_name<'a>(object: &mut Container<'a>, names: &mut Vec<Cow<'a, str>>, name: Cow<'a, str>) -> bool {
    let is_new = if let Some(many) = &mut object.many_names {
        names.truncate(object.first_name);
        many.insert(name.clone())
    } else {
        let seen = names.get(object.first_name..).unwrap_or_default();
        let is_new = !seen.contains(&name);
        if seen.len() == MANY_NAMES {
            let mut many: HashSet<_> = names.drain(object.first_name..).collect();
            many.insert(name.clone());
            object.many_names = Some(many);
        }
        is_new
    };
    names.push(name);
    is_new
}

#[cfg(test)]
mod tests;
