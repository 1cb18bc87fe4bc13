//! Reads single values: text, numbers, ids, timestamps, durations, names. Null is `None` (rule J5).

use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;

use assignment_request::{DurationError, IdError, NameError, Period, Quoted, Timestamp, TimestampError};
use jiter::Jiter;

use crate::json::reader::{Kind, Reader};
use crate::vocabulary::error::{ReadCode, ReadError};

/// Text, borrowed if it has no escapes. `None` if it is null or absent.
pub(crate) type Text<'a> = Option<Cow<'a, str>>;

/// The sentinel that every enumeration of Graph has on the wire.
pub(crate) const UNKNOWN_FUTURE_VALUE: &str = "unknownFutureValue";

impl<'a> Reader<'a> {
    /// Returns the offset of the next value.
    ///
    /// # Errors
    ///
    /// Returns `malformed` if no value begins here.
    pub(crate) fn value_at(&mut self) -> Result<usize, ReadError> {
        self.kind()?;
        Ok(self.at())
    }

    /// Returns whether the next value is an array.
    ///
    /// # Errors
    ///
    /// Returns `malformed` if no value begins here.
    pub(crate) fn is_array(&mut self) -> Result<bool, ReadError> {
        Ok(self.kind()? == Kind::Array)
    }

    /// Returns whether the next value is an object.
    ///
    /// # Errors
    ///
    /// Returns `malformed` if no value begins here.
    pub(crate) fn is_object(&mut self) -> Result<bool, ReadError> {
        Ok(self.kind()? == Kind::Object)
    }

    /// Returns whether the next value is a string.
    ///
    /// # Errors
    ///
    /// Returns `malformed` if no value begins here.
    pub(crate) fn is_text(&mut self) -> Result<bool, ReadError> {
        Ok(self.kind()? == Kind::Text)
    }

    /// Returns whether the next value is null, without reading it.
    ///
    /// # Errors
    ///
    /// Returns `malformed` if no value begins here.
    pub(crate) fn next_is_null(&mut self) -> Result<bool, ReadError> {
        Ok(self.kind()? == Kind::Null)
    }

    /// Reads null if it comes next. Returns whether it did.
    ///
    /// # Errors
    ///
    /// Returns faults of the text.
    pub(crate) fn is_null(&mut self) -> Result<bool, ReadError> {
        let is_null = self.next_is_null()?;
        if is_null {
            self.null()?;
        }
        Ok(is_null)
    }

    /// Reads an object as [`Reader::members`] does, or null. Returns whether it was an object.
    ///
    /// # Errors
    ///
    /// Returns the same as [`Reader::members`].
    pub(crate) fn object(
        &mut self,
        member: impl FnMut(&mut Self, &str) -> Result<(), ReadError>,
    ) -> Result<bool, ReadError> {
        match self.kind()? {
            Kind::Object => self.known_members(member).map(|()| true),
            Kind::Null => self.null().map(|()| false),
            found => Err(self.wrong_type(Kind::Object, found)),
        }
    }

    /// Reads an array or null. `element` reads each element.
    ///
    /// # Errors
    ///
    /// Returns the same as [`Reader::elements`].
    pub(crate) fn array<T>(
        &mut self,
        mut element: impl FnMut(&mut Self) -> Result<T, ReadError>,
    ) -> Result<Option<Vec<T>>, ReadError> {
        if self.is_null()? {
            return Ok(None);
        }
        let mut items = Vec::new();
        self.elements(|reader| {
            if items.is_empty() {
                // Nearly every array that has elements has at most eight.
                items.reserve(8);
            }
            items.push(element(reader)?);
            Ok(())
        })?;
        Ok(Some(items))
    }

