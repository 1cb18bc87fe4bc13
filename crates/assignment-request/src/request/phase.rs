//! Where a request is on its route (rule T3).

use crate::request::event::{Cancellation, DeliveryFailure};
use crate::vocabulary::callout_stage::CalloutStage;
use crate::vocabulary::named::named;
use crate::vocabulary::status::Status;
use crate::vocabulary::timestamp::Timestamp;

/// Where a request is on its route. Each variant holds only what that phase needs. Graph's state and status are
/// computed from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The request is accepted, and not processed yet.
    Accepted {
        /// When the request is denied unless it is processed (rule W7). `None`: no time limit, as for a request for
        /// validation only.
        deadline: Option<Timestamp>,
    },
    /// The callout that was started last must be answered before the request continues (rule X3).
    WaitingForCallback {
        /// The callout's stage.
        stage: CalloutStage,
        /// When the wait ends: at the callback's deadline or, if the wait is held, at the end of the hold (rule X6).
        deadline: Timestamp,
        /// How the wait failed, if it is held. `None` if it has not failed.
        held: Option<WaitFailure>,
    },
    /// An approval stage is open.
    PendingApproval {
        /// The stage's index.
        stage: u32,
        /// When the request is denied unless someone decides.
        deadline: Timestamp,
        /// Whether and when escalation approvers are asked too.
        escalation: Escalation,
    },
    /// The request is approved, and will be delivered later.
    Scheduled {
        /// When delivery begins.
        start: Timestamp,
    },
    /// The host is changing access.
    Delivering {
        /// When the time for a report ends. `None`: no time limit.
        deadline: Option<Timestamp>,
    },
    /// Access was changed as requested.
    Delivered,
    /// Access was only partly changed.
    PartiallyDelivered,
    /// Delivery failed.
    DeliveryFailed(DeliveryFailure),
    /// The request is denied.
    Denied(Denial),
    /// The request was canceled.
    Canceled(Cancellation),
}

/// How a wait failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WaitFailure {
    /// The callout could not be made.
    CalloutFailed,
    /// The callback did not arrive in time.
    CallbackTimedOut,
}

impl From<WaitFailure> for DeliveryFailure {
    fn from(failure: WaitFailure) -> Self {
        match failure {
            WaitFailure::CalloutFailed => Self::CalloutFailed,
            WaitFailure::CallbackTimedOut => Self::CallbackTimedOut,
        }
    }
}

/// Whether an open approval stage is escalated (rule V2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Escalation {
    /// Escalation is not enabled.
    Disabled,
    /// Escalation is due at this time.
    At(Timestamp),
    /// Escalation approvers may decide.
    Escalated,
}

/// Why a request is denied, without details.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Denial {
    /// An approver denied the request.
    Approver,
    /// A callback denied the request.
    Callback,
    /// No one decided in time.
    ApprovalExpired,
    /// The access window passed.
    WindowPassed,
    /// The host did not process the request in time.
    NotProcessed,
}

impl Phase {
    /// Returns the status (rule T3).
    #[must_use]
    pub const fn status(self) -> Status {
        match self {
            Self::Accepted { .. } => Status::Accepted,
            Self::WaitingForCallback { .. } => Status::WaitingForCallback,
            Self::PendingApproval { escalation: Escalation::Escalated, .. } => {
                Status::PendingApprovalEscalated
            }
            Self::PendingApproval { escalation: Escalation::Disabled | Escalation::At(_), .. } => {
                Status::PendingApproval
            }
            Self::Scheduled { .. } => Status::PendingNotBefore,
            Self::Delivering { .. } => Status::Delivering,
            Self::Delivered => Status::Fulfilled,
            Self::PartiallyDelivered => Status::PartiallyDelivered,
            Self::DeliveryFailed(DeliveryFailure::Fulfillment | DeliveryFailure::FulfillmentTimedOut) => {
                Status::DeliveryFailed
            }
            Self::DeliveryFailed(DeliveryFailure::CalloutFailed) => Status::CalloutFailed,
            Self::DeliveryFailed(DeliveryFailure::CallbackTimedOut) => Status::CallbackTimedOut,
            Self::Denied(Denial::Approver | Denial::Callback) => Status::Denied,
            Self::Denied(Denial::ApprovalExpired | Denial::WindowPassed | Denial::NotProcessed) => {
                Status::Expired
            }
            Self::Canceled(_) => Status::Canceled,
        }
    }

    /// Returns when the request moves on by itself, and why (rule N5).
    #[must_use]
    pub fn deadline(self) -> Option<Deadline> {
        let (kind, at) = match self {
            Self::Accepted { deadline: Some(deadline) } => (DeadlineKind::Processing, deadline),
            Self::WaitingForCallback { deadline, held: None, .. } => (DeadlineKind::Callback, deadline),
            Self::WaitingForCallback { deadline, held: Some(_), .. } => (DeadlineKind::HeldWait, deadline),
            // Escalation is due before the stage's deadline (rule P3).
            Self::PendingApproval { escalation: Escalation::At(escalation), .. } => {
                (DeadlineKind::Escalation, escalation)
            }
            Self::PendingApproval { deadline, .. } => (DeadlineKind::Approval, deadline),
            Self::Scheduled { start } => (DeadlineKind::Start, start),
            Self::Delivering { deadline: Some(deadline) } => (DeadlineKind::Fulfillment, deadline),
            Self::Accepted { deadline: None }
            | Self::Delivering { deadline: None }
            | Self::Delivered
            | Self::PartiallyDelivered
            | Self::DeliveryFailed(_)
            | Self::Denied(_)
            | Self::Canceled(_) => return None,
        };
        Some(Deadline { at, kind })
    }
}

/// The time at which a request moves on by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Deadline {
    /// When the request moves on.
    pub at: Timestamp,
    /// Why the request moves on.
    pub kind: DeadlineKind,
}

named! {
    /// Why a request moves on by itself.
    pub enum DeadlineKind {
        /// The host did not process the request (rule W7).
        Processing = "processing",
        /// A callback is late (rule X5).
        Callback = "callback",
        /// The hold of a failed wait ends (rule X6).
        HeldWait = "heldWait",
        /// Escalation approvers must be asked (rule V2).
        Escalation = "escalation",
        /// No one decided (rule V3).
        Approval = "approval",
        /// Delivery begins (rule W5).
        Start = "start",
        /// The outcome of the fulfillment was not reported (rule F5).
        Fulfillment = "fulfillment",
    }
}
