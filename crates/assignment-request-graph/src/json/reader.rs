//! The reader, which pulls objects, arrays and their members out of the text, one after another.

use std::borrow::Cow;

use assignment_request::Quoted;
use jiter::{Jiter, JiterError, JiterErrorType, JsonErrorType, Peek};
use smallvec::SmallVec;

use crate::json::names::{Hashes, MANY_NAMES, Marks, Name};
use crate::vocabulary::error::{ReadCode, ReadError};
use crate::vocabulary::options::UnknownMembers;

/// The limits that a reader applies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The highest number of nested levels, counting the outermost one.
    pub(crate) max_depth: usize,
    /// How unknown members are handled.
    pub(crate) unknown_members: UnknownMembers,
    /// Whether numbers and booleans may be written as strings.
    pub(crate) reads_quoted_scalars: bool,
}

/// Reads JSON text from its start to its end, without going back.
///
/// Faults of the text itself (rules J1 and J2) are found in everything that is read, even in values that are skipped.
/// The reader does not recurse, and takes time linear in the length of the text.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    pub(super) text: &'a str,
    /// The tokens of `text`.
    pub(super) jiter: Jiter<'a>,
    pub(super) limits: Limits,
    /// The open objects and arrays, beginning with the outermost. Most bodies nest no deeper than this array holds
    /// without an allocation.
    pub(super) open: SmallVec<[Container; 8]>,
    /// The names read in each open object, beginning with the outermost, to find duplicates. The last name of an object
    /// is the one being read. In most bodies, no more names are open than this array holds without an allocation.
    pub(super) names: SmallVec<[Name<'a>; 24]>,
    /// The hashes of the names in objects that have many.
    hashes: Hashes,
    /// The first required member that is missing.
    missing: Option<ReadError>,
}

