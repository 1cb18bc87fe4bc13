//! Turns bytes into a case: a policy, a draft and the commands after it, from the same pools as the random tests.
//!
//! The first option of every choice is the usual one, and bytes that have run out choose it. So a short input is an
//! ordinary submission that is accepted, and every further byte makes it less ordinary.

use std::sync::Arc;

use arbitrary::{Result, Unstructured};
use assignment_request::{
    AccessPackageId, Actor, AdminBypass, ApprovalDecision, ApprovalSettings, ApprovalStageSpec, Approver,
    ApproverKind, AssignmentId, CallbackConfiguration, CallbackDecision, CalloutStage, CalloutStageSet,
    DeliveryOutcome, DeterminedStage, Draft, DraftAnswer, ExistingAssignment, Expiration, ExpirationType,
    ExtensionBehavior, ExtensionId, ExtensionSpec, Limits, OnCalloutFailure, Operation, Period, PolicyId,
    PolicySpec, Preset, QuestionForm, QuestionId, QuestionKind, QuestionSpec, RequestType, RequestorSettings,
    Role, RulesSpec, Schedule, StageSpec, Status, StatusSet, Tier, Timestamp,
};
use assignment_request_model::cases::{
    ADA, ASSIGNMENT, BOB, CLEO, Case, DORA, EXTENSIONS, MINUTE, OTHER, PACKAGE, PEOPLE, POLICY, QUESTIONS,
    SERVICE, TEXTS, VALUES, choices, later, low_limits, required_answers, start,
};
use assignment_request_model::intents::{Difference, Intent, Revision, StageGiven, Step, Text, When, Which};
use assignment_request_model::model::answers::PATTERNS;
use assignment_request_model::model::presets::preset;
use assignment_request_model::model::submission::operation_and_initiator;
use strum::VariantArray as _;
use uuid::Uuid;

/// The largest number of commands; the model compares everything after each of them.
const MAX_STEPS: usize = 48;

type Bytes<'a, 'b> = &'a mut Unstructured<'b>;

/// Decodes the case that the bytes stand for.
pub(crate) fn case(bytes: Bytes<'_, '_>) -> Result<Case> {
    let request_type = *bytes.choose(RequestType::ALL)?;
    let (operation, initiator) = operation_and_initiator(request_type);
    let policy = policy(bytes)?;
    let known = known(bytes)?;
    let rules = rules(bytes)?;
    let limits = *bytes.choose(&[Limits::default(), low_limits()])?;
    let mut draft = draft(bytes, request_type)?;
    if operation == Operation::Add && !is_unusual(bytes)? {
        draft.answers = required_answers(&policy);
    }
    draft.answers.extend(several(bytes, 7, answer)?);
    let holder = if initiator == Role::User { ADA } else { BOB };
    let existing = ExistingAssignment {
        id: usually(bytes, ASSIGNMENT, AssignmentId::new(OTHER.uuid()))?,
        target: usually(bytes, holder, CLEO)?,
        access_package_id: usually(bytes, PACKAGE, AccessPackageId::new(OTHER.uuid()))?,
        assignment_policy_id: usually(bytes, POLICY, PolicyId::new(OTHER.uuid()))?,
    };
    let existing = usually(bytes, Some(existing), None)?;
    let actor = Actor::new(
        if is_unusual(bytes)? { *bytes.choose(&PEOPLE)? } else { ADA },
        if is_unusual(bytes)? { *bytes.choose(Role::ALL)? } else { initiator },
    );
    let mut steps = Vec::new();
    while !bytes.is_empty() && steps.len() < MAX_STEPS {
        steps.push(step(bytes)?);
    }
    Ok(Case { policy, known, rules, limits, draft, existing, actor, now: start(), steps })
}

// Choices.

/// True for one byte in 32.
fn is_unusual(bytes: Bytes<'_, '_>) -> Result<bool> {
    Ok(bytes.arbitrary::<u8>()? >= 0xf8)
}

fn usually<T>(bytes: Bytes<'_, '_>, usual: T, unusual: T) -> Result<T> {
    Ok(if is_unusual(bytes)? { unusual } else { usual })
}

fn optional<T>(bytes: Bytes<'_, '_>, choose: impl FnOnce(Bytes<'_, '_>) -> Result<T>) -> Result<Option<T>> {
    Ok(if bytes.arbitrary()? { Some(choose(bytes)?) } else { None })
}

fn several<T>(
    bytes: Bytes<'_, '_>,
    at_most: usize,
    choose: impl Fn(Bytes<'_, '_>) -> Result<T>,
) -> Result<Vec<T>> {
    let count = bytes.int_in_range(0..=at_most)?;
    (0..count).map(|_| choose(bytes)).collect()
}

