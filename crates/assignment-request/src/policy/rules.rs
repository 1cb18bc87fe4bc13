//! The rules that a host may set (section 6 of SPEC.md).

use crate::vocabulary::callout_stage::{CalloutStage, CalloutStageSet};
use crate::vocabulary::duration::Period;
use crate::vocabulary::named::{named, parse_names};
use crate::vocabulary::status::{Status, StatusSet};

/// The longest duration that sets a deadline (rule P10).
pub(crate) const LONGEST_DURATION: Period = Period::from_days(3_660);

named! {
    /// What happens after a failed wait (rule X6).
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
    #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
    pub enum OnCalloutFailure {
        /// The request fails; it can be reprocessed.
        Fail = "fail",
        /// The request keeps waiting, and accepts a late callback, during the reprocess window.
        Hold = "hold",
    }
}

parse_names!(OnCalloutFailure, in_any_case);

named! {
    /// When an administrator's request needs no approval (rule W4). No one can bypass the approval of their own access.
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
    #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
    pub enum AdminBypass {
        /// Never. The request needs approval like any other.
        Never = "never",
        /// If the request asks for it with `parameters.bypassApproval` (rule C15).
        WhenAsked = "whenAsked",
        /// Always, unless the target is the requestor, or was not known by id at submission.
        Always = "always",
    }
}

parse_names!(AdminBypass, in_any_case);

/// The rules that a host may set, not validated yet.
///
/// ```
/// use assignment_request::{CalloutStage, CalloutStageSet, Preset, RulesSpec};
///
/// let mut spec = Preset::ApiReference.spec();
/// spec.deny_at = CalloutStageSet::of(&[CalloutStage::AssignmentRequestCreated]);
/// assert!(spec.validate().is_ok());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase", deny_unknown_fields))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct RulesSpec {
    /// The stages at which a callback may deny (rule R5).
    pub deny_at: CalloutStageSet,
    /// The stages at which a callback may cancel (rule R5).
    pub cancel_at: CalloutStageSet,
    /// The statuses in which a request may be canceled (rule K2).
    pub cancelable: StatusSet,
    /// How long after its first completion a request may be reprocessed (rule Q2).
    pub reprocess_window: Period,
    /// What happens after a failed wait (rule X6).
    pub on_callout_failure: OnCalloutFailure,
    /// How long a fulfillment may take (rule F5). `None`: no time limit.
    pub fulfillment_timeout: Option<Period>,
    /// When an administrator's request needs no approval (rule W4).
    pub admin_bypasses_approval: AdminBypass,
    /// Whether an administrator's update may ask for more than the policy's expiration allows (rule C9).
    pub admin_may_exceed_policy: bool,
    /// Whether every stage needs a different approver (rule V5).
    pub distinct_approvers: bool,
    /// The longest time that a determined stage may give its approvers (rule Y8).
    pub determined_stage_limit: Period,
    /// How long a request may stay Accepted, from its submission (rule W7). `None`: no time limit.
    pub accepted_timeout: Option<Period>,
    /// How far in the future a start may be (rule C9). `None`: no limit.
    pub start_limit: Option<Period>,
}

impl RulesSpec {
    /// Checks the rules.
    ///
    /// # Errors
    ///
    /// Returns [`RulesError::Cancelable`] with the statuses that `cancelable` may not contain: those in which access is
    /// being or has been changed, or the request has ended. Returns [`RulesError::Duration`] for a duration that is
    /// zero or longer than 3,660 days (rule P10).
    ///
    /// ```
    /// use assignment_request::{Period, Preset, RulesError, RulesSpec};
    ///
    /// let spec = RulesSpec { reprocess_window: Period::ZERO, ..Preset::Portal.spec() };
    /// assert_eq!(spec.validate(), Err(RulesError::Duration { rule: "reprocessWindow" }));
    /// ```
    pub fn validate(self) -> Result<Rules, RulesError> {
        if !self.cancelable.is_subset(CANCELABLE_AT_MOST) {
            return Err(RulesError::Cancelable(
                self.cancelable.iter().filter(|status| !CANCELABLE_AT_MOST.contains(*status)).collect(),
            ));
        }
        let durations = [
            ("reprocessWindow", Some(self.reprocess_window)),
            ("fulfillmentTimeout", self.fulfillment_timeout),
            ("acceptedTimeout", self.accepted_timeout),
            ("startLimit", self.start_limit),
            ("determinedStageLimit", Some(self.determined_stage_limit)),
        ];
        let is_bad = |duration: &Period| duration.is_zero() || *duration > LONGEST_DURATION;
        if let Some((rule, _)) = durations.iter().find(|(_, duration)| duration.as_ref().is_some_and(is_bad))
        {
            return Err(RulesError::Duration { rule });
        }
        Ok(Rules(self))
    }
}

