//! When access is wanted, and until when.

use crate::vocabulary::duration::Period;
use crate::vocabulary::named::{named, parse_names};
use crate::vocabulary::timestamp::Timestamp;

/// When access is wanted (rule C9).
///
/// ```
/// use assignment_request::{Draft, Expiration, ExpirationType, Period, RequestType, Schedule};
///
/// let month = Expiration {
///     kind: ExpirationType::AfterDuration,
///     duration: Some(Period::from_days(30)),
///     ..Expiration::NOT_SPECIFIED
/// };
/// let schedule =
///     Schedule { start: Some("2026-02-02T00:00:00Z".parse()?), expiration: month, has_recurrence: false };
/// let draft = Draft { schedule: Some(schedule), ..Draft::new(RequestType::UserAdd) };
/// # let _ = draft;
/// # Ok::<(), assignment_request::TimestampError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase", deny_unknown_fields))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Schedule {
    /// From when on; none is at once.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
    pub start: Option<Timestamp>,
    /// Until when.
    pub expiration: Expiration,
    /// Whether a recurrence was asked for, which no request may have.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub has_recurrence: bool,
}

/// Until when access lasts, with the three members that Graph has for it.
///
/// Which of them go together is judged where it is used (rules C9 and P5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase", deny_unknown_fields))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Expiration {
    /// What kind of end.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub kind: ExpirationType,
    /// The end, for [`ExpirationType::AfterDateTime`].
    #[cfg_attr(
        feature = "serde",
        serde(rename = "endDateTime", skip_serializing_if = "Option::is_none", default)
    )]
    pub end: Option<Timestamp>,
    /// How long, for [`ExpirationType::AfterDuration`].
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
    pub duration: Option<Period>,
}

impl Expiration {
    /// An expiration that says nothing.
    pub const NOT_SPECIFIED: Self = Self { kind: ExpirationType::NotSpecified, end: None, duration: None };
}

named! {
    /// The kinds of end that access can have.
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
    #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
    pub enum ExpirationType {
        /// Nothing was said.
        NotSpecified = "notSpecified",
        /// Access does not end by itself.
        NoExpiration = "noExpiration",
        /// Access ends at a moment.
        AfterDateTime = "afterDateTime",
        /// Access ends some time after it began.
        AfterDuration = "afterDuration",
    }
}

parse_names!(ExpirationType, in_any_case);
