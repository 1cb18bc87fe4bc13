//! Policies: what users may ask for, who approves, and which extensions are called.

pub(crate) mod pattern;
pub(crate) mod questionnaire;
pub(crate) mod route;
pub(crate) mod rules;
pub(crate) mod spec;
pub(crate) mod violation;

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::policy::pattern::PatternCache;
use crate::policy::questionnaire::Questionnaire;
use crate::policy::route::Route;
use crate::policy::rules::{Preset, Rules};
use crate::policy::spec::{ExtensionBehavior, PolicySpec, RequestorSettings};
use crate::policy::violation::{PolicyError, PolicyPlace, PolicyViolation, PolicyViolationKind};
use crate::vocabulary::duration::Period;
use crate::vocabulary::ids::{AccessPackageId, ExtensionId, PolicyId};
use crate::vocabulary::limits::Limits;
use crate::vocabulary::schedule::{Expiration, ExpirationType};

/// A compiled policy. It judges drafts and gives each request its route.
///
/// ```
/// use assignment_request::{Limits, Policy, PolicyId, PolicySpec, Preset};
///
/// let spec = PolicySpec { id: Some(PolicyId::from_u128(1)), ..PolicySpec::default() };
/// let policy = Policy::compile(&spec, &Limits::default())?.with_rules(Preset::Portal.into());
/// assert_eq!(policy.id(), spec.id);
/// assert_eq!((policy.expiration(), policy.requestor_settings()), (spec.expiration, spec.requestor_settings));
/// assert!(!policy.is_requestor_justification_required());
/// # Ok::<(), assignment_request::PolicyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Policy {
    pub(crate) id: Option<PolicyId>,
    pub(crate) access_package_id: Option<AccessPackageId>,
    pub(crate) expiration: Expiration,
    pub(crate) requestor_settings: RequestorSettings,
    pub(crate) is_requestor_justification_required: bool,
    pub(crate) questionnaire: Questionnaire,
    pub(crate) route: Arc<Route>,
    pub(crate) limits: Limits,
}

impl Policy {
    /// Compiles a policy with the rules of [`Preset::ApiReference`]. It cannot resolve extensions that the policy names
    /// by reference; [`Policy::compile_with`] can.
    ///
    /// # Errors
    ///
    /// Returns every broken rule of P1 to P10 and Y1 to Y3, in this order: questions, approval, extensions, expiration.
    ///
    /// ```
    /// use assignment_request::{ApprovalStageSpec, Limits, Period, Policy, PolicySpec};
    ///
    /// let mut spec = PolicySpec::default();
    /// spec.approval.is_required_for_add = true;
    /// let refusal = Policy::compile(&spec, &Limits::default()).unwrap_err();
    /// assert_eq!(
    ///     refusal.to_string(),
    ///     "`requestApprovalSettings.stages` is empty, but approval is required"
    /// );
    ///
    /// let stage = ApprovalStageSpec {
    ///     duration_before_automatic_denial: Some(Period::from_days(2)),
    ///     is_approver_justification_required: false,
    ///     is_escalation_enabled: true,
    ///     duration_before_escalation: Some(Period::from_days(1)),
    /// };
    /// spec.approval.stages.push(stage.into());
    /// let policy = Policy::compile(&spec, &Limits::default())?;
    /// # let _ = policy;
    /// # Ok::<(), assignment_request::PolicyError>(())
    /// ```
    pub fn compile(spec: &PolicySpec, limits: &Limits) -> Result<Self, PolicyError> {
        Self::compile_with(spec, limits, &|_| None, &mut PatternCache::new())
    }

