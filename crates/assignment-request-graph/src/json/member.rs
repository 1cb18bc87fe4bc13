//! Reads members: types, members with two names, and unknown members (rules J4, J5, J7).

use assignment_request::Quoted;

use crate::json::reader::Reader;
use crate::vocabulary::error::{ReadCode, ReadError};
use crate::vocabulary::options::UnknownMembers;

impl Reader<'_> {
    /// Reads an `@odata.type`, or null. It must be one of the types `expected` of the namespace `microsoft.graph`, with
    /// or without `#` (rule J7). Returns the type that was found.
    ///
    /// # Errors
    ///
    /// Returns `odataTypeMismatch` for another type, or `wrongType` if the value is not text.
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

    /// Reads an `@odata.type` that must be one of the types `expected`, or null.
    ///
    /// # Errors
    ///
    /// Returns the same as [`Reader::odata_type`].
    pub(crate) fn expect_type(&mut self, expected: &[&'static str]) -> Result<(), ReadError> {
        self.odata_type(expected).map(|_| ())
    }

    /// Reads an `@odata.type` that must be one of the types `expected`, or null. `microsoft.graph.` may be omitted too
    /// (rule J14).
    ///
    /// # Errors
    ///
    /// Returns the same as [`Reader::odata_type`].
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

    /// Returns the `@odata.type` of the next object without reading the object. Returns `None` if there is none, or if
    /// a fault comes before it: the reader finds that fault later.
    pub(crate) fn type_ahead(&mut self) -> Option<String> {
        let at = self.value_at().ok()?;
        let mut ahead = Self::new(self.text.get(at..)?, self.limits);
        let mut found = None;
        // Stop at the first one. A second one is a fault that the reader finds later.
        let _ = ahead.members(|reader, name| {
            if name == "@odata.type" && found.is_none() {
                found = reader.text()?.map(std::borrow::Cow::into_owned);
                Ok(())
            } else {
                reader.skip()
            }
        });
        found
    }

    /// Returns whether unknown members are ignored (rule J4).
    pub(crate) fn ignores_unknown(&self) -> bool {
        self.limits.unknown_members == UnknownMembers::Ignore
    }

    /// Reads an unknown member. An annotation is ignored; any other is handled as the limits say (rule J4). The name is
    /// compared with `known` to find a difference in case.
    ///
    /// # Errors
    ///
    /// Returns `unknownMember`, and faults of the text.
    pub(crate) fn unknown(&mut self, name: &str, known: &[&str]) -> Result<(), ReadError> {
        self.check_case(name, known)?;
        if self.ignores_unknown() || name.contains("@odata.") {
            return self.skip();
        }
        Err(self.unknown_member(name, known))
    }

    /// Refuses a name that differs from one of `known` only in ASCII case, if unknown members are ignored. Otherwise a
    /// policy in another case would silently lose its approval (rule J4).
    ///
    /// # Errors
    ///
    /// Returns `unknownMember`.
    pub(crate) fn check_case(&self, name: &str, known: &[&str]) -> Result<(), ReadError> {
        if self.ignores_unknown() && in_other_case(name, known).is_some() {
            return Err(self.unknown_member(name, known));
        }
        Ok(())
    }

    /// Reads an unknown member of an object in which only `known` matters. The member is skipped regardless of the
    /// limits, unless its name is one of `known` in another ASCII case.
    ///
    /// # Errors
    ///
    /// Returns `unknownMember`, and faults of the text.
    pub(crate) fn skip_other(&mut self, name: &str, known: &[&str]) -> Result<(), ReadError> {
        if in_other_case(name, known).is_some() {
            return Err(self.unknown_member(name, known));
        }
        self.skip()
    }

    /// Returns `unknownMember` at the current member. The message suggests the member in `known` that was probably
    /// meant.
    #[cold]
    pub(crate) fn unknown_member(&self, name: &str, known: &[&str]) -> ReadError {
        let message = match in_other_case(name, known) {
            Some(known) => format!("unknown member {}; expected {}", Quoted(name), Quoted(known)),
            None => format!("unknown member {}", Quoted(name)),
        };
        self.error_at_member(ReadCode::UnknownMember, message)
    }

    /// Returns `unrecognizedBody`: no member of `kind` occurs in the body, whose value begins at the offset `at` (rule
    /// J15).
    #[cold]
    pub(crate) fn unrecognized(&self, at: usize, kind: &str) -> ReadError {
        let message = format!("no member of an {kind} is in the body");
        self.error_elsewhere(ReadCode::UnrecognizedBody, String::new(), at, message)
    }

    /// Reads a member that only a service writes, but that a client may have set on purpose. It is unknown unless it is
    /// null.
    ///
    /// # Errors
    ///
    /// Returns the same as [`Reader::unknown`].
    pub(crate) fn response_only(&mut self, name: &str) -> Result<(), ReadError> {
        if self.is_null()? { Ok(()) } else { self.unknown(name, &[]) }
    }

    /// Puts `value`, which was just read, into `slot`. The slot may already hold the value of the member's `other` name
    /// (rule J5).
    ///
    /// # Errors
    ///
    /// Returns `conflictingMembers` if both names have values and they differ.
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

    /// Returns `conflictingMembers` at the current member.
    #[cold]
    pub(crate) fn conflict(&self, other: &str) -> ReadError {
        self.error_at_member(ReadCode::ConflictingMembers, contradicts(other))
    }

    /// Returns `conflictingMembers` at a member inside the value that was just read. `path` is the member's path within
    /// that value, and `at` the offset of its name.
    #[cold]
    pub(crate) fn conflict_inside(&self, path: &str, at: usize, other: &str) -> ReadError {
        self.error_elsewhere(ReadCode::ConflictingMembers, self.path_inside(path), at, contradicts(other))
    }
}

fn contradicts(other: &str) -> String {
    format!("contradicts {}", Quoted(other))
}

/// Returns the other of a member's two names than `name` (rule J5).
pub(crate) fn other(name: &str, one: &'static str, another: &'static str) -> &'static str {
    if name == one { another } else { one }
}

/// Returns a type's name without `#` and `microsoft.graph.`.
pub(crate) fn unqualified(text: &str) -> &str {
    let name = text.strip_prefix('#').unwrap_or(text);
    name.strip_prefix("microsoft.graph.").unwrap_or(name)
}

/// Returns the one of `known` that equals `name` except for ASCII case.
fn in_other_case<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    known.iter().copied().find(|known| *known != name && known.eq_ignore_ascii_case(name))
}

/// Matches the name of a member with those that its object knows; any other is unknown (rule J4).
///
/// An unknown name is compared with the names of the arms, so that list is complete. The expression after `else`
/// receives the list and handles the unknown member.
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
