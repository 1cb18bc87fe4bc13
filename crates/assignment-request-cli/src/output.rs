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

/// 0, or 2 and what is wrong on standard error.
pub(crate) fn finish(outcome: Result<(), Failure<'_>>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads the output has seen enough.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(Failure::Output(error)) => {
            complain(&format_args!("cannot write the output: {error}"));
            ExitCode::from(2)
        }
        Err(Failure::Input(file, error)) => {
            complain(&format_args!("{}: {error}", file.display()));
            ExitCode::from(2)
        }
    }
}
