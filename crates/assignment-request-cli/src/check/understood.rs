//! A summary of what was understood of a body, with the names of one API version.

use std::fmt::Display;

use assignment_request::{
    CallbackDecision, DeterminedStage, Draft, Expiration, ExpirationType, ExtensionBehavior, PolicySpec,
    QuestionForm, Resume, Schedule,
};
use assignment_request_graph::{ApiVersion, CalloutData, List, Name, RequestResource, StageReview};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// A value of a summary.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Understood {
    Flag(bool),
    Count(usize),
    Text(String),
    List(Vec<Understood>),
    Members(Members),
    /// JSON as the adapter writes it.
    Written(Box<RawValue>),
}

/// Members in their order, without those that the body does not have.
#[derive(Default)]
pub(crate) struct Members(Vec<(&'static str, Understood)>);

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl Members {
    fn with(mut self, name: &'static str, value: Understood) -> Self {
        self.0.push((name, value));
        self
    }

    fn text(self, name: &'static str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.with(name, Understood::Text(value.to_string())),
            None => self,
        }
    }

    /// Adds a flag if it is set.
    fn flag(self, name: &'static str, value: bool) -> Self {
        if value { self.with(name, Understood::Flag(true)) } else { self }
    }

    /// Adds a count if it is not zero.
    fn count(self, name: &'static str, count: usize) -> Self {
        if count > 0 { self.with(name, Understood::Count(count)) } else { self }
    }

    /// Adds an object if it has members.
    fn members(self, name: &'static str, members: Self) -> Self {
        if members.0.is_empty() { self } else { self.with(name, Understood::Members(members)) }
    }
}

/// Returns `v1_0` for v1.0 and `beta` for beta.
fn pick(api: ApiVersion, v1_0: &'static str, beta: &'static str) -> &'static str {
    match api {
        ApiVersion::V1_0 => v1_0,
        ApiVersion::Beta => beta,
    }
}

/// Writes a name in camelCase for v1.0, in `PascalCase` for beta (rule J10).
fn cased(api: ApiVersion, name: impl Display) -> String {
    let name = name.to_string();
    let mut characters = name.chars();
    match (api, characters.next()) {
        (ApiVersion::Beta, Some(first)) => format!("{}{}", first.to_ascii_uppercase(), characters.as_str()),
        (ApiVersion::V1_0 | ApiVersion::Beta, _) => name,
    }
}

/// Summarizes a create body; counts its answers.
pub(crate) fn create(draft: &Draft, api: ApiVersion) -> Understood {
    let target = Members::default()
        .text("objectId", draft.target_object_id)
        .text("email", draft.target_email.as_deref());
    let assignment = Members::default()
        .text("id", draft.assignment_id)
        .text("accessPackageId", draft.access_package_id)
        .text("assignmentPolicyId", draft.assignment_policy_id)
        .text("targetId", draft.target_id)
        .members("target", target);
    let members = Members::default()
        .text("requestType", Some(cased(api, draft.request_type)))
        .members(pick(api, "assignment", "accessPackageAssignment"), assignment)
        .text("justification", draft.justification.as_deref())
        .members("schedule", draft.schedule.as_ref().map(schedule).unwrap_or_default())
        .count("answers", draft.answers.len())
        .flag("isValidationOnly", draft.is_validation_only)
        .members("parameters", Members::default().flag("bypassApproval", draft.bypass_approval));
    Understood::Members(members)
}

fn schedule(schedule: &Schedule) -> Members {
    Members::default()
        .text("startDateTime", schedule.start)
        .flag("recurrence", schedule.has_recurrence)
        .members("expiration", expiration(&schedule.expiration))
}

/// The type is in camelCase in both API versions, as the adapter writes it.
fn expiration(expiration: &Expiration) -> Members {
    let is_said = *expiration != Expiration::default();
    Members::default()
        .text("type", Some(expiration.kind).filter(|_| is_said))
        .text("endDateTime", expiration.end)
        .text("duration", expiration.duration)
}

/// Returns the decision, or `None` if the request continues.
fn refusing(decision: CallbackDecision) -> Option<CallbackDecision> {
    (decision != CallbackDecision::Continue).then_some(decision)
}

