//! Measures what the library costs against honest baselines; exit code 1 where a goal is missed by more than noise.

use std::process::ExitCode;
use std::rc::Rc;

use assignment_request_benches::{Fixture, HEAD, Instructions, Line, Options, all, measure};
use clap::Parser;

/// Ratios of what the library costs to honest baselines.
#[derive(Parser)]
struct Arguments {
    /// How many rounds; each measures every arm and its baseline once, in an order of its own.
    #[arg(long, default_value_t = 61, value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
    /// Only the arms whose names begin so.
    #[arg(long, default_value = "")]
    only: String,
    /// Where a goal is missed, measure those arms once more, in this many rounds, before it counts.
    #[arg(long)]
    again: Option<u16>,
    /// Print one JSON object a line.
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let fixture = Rc::new(Fixture::new());
    let run = |rounds: u16, is_wanted: &dyn Fn(&str) -> bool| {
        let mut arms = all(&fixture);
        arms.retain(|arm| is_wanted(arm.name));
        measure(arms, Options { rounds: usize::from(rounds) })
    };
    let mut lines = run(arguments.rounds, &|name| name.starts_with(&arguments.only));
    let missed: Vec<&str> = lines.iter().filter(|line| !line.pass).map(|line| line.arm).collect();
    if let Some(rounds) = arguments.again
        && !missed.is_empty()
    {
        eprintln!("once more, in {rounds} rounds, since a goal was missed: {}", missed.join(", "));
        for line in run(rounds, &|name| missed.contains(&name)) {
            let first = lines.iter_mut().find(|first| first.arm == line.arm);
            *first.expect("it was measured before") = line;
        }
    }
    print(&lines, arguments.json);
    ExitCode::from(u8::from(lines.iter().any(|line| !line.pass)))
}

fn print(lines: &[Line], is_json: bool) {
    if is_json {
        for line in lines {
            println!("{}", serde_json::to_string(line).expect("a line can be written"));
        }
        return;
    }
    println!("{HEAD}");
    for line in lines {
        println!("{line}");
    }
    if Instructions::open().is_none() {
        println!("\nInstructions cannot be counted on this machine.");
    }
}
