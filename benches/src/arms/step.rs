//! Steps of requests: a command is judged, and its events are folded in.

use std::hint::black_box;
use std::rc::Rc;

use assignment_request::{Command, Event, Moment, Request};

use super::Arm;
use crate::copied::{OwnedRequest, step_copy};
use crate::fixture::{Fixture, part, warm};
use crate::lives::{Step, next_step, steps};
use crate::measure::in_batches;
use crate::{Goal, Work};

/// How many batches there are in a round.
const BATCHES: usize = 8;

/// A request and what is asked of it, command by command.
#[derive(Clone)]
struct Life {
    request: Request,
    steps: Vec<Step>,
}

pub(super) fn add(fixture: &Rc<Fixture>, arms: &mut Vec<Arm>) {
    let resumes: Rc<[Life]> = fixture
        .waiting()
        .into_iter()
        .map(|request| Life { steps: next_step(&request).into_iter().collect(), request })
        .collect();
    let walks: Rc<[Life]> = fixture
        .submitted
        .iter()
        .map(|request| Life { steps: steps(request.clone()), request: request.clone() })
        .collect();
    for (names, lives, size) in [
        (["step/resume", "step/resume-shared"], resumes, 500),
        (["step/walk", "step/walk-shared"], walks, 100),
    ] {
        check(&lives);
        let goal = Goal { ratio: Some(0.10), allocations: Some(0.0) };
        arms.push(Arm::pair(
            names[0],
            "copying the owned request",
            goal,
            in_place(&lives, size),
            copying(&lives, size, OwnedRequest::of, OwnedRequest::step),
        ));
        arms.push(Arm::pair(
            names[1],
            "Request::clone, parts shared",
            Goal::NONE,
            in_place(&lives, size),
            copying(&lives, size, Request::clone, |request, command, at, events| {
                let mut copy = request.clone();
                step_copy(&mut copy, command, at, events);
                copy
            }),
        ));
    }
}

/// Asserts that both ways come to the same request.
fn check(lives: &[Life]) {
    for life in lives {
        let mut request = life.request.clone();
        let mut owned = OwnedRequest::of(&request);
        for step in &life.steps {
            let events = request.handle(&step.command, step.at).expect("what is asked is allowed");
            assert!(!events.is_empty());
            owned = owned.step(&step.command, step.at, &mut Vec::new());
        }
        assert_eq!(owned.request, request);
        assert_eq!(request.revision() > life.request.revision(), !life.steps.is_empty());
    }
}

/// The library's way: the request is changed in place, the events go into one buffer.
fn in_place(lives: &Rc<[Life]>, size: usize) -> impl Work + use<> {
    let lives = Rc::clone(lives);
    in_batches(
        BATCHES,
        move |round| {
            let lives: Vec<Life> = lives[part(lives.len(), size, round)].to_vec();
            for life in &lives {
                warm(&life.request);
            }
            (lives, Vec::with_capacity(16))
        },
        |(lives, events)| {
            let mut count = 0;
            for Life { request, steps } in lives {
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

/// The other way: each step gives a changed copy.
fn copying<T: 'static>(
    lives: &Rc<[Life]>,
    size: usize,
    of: impl Fn(&Request) -> T + 'static,
    step: impl Fn(&T, &Command, Moment, &mut Vec<Event>) -> T + 'static,
) -> impl Work + 'static {
    let lives = Rc::clone(lives);
    in_batches(
        BATCHES,
        move |round| {
            let lives = &lives[part(lives.len(), size, round)];
            let owned: Vec<(T, Vec<Step>)> =
                lives.iter().map(|life| (of(&life.request), life.steps.clone())).collect();
            for life in lives {
                warm(&life.request);
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
