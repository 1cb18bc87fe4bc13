//! The stages at which outside systems are called, and the callouts' statuses (rules T4, T5).

use crate::vocabulary::bitset::bitset;
#[cfg(feature = "serde")]
use crate::vocabulary::text::impl_serde_as_sequence;

/// A stage of a request or of an assignment, at which an extension can be called (rule T4).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    strum::Display,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[strum(serialize_all = "camelCase", ascii_case_insensitive)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub enum Stage {
    /// The request was made.
    AssignmentRequestCreated,
    /// An extension determines an approval stage, before the first approver is asked (rule Y5).
    AssignmentRequestDeterminingApprovalRequirements,
    /// The request was approved, or needed no approval.
    AssignmentRequestApproved,
    /// Access is about to be given.
    AssignmentRequestGranted,
    /// Access is about to be taken away.
    AssignmentRequestRemoved,
    /// An assignment ends in fourteen days. A request never waits here.
    AssignmentFourteenDaysBeforeExpiration,
    /// An assignment ends in one day. A request never waits here.
    AssignmentOneDayBeforeExpiration,
}

impl Stage {
    /// Whether the stage belongs to an assignment that nears its end, and not to a request.
    #[must_use]
    pub const fn is_pre_expiration(self) -> bool {
        match self {
            Self::AssignmentFourteenDaysBeforeExpiration | Self::AssignmentOneDayBeforeExpiration => true,
            Self::AssignmentRequestCreated
            | Self::AssignmentRequestDeterminingApprovalRequirements
            | Self::AssignmentRequestApproved
            | Self::AssignmentRequestGranted
            | Self::AssignmentRequestRemoved => false,
        }
    }
}

/// The stages of a request on its way, of which a callback can be taken (rule R1).
pub(crate) const RESUMABLE: [Stage; 5] = [
    Stage::AssignmentRequestCreated,
    Stage::AssignmentRequestDeterminingApprovalRequirements,
    Stage::AssignmentRequestApproved,
    Stage::AssignmentRequestGranted,
    Stage::AssignmentRequestRemoved,
];

bitset! {
    /// A set of stages.
    ///
    /// ```
    /// use assignment_request::{Stage, StageSet};
    ///
    /// let set = StageSet::of(&[Stage::AssignmentRequestCreated]);
    /// assert!(set.contains(Stage::AssignmentRequestCreated));
    /// assert!(!set.contains(Stage::AssignmentRequestGranted));
    /// ```
    StageSet(u8) of Stage, ", ", "no stage"
}

#[cfg(feature = "serde")]
impl_serde_as_sequence!(StageSet, Stage);

/// How a callout stands (rule T5).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    strum::Display,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[strum(serialize_all = "camelCase", ascii_case_insensitive)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
pub enum CalloutStatus {
    /// Launched; the route went on at once, and no callback is taken (rule X2).
    CalloutSent,
    /// Launched; the route waits for the callback (rule X3).
    WaitingForCallback,
    /// The callback came.
    CallbackReceived,
    /// The callback did not come in time.
    CallbackTimedOut,
    /// The callout could not be made.
    CalloutFailed,
}
