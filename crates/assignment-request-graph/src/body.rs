//! What all bodies have in common: limits, and which fault is told (rule J13).

use crate::json::{Limits, Reader};
use crate::{ReadCode, ReadError, ReadOptions, UnknownMembers};

/// Which kind of body is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyKind {
    /// A request, a callback or a decision: what somebody asks.
    Asked,
    /// A policy: data that the host already has.
    Policy,
    /// A resource, as a response shows it.
    Resource,
    /// A request's events, as we store them.
    Stored,
}

/// How many levels stored text may have. It has no other bound: what was written can always be read (rule I7).
const STORED_DEPTH: usize = 32;

/// Reads stored text with `shape`.
pub(crate) fn read_stored<T>(
    bytes: &[u8],
    shape: impl FnOnce(&mut Reader<'_>) -> Result<T, ReadError>,
) -> Result<T, ReadError> {
    let options = ReadOptions { max_bytes: usize::MAX, max_depth: STORED_DEPTH, ..ReadOptions::default() };
    read_body(bytes, &options, BodyKind::Stored, |reader, _| shape(reader))
}

/// Reads a whole body with `shape`.
///
/// A fault of the JSON text, wherever it is, is told before a fault of the shape. `shape` finds those up to where it
/// stops; so where it stops early the rest is read for them too. It also gets the body's text.
pub(crate) fn read_body<'a, T>(
    bytes: &'a [u8],
    options: &ReadOptions,
    kind: BodyKind,
    shape: impl FnOnce(&mut Reader<'a>, &'a str) -> Result<T, ReadError>,
) -> Result<T, ReadError> {
    let outcome = read_all(bytes, options, kind, shape);
    #[cfg(feature = "tracing")]
    crate::trace::read(kind, bytes.len(), outcome.as_ref().err());
    outcome
}

fn read_all<'a, T>(
    bytes: &'a [u8],
    options: &ReadOptions,
    kind: BodyKind,
    shape: impl FnOnce(&mut Reader<'a>, &'a str) -> Result<T, ReadError>,
) -> Result<T, ReadError> {
    if bytes.len() > options.max_bytes {
        let message = format!("the body has {} bytes; at most {} are read", bytes.len(), options.max_bytes);
        return Err(ReadError::new(ReadCode::BodyTooLarge, String::new(), message));
    }
    let default = match kind {
        BodyKind::Asked | BodyKind::Stored => UnknownMembers::Refuse,
        BodyKind::Policy | BodyKind::Resource => UnknownMembers::Ignore,
    };
    let limits = Limits {
        max_depth: options.max_depth,
        unknown_members: options.unknown_members.unwrap_or(default),
        reads_quoted_scalars: kind == BodyKind::Policy,
    };
    let text =
        simdutf8::compat::from_utf8(bytes).map_err(|fault| not_utf8(bytes, fault.valid_up_to(), limits))?;
    let mut reader = Reader::new(text, limits);
    let mut outcome = shape(&mut reader, text);
    if outcome.is_ok()
        && let Err(error) = reader.finish()
    {
        outcome = Err(error);
    }
    if let Err(error) = &outcome
        && !error.code().is_of_text()
    {
        check_text(text, limits)?;
    }
    outcome
}

/// Reads `text` for faults of the JSON alone.
fn check_text(text: &str, limits: Limits) -> Result<(), ReadError> {
    let mut reader = Reader::new(text, limits);
    reader.pass_over()?;
    reader.finish()
}

/// The error of a body that is text only up to `valid_up_to`: that, or an earlier one.
#[cold]
fn not_utf8(bytes: &[u8], valid_up_to: usize, limits: Limits) -> ReadError {
    let text = str::from_utf8(bytes.get(..valid_up_to).unwrap_or_default()).unwrap_or_default();
    let place = |error: ReadError| error.at(text, text.len());
    let error = place(ReadError::new(ReadCode::Malformed, String::new(), "not UTF-8".to_owned()));
    match check_text(text, limits) {
        // What ends too early ends here only because the text does.
        Err(earlier) if (earlier.line(), earlier.column()) != (error.line(), error.column()) => earlier,
        _ => error,
    }
}
