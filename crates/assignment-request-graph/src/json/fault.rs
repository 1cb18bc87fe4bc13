//! Describes the faults that `jiter` finds in this library's words (rule J1).

use jiter::{JiterError, JiterErrorType, JsonErrorType};

use crate::json::reader::Reader;
use crate::vocabulary::error::{ReadCode, ReadError};

impl Reader<'_> {
    /// Returns `malformed` because `jiter` found that the text is not JSON.
    #[cold]
    pub(super) fn not_json(&self, fault: &JiterError) -> ReadError {
        self.error_at(ReadCode::Malformed, fault.index, message(fault))
    }

    /// Returns `malformed` because no value begins here.
    #[cold]
    pub(super) fn no_value(&self) -> ReadError {
        let has_mark = self.at() == 0 && self.text.starts_with('\u{feff}');
        let message = if has_mark { "byte order mark before the body" } else { NO_VALUE };
        self.error_here(ReadCode::Malformed, message.to_owned())
    }
}

const NO_VALUE: &str = "expected a value";

fn message(fault: &JiterError) -> String {
    let JiterErrorType::JsonError(kind) = &fault.error_type else { return fault.error_type.to_string() };
    let message = match kind {
        JsonErrorType::EofWhileParsingList
        | JsonErrorType::EofWhileParsingObject
        | JsonErrorType::EofWhileParsingString
        | JsonErrorType::EofWhileParsingValue => "unexpected end of the body",
        JsonErrorType::ExpectedColon => "expected `:` after a member name",
        JsonErrorType::ExpectedListCommaOrEnd => "expected `,` or `]`",
        JsonErrorType::ExpectedObjectCommaOrEnd => "expected `,` or `}`",
        JsonErrorType::ExpectedSomeIdent | JsonErrorType::ExpectedSomeValue => NO_VALUE,
        JsonErrorType::InvalidEscape => "invalid escape in a string",
        JsonErrorType::InvalidNumber | JsonErrorType::NumberOutOfRange => "invalid number",
        JsonErrorType::ControlCharacterWhileParsingString => "control character in a string",
        JsonErrorType::KeyMustBeAString => "expected a member name in quotes",
        JsonErrorType::LoneLeadingSurrogateInHexEscape | JsonErrorType::UnexpectedEndOfHexEscape => {
            "half of a surrogate pair in a string"
        }
        JsonErrorType::TrailingComma => "comma after the last item",
        JsonErrorType::TrailingCharacters => "text after the end of the body",
        // No `jiter` function that is called here returns these.
        JsonErrorType::FloatExpectingInt
        | JsonErrorType::DuplicateKey(_)
        | JsonErrorType::InternalError(_)
        | JsonErrorType::InvalidUnicodeCodePoint
        | JsonErrorType::RecursionLimitExceeded => return kind.to_string(),
    };
    message.to_owned()
}
