//! Policies (P1 to P6, P9, P10, Y1 to Y3), and the rules that a host sets (section 6, P10).

use assignment_request::{
    ApprovalStageSpec, CallbackConfiguration, CalloutStage, ChoiceSpec, ExpirationType, ExtensionBehavior,
    ExtensionId, ExtensionSpec, Limits, Period, PolicySpec, QuestionForm, RulesSpec, StageSpec, Status,
};

use super::answers::BAD_PATTERN;
use super::submission::Fault;

/// The extensions that the host knows, and what it says of each (P6).
pub type HostsWord = [(ExtensionId, ExtensionBehavior)];

/// What is judged of each setting: whether, and for how long, a request waits.
pub type Waits = Vec<Option<Period>>;

const TICKS_PER_MINUTE: i64 = 60 * 10_000_000;
const TICKS_PER_DAY: i64 = 24 * 60 * TICKS_PER_MINUTE;
/// P10
const LONGEST: i64 = 3_660 * TICKS_PER_DAY;
const DETERMINING: CalloutStage = CalloutStage::AssignmentRequestDeterminingApprovalRequirements;

/// Judges a policy.
pub fn judge(policy: &PolicySpec, limits: &Limits, host: &HostsWord) -> Result<Waits, Vec<Fault>> {
    let mut faults = questions(policy, limits);
    faults.extend(stages(policy));
    let mut waits = Vec::new();
    // P9
    let settings: &[ExtensionSpec] = if policy.extensions.len() > limits.extensions {
        faults.push(("tooMany", "customExtensionStageSettings".to_owned()));
        &[]
    } else {
        &policy.extensions
    };
    for (index, setting) in settings.iter().enumerate() {
        match wait(policy, host, setting) {
            Ok(wait) => waits.push(wait),
            Err((code, member)) => {
                faults.push((code, format!("customExtensionStageSettings[{index}].customExtension{member}")));
            }
        }
    }
    faults.extend(expiration(policy));
    if faults.is_empty() { Ok(waits) } else { Err(faults) }
}

/// P1, P2 and P9. SPEC.md leaves open how the choices of one question are ordered: one after the other.
fn questions(policy: &PolicySpec, limits: &Limits) -> Vec<Fault> {
    let questions = &policy.questions;
    let mut faults = Vec::new();
    if questions.len() > limits.questions {
        faults.push(("tooMany", "questions".to_owned()));
        return faults;
    }
    for (index, question) in questions.iter().enumerate() {
        let path = format!("questions[{index}]");
        // P9: the first of the texts is the default one, and no translation.
        let has_too_many = |texts: &[String]| texts.len() > limits.translations + 1;
        if has_too_many(&question.texts) {
            faults.push(("tooMany", format!("{path}.localizations")));
        }
        if let QuestionForm::MultipleChoice { choices, .. } = &question.form {
            for (choice, _) in choices.iter().enumerate().filter(|(_, choice)| has_too_many(&choice.texts)) {
                faults.push(("tooMany", format!("{path}.choices[{choice}].localizations")));
            }
        }
        if question.id.is_some() && questions[..index].iter().any(|earlier| earlier.id == question.id) {
            faults.push(("duplicateQuestion", format!("{path}.id")));
        }
        match &question.form {
            QuestionForm::TextInput { pattern, .. } => {
                if pattern.as_deref() == Some(BAD_PATTERN) {
                    faults.push(("badPattern", format!("{path}.regexPattern")));
                }
            }
            QuestionForm::MultipleChoice { choices: offered, .. } => {
                faults.extend(choices(offered, &path, limits));
            }
        }
    }
    faults
}

fn choices(choices: &[ChoiceSpec], question: &str, limits: &Limits) -> Vec<Fault> {
    let mut faults = Vec::new();
    if choices.is_empty() {
        faults.push(("noChoices", format!("{question}.choices")));
    }
    for (index, choice) in choices.iter().enumerate() {
        let path = format!("{question}.choices[{index}].actualValue");
        if choice.actual_value.is_empty() {
            faults.push(("emptyChoice", path));
        } else if choices[..index].iter().any(|earlier| earlier.actual_value == choice.actual_value) {
            faults.push(("duplicateChoice", path));
        }
    }
    if choices.len() > limits.choices {
        faults.push(("tooMany", format!("{question}.choices")));
    }
    faults
}

/// P3, Y1, Y2 of the stages, P10.
fn stages(policy: &PolicySpec) -> Vec<Fault> {
    let approval = &policy.approval;
    let mut faults = Vec::new();
    let stages = "requestApprovalSettings.stages";
    if (approval.is_required_for_add || approval.is_required_for_update) && approval.stages.is_empty() {
        faults.push(("approvalStagesMissing", stages.to_owned()));
    }
    if approval.stages.len() > 3 {
        faults.push(("tooManyStages", stages.to_owned()));
    }
    for (index, stage) in approval.stages.iter().enumerate() {
        let path = format!("{stages}[{index}]");
        match stage {
            StageSpec::Set(stage) => faults.extend(set_stage(stage, &path)),
            StageSpec::Determined { custom_extension_id: None } => {
                faults.push(("missing", format!("{path}.customExtension.id")));
            }
            StageSpec::Determined { custom_extension_id: id } => {
                let at_determining = policy.extensions.iter().filter(|setting| setting.stage == DETERMINING);
                if at_determining.filter(|setting| setting.custom_extension_id == *id).count() != 1 {
                    faults.push(("unmatchedExtension", format!("{path}.customExtension")));
                }
            }
        }
    }
    faults
}

