//! What `assignment-request` costs, as ratios to honest baselines.
//!
//! `cargo run --release --bin ratios` measures all arms, and fails if a goal is missed. PERFORMANCE.md has the table,
//! and explains where the time goes.

mod arms;
mod bodies;
mod copied;
mod fixture;
mod json;
mod measure;
mod plain;
mod playbacks;
mod policies;
mod reached;
mod report;

pub use arms::{Arm, Kind, Once, arms};
pub use fixture::Fixture;
pub use measure::{Instructions, Meter, Pair, Sample, Work, median};
pub use playbacks::{SYSTEM, Step, steps};
pub use reached::{REACHED, Reached};
pub use report::{Goal, HEAD, Line, measure};
