//! Policies before they are compiled.

use alloc::string::String;
use alloc::vec::Vec;

use crate::vocabulary::callout_stage::CalloutStage;
use crate::vocabulary::duration::Period;
use crate::vocabulary::ids::{AccessPackageId, ExtensionId, PolicyId, QuestionId};
use crate::vocabulary::schedule::Expiration;

/// A policy before it is compiled: the content of an `accessPackageAssignmentPolicy`, not validated yet.
///
/// This is plain data; [`Policy::compile`](crate::Policy::compile) validates it. Settings that a policy does not give
/// are false. Under the default policy, users may not ask for anything themselves, and administrators need no approval.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct PolicySpec {
    /// The policy's id. If it is given, a request's `assignmentPolicyId` is compared with it (rule C5).
    pub id: Option<PolicyId>,
    /// The access package. If it is given, a request's `accessPackageId` is compared with it (rule C5).
    pub access_package_id: Option<AccessPackageId>,
    /// When access ends at the latest.
    pub expiration: Expiration,
    /// Who may ask for what.
    pub requestor_settings: RequestorSettings,
    /// Who must approve.
    pub approval: ApprovalSettings,
    /// The questions to ask the requestor.
    pub questions: Vec<QuestionSpec>,
    /// The outside systems to call and their stages, in order.
    pub extensions: Vec<ExtensionSpec>,
}

/// Who may ask for what (rules C6, C7, C9). By default, no one may ask for anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "these are Graph's seven independent settings")]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct RequestorSettings {
    /// `enableTargetsToSelfAddAccess`.
    pub self_add: bool,
    /// `enableTargetsToSelfUpdateAccess`.
    pub self_update: bool,
    /// `enableTargetsToSelfRemoveAccess`.
    pub self_remove: bool,
    /// `enableOnBehalfRequestorsToAddAccess`.
    pub on_behalf_add: bool,
    /// `enableOnBehalfRequestorsToUpdateAccess`.
    pub on_behalf_update: bool,
    /// `enableOnBehalfRequestorsToRemoveAccess`.
    pub on_behalf_remove: bool,
    /// `allowCustomAssignmentSchedule`.
    pub custom_schedule: bool,
}

/// Who must approve (rules P3, W4). By default, no one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct ApprovalSettings {
    /// `isApprovalRequiredForAdd`.
    pub is_required_for_add: bool,
    /// `isApprovalRequiredForUpdate`.
    pub is_required_for_update: bool,
    /// `isRequestorJustificationRequired` (rule C8).
    pub is_requestor_justification_required: bool,
    /// One to three stages, in order.
    pub stages: Vec<StageSpec>,
}

/// A stage of approval. Either the policy sets it or an extension determines it (rule Y1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub enum StageSpec {
    /// The policy sets the stage.
    Set(ApprovalStageSpec),
    /// An extension determines the stage for each request.
    Determined {
        /// `customExtension.id`. `None` if the policy does not give it; then the policy is refused.
        custom_extension_id: Option<ExtensionId>,
    },
}

impl From<ApprovalStageSpec> for StageSpec {
    fn from(stage: ApprovalStageSpec) -> Self {
        Self::Set(stage)
    }
}

/// A stage of approval that the policy sets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct ApprovalStageSpec {
    /// How long the approvers have to decide.
    pub duration_before_automatic_denial: Option<Period>,
    /// Whether an approver must give a justification.
    pub is_approver_justification_required: bool,
    /// Whether escalation approvers are asked too if no one decides.
    pub is_escalation_enabled: bool,
    /// When the escalation approvers are asked. Ignored unless escalation is enabled.
    pub duration_before_escalation: Option<Period>,
}

