//! Judging answers by all rules of section 4 of SPEC.md.

use std::collections::HashMap;
use std::hint::black_box;
use std::rc::Rc;

use assignment_request::{QuestionId, RequestType};
use fastrand::Rng;

use super::Arm;
use crate::Goal;
use crate::bodies::{self, Asking, now};
use crate::fixture::{Fixture, part};
use crate::measure::work;
use crate::playbacks::submitted;
use crate::policies::{self, many_questions};

/// The number of drafts, and how many of them a round judges.
const DRAFTS: usize = 1_000;
const DRAFTS_IN_A_ROUND: usize = 100;

/// The library judges answers only as part of a draft, so this measures the judgement of the whole draft.
pub(super) fn add(_: &Rc<Fixture>, arms: &mut Vec<Arm>) {
    let mut random = Rng::with_seed(5);
    let questions = many_questions(&mut random, 50);
    let spec = policies::policy(&mut random, &questions);
    let policy = policies::compiled(&spec);
    let asked: Rc<[Asking]> = (0..DRAFTS)
        .map(|_| {
            let mut asking = bodies::asking(&mut random, &spec, &questions, RequestType::UserAdd, 50);
            asking.draft.schedule = None;
            assert_eq!(submitted(&policy, &asking).0.answers().len(), 50);
            asking
        })
        .collect();
    let index: HashMap<QuestionId, usize> = spec
        .questions
        .iter()
        .enumerate()
        .filter_map(|(index, question)| Some((question.id?, index)))
        .collect();
    let looked_up = Rc::clone(&asked);
    let ready = |asked: &Rc<[Asking]>| {
        let asked = Rc::clone(asked);
        move |round| {
            let part = part(DRAFTS, DRAFTS_IN_A_ROUND, round);
            // Copying reads everything, so both ways find the drafts in the cache, as if they had just been read.
            for asking in &asked[part.clone()] {
                drop(black_box(asking.draft.clone()));
            }
            part
        }
    };
    let (ready, ready_to_look_up) = (ready(&asked), ready(&asked));
    arms.push(Arm::pair(
        "answers/50",
        "50 lookups in a HashMap",
        Goal::ratio(1.0),
        work(ready, move |part| {
            for asking in &asked[part.clone()] {
                black_box(policy.check(&asking.draft, None, asking.actor, now()))
                    .expect("what is asked can be had");
            }
            part.len()
        }),
        work(ready_to_look_up, move |part| {
            for asking in &looked_up[part.clone()] {
                for answer in &asking.draft.answers {
                    black_box(index.get(&answer.question_id));
                }
            }
            part.len()
        }),
    ));
}
