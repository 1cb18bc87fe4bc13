//! The content of a submission.

use alloc::boxed::Box;
use alloc::sync::Arc;

use crate::policy::route::Route;
use crate::policy::rules::AdminBypass;
use crate::vocabulary::actor::Role;
use crate::vocabulary::ids::{AccessPackageId, AssignmentId, PolicyId, QuestionId, RequestId, SubjectId};
use crate::vocabulary::question::QuestionKind;
use crate::vocabulary::request_type::RequestType;
use crate::vocabulary::schedule::Schedule;
use crate::vocabulary::timestamp::Timestamp;

/// The accepted content of a submission. It never changes afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase", deny_unknown_fields))]
pub struct Submission {
    /// The request's id, in whose namespace the callouts' and approval stages' ids are derived (rule I5).
    pub(crate) id: RequestId,
    pub(crate) request_type: RequestType,
    /// The requestor.
    pub(crate) requestor: SubjectId,
    pub(crate) target: Target,
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
    pub(crate) assignment_id: Option<AssignmentId>,
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
    pub(crate) access_package_id: Option<AccessPackageId>,
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
    pub(crate) assignment_policy_id: Option<PolicyId>,
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
    pub(crate) justification: Option<Arc<str>>,
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
    pub(crate) schedule: Option<Schedule>,
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "<[Answer]>::is_empty", default))]
    pub(crate) answers: Box<[Answer]>,
    pub(crate) is_validation_only: bool,
    /// Whether an administrator asked to bypass approval (rule C15).
    pub(crate) bypass_approval: bool,
    /// When the requested access would have ended (rule C9). `None` if its end is not known.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
    pub(crate) window_end: Option<Timestamp>,
    pub(crate) route: Arc<Route>,
}

impl Submission {
    /// Returns whether the request needs approval (rule W4).
    pub(crate) fn is_approval_required(&self) -> bool {
        self.route.is_approval_required_for(self.request_type.operation()) && !self.is_approval_bypassed()
    }

    fn is_approval_bypassed(&self) -> bool {
        match self.request_type.initiator() {
            Role::System => true,
            Role::Administrator => match self.route.rules.spec().admin_bypasses_approval {
                AdminBypass::Never => false,
                AdminBypass::WhenAsked => self.bypass_approval,
                // No one bypasses the approval of their own access.
                AdminBypass::Always => match &self.target {
                    Target::Id(target) => *target != self.requestor,
                    Target::Email(_) => false,
                },
            },
            Role::User | Role::Approver | Role::Extension => false,
        }
    }
}

/// Who gets or loses access.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
pub enum Target {
    /// Someone in the directory.
    Id(SubjectId),
    /// Someone who is not in the directory yet.
    Email(Arc<str>),
}

/// An accepted answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase", deny_unknown_fields))]
pub struct Answer {
    /// The question.
    pub question_id: QuestionId,
    /// The question's kind.
    pub question_kind: QuestionKind,
    /// The answer or, for a choice, its `actualValue` (rule A5). `None` clears the stored answer (rule A6).
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
    pub value: Option<Arc<str>>,
    /// For a choice, the text that the policy shows for it. Approvers see the policy's description of the value, not
    /// the requestor's.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", default))]
    pub display_value: Option<Arc<str>>,
}
