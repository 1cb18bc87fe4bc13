//! The one stored form of a request: the log of its events (rule I7).

mod consistency;
mod replay;
#[cfg(feature = "serde")]
mod stored_event;

pub use replay::ReplayError;
#[cfg(feature = "serde")]
pub use stored_event::FORMAT_VERSION;