/// Summarizes a callback.
pub(crate) fn resume(resume: &Resume, api: ApiVersion) -> Understood {
    let data = Members::default()
        .text("stage", Some(cased(api, resume.stage)))
        .text("customExtensionStageInstanceId", Some(resume.instance))
        .text("state", refusing(resume.decision).map(|decision| cased(api, decision)))
        .members("approvalStage", resume.approval_stage.as_deref().map(approval_stage).unwrap_or_default())
        .text("customExtensionStageInstanceDetail", resume.detail.as_deref());
    let members = Members::default().text("source", resume.source.as_deref()).members("data", data);
    Understood::Members(members)
}

/// Summarizes what an extension receives; counts the answers.
pub(crate) fn callout(callout: &CalloutData<'_>, api: ApiVersion) -> Understood {
    let subject = |id| Members::default().text("objectId", id);
    let waited =
        Members::default().text(pick(api, "timeoutDuration", "durationBeforeTimeout"), callout.timeout);
    let members = Members::default()
        .text("stage", Some(named(api, &callout.stage)))
        .text("customExtensionStageInstanceId", Some(callout.instance))
        .text("accessPackageAssignmentRequestId", callout.request_id)
        .text("callbackUriPath", callout.callback_uri_path.as_deref())
        .text("requestType", callout.request_type.as_ref().map(|name| named(api, name)))
        .text("state", callout.state.as_ref().map(|name| named(api, name)))
        .text("status", callout.status.as_ref().map(|name| named(api, name)))
        .members("callbackConfiguration", waited)
        .members("accessPackage", Members::default().text("id", callout.access_package_id))
        .members(
            "assignment",
            Members::default()
                .text("id", callout.assignment_id)
                .members("target", subject(callout.target_id)),
        )
        .members("requestor", subject(callout.requestor_id))
        .count("answers", callout.answers.len());
    Understood::Members(members)
}

/// Writes a known name as `api` spells it, and an unknown one unchanged.
fn named<T: Display>(api: ApiVersion, name: &Name<'_, T>) -> String {
    match name {
        Name::Known(known) => cased(api, known),
        Name::Other(text) => text.to_string(),
    }
}

/// Summarizes what an extension says about an approval stage: its settings, and the number of its approvers.
fn approval_stage(stage: &DeterminedStage) -> Members {
    Members::default()
        .text("durationBeforeAutomaticDenial", stage.duration_before_automatic_denial)
        .text("durationBeforeEscalation", stage.duration_before_escalation)
        .flag("isApproverJustificationRequired", stage.is_approver_justification_required)
        .flag("isEscalationEnabled", stage.is_escalation_enabled)
        .count("primaryApprovers", stage.primary_approvers.len())
        .count("fallbackPrimaryApprovers", stage.fallback_primary_approvers.len())
        .count("escalationApprovers", stage.escalation_approvers.len())
        .count("fallbackEscalationApprovers", stage.fallback_escalation_approvers.len())
}

/// Summarizes an approver's decision. Both API versions have the same names for it.
pub(crate) fn decision(decision: &StageReview) -> Understood {
    let members = Members::default()
        .text("reviewResult", Some(cased(ApiVersion::Beta, decision.decision)))
        .text("justification", decision.justification.as_deref());
    Understood::Members(members)
}

