//! What happened.

use alloc::sync::Arc;

use uuid::Uuid;

use crate::request::determined_stage::DeterminedStage;
use crate::request::submission::Submission;
use crate::vocabulary::actor::Actor;
use crate::vocabulary::callout_stage::CalloutStage;
use crate::vocabulary::decision::{CallbackDecision, Tier};
use crate::vocabulary::named::name_variants;
use crate::vocabulary::request_type::Operation;
use crate::vocabulary::rule::Rule;
use crate::vocabulary::timestamp::Timestamp;

/// Something that happened to a request.
///
/// Events are both the record and the host's list of things to do: [`EventKind::CalloutStarted`] asks it to send a
/// callout, [`EventKind::ApprovalRequested`] and [`EventKind::ApprovalEscalated`] to ask approvers,
/// [`EventKind::FulfillmentOrdered`] to change the access.
///
/// The events of one command belong together: store all of them or none.
///
/// ```
/// use assignment_request::{Event, EventKind};
///
/// /// What a host puts into its outbox, in the transaction that stores the events.
/// fn things_to_do(events: &[Event]) -> Vec<String> {
///     let to_do = events.iter().filter_map(|event| match &event.kind {
///         EventKind::CalloutStarted { instance, .. } => Some(format!("send callout {instance}")),
///         EventKind::ApprovalRequested { stage, .. } => Some(format!("ask the approvers of stage {stage}")),
///         EventKind::ApprovalEscalated { stage } => Some(format!("ask the other approvers of stage {stage}")),
///         EventKind::FulfillmentOrdered { attempt, .. } => Some(format!("change the access, attempt {attempt}")),
///         _ => None,
///     });
///     to_do.collect()
/// }
/// # assert_eq!(things_to_do(&[]), <Vec<String>>::new());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The request's revision after this event, from 1 (rule I3).
    pub sequence: u64,
    /// When it happened (rule N3).
    pub at: Timestamp,
    /// What happened.
    pub kind: EventKind,
}

impl Event {
    /// The event's name in camelCase.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.kind.name()
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)
)]
pub enum EventKind {
    /// The request was accepted.
    Submitted(Arc<Submission>),
    /// The target, so far known by e-mail address only, has an id now (rule W1).
    TargetResolved {
        /// The target.
        target: Uuid,
    },
    /// A callout is to be sent (rule X1).
    CalloutStarted {
        /// The callout's instance id (rule I5).
        instance: Uuid,
        /// At which stage.
        stage: CalloutStage,
        /// Which of that stage's extensions, from 0.
        index: u32,
        /// Which attempt, from 1.
        attempt: u32,
        /// Until when its callback is waited for. `None` for *launch and continue*.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
        deadline: Option<Timestamp>,
    },
    /// A callout could not be made (rule X4).
    CalloutFailed {
        /// Which callout.
        instance: Uuid,
        /// Why, for people.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
        detail: Option<Arc<str>>,
    },
    /// A callback came (rule R6).
    CallbackReceived {
        /// Of which callout.
        instance: Uuid,
        /// Who called back.
        actor: Actor,
        /// What it decides.
        decision: CallbackDecision,
        /// The approval stage that it determines (rule Y9).
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
        approval_stage: Option<Arc<DeterminedStage>>,
        /// What it says who it is.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
        source: Option<Arc<str>>,
        /// Why, for people.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
        detail: Option<Arc<str>>,
    },
    /// A callback did not come in time (rule X5).
    CallbackTimedOut {
        /// Of which callout.
        instance: Uuid,
    },
    /// Approvers are to be asked (rule V1).
    ApprovalRequested {
        /// The stage's index, from 0.
        stage: u32,
        /// Until when they may decide.
        deadline: Timestamp,
        /// When others are to be asked too; none where escalation is not enabled.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
        escalation: Option<Timestamp>,
    },
    /// Escalation approvers are to be asked too (rule V2).
    ApprovalEscalated {
        /// The stage's index.
        stage: u32,
    },
    /// An approver approved a stage (rule V4).
    StageApproved {
        /// The stage's index.
        stage: u32,
        /// In which capacity.
        tier: Tier,
        /// Who.
        approver: Uuid,
        /// Why.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
        justification: Option<Arc<str>>,
    },
    /// The request is approved (rules V4, W4).
    Approved {
        /// Whether no approval was required.
        automatic: bool,
    },
    /// The request is denied.
    Denied(DenialReason),
    /// The request was taken back.
    Canceled(Cancellation),
    /// Delivery begins later (rule W5).
    Scheduled {
        /// When.
        start: Timestamp,
    },
    /// Delivery begins (rule W5).
    DeliveryStarted {},
    /// The host is to give, change or remove access (rule F1).
    FulfillmentOrdered {
        /// Which attempt, from 1.
        attempt: u32,
        /// What is to be done.
        operation: Operation,
        /// Until when a report is expected (rule F5); none is for ever.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
        deadline: Option<Timestamp>,
    },
    /// Access was changed as asked (rule F2).
    Delivered {
        /// Which attempt.
        attempt: u32,
    },
    /// Access was changed in part (rule F2).
    PartiallyDelivered {
        /// Which attempt.
        attempt: u32,
    },
    /// Delivery failed (rules F2, F5, X6).
    DeliveryFailed(DeliveryFailure),
    /// What failed is tried again (rule Q3).
    Reprocessed {
        /// Who asked for it.
        actor: Actor,
    },
}

