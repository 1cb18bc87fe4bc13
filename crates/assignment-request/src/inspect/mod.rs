//! Questions about a request that change nothing: why not, what now, what at most once.

pub(crate) mod describe;
pub(crate) mod exclusivity;
pub(crate) mod explain;
pub(crate) mod permitted;
