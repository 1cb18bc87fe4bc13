//! Questions and their patterns (P1, P2, P8, P9).

use std::time::Duration;

use assignment_request::{ChoiceSpec, Limits, PatternCache, Policy, QuestionForm, QuestionId, QuestionSpec};
use cpu_time::ThreadTime;

use crate::common::{Setup, t};
use crate::policies::compile;
use crate::submission::{answer, choices, text};

#[test]
fn p1_p2_questions_at_their_limits_and_one_over() {
    let limits = {
        let mut limits = Limits::default();
        limits.questions = 2;
        limits.choices = 3;
        limits.pattern = 4;
        limits.pattern_nesting = 2;
        limits
    };
    let question = |id: u128, form| QuestionSpec {
        id: Some(QuestionId::from_u128(id)),
        texts: Vec::new(),
        is_required: false,
        is_answer_editable: false,
        form,
    };
    let of = |questions: Vec<QuestionSpec>| {
        let mut setup = Setup { limits, ..Setup::add() };
        setup.spec.questions = questions;
        compile(&setup)
    };
    let three: &[(&str, &[&str])] = &[("a", &[]), ("b", &[]), ("A", &[])];
    let four: &[(&str, &[&str])] = &[("a", &[]), ("a", &[]), ("", &[]), ("", &[])];
    assert_eq!(
        of(vec![question(1, choices(false, three)), question(2, text(Some("((a)")))]),
        ["badPattern questions[1].regexPattern"]
    );
    assert_eq!(of(vec![question(1, choices(false, three)), question(2, text(Some("(ab)")))]), [""; 0]);
    assert_eq!(
        of(vec![question(1, text(Some(""))), question(1, text(Some("abcde")))]),
        ["duplicateQuestion questions[1].id", "badPattern questions[1].regexPattern"]
    );
    assert_eq!(
        of(vec![question(1, choices(true, four)), question(2, choices(false, &[]))]),
        [
            "duplicateChoice questions[0].choices[1].actualValue",
            "emptyChoice questions[0].choices[2].actualValue",
            "emptyChoice questions[0].choices[3].actualValue",
            "tooMany questions[0].choices",
            "noChoices questions[1].choices"
        ]
    );
    assert_eq!(
        of(vec![question(1, text(None)), question(1, text(Some("("))), question(3, text(None))]),
        ["tooMany questions"]
    );
    let mut raised = Setup {
        limits: {
            let mut limits = Limits::default();
            limits.pattern = 2_000;
            limits
        },
        ..Setup::add()
    };
    raised.spec.questions = vec![question(1, text(Some(&"a".repeat(2_000))))];
    assert_eq!(compile(&raised), [""; 0], "a host may raise a limit");
    raised.limits = {
        let mut limits = raised.limits;
        limits.compiled_pattern = 1_024;
        limits
    };
    assert_eq!(compile(&raised), ["badPattern questions[0].regexPattern"]);
}

/// Questions numbered from 1 on, each with one of these patterns.
fn asking_patterns(patterns: &[&str]) -> Setup {
    let mut setup = Setup::add();
    for (number, pattern) in (1..).zip(patterns) {
        setup.spec.questions.push(QuestionSpec {
            id: Some(QuestionId::from_u128(number)),
            texts: Vec::new(),
            is_required: false,
            is_answer_editable: true,
            form: text(Some(pattern)),
        });
    }
    setup
}

#[test]
fn p8_what_patterns_cost_by_themselves_and_together() {
    let costly = r"(\w{1,9}){1,999}";
    assert_eq!(compile(&asking_patterns(&["a", costly, "b"])), ["badPattern questions[1].regexPattern"]);
    let mut raised = asking_patterns(&["a", costly, "b"]);
    raised.limits.pattern_steps *= 2;
    assert_eq!(compile(&raised), [""; 0], "a host may raise the limit");
    raised.limits.answer *= 2;
    assert_eq!(compile(&raised), ["badPattern questions[1].regexPattern"], "longer answers cost more");

    let mut memory = asking_patterns(&[r"\w", r"\d", "(", r"\w"]);
    memory.limits.patterns_memory = 1_000;
    assert_eq!(
        compile(&memory),
        ["badPattern questions[0].regexPattern", "badPattern questions[2].regexPattern"],
        "of those that go beyond it the first alone, and what is wrong for another reason"
    );

    let mut cache = PatternCache::new();
    let mut reading = asking_patterns(&[r"\w", r"\d", "[a-z]", r"\s"]);
    reading.limits.patterns_reading = 20_000;
    for _ in 0..2 {
        let violations =
            Policy::compile_with(&reading.spec, &reading.limits, &|_| None, &mut cache).unwrap_err();
        assert_eq!(
            violations.to_string(),
            "`questions[3].regexPattern` cannot be used: with the patterns before it, reading its classes would take 30000 \
             steps; at most 20000 are allowed"
        );
    }
}

