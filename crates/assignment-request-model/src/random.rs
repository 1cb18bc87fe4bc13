//! Random cases: random policies, rules, drafts and commands, for proptest.

use std::sync::Arc;

use assignment_request::{
    AccessPackageId, Actor, AdminBypass, ApprovalDecision, ApprovalSettings, ApprovalStageSpec, Approver,
    ApproverKind, AssignmentId, CallbackConfiguration, CallbackDecision, CalloutStage, CalloutStageSet,
    ChoiceSpec, DeliveryOutcome, DeterminedStage, Draft, DraftAnswer, ExistingAssignment, Expiration,
    ExpirationType, ExtensionBehavior, ExtensionId, ExtensionSpec, Limits, OnCalloutFailure, Operation,
    Period, PolicyId, PolicySpec, Preset, QuestionForm, QuestionId, QuestionKind, QuestionSpec, RequestType,
    RequestorSettings, Role, RulesSpec, Schedule, StageSpec, Status, StatusSet, Tier, Timestamp,
};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::{Union, ValueTree as _};
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use strum::VariantArray as _;
use uuid::Uuid;

use crate::cases::{
    ADA, ASSIGNMENT, BOB, CLEO, Case, DORA, EXTENSIONS, MINUTE, OTHER, PACKAGE, PEOPLE, POLICY, QUESTIONS,
    SERVICE, TEXTS, VALUES, choices, later, low_limits, plain, required_answers, start,
};
use crate::intents::{Difference, Intent, Revision, StageGiven, Step, Text, When, Which};
use crate::model::answers::{BAD_PATTERN, PATTERNS};
use crate::model::presets::preset;
use crate::model::submission::operation_and_initiator;

const DETERMINING: CalloutStage = CalloutStage::AssignmentRequestDeterminingApprovalRequirements;
/// P10: the longest duration that sets a deadline.
const LONGEST: u32 = 3_660 * 1_440;

fn minute() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        1 => select(vec![-30_i64, 0, 1]),
        3 => select(vec![30_i64, 60, 1_440, 10_000]),
        4 => Just(100_000_i64),
    ]
    .prop_map(|minutes| later(start(), minutes * MINUTE))
}

fn period(minutes: &[u32]) -> impl Strategy<Value = Period> + use<> {
    select(minutes.to_vec()).prop_map(Period::from_minutes)
}

// How often something is out of the ordinary.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Nearly every submission is accepted.
    Tame,
    /// Hardly any is.
    Wild,
}

impl Mood {
    fn mostly<T: Clone + std::fmt::Debug + 'static>(
        self,
        usual: impl Strategy<Value = T> + 'static,
        unusual: impl Strategy<Value = T> + 'static,
    ) -> impl Strategy<Value = T> {
        let odds = if self == Self::Tame { 60 } else { 8 };
        Union::new_weighted(vec![(odds, usual.boxed()), (1, unusual.boxed())])
    }

    fn mostly_true(self) -> impl Strategy<Value = bool> {
        self.mostly(Just(true), Just(false))
    }
}

// Policies.

fn rules(mood: Mood) -> impl Strategy<Value = RulesSpec> {
    let presets = select(Preset::ALL.to_vec()).prop_map(preset);
    let stages = || proptest::sample::subsequence(CalloutStage::ALL.to_vec(), 0..=CalloutStage::ALL.len());
    let cancelable = preset(Preset::Portal).cancelable.iter().collect::<Vec<_>>();
    let random = (
        stages(),
        stages(),
        proptest::sample::subsequence(cancelable, 0..=8),
        period(&[1, 60, 1_440, 20_160]),
        any::<bool>(),
        option::weighted(0.8, period(&[1, 60, 1_440, 20_160])),
        period(&[60, 1_440, 20_160, LONGEST]),
        option::weighted(0.8, period(&[1, 60, 1_440, 20_160, LONGEST])),
    )
        .prop_map(|(deny_at, cancel_at, cancelable, window, holds, timeout, stage_limit, accepted)| {
            RulesSpec {
                deny_at: CalloutStageSet::from_iter(deny_at),
                cancel_at: CalloutStageSet::from_iter(cancel_at),
                cancelable: StatusSet::from_iter(cancelable),
                reprocess_window: window,
                on_callout_failure: if holds { OnCalloutFailure::Hold } else { OnCalloutFailure::Fail },
                fulfillment_timeout: timeout,
                determined_stage_limit: stage_limit,
                accepted_timeout: accepted,
                ..preset(Preset::ApiReference)
            }
        });
    let start_limit = mood.mostly(
        select(vec![None, Some(Period::from_days(365))]),
        option::of(period(&[1, 60, 10_000, LONGEST])),
    );
    (
        prop_oneof![presets, random],
        any::<bool>(),
        select(AdminBypass::ALL.to_vec()),
        any::<bool>(),
        any::<bool>(),
        start_limit,
    )
        .prop_map(|(rules, holds, bypasses, exceeds, distinct, start_limit)| RulesSpec {
            on_callout_failure: if holds { OnCalloutFailure::Hold } else { rules.on_callout_failure },
            admin_bypasses_approval: bypasses,
            admin_may_exceed_policy: exceeds,
            distinct_approvers: distinct,
            start_limit,
            ..rules
        })
}

