//! The one stored form of a request: the log of its events (rule I7).

mod consistency;
pub(crate) mod replay;
#[cfg(feature = "serde")]
pub(crate) mod stored_event;