    /// Reads text or null.
    ///
    /// # Errors
    ///
    /// Returns `wrongType` for any other value.
    pub(crate) fn text(&mut self) -> Result<Option<Cow<'a, str>>, ReadError> {
        Ok(self.placed_text()?.map(|(text, _)| text))
    }

    /// Reads text or null, and makes the text shareable.
    ///
    /// # Errors
    ///
    /// Returns the same as [`Reader::text`].
    pub(crate) fn shared_text(&mut self) -> Result<Option<Arc<str>>, ReadError> {
        self.text_as(|text| Ok(text.into()))
    }

    /// Reads text or null. Also returns the offset of the text.
    ///
    /// # Errors
    ///
    /// Returns the same as [`Reader::text`].
    pub(crate) fn placed_text(&mut self) -> Result<Option<(Cow<'a, str>, usize)>, ReadError> {
        self.text_or_null(|reader| {
            let at = reader.at();
            Ok((reader.string()?, at))
        })
    }

    /// Reads any value, or null, and returns the JSON text of a value.
    ///
    /// # Errors
    ///
    /// Returns faults of the text.
    pub(crate) fn json_text(&mut self) -> Result<Option<&'a str>, ReadError> {
        if self.is_null()? {
            return Ok(None);
        }
        self.any_text().map(Some)
    }

    /// Reads any value, and returns its JSON text.
    ///
    /// # Errors
    ///
    /// Returns faults of the text.
    pub(crate) fn any_text(&mut self) -> Result<&'a str, ReadError> {
        let start = self.value_at()?;
        self.skip()?;
        Ok(self.text.get(start..self.at()).unwrap_or_default())
    }

    /// Reads a boolean or null. The limits decide whether it may be written as a string.
    ///
    /// # Errors
    ///
    /// Returns `wrongType` for any other value.
    pub(crate) fn boolean(&mut self) -> Result<Option<bool>, ReadError> {
        match self.kind()? {
            Kind::Boolean => self.literal_boolean().map(Some),
            Kind::Null => self.null().map(|()| None),
            Kind::Text if self.limits.reads_quoted_scalars => {
                self.parsed(ReadCode::WrongType, |text| match text {
                    _ if text.eq_ignore_ascii_case("true") => Ok(true),
                    _ if text.eq_ignore_ascii_case("false") => Ok(false),
                    _ => Err("expected a boolean"),
                })
            }
            found => Err(self.wrong_type(Kind::Boolean, found)),
        }
    }

    /// Reads a whole number or null. The limits decide whether it may be written as a string.
    ///
    /// # Errors
    ///
    /// Returns `wrongType` for any other value.
    pub(crate) fn whole_number(&mut self) -> Result<Option<i64>, ReadError> {
        const EXPECTED: &str = "expected a whole number";
        match self.kind()? {
            Kind::Number => {
                let at = self.at();
                let text = self.number()?;
                let found =
                    |_| self.error_at(ReadCode::WrongType, at, format!("{EXPECTED}, found {}", Quoted(text)));
                text.parse().map(Some).map_err(found)
            }
            Kind::Null => self.null().map(|()| None),
            Kind::Text if self.limits.reads_quoted_scalars => {
                self.parsed(ReadCode::WrongType, |text| whole(text).ok_or(EXPECTED))
            }
            found => Err(self.wrong_type("a whole number", found)),
        }
    }

    /// Reads a number or text, or null. `read` parses the number or the text as it is written.
    ///
    /// # Errors
    ///
    /// Returns `wrongType` for any other value, and the errors of `read`.
    pub(crate) fn number_or_text<T>(
        &mut self,
        read: impl FnOnce(&str) -> Result<T, (ReadCode, String)>,
    ) -> Result<Option<T>, ReadError> {
        if self.kind()? != Kind::Number {
            return self.text_as(read);
        }
        let at = self.at();
        let text = self.number()?;
        read(text).map(Some).map_err(|(code, message)| self.error_at(code, at, message))
    }

    /// Reads an id or null (rule J8).
    ///
    /// # Errors
    ///
    /// Returns `invalidId`, or `wrongType` if the value is not text.
    pub(crate) fn id<T: FromStr<Err = IdError>>(&mut self) -> Result<Option<T>, ReadError> {
        self.parsed(ReadCode::InvalidId, str::parse)
    }

    /// Reads a timestamp or null (rule J9).
    ///
    /// # Errors
    ///
    /// Returns `invalidMoment`, or `wrongType` if the value is not text.
    pub(crate) fn timestamp(&mut self) -> Result<Option<Timestamp>, ReadError> {
        self.parsed(ReadCode::InvalidMoment, |text| {
            text.parse::<Timestamp>().map_err(|fault: TimestampError| fault)
        })
    }

    /// Reads a duration or null (rule J9).
    ///
    /// # Errors
    ///
    /// Returns `invalidDuration`, or `wrongType` if the value is not text.
    pub(crate) fn duration(&mut self) -> Result<Option<Period>, ReadError> {
        self.parsed(ReadCode::InvalidDuration, |text| {
            text.parse::<Period>().map_err(|fault: DurationError| fault)
        })
    }

    /// Reads a duration that is written as a whole number, or null.
    ///
    /// # Errors
    ///
    /// Returns `invalidDuration` if the number is negative or does not fit 32 bits, or the errors of
    /// [`Reader::whole_number`].
    pub(crate) fn count(&mut self) -> Result<Option<u32>, ReadError> {
        let at = self.value_at()?;
        let Some(number) = self.whole_number()? else { return Ok(None) };
        let message = || format!("expected a whole number from 0 to {}, found {number}", u32::MAX);
        let fault = |_| self.error_at(ReadCode::InvalidDuration, at, message());
        u32::try_from(number).map(Some).map_err(fault)
    }

    /// Reads a name of an enumeration, in any ASCII case, or null (rule J6). Names in `sentinels` exist, but are not
    /// supported here.
    ///
    /// # Errors
    ///
    /// Returns `unknownValue`, `unsupportedValue` for a sentinel, or `wrongType` if the value is not text.
    pub(crate) fn name<T: FromStr<Err = NameError>>(
        &mut self,
        sentinels: &[&str],
    ) -> Result<Option<T>, ReadError> {
        self.text_as(|text| {
            text.parse().map_err(|error: NameError| {
                let is_named = |sentinel: &&str| sentinel.eq_ignore_ascii_case(text);
                if is_named(&UNKNOWN_FUTURE_VALUE) || sentinels.iter().any(is_named) {
                    return (ReadCode::UnsupportedValue, format!("{} is not supported", Quoted(text)));
                }
                let message = format!("unknown value {}; {error}", Quoted(text));
                (ReadCode::UnknownValue, message)
            })
        })
    }

    /// Reads text or null, and parses it.
    fn parsed<T, E: Display>(
        &mut self,
        code: ReadCode,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, ReadError> {
        self.text_as(|text| parse(text).map_err(|fault| (code, format!("{fault}, found {}", Quoted(text)))))
    }

    /// Reads text or null. `read` parses the text, and reports a fault as a code and a message.
    ///
    /// # Errors
    ///
    /// Returns `wrongType` for any other value, and the errors of `read`.
    #[inline]
    pub(crate) fn text_as<T>(
        &mut self,
        read: impl FnOnce(&str) -> Result<T, (ReadCode, String)>,
    ) -> Result<Option<T>, ReadError> {
        self.text_or_null(|reader| {
            let at = reader.at();
            match reader.jiter.known_str().map(read) {
                Ok(Ok(value)) => Ok(value),
                Ok(Err((code, message))) => Err(reader.error_at(code, at, message)),
                Err(fault) => Err(reader.not_json(&fault)),
            }
        })
    }

    /// Reads null, or the next text with `read`.
    #[inline]
    fn text_or_null<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, ReadError>,
    ) -> Result<Option<T>, ReadError> {
        match self.kind()? {
            Kind::Text => read(self).map(Some),
            Kind::Null => self.null().map(|()| None),
            found => Err(self.wrong_type(Kind::Text, found)),
        }
    }
}

/// Parses `text` as a whole number in JSON's notation.
fn whole(text: &str) -> Option<i64> {
    let mut jiter = Jiter::new(text.as_bytes());
    let length = jiter.next_number_bytes().ok()?.len();
    if length == text.len() { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn j3_whole_numbers_in_text() {
        for (text, expected) in [
            ("1", Some(1)),
            ("0", Some(0)),
            ("-7", Some(-7)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
        ] {
            assert_eq!(whole(text), expected, "{text}");
        }
        for text in
            ["", "-", "+1", " 1", "1 ", "01", "1.0", "1e3", "0x1", "١", "NaN", "Infinity", "\"1\"", "[1]"]
        {
            assert_eq!(whole(text), None, "{text}");
        }
        assert_eq!(whole(&"1".repeat(100_000)), None);
    }
}