/// 200 answers of the longest kind are judged in less than a second, however they and the patterns are made.
#[test]
fn p8_a_body_of_the_longest_answers_is_judged_in_time() {
    let costly = [
        (r"(?:(?:(?:\d){1,145}|(?:.){0,23}){7,39}|(?:[^a])*)", "b1"),
        (r"(?:(?:[^a]){0,83}|(?:(?:(?s:.))*?){4,8}){0,72}", "b"),
        (r"(?s:.)*?(?:(?:.{0,88}|.){1,76})", "a"),
        (r"(?:(?:a|ab|b){1,10}){0,90}(?s:.)*", "ab"),
    ];
    let all: Vec<(&str, &str)> = costly.into_iter().cycle().take(200).collect();
    let mut setup = asking_patterns(&all.iter().map(|(pattern, _)| *pattern).collect::<Vec<_>>());
    let longest = |(number, (_, part)): (u128, &(&str, &str))| {
        answer(QuestionId::from_u128(number), &part.repeat(8_192 / part.len()))
    };
    setup.draft.answers = (1..).zip(&all).map(longest).collect();
    let policy = setup.policy();
    let start = ThreadTime::now();
    let judged = policy.check(&setup.draft, None, setup.actor(), t(0));
    let taken = start.elapsed();
    assert_eq!(judged, Ok(()));
    // This build is slower than the one that the limit is for.
    assert!(taken < Duration::from_secs(5), "{taken:?}");
}

#[test]
fn p9_translations_at_their_limit_and_one_over() {
    let texts = |translations: usize| vec!["text".to_owned(); 1 + translations];
    let with = |of_question: usize, of_choices: &[usize]| {
        let mut setup = asking_patterns(&["", ""]);
        let choices = of_choices
            .iter()
            .map(|translations| ChoiceSpec { actual_value: "same".to_owned(), texts: texts(*translations) });
        let form =
            QuestionForm::MultipleChoice { allows_multiple_selection: false, choices: choices.collect() };
        let last = setup.spec.questions.last_mut().unwrap();
        (last.id, last.texts, last.form) = (Some(QuestionId::from_u128(1)), texts(of_question), form);
        setup
    };
    assert_eq!(
        compile(&with(200, &[200, 0])),
        ["duplicateQuestion questions[1].id", "duplicateChoice questions[1].choices[1].actualValue"]
    );
    let too_many = with(201, &[201, 200, 203]);
    assert_eq!(
        compile(&too_many),
        [
            "tooMany questions[1].localizations",
            "tooMany questions[1].choices[0].localizations",
            "tooMany questions[1].choices[2].localizations",
            "duplicateQuestion questions[1].id",
            "duplicateChoice questions[1].choices[1].actualValue",
            "duplicateChoice questions[1].choices[2].actualValue",
        ],
        "before what else is wrong with the question"
    );
    let raised = {
        let mut limits = Limits::default();
        limits.translations = 203;
        limits
    };
    assert_eq!(compile(&Setup { limits: raised, ..too_many }).len(), 3);
    let mut none = asking_patterns(&[""]);
    none.limits.translations = 0;
    assert_eq!(compile(&none), [""; 0], "no text has no translation");
    none.spec.questions[0].texts = texts(1);
    let violations = Policy::compile(&none.spec, &none.limits).unwrap_err();
    assert_eq!(violations.to_string(), "`questions[0].localizations` has 1 items; at most 0 are allowed");
}
