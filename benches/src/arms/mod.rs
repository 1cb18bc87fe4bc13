//! What is measured, and against which baseline.

mod answers;
mod decode;
mod encode;
mod end_to_end;
mod memory;
mod policy;
mod replay;
mod scale;
mod step;
mod store;
mod tool;

use std::borrow::Cow;
use std::rc::Rc;

use crate::{Fixture, Goal, Pair, Work};

/// One measurement.
pub struct Arm {
    /// Its name.
    pub name: &'static str,
    /// The name of its baseline.
    pub baseline: &'static str,
    /// The goal.
    pub goal: Goal,
    /// How it is measured.
    pub kind: Kind,
}

/// How an arm is measured.
pub enum Kind {
    /// Against a baseline, in many rounds.
    Pair(Pair),
    /// Alone, once.
    Once(Box<dyn FnOnce() -> Once>),
}

/// The result of an arm that is measured once.
pub struct Once {
    /// The share of the limit, or the ratio to the baseline. `None` if this machine cannot measure it.
    pub ratio: Option<f64>,
    /// The result in its own unit, or why there is no ratio.
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

/// A group of arms that share a fixture.
type Group = fn(&Rc<Fixture>, &mut Vec<Arm>);

/// The groups, each with the prefix of its arms' names.
const GROUPS: [(&str, Group); 11] = [
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
    ("store/", store::add),
];

/// Returns the arms whose names begin with one of these prefixes. Each arm checks once what it does, before it is
/// measured.
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
