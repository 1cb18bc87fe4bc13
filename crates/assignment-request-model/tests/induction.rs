//! The promises of `relation`, proven by induction: for any number of stages, extensions and attempts, and at any times.
//!
//! The solver is z3, found as `Z3` says or on the path. Without it the tests say SKIPPED.
//!
//! ```text
//! cargo test -p assignment-request-model --test induction -- --nocapture
//! ```
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

use assignment_request_model::relation::proof::{IMPLIED, Question, Script};

/// Runs the solver. `None` if it cannot be run.
fn solve(script: &str) -> Option<Vec<String>> {
    let solver = std::env::var_os("Z3").unwrap_or_else(|| "z3".into());
    let mut command = Command::new(&solver);
    let child = command.arg("-in").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = child else {
        println!("SKIPPED: the proofs by induction, because {} cannot be run", solver.display());
        return None;
    };
    let mut input = child.stdin.take().unwrap();
    let text = script.to_owned();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    Some(String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect())
}

/// The questions whose answer is not this one.
fn others<'a>(script: &'a Script, answers: &[String], expected: &str) -> Vec<(&'a Question, String)> {
    assert_eq!(answers.len(), script.questions.len(), "{answers:?}");
    let answers = script.questions.iter().zip(answers);
    answers
        .filter(|(_, answer)| *answer != expected)
        .map(|(question, answer)| (question, answer.clone()))
        .collect()
}

#[test]
fn every_step_keeps_every_promise() {
    let script = Script::proof();
    let begin = Instant::now();
    let Some(answers) = solve(&script.text) else { return };
    let promises: BTreeSet<_> = script.questions.iter().map(|question| question.promise).collect();
    println!("{} promises, {} questions, in {:.1?}", promises.len(), answers.len(), begin.elapsed());
    let broken = others(&script, &answers, "unsat");
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn a_request_that_must_move_on_has_just_one_step() {
    let script = Script::progress();
    let Some(answers) = solve(&script.text) else { return };
    let stuck = others(&script, &answers, "unsat");
    assert!(stuck.is_empty(), "{stuck:#?}");
}

#[test]
fn every_step_can_be_taken() {
    let script = Script::not_vacuous();
    let Some(answers) = solve(&script.text) else { return };
    let never = others(&script, &answers, "sat");
    assert!(never.is_empty(), "{never:#?}");
}

#[test]
fn without_any_one_guard_a_promise_is_broken() {
    let (script, _) = Script::without_each_guard();
    let begin = Instant::now();
    let Some(answers) = solve(&script.text) else { return };
    println!("{} guards, in {:.1?}", answers.len(), begin.elapsed());
    let unnoticed = others(&script, &answers, "sat");
    let unnoticed: Vec<_> =
        unnoticed.iter().map(|(question, _)| (question.kind.unwrap(), question.promise)).collect();
    assert_eq!(unnoticed, IMPLIED);
}
