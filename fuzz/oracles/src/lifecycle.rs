//! Command sequences: the library against the model that the core's tests have.

use arbitrary::Unstructured;
use assignment_request::{Event, Request};
use assignment_request_graph::{ReadOptions, read_events, read_snapshot, write_events, write_snapshot};

use crate::agreement::{Life, play};
use crate::decoded;

/// Lives: the library does what the model does; and after every command the request is the fold of its events, is
/// brought back from its snapshot, and is unchanged where the command was refused.
///
/// Tells whether the submission is accepted.
///
/// # Panics
///
/// Where one of these does not hold.
#[must_use]
pub fn lifecycle(bytes: &[u8]) -> bool {
    let Some(life) = life(&mut Unstructured::new(bytes)) else { return false };
    let mut known = 1;
    assert_kept(&life.submitted, life.events.get(..known));
    for played in &life.played {
        match &played.outcome {
            Ok(events) => known += events.len(),
            Err(_) => assert_eq!(
                played.before, played.after,
                "changed by {:?} at {}, which was refused",
                played.command, played.now
            ),
        }
        assert_kept(&played.after, life.events.get(..known));
    }
    let last = life.played.last().map_or(&life.submitted, |played| &played.after);
    assert_stored(last, Some(&life.events));
    true
}

/// The life that the bytes stand for, in which library and model agree; none where the submission is refused.
pub(crate) fn life(bytes: &mut Unstructured<'_>) -> Option<Life> {
    let life = play(&decoded::case(bytes).ok()?);
    assert_eq!(life.as_ref().err().map(ToString::to_string), None, "library and model disagree");
    life.ok().flatten()
}

/// Asserts that the request is the fold of its events, and is brought back from its snapshot.
fn assert_kept(request: &Request, events: Option<&[Event]>) {
    assert_eq!(Request::replay(events.unwrap_or_default()).as_ref(), Ok(request));
    assert_eq!(Request::restore(request.snapshot()).as_ref(), Ok(request));
}

/// Asserts that the request is brought back from the texts that are stored.
pub(crate) fn assert_stored(request: &Request, events: Option<&[Event]>) {
    let options = ReadOptions { max_bytes: usize::MAX, ..ReadOptions::default() };
    let mut stored = Vec::new();
    write_snapshot(request, &mut stored);
    assert_eq!(read_snapshot(&stored, &options).as_ref(), Ok(request));
    if let Some(events) = events {
        stored.clear();
        write_events(events, &mut stored);
        assert_eq!(read_events(&stored, &options).as_ref(), Ok(request));
    }
}
