//! Where on its route a request is (rule T3).

use crate::request::event::{Cancellation, DeliveryFailure};
use crate::vocabulary::callout_stage::CalloutStage;
use crate::vocabulary::named::named;
use crate::vocabulary::status::Status;
use crate::vocabulary::timestamp::Timestamp;

/// Where on its route a request is. Each variant holds just what that phase needs; Graph's state and status are
/// computed from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Accepted, and not processed yet.
    Accepted {
        /// When the request is denied unless it is processed (rule W7). `None`: no time limit, as for a request that is
        /// for validation only.
        deadline: Option<Timestamp>,
    },
    /// The callout started last must be answered before the route goes on (rule X3).
    WaitingForCallback {
        /// The callout's stage.
        stage: CalloutStage,
        /// When the wait ends: the callback's deadline, or for a held wait the end of the time it is held (rule X6).
        deadline: Timestamp,
        /// Why the wait is only held: it failed before.
        held: Option<WaitFailure>,
    },
    /// An approval stage is open.
    PendingApproval {
        /// The stage's index.
        stage: u32,
        /// When the request is denied for want of a decision.
        deadline: Timestamp,
        /// Whether, and when, others are asked too.
        escalation: Escalation,
    },
    /// Approved, to be delivered later.
    Scheduled {
        /// When.
        start: Timestamp,
    },
    /// The host is changing access.
    Delivering {
        /// Until when a report is expected. `None`: no time limit.
        deadline: Option<Timestamp>,
    },
    /// Access was changed as asked.
    Delivered,
    /// Access was changed in part.
    PartiallyDelivered,
    /// Delivery failed.
    DeliveryFailed(DeliveryFailure),
    /// The request is denied.
    Denied(Denial),
    /// The request was taken back.
    Canceled(Cancellation),
}

/// How a wait failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WaitFailure {
    /// The callout could not be made.
    CalloutFailed,
    /// The callback did not come in time.
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
    /// It is not enabled.
    Disabled,
    /// It comes at this moment.
    At(Timestamp),
    /// Escalation approvers may decide.
    Escalated,
}

/// Why a request is denied, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Denial {
    /// By an approver.
    Approver,
    /// By a callback.
    Callback,
    /// Nobody decided in time.
    ApprovalExpired,
    /// The access window passed.
    WindowPassed,
    /// The host did not process the request in time.
    NotProcessed,
}

impl Phase {
    /// The status (rule T3).
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

    /// When the request moves on by itself, and why (rule N5).
    #[must_use]
    pub fn deadline(self) -> Option<Deadline> {
        let (kind, at) = match self {
            Self::Accepted { deadline: Some(deadline) } => (DeadlineKind::Processing, deadline),
            Self::WaitingForCallback { deadline, held: None, .. } => (DeadlineKind::Callback, deadline),
            Self::WaitingForCallback { deadline, held: Some(_), .. } => (DeadlineKind::HeldWait, deadline),
            // It comes before the stage's deadline (rule P3).
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

/// The moment at which a request moves on by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Deadline {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub kind: DeadlineKind,
}

named! {
    /// Why a request moves on by itself.
    pub enum DeadlineKind {
        /// The host did not process the request (rule W7).
        Processing = "processing",
        /// A callback is late (rule X5).
        Callback = "callback",
        /// A failed wait is held no longer (rule X6).
        HeldWait = "heldWait",
        /// Escalation approvers are to be asked (rule V2).
        Escalation = "escalation",
        /// Nobody decided (rule V3).
        Approval = "approval",
        /// Delivery begins (rule W5).
        Start = "start",
        /// Nothing was heard of the fulfillment (rule F5).
        Fulfillment = "fulfillment",
    }
}
