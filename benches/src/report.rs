//! Prints the measurements, as a table for people or as one JSON object per line.

use std::borrow::Cow;
use std::fmt;

use fastrand::Rng;
use serde::Serialize;

use crate::measure::median;
use crate::{Arm, Instructions, Kind, Meter, Pair};

/// By which factor a goal may be missed: the noise of shared machines.
const NOISE: f64 = 1.15;

/// A goal.
#[derive(Clone, Copy, Debug)]
pub struct Goal {
    /// The largest ratio to the baseline.
    pub ratio: Option<f64>,
    /// The largest number of allocations per unit.
    pub allocations: Option<f64>,
}

impl Goal {
    /// No goal: the arm is there for comparison.
    pub const NONE: Self = Self { ratio: None, allocations: None };

    /// A goal for the ratio only.
    #[must_use]
    pub const fn ratio(ratio: f64) -> Self {
        Self { ratio: Some(ratio), allocations: None }
    }
}

/// The result of an arm.
#[derive(Debug, Serialize)]
pub struct Line {
    /// The arm.
    pub arm: &'static str,
    /// The name of its baseline.
    pub baseline: &'static str,
    /// The median of the rounds' ratios to the baseline. `None` if it cannot be measured.
    pub ratio: Option<f64>,
    /// Allocations per unit. `None` if they are not counted.
    pub allocs: Option<f64>,
    /// The largest accepted ratio.
    pub goal: Option<f64>,
    /// Whether the goal is met, allowing for noise.
    pub pass: bool,
    /// Instructions per unit. `None` if the machine does not count them.
    pub instructions: Option<f64>,
    /// Nanoseconds per unit, the median of the rounds.
    pub nanoseconds: Option<f64>,
    /// Allocations per unit of the baseline.
    pub baseline_allocs: Option<f64>,
    /// Further remarks.
    pub said: Cow<'static, str>,
}

/// Measures all arms. Each round measures each arm once, in random order.
#[must_use]
pub fn measure(arms: Vec<Arm>, rounds: usize) -> Vec<Line> {
    let mut random = Rng::with_seed(0x5eed);
    let mut lines = Vec::new();
    let mut pairs = Vec::new();
    for Arm { name, baseline, goal, kind } in arms {
        let mut line = Line {
            arm: name,
            baseline,
            ratio: None,
            allocs: None,
            goal: goal.ratio,
            pass: false,
            instructions: None,
            nanoseconds: None,
            baseline_allocs: None,
            said: Cow::Borrowed(""),
        };
        match kind {
            Kind::Once(measure) => {
                let once = measure();
                (line.ratio, line.said) = (once.ratio, once.said);
                // What this machine cannot measure does not fail; the table says so.
                line.pass = line.ratio.is_none_or(|_| line.is_reached(goal));
            }
            Kind::Pair(pair) => {
                pairs.push(Measured {
                    index: lines.len(),
                    goal,
                    pair,
                    ratios: Vec::new(),
                    times: Vec::new(),
                });
            }
        }
        lines.push(line);
    }
    for round in 0..rounds {
        random.shuffle(&mut pairs);
        for measured in &mut pairs {
            measured.round(round, &mut random);
        }
    }
    let mut instructions = Instructions::open().map(Meter::Instructions);
    for measured in pairs {
        let goal = measured.goal;
        let line = &mut lines[measured.index];
        measured.finish(line, instructions.as_mut());
        line.pass = line.is_reached(goal);
    }
    lines
}

/// An arm with a baseline, and the measurements so far.
struct Measured {
    index: usize,
    goal: Goal,
    pair: Pair,
    ratios: Vec<f64>,
    times: Vec<f64>,
}

impl Measured {
    fn round(&mut self, round: usize, random: &mut Rng) {
        let (arm, baseline) = self.pair.run(round, random);
        self.ratios.push(arm.per_unit() / baseline.per_unit());
        self.times.push(arm.per_unit());
    }

    /// Counts what is the same in every round, and completes the line.
    fn finish(mut self, line: &mut Line, instructions: Option<&mut Meter>) {
        line.ratio = median(&mut self.ratios);
        line.nanoseconds = median(&mut self.times);
        let Pair { arm, baseline } = &mut self.pair;
        line.allocs = Some(arm.run(0, &mut Meter::Allocations).per_unit());
        line.baseline_allocs = Some(baseline.run(0, &mut Meter::Allocations).per_unit());
        line.instructions = instructions.map(|meter| arm.run(0, meter).per_unit());
    }
}

impl Line {
    fn is_reached(&mut self, goal: Goal) -> bool {
        let is_fast = goal.ratio.is_none_or(|goal| self.ratio.is_some_and(|ratio| ratio <= goal * NOISE));
        let is_spare = goal.allocations.is_none_or(|goal| self.allocs.is_some_and(|allocs| allocs <= goal));
        if !is_spare {
            self.said = Cow::Borrowed("it allocates");
        }
        is_fast && is_spare
    }
}

/// The columns of the table.
pub const HEAD: &str = "\
| arm | baseline | ratio | goal | | ns a unit | allocations (baseline) | instructions | |
|---|---|--:|--:|---|--:|--:|--:|---|";

impl fmt::Display for Line {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match (self.pass, self.goal, self.ratio) {
            (false, ..) => "MISSED",
            (true, Some(goal), Some(ratio)) if ratio > goal => "near",
            (true, None, _) => "",
            (true, _, None) => "SKIPPED",
            (true, ..) => "met",
        };
        let shown = |number: Option<f64>, digits| {
            number.map_or("–".to_owned(), |number| format!("{number:.digits$}"))
        };
        let allocations = match (self.allocs, self.baseline_allocs) {
            (Some(own), Some(baseline)) => format!("{own:.2} ({baseline:.2})"),
            _ => "–".to_owned(),
        };
        write!(
            formatter,
            "| {} | {} | {} | {} | {verdict} | {} | {allocations} | {} | {} |",
            self.arm,
            self.baseline,
            shown(self.ratio, 2),
            shown(self.goal, 2),
            shown(self.nanoseconds, 0),
            shown(self.instructions, 0),
            self.said,
        )
    }
}
