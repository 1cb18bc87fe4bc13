//! What is measured, and against what.

mod answers;
mod decode;
mod encode;
mod end_to_end;
mod memory;
mod policy;
mod replay;
mod scale;
mod step;
mod tool;

use std::borrow::Cow;
use std::rc::Rc;

use crate::{Fixture, Goal, Pair, Work};

/// One thing that is measured.
pub struct Arm {
    /// Its name.
    pub name: &'static str,
    /// What it is measured against.
    pub baseline: &'static str,
    /// What is to be reached.
    pub goal: Goal,
    /// How it is measured.
    pub kind: Kind,
}

/// How an arm is measured.
pub enum Kind {
    /// Against a baseline, in many rounds.
    Pair(Pair),
    /// By itself, once.
    Once(Box<dyn FnOnce() -> Once>),
}

/// What came of an arm that is measured once.
pub struct Once {
    /// The share of the limit, or of the baseline; none where this machine cannot measure it.
    pub ratio: Option<f64>,
    /// What it is in units of its own, or why there is no ratio.
    pub said: Cow<'static, str>,
}

impl Arm {
    fn pair(
        name: &'static str,
        baseline: &'static str,
        goal: Goal,
        arm: impl Work + 'static,
        against: impl Work + 'static,
    ) -> Self {
        let kind = Kind::Pair(Pair { arm: Box::new(arm), baseline: Box::new(against) });
        Self { name, baseline, goal, kind }
    }

    fn once(
        name: &'static str,
        baseline: &'static str,
        goal: f64,
        measure: impl FnOnce() -> Once + 'static,
    ) -> Self {
        Self { name, baseline, goal: Goal::ratio(goal), kind: Kind::Once(Box::new(measure)) }
    }
}

/// All arms. What each does is checked once before it is measured.
#[must_use]
pub fn all(fixture: &Rc<Fixture>) -> Vec<Arm> {
    let mut arms = Vec::new();
    decode::add(fixture, &mut arms);
    answers::add(&mut arms);
    step::add(fixture, &mut arms);
    replay::add(fixture, &mut arms);
    encode::add(fixture, &mut arms);
    end_to_end::add(fixture, &mut arms);
    policy::add(&mut arms);
    scale::add(fixture, &mut arms);
    tool::add(fixture, &mut arms);
    memory::add(&mut arms);
    arms
}