fn period(bytes: Bytes<'_, '_>, minutes: &[u32]) -> Result<Period> {
    Ok(Period::from_minutes(*bytes.choose(minutes)?))
}

fn timestamp(bytes: Bytes<'_, '_>) -> Result<Timestamp> {
    let minutes = [100_000_i64, 10_000, 1_440, 60, 30, 1, 0, -30];
    Ok(later(start(), bytes.choose(&minutes)? * MINUTE))
}

fn text(bytes: Bytes<'_, '_>) -> Result<Text> {
    optional(bytes, |bytes| bytes.choose(&TEXTS).copied())
}

/// Returns the elements of `all` whose bits are set.
fn subset<T: Copy>(bytes: Bytes<'_, '_>, all: &[T]) -> Result<Vec<T>> {
    let bits: u16 = bytes.arbitrary()?;
    Ok(all.iter().enumerate().filter(|(index, _)| bits >> index & 1 == 1).map(|(_, one)| *one).collect())
}

// Policies.

fn policy(bytes: Bytes<'_, '_>) -> Result<PolicySpec> {
    let mut policy = PolicySpec {
        id: usually(bytes, Some(POLICY), None)?,
        access_package_id: usually(bytes, Some(PACKAGE), None)?,
        expiration: expiration(bytes)?,
        requestor_settings: RequestorSettings {
            self_add: usually(bytes, true, false)?,
            self_update: usually(bytes, true, false)?,
            self_remove: usually(bytes, true, false)?,
            on_behalf_add: usually(bytes, true, false)?,
            on_behalf_update: usually(bytes, true, false)?,
            on_behalf_remove: usually(bytes, true, false)?,
            custom_schedule: usually(bytes, true, false)?,
        },
        approval: approval(bytes)?,
        questions: questions(bytes)?,
        extensions: several(bytes, 5, extension)?,
    };
    // An extension that determines an approval stage needs exactly one setting.
    let mut determining: Vec<ExtensionId> = Vec::new();
    for stage in &policy.approval.stages {
        if let StageSpec::Determined { custom_extension_id: Some(id) } = stage
            && !determining.contains(id)
        {
            determining.push(*id);
        }
    }
    for id in determining {
        let timeout = period(bytes, &[30, 5, 1_440, 20_160])?;
        let waits = ExtensionBehavior::LaunchAndWait(CallbackConfiguration { timeout: Some(timeout) });
        policy.extensions.push(ExtensionSpec {
            stage: CalloutStage::AssignmentRequestDeterminingApprovalRequirements,
            custom_extension_id: usually(bytes, Some(id), None)?,
            behavior: usually(bytes, Some(waits), None)?,
        });
    }
    Ok(policy)
}

fn expiration(bytes: Bytes<'_, '_>) -> Result<Expiration> {
    let kind = *bytes.choose(ExpirationType::ALL)?;
    Ok(Expiration {
        kind,
        end: if kind == ExpirationType::AfterDateTime { Some(timestamp(bytes)?) } else { None },
        duration: if kind == ExpirationType::AfterDuration {
            Some(period(bytes, &[9_999, 1_440, 60, 1])?)
        } else {
            None
        },
    })
}

fn approval(bytes: Bytes<'_, '_>) -> Result<ApprovalSettings> {
    let stages = several(bytes, 3, |bytes| {
        if bytes.int_in_range(0..=2)? == 2 {
            let [first, second, ..] = EXTENSIONS;
            let custom_extension_id = Some(*bytes.choose(&[first, second])?);
            return Ok(StageSpec::Determined { custom_extension_id });
        }
        let escalation = optional(bytes, |bytes| period(bytes, &[30, 2, 1]))?;
        Ok(StageSpec::Set(ApprovalStageSpec {
            duration_before_automatic_denial: Some(period(bytes, &[1_440, 60, 20_160])?),
            is_approver_justification_required: bytes.arbitrary()?,
            is_escalation_enabled: escalation.is_some(),
            duration_before_escalation: escalation,
        }))
    })?;
    Ok(ApprovalSettings {
        is_required_for_add: !stages.is_empty() && usually(bytes, true, false)?,
        is_required_for_update: !stages.is_empty() && usually(bytes, true, false)?,
        is_requestor_justification_required: bytes.arbitrary()?,
        stages,
    })
}

