//! The route: what a policy says about a request's way, fixed when the request is submitted (rule I6).

use alloc::vec::Vec;

use uuid::Uuid;

use super::rules::Rules;
use super::spec::{ApprovalSettings, ExtensionSpec};
use super::violation::{PolicyPlace, PolicyViolation, PolicyViolationKind};
use crate::{Limits, Operation, Period, RequestType, Role, Rule, Stage};

/// How many approval stages a policy may have (rule P3).
const MAXIMUM_STAGES: usize = 3;
/// The bounds of a callback's time-out, ends included (rule P4).
const SHORTEST_TIMEOUT: Period = Period::from_minutes(5);
const LONGEST_TIMEOUT: Period = Period::from_days(14);

/// What a policy says about the way of a request: approval stages, extensions, time-outs, rules, text limits.
///
/// It is fixed at submission and travels with the request, so that a request can be stored, moved and replayed without
/// its policy. Requests of one policy share one route in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase", deny_unknown_fields))]
pub struct Route {
    pub(crate) is_approval_required_for_add: bool,
    pub(crate) is_approval_required_for_update: bool,
    pub(crate) approval_stages: Vec<ApprovalStage>,
    pub(crate) extensions: Vec<Extension>,
    pub(crate) rules: Rules,
    pub(crate) text_limits: TextLimits,
}

/// A stage of approval, as it is on a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase", deny_unknown_fields))]
pub struct ApprovalStage {
    /// How long the approvers have.
    pub duration_before_automatic_denial: Period,
    /// When others are asked too; none where escalation is not enabled.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
    pub duration_before_escalation: Option<Period>,
    /// Whether an approver must say why.
    pub is_approver_justification_required: bool,
}

/// An outside system that is called at a stage of the route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase", deny_unknown_fields))]
pub struct Extension {
    /// The stage.
    pub stage: Stage,
    /// `customExtension.id`.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
    pub custom_extension_id: Option<Uuid>,
    /// How long its callback is waited for; none is *launch and continue*.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
    pub timeout: Option<Period>,
}

/// The limits of texts that come in while a request is on its way, in bytes (rule C14).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase", deny_unknown_fields))]
pub(crate) struct TextLimits {
    pub(crate) justification: usize,
    pub(crate) detail: usize,
    pub(crate) source: usize,
}

impl Route {
    /// Compiles what the policy says, and adds to `found` what is wrong with it.
    pub(crate) fn compile(
        approval: &ApprovalSettings,
        extensions: &[ExtensionSpec],
        rules: Rules,
        limits: &Limits,
        found: &mut Vec<PolicyViolation>,
    ) -> Self {
        Self {
            is_approval_required_for_add: approval.is_required_for_add,
            is_approval_required_for_update: approval.is_required_for_update,
            approval_stages: compile_stages(approval, found),
            extensions: compile_extensions(extensions, found),
            rules,
            text_limits: TextLimits {
                justification: limits.justification,
                detail: limits.detail,
                source: limits.source,
            },
        }
    }

    /// The approval stages that a request of this type passes; none where it needs no approval (rule W4).
    #[must_use]
    pub fn approval_stages(&self, request_type: RequestType) -> &[ApprovalStage] {
        if self.is_approval_required(request_type) { &self.approval_stages } else { &[] }
    }

    /// Whether a request of this type needs approval (rule W4).
    #[must_use]
    pub fn is_approval_required(&self, request_type: RequestType) -> bool {
        let by_operation = match request_type.operation() {
            Operation::Add => self.is_approval_required_for_add,
            Operation::Update => self.is_approval_required_for_update,
            Operation::Remove => false,
        };
        by_operation
            && match request_type.initiator() {
                Role::System => false,
                Role::Administrator => !self.rules.spec().admin_bypasses_approval,
                Role::User | Role::Approver | Role::Extension => true,
            }
    }

    /// The extensions that are called at `stage`, in order (rule X1).
    pub fn extensions(&self, stage: Stage) -> impl Iterator<Item = &Extension> {
        self.extensions.iter().filter(move |extension| extension.stage == stage)
    }

    /// The rules that the host set.
    #[must_use]
    pub const fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Whether a request of this type can come to wait for a callback.
    pub(crate) fn has_wait(&self, request_type: RequestType) -> bool {
        stages_of(request_type.operation())
            .iter()
            .any(|stage| self.extensions(*stage).any(|extension| extension.timeout.is_some()))
    }

