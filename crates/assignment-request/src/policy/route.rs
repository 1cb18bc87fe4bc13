//! The route: the steps that a policy sets for a request, fixed when the request is submitted (rule I6).

use alloc::vec::Vec;

use crate::policy::rules::{LONGEST_DURATION, Rules};
use crate::policy::spec::{ApprovalSettings, ExtensionBehavior, ExtensionSpec, StageSpec};
use crate::policy::violation::{PolicyPlace, PolicyViolation, PolicyViolationKind};
use crate::vocabulary::callout_stage::CalloutStage;
use crate::vocabulary::duration::Period;
use crate::vocabulary::ids::ExtensionId;
use crate::vocabulary::limits::Limits;
use crate::vocabulary::request_type::Operation;

/// The largest number of approval stages in a policy (rule P3).
const MAXIMUM_STAGES: usize = 3;
/// The bounds of a callback's time-out, ends included (rule P4).
const SHORTEST_TIMEOUT: Period = Period::from_minutes(5);
const LONGEST_TIMEOUT: Period = Period::from_days(14);

/// The steps that a policy sets for a request: approval stages, extensions, time-outs, rules and text limits.
///
/// It is fixed at submission and stays with the request, so you can store, move and replay a request without its
/// policy. Requests of one policy share one route in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase", deny_unknown_fields))]
pub struct Route {
    pub(crate) is_approval_required_for_add: bool,
    pub(crate) is_approval_required_for_update: bool,
    pub(crate) approval_stages: Vec<RouteStage>,
    /// At the stage Determining, there is one for each determined approval stage, in the stages' order (rule Y5).
    pub(crate) extensions: Vec<Extension>,
    pub(crate) rules: Rules,
    pub(crate) text_limits: TextLimits,
}

/// A stage of approval on a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)
)]
pub enum RouteStage {
    /// The policy sets the stage.
    Set(ApprovalStage),
    /// An extension determines the stage for each request (rule Y1).
    Determined {
        /// The extension's id.
        custom_extension_id: ExtensionId,
    },
}

/// The settings of an approval stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase", deny_unknown_fields))]
pub struct ApprovalStage {
    /// How long the approvers have to decide.
    pub duration_before_automatic_denial: Period,
    /// When escalation approvers are asked too. `None` if escalation is not enabled.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
    pub duration_before_escalation: Option<Period>,
    /// Whether an approver must give a justification.
    pub is_approver_justification_required: bool,
}

/// An outside system that is called at a stage of the route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase", deny_unknown_fields))]
pub struct Extension {
    /// The stage.
    pub stage: CalloutStage,
    /// `customExtension.id`.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
    pub custom_extension_id: Option<ExtensionId>,
    /// How long the request waits for its callback. `None` for *launch and continue*.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
    pub timeout: Option<Period>,
}

/// The limits of texts that arrive after submission, in bytes (rule C14).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase", deny_unknown_fields))]
pub(crate) struct TextLimits {
    pub(crate) justification: usize,
    pub(crate) detail: usize,
    pub(crate) source: usize,
}

impl Route {
    /// Compiles the route and appends its faults to `found`. `resolve` returns what the host knows about an extension
    /// that the policy names by reference (rule P6).
    pub(crate) fn compile(
        approval: &ApprovalSettings,
        settings: &[ExtensionSpec],
        resolve: &dyn Fn(ExtensionId) -> Option<ExtensionBehavior>,
        rules: Rules,
        limits: &Limits,
        found: &mut Vec<PolicyViolation>,
    ) -> Self {
        let approval_stages = compile_stages(approval, settings, found);
        let extensions = compile_extensions(settings, &approval_stages, resolve, limits, found);
        Self {
            is_approval_required_for_add: approval.is_required_for_add,
            is_approval_required_for_update: approval.is_required_for_update,
            approval_stages,
            extensions,
            rules,
            text_limits: TextLimits {
                justification: limits.justification,
                detail: limits.detail,
                source: limits.source,
            },
        }
    }

