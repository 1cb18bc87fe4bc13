//! Reading bodies, as strictly as section 7 of SPEC.md requires.

use std::hint::black_box;
use std::rc::Rc;

use assignment_request::RequestType;
use assignment_request_graph::{ReadOptions, read_create, read_policy, read_resume};
use fastrand::Rng;
use serde::de::IgnoredAny;

use super::Arm;
use crate::bodies;
use crate::fixture::{Fixture, part, touch};
use crate::measure::work;
use crate::plain::{CreateBody, ResumeBody};
use crate::policies::{self, many_questions};
use crate::{Goal, Work};

const PLAIN: &str = "serde_json into a plain struct";

pub(super) fn add(fixture: &Rc<Fixture>, arms: &mut Vec<Arm>) {
    let mixed: Rc<[Vec<u8>]> = fixture.mixed.iter().map(|asking| asking.body.clone()).collect();
    for asking in &fixture.mixed {
        assert_eq!(read_create(&asking.body, &ReadOptions::default()).as_ref(), Ok(&asking.draft));
        parsed::<CreateBody>(&asking.body).assert_is(&asking.draft);
    }
    arms.push(Arm::pair(
        "decode/create-mixed",
        PLAIN,
        Goal::ratio(0.80),
        over(&mixed, 1_000, |body| drop(black_box(read_create(body, &ReadOptions::default())))),
        over(&mixed, 1_000, |body| drop(black_box(serde_json::from_slice::<CreateBody>(body)))),
    ));

    let bodies = resume_bodies(fixture);
    arms.push(Arm::pair(
        "decode/resume",
        PLAIN,
        Goal::ratio(0.90),
        over(&bodies, 2_000, |body| drop(black_box(read_resume(body, &ReadOptions::default())))),
        over(&bodies, 2_000, |body| drop(black_box(serde_json::from_slice::<ResumeBody>(body)))),
    ));

    let bodies = bodies_of_fifty_answers();
    arms.push(Arm::pair(
        "decode/create-50-answers",
        PLAIN,
        Goal::ratio(0.80),
        over(&bodies, 200, |body| drop(black_box(read_create(body, &ReadOptions::default())))),
        over(&bodies, 200, |body| drop(black_box(serde_json::from_slice::<CreateBody>(body)))),
    ));

    let hostile: Rc<[Vec<u8>]> = [hostile_policy(10_000)].into();
    let twice: Rc<[Vec<u8>]> = [hostile_policy(20_000)].into();
    for policy in hostile.iter().chain(&*twice) {
        assert!(read_policy(policy, &ReadOptions::default()).is_ok());
        assert!(serde_json::from_slice::<IgnoredAny>(policy).is_ok());
    }
    arms.push(Arm::pair(
        "decode/hostile-policy",
        "serde_json IgnoredAny",
        Goal::ratio(1.5),
        over(&hostile, 1, |body| drop(black_box(read_policy(body, &ReadOptions::default())))),
        over(&hostile, 1, |body| drop(black_box(serde_json::from_slice::<IgnoredAny>(body)))),
    ));
    arms.push(Arm::pair(
        "decode/hostile-policy-twice",
        "half the unknown keys",
        Goal::ratio(2.2),
        over(&twice, 1, |body| drop(black_box(read_policy(body, &ReadOptions::default())))),
        over(&hostile, 1, |body| drop(black_box(read_policy(body, &ReadOptions::default())))),
    ));
}

/// Does the same to each body of a round's part.
pub(super) fn over<F: Fn(&[u8])>(bodies: &Rc<[Vec<u8>]>, size: usize, each: F) -> impl Work + use<F> {
    let length = bodies.len();
    let (bodies, touched) = (Rc::clone(bodies), Rc::clone(bodies));
    work(
        move |round| {
            let part = part(length, size, round);
            touch(touched[part.clone()].iter().map(Vec::as_slice));
            part
        },
        move |part| {
            for body in &bodies[part.clone()] {
                each(body);
            }
            part.len()
        },
    )
}

pub(super) fn parsed<'a, T: serde::Deserialize<'a>>(body: &'a [u8]) -> T {
    serde_json::from_slice(body).expect("the baseline reads the body")
}

/// Returns callbacks for the requests that wait for one.
fn resume_bodies(fixture: &Fixture) -> Rc<[Vec<u8>]> {
    let mut random = Rng::with_seed(2);
    let mut bodies = Vec::new();
    for request in fixture.waiting() {
        let (body, resume) = bodies::resume(&mut random, &request.callouts()[0]);
        parsed::<ResumeBody>(&body).assert_is(&resume);
        assert_eq!(read_resume(&body, &ReadOptions::default()), Ok(resume));
        bodies.push(body);
    }
    bodies.into()
}

fn bodies_of_fifty_answers() -> Rc<[Vec<u8>]> {
    let mut random = Rng::with_seed(3);
    let questions = many_questions(&mut random, 50);
    let spec = policies::policy(&mut random, &questions);
    (0..1_000)
        .map(|_| {
            let asking = bodies::asking(&mut random, &spec, &questions, RequestType::UserAdd, 50);
            assert_eq!(read_create(&asking.body, &ReadOptions::default()).as_ref(), Ok(&asking.draft));
            parsed::<CreateBody>(&asking.body).assert_is(&asking.draft);
            asking.body
        })
        .collect()
}

/// Returns a policy with this many different unknown members, smaller than the size limit of a body.
fn hostile_policy(members: usize) -> Vec<u8> {
    let mut random = Rng::with_seed(4);
    let unknown = (0..members).map(|number| {
        let value = match number % 4 {
            0 => "null".to_owned(),
            1 => random.u32(..).to_string(),
            2 => format!("\"text {}\"", random.u16(..)),
            _ => "{\"a\":[1,true]}".to_owned(),
        };
        format!("\"unknown{:x}{number}\":{value}", random.u16(..))
    });
    let members: Vec<String> = unknown.collect();
    // The last member belongs to a policy: without one, the body is not recognized (rule J15).
    format!("{{{},\"questions\":null}}", members.join(",")).into_bytes()
}
