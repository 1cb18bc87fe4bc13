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
    reached("decode/create-mixed", 1.20, 7.8),
    reached("decode/resume", 1.40, 3.6),
    reached("decode/create-50-answers", 1.23, 60.6),
    reached("decode/hostile-policy", 7.8, 12.0),
    reached("answers/50", 17.8, 6.0),
    reached("step/resume", 0.21, 0.1),
    reached("step/walk", 0.30, 0.4),
    reached("replay/20", 0.67, 3.0),
    reached("encode/resource-mixed", 1.26, 1.7),
    reached("e2e/resume", 7.3, 5.5),
    reached("e2e/create-mixed", 3.08, 11.8),
    reached("policy/compile-hostile", 1.08, 0.0),
    reached("request/handle-10000-events", 3.4, 2524.0),
    reached("memory/in-flight", 1.75, 0.0),
];

const fn reached(arm: &'static str, ratio: f64, allocations: f64) -> Reached {
    Reached { arm, ratio, allocations }
}
