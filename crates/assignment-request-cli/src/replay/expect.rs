//! What a step expects of its output line.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::output::{LONGEST_MESSAGE, cut};

/// The members that a line must have, with their values.
pub(crate) struct Expectation(Map<String, Value>);

/// A member of a line that differs from the expectation.
pub(crate) struct Difference<'a> {
    pub(crate) member: &'a str,
    pub(crate) expected: &'a Value,
    /// `None` if the line has no such member.
    pub(crate) found: Option<Value>,
}

/// Compares a line with its expectation. Other members may have any value.
pub(crate) fn differences<'a>(expect: &'a Expectation, line: &Value) -> Vec<Difference<'a>> {
    expect
        .0
        .iter()
        .filter(|(member, expected)| line.get(member.as_str()) != Some(expected))
        .map(|(member, expected)| Difference { member, expected, found: line.get(member.as_str()).cloned() })
        .collect()
}

impl fmt::Display for Difference<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |value: &Value| cut(&value.to_string(), LONGEST_MESSAGE);
        let member = assignment_request::Quoted(self.member);
        write!(formatter, "{member}: expected {}, found ", shown(self.expected))?;
        match &self.found {
            Some(found) => formatter.write_str(&shown(found)),
            None => formatter.write_str("nothing"),
        }
    }
}

impl<'de> Deserialize<'de> for Expectation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Expectation;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Expectation, A::Error> {
                members(map).map(Expectation)
            }
        }

        deserializer.deserialize_map(Members)
    }
}

/// JSON without duplicate members. A plain [`Value`] would keep the last of two, and drop the expectation of the other.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Value;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a JSON value")
            }

            fn visit_unit<E: Error>(self) -> Result<Value, E> {
                Ok(Value::Null)
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
                Ok(value.into())
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
                Ok(value.into())
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
                Ok(value.into())
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
                Ok(value.into())
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
                Ok(value.into())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
                let mut values = Vec::new();
                while let Some(Strict(value)) = items.next_element()? {
                    values.push(value);
                }
                Ok(values.into())
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Value, A::Error> {
                members(map).map(Value::Object)
            }
        }

        deserializer.deserialize_any(Any).map(Strict)
    }
}

/// Reads the members of an object, and refuses duplicates.
fn members<'de, A: MapAccess<'de>>(mut map: A) -> Result<Map<String, Value>, A::Error> {
    let mut members = Map::new();
    while let Some(name) = map.next_key::<String>()? {
        if members.contains_key(&name) {
            let name = assignment_request::Quoted(&name);
            return Err(A::Error::custom(format_args!("duplicate field {name}")));
        }
        let Strict(value) = map.next_value()?;
        members.insert(name, value);
    }
    Ok(members)
}
