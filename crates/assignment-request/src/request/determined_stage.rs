//! The approval stage that an extension determines for one request (rules Y6 to Y11).

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use crate::policy::route::ApprovalStage;
use crate::vocabulary::bitset::bitset;
use crate::vocabulary::decision::Tier;
use crate::vocabulary::duration::Period;
use crate::vocabulary::ids::SubjectId;
use crate::vocabulary::rule::Rule;

/// How many entries each list of approvers may have (rule Y8).
pub(crate) const MAXIMUM_APPROVERS: usize = 50;

/// An approval stage that an extension determined for one request: the content of `data.approvalStage` of a resume.
///
/// Two equal stages mean the same (rule Y11). The default stage has no approvers and no duration, so it is refused
/// (rule Y8). Use it as a base to fill in.
///
/// ```
/// use assignment_request::{Approver, ApproverKind, DeterminedStage, Period, SubjectId, Tier};
///
/// let manager = Approver { kind: ApproverKind::RequestorManager { level: 1 }, is_backup: false };
/// let stage = DeterminedStage {
///     duration_before_automatic_denial: Some(Period::from_days(2)),
///     primary_approvers: vec![manager],
///     ..DeterminedStage::default()
/// };
/// let grace = ApproverKind::SingleUser(SubjectId::from_u128(0x97ace));
/// assert!(stage.approvers().all(|approver| approver.kind != grace));
/// let [first, fallback] = stage.approvers_in(Tier::Primary);
/// assert_eq!((first.len(), fallback.len()), (1, 0));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase", deny_unknown_fields))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct DeterminedStage {
    /// How long the approvers have to decide, from the opening of the stage. If the extension does not say, it is
    /// `None`, and the stage is refused (rule Y8).
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
    pub duration_before_automatic_denial: Option<Period>,
    /// Whether an approver must give a justification.
    pub is_approver_justification_required: bool,
    /// Whether escalation approvers are asked too if no one decides.
    pub is_escalation_enabled: bool,
    /// When the escalation approvers are asked, from the opening of the stage. It has no effect unless escalation is
    /// enabled.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
    pub duration_before_escalation: Option<Period>,
    /// The approvers who are asked first.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty", default))]
    pub primary_approvers: Vec<Approver>,
    /// The approvers who are asked if no primary approver can be found.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty", default))]
    pub fallback_primary_approvers: Vec<Approver>,
    /// The approvers who are asked at escalation.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty", default))]
    pub escalation_approvers: Vec<Approver>,
    /// The approvers who are asked at escalation if no escalation approver can be found.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty", default))]
    pub fallback_escalation_approvers: Vec<Approver>,
}

impl DeterminedStage {
    /// Returns all approvers in this order: primary, fallback primary, escalation, fallback escalation.
    pub fn approvers(&self) -> impl Iterator<Item = &Approver> {
        Tier::ALL.iter().flat_map(|tier| self.approvers_in(*tier)).flatten()
    }

    /// Returns the approvers of a tier, and after them those who are asked if none of the first can be found.
    #[must_use]
    pub fn approvers_in(&self, tier: Tier) -> [&[Approver]; 2] {
        match tier {
            Tier::Primary => [&self.primary_approvers, &self.fallback_primary_approvers],
            Tier::Escalation => [&self.escalation_approvers, &self.fallback_escalation_approvers],
        }
    }

    /// Returns the settings of the stage on its route. A stage without a duration is never accepted (rule Y8); it would
    /// be denied at once.
    pub(crate) fn settings(&self) -> ApprovalStage {
        ApprovalStage {
            duration_before_automatic_denial: self.duration_before_automatic_denial.unwrap_or(Period::ZERO),
            duration_before_escalation: self
                .duration_before_escalation
                .filter(|_| self.is_escalation_enabled),
            is_approver_justification_required: self.is_approver_justification_required,
        }
    }

