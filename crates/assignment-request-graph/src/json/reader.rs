//! The reader: pulls objects, arrays and their members out of the text, one after another.

use std::borrow::Cow;

use assignment_request::Quoted;
use jiter::{Jiter, JiterError, JiterErrorType, JsonErrorType, Peek};
use smallvec::SmallVec;

use crate::json::names::{Hashes, MANY_NAMES, Marks, Name};
use crate::vocabulary::error::{ReadCode, ReadError};
use crate::vocabulary::options::UnknownMembers;

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
/// Faults of the text itself (rules J1 and J2) are found in everything that is read, also in values that are skipped.
/// Nothing in the reader recurses, and its time is linear in the text.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    pub(super) text: &'a str,
    /// The tokens of `text`.
    pub(super) jiter: Jiter<'a>,
    pub(super) limits: Limits,
    /// The objects and arrays that are open, outermost first. Most bodies nest no deeper than this array holds without
    /// an allocation.
    pub(super) open: SmallVec<[Container; 8]>,
    /// The names read in each open object, outermost first, to find duplicates; the last of an object's names is the
    /// one being read. Most bodies have no more names open than this array holds without an allocation.
    pub(super) names: SmallVec<[Name<'a>; 24]>,
    /// The hashes of the names read in objects that have many.
    hashes: Hashes,
    /// The first required member that is missing.
    missing: Option<ReadError>,
}

/// An object or an array that is open.
#[derive(Debug)]
pub(super) struct Container {
    pub(super) is_object: bool,
    /// Where its bracket is in the text.
    start: usize,
    /// How many members or elements were begun.
    pub(super) begun: usize,
    /// Where this object's names start in [`Reader::names`].
    pub(super) first_name: usize,
    /// An offset in the text: the first string after it is the name of the current member. It is the end of the member
    /// before, or the object's bracket.
    pub(super) before_name: usize,
    /// The marks of this object's names.
    marks: Marks,
}

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

