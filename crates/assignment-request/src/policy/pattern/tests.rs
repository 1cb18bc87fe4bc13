use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::matching::Matching;
use super::*;
use crate::vocabulary::rule::Rule;

#[test]
fn a_pattern_is_shown_without_its_program() {
    assert_eq!(format!("{:?}", compile("a").unwrap()), "Pattern");
}

fn compile_under(limits: &Limits, cache: &mut PatternCache, text: &str) -> Result<Pattern, (Rule, String)> {
    reason(Patterns::new(cache, limits).compile(text))
}

fn reason(outcome: Result<Pattern, PolicyViolationKind>) -> Result<Pattern, (Rule, String)> {
    outcome.map_err(|kind| match kind {
        PolicyViolationKind::BadPattern { reason } => (Rule::P2, reason),
        PolicyViolationKind::CostlyPattern { reason } => (Rule::P8, reason),
        other => panic!("{other:?}"),
    })
}

fn compile(text: &str) -> Result<Pattern, (Rule, String)> {
    compile_under(&Limits::default(), &mut PatternCache::new(), text)
}

#[test]
fn a8_a_pattern_matches_the_whole_answer() {
    let pattern = compile("a|ab").unwrap();
    assert!(pattern.is_match("a") && pattern.is_match("ab"));
    assert!(!pattern.is_match("abc") && !pattern.is_match("xa") && !pattern.is_match("a\n"));
    let multiline = compile("(?m)^a$").unwrap();
    assert!(!multiline.is_match("a\nb"), "a flag of the pattern does not reach the ends of the text");
    let comment = compile("(?x) a # the end").unwrap();
    assert!(comment.is_match("a") && !comment.is_match("ab"));
}

/// The boundary between two blocks is not a boundary of the text.
#[test]
fn a8_answers_of_one_block_and_of_several() {
    for (pattern, fill) in [
        ("a*b", "a"),
        ("(?:a|aa)*b", "a"),
        ("(?:a?){300}b", "a"),
        (r"^\b(?:a|\B|é)*b\b$", "a"),
        (r"(?:\w+ ?)*b", "ab "),
        (r"(?:(?:é+,)*;?)*b", "éé,;"),
        (r"(?m)(?:^é+$\n)*b", "éé\n"),
        (r"(?mR)(?:^é+$\r\n)*b", "ééé\r\n"),
    ] {
        let compiled = compile(pattern).unwrap();
        for length in [0, 1, 62, 63, 64, 65, 126, 127, 128, 129, 192, 255] {
            let periods = fill.chars().count();
            let text: String = fill.chars().cycle().take(length / periods * periods).collect();
            assert!(compiled.is_match(&format!("{text}b")), "{pattern:?} of {text:?}b");
            assert!(!compiled.is_match(&format!("{text}bc")), "{pattern:?} of {text:?}bc");
            assert!(!compiled.is_match(&format!("{text}-b")), "{pattern:?} of {text:?}-b");
        }
    }
    let counted = compile("a{100,130}").unwrap();
    for length in 90..140 {
        assert_eq!(counted.is_match(&"a".repeat(length)), (100..=130).contains(&length), "{length}");
    }
}

#[test]
fn p2_a_cached_pattern_is_the_same_and_under_other_limits_another() {
    let mut cache = PatternCache::new();
    let strict = Limits { pattern_nesting: 1, ..Limits::default() };
    for _ in 0..2 {
        assert!(compile_under(&Limits::default(), &mut cache, "((a))").unwrap().is_match("a"));
        assert!(compile_under(&strict, &mut cache, "((a))").is_err());
        assert!(compile_under(&Limits { pattern: 4, ..Limits::default() }, &mut cache, "((a))").is_err());
        assert!(
            compile_under(&Limits { compiled_pattern: 4, ..Limits::default() }, &mut cache, "((a))").is_err()
        );
        assert!(
            compile_under(&Limits { pattern_steps: 4, ..Limits::default() }, &mut cache, "((a))").is_err()
        );
    }
    assert_eq!(cache.0.len(), 1);
    compile_under(&Limits { pattern: 1, ..Limits::default() }, &mut cache, "a").unwrap();
    assert_eq!(cache.0.len(), 2, "one of the length that is allowed is kept, beside the other");
    for number in 0..2 * MAXIMUM_PATTERNS {
        compile_under(&Limits::default(), &mut cache, &format!("a{number}")).unwrap();
    }
    assert!(cache.0.len() <= MAXIMUM_PATTERNS);
}