/// Rules of which many cannot be.
pub fn any_rules() -> impl Strategy<Value = RulesSpec> {
    let duration = || {
        prop_oneof![
            8 => period(&[1, 60, LONGEST]),
            1 => period(&[0]),
            1 => Just(Period::from_ticks(Period::from_minutes(LONGEST).ticks() + 1).unwrap()),
        ]
    };
    (
        rules(Mood::Wild),
        option::weighted(0.1, select(Status::ALL.to_vec())),
        (duration(), option::of(duration()), option::of(duration()), option::of(duration()), duration()),
    )
        .prop_map(|(rules, more, (reprocess, fulfillment, accepted, start, stage))| RulesSpec {
            cancelable: rules.cancelable.iter().chain(more).collect(),
            reprocess_window: reprocess,
            fulfillment_timeout: fulfillment,
            accepted_timeout: accepted,
            start_limit: start,
            determined_stage_limit: stage,
            ..rules
        })
}

/// A time-out of a callback, seldom one that cannot be.
fn timeout() -> impl Strategy<Value = Option<Period>> {
    prop_oneof![
        30 => period(&[5, 30, 1_440, 20_160]).prop_map(Some),
        1 => period(&[0, 4, 20_161]).prop_map(Some),
        1 => Just(None),
    ]
}

fn waits() -> impl Strategy<Value = ExtensionBehavior> {
    timeout().prop_map(|timeout| ExtensionBehavior::LaunchAndWait(CallbackConfiguration { timeout }))
}

fn behavior() -> impl Strategy<Value = ExtensionBehavior> {
    prop_oneof![3 => waits(), 2 => Just(ExtensionBehavior::LaunchAndContinue)]
}

/// What the host knows of extensions.
fn known() -> impl Strategy<Value = Vec<(ExtensionId, ExtensionBehavior)>> {
    proptest::collection::vec(option::weighted(0.7, behavior()), EXTENSIONS.len()).prop_map(|known| {
        EXTENSIONS.into_iter().zip(known).filter_map(|(id, behavior)| Some((id, behavior?))).collect()
    })
}

/// A stage of approval, seldom one that cannot be.
fn stage() -> impl Strategy<Value = StageSpec> {
    let long = || period(&[60, 1_440, 20_160]).prop_map(Some);
    let denial = prop_oneof![
        40 => long(),
        1 => Just(None),
        1 => period(&[0, LONGEST, LONGEST + 1]).prop_map(Some),
    ];
    let escalation = prop_oneof![
        30 => period(&[1, 2, 30]).prop_map(Some),
        1 => Just(None),
        1 => period(&[0, 60, 20_161]).prop_map(Some),
    ];
    let set = (denial, proptest::bool::weighted(0.7), escalation, proptest::bool::weighted(0.3)).prop_map(
        |(denial, escalates, escalation, justification)| {
            StageSpec::Set(ApprovalStageSpec {
                duration_before_automatic_denial: denial,
                is_approver_justification_required: justification,
                is_escalation_enabled: escalates,
                duration_before_escalation: escalation,
            })
        },
    );
    let id = prop_oneof![20 => select(EXTENSIONS[..2].to_vec()).prop_map(Some), 1 => Just(None)];
    let determined = id.prop_map(|custom_extension_id| StageSpec::Determined { custom_extension_id });
    prop_oneof![2 => set, 3 => determined]
}

fn approval() -> impl Strategy<Value = ApprovalSettings> {
    (
        prop_oneof![
            4 => Just(Vec::new()),
            15 => proptest::collection::vec(stage(), 1..=3),
            1 => proptest::collection::vec(stage(), 4..=5),
        ],
        proptest::bool::weighted(0.8),
        proptest::bool::weighted(0.8),
        proptest::bool::weighted(0.3),
    )
        .prop_map(|(stages, add, update, justification)| ApprovalSettings {
            is_required_for_add: add,
            is_required_for_update: update,
            is_requestor_justification_required: justification,
            stages,
        })
}

