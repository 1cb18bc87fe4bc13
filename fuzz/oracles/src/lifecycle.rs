//! Command sequences: the library against the model of the core's tests.

use arbitrary::Unstructured;
use assignment_request::{Event, Limits, Request};
use assignment_request_graph::{read_events, write_events};
use assignment_request_model::agreement::{Playback, play};
use assignment_request_model::laws::{self, Broken};

use crate::decoded;

/// Playbacks: the library does what the model does, and every step keeps the laws.
///
/// Returns whether the submission is accepted.
///
/// # Panics
///
/// If one of these does not hold.
#[must_use]
pub fn lifecycle(bytes: &[u8]) -> bool {
    let Some(playback) = playback(&mut Unstructured::new(bytes)) else { return false };
    let mut known = 1;
    assert_lawful(laws::check_request(&playback.submitted));
    for played in &playback.played {
        assert_lawful(laws::check(&played.judged()));
        known += played.outcome.as_ref().map_or(0, Vec::len);
        let log = playback.events.get(..known).unwrap_or_default();
        assert_lawful(laws::check_log(log, &Limits::default(), &played.after));
    }
    let last = playback.played.last().map_or(&playback.submitted, |played| &played.after);
    assert_stored(last, &playback.events);
    true
}

/// Returns the playback that the bytes stand for, after checking that the library and the model agree on it. `None` if
/// the submission is refused.
pub(crate) fn playback(bytes: &mut Unstructured<'_>) -> Option<Playback> {
    let playback = play(&decoded::case(bytes).ok()?);
    assert_eq!(playback.as_ref().err().map(ToString::to_string), None, "library and model disagree");
    playback.ok().flatten()
}

pub(crate) fn assert_lawful(judged: Result<(), Broken>) {
    assert_eq!(judged.map_err(|broken| broken.to_string()), Ok(()));
}

/// Asserts that the stored text of the events gives the request back.
pub(crate) fn assert_stored(request: &Request, events: &[Event]) {
    let mut stored = Vec::new();
    write_events(events, &mut stored);
    assert_eq!(read_events(&stored, &Limits::default()).as_ref(), Ok(request), "not brought back");
}
