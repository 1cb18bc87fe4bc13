//! `replay`: runs scenarios and prints a line a step.

mod expect;
mod line;
mod run;
mod scenario;
mod source;
mod verify;

use std::fmt::Display;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use run::Output;
use source::{Source, SourceError};

/// How many bytes of output are gathered before they are written.
const OUTPUT_BUFFER: usize = 64 * 1024;

/// Replays the files' scenarios, numbered from 0 over all of them.
pub(crate) fn run(files: &[PathBuf], verify: bool) -> ExitCode {
    let mut output = Output::new(BufWriter::with_capacity(OUTPUT_BUFFER, io::stdout().lock()), verify);
    for file in files {
        if let Err(failure) = replay_file(file, &mut output) {
            return finish(output, Some((file, failure)));
        }
    }
    finish(output, None)
}

/// Why the replay ended early.
enum Failure {
    /// The scenarios cannot be read; what is printed so far stands.
    Source(SourceError),
    /// The output cannot be written.
    Output(io::Error),
}

fn replay_file<W: Write>(file: &Path, output: &mut Output<W>) -> Result<(), Failure> {
    let mut source = Source::open(file).map_err(Failure::Source)?;
    while let Some(scenario) = source.next().map_err(Failure::Source)? {
        output.scenario(file, &scenario).map_err(Failure::Output)?;
    }
    Ok(())
}

fn finish<W: Write>(mut output: Output<W>, failure: Option<(&PathBuf, Failure)>) -> ExitCode {
    let written = match failure {
        Some((file, Failure::Source(error))) => {
            // The lines of the scenarios before come first.
            let flushed = output.flush();
            complain(&format_args!("{}: {error}", file.display()));
            return if flushed.is_ok() { ExitCode::from(2) } else { ExitCode::from(1) };
        }
        Some((_, Failure::Output(error))) => Err(error),
        None => output.flush(),
    };
    match written {
        // Whoever reads the output has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format_args!("cannot write the output: {error}"));
            ExitCode::from(2)
        }
        Ok(()) if output.has_differences() => ExitCode::from(1),
        Ok(()) => ExitCode::SUCCESS,
    }
}

/// Says something on standard error. Where that is closed, nobody can be told.
fn complain(message: &dyn Display) {
    let _ = writeln!(io::stderr().lock(), "{message}");
}