    /// Compiles a policy like [`Policy::compile`], but resolves extensions through the host, and reuses patterns that
    /// were compiled for other policies.
    ///
    /// Published policies name an extension only by its id, and the extension itself says whether a request waits for
    /// it. `resolve` is called with that id, and returns `None` if the host does not know the extension (rule P6).
    ///
    /// # Errors
    ///
    /// Same as [`Policy::compile`].
    ///
    /// ```
    /// use assignment_request::{
    ///     CallbackConfiguration, CalloutStage, ExtensionBehavior, ExtensionId, ExtensionSpec, Limits,
    ///     PatternCache, Period, Policy, PolicySpec,
    /// };
    ///
    /// let training = ExtensionId::from_u128(7);
    /// let spec = PolicySpec {
    ///     extensions: vec![ExtensionSpec {
    ///         stage: CalloutStage::AssignmentRequestCreated,
    ///         custom_extension_id: Some(training),
    ///         behavior: None,
    ///     }],
    ///     ..PolicySpec::default()
    /// };
    ///
    /// // It is not known whether to wait for the extension, so the policy is refused.
    /// let refusal = Policy::compile(&spec, &Limits::default()).unwrap_err();
    /// assert_eq!(refusal.violations().iter().map(|violation| violation.code()).collect::<Vec<_>>(), ["unresolvedExtension"]);
    ///
    /// // The host knows the extension.
    /// let callback = CallbackConfiguration { timeout: Some(Period::from_minutes(60)) };
    /// let resolve = |id| (id == training).then_some(ExtensionBehavior::LaunchAndWait(callback));
    /// let policy = Policy::compile_with(&spec, &Limits::default(), &resolve, &mut PatternCache::new())?;
    /// let extension = policy.route().extensions(CalloutStage::AssignmentRequestCreated).next().ok_or("one")?;
    /// assert_eq!(extension.timeout, Some(Period::from_minutes(60)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn compile_with(
        spec: &PolicySpec,
        limits: &Limits,
        resolve: &dyn Fn(ExtensionId) -> Option<ExtensionBehavior>,
        patterns: &mut PatternCache,
    ) -> Result<Self, PolicyError> {
        let mut found = Vec::new();
        let questionnaire = Questionnaire::compile(&spec.questions, limits, patterns, &mut found);
        let rules = Preset::ApiReference.into();
        let route = Route::compile(&spec.approval, &spec.extensions, resolve, rules, limits, &mut found);
        check_expiration(&spec.expiration, &mut found);
        PolicyError::check(found)?;
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

    /// Returns the same policy with other rules. They apply to requests that are submitted under the returned policy
    /// (rule I6).
    #[must_use]
    pub fn with_rules(self, rules: Rules) -> Self {
        let route = Route { rules, ..Arc::unwrap_or_clone(self.route) };
        Self { route: Arc::new(route), ..self }
    }

    /// Returns the policy's id, if the policy gives it.
    #[must_use]
    pub const fn id(&self) -> Option<PolicyId> {
        self.id
    }

    /// Returns when access ends at the latest.
    #[must_use]
    pub const fn expiration(&self) -> Expiration {
        self.expiration
    }

    /// Returns who may ask for what.
    #[must_use]
    pub const fn requestor_settings(&self) -> RequestorSettings {
        self.requestor_settings
    }

    /// Returns whether a requestor must give a justification (rule C8).
    #[must_use]
    pub const fn is_requestor_justification_required(&self) -> bool {
        self.is_requestor_justification_required
    }

    /// Returns the route that this policy gives to its requests.
    #[must_use]
    pub fn route(&self) -> &Route {
        &self.route
    }
}

fn check_expiration(expiration: &Expiration, found: &mut Vec<PolicyViolation>) {
    match expiration.kind {
        ExpirationType::AfterDuration if expiration.duration.is_none() => {
            let kind = PolicyViolationKind::Missing;
            found.push(PolicyViolation { place: PolicyPlace::ExpirationDuration, kind });
        }
        ExpirationType::AfterDateTime if expiration.end.is_none() => {
            let kind = PolicyViolationKind::Missing;
            found.push(PolicyViolation { place: PolicyPlace::ExpirationEndDateTime, kind });
        }
        ExpirationType::AfterDuration
        | ExpirationType::AfterDateTime
        | ExpirationType::NoExpiration
        | ExpirationType::NotSpecified => {}
    }
    if expiration.duration.is_some_and(Period::is_zero) {
        let kind = PolicyViolationKind::BadDuration;
        found.push(PolicyViolation { place: PolicyPlace::ExpirationDuration, kind });
    }
}
