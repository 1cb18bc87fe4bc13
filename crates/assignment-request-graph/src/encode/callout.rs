//! The body that an extension receives.

use assignment_request::{Answer, Callout, CalloutStage, Period, QuestionKind, Request};
use serde::Serialize;
use uuid::Uuid;

use crate::ApiVersion;
use crate::api::Pascal;
use crate::http::Operation;
use crate::resource::{ANSWER_TYPE, TypeName, extension_of, question_type};

/// What is sent to an extension: flat, names and values in `PascalCase`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CalloutBody<'a> {
    access_package_assignment_request_id: Uuid,
    /// Without the generation and the host, as Graph has it.
    callback_uri_path: String,
    custom_extension_stage_instance_id: Uuid,
    stage: Pascal,
    request_type: Pascal,
    answers: Vec<AnswerBody<'a>>,
    state: Pascal,
    status: Pascal,
    /// Null for *launch and continue* (rule X2).
    callback_configuration: Option<CallbackConfiguration>,
    access_package: Reference,
    assignment: Assignment<'a>,
    requestor: Subject<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AnswerBody<'a> {
    #[serde(rename = "@odata.type")]
    odata_type: TypeName,
    value: Option<&'a str>,
    display_value: Option<&'a str>,
    answered_question: Question,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Question {
    #[serde(rename = "@odata.type")]
    odata_type: TypeName,
    id: Uuid,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct CallbackConfiguration {
    /// Of an extension that determines an approval stage; others have Graph's base type.
    #[serde(rename = "@odata.type", skip_serializing_if = "Option::is_none")]
    odata_type: Option<&'static str>,
    duration_before_timeout: Period,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Reference {
    id: Option<Uuid>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Assignment<'a> {
    id: Option<Uuid>,
    target: Subject<'a>,
    #[serde(rename = "AssignmentPolicy")]
    policy: Reference,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Subject<'a> {
    id: Option<Uuid>,
    object_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
}

impl<'a> CalloutBody<'a> {
    pub(super) fn of(request: &'a Request, callout: &Callout, api: ApiVersion) -> Self {
        let timeout = extension_of(request, callout).and_then(|extension| extension.timeout);
        let determines = callout.stage() == CalloutStage::AssignmentRequestDeterminingApprovalRequirements;
        let subject = |id, email| Subject { id, object_id: id, email };
        Self {
            access_package_assignment_request_id: request.id(),
            callback_uri_path: Operation::Resume { request: request.id() }.path_within(api).to_string(),
            custom_extension_stage_instance_id: callout.instance(),
            stage: Pascal(callout.stage().into()),
            request_type: Pascal(request.request_type().into()),
            answers: request.answers().iter().map(AnswerBody::of).collect(),
            state: Pascal(request.state().into()),
            status: Pascal(request.status().into()),
            callback_configuration: timeout.map(|timeout| CallbackConfiguration {
                odata_type: determines
                    .then_some("#microsoft.graph.accessPackageRequestApprovalStageCallbackConfiguration"),
                duration_before_timeout: timeout,
            }),
            access_package: Reference { id: request.access_package_id() },
            assignment: Assignment {
                id: request.assignment_id(),
                target: subject(request.target(), request.target_email()),
                policy: Reference { id: request.assignment_policy_id() },
            },
            requestor: subject(Some(request.requestor()), None),
        }
    }
}

impl<'a> AnswerBody<'a> {
    fn of(answer: &'a Answer) -> Self {
        Self {
            odata_type: ANSWER_TYPE,
            value: answer.value.as_deref(),
            display_value: answer.display_value.as_deref(),
            answered_question: Question::of(answer.question_kind, answer.question_id),
        }
    }
}

impl Question {
    fn of(kind: QuestionKind, id: Uuid) -> Self {
        Self { odata_type: question_type(kind), id }
    }
}
