//! JSON text, as resources are written.
//!
//! Resources are most of what a service writes, and most of a resource are names, ids and moments, in which nothing is
//! ever escaped. `serde_json` looks at every byte of them all the same, which takes two thirds of its time; so what has
//! nothing to escape is written without looking. Every other body is derived, and written by `serde_json`.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::Write as _;

use assignment_request::{Period, Timestamp};
use uuid::Uuid;
use uuid::fmt::Hyphenated;

use crate::resource::TypeName;
use crate::{AdditionalData, ApiVersion, RawJson};

/// A value that is written as JSON.
pub(super) trait Json {
    /// Appends the value to `out`, in the shape of a generation.
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>);
}

/// The name of a member with all that is written around it: the comma before it, and the colon behind it.
#[derive(Clone, Copy)]
pub(super) struct MemberName(pub(super) &'static str);

/// The [`MemberName`] of a name, made when this is compiled, so that it is appended in one piece.
macro_rules! name {
    ($name:literal) => {
        $crate::encode::json::MemberName(concat!(",\"", $name, "\":"))
    };
}
pub(super) use name;

/// The members of an object, appended one after the other.
pub(super) struct Object<'a> {
    api: ApiVersion,
    out: &'a mut Vec<u8>,
}

/// Appends an object whose members `members` appends.
#[inline]
pub(super) fn write_object(api: ApiVersion, out: &mut Vec<u8>, members: impl FnOnce(&mut Object<'_>)) {
    let start = out.len();
    members(&mut Object { api, out });
    enclose(out, start, b'{', b'}');
}

/// Puts what was appended behind `start` in brackets. Each part of it begins with a comma; in place of the first comma
/// comes the opening bracket.
#[inline]
fn enclose(out: &mut Vec<u8>, start: usize, open: u8, close: u8) {
    match out.get_mut(start) {
        Some(first) => *first = open,
        None => out.push(open),
    }
    out.push(close);
}

/// Appends text of which nothing is escaped: names, and what has only digits, letters and the signs between them.
#[inline]
pub(super) fn write_bare(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

/// As [`write_bare`], of what `value` is shown as.
pub(super) fn write_shown(value: impl Display, out: &mut Vec<u8>) {
    out.push(b'"');
    // A vector takes every byte, and there is no value of ours that cannot be shown.
    let _ = write!(out, "{value}");
    out.push(b'"');
}

/// Appends text that anybody may have written.
pub(super) fn write_text(text: &str, out: &mut Vec<u8>) {
    let is_escaped = |byte: &u8| matches!(byte, 0..b' ' | b'"' | b'\\');
    // Looking at all of eight, whatever was found before, lets the compiler look at them at once.
    let has_escape =
        |chunk: &[u8; 8]| chunk.iter().fold(0, |found, byte| found | u8::from(is_escaped(byte))) != 0;
    let bytes = text.as_bytes();
    let is_found = match bytes.last_chunk() {
        // The last eight may be looked at twice, which is faster than one by one.
        Some(last) => has_escape(last) || bytes.as_chunks().0.iter().any(has_escape),
        None => bytes.iter().any(is_escaped),
    };
    if is_found { super::write(text, out) } else { write_bare(text, out) }
}

impl Object<'_> {
    /// Appends a member.
    #[inline]
    pub(super) fn member(&mut self, name: MemberName, value: impl Json) {
        self.out.extend_from_slice(name.0.as_bytes());
        value.write(self.api, self.out);
    }

    /// Appends a member where there is a value.
    #[inline]
    pub(super) fn optional(&mut self, name: MemberName, value: Option<impl Json>) {
        if let Some(value) = value {
            self.member(name, value);
        }
    }

    /// Appends members as they came.
    pub(super) fn additional_data(&mut self, additional_data: &AdditionalData<'_>) {
        for (name, value) in additional_data.iter() {
            self.out.push(b',');
            write_bare(name, self.out);
            self.out.push(b':');
            value.write(self.api, self.out);
        }
    }
}

impl<T: Json + ?Sized> Json for &T {
    #[inline]
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        (**self).write(api, out);
    }
}

/// None is null.
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

/// What an iterator gives, as an array.
pub(super) struct Items<I>(pub(super) I);

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

impl Json for u64 {
    fn write(&self, _: ApiVersion, out: &mut Vec<u8>) {
        // A vector takes every byte.
        let _ = write!(out, "{self}");
    }
}

impl Json for Cow<'_, str> {
    fn write(&self, _: ApiVersion, out: &mut Vec<u8>) {
        write_text(self, out);
    }
}

/// In lower case (rule J8).
impl Json for Uuid {
    fn write(&self, _: ApiVersion, out: &mut Vec<u8>) {
        const LENGTH: usize = "\"\"".len() + Hyphenated::LENGTH;
        // Where it belongs, since copying what was just written makes the processor wait.
        out.extend_from_slice(&[b'"'; LENGTH]);
        if let Some([_, text @ .., _]) = out.last_chunk_mut::<LENGTH>() {
            self.as_hyphenated().encode_lower(text);
        }
    }
}

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

impl Json for RawJson<'_> {
    fn write(&self, _: ApiVersion, out: &mut Vec<u8>) {
        out.extend_from_slice(self.get().as_bytes());
    }
}

impl Json for TypeName {
    fn write(&self, _: ApiVersion, out: &mut Vec<u8>) {
        write_bare(self.as_str(), out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts of many lengths, with a character at every one or two places, and at none.
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
