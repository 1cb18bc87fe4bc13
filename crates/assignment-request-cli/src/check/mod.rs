//! `check`: reads bodies and policies, and prints a line a file.

mod judge;
mod line;
mod source;
mod understood;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use assignment_request::Timestamp;
use assignment_request_graph::ApiVersion;
use clap::ValueEnum;
use clap::error::ErrorKind;

use self::judge::{Host, check};
use self::line::{Line, write_text};
use self::source::read;
use crate::output::{Lines, Page, answer_arguments, complain, file_name, is_written};

/// The arguments of `check`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Files, each one body; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What the files are.
    #[arg(long = "as", value_name = "KIND")]
    kind: Kind,
    /// The policy by which create bodies are judged.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// The moment at which create bodies are judged; by default the clock's.
    #[arg(long, value_name = "MOMENT", requires = "policy")]
    at: Option<Timestamp>,
    /// The extensions that the host knows, for policies that name them by reference: a JSON object of resources by id,
    /// as in a scenario's `extensions`.
    #[arg(long, value_name = "FILE")]
    extensions: Option<PathBuf>,
    /// In which generation's names to show what was understood. Read are the names of both.
    #[arg(long, value_name = "VERSION", default_value = "v1.0", value_parser = api_version)]
    api: ApiVersion,
    /// How to show it: one JSON object a line, or text for people, in colour on a terminal.
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, strum::IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub(crate) enum Kind {
    /// The body that creates a request
    Create,
    /// The body with which an extension calls back
    Resume,
    /// The body that an extension receives
    Callout,
    /// The body with which an approver decides
    Decision,
    /// An assignment policy
    Policy,
    /// A request as a response shows it, or a list of them
    Request,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Json,
    Text,
}

fn api_version(text: &str) -> Result<ApiVersion, &'static str> {
    text.parse().map_err(|_| "expected v1.0 or beta")
}

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

/// The worst that became of a file.
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