/// Settings of extensions, those at Determining seldom among them.
fn extensions() -> impl Strategy<Value = Vec<ExtensionSpec>> {
    let usual: Vec<CalloutStage> = CalloutStage::ALL
        .iter()
        .copied()
        .filter(|stage| *stage != DETERMINING && !is_pre_expiration(*stage))
        .collect();
    let extension = (
        prop_oneof![10 => select(usual), 1 => select(CalloutStage::ALL.to_vec())],
        option::weighted(0.7, select(EXTENSIONS.to_vec())),
        option::weighted(0.7, behavior()),
    )
        .prop_map(|(stage, custom_extension_id, behavior)| ExtensionSpec {
            stage,
            custom_extension_id,
            behavior,
        });
    proptest::collection::vec(extension, 0..=5)
}

fn is_pre_expiration(stage: CalloutStage) -> bool {
    matches!(
        stage,
        CalloutStage::AssignmentFourteenDaysBeforeExpiration | CalloutStage::AssignmentOneDayBeforeExpiration
    )
}

/// The ids of the extensions that determine stages, each once.
fn determining(approval: &ApprovalSettings) -> Vec<ExtensionId> {
    let mut ids: Vec<ExtensionId> = approval
        .stages
        .iter()
        .filter_map(|stage| match stage {
            StageSpec::Determined { custom_extension_id } => *custom_extension_id,
            StageSpec::Set(_) => None,
        })
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

/// Approval, settings, and what the host knows: made so that they can be, or left as they came.
fn route(
    mood: Mood,
) -> impl Strategy<Value = (ApprovalSettings, Vec<ExtensionSpec>, Vec<(ExtensionId, ExtensionBehavior)>)> {
    let for_determining = (option::weighted(0.8, waits()), any::<bool>());
    (
        approval(),
        extensions(),
        known(),
        proptest::collection::vec(for_determining, EXTENSIONS.len()),
        any::<prop::sample::Index>(),
        mood.mostly_true(),
        any::<bool>(),
    )
        .prop_map(|(mut approval, mut settings, mut known, more, at, is_good, is_matched)| {
            if is_good {
                make_approval_good(&mut approval);
                settings.retain(|setting| setting.stage != DETERMINING);
            }
            if is_good || is_matched {
                let at = at.index(settings.len() + 1);
                let ids = determining(&approval).into_iter();
                settings.splice(
                    at..at,
                    ids.zip(more).map(|(id, (behavior, is_given))| ExtensionSpec {
                        stage: DETERMINING,
                        custom_extension_id: Some(id),
                        behavior: behavior.or(is_given.then_some(ExtensionBehavior::LaunchAndContinue)),
                    }),
                );
            }
            if is_good {
                make_settings_good(&mut settings, &mut known);
            }
            (approval, settings, known)
        })
}

fn make_approval_good(approval: &mut ApprovalSettings) {
    approval.stages.truncate(3);
    approval.is_required_for_add &= !approval.stages.is_empty();
    approval.is_required_for_update &= !approval.stages.is_empty();
    for stage in &mut approval.stages {
        match stage {
            StageSpec::Set(stage) => {
                let ticks = |duration: Option<Period>| duration.map_or(0, Period::ticks);
                if !(1..=Period::from_minutes(LONGEST).ticks())
                    .contains(&ticks(stage.duration_before_automatic_denial))
                {
                    stage.duration_before_automatic_denial = Some(Period::from_minutes(60));
                }
                let denial = ticks(stage.duration_before_automatic_denial);
                stage.is_escalation_enabled &= (1..denial).contains(&ticks(stage.duration_before_escalation));
            }
            StageSpec::Determined { custom_extension_id } => {
                *custom_extension_id = custom_extension_id.or(Some(EXTENSIONS[0]));
            }
        }
    }
}

fn make_settings_good(settings: &mut [ExtensionSpec], known: &mut [(ExtensionId, ExtensionBehavior)]) {
    let good = CallbackConfiguration { timeout: Some(Period::from_minutes(30)) };
    let waits = ExtensionBehavior::LaunchAndWait(good);
    let make_good = |behavior: &mut ExtensionBehavior| {
        if let ExtensionBehavior::LaunchAndWait(CallbackConfiguration { timeout }) = behavior
            && !timeout.is_some_and(|timeout| {
                (Period::from_minutes(5)..=Period::from_minutes(20_160)).contains(&timeout)
            })
        {
            *behavior = waits;
        }
    };
    for (_, behavior) in &mut *known {
        make_good(behavior);
    }
    for setting in settings {
        let word = known.iter().find(|(id, _)| setting.custom_extension_id == Some(*id));
        let word = word.map(|(_, behavior)| *behavior);
        let continues = Some(ExtensionBehavior::LaunchAndContinue);
        setting.behavior = match setting.behavior {
            _ if is_pre_expiration(setting.stage) => continues,
            Some(ExtensionBehavior::LaunchAndWait(_)) => setting.behavior,
            given if setting.stage == DETERMINING => {
                if word.or(continues) == continues {
                    Some(waits)
                } else {
                    given
                }
            }
            given => given.or(if word.is_none() { continues } else { None }),
        };
        if let Some(behavior) = &mut setting.behavior {
            make_good(behavior);
        }
    }
}

fn questions() -> impl Strategy<Value = Vec<QuestionSpec>> {
    let text_form = (any::<bool>(), option::of(select(PATTERNS.to_vec()))).prop_map(|(single, pattern)| {
        QuestionForm::TextInput { is_single_line: single, pattern: pattern.map(str::to_owned) }
    });
    let choice_form = any::<bool>().prop_map(|several| QuestionForm::MultipleChoice {
        allows_multiple_selection: several,
        choices: choices(),
    });
    let question = (
        prop_oneof![text_form, choice_form],
        proptest::bool::weighted(0.4),
        proptest::bool::weighted(0.8),
        proptest::bool::weighted(0.97),
    );
    proptest::collection::vec(question, 0..=4).prop_map(|questions| {
        let numbered = questions.into_iter().zip(QUESTIONS);
        numbered
            .map(|((form, required, editable, has_id), id)| QuestionSpec {
                id: has_id.then_some(id),
                texts: Vec::new(),
                is_required: required && has_id,
                is_answer_editable: editable,
                form,
            })
            .collect()
    })
}

fn expiration() -> impl Strategy<Value = Expiration> {
    prop_oneof![
        3 => Just(Expiration::default()),
        1 => Just(Expiration { kind: ExpirationType::NoExpiration, end: None, duration: None }),
        3 => minute().prop_map(|end| Expiration {
            kind: ExpirationType::AfterDateTime,
            end: Some(end),
            duration: None,
        }),
        2 => period(&[1, 60, 1_440, 9_999]).prop_map(|duration| Expiration {
            kind: ExpirationType::AfterDuration,
            end: None,
            duration: Some(duration),
        }),
    ]
}

fn settings(mood: Mood) -> impl Strategy<Value = RequestorSettings> {
    proptest::collection::vec(mood.mostly_true(), 7).prop_map(|is| RequestorSettings {
        self_add: is[0],
        self_update: is[1],
        self_remove: is[2],
        on_behalf_add: is[3],
        on_behalf_update: is[4],
        on_behalf_remove: is[5],
        custom_schedule: is[6],
    })
}

/// A policy that can be, nearly always, and what the host knows of its extensions.
fn policy(mood: Mood) -> impl Strategy<Value = (PolicySpec, Vec<(ExtensionId, ExtensionBehavior)>)> {
    policy_of(mood, Mood::Tame)
}

/// The id that a policy states: this one or none, and sometimes another.
fn policys_own<T: From<Uuid> + Copy + std::fmt::Debug + 'static>(
    mood: Mood,
    id: T,
) -> impl Strategy<Value = Option<T>> {
    mood.mostly(option::weighted(0.8, Just(id)), Just(Some(T::from(OTHER.uuid()))))
}

