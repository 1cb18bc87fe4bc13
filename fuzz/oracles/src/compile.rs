//! Arbitrary policies compile in time, or are refused with the obvious faults; and patterns agree with another engine's
//! front end.

use std::time::Duration;

use arbitrary::{Result, Unstructured};
use assignment_request::{
    AccessPackageId, Actor, ApprovalSettings, ApprovalStageSpec, CallbackConfiguration, CalloutStage,
    ChoiceSpec, Draft, DraftAnswer, Expiration, ExpirationType, ExtensionBehavior, ExtensionId,
    ExtensionSpec, Limits, PatternCache, Period, Policy, PolicyError, PolicyId, PolicySpec, PolicyViolation,
    QuestionForm, QuestionId, QuestionSpec, RequestId, RequestType, Role, Rule, StageSpec, SubjectId,
    SubmissionError, Timestamp,
};
use cpu_time::ThreadTime;
use regex::RegexBuilder;

/// The time limit for a policy of a few questions, regardless of its content. Generous, because sanitizers make
/// everything many times slower.
const LONGEST: Duration = Duration::from_secs(1);

const QUESTION: QuestionId = QuestionId::from_u128(0xc0);

/// Policies: compiling ends in time, and refuses exactly the obvious faults, at their places. A pattern is accepted if
/// the `regex` crate accepts it, unless it costs too much (rule P8), and it matches the same answers as a whole.
///
/// The bytes are texts separated by zeros: first a pattern, then answers. Everything after the pattern also stands for
/// a policy.
///
/// Returns whether the pattern is accepted.
///
/// # Panics
///
/// If one of these does not hold.
#[must_use]
pub fn compile(bytes: &[u8]) -> bool {
    let (pattern, rest) = bytes.iter().position(|byte| *byte == 0).map_or((bytes, &[][..]), |end| {
        let (pattern, rest) = bytes.split_at(end);
        (pattern, rest.get(1..).unwrap_or_default())
    });
    let Ok(pattern) = std::str::from_utf8(pattern) else { return false };
    if let Ok((spec, limits, known)) = any_policy(&mut Unstructured::new(rest), pattern) {
        let outcome = compiled_in_time(&spec, &limits, &known);
        let found: Vec<_> =
            outcome.as_ref().err().into_iter().flat_map(PolicyError::violations).map(named).collect();
        let (of_patterns, others): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|(code, ..)| *code == "badPattern");
        assert_eq!(others, obvious_faults(&spec, &limits, &known));
        for (_, place, rule) in of_patterns {
            let is_at_pattern = place.starts_with("questions[") && place.ends_with("].regexPattern");
            assert!(is_at_pattern && matches!(&*rule, "P2" | "P8"), "{place} {rule}");
        }
    }
    agrees_with_regex(pattern, rest.split(|byte| *byte == 0))
}

