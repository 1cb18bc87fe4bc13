//! The writer of every body, resource, callout and error.
//!
//! A service mostly writes names, ids and timestamps, which never need escaping. `serde_json` still checks each of
//! their bytes, which takes two thirds of its time for a resource. So text that needs no escaping is written without a
//! check.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::Write as _;

use assignment_request::{
    AccessPackageId, ApprovalStageId, AssignmentId, CalloutId, ExtensionId, Period, PolicyId, QuestionId,
    RequestId, SubjectId, Timestamp,
};
use uuid::Uuid;
use uuid::fmt::Hyphenated;

use crate::vocabulary::api::ApiVersion;

/// The generation to pass if a body has the same form in both.
pub(crate) const EITHER: ApiVersion = ApiVersion::V1_0;

/// A value that can be written as JSON.
pub(crate) trait Json {
    /// Appends the value to `out`, in the shape of a generation.
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>);
}

/// A member's name together with the comma before it and the colon after it.
#[derive(Clone, Copy)]
pub(crate) struct MemberName(pub(crate) &'static str);

/// Makes a [`MemberName`] at compile time, so it can be appended in one piece.
macro_rules! name {
    ($name:literal) => {
        $crate::json::writer::MemberName(concat!(",\"", $name, "\":"))
    };
}
pub(crate) use name;

/// The members of an object, appended one after another.
pub(crate) struct Object<'a> {
    api: ApiVersion,
    out: &'a mut Vec<u8>,
}

/// Appends an object. `members` appends its members.
#[inline]
pub(crate) fn write_object(api: ApiVersion, out: &mut Vec<u8>, members: impl FnOnce(&mut Object<'_>)) {
    let start = out.len();
    members(&mut Object { api, out });
    enclose(out, start, b'{', b'}');
}

/// Encloses what was appended after `start` in brackets. Each item begins with a comma; the opening bracket replaces
/// the first one.
#[inline]
fn enclose(out: &mut Vec<u8>, start: usize, open: u8, close: u8) {
    match out.get_mut(start) {
        Some(first) => *first = open,
        None => out.push(open),
    }
    out.push(close);
}

/// Appends text that needs no escaping: names, and text of digits, letters and separators.
#[inline]
pub(crate) fn write_bare(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

/// Appends a value as it is displayed, like [`write_bare`].
pub(crate) fn write_shown(value: impl Display, out: &mut Vec<u8>) {
    out.push(b'"');
    // Writing to a vector cannot fail, and every value that is passed here can be displayed.
    let _ = write!(out, "{value}");
    out.push(b'"');
}

/// Appends text of any origin.
pub(crate) fn write_text(text: &str, out: &mut Vec<u8>) {
    // Checking all eight bytes, even after a match, lets the compiler check them at once.
    let has_escape =
        |chunk: &[u8; 8]| chunk.iter().fold(0, |found, byte| found | u8::from(is_escaped(*byte))) != 0;
    let bytes = text.as_bytes();
    let is_found = match bytes.last_chunk() {
        // The last eight bytes may be checked twice, which is faster than checking them one by one.
        Some(last) => has_escape(last) || bytes.as_chunks().0.iter().any(has_escape),
        None => bytes.iter().any(|byte| is_escaped(*byte)),
    };
    if is_found { write_escaped(text, out) } else { write_bare(text, out) }
}

/// Appends text that needs escaping, like [`write_text`].
#[cold]
fn write_escaped(text: &str, out: &mut Vec<u8>) {
    // Writing to a vector cannot fail, and text is never refused.
    let _ = serde_json::to_writer(out, text);
}

/// Returns whether a byte of text is escaped.
const fn is_escaped(byte: u8) -> bool {
    matches!(byte, 0..b' ' | b'"' | b'\\')
}

impl Object<'_> {
    /// Appends a member.
    #[inline]
    pub(crate) fn member(&mut self, name: MemberName, value: impl Json) {
        self.out.extend_from_slice(name.0.as_bytes());
        value.write(self.api, self.out);
    }

    /// Appends a member that is an object. `members` appends its members.
    #[inline]
    pub(crate) fn object(&mut self, name: MemberName, members: impl Fn(&mut Object<'_>)) {
        self.member(name, Members(members));
    }

    /// Appends a member if there is a value.
    #[inline]
    pub(crate) fn optional(&mut self, name: MemberName, value: Option<impl Json>) {
        if let Some(value) = value {
            self.member(name, value);
        }
    }

    /// Appends a member whose name is known only at run time. The name must need no escaping.
    pub(crate) fn named(&mut self, name: &str, value: impl Json) {
        self.out.push(b',');
        write_bare(name, self.out);
        self.out.push(b':');
        value.write(self.api, self.out);
    }
}

impl<T: Json + ?Sized> Json for &T {
    #[inline]
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        (**self).write(api, out);
    }
}

/// Writes `None` as null.
impl<T: Json> Json for Option<T> {
    #[inline]
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.write(api, out),
            None => out.extend_from_slice(b"null"),
        }
    }
}

