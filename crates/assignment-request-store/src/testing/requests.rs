//! The policies, drafts and commands of the checks.

use std::sync::Arc;

use assignment_request::{
    AccessPackageId, Action, Actor, ApprovalDecision, ApprovalSettings, ApprovalStageSpec, Approver,
    ApproverKind, CallbackConfiguration, CallbackDecision, Callout, CalloutId, CalloutStage, Command,
    DeliveryOutcome, DeterminedStage, Draft, Event, Expiration, ExtensionBehavior, ExtensionId,
    ExtensionSpec, Limits, OnCalloutFailure, Period, Policy, PolicyId, PolicySpec, Preset, Request,
    RequestId, RequestType, RequestorSettings, Resume, Role, RulesSpec, Schedule, StageDecision, StageSpec,
    SubjectId, Tier, Timestamp,
};

use crate::error::StoreError;
use crate::testing::outcome::{Checked, Seen};
use crate::testing::store::HostStore;

pub(super) const SYSTEM: Actor = Actor::new(SubjectId::from_u128(0x5e5), Role::System);
pub(super) const ADMINISTRATOR: Actor = Actor::new(SubjectId::from_u128(0xad), Role::Administrator);
pub(super) const EXTENSION: Actor = Actor::new(SubjectId::from_u128(0xe1), Role::Extension);
pub(super) const APPROVER: SubjectId = SubjectId::from_u128(0xa1);
pub(super) const ESCALATION_APPROVER: SubjectId = SubjectId::from_u128(0xa2);
pub(super) const DETERMINING: ExtensionId = ExtensionId::from_u128(0xe2);
/// A day, in minutes.
pub(super) const DAY: i64 = 24 * 60;

/// The kinds of policies under which the checks submit requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Access is given at once.
    Plain,
    /// Two approval stages, the first of which escalates after 30 minutes.
    Approval,
    /// Extensions call back, and one is only informed.
    Waits,
    /// An extension determines the approval stage.
    Determined,
    /// Access begins a day later.
    Scheduled,
    /// Extensions call back, and a failed callout holds the request.
    Holds,
}

impl Kind {
    pub(super) const ALL: [Self; 6] =
        [Self::Plain, Self::Approval, Self::Waits, Self::Determined, Self::Scheduled, Self::Holds];

    pub(super) const fn policy_id(self) -> PolicyId {
        PolicyId::from_u128(0x90 + self as u128)
    }

    pub(super) fn policy(self) -> Checked<Policy> {
        let stages = match self {
            Self::Approval => vec![approval_stage(true).into(), approval_stage(false).into()],
            Self::Determined => vec![StageSpec::Determined { custom_extension_id: Some(DETERMINING) }],
            Self::Plain | Self::Waits | Self::Scheduled | Self::Holds => vec![],
        };
        let extensions = match self {
            Self::Waits | Self::Holds => vec![
                extension(CalloutStage::AssignmentRequestCreated, None, true),
                extension(CalloutStage::AssignmentRequestApproved, None, false),
                extension(CalloutStage::AssignmentRequestGranted, None, true),
            ],
            Self::Determined => {
                let stage = CalloutStage::AssignmentRequestDeterminingApprovalRequirements;
                vec![extension(stage, Some(DETERMINING), true)]
            }
            Self::Plain | Self::Approval | Self::Scheduled => vec![],
        };
        let spec = PolicySpec {
            id: Some(self.policy_id()),
            requestor_settings: RequestorSettings {
                self_add: true,
                custom_schedule: self == Self::Scheduled,
                ..RequestorSettings::default()
            },
            approval: ApprovalSettings {
                is_required_for_add: !stages.is_empty(),
                stages,
                ..ApprovalSettings::default()
            },
            extensions,
            ..PolicySpec::default()
        };
        // Callbacks may deny, and requests may be canceled in many states, so that more commands can conflict.
        let on_callout_failure =
            if self == Self::Holds { OnCalloutFailure::Hold } else { OnCalloutFailure::Fail };
        let rules = RulesSpec {
            cancelable: Preset::Portal.spec().cancelable,
            on_callout_failure,
            ..Preset::LogicAppsGuide.spec()
        };
        Ok(Policy::compile(&spec, &Limits::default())?.with_rules(rules.validate()?))
    }

    /// A user's draft for themselves.
    pub(super) fn draft(self, what: u128) -> Draft {
        let start = (self == Self::Scheduled).then_some(after(DAY));
        let schedule = Schedule { start, expiration: Expiration::default(), has_recurrence: false };
        Draft {
            access_package_id: Some(package(what)),
            assignment_policy_id: Some(self.policy_id()),
            schedule: (self == Self::Scheduled).then_some(schedule),
            ..Draft::new(RequestType::UserAdd)
        }
    }