fn questions(bytes: Bytes<'_, '_>) -> Result<Vec<QuestionSpec>> {
    let mut questions = several(bytes, QUESTIONS.len(), |bytes| {
        let form = if bytes.arbitrary()? {
            QuestionForm::MultipleChoice { allows_multiple_selection: bytes.arbitrary()?, choices: choices() }
        } else {
            let pattern = *bytes.choose(&PATTERNS)?;
            QuestionForm::TextInput { is_single_line: bytes.arbitrary()?, pattern: Some(pattern.to_owned()) }
        };
        let (is_required, is_answer_editable) = (bytes.arbitrary()?, usually(bytes, true, false)?);
        Ok(QuestionSpec { id: None, texts: Vec::new(), is_required, is_answer_editable, form })
    })?;
    for (question, id) in questions.iter_mut().zip(QUESTIONS) {
        question.id = usually(bytes, Some(id), None)?;
        question.is_required &= question.id.is_some();
    }
    Ok(questions)
}

/// Returns any extension, except one that waits at a stage of an assignment, which no policy can have, and one that
/// determines approval stages, which `policy` adds.
fn extension(bytes: Bytes<'_, '_>) -> Result<ExtensionSpec> {
    let mut stages = CalloutStage::ALL.to_vec();
    stages.retain(|stage| *stage != CalloutStage::AssignmentRequestDeterminingApprovalRequirements);
    let stage = *bytes.choose(&stages)?;
    let custom_extension_id = optional(bytes, |bytes| bytes.choose(&EXTENSIONS).copied())?;
    let behavior = behavior(bytes)?;
    let behavior = match behavior {
        ExtensionBehavior::LaunchAndWait(_) if stage.is_pre_expiration() => {
            ExtensionBehavior::LaunchAndContinue
        }
        behavior => behavior,
    };
    Ok(ExtensionSpec { stage, custom_extension_id, behavior: usually(bytes, Some(behavior), None)? })
}

fn behavior(bytes: Bytes<'_, '_>) -> Result<ExtensionBehavior> {
    let timeout = optional(bytes, |bytes| period(bytes, &[5, 30, 1_440, 20_160]))?;
    Ok(timeout.map_or(ExtensionBehavior::LaunchAndContinue, |timeout| {
        ExtensionBehavior::LaunchAndWait(CallbackConfiguration { timeout: Some(timeout) })
    }))
}

/// Decodes what the host knows about extensions.
fn known(bytes: Bytes<'_, '_>) -> Result<Vec<(ExtensionId, ExtensionBehavior)>> {
    let mut known = Vec::new();
    for id in EXTENSIONS {
        if let Some(behavior) = optional(bytes, behavior)? {
            known.push((id, behavior));
        }
    }
    Ok(known)
}

fn rules(bytes: Bytes<'_, '_>) -> Result<RulesSpec> {
    let rules = preset(*bytes.choose(Preset::ALL)?);
    let rules = if bytes.arbitrary()? {
        let cancelable: Vec<Status> = preset(Preset::Portal).cancelable.iter().collect();
        RulesSpec {
            deny_at: CalloutStageSet::from_iter(subset(bytes, CalloutStage::ALL)?),
            cancel_at: CalloutStageSet::from_iter(subset(bytes, CalloutStage::ALL)?),
            cancelable: StatusSet::from_iter(subset(bytes, &cancelable)?),
            reprocess_window: period(bytes, &[20_160, 1_440, 60, 1])?,
            fulfillment_timeout: optional(bytes, |bytes| period(bytes, &[20_160, 1_440, 60, 1]))?,
            determined_stage_limit: period(bytes, &[20_160, 1_440, 60])?,
            accepted_timeout: optional(bytes, |bytes| period(bytes, &[20_160, 1_440, 60, 1]))?,
            start_limit: optional(bytes, |bytes| period(bytes, &[525_600, 10_000, 60, 1]))?,
            ..rules
        }
    } else {
        rules
    };
    Ok({
        let mut rules = rules;
        rules.on_callout_failure = *bytes.choose(&[OnCalloutFailure::Fail, OnCalloutFailure::Hold])?;
        rules.admin_bypasses_approval =
            *bytes.choose(&[AdminBypass::WhenAsked, AdminBypass::Always, AdminBypass::Never])?;
        rules.admin_may_exceed_policy = usually(bytes, false, true)?;
        rules.distinct_approvers = bytes.arbitrary()?;
        rules
    })
}

// Drafts.

/// This id, and sometimes none or another.
fn one_of<T: From<Uuid>>(bytes: Bytes<'_, '_>, usual: Option<T>) -> Result<Option<T>> {
    if is_unusual(bytes)? {
        let unusual = bytes.choose(&[None, Some(OTHER), Some(BOB), Some(ADA)])?;
        Ok(unusual.map(|id| id.uuid().into()))
    } else {
        Ok(usual)
    }
}

