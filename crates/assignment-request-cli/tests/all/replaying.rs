//! Runs `replay`.

use std::ffi::OsStr;

use crate::tool::{Run, run, tool};

/// Runs `replay` to its end, with arguments and standard input.
pub(crate) fn replay<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>, input: &[u8]) -> Run {
    run(tool().arg("replay").args(arguments), input)
}

/// Returns what is printed for a well-formed scenario.
pub(crate) fn lines(scenario: &str) -> String {
    let run = replay(["-"], scenario.as_bytes());
    assert_eq!((run.exit, run.stderr.as_str()), (Some(0), ""));
    run.stdout
}
