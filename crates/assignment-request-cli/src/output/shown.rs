//! How text is shown to people: escapes deceptive characters, and cuts long texts.

use std::fmt::{self, Display, Write as _};
use std::path::Path;

use clap::error::{ContextKind, ContextValue};

/// The longest line, in bytes, without its line break and its colours.
const LONGEST_LINE: usize = 4096;
/// The longest file name that is shown whole, in characters: ordinary paths are shorter.
const LONGEST_NAME: usize = 256;
/// The longest other argument that is shown whole, in characters.
const LONGEST_ARGUMENT: usize = 64;
/// Replaces what is left out.
const ELLIPSIS: char = '…';

/// Whether a character is escaped: a control character, a line or paragraph separator, or one that changes the
/// direction of text.
pub(super) fn is_escaped(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

/// A line for people that is being written.
#[derive(Default)]
pub(super) struct Line {
    text: String,
    /// The length in bytes without colours.
    length: usize,
    is_cut: bool,
}

impl Line {
    /// Appends a text, escaped, and cut if it does not fit.
    pub(super) fn push(&mut self, text: &dyn Display) {
        // Neither the line nor what it displays can fail.
        let _ = write!(self, "{text}");
    }

    /// Appends the codes that switch colours.
    pub(super) fn push_style(&mut self, style: &dyn Display) {
        let _ = write!(self.text, "{style}");
    }

    /// Ends the line.
    pub(super) fn end(&mut self) -> &str {
        self.text.push('\n');
        &self.text
    }
}

impl fmt::Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.is_cut {
            return Ok(());
        }
        for character in text.chars() {
            let before = self.text.len();
            if is_escaped(character) {
                self.text.extend(character.escape_default());
            } else {
                self.text.push(character);
            }
            self.length += self.text.len() - before;
            if self.length > LONGEST_LINE - ELLIPSIS.len_utf8() {
                self.text.truncate(before);
                self.text.push(ELLIPSIS);
                self.is_cut = true;
                break;
            }
        }
        Ok(())
    }
}

/// Cuts the middle out of a text that takes more than `limit` characters when shown. The beginning says what the text
/// is about, and the end may say what was expected instead.
pub(crate) fn cut(text: &str, limit: usize) -> String {
    let mut rest = text.chars();
    let head = take(|| rest.next(), limit / 2);
    let tail = take(|| rest.next_back(), limit / 2);
    let ellipsis = (!rest.as_str().is_empty()).then_some(ELLIPSIS);
    head.into_iter().chain(ellipsis).chain(tail.into_iter().rev()).collect()
}

/// Takes characters until they take more than `limit` characters when shown.
fn take(mut next: impl FnMut() -> Option<char>, limit: usize) -> Vec<char> {
    let (mut taken, mut length) = (Vec::new(), 0);
    while length < limit
        && let Some(character) = next()
    {
        length += if is_escaped(character) { character.escape_default().len() } else { 1 };
        taken.push(character);
    }
    taken
}

/// Returns a file's name for people. Bytes that are not text are shown as `\xff`.
pub(crate) fn file_name(file: &Path) -> String {
    let mut name = String::new();
    for chunk in file.as_os_str().as_encoded_bytes().utf8_chunks() {
        name.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a string cannot fail.
            let _ = write!(name, "\\x{byte:02x}");
        }
    }
    cut(&name, LONGEST_NAME)
}

/// Escapes and cuts the arguments that a `clap` message repeats.
pub(super) fn escape_arguments(error: &mut clap::Error) {
    let repeated: Vec<_> = error
        .context()
        .filter_map(|(kind, value)| match value {
            ContextValue::String(text) => Some((kind, text.clone())),
            _ => None,
        })
        .collect();
    for (kind, text) in repeated {
        let mut line = Line::default();
        line.push(&cut(&text, LONGEST_ARGUMENT));
        if line.text != text {
            error.insert(kind, ContextValue::String(line.text));
            // The suggestion repeats the argument in a sentence of its own.
            error.remove(ContextKind::Suggested);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_in_its_middle() {
        for (text, shown) in
            [("", ""), ("abcdef", "abcdef"), ("abcdefg", "abc…efg"), ("éé🙂🙂éé🙂", "éé🙂…éé🙂")]
        {
            assert_eq!(cut(text, 6), shown);
        }
        // An escaped character counts with the length of its escape.
        assert_eq!(cut("\u{202e}aa\u{202e}", 18), "\u{202e}aa\u{202e}");
        assert_eq!(cut("\u{202e}aaa\u{202e}", 18), "\u{202e}a…a\u{202e}");
    }

    #[test]
    fn a_line_has_at_most_4096_bytes_besides_its_colours() {
        let line = |text: &str| {
            let mut line = Line::default();
            line.push_style(&"\u{1b}[1m");
            line.push(&text);
            line.push(&"more");
            line.end().to_owned()
        };
        assert_eq!(line("a\tb"), "\u{1b}[1ma\\tbmore\n");
        let longest = "a".repeat(4093 - 4);
        assert_eq!(line(&longest), format!("\u{1b}[1m{longest}more\n"));
        assert_eq!(line(&format!("{longest}a")), format!("\u{1b}[1m{longest}amor…\n"));
        assert_eq!(line(&format!("{longest}é\u{9b}")), format!("\u{1b}[1m{longest}é…\n"));
        assert!(line(&"\u{202e}".repeat(1_000_000)).len() <= 4096 + 5);
    }
}