    /// Returns what is wrong with the stage (rule Y8). A single user in `excluded` (the requestor, the target, the
    /// actor of the resume) does not count as an approver.
    pub(crate) fn violations(&self, longest: Period, excluded: &[SubjectId]) -> ApprovalStageViolations {
        use ApprovalStageViolation as Violation;

        let counts = |approvers: &[Approver]| {
            approvers.iter().any(|approver| match approver.kind {
                ApproverKind::SingleUser(id) => !excluded.contains(&id),
                ApproverKind::GroupMembers(_)
                | ApproverKind::ConnectedOrganizationMembers(_)
                | ApproverKind::RequestorManager { .. }
                | ApproverKind::TargetManager { .. }
                | ApproverKind::InternalSponsors
                | ApproverKind::ExternalSponsors
                | ApproverKind::TargetUserSponsors
                | ApproverKind::Other { .. } => true,
            })
        };
        let denial = self.duration_before_automatic_denial;
        let escalation = self.duration_before_escalation;
        let escalates = self.is_escalation_enabled;
        let is_too_late = |escalation| denial.is_some_and(|denial| escalation >= denial);
        let found = [
            (Violation::DenialMissing, denial.is_none()),
            (Violation::BadDenial, denial.is_some_and(|denial| denial.is_zero() || denial > longest)),
            (Violation::EscalationMissing, escalates && escalation.is_none()),
            (
                Violation::BadEscalation,
                escalates && escalation.is_some_and(|duration| duration.is_zero() || is_too_late(duration)),
            ),
            (
                Violation::NoPrimaryApprovers,
                !counts(&self.primary_approvers) && !counts(&self.fallback_primary_approvers),
            ),
            (
                Violation::NoEscalationApprovers,
                escalates
                    && !counts(&self.escalation_approvers)
                    && !counts(&self.fallback_escalation_approvers),
            ),
            (Violation::TooManyPrimary, self.primary_approvers.len() > MAXIMUM_APPROVERS),
            (Violation::TooManyFallbackPrimary, self.fallback_primary_approvers.len() > MAXIMUM_APPROVERS),
            (Violation::TooManyEscalation, self.escalation_approvers.len() > MAXIMUM_APPROVERS),
            (
                Violation::TooManyFallbackEscalation,
                self.fallback_escalation_approvers.len() > MAXIMUM_APPROVERS,
            ),
        ];
        found.into_iter().filter(|(_, is_broken)| *is_broken).map(|(violation, _)| violation).collect()
    }
}

/// What an extension determined about an approval stage (rule Y9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Determination {
    pub(crate) stage: Arc<DeterminedStage>,
    pub(crate) by: SubjectId,
}

impl Determination {
    /// Returns the approval stage, with its approvers.
    #[must_use]
    pub fn stage(&self) -> &DeterminedStage {
        &self.stage
    }

    /// Returns the actor of the resume. This actor does not decide the stage (rule Y12).
    #[must_use]
    pub const fn by(&self) -> SubjectId {
        self.by
    }
}

/// An entry of a list of approvers, stored as the extension sent it (rule Y10). The host resolves who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase", deny_unknown_fields))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Approver {
    /// The kind of approver.
    pub kind: ApproverKind,
    /// `isBackup`: whether the entry stands in for the others of its list.
    pub is_backup: bool,
}

/// The kinds of approver: Graph's `subjectSet` types.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)
)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub enum ApproverKind {
    /// `singleUser`: this person.
    SingleUser(SubjectId),
    /// `groupMembers`: the members of this group.
    GroupMembers(SubjectId),
    /// `connectedOrganizationMembers`: the members of this connected organization.
    ConnectedOrganizationMembers(SubjectId),
    /// `requestorManager`: a manager of the requestor.
    RequestorManager {
        /// How many levels above, from 1 to 4.
        level: u8,
    },
    /// `targetManager`: a manager of the target.
    TargetManager {
        /// How many levels above, from 1 to 4.
        level: u8,
    },
    /// `internalSponsors`: the internal sponsors of the requestor's organization.
    InternalSponsors,
    /// `externalSponsors`: the external sponsors of the requestor's organization.
    ExternalSponsors,
    /// `targetUserSponsors`: the sponsors of the target.
    TargetUserSponsors,
    /// A type that this library does not know. The host decides whether to accept it.
    Other {
        /// The `@odata.type`, without `#` and `microsoft.graph.`.
        odata_type: Arc<str>,
        /// `id`, if there is one.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
        id: Option<SubjectId>,
    },
}

