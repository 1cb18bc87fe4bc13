//! The policies of the requests.

use assignment_request::{
    ApprovalSettings, ApprovalStageSpec, CallbackConfiguration, CalloutStage, ChoiceSpec, ExtensionBehavior,
    ExtensionSpec, Limits, Period, Policy, PolicySpec, QuestionForm, QuestionSpec, RequestorSettings,
};
use fastrand::Rng;
use uuid::Uuid;

/// Returns a random id.
pub fn id(random: &mut Rng) -> Uuid {
    uuid::Builder::from_random_bytes(random.u128(..).to_be_bytes()).into_uuid()
}

/// Returns a text that matches a pattern.
type Matching = fn(&mut Rng) -> String;

/// The three patterns of the everyday policy.
const PATTERNS: [(&str, Matching); 3] = [
    (r"^[A-Z]{2}\d{4,6}$", |random| format!("{}{}", "FA", random.u32(1_000..1_000_000))),
    (r"^[\w\-\.]+@([\w-]+\.)+[\w-]{2,}$", |random| format!("person{}@sales.example.org", random.u16(..))),
    (r"(?i)(cc|pc)-\d{3}(-\d{2})?", |random| format!("CC-{}-{}", random.u8(100..), random.u8(10..100))),
];

/// A question and how to answer it.
pub struct Question {
    pub spec: QuestionSpec,
    /// Returns a text that matches the question's pattern. `None` if the question has no pattern.
    pub matching: Option<Matching>,
}

impl Question {
    fn text(random: &mut Rng, pattern: Option<(&str, Matching)>) -> Self {
        let form = QuestionForm::TextInput {
            is_single_line: pattern.is_none(),
            pattern: pattern.map(|(pattern, _)| pattern.to_owned()),
        };
        Self { spec: question(random, form), matching: pattern.map(|(_, matching)| matching) }
    }

    /// A choice of eight, each with its name in two languages.
    fn choice(random: &mut Rng, allows_multiple_selection: bool) -> Self {
        let choices = (0..8)
            .map(|number| {
                let value = id(random).simple().to_string();
                ChoiceSpec {
                    texts: vec![format!("Choice {number} {}", &value[..6]), format!("Wahl {number}")],
                    actual_value: value,
                }
            })
            .collect();
        let form = QuestionForm::MultipleChoice { allows_multiple_selection, choices };
        Self { spec: question(random, form), matching: None }
    }
}

fn question(random: &mut Rng, form: QuestionForm) -> QuestionSpec {
    QuestionSpec {
        id: Some(id(random).into()),
        texts: Vec::new(),
        is_required: false,
        is_answer_editable: true,
        form,
    }
}

/// Returns the questions of an everyday policy: ten, of which five are choices and three have a pattern.
pub fn everyday_questions(random: &mut Rng) -> Vec<Question> {
    (0..10)
        .map(|number| match number {
            0..3 => Question::text(random, Some(PATTERNS[number])),
            3..5 => Question::text(random, None),
            _ => Question::choice(random, number % 2 == 0),
        })
        .collect()
}

/// Returns `count` required questions without patterns, half of them choices.
pub fn many_questions(random: &mut Rng, count: usize) -> Vec<Question> {
    (0..count)
        .map(|number| {
            let mut question = match number % 4 {
                0 | 1 => Question::text(random, None),
                nth => Question::choice(random, nth == 2),
            };
            question.spec.is_required = true;
            question
        })
        .collect()
}

/// Returns a policy with these questions that uses every feature: three approval stages, the first with escalation, and
/// an extension that the request waits for at every callout stage.
pub fn policy(random: &mut Rng, questions: &[Question]) -> PolicySpec {
    let stage = |escalation| ApprovalStageSpec {
        duration_before_automatic_denial: Some(Period::from_days(14)),
        is_approver_justification_required: false,
        is_escalation_enabled: escalation,
        duration_before_escalation: Some(Period::from_days(7)),
    };
    let stages = [
        CalloutStage::AssignmentRequestCreated,
        CalloutStage::AssignmentRequestApproved,
        CalloutStage::AssignmentRequestGranted,
        CalloutStage::AssignmentRequestRemoved,
    ];
    PolicySpec {
        id: Some(id(random).into()),
        access_package_id: Some(id(random).into()),
        requestor_settings: RequestorSettings {
            self_add: true,
            self_update: true,
            self_remove: true,
            on_behalf_add: true,
            on_behalf_update: true,
            on_behalf_remove: true,
            custom_schedule: true,
        },
        approval: ApprovalSettings {
            is_required_for_add: true,
            is_required_for_update: true,
            is_requestor_justification_required: false,
            stages: [true, false, false].map(|is_escalated| stage(is_escalated).into()).to_vec(),
        },
        questions: questions.iter().map(|question| question.spec.clone()).collect(),
        extensions: stages
            .map(|stage| ExtensionSpec {
                stage,
                custom_extension_id: Some(id(random).into()),
                behavior: Some(ExtensionBehavior::LaunchAndWait(CallbackConfiguration {
                    timeout: Some(Period::from_days(1)),
                })),
            })
            .to_vec(),
        ..PolicySpec::default()
    }
}

/// Compiles the policy.
pub fn compiled(spec: &PolicySpec) -> Policy {
    Policy::compile(spec, &Limits::default()).expect("the policy is good")
}