    /// Submits request `n` by person `n`.
    pub(super) async fn submit<S: HostStore>(self, store: &S, n: u128) -> Result<Request, Seen> {
        Ok(self.submit_as(store, n, n, start()).await?)
    }

    /// Submits request `n` by another person.
    pub(super) async fn submit_as<S: HostStore>(
        self,
        store: &S,
        n: u128,
        person: u128,
        now: Timestamp,
    ) -> Result<Request, StoreError> {
        // The policies above compile; if one does not, `submit_in_memory` says why.
        let Ok(policy) = self.policy() else { return Err(StoreError::Value { column: "policy" }) };
        store.submit(&policy, id(n), &self.draft(1), None, user(person), now).await
    }

    /// What [`Kind::submit`] stores.
    pub(super) fn submit_in_memory(self, n: u128) -> Checked<(Request, Event)> {
        Ok(self.policy()?.submit(id(n), &self.draft(1), None, user(n), start())?)
    }
}

const fn approval_stage(escalates: bool) -> ApprovalStageSpec {
    ApprovalStageSpec {
        duration_before_automatic_denial: Some(Period::from_days(2)),
        is_approver_justification_required: false,
        is_escalation_enabled: escalates,
        duration_before_escalation: if escalates { Some(Period::from_minutes(30)) } else { None },
    }
}

fn extension(stage: CalloutStage, id: Option<ExtensionId>, waits: bool) -> ExtensionSpec {
    let timeout = Some(Period::from_minutes(60));
    let behavior = if waits {
        ExtensionBehavior::LaunchAndWait(CallbackConfiguration { timeout })
    } else {
        ExtensionBehavior::LaunchAndContinue
    };
    ExtensionSpec { stage, custom_extension_id: id, behavior: Some(behavior) }
}

pub(super) fn start() -> Timestamp {
    // 2026-01-05T09:00:00Z.
    Timestamp::from_ticks(17_676_036_000_000_000).unwrap_or(Timestamp::MIN)
}

pub(super) fn after(minutes: i64) -> Timestamp {
    start().saturating_add(Period::from_minutes(u32::try_from(minutes).unwrap_or(0)))
}

pub(super) const fn id(n: u128) -> RequestId {
    RequestId::from_u128(0x1000 + n)
}

pub(super) const fn subject(n: u128) -> SubjectId {
    SubjectId::from_u128(0x2000 + n)
}

pub(super) const fn package(n: u128) -> AccessPackageId {
    AccessPackageId::from_u128(0x3000 + n)
}

pub(super) const fn user(n: u128) -> Actor {
    Actor::new(subject(n), Role::User)
}

pub(super) fn process(target: Option<SubjectId>) -> Command {
    Command::new(SYSTEM, Action::Process { target })
}

pub(super) fn elapse() -> Command {
    Command::new(SYSTEM, Action::Elapse)
}

pub(super) fn report(attempt: u32, outcome: DeliveryOutcome) -> Command {
    Command::new(SYSTEM, Action::ReportDelivery { attempt, outcome })
}

pub(super) fn decide(approver: SubjectId, stage: u32, tier: Tier, decision: ApprovalDecision) -> Command {
    let decide = StageDecision { stage, tier, decision, justification: None };
    Command::new(Actor::new(approver, Role::Approver), Action::DecideStage(decide))
}

/// The callback of the callout that was started last.
pub(super) fn resume(request: &Request, decision: CallbackDecision) -> Command {
    let last = request.callouts().last();
    let stage = last.map_or(CalloutStage::AssignmentRequestCreated, Callout::stage);
    let determines = stage == CalloutStage::AssignmentRequestDeterminingApprovalRequirements
        && decision == CallbackDecision::Continue;
    let resume = Resume {
        instance: last.map_or(CalloutId::from_u128(0), Callout::instance),
        stage,
        decision,
        approval_stage: determines.then(|| Arc::new(determined_stage())),
        source: None,
        detail: None,
    };
    Command::new(EXTENSION, Action::Resume(resume))
}

fn determined_stage() -> DeterminedStage {
    let approver = |id| Approver { kind: ApproverKind::SingleUser(id), is_backup: false };
    DeterminedStage {
        duration_before_automatic_denial: Some(Period::from_days(2)),
        is_escalation_enabled: true,
        duration_before_escalation: Some(Period::from_minutes(60)),
        primary_approvers: vec![approver(APPROVER)],
        escalation_approvers: vec![approver(ESCALATION_APPROVER)],
        ..DeterminedStage::default()
    }
}
