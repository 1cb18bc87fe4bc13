//! Writing what somebody asks, and policies: the reverse of reading them (rule J11).

mod create;
mod policy;

use assignment_request::{ApprovalDecision, CallbackDecision, CalloutStage, Draft, PolicySpec, Resume};
use serde::Serialize;
use uuid::Uuid;

use self::create::CreateBody;
use self::policy::PolicyBody;
use super::write;
use crate::bodies::approval_stage::ApprovalStageBody;
use crate::{ApiVersion, StageReview};

/// Appends a create body to `out`; [`read_create`](crate::read_create) reads the same draft.
///
/// ```
/// use assignment_request::{Draft, RequestType};
/// use assignment_request_graph::{ApiVersion, write_create};
///
/// let mut body = Vec::new();
/// write_create(&Draft::new(RequestType::UserAdd), ApiVersion::V1_0, &mut body);
/// assert_eq!(body, br#"{"requestType":"userAdd","isValidationOnly":false}"#);
/// ```
pub fn write_create(draft: &Draft, api: ApiVersion, out: &mut Vec<u8>) {
    write(&CreateBody::of(draft, api), out);
}

/// Appends the body of a callback to `out`; [`read_resume`](crate::read_resume) reads the same content. Both
/// generations have one form.
///
/// ```
/// use assignment_request::{Resume, CalloutStage};
/// use assignment_request_graph::{ReadOptions, read_resume, write_resume};
/// use uuid::Uuid;
///
/// let resume = Resume {
///     instance: Uuid::from_u128(7),
///     stage: CalloutStage::AssignmentRequestCreated,
///     decision: CallbackDecision::Continue,
///     approval_stage: None,
///     source: None,
///     detail: None,
/// };
/// let mut body = Vec::new();
/// write_resume(&resume, &mut body);
/// assert_eq!(read_resume(&body, &ReadOptions::default())?, resume);
/// # Ok::<(), assignment_request_graph::ReadError>(())
/// ```
pub fn write_resume(resume: &Resume, out: &mut Vec<u8>) {
    write(
        &ResumeBody {
            source: resume.source.as_deref(),
            r#type: format!("microsoft.graph.accessPackageCustomExtensionStage.{}", resume.stage),
            data: CallbackData {
                odata_type: match resume.approval_stage {
                    None => "#microsoft.graph.accessPackageAssignmentRequestCallbackData",
                    Some(_) => "#microsoft.graph.assignmentRequestApprovalStageCallbackData",
                },
                stage: resume.stage,
                custom_extension_stage_instance_id: resume.instance,
                state: Some(resume.decision).filter(|decision| *decision != CallbackDecision::Continue),
                approval_stage: resume.approval_stage.as_deref().map(ApprovalStageBody::from),
                custom_extension_stage_instance_detail: resume.detail.as_deref(),
            },
        },
        out,
    );
}

/// Appends the body of a decision to `out`; [`read_decision`](crate::read_decision) reads the same decision. Both
/// generations have one form.
pub fn write_decision(decision: &StageReview, out: &mut Vec<u8>) {
    let review_result = match decision.decision {
        ApprovalDecision::Approve => "Approve",
        ApprovalDecision::Deny => "Deny",
    };
    write(&DecisionBody { review_result, justification: decision.justification.as_deref() }, out);
}

/// Appends a policy to `out`, in the names of v1.0; [`read_policy`](crate::read_policy) reads the same policy. The names
/// of beta cannot say all that a policy can: whole days only, and nothing about requests for others.
pub fn write_policy(policy: &PolicySpec, out: &mut Vec<u8>) {
    write(&PolicyBody::of(policy), out);
}

#[derive(Serialize)]
struct ResumeBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    r#type: String,
    data: CallbackData<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CallbackData<'a> {
    #[serde(rename = "@odata.type")]
    odata_type: &'static str,
    stage: CalloutStage,
    custom_extension_stage_instance_id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<CallbackDecision>,
    #[serde(skip_serializing_if = "Option::is_none")]
    approval_stage: Option<ApprovalStageBody<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_extension_stage_instance_detail: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DecisionBody<'a> {
    review_result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<&'a str>,
}
