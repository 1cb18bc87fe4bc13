//! The ratios of the arms that miss their goals.

/// An arm that misses its goal, and the ratio that it has instead. PERFORMANCE.md gives the reasons.
#[derive(Clone, Copy, Debug)]
pub struct Reached {
    /// The arm.
    pub arm: &'static str,
    /// The ratio to its baseline.
    pub ratio: f64,
    /// Allocations per unit.
    pub allocations: f64,
}

/// All of them, with a margin of one tenth for differences between builds and processors. `--no-worse` takes these as
/// the goals, so that they do not get worse unnoticed.
pub const REACHED: [Reached; 13] = [
    reached("decode/create-mixed", 1.22, 5.3),
    reached("decode/resume", 1.04, 1.6),
    reached("decode/create-50-answers", 1.20, 55.6),
    reached("decode/hostile-policy", 5.2, 11.0),
    reached("answers/50", 7.6, 1.0),
    reached("step/resume", 0.23, 0.1),
    reached("step/walk", 0.31, 0.9),
    reached("replay/20", 0.60, 3.0),
    reached("e2e/resume", 3.0, 1.7),
    reached("e2e/create-mixed", 1.95, 8.0),
    // These arms start and end processes, and are the noisiest of all.
    reached("tool/replay-1000000-steps", 2.40, 0.0),
    reached("tool/replay-memory", 1.20, 0.0),
    reached("memory/in-flight", 1.20, 0.0),
];

const fn reached(arm: &'static str, ratio: f64, allocations: f64) -> Reached {
    Reached { arm, ratio, allocations }
}
