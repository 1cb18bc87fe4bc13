//! What a policy requires of someone who asks for access: the answer of `getApplicablePolicyRequirements`.

use assignment_request::{ExpirationType, Operation, Policy, PolicyId};

use crate::client::answer::{AnswerResource, read_answer};
use crate::client::list::{List, impl_write, impl_write_list, read_list};
use crate::client::question::{QuestionResource, read_question};
use crate::client::schedule::{ExpirationResource, ScheduleResource, read_schedule};
use crate::json::body::{BodyKind, read_body};
use crate::json::member::{match_member, other};
use crate::json::raw::RawJson;
use crate::json::reader::Reader;
use crate::json::value::Text;
use crate::json::writer::{Json, name, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::ReadError;
use crate::vocabulary::options::ReadOptions;

/// `accessPackageAssignmentRequestRequirements`: what a policy requires of someone who asks for access. The answer is a
/// [`List`] of them, one for each policy under which the caller may ask.
///
/// ```
/// use assignment_request::{Limits, Policy};
/// use assignment_request_graph::{
///     ApiVersion, List, ReadOptions, RequirementsResource, read_policy, read_policy_texts, read_requirements_list,
/// };
///
/// let stored = br#"{
///     "displayName": "Staff",
///     "requestorSettings": {"enableTargetsToSelfAddAccess": true},
///     "questions": [{"text": "Why?", "isSingleLineQuestion": true}]
/// }"#;
/// let options = ReadOptions::default();
/// let policy = Policy::compile(&read_policy(stored, &options)?, &Limits::default())?;
/// let requirements = RequirementsResource::of(&policy, read_policy_texts(stored, &options)?);
/// let mut body = Vec::new();
/// List { value: vec![requirements.clone()], ..List::default() }.write(ApiVersion::Beta, &mut body);
/// assert!(body.starts_with(br#"{"value":[{"policyId":null,"policyDisplayName":"Staff","#));
///
/// // A client reads them back.
/// assert_eq!(read_requirements_list(&body, &options)?.value, [requirements]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequirementsResource<'a> {
    /// `policyId`.
    pub policy_id: Option<PolicyId>,
    /// `policyDisplayName`.
    pub policy_display_name: Text<'a>,
    /// `policyDescription`.
    pub policy_description: Text<'a>,
    /// `isApprovalRequiredForAdd`, in beta `isApprovalRequired`.
    pub is_approval_required_for_add: Option<bool>,
    /// `isApprovalRequiredForUpdate`, in beta `isApprovalRequiredForExtension`.
    pub is_approval_required_for_update: Option<bool>,
    /// `isRequestorJustificationRequired`.
    pub is_requestor_justification_required: Option<bool>,
    /// `allowCustomAssignmentSchedule`, in beta `isCustomAssignmentScheduleAllowed`.
    pub allows_custom_schedule: Option<bool>,
    /// `schedule`: the end that the policy sets. `None` if it sets none.
    pub schedule: Option<ScheduleResource<'a>>,
    /// `questions`.
    pub questions: Option<Vec<QuestionResource<'a>>>,
    /// `existingAnswers`: the caller's earlier answers to these questions. Only beta has them.
    pub existing_answers: Option<Vec<AnswerResource<'a>>>,
    /// `verifiableCredentialRequirementStatus`. Only beta has it.
    pub verifiable_credential_status: Option<RawJson<'a>>,
}

/// The texts of a policy for people: its name, its description and its questions. A
/// [`PolicySpec`](assignment_request::PolicySpec) has only what decides something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyTexts<'a> {
    /// `displayName`.
    pub display_name: Text<'a>,
    /// `description`.
    pub description: Text<'a>,
    /// `questions`.
    pub questions: Option<Vec<QuestionResource<'a>>>,
}

impl<'a> RequirementsResource<'a> {
    /// Returns the requirements of `policy` for a user. `texts` must be those of the same policy.
    ///
    /// The host decides which policies apply to the caller, and adds the caller's earlier answers: an
    /// [`AnswerResource`] is made from each [`Answer`](assignment_request::Answer) of a request.
    #[must_use]
    pub fn of(policy: &Policy, texts: PolicyTexts<'a>) -> Self {
        let expiration = policy.expiration();
        let is_approval_required = |operation| Some(policy.route().is_approval_required_for(operation));
        let questions = texts.questions.unwrap_or_default();
        Self {
            policy_id: policy.id(),
            policy_display_name: texts.display_name,
            policy_description: texts.description,
            is_approval_required_for_add: is_approval_required(Operation::Add),
            is_approval_required_for_update: is_approval_required(Operation::Update),
            is_requestor_justification_required: Some(policy.is_requestor_justification_required()),
            allows_custom_schedule: Some(policy.requestor_settings().custom_schedule),
            schedule: (expiration.kind != ExpirationType::NotSpecified).then(|| ScheduleResource {
                expiration: Some(ExpirationResource::from(expiration)),
                ..ScheduleResource::default()
            }),
            questions: Some((0..).zip(questions).map(|(place, question)| question.asked(place)).collect()),
            existing_answers: Some(Vec::new()),
            verifiable_credential_status: None,
        }
    }
}

