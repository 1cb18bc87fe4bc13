//! Policies: what may be asked for, who approves, who is called.

mod pattern;
mod questionnaire;
mod route;
mod rules;
mod spec;
mod violation;

use alloc::sync::Arc;
use alloc::vec::Vec;

use uuid::Uuid;

pub use pattern::PatternCache;
pub(crate) use questionnaire::{Choice, Form, Questionnaire};
pub(crate) use route::stages_of;
pub use route::{ApprovalStage, Extension, Route};
pub use rules::{BadRules, OnCalloutFailure, Preset, Rules, RulesSpec};
pub use spec::{
    ApprovalSettings, ApprovalStageSpec, CallbackConfiguration, ChoiceSpec, ExtensionSpec, PolicySpec,
    QuestionForm, QuestionKind, QuestionSpec, RequestorSettings,
};
pub use violation::{PolicyPlace, PolicyViolation, PolicyViolationKind};

use crate::violation::Violations;
use crate::{Expiration, ExpirationType, Limits, Rule};

/// A compiled policy: it judges drafts, and gives the requests their route.
///
/// ```
/// use assignment_request::{Limits, Policy, PolicySpec, Preset};
///
/// let policy = Policy::compile(&PolicySpec::EMPTY, &Limits::DEFAULT)?.with_rules(Preset::Portal.into());
/// # let _ = policy;
/// # Ok::<(), assignment_request::Violations<assignment_request::PolicyViolation>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Policy {
    pub(crate) id: Option<Uuid>,
    pub(crate) access_package_id: Option<Uuid>,
    pub(crate) expiration: Expiration,
    pub(crate) requestor_settings: RequestorSettings,
    pub(crate) is_requestor_justification_required: bool,
    pub(crate) questionnaire: Questionnaire,
    pub(crate) route: Arc<Route>,
    pub(crate) limits: Limits,
}

impl Policy {
    /// Compiles a policy, with the rules of [`Preset::ApiReference`].
    ///
    /// # Errors
    ///
    /// Every broken rule of P1 to P5, in the order questions, approval, extensions, expiration.
    ///
    /// ```
    /// use assignment_request::{ApprovalStageSpec, Limits, Period, Policy, PolicySpec};
    ///
    /// let mut spec = PolicySpec::EMPTY;
    /// spec.approval.is_required_for_add = true;
    /// let violations = Policy::compile(&spec, &Limits::DEFAULT).unwrap_err();
    /// assert_eq!(
    ///     violations.to_string(),
    ///     "`requestApprovalSettings.stages` is empty, but approval is required (P3)"
    /// );
    ///
    /// spec.approval.stages.push(ApprovalStageSpec {
    ///     duration_before_automatic_denial: Some(Period::from_days(2)),
    ///     is_approver_justification_required: false,
    ///     is_escalation_enabled: true,
    ///     duration_before_escalation: Some(Period::from_days(1)),
    /// });
    /// let policy = Policy::compile(&spec, &Limits::DEFAULT)?;
    /// # let _ = policy;
    /// # Ok::<(), assignment_request::Violations<assignment_request::PolicyViolation>>(())
    /// ```
    pub fn compile(spec: &PolicySpec, limits: &Limits) -> Result<Self, Violations<PolicyViolation>> {
        Self::compile_with(spec, limits, &mut PatternCache::new())
    }

    /// As [`Policy::compile`], with patterns that were compiled for other policies.
    ///
    /// # Errors
    ///
    /// As [`Policy::compile`].
    pub fn compile_with(
        spec: &PolicySpec,
        limits: &Limits,
        patterns: &mut PatternCache,
    ) -> Result<Self, Violations<PolicyViolation>> {
        let mut found = Vec::new();
        let questionnaire = Questionnaire::compile(&spec.questions, limits, patterns, &mut found);
        let rules = Preset::ApiReference.into();
        let route = Route::compile(&spec.approval, &spec.extensions, rules, limits, &mut found);
        check_expiration(&spec.expiration, &mut found);
        Violations::check(found)?;
        Ok(Self {
            id: spec.id,
            access_package_id: spec.access_package_id,
            expiration: spec.expiration,
            requestor_settings: spec.requestor_settings,
            is_requestor_justification_required: spec.approval.is_requestor_justification_required,
            questionnaire,
            route: Arc::new(route),
            limits: *limits,
        })
    }

    /// The same policy under other rules. They apply to requests submitted from then on (rule I6).
    #[must_use]
    pub fn with_rules(self, rules: Rules) -> Self {
        let route = Route { rules, ..Arc::unwrap_or_clone(self.route) };
        Self { route: Arc::new(route), ..self }
    }

    /// The route that this policy gives to its requests.
    #[must_use]
    pub fn route(&self) -> &Route {
        &self.route
    }
}

fn check_expiration(expiration: &Expiration, found: &mut Vec<PolicyViolation>) {
    match expiration.kind {
        ExpirationType::AfterDuration if expiration.duration.is_none() => {
            let kind = PolicyViolationKind::Missing(Rule::P5);
            found.push(PolicyViolation { place: PolicyPlace::ExpirationDuration, kind });
        }
        ExpirationType::AfterDateTime if expiration.end.is_none() => {
            let kind = PolicyViolationKind::Missing(Rule::P5);
            found.push(PolicyViolation { place: PolicyPlace::ExpirationEndDateTime, kind });
        }
        ExpirationType::AfterDuration
        | ExpirationType::AfterDateTime
        | ExpirationType::NoExpiration
        | ExpirationType::NotSpecified => {}
    }
    if expiration.duration.is_some_and(crate::Period::is_zero) {
        let kind = PolicyViolationKind::BadDuration(Rule::P5);
        found.push(PolicyViolation { place: PolicyPlace::ExpirationDuration, kind });
    }
}
