//! Steps of requests: a command is judged, and its events are folded in.

use std::hint::black_box;
use std::rc::Rc;

use assignment_request::Request;

use super::Arm;
use crate::copied::{OwnedRequest, step_copy};
use crate::fixture::{Fixture, part};
use crate::lives::{Step, next_step, steps};
use crate::measure::work;
use crate::{Goal, Work};

/// A request and what is asked of it, command by command.
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
        (["step/resume", "step/resume-shared"], resumes, 2_000),
        (["step/walk", "step/walk-shared"], walks, 500),
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
                step_copy(request, &mut copy, command, at, events);
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
    let (lives, ready) = (Rc::clone(lives), Rc::clone(lives));
    work(
        move |round| {
            let part = part(ready.len(), size, round);
            let requests: Vec<Request> =
                ready[part.clone()].iter().map(|life| life.request.clone()).collect();
            (part, requests, Vec::with_capacity(16))
        },
        move |(part, requests, events)| {
            let mut count = 0;
            for (life, request) in lives[part.clone()].iter().zip(requests) {
                for step in &life.steps {
                    events.clear();
                    let handled = request.handle_into(&step.command, step.at, events);
                    black_box(handled).expect("what is asked is allowed");
                }
                count += life.steps.len();
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
    step: impl Fn(
        &T,
        &assignment_request::Command,
        assignment_request::Moment,
        &mut Vec<assignment_request::Event>,
    ) -> T
    + 'static,
) -> impl Work + 'static {
    let (lives, ready) = (Rc::clone(lives), Rc::clone(lives));
    work(
        move |round| {
            let part = part(ready.len(), size, round);
            let requests: Vec<T> = ready[part.clone()].iter().map(|life| of(&life.request)).collect();
            (part, requests, Vec::with_capacity(16))
        },
        move |(part, requests, events)| {
            let mut count = 0;
            for (life, request) in lives[part.clone()].iter().zip(requests) {
                for Step { command, at } in &life.steps {
                    *request = black_box(step(request, command, *at, events));
                }
                count += life.steps.len();
            }
            count
        },
    )
}
