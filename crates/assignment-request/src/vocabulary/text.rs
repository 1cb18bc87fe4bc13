//! Checks text for blankness, line breaks and deceptive characters (rules C14, A6, A7), and quotes it.

use core::fmt;

/// Returns whether `text` is blank: empty, or white space only.
#[inline]
#[must_use]
pub(crate) fn is_blank(text: &str) -> bool {
    // Nearly every text begins with a letter.
    let says_something = text.as_bytes().first().is_some_and(u8::is_ascii_graphic);
    !says_something && text.chars().all(char::is_whitespace)
}

/// The parts of a text that are not allowed everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Characters {
    /// The first forbidden character: a control character other than tab, CR, LF and U+0085, or a bidirectional
    /// control, which changes the order in which characters are shown.
    pub(crate) forbidden: Option<char>,
    /// Whether there is a line break: CR, LF, U+0085, U+2028 or U+2029.
    pub(crate) has_line_break: bool,
}

impl Characters {
    /// Examines `text`.
    pub(crate) fn of(text: &str) -> Self {
        if is_plain(text) {
            return Self::default();
        }
        let is_line_break = |character| matches!(character, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}');
        let is_forbidden = |character: &char| match character {
            '\t' | '\r' | '\n' | '\u{85}' => false,
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => true,
            other => other.is_control(),
        };
        Self { forbidden: text.chars().find(is_forbidden), has_line_break: text.chars().any(is_line_break) }
    }
}

/// Returns the first forbidden character of `text`, if there is one.
pub(crate) fn forbidden_character(text: &str) -> Option<char> {
    Characters::of(text).forbidden
}

/// How a text breaks rule C14.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextFault {
    /// The text is longer than its limit.
    TooLong {
        /// The length of the text in bytes.
        bytes: usize,
        /// The highest length allowed, in bytes.
        limit: usize,
    },
    /// The text contains a control character or a bidirectional control. This is the first one.
    ForbiddenCharacter(char),
}

/// Checks a text against its limit and for forbidden characters (rule C14). Returns whether it has line breaks.
pub(crate) fn check_text(text: &str, limit: usize) -> Result<bool, TextFault> {
    if text.len() > limit {
        return Err(TextFault::TooLong { bytes: text.len(), limit });
    }
    let Characters { forbidden, has_line_break } = Characters::of(text);
    match forbidden {
        Some(character) => Err(TextFault::ForbiddenCharacter(character)),
        None => Ok(has_line_break),
    }
}

/// Returns whether `text` is printable ASCII without line breaks, like nearly every text. The bytes are not decoded, so
/// processors can check many at a time.
fn is_plain(text: &str) -> bool {
    let are_plain = |bytes: &[u8]| bytes.iter().fold(true, |plain, byte| plain & matches!(byte, b' '..=b'~'));
    let bytes = text.as_bytes();
    // Check the last sixteen bytes as a block, even if some of them were checked before.
    bytes.last_chunk::<16>().map_or_else(
        || are_plain(bytes),
        |last| {
            bytes.as_chunks::<16>().0.iter().fold(are_plain(last), |plain, chunk| plain & are_plain(chunk))
        },
    )
}

/// The number of characters of user input that an error message repeats.
const QUOTED_CHARACTERS: usize = 64;

/// Displays user input in a message: in backticks, with control and bidirectional characters escaped, and cut at 64
/// characters.
///
/// ```
/// use assignment_request::Quoted;
///
/// assert_eq!(Quoted("userAdd\n").to_string(), "`userAdd\\n`");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Quoted<'a>(pub &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("`")?;
        let mut characters = self.0.chars();
        for character in characters.by_ref().take(QUOTED_CHARACTERS) {
            let Characters { forbidden, has_line_break } = Characters::of(character.encode_utf8(&mut [0; 4]));
            // Marks are allowed in texts (rule C14), but in a message they change the order of the words around them.
            let is_mark = matches!(character, '\u{61C}' | '\u{200E}' | '\u{200F}');
            if forbidden.is_some() || has_line_break || is_mark || character == '\t' {
                write!(formatter, "{}", character.escape_default())?;
            } else {
                write!(formatter, "{character}")?;
            }
        }
        formatter.write_str(if characters.next().is_some() { "…`" } else { "`" })
    }
}

