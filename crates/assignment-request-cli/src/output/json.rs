//! How JSON is printed: characters that deceive are escaped, and texts that are long are cut.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::shown::is_escaped;

/// How many characters a text has at most in a line for machines: as many as the longest text of a request (rule C14).
const LONGEST_TEXT: usize = 8192;
/// How many characters a text has at most in JSON that people read.
const LONGEST_TEXT_FOR_PEOPLE: usize = 64;

/// Returns the JSON `text` for a machine: reading it gives the same values, except for texts that are cut.
pub(super) fn for_machines(text: &[u8]) -> Cow<'_, [u8]> {
    // Nearly every line is like this. It is looked at as a whole, so that processors can do many bytes at a time.
    let is_plain = text.iter().fold(true, |plain, byte| plain & matches!(byte, b' '..=b'~'));
    if is_plain && text.len() <= LONGEST_TEXT {
        return Cow::Borrowed(text);
    }
    let text = String::from_utf8_lossy(text);
    Cow::Owned(rewrite(&text, LONGEST_TEXT).into_bytes())
}

/// Returns the JSON `text` for people.
pub(crate) fn for_people(text: &str) -> String {
    rewrite(text, LONGEST_TEXT_FOR_PEOPLE)
}

/// Escapes and cuts the texts in the JSON `text`, names of members among them. Outside of texts JSON has no character
/// that is escaped.
fn rewrite(text: &str, longest: usize) -> String {
    let mut written = String::with_capacity(text.len());
    // How many characters of a text were passed, if there is one.
    let mut inside = None;
    let mut rest = text;
    while let Some((character, after)) = split(rest) {
        rest = after;
        inside = match inside {
            None => {
                written.push_str(character);
                (character == "\"").then_some(0)
            }
            Some(_) if character == "\"" => {
                written.push_str(character);
                None
            }
            Some(passed) => {
                if passed < longest {
                    push(&mut written, character);
                } else if passed == longest {
                    written.push('…');
                }
                Some(passed + 1)
            }
        };
    }
    written
}

/// Splits the first character off, as it is written: `\n`, `\u001b` and `\ud83d\ude42` are one each.
fn split(text: &str) -> Option<(&str, &str)> {
    let is_high_surrogate = || {
        let second = text.as_bytes().get(2..4).unwrap_or_default();
        matches!(second, [b'd' | b'D', b'8' | b'9' | b'a' | b'b' | b'A' | b'B'])
    };
    let length = match text.as_bytes() {
        [b'\\', b'u', ..] if is_high_surrogate() => 12,
        [b'\\', b'u', ..] => 6,
        [b'\\', ..] => 2,
        _ => text.chars().next()?.len_utf8(),
    };
    text.split_at_checked(length).or(Some((text, "")))
}

/// Appends a character, escaped if it deceives. All of these are below U+10000.
fn push(written: &mut String, character: &str) {
    match character.chars().next() {
        Some(first) if is_escaped(first) => {
            // Writing to a string does not fail.
            let _ = write!(written, "\\u{:04x}", u32::from(first));
        }
        _ => written.push_str(character),
    }
}
