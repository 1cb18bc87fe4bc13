//! Rebuilding requests from their events.

use std::hint::black_box;
use std::rc::Rc;

use assignment_request::{Event, Request};

use super::Arm;
use super::decode::{over, parsed};
use crate::fixture::{Fixture, part};
use crate::measure::work;
use crate::plain::CreateBody;
use crate::{Goal, lives};

/// How many lives are replayed in a round.
const LIVES: usize = 1_000;

pub(super) fn add(fixture: &Rc<Fixture>, arms: &mut Vec<Arm>) {
    let (bodies, lives): (Vec<Vec<u8>>, Vec<Vec<Event>>) = fixture
        .lives_of_twenty_events()
        .into_iter()
        .map(|(asking, events)| (asking.body.clone(), events))
        .unzip();
    for events in &lives {
        let request = Request::replay(events).expect("the events are a request's");
        assert_eq!((request.revision(), request.attempt()), (20, Some(2)));
        assert!(lives::next_step(&request).is_some());
    }
    let count = lives.len();
    arms.push(Arm::pair(
        "replay/20",
        "serde_json on its create body",
        Goal::ratio(0.50),
        work(
            move |round| part(count, LIVES, round),
            move |part| {
                for events in &lives[part.clone()] {
                    drop(black_box(Request::replay(events)));
                }
                part.len()
            },
        ),
        over(&bodies.into(), LIVES, |body| drop(black_box(parsed::<CreateBody>(body)))),
    ));
}