/// One of these ids, and sometimes none or another.
fn one_of<T: From<Uuid> + Copy + std::fmt::Debug + 'static>(
    mood: Mood,
    usual: Vec<Option<T>>,
) -> impl Strategy<Value = Option<T>> {
    let unusual = [OTHER, BOB].map(|id| Some(T::from(id.uuid())));
    mood.mostly(select(usual), select([&[None], &unusual[..]].concat()))
}

/// `of_submissions`: how often a submission does not fit the policy. `of_routes`: how often its route cannot be.
fn policy_of(
    of_submissions: Mood,
    of_routes: Mood,
) -> impl Strategy<Value = (PolicySpec, Vec<(ExtensionId, ExtensionBehavior)>)> {
    (
        policys_own(of_submissions, POLICY),
        policys_own(of_submissions, PACKAGE),
        expiration(),
        settings(of_submissions),
        route(of_routes),
        questions(),
    )
        .prop_map(|(id, access_package_id, expiration, requestor_settings, route, questions)| {
            let (approval, extensions, known) = route;
            let policy = PolicySpec {
                id,
                access_package_id,
                expiration,
                requestor_settings,
                approval,
                questions,
                extensions,
            };
            (policy, known)
        })
}

/// What is wrong with a policy beside its route.
#[derive(Clone, Copy, Debug, strum::VariantArray)]
enum Mistake {
    None,
    QuestionTwice,
    ManyQuestions,
    Pattern,
    NoChoices,
    EmptyChoices,
    ManyChoices,
    ManySettings,
    ManyTranslations,
    ManyTranslationsOfAChoice,
    NoEnd,
    NoDuration,
    ZeroDuration,
}

