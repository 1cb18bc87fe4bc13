//! Reads a log of stored events.

use std::borrow::Cow;

use assignment_request::{Event, Limits, ReplayError, Request};
use assignment_request_graph::{ReadError, StoredError, read_history};
use serde::de::IgnoredAny;

use crate::input::InputError;
use crate::output::{LONGEST_MESSAGE, cut};
use crate::replay::source_error::SourceError;

/// A log that consists of events.
pub(crate) struct Log {
    /// All events of the log, or none if the database that has them does not return them.
    pub(crate) events: Vec<Event>,
    /// The request that the events give, or why no sequence of commands gives them.
    pub(crate) request: Result<Request, ReplayError>,
}

/// Why a log cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LogError {
    /// The file cannot be read.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The text is not a log.
    #[error(transparent)]
    Text(#[from] SourceError),
    /// An event was stored in another version of the format.
    #[error(transparent)]
    Version(StoredError),
    /// The log has no event.
    #[error("there is no event in it")]
    Empty,
    /// The store has no such request.
    #[cfg(feature = "store")]
    #[error("there is no request {0}")]
    NoRequest(assignment_request::RequestId),
    /// The store cannot be read.
    #[cfg(feature = "store")]
    #[error("{}", cut(&.0.to_string(), LONGEST_MESSAGE))]
    Store(#[from] assignment_request_store::StoreError),
    /// The tool was built without stores.
    #[cfg(not(feature = "store"))]
    #[error("this tool was built without the feature `store`, so it reads logs from files only")]
    NoStore,
}

impl Log {
    /// Reads a JSON array of events, or one event per line.
    pub(crate) fn read(text: &[u8]) -> Result<Self, LogError> {
        let is_array = text.trim_ascii_start().starts_with(b"[");
        let array = if is_array { Cow::Borrowed(text) } else { Cow::Owned(array_of_lines(text)?) };
        // The bracket before the first line is not in the file.
        let added = usize::from(!is_array);
        match read_history(&array, &Limits::default()) {
            Ok((request, events)) => Ok(Self { events, request: Ok(request) }),
            Err(StoredError::Replay(ReplayError::Empty)) => Err(LogError::Empty),
            Err(StoredError::Replay(error)) => {
                // The adapter has read these events before it judged them.
                let events = serde_json::from_slice(&array);
                let events = events.map_err(|error| SourceError::form(&error, 1, ""))?;
                Ok(Self { events, request: Err(error) })
            }
            Err(StoredError::Form { message, line, column }) => Err(fault(line, column, "", &message, added)),
            Err(StoredError::Read(error)) => Err(unreadable(&error, added)),
            Err(error @ StoredError::Version { .. }) => Err(LogError::Version(error)),
        }
    }
}

/// Makes an array of events from one event per line. Each character keeps its line and, except in the first line, its
/// column.
fn array_of_lines(text: &[u8]) -> Result<Vec<u8>, SourceError> {
    let mut array = Vec::with_capacity(text.len() + text.len() / 64 + 2);
    array.push(b'[');
    let mut is_first = true;
    for (index, line) in text.split(|byte| *byte == b'\n').enumerate() {
        if index > 0 {
            array.push(b'\n');
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        // Each line is a value of its own, so that lines cannot complete each other.
        serde_json::from_slice::<IgnoredAny>(line.trim_ascii_end())
            .map_err(|error| SourceError::form(&error, index + 1, ""))?;
        if !std::mem::take(&mut is_first) {
            // The comma goes before the line break, which is the last byte so far unless lines are empty.
            let end = array.trim_ascii_end().len();
            array.insert(end, b',');
        }
        array.extend_from_slice(line);
    }
    array.push(b']');
    Ok(array)
}

fn unreadable(error: &ReadError, added: usize) -> LogError {
    let (line, column) = (error.line().unwrap_or(1), error.column().unwrap_or(1));
    fault(line, column, error.path(), &error.to_string(), added)
}

fn fault(line: usize, column: usize, path: &str, message: &str, added: usize) -> LogError {
    let column = if line == 1 { column.saturating_sub(added).max(1) } else { column };
    let (path, message) = (cut(path, LONGEST_MESSAGE), cut(message, LONGEST_MESSAGE));
    LogError::Text(SourceError::Form { line, column, path, message })
}
