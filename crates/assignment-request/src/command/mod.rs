//! What can be asked of a request.

pub(crate) mod class;
mod permission;
pub(crate) mod rejection;
pub(crate) mod remedy;

use alloc::sync::Arc;

use uuid::Uuid;

use crate::request::determined_stage::DeterminedStage;
use crate::vocabulary::actor::Actor;
use crate::vocabulary::callout_stage::CalloutStage;
use crate::vocabulary::decision::{ApprovalDecision, CallbackDecision, DeliveryOutcome, Tier};
use crate::vocabulary::named::{kinds, named};

/// An action, asked for by an actor, perhaps on condition of a revision.
///
/// ```
/// use assignment_request::{Action, Actor, Command, Role};
/// use uuid::Uuid;
///
/// let administrator = Actor::new(Uuid::from_u128(7), Role::Administrator);
/// let cancel = Command::new(administrator, Action::Cancel).expecting(3);
/// assert_eq!(cancel.expected_revision, Some(3));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Command {
    /// Who asks.
    pub actor: Actor,
    /// The revision that the request must have (rule I3); none is any.
    pub expected_revision: Option<u64>,
    /// What is asked.
    pub action: Action,
}

impl Command {
    /// A command that takes the request at whatever revision it has.
    #[must_use]
    pub const fn new(actor: Actor, action: Action) -> Self {
        Self { actor, expected_revision: None, action }
    }

    /// The same command, refused unless the request has this revision.
    #[must_use]
    pub fn expecting(self, revision: u64) -> Self {
        Self { expected_revision: Some(revision), ..self }
    }
}

/// What is asked of a request (section 5 of SPEC.md).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub enum Action {
    /// Start the route of an accepted request (rule W1).
    Process {
        /// The target's id, where the draft had only an e-mail address.
        target: Option<Uuid>,
    },
    /// Let a waiting request go on, or deny or cancel it (rules R1 to R7).
    Resume(Resume),
    /// Approve or deny an open approval stage (rules V4, V5).
    DecideStage(StageDecision),
    /// Take the request back (rules K1, K2).
    Cancel,
    /// Try a failed or partial delivery again (rules Q1 to Q3).
    Reprocess,
    /// Report how a fulfillment went (rules F2, F3).
    ReportDelivery {
        /// Which fulfillment, counted from 1.
        attempt: u32,
        /// How it went.
        outcome: DeliveryOutcome,
    },
    /// Report that a callout could not be made (rule X4).
    ReportCalloutFailed {
        /// The callout's instance id.
        instance: Uuid,
        /// Why, for people.
        detail: Option<Arc<str>>,
    },
    /// Apply the deadlines that are reached (rule N5).
    Elapse,
}

kinds! {
    /// The kinds of action.
    pub enum ActionKind of Action {
        Process = "process",
        Resume = "resume",
        DecideStage = "decide",
        Cancel = "cancel",
        Reprocess = "reprocess",
        ReportDelivery = "reportDelivery",
        ReportCalloutFailed = "reportCalloutFailed",
        Elapse = "elapse",
    }
}

/// The content of a callback.
///
/// ```
/// use assignment_request::{
///     Action, Actor, CallbackConfiguration, CallbackDecision, Command, Draft, ExtensionBehavior, ExtensionSpec, Limits,
///     Timestamp, Period, Policy, PolicySpec, RequestType, RequestorSettings, Resume, Role, CalloutStage, State,
/// };
/// use uuid::Uuid;
///
/// // Before access is given, a system of ours is asked; it has an hour.
/// let policy = Policy::compile(
///     &PolicySpec {
///         requestor_settings: RequestorSettings { self_add: true, ..RequestorSettings::NONE },
///         extensions: vec![ExtensionSpec {
///             stage: CalloutStage::AssignmentRequestGranted,
///             custom_extension_id: None,
///             behavior: Some(ExtensionBehavior::LaunchAndWait(CallbackConfiguration {
///                 timeout: Some(Period::from_minutes(60)),
///             })),
///         }],
///         ..PolicySpec::EMPTY
///     },
///     &Limits::DEFAULT,
/// )?;
/// let ada = Actor::new(Uuid::from_u128(0xada), Role::User);
/// let system = Actor::new(Uuid::from_u128(3), Role::System);
/// let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
/// let draft = Draft { access_package_id: Some(Uuid::from_u128(1)), ..Draft::new(RequestType::UserAdd) };
/// let (mut request, _) = policy.submit(Uuid::from_u128(2), &draft, None, ada, now)?;
/// request.handle(&Command::new(system, Action::Process { target: None }), now)?;
///
/// // It says no.
/// let callout = request.callouts().last().ok_or("a callout was started")?;
/// let resume = Resume {
///     instance: callout.instance(),
///     stage: callout.stage(),
///     decision: CallbackDecision::Deny,
///     approval_stage: None,
///     source: Some("contoso.example".into()),
///     detail: Some("the training is missing".into()),
/// };
/// let extension = Actor::new(Uuid::from_u128(4), Role::Extension);
/// request.handle(&Command::new(extension, Action::Resume(resume)), now)?;
/// assert_eq!(request.state(), State::Denied);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Resume {
    /// `customExtensionStageInstanceId`: which callout is answered.
    pub instance: Uuid,
    /// The stage of that callout.
    pub stage: CalloutStage,
    /// `state`: whether the request is refused; none lets it go on.
    pub decision: CallbackDecision,
    /// `approvalStage`: the approval stage that the extension determines, at Determining (rule Y6).
    pub approval_stage: Option<Arc<DeterminedStage>>,
    /// Who calls back.
    pub source: Option<Arc<str>>,
    /// `customExtensionStageInstanceDetail`: why, for people.
    pub detail: Option<Arc<str>>,
}

/// An approver's decision about a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct StageDecision {
    /// The stage's index, from 0.
    pub stage: u32,
    /// Whether the approver decides as primary or as escalation approver.
    pub tier: Tier,
    /// The decision.
    pub decision: ApprovalDecision,
    /// Why.
    pub justification: Option<Arc<str>>,
}
