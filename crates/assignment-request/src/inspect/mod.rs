//! Answers questions about a request without changing it: why a command is refused, which commands are possible, and
//! which other requests are excluded.

pub(crate) mod describe;
pub(crate) mod exclusivity;
pub(crate) mod explain;
pub(crate) mod permitted;
pub(crate) mod task;
