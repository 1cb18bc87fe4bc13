//! Reads whole bodies: applies limits, and chooses which fault to report (rule J13).

use crate::json::reader::{Limits, Reader};
use crate::vocabulary::error::{ReadCode, ReadError};
use crate::vocabulary::options::{ReadOptions, UnknownMembers};

/// The kind of body that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyKind {
    /// A request, a callback or a decision: input from a client.
    Asked,
    /// A policy: data that the host already has.
    Policy,
    /// A resource in a response.
    Resource,
    /// The stored events of a request.
    Stored,
}

#[cfg(feature = "tracing")]
impl BodyKind {
    /// Returns the kind's name in the log.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Policy => "policy",
            Self::Resource => "resource",
            Self::Stored => "stored",
        }
    }
}

/// Reads stored text with `shape`. Its depth is that of every body. Its size is unlimited: a log that was written can
/// always be read (rule I7).
pub(crate) fn read_stored<T>(
    bytes: &[u8],
    shape: impl FnOnce(&mut Reader<'_>) -> Result<T, ReadError>,
) -> Result<T, ReadError> {
    let options = ReadOptions { max_bytes: usize::MAX, ..ReadOptions::default() };
    read_body(bytes, &options, BodyKind::Stored, shape)
}

/// Reads a whole body with `shape`.
///
/// A fault of the JSON text is reported before a fault of the shape, even if it comes later in the text. `shape` only
/// finds the faults of the text that it reads, so after a fault of the shape the whole text is read again.
pub(crate) fn read_body<'a, T>(
    bytes: &'a [u8],
    options: &ReadOptions,
    kind: BodyKind,
    shape: impl FnOnce(&mut Reader<'a>) -> Result<T, ReadError>,
) -> Result<T, ReadError> {
    let outcome = read_all(bytes, options, kind, shape);
    #[cfg(feature = "tracing")]
    crate::trace::read(kind.as_str(), bytes.len(), outcome.as_ref().err());
    outcome
}

fn read_all<'a, T>(
    bytes: &'a [u8],
    options: &ReadOptions,
    kind: BodyKind,
    shape: impl FnOnce(&mut Reader<'a>) -> Result<T, ReadError>,
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
    let mut outcome = shape(&mut reader);
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

/// Reads `text` only for faults of the JSON.
fn check_text(text: &str, limits: Limits) -> Result<(), ReadError> {
    let mut reader = Reader::new(text, limits);
    reader.skip()?;
    reader.finish()
}

/// Returns the error of a body that is UTF-8 only up to `valid_up_to`, or that of an earlier fault of the JSON text.
#[cold]
fn not_utf8(bytes: &[u8], valid_up_to: usize, limits: Limits) -> ReadError {
    let text = str::from_utf8(bytes.get(..valid_up_to).unwrap_or_default()).unwrap_or_default();
    let place = |error: ReadError| error.at(text, text.len());
    let error = place(ReadError::new(ReadCode::Malformed, String::new(), "not UTF-8".to_owned()));
    match check_text(text, limits) {
        // If the text seems to end too early, it was only cut here.
        Err(earlier) if (earlier.line(), earlier.column()) != (error.line(), error.column()) => earlier,
        _ => error,
    }
}