/// A broken rule: its code, its place and its id.
type Fault = (&'static str, String, String);

fn named(violation: &PolicyViolation) -> Fault {
    (violation.code(), violation.place.to_string(), violation.rule().to_string())
}

/// Compiles a policy. Asserts that this ends in time, and gives the same result twice.
fn compiled_in_time(
    spec: &PolicySpec,
    limits: &Limits,
    known: &Known,
) -> std::result::Result<Policy, PolicyError> {
    let compile = || Policy::compile_with(spec, limits, &|id| known.word(id), &mut PatternCache::new());
    let start = ThreadTime::now();
    let outcome = compile();
    let taken = start.elapsed();
    assert!(taken < LONGEST, "compiling took {taken:?}");
    assert_eq!(outcome.as_ref().err(), compile().as_ref().err(), "compiled twice");
    outcome
}

/// What the host knows about extensions (rule P6).
#[derive(Debug)]
enum Known {
    Nothing,
    /// The same about all extensions.
    All(ExtensionBehavior),
    Some(Vec<(ExtensionId, ExtensionBehavior)>),
}

impl Known {
    fn word(&self, id: ExtensionId) -> Option<ExtensionBehavior> {
        match self {
            Self::Nothing => None,
            Self::All(behavior) => Some(*behavior),
            Self::Some(known) => known.iter().find(|(known, _)| *known == id).map(|(_, behavior)| *behavior),
        }
    }
}

/// Asserts that a policy's approval and extensions are refused for exactly the obvious faults, regardless
/// of what the host knows.
pub(crate) fn routes_are_judged(spec: &PolicySpec) {
    let limits = Limits::default();
    let waits = |timeout| ExtensionBehavior::LaunchAndWait(CallbackConfiguration { timeout });
    for known in [
        Known::Nothing,
        Known::All(ExtensionBehavior::LaunchAndContinue),
        Known::All(waits(Some(Period::from_minutes(30)))),
        Known::All(waits(None)),
    ] {
        let outcome =
            Policy::compile_with(spec, &limits, &|id| known.word(id), &mut PatternCache::new()).map(drop);
        assert!(
            outcome.as_ref().map_or_else(|violations| violations.violations().iter().count() > 0, |()| true),
            "refused for nothing"
        );
        let found: Vec<_> = outcome.err().iter().flat_map(PolicyError::violations).map(named).collect();
        let of_routes = |faults: Vec<Fault>| -> Vec<Fault> {
            let is_of_route = |place: &str| {
                place.starts_with("requestApprovalSettings")
                    || place.starts_with("customExtensionStageSettings")
            };
            faults.into_iter().filter(|(_, place, _)| is_of_route(place)).collect()
        };
        assert_eq!(of_routes(found), of_routes(obvious_faults(spec, &limits, &known)), "{known:?}");
    }
}

/// Asserts that the pattern is accepted if the `regex` crate accepts it, and matches the same answers.
fn agrees_with_regex<'a>(pattern: &str, answers: impl Iterator<Item = &'a [u8]>) -> bool {
    let limits = Limits::default();
    let form = QuestionForm::TextInput { is_single_line: false, pattern: Some(pattern.to_owned()) };
    let question = QuestionSpec {
        id: Some(QUESTION),
        texts: Vec::new(),
        is_required: false,
        is_answer_editable: true,
        form,
    };
    let spec = PolicySpec { questions: vec![question], ..PolicySpec::default() };
    let outcome = compiled_in_time(&spec, &limits, &Known::Nothing);
    if pattern.is_empty() || pattern.len() > limits.pattern {
        assert_eq!(outcome.is_ok(), pattern.is_empty(), "no pattern, or one that is too long");
        return outcome.is_ok();
    }
    let regex = |text: &str, nesting: u32| {
        RegexBuilder::new(text).nest_limit(nesting).size_limit(limits.compiled_pattern).build()
    };
    let alone = regex(pattern, limits.pattern_nesting);
    // The `regex` crate compiles to another form with another size.
    let is_too_large = matches!(alone, Err(regex::Error::CompiledTooBig(_)));
    let is_too_costly = outcome.as_ref().err().is_some_and(|error| {
        let is_too_costly = |violation: &PolicyViolation| {
            violation.rule() == Rule::P8 || violation.to_string().contains("compiled it has more than")
        };
        error.violations().iter().any(is_too_costly)
    });
    assert!(
        is_too_large || is_too_costly || alone.is_ok() == outcome.is_ok(),
        "{outcome:?}; regex: {alone:?}"
    );
    // The pattern alone is valid, so it cannot close the group. If a comment in it swallows the end of the group, there
    // is nothing to compare.
    let whole = regex(&format!(r"\A(?:{pattern})\z"), limits.pattern_nesting + 1);
    if let (Ok(policy), Ok(_), Ok(whole)) = (&outcome, alone, whole) {
        for answer in answers.filter_map(|answer| std::str::from_utf8(answer).ok()) {
            if let Some(is_match) = is_match(policy, answer) {
                assert_eq!(is_match, whole.is_match(answer), "{pattern:?} of {answer:?}");
            }
        }
    }
    outcome.is_ok()
}

