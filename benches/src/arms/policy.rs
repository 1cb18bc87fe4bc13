//! Compiling policies, patterns that explode among them.

use std::rc::Rc;
use std::time::Duration;

use assignment_request::{
    Limits, Policy, PolicySpec, PolicyViolation, QuestionForm, QuestionSpec, Violations,
};
use cpu_time::ThreadTime;
use fastrand::Rng;
use uuid::Uuid;

use super::{Arm, Once};
use crate::fixture::Fixture;
use crate::measure::{median, nanoseconds, precise};
use crate::policies::{everyday_questions, policy};

/// Patterns that are short and would be large.
const EXPLODING: [&str; 8] = [
    r"(a{1000}){1000}",
    r"((a{100}){100}){100}",
    r"\w{10000}",
    r"(\w{100}){100}",
    r"[\p{L}\p{N}]{5000}",
    r"(?i)(\pL{50}){50}",
    r"(((x{10}){10}){10}){10}\pL{4000}",
    r"(\w\s){5000}",
];

/// How often each is compiled; the median counts.
const TIMES: usize = 5;

pub(super) fn add(_: &Rc<Fixture>, arms: &mut Vec<Arm>) {
    arms.push(Arm::once("policy/compile-hostile", "30 ms a pattern", 1.0, || {
        let worst = EXPLODING.into_iter().map(|pattern| {
            let spec = spec_of(pattern);
            assert!(compile(&spec).is_err(), "{pattern} is refused");
            (time(&spec), pattern)
        });
        let (time, pattern) = worst.max_by(|a, b| a.0.total_cmp(&b.0)).expect("there are patterns");
        share_of(Duration::from_millis(30), time, pattern)
    }));
    arms.push(Arm::once("policy/compile-everyday", "5 ms", 1.0, || {
        let mut random = Rng::with_seed(7);
        let questions = everyday_questions(&mut random);
        let spec = policy(&mut random, &questions);
        assert!(compile(&spec).is_ok());
        share_of(Duration::from_millis(5), time(&spec), "10 questions, 3 patterns")
    }));
}

fn share_of(limit: Duration, time: f64, what: &str) -> Once {
    let ratio = Some(time / precise(nanoseconds(limit)));
    Once { ratio, said: format!("{:.2} ms: {what}", time / 1e6).into() }
}

/// A policy whose one question has this pattern.
fn spec_of(pattern: &str) -> PolicySpec {
    let form = QuestionForm::TextInput { is_single_line: true, pattern: Some(pattern.to_owned()) };
    let question =
        QuestionSpec { id: Some(Uuid::from_u128(1)), is_required: true, is_answer_editable: true, form };
    PolicySpec { questions: vec![question], ..PolicySpec::EMPTY }
}

fn compile(spec: &PolicySpec) -> Result<Policy, Violations<PolicyViolation>> {
    Policy::compile(spec, &Limits::DEFAULT)
}

/// The median of the times that compiling takes, in nanoseconds.
fn time(spec: &PolicySpec) -> f64 {
    let mut times = [(); TIMES].map(|()| {
        let start = ThreadTime::now();
        drop(compile(spec));
        precise(nanoseconds(start.elapsed()))
    });
    median(&mut times).expect("it was compiled")
}
