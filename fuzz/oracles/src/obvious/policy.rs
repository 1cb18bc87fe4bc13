//! A policy of v1.0, of beta, or of both.

use assignment_request::{
    AccessPackageId, ApprovalSettings, ApprovalStageSpec, CallbackConfiguration, ChoiceSpec, Expiration,
    ExpirationType, ExtensionBehavior, ExtensionId, ExtensionSpec, Period, PolicyId, PolicySpec,
    QuestionForm, QuestionId, QuestionKind, QuestionSpec, RequestorSettings, StageSpec, Timestamp,
};
use serde_json::Value;

use super::{
    EXPIRATION_MEMBERS, Object, QUESTION_TYPES, each, either, expiration, id, open_object, optional, parsed,
    question_kind, text,
};

/// Reads a policy.
#[must_use]
pub fn policy(value: &Value) -> Option<PolicySpec> {
    let known = [TELLING, POLICY_MEMBERS].concat();
    let members = open_object(value, &["accessPackageAssignmentPolicy"], &known)?;
    if !value.as_object()?.keys().any(|name| TELLING.contains(&name.as_str())) {
        return None;
    }
    let handlers =
        optional(&members, "customExtensionHandlers", |value| each(value, |it| Some(!it.is_null())))?;
    if handlers.is_some_and(|handlers| !handlers.is_empty()) {
        return None;
    }
    let access_package = optional(&members, "accessPackage", |value| {
        optional(&open_object(value, &["accessPackage"], &["@odata.type", "id"])?, "id", id)
    })?;
    let can_extend = optional(&members, "canExtend", flag)?;
    let approval_settings = optional(&members, "requestApprovalSettings", |value| {
        approval(&open_object(value, APPROVAL_TYPES, APPROVAL_MEMBERS)?)
    })?;
    let target_scope = optional(&members, "allowedTargetScope", text)?;
    let is_closed = target_scope.is_some_and(|scope| scope.eq_ignore_ascii_case("notSpecified"));
    Some(PolicySpec {
        id: optional(&members, "id", id)?.map(PolicyId::new),
        access_package_id: either(optional(&members, "accessPackageId", id)?, access_package.flatten())?
            .map(AccessPackageId::new),
        expiration: policy_expiration(&members)?,
        requestor_settings: optional(&members, "requestorSettings", |value| {
            requestor(&open_object(value, REQUESTOR_TYPES, REQUESTOR_MEMBERS)?, can_extend, is_closed)
        })?
        .unwrap_or(RequestorSettings::default()),
        approval: approval_settings.unwrap_or(PolicySpec::default().approval),
        questions: optional(&members, "questions", |value| each(value, question))?.unwrap_or_default(),
        extensions: optional(&members, "customExtensionStageSettings", |value| each(value, extension))?
            .unwrap_or_default(),
    })
}

/// Members of which every policy has at least one.
const TELLING: &[&str] = &[
    "accessPackageNotificationSettings",
    "accessReviewSettings",
    "allowedTargetScope",
    "automaticRequestSettings",
    "canExtend",
    "customExtensionHandlers",
    "customExtensionStageSettings",
    "durationInDays",
    "expiration",
    "notificationSettings",
    "questions",
    "requestApprovalSettings",
    "requestorSettings",
    "reviewSettings",
    "specificAllowedTargets",
    "verifiableCredentialSettings",
];

/// The other members of a policy.
const POLICY_MEMBERS: &[&str] = &[
    "@odata.type",
    "accessPackage",
    "accessPackageCatalog",
    "accessPackageId",
    "catalog",
    "createdBy",
    "createdDateTime",
    "description",
    "displayName",
    "expirationDateTime",
    "id",
    "modifiedBy",
    "modifiedDateTime",
];

const REQUESTOR_MEMBERS: &[&str] = &[
    "@odata.type",
    "acceptRequests",
    "allowCustomAssignmentSchedule",
    "allowedRequestors",
    "enableOnBehalfRequestorsToAddAccess",
    "enableOnBehalfRequestorsToRemoveAccess",
    "enableOnBehalfRequestorsToUpdateAccess",
    "enableTargetsToSelfAddAccess",
    "enableTargetsToSelfRemoveAccess",
    "enableTargetsToSelfUpdateAccess",
    "onBehalfRequestors",
    "scopeType",
];

