//! A policy, of v1.0 or beta or both.

use assignment_request::{
    ApprovalSettings, ApprovalStageSpec, CallbackConfiguration, ChoiceSpec, Expiration, ExpirationType,
    ExtensionSpec, Moment, Period, PolicySpec, QuestionForm, QuestionKind, QuestionSpec, RequestorSettings,
};
use serde_json::Value;

use super::{
    Object, QUESTION_TYPES, each, either, expiration, id, open_object, optional, parsed, question_kind, text,
};

/// What a policy says.
#[must_use]
pub fn policy(value: &Value) -> Option<PolicySpec> {
    let members = open_object(value, &["accessPackageAssignmentPolicy"])?;
    if members.get("customExtensionHandlers").is_some_and(waits) {
        return None;
    }
    let access_package = optional(&members, "accessPackage", |value| {
        optional(&open_object(value, &["accessPackage"])?, "id", id)
    })?;
    let can_extend = optional(&members, "canExtend", flag)?;
    let approval_settings = optional(&members, "requestApprovalSettings", |value| {
        approval(&open_object(value, APPROVAL_TYPES)?)
    })?;
    Some(PolicySpec {
        id: optional(&members, "id", id)?,
        access_package_id: either(optional(&members, "accessPackageId", id)?, access_package.flatten())?,
        expiration: policy_expiration(&members)?,
        requestor_settings: optional(&members, "requestorSettings", |value| {
            requestor(&open_object(value, REQUESTOR_TYPES)?, can_extend)
        })?
        .unwrap_or(RequestorSettings::NONE),
        approval: approval_settings.unwrap_or(PolicySpec::EMPTY.approval),
        questions: optional(&members, "questions", |value| each(value, question))?.unwrap_or_default(),
        extensions: optional(&members, "customExtensionStageSettings", |value| each(value, extension))?
            .unwrap_or_default(),
    })
}

const APPROVAL_TYPES: &[&str] = &["accessPackageAssignmentApprovalSettings", "approvalSettings"];
const REQUESTOR_TYPES: &[&str] = &["accessPackageAssignmentRequestorSettings", "requestorSettings"];
const EXTENSION_TYPES: &[&str] = &[
    "accessPackageAssignmentRequestWorkflowExtension",
    "accessPackageAssignmentWorkflowExtension",
    "customCalloutExtension",
    "customAccessPackageWorkflowExtension",
];

/// A boolean, also as a string.
fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::String(text) => text.to_ascii_lowercase().parse().ok(),
        _ => None,
    }
}

/// A whole number, also as a string that is one in JSON.
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

/// Whether a member `callbackConfiguration` is not null, at whatever depth.
fn waits(value: &Value) -> bool {
    match value {
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| name == "callbackConfiguration" && !value.is_null() || waits(value)),
        Value::Array(items) => items.iter().any(waits),
        _ => false,
    }
}

fn policy_expiration(members: &Object) -> Option<Expiration> {
    let given =
        optional(members, "expiration", |value| expiration(&open_object(value, &["expirationPattern"])?))?;
    let days = optional(members, "durationInDays", count)?;
    let end: Option<Moment> = optional(members, "expirationDateTime", parsed)?;
    let none = Expiration::NOT_SPECIFIED;
    let beta = match (days, end) {
        (Some(1..), Some(_)) => return None,
        (_, Some(_)) => Some(Expiration { kind: ExpirationType::AfterDateTime, end, ..none }),
        (Some(days @ 1..), None) => {
            let duration = Some(Period::from_days(days));
            Some(Expiration { kind: ExpirationType::AfterDuration, duration, ..none })
        }
        (Some(0), None) => {
            // Zero days say that access does not end; so may the other, in its own words.
            return match given.map(|given| given.kind) {
                None => Some(Expiration { kind: ExpirationType::NoExpiration, ..none }),
                Some(ExpirationType::AfterDateTime | ExpirationType::AfterDuration) => None,
                Some(ExpirationType::NoExpiration | ExpirationType::NotSpecified) => given,
            };
        }
        (None, None) => None,
    };
    Some(either(given, beta)?.unwrap_or(none))
}

