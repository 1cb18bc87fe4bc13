//! Policies.

use assignment_request::{
    CalloutStage, ChoiceSpec, ExtensionBehavior, ExtensionSpec, Period, PolicySpec, QuestionForm,
    QuestionKind, QuestionSpec, StageSpec,
};
use serde::Serialize;
use uuid::Uuid;

use super::create::ExpirationBody;
use crate::resource::{TypeName, question_type};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PolicyBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_package: Option<AccessPackage>,
    expiration: ExpirationBody,
    requestor_settings: RequestorSettingsBody,
    request_approval_settings: ApprovalBody,
    questions: Vec<QuestionBody<'a>>,
    custom_extension_stage_settings: Vec<ExtensionBody>,
}

#[derive(Serialize)]
struct AccessPackage {
    id: Uuid,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "these are Graph's seven independent settings")]
struct RequestorSettingsBody {
    enable_targets_to_self_add_access: bool,
    enable_targets_to_self_update_access: bool,
    enable_targets_to_self_remove_access: bool,
    allow_custom_assignment_schedule: bool,
    enable_on_behalf_requestors_to_add_access: bool,
    enable_on_behalf_requestors_to_update_access: bool,
    enable_on_behalf_requestors_to_remove_access: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ApprovalBody {
    is_approval_required_for_add: bool,
    is_approval_required_for_update: bool,
    is_requestor_justification_required: bool,
    stages: Vec<StageBody>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[serde(untagged, rename_all_fields = "camelCase")]
enum StageBody {
    Set {
        #[serde(skip_serializing_if = "Option::is_none")]
        duration_before_automatic_denial: Option<Period>,
        is_approver_justification_required: bool,
        is_escalation_enabled: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        duration_before_escalation: Option<Period>,
    },
    Determined {
        #[serde(rename = "@odata.type")]
        odata_type: &'static str,
        custom_extension: StageExtension,
    },
}

#[derive(Serialize)]
struct StageExtension {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct QuestionBody<'a> {
    #[serde(rename = "@odata.type")]
    odata_type: TypeName,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    #[serde(flatten)]
    text: LocalizedText<'a>,
    is_required: bool,
    is_answer_editable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_single_line_question: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    regex_pattern: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_multiple_selection_allowed: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    choices: Option<Vec<ChoiceBody<'a>>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ChoiceBody<'a> {
    actual_value: &'a str,
    #[serde(flatten)]
    text: LocalizedText<'a>,
}

#[derive(Serialize)]
struct LocalizedText<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    localizations: Vec<Localization<'a>>,
}

#[derive(Serialize)]
struct Localization<'a> {
    text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExtensionBody {
    stage: CalloutStage,
    custom_extension: CustomExtension,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CustomExtension {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    /// Beside a null `callbackConfiguration`, it says that the extension is given whole (rule P6).
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint_configuration: Option<Endpoint>,
    /// `Some(None)` is written as null.
    #[expect(clippy::option_option, reason = "left out, null and there are three things here")]
    #[serde(skip_serializing_if = "Option::is_none")]
    callback_configuration: Option<Option<Callback>>,
}

/// How the outside system is reached is not kept.
#[derive(Serialize)]
struct Endpoint {}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Callback {
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout_duration: Option<Period>,
}

impl<'a> PolicyBody<'a> {
    pub(super) fn of(policy: &'a PolicySpec) -> Self {
        let requestor = policy.requestor_settings;
        Self {
            id: policy.id,
            access_package: policy.access_package_id.map(|id| AccessPackage { id }),
            expiration: policy.expiration.into(),
            requestor_settings: RequestorSettingsBody {
                enable_targets_to_self_add_access: requestor.self_add,
                enable_targets_to_self_update_access: requestor.self_update,
                enable_targets_to_self_remove_access: requestor.self_remove,
                allow_custom_assignment_schedule: requestor.custom_schedule,
                enable_on_behalf_requestors_to_add_access: requestor.on_behalf_add,
                enable_on_behalf_requestors_to_update_access: requestor.on_behalf_update,
                enable_on_behalf_requestors_to_remove_access: requestor.on_behalf_remove,
            },
            request_approval_settings: ApprovalBody {
                is_approval_required_for_add: policy.approval.is_required_for_add,
                is_approval_required_for_update: policy.approval.is_required_for_update,
                is_requestor_justification_required: policy.approval.is_requestor_justification_required,
                stages: policy.approval.stages.iter().map(StageBody::from).collect(),
            },
            questions: policy.questions.iter().map(QuestionBody::from).collect(),
            custom_extension_stage_settings: policy.extensions.iter().map(ExtensionBody::from).collect(),
        }
    }
}

impl From<&StageSpec> for StageBody {
    fn from(stage: &StageSpec) -> Self {
        match stage {
            StageSpec::Set(stage) => Self::Set {
                duration_before_automatic_denial: stage.duration_before_automatic_denial,
                is_approver_justification_required: stage.is_approver_justification_required,
                is_escalation_enabled: stage.is_escalation_enabled,
                duration_before_escalation: stage.duration_before_escalation,
            },
            StageSpec::Determined { custom_extension_id } => Self::Determined {
                odata_type: "#microsoft.graph.accessPackageDynamicApprovalStage",
                custom_extension: StageExtension { id: *custom_extension_id },
            },
        }
    }
}

impl<'a> From<&'a QuestionSpec> for QuestionBody<'a> {
    fn from(question: &'a QuestionSpec) -> Self {
        let body = |kind| Self {
            odata_type: question_type(kind),
            id: question.id,
            text: question.texts.as_slice().into(),
            is_required: question.is_required,
            is_answer_editable: question.is_answer_editable,
            is_single_line_question: None,
            regex_pattern: None,
            is_multiple_selection_allowed: None,
            choices: None,
        };
        match &question.form {
            QuestionForm::TextInput { is_single_line, pattern } => Self {
                is_single_line_question: Some(*is_single_line),
                regex_pattern: pattern.as_deref(),
                ..body(QuestionKind::TextInput)
            },
            QuestionForm::MultipleChoice { allows_multiple_selection, choices } => Self {
                is_multiple_selection_allowed: Some(*allows_multiple_selection),
                choices: Some(choices.iter().map(ChoiceBody::from).collect()),
                ..body(QuestionKind::MultipleChoice)
            },
        }
    }
}

impl<'a> From<&'a ChoiceSpec> for ChoiceBody<'a> {
    fn from(choice: &'a ChoiceSpec) -> Self {
        Self { actual_value: &choice.actual_value, text: choice.texts.as_slice().into() }
    }
}

impl<'a> From<&'a [String]> for LocalizedText<'a> {
    fn from(texts: &'a [String]) -> Self {
        let mut texts = texts.iter().map(String::as_str);
        Self { text: texts.next(), localizations: texts.map(|text| Localization { text }).collect() }
    }
}

impl From<&ExtensionSpec> for ExtensionBody {
    fn from(extension: &ExtensionSpec) -> Self {
        Self {
            stage: extension.stage,
            custom_extension: CustomExtension {
                id: extension.custom_extension_id,
                endpoint_configuration: match extension.behavior {
                    Some(ExtensionBehavior::LaunchAndContinue) => Some(Endpoint {}),
                    Some(ExtensionBehavior::LaunchAndWait(_)) | None => None,
                },
                callback_configuration: extension.behavior.map(|behavior| match behavior {
                    ExtensionBehavior::LaunchAndContinue => None,
                    ExtensionBehavior::LaunchAndWait(callback) => {
                        Some(Callback { timeout_duration: callback.timeout })
                    }
                }),
            },
        }
    }
}