/// Returns whether the answer matches the pattern. `None` if the answer is refused for another reason, or is not
/// checked.
fn is_match(policy: &Policy, answer: &str) -> Option<bool> {
    let mut draft = Draft::new(RequestType::AdminAdd);
    draft.access_package_id = Some(AccessPackageId::from_u128(0xa0));
    draft.assignment_policy_id = Some(PolicyId::from_u128(0xa1));
    draft.target_id = Some(SubjectId::from_u128(0xb1));
    draft.answers =
        vec![DraftAnswer { question_id: QUESTION, question_kind: None, value: Some(answer.into()) }];
    let now = Timestamp::from_ticks(0)?;
    let administrator = Actor::new(SubjectId::from_u128(0xb0), Role::Administrator);
    match policy.submit(RequestId::from_u128(1), &draft, None, administrator, now) {
        Ok((request, _)) => (!request.answers().is_empty()).then_some(true),
        Err(SubmissionError::Invalid(violations)) => {
            violations.iter().all(|violation| violation.code() == "patternMismatch").then_some(false)
        }
        Err(SubmissionError::Rejected(_)) => None,
    }
}

// Arbitrary policies.

fn any_policy(bytes: &mut Unstructured<'_>, pattern: &str) -> Result<(PolicySpec, Limits, Known)> {
    let mut low = Limits::default();
    low.questions = 2;
    low.choices = 2;
    low.pattern = 16;
    low.compiled_pattern = 4_096;
    low.pattern_nesting = 1;
    low.extensions = 2;
    low.translations = 1;
    let limits = *bytes.choose(&[Limits::default(), low])?;
    let mut spec = PolicySpec::default();
    spec.approval.is_required_for_add = bytes.arbitrary()?;
    spec.approval.is_required_for_update = bytes.arbitrary()?;
    for _ in 0..bytes.int_in_range(0..=5)? {
        let stage = if bytes.arbitrary()? {
            StageSpec::Determined { custom_extension_id: any_extension(bytes)? }
        } else {
            StageSpec::Set(ApprovalStageSpec {
                duration_before_automatic_denial: any_period(bytes)?,
                is_approver_justification_required: bytes.arbitrary()?,
                is_escalation_enabled: bytes.arbitrary()?,
                duration_before_escalation: any_period(bytes)?,
            })
        };
        spec.approval.stages.push(stage);
    }
    for _ in 0..bytes.int_in_range(0..=5)? {
        let stage = *bytes.choose(CalloutStage::ALL)?;
        let custom_extension_id = any_extension(bytes)?;
        let behavior = if bytes.arbitrary()? { Some(any_behavior(bytes)?) } else { None };
        spec.extensions.push(ExtensionSpec { stage, custom_extension_id, behavior });
    }
    let mut known = Vec::new();
    for id in EXTENSIONS {
        if bytes.arbitrary()? {
            known.push((id, any_behavior(bytes)?));
        }
    }
    spec.expiration = Expiration {
        kind: *bytes.choose(ExpirationType::ALL)?,
        end: *bytes.choose(&[None, Some(Timestamp::MAX)])?,
        duration: any_period(bytes)?,
    };
    for _ in 0..bytes.int_in_range(0..=4)? {
        let form = if bytes.arbitrary()? {
            let mut choices = Vec::new();
            for _ in 0..bytes.int_in_range(0..=4)? {
                let actual_value = (*bytes.choose(&["a", "b", "c", ""])?).to_owned();
                choices.push(ChoiceSpec { actual_value, texts: any_texts(bytes)? });
            }
            QuestionForm::MultipleChoice { allows_multiple_selection: false, choices }
        } else {
            let pattern = bytes.choose(&[Some(pattern), Some(""), None])?.map(str::to_owned);
            QuestionForm::TextInput { is_single_line: false, pattern }
        };
        let id = *bytes.choose(&[
            Some(QUESTION),
            Some(QuestionId::from_u128(0xc1)),
            Some(QuestionId::from_u128(0xc2)),
            None,
        ])?;
        spec.questions.push(QuestionSpec {
            id,
            texts: any_texts(bytes)?,
            is_required: false,
            is_answer_editable: true,
            form,
        });
    }
    Ok((spec, limits, Known::Some(known)))
}

const EXTENSIONS: [ExtensionId; 3] =
    [ExtensionId::from_u128(0xe0), ExtensionId::from_u128(0xe1), ExtensionId::from_u128(0xe2)];

fn any_extension(bytes: &mut Unstructured<'_>) -> Result<Option<ExtensionId>> {
    let [first, second, third] = EXTENSIONS.map(Some);
    Ok(*bytes.choose(&[first, second, third, None])?)
}

