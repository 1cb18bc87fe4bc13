//! Events: what happened to a request.

use alloc::sync::Arc;

use crate::request::determined_stage::DeterminedStage;
use crate::request::submission::Submission;
use crate::vocabulary::actor::Actor;
use crate::vocabulary::callout_stage::CalloutStage;
use crate::vocabulary::decision::{CallbackDecision, Tier};
use crate::vocabulary::ids::{CalloutId, SubjectId};
use crate::vocabulary::named::name_variants;
use crate::vocabulary::request_type::Operation;
use crate::vocabulary::rule::Rule;
use crate::vocabulary::timestamp::Timestamp;

/// Something that happened to a request.
///
/// Events are both the record and the host's to-do list. [`Event::task`] returns what an event asks the host to do:
/// process a new request, send a callout, ask approvers, or change the access. The other events only record something.
///
/// # What the host does
///
/// The events of one command belong together. The host stores all of them or none, with their tasks in the same
/// transaction. Then it does the tasks, at least once. [`Event::idempotency_key`] is the same each time, so a receiver
/// that gets a task twice acts once.
///
/// ```
/// use assignment_request::{Event, RequestId, Task};
///
/// /// What a host puts into its outbox, in the transaction that stores the events.
/// fn outbox(id: RequestId, events: &[Event]) -> Vec<(String, Task)> {
///     events.iter().filter_map(|event| Some((event.idempotency_key(id), event.task()?))).collect()
/// }
///
/// # use assignment_request::{
/// #     AccessPackageId, Actor, Draft, Limits, Policy, PolicySpec, RequestType, RequestorSettings, Role, SubjectId, Timestamp,
/// # };
/// # let requestor_settings = RequestorSettings { self_add: true, ..RequestorSettings::default() };
/// # let policy = Policy::compile(&PolicySpec { requestor_settings, ..PolicySpec::default() }, &Limits::default())?;
/// # let ada = Actor::new(SubjectId::from_u128(0xada), Role::User);
/// # let draft = Draft { access_package_id: Some(AccessPackageId::from_u128(1)), ..Draft::new(RequestType::UserAdd) };
/// # let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
/// let (request, submitted) = policy.submit(RequestId::from_u128(2), &draft, None, ada, now)?;
///
/// // A new request asks to be processed.
/// let to_do = outbox(request.id(), &[submitted]);
/// assert_eq!(to_do, [("00000000-0000-0000-0000-000000000002/1".to_owned(), Task::Process)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
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
    /// Returns the event's name in camelCase.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.kind.name()
    }
}

