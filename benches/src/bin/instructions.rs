//! Counts the instructions of decide and apply with callgrind, and compares them with the committed counts. The exit
//! code is 1 if a count has grown by more than 3 %.
//!
//! Counts depend on the compiler. If the compiler is not the one of the committed counts, or if there is no valgrind,
//! the program compares nothing and says so. `--write` writes the counts again.

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use assignment_request::{Action, ActionKind, Event, Request};
use assignment_request_benches::{Fixture, Step, steps};
use clap::Parser;

/// By which factor a count may grow.
const TOLERANCE: f64 = 1.03;
/// The number of requests that are played.
const LIVES: usize = 200;
/// The kinds of steps that are counted, each in its own run.
const CASES: [&str; 7] = ["process", "resume", "decide", "reportDelivery", "elapse", "late", "refused"];
/// The head of the file of counts.
const HEAD: &str = "\
# Instructions a step: deciding a command and applying its events, as callgrind counts them, averaged over many requests.
# Compared in .ci/run. To write them again, and say in the commit why they changed:
#   cargo run --release --manifest-path benches/Cargo.toml --bin instructions -- --write
";

/// Instruction counts of decide and apply.
#[derive(Parser)]
struct Arguments {
    /// Write the counts instead of comparing them
    #[arg(long)]
    write: bool,
    /// Only do the work of this case once, under callgrind
    #[arg(long, hide = true)]
    case: Option<String>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(case) = arguments.case {
        println!("{}", decide_and_apply(&mut work_of(&case)));
        return ExitCode::SUCCESS;
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("instructions.txt");
    match if arguments.write { write(&path) } else { compare(&path) } {
        Ok(exit) => exit,
        Err(Trouble::CannotCount(why)) => {
            println!("SKIPPED: the instruction counts: {why}");
            ExitCode::SUCCESS
        }
        Err(Trouble::Broken(why)) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// Why there is no result.
enum Trouble {
    /// This machine cannot count.
    CannotCount(String),
    /// Something does not work.
    Broken(String),
}

fn write(path: &Path) -> Result<ExitCode, Trouble> {
    let mut text = format!("{HEAD}{}\n", compiler()?);
    for case in CASES {
        let count = count(case)?;
        println!("{case} {count:.1}");
        writeln!(text, "{case} {count:.1}").expect("a text can be written to");
    }
    std::fs::write(path, text).map_err(|error| Trouble::Broken(error.to_string()))?;
    Ok(ExitCode::SUCCESS)
}

fn compare(path: &Path) -> Result<ExitCode, Trouble> {
    let text = std::fs::read_to_string(path).map_err(|error| Trouble::Broken(error.to_string()))?;
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let (compiler, committed) = (compiler()?, lines.next().unwrap_or_default());
    if compiler != committed {
        return Err(Trouble::CannotCount(format!("they were counted with {committed}; this is {compiler}")));
    }
    let mut exit = ExitCode::SUCCESS;
    for line in lines {
        let parts = line.split_once(' ').and_then(|(case, count)| Some((case, count.parse::<f64>().ok()?)));
        let (case, before) = parts.ok_or_else(|| Trouble::Broken(format!("no count: {line}")))?;
        let now = count(case)?;
        let change = now / before;
        let verdict = if change > TOLERANCE { "GROWN" } else { "" };
        println!("{case}: {now:.1} instructions, {:+.1} % {verdict}", (change - 1.0) * 100.0);
        if change > TOLERANCE {
            exit = ExitCode::FAILURE;
        }
    }
    Ok(exit)
}

/// Returns the compiler and its target.
fn compiler() -> Result<String, Trouble> {
    let said = Command::new("rustc").arg("--version").output();
    let said = said.map_err(|error| Trouble::CannotCount(format!("rustc cannot be asked: {error}")))?;
    Ok(format!("{} for {}", String::from_utf8_lossy(&said.stdout).trim(), std::env::consts::ARCH))
}

/// Returns the instructions per step of a case.
fn count(case: &str) -> Result<f64, Trouble> {
    let own = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("instructions"));
    let ran = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--collect-atstart=no"])
        .arg("--toggle-collect=*decide_and_apply*")
        .arg(own)
        .args(["--case", case])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Trouble::CannotCount(format!("valgrind cannot be run: {error}")))?;
    let said = String::from_utf8_lossy(&ran.stderr);
    let instructions = said
        .lines()
        .find_map(|line| line.split_once("Collected :"))
        .and_then(|(_, count)| count.trim().parse::<f64>().ok());
    let steps = String::from_utf8_lossy(&ran.stdout).trim().parse::<f64>().ok();
    match (instructions, steps) {
        (Some(instructions), Some(steps)) if instructions > 0.0 && steps > 0.0 => Ok(instructions / steps),
        _ => Err(Trouble::Broken(format!("callgrind counted nothing for {case}: {said}"))),
    }
}

/// A request, and the step to perform on it.
struct Work {
    request: Request,
    step: Step,
}

/// Returns the work of a case: the same in every run.
fn work_of(case: &str) -> Vec<Work> {
    let fixture = Fixture::of(LIVES);
    let mut all = Vec::new();
    for submitted in fixture.submitted() {
        let mut request = submitted.clone();
        for step in steps(submitted.clone()) {
            let before = request.clone();
            request.handle(&step.command, step.at).expect("what is asked is allowed");
            let kind = step.command.action.kind();
            let work = match case {
                // The same callback again.
                "refused" if kind == ActionKind::Resume => Work { request: request.clone(), step },
                // A command after a deadline, which is applied first.
                "late" => match before.next_deadline() {
                    Some(deadline) => {
                        let command = assignment_request::Command::new(
                            assignment_request_benches::SYSTEM,
                            Action::Elapse,
                        );
                        Work { request: before, step: Step { command, at: deadline.at } }
                    }
                    None => continue,
                },
                _ if <&str>::from(kind) == case => Work { request: before, step },
                _ => continue,
            };
            all.push(work);
        }
    }
    all
}

/// The counted work: performs all steps, and returns their number. Never inlined, because callgrind finds the function
/// by its name.
#[inline(never)]
fn decide_and_apply(all: &mut [Work]) -> usize {
    let mut events: Vec<Event> = Vec::new();
    for Work { request, step } in &mut *all {
        events.clear();
        // A refusal is work too.
        let _ = black_box(request.handle_into(&step.command, step.at, &mut events));
    }
    all.len()
}
