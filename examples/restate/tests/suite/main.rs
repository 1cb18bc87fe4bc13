//! The tests of the reference service, run on the engine. Their text is the same; only the harness is another one.
//!
//! | module | what it holds |
//! |---|---|
//! | `harness` | starts an engine and the program for each test |
//! | `client` | talks to the service |
//! | `lives` | whole lifecycles of requests, with deadlines, callbacks and decisions |
//! | `assignments` | what delivered requests give, and what changes and removes it |
//! | `lists` | lists, pages, filters, options, batches |
//! | `errors` | errors, and that a stranger learns nothing |
//!
//! Two modules of that suite are left out. `limits` tests the HTTP server in front, which is the same code here, and
//! hosts that share a database, of which there is none. `readme` runs the commands of the other README.
//!
//! An engine's timers run on real time. Where a test advances the clock, the harness also calls the handler that a timer
//! calls, with the advanced time. That timers fire by themselves is tested by `faults`.
//!
//! `RESTATE_SERVER` is the path of the engine's binary. Without it, the tests say SKIPPED and end.

#[expect(dead_code, reason = "`faults` uses more of it")]
#[path = "../common/mod.rs"]
mod common;
mod harness;

#[path = "../../../tests/service/assignments.rs"]
mod assignments;
#[path = "../../../tests/service/client.rs"]
mod client;
#[path = "../../../tests/service/errors.rs"]
mod errors;
#[path = "../../../tests/service/lists.rs"]
mod lists;
#[path = "../../../tests/service/lives.rs"]
mod lives;
