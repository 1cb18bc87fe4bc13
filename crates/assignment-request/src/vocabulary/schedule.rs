//! When access begins, and when it ends.

use crate::vocabulary::duration::Period;
use crate::vocabulary::named::{named, parse_names};
use crate::vocabulary::timestamp::Timestamp;

/// The requested period of access (rule C9).
///
/// ```
/// use assignment_request::{Draft, Expiration, ExpirationType, Period, RequestType, Schedule};
///
/// let month = Expiration {
///     kind: ExpirationType::AfterDuration,
///     duration: Some(Period::from_days(30)),
///     ..Expiration::default()
/// };
/// let schedule =
///     Schedule { start: Some("2026-02-02T00:00:00Z".parse()?), expiration: month, has_recurrence: false };
/// let draft = Draft { schedule: Some(schedule), ..Draft::new(RequestType::UserAdd) };
/// # let _ = draft;
/// # Ok::<(), assignment_request::TimestampError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase", deny_unknown_fields))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Schedule {
    /// When access begins. `None`: immediately.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
    pub start: Option<Timestamp>,
    /// When access ends.
    pub expiration: Expiration,
    /// Whether a recurrence was requested, which no request may have.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub has_recurrence: bool,
}

/// The end of access, in Graph's three members.
///
/// The rules C9 and P5 check that the members fit together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase", deny_unknown_fields))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Expiration {
    /// The kind of end.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub kind: ExpirationType,
    /// The end, for [`ExpirationType::AfterDateTime`].
    #[cfg_attr(
        feature = "serde",
        serde(rename = "endDateTime", skip_serializing_if = "Option::is_none", default)
    )]
    pub end: Option<Timestamp>,
    /// How long access lasts, for [`ExpirationType::AfterDuration`].
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
    pub duration: Option<Period>,
}

named! {
    /// The kinds of end that access can have.
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
    #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
    #[derive(Default)]
    pub enum ExpirationType {
        /// The end is not specified. This is the default.
        #[default]
        NotSpecified = "notSpecified",
        /// Access does not end by itself.
        NoExpiration = "noExpiration",
        /// Access ends at a given time.
        AfterDateTime = "afterDateTime",
        /// Access ends a given time after it began.
        AfterDuration = "afterDuration",
    }
}

parse_names!(ExpirationType, in_any_case);
