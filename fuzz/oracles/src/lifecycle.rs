//! Command sequences: the library against the model that the core's tests have.

use arbitrary::Unstructured;
use assignment_request::{Event, Limits, Request};
use assignment_request_graph::{read_events, write_events};

use crate::agreement::{Playback, play};
use crate::decoded;

/// Playbacks: the library does what the model does; and after every command the request is the fold of its events, and is
/// unchanged where the command was refused.
///
/// Tells whether the submission is accepted.
///
/// # Panics
///
/// Where one of these does not hold.
#[must_use]
pub fn lifecycle(bytes: &[u8]) -> bool {
    let Some(playback) = playback(&mut Unstructured::new(bytes)) else { return false };
    let mut known = 1;
    assert_kept(&playback.submitted, playback.events.get(..known));
    for played in &playback.played {
        match &played.outcome {
            Ok(events) => known += events.len(),
            Err(_) => assert_eq!(
                played.before, played.after,
                "changed by {:?} at {}, which was refused",
                played.command, played.now
            ),
        }
        assert_kept(&played.after, playback.events.get(..known));
    }
    let last = playback.played.last().map_or(&playback.submitted, |played| &played.after);
    assert_stored(last, &playback.events);
    true
}

/// The life that the bytes stand for, in which library and model agree; none where the submission is refused.
pub(crate) fn playback(bytes: &mut Unstructured<'_>) -> Option<Playback> {
    let playback = play(&decoded::case(bytes).ok()?);
    assert_eq!(playback.as_ref().err().map(ToString::to_string), None, "library and model disagree");
    playback.ok().flatten()
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
