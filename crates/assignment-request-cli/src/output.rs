//! How a subcommand that prints one thing ends.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use crate::complain::complain;
use crate::life::LifeError;

/// Why a subcommand could not do its work.
pub(crate) enum Failure<'a> {
    /// A scenario cannot be used.
    Input(&'a Path, LifeError),
    /// The output cannot be written.
    Output(io::Error),
}

/// Prints a text, as it is.
pub(crate) fn print(text: &str) -> ExitCode {
    use io::Write as _;

    let mut writer = io::stdout().lock();
    finish(writer.write_all(text.as_bytes()).and_then(|()| writer.flush()).map_err(Failure::Output))
}

/// Whether there is nothing wrong with the output; what is wrong is said on standard error. That whoever reads it has
/// seen enough is not.
pub(crate) fn is_written(outcome: io::Result<()>) -> bool {
    match outcome {
        Ok(()) => true,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => true,
        Err(error) => {
            complain(&format_args!("cannot write the output: {error}"));
            false
        }
    }
}

/// 0, or 2 and what is wrong on standard error.
pub(crate) fn finish(outcome: Result<(), Failure<'_>>) -> ExitCode {
    let is_done = match outcome {
        Ok(()) => true,
        Err(Failure::Output(error)) => is_written(Err(error)),
        Err(Failure::Input(file, error)) => {
            complain(&format_args!("{}: {error}", file.display()));
            false
        }
    };
    if is_done { ExitCode::SUCCESS } else { ExitCode::from(2) }
}
