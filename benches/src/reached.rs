//! What is reached where a goal is not.

/// An arm whose goal is not reached, and what is reached instead; PERFORMANCE.md says why.
#[derive(Clone, Copy, Debug)]
pub struct Reached {
    /// The arm.
    pub arm: &'static str,
    /// The ratio to its baseline.
    pub ratio: f64,
    /// Allocations a unit.
    pub allocations: f64,
}

/// All of them. With `--no-worse` these are the goals, so that what is reached is not lost.
pub const REACHED: [Reached; 14] = [
    reached("decode/create-mixed", 1.17, 7.8),
    reached("decode/resume", 1.33, 3.6),
    reached("decode/create-50-answers", 1.20, 60.6),
    reached("decode/hostile-policy", 8.67, 12.0),
    reached("decode/hostile-policy-twice", 2.67, 13.0),
    reached("answers/50", 10.4, 6.0),
    reached("step/resume", 0.49, 0.1),
    reached("step/walk", 0.34, 0.4),
    reached("replay/20", 1.14, 3.0),
    reached("encode/resource-mixed", 1.28, 1.7),
    reached("e2e/resume", 8.91, 5.5),
    reached("e2e/create-mixed", 3.05, 11.8),
    reached("request/handle-10000-events", 3.3, 2524.0),
    reached("memory/in-flight", 1.75, 0.0),
];

const fn reached(arm: &'static str, ratio: f64, allocations: f64) -> Reached {
    Reached { arm, ratio, allocations }
}
