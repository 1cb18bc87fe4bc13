//! States and statuses (rules T2, T3). Both are computed from the [`Phase`](crate::Phase); nothing can set them.

use crate::vocabulary::bitset::bitset;
#[cfg(feature = "serde")]
use crate::vocabulary::text::impl_serde_as_sequence;

/// A request's coarse state (rule T2).
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
pub enum State {
    /// Accepted, and perhaps waiting for a callback.
    Submitted,
    /// Approvers are asked, or were and a callback is waited for.
    PendingApproval,
    /// Approved, to be delivered later.
    Scheduled,
    /// Access is being changed, or a callback is waited for just before that.
    Delivering,
    /// Access was changed as asked.
    Delivered,
    /// Access was changed in part.
    PartiallyDelivered,
    /// A callout, its callback or the change of access failed.
    DeliveryFailed,
    /// Refused by an approver or a callback, or nobody decided in time.
    Denied,
    /// Taken back.
    Canceled,
}

/// A request's precise status (rule T3).
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
#[strum(ascii_case_insensitive)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub enum Status {
    /// Accepted, not yet processed.
    Accepted,
    /// A launched extension must call back before the route goes on.
    WaitingForCallback,
    /// An approval stage is open.
    PendingApproval,
    /// An approval stage is open, and escalated.
    PendingApprovalEscalated,
    /// Approved; the start lies in the future.
    PendingNotBefore,
    /// The host is changing access.
    Delivering,
    /// Access was changed as asked.
    Fulfilled,
    /// Access was changed in part.
    PartiallyDelivered,
    /// The change of access failed, or nothing was heard of it in time.
    DeliveryFailed,
    /// A callout could not be made.
    CalloutFailed,
    /// A callback did not come in time.
    CallbackTimedOut,
    /// Refused by an approver or a callback.
    Denied,
    /// Nobody decided in time, or the access window passed.
    Expired,
    /// Taken back.
    Canceled,
}

impl Status {
    /// Every status to which commands and deadlines can bring a request that has this one. A particular request may
    /// not come to have all of them.
    ///
    /// ```
    /// use assignment_request::Status;
    ///
    /// assert!(Status::PendingApproval.reachable().contains(Status::Fulfilled));
    /// assert!(Status::Denied.reachable().is_empty());
    /// ```
    #[must_use]
    pub const fn reachable(self) -> StatusSet {
        match self {
            Self::Accepted
            | Self::WaitingForCallback
            | Self::PendingApproval
            | Self::PendingApprovalEscalated
            | Self::CalloutFailed
            | Self::CallbackTimedOut => BEHIND_ACCEPTED,
            Self::PendingNotBefore => BEHIND_SCHEDULED,
            Self::Delivering | Self::PartiallyDelivered | Self::DeliveryFailed => BEHIND_ORDER,
            Self::Fulfilled | Self::Denied | Self::Expired | Self::Canceled => StatusSet::of(&[]),
        }
    }
}

/// What can come behind an order of fulfillment.
const BEHIND_ORDER: StatusSet = StatusSet::of(&[
    Status::Delivering,
    Status::Fulfilled,
    Status::PartiallyDelivered,
    Status::DeliveryFailed,
    Status::Canceled,
]);

/// What can come behind a start that was waited for.
const BEHIND_SCHEDULED: StatusSet = BEHIND_ORDER.union(StatusSet::of(&[
    Status::WaitingForCallback,
    Status::CalloutFailed,
    Status::CallbackTimedOut,
    Status::Denied,
    Status::Expired,
]));

/// What can come behind the beginning.
const BEHIND_ACCEPTED: StatusSet = BEHIND_SCHEDULED.union(StatusSet::of(&[
    Status::PendingApproval,
    Status::PendingApprovalEscalated,
    Status::PendingNotBefore,
]));

bitset! {
    /// A set of statuses.
    ///
    /// ```
    /// use assignment_request::{Preset, Status, StatusSet};
    ///
    /// let open: StatusSet = [Status::Accepted, Status::PendingApproval].into_iter().collect();
    /// assert!(open.is_subset(Preset::Portal.spec().cancelable));
    /// assert_eq!(open.to_string(), "Accepted, PendingApproval");
    /// ```
    StatusSet(u16) of Status, ", ", "no status"
}

impl StatusSet {
    /// Whether every status of this set is also in `other`.
    #[must_use]
    pub const fn is_subset(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// The statuses that are in both.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

#[cfg(feature = "serde")]
impl_serde_as_sequence!(StatusSet, Status);