impl Kind {
    /// The kind of value that begins with the character `first`, if any does.
    #[inline]
    fn of(first: Peek) -> Option<Self> {
        match first {
            Peek::String => Some(Self::Text),
            Peek::Object => Some(Self::Object),
            Peek::Array => Some(Self::Array),
            Peek::True | Peek::False => Some(Self::Boolean),
            Peek::Null => Some(Self::Null),
            // `jiter` takes these for numbers only with an option that is not set here.
            Peek::NaN | Peek::Infinity => None,
            first => first.is_num().then_some(Self::Number),
        }
    }
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str, limits: Limits) -> Self {
        Self {
            text,
            jiter: Jiter::new(text.as_bytes()),
            limits,
            open: SmallVec::new(),
            names: SmallVec::new(),
            hashes: Hashes::default(),
            missing: None,
        }
    }

    /// A reader of the same text, from its start.
    pub(crate) fn again(&self) -> Self {
        Self::new(self.text, self.limits)
    }

    /// Reads an object: calls `member` for each of its members, with its name; it must read the value.
    ///
    /// # Errors
    ///
    /// Faults of the text, `wrongType` for any other value, and what `member` refuses.
    pub(crate) fn members(
        &mut self,
        member: impl FnMut(&mut Self, &str) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        self.expect_kind(Kind::Object)?;
        self.known_members(member)
    }

    /// Reads the object whose bracket comes next; see [`Reader::members`].
    #[inline]
    pub(super) fn known_members(
        &mut self,
        mut member: impl FnMut(&mut Self, &str) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        self.enter(true)?;
        while let Some(name) = self.next_member()? {
            member(self, &name.content())?;
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

    /// Reads a value of any kind as strictly as any other, and drops it.
    ///
    /// # Errors
    ///
    /// Faults of the text.
    pub(crate) fn skip(&mut self) -> Result<(), ReadError> {
        self.skip_with(|_, _| Ok(()))
    }

    /// As [`Reader::skip`], but `member` may refuse members: it is called with each name, before its value.
    ///
    /// # Errors
    ///
    /// Faults of the text, and what `member` refuses.
    pub(crate) fn skip_with(
        &mut self,
        member: impl FnMut(&mut Self, &str) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        self.skip_all(None, member)
    }

    /// As [`Reader::skip`], but an array should only be the value of one of the members `names`: the first elsewhere
    /// is noted in `misplaced`, as `wrongType`.
    ///
    /// # Errors
    ///
    /// Faults of the text.
    pub(crate) fn skip_with_arrays_at(
        &mut self,
        names: &[&str],
        misplaced: &mut Option<ReadError>,
    ) -> Result<(), ReadError> {
        self.skip_all(Some((names, misplaced)), |_, _| Ok(()))
    }

    fn skip_all(
        &mut self,
        mut arrays: Option<(&[&str], &mut Option<ReadError>)>,
        mut member: impl FnMut(&mut Self, &str) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        let outside = self.open.len();
        loop {
            match self.kind()? {
                Kind::Object => self.enter(true)?,
                Kind::Array => {
                    if let Some((names, misplaced)) = &mut arrays
                        && misplaced.is_none()
                        && !self.is_at_member_of(names)
                    {
                        let message = "expected no array".to_owned();
                        **misplaced = Some(self.error_here(ReadCode::WrongType, message));
                    }
                    self.enter(false)?;
                }
                Kind::Text => self.skip_string()?,
                Kind::Number => drop(self.number()?),
                Kind::Boolean => drop(self.literal_boolean()?),
                Kind::Null => self.null()?,
            }
            // Go to the next value, and leave every object and array that ends here.
            loop {
                if self.open.len() == outside {
                    return Ok(());
                }
                if self.open.last().is_some_and(|container| !container.is_object) {
                    if self.next_element()? {
                        break;
                    }
                } else if let Some(name) = self.next_member()? {
                    member(self, &name.content())?;
                    break;
                }
            }
        }
    }

    /// Whether the value that comes next is that of one of the members `names`.
    fn is_at_member_of(&self, names: &[&str]) -> bool {
        self.open.last().is_some_and(|container| container.is_object)
            && self.names.last().is_some_and(|name| names.contains(&&*name.content()))
    }

    /// Ends the reading.
    ///
    /// # Errors
    ///
    /// `malformed` if there is more text, else `missing` if a required member is missing.
    pub(crate) fn finish(&mut self) -> Result<(), ReadError> {
        self.jiter.finish().map_err(|fault| self.not_json(&fault))?;
        self.missing.take().map_or(Ok(()), Err)
    }

    /// Notes that the value just read lacks a required member. This fault is reported only if there is no other (rule
    /// J13).
    pub(crate) fn note_missing(&mut self, name: &str) {
        if self.missing.is_none() {
            self.missing = Some(self.missing(name));
        }
    }

    /// Where in the text the reader is.
    #[inline]
    pub(super) fn at(&self) -> usize {
        self.jiter.current_index()
    }

    /// Returns the kind of the value that comes next, judged by its first character.
    #[expect(clippy::inline_always, reason = "every value begins here: bodies are read 3 % faster")]
    #[inline(always)]
    pub(super) fn kind(&mut self) -> Result<Kind, ReadError> {
        match self.jiter.peek() {
            Ok(first) => Kind::of(first).ok_or_else(|| self.no_value()),
            Err(fault) => Err(self.not_json(&fault)),
        }
    }

    /// Refuses a value of another kind.
    #[inline]
    pub(super) fn expect_kind(&mut self, expected: Kind) -> Result<(), ReadError> {
        let found = self.kind()?;
        if found == expected { Ok(()) } else { Err(self.wrong_type(expected, found)) }
    }

    /// Reads the string whose opening quote comes next.
    #[inline]
    pub(super) fn string(&mut self) -> Result<Cow<'a, str>, ReadError> {
        let text = self.text;
        match self.jiter.known_str() {
            Ok(string) => {
                Ok(part_of(text, string.as_bytes()).map_or_else(|| string.to_owned().into(), Cow::Borrowed))
            }
            Err(fault) => Err(self.not_json(&fault)),
        }
    }

    /// Reads the string whose opening quote comes next, and drops it.
    fn skip_string(&mut self) -> Result<(), ReadError> {
        self.jiter.known_bytes().map(drop).map_err(|fault| self.not_json(&fault))
    }

    /// Reads the number that comes next. Returns it as it is written.
    pub(super) fn number(&mut self) -> Result<&'a str, ReadError> {
        let start = self.at();
        let mut outcome = self.jiter.next_number_bytes().map(drop);
        if is_long_number(&outcome) {
            // `jiter` gives whole numbers of some thousand digits a fault of their own, but JSON has them.
            outcome = self.jiter.next_float().map(drop);
        }
        outcome.map_err(|fault| self.not_json(&fault))?;
        Ok(self.text.get(start..self.at()).unwrap_or_default())
    }

    pub(super) fn literal_boolean(&mut self) -> Result<bool, ReadError> {
        self.jiter.next_bool().map_err(|fault| self.not_json(&fault))
    }

    pub(super) fn null(&mut self) -> Result<(), ReadError> {
        self.jiter.next_null().map_err(|fault| self.not_json(&fault))
    }

    /// Begins the object or array whose bracket comes next; its first item, or its end, reads the bracket.
    fn enter(&mut self, is_object: bool) -> Result<(), ReadError> {
        if self.open.len() >= self.limits.max_depth {
            let message = format!("nested more than {} levels deep", self.limits.max_depth);
            return Err(self.error_here(ReadCode::TooDeep, message));
        }
        let (start, first_name) = (self.at(), self.names.len());
        let marks = Marks::default();
        self.open.push(Container { is_object, start, begun: 0, first_name, before_name: start, marks });
        Ok(())
    }

    /// Goes to the value of the next member of the innermost object and returns its name, or leaves the object.
    fn next_member(&mut self) -> Result<Option<Name<'a>>, ReadError> {
        let (text, before) = (self.text, self.at());
        // The name as it is written: names hardly ever have escapes, and looking for them takes less time than having
        // `jiter` undo them.
        let name = if self.is_at_first_item() {
            self.jiter.next_object_bytes()
        } else {
            self.jiter.next_key_bytes()
        };
        match name {
            Ok(Some(name)) => {
                let name = match part_of(text, name) {
                    Some(name) if !has_escapes(name) => Name::plain(name),
                    _ => self.escaped_name(before),
                };
                self.begin_member(before, name)?;
                Ok(Some(name))
            }
            Ok(None) => {
                self.leave();
                Ok(None)
            }
            Err(fault) => Err(self.not_a_member(before, &fault)),
        }
    }

    /// Returns the name that was just read, which has escapes: the first string after the offset `before`.
    #[cold]
    fn escaped_name(&self, before: usize) -> Name<'a> {
        Name::escaped(self.text.get(quote_after(self.text, before)..self.at()).unwrap_or_default())
    }

    /// Notes the name of the innermost object's next member: the first string after the offset `before`.
    #[expect(clippy::inline_always, reason = "every member begins here: bodies are read 3 % faster")]
    #[inline(always)]
    fn begin_member(&mut self, before: usize, name: Name<'a>) -> Result<(), ReadError> {
        let Some(object) = self.open.last_mut() else { return Ok(()) };
        object.begun += 1;
        object.before_name = before;
        let (first_name, is_one_of_many) = (object.first_name, object.begun > MANY_NAMES);
        let may_be_seen = if is_one_of_many { self.note_hash(name) } else { object.marks.note(name) };
        let is_seen = may_be_seen && self.names.get(first_name..).unwrap_or_default().contains(&name);
        self.names.push(name);
        if is_seen { Err(self.duplicate()) } else { Ok(()) }
    }

    /// Notes the next name of an object that has many. Returns whether it may have been read before.
    fn note_hash(&mut self, name: Name<'a>) -> bool {
        let Some(object) = self.open.last() else { return false };
        if object.begun == MANY_NAMES + 1 {
            // Hardly any member is so short that more follow than this.
            self.hashes.reserve(self.text.len().saturating_sub(object.before_name) / 32);
            for seen in self.names.get(object.first_name..).unwrap_or_default() {
                self.hashes.note(object.start, *seen);
            }
        }
        self.hashes.note(object.start, name)
    }

    /// `duplicateMember` at the current member.
    #[cold]
    fn duplicate(&self) -> ReadError {
        let name = self.names.last().map(|name| name.content()).unwrap_or_default();
        self.error_at_member(ReadCode::DuplicateMember, format!("member {} occurs twice", Quoted(&name)))
    }

    /// Returns the error if no member, or no colon after its name, could be read from the offset `before` on. A name
    /// that was read belongs to the path, and may be a duplicate.
    #[cold]
    fn not_a_member(&mut self, before: usize, fault: &JiterError) -> ReadError {
        let name_at = quote_after(self.text, before);
        let read = self.text.get(name_at..fault.index).unwrap_or_default();
        if Jiter::new(read.as_bytes()).next_str().is_ok()
            && let Err(error) = self.begin_member(before, Name::escaped(read))
        {
            return error;
        }
        self.not_json(fault)
    }

    /// Goes to the next element of the innermost array, or leaves the array.
    fn next_element(&mut self) -> Result<bool, ReadError> {
        let element =
            if self.is_at_first_item() { self.jiter.known_array() } else { self.jiter.array_step() };
        if let Ok(None) = element {
            self.leave();
            return Ok(false);
        }
        if let Some(array) = self.open.last_mut()
            && element.as_ref().map_or_else(is_after_comma, Option::is_some)
        {
            array.begun += 1;
        }
        element.map(|_| true).map_err(|fault| self.not_json(&fault))
    }

    #[inline]
    fn is_at_first_item(&self) -> bool {
        self.open.last().is_none_or(|container| container.begun == 0)
    }

    /// Leaves the innermost object or array, whose closing bracket was read.
    #[inline]
    fn leave(&mut self) {
        if let Some(container) = self.open.pop() {
            self.names.truncate(container.first_name);
        }
    }
}