impl Mistake {
    fn make(self, policy: &mut PolicySpec) {
        let question = |id, form| QuestionSpec {
            id,
            is_required: false,
            is_answer_editable: true,
            texts: Vec::new(),
            form,
        };
        let chosen = |choices| QuestionForm::MultipleChoice { allows_multiple_selection: false, choices };
        let texts = |count: u32| (0..count).map(|number| number.to_string()).collect::<Vec<String>>();
        let choice = |value: &str| ChoiceSpec { actual_value: value.to_owned(), texts: Vec::new() };
        let mut more = |question| policy.questions.insert(policy.questions.len() / 2, question);
        match self {
            Self::None => {}
            Self::QuestionTwice => {
                (0..2).for_each(|_| more(question(Some(QuestionId::new(OTHER.uuid())), chosen(choices()))));
            }
            Self::ManyQuestions => (0..5).for_each(|_| more(question(None, chosen(Vec::new())))),
            Self::Pattern => more(question(
                None,
                QuestionForm::TextInput { is_single_line: true, pattern: Some(BAD_PATTERN.to_owned()) },
            )),
            Self::NoChoices => more(question(None, chosen(Vec::new()))),
            Self::EmptyChoices => {
                more(question(None, chosen(["", "a", "b", "a", ""].map(choice).to_vec())));
            }
            Self::ManyChoices => more(question(None, chosen(["a", "b", "c", "d"].map(choice).to_vec()))),
            Self::ManySettings => policy.extensions.resize(
                61,
                ExtensionSpec {
                    stage: CalloutStage::AssignmentRequestCreated,
                    custom_extension_id: None,
                    behavior: Some(ExtensionBehavior::LaunchAndContinue),
                },
            ),
            Self::ManyTranslations => {
                more(QuestionSpec {
                    texts: texts(202),
                    ..question(Some(QuestionId::new(OTHER.uuid())), chosen(choices()))
                });
            }
            Self::ManyTranslationsOfAChoice => more(question(
                Some(QuestionId::new(OTHER.uuid())),
                chosen(vec![choice("a"), ChoiceSpec { texts: texts(202), ..choice("b") }]),
            )),
            Self::NoEnd => policy.expiration.kind = ExpirationType::AfterDateTime,
            Self::NoDuration => policy.expiration.kind = ExpirationType::AfterDuration,
            Self::ZeroDuration => policy.expiration.duration = Period::from_ticks(0),
        }
    }
}

/// Policies of which most cannot be; rules and all else are plain.
pub fn policies() -> impl Strategy<Value = Case> {
    let mistakes = || prop_oneof![3 => Just(Mistake::None), 2 => select(Mistake::VARIANTS.to_vec())];
    let limits = select(vec![low_limits(), Limits::default()]);
    (
        policy_of(Mood::Tame, Mood::Tame),
        policy_of(Mood::Tame, Mood::Wild),
        0..9_u8,
        mistakes(),
        mistakes(),
        limits,
    )
        .prop_map(|(good, any, odds, first, second, limits)| {
            let (mut policy, known) = if odds == 0 { good } else { any };
            first.make(&mut policy);
            second.make(&mut policy);
            Case { policy, known, limits, ..plain(Draft::new(RequestType::UserAdd)) }
        })
}

// Drafts.

fn schedule(mood: Mood) -> impl Strategy<Value = Option<Schedule>> {
    let wild =
        (select(ExpirationType::ALL.to_vec()), option::of(minute()), option::of(period(&[0, 1, 60, 9_999])))
            .prop_map(|(kind, end, duration)| Expiration { kind, end, duration });
    let schedule =
        (option::of(minute()), mood.mostly(expiration(), wild), mood.mostly(Just(false), Just(true)))
            .prop_map(|(start, expiration, has_recurrence)| Schedule { start, expiration, has_recurrence });
    option::of(schedule)
}

fn answer() -> impl Strategy<Value = DraftAnswer> {
    (
        prop_oneof![12 => select(QUESTIONS.to_vec()), 1 => Just(QuestionId::new(OTHER.uuid()))],
        option::weighted(0.2, select(QuestionKind::ALL.to_vec())),
        option::weighted(0.95, select(VALUES.to_vec())),
    )
        .prop_map(|(question_id, question_kind, value)| DraftAnswer {
            question_id,
            question_kind,
            value: value.map(Arc::from),
        })
}

