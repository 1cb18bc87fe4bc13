//! JSON text, as resources are written.
//!
//! Resources are most of what a service writes, and most of a resource are names, ids and moments, in which nothing is
//! ever escaped. `serde_json` looks at every byte of them all the same, which takes two thirds of its time; so what has
//! nothing to escape is written without looking. Every other body is derived, and written by `serde_json`.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::Write as _;

use assignment_request::{Moment, Period};
use uuid::Uuid;

use crate::resource::TypeName;
use crate::{Carried, RawJson};

/// A value that is written as JSON.
pub(super) trait Json {
    /// Appends the value to `out`.
    fn write(&self, out: &mut Vec<u8>);
}

/// The members of an object, appended one after the other.
pub(super) struct Object<'a> {
    out: &'a mut Vec<u8>,
    is_empty: bool,
}

/// Appends an object whose members `members` appends.
#[inline]
pub(super) fn write_object(out: &mut Vec<u8>, members: impl FnOnce(&mut Object<'_>)) {
    out.push(b'{');
    members(&mut Object { out, is_empty: true });
    out.push(b'}');
}

/// Appends an array.
pub(super) fn write_array(out: &mut Vec<u8>, items: impl Iterator<Item = impl Json>) {
    out.push(b'[');
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        item.write(out);
    }
    out.push(b']');
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
    // A vector takes every byte, and there is no value of ours that cannot be shown.
    let _ = write!(out, "\"{value}\"");
}

/// Appends text that anybody may have written.
pub(super) fn write_text(text: &str, out: &mut Vec<u8>) {
    // Looking at every byte, whatever was found before, lets the compiler look at many at once.
    let is_escaped = |byte| matches!(byte, 0..b' ' | b'"' | b'\\');
    if text.bytes().fold(0, |found, byte| found | u8::from(is_escaped(byte))) != 0 {
        super::write(text, out);
    } else {
        write_bare(text, out);
    }
}

impl Object<'_> {
    /// Appends a member.
    #[inline]
    pub(super) fn member(&mut self, name: &'static str, value: impl Json) {
        if !self.is_empty {
            self.out.push(b',');
        }
        self.is_empty = false;
        write_bare(name, self.out);
        self.out.push(b':');
        value.write(self.out);
    }

    /// Appends a member where there is a value.
    #[inline]
    pub(super) fn optional(&mut self, name: &'static str, value: Option<impl Json>) {
        if let Some(value) = value {
            self.member(name, value);
        }
    }

    /// Appends members as they came.
    pub(super) fn carried(&mut self, carried: &Carried<'_>) {
        for (name, value) in carried.iter() {
            self.member(name, value);
        }
    }
}

impl<T: Json + ?Sized> Json for &T {
    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        (**self).write(out);
    }
}

/// None is null.
impl<T: Json> Json for Option<T> {
    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.write(out),
            None => out.extend_from_slice(b"null"),
        }
    }
}

impl Json for bool {
    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if *self { b"true" } else { b"false" });
    }
}

impl Json for u64 {
    fn write(&self, out: &mut Vec<u8>) {
        // A vector takes every byte.
        let _ = write!(out, "{self}");
    }
}

impl Json for Cow<'_, str> {
    fn write(&self, out: &mut Vec<u8>) {
        write_text(self, out);
    }
}

/// In lower case (rule J8).
impl Json for Uuid {
    fn write(&self, out: &mut Vec<u8>) {
        write_bare(self.as_hyphenated().encode_lower(&mut Uuid::encode_buffer()), out);
    }
}

impl Json for Moment {
    fn write(&self, out: &mut Vec<u8>) {
        write_shown(self, out);
    }
}

impl Json for Period {
    fn write(&self, out: &mut Vec<u8>) {
        write_shown(self, out);
    }
}

impl Json for RawJson<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.get().as_bytes());
    }
}

impl Json for TypeName {
    fn write(&self, out: &mut Vec<u8>) {
        write_bare(self.as_str(), out);
    }
}
