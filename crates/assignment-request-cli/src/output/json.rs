//! How JSON is printed: escapes deceptive characters, and cuts long texts.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::shown::is_escaped;

/// The longest text in a line for machines, in characters: the longest text that a request can have (rule C14).
const LONGEST_TEXT: usize = 8192;
/// The longest text in JSON for people, in characters.
const LONGEST_TEXT_FOR_PEOPLE: usize = 64;

/// Returns the JSON `text` for a machine: reading it gives the same values, except for texts that are cut.
pub(super) fn for_machines(text: &[u8]) -> Cow<'_, [u8]> {
    // Nearly every line is plain ASCII. The check has no early exit, so that the compiler can vectorize it.
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

/// Escapes and cuts the texts in the JSON `text`, including the names of members. Outside of texts, JSON has no
/// character that needs escaping.
fn rewrite(text: &str, longest: usize) -> String {
    let mut written = String::with_capacity(text.len());
    // The number of characters so far in the current text; `None` outside of texts.
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

/// Splits off the first character in its written form: `\n`, `\u001b` and `\ud83d\ude42` are one each.
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

/// Appends a character, escaped if it is deceptive. All of the escaped ones are below U+10000.
fn push(written: &mut String, character: &str) {
    match character.chars().next() {
        Some(first) if is_escaped(first) => {
            // Writing to a string cannot fail.
            let _ = write!(written, "\\u{:04x}", u32::from(first));
        }
        _ => written.push_str(character),
    }
}
