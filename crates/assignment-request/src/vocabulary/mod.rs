//! Values of closed sets: ids, roles, types, stages, statuses, times. They import nothing from the modules above.

pub(crate) mod actor;
#[cfg(feature = "arbitrary")]
mod arbitrary_impls;
pub(crate) mod bitset;
pub(crate) mod callout_stage;
pub(crate) mod decision;
pub(crate) mod duration;
pub(crate) mod ids;
pub(crate) mod limits;
pub(crate) mod named;
pub(crate) mod question;
pub(crate) mod request_type;
pub(crate) mod rule;
pub(crate) mod schedule;
pub(crate) mod status;
pub(crate) mod text;
pub(crate) mod ticks;
pub(crate) mod timestamp;
pub(crate) mod violations;
