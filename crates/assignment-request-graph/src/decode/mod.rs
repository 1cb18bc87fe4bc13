//! Bodies, read.

mod answer;
mod assignment;
mod body;
mod create;
mod decision;
mod policy;
mod resume;
mod schedule;

pub use create::read_create;
pub use decision::{StageDecision, read_decision};
pub use policy::read_policy;
pub use resume::read_resume;