const APPROVAL_MEMBERS: &[&str] = &[
    "@odata.type",
    "approvalMode",
    "approvalStages",
    "isApprovalRequired",
    "isApprovalRequiredForAdd",
    "isApprovalRequiredForExtension",
    "isApprovalRequiredForUpdate",
    "isRequestorJustificationRequired",
    "stages",
];

const STAGE_MEMBERS: &[&str] = &[
    "@odata.type",
    "approvalStageTimeOutInDays",
    "approverInformationVisibility",
    "customExtension",
    "durationBeforeAutomaticDenial",
    "durationBeforeEscalation",
    "escalationApprovers",
    "escalationTimeInMinutes",
    "fallbackEscalationApprovers",
    "fallbackPrimaryApprovers",
    "isApproverJustificationRequired",
    "isEscalationEnabled",
    "primaryApprovers",
];

const QUESTION_MEMBERS: &[&str] = &[
    "@odata.type",
    "allowsMultipleSelection",
    "choices",
    "id",
    "isAnswerEditable",
    "isMultipleSelectionAllowed",
    "isRequired",
    "isSingleLineQuestion",
    "localizations",
    "regexPattern",
    "sequence",
    "text",
];

const CHOICE_MEMBERS: &[&str] = &["@odata.type", "actualValue", "displayValue", "localizations", "text"];

const EXTENSION_MEMBERS: &[&str] = &[
    "@odata.type",
    "authenticationConfiguration",
    "callbackConfiguration",
    "clientConfiguration",
    "createdBy",
    "createdDateTime",
    "description",
    "displayName",
    "endpointConfiguration",
    "id",
    "lastModifiedBy",
    "lastModifiedDateTime",
];

const APPROVAL_TYPES: &[&str] = &["accessPackageAssignmentApprovalSettings", "approvalSettings"];
const REQUESTOR_TYPES: &[&str] = &["accessPackageAssignmentRequestorSettings", "requestorSettings"];
const EXTENSION_TYPES: &[&str] = &[
    "accessPackageAssignmentRequestWorkflowExtension",
    "accessPackageAssignmentWorkflowExtension",
    "customCalloutExtension",
    "customAccessPackageWorkflowExtension",
];

/// Reads a boolean, which may be written as a string.
fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::String(text) => text.to_ascii_lowercase().parse().ok(),
        _ => None,
    }
}

/// Reads an integer, which may be written as a string that is an integer in JSON.
fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            let is_json = digits == "0" || digits.starts_with(|first| ('1'..='9').contains(&first));
            text.parse().ok().filter(|_| is_json)
        }
        _ => None,
    }
}

fn count(value: &Value) -> Option<u32> {
    whole(value)?.try_into().ok()
}

fn policy_expiration(members: &Object) -> Option<Expiration> {
    let given = optional(members, "expiration", |value| {
        expiration(&open_object(value, &["expirationPattern"], EXPIRATION_MEMBERS)?)
    })?;
    let days = optional(members, "durationInDays", count)?;
    let end: Option<Timestamp> = optional(members, "expirationDateTime", parsed)?;
    let none = Expiration::default();
    let beta = match (days, end) {
        (Some(1..), Some(_)) => return None,
        (_, Some(_)) => Some(Expiration { kind: ExpirationType::AfterDateTime, end, ..none }),
        (Some(days @ 1..), None) => {
            let duration = Some(Period::from_days(days));
            Some(Expiration { kind: ExpirationType::AfterDuration, duration, ..none })
        }
        // Zero days mean nothing.
        (Some(0) | None, None) => None,
    };
    Some(either(given, beta)?.unwrap_or(none))
}

