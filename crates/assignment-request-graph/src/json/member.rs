//! Members: those of which Graph says a type, those with two names, and those that have no place (rules J4, J5, J7).

use assignment_request::Quoted;

use super::Reader;
use crate::{ReadCode, ReadError, UnknownMembers};

impl Reader<'_> {
    /// Reads an `@odata.type`, or null: one of the types `expected` of the namespace `microsoft.graph`, with or without
    /// `#` (rule J7). Tells which.
    ///
    /// # Errors
    ///
    /// `odataTypeMismatch` for any other type, or `wrongType` for what is no text.
    pub(crate) fn odata_type(
        &mut self,
        expected: &[&'static str],
    ) -> Result<Option<&'static str>, ReadError> {
        self.text_as(|text| {
            let name = text.strip_prefix('#').unwrap_or(text).strip_prefix("microsoft.graph.");
            let found = expected.iter().find(|expected| Some(**expected) == name);
            found.copied().ok_or_else(|| {
                let message = format!("type {} where {} is expected", Quoted(text), expected.join(" or "));
                (ReadCode::ODataTypeMismatch, message)
            })
        })
    }

    /// Reads an `@odata.type` that may only be one of the types `expected`, or null.
    ///
    /// # Errors
    ///
    /// Those of [`Reader::odata_type`].
    pub(crate) fn expect_type(&mut self, expected: &[&'static str]) -> Result<(), ReadError> {
        self.odata_type(expected).map(|_| ())
    }

    /// Reads an `@odata.type` that may only be one of the types `expected`, or null; `microsoft.graph.` may be left out
    /// too (rule J14).
    ///
    /// # Errors
    ///
    /// Those of [`Reader::odata_type`].
    pub(crate) fn expect_bare_type(&mut self, expected: &[&'static str]) -> Result<(), ReadError> {
        self.text_as(|text| {
            if expected.contains(&unqualified(text)) {
                return Ok(());
            }
            let message = format!("type {} where {} is expected", Quoted(text), expected.join(" or "));
            Err((ReadCode::ODataTypeMismatch, message))
        })?;
        Ok(())
    }

    /// The `@odata.type` of the object that comes next, which is not read. `None` if it has none, or where a fault
    /// comes before it, which the reading finds.
    pub(crate) fn type_ahead(&mut self) -> Option<String> {
        let at = self.value_at().ok()?;
        let mut ahead = Self::new(self.text.get(at..)?, self.limits);
        let mut found = None;
        // The first is enough; a second one is a fault that the reading finds.
        let _ = ahead.members(|reader, name| {
            if name == "@odata.type" && found.is_none() {
                found = reader.text()?.map(std::borrow::Cow::into_owned);
                Ok(())
            } else {
                reader.pass_over()
            }
        });
        found
    }

    /// Whether unknown members are passed over (rule J4).
    pub(crate) fn passes_over_unknown(&self) -> bool {
        self.limits.unknown_members == UnknownMembers::Ignore
    }

    /// Reads a member that its object does not know: an annotation is ignored, any other as the limits say (rule J4).
    /// `known` are the names whose case the name is compared with.
    ///
    /// # Errors
    ///
    /// `unknownMember`, and faults of the text.
    pub(crate) fn unknown(&mut self, name: &str, known: &[&str]) -> Result<(), ReadError> {
        self.check_case(name, known)?;
        if self.passes_over_unknown() || name.contains("@odata.") {
            return self.pass_over();
        }
        Err(self.unknown_member(name, known))
    }

    /// Refuses a name that differs from one of `known` only in ASCII case, where an unknown member would be ignored: a
    /// policy in another case would lose its approval without a word (rule J4).
    ///
    /// # Errors
    ///
    /// `unknownMember`.
    pub(crate) fn check_case(&self, name: &str, known: &[&str]) -> Result<(), ReadError> {
        if self.passes_over_unknown() && in_other_case(name, known).is_some() {
            return Err(self.unknown_member(name, known));
        }
        Ok(())
    }

    /// Reads a member of an object of which nothing but `known` matters, whatever the limits say: it is passed over, unless
    /// its name is one of `known` in another ASCII case.
    ///
    /// # Errors
    ///
    /// `unknownMember`, and faults of the text.
    pub(crate) fn pass_over_other(&mut self, name: &str, known: &[&str]) -> Result<(), ReadError> {
        if in_other_case(name, known).is_some() {
            return Err(self.unknown_member(name, known));
        }
        self.pass_over()
    }

    /// `unknownMember` at the current member. The message names the one of `known` that was probably meant.
    #[cold]
    pub(crate) fn unknown_member(&self, name: &str, known: &[&str]) -> ReadError {
        let message = match in_other_case(name, known) {
            Some(known) => format!("unknown member {}; expected {}", Quoted(name), Quoted(known)),
            None => format!("unknown member {}", Quoted(name)),
        };
        self.error_at_member(ReadCode::UnknownMember, message)
    }

    /// `unrecognizedBody`: no member of `kind` occurs in the body, whose value begins at the offset `at` (rule J15).
    #[cold]
    pub(crate) fn unrecognized(&self, at: usize, kind: &str) -> ReadError {
        let message = format!("no member of an {kind} is in the body");
        self.error_elsewhere(ReadCode::UnrecognizedBody, String::new(), at, message)
    }

    /// Reads a member that only a service writes, but whose value someone may have wished for: unknown, unless it is null.
    ///
    /// # Errors
    ///
    /// Those of [`Reader::unknown`].
    pub(crate) fn response_only(&mut self, name: &str) -> Result<(), ReadError> {
        if self.is_null()? { Ok(()) } else { self.unknown(name, &[]) }
    }

    /// Puts `value`, just read, into `slot`, where the same thing may be already under its `other` name (rule J5).
    ///
    /// # Errors
    ///
    /// `conflictingMembers` where both are there and differ.
    pub(crate) fn merge<T: PartialEq>(
        &self,
        slot: &mut Option<T>,
        value: Option<T>,
        other: &str,
    ) -> Result<(), ReadError> {
        match (&*slot, value) {
            (_, None) => Ok(()),
            (Some(before), Some(value)) => {
                if *before == value {
                    Ok(())
                } else {
                    Err(self.conflict(other))
                }
            }
            (None, value) => {
                *slot = value;
                Ok(())
            }
        }
    }

    /// `conflictingMembers` at the current member.
    #[cold]
    pub(crate) fn conflict(&self, other: &str) -> ReadError {
        self.error_at_member(ReadCode::ConflictingMembers, contradicts(other))
    }

    /// `conflictingMembers` at a member inside of the value that was just read: at its `path` from there on, and at the
    /// offset `at` of its name.
    #[cold]
    pub(crate) fn conflict_inside(&self, path: &str, at: usize, other: &str) -> ReadError {
        self.error_elsewhere(ReadCode::ConflictingMembers, self.path_inside(path), at, contradicts(other))
    }
}

fn contradicts(other: &str) -> String {
    format!("contradicts {}", Quoted(other))
}

/// A type's name without `#` and `microsoft.graph.`.
pub(crate) fn unqualified(text: &str) -> &str {
    let name = text.strip_prefix('#').unwrap_or(text);
    name.strip_prefix("microsoft.graph.").unwrap_or(name)
}

/// The one of `known` that `name` is in another case.
fn in_other_case<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    known.iter().copied().find(|known| *known != name && known.eq_ignore_ascii_case(name))
}

/// Matches the name of a member with those that its object knows; any other is unknown to it (rule J4).
///
/// The names of the arms are also those that an unknown name is compared with, so that no list can miss one. After `else`
/// comes an expression that gets these names and says what becomes of the unknown member.
macro_rules! match_member {
    ($reader:ident, $name:ident, { $($($known:literal)|+ => $read:expr,)+ }) => {
        match_member!($reader, $name, { $($($known)|+ => $read,)+ } else known => $reader.unknown($name, known)?)
    };
    ($reader:ident, $name:ident, { $($($known:literal)|+ => $read:expr,)+ } else $names:ident => $other:expr) => {
        match $name {
            $($($known)|+ => $read,)+
            _ => {
                let $names: &[&str] = &[$($($known),+),+];
                $other
            }
        }
    };
}
pub(crate) use match_member;