fn draft(bytes: Bytes<'_, '_>, request_type: RequestType) -> Result<Draft> {
    let (operation, _) = operation_and_initiator(request_type);
    let is_add = operation == Operation::Add;
    let package = one_of(bytes, is_add.then_some(PACKAGE))?;
    let policy = one_of(bytes, is_add.then_some(POLICY))?;
    let assignment = one_of(bytes, (!is_add).then_some(ASSIGNMENT))?;
    let needs_target =
        matches!(request_type, RequestType::AdminAdd | RequestType::SystemAdd | RequestType::OnBehalfAdd);
    let target = one_of(bytes, needs_target.then_some(BOB))?;
    let object = one_of(bytes, None)?;
    let is_by_email = request_type == RequestType::AdminAdd && bytes.arbitrary()?;
    let email = if is_by_email {
        Some("bob@example.com")
    } else if is_unusual(bytes)? {
        Some(*bytes.choose(&["bob@example.com", " ", "bob\u{202e}@example.com"])?)
    } else {
        None
    };
    let justification = if is_unusual(bytes)? { text(bytes)? } else { Some("why not") };
    let schedule = schedule(bytes, operation)?;
    let is_validation_only = usually(bytes, false, true)?;
    let may_bypass = matches!(request_type, RequestType::AdminAdd | RequestType::AdminUpdate);
    let bypass_approval = if may_bypass { bytes.arbitrary()? } else { usually(bytes, false, true)? };
    Ok(Draft {
        request_type,
        assignment_id: assignment,
        access_package_id: package,
        assignment_policy_id: policy,
        target_id: target.filter(|_| !is_by_email),
        target_object_id: object,
        target_email: email.map(Into::into),
        justification: justification.map(Into::into),
        schedule,
        answers: Vec::new(),
        is_validation_only,
        bypass_approval,
    })
}

fn schedule(bytes: Bytes<'_, '_>, operation: Operation) -> Result<Option<Schedule>> {
    let is_given = match operation {
        Operation::Add => bytes.arbitrary()?,
        Operation::Update => usually(bytes, true, false)?,
        Operation::Remove => usually(bytes, false, true)?,
    };
    if !is_given {
        return Ok(None);
    }
    let start = optional(bytes, timestamp)?;
    let expiration = if is_unusual(bytes)? {
        Expiration {
            kind: *bytes.choose(ExpirationType::ALL)?,
            end: optional(bytes, timestamp)?,
            duration: optional(bytes, |bytes| period(bytes, &[0, 1, 60, 9_999]))?,
        }
    } else {
        expiration(bytes)?
    };
    Ok(Some(Schedule { start, expiration, has_recurrence: usually(bytes, false, true)? }))
}

fn answer(bytes: Bytes<'_, '_>) -> Result<DraftAnswer> {
    Ok(DraftAnswer {
        question_id: if is_unusual(bytes)? {
            QuestionId::new(OTHER.uuid())
        } else {
            *bytes.choose(&QUESTIONS)?
        },
        question_kind: if is_unusual(bytes)? { Some(*bytes.choose(QuestionKind::ALL)?) } else { None },
        value: if is_unusual(bytes)? { None } else { Some((*bytes.choose(&VALUES)?).into()) },
    })
}

// Commands.

fn step(bytes: Bytes<'_, '_>) -> Result<Step> {
    Ok(Step {
        intent: intent(bytes)?,
        when: when(bytes)?,
        subject: if is_unusual(bytes)? { Some(*bytes.choose(&PEOPLE)?) } else { None },
        role: if is_unusual(bytes)? { Some(*bytes.choose(Role::ALL)?) } else { None },
        revision: if is_unusual(bytes)? {
            match bytes.int_in_range(0..=2)? {
                0 => Revision::Right,
                1 => Revision::Next,
                _ => Revision::Previous,
            }
        } else {
            Revision::Any
        },
        is_stubborn: bytes.arbitrary()?,
    })
}

