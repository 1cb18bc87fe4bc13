//! Decisions and outcomes.

use crate::vocabulary::named::{named, parse_names};

named! {
    /// What a callback decides about a request (rules R5, R6).
    ///
    /// Graph writes `state` in a resume only to deny or to cancel. There is no name to read for [`Self::Continue`].
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
    #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
    pub enum CallbackDecision {
        /// The request goes on.
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

named! {
    /// In which capacity an approver decides (rule V2).
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
    #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
    pub enum Tier {
        /// One of the approvers who are asked first.
        Primary = "primary",
        /// One of those who are asked when nobody decides.
        Escalation = "escalation",
    }
}

parse_names!(Tier, in_any_case);

named! {
    /// Yes or no.
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
    #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
    pub enum ApprovalDecision {
        /// The stage is passed.
        Approve = "approve",
        /// The request is denied.
        Deny = "deny",
    }
}

parse_names!(ApprovalDecision, in_any_case);

named! {
    /// How a fulfillment went, and so how the access stands (rules F1, F2).
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
    #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
    pub enum DeliveryOutcome {
        /// Access was changed as asked.
        Delivered = "delivered",
        /// Access was changed in part.
        PartiallyDelivered = "partiallyDelivered",
        /// Access was not changed.
        Failed = "failed",
    }
}

parse_names!(DeliveryOutcome, in_any_case);
