//! Errors of reading scenarios.

use std::io;

/// The largest size of a scenario, in bytes.
pub(crate) const MAXIMUM_SCENARIO: u64 = 64 * 1024 * 1024;

/// Why scenarios cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SourceError {
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// A scenario is too large.
    #[error("line {line}: a scenario has more than {MAXIMUM_SCENARIO} bytes")]
    TooLarge {
        /// The line where the scenario begins.
        line: usize,
    },
    /// A scenario is malformed.
    #[error("line {line}, column {column}: {}{message}", At(path))]
    Form {
        /// The line of the fault.
        line: usize,
        /// The column of the fault, in bytes, from 1.
        column: usize,
        /// The JSON path of the fault; empty at the root.
        path: String,
        /// What is wrong.
        message: String,
    },
    /// The file holds no scenario.
    #[error("there is no scenario in it")]
    Empty,
}

struct At<'a>(&'a str);

impl std::fmt::Display for At<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(formatter, "`{}`: ", self.0) }
    }
}
