//! The log of a request's events, its only stored form (rule I7).

mod consistency;
pub(crate) mod replay;
#[cfg(feature = "serde")]
pub(crate) mod stored_event;