fn any_behavior(bytes: &mut Unstructured<'_>) -> Result<ExtensionBehavior> {
    Ok(if bytes.arbitrary()? {
        ExtensionBehavior::LaunchAndWait(CallbackConfiguration { timeout: any_period(bytes)? })
    } else {
        ExtensionBehavior::LaunchAndContinue
    })
}

fn any_period(bytes: &mut Unstructured<'_>) -> Result<Option<Period>> {
    const MINUTE: i64 = 600_000_000;
    const FORTNIGHT: i64 = 14 * 24 * 60 * MINUTE;
    // The longest duration of rule P10.
    const LONGEST: i64 = 3_660 * 24 * 60 * MINUTE;
    let ticks =
        [0, 1, 5 * MINUTE - 1, 5 * MINUTE, FORTNIGHT, FORTNIGHT + 1, LONGEST, LONGEST + 1, i64::MAX, -1];
    // A duration cannot be -1, which gives `None`.
    Ok(Period::from_ticks(*bytes.choose(&ticks)?))
}

fn any_texts(bytes: &mut Unstructured<'_>) -> Result<Vec<String>> {
    Ok(vec!["text".to_owned(); bytes.int_in_range(0..=3)?])
}

/// Rules P1 to P6, P9, P10 and Y1 to Y3 as they are written, without faults inside patterns.
fn obvious_faults(spec: &PolicySpec, limits: &Limits, known: &Known) -> Vec<Fault> {
    let mut faults: Vec<Fault> = Vec::new();
    let mut fault = |code, place: String, rule: &str| faults.push((code, place, rule.to_owned()));
    if spec.questions.len() > limits.questions {
        fault("tooMany", "questions".into(), "P2");
    } else {
        for (index, question) in spec.questions.iter().enumerate() {
            let too_many = |texts: &[String]| texts.len() > limits.translations + 1;
            if too_many(&question.texts) {
                fault("tooMany", format!("questions[{index}].localizations"), "P9");
            }
            if let QuestionForm::MultipleChoice { choices, .. } = &question.form {
                for (number, _) in choices.iter().enumerate().filter(|(_, choice)| too_many(&choice.texts)) {
                    fault("tooMany", format!("questions[{index}].choices[{number}].localizations"), "P9");
                }
            }
            let earlier = spec.questions.iter().take(index);
            if question.id.is_some() && earlier.into_iter().any(|earlier| earlier.id == question.id) {
                fault("duplicateQuestion", format!("questions[{index}].id"), "P1");
            }
            let QuestionForm::MultipleChoice { choices, .. } = &question.form else { continue };
            let place = format!("questions[{index}].choices");
            if choices.is_empty() {
                fault("noChoices", place.clone(), "P1");
            }
            for (number, choice) in choices.iter().enumerate() {
                let place = format!("{place}[{number}].actualValue");
                if choice.actual_value.is_empty() {
                    fault("emptyChoice", place, "P1");
                } else if choices
                    .iter()
                    .take(number)
                    .any(|earlier| earlier.actual_value == choice.actual_value)
                {
                    fault("duplicateChoice", place, "P1");
                }
            }
            if choices.len() > limits.choices {
                fault("tooMany", place, "P2");
            }
        }
    }
    let ApprovalSettings { is_required_for_add, is_required_for_update, stages, .. } = &spec.approval;
    let place = "requestApprovalSettings.stages";
    if (*is_required_for_add || *is_required_for_update) && stages.is_empty() {
        fault("approvalStagesMissing", place.into(), "P3");
    }
    if stages.len() > 3 {
        fault("tooManyStages", place.into(), "P3");
    }
    let determines = |extension: &ExtensionSpec| {
        extension.stage == CalloutStage::AssignmentRequestDeterminingApprovalRequirements
    };
    for (index, stage) in stages.iter().enumerate() {
        let place = format!("{place}[{index}]");
        match stage {
            StageSpec::Set(stage) => set_stage_faults(stage, &place, &mut fault),
            StageSpec::Determined { custom_extension_id: None } => {
                fault("missing", format!("{place}.customExtension.id"), "Y1");
            }
            StageSpec::Determined { custom_extension_id } => {
                let names = |setting: &&ExtensionSpec| setting.custom_extension_id == *custom_extension_id;
                if spec.extensions.iter().filter(|setting| determines(setting)).filter(names).count() != 1 {
                    fault("unmatchedExtension", format!("{place}.customExtension"), "Y2");
                }
            }
        }
    }
    if spec.extensions.len() > limits.extensions {
        fault("tooMany", "customExtensionStageSettings".into(), "P9");
    }
    let judged = if spec.extensions.len() > limits.extensions { &[][..] } else { &spec.extensions };
    for (index, setting) in judged.iter().enumerate() {
        let named = StageSpec::Determined { custom_extension_id: setting.custom_extension_id };
        let is_named = setting.custom_extension_id.is_some() && stages.contains(&named);
        let place = format!("customExtensionStageSettings[{index}].customExtension");
        if determines(setting) && !is_named {
            fault("unmatchedExtension", place, "Y2");
            continue;
        }
        if let Some((code, inside, rule)) = setting_fault(setting, known) {
            fault(code, format!("{place}{inside}"), rule);
        }
    }
    match (spec.expiration.kind, spec.expiration.duration, spec.expiration.end) {
        (ExpirationType::AfterDuration, None, _) => fault("missing", "expiration.duration".into(), "P5"),
        (ExpirationType::AfterDateTime, _, None) => fault("missing", "expiration.endDateTime".into(), "P5"),
        _ => {}
    }
    if spec.expiration.duration.is_some_and(Period::is_zero) {
        fault("badDuration", "expiration.duration".into(), "P5");
    }
    faults
}

