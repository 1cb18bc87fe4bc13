//! The parts of the reference service that do not depend on where requests are kept: the handlers of the Graph surface,
//! people, access packages, the outside systems, and the server. `main.rs` puts a store under them, and the example
//! `restate` a durable engine.

mod answer;
mod assignments;
pub mod backend;
pub mod client;
mod clock;
mod data;
mod directory;
mod entry;
mod extensions;
mod handlers;
pub mod host;
pub mod log;
mod packages;
mod receiver;
mod server;
mod service;
mod stream;
mod view;
pub mod worker;