fn requestor(members: &Object, can_extend: Option<bool>) -> Option<RequestorSettings> {
    let said = |name: &str| optional(members, name, flag);
    let accepts = said("acceptRequests")?;
    let beta_update = if accepts == Some(true) { can_extend } else { accepts };
    Some(RequestorSettings {
        self_add: either(said("enableTargetsToSelfAddAccess")?, accepts)?.unwrap_or(false),
        self_update: either(said("enableTargetsToSelfUpdateAccess")?, beta_update)?.unwrap_or(false),
        self_remove: either(said("enableTargetsToSelfRemoveAccess")?, accepts)?.unwrap_or(false),
        on_behalf_add: said("enableOnBehalfRequestorsToAddAccess")?.unwrap_or(false),
        on_behalf_update: said("enableOnBehalfRequestorsToUpdateAccess")?.unwrap_or(false),
        on_behalf_remove: said("enableOnBehalfRequestorsToRemoveAccess")?.unwrap_or(false),
        custom_schedule: said("allowCustomAssignmentSchedule")?.unwrap_or(false),
    })
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
    Some(ApprovalSettings {
        is_required_for_add: add.unwrap_or(false),
        is_required_for_update: !is_none && update.unwrap_or(false),
        is_requestor_justification_required: said("isRequestorJustificationRequired")?.unwrap_or(false),
        stages: either(stages("stages")?, stages("approvalStages")?)?.unwrap_or_default(),
    })
}

fn approval_stage(value: &Value) -> Option<ApprovalStageSpec> {
    let types = ["accessPackageApprovalStage", "approvalStage", "unifiedApprovalStage"];
    let members = open_object(value, &types)?;
    let days = optional(&members, "approvalStageTimeOutInDays", count)?.map(Period::from_days);
    let minutes = optional(&members, "escalationTimeInMinutes", count)?.map(Period::from_minutes);
    Some(ApprovalStageSpec {
        duration_before_automatic_denial: either(
            optional(&members, "durationBeforeAutomaticDenial", parsed)?,
            days,
        )?,
        is_approver_justification_required: optional(&members, "isApproverJustificationRequired", flag)?
            .unwrap_or(false),
        is_escalation_enabled: optional(&members, "isEscalationEnabled", flag)?.unwrap_or(false),
        duration_before_escalation: either(optional(&members, "durationBeforeEscalation", parsed)?, minutes)?,
    })
}

fn question(value: &Value) -> Option<QuestionSpec> {
    let members = open_object(value, QUESTION_TYPES)?;
    let said = |name: &str| optional(&members, name, flag);
    let is_single_line = said("isSingleLineQuestion")?;
    let pattern = optional(&members, "regexPattern", text)?;
    let multiple = either(said("isMultipleSelectionAllowed")?, said("allowsMultipleSelection")?)?;
    let choices = optional(&members, "choices", |value| each(value, choice))?;
    texts(&members, &["text"])?;
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
        id: optional(&members, "id", id)?,
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
    let members = open_object(value, &["accessPackageAnswerChoice"])?;
    let actual_value = optional(&members, "actualValue", text)?;
    Some(ChoiceSpec {
        actual_value: actual_value.as_deref().unwrap_or_default().to_owned(),
        texts: texts(&members, &["text", "displayValue"])?,
    })
}

/// The texts under the names `names`, each a string or an object, and in `localizations`.
fn texts(members: &Object, names: &[&str]) -> Option<Vec<String>> {
    let mut default = None;
    let mut localized =
        optional(members, "localizations", |value| each(value, localization))?.map(without_none);
    for name in names {
        match members.get(*name) {
            None => {}
            Some(Value::String(text)) => default = either(default, Some(text.clone()))?,
            Some(value) => {
                let content = open_object(value, &["accessPackageLocalizedContent"])?;
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
    let members = open_object(value, &["accessPackageLocalizedText"])?;
    optional(&members, "languageCode", text)?;
    Some(optional(&members, "text", text)?.as_deref().map(str::to_owned))
}

fn extension(value: &Value) -> Option<ExtensionSpec> {
    let members = open_object(value, &["customExtensionStageSetting"])?;
    let called = optional(&members, "customExtension", |value| {
        let members = open_object(value, EXTENSION_TYPES)?;
        let callback = optional(&members, "callbackConfiguration", |value| {
            let members = open_object(value, &["customExtensionCallbackConfiguration"])?;
            let timeout = either(
                optional(&members, "timeoutDuration", parsed)?,
                optional(&members, "durationBeforeTimeout", parsed)?,
            )?;
            Some(CallbackConfiguration { timeout })
        })?;
        Some((optional(&members, "id", id)?, callback))
    })?;
    let (custom_extension_id, callback) = called.unwrap_or_default();
    Some(ExtensionSpec { stage: parsed(members.get("stage")?)?, custom_extension_id, callback })
}
