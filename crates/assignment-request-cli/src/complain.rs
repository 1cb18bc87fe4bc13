//! What is said on standard error.

use std::fmt::Display;
use std::io::{self, Write as _};

/// Says something on standard error. Where that is closed, nobody can be told.
pub(crate) fn complain(message: &dyn Display) {
    let _ = writeln!(io::stderr().lock(), "{message}");
}
