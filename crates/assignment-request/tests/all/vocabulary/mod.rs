//! Closed values, time and messages.

mod conversions;
mod messages;
mod names;
