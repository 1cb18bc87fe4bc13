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

    /// Whether unknown members are passed over (rule J4).
    pub(crate) fn passes_over_unknown(&self) -> bool {
        self.limits.unknown_members == UnknownMembers::PassOver
    }

    /// Reads a member that has no meaning here: an annotation is passed over, any other as the limits say (rule J4).
    ///
    /// # Errors
    ///
    /// `unknownMember`, and faults of the text.
    pub(crate) fn unknown(&mut self, name: &str) -> Result<(), ReadError> {
        if self.passes_over_unknown() || name.contains("@odata.") {
            return self.pass_over();
        }
        Err(self.error_at_member(ReadCode::UnknownMember, format!("unknown member {}", Quoted(name))))
    }

    /// Reads a member that only responses have: unknown, unless it is null.
    ///
    /// # Errors
    ///
    /// Those of [`Reader::unknown`].
    pub(crate) fn response_only(&mut self, name: &str) -> Result<(), ReadError> {
        if self.is_null()? { Ok(()) } else { self.unknown(name) }
    }

    /// Puts `value`, just read, into `slot`, where the same thing may be already under its `other` name (rule J5).
    ///
    /// # Errors
    ///
    /// `conflictingMembers` where both are there and differ.
    pub(crate) fn unite<T: PartialEq>(
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
        self.error_at_member(ReadCode::ConflictingMembers, format!("contradicts {}", Quoted(other)))
    }
}
