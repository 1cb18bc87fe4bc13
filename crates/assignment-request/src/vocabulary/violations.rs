//! Collects broken rules.

use alloc::vec::Vec;
use core::fmt;

use crate::vocabulary::text::write_list;

/// Every rule that an input breaks, in the order of SPEC.md. Never empty.
///
/// `V` is [`Violation`](crate::Violation) or [`PolicyViolation`](crate::PolicyViolation).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violations<V>(Vec<V>);

impl<V> Violations<V> {
    /// Returns `Err` with the violations if there are any.
    pub(crate) fn check(found: Vec<V>) -> Result<(), Self> {
        if found.is_empty() { Ok(()) } else { Err(Self(found)) }
    }

    /// Returns an iterator over the violations.
    pub fn iter(&self) -> core::slice::Iter<'_, V> {
        self.0.iter()
    }
}

impl<V> IntoIterator for Violations<V> {
    type Item = V;
    type IntoIter = alloc::vec::IntoIter<V>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, V> IntoIterator for &'a Violations<V> {
    type Item = &'a V;
    type IntoIter = core::slice::Iter<'a, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Writes the violations' messages, separated by `; `.
impl<V: fmt::Display> fmt::Display for Violations<V> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_list(formatter, self.iter(), "; ", "")
    }
}