    /// Returns the policy's approval stages, in order. A request goes through them if it needs approval:
    /// [`Request::is_approval_required`](crate::Request::is_approval_required).
    #[must_use]
    pub fn approval_stages(&self) -> &[RouteStage] {
        &self.approval_stages
    }

    /// Returns whether the policy requires approval for this operation (rule W4). For a single request, that can depend
    /// on who submitted it.
    #[must_use]
    pub const fn is_approval_required_for(&self, operation: Operation) -> bool {
        match operation {
            Operation::Add => self.is_approval_required_for_add,
            Operation::Update => self.is_approval_required_for_update,
            Operation::Remove => false,
        }
    }

    /// Returns the extensions that are called at `stage`, in order (rules X1, Y5).
    pub fn extensions(&self, stage: CalloutStage) -> impl Iterator<Item = &Extension> {
        self.extensions.iter().filter(move |extension| extension.stage == stage)
    }

    /// Returns the extension with this index among those that are called at `stage`.
    pub(crate) fn extension(&self, stage: CalloutStage, index: u32) -> Option<&Extension> {
        self.extensions(stage).nth(usize::try_from(index).ok()?)
    }

    /// Returns the rules that the host set.
    #[must_use]
    pub const fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Returns the index of an approval stage among the determined ones. `None` if the policy sets the stage, or has no
    /// such stage.
    pub(crate) fn determined_index(&self, stage: usize) -> Option<usize> {
        let is_determined = |stage: &RouteStage| match stage {
            RouteStage::Determined { .. } => true,
            RouteStage::Set(_) => false,
        };
        self.approval_stages.get(stage).filter(|stage| is_determined(stage))?;
        Some(self.approval_stages.iter().take(stage).filter(|stage| is_determined(stage)).count())
    }

    /// Returns whether a policy could have produced this route under these limits (rule I7).
    pub(crate) fn is_consistent(&self, limits: &Limits) -> bool {
        let needs_stages = self.is_approval_required_for_add || self.is_approval_required_for_update;
        let first_determining = self.extensions.iter().position(Extension::determines);
        let determining = self.extensions.get(first_determining.unwrap_or(self.extensions.len())..);
        let determining = determining.unwrap_or_default();
        let determined = self.approval_stages.iter().filter_map(|stage| match stage {
            RouteStage::Determined { custom_extension_id } => Some(Some(*custom_extension_id)),
            RouteStage::Set(_) => None,
        });
        let TextLimits { justification, detail, source } = self.text_limits;
        (!needs_stages || !self.approval_stages.is_empty())
            && self.approval_stages.len() <= MAXIMUM_STAGES
            && self.approval_stages.iter().all(RouteStage::is_consistent)
            // Determining extensions come last, one for each determined stage. Those with the same id are equal.
            && determining.iter().map(|extension| extension.custom_extension_id).eq(determined)
            && determining.iter().all(|extension| {
                extension.determines()
                    && determining.iter().all(|other| {
                        other.custom_extension_id != extension.custom_extension_id || other == extension
                    })
            })
            && self.extensions.iter().all(Extension::is_consistent)
            // A setting that several stages name is here once for each of them (P9).
            && self.extensions.len() <= limits.extensions.saturating_add(MAXIMUM_STAGES - 1)
            && justification <= limits.justification
            && detail <= limits.detail
            && source <= limits.source
    }
}

impl RouteStage {
    fn is_consistent(&self) -> bool {
        match self {
            Self::Set(stage) => {
                let denial = stage.duration_before_automatic_denial;
                is_allowed_denial(denial)
                    && stage
                        .duration_before_escalation
                        .is_none_or(|escalation| !escalation.is_zero() && escalation < denial)
            }
            Self::Determined { .. } => true,
        }
    }
}

impl Extension {
    fn is_consistent(&self) -> bool {
        !self.stage.is_pre_expiration() && self.timeout.map_or(!self.determines(), is_allowed_timeout)
    }

    fn determines(&self) -> bool {
        self.stage == CalloutStage::AssignmentRequestDeterminingApprovalRequirements
    }
}

