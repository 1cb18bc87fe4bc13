//! Random cases: random policies, rules, drafts and commands, for proptest.

use std::sync::Arc;

use assignment_request::{
    Actor, ApprovalDecision, ApprovalSettings, ApprovalStageSpec, CallbackConfiguration, CallbackDecision,
    DeliveryOutcome, Draft, DraftAnswer, ExistingAssignment, Expiration, ExpirationType, ExtensionSpec,
    Limits, Moment, OnCalloutFailure, Operation, Period, PolicySpec, Preset, QuestionForm, QuestionKind,
    QuestionSpec, RequestType, RequestorSettings, Role, RulesSpec, Schedule, Stage, StageSet, StatusSet,
    Tier,
};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::{Union, ValueTree as _};
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use strum::VariantArray as _;
use uuid::Uuid;

use crate::cases::{
    ADA, ASSIGNMENT, BOB, CLEO, Case, DORA, LOW_LIMITS, MINUTE, OTHER, PACKAGE, PEOPLE, POLICY, QUESTIONS,
    SERVICE, TEXTS, VALUES, choices, later, required_answers, start,
};
use crate::intents::{Intent, Revision, Step, Text, When, Which};
use crate::model::answers::PATTERNS;
use crate::model::presets::preset;
use crate::model::submission::operation_and_initiator;

fn minute() -> impl Strategy<Value = Moment> {
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
pub(crate) enum Mood {
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

fn rules() -> impl Strategy<Value = RulesSpec> {
    let presets = select(Preset::VARIANTS.to_vec()).prop_map(preset);
    let stages = || proptest::sample::subsequence(Stage::VARIANTS.to_vec(), 0..=6);
    let cancelable = preset(Preset::Portal).cancelable.iter().collect::<Vec<_>>();
    let random = (
        stages(),
        stages(),
        proptest::sample::subsequence(cancelable, 0..=8),
        period(&[1, 60, 1_440, 20_160]),
        any::<bool>(),
        option::weighted(0.8, period(&[1, 60, 1_440, 20_160])),
    )
        .prop_map(|(deny_at, cancel_at, cancelable, window, holds, timeout)| RulesSpec {
            deny_at: StageSet::from_iter(deny_at),
            cancel_at: StageSet::from_iter(cancel_at),
            cancelable: StatusSet::from_iter(cancelable),
            reprocess_window: window,
            on_callout_failure: if holds { OnCalloutFailure::Hold } else { OnCalloutFailure::Fail },
            fulfillment_timeout: timeout,
            ..preset(Preset::ApiReference)
        });
    (prop_oneof![presets, random], any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(rules, holds, bypasses, distinct)| RulesSpec {
            on_callout_failure: if holds { OnCalloutFailure::Hold } else { rules.on_callout_failure },
            admin_bypasses_approval: bypasses,
            distinct_approvers: distinct,
            ..rules
        },
    )
}

fn approval() -> impl Strategy<Value = ApprovalSettings> {
    let stage = (
        period(&[60, 1_440, 20_160]),
        option::weighted(0.7, period(&[1, 2, 30])),
        proptest::bool::weighted(0.3),
    )
        .prop_map(|(denial, escalation, justification)| ApprovalStageSpec {
            duration_before_automatic_denial: Some(denial),
            is_approver_justification_required: justification,
            is_escalation_enabled: escalation.is_some(),
            duration_before_escalation: escalation,
        });
    (
        prop_oneof![1 => Just(Vec::new()), 4 => proptest::collection::vec(stage, 1..=3)],
        proptest::bool::weighted(0.8),
        proptest::bool::weighted(0.8),
        proptest::bool::weighted(0.3),
    )
        .prop_map(|(stages, add, update, justification)| ApprovalSettings {
            is_required_for_add: add && !stages.is_empty(),
            is_required_for_update: update && !stages.is_empty(),
            is_requestor_justification_required: justification,
            stages,
        })
}

fn extensions() -> impl Strategy<Value = Vec<ExtensionSpec>> {
    let extension = (
        prop_oneof![
            10 => select(Stage::VARIANTS.iter().copied().take(4).collect::<Vec<_>>()),
            1 => select(Stage::VARIANTS.to_vec()),
        ],
        option::weighted(0.6, period(&[5, 30, 1_440, 20_160])),
    )
        .prop_map(|(stage, timeout)| ExtensionSpec {
            stage,
            custom_extension_id: None,
            callback: timeout
                .filter(|_| Stage::VARIANTS.iter().position(|one| *one == stage).unwrap() < 4)
                .map(|timeout| CallbackConfiguration { timeout: Some(timeout) }),
        });
    proptest::collection::vec(extension, 0..=5)
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
                is_required: required && has_id,
                is_answer_editable: editable,
                form,
            })
            .collect()
    })
}

