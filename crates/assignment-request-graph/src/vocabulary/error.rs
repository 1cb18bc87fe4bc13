//! Why a body could not be read.

use assignment_request::{Rule, named, parse_names};

named! {
    /// What is wrong with a body: the codes of section 7 of SPEC.md. The first four are faults of the JSON text, of
    /// any body; the others are faults of the shape.
    pub enum ReadCode {
        /// The body has more bytes than are read (rule J1).
        BodyTooLarge = "bodyTooLarge",
        /// The body has more levels than are read (rule J1).
        TooDeep = "tooDeep",
        /// The body is not JSON (rule J1).
        Malformed = "malformed",
        /// A member occurs twice in an object (rule J2).
        DuplicateMember = "duplicateMember",
        /// A value is of another kind than its member has (rule J3).
        WrongType = "wrongType",
        /// A member that the body does not have, or has in another case (rule J4).
        UnknownMember = "unknownMember",
        /// A name that its enumeration does not have (rule J6).
        UnknownValue = "unknownValue",
        /// A value that exists, but cannot be asked for (rule J6).
        UnsupportedValue = "unsupportedValue",
        /// `@odata.type` names another type (rule J7).
        ODataTypeMismatch = "odataTypeMismatch",
        /// A callback's `type` names another stage than its `data.stage`, or none (rule J7).
        TypeMismatch = "typeMismatch",
        /// Two names of one member have different values (rule J5).
        ConflictingMembers = "conflictingMembers",
        /// The body is of another kind: it has no member by which its kind is recognized (rule J15).
        UnrecognizedBody = "unrecognizedBody",
        /// A required member is missing (rule J7).
        Missing = "missing",
        /// The text is no id (rule J8).
        InvalidId = "invalidId",
        /// The text is no timestamp (rule J9).
        InvalidMoment = "invalidMoment",
        /// The value is no duration (rule J9).
        InvalidDuration = "invalidDuration",
    }
}

parse_names!(ReadCode, exactly);

impl ReadCode {
    /// Whether the fault is in the JSON text, of any body.
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

/// A body could not be read: what is wrong, and where (rule J12).
///
/// Its `Display` says what is wrong; the place is in [`path`](Self::path), [`line`](Self::line) and
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

    /// Returns the same error, placed at the byte `offset` of `text`.
    pub(crate) fn at(mut self, text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        self.0.place = Some(Place { line, column });
        self
    }

    /// Returns what is wrong, for machines.
    #[must_use]
    pub fn code(&self) -> ReadCode {
        self.0.code
    }

    /// Returns the path of the value at fault: `answers[0].value`. It is empty for the whole body. Names are cut at 64
    /// characters.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// Returns the line of the fault, from 1. `None` if no place in the text is at fault: something is missing, or
    /// there is too much.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.0.place.map(|place| place.line)
    }

    /// Returns the column of the fault in its line, in characters, from 1. `None` if there is no line.
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
