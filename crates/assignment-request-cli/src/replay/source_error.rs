//! Errors of reading scenarios.

use std::io;

use crate::output::{LONGEST_MESSAGE, cut};

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

impl SourceError {
    /// Returns an error about JSON text that begins at line `first_line` of its file.
    pub(crate) fn form(error: &serde_json::Error, first_line: usize, path: &str) -> Self {
        let message = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        Self::Form {
            line: first_line - 1 + error.line().max(1),
            // If the first value has the wrong type, the column is 0: nothing of the line is read yet.
            column: error.column().max(1),
            path: cut(path, LONGEST_MESSAGE),
            // The message repeats names and texts of the input, which can be long.
            message: cut(message.strip_suffix(&place).unwrap_or(&message), LONGEST_MESSAGE),
        }
    }
}

struct At<'a>(&'a str);

impl std::fmt::Display for At<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(formatter, "`{}`: ", self.0) }
    }
}