/// Summarizes a policy: the settings that are on, and the number of stages. Settings without a name in beta keep their
/// v1.0 name.
pub(crate) fn policy(policy: &PolicySpec, api: ApiVersion) -> Understood {
    let settings = &policy.requestor_settings;
    let who = match api {
        ApiVersion::V1_0 => Members::default()
            .flag("enableTargetsToSelfAddAccess", settings.self_add)
            .flag("enableTargetsToSelfUpdateAccess", settings.self_update)
            .flag("enableTargetsToSelfRemoveAccess", settings.self_remove),
        // Beta has one member for two settings. If they differ, only v1.0's names can say so.
        ApiVersion::Beta if settings.self_add == settings.self_remove => {
            Members::default().flag("acceptRequests", settings.self_add)
        }
        ApiVersion::Beta => Members::default()
            .flag("enableTargetsToSelfAddAccess", settings.self_add)
            .flag("enableTargetsToSelfRemoveAccess", settings.self_remove),
    };
    let who = who
        .flag("enableOnBehalfRequestorsToAddAccess", settings.on_behalf_add)
        .flag("enableOnBehalfRequestorsToUpdateAccess", settings.on_behalf_update)
        .flag("enableOnBehalfRequestorsToRemoveAccess", settings.on_behalf_remove)
        .flag("allowCustomAssignmentSchedule", settings.custom_schedule);
    let approval = &policy.approval;
    let approval = Members::default()
        .flag(pick(api, "isApprovalRequiredForAdd", "isApprovalRequired"), approval.is_required_for_add)
        .flag(
            pick(api, "isApprovalRequiredForUpdate", "isApprovalRequiredForExtension"),
            approval.is_required_for_update,
        )
        .flag("isRequestorJustificationRequired", approval.is_requestor_justification_required)
        .count(pick(api, "stages", "approvalStages"), approval.stages.len());
    let questions = policy.questions.iter().map(|question| {
        let kind = match question.form {
            QuestionForm::TextInput { .. } => "accessPackageTextInputQuestion",
            QuestionForm::MultipleChoice { .. } => "accessPackageMultipleChoiceQuestion",
        };
        let members = Members::default()
            .text("@odata.type", Some(format_args!("#microsoft.graph.{kind}")))
            .text("id", question.id)
            .flag("isRequired", question.is_required);
        Understood::Members(members)
    });
    let extensions = policy.extensions.iter().map(|extension| {
        let (behavior, timeout) = match extension.behavior {
            Some(ExtensionBehavior::LaunchAndWait(callback)) => ("launchAndWait", callback.timeout),
            Some(ExtensionBehavior::LaunchAndContinue) => ("launchAndContinue", None),
            None => ("byReference", None),
        };
        let members = Members::default()
            .text("stage", Some(cased(api, extension.stage)))
            .text("id", extension.custom_extension_id)
            .text("behavior", Some(behavior))
            .text(pick(api, "timeoutDuration", "durationBeforeTimeout"), timeout);
        Understood::Members(members)
    });
    let mut members = Members::default().text("id", policy.id);
    members = match api {
        ApiVersion::V1_0 => members
            .members("accessPackage", Members::default().text("id", policy.access_package_id))
            .members("expiration", expiration(&policy.expiration)),
        ApiVersion::Beta => {
            let members = members.text("accessPackageId", policy.access_package_id);
            let members = match policy.expiration.kind {
                ExpirationType::AfterDateTime => members.text("expirationDateTime", policy.expiration.end),
                ExpirationType::AfterDuration
                | ExpirationType::NoExpiration
                | ExpirationType::NotSpecified => {
                    members.members("expiration", expiration(&policy.expiration))
                }
            };
            members.flag("canExtend", settings.self_update)
        }
    };
    members = members
        .members("requestorSettings", who)
        .members("requestApprovalSettings", approval)
        .list("questions", questions)
        .list("customExtensionStageSettings", extensions);
    Understood::Members(members)
}

impl Members {
    /// Adds a list if it is not empty.
    fn list(self, name: &'static str, items: impl Iterator<Item = Understood>) -> Self {
        let items: Vec<_> = items.collect();
        if items.is_empty() { self } else { self.with(name, Understood::List(items)) }
    }
}

/// Writes the request resource back.
pub(crate) fn request(request: &RequestResource<'_>, api: ApiVersion) -> Understood {
    let mut text = Vec::new();
    request.write(api, &mut text);
    written(&text)
}

/// Writes the request resources of a list back, without the list's own members.
pub(crate) fn requests(list: &List<'_, RequestResource<'_>>, api: ApiVersion) -> Understood {
    Understood::List(list.value.iter().map(|item| request(item, api)).collect())
}

fn written(text: &[u8]) -> Understood {
    // The adapter writes JSON. Only additional data can bring white space into it, and with it line breaks.
    let text = String::from_utf8_lossy(text);
    match RawValue::from_string(on_one_line(&text)) {
        Ok(written) => Understood::Written(written),
        Err(_) => Understood::Members(Members::default()),
    }
}

/// Removes line breaks from JSON text. Outside of strings they are white space, and strings cannot hold them.
fn on_one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}