/// Returns the stages at which a request's extensions are called, in order (rules W2, W3).
pub(crate) const fn stages_of(operation: Operation) -> &'static [CalloutStage] {
    match operation {
        Operation::Add => &[
            CalloutStage::AssignmentRequestCreated,
            CalloutStage::AssignmentRequestDeterminingApprovalRequirements,
            CalloutStage::AssignmentRequestApproved,
            CalloutStage::AssignmentRequestGranted,
        ],
        Operation::Update => &[
            CalloutStage::AssignmentRequestCreated,
            CalloutStage::AssignmentRequestDeterminingApprovalRequirements,
            CalloutStage::AssignmentRequestApproved,
        ],
        Operation::Remove => &[CalloutStage::AssignmentRequestRemoved],
    }
}

/// Compiles the approval stages and reports their faults (rules P3, Y1, and the first half of Y2).
fn compile_stages(
    approval: &ApprovalSettings,
    settings: &[ExtensionSpec],
    found: &mut Vec<PolicyViolation>,
) -> Vec<RouteStage> {
    let mut report = |place, kind| found.push(PolicyViolation { place, kind });
    let is_required = approval.is_required_for_add || approval.is_required_for_update;
    if is_required && approval.stages.is_empty() {
        report(PolicyPlace::Stages, PolicyViolationKind::ApprovalStagesMissing);
    }
    if approval.stages.len() > MAXIMUM_STAGES {
        let count = approval.stages.len();
        report(PolicyPlace::Stages, PolicyViolationKind::TooManyStages { count });
    }
    let mut stages = Vec::with_capacity(approval.stages.len());
    for (index, stage) in approval.stages.iter().enumerate() {
        match stage {
            StageSpec::Set(stage) => {
                // A missing duration is not positive.
                let denial = stage.duration_before_automatic_denial.unwrap_or(Period::ZERO);
                if !is_allowed_denial(denial) {
                    let place = PolicyPlace::DurationBeforeAutomaticDenial(index);
                    report(
                        place,
                        if denial.is_zero() {
                            PolicyViolationKind::BadDuration
                        } else {
                            PolicyViolationKind::DurationTooLong
                        },
                    );
                }
                let escalation = stage
                    .is_escalation_enabled
                    .then(|| stage.duration_before_escalation.unwrap_or(Period::ZERO));
                if escalation.is_some_and(|escalation| escalation.is_zero() || escalation >= denial) {
                    let place = PolicyPlace::DurationBeforeEscalation(index);
                    report(place, PolicyViolationKind::BadDuration);
                }
                stages.push(RouteStage::Set(ApprovalStage {
                    duration_before_automatic_denial: denial,
                    duration_before_escalation: escalation,
                    is_approver_justification_required: stage.is_approver_justification_required,
                }));
            }
            StageSpec::Determined { custom_extension_id: None } => {
                report(PolicyPlace::StageExtensionId(index), PolicyViolationKind::Missing);
            }
            StageSpec::Determined { custom_extension_id: Some(id) } => {
                let naming = settings.iter().filter(|setting| {
                    setting.stage == CalloutStage::AssignmentRequestDeterminingApprovalRequirements
                        && setting.custom_extension_id == Some(*id)
                });
                if naming.count() != 1 {
                    report(PolicyPlace::StageExtension(index), PolicyViolationKind::UnmatchedExtension);
                }
                stages.push(RouteStage::Determined { custom_extension_id: *id });
            }
        }
    }
    stages
}

