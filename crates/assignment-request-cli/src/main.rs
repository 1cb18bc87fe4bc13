//! `assignment-request`: replays the lives of access requests, and checks the bodies that are sent about them.
//!
//! Exit codes: 0 all is as expected or accepted, 1 something is not, 2 the input cannot be used.

mod check;
mod complain;
mod replay;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The lifecycle of access package assignment requests, on the command line.
#[derive(Parser)]
#[command(name = "assignment-request", version, about, propagate_version = true)]
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
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Replay { files, verify } => replay::run(&files, verify),
        Command::Check(arguments) => check::run(&arguments),
    }
}