/// Writes `items` separated by `separator`, or `none` if there are no items.
pub(crate) fn write_list<T: fmt::Display>(
    formatter: &mut impl fmt::Write,
    items: impl Iterator<Item = T>,
    separator: &str,
    none: &str,
) -> fmt::Result {
    let mut is_empty = true;
    for item in items {
        if !is_empty {
            formatter.write_str(separator)?;
        }
        is_empty = false;
        write!(formatter, "{item}")?;
    }
    if is_empty { formatter.write_str(none) } else { Ok(()) }
}

/// Implements serde for a type that is written as text, through `Display` and `FromStr`.
#[cfg(feature = "serde")]
macro_rules! impl_serde_as_text {
    ($type:ty, $expecting:literal) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;

                impl serde::de::Visitor<'_> for Visitor {
                    type Value = $type;

                    fn expecting(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                        formatter.write_str($expecting)
                    }

                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$type, E> {
                        text.parse().map_err(E::custom)
                    }
                }

                deserializer.deserialize_str(Visitor)
            }
        }
    };
}

/// Implements serde for a set that is written as the sequence of its members.
#[cfg(feature = "serde")]
macro_rules! impl_serde_as_sequence {
    ($set:ty, $member:ty) => {
        impl serde::Serialize for $set {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.iter())
            }
        }

        impl<'de> serde::Deserialize<'de> for $set {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let members = <alloc::vec::Vec<$member> as serde::Deserialize>::deserialize(deserializer)?;
                Ok(members.into_iter().collect())
            }
        }
    };
}

#[cfg(feature = "serde")]
pub(crate) use {impl_serde_as_sequence, impl_serde_as_text};

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};

    use super::*;

    #[test]
    fn c14_control_and_bidirectional_characters_are_found() {
        for text in
            ["a\u{0}", "\u{1b}[31m", "\u{7f}", "\u{9b}", "\u{202e}cba", "\u{2066}", "\u{2069}", "\u{b}"]
        {
            assert!(forbidden_character(text).is_some(), "{text:?}");
        }
        for text in ["", "a\tb\r\nc\u{85}", "\u{2028}", "\u{200f}", "\u{202f}", "é漢🙂"] {
            assert_eq!(forbidden_character(text), None, "{text:?}");
        }
    }

    /// Tests texts of many lengths with the character at every one or two places, or nowhere.
    #[test]
    fn c14_a_character_is_found_wherever_it_is() {
        for length in 0..=36 {
            for (one, another) in (0..=length).flat_map(|one| (one..=length).map(move |other| (one, other))) {
                let is_there = |place| place == one || place == another;
                let text: String =
                    (0..length).map(|place| if is_there(place) { '\n' } else { '~' }).collect();
                let found = Characters { forbidden: None, has_line_break: one < length };
                assert_eq!(Characters::of(&text), found, "{text:?}");
                let text = text.replace('\n', "\u{7f}");
                let found =
                    Characters { forbidden: (one < length).then_some('\u{7f}'), has_line_break: false };
                assert_eq!(Characters::of(&text), found, "{text:?}");
            }
        }
    }

    #[test]
    fn a6_blank_is_empty_or_white_space() {
        assert!(is_blank("") && is_blank(" \t\r\n\u{a0}\u{3000}"));
        assert!(!is_blank("\u{200b}") && !is_blank(" x "));
    }

    #[test]
    fn a7_line_breaks() {
        for text in ["\r", "a\nb", "\u{85}", "\u{2028}", "\u{2029}"] {
            assert!(Characters::of(text).has_line_break, "{text:?}");
        }
        assert!(!Characters::of("a\tb\u{b}").has_line_break);
    }

    #[test]
    fn quoted_text_is_cut_and_escaped() {
        assert_eq!(Quoted("\u{1b}\u{202e}\n\t").to_string(), "`\\u{1b}\\u{202e}\\n\\t`");
        assert_eq!(Quoted("\u{61c}\u{200e}\u{200f}").to_string(), "`\\u{61c}\\u{200e}\\u{200f}`");
        assert_eq!(Quoted(&"é".repeat(64)).to_string(), alloc::format!("`{}`", "é".repeat(64)));
        assert_eq!(Quoted(&"é".repeat(65)).to_string(), alloc::format!("`{}…`", "é".repeat(64)));
    }
}