/// Returns the part of `text` that `string` was borrowed from. `None` if the string had escapes and was unescaped
/// elsewhere.
#[inline]
fn part_of<'a>(text: &'a str, string: &[u8]) -> Option<&'a str> {
    let start = string.as_ptr().addr().wrapping_sub(text.as_ptr().addr());
    text.get(start..start.wrapping_add(string.len()))
}

/// Whether a string has escapes in the form in which it is written.
#[inline]
fn has_escapes(written: &str) -> bool {
    // Looking at every byte, even after a hit, lets the compiler look at many at once.
    written.bytes().fold(0, |found, byte| found | u8::from(byte == b'\\')) != 0
}

/// Returns the offset of the quote that opens the next member's name. `before` is the end of the member before it, or
/// the object's bracket.
pub(super) fn quote_after(text: &str, before: usize) -> usize {
    let rest = text.as_bytes().get(before..).unwrap_or_default();
    before + rest.iter().position(|byte| *byte == b'"').unwrap_or(rest.len())
}

/// Whether `jiter` refused a number because it has too many digits.
fn is_long_number(outcome: &Result<(), JiterError>) -> bool {
    let long = JiterErrorType::JsonError(JsonErrorType::NumberOutOfRange);
    outcome.as_ref().is_err_and(|fault| fault.error_type == long)
}

/// Whether an array has its fault after a comma, where the next element should be.
fn is_after_comma(fault: &JiterError) -> bool {
    matches!(
        fault.error_type,
        JiterErrorType::JsonError(JsonErrorType::TrailingComma | JsonErrorType::EofWhileParsingValue)
    )
}

#[cfg(test)]
mod tests;
