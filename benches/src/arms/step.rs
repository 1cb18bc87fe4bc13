//! Steps of requests: judging a command, and applying its events.

use std::hint::black_box;
use std::rc::Rc;

use assignment_request::{Command, Event, Request, Timestamp};

use super::Arm;
use crate::copied::{OwnedRequest, step_copy};
use crate::fixture::{Fixture, part, warm};
use crate::measure::in_batches;
use crate::playbacks::{Step, next_step, steps};
use crate::{Goal, Work};

/// The number of batches in a round.
const BATCHES: usize = 8;

/// A request, and the commands that it receives.
#[derive(Clone)]
struct Playback {
    request: Request,
    steps: Vec<Step>,
}

pub(super) fn add(fixture: &Rc<Fixture>, arms: &mut Vec<Arm>) {
    let resumes: Rc<[Playback]> = fixture
        .waiting()
        .into_iter()
        .map(|request| Playback { steps: next_step(&request).into_iter().collect(), request })
        .collect();
    let walks: Rc<[Playback]> = fixture
        .submitted
        .iter()
        .map(|request| Playback { steps: steps(request.clone()), request: request.clone() })
        .collect();
    for (names, playbacks, size) in [
        (["step/resume", "step/resume-shared"], resumes, 500),
        (["step/walk", "step/walk-shared"], walks, 100),
    ] {
        check(&playbacks);
        let goal = Goal { ratio: Some(0.10), allocations: Some(0.0) };
        arms.push(Arm::pair(
            names[0],
            "copying the owned request",
            goal,
            in_place(&playbacks, size),
            copying(&playbacks, size, OwnedRequest::of, OwnedRequest::step),
        ));
        arms.push(Arm::pair(
            names[1],
            "Request::clone, parts shared",
            Goal::NONE,
            in_place(&playbacks, size),
            copying(&playbacks, size, Request::clone, |request, command, at, events| {
                let mut copy = request.clone();
                step_copy(&mut copy, command, at, events);
                copy
            }),
        ));
    }
}

/// Asserts that both ways end with the same request.
fn check(playbacks: &[Playback]) {
    for playback in playbacks {
        let mut request = playback.request.clone();
        let mut owned = OwnedRequest::of(&request);
        for step in &playback.steps {
            let events = request.handle(&step.command, step.at).expect("what is asked is allowed");
            assert!(!events.is_empty());
            owned = owned.step(&step.command, step.at, &mut Vec::new());
        }
        assert_eq!(owned.request, request);
        assert_eq!(request.revision() > playback.request.revision(), !playback.steps.is_empty());
    }
}

/// The library's way: the request changes in place, and the events go into one buffer.
fn in_place(playbacks: &Rc<[Playback]>, size: usize) -> impl Work + use<> {
    let playbacks = Rc::clone(playbacks);
    in_batches(
        BATCHES,
        move |round| {
            let playbacks: Vec<Playback> = playbacks[part(playbacks.len(), size, round)].to_vec();
            for playback in &playbacks {
                warm(&playback.request);
            }
            (playbacks, Vec::with_capacity(16))
        },
        |(playbacks, events)| {
            let mut count = 0;
            for Playback { request, steps } in playbacks {
                for Step { command, at } in &*steps {
                    events.clear();
                    black_box(request.handle_into(command, *at, events)).expect("what is asked is allowed");
                }
                count += steps.len();
            }
            count
        },
    )
}

/// The other way: each step returns a changed copy.
fn copying<T: 'static>(
    playbacks: &Rc<[Playback]>,
    size: usize,
    of: impl Fn(&Request) -> T + 'static,
    step: impl Fn(&T, &Command, Timestamp, &mut Vec<Event>) -> T + 'static,
) -> impl Work + 'static {
    let playbacks = Rc::clone(playbacks);
    in_batches(
        BATCHES,
        move |round| {
            let playbacks = &playbacks[part(playbacks.len(), size, round)];
            let owned: Vec<(T, Vec<Step>)> =
                playbacks.iter().map(|playback| (of(&playback.request), playback.steps.clone())).collect();
            for playback in playbacks {
                warm(&playback.request);
            }
            (owned, Vec::with_capacity(16))
        },
        move |(owned, events)| {
            let mut count = 0;
            for (request, steps) in owned {
                for Step { command, at } in &*steps {
                    *request = black_box(step(request, command, *at, events));
                }
                count += steps.len();
            }
            count
        },
    )
}
