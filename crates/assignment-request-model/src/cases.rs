//! Cases: a submission and the commands after it; and the small pools of ids, texts and timestamps that they are made of,
//! so that they meet each other. Who chooses from the pools is not told here: `random.rs` does, and the fuzzing.

use assignment_request::{
    AccessPackageId, Actor, AssignmentId, ChoiceSpec, Draft, DraftAnswer, ExistingAssignment,
    ExtensionBehavior, ExtensionId, Limits, Operation, Period, PolicyId, PolicySpec, Preset, QuestionForm,
    QuestionId, QuestionSpec, RequestId, RequestorSettings, RulesSpec, SubjectId, Timestamp,
};

use crate::intents::Step;
use crate::model::presets::preset;
use crate::model::submission::{Submission, operation_and_initiator};

pub const REQUEST: RequestId = RequestId::from_u128(0x5a2c_0e7e_1f5b_4d0b_9a55_3f0f_7c2d_1b10);
pub const PACKAGE: AccessPackageId = AccessPackageId::from_u128(0xa0);
pub const POLICY: PolicyId = PolicyId::from_u128(0xa1);
pub const ASSIGNMENT: AssignmentId = AssignmentId::from_u128(0xa2);
pub const OTHER: SubjectId = SubjectId::from_u128(0xa3);
pub const ADA: SubjectId = SubjectId::from_u128(0xb0);
pub const BOB: SubjectId = SubjectId::from_u128(0xb1);
pub const CLEO: SubjectId = SubjectId::from_u128(0xb2);
pub const DORA: SubjectId = SubjectId::from_u128(0xb3);
pub const SERVICE: SubjectId = SubjectId::from_u128(0xb4);
pub const HOST: SubjectId = SubjectId::from_u128(0xb5);
pub const PEOPLE: [SubjectId; 6] = [ADA, BOB, CLEO, DORA, SERVICE, HOST];
pub const QUESTIONS: [QuestionId; 5] = [
    QuestionId::from_u128(0xc0),
    QuestionId::from_u128(0xc1),
    QuestionId::from_u128(0xc2),
    QuestionId::from_u128(0xc3),
    QuestionId::from_u128(0xc4),
];

/// Extensions; the first two determine approval stages too.
pub const EXTENSIONS: [ExtensionId; 4] = [
    ExtensionId::from_u128(0xe0),
    ExtensionId::from_u128(0xe1),
    ExtensionId::from_u128(0xe2),
    ExtensionId::from_u128(0xe3),
];

/// Limits so low that short texts and small policies exceed them.
pub fn low_limits() -> Limits {
    let mut limits = Limits::default();
    limits.justification = 20;
    limits.detail = 20;
    limits.source = 8;
    limits.answers = 5;
    limits.answer = 12;
    limits.questions = 4;
    limits.choices = 3;
    limits.extensions = 8;
    limits.translations = 3;
    limits
}

pub const TEXTS: [&str; 16] = [
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

pub const VALUES: [&str; 24] = [
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

/// A submission, and commands after it.
#[derive(Clone, Debug)]
pub struct Case {
    pub policy: PolicySpec,
    /// The extensions that the host knows (P6).
    pub known: Vec<(ExtensionId, ExtensionBehavior)>,
    pub rules: RulesSpec,
    pub limits: Limits,
    pub draft: Draft,
    pub existing: Option<ExistingAssignment>,
    pub actor: Actor,
    pub now: Timestamp,
    pub steps: Vec<Step>,
}

impl Case {
    /// What is submitted, under a policy that was judged.
    pub fn submission<'a>(&'a self, waits: &'a [Option<Period>]) -> Submission<'a> {
        Submission {
            id: REQUEST,
            policy: &self.policy,
            waits,
            rules: &self.rules,
            limits: &self.limits,
            draft: &self.draft,
            existing: self.existing.as_ref(),
            actor: self.actor,
            now: self.now,
        }
    }

    /// The same case, with every timestamp in policy and draft some ticks later.
    #[must_use]
    pub fn later_by(&self, ticks: i64) -> Self {
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

pub const MINUTE: i64 = 600_000_000;

pub fn later(timestamp: Timestamp, ticks: i64) -> Timestamp {
    Timestamp::from_ticks(timestamp.ticks() + ticks).unwrap()
}

pub fn start() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

/// "green" is a value and the text of another choice; "Shared" is the text of two, "Rot" twice of one.
pub fn choices() -> Vec<ChoiceSpec> {
    let choice = |value: &str, texts: &[&str]| ChoiceSpec {
        actual_value: value.to_owned(),
        texts: texts.iter().map(ToString::to_string).collect(),
    };
    vec![
        choice("red", &["Red", "Rot", "Rot", "green"]),
        choice("blue", &["Blue", "Shared"]),
        choice("green", &["Green", "Shared"]),
    ]
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

/// An answer to every question that must be answered.
pub fn required_answers(policy: &PolicySpec) -> Vec<DraftAnswer> {
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
pub fn plain(mut draft: Draft) -> Case {
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
        policy: PolicySpec { requestor_settings: all, ..PolicySpec::default() },
        known: Vec::new(),
        rules: preset(Preset::ApiReference),
        limits: Limits::default(),
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
