//! States and statuses (rules T2, T3). Both are computed from the [`Phase`](crate::Phase); nothing can set them.

use crate::vocabulary::bitset::bitset;
use crate::vocabulary::named::{named, parse_names};
#[cfg(feature = "serde")]
use crate::vocabulary::text::impl_serde_as_sequence;

named! {
    /// A request's coarse state (rule T2).
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
    pub enum State {
        /// The request is accepted, and possibly waits for a callback.
        Submitted = "submitted",
        /// Approvers are asked, or were asked and the request waits for a callback.
        PendingApproval = "pendingApproval",
        /// The request is approved, and will be delivered later.
        Scheduled = "scheduled",
        /// Access is being changed, or the request waits for a callback just before that.
        Delivering = "delivering",
        /// Access was changed as requested.
        Delivered = "delivered",
        /// Access was only partly changed.
        PartiallyDelivered = "partiallyDelivered",
        /// A callout, its callback or the change of access failed.
        DeliveryFailed = "deliveryFailed",
        /// The request was denied by an approver or a callback, or no one decided in time.
        Denied = "denied",
        /// The request was canceled by the requestor, an administrator, the host or a callback.
        Canceled = "canceled",
    }
}

parse_names!(State, in_any_case);

named! {
    /// A request's precise status (rule T3).
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
    #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
    pub enum Status {
        /// The request is accepted, and not processed yet.
        Accepted = "Accepted",
        /// A launched extension must call back before the request continues.
        WaitingForCallback = "WaitingForCallback",
        /// An approval stage is open.
        PendingApproval = "PendingApproval",
        /// An approval stage is open and escalated.
        PendingApprovalEscalated = "PendingApprovalEscalated",
        /// The request is approved, and starts in the future.
        PendingNotBefore = "PendingNotBefore",
        /// The host is changing access.
        Delivering = "Delivering",
        /// Access was changed as requested.
        Fulfilled = "Fulfilled",
        /// Access was only partly changed.
        PartiallyDelivered = "PartiallyDelivered",
        /// The change of access failed, or its outcome was not reported in time.
        DeliveryFailed = "DeliveryFailed",
        /// A callout could not be made.
        CalloutFailed = "CalloutFailed",
        /// A callback did not arrive in time.
        CallbackTimedOut = "CallbackTimedOut",
        /// The request was denied by an approver or a callback.
        Denied = "Denied",
        /// No one decided in time, or the access window passed.
        Expired = "Expired",
        /// The request was canceled by the requestor, an administrator, the host or a callback.
        Canceled = "Canceled",
    }
}

parse_names!(Status, in_any_case);

impl Status {
    /// Returns every status that a request with this status can reach through commands and deadlines. A particular
    /// request may be unable to reach some of them.
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
            | Self::CallbackTimedOut => AFTER_ACCEPTED,
            Self::PendingNotBefore => AFTER_SCHEDULED,
            Self::Delivering | Self::PartiallyDelivered | Self::DeliveryFailed => AFTER_ORDER,
            Self::Fulfilled | Self::Denied | Self::Expired | Self::Canceled => StatusSet::of(&[]),
        }
    }
}

/// The statuses that can follow a fulfillment order.
const AFTER_ORDER: StatusSet = StatusSet::of(&[
    Status::Delivering,
    Status::Fulfilled,
    Status::PartiallyDelivered,
    Status::DeliveryFailed,
    Status::Canceled,
]);

/// The statuses that can follow a scheduled start.
const AFTER_SCHEDULED: StatusSet = AFTER_ORDER.union(StatusSet::of(&[
    Status::WaitingForCallback,
    Status::CalloutFailed,
    Status::CallbackTimedOut,
    Status::Denied,
    Status::Expired,
]));

/// The statuses that can follow acceptance.
const AFTER_ACCEPTED: StatusSet = AFTER_SCHEDULED.union(StatusSet::of(&[
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
    /// Returns whether every status of this set is also in `other`.
    #[must_use]
    pub const fn is_subset(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Returns the statuses that are in both sets.
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