/// An open object or array.
#[derive(Debug)]
pub(super) struct Container {
    pub(super) is_object: bool,
    /// The offset of its opening bracket.
    start: usize,
    /// How many of its members or elements have begun.
    pub(super) begun: usize,
    /// The index in [`Reader::names`] of this object's first name.
    pub(super) first_name: usize,
    /// The offset after which the current member's name is the first string: the end of the member before, or the
    /// object's bracket.
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
    /// Returns the kind of value that can begin with `first`, or `None` if no value can.
    #[inline]
    fn of(first: Peek) -> Option<Self> {
        match first {
            Peek::String => Some(Self::Text),
            Peek::Object => Some(Self::Object),
            Peek::Array => Some(Self::Array),
            Peek::True | Peek::False => Some(Self::Boolean),
            Peek::Null => Some(Self::Null),
            // `jiter` accepts these as numbers only with an option that is not set here.
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

    /// Returns a reader of the same text, at its start.
    pub(crate) fn again(&self) -> Self {
        Self::new(self.text, self.limits)
    }

    /// Reads an object. Calls `member` with the name of each member; `member` must read the value.
    ///
    /// # Errors
    ///
    /// Returns faults of the text, `wrongType` for another kind of value, and the errors of `member`.
    pub(crate) fn members(
        &mut self,
        member: impl FnMut(&mut Self, &str) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        self.expect_kind(Kind::Object)?;
        self.known_members(member)
    }

    /// Reads the object whose bracket comes next, as [`Reader::members`] does.
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

    /// Reads an array. Calls `element` for each element, which it must read.
    ///
    /// # Errors
    ///
    /// Returns faults of the text, `wrongType` for another kind of value and for null in the array, and the errors of
    /// `element`.
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

    /// Reads a value of any kind, as strictly as if it were used, and drops it.
    ///
    /// # Errors
    ///
    /// Returns faults of the text.
    pub(crate) fn skip(&mut self) -> Result<(), ReadError> {
        self.skip_with(|_, _| Ok(()))
    }

    /// Skips a value as [`Reader::skip`] does, but lets `member` refuse members: it is called with each name, before
    /// the member's value is read.
    ///
    /// # Errors
    ///
    /// Returns faults of the text, and the errors of `member`.
    pub(crate) fn skip_with(
        &mut self,
        member: impl FnMut(&mut Self, &str) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        self.skip_all(None, member)
    }

    /// Skips a value as [`Reader::skip`] does, but accepts arrays only as values of the members `names`: the first
    /// array elsewhere is noted in `misplaced`, as `wrongType`.
    ///
    /// # Errors
    ///
    /// Returns faults of the text.
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
            // Go to the next value, leaving every object and array that ends here.
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

    /// Returns whether the next value belongs to one of the members `names`.
    fn is_at_member_of(&self, names: &[&str]) -> bool {
        self.open.last().is_some_and(|container| container.is_object)
            && self.names.last().is_some_and(|name| names.contains(&&*name.content()))
    }

    /// Ends the reading.
    ///
    /// # Errors
    ///
    /// Returns `malformed` if there is more text, else `missing` if a required member is missing.
    pub(crate) fn finish(&mut self) -> Result<(), ReadError> {
        self.jiter.finish().map_err(|fault| self.not_json(&fault))?;
        self.missing.take().map_or(Ok(()), Err)
    }

    /// Notes that the value that was just read lacks a required member. This fault is reported only if there is no
    /// other (rule J13).
    pub(crate) fn note_missing(&mut self, name: &str) {
        if self.missing.is_none() {
            self.missing = Some(self.missing(name));
        }
    }

    /// Returns the reader's offset in the text.
    #[inline]
    pub(super) fn at(&self) -> usize {
        self.jiter.current_index()
    }

    /// Returns the kind of the next value, judging by its first character.
    #[expect(clippy::inline_always, reason = "every value begins here: bodies are read 3 % faster")]
    #[inline(always)]
    pub(super) fn kind(&mut self) -> Result<Kind, ReadError> {
        match self.jiter.peek() {
            Ok(first) => Kind::of(first).ok_or_else(|| self.no_value()),
            Err(fault) => Err(self.not_json(&fault)),
        }
    }

    /// Refuses a value of a kind other than `expected`.
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

    /// Reads the next number. Returns its text.
    pub(super) fn number(&mut self) -> Result<&'a str, ReadError> {
        let start = self.at();
        let mut outcome = self.jiter.next_number_bytes().map(drop);
        if is_long_number(&outcome) {
            // JSON allows whole numbers of some thousand digits, for which `jiter` has a fault of its own.
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

    /// Begins the object or array whose bracket comes next. Reading its first item or its end also reads the bracket.
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
        // Read the name as it is written. Names hardly ever have escapes, and looking for them takes less time than
        // letting `jiter` decode them.
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

    /// Returns the name that was just read, which has escapes. It is the first string after the offset `before`.
    #[cold]
    fn escaped_name(&self, before: usize) -> Name<'a> {
        Name::escaped(self.text.get(quote_after(self.text, before)..self.at()).unwrap_or_default())
    }

    /// Notes the name of the innermost object's next member, which is the first string after the offset `before`.
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

    /// Notes the next name of an object that has many names. Returns whether it may have been read before.
    fn note_hash(&mut self, name: Name<'a>) -> bool {
        let Some(object) = self.open.last() else { return false };
        if object.begun == MANY_NAMES + 1 {
            // Hardly any member is short enough for more names than this.
            self.hashes.reserve(self.text.len().saturating_sub(object.before_name) / 32);
            for seen in self.names.get(object.first_name..).unwrap_or_default() {
                self.hashes.note(object.start, *seen);
            }
        }
        self.hashes.note(object.start, name)
    }

    /// Returns `duplicateMember` at the current member.
    #[cold]
    fn duplicate(&self) -> ReadError {
        let name = self.names.last().map(|name| name.content()).unwrap_or_default();
        self.error_at_member(ReadCode::DuplicateMember, format!("member {} occurs twice", Quoted(&name)))
    }

    /// Returns the error if no member, or no colon after its name, could be read from the offset `before` on. If a name
    /// was read, it is part of the path, and may be a duplicate.
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

    /// Leaves the innermost object or array after its closing bracket was read.
    #[inline]
    fn leave(&mut self) {
        if let Some(container) = self.open.pop() {
            self.names.truncate(container.first_name);
        }
    }
}

/// Returns the part of `text` from which `string` was borrowed. Returns `None` if the string had escapes and was
/// therefore decoded into another buffer.
#[inline]
fn part_of<'a>(text: &'a str, string: &[u8]) -> Option<&'a str> {
    let start = string.as_ptr().addr().wrapping_sub(text.as_ptr().addr());
    text.get(start..start.wrapping_add(string.len()))
}

/// Returns whether a string, as it is written, has escapes.
#[inline]
fn has_escapes(written: &str) -> bool {
    // Checking every byte, even after a match, lets the compiler check many at once.
    written.bytes().fold(0, |found, byte| found | u8::from(byte == b'\\')) != 0
}

/// Returns the offset of the quote that opens the next member's name. `before` is the end of the member before it, or
/// the object's bracket.
pub(super) fn quote_after(text: &str, before: usize) -> usize {
    let rest = text.as_bytes().get(before..).unwrap_or_default();
    before + rest.iter().position(|byte| *byte == b'"').unwrap_or(rest.len())
}

/// Returns whether `jiter` refused a number because it has too many digits.
fn is_long_number(outcome: &Result<(), JiterError>) -> bool {
    let long = JiterErrorType::JsonError(JsonErrorType::NumberOutOfRange);
    outcome.as_ref().is_err_and(|fault| fault.error_type == long)
}

/// Returns whether an array's fault is after a comma, in place of the next element.
fn is_after_comma(fault: &JiterError) -> bool {
    matches!(
        fault.error_type,
        JiterErrorType::JsonError(JsonErrorType::TrailingComma | JsonErrorType::EofWhileParsingValue)
    )
}

#[cfg(test)]
mod tests;