fn intent(bytes: Bytes<'_, '_>) -> Result<Intent> {
    let approvers = [CLEO, DORA, SERVICE];
    Ok(match bytes.int_in_range(0..=16)? {
        0 => Intent::Process { target: optional(bytes, |bytes| bytes.choose(&[BOB, ADA, CLEO]).copied())? },
        1 | 2 => Intent::Resume {
            which: which(bytes)?,
            stage: if is_unusual(bytes)? { Some(*bytes.choose(CalloutStage::ALL)?) } else { None },
            decision: *bytes.choose(CallbackDecision::ALL)?,
            approval_stage: stage_given(bytes)?,
            source: text(bytes)?,
            detail: text(bytes)?,
        },
        3 | 4 => Intent::Decide {
            stage: if is_unusual(bytes)? { bytes.int_in_range(-1..=2)? } else { 0 },
            tier: *bytes.choose(Tier::ALL)?,
            decision: *bytes.choose(&[ApprovalDecision::Approve, ApprovalDecision::Deny])?,
            justification: text(bytes)?,
            approver: *bytes.choose(&approvers)?,
        },
        5 => Intent::Cancel { role: *bytes.choose(&[Role::User, Role::Administrator, Role::System])? },
        6 => Intent::Reprocess,
        7 => Intent::Report {
            attempt: if is_unusual(bytes)? { bytes.int_in_range(-1..=1)? } else { 0 },
            outcome: outcome(bytes)?,
        },
        8 => Intent::CalloutFailed { which: which(bytes)?, detail: text(bytes)? },
        9 => Intent::Elapse,
        10 => Intent::DecideAgain {
            which: bytes.int_in_range(0..=3)?,
            decision: optional(bytes, |bytes| bytes.choose(ApprovalDecision::ALL).copied())?,
        },
        _ => Intent::Onward { outcome: outcome(bytes)?, approver: *bytes.choose(&approvers)? },
    })
}

fn stage_given(bytes: Bytes<'_, '_>) -> Result<StageGiven> {
    Ok(match bytes.int_in_range(0..=7)? {
        0..=4 => StageGiven::Due,
        5 => StageGiven::Almost(*bytes.choose(Difference::VARIANTS)?),
        6 => StageGiven::This(Arc::new(determined_stage(bytes)?)),
        _ => StageGiven::Nothing,
    })
}

fn determined_stage(bytes: Bytes<'_, '_>) -> Result<DeterminedStage> {
    Ok(DeterminedStage {
        duration_before_automatic_denial: optional(bytes, |bytes| {
            period(bytes, &[60, 1_440, 20_160, 20_161, 0])
        })?,
        is_approver_justification_required: bytes.arbitrary()?,
        is_escalation_enabled: bytes.arbitrary()?,
        duration_before_escalation: optional(bytes, |bytes| period(bytes, &[30, 1, 60, 0]))?,
        primary_approvers: approvers(bytes)?,
        fallback_primary_approvers: approvers(bytes)?,
        escalation_approvers: approvers(bytes)?,
        fallback_escalation_approvers: approvers(bytes)?,
    })
}

fn approvers(bytes: Bytes<'_, '_>) -> Result<Vec<Approver>> {
    if is_unusual(bytes)? {
        // As many approvers as are allowed, or one more (rule Y8).
        return Ok(vec![approver(bytes)?; *bytes.choose(&[50, 51])?]);
    }
    several(bytes, 2, approver)
}

fn approver(bytes: Bytes<'_, '_>) -> Result<Approver> {
    let kind = match bytes.int_in_range(0..=7)? {
        0..=2 => ApproverKind::SingleUser(*bytes.choose(&PEOPLE)?),
        3 => ApproverKind::GroupMembers(OTHER),
        4 => ApproverKind::ConnectedOrganizationMembers(OTHER),
        5 => ApproverKind::RequestorManager { level: bytes.int_in_range(1..=4)? },
        6 => ApproverKind::InternalSponsors,
        _ => ApproverKind::Other { odata_type: Arc::from("singleUser"), id: Some(ADA) },
    };
    Ok(Approver { kind, is_backup: bytes.arbitrary()? })
}

fn which(bytes: Bytes<'_, '_>) -> Result<Which> {
    Ok(match bytes.int_in_range(0..=7)? {
        number @ 0..=4 => Which::Numbered(number),
        5 => Which::Unknown,
        _ => Which::Current,
    })
}

fn outcome(bytes: Bytes<'_, '_>) -> Result<DeliveryOutcome> {
    use DeliveryOutcome::{Delivered, Failed, PartiallyDelivered};
    bytes.choose(&[Failed, PartiallyDelivered, Delivered]).copied()
}

fn when(bytes: Bytes<'_, '_>) -> Result<When> {
    const AROUND: [i64; 4] = [0, -1, 1, 60 * MINUTE];
    Ok(match bytes.int_in_range(0..=15)? {
        0 => When::Deadline(*bytes.choose(&AROUND)?),
        1 => When::WindowEnd(*bytes.choose(&AROUND)?),
        2 => When::ReprocessEnd(*bytes.choose(&AROUND)?),
        3 => When::Minutes(*bytes.choose(&[30, 1_500, 21_000, -1, -30, -100_000])?),
        minutes @ 4..=7 => When::Minutes(minutes - 3),
        _ => When::Same,
    })
}