/// Why rules are refused. Every variant has the code `badRules`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RulesError {
    /// `cancelable` contains a status in which access is being or has been changed, or the request has ended.
    #[error("`cancelable` may not contain {0}")]
    Cancelable(StatusSet),
    /// A duration is zero, or longer than 3,660 days.
    #[error("`{rule}` must be longer than zero, and at most 3660 days")]
    Duration {
        /// The rule's name in JSON.
        rule: &'static str,
    },
}

impl RulesError {
    /// Returns the stable code: `badRules`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        "badRules"
    }
}

/// Validated rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules(RulesSpec);

impl Rules {
    /// Returns the rules as plain data.
    #[must_use]
    pub const fn spec(&self) -> &RulesSpec {
        &self.0
    }
}

impl From<Preset> for Rules {
    fn from(preset: Preset) -> Self {
        Self(preset.spec())
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Rules {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Rules {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        RulesSpec::deserialize(deserializer)?.validate().map_err(serde::de::Error::custom)
    }
}

named! {
    /// Sets of rules that each follow one published page. The pages contradict one another on where a callback may deny
    /// (decision D1).
    #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
    pub enum Preset {
        /// The text of the resume page, and the default: a callback may deny at every stage except Created.
        ApiReference = "API_REFERENCE",
        /// The page about the callback data: a callback may deny and cancel only at Created.
        CallbackData = "CALLBACK_DATA",
        /// The Logic Apps guide: a callback may deny at Created and Approved.
        LogicAppsGuide = "LOGIC_APPS_GUIDE",
        /// The portal's behavior: like the API reference, but failed and waiting requests can also be canceled, and the
        /// reprocess window is 7 days.
        Portal = "PORTAL",
    }
}

parse_names!(Preset, exactly);

const CANCELABLE: [Status; 4] =
    [Status::Accepted, Status::PendingApproval, Status::PendingApprovalEscalated, Status::PendingNotBefore];

/// Every status that `cancelable` may contain.
const CANCELABLE_AT_MOST: StatusSet = StatusSet::of(&[
    Status::Accepted,
    Status::PendingApproval,
    Status::PendingApprovalEscalated,
    Status::PendingNotBefore,
    Status::WaitingForCallback,
    Status::DeliveryFailed,
    Status::CalloutFailed,
    Status::CallbackTimedOut,
]);

const CREATED: CalloutStageSet = CalloutStageSet::of(&[CalloutStage::AssignmentRequestCreated]);

const API_REFERENCE: RulesSpec = RulesSpec {
    deny_at: CalloutStageSet::of(&[
        CalloutStage::AssignmentRequestApproved,
        CalloutStage::AssignmentRequestGranted,
        CalloutStage::AssignmentRequestRemoved,
    ]),
    cancel_at: CREATED,
    cancelable: StatusSet::of(&CANCELABLE),
    reprocess_window: Period::from_days(14),
    on_callout_failure: OnCalloutFailure::Fail,
    fulfillment_timeout: Some(Period::from_days(14)),
    admin_bypasses_approval: AdminBypass::WhenAsked,
    admin_may_exceed_policy: false,
    distinct_approvers: false,
    determined_stage_limit: Period::from_days(14),
    accepted_timeout: Some(Period::from_days(14)),
    start_limit: Some(Period::from_days(365)),
};

impl Preset {
    /// Returns the preset's rules, which you can change before you validate them.
    #[must_use]
    pub const fn spec(self) -> RulesSpec {
        match self {
            Self::ApiReference => API_REFERENCE,
            Self::CallbackData => RulesSpec { deny_at: CREATED, ..API_REFERENCE },
            Self::LogicAppsGuide => RulesSpec {
                deny_at: CalloutStageSet::of(&[
                    CalloutStage::AssignmentRequestCreated,
                    CalloutStage::AssignmentRequestApproved,
                ]),
                ..API_REFERENCE
            },
            Self::Portal => RulesSpec {
                cancelable: CANCELABLE_AT_MOST,
                reprocess_window: Period::from_days(7),
                ..API_REFERENCE
            },
        }
    }
}
