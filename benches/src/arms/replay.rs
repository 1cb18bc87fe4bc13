//! Rebuilding requests from their events.

use std::hint::black_box;
use std::rc::Rc;

use assignment_request::{Event, Limits, Request};

use super::Arm;
use super::decode::{over, parsed};
use crate::Goal;
use crate::fixture::{Fixture, part, warm};
use crate::measure::work;
use crate::plain::CreateBody;

/// The number of requests that a round replays.
const LIVES: usize = 250;

pub(super) fn add(fixture: &Rc<Fixture>, arms: &mut Vec<Arm>) {
    let mut bodies = Vec::new();
    let mut playbacks = Vec::new();
    for (asking, events) in fixture.playbacks_of_twenty_events() {
        let request = Request::replay(&events, &Limits::default()).expect("the events are a request's");
        assert_eq!((request.revision(), request.attempt()), (20, Some(2)));
        bodies.push(asking.body.clone());
        playbacks.push((request, events));
    }
    let playbacks: Rc<[(Request, Vec<Event>)]> = playbacks.into();
    let replayed = Rc::clone(&playbacks);
    arms.push(Arm::pair(
        "replay/20",
        "serde_json on its create body",
        Goal::ratio(0.50),
        work(
            move |round| {
                let part = part(playbacks.len(), LIVES, round);
                for (request, events) in &playbacks[part.clone()] {
                    warm(request);
                    assert!(black_box(events) == black_box(events), "reading all of them");
                }
                part
            },
            move |part| {
                for (_, events) in &replayed[part.clone()] {
                    drop(black_box(Request::replay(events, &Limits::default())));
                }
                part.len()
            },
        ),
        over(&bodies.into(), LIVES, |body| drop(black_box(parsed::<CreateBody>(body)))),
    ));
}