/// What happened. [`Event::task`] says which of these the host must act on, so that a host need not match on all of
/// them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)
)]
pub enum EventKind {
    /// The request was accepted. The host must send [`Action::Process`](crate::Action::Process), unless the request is
    /// for validation only. Until then nothing happens to it, and it is denied when its processing deadline passes
    /// (rules W1, W7).
    Submitted(Arc<Submission>),
    /// The target, until now known only by e-mail address, has an id (rule W1).
    TargetResolved {
        /// The target.
        target: SubjectId,
    },
    /// The host must send a callout (rule X1). If it cannot, it reports
    /// [`Action::ReportCalloutFailed`](crate::Action::ReportCalloutFailed) (rule X4).
    CalloutStarted {
        /// The callout's instance id (rule I5).
        instance: CalloutId,
        /// The stage at which it is sent.
        stage: CalloutStage,
        /// The index of the extension among that stage's extensions, from 0.
        index: u32,
        /// The attempt, from 1.
        attempt: u32,
        /// When the wait for its callback ends. `None` for *launch and continue*.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
        deadline: Option<Timestamp>,
    },
    /// A callout could not be made (rule X4).
    CalloutFailed {
        /// The callout's instance id.
        instance: CalloutId,
        /// The reason for the failure, in plain text.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
        detail: Option<Arc<str>>,
    },
    /// A callback was received (rule R6).
    CallbackReceived {
        /// The callout's instance id.
        instance: CalloutId,
        /// The actor who called back.
        actor: Actor,
        /// The callback's decision. If a stored event has no decision, it means to continue. Replaying the event must
        /// give the events that follow it.
        #[cfg_attr(
            feature = "serde",
            serde(
                skip_serializing_if = "CallbackDecision::is_continue",
                default = "CallbackDecision::continues"
            )
        )]
        decision: CallbackDecision,
        /// The approval stage that the callback determines (rule Y9).
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
        approval_stage: Option<Arc<DeterminedStage>>,
        /// The source that the callback names.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
        source: Option<Arc<str>>,
        /// The reason for the decision, in plain text.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
        detail: Option<Arc<str>>,
    },
    /// A callback did not arrive in time (rule X5).
    CallbackTimedOut {
        /// The callout's instance id.
        instance: CalloutId,
    },
    /// The host must resolve the approvers of a stage, and ask them (rules T6, V1).
    ApprovalRequested {
        /// The stage's index, from 0.
        stage: u32,
        /// When the approvers' time to decide ends.
        deadline: Timestamp,
        /// When escalation approvers must be asked too. `None` if escalation is not enabled.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
        escalation: Option<Timestamp>,
    },
    /// The host must ask escalation approvers too (rule V2).
    ApprovalEscalated {
        /// The stage's index.
        stage: u32,
    },
    /// An approver approved a stage (rule V4).
    StageApproved {
        /// The stage's index.
        stage: u32,
        /// The capacity in which the approver decided.
        tier: Tier,
        /// The approver who decided.
        approver: SubjectId,
        /// The approver's justification.
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
    /// The request was canceled.
    Canceled(Cancellation),
    /// Delivery is scheduled for later (rule W5). The host's timer sends [`Action::Elapse`](crate::Action::Elapse) at the
    /// start (rule N5).
    Scheduled {
        /// When delivery begins.
        start: Timestamp,
    },
    /// Delivery begins (rule W5).
    DeliveryStarted {},
    /// The host must give, change or remove access (rule F1), and report the outcome with
    /// [`Action::ReportDelivery`](crate::Action::ReportDelivery) (rule F2).
    FulfillmentOrdered {
        /// The attempt, from 1.
        attempt: u32,
        /// What the host must do.
        operation: Operation,
        /// When the time for a report ends (rule F5). `None`: no time limit.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
        deadline: Option<Timestamp>,
    },
    /// Access was changed as requested (rule F2).
    Delivered {
        /// The attempt, from 1.
        attempt: u32,
    },
    /// Access was only partly changed (rule F2).
    PartiallyDelivered {
        /// The attempt, from 1.
        attempt: u32,
    },
    /// Delivery failed (rules F2, F5, X6).
    DeliveryFailed(DeliveryFailure),
    /// The failed step is retried (rule Q3).
    Reprocessed {
        /// The actor who asked for the retry.
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
    /// An approver denied the request (rule V4).
    Approver {
        /// The stage's index.
        stage: u32,
        /// The capacity in which the approver decided.
        tier: Tier,
        /// The approver who decided.
        approver: SubjectId,
        /// The approver's justification.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
        justification: Option<Arc<str>>,
    },
    /// A callback denied the request (rule R6).
    Callback,
    /// No one decided in time (rule V3).
    ApprovalExpired,
    /// The requested access would have ended already (rule W5).
    WindowPassed,
    /// The host did not process the request in time (rule W7).
    NotProcessed,
}

/// Who canceled a request (rules K2, R6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
pub enum Cancellation {
    /// The requestor.
    Requestor(SubjectId),
    /// An administrator.
    Administrator(SubjectId),
    /// The host.
    System(SubjectId),
    /// A callback.
    Callback,
}

/// Why a delivery failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
pub enum DeliveryFailure {
    /// A fulfillment was reported as failed (rule F2).
    Fulfillment,
    /// The outcome of a fulfillment was not reported in time. Access may exist (rule F5).
    FulfillmentTimedOut,
    /// The request waited for a callout that could not be made (rule X6).
    CalloutFailed,
    /// A callback did not arrive in time (rule X6).
    CallbackTimedOut,
}

impl EventKind {
    /// Returns the rules that produced this event. Rules that refuse are reported by a [`Rejection`](crate::Rejection)
    /// and by [`explain`](crate::explain()); rules that act are reported here.
    ///
    /// ```
    /// use assignment_request::{DenialReason, EventKind, Rule};
    ///
    /// assert_eq!(EventKind::Denied(DenialReason::ApprovalExpired).rules(), [Rule::V3]);
    /// ```
    #[must_use]
    pub const fn rules(&self) -> &'static [Rule] {
        match self {
            // The rules about submission have no events of their own: a draft that breaks none of them is submitted.
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
