//! `assignment-request`: replays and explains the lives of access requests, and checks the bodies that are sent about
//! them.
//!
//! Exit codes: 0 all is as expected or accepted, 1 something is not, 2 the input cannot be used.

mod check;
mod diagram;
mod explain;
mod output;
mod playback;
mod replay;
mod timeline;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use clap_complete::Shell;

/// The lifecycle of access package assignment requests, on the command line.
///
/// Exit codes: 0 all is as expected or accepted, 1 something is not, 2 the input cannot be used.
///
/// Colours are for terminals only, and not where `NO_COLOR` is set.
#[derive(Parser)]
#[command(
    name = "assignment-request",
    bin_name = "assignment-request",
    version,
    about,
    propagate_version = true
)]
#[command(after_help = "Examples:
  assignment-request new-scenario > life.json
  assignment-request replay life.json
  assignment-request explain life.json --step 2
  assignment-request timeline life.json")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Replay scenarios, and print what happened: one JSON object a line.
    ///
    /// A scenario is one request's life: a policy, and commands at moments. A file holds one scenario, or one a line.
    ///
    /// A replay that takes long shows how far it is, where standard error is a terminal and the lines go elsewhere.
    ///
    /// Exit codes: 0 every expectation is met, 1 a line differs from what its step expects (said on standard error), 2
    /// a file cannot be read or is not of the form (with the place of the fault).
    #[command(after_help = "Examples:
  assignment-request replay scenarios/*.json
  generate-scenarios | assignment-request replay -")]
    Replay {
        /// Files of scenarios; `-` is standard input.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// After every step also write the request and its events as JSON, read them back, and check that both give
        /// the same request again (I2, I7); where they do not, the exit code is 1.
        #[arg(long)]
        verify: bool,
    },
    /// Explain a request: what it waits for, which commands would succeed, and why the others would not.
    ///
    /// A scenario is played up to a step. Then it is told what that step itself comes to, and for every command whether
    /// it is allowed now, with the events it would give; or every reason against it, with the rule and what would change
    /// it.
    ///
    /// Exit codes: 0 it is explained, 2 the scenario cannot be used.
    #[command(after_help = "Examples:
  assignment-request explain life.json
  assignment-request explain life.json --step 3 --at 2026-01-19T09:00:00Z
  assignment-request explain lives.ndjson#41 --role administrator
  assignment-request explain life.json --role approver --actor 46184453-e63b-4f20-86c2-c557ed5d5df9")]
    Explain(explain::Arguments),
    /// Show a request's events as a table: when, after how long, and what was waited for.
    ///
    /// Exit codes: 0 it is shown, 2 the scenario cannot be used.
    #[command(after_help = "Examples:
  assignment-request timeline life.json
  assignment-request timeline lives.ndjson#41 --step 3")]
    Timeline(timeline::Arguments),
    /// Draw the states and statuses, and what leads from one to another.
    ///
    /// The diagram is found by exploring the machine; nothing is drawn by hand.
    ///
    /// Exit codes: 0 it is drawn, 2 it cannot be written.
    #[command(after_help = "Examples:
  assignment-request diagram
  assignment-request diagram --format svg > lifecycle.svg
  assignment-request diagram --format dot | dot -Tpdf > lifecycle.pdf")]
    Diagram {
        /// How to draw it.
        #[arg(long, value_enum, default_value_t = diagram::Format::Mermaid)]
        format: diagram::Format,
    },
    /// Print a scenario to begin with, with comments in it.
    ///
    /// Exit codes: 0 it is printed, 2 it cannot be written.
    #[command(after_help = "Examples:
  assignment-request new-scenario > life.json
  assignment-request new-scenario | assignment-request replay -")]
    NewScenario,
    /// Check bodies and policies: what is understood of each, or why and where it is refused; one JSON object a line.
    ///
    /// A policy is also compiled. A create body is judged too where a policy is given with it, as far as that can be
    /// told from the two alone: the actor is the request type's initiator, the target itself where a person asks for
    /// themselves; and an assignment that is to be changed or removed is taken to be there, as the body has it.
    ///
    /// Exit codes: 0 every file is accepted, 1 one is refused, 2 a file cannot be read, or the policy that is given
    /// cannot be used.
    #[command(after_help = "Examples:
  assignment-request check --as policy policy.json
  assignment-request check --as create --policy policy.json requests/*.json
  assignment-request check --as request --api beta response.json
  receive-callback | assignment-request check --as resume --format text -")]
    Check(check::Arguments),
    /// Print a script that lets a shell complete this tool's commands.
    ///
    /// Exit codes: 0 it is printed, 2 the shell is not known or the script cannot be written.
    #[command(after_help = "Examples:
  assignment-request completions bash > ~/.local/share/bash-completion/completions/assignment-request
  assignment-request completions fish > ~/.config/fish/completions/assignment-request.fish
  assignment-request completions zsh > ~/.zfunc/_assignment-request")]
    Completions {
        /// For which shell.
        shell: Shell,
    },
}

/// A life to begin with.
const TEMPLATE: &str = include_str!("template.json");

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return output::answer_arguments(error),
    };
    match arguments.command {
        Command::Replay { files, verify } => replay::run(&files, verify),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Timeline(arguments) => timeline::run(&arguments),
        Command::Diagram { format } => output::print(&diagram::draw(format)),
        Command::NewScenario => output::print(TEMPLATE),
        Command::Check(arguments) => check::run(&arguments),
        Command::Completions { shell } => output::print(&completions(shell)),
    }
}

/// The script for a shell. It is made in memory, where nothing can go wrong.
fn completions(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "assignment-request", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}
