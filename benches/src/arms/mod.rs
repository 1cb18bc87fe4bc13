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

/// A group of arms, which share what they are measured upon.
type Group = fn(&Rc<Fixture>, &mut Vec<Arm>);

/// The groups, each with what the names of its arms begin with.
const GROUPS: [(&str, Group); 10] = [
    ("decode/", decode::add),
    ("answers/", answers::add),
    ("step/", step::add),
    ("replay/", replay::add),
    ("encode/", encode::add),
    ("e2e/", end_to_end::add),
    ("policy/", policy::add),
    ("request/", scale::add),
    ("tool/", tool::add),
    ("memory/", memory::add),
];

/// The arms whose names begin in one of these ways. What each does is checked once before it is measured.
#[must_use]
pub fn arms(fixture: &Rc<Fixture>, beginnings: &[&str]) -> Vec<Arm> {
    let mut arms = Vec::new();
    for (group, add) in GROUPS {
        if beginnings.iter().any(|wanted| wanted.starts_with(group) || group.starts_with(wanted)) {
            add(fixture, &mut arms);
        }
    }
    arms.retain(|arm| beginnings.iter().any(|wanted| arm.name.starts_with(wanted)));
    arms
}
