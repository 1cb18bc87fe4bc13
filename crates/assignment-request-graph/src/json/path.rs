//! The reader's place in the document, and errors at that place (rule J12).

use std::fmt::{Display, Write as _};

use assignment_request::Quoted;

use crate::json::reader::{Kind, Reader, quote_after};
use crate::vocabulary::error::{ReadCode, ReadError};

impl Reader<'_> {
    /// Returns `wrongType` for the next value.
    #[cold]
    pub(super) fn wrong_type(&self, expected: impl Display, found: Kind) -> ReadError {
        self.error_here(ReadCode::WrongType, format!("expected {expected}, found {found}"))
    }

    /// Returns `missing` for a member of the value that was just read.
    #[cold]
    pub(crate) fn missing(&self, name: &str) -> ReadError {
        let path = self.path_inside(name);
        ReadError::new(ReadCode::Missing, path, format!("missing member {}", Quoted(name)))
    }

    /// Returns an error at the reader's place.
    #[cold]
    pub(crate) fn error_here(&self, code: ReadCode, message: String) -> ReadError {
        self.error_at(code, self.at(), message)
    }

    /// Returns an error about the value that the reader is at or in. The value begins at the offset `at`.
    #[cold]
    pub(crate) fn error_at(&self, code: ReadCode, at: usize, message: String) -> ReadError {
        self.error_elsewhere(code, self.path(), at, message)
    }

    /// Returns an error about the current member, placed at its name.
    #[cold]
    pub(crate) fn error_at_member(&self, code: ReadCode, message: String) -> ReadError {
        self.error_at(code, self.member_at(), message)
    }

    /// Returns an error about a place other than the reader's.
    #[cold]
    pub(crate) fn error_elsewhere(
        &self,
        code: ReadCode,
        path: String,
        at: usize,
        message: String,
    ) -> ReadError {
        ReadError::new(code, path, message).at(self.text, at)
    }

    /// Returns the offset of the current member's name.
    pub(crate) fn member_at(&self) -> usize {
        self.open
            .iter()
            .rev()
            .find(|container| container.is_object)
            .map_or_else(|| self.at(), |object| quote_after(self.text, object.before_name))
    }

    /// Returns the path of the member `name` in the value that the reader is at, or has just read.
    pub(super) fn path_inside(&self, name: &str) -> String {
        let mut path = self.path();
        push_name(&mut path, name);
        path
    }

    /// Returns the path of the current value, such as `answers[0].value`. The path of the whole body is empty.
    fn path(&self) -> String {
        let mut path = String::new();
        for (index, container) in self.open.iter().enumerate() {
            if container.is_object {
                let end = self.open.get(index + 1).map_or(self.names.len(), |inner| inner.first_name);
                let names = self.names.get(container.first_name..end).unwrap_or_default();
                if let Some(name) = names.last() {
                    push_name(&mut path, &name.content());
                }
            } else if let Some(element) = container.begun.checked_sub(1) {
                // Writing to a string does not fail.
                let _ = write!(path, "[{element}]");
            }
        }
        path
    }
}

/// Appends a member's name, escaped and cut like all user input.
fn push_name(path: &mut String, name: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    let quoted = Quoted(name).to_string();
    let bare = quoted.strip_prefix('`').and_then(|rest| rest.strip_suffix('`'));
    path.push_str(bare.unwrap_or(&quoted));
}
