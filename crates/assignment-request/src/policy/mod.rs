//! Policies: what may be asked for, who approves, who is called.

pub(crate) mod pattern;
pub(crate) mod questionnaire;
pub(crate) mod route;
pub(crate) mod rules;
pub(crate) mod spec;
pub(crate) mod violation;

use alloc::sync::Arc;
use alloc::vec::Vec;

use uuid::Uuid;

use crate::policy::pattern::PatternCache;
use crate::policy::questionnaire::Questionnaire;
use crate::policy::route::Route;
use crate::policy::rules::{Preset, Rules};
use crate::policy::spec::{ExtensionBehavior, PolicySpec, RequestorSettings};
use crate::policy::violation::{PolicyPlace, PolicyViolation, PolicyViolationKind};
use crate::vocabulary::duration::Period;
use crate::vocabulary::limits::Limits;
use crate::vocabulary::rule::Rule;
use crate::vocabulary::schedule::{Expiration, ExpirationType};
use crate::vocabulary::violations::Violations;

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
    /// Compiles a policy, with the rules of [`Preset::ApiReference`]. No extension that the policy names by reference is
    /// known; [`Policy::compile_with`] resolves references.
    ///
    /// # Errors
    ///
    /// Every broken rule of P1 to P10 and Y1 to Y3, in the order questions, approval, extensions, expiration.
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
    /// let stage = ApprovalStageSpec {
    ///     duration_before_automatic_denial: Some(Period::from_days(2)),
    ///     is_approver_justification_required: false,
    ///     is_escalation_enabled: true,
    ///     duration_before_escalation: Some(Period::from_days(1)),
    /// };
    /// spec.approval.stages.push(stage.into());
    /// let policy = Policy::compile(&spec, &Limits::DEFAULT)?;
    /// # let _ = policy;
    /// # Ok::<(), assignment_request::Violations<assignment_request::PolicyViolation>>(())
    /// ```
    pub fn compile(spec: &PolicySpec, limits: &Limits) -> Result<Self, Violations<PolicyViolation>> {
        Self::compile_with(spec, limits, &|_| None, &mut PatternCache::new())
    }

    /// As [`Policy::compile`], with the host's word on extensions, and with patterns that were compiled for other
    /// policies.
    ///
    /// Published policies name an extension by its id alone, and whether a request waits for it is written on the
    /// extension. `resolve` is asked with that id. It returns `None` for an extension that the host does not know
    /// (rule P6).
    ///
    /// # Errors
    ///
    /// As [`Policy::compile`].
    ///
    /// ```
    /// use assignment_request::{
    ///     CallbackConfiguration, ExtensionBehavior, ExtensionSpec, Limits, PatternCache, Period, Policy, PolicySpec, CalloutStage,
    /// };
    /// use uuid::Uuid;
    ///
    /// let training = Uuid::from_u128(7);
    /// let spec = PolicySpec {
    ///     extensions: vec![ExtensionSpec {
    ///         stage: CalloutStage::AssignmentRequestCreated,
    ///         custom_extension_id: Some(training),
    ///         behavior: None,
    ///     }],
    ///     ..PolicySpec::EMPTY
    /// };
    ///
    /// // Whether to wait for the extension is not known, so the policy is refused.
    /// let violations = Policy::compile(&spec, &Limits::DEFAULT).unwrap_err();
    /// assert_eq!(violations.iter().map(|violation| violation.code()).collect::<Vec<_>>(), ["unresolvedExtension"]);
    ///
    /// // The host knows the extension.
    /// let callback = CallbackConfiguration { timeout: Some(Period::from_minutes(60)) };
    /// let resolve = |id| (id == training).then_some(ExtensionBehavior::LaunchAndWait(callback));
    /// let policy = Policy::compile_with(&spec, &Limits::DEFAULT, &resolve, &mut PatternCache::new())?;
    /// let extension = policy.route().extensions(CalloutStage::AssignmentRequestCreated).next().ok_or("one")?;
    /// assert_eq!(extension.timeout, Some(Period::from_minutes(60)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn compile_with(
        spec: &PolicySpec,
        limits: &Limits,
        resolve: &dyn Fn(Uuid) -> Option<ExtensionBehavior>,
        patterns: &mut PatternCache,
    ) -> Result<Self, Violations<PolicyViolation>> {
        let mut found = Vec::new();
        let questionnaire = Questionnaire::compile(&spec.questions, limits, patterns, &mut found);
        let rules = Preset::ApiReference.into();
        let route = Route::compile(&spec.approval, &spec.extensions, resolve, rules, limits, &mut found);
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
    if expiration.duration.is_some_and(Period::is_zero) {
        let kind = PolicyViolationKind::BadDuration(Rule::P5);
        found.push(PolicyViolation { place: PolicyPlace::ExpirationDuration, kind });
    }
}