#[test]
fn p2_p8_a_pattern_may_be_just_as_large_and_as_costly_as_the_limits_say() {
    let pattern = compile("a{2,9}b").unwrap();
    let (memory, steps) = (pattern.0.program.memory(), pattern.0.program.steps(Limits::default().answer));
    for (less, is_taken) in [(0, true), (1, false)] {
        let small = Limits { compiled_pattern: memory - less, ..Limits::default() };
        let cheap = Limits { pattern_steps: steps - less, ..Limits::default() };
        for limits in [small, cheap] {
            assert_eq!(pattern.check(&limits).is_ok(), is_taken, "{less} less");
        }
    }
}

/// With `R`, a line ends before `\r\n` and not between the two.
#[test]
fn a8_no_line_begins_or_ends_inside_a_line_break_of_two_characters() {
    for pattern in [r"(?mR)a\r^\n", r"(?mR)a\r$\n"] {
        assert!(!compile(pattern).unwrap().is_match("a\r\n"), "{pattern}");
    }
    for (pattern, text) in [
        (r"(?mR)a\r^b", "a\rb"),
        (r"(?mR)a$\rb", "a\rb"),
        (r"(?mR)a\n^b", "a\nb"),
        (r"(?mR)a$\nb", "a\nb"),
        (r"(?mR)a$\r\n^b", "a\r\nb"),
    ] {
        assert!(compile(pattern).unwrap().is_match(text), "{pattern}");
    }
}

#[test]
fn p2_a_pattern_cannot_leave_its_place() {
    assert_eq!(compile("a)|(?:b").unwrap_err(), (Rule::P2, "unopened group".into()));
}

#[test]
fn p2_patterns_that_cannot_be_used() {
    for (text, expected) in [
        ("(?=a)", "look-around, including look-ahead and look-behind, is not supported"),
        (r"(a)\1", "backreferences are not supported"),
        ("(", "unclosed group"),
        (&"(".repeat(33), "unclosed group"),
        (
            &format!("{}a{}", "(".repeat(33), ")".repeat(33)),
            "exceed the maximum number of nested parentheses/brackets (32)",
        ),
        (r"(?-u)\xff", "pattern can match invalid UTF-8"),
        (r"\p{Klingon}", "Unicode property not found"),
        ("(?:a{1000}){1000}", "compiled it has more than 4194304 bytes"),
        (&"a".repeat(1025), "it has 1025 bytes; at most 1024 are allowed"),
    ] {
        assert_eq!(compile(text).unwrap_err(), (Rule::P2, expected.into()), "{text}");
    }
    assert!(compile(&format!("{}a{}", "(".repeat(31), ")".repeat(31))).is_ok());
}

