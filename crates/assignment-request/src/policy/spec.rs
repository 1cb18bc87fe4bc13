//! A policy as it is written, before it is compiled.

use alloc::string::String;
use alloc::vec::Vec;

use uuid::Uuid;

use crate::vocabulary::callout_stage::CalloutStage;
use crate::vocabulary::duration::Period;
use crate::vocabulary::schedule::Expiration;

/// A policy as it is written: the content of an `accessPackageAssignmentPolicy`, not judged yet.
///
/// Plain data: [`Policy::compile`](crate::Policy::compile) judges it. Settings that a policy does not give are false.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct PolicySpec {
    /// The policy's id; a request's `assignmentPolicyId` is compared with it where it is given (rule C5).
    pub id: Option<Uuid>,
    /// The access package; a request's `accessPackageId` is compared with it where it is given (rule C5).
    pub access_package_id: Option<Uuid>,
    /// Until when access lasts at most.
    pub expiration: Expiration,
    /// Who may ask for what.
    pub requestor_settings: RequestorSettings,
    /// Who must approve.
    pub approval: ApprovalSettings,
    /// What is asked.
    pub questions: Vec<QuestionSpec>,
    /// Which outside systems are called at which stage, in this order.
    pub extensions: Vec<ExtensionSpec>,
}

impl PolicySpec {
    /// A policy that says nothing: nobody may ask for anything by themselves, and nothing is asked of an
    /// administrator.
    pub const EMPTY: Self = Self {
        id: None,
        access_package_id: None,
        expiration: Expiration::NOT_SPECIFIED,
        requestor_settings: RequestorSettings::NONE,
        approval: ApprovalSettings {
            is_required_for_add: false,
            is_required_for_update: false,
            is_requestor_justification_required: false,
            stages: Vec::new(),
        },
        questions: Vec::new(),
        extensions: Vec::new(),
    };
}

/// Who may ask for what (rules C6, C7, C9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

impl RequestorSettings {
    /// Nobody may ask for anything.
    pub const NONE: Self = Self {
        self_add: false,
        self_update: false,
        self_remove: false,
        on_behalf_add: false,
        on_behalf_update: false,
        on_behalf_remove: false,
        custom_schedule: false,
    };
}

/// Who must approve (rules P3, W4).
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// A stage of approval: what it is, or who determines it (rule Y1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub enum StageSpec {
    /// The policy says what the stage is.
    Set(ApprovalStageSpec),
    /// An extension says it, for each request.
    Determined {
        /// `customExtension.id`. `None` if the policy does not give it; then the policy is refused.
        custom_extension_id: Option<Uuid>,
    },
}

impl From<ApprovalStageSpec> for StageSpec {
    fn from(stage: ApprovalStageSpec) -> Self {
        Self::Set(stage)
    }
}

/// A stage of approval that the policy sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct ApprovalStageSpec {
    /// How long the approvers have.
    pub duration_before_automatic_denial: Option<Period>,
    /// Whether an approver must say why.
    pub is_approver_justification_required: bool,
    /// Whether others are asked where nobody decides.
    pub is_escalation_enabled: bool,
    /// When they are asked; only looked at where escalation is enabled.
    pub duration_before_escalation: Option<Period>,
}

/// A question to the requestor (rules P1, P2, P8, P9).
///
/// ```
/// use assignment_request::{
///     Actor, ChoiceSpec, Draft, DraftAnswer, Limits, Timestamp, Policy, PolicySpec, QuestionForm, QuestionSpec, RequestType,
///     RequestorSettings, Role, SubmissionError,
/// };
/// use uuid::Uuid;
///
/// let (cost_center, country) = (Uuid::from_u128(0xc1), Uuid::from_u128(0xc2));
/// let question = |id, form| QuestionSpec {
///     id: Some(id),
///     texts: Vec::new(),
///     is_required: true,
///     is_answer_editable: true,
///     form,
/// };
/// let policy = Policy::compile(
///     &PolicySpec {
///         requestor_settings: RequestorSettings { self_add: true, ..RequestorSettings::NONE },
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
///         ..PolicySpec::EMPTY
///     },
///     &Limits::DEFAULT,
/// )?;
///
/// let ada = Actor::new(Uuid::from_u128(0xada), Role::User);
/// let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
/// let ask = |center: &str| {
///     let answer = |question_id, value: &str| DraftAnswer { question_id, question_kind: None, value: Some(value.into()) };
///     let draft = Draft {
///         access_package_id: Some(Uuid::from_u128(1)),
///         answers: vec![answer(cost_center, center), answer(country, "Schweiz")],
///         ..Draft::new(RequestType::UserAdd)
///     };
///     policy.submit(Uuid::from_u128(2), &draft, None, ada, now)
/// };
///
/// // A pattern is matched with the whole answer. A choice is taken by any of its texts, and stored by its value.
/// let Err(SubmissionError::Invalid(violations)) = ask("see CH0042") else { return Err("no cost center".into()) };
/// assert_eq!(violations.to_string(), "`answers[0].value` does not match the question's pattern as a whole (A8)");
/// let (request, _) = ask("CH0042")?;
/// let stored: Vec<_> = request.answers().iter().filter_map(|answer| answer.value.as_deref()).collect();
/// assert_eq!(stored, ["CH0042", "CH"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct QuestionSpec {
    /// The question's id. One without is a question that nobody can answer, until the host gives it an id.
    pub id: Option<Uuid>,
    /// The texts that are shown for it, in every language; the first is the default. They are only counted (rule P9).
    pub texts: Vec<String>,
    /// Whether an answer is required (rule A4).
    pub is_required: bool,
    /// Whether a person may change the answer later (rule A9).
    pub is_answer_editable: bool,
    /// What is asked for.
    pub form: QuestionForm,
}

/// What a question asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub enum QuestionForm {
    /// A free text.
    TextInput {
        /// Whether it has no line break (rule A7).
        is_single_line: bool,
        /// What the whole answer must match (rule A8); none and empty are none.
        pattern: Option<String>,
    },
    /// One of some choices, or several.
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
    /// The texts that are shown for it, in every language (rule A5); the first is the default.
    pub texts: Vec<String>,
}

/// An outside system that is called (rules P4, P6, X1 to X3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct ExtensionSpec {
    /// At which stage.
    pub stage: CalloutStage,
    /// `customExtension.id`.
    pub custom_extension_id: Option<Uuid>,
    /// Whether the request waits for its callback. `None` if the policy names the extension by reference, and does not
    /// say it: then the host is asked (rule P6), and if it does not know the extension either, the policy is refused.
    pub behavior: Option<ExtensionBehavior>,
}

/// Whether a request waits for an extension's callback (rules P6, X2, X3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub enum ExtensionBehavior {
    /// The request goes on at once.
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
