//! What a step expects of its line.

use serde_json::{Map, Value};

/// A member of a line that is not as expected.
pub(crate) struct Difference<'a> {
    pub(crate) member: &'a str,
    pub(crate) expected: &'a Value,
    /// None where the line has no such member.
    pub(crate) found: Option<Value>,
}

/// Compares a line with what is expected of it. Members that nothing is expected of may be anything.
pub(crate) fn differences<'a>(expect: &'a Map<String, Value>, line: &Value) -> Vec<Difference<'a>> {
    expect
        .iter()
        .filter(|(member, expected)| line.get(member.as_str()) != Some(expected))
        .map(|(member, expected)| Difference { member, expected, found: line.get(member.as_str()).cloned() })
        .collect()
}

impl std::fmt::Display for Difference<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "`{}`: expected {}, found ", self.member, self.expected)?;
        match &self.found {
            Some(found) => write!(formatter, "{found}"),
            None => formatter.write_str("nothing"),
        }
    }
}
