//! Why a body could not be read.

use assignment_request::{Rule, named, parse_names};

named! {
    /// A fault of a body: the codes of section 7 of SPEC.md. The first four are faults of the JSON text of any body;
    /// the others are faults of the shape.
    pub enum ReadCode {
        /// The body has more bytes than allowed (rule J1).
        BodyTooLarge = "bodyTooLarge",
        /// The body has more levels than allowed (rule J1).
        TooDeep = "tooDeep",
        /// The body is not JSON (rule J1).
        Malformed = "malformed",
        /// A member occurs twice in an object (rule J2).
        DuplicateMember = "duplicateMember",
        /// A value is of a kind that its member does not allow (rule J3).
        WrongType = "wrongType",
        /// The body has no member with this name, or has it in another case (rule J4).
        UnknownMember = "unknownMember",
        /// The name is not in its enumeration (rule J6).
        UnknownValue = "unknownValue",
        /// The value exists, but cannot be requested (rule J6).
        UnsupportedValue = "unsupportedValue",
        /// `@odata.type` names another type (rule J7).
        ODataTypeMismatch = "odataTypeMismatch",
        /// A callback's `type` does not name the same stage as `data.stage` (rule J7).
        TypeMismatch = "typeMismatch",
        /// Two names of one member have different values (rule J5).
        ConflictingMembers = "conflictingMembers",
        /// The body has no member that identifies its kind (rule J15).
        UnrecognizedBody = "unrecognizedBody",
        /// A required member is missing (rule J7).
        Missing = "missing",
        /// The text is not an id (rule J8).
        InvalidId = "invalidId",
        /// The text is not a timestamp (rule J9).
        InvalidMoment = "invalidMoment",
        /// The value is not a duration (rule J9).
        InvalidDuration = "invalidDuration",
    }
}

parse_names!(ReadCode, exactly);

impl ReadCode {
    /// Returns whether the fault is in the JSON text.
    pub(crate) const fn is_of_text(self) -> bool {
        match self {
            Self::BodyTooLarge | Self::TooDeep | Self::Malformed | Self::DuplicateMember => true,
            Self::WrongType
            | Self::UnknownMember
            | Self::UnknownValue
            | Self::UnsupportedValue
            | Self::ODataTypeMismatch
            | Self::TypeMismatch
            | Self::ConflictingMembers
            | Self::UnrecognizedBody
            | Self::Missing
            | Self::InvalidId
            | Self::InvalidMoment
            | Self::InvalidDuration => false,
        }
    }
}

/// A body could not be read: the fault and its place (rule J12).
///
/// Its `Display` describes the fault. The place is in [`path`](Self::path), [`line`](Self::line) and
/// [`column`](Self::column).
///
/// ```
/// use assignment_request_graph::{ReadCode, ReadOptions, read_decision};
///
/// let error = read_decision(br#"{ "reviewResult": "maybe" }"#, &ReadOptions::default()).unwrap_err();
/// assert_eq!(error.to_string(), "unknown value `maybe`; expected one of: approve, deny");
/// assert_eq!(error.code(), ReadCode::UnknownValue);
/// assert_eq!((error.path(), error.line(), error.column()), ("reviewResult", Some(1), Some(19)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.message)]
pub struct ReadError(Box<Fault>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Fault {
    code: ReadCode,
    path: String,
    message: String,
    place: Option<Place>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    line: usize,
    column: usize,
}

impl ReadError {
    /// Returns an error without a place in the text.
    pub(crate) fn new(code: ReadCode, path: String, message: String) -> Self {
        Self(Box::new(Fault { code, path, message, place: None }))
    }

    /// Returns the same error, located at the byte `offset` of `text`.
    pub(crate) fn at(mut self, text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        self.0.place = Some(Place { line, column });
        self
    }

    /// Returns the code of the fault.
    #[must_use]
    pub fn code(&self) -> ReadCode {
        self.0.code
    }

    /// Returns the path of the value at fault, such as `answers[0].value`, with names cut at 64 characters. The path of
    /// the whole body is empty.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// Returns the line of the fault, counted from 1. Returns `None` if the fault has no place in the text: something
    /// is missing, or there is too much of it.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.0.place.map(|place| place.line)
    }

    /// Returns the column of the fault in characters, counted from 1. Returns `None` if there is no line.
    #[must_use]
    pub fn column(&self) -> Option<usize> {
        self.0.place.map(|place| place.column)
    }
}

impl ReadCode {
    /// Returns the rule that was broken.
    #[must_use]
    pub const fn rule(self) -> Rule {
        match self {
            Self::BodyTooLarge | Self::TooDeep | Self::Malformed => Rule::J1,
            Self::DuplicateMember => Rule::J2,
            Self::WrongType => Rule::J3,
            Self::UnknownMember => Rule::J4,
            Self::UnrecognizedBody => Rule::J15,
            Self::ConflictingMembers => Rule::J5,
            Self::UnknownValue | Self::UnsupportedValue => Rule::J6,
            Self::ODataTypeMismatch | Self::TypeMismatch | Self::Missing => Rule::J7,
            Self::InvalidId => Rule::J8,
            Self::InvalidMoment | Self::InvalidDuration => Rule::J9,
        }
    }
}
