//! The log of events: written, read back, replayed.

mod forged;
mod forms;
mod log;
