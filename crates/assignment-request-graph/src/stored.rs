//! Requests and their events as they are stored: the core's own form, read as strictly as every other body (rule I7).

use assignment_request::{Event, ReplayError, Request, RestoreError, Snapshot};
use serde::de::DeserializeOwned;

use crate::body::{BodyKind, read_body};
use crate::json::Reader;
use crate::{ReadCode, ReadError, ReadOptions};

/// Why a stored request cannot be brought back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoredError {
    /// The text cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The text is not of the form in which requests or events are stored, or of a version that is not known.
    #[error("not a stored request: {message}")]
    Form {
        /// What is wrong.
        message: String,
        /// The line of the fault.
        line: usize,
        /// The column of the fault, in bytes from 1.
        column: usize,
    },
    /// No commands could have brought a request there.
    #[error(transparent)]
    Restore(#[from] RestoreError),
    /// No commands could have had these events.
    #[error(transparent)]
    Replay(#[from] ReplayError),
}

/// Reads a request that [`write_snapshot`] wrote.
///
/// # Errors
///
/// [`StoredError::Read`] for faults of the JSON text, among them members given twice, and for arrays where objects
/// belong; [`StoredError::Form`] for anything but a snapshot; [`StoredError::Restore`] for one of another version, or
/// that commands could not have brought about.
///
/// ```
/// use assignment_request_graph::{ReadOptions, StoredError, read_snapshot};
///
/// let error = read_snapshot(br#"{"version": 1}"#, &ReadOptions::default()).unwrap_err();
/// assert!(matches!(error, StoredError::Form { line: 1, .. }));
/// ```
pub fn read_snapshot(bytes: &[u8], options: &ReadOptions) -> Result<Request, StoredError> {
    Ok(Request::restore(read::<Snapshot>(bytes, options, false)?)?)
}

/// Reads all the events of a request that [`write_events`] wrote, and rebuilds the request.
///
/// # Errors
///
/// As [`read_snapshot`], with [`StoredError::Replay`] for events that no commands give.
///
/// ```
/// use assignment_request::{Action, Actor, Command, Moment, Role};
/// use assignment_request_graph::{ReadOptions, read_events, write_events};
/// use uuid::Uuid;
///
/// # use assignment_request::{Draft, ExtensionSpec, Limits, Policy, PolicySpec, RequestType, Stage};
/// # let extension = ExtensionSpec { stage: Stage::AssignmentRequestGranted, custom_extension_id: None, callback: None };
/// # let policy = Policy::compile(&PolicySpec { extensions: vec![extension], ..PolicySpec::EMPTY }, &Limits::DEFAULT)?;
/// # let draft = Draft {
/// #     access_package_id: Some(Uuid::from_u128(1)),
/// #     assignment_policy_id: Some(Uuid::from_u128(2)),
/// #     target_id: Some(Uuid::from_u128(3)),
/// #     ..Draft::new(RequestType::SystemAdd)
/// # };
/// # let system = Actor::new(Uuid::from_u128(4), Role::System);
/// # let now: Moment = "2026-01-05T09:00:00Z".parse()?;
/// # let (mut request, submitted) = policy.submit(Uuid::from_u128(5), &draft, None, system, now)?;
/// let mut log = vec![submitted];
/// request.handle_into(&Command::new(system, Action::Process { target: None }), now, &mut log)?;
///
/// let mut stored = Vec::new();
/// write_events(&log, &mut stored);
/// assert_eq!(read_events(&stored, &ReadOptions::default())?, request);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_events(bytes: &[u8], options: &ReadOptions) -> Result<Request, StoredError> {
    Ok(Request::replay(&read::<Vec<Event>>(bytes, options, true)?)?)
}

/// Writes a request as it is stored, behind what is in `out`.
pub fn write_snapshot(request: &Request, out: &mut Vec<u8>) {
    crate::encode::write(&request.snapshot(), out);
}

/// Writes events as they are stored, as one array behind what is in `out`.
pub fn write_events(events: &[Event], out: &mut Vec<u8>) {
    crate::encode::write(&events, out);
}

fn read<T: DeserializeOwned>(bytes: &[u8], options: &ReadOptions, is_array: bool) -> Result<T, StoredError> {
    read_body(bytes, options, BodyKind::Stored, |reader, _| check_shape(reader, is_array))?;
    serde_json::from_slice(bytes).map_err(|error| {
        let message = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        StoredError::Form {
            message: message.strip_suffix(&place).unwrap_or(&message).to_owned(),
            line: error.line(),
            // serde_json counts what was read before the fault, which is nothing at the beginning of a line.
            column: error.column().max(1),
        }
    })
}

/// The members whose values are arrays. Everywhere else a derived struct would take an array for an object.
const ARRAYS: &[&str] =
    &["answers", "approvalStages", "callouts", "cancelAt", "cancelable", "denyAt", "extensions", "reviews"];

/// Reads a value for its JSON alone: no member twice, not too deep, no array where none belongs.
fn check_shape(reader: &mut Reader<'_>, may_be_array: bool) -> Result<(), ReadError> {
    if reader.is_object()? {
        reader.members(|reader, name| check_shape(reader, ARRAYS.contains(&name)))
    } else if !reader.is_array()? {
        reader.pass_over()
    } else if may_be_array {
        reader.elements(|reader| check_shape(reader, false))
    } else {
        Err(reader.error_here(ReadCode::WrongType, "expected no array".to_owned()))
    }
}
