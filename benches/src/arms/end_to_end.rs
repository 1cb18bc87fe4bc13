//! From the bytes of a body to the bytes of the response.

use std::hint::black_box;
use std::rc::Rc;

use assignment_request::{Action, CallbackDecision, Command, Request};
use assignment_request_graph::{ApiVersion, ReadOptions, read_create, read_resume, write_request};
use fastrand::Rng;

use super::Arm;
use super::decode::{over, parsed};
use crate::Goal;
use crate::bodies;
use crate::fixture::{Fixture, part, touch, warm};
use crate::measure::work;
use crate::plain::{CreateBody, ResumeBody};
use crate::playbacks::{self, EXTENSION};

const PARSE: &str = "serde_json on the same bytes alone";
/// The number of bodies in a round.
const BODIES: usize = 500;

pub(super) fn add(fixture: &Rc<Fixture>, arms: &mut Vec<Arm>) {
    add_resume(fixture, arms);
    add_create(fixture, arms);
}

/// Decodes, decides, applies, and encodes the resource.
fn add_resume(fixture: &Rc<Fixture>, arms: &mut Vec<Arm>) {
    let mut random = Rng::with_seed(6);
    let mut waiting = Vec::new();
    let mut bodies = Vec::new();
    for request in fixture.waiting() {
        // Some callbacks may not refuse; this arm measures only allowed ones.
        let (body, resume) = loop {
            let (body, resume) = bodies::resume(&mut random, &request.callouts()[0]);
            if resume.decision == CallbackDecision::Continue {
                break (body, resume);
            }
        };
        let mut resumed = request.clone();
        playbacks::handle(&mut resumed, &Command::new(EXTENSION, Action::Resume(resume)), request.updated());
        bodies.push(body);
        waiting.push(request);
    }
    let bodies: Rc<[Vec<u8>]> = bodies.into();
    let (count, calls) = (bodies.len(), Rc::clone(&bodies));
    let called = Rc::clone(&bodies);
    arms.push(Arm::pair(
        "e2e/resume",
        PARSE,
        Goal::ratio(1.0),
        work(
            move |round| {
                let part = part(count, BODIES, round);
                touch(called[part.clone()].iter().map(Vec::as_slice));
                let requests: Vec<Request> = waiting[part.clone()].to_vec();
                requests.iter().for_each(warm);
                (part, requests, Vec::with_capacity(16), Vec::with_capacity(16 * 1024))
            },
            move |(part, requests, events, out)| {
                for (body, request) in calls[part.clone()].iter().zip(requests) {
                    events.clear();
                    out.clear();
                    let resume = read_resume(body, &ReadOptions::default()).expect("the body is good");
                    let command = Command::new(EXTENSION, Action::Resume(resume));
                    let at = request.updated();
                    request.handle_into(&command, at, events).expect("what is asked is allowed");
                    write_request(request, ApiVersion::V1_0, out);
                    black_box((&*events, &*out));
                }
                part.len()
            },
        ),
        over(&bodies, BODIES, |body| drop(black_box(parsed::<ResumeBody>(body)))),
    ));
}

/// Decodes, judges, submits, and encodes the resource.
fn add_create(fixture: &Rc<Fixture>, arms: &mut Vec<Arm>) {
    let (asked, ready) = (Rc::clone(fixture), Rc::clone(fixture));
    let count = fixture.mixed.len();
    let bodies: Rc<[Vec<u8>]> = fixture.mixed.iter().map(|asking| asking.body.clone()).collect();
    arms.push(Arm::pair(
        "e2e/create-mixed",
        PARSE,
        Goal::ratio(1.2),
        work(
            move |round| {
                let part = part(count, BODIES, round);
                touch(ready.mixed[part.clone()].iter().map(|asking| asking.body.as_slice()));
                (part, Vec::with_capacity(16 * 1024))
            },
            move |(part, out)| {
                for asking in &asked.mixed[part.clone()] {
                    out.clear();
                    let draft = read_create(&asking.body, &ReadOptions::default()).expect("the body is good");
                    let assignment = asking.assignment.as_ref();
                    let submitted =
                        asked.policy.submit(asking.request, &draft, assignment, asking.actor, bodies::now());
                    let (request, event) = submitted.expect("what is asked can be had");
                    write_request(&request, ApiVersion::V1_0, out);
                    black_box((&event, &*out));
                }
                part.len()
            },
        ),
        over(&bodies, BODIES, |body| drop(black_box(parsed::<CreateBody>(body)))),
    ));
}
