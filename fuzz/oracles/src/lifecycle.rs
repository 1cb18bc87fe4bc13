//! Command sequences: the library against the model that the core's tests have.

use arbitrary::Unstructured;
use assignment_request::{Event, Limits, Request};
use assignment_request_graph::{read_events, write_events};

use crate::agreement::{Life, play};
use crate::decoded;

/// Lives: the library does what the model does; and after every command the request is the fold of its events, and is
/// unchanged where the command was refused.
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
    assert_stored(last, &life.events);
    true
}

/// The life that the bytes stand for, in which library and model agree; none where the submission is refused.
pub(crate) fn life(bytes: &mut Unstructured<'_>) -> Option<Life> {
    let life = play(&decoded::case(bytes).ok()?);
    assert_eq!(life.as_ref().err().map(ToString::to_string), None, "library and model disagree");
    life.ok().flatten()
}

/// Asserts that the request is the fold of its events.
pub(crate) fn assert_kept(request: &Request, events: Option<&[Event]>) {
    let events = events.unwrap_or_default();
    assert_eq!(Request::replay(events, &Limits::DEFAULT).as_ref(), Ok(request), "not the fold of its events");
}

/// Asserts that the request is brought back from the text that is stored.
pub(crate) fn assert_stored(request: &Request, events: &[Event]) {
    let mut stored = Vec::new();
    write_events(events, &mut stored);
    assert_eq!(read_events(&stored, &Limits::DEFAULT).as_ref(), Ok(request), "not brought back");
}