/// P3, P10. An escalation is not shorter than a denial that is not given.
fn set_stage(stage: &ApprovalStageSpec, path: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    let denial = stage.duration_before_automatic_denial.map_or(0, Period::ticks);
    let escalation = stage.duration_before_escalation.map_or(0, Period::ticks);
    if denial == 0 || denial > LONGEST {
        faults.push(("badDuration", format!("{path}.durationBeforeAutomaticDenial")));
    }
    if stage.is_escalation_enabled && (escalation == 0 || escalation >= denial) {
        faults.push(("badDuration", format!("{path}.durationBeforeEscalation")));
    }
    faults
}

/// P4, P6, Y2 of the settings, Y3: whether a request waits for the extension, or the first rule that is broken and where
/// under `customExtension`.
fn wait(
    policy: &PolicySpec,
    host: &HostsWord,
    setting: &ExtensionSpec,
) -> Result<Option<Period>, (&'static str, &'static str)> {
    let id = setting.custom_extension_id;
    // Y2
    let is_named = id.is_some()
        && policy
            .approval
            .stages
            .iter()
            .any(|stage| matches!(stage, StageSpec::Determined { custom_extension_id } if *custom_extension_id == id));
    if setting.stage == DETERMINING && !is_named {
        return Err(("unmatchedExtension", ""));
    }
    // P6
    let is_pre_expiration = matches!(
        setting.stage,
        CalloutStage::AssignmentFourteenDaysBeforeExpiration | CalloutStage::AssignmentOneDayBeforeExpiration
    );
    let hosts_word = host.iter().find(|(known, _)| !is_pre_expiration && Some(*known) == id);
    let behavior = match (setting.behavior, hosts_word) {
        (Some(ExtensionBehavior::LaunchAndWait(callback)), _) => ExtensionBehavior::LaunchAndWait(callback),
        (_, Some((_, word))) => *word,
        (Some(ExtensionBehavior::LaunchAndContinue), None) => ExtensionBehavior::LaunchAndContinue,
        (None, None) if is_pre_expiration => ExtensionBehavior::LaunchAndContinue,
        (None, None) => return Err(("unresolvedExtension", "")),
    };
    match behavior {
        // Y3
        ExtensionBehavior::LaunchAndContinue if setting.stage == DETERMINING => {
            Err(("waitRequired", ".callbackConfiguration"))
        }
        ExtensionBehavior::LaunchAndContinue => Ok(None),
        // P4
        ExtensionBehavior::LaunchAndWait(_) if is_pre_expiration => {
            Err(("waitNotAllowed", ".callbackConfiguration"))
        }
        ExtensionBehavior::LaunchAndWait(CallbackConfiguration { timeout: None }) => {
            Err(("missing", ".callbackConfiguration.timeoutDuration"))
        }
        ExtensionBehavior::LaunchAndWait(CallbackConfiguration { timeout: Some(timeout) }) => {
            if (5 * TICKS_PER_MINUTE..=14 * TICKS_PER_DAY).contains(&timeout.ticks()) {
                Ok(Some(timeout))
            } else {
                Err(("badDuration", ".callbackConfiguration.timeoutDuration"))
            }
        }
    }
}

/// P5
fn expiration(policy: &PolicySpec) -> Vec<Fault> {
    let expiration = policy.expiration;
    let mut faults = Vec::new();
    if expiration.kind == ExpirationType::AfterDuration && expiration.duration.is_none() {
        faults.push(("missing", "expiration.duration".to_owned()));
    }
    if expiration.kind == ExpirationType::AfterDateTime && expiration.end.is_none() {
        faults.push(("missing", "expiration.endDateTime".to_owned()));
    }
    if expiration.duration.is_some_and(|duration| duration.ticks() == 0) {
        faults.push(("badDuration", "expiration.duration".to_owned()));
    }
    faults
}

/// Section 6 and P10: whether a host may set these.
pub fn are_good_rules(rules: &RulesSpec) -> bool {
    let is_good = |duration: Period| duration.ticks() > 0 && duration.ticks() <= LONGEST;
    let may_be_cancelable = [
        Status::Accepted,
        Status::PendingApproval,
        Status::PendingApprovalEscalated,
        Status::PendingNotBefore,
        Status::WaitingForCallback,
        Status::DeliveryFailed,
        Status::CalloutFailed,
        Status::CallbackTimedOut,
    ];
    rules.cancelable.iter().all(|status| may_be_cancelable.contains(&status))
        && is_good(rules.reprocess_window)
        && rules.fulfillment_timeout.is_none_or(is_good)
        && rules.accepted_timeout.is_none_or(is_good)
        && rules.start_limit.is_none_or(is_good)
        && is_good(rules.determined_stage_limit)
}