/// Everyday patterns, each with an answer that matches and one that does not.
const EVERYDAY: &[(&str, &str, &str)] = &[
    (r"^[\w\-\.]+@([\w-]+\.)+[\w-]{2,}$", "ada.lovelace@mail.example.org", "ada@example"),
    (r"(?i)^[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}$", "Ada@Example.org", "Ada@Example.o"),
    (
        r"^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$",
        "ada@sub.example.org",
        "ada@-example.org",
    ),
    (r"^[^@\s]+@[^@\s]+\.[^@\s]+$", "a@b.c", "a@b@c.d"),
    (r"^([\w.+-]{1,64}@[\w-]{1,63}(\.[\w-]{2,63}){1,4}(; ?)?){1,3}$", "a@b.cd; e@f.gh", "a@b"),
    (r"^\+?[0-9 ()/-]{7,20}$", "+41 (44) 668-18 00", "044"),
    (r"^\+(?:[0-9] ?){6,14}[0-9]$", "+41 44 668 18 00", "+41"),
    (r"^\(?\d{3}\)?[-. ]?\d{3}[-. ]?\d{4}$", "(425) 555-0100", "425-555"),
    (r"[A-Z]{2}\d{4,6}", "CH0042", "CH42"),
    (r"(?i)(cc|pc)-\d{3}(-\d{2})?", "CC-123-45", "CX-123"),
    (r"^(\S+\s*){1,150}$", "because I need it", " because"),
    (r".{1,2000}", "because I need it", "a\nb"),
    (r"^.{10,500}$", "because I need it", "because"),
    (r"[\s\S]{0,4000}", "because\nI need it", ""),
    (r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$", "2026-03-02", "2026-13-02"),
    (
        r"^(?:(?:31(\/|-|\.)(?:0?[13578]|1[02]))|(?:(?:29|30)(\/|-|\.)(?:0?[1,3-9]|1[0-2])))(?:\/|-|\.)\d{4}$",
        "31.12.2026",
        "31.11.2026",
    ),
    (
        r"^(https?://)?([\da-z.-]+)\.([a-z.]{2,6})([/\w .-]*)*/?$",
        "https://example.org/a/b",
        "https://example",
    ),
    (
        r"^https?:\/\/(www\.)?[-a-zA-Z0-9@:%._\+~#=]{1,256}\.[a-zA-Z0-9()]{1,6}\b([-a-zA-Z0-9()@:%_\+.~#?&//=]*)$",
        "https://www.example.org/a?b=c",
        "example.org",
    ),
    (
        r"^[{(]?[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}[)}]?$",
        "08cf7d77-4629-4fd1-b066-0974187fc724",
        "08cf7d77-4629-4fd1-b066-0974187fc72",
    ),
    (r"^[\p{L} .'-]{1,100}$", "Jörg O'Neill-Müller", "Jörg 2"),
    (r"(?i)^\p{L}[\p{L}'-]*(\s\p{L}[\p{L}'-]*)*$", "Zoë de la Cruz", "Zoë  Cruz"),
    (r"(?i)[\s\S]{3,}", "why", "no"),
    (r"^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$", "", ""),
    (r"^((25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(25[0-5]|2[0-4]\d|1?\d?\d)$", "192.168.0.1", "192.168.0.256"),
    (
        r"^(Finance|Human Resources|Legal|Sales)(, (Finance|Human Resources|Legal|Sales)){0,3}$",
        "Legal, Sales",
        "Legal,",
    ),
    (r"^([^,\n]{1,100},\s*)*[^,\n]{1,100}$", "one, two,three", "one,,three"),
    (r"^(\w{1,40}[ .,;!?\r\n]{0,3}){1,50}$", "Project X, until May.", "Project (X)"),
];

#[test]
fn p8_everyday_patterns_are_cheap_enough() {
    for (text, good, bad) in EVERYDAY {
        if text.contains("(?!") {
            assert_eq!(compile(text).unwrap_err().0, Rule::P2, "{text}");
            continue;
        }
        let pattern = compile(text).map_err(|reason| format!("{text}: {reason:?}")).unwrap();
        assert!(pattern.is_match(good), "{text} of {good}");
        assert_eq!(pattern.is_match(bad), bad.is_empty(), "{text} of {bad}");
    }
}

/// Patterns whose cost is near the limit, and parts of answers that keep them busy. They were found by search.
const COSTLY: &[(&str, &str)] = &[
    (r"[\s\S]{0,7000}", "a"),
    (r"(?:(?:(?:\d){1,145}|(?:.){0,23}){7,39}|(?:[^a])*)", "b1"),
    (r"(?s:.)*?(?:(?:.{0,88}|.){1,76})", "a"),
    (r"(?:(?:[^a]){0,83}|(?:(?:(?s:.))*?){4,8}){0,72}", "b"),
    (r"(?:(?:(?s:.)|(?:(?-u:\b{start}))*|(?:aé){0,15}){1,2})*", "aé"),
    (r"(?:(?:(?:(?:(?:^(?:(?:(?:(?s:.)|(?:(?-u:\b{start}))*|(?:aé){0,31}))*)*)*)*)*)*)*", "aé"),
    (r"(?:(?:(?:\w?\d?)+a?)+b?){1,6}", "a1"),
    (r"(\w[^\w]\d[^\d]\s[^\s]\pL[^\pL]\pN[^\pN]|\w)*", "éξ"),
    (r"(?:\S{1,100}\s?)+", "a"),
    (r"(?:(?:a|ab|b){1,10}){1,90}", "ab"),
    (r"(?:(?:(?:(?:(?:(?:(?:(?:[ab](?:(?:ab){2,23})*)*)*(?:(?:[^c]?){0,9}x?)*)*)*)*)*)*)*", "ab"),
];

#[test]
fn p8_the_longest_answers_take_no_more_steps_than_were_counted() {
    let limits = Limits::default();
    for (text, part) in COSTLY {
        let pattern = compile(text).map_err(|reason| format!("{text}: {reason:?}")).unwrap();
        let program = &pattern.0.program;
        let most = program.steps(limits.answer);
        assert!(most > limits.pattern_steps / 3, "{text} is not costly: {most}");
        let mut words = vec![0; program.words()];
        let mut matching = Matching::new(program, &mut words).unwrap();
        matching.is_match(program, &part.repeat(limits.answer / part.len()));
        assert!(matching.steps <= most, "{text}: {} of {most}", matching.steps);
        assert!(matching.steps > most / 12, "{text} has an easy time: {} of {most}", matching.steps);
    }
}

#[test]
fn p8_a_pattern_that_costs_too_much_is_refused_with_cost_and_limit() {
    for (text, steps) in [
        (r"(\w{1,100}){1,99}", 1_389_072),
        (r"(?:.{0,100}){0,100}x", 1_352_823),
        (r"(?:\S+\s*){1,15000}", 9_765_945),
        (r"(?:(?:\w{1,9}){1,99})*", 8_416_992),
        (r"[\w!][\w#][\w$][\w%][\w*][\w+][\w,][\w.][\w/][\w:][\w;][\w=]", 1_099_725),
    ] {
        let expected = format!(
            "matching an answer of 8192 bytes would take up to {steps} steps; at most 1000000 are allowed"
        );
        assert_eq!(compile(text).unwrap_err(), (Rule::P8, expected), "{text}");
    }
    let raised = Limits { pattern_steps: 1_389_072, ..Limits::default() };
    assert!(compile_under(&raised, &mut PatternCache::new(), r"(\w{1,100}){1,99}").is_ok());
    let lowered = Limits { answer: 4_096, ..Limits::default() };
    assert!(
        compile_under(&lowered, &mut PatternCache::new(), r"(\w{1,100}){1,99}").is_ok(),
        "shorter answers"
    );
}

/// The formula of SPEC.md, for answers of less than 64 bytes.
#[test]
fn p8_steps_of_a_block() {
    let lookups = |classes: usize| 64 * (1 + classes);
    for (text, expected) in [
        ("", lookups(0) + 1),
        (".", lookups(2 + 1) + 1),
        ("[ab]", lookups(2) + 1),
        ("[ad]", lookups(3) + 1),
        ("aba", lookups(2 + 2) + 1 + 3),
        (r"[ab]\z", lookups(2) + 1 + 1 + 1),
        ("[ab][cd]|[cd]", lookups(2 + 2) + 1 + (1 + 2) + 1),
        ("[ab]{2,5}", lookups(2) + 1 + 5),
        ("[ab]*", lookups(2) + 2),
        ("[ab]{3,}", lookups(2) + 4),
        ("([ab][cd])*", lookups(2 + 2) + 33 * (1 + 3)),
        ("([ab][cd]?)*", lookups(2 + 2) + 65 * (1 + 4)),
        ("a*", lookups(2) + 2),
        ("(abc|[ad])*", lookups(3 * 2 + 3) + 65 * (1 + 6)),
        ("(?:[ab]{3,9}|a{70})+", lookups(2 + 2) + 23 * (1 + 1 + 10 + 71)),
        ("([ab][cd]){3,}", lookups(2 + 2) + 2 * 3 + 33 * (1 + 3)),
        ("([ab]*[cd])*", lookups(2 + 2) + 65 * (1 + 4)),
        ("(([ab][cd])*[ab])*", lookups(2 + 2) + 65 * (1 + (1 + (1 + 3) + 1))),
        ("(([ab][cd]){3,}[ab])*", lookups(2 + 2) + 65 * (1 + (1 + (3 * 3 + 1) + 1))),
    ] {
        let pattern = compile(text);
        let steps = match &pattern {
            Ok(pattern) => pattern.0.program.steps(63),
            Err(reason) => panic!("{text}: {reason:?}"),
        };
        assert_eq!(steps, expected, "{text}");
        assert_eq!(pattern.unwrap().0.program.steps(64), 2 * expected, "{text}");
    }
}

/// Loops inside loops, in short answers and in answers of several blocks: another engine says the same of each.
#[test]
fn a8_loops_inside_loops() {
    for text in [
        "(a*b)*c",
        "((a?b)*c)*a",
        "((ab*)*c)*",
        "((a|bc)*(b*c)*)*a",
        "(((a*b)*c)*a)*b",
        "(a(b(ca*)*b)*)*",
        "((a+b?)+c)+",
        "(b(a*){2,3}c)*",
        "((ab){2}|c+)*a",
        "(?:(?:a|b*c)+b)*",
        ".*a+",
        "(?:c(?:ab)*){0,2}b+",
        "(?:ba|ac{62}|ac|cc|ccb)*",
    ] {
        let pattern = compile(text).unwrap();
        let other = regex::Regex::new(&format!(r"\A(?:{text})\z")).unwrap();
        for length in 0..=6 {
            for number in 0..3_u32.pow(length) {
                let digits = (0..length).map(|place| number / 3_u32.pow(place) % 3);
                let answer: String = digits.map(|digit| ["a", "b", "c"][digit as usize]).collect();
                assert_eq!(pattern.is_match(&answer), other.is_match(&answer), "{text} of {answer}");
                if length == 4 {
                    for periods in [15, 16, 17, 31, 33] {
                        let long = answer.repeat(periods);
                        for answer in [format!("{long}a"), format!("{long}b"), format!("{long}c"), long] {
                            assert_eq!(
                                pattern.is_match(&answer),
                                other.is_match(&answer),
                                "{text} of {answer}"
                            );
                        }
                    }
                }
            }
        }
        let carried = "ba".repeat(32) + "a" + &"c".repeat(62) + "b";
        assert_eq!(pattern.is_match(&carried), other.is_match(&carried), "{text} of {carried}");
    }
}

/// An endless loop is one part more, regardless of what is in it.
#[test]
fn p8_the_memory_of_a_loop() {
    let memory = |text| compile(text).unwrap().0.program.memory();
    assert_eq!(memory("(?:abc)*") - memory("abc"), memory("(?:ab)*") - memory("ab"));
}

#[test]
fn p8_the_memory_of_a_policys_patterns() {
    let (first, second) = (r"\w{9}", r"\d{9}");
    let memory = |text| compile(text).unwrap().0.program.memory();
    let both = memory(first) + memory(second);
    let mut cache = PatternCache::new();
    // Compile again, with patterns that are already in the cache.
    for _ in 0..2 {
        let limits = Limits { patterns_memory: both - 1, ..Limits::default() };
        let mut patterns = Patterns::new(&mut cache, &limits);
        assert!(patterns.compile(first).is_ok());
        let expected = format!(
            "with the patterns before it, it takes {both} bytes of memory; at most {} are allowed",
            both - 1
        );
        assert_eq!(reason(patterns.compile(second)).unwrap_err(), (Rule::P8, expected));
        assert!(patterns.compile(first).is_ok(), "only the first that goes beyond it is refused");
        assert_eq!(reason(patterns.compile("(")).unwrap_err(), (Rule::P2, "unclosed group".into()));

        let limits = Limits { patterns_memory: both, ..Limits::default() };
        let mut patterns = Patterns::new(&mut cache, &limits);
        assert!(patterns.compile(first).is_ok() && patterns.compile(second).is_ok());
        assert!(patterns.compile(second).is_err(), "the same once more counts as well");
    }
    assert!(memory(first) > 700 * size_of::<(char, char)>(), "the ranges of a word's characters count");
}

/// Returns the cost of reading the classes of a pattern.
fn reading(text: &str) -> usize {
    compile(text).unwrap().0.reading
}

#[test]
fn p8_what_it_costs_to_read_classes() {
    let cased = |count: usize| count + 8 * count.min(3_000);
    for (text, expected) in [
        ("[a-z]+", 0),
        (r"\w\d[\s\pL]", 4 * 10_000),
        ("(?i)[a-z]", cased(25)),
        ("(?i:a)[a-z]", cased(25)),
        ("(?-i)[a-z]", 0),
        ("[a-z](?i)", 0),
        (r"(?i)[\x00-\x{10fffe}]", cased(0x10_fffe)),
        ("(?i)[b[^a]]", cased(0x11_0000)),
        ("(?i)[^a]", 0),
        ("(?i)[b[[^a]]]", 2 * cased(0x11_0000)),
        ("(?i)[[^a]&&b]", 2 * cased(0x11_0000)),
        ("(?i)[[a-b]c-d]", 2 * cased(1) + cased(1)),
        ("(?i)[[a-b&&c-d]e-f]", 2 * 3 * cased(1) + cased(1)),
        (r"(?i)\pN", 0),
    ] {
        if expected > 0 || !text.contains('N') {
            assert_eq!(reading(text), expected, "{text}");
        }
    }
    assert!(reading(r"(?i)\pN") > 10_000 + 9 * 1_700 / 2, "the characters of the class count");
}

#[test]
fn p8_a_policy_whose_classes_cost_too_much_to_read_is_refused() {
    let mut cache = PatternCache::new();
    let limits = Limits { patterns_reading: 25_000, ..Limits::default() };
    for _ in 0..2 {
        let mut patterns = Patterns::new(&mut cache, &limits);
        assert!(patterns.compile(r"\d\s").is_ok());
        assert_eq!(
            reason(patterns.compile(r"\d")).unwrap_err(),
            (
                Rule::P8,
                "with the patterns before it, reading its classes would take 30000 steps; at most 25000 are allowed"
                    .into()
            )
        );
        assert!(patterns.compile("[0-9]").is_ok(), "what was not read does not count");
    }
    let text = r"(?i)\p{Any}".to_string() + &r"\p{Any}".repeat(140);
    assert_eq!(compile(&text).unwrap_err().0, Rule::P8);
}

/// A pattern, and a text that it may match.
fn pattern_and_text() -> impl Strategy<Value = (String, String)> {
    let leaf = prop_oneof![
        6 => prop::sample::select(&[
            ("a", "a"), ("b", "b"), ("ab", "ab"), ("é", "é"), ("[ab]", "b"), ("[^a]", "é"), (r"\w", "é"), (r"\W", " "),
            (r"\d", "1"), (r"\s", "\n"), (".", "𝒳"), ("(?s:.)", "\n"), (r"\pL", "漢"), ("(?i:É)", "é"), ("(?i:k)", "\u{212a}"),
            (r"[\w&&[^a]]", "b"), (r"(?-u:\w)", "a"), (r"\r\n", "\r\n"), ("", ""), (r"[^\s\S]", ""),
        ][..]),
        2 => prop::sample::select(&[
            "^", "$", "(?m:^)", "(?m:$)", "(?mR:^)", "(?mR:$)", r"\b", r"\B", r"\b{start}", r"\b{end}", r"\b{start-half}",
            r"\b{end-half}", r"(?-u:\b)", r"(?-u:\B)", r"(?-u:\b{start})", r"(?-u:\b{end})", r"(?-u:\b{start-half})",
            r"(?-u:\b{end-half})",
        ][..]).prop_map(|boundary| (boundary, "")),
    ];
    let leaf = leaf.prop_map(|(pattern, text)| (pattern.to_owned(), text.to_owned()));
    leaf.prop_recursive(6, 40, 4, |inner| {
        let parts = prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            parts.clone().prop_map(|parts| parts.into_iter().unzip()),
            parts.prop_map(|parts| {
                let (patterns, mut texts): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
                (format!("(?:{})", patterns.join("|")), texts.pop().unwrap_or_default())
            }),
            (inner, 0_u32..5, prop::option::of(0_u32..30), 0_u32..70).prop_map(
                |((pattern, text), least, more, times)| {
                    let (most, times) = match more {
                        Some(more) => ((least + more).to_string(), least + times % (more + 1)),
                        None => (String::new(), least + times),
                    };
                    let text = if text.len() < 300 { text.repeat(times as usize) } else { text };
                    (format!("(?:{pattern}){{{least},{most}}}"), text)
                }
            ),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// The `regex` crate gives the same result, and a match takes no more steps than were counted.
    #[test]
    fn a8_p8_another_engine_says_the_same_in_counted_steps(
        (pattern, text) in pattern_and_text(),
        place in any::<prop::sample::Index>(),
        other in prop::sample::select(&["", "a", "b", "é", " ", "\n", "\r", "1"][..]),
    ) {
        let generous = Limits { pattern_steps: 100_000_000, ..Limits::default() };
        let compiled = compile_under(&generous, &mut PatternCache::new(), &pattern);
        let whole = regex::RegexBuilder::new(&format!(r"\A(?:{pattern})\z")).nest_limit(100).build();
        if let (Ok(compiled), Ok(whole)) = (compiled, whole) {
            let characters: Vec<char> = text.chars().collect();
            let (before, after) = characters.split_at(place.index(characters.len() + 1));
            let before: String = before.iter().collect();
            for after in [after, after.get(1..).unwrap_or_default()] {
                let text = before.clone() + other + &after.iter().collect::<String>();
                let program = &compiled.0.program;
                let mut words = vec![0; program.words()];
        let mut matching = Matching::new(program, &mut words).unwrap();
                let is_match = matching.is_match(program, &text);
                prop_assert_eq!(is_match, whole.is_match(&text), "{:?} of {:?}", pattern, text);
                prop_assert!(matching.steps <= program.steps(text.len()), "{:?} of {:?}", pattern, text);
            }
        }
    }
}