/// Compiles the extensions and reports the first rule that each setting breaks (rules P4, P6, P9, Y3, and the second
/// half of Y2).
fn compile_extensions(
    settings: &[ExtensionSpec],
    stages: &[RouteStage],
    resolve: &dyn Fn(ExtensionId) -> Option<ExtensionBehavior>,
    limits: &Limits,
    found: &mut Vec<PolicyViolation>,
) -> Vec<Extension> {
    if settings.len() > limits.extensions {
        let (count, limit) = (settings.len(), limits.extensions);
        let kind = PolicyViolationKind::TooMany { count, limit };
        found.push(PolicyViolation { place: PolicyPlace::Extensions, kind });
        return Vec::new();
    }
    let mut extensions = Vec::with_capacity(settings.len());
    let mut determining = Vec::new();
    for (index, setting) in settings.iter().enumerate() {
        let timeout = match compile_extension(index, setting, stages, resolve) {
            Ok(timeout) => timeout,
            Err(violation) => {
                found.push(violation);
                continue;
            }
        };
        let extension =
            Extension { stage: setting.stage, custom_extension_id: setting.custom_extension_id, timeout };
        if setting.stage == CalloutStage::AssignmentRequestDeterminingApprovalRequirements {
            determining.push(extension);
        } else if !setting.stage.is_pre_expiration() {
            // A request never waits at a stage before an assignment's end; the host calls those extensions on its own.
            extensions.push(extension);
        }
    }
    // An extension that several stages name is called once for each of them.
    extensions.extend(stages.iter().filter_map(|stage| {
        match stage {
            RouteStage::Set(_) => None,
            RouteStage::Determined { custom_extension_id } => determining
                .iter()
                .find(|extension| extension.custom_extension_id == Some(*custom_extension_id))
                .copied(),
        }
    }));
    extensions
}

/// Returns the time-out of an extension, or `None` if the request does not wait for it.
fn compile_extension(
    index: usize,
    setting: &ExtensionSpec,
    stages: &[RouteStage],
    resolve: &dyn Fn(ExtensionId) -> Option<ExtensionBehavior>,
) -> Result<Option<Period>, PolicyViolation> {
    let violation = |place, kind| Err(PolicyViolation { place, kind });
    let id = setting.custom_extension_id;
    let determines = setting.stage == CalloutStage::AssignmentRequestDeterminingApprovalRequirements;
    let is_named = stages.iter().any(|stage| match stage {
        RouteStage::Determined { custom_extension_id } => id == Some(*custom_extension_id),
        RouteStage::Set(_) => false,
    });
    if determines && !is_named {
        return violation(PolicyPlace::Extension(index), PolicyViolationKind::UnmatchedExtension);
    }
    let is_pre_expiration = setting.stage.is_pre_expiration();
    let behavior = match setting.behavior {
        Some(ExtensionBehavior::LaunchAndWait(callback)) => ExtensionBehavior::LaunchAndWait(callback),
        // A request never waits at such a stage, so the host need not be asked.
        Some(ExtensionBehavior::LaunchAndContinue) | None if is_pre_expiration => {
            ExtensionBehavior::LaunchAndContinue
        }
        given @ (Some(ExtensionBehavior::LaunchAndContinue) | None) => {
            let Some(behavior) = id.and_then(resolve).or(given) else {
                let kind = PolicyViolationKind::UnresolvedExtension { id };
                return violation(PolicyPlace::Extension(index), kind);
            };
            behavior
        }
    };
    let callback = match behavior {
        ExtensionBehavior::LaunchAndWait(callback) => callback,
        ExtensionBehavior::LaunchAndContinue if determines => {
            return violation(PolicyPlace::CallbackConfiguration(index), PolicyViolationKind::WaitRequired);
        }
        ExtensionBehavior::LaunchAndContinue => return Ok(None),
    };
    if is_pre_expiration {
        return violation(PolicyPlace::CallbackConfiguration(index), PolicyViolationKind::WaitNotAllowed);
    }
    match callback.timeout {
        None => violation(PolicyPlace::TimeoutDuration(index), PolicyViolationKind::Missing),
        Some(timeout) if !is_allowed_timeout(timeout) => {
            violation(PolicyPlace::TimeoutDuration(index), PolicyViolationKind::BadDuration)
        }
        Some(timeout) => Ok(Some(timeout)),
    }
}

/// Returns whether a stage may give its approvers this long to decide (rules P3, P10).
fn is_allowed_denial(denial: Period) -> bool {
    !denial.is_zero() && denial <= LONGEST_DURATION
}

fn is_allowed_timeout(timeout: Period) -> bool {
    (SHORTEST_TIMEOUT..=LONGEST_TIMEOUT).contains(&timeout)
}
