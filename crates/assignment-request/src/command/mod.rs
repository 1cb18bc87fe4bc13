//! The commands that an actor can give to a request.

pub(crate) mod class;
mod permission;
pub(crate) mod rejection;
pub(crate) mod remedy;

use alloc::sync::Arc;

use crate::request::determined_stage::DeterminedStage;
use crate::vocabulary::actor::Actor;
use crate::vocabulary::callout_stage::CalloutStage;
use crate::vocabulary::decision::{ApprovalDecision, CallbackDecision, DeliveryOutcome, Tier};
use crate::vocabulary::ids::{CalloutId, SubjectId};
use crate::vocabulary::named::{kinds, named};

/// An action that an actor asks for, optionally on condition that the request has a given revision.
///
/// ```
/// use assignment_request::{Action, Actor, Command, Role, SubjectId};
///
/// let administrator = Actor::new(SubjectId::from_u128(7), Role::Administrator);
/// let cancel = Command::new(administrator, Action::Cancel).expecting(3);
/// assert_eq!(cancel.expected_revision, Some(3));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Command {
    /// The actor who gives the command.
    pub actor: Actor,
    /// The revision that the request must have (rule I3). `None` if any revision will do.
    pub expected_revision: Option<u64>,
    /// The action that the actor asks for.
    pub action: Action,
}

impl Command {
    /// Creates a command that applies to the request at any revision.
    #[must_use]
    pub const fn new(actor: Actor, action: Action) -> Self {
        Self { actor, expected_revision: None, action }
    }

    /// Returns the same command, which is refused unless the request has this revision.
    #[must_use]
    pub fn expecting(self, revision: u64) -> Self {
        Self { expected_revision: Some(revision), ..self }
    }
}

/// An action on a request (section 5 of SPEC.md).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub enum Action {
    /// Starts the route of an accepted request (rule W1).
    Process {
        /// The target's id, if the draft had only an e-mail address.
        target: Option<SubjectId>,
    },
    /// Answers a callout: the waiting request continues, or is denied or canceled (rules R1 to R7).
    Resume(Resume),
    /// Approves or denies an open approval stage (rules V4, V5).
    DecideStage(StageDecision),
    /// Cancels the request (rules K1, K2).
    Cancel,
    /// Retries a failed or partial delivery (rules Q1 to Q3).
    Reprocess,
    /// Reports the outcome of a fulfillment (rules F2, F3).
    ReportDelivery {
        /// The number of the fulfillment attempt, counted from 1.
        attempt: u32,
        /// The outcome of the fulfillment.
        outcome: DeliveryOutcome,
    },
    /// Reports that a callout could not be made (rule X4).
    ReportCalloutFailed {
        /// The callout's instance id.
        instance: CalloutId,
        /// The reason for the failure, in plain text.
        detail: Option<Arc<str>>,
    },
    /// Applies the deadlines that are due (rule N5).
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
///     AccessPackageId, Action, Actor, CallbackConfiguration, CallbackDecision, CalloutStage, Command,
///     Draft, ExtensionBehavior, ExtensionSpec, Limits, Period, Policy, PolicySpec, RequestId, RequestType,
///     RequestorSettings, Resume, Role, State, SubjectId, Timestamp,
/// };
///
/// // Our own system is asked before access is given, and has an hour to answer.
/// let policy = Policy::compile(
///     &PolicySpec {
///         requestor_settings: RequestorSettings { self_add: true, ..RequestorSettings::default() },
///         extensions: vec![ExtensionSpec {
///             stage: CalloutStage::AssignmentRequestGranted,
///             custom_extension_id: None,
///             behavior: Some(ExtensionBehavior::LaunchAndWait(CallbackConfiguration {
///                 timeout: Some(Period::from_minutes(60)),
///             })),
///         }],
///         ..PolicySpec::default()
///     },
///     &Limits::default(),
/// )?;
/// let ada = Actor::new(SubjectId::from_u128(0xada), Role::User);
/// let system = Actor::new(SubjectId::from_u128(3), Role::System);
/// let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
/// let draft = Draft { access_package_id: Some(AccessPackageId::from_u128(1)), ..Draft::new(RequestType::UserAdd) };
/// let (mut request, _) = policy.submit(RequestId::from_u128(2), &draft, None, ada, now)?;
/// request.handle(&Command::new(system, Action::Process { target: None }), now)?;
///
/// // The system denies the request.
/// let callout = request.callouts().last().ok_or("a callout was started")?;
/// let resume = Resume {
///     instance: callout.instance(),
///     stage: callout.stage(),
///     decision: CallbackDecision::Deny,
///     approval_stage: None,
///     source: Some("contoso.example".into()),
///     detail: Some("the training is missing".into()),
/// };
/// let extension = Actor::new(SubjectId::from_u128(4), Role::Extension);
/// request.handle(&Command::new(extension, Action::Resume(resume)), now)?;
/// assert_eq!(request.state(), State::Denied);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Resume {
    /// `customExtensionStageInstanceId`: the callout that the callback answers.
    pub instance: CalloutId,
    /// The callout's stage.
    pub stage: CalloutStage,
    /// `state`: whether the callback lets the request continue, denies it or cancels it.
    pub decision: CallbackDecision,
    /// `approvalStage`: the approval stage that the extension determines at Determining (rule Y6).
    pub approval_stage: Option<Arc<DeterminedStage>>,
    /// The source of the callback.
    pub source: Option<Arc<str>>,
    /// `customExtensionStageInstanceDetail`: the reason for the decision, in plain text.
    pub detail: Option<Arc<str>>,
}

/// An approver's decision about an approval stage.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct StageDecision {
    /// The stage's index, counted from 0.
    pub stage: u32,
    /// Whether the approver decides as a primary or as an escalation approver.
    pub tier: Tier,
    /// The decision.
    pub decision: ApprovalDecision,
    /// The approver's justification.
    pub justification: Option<Arc<str>>,
}
