//! What a request says of itself.

mod describe;
mod exclusivity;
mod explain;
mod permitted;
mod remedies;
mod tasks;