/// What can be wrong with a determined stage (rule Y8), in the order in which it is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ApprovalStageViolation {
    /// `durationBeforeAutomaticDenial` is missing.
    DenialMissing,
    /// `durationBeforeAutomaticDenial` is zero, or longer than the rule `determinedStageLimit`.
    BadDenial,
    /// Escalation is enabled, and `durationBeforeEscalation` is missing.
    EscalationMissing,
    /// `durationBeforeEscalation` is zero, or not shorter than `durationBeforeAutomaticDenial`.
    BadEscalation,
    /// No primary or fallback primary approver counts.
    NoPrimaryApprovers,
    /// Escalation is enabled, and no escalation or fallback escalation approver counts.
    NoEscalationApprovers,
    /// `primaryApprovers` has more than 50 entries.
    TooManyPrimary,
    /// `fallbackPrimaryApprovers` has more than 50 entries.
    TooManyFallbackPrimary,
    /// `escalationApprovers` has more than 50 entries.
    TooManyEscalation,
    /// `fallbackEscalationApprovers` has more than 50 entries.
    TooManyFallbackEscalation,
}

impl ApprovalStageViolation {
    /// All violations, in the order in which they are reported.
    pub const ALL: &'static [Self] = &[
        Self::DenialMissing,
        Self::BadDenial,
        Self::EscalationMissing,
        Self::BadEscalation,
        Self::NoPrimaryApprovers,
        Self::NoEscalationApprovers,
        Self::TooManyPrimary,
        Self::TooManyFallbackPrimary,
        Self::TooManyEscalation,
        Self::TooManyFallbackEscalation,
    ];

    /// Returns the stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::DenialMissing | Self::EscalationMissing => "missing",
            Self::BadDenial | Self::BadEscalation => "badDuration",
            Self::NoPrimaryApprovers | Self::NoEscalationApprovers => "noApprovers",
            Self::TooManyPrimary
            | Self::TooManyFallbackPrimary
            | Self::TooManyEscalation
            | Self::TooManyFallbackEscalation => "tooMany",
        }
    }

    /// Returns the path of the member at fault, in the resume's body.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::DenialMissing | Self::BadDenial => "data.approvalStage.durationBeforeAutomaticDenial",
            Self::EscalationMissing | Self::BadEscalation => "data.approvalStage.durationBeforeEscalation",
            Self::NoPrimaryApprovers | Self::TooManyPrimary => "data.approvalStage.primaryApprovers",
            Self::TooManyFallbackPrimary => "data.approvalStage.fallbackPrimaryApprovers",
            Self::NoEscalationApprovers | Self::TooManyEscalation => "data.approvalStage.escalationApprovers",
            Self::TooManyFallbackEscalation => "data.approvalStage.fallbackEscalationApprovers",
        }
    }

    /// Returns the broken rule's id.
    #[must_use]
    pub const fn rule(self) -> Rule {
        Rule::Y8
    }
}

impl fmt::Display for ApprovalStageViolation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}` ", self.path())?;
        formatter.write_str(match self {
            Self::DenialMissing | Self::EscalationMissing => "is missing",
            Self::BadDenial => "must be positive, and not longer than the rule `determinedStageLimit`",
            Self::BadEscalation => "must be positive, and shorter than `durationBeforeAutomaticDenial`",
            Self::NoPrimaryApprovers | Self::NoEscalationApprovers => {
                "names no approver other than the requestor, the target and the caller"
            }
            Self::TooManyPrimary
            | Self::TooManyFallbackPrimary
            | Self::TooManyEscalation
            | Self::TooManyFallbackEscalation => "has more than 50 entries",
        })
    }
}

bitset! {
    /// Everything that is wrong with a determined stage (rule Y8).
    ///
    /// ```
    /// use assignment_request::{ApprovalStageViolation, ApprovalStageViolations};
    ///
    /// let violations = ApprovalStageViolations::of(&[ApprovalStageViolation::NoPrimaryApprovers]);
    /// assert_eq!(
    ///     violations.to_string(),
    ///     "`data.approvalStage.primaryApprovers` names no approver other than the requestor, the target and the caller"
    /// );
    /// ```
    ApprovalStageViolations(u16) of ApprovalStageViolation, "; ", "nothing"
}
