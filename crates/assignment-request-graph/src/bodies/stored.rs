//! Stored requests: the log of their events, read as strictly as every other body (rule I7).

use assignment_request::{Event, FORMAT_VERSION, Limits, ReplayError, Request};

use crate::json::body::read_stored;
use crate::json::reader::Reader;
use crate::vocabulary::error::ReadError;

/// Why a stored request cannot be rebuilt.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoredError {
    /// The text cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// An event was stored in another version of the format.
    #[error("event {event} of the log has version {found}; this library reads version {FORMAT_VERSION}")]
    Version {
        /// The number of the event in the log, counted from 1.
        event: usize,
        /// The event's version.
        found: i64,
    },
    /// The text is JSON, but not in the format of stored events.
    #[error("not a stored request: {message}")]
    Form {
        /// What is wrong.
        message: String,
        /// The line of the fault.
        line: usize,
        /// The column of the fault, in bytes from 1.
        column: usize,
    },
    /// No sequence of commands produces these events.
    #[error(transparent)]
    Replay(#[from] ReplayError),
}

/// Reads the events of a request that [`write_events`] wrote, and rebuilds the request. `limits` are the host's, as in
/// [`Request::replay`]. The text may have any size, so a log that was written can always be read.
///
/// # Errors
///
/// - [`StoredError::Read`] for faults of the JSON text, including duplicate members and more than 32 levels, and for
///   arrays in place of objects;
/// - [`StoredError::Version`] for events of another version, even if they have other faults;
/// - [`StoredError::Form`] for JSON that does not describe events;
/// - [`StoredError::Replay`] for events that no sequence of commands produces.
///
/// ```
/// use assignment_request::{
///     AccessPackageId, Action, Actor, Command, Limits, PolicyId, RequestId, Role, SubjectId, Timestamp,
/// };
/// use assignment_request_graph::{StoredError, read_events, write_events};
///
/// # use assignment_request::{Draft, Policy, PolicySpec, RequestType};
/// # let policy = Policy::compile(&PolicySpec::default(), &Limits::default())?;
/// # let draft = Draft {
/// #     access_package_id: Some(AccessPackageId::from_u128(1)),
/// #     assignment_policy_id: Some(PolicyId::from_u128(2)),
/// #     target_id: Some(SubjectId::from_u128(3)),
/// #     ..Draft::new(RequestType::SystemAdd)
/// # };
/// # let system = Actor::new(SubjectId::from_u128(4), Role::System);
/// # let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
/// # let (mut request, submitted) = policy.submit(RequestId::from_u128(5), &draft, None, system, now)?;
/// let mut log = vec![submitted];
/// request.handle_into(&Command::new(system, Action::Process { target: None }), now, &mut log)?;
///
/// let mut stored = Vec::new();
/// write_events(&log, &mut stored);
/// assert_eq!(read_events(&stored, &Limits::default())?, request);
///
/// let newer = br#"[{"version": 2, "what": "a later version says"}]"#;
/// assert_eq!(read_events(newer, &Limits::default()), Err(StoredError::Version { event: 1, found: 2 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_events(bytes: &[u8], limits: &Limits) -> Result<Request, StoredError> {
    Ok(read_history(bytes, limits)?.0)
}

/// Reads the same as [`read_events`], and returns the events too. They are those of the request: each was judged again.
///
/// # Errors
///
/// Same as [`read_events`].
pub fn read_history(bytes: &[u8], limits: &Limits) -> Result<(Request, Vec<Event>), StoredError> {
    read_stored(bytes, check_events)??;
    let events: Vec<Event> = serde_json::from_slice(bytes).map_err(|error| {
        let message = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        StoredError::Form {
            message: message.strip_suffix(&place).unwrap_or(&message).to_owned(),
            line: error.line(),
            // `serde_json` counts the bytes before the fault, which is 0 at the beginning of a line.
            column: error.column().max(1),
        }
    })?;
    Ok((Request::replay(&events, limits)?, events))
}

/// Appends the events to `out` as one array, in the format in which they are stored.
pub fn write_events(events: &[Event], out: &mut Vec<u8>) {
    let start = out.len();
    // Writing to a vector cannot fail, and every key of an event is text. Half a log would be worse than none.
    if serde_json::to_writer(&mut *out, events).is_err() {
        out.truncate(start);
    }
}

/// The members whose values are arrays. For other members, a derived struct would accept an array as an object.
const ARRAYS: &[&str] = &[
    "answers",
    "approvalStages",
    "cancelAt",
    "cancelable",
    "denyAt",
    "escalationApprovers",
    "extensions",
    "fallbackEscalationApprovers",
    "fallbackPrimaryApprovers",
    "primaryApprovers",
];

/// Checks the log's JSON for duplicate members, depth and misplaced arrays. An event of another version is reported
/// before a misplaced array, wherever the two are, because that version may allow the array.
fn check_events(reader: &mut Reader<'_>) -> Result<Result<(), StoredError>, ReadError> {
    let (mut event, mut other, mut misplaced) = (0, None, None);
    reader.elements(|reader| {
        event += 1;
        if !reader.is_object()? {
            // This is not an event; the check of the format reports it.
            return reader.skip();
        }
        reader.members(|reader, name| {
            if name != "version" {
                return reader.skip_with_arrays_at(ARRAYS, &mut misplaced);
            }
            let Some(found) = reader.whole_number()? else { return Ok(()) };
            if found != i64::from(FORMAT_VERSION) && other.is_none() {
                other = Some(StoredError::Version { event, found });
            }
            Ok(())
        })
    })?;
    Ok(other.or(misplaced.map(StoredError::Read)).map_or(Ok(()), Err))
}
