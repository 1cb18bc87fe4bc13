//! `assignment-request`: replays and explains access requests, and checks the bodies that are sent about them.
//!
//! Exit codes: 0 if everything is accepted or as expected, 1 if something is not, 2 if the input cannot be used.

mod check;
mod diagram;
mod explain;
mod input;
mod output;
mod playback;
mod replay;
mod stored;
mod timeline;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use clap_complete::Shell;

use crate::stored::arguments::StoredLog;

/// The lifecycle of access package assignment requests, on the command line.
///
/// Exit codes: 0 if everything is accepted or as expected, 1 if something is not, 2 if the input cannot be used.
///
/// Output is coloured on terminals only, and never if `NO_COLOR` is set.
#[derive(Parser)]
#[command(
    name = "assignment-request",
    bin_name = "assignment-request",
    version,
    about,
    propagate_version = true
)]
#[command(after_help = "Examples:
  assignment-request new-scenario > scenario.json
  assignment-request replay scenario.json
  assignment-request explain scenario.json --step 2
  assignment-request timeline scenario.json")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Replay scenarios and print what happened, one JSON object per line.
    ///
    /// A scenario is the history of one request: a policy, and commands with timestamps. A file holds one scenario, or
    /// one per line.
    ///
    /// With --log or --store, replay the events of a stored request instead. There is a line for each command that they
    /// come from, and for the deadlines that were applied at one time.
    ///
    /// A long replay shows its progress if standard error is a terminal and standard output is not.
    ///
    /// Exit codes: 0 if every expectation is met, 1 if a line differs from what its step expects (standard error shows
    /// the difference) or a stored event could not happen, 2 if a file cannot be read or is not a scenario (standard
    /// error shows the place of the fault).
    #[command(after_help = "Examples:
  assignment-request replay scenarios/*.json
  generate-scenarios | assignment-request replay -
  assignment-request replay --log events.json")]
    Replay {
        /// Files of scenarios; `-` is standard input
        #[arg(
            value_name = "FILE",
            required_unless_present_any = ["log", "store"],
            conflicts_with_all = ["log", "store"]
        )]
        files: Vec<PathBuf>,
        /// After every step, also write the request's events as JSON, read them back, and check that they give the same
        /// request (I2, I7); if they do not, the exit code is 1
        #[arg(long, conflicts_with_all = ["log", "store"])]
        verify: bool,
        #[command(flatten)]
        stored: StoredLog,
    },
    /// Explain a request: what it waits for, which commands would succeed, and why the others would not.
    ///
    /// Plays a scenario up to a step, and prints the outcome of that step. Or, with --log or --store, reads a stored
    /// request. Then prints, for every command, either the events that it would give now, or every reason against it,
    /// with the rule and what would change it.
    ///
    /// Exit codes: 0 if the request is explained, 2 if the scenario or the stored request cannot be used.
    #[command(after_help = "Examples:
  assignment-request explain scenario.json
  assignment-request explain scenario.json --step 3 --at 2026-01-19T09:00:00Z
  assignment-request explain scenarios.ndjson#41 --role administrator
  assignment-request explain scenario.json --role approver --actor 46184453-e63b-4f20-86c2-c557ed5d5df9
  assignment-request explain --store sqlite:requests.db --id 5f0c0c5c-2f0e-4ab9-9d5e-0d3f8a4b7a10 --role approver")]
    Explain(explain::Arguments),
    /// Show a request's events as a table: when each happened, how long after the previous one, and what the request
    /// was waiting for.
    ///
    /// The events are those of a scenario up to a step or, with --log or --store, those of a stored request.
    ///
    /// Exit codes: 0 if the table is shown, 2 if the scenario or the stored request cannot be used.
    #[command(after_help = "Examples:
  assignment-request timeline scenario.json
  assignment-request timeline scenarios.ndjson#41 --step 3
  assignment-request timeline --log events.json")]
    Timeline(timeline::Arguments),
    /// Draw the states and statuses, and the transitions between them.
    ///
    /// The tool finds the transitions by exploring the machine; nothing is drawn by hand.
    ///
    /// Exit codes: 0 if the diagram is drawn, 2 if it cannot be written.
    #[command(after_help = "Examples:
  assignment-request diagram
  assignment-request diagram --format svg > lifecycle.svg
  assignment-request diagram --format dot | dot -Tpdf > lifecycle.pdf")]
    Diagram {
        /// The output format
        #[arg(long, value_enum, default_value_t = diagram::Format::Mermaid)]
        format: diagram::Format,
    },
    /// Print a scenario to start from, with comments in it.
    ///
    /// Exit codes: 0 if the scenario is printed, 2 if it cannot be written.
    #[command(after_help = "Examples:
  assignment-request new-scenario > scenario.json
  assignment-request new-scenario | assignment-request replay -")]
    NewScenario,
    /// Check bodies and policies: print what was understood of each, or why and where it is refused, one JSON object
    /// per line.
    ///
    /// A policy is also compiled. With --policy, a create body is also judged, as far as the body and the policy alone
    /// allow. The actor is assumed to be the initiator of the request type; for requests that users make for themselves,
    /// the actor is the target. An assignment to be updated or removed is assumed to exist as the body describes it.
    ///
    /// Exit codes: 0 if every file is accepted, 1 if one is refused, 2 if a file cannot be read or the given policy
    /// cannot be used.
    #[command(after_help = "Examples:
  assignment-request check --as policy policy.json
  assignment-request check --as create --policy policy.json requests/*.json
  assignment-request check --as request --api beta response.json
  receive-callback | assignment-request check --as resume --format text -")]
    Check(check::arguments::Arguments),
    /// Print a script that lets a shell complete this tool's commands.
    ///
    /// Exit codes: 0 if the script is printed, 2 if the shell is not known or the script cannot be written.
    #[command(after_help = "Examples:
  assignment-request completions bash > ~/.local/share/bash-completion/completions/assignment-request
  assignment-request completions fish > ~/.config/fish/completions/assignment-request.fish
  assignment-request completions zsh > ~/.zfunc/_assignment-request")]
    Completions {
        /// The shell that will load the script
        shell: Shell,
    },
}

/// The scenario that `new-scenario` prints.
const TEMPLATE: &str = include_str!("template.json");

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return output::answer_arguments(error),
    };
    match arguments.command {
        Command::Replay { stored, .. } if stored.is_given() => stored::replay::run(&stored),
        Command::Replay { files, verify, .. } => replay::run(&files, verify),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Timeline(arguments) => timeline::run(&arguments),
        Command::Diagram { format } => output::print(&diagram::draw(format)),
        Command::NewScenario => output::print(TEMPLATE),
        Command::Check(arguments) => check::run(&arguments),
        Command::Completions { shell } => output::print(&completions(shell)),
    }
}

/// Returns the completions script. It is built in memory, where writing cannot fail.
fn completions(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "assignment-request", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}
