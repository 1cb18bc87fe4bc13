//! What a service would have without this library: plain owned structs that derived serde code reads and writes,
//! without any check.
//!
//! They have exactly the members that our own values have. They ignore what we check and drop, such as `@odata.type`.
//! Names of enumerations are enumerations, ids are [`Uuid`]s, texts are [`String`]s. Dates are read as [`String`]s, the
//! least possible work; for writing they have the same type as ours.

use assignment_request::{
    CallbackDecision, CalloutStage, CalloutStatus, Draft, ExpirationType, Period, QuestionKind, Request,
    RequestType, Resume, State, Status, Timestamp,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateBody {
    pub request_type: RequestType,
    pub assignment: Option<AssignmentBody>,
    pub justification: Option<String>,
    pub schedule: Option<ScheduleBody>,
    #[serde(default)]
    pub answers: Vec<AnswerBody>,
    #[serde(default)]
    pub is_validation_only: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssignmentBody {
    pub id: Option<Uuid>,
    pub access_package_id: Option<Uuid>,
    pub assignment_policy_id: Option<Uuid>,
    pub target_id: Option<Uuid>,
    pub target: Option<TargetBody>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TargetBody {
    pub object_id: Option<Uuid>,
    pub email: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleBody {
    pub start_date_time: Option<String>,
    pub expiration: Option<ExpirationBody>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExpirationBody {
    pub r#type: ExpirationType,
    pub end_date_time: Option<String>,
    pub duration: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AnswerBody {
    pub value: Option<String>,
    pub answered_question: AnsweredQuestion,
}

#[derive(Deserialize)]
pub struct AnsweredQuestion {
    #[serde(rename = "@odata.type")]
    pub question_type: Option<QuestionType>,
    pub id: Uuid,
}

#[derive(Clone, Copy, Deserialize, Serialize)]
pub enum QuestionType {
    #[serde(rename = "#microsoft.graph.accessPackageTextInputQuestion")]
    TextInput,
    #[serde(rename = "#microsoft.graph.accessPackageMultipleChoiceQuestion")]
    MultipleChoice,
}

impl QuestionType {
    const fn of(kind: QuestionKind) -> Self {
        match kind {
            QuestionKind::TextInput => Self::TextInput,
            QuestionKind::MultipleChoice => Self::MultipleChoice,
        }
    }
}

impl CreateBody {
    /// Asserts that the body says what the draft says.
    pub fn assert_is(&self, draft: &Draft) {
        assert_eq!(self.request_type, draft.request_type);
        let assignment = self.assignment.as_ref().expect("an assignment");
        let target = assignment.target.as_ref();
        assert_eq!(assignment.id.map(Into::into), draft.assignment_id);
        assert_eq!(assignment.access_package_id.map(Into::into), draft.access_package_id);
        assert_eq!(assignment.assignment_policy_id.map(Into::into), draft.assignment_policy_id);
        assert_eq!(assignment.target_id.map(Into::into), draft.target_id);
        assert_eq!(target.and_then(|target| target.object_id).map(Into::into), draft.target_object_id);
        assert_eq!(target.and_then(|target| target.email.as_deref()), draft.target_email.as_deref());
        assert_eq!(self.justification.as_deref(), draft.justification.as_deref());
        assert_eq!(self.is_validation_only, draft.is_validation_only);
        let timestamp = |text: &String| text.parse::<Timestamp>().expect("a timestamp");
        let start = self.schedule.as_ref().and_then(|schedule| schedule.start_date_time.as_ref());
        assert_eq!(start.map(timestamp), draft.schedule.and_then(|schedule| schedule.start));
        let expiration = self.schedule.as_ref().and_then(|schedule| schedule.expiration.as_ref());
        let asked = draft.schedule.map(|schedule| schedule.expiration);
        assert_eq!(expiration.map(|expiration| expiration.r#type), asked.map(|asked| asked.kind));
        let end = expiration.and_then(|expiration| expiration.end_date_time.as_ref());
        assert_eq!(end.map(timestamp), asked.and_then(|asked| asked.end));
        let duration = expiration.and_then(|expiration| expiration.duration.as_ref());
        let duration = duration.map(|text| text.parse::<Period>().expect("a duration"));
        assert_eq!(duration, asked.and_then(|asked| asked.duration));
        assert_eq!(self.answers.len(), draft.answers.len());
        for (answer, given) in self.answers.iter().zip(&draft.answers) {
            assert_eq!(answer.value.as_deref(), given.value.as_deref());
            assert_eq!(answer.answered_question.id, given.question_id.uuid());
            let is_typed = answer.answered_question.question_type.is_some();
            assert_eq!(is_typed, given.question_kind.is_some());
        }
    }
}

#[derive(Deserialize)]
pub struct ResumeBody {
    pub source: Option<String>,
    pub data: ResumeData,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResumeData {
    pub stage: CalloutStage,
    pub custom_extension_stage_instance_id: Uuid,
    pub state: Option<CallbackDecision>,
    pub custom_extension_stage_instance_detail: Option<String>,
}

impl ResumeBody {
    /// Asserts that the body says what the callback says.
    pub fn assert_is(&self, resume: &Resume) {
        assert_eq!(self.source.as_deref(), resume.source.as_deref());
        assert_eq!(self.data.stage, resume.stage);
        assert_eq!(self.data.custom_extension_stage_instance_id, resume.instance.uuid());
        assert_eq!(self.data.state.unwrap_or(CallbackDecision::Continue), resume.decision);
        assert_eq!(self.data.custom_extension_stage_instance_detail.as_deref(), resume.detail.as_deref());
    }
}

/// The request resource, with the members of our v1.0 resource in the same order.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    id: Uuid,
    request_type: RequestType,
    state: State,
    status: Status,
    created_date_time: Timestamp,
    completed_date_time: Option<Timestamp>,
    is_validation_only: bool,
    schedule: Schedule,
    justification: Option<String>,
    answers: Vec<Answer>,
    assignment: Assignment,
    requestor: Person,
    custom_extension_callout_instances: Vec<Callout>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Schedule {
    start_date_time: Option<Timestamp>,
    recurrence: Option<()>,
    expiration: Expiration,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Expiration {
    end_date_time: Option<Timestamp>,
    duration: Option<Period>,
    r#type: ExpirationType,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(rename = "@odata.type")]
    odata_type: &'static str,
    value: Option<String>,
    display_value: Option<String>,
    answered_question: Question,
}

#[derive(Clone, Serialize)]
struct Question {
    #[serde(rename = "@odata.type")]
    question_type: QuestionType,
    id: Uuid,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "Graph's names")]
struct Assignment {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_package_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assignment_policy_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_id: Option<Uuid>,
    target: Person,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Person {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    object_id: Option<Uuid>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Callout {
    status: CalloutStatus,
    external_correlation_id: Option<String>,
    custom_extension_id: Option<Uuid>,
    id: Uuid,
    detail: Option<String>,
}

impl Resource {
    /// Returns the resource of a request.
    pub fn of(request: &Request) -> Self {
        let asked = request.schedule();
        let expiration = asked.map(|schedule| schedule.expiration);
        let schedule = Schedule {
            start_date_time: asked.and_then(|schedule| schedule.start),
            recurrence: None,
            expiration: Expiration {
                end_date_time: expiration.and_then(|expiration| expiration.end),
                duration: expiration.and_then(|expiration| expiration.duration),
                r#type: expiration.map_or(ExpirationType::NotSpecified, |expiration| expiration.kind),
            },
        };
        let answers = request.answers().iter().map(|answer| Answer {
            odata_type: "#microsoft.graph.accessPackageAnswerString",
            value: answer.value.as_deref().map(str::to_owned),
            display_value: answer.display_value.as_deref().map(str::to_owned),
            answered_question: Question {
                question_type: QuestionType::of(answer.question_kind),
                id: answer.question_id.uuid(),
            },
        });
        let callouts = request.callouts().iter().map(|callout| Callout {
            status: callout.status(),
            external_correlation_id: None,
            custom_extension_id: request
                .route()
                .extensions(callout.stage())
                .nth(callout.index() as usize)
                .and_then(|extension| extension.custom_extension_id)
                .map(Into::into),
            id: callout.instance().uuid(),
            detail: callout.detail().map(str::to_owned),
        });
        let target = request.target().map(Into::into);
        let requestor = Some(request.requestor().uuid());
        Self {
            id: request.id().uuid(),
            request_type: request.request_type(),
            state: request.state(),
            status: request.status(),
            created_date_time: request.created(),
            completed_date_time: request.completed(),
            is_validation_only: request.is_validation_only(),
            schedule,
            justification: request.justification().map(str::to_owned),
            answers: answers.collect(),
            assignment: Assignment {
                id: request.assignment_id().map(Into::into),
                access_package_id: request.access_package_id().map(Into::into),
                assignment_policy_id: request.assignment_policy_id().map(Into::into),
                target_id: target,
                target: Person { id: target, object_id: target },
            },
            requestor: Person { id: requestor, object_id: requestor },
            custom_extension_callout_instances: callouts.collect(),
        }
    }
}
