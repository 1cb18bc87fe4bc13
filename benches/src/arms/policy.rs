//! Compiling policies, including patterns that explode, and judging answers by the most expensive patterns that are
//! allowed.

use std::rc::Rc;
use std::time::Duration;

use assignment_request::{
    AccessPackageId, Actor, Draft, DraftAnswer, Limits, Policy, PolicyError, PolicyId, PolicySpec,
    QuestionForm, QuestionId, QuestionSpec, RequestType, Role, SubjectId,
};
use cpu_time::ThreadTime;
use fastrand::Rng;

use super::{Arm, Once};
use crate::bodies::now;
use crate::fixture::Fixture;
use crate::measure::{median, nanoseconds, precise};
use crate::policies::{everyday_questions, policy};

/// Short patterns that would be large if they were expanded.
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

/// Parts of patterns that are slow to parse.
const SLOW_TO_READ: [&str; 5] = [r"\p{Lu}", r"\p{Cased}", r"\p{Any}", r"[\x00-\u{2fff}]", r"[b[^a]]"];

/// Patterns near the allowed cost, and the parts of the answers that take longest. A search found them.
const COSTLY: [(&str, &str); 5] = [
    (r"(?:(?:(?:\d){1,145}|(?:.){0,23}){7,39}|(?:[^a])*)", "b1"),
    (r"(?s:.)*?(?:(?:.{0,88}|.){1,76})", "a"),
    (r"(?:(?:[^a]){0,83}|(?:(?:(?s:.))*?){4,8}){0,72}", "b"),
    (r"(?:(?:(?:\w?\d?)+a?)+b?){1,8}", "é"),
    (r"[\s\S]{0,7000}", "a"),
];

/// The largest number of questions in a policy, and the longest answer in bytes.
const MOST_QUESTIONS: usize = 200;
const LONGEST_ANSWER: usize = 8_192;

/// How often each policy is compiled; the median counts.
const TIMES: usize = 5;

pub(super) fn add(_: &Rc<Fixture>, arms: &mut Vec<Arm>) {
    arms.push(Arm::once("policy/compile-hostile", "30 ms a pattern", 1.0, || {
        let worst = EXPLODING.into_iter().map(|pattern| (time(&spec_of(&[pattern])), pattern));
        let (time, pattern) = worst.max_by(|a, b| a.0.total_cmp(&b.0)).expect("there are patterns");
        share_of(Duration::from_millis(30), time, pattern)
    }));
    arms.push(Arm::once("policy/compile-200-hostile", "1 s", 1.0, || {
        let worst = SLOW_TO_READ.into_iter().map(|part| {
            // All patterns differ, so that none comes from the cache.
            let patterns: Vec<String> = (0..MOST_QUESTIONS)
                .map(|number| format!("(?i){}{number}", part.repeat(1_000 / part.len())))
                .collect();
            let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
            (time(&spec_of(&patterns)), part)
        });
        let (time, part) = worst.max_by(|a, b| a.0.total_cmp(&b.0)).expect("there are patterns");
        share_of(Duration::from_secs(1), time, part)
    }));
    arms.push(Arm::once("policy/worst-pattern", "1 s for 200 answers", 1.0, || {
        let worst = COSTLY.into_iter().map(|(pattern, part)| (time_of_answers(pattern, part), pattern));
        let (time, pattern) = worst.max_by(|a, b| a.0.total_cmp(&b.0)).expect("there are patterns");
        share_of(Duration::from_secs(1), time, pattern)
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

/// Returns a policy whose questions have these patterns.
fn spec_of(patterns: &[&str]) -> PolicySpec {
    let question = |(number, pattern): (u128, &&str)| QuestionSpec {
        id: Some(QuestionId::from_u128(number)),
        texts: Vec::new(),
        is_required: true,
        is_answer_editable: true,
        form: QuestionForm::TextInput { is_single_line: true, pattern: Some((*pattern).to_owned()) },
    };
    PolicySpec { questions: (1..).zip(patterns).map(question).collect(), ..PolicySpec::default() }
}

fn compile(spec: &PolicySpec) -> Result<Policy, PolicyError> {
    Policy::compile(spec, &Limits::default())
}

/// Returns the median time to compile, in nanoseconds.
fn time(spec: &PolicySpec) -> f64 {
    median_of(|| drop(compile(spec)))
}

/// Returns the median time to judge the longest answers to the largest number of questions.
fn time_of_answers(pattern: &str, part: &str) -> f64 {
    let policy = compile(&spec_of(&[pattern; MOST_QUESTIONS])).expect("it costs no more than it may");
    let answer = |number| DraftAnswer {
        question_id: QuestionId::from_u128(number),
        question_kind: None,
        value: Some(part.repeat(LONGEST_ANSWER / part.len()).into()),
    };
    let draft = Draft {
        access_package_id: Some(AccessPackageId::from_u128(1)),
        assignment_policy_id: Some(PolicyId::from_u128(2)),
        target_id: Some(SubjectId::from_u128(3)),
        answers: (1..).take(MOST_QUESTIONS).map(answer).collect(),
        ..Draft::new(RequestType::AdminAdd)
    };
    let actor = Actor::new(SubjectId::from_u128(4), Role::Administrator);
    median_of(|| drop(std::hint::black_box(policy.check(&draft, None, actor, now()))))
}

fn median_of(work: impl Fn()) -> f64 {
    let mut times = [(); TIMES].map(|()| {
        let start = ThreadTime::now();
        work();
        precise(nanoseconds(start.elapsed()))
    });
    median(&mut times).expect("it was done")
}