fn requestor(members: &Object, can_extend: Option<bool>, is_closed: bool) -> Option<RequestorSettings> {
    let said = |name: &str| optional(members, name, flag);
    let accepts = said("acceptRequests")?;
    let beta_update = if accepts == Some(true) { can_extend } else { accepts };
    let scope = optional(members, "scopeType", text)?;
    let settings = RequestorSettings {
        self_add: either(said("enableTargetsToSelfAddAccess")?, accepts)?.unwrap_or(false),
        self_update: either(said("enableTargetsToSelfUpdateAccess")?, beta_update)?.unwrap_or(false),
        self_remove: either(said("enableTargetsToSelfRemoveAccess")?, accepts)?.unwrap_or(false),
        on_behalf_add: said("enableOnBehalfRequestorsToAddAccess")?.unwrap_or(false),
        on_behalf_update: said("enableOnBehalfRequestorsToUpdateAccess")?.unwrap_or(false),
        on_behalf_remove: said("enableOnBehalfRequestorsToRemoveAccess")?.unwrap_or(false),
        custom_schedule: said("allowCustomAssignmentSchedule")?.unwrap_or(false),
    };
    if is_closed || scope.is_some_and(|scope| scope.eq_ignore_ascii_case("noSubjects")) {
        return Some(RequestorSettings {
            custom_schedule: settings.custom_schedule,
            ..RequestorSettings::default()
        });
    }
    Some(settings)
}

fn approval(members: &Object) -> Option<ApprovalSettings> {
    let said = |name: &str| optional(members, name, flag);
    let stages = |name: &str| optional(members, name, |value| each(value, approval_stage));
    let add = either(said("isApprovalRequiredForAdd")?, said("isApprovalRequired")?)?;
    let update = either(said("isApprovalRequiredForUpdate")?, said("isApprovalRequiredForExtension")?)?;
    let mode = optional(members, "approvalMode", |value| {
        let mode = value.as_str()?.to_ascii_lowercase();
        ["noapproval", "singlestage", "serial"].contains(&mode.as_str()).then_some(mode)
    })?;
    let is_none = mode.as_deref() == Some("noapproval");
    if is_none && add == Some(true) {
        return None;
    }
    let stages = either(stages("stages")?, stages("approvalStages")?)?.unwrap_or_default();
    if !stages.is_empty() && add.is_none() && update.is_none() && !is_none {
        return None;
    }
    Some(ApprovalSettings {
        is_required_for_add: add.unwrap_or(false),
        is_required_for_update: !is_none && update.unwrap_or(false),
        is_requestor_justification_required: said("isRequestorJustificationRequired")?.unwrap_or(false),
        stages,
    })
}

fn approval_stage(value: &Value) -> Option<StageSpec> {
    if let Some(members) =
        open_object(value, &["accessPackageDynamicApprovalStage"], &["@odata.type", "customExtension"])
        && members.contains_key("@odata.type")
    {
        let custom_extension_id = optional(&members, "customExtension", |value| {
            optional(&open_object(value, EXTENSION_TYPES, &["@odata.type", "id"])?, "id", id)
        })?;
        return Some(StageSpec::Determined {
            custom_extension_id: custom_extension_id.flatten().map(ExtensionId::new),
        });
    }
    let types = ["accessPackageApprovalStage", "approvalStage", "unifiedApprovalStage"];
    let members = open_object(value, &types, STAGE_MEMBERS)?;
    if members.contains_key("customExtension") {
        return None;
    }
    let days = optional(&members, "approvalStageTimeOutInDays", count)?.map(Period::from_days);
    let minutes = optional(&members, "escalationTimeInMinutes", count)?.map(Period::from_minutes);
    Some(StageSpec::Set(ApprovalStageSpec {
        duration_before_automatic_denial: either(
            optional(&members, "durationBeforeAutomaticDenial", parsed)?,
            days,
        )?,
        is_approver_justification_required: optional(&members, "isApproverJustificationRequired", flag)?
            .unwrap_or(false),
        is_escalation_enabled: optional(&members, "isEscalationEnabled", flag)?.unwrap_or(false),
        duration_before_escalation: either(optional(&members, "durationBeforeEscalation", parsed)?, minutes)?,
    }))
}