impl<T: Json> Json for [T] {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        Items(self.iter()).write(api, out);
    }
}

/// An object whose members this function appends.
pub(crate) struct Members<F>(pub(crate) F);

impl<F: Fn(&mut Object<'_>)> Json for Members<F> {
    #[inline]
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, &self.0);
    }
}

/// A name or other text that needs no escaping.
#[derive(Clone, Copy)]
pub(crate) struct Bare(pub(crate) &'static str);

impl Json for Bare {
    #[inline]
    fn write(&self, _: ApiVersion, out: &mut Vec<u8>) {
        write_bare(self.0, out);
    }
}

/// A value that is written as it is displayed, without escaping.
pub(crate) struct Shown<T>(pub(crate) T);

impl<T: Display> Json for Shown<T> {
    fn write(&self, _: ApiVersion, out: &mut Vec<u8>) {
        write_shown(&self.0, out);
    }
}

/// The items of an iterator, as an array.
pub(crate) struct Items<I>(pub(crate) I);

impl<I: Iterator<Item: Json> + Clone> Json for Items<I> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        let start = out.len();
        for item in self.0.clone() {
            out.push(b',');
            item.write(api, out);
        }
        enclose(out, start, b'[', b']');
    }
}

impl Json for bool {
    #[inline]
    fn write(&self, _: ApiVersion, out: &mut Vec<u8>) {
        out.extend_from_slice(if *self { b"true" } else { b"false" });
    }
}

macro_rules! impl_json_for_numbers {
    ($($number:ty),+) => {
        $(impl Json for $number {
            fn write(&self, _: ApiVersion, out: &mut Vec<u8>) {
                // Writing to a vector cannot fail.
                let _ = write!(out, "{self}");
            }
        })+
    };
}

impl_json_for_numbers!(i64, u8, u64, usize);

impl Json for str {
    fn write(&self, _: ApiVersion, out: &mut Vec<u8>) {
        write_text(self, out);
    }
}

impl Json for String {
    fn write(&self, _: ApiVersion, out: &mut Vec<u8>) {
        write_text(self, out);
    }
}

impl Json for Cow<'_, str> {
    fn write(&self, _: ApiVersion, out: &mut Vec<u8>) {
        write_text(self, out);
    }
}

/// Writes the UUID in lower case (rule J8).
impl Json for Uuid {
    fn write(&self, _: ApiVersion, out: &mut Vec<u8>) {
        const LENGTH: usize = "\"\"".len() + Hyphenated::LENGTH;
        // Write in place: copying bytes that were just written stalls the processor.
        out.extend_from_slice(&[b'"'; LENGTH]);
        if let Some([_, text @ .., _]) = out.last_chunk_mut::<LENGTH>() {
            self.as_hyphenated().encode_lower(text);
        }
    }
}

macro_rules! impl_json_for_ids {
    ($($id:ident)+) => {
        $(impl Json for $id {
            fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
                self.uuid().write(api, out);
            }
        })+
    };
}

impl_json_for_ids!(AccessPackageId ApprovalStageId AssignmentId CalloutId ExtensionId PolicyId QuestionId RequestId SubjectId);

impl Json for Timestamp {
    fn write(&self, _: ApiVersion, out: &mut Vec<u8>) {
        write_shown(self, out);
    }
}

impl Json for Period {
    fn write(&self, _: ApiVersion, out: &mut Vec<u8>) {
        write_shown(self, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tests texts of many lengths, with a character at one or two places, and without it.
    #[test]
    fn text_is_escaped_wherever_it_has_to_be() {
        for character in ['"', '\\', '\0', '\n', '\u{1f}', ' ', '/', '\u{7f}', 'é', '\u{2028}'] {
            for length in 0..=20 {
                for (one, another) in
                    (0..=length).flat_map(|one| (one..=length).map(move |other| (one, other)))
                {
                    let is_there = |place| place == one || place == another;
                    let text: String =
                        (0..length).map(|place| if is_there(place) { character } else { 'a' }).collect();
                    let mut written = Vec::new();
                    write_text(&text, &mut written);
                    assert_eq!(String::from_utf8(written).unwrap(), serde_json::to_string(&text).unwrap());
                }
            }
        }
    }
}