fn set_stage_faults(
    stage: &ApprovalStageSpec,
    place: &str,
    fault: &mut impl FnMut(&'static str, String, &str),
) {
    let ticks = |period: Option<Period>| period.map_or(0, Period::ticks);
    let denial = ticks(stage.duration_before_automatic_denial);
    let escalation = ticks(stage.duration_before_escalation);
    if denial == 0 {
        fault("badDuration", format!("{place}.durationBeforeAutomaticDenial"), "P3");
    }
    if denial > Period::from_days(3_660).ticks() {
        fault("badDuration", format!("{place}.durationBeforeAutomaticDenial"), "P10");
    }
    if stage.is_escalation_enabled && (escalation == 0 || escalation >= denial) {
        fault("badDuration", format!("{place}.durationBeforeEscalation"), "P3");
    }
}

/// Returns what is wrong with a setting at an allowed stage: the code, the place inside its extension, and the rule.
fn setting_fault(
    setting: &ExtensionSpec,
    known: &Known,
) -> Option<(&'static str, &'static str, &'static str)> {
    let is_pre_expiration = matches!(
        setting.stage,
        CalloutStage::AssignmentFourteenDaysBeforeExpiration | CalloutStage::AssignmentOneDayBeforeExpiration
    );
    let hosts_word = setting.custom_extension_id.and_then(|id| known.word(id));
    let callback = match (setting.behavior, hosts_word) {
        (Some(ExtensionBehavior::LaunchAndWait(callback)), _) => Some(callback),
        _ if is_pre_expiration => None,
        (_, Some(ExtensionBehavior::LaunchAndWait(callback))) => Some(callback),
        (_, Some(ExtensionBehavior::LaunchAndContinue))
        | (Some(ExtensionBehavior::LaunchAndContinue), None) => None,
        (None, None) => return Some(("unresolvedExtension", "", "P6")),
    };
    let at = ".callbackConfiguration";
    let Some(callback) = callback else {
        let determines = setting.stage == CalloutStage::AssignmentRequestDeterminingApprovalRequirements;
        return determines.then_some(("waitRequired", at, "Y3"));
    };
    if is_pre_expiration {
        return Some(("waitNotAllowed", at, "P4"));
    }
    let at = ".callbackConfiguration.timeoutDuration";
    match callback.timeout {
        None => Some(("missing", at, "P4")),
        Some(timeout) if timeout < Period::from_minutes(5) || timeout > Period::from_days(14) => {
            Some(("badDuration", at, "P4"))
        }
        Some(_) => None,
    }
}