fn question(value: &Value) -> Option<QuestionSpec> {
    let members = open_object(value, QUESTION_TYPES, QUESTION_MEMBERS)?;
    let said = |name: &str| optional(&members, name, flag);
    let is_single_line = said("isSingleLineQuestion")?;
    let pattern = optional(&members, "regexPattern", text)?;
    let multiple = either(said("isMultipleSelectionAllowed")?, said("allowsMultipleSelection")?)?;
    let choices = optional(&members, "choices", |value| each(value, choice))?;
    optional(&members, "sequence", whole)?;
    let is_text = is_single_line.is_some() || pattern.is_some();
    let is_choice = multiple.is_some() || choices.is_some();
    let kind = match question_kind(&members) {
        Some(kind) => kind,
        None if is_text && !is_choice => QuestionKind::TextInput,
        None if is_choice && !is_text => QuestionKind::MultipleChoice,
        None => return None,
    };
    Some(QuestionSpec {
        id: optional(&members, "id", id)?.map(QuestionId::new),
        texts: texts(&members, &["text"])?,
        is_required: said("isRequired")?.unwrap_or(false),
        is_answer_editable: said("isAnswerEditable")?.unwrap_or(true),
        form: match kind {
            QuestionKind::TextInput => QuestionForm::TextInput {
                is_single_line: is_single_line.unwrap_or(false),
                pattern: pattern.as_deref().map(str::to_owned),
            },
            QuestionKind::MultipleChoice => QuestionForm::MultipleChoice {
                allows_multiple_selection: multiple.unwrap_or(false),
                choices: choices.unwrap_or_default(),
            },
        },
    })
}

fn choice(value: &Value) -> Option<ChoiceSpec> {
    let members = open_object(value, &["accessPackageAnswerChoice"], CHOICE_MEMBERS)?;
    let actual_value = optional(&members, "actualValue", text)?;
    Some(ChoiceSpec {
        actual_value: actual_value.as_deref().unwrap_or_default().to_owned(),
        texts: texts(&members, &["text", "displayValue"])?,
    })
}

/// Reads the texts under the names `names`, each a string or an object, and those in `localizations`.
fn texts(members: &Object, names: &[&str]) -> Option<Vec<String>> {
    let mut default = None;
    let mut localized =
        optional(members, "localizations", |value| each(value, localization))?.map(without_none);
    for name in names {
        match members.get(*name) {
            None => {}
            Some(Value::String(text)) => default = either(default, Some(text.clone()))?,
            Some(value) => {
                let content = open_object(value, &["accessPackageLocalizedContent"], &[])?;
                let text = optional(&content, "defaultText", text)?;
                default = either(default, text.as_deref().map(str::to_owned))?;
                let others = optional(&content, "localizedTexts", |value| each(value, localization))?;
                localized = either(localized, others.map(without_none))?;
            }
        }
    }
    Some(default.into_iter().chain(localized.unwrap_or_default()).collect())
}

fn without_none(texts: Vec<Option<String>>) -> Vec<String> {
    texts.into_iter().flatten().collect()
}

fn localization(value: &Value) -> Option<Option<String>> {
    let members = open_object(value, &["accessPackageLocalizedText"], &[])?;
    optional(&members, "languageCode", text)?;
    Some(optional(&members, "text", text)?.as_deref().map(str::to_owned))
}

fn extension(value: &Value) -> Option<ExtensionSpec> {
    let known = &["@odata.type", "id", "stage", "customExtension"];
    let members = open_object(value, &["customExtensionStageSetting"], known)?;
    let called = optional(&members, "customExtension", |value| {
        let members = open_object(value, EXTENSION_TYPES, EXTENSION_MEMBERS)?;
        let callback = optional(&members, "callbackConfiguration", |value| {
            let known = &["@odata.type", "timeoutDuration", "durationBeforeTimeout"];
            let members = open_object(value, CALLBACK_TYPES, known)?;
            let timeout = either(
                optional(&members, "timeoutDuration", parsed)?,
                optional(&members, "durationBeforeTimeout", parsed)?,
            )?;
            Some(CallbackConfiguration { timeout })
        })?;
        // P6: null beside an endpoint says that the request continues; an absent member says nothing.
        let goes_on = value.get("callbackConfiguration").is_some_and(Value::is_null)
            && members.contains_key("endpointConfiguration");
        let behavior = match callback {
            Some(callback) => Some(ExtensionBehavior::LaunchAndWait(callback)),
            None => goes_on.then_some(ExtensionBehavior::LaunchAndContinue),
        };
        Some((optional(&members, "id", id)?, behavior))
    })?;
    let (custom_extension_id, behavior) = called.unwrap_or_default();
    let custom_extension_id = custom_extension_id.map(ExtensionId::new);
    Some(ExtensionSpec { stage: parsed(members.get("stage")?)?, custom_extension_id, behavior })
}

const CALLBACK_TYPES: &[&str] =
    &["customExtensionCallbackConfiguration", "accessPackageRequestApprovalStageCallbackConfiguration"];
