//! Strings as JSON writes them.

/// A string that is not one, and where in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadString {
    /// The offset of the fault from the opening quote.
    pub(super) at: usize,
    /// What is wrong.
    pub(super) message: &'static str,
}

const END: &str = "unexpected end of the body";
const LONE_SURROGATE: &str = "half of a surrogate pair in a string";
const BAD_ESCAPE: &str = "invalid escape in a string";

/// The content of the string whose opening quote is at the offset `at` of `text`, if it ends and has no escapes.
#[inline]
pub(super) fn scan_plain(text: &str, at: usize) -> Option<&str> {
    let start = at + 1;
    let rest = text.as_bytes().get(start..)?;
    let length = plain_length(rest);
    if rest.get(length) == Some(&b'"') { text.get(start..start + length) } else { None }
}

/// Reads the string that begins with the quote at the start of `text`; also tells how many bytes it takes.
pub(super) fn scan_escaped(text: &str) -> Result<(String, usize), BadString> {
    let mut unescaped = String::new();
    let mut at = 1;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let length = plain_length(rest.as_bytes());
        let (plain, rest) = rest.split_at_checked(length).unwrap_or((rest, ""));
        unescaped.push_str(plain);
        at += plain.len();
        match rest.as_bytes() {
            [b'"', ..] => return Ok((unescaped, at + 1)),
            [b'\\', escape @ ..] => {
                let (character, length) = unescape(escape).map_err(|message| BadString {
                    at: if message == END { text.len() } else { at },
                    message,
                })?;
                unescaped.push(character);
                at += 1 + length;
            }
            [] => return Err(BadString { at, message: END }),
            _ => return Err(BadString { at, message: "control character in a string" }),
        }
    }
}

/// The character that an escape stands for, and how many bytes behind the backslash it takes.
fn unescape(escape: &[u8]) -> Result<(char, usize), &'static str> {
    let character = match escape {
        [b'"', ..] => '"',
        [b'\\', ..] => '\\',
        [b'/', ..] => '/',
        [b'b', ..] => '\u{8}',
        [b'f', ..] => '\u{c}',
        [b'n', ..] => '\n',
        [b'r', ..] => '\r',
        [b't', ..] => '\t',
        [b'u', digits @ ..] => return unescape_unit(digits),
        [] => return Err(END),
        _ => return Err(BAD_ESCAPE),
    };
    Ok((character, 1))
}

/// The character of `\uXXXX`, or of two of them that are a surrogate pair.
fn unescape_unit(digits: &[u8]) -> Result<(char, usize), &'static str> {
    const UNIT_LENGTH: usize = 4;
    let (first, rest) = code_unit(digits)?;
    if let Some(character) = char::from_u32(u32::from(first)) {
        return Ok((character, 1 + UNIT_LENGTH));
    }
    let second = match rest {
        [b'\\', b'u', digits @ ..] => code_unit(digits)?.0,
        [] | [b'\\'] => return Err(END),
        _ => return Err(LONE_SURROGATE),
    };
    match char::decode_utf16([first, second]).next() {
        Some(Ok(character)) => Ok((character, 3 + 2 * UNIT_LENGTH)),
        _ => Err(LONE_SURROGATE),
    }
}

/// Reads four hexadecimal digits.
fn code_unit(digits: &[u8]) -> Result<(u16, &[u8]), &'static str> {
    let mut rest = digits;
    let mut unit = 0;
    for _ in 0..4 {
        let [digit, behind @ ..] = rest else { return Err(END) };
        let value = char::from(*digit).to_digit(16).and_then(|value| u16::try_from(value).ok());
        unit = unit << 4 | value.ok_or(BAD_ESCAPE)?;
        rest = behind;
    }
    Ok((unit, rest))
}

/// How many bytes come before the first quote, backslash or control character.
#[inline]
fn plain_length(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let special = special_bytes(u64::from_le_bytes(*word));
        if special != 0 {
            return index * 8 + special.trailing_zeros() as usize / 8;
        }
    }
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
    words.len() * 8 + rest.iter().position(is_special).unwrap_or(rest.len())
}

/// Marks, by its highest bit, each byte of `word` that is a quote, a backslash or a control character. Only the lowest
/// mark is to be trusted: a subtraction borrows from the bytes above it.
const fn special_bytes(word: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([0x01; 8]);
    const HIGHEST_BITS: u64 = u64::from_le_bytes([0x80; 8]);
    const QUOTES: u64 = u64::from_le_bytes([b'"'; 8]);
    const BACKSLASHES: u64 = u64::from_le_bytes([b'\\'; 8]);
    const SPACES: u64 = u64::from_le_bytes([b' '; 8]);
    let quote = word ^ QUOTES;
    let backslash = word ^ BACKSLASHES;
    ((quote.wrapping_sub(ONES) & !quote)
        | (backslash.wrapping_sub(ONES) & !backslash)
        | (word.wrapping_sub(SPACES) & !word))
        & HIGHEST_BITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn j1_strings_without_escapes() {
        for text in ["\"\"", "\"a\"", "\"1234567\"", "\"12345678\"", "\"123456789 é漢🙂 123456789\""] {
            let content = &text[1..text.len() - 1];
            assert_eq!(scan_plain(text, 0), Some(content));
            assert_eq!(scan_plain(&format!("é {text}, \"behind\""), 3), Some(content));
            assert_eq!(scan_escaped(text), Ok((content.to_owned(), text.len())));
            assert_eq!(scan_plain(&text[..text.len() - 1], 0), None);
        }
    }

    #[test]
    fn j1_escapes() {
        let text = r#""a\"\\\/\b\f\n\r\té\u00E9\ud83d\uDE42\u0000""#;
        assert_eq!(scan_plain(text, 0), None);
        assert_eq!(scan_escaped(text), Ok(("a\"\\/\u{8}\u{c}\n\r\téé🙂\0".to_owned(), text.len())));
    }

    #[test]
    fn j1_bad_strings_tell_where() {
        for (text, at, message) in [
            ("\"", 1, END),
            ("\"abc", 4, END),
            ("\"abc\\", 5, END),
            ("\"\\u12", 5, END),
            ("\"\\ud800", 7, END),
            ("\"\\ud800\\", 8, END),
            ("\"ab\\x\"", 3, BAD_ESCAPE),
            ("\"\\u12g4\"", 1, BAD_ESCAPE),
            ("\"\\u+123\"", 1, BAD_ESCAPE),
            ("\"a\\ud800\"", 2, LONE_SURROGATE),
            ("\"\\udc00\"", 1, LONE_SURROGATE),
            ("\"\\ud800\\ud800\"", 1, LONE_SURROGATE),
            ("\"\\ud800\\u0041\"", 1, LONE_SURROGATE),
            ("\"\\ud800x\"", 1, LONE_SURROGATE),
            ("\"a\nb\"", 2, "control character in a string"),
            ("\"12345678\u{0}\"", 9, "control character in a string"),
        ] {
            assert_eq!(scan_escaped(text), Err(BadString { at, message }), "{text:?}");
        }
    }

    #[test]
    fn every_byte_is_found_in_every_place() {
        for length in 0..20 {
            for place in 0..length {
                for byte in 0..=255_u8 {
                    let mut bytes = vec![b'x'; length];
                    bytes[place] = byte;
                    let expected = if matches!(byte, b'"' | b'\\' | 0..=0x1f) { place } else { length };
                    assert_eq!(plain_length(&bytes), expected, "{byte} at {place} of {length}");
                }
            }
        }
    }
}
