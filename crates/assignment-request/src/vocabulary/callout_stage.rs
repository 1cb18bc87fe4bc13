//! The stages at which outside systems are called, and the callouts' statuses (rules T4, T5).

use crate::vocabulary::bitset::bitset;
use crate::vocabulary::named::{named, parse_names};
#[cfg(feature = "serde")]
use crate::vocabulary::text::impl_serde_as_sequence;

named! {
    /// A stage of a request or of an assignment at which an extension can be called (rule T4).
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
    #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
    pub enum CalloutStage {
        /// The request was made.
        AssignmentRequestCreated = "assignmentRequestCreated",
        /// An extension determines an approval stage, before the first approver is asked (rule Y5).
        AssignmentRequestDeterminingApprovalRequirements = "assignmentRequestDeterminingApprovalRequirements",
        /// The request was approved, or needed no approval.
        AssignmentRequestApproved = "assignmentRequestApproved",
        /// Access is about to be given.
        AssignmentRequestGranted = "assignmentRequestGranted",
        /// Access is about to be taken away.
        AssignmentRequestRemoved = "assignmentRequestRemoved",
        /// An assignment ends in fourteen days. A request never waits here.
        AssignmentFourteenDaysBeforeExpiration = "assignmentFourteenDaysBeforeExpiration",
        /// An assignment ends in one day. A request never waits here.
        AssignmentOneDayBeforeExpiration = "assignmentOneDayBeforeExpiration",
    }
}

parse_names!(CalloutStage, in_any_case);

impl CalloutStage {
    /// Returns whether the stage belongs to an assignment that is about to end, not to a request.
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

/// The stages of a request whose callbacks can be accepted (rule R1).
pub(crate) const RESUMABLE: [CalloutStage; 5] = [
    CalloutStage::AssignmentRequestCreated,
    CalloutStage::AssignmentRequestDeterminingApprovalRequirements,
    CalloutStage::AssignmentRequestApproved,
    CalloutStage::AssignmentRequestGranted,
    CalloutStage::AssignmentRequestRemoved,
];

bitset! {
    /// A set of stages.
    ///
    /// ```
    /// use assignment_request::{CalloutStage, CalloutStageSet};
    ///
    /// let set = CalloutStageSet::of(&[CalloutStage::AssignmentRequestCreated]);
    /// assert!(set.contains(CalloutStage::AssignmentRequestCreated));
    /// assert!(!set.contains(CalloutStage::AssignmentRequestGranted));
    /// ```
    CalloutStageSet(u8) of CalloutStage, ", ", "no stage"
}

#[cfg(feature = "serde")]
impl_serde_as_sequence!(CalloutStageSet, CalloutStage);

named! {
    /// The status of a callout (rule T5).
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
    pub enum CalloutStatus {
        /// The callout was launched. The request continued at once and accepts no callback (rule X2).
        CalloutSent = "calloutSent",
        /// The callout was launched. The request waits for the callback (rule X3).
        WaitingForCallback = "waitingForCallback",
        /// The callback was received.
        CallbackReceived = "callbackReceived",
        /// The callback did not arrive in time.
        CallbackTimedOut = "callbackTimedOut",
        /// The callout could not be made.
        CalloutFailed = "calloutFailed",
    }
}

parse_names!(CalloutStatus, in_any_case);
