//! Numbers as JSON writes them.

/// How many bytes the number at the start of `bytes` has, and whether it is a whole number (no fraction, no exponent).
pub(super) fn scan(bytes: &[u8]) -> Option<(usize, bool)> {
    let rest = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let rest = match rest {
        [b'0', rest @ ..] => rest,
        _ => digits(rest)?,
    };
    let mut end = rest;
    if let [b'.', fraction @ ..] = end {
        end = digits(fraction)?;
    }
    if let [b'e' | b'E', exponent @ ..] = end {
        end = digits(match exponent {
            [b'+' | b'-', exponent @ ..] => exponent,
            _ => exponent,
        })?;
    }
    Some((bytes.len() - end.len(), end.len() == rest.len()))
}

/// What follows one or more digits.
fn digits(bytes: &[u8]) -> Option<&[u8]> {
    match bytes.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(bytes.len()) {
        0 => None,
        length => bytes.get(length..),
    }
}

/// The whole number that `text` is, written as JSON writes one.
pub(super) fn whole(text: &str) -> Option<i64> {
    match scan(text.as_bytes()) {
        Some((length, true)) if length == text.len() => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn j1_numbers_are_those_of_json() {
        for (text, expected) in [
            ("0", Some((1, true))),
            ("-0,", Some((2, true))),
            ("120]", Some((3, true))),
            ("1.5", Some((3, false))),
            ("1e9", Some((3, false))),
            ("-1.25E-10 ", Some((9, false))),
            ("01", Some((1, true))), // the second digit is refused as text behind the number
            ("", None),
            ("-", None),
            ("-a", None),
            ("1.", None),
            (".5", None),
            ("1e", None),
            ("1e+", None),
            ("+1", None),
        ] {
            assert_eq!(scan(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn j3_whole_numbers_in_text() {
        for (text, expected) in [("1", Some(1)), ("-7", Some(-7)), ("9223372036854775808", None)] {
            assert_eq!(whole(text), expected, "{text}");
        }
        for text in ["", "+1", " 1", "1 ", "01", "1.0", "1e3", "0x1", "١"] {
            assert_eq!(whole(text), None, "{text}");
        }
    }
}