    /// Whether a policy could have given this route (rule I7).
    pub(crate) fn is_sound(&self) -> bool {
        let needs_stages = self.is_approval_required_for_add || self.is_approval_required_for_update;
        (!needs_stages || !self.approval_stages.is_empty())
            && self.approval_stages.len() <= MAXIMUM_STAGES
            && self.approval_stages.iter().all(|stage| {
                !stage.duration_before_automatic_denial.is_zero()
                    && stage.duration_before_escalation.is_none_or(|escalation| {
                        !escalation.is_zero() && escalation < stage.duration_before_automatic_denial
                    })
            })
            && self.extensions.iter().all(|extension| {
                !extension.stage.is_pre_expiration() && extension.timeout.is_none_or(is_allowed_timeout)
            })
    }
}

/// The stages at which a request's extensions are called, in order (rules W2, W3).
pub(crate) const fn stages_of(operation: Operation) -> &'static [Stage] {
    match operation {
        Operation::Add => &[
            Stage::AssignmentRequestCreated,
            Stage::AssignmentRequestApproved,
            Stage::AssignmentRequestGranted,
        ],
        Operation::Update => &[Stage::AssignmentRequestCreated, Stage::AssignmentRequestApproved],
        Operation::Remove => &[Stage::AssignmentRequestRemoved],
    }
}

fn compile_stages(approval: &ApprovalSettings, found: &mut Vec<PolicyViolation>) -> Vec<ApprovalStage> {
    let is_required = approval.is_required_for_add || approval.is_required_for_update;
    if is_required && approval.stages.is_empty() {
        let kind = PolicyViolationKind::ApprovalStagesMissing;
        found.push(PolicyViolation { place: PolicyPlace::Stages, kind });
    }
    if approval.stages.len() > MAXIMUM_STAGES {
        let kind = PolicyViolationKind::TooManyStages { count: approval.stages.len() };
        found.push(PolicyViolation { place: PolicyPlace::Stages, kind });
    }
    let mut stages = Vec::with_capacity(approval.stages.len());
    for (index, stage) in approval.stages.iter().enumerate() {
        // A duration that is not given is no positive one.
        let denial = stage.duration_before_automatic_denial.unwrap_or(Period::ZERO);
        if denial.is_zero() {
            let place = PolicyPlace::DurationBeforeAutomaticDenial(index);
            found.push(PolicyViolation { place, kind: PolicyViolationKind::BadDuration(Rule::P3) });
        }
        let escalation =
            stage.is_escalation_enabled.then(|| stage.duration_before_escalation.unwrap_or(Period::ZERO));
        if escalation.is_some_and(|escalation| escalation.is_zero() || escalation >= denial) {
            let place = PolicyPlace::DurationBeforeEscalation(index);
            found.push(PolicyViolation { place, kind: PolicyViolationKind::BadDuration(Rule::P3) });
        }
        stages.push(ApprovalStage {
            duration_before_automatic_denial: denial,
            duration_before_escalation: escalation,
            is_approver_justification_required: stage.is_approver_justification_required,
        });
    }
    stages
}

fn compile_extensions(extensions: &[ExtensionSpec], found: &mut Vec<PolicyViolation>) -> Vec<Extension> {
    let mut compiled = Vec::with_capacity(extensions.len());
    for (index, extension) in extensions.iter().enumerate() {
        let violation = match extension.callback {
            Some(_) if extension.stage.is_pre_expiration() => {
                Some((PolicyPlace::CallbackConfiguration(index), PolicyViolationKind::WaitNotAllowed))
            }
            Some(callback) => match callback.timeout {
                None => Some((PolicyPlace::TimeoutDuration(index), PolicyViolationKind::Missing(Rule::P4))),
                Some(timeout) if !is_allowed_timeout(timeout) => {
                    Some((PolicyPlace::TimeoutDuration(index), PolicyViolationKind::BadDuration(Rule::P4)))
                }
                Some(_) => None,
            },
            None => None,
        };
        if let Some((place, kind)) = violation {
            found.push(PolicyViolation { place, kind });
        }
        // A request never waits at a stage before an assignment's end; the host calls those extensions by itself.
        if !extension.stage.is_pre_expiration() {
            compiled.push(Extension {
                stage: extension.stage,
                custom_extension_id: extension.custom_extension_id,
                timeout: extension.callback.and_then(|callback| callback.timeout),
            });
        }
    }
    compiled
}

fn is_allowed_timeout(timeout: Period) -> bool {
    (SHORTEST_TIMEOUT..=LONGEST_TIMEOUT).contains(&timeout)
}
