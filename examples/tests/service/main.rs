//! The example service over TCP, as its clients use it.
//!
//! | module | what it holds |
//! |---|---|
//! | `harness` | starts the service as a child process |
//! | `client` | talks to it |
//! | `lives` | whole lives of requests, with deadlines, callbacks and decisions |
//! | `assignments` | what delivered requests give, and what changes and removes it |
//! | `lists` | lists, pages, filters, options, batches |
//! | `errors` | errors, and that a stranger learns nothing |
//! | `limits` | limits, time-outs, the graceful end, several hosts |
//! | `readme` | the commands of the README |
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "../common/mod.rs"]
mod common;

mod assignments;
mod client;
mod errors;
mod harness;
mod limits;
mod lists;
mod lives;
mod readme;
