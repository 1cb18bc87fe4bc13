//! Patterns that must match a whole answer (rules P2, A8).

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use core::fmt;

use regex_automata::Input;
use regex_automata::meta::{Config, Regex};
use regex_automata::nfa::thompson::WhichCaptures;
use regex_syntax::hir::{Hir, Look};

use super::violation::{PolicyViolationKind, bad_pattern};
use crate::Limits;

/// A compiled pattern.
///
/// The pattern is parsed by itself and its parsed form is put between start and end of text. Wrapping the text
/// instead, as `\A(?:…)\z`, would let a pattern like `a)|(?:b` close the group it stands in.
#[derive(Clone)]
pub(crate) struct Pattern(Regex);

impl Pattern {
    pub(crate) fn compile(text: &str, limits: &Limits) -> Result<Self, PolicyViolationKind> {
        if text.len() > limits.pattern {
            return Err(bad_pattern(&format_args!(
                "it has {} bytes; at most {} are allowed",
                text.len(),
                limits.pattern
            )));
        }
        let parsed = regex_syntax::ParserBuilder::new()
            .nest_limit(limits.pattern_nesting)
            .build()
            .parse(text)
            .map_err(|error| reason(&error))?;
        let whole = Hir::concat(alloc::vec![Hir::look(Look::Start), parsed, Hir::look(Look::End)]);
        let config =
            Config::new().nfa_size_limit(Some(limits.compiled_pattern)).which_captures(WhichCaptures::None);
        match Regex::builder().configure(config).build_from_hir(&whole) {
            Ok(regex) => Ok(Self(regex)),
            Err(error) => Err(match error.size_limit() {
                Some(limit) => bad_pattern(&format_args!("compiled it has more than {limit} bytes")),
                None => bad_pattern(&error),
            }),
        }
    }

    /// Whether the pattern matches all of `text`.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.0.is_match(Input::new(text))
    }
}

/// How many patterns are kept.
const MAXIMUM_PATTERNS: usize = 256;

/// Compiled patterns, shared between the policies that are compiled with it.
///
/// Compiling a pattern costs some hundred times what matching it does. A host that compiles many policies with the same
/// patterns hands the same cache to [`Policy::compile_with`](crate::Policy::compile_with) each time. It changes nothing
/// but the time and memory that takes; it keeps a few hundred patterns at most.
///
/// ```
/// use assignment_request::{Limits, PatternCache, Policy, PolicySpec};
///
/// let mut patterns = PatternCache::new();
/// for spec in [PolicySpec::EMPTY, PolicySpec::EMPTY] {
///     let policy = Policy::compile_with(&spec, &Limits::DEFAULT, &mut patterns)?;
/// #     let _ = policy;
/// }
/// # Ok::<(), assignment_request::Violations<assignment_request::PolicyViolation>>(())
/// ```
#[derive(Debug, Default)]
pub struct PatternCache(BTreeMap<Key, Pattern>);

/// A pattern, and the limits under which it was compiled: its nesting, and its size when compiled.
type Key = (Box<str>, u32, usize);

impl PatternCache {
    /// A cache without any pattern.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// The compiled pattern. Patterns that cannot be used are not kept.
    pub(crate) fn compile(&mut self, text: &str, limits: &Limits) -> Result<Pattern, PolicyViolationKind> {
        if text.len() > limits.pattern {
            return Pattern::compile(text, limits);
        }
        let key = (Box::from(text), limits.pattern_nesting, limits.compiled_pattern);
        if let Some(pattern) = self.0.get(&key) {
            return Ok(pattern.clone());
        }
        let pattern = Pattern::compile(text, limits)?;
        if self.0.len() >= MAXIMUM_PATTERNS {
            self.0.clear();
        }
        self.0.insert(key, pattern.clone());
        Ok(pattern)
    }
}

/// The parser's reason alone: its whole message is a drawing of several lines.
fn reason(error: &regex_syntax::Error) -> PolicyViolationKind {
    match error {
        regex_syntax::Error::Parse(error) => bad_pattern(&error.kind()),
        regex_syntax::Error::Translate(error) => bad_pattern(&error.kind()),
        other => bad_pattern(other),
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Pattern")
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::*;

    #[test]
    fn a_pattern_is_shown_without_its_program() {
        assert_eq!(alloc::format!("{:?}", compile("a").unwrap()), "Pattern");
    }

    fn compile(text: &str) -> Result<Pattern, String> {
        Pattern::compile(text, &Limits::DEFAULT).map_err(|kind| match kind {
            PolicyViolationKind::BadPattern { reason } => reason,
            other => panic!("{other:?}"),
        })
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

    #[test]
    fn p2_a_cached_pattern_is_the_same_and_under_other_limits_another() {
        let mut cache = PatternCache::new();
        let strict = Limits { pattern_nesting: 1, ..Limits::DEFAULT };
        for _ in 0..2 {
            assert!(cache.compile("((a))", &Limits::DEFAULT).unwrap().is_match("a"));
            assert!(cache.compile("((a))", &strict).is_err());
            assert!(cache.compile("((a))", &Limits { pattern: 4, ..Limits::DEFAULT }).is_err());
        }
        assert_eq!(cache.0.len(), 1);
        cache.compile("a", &Limits { pattern: 1, ..Limits::DEFAULT }).unwrap();
        assert_eq!(cache.0.len(), 2, "one of the length that is allowed is kept, beside the other");
        for number in 0..2 * MAXIMUM_PATTERNS {
            cache.compile(&alloc::format!("a{number}"), &Limits::DEFAULT).unwrap();
        }
        assert!(cache.0.len() <= MAXIMUM_PATTERNS);
    }

    #[test]
    fn p2_a_pattern_cannot_leave_its_place() {
        assert_eq!(compile("a)|(?:b").unwrap_err(), "unopened group");
    }

    #[test]
    fn p2_patterns_that_cannot_be_used() {
        for (text, expected) in [
            ("(?=a)", "look-around, including look-ahead and look-behind, is not supported"),
            (r"(a)\1", "backreferences are not supported"),
            ("(", "unclosed group"),
            (&"(".repeat(33), "unclosed group"),
            (
                &alloc::format!("{}a{}", "(".repeat(33), ")".repeat(33)),
                "exceed the maximum number of nested parentheses/brackets (32)",
            ),
            ("(?:a{1000}){1000}", "compiled it has more than 4194304 bytes"),
            (&"a".repeat(1025), "it has 1025 bytes; at most 1024 are allowed"),
        ] {
            assert_eq!(compile(text).unwrap_err(), expected, "{text}");
        }
        assert!(compile(r"^[\w\-\.]+@([\w-]+\.)+[\w-]{2,}$").is_ok(), "an everyday pattern");
        assert!(compile(&alloc::format!("{}a{}", "(".repeat(31), ")".repeat(31))).is_ok());
    }
}
