//! Patterns that must match a whole answer (rules P2, P8, A8).

mod matching;
mod program;
mod reading;

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use core::fmt;

use regex_syntax::ast::parse::ParserBuilder;
use regex_syntax::hir::translate::Translator;

use crate::policy::pattern::program::Program;
use crate::policy::violation::{PolicyViolationKind, short_reason};
use crate::vocabulary::limits::Limits;

/// A compiled pattern.
///
/// The parsed pattern is matched against the whole answer. The text is not wrapped as in `\A(?:…)\z`, because a pattern
/// like `a)|(?:b` could close the group around it.
#[derive(Clone)]
pub(crate) struct Pattern(Arc<Compiled>);

struct Compiled {
    program: Program,
    /// The cost of reading its classes, in steps.
    reading: usize,
}

impl Pattern {
    /// Returns whether the pattern matches all of `text`.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        matching::is_match(&self.0.program, text)
    }

    /// Checks the pattern's own size and cost, regardless of other patterns.
    fn check(&self, limits: &Limits) -> Result<(), PolicyViolationKind> {
        if self.0.program.memory() > limits.compiled_pattern {
            let limit = limits.compiled_pattern;
            return Err(bad_pattern(&format_args!("compiled it has more than {limit} bytes")));
        }
        let steps = self.0.program.steps(limits.answer);
        if steps > limits.pattern_steps {
            return Err(costly_pattern(&format_args!(
                "matching an answer of {} bytes would take up to {steps} steps; at most {} are allowed",
                limits.answer, limits.pattern_steps
            )));
        }
        Ok(())
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Pattern")
    }
}

/// The total cost of a policy's patterns while they are compiled (rule P8).
#[derive(Debug)]
pub(crate) struct Patterns<'a> {
    cache: &'a mut PatternCache,
    limits: &'a Limits,
    /// The cost of reading the patterns' classes, in steps.
    reading: usize,
    /// How many bytes the patterns take.
    memory: usize,
}

impl<'a> Patterns<'a> {
    pub(crate) const fn new(cache: &'a mut PatternCache, limits: &'a Limits) -> Self {
        Self { cache, limits, reading: 0, memory: 0 }
    }

    /// Compiles the policy's next pattern. A pattern that was already compiled for another policy costs the same.
    pub(crate) fn compile(&mut self, text: &str) -> Result<Pattern, PolicyViolationKind> {
        let limits = self.limits;
        if text.len() > limits.pattern {
            return Err(bad_pattern(&format_args!(
                "it has {} bytes; at most {} are allowed",
                text.len(),
                limits.pattern
            )));
        }
        let key = (Box::from(text), limits.pattern_nesting);
        let pattern = if let Some(pattern) = self.cache.0.get(&key) {
            let pattern = pattern.clone();
            self.read(pattern.0.reading)?;
            pattern.check(limits)?;
            pattern
        } else {
            let pattern = self.compile_new(text)?;
            pattern.check(limits)?;
            self.cache.insert(key, pattern.clone());
            pattern
        };
        self.keep(pattern.0.program.memory())?;
        Ok(pattern)
    }

    fn compile_new(&mut self, text: &str) -> Result<Pattern, PolicyViolationKind> {
        let parsed = ParserBuilder::new()
            .nest_limit(self.limits.pattern_nesting)
            .build()
            .parse(text)
            .map_err(|error| bad_pattern(error.kind()))?;
        let reading = reading::steps(text, &parsed);
        self.read(reading)?;
        let hir = Translator::new().translate(text, &parsed).map_err(|error| bad_pattern(error.kind()))?;
        let program = Program::compile(&hir);
        Ok(Pattern(Arc::new(Compiled { program, reading })))
    }

    /// Counts the cost of reading a pattern's classes. A pattern that would exceed the limit is not read.
    fn read(&mut self, steps: usize) -> Result<(), PolicyViolationKind> {
        let reading = self.reading.saturating_add(steps);
        if reading > self.limits.patterns_reading {
            return Err(costly_pattern(&format_args!(
                "with the patterns before it, reading its classes would take {reading} steps; at most {} are allowed",
                self.limits.patterns_reading
            )));
        }
        self.reading = reading;
        Ok(())
    }

    /// Counts the memory of a pattern. Only the first pattern that exceeds the limit is refused, since that is enough
    /// to refuse the policy.
    fn keep(&mut self, bytes: usize) -> Result<(), PolicyViolationKind> {
        let limit = self.limits.patterns_memory;
        let was_within = self.memory <= limit;
        self.memory = self.memory.saturating_add(bytes);
        if was_within && self.memory > limit {
            let memory = self.memory;
            return Err(costly_pattern(&format_args!(
                "with the patterns before it, it takes {memory} bytes of memory; at most {limit} are allowed"
            )));
        }
        Ok(())
    }
}

/// How many patterns a cache keeps.
const MAXIMUM_PATTERNS: usize = 256;

/// A cache of compiled patterns, shared between the policies that are compiled with it.
///
/// Compiling a pattern takes about a hundred times as long as matching it. If you compile many policies with the same
/// patterns, pass the same cache to [`Policy::compile_with`](crate::Policy::compile_with) each time. The cache affects
/// only the time and memory that compiling takes. It keeps a few hundred patterns at most.
///
/// ```
/// use assignment_request::{Limits, PatternCache, Policy, PolicySpec};
///
/// let mut patterns = PatternCache::new();
/// for spec in [PolicySpec::default(), PolicySpec::default()] {
///     let policy = Policy::compile_with(&spec, &Limits::default(), &|_| None, &mut patterns)?;
/// #     let _ = policy;
/// }
/// # Ok::<(), assignment_request::PolicyError>(())
/// ```
#[derive(Debug, Default)]
pub struct PatternCache(BTreeMap<Key, Pattern>);

/// A pattern, and how deeply it was allowed to be nested.
type Key = (Box<str>, u32);

impl PatternCache {
    /// Returns an empty cache.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    fn insert(&mut self, key: Key, pattern: Pattern) {
        if self.0.len() >= MAXIMUM_PATTERNS {
            self.0.clear();
        }
        self.0.insert(key, pattern);
    }
}

fn bad_pattern(reason: &dyn fmt::Display) -> PolicyViolationKind {
    PolicyViolationKind::BadPattern { reason: short_reason(reason) }
}

fn costly_pattern(reason: &dyn fmt::Display) -> PolicyViolationKind {
    PolicyViolationKind::CostlyPattern { reason: short_reason(reason) }
}

#[cfg(test)]
mod tests;