/// What a draft of one type is filled with; the answers come later, since they go with the policy.
fn draft(mood: Mood, request_type: RequestType) -> impl Strategy<Value = Draft> {
    let (operation, _) = operation_and_initiator(request_type);
    let is_add = operation == Operation::Add;
    let package = one_of(mood, if is_add { vec![Some(PACKAGE)] } else { vec![None, Some(PACKAGE)] });
    let policy_id = one_of(mood, if is_add { vec![Some(POLICY)] } else { vec![None, Some(POLICY)] });
    let assignment = one_of(mood, if is_add { vec![None] } else { vec![Some(ASSIGNMENT)] });
    let targets = match request_type {
        RequestType::UserAdd => vec![None, Some(ADA), Some(BOB)],
        RequestType::AdminAdd => vec![Some(BOB), Some(BOB), Some(ADA)],
        RequestType::SystemAdd | RequestType::OnBehalfAdd => vec![Some(BOB)],
        _ => vec![None],
    };
    let email_first = request_type == RequestType::AdminAdd;
    let target = one_of(mood, targets);
    let object = mood.mostly(Just(None), option::of(select(PEOPLE.to_vec())));
    let email_only = proptest::bool::weighted(if email_first { 0.5 } else { 0.0 });
    let email = mood.mostly(
        Just(None),
        select(vec![Some("bob@example.com"), Some(" "), Some("bob\u{202e}@example.com")]),
    );
    let justification = mood.mostly(Just(Some("why not")), option::of(select(TEXTS.to_vec())));
    let validation = proptest::bool::weighted(0.02);
    let bypass = proptest::bool::weighted(if mood == Mood::Tame { 0.4 } else { 0.2 });
    let ids = (package, policy_id, assignment, target, object, email_only, email);
    (ids, justification, schedule(mood), validation, bypass).prop_map(
        move |(ids, justification, schedule, is_validation_only, bypass_approval)| {
            let (package, policy, assignment, target, object, email_only, email) = ids;
            let needs_schedule = mood == Mood::Tame
                && matches!(request_type, RequestType::AdminUpdate | RequestType::SystemUpdate);
            let empty = Schedule { start: None, expiration: Expiration::default(), has_recurrence: false };
            let schedule = match operation {
                Operation::Remove if mood == Mood::Tame => None,
                _ if needs_schedule => schedule.or(Some(empty)),
                _ => schedule,
            };
            Draft {
                request_type,
                assignment_id: assignment,
                access_package_id: package,
                assignment_policy_id: policy,
                target_id: target.filter(|_| !email_only),
                target_object_id: object,
                target_email: if email_only { Some("bob@example.com".into()) } else { email.map(Arc::from) },
                justification: justification.map(Arc::from),
                schedule,
                answers: Vec::new(),
                is_validation_only,
                bypass_approval,
            }
        },
    )
}

fn existing(mood: Mood, initiator: Role) -> impl Strategy<Value = Option<ExistingAssignment>> {
    let holder = if initiator == Role::User { vec![ADA, ADA, BOB] } else { vec![BOB, ADA] };
    let found = (
        mood.mostly(Just(ASSIGNMENT), Just(AssignmentId::new(OTHER.uuid()))),
        select(holder),
        mood.mostly(Just(PACKAGE), Just(AccessPackageId::new(OTHER.uuid()))),
        mood.mostly(Just(POLICY), Just(PolicyId::new(OTHER.uuid()))),
    )
        .prop_map(|(id, target, access_package_id, assignment_policy_id)| ExistingAssignment {
            id,
            target,
            access_package_id,
            assignment_policy_id,
        });
    mood.mostly(found.prop_map(Some), Just(None))
}

