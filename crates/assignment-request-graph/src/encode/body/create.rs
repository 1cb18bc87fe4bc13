//! Create bodies.

use assignment_request::{Draft, DraftAnswer, Expiration, ExpirationType, Period, Schedule, Timestamp};
use serde::Serialize;
use uuid::Uuid;

use crate::ApiVersion;
use crate::encode::shape::KnownName;
use crate::resource::{ANSWER_TYPE, TypeName, question_type};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateBody<'a> {
    request_type: KnownName,
    #[serde(skip_serializing_if = "Option::is_none")]
    assignment: Option<AssignmentBody<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_package_assignment: Option<AssignmentBody<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schedule: Option<ScheduleBody>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    answers: Vec<AnswerBody<'a>>,
    is_validation_only: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<Parameters>,
}

/// Both generations have this form today.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Parameters {
    bypass_approval: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AssignmentBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<Target<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assignment_policy_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_package_id: Option<Uuid>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Target<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    object_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ScheduleBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    start_date_time: Option<Timestamp>,
    /// That there is one is all that a draft knows of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    recurrence: Option<Empty>,
    expiration: ExpirationBody,
}

#[derive(Serialize)]
struct Empty {}

/// Until when access lasts, in requests and in policies.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ExpirationBody {
    r#type: ExpirationType,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_date_time: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<Period>,
}

impl From<Expiration> for ExpirationBody {
    fn from(expiration: Expiration) -> Self {
        Self { r#type: expiration.kind, end_date_time: expiration.end, duration: expiration.duration }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AnswerBody<'a> {
    #[serde(rename = "@odata.type")]
    odata_type: TypeName,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    answered_question: AnsweredQuestion,
}

#[derive(Serialize)]
struct AnsweredQuestion {
    #[serde(rename = "@odata.type", skip_serializing_if = "Option::is_none")]
    odata_type: Option<TypeName>,
    id: Uuid,
}

impl<'a> CreateBody<'a> {
    pub(super) fn of(draft: &'a Draft, api: ApiVersion) -> Self {
        let target = Target { object_id: draft.target_object_id, email: draft.target_email.as_deref() };
        let assignment = AssignmentBody {
            id: draft.assignment_id,
            target_id: draft.target_id,
            target: (target.object_id.is_some() || target.email.is_some()).then_some(target),
            assignment_policy_id: draft.assignment_policy_id,
            access_package_id: draft.access_package_id,
        };
        let says_something = assignment.id.is_some()
            || assignment.target_id.is_some()
            || assignment.target.is_some()
            || assignment.assignment_policy_id.is_some()
            || assignment.access_package_id.is_some();
        let assignment = says_something.then_some(assignment);
        let (assignment, access_package_assignment) = match api {
            ApiVersion::V1_0 => (assignment, None),
            ApiVersion::Beta => (None, assignment),
        };
        Self {
            request_type: KnownName(api, draft.request_type.into()),
            assignment,
            access_package_assignment,
            justification: draft.justification.as_deref(),
            schedule: draft.schedule.map(ScheduleBody::from),
            answers: draft.answers.iter().map(AnswerBody::from).collect(),
            is_validation_only: draft.is_validation_only,
            parameters: draft.bypass_approval.then_some(Parameters { bypass_approval: true }),
        }
    }
}

impl From<Schedule> for ScheduleBody {
    fn from(schedule: Schedule) -> Self {
        Self {
            start_date_time: schedule.start,
            recurrence: schedule.has_recurrence.then_some(Empty {}),
            expiration: schedule.expiration.into(),
        }
    }
}

impl<'a> From<&'a DraftAnswer> for AnswerBody<'a> {
    fn from(answer: &'a DraftAnswer) -> Self {
        Self {
            odata_type: ANSWER_TYPE,
            value: answer.value.as_deref(),
            answered_question: AnsweredQuestion {
                odata_type: answer.question_kind.map(question_type),
                id: answer.question_id,
            },
        }
    }
}
