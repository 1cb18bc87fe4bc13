//! Random policies, rules and drafts: small pools of ids, texts and moments, so that they meet each other.

use std::sync::Arc;

use assignment_request::{
    Actor, ApprovalSettings, ApprovalStageSpec, CallbackConfiguration, ChoiceSpec, Draft, DraftAnswer,
    ExistingAssignment, Expiration, ExpirationType, ExtensionSpec, Limits, Moment, OnCalloutFailure,
    Operation, Period, PolicySpec, Preset, QuestionForm, QuestionKind, QuestionSpec, RequestType,
    RequestorSettings, Role, RulesSpec, Schedule, Stage, StageSet, StatusSet,
};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use strum::VariantArray as _;
use uuid::Uuid;

use crate::intents::{Step, step};
use crate::model::answers::PATTERNS;
use crate::model::presets::preset;
use crate::model::submission::{Submission, operation_and_initiator};

const REQUEST: Uuid = Uuid::from_u128(0x5a2c_0e7e_1f5b_4d0b_9a55_3f0f_7c2d_1b10);
const PACKAGE: Uuid = Uuid::from_u128(0xa0);
const POLICY: Uuid = Uuid::from_u128(0xa1);
const ASSIGNMENT: Uuid = Uuid::from_u128(0xa2);
pub(crate) const OTHER: Uuid = Uuid::from_u128(0xa3);
pub(crate) const ADA: Uuid = Uuid::from_u128(0xb0);
pub(crate) const BOB: Uuid = Uuid::from_u128(0xb1);
pub(crate) const CLEO: Uuid = Uuid::from_u128(0xb2);
pub(crate) const DORA: Uuid = Uuid::from_u128(0xb3);
pub(crate) const SERVICE: Uuid = Uuid::from_u128(0xb4);
pub(crate) const HOST: Uuid = Uuid::from_u128(0xb5);
pub(crate) const PEOPLE: [Uuid; 6] = [ADA, BOB, CLEO, DORA, SERVICE, HOST];
const QUESTIONS: [Uuid; 5] = [
    Uuid::from_u128(0xc0),
    Uuid::from_u128(0xc1),
    Uuid::from_u128(0xc2),
    Uuid::from_u128(0xc3),
    Uuid::from_u128(0xc4),
];

/// Limits so low that short texts exceed them.
const LOW_LIMITS: Limits =
    Limits { justification: 20, detail: 20, source: 8, answers: 5, answer: 12, ..Limits::DEFAULT };

pub(crate) const TEXTS: [&str; 16] = [
    "fine",
    "",
    " \t",
    "\u{b}",
    "two\nlines",
    "tab\there",
    "next\u{85}line",
    "bell\u{7}",
    "right\u{202e}left",
    "isolate\u{2066}",
    "exactly-twenty-bytes",
    "one-byte-over-twenty!",
    "nine-byte",
    "\u{e9}\u{e9}\u{e9}\u{e9}",
    "bell\u{7} and far too long to be taken",
    "                     ",
];

const VALUES: [&str; 24] = [
    "abc",
    "a",
    "bc",
    "x",
    "YES",
    "1",
    "12",
    "12345",
    "red",
    "blue",
    "green",
    "Red",
    "Rot",
    "Shared",
    "rouge",
    "",
    " ",
    "\u{b}",
    "two\nlines",
    "u\u{2028}v",
    "nl\u{85}",
    "bell\u{7}",
    "exactly-12-b",
    "thirteen-byte",
];

/// A submission, and commands behind it.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) policy: PolicySpec,
    pub(crate) rules: RulesSpec,
    pub(crate) limits: Limits,
    pub(crate) draft: Draft,
    pub(crate) existing: Option<ExistingAssignment>,
    pub(crate) actor: Actor,
    pub(crate) now: Moment,
    pub(crate) steps: Vec<Step>,
}

impl Case {
    pub(crate) fn submission(&self) -> Submission<'_> {
        Submission {
            id: REQUEST,
            policy: &self.policy,
            rules: &self.rules,
            limits: &self.limits,
            draft: &self.draft,
            existing: self.existing.as_ref(),
            actor: self.actor,
            now: self.now,
        }
    }

    /// The same case, with every moment in policy and draft some ticks later.
    pub(crate) fn later_by(&self, ticks: i64) -> Self {
        let mut case = self.clone();
        case.now = later(case.now, ticks);
        case.policy.expiration.end = case.policy.expiration.end.map(|end| later(end, ticks));
        if let Some(schedule) = &mut case.draft.schedule {
            schedule.start = schedule.start.map(|start| later(start, ticks));
            schedule.expiration.end = schedule.expiration.end.map(|end| later(end, ticks));
        }
        case
    }
}

// Moments.

pub(crate) const MINUTE: i64 = 600_000_000;

pub(crate) fn later(moment: Moment, ticks: i64) -> Moment {
    Moment::from_ticks(moment.ticks() + ticks).unwrap()
}

fn start() -> Moment {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

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
    let choice = |value: &str, texts: &[&str]| ChoiceSpec {
        actual_value: value.to_owned(),
        texts: texts.iter().map(ToString::to_string).collect(),
    };
    // "green" is a value and the text of another choice; "Shared" is the text of two, "Rot" twice of one.
    let choices = vec![
        choice("red", &["Red", "Rot", "Rot", "green"]),
        choice("blue", &["Blue", "Shared"]),
        choice("green", &["Green", "Shared"]),
    ];
    let text_form = (any::<bool>(), option::of(select(PATTERNS.to_vec()))).prop_map(|(single, pattern)| {
        QuestionForm::TextInput { is_single_line: single, pattern: pattern.map(str::to_owned) }
    });
    let choice_form = any::<bool>().prop_map(move |several| QuestionForm::MultipleChoice {
        allows_multiple_selection: several,
        choices: choices.clone(),
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

/// A value that the question takes.
fn good_value(question: &QuestionSpec) -> &'static str {
    match &question.form {
        QuestionForm::MultipleChoice { .. } => "red",
        QuestionForm::TextInput { pattern, .. } => match pattern.as_deref() {
            Some(r"\d{2,4}") => "12",
            Some("^x$|(?i)yes") => "x",
            _ => "a",
        },
    }
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

fn required_answers(policy: &PolicySpec) -> Vec<DraftAnswer> {
    let required = policy.questions.iter().filter(|question| question.is_required);
    required
        .filter_map(|question| {
            Some(DraftAnswer {
                question_id: question.id?,
                question_kind: None,
                value: Some(good_value(question).into()),
            })
        })
        .collect()
}

/// A policy that allows everything and asks nothing, and a draft under it, without commands.
pub(crate) fn plain(mut draft: Draft) -> Case {
    let (operation, initiator) = operation_and_initiator(draft.request_type);
    if operation == Operation::Add {
        draft.access_package_id = Some(PACKAGE);
    } else {
        draft.assignment_id = Some(ASSIGNMENT);
    }
    let all = RequestorSettings {
        self_add: true,
        self_update: true,
        self_remove: true,
        on_behalf_add: true,
        on_behalf_update: true,
        on_behalf_remove: true,
        custom_schedule: true,
    };
    Case {
        policy: PolicySpec { requestor_settings: all, ..PolicySpec::EMPTY },
        rules: preset(Preset::ApiReference),
        limits: Limits::DEFAULT,
        draft,
        existing: Some(ExistingAssignment {
            id: ASSIGNMENT,
            target: ADA,
            access_package_id: PACKAGE,
            assignment_policy_id: POLICY,
        }),
        actor: Actor::new(ADA, initiator),
        now: start(),
        steps: Vec::new(),
    }
}
