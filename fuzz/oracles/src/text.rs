//! The slow and obvious reading of JSON text, through `serde_json` (rules J1 and J2).

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Number, Value};

const MAX_BYTES: usize = 1024 * 1024;
const MAX_LEVELS: usize = 32;

/// Reads the document in `bytes`. `None` if there are too many bytes, if they are not JSON, if they have more than 32
/// levels, or if a member is a duplicate.
///
/// A number that is not an integer of 64 bits stays a fraction, and becomes 0.5 if it is larger than any `f64`: it is
/// JSON, but no body has a member for it.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<Value> {
    if bytes.len() > MAX_BYTES {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok()?;
    value(serde_json::from_str(text).ok()?, MAX_LEVELS)
}

/// Reads the value in `raw`, which may have `levels` more levels.
fn value(raw: &RawValue, levels: usize) -> Option<Value> {
    let text = raw.get();
    let levels_inside = levels.checked_sub(1);
    match text.bytes().next()? {
        b'{' => {
            let Members(members) = serde_json::from_str(text).ok()?;
            let mut object = Map::new();
            for (name, raw) in members {
                if object.insert(name, value(raw, levels_inside?)?).is_some() {
                    return None;
                }
            }
            levels_inside.map(|_| Value::Object(object))
        }
        b'[' => {
            let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
            let items: Option<Vec<_>> =
                items.into_iter().map(|raw| levels_inside.and_then(|levels| value(raw, levels))).collect();
            levels_inside.and(items).map(Value::Array)
        }
        b'-' | b'0'..=b'9' => {
            let fraction =
                || text.parse().ok().and_then(Number::from_f64).map_or(Value::from(0.5), Value::from);
            Some(text.parse::<i64>().map_or_else(|_| fraction(), Value::from))
        }
        _ => serde_json::from_str(text).ok(),
    }
}

/// The members of an object in their order, including duplicates.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn documents_are_read_and_faults_are_found() {
        let text = br#" {"a":[1,-0,1.0,1e999,"\u00e9",null,true],"b":{"a":{}}} "#;
        let expected = json!({"a": [1, 0, 1.0, 0.5, "\u{e9}", null, true], "b": {"a": {}}});
        assert_eq!(read(text), Some(expected));
        let nested = |levels| [vec![b'['; levels], vec![b']'; levels]].concat();
        assert!(read(&nested(32)).is_some() && read(&nested(33)).is_none());
        assert!(read(&vec![b' '; MAX_BYTES + 1]).is_none());
        for fault in [
            &b""[..],
            b"{",
            b"{} {}",
            b"\xef\xbb\xbf{}",
            b"\"\xff\"",
            br#""\ud800""#,
            br#"{"a":1,"a":1}"#,
            br#"{"x":[{"a":1,"\u0061":2}]}"#,
            b"01",
            b"[1,]",
            b"NaN",
        ] {
            assert!(read(fault).is_none(), "{}", String::from_utf8_lossy(fault));
        }
    }
}