fn expiration() -> impl Strategy<Value = Expiration> {
    prop_oneof![
        3 => Just(Expiration::NOT_SPECIFIED),
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

fn policy(mood: Mood) -> impl Strategy<Value = PolicySpec> {
    let id = move |id| mood.mostly(option::weighted(0.8, Just(id)), Just(Some(OTHER)));
    (id(POLICY), id(PACKAGE), expiration(), settings(mood), approval(), questions(), extensions()).prop_map(
        |(id, access_package_id, expiration, requestor_settings, approval, questions, extensions)| {
            PolicySpec {
                id,
                access_package_id,
                expiration,
                requestor_settings,
                approval,
                questions,
                extensions,
            }
        },
    )
}

// Drafts.

fn schedule(mood: Mood) -> impl Strategy<Value = Option<Schedule>> {
    let wild = (
        select(ExpirationType::VARIANTS.to_vec()),
        option::of(minute()),
        option::of(period(&[0, 1, 60, 9_999])),
    )
        .prop_map(|(kind, end, duration)| Expiration { kind, end, duration });
    let schedule =
        (option::of(minute()), mood.mostly(expiration(), wild), mood.mostly(Just(false), Just(true)))
            .prop_map(|(start, expiration, has_recurrence)| Schedule { start, expiration, has_recurrence });
    option::of(schedule)
}

fn answer() -> impl Strategy<Value = DraftAnswer> {
    (
        prop_oneof![12 => select(QUESTIONS.to_vec()), 1 => Just(OTHER)],
        option::weighted(0.2, select(QuestionKind::VARIANTS.to_vec())),
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
    let id =
        |usual: Vec<Option<Uuid>>| mood.mostly(select(usual), select(vec![None, Some(OTHER), Some(BOB)]));
    let package = id(if is_add { vec![Some(PACKAGE)] } else { vec![None, Some(PACKAGE)] });
    let policy_id = id(if is_add { vec![Some(POLICY)] } else { vec![None, Some(POLICY)] });
    let assignment = id(if is_add { vec![None] } else { vec![Some(ASSIGNMENT)] });
    let targets = match request_type {
        RequestType::UserAdd => vec![None, Some(ADA), Some(BOB)],
        RequestType::AdminAdd | RequestType::SystemAdd | RequestType::OnBehalfAdd => vec![Some(BOB)],
        _ => vec![None],
    };
    let email_first = request_type == RequestType::AdminAdd;
    let target = id(targets);
    let object = mood.mostly(Just(None), option::of(select(PEOPLE.to_vec())));
    let email_only = proptest::bool::weighted(if email_first { 0.5 } else { 0.0 });
    let email = mood.mostly(
        Just(None),
        select(vec![Some("bob@example.com"), Some(" "), Some("bob\u{202e}@example.com")]),
    );
    let justification = mood.mostly(Just(Some("why not")), option::of(select(TEXTS.to_vec())));
    let validation = proptest::bool::weighted(0.02);
    let ids = (package, policy_id, assignment, target, object, email_only, email);
    (ids, justification, schedule(mood), validation).prop_map(
        move |(ids, justification, schedule, is_validation_only)| {
            let (package, policy, assignment, target, object, email_only, email) = ids;
            let needs_schedule = operation == Operation::Update && mood == Mood::Tame;
            let empty =
                Schedule { start: None, expiration: Expiration::NOT_SPECIFIED, has_recurrence: false };
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
            }
        },
    )
}

fn existing(mood: Mood, initiator: Role) -> impl Strategy<Value = Option<ExistingAssignment>> {
    let holder = if initiator == Role::User { vec![ADA, ADA, BOB] } else { vec![BOB, ADA] };
    let id = move |id| mood.mostly(Just(id), Just(OTHER));
    let found = (id(ASSIGNMENT), select(holder), id(PACKAGE), id(POLICY)).prop_map(
        |(id, target, access_package_id, assignment_policy_id)| ExistingAssignment {
            id,
            target,
            access_package_id,
            assignment_policy_id,
        },
    );
    mood.mostly(found.prop_map(Some), Just(None))
}

/// Random cases with this many commands.
pub(crate) fn case(mood: Mood, commands: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = Case> {
    let types = prop_oneof![
        8 => select(RequestType::VARIANTS.to_vec()),
        2 => Just(RequestType::AdminAdd),
        3 => Just(RequestType::UserAdd),
        1 => Just(RequestType::OnBehalfAdd),
    ];
    types.prop_flat_map(move |request_type| {
        let (_, initiator) = operation_and_initiator(request_type);
        let extra_answers = if mood == Mood::Tame { 0..=1 } else { 0..=7 };
        let limits = select(vec![LOW_LIMITS, Limits::DEFAULT]);
        let actor = (
            mood.mostly(Just(ADA), select(PEOPLE.to_vec())),
            mood.mostly(Just(initiator), select(Role::VARIANTS.to_vec())),
        );
        (
            policy(mood),
            rules(),
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
                    let (operation, _) = operation_and_initiator(request_type);
                    if answers_all && operation == Operation::Add {
                        draft.answers = required_answers(&policy);
                    }
                    if mood == Mood::Wild || (operation == Operation::Update && steps.len() % 3 == 0) {
                        draft.answers.extend(extra);
                    }
                    let actor = Actor::new(actor.0, actor.1);
                    Case { policy, rules, limits, draft, existing, actor, now: start(), steps }
                },
            )
    })
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
        6 => (
            which(),
            option::weighted(0.15, select(Stage::VARIANTS.to_vec())),
            option::weighted(0.3, select(CallbackDecision::VARIANTS.to_vec())),
            text(),
            text(),
        )
            .prop_map(|(which, stage, decision, source, detail)| Intent::Resume {
                which,
                stage,
                decision,
                source,
                detail
            }),
        10 => (
            prop_oneof![3 => Just(0_i64), 1 => -1_i64..3],
            select(Tier::VARIANTS.to_vec()),
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
        2 => select(vec![Role::User, Role::Administrator, Role::System])
            .prop_map(|role| Intent::Cancel { role }),
        2 => Just(Intent::Reprocess),
        4 => (prop_oneof![5 => Just(0_i64), 1 => -1_i64..2], outcome())
            .prop_map(|(attempt, outcome)| Intent::Report { attempt, outcome }),
        3 => (which(), text()).prop_map(|(which, detail)| Intent::CalloutFailed { which, detail }),
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

pub(crate) fn step() -> impl Strategy<Value = Step> {
    (
        intent(),
        option::weighted(0.1, select(PEOPLE.to_vec())),
        option::weighted(0.05, select(Role::VARIANTS.to_vec())),
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
pub(crate) fn fixed(strategy: impl Strategy<Value = Case>) -> impl Iterator<Item = Case> {
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), random);
    std::iter::repeat_with(move || strategy.new_tree(&mut runner).unwrap().current())
}