name_variants! {
    EventKind, NAMES, name, "name";
    Submitted = "submitted",
    TargetResolved = "targetResolved",
    CalloutStarted = "calloutStarted",
    CalloutFailed = "calloutFailed",
    CallbackReceived = "callbackReceived",
    CallbackTimedOut = "callbackTimedOut",
    ApprovalRequested = "approvalRequested",
    ApprovalEscalated = "approvalEscalated",
    StageApproved = "stageApproved",
    Approved = "approved",
    Denied = "denied",
    Canceled = "canceled",
    Scheduled = "scheduled",
    DeliveryStarted = "deliveryStarted",
    FulfillmentOrdered = "fulfillmentOrdered",
    Delivered = "delivered",
    PartiallyDelivered = "partiallyDelivered",
    DeliveryFailed = "deliveryFailed",
    Reprocessed = "reprocessed",
}

/// Why a request is denied.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)
)]
pub enum DenialReason {
    /// An approver denied (rule V4).
    Approver {
        /// The stage's index.
        stage: u32,
        /// In which capacity.
        tier: Tier,
        /// Who.
        approver: Uuid,
        /// Why.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
        justification: Option<Arc<str>>,
    },
    /// A callback denied (rule R6).
    Callback,
    /// Nobody decided in time (rule V3).
    ApprovalExpired,
    /// The access that was asked for would have ended already (rule W5).
    WindowPassed,
    /// The host did not process the request in time (rule W7).
    NotProcessed,
}

/// Who took a request back (rules K2, R6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
pub enum Cancellation {
    /// The person who had asked.
    Requestor(Uuid),
    /// An administrator.
    Administrator(Uuid),
    /// The host.
    System(Uuid),
    /// A callback.
    Callback,
}

/// What failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
pub enum DeliveryFailure {
    /// A fulfillment was reported as failed (rule F2).
    Fulfillment,
    /// Nothing was heard of a fulfillment in time; access may exist (rule F5).
    FulfillmentTimedOut,
    /// A callout that was waited for could not be made (rule X6).
    CalloutFailed,
    /// A callback did not come in time (rule X6).
    CallbackTimedOut,
}

impl EventKind {
    /// The rules that gave this event. Rules that refuse are seen in a [`Rejection`](crate::Rejection) or with
    /// [`explain`](crate::explain()); those that act are seen here.
    ///
    /// ```
    /// use assignment_request::{DenialReason, EventKind, Rule};
    ///
    /// assert_eq!(EventKind::Denied(DenialReason::ApprovalExpired).rules(), [Rule::V3]);
    /// ```
    #[must_use]
    pub const fn rules(&self) -> &'static [Rule] {
        match self {
            // Rules of creation give no event each: what breaks none of them is submitted.
            Self::Submitted(_) => &[],
            Self::TargetResolved { .. } => &[Rule::W1],
            Self::CalloutStarted { stage, deadline, .. } => match (stage, deadline) {
                (CalloutStage::AssignmentRequestDeterminingApprovalRequirements, _) => {
                    &[Rule::W2, Rule::X1, Rule::X3, Rule::Y5]
                }
                (CalloutStage::AssignmentRequestRemoved, None) => &[Rule::W3, Rule::X1, Rule::X2],
                (CalloutStage::AssignmentRequestRemoved, Some(_)) => &[Rule::W3, Rule::X1, Rule::X3],
                (_, None) => &[Rule::W2, Rule::X1, Rule::X2],
                (_, Some(_)) => &[Rule::W2, Rule::X1, Rule::X3],
            },
            Self::CalloutFailed { .. } => &[Rule::X4],
            Self::CallbackReceived { approval_stage: Some(_), .. } => &[Rule::R6, Rule::Y9],
            Self::CallbackReceived { approval_stage: None, .. }
            | Self::Denied(DenialReason::Callback)
            | Self::Canceled(Cancellation::Callback) => &[Rule::R6],
            Self::CallbackTimedOut { .. } => &[Rule::X5],
            Self::ApprovalRequested { .. } => &[Rule::V1, Rule::W4],
            Self::ApprovalEscalated { .. } => &[Rule::V2],
            Self::StageApproved { .. } | Self::Denied(DenialReason::Approver { .. }) => &[Rule::V4],
            Self::Approved { .. } => &[Rule::W2],
            Self::Denied(DenialReason::ApprovalExpired) => &[Rule::V3],
            Self::Denied(DenialReason::NotProcessed) => &[Rule::W7],
            Self::Denied(DenialReason::WindowPassed) | Self::Scheduled { .. } | Self::DeliveryStarted {} => {
                &[Rule::W5]
            }
            Self::Canceled(
                Cancellation::Requestor(_) | Cancellation::Administrator(_) | Cancellation::System(_),
            ) => &[Rule::K2],
            Self::FulfillmentOrdered { operation: Operation::Remove, .. } => &[Rule::F1, Rule::W3, Rule::W6],
            Self::FulfillmentOrdered { operation: Operation::Add | Operation::Update, .. } => {
                &[Rule::F1, Rule::W2, Rule::W6]
            }
            Self::Delivered { .. }
            | Self::PartiallyDelivered { .. }
            | Self::DeliveryFailed(DeliveryFailure::Fulfillment) => &[Rule::F2, Rule::F4],
            Self::DeliveryFailed(DeliveryFailure::FulfillmentTimedOut) => &[Rule::F4, Rule::F5],
            Self::DeliveryFailed(DeliveryFailure::CalloutFailed | DeliveryFailure::CallbackTimedOut) => {
                &[Rule::F4, Rule::X6]
            }
            Self::Reprocessed { .. } => &[Rule::F4, Rule::Q3],
        }
    }
}