/// Random cases with this many commands.
pub fn case(mood: Mood, commands: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = Case> {
    let types = prop_oneof![
        8 => select(RequestType::ALL.to_vec()),
        2 => Just(RequestType::AdminAdd),
        3 => Just(RequestType::UserAdd),
        1 => Just(RequestType::OnBehalfAdd),
    ];
    types.prop_flat_map(move |request_type| {
        let (_, initiator) = operation_and_initiator(request_type);
        let extra_answers = if mood == Mood::Tame { 0..=1 } else { 0..=7 };
        let limits = select(vec![low_limits(), Limits::default()]);
        let actor = (
            mood.mostly(Just(ADA), select(PEOPLE.to_vec())),
            mood.mostly(Just(initiator), select(Role::ALL.to_vec())),
        );
        (
            policy(mood),
            rules(mood),
            limits,
            draft(mood, request_type),
            existing(mood, initiator),
            actor,
            mood.mostly_true(),
            proptest::collection::vec(answer(), extra_answers),
            proptest::collection::vec(step(), commands.clone()),
        )
            .prop_map(
                move |(policy, rules, limits, mut draft, existing, actor, answers_all, extra, steps)| {
                    let (policy, known) = policy;
                    let (operation, _) = operation_and_initiator(request_type);
                    if answers_all && operation == Operation::Add {
                        draft.answers = required_answers(&policy);
                    }
                    if mood == Mood::Wild || (operation == Operation::Update && steps.len() % 3 == 0) {
                        draft.answers.extend(extra);
                    }
                    let actor = Actor::new(actor.0, actor.1);
                    let case =
                        Case { policy, known, rules, limits, draft, existing, actor, now: start(), steps };
                    if mood == Mood::Tame { with_fitting_bypass(case) } else { case }
                },
            )
    })
}

/// The same case, with a bypass only where one may be asked for (C15).
fn with_fitting_bypass(mut case: Case) -> Case {
    let draft = &case.draft;
    let (operation, initiator) = operation_and_initiator(draft.request_type);
    let target = match operation {
        Operation::Add => draft.target_id.or(draft.target_object_id),
        Operation::Update | Operation::Remove => case.existing.map(|existing| existing.target),
    };
    case.draft.bypass_approval &= initiator == Role::Administrator
        && operation != Operation::Remove
        && case.rules.admin_bypasses_approval != AdminBypass::Never
        && target.is_some_and(|target| target != case.actor.id);
    case
}

// Commands.

fn text() -> impl Strategy<Value = Text> {
    option::weighted(0.7, prop_oneof![2 => Just("fine"), 1 => select(TEXTS.to_vec())])
}

fn which() -> impl Strategy<Value = Which> {
    prop_oneof![
        6 => Just(Which::Current),
        4 => (0_usize..5).prop_map(Which::Numbered),
        1 => Just(Which::Unknown),
    ]
}

fn approver() -> impl Strategy<Value = Approver> {
    let kind = prop_oneof![
        6 => select(PEOPLE.to_vec()).prop_map(ApproverKind::SingleUser),
        1 => Just(ApproverKind::GroupMembers(OTHER)),
        1 => Just(ApproverKind::ConnectedOrganizationMembers(OTHER)),
        1 => (1_u8..=4).prop_map(|level| ApproverKind::RequestorManager { level }),
        1 => (1_u8..=4).prop_map(|level| ApproverKind::TargetManager { level }),
        1 => select(vec![
            ApproverKind::InternalSponsors,
            ApproverKind::ExternalSponsors,
            ApproverKind::TargetUserSponsors,
            ApproverKind::Other { odata_type: Arc::from("unheardOf"), id: Some(ADA) },
            ApproverKind::Other { odata_type: Arc::from("singleUser"), id: None },
        ]),
    ];
    (kind, proptest::bool::weighted(0.2)).prop_map(|(kind, is_backup)| Approver { kind, is_backup })
}

fn approvers(usual: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = Vec<Approver>> {
    prop_oneof![
        12 => proptest::collection::vec(approver(), usual),
        1 => Just(Vec::new()),
        1 => (approver(), 49_usize..=52).prop_map(|(approver, count)| vec![approver; count]),
    ]
}

/// What an extension says of an approval stage: half of it can be.
fn determined_stage() -> impl Strategy<Value = DeterminedStage> {
    let filled = (
        prop_oneof![
            9 => period(&[60, 61, 1_440]).prop_map(Some),
            1 => period(&[0, 20_160, 20_161, LONGEST]).prop_map(Some),
            1 => Just(None),
        ],
        any::<bool>(),
        any::<bool>(),
        prop_oneof![9 => period(&[1, 30]).prop_map(Some), 1 => period(&[0, 60, 1_440]).prop_map(Some), 1 => Just(None)],
        approvers(1..=4),
        approvers(0..=2),
        approvers(1..=2),
        approvers(0..=2),
    )
        .prop_map(|(denial, justification, escalates, after, primary, more_primary, escalation, more)| {
            DeterminedStage {
                duration_before_automatic_denial: denial,
                is_approver_justification_required: justification,
                is_escalation_enabled: escalates,
                duration_before_escalation: after,
                primary_approvers: primary,
                fallback_primary_approvers: more_primary,
                escalation_approvers: escalation,
                fallback_escalation_approvers: more,
            }
        });
    prop_oneof![12 => filled, 1 => Just(DeterminedStage::default())]
}

fn refusal() -> impl Strategy<Value = CallbackDecision> {
    select(vec![CallbackDecision::Deny, CallbackDecision::Cancel])
}

fn stage_given() -> impl Strategy<Value = StageGiven> {
    prop_oneof![
        8 => Just(StageGiven::Due),
        2 => select(Difference::VARIANTS.to_vec()).prop_map(StageGiven::Almost),
        2 => determined_stage().prop_map(|stage| StageGiven::This(Arc::new(stage))),
        1 => Just(StageGiven::Nothing),
    ]
}

fn outcome() -> impl Strategy<Value = DeliveryOutcome> {
    prop_oneof![
        1 => Just(DeliveryOutcome::Delivered),
        3 => Just(DeliveryOutcome::PartiallyDelivered),
        3 => Just(DeliveryOutcome::Failed),
    ]
}

fn intent() -> impl Strategy<Value = Intent> {
    let approver = || select(vec![CLEO, DORA, SERVICE]);
    prop_oneof![
        24 => (outcome(), approver()).prop_map(|(outcome, approver)| Intent::Onward { outcome, approver }),
        3 => option::weighted(0.4, select(vec![ADA, BOB, CLEO])).prop_map(|target| Intent::Process { target }),
        8 => (
            which(),
            option::weighted(0.15, select(CalloutStage::ALL.to_vec())),
            prop_oneof![7 => Just(CallbackDecision::Continue), 3 => refusal()],
            stage_given(),
            text(),
            text(),
        )
            .prop_map(|(which, stage, decision, approval_stage, source, detail)| Intent::Resume {
                which,
                stage,
                decision,
                approval_stage,
                source,
                detail
            }),
        12 => prop_oneof![
            20 => (determined_stage().prop_map(|stage| StageGiven::This(Arc::new(stage))), Just(CallbackDecision::Continue)),
            4 => (determined_stage().prop_map(|stage| StageGiven::This(Arc::new(stage))), refusal()),
            6 => (Just(StageGiven::Nothing), prop_oneof![1 => Just(CallbackDecision::Continue), 4 => refusal()]),
        ]
            .prop_map(|(approval_stage, decision)| Intent::Resume {
                which: Which::Current,
                stage: None,
                decision,
                approval_stage,
                source: None,
                detail: None,
            }),
        10 => (
            prop_oneof![3 => Just(0_i64), 1 => -1_i64..3],
            select(Tier::ALL.to_vec()),
            prop_oneof![5 => Just(ApprovalDecision::Approve), 1 => Just(ApprovalDecision::Deny)],
            text(),
            approver(),
        )
            .prop_map(|(stage, tier, decision, justification, approver)| Intent::Decide {
                stage,
                tier,
                decision,
                justification,
                approver
            }),
        2 => (0_usize..3, option::weighted(0.3, select(ApprovalDecision::ALL.to_vec())))
            .prop_map(|(which, decision)| Intent::DecideAgain { which, decision }),
        2 => select(vec![Role::User, Role::Administrator, Role::System])
            .prop_map(|role| Intent::Cancel { role }),
        2 => Just(Intent::Reprocess),
        4 => (prop_oneof![5 => Just(0_i64), 1 => -1_i64..2], outcome())
            .prop_map(|(attempt, outcome)| Intent::Report { attempt, outcome }),
        3 => (which(), text()).prop_map(|(which, detail)| Intent::CalloutFailed { which, detail }),
        2 => Just(Intent::CalloutFailed { which: Which::Current, detail: None }),
        3 => Just(Intent::Elapse),
    ]
}

fn when() -> impl Strategy<Value = When> {
    let around = || select(vec![-1_i64, 0, 1, 60 * MINUTE]);
    prop_oneof![
        30 => Just(When::Same),
        20 => (1_i64..5).prop_map(When::Minutes),
        2 => select(vec![30_i64, 1_500, 21_000]).prop_map(When::Minutes),
        4 => select(vec![-1_i64, -30, -100_000]).prop_map(When::Minutes),
        8 => around().prop_map(When::Deadline),
        1 => around().prop_map(When::WindowEnd),
        2 => around().prop_map(When::ReprocessEnd),
    ]
}

pub fn step() -> impl Strategy<Value = Step> {
    (
        intent(),
        option::weighted(0.1, select(PEOPLE.to_vec())),
        option::weighted(0.05, select(Role::ALL.to_vec())),
        when(),
        prop_oneof![
            30 => Just(Revision::Any),
            1 => Just(Revision::Right),
            1 => Just(Revision::Next),
            1 => Just(Revision::Previous)
        ],
        proptest::bool::weighted(0.2),
    )
        .prop_map(|(intent, subject, role, when, revision, is_stubborn)| Step {
            intent,
            subject,
            role,
            when,
            revision,
            is_stubborn,
        })
}

/// Cases of a fixed seed, one after the other, without end.
pub fn fixed(strategy: impl Strategy<Value = Case>) -> impl Iterator<Item = Case> {
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), random);
    std::iter::repeat_with(move || strategy.new_tree(&mut runner).unwrap().current())
}
