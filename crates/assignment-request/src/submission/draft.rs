//! A requestor's draft, before it is judged.

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::vocabulary::ids::{AccessPackageId, AssignmentId, PolicyId, QuestionId, SubjectId};
use crate::vocabulary::question::QuestionKind;
use crate::vocabulary::request_type::RequestType;
use crate::vocabulary::schedule::Schedule;

/// A requestor's draft: the content of a create body, not judged yet (section 3 of SPEC.md).
///
/// This is plain data; [`Policy::submit`](crate::Policy::submit) judges it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Draft {
    /// The type of request.
    pub request_type: RequestType,
    /// `assignment.id`: the assignment to update or remove.
    pub assignment_id: Option<AssignmentId>,
    /// `assignment.accessPackageId`.
    pub access_package_id: Option<AccessPackageId>,
    /// `assignment.assignmentPolicyId`.
    pub assignment_policy_id: Option<PolicyId>,
    /// `assignment.targetId`.
    pub target_id: Option<SubjectId>,
    /// `assignment.target.objectId`, the other place for the target's id.
    pub target_object_id: Option<SubjectId>,
    /// `assignment.target.email`: a person who is not in the directory yet. A blank address counts as none.
    pub target_email: Option<Arc<str>>,
    /// Why the requestor wants access.
    pub justification: Option<Arc<str>>,
    /// When the requestor wants access.
    pub schedule: Option<Schedule>,
    /// Answers to the policy's questions.
    pub answers: Vec<DraftAnswer>,
    /// Whether the request is only validated and never processed (rule C13).
    pub is_validation_only: bool,
    /// `parameters.bypassApproval`: whether the administrator asks to bypass approval (rule C15).
    pub bypass_approval: bool,
}

impl Draft {
    /// Returns a draft of this type without any content.
    #[must_use]
    pub const fn new(request_type: RequestType) -> Self {
        Self {
            request_type,
            assignment_id: None,
            access_package_id: None,
            assignment_policy_id: None,
            target_id: None,
            target_object_id: None,
            target_email: None,
            justification: None,
            schedule: None,
            answers: Vec::new(),
            is_validation_only: false,
            bypass_approval: false,
        }
    }
}

/// An answer in a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct DraftAnswer {
    /// `answeredQuestion.id`.
    pub question_id: QuestionId,
    /// The kind of question that the answer is for (rule A2). `None` if the answer does not say.
    pub question_kind: Option<QuestionKind>,
    /// The answer. It is blank if it is `None`, empty or only white space (rule A6).
    pub value: Option<Arc<str>>,
}

/// The assignment that an Update or a Remove is about (rules C4 to C7).
///
/// The host finds it by the body's `assignment.id`, or in the older form by person and access package.
///
/// ```
/// use assignment_request::{
///     AccessPackageId, Actor, AssignmentId, Draft, ExistingAssignment, Limits, Policy, PolicyId,
///     PolicySpec, RequestId, RequestType, RequestorSettings, Role, SubjectId,
/// };
///
/// // Ada gives her access back.
/// let ada = Actor::new(SubjectId::from_u128(0xada), Role::User);
/// let held = ExistingAssignment {
///     id: AssignmentId::from_u128(5),
///     target: ada.id,
///     access_package_id: AccessPackageId::from_u128(1),
///     assignment_policy_id: PolicyId::from_u128(6),
/// };
/// let requestor_settings = RequestorSettings { self_remove: true, ..RequestorSettings::default() };
/// let policy = Policy::compile(&PolicySpec { requestor_settings, ..PolicySpec::default() }, &Limits::default())?;
/// let draft = Draft { assignment_id: Some(held.id), ..Draft::new(RequestType::UserRemove) };
/// let now = "2026-01-05T09:00:00Z".parse()?;
/// let (request, _) = policy.submit(RequestId::from_u128(2), &draft, Some(&held), ada, now)?;
/// assert_eq!(request.access_package_id(), Some(held.access_package_id));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct ExistingAssignment {
    /// The assignment's id.
    pub id: AssignmentId,
    /// The person who holds the assignment.
    pub target: SubjectId,
    /// The access package that the assignment gives access to.
    pub access_package_id: AccessPackageId,
    /// The policy under which access was given.
    pub assignment_policy_id: PolicyId,
}
