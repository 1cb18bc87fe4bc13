//! Decisions and outcomes.

use crate::vocabulary::named::{named, parse_names};

named! {
    /// What a callback decides about a request (rules R5, R6).
    ///
    /// In a resume, Graph writes `state` only to deny or to cancel, so no name parses as [`Self::Continue`].
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
    #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
    pub enum CallbackDecision {
        /// The request continues.
        #[cfg_attr(feature = "serde", serde(rename = "continued"))]
        Continue = "continued",
        /// The request is denied.
        #[cfg_attr(feature = "serde", serde(rename = "denied"))]
        Deny = "denied",
        /// The request is canceled.
        #[cfg_attr(feature = "serde", serde(rename = "canceled"))]
        Cancel = "canceled",
    }
}

#[cfg(feature = "serde")]
impl CallbackDecision {
    /// Returns the decision of a stored callback that names none.
    pub(crate) const fn continues() -> Self {
        Self::Continue
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
    pub(crate) const fn is_continue(&self) -> bool {
        matches!(self, Self::Continue)
    }
}

named! {
    /// The capacity in which an approver decides (rule V2).
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
    #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
    pub enum Tier {
        /// One of the approvers who are asked first.
        Primary = "primary",
        /// One of the approvers who are asked too if no one decides.
        Escalation = "escalation",
    }
}

parse_names!(Tier, in_any_case);

named! {
    /// An approver's decision about a stage.
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
    #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
    pub enum ApprovalDecision {
        /// The stage is approved.
        Approve = "approve",
        /// The request is denied.
        Deny = "deny",
    }
}

parse_names!(ApprovalDecision, in_any_case);

named! {
    /// The outcome of a fulfillment, which determines the state of the access (rules F1, F2).
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
    #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
    pub enum DeliveryOutcome {
        /// Access was changed as requested.
        Delivered = "delivered",
        /// Access was only partly changed.
        PartiallyDelivered = "partiallyDelivered",
        /// Access was not changed.
        Failed = "failed",
    }
}

parse_names!(DeliveryOutcome, in_any_case);
