//! `replay`: runs scenarios, and prints a line per step.

mod expect;
pub(crate) mod line;
pub(crate) mod perform;
mod progress;
mod run;
pub(crate) mod scenario;
pub(crate) mod source;
pub(crate) mod source_error;
mod verify;

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::output::{complain, file_name, is_written};
use crate::replay::progress::Progress;
use crate::replay::run::Output;
use crate::replay::source::Source;
use crate::replay::source_error::SourceError;

/// Replays the scenarios of all files. Their numbers start at 0 and continue from file to file.
pub(crate) fn run(files: &[PathBuf], verify: bool) -> ExitCode {
    let mut output = Output::new(verify, Progress::over(files));
    let mut before = 0;
    for file in files {
        match replay_file(file, before, &mut output) {
            Ok(read) => before += read,
            Err(failure) => return finish(output, Some((file, failure))),
        }
    }
    finish(output, None)
}

/// Why the replay ended early.
enum Failure {
    /// The scenarios cannot be read. The lines printed so far stand.
    Source(SourceError),
    /// The output cannot be written.
    Output(io::Error),
}

/// Replays one file, after `before` bytes of other files. Returns its length.
fn replay_file(file: &Path, before: u64, output: &mut Output) -> Result<u64, Failure> {
    let mut source = Source::open(file).map_err(Failure::Source)?;
    while let Some(scenario) = source.next().map_err(Failure::Source)? {
        output.scenario(file, &scenario).map_err(Failure::Output)?;
        output.advance(before + source.position());
    }
    Ok(source.position())
}

fn finish(mut output: Output, failure: Option<(&PathBuf, Failure)>) -> ExitCode {
    output.end_progress();
    // The lines of the earlier scenarios come first.
    let (written, fault) = match failure {
        Some((file, Failure::Source(error))) => (output.flush(), Some((file, error))),
        Some((_, Failure::Output(error))) => (Err(error), None),
        None => (output.flush(), None),
    };
    if let Some((file, error)) = &fault {
        complain(&format_args!("{}: {error}", file_name(file)));
    }
    let is_usable = is_written(written) && fault.is_none();
    match (is_usable, output.has_differences()) {
        (false, _) => ExitCode::from(2),
        (true, true) => ExitCode::from(1),
        (true, false) => ExitCode::SUCCESS,
    }
}