/// A question to the requestor (rules P1, P2, P8, P9).
///
/// ```
/// use assignment_request::{
///     AccessPackageId, Actor, ChoiceSpec, Draft, DraftAnswer, Limits, Policy, PolicySpec, QuestionForm,
///     QuestionId, QuestionSpec, RequestId, RequestType, RequestorSettings, Role, SubjectId,
///     SubmissionError, Timestamp,
/// };
///
/// let (cost_center, country) = (QuestionId::from_u128(0xc1), QuestionId::from_u128(0xc2));
/// let question = |id, form| QuestionSpec {
///     id: Some(id),
///     texts: Vec::new(),
///     is_required: true,
///     is_answer_editable: true,
///     form,
/// };
/// let policy = Policy::compile(
///     &PolicySpec {
///         requestor_settings: RequestorSettings { self_add: true, ..RequestorSettings::default() },
///         questions: vec![
///             question(
///                 cost_center,
///                 QuestionForm::TextInput { is_single_line: true, pattern: Some("[A-Z]{2}[0-9]{4}".to_owned()) },
///             ),
///             question(
///                 country,
///                 QuestionForm::MultipleChoice {
///                     allows_multiple_selection: false,
///                     choices: vec![ChoiceSpec {
///                         actual_value: "CH".to_owned(),
///                         texts: vec!["Switzerland".to_owned(), "Schweiz".to_owned()],
///                     }],
///                 },
///             ),
///         ],
///         ..PolicySpec::default()
///     },
///     &Limits::default(),
/// )?;
///
/// let ada = Actor::new(SubjectId::from_u128(0xada), Role::User);
/// let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
/// let ask = |center: &str| {
///     let answer = |question_id, value: &str| DraftAnswer { question_id, question_kind: None, value: Some(value.into()) };
///     let draft = Draft {
///         access_package_id: Some(AccessPackageId::from_u128(1)),
///         answers: vec![answer(cost_center, center), answer(country, "Schweiz")],
///         ..Draft::new(RequestType::UserAdd)
///     };
///     policy.submit(RequestId::from_u128(2), &draft, None, ada, now)
/// };
///
/// // A pattern must match the whole answer. Any of a choice's texts names it; its value is stored.
/// let Err(SubmissionError::Invalid(violations)) = ask("see CH0042") else { return Err("no cost center".into()) };
/// assert_eq!(violations.to_string(), "`answers[0].value` does not match the question's pattern as a whole");
/// let (request, _) = ask("CH0042")?;
/// let stored: Vec<_> = request.answers().iter().filter_map(|answer| answer.value.as_deref()).collect();
/// assert_eq!(stored, ["CH0042", "CH"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct QuestionSpec {
    /// The question's id. No one can answer a question without an id until the host gives it one.
    pub id: Option<QuestionId>,
    /// The texts of the question, in every language; the first is the default. They are only counted (rule P9).
    pub texts: Vec<String>,
    /// Whether an answer is required (rule A4).
    pub is_required: bool,
    /// Whether users may change the answer later (rule A9).
    pub is_answer_editable: bool,
    /// The form of the answer.
    pub form: QuestionForm,
}

/// The form of answer that a question asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub enum QuestionForm {
    /// Free text.
    TextInput {
        /// Whether line breaks are forbidden in the answer (rule A7).
        is_single_line: bool,
        /// The pattern that the whole answer must match (rule A8). There is no pattern if it is `None` or empty.
        pattern: Option<String>,
    },
    /// One or several of the given choices.
    MultipleChoice {
        /// Whether several may be chosen (rule A3).
        allows_multiple_selection: bool,
        /// The choices.
        choices: Vec<ChoiceSpec>,
    },
}

/// A choice of a multiple choice question.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct ChoiceSpec {
    /// The value that is stored.
    pub actual_value: String,
    /// The texts of the choice, in every language (rule A5); the first is the default.
    pub texts: Vec<String>,
}

/// An outside system that is called (rules P4, P6, X1 to X3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct ExtensionSpec {
    /// The stage at which it is called.
    pub stage: CalloutStage,
    /// `customExtension.id`.
    pub custom_extension_id: Option<ExtensionId>,
    /// Whether the request waits for a callback. `None` if the policy names the extension only by reference.
    ///
    /// Unless this says to wait, the host is asked, and what it knows decides. If the policy does not say it and the
    /// host does not know the extension, the policy is refused. Before an assignment's end no extension waits, and the
    /// host is not asked (rule P6).
    pub behavior: Option<ExtensionBehavior>,
}

/// Whether a request waits for an extension's callback (rules P6, X2, X3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub enum ExtensionBehavior {
    /// The request continues at once.
    LaunchAndContinue,
    /// The request waits for a callback.
    LaunchAndWait(CallbackConfiguration),
}

/// How long a request waits for a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct CallbackConfiguration {
    /// `timeoutDuration`: between 5 minutes and 14 days.
    pub timeout: Option<Period>,
}
