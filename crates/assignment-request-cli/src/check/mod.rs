//! `check`: reads bodies and policies, and prints a line per file.

pub(crate) mod arguments;
mod judge;
mod line;
mod understood;

use std::io;
use std::process::ExitCode;

use clap::error::ErrorKind;

use crate::check::arguments::{Arguments, Format, Kind};
use crate::check::judge::{Host, check};
use crate::check::line::{Line, write_text};
use crate::input::read;
use crate::output::{Lines, Page, answer_arguments, complain, file_name, is_written};

/// Checks the files, one after the other.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    if arguments.policy.is_some() && arguments.kind != Kind::Create {
        let error = clap::Error::raw(ErrorKind::ArgumentConflict, "--policy is for --as create only\n");
        return answer_arguments(error);
    }
    if arguments.extensions.is_some() && arguments.kind != Kind::Policy && arguments.policy.is_none() {
        let message = "--extensions is for --as policy, or for a --policy\n";
        return answer_arguments(clap::Error::raw(ErrorKind::ArgumentConflict, message));
    }
    let host = match Host::open(arguments) {
        Ok(host) => host,
        Err(unusable) => {
            complain(&unusable);
            return ExitCode::from(2);
        }
    };
    let outcome = match arguments.format {
        Format::Json => {
            let mut lines = Lines::open();
            check_files(arguments, &host, |line| {
                lines.write(line)?;
                lines.flush()
            })
        }
        Format::Text => {
            let mut page = Page::open();
            check_files(arguments, &host, |line| {
                write_text(line, &mut page)?;
                page.flush()
            })
        }
    };
    let (worst, written) = match outcome {
        Ok(worst) => (worst, Ok(())),
        Err((worst, error)) => (worst, Err(error)),
    };
    match (is_written(written), worst) {
        (true, Worst::Accepted) => ExitCode::SUCCESS,
        (true, Worst::Refused) => ExitCode::from(1),
        (true, Worst::Unreadable) | (false, _) => ExitCode::from(2),
    }
}

/// The worst result of all files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Worst {
    Accepted,
    Refused,
    Unreadable,
}

fn check_files(
    arguments: &Arguments,
    host: &Host,
    mut write: impl FnMut(&Line<'_>) -> io::Result<()>,
) -> Result<Worst, (Worst, io::Error)> {
    let mut worst = Worst::Accepted;
    for file in &arguments.files {
        let became = match read(file) {
            Ok(bytes) => {
                let outcome = check(&bytes, arguments.kind, arguments.api, host);
                let line = Line { file, kind: arguments.kind, outcome: &outcome };
                write(&line).map_err(|error| (worst, error))?;
                if outcome.is_ok() { Worst::Accepted } else { Worst::Refused }
            }
            Err(error) => {
                complain(&format_args!("{}: {error}", file_name(file)));
                Worst::Unreadable
            }
        };
        worst = worst.max(became);
    }
    Ok(worst)
}