/// Reads the texts of a policy, with the names of v1.0, of beta or of both. Every other member is ignored:
/// [`read_policy`](crate::read_policy) reads those that decide something.
///
/// # Errors
///
/// Returns the first fault of the JSON text, or else the first fault of the shape; [`ReadCode`](crate::ReadCode) lists
/// both.
pub fn read_policy_texts<'a>(bytes: &'a [u8], options: &ReadOptions) -> Result<PolicyTexts<'a>, ReadError> {
    read_body(bytes, options, BodyKind::Policy, |reader| {
        let mut texts = PolicyTexts::default();
        reader.members(|reader, name| {
            match_member!(reader, name, {
                "@odata.type" => reader.expect_type(&["accessPackageAssignmentPolicy"])?,
                "displayName" => texts.display_name = reader.text()?,
                "description" => texts.description = reader.text()?,
                "questions" => texts.questions = reader.array(read_question)?,
            } else known => reader.skip_other(name, known)?);
            Ok(())
        })?;
        Ok(texts)
    })
}

/// Reads the answer of `getApplicablePolicyRequirements`.
///
/// # Errors
///
/// Returns the first fault of the JSON text, or else the first fault of the shape; [`ReadCode`](crate::ReadCode) lists
/// both. Otherwise returns `missing` if there is no `value`.
pub fn read_requirements_list<'a>(
    bytes: &'a [u8],
    options: &ReadOptions,
) -> Result<List<'a, RequirementsResource<'a>>, ReadError> {
    read_list(bytes, options, read_requirements)
}

fn read_requirements<'a>(reader: &mut Reader<'a>) -> Result<RequirementsResource<'a>, ReadError> {
    let mut requirements = RequirementsResource::default();
    reader.members(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&["accessPackageAssignmentRequestRequirements"])?,
            "policyId" => requirements.policy_id = reader.id()?,
            "policyDisplayName" => requirements.policy_display_name = reader.text()?,
            "policyDescription" => requirements.policy_description = reader.text()?,
            "isApprovalRequiredForAdd" | "isApprovalRequired" => {
                let read = reader.boolean()?;
                let other = other(name, "isApprovalRequiredForAdd", "isApprovalRequired");
                reader.merge(&mut requirements.is_approval_required_for_add, read, other)?;
            },
            "isApprovalRequiredForUpdate" | "isApprovalRequiredForExtension" => {
                let read = reader.boolean()?;
                let other = other(name, "isApprovalRequiredForUpdate", "isApprovalRequiredForExtension");
                reader.merge(&mut requirements.is_approval_required_for_update, read, other)?;
            },
            "isRequestorJustificationRequired" => {
                requirements.is_requestor_justification_required = reader.boolean()?;
            },
            "allowCustomAssignmentSchedule" | "isCustomAssignmentScheduleAllowed" => {
                let read = reader.boolean()?;
                let other = other(name, "allowCustomAssignmentSchedule", "isCustomAssignmentScheduleAllowed");
                reader.merge(&mut requirements.allows_custom_schedule, read, other)?;
            },
            "schedule" => requirements.schedule = read_schedule(reader)?,
            "questions" => requirements.questions = reader.array(read_question)?,
            "existingAnswers" => requirements.existing_answers = reader.array(read_answer)?,
            "verifiableCredentialRequirementStatus" => {
                requirements.verifiable_credential_status = RawJson::read_or_null(reader)?;
            },
        });
        Ok(())
    })?;
    Ok(requirements)
}

/// A policy without requirements is shown with `false` and null values.
impl Json for RequirementsResource<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.member(name!("policyId"), self.policy_id);
            object.member(name!("policyDisplayName"), &self.policy_display_name);
            object.member(name!("policyDescription"), &self.policy_description);
            let add = api.pick(name!("isApprovalRequiredForAdd"), name!("isApprovalRequired"));
            object.member(add, self.is_approval_required_for_add);
            let update =
                api.pick(name!("isApprovalRequiredForUpdate"), name!("isApprovalRequiredForExtension"));
            object.member(update, self.is_approval_required_for_update);
            let justification = self.is_requestor_justification_required;
            object.member(name!("isRequestorJustificationRequired"), justification);
            let custom_schedule =
                api.pick(name!("allowCustomAssignmentSchedule"), name!("isCustomAssignmentScheduleAllowed"));
            object.member(custom_schedule, self.allows_custom_schedule);
            object.member(name!("schedule"), &self.schedule);
            object.member(name!("questions"), self.questions.as_deref());
            if api == ApiVersion::Beta {
                object.member(name!("existingAnswers"), self.existing_answers.as_deref());
                let status = self.verifiable_credential_status;
                object.member(name!("verifiableCredentialRequirementStatus"), status);
            }
        });
    }
}

impl_write!(RequirementsResource);
impl_write_list!(RequirementsResource);
