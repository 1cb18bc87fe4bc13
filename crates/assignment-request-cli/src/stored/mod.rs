//! Stored requests: their logs in files and databases, judged command by command.

pub(crate) mod arguments;
#[cfg(feature = "store")]
mod database;
pub(crate) mod history;
pub(crate) mod log;
pub(crate) mod replay;
