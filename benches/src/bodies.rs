//! Incoming bodies: 10,000 different ones, the same in every run.
//!
//! Each body has up to eight answers, its members in random order, and the annotations that Graph's documentation
//! shows. Of the free texts, one in twenty has escapes, and one in twenty is not ASCII; half of the latter are written
//! with `\u`.

use std::sync::Arc;

use assignment_request::{
    AccessPackageId, Actor, CallbackDecision, Draft, DraftAnswer, ExistingAssignment, Expiration,
    ExpirationType, Period, PolicyId, PolicySpec, QuestionForm, QuestionId, QuestionKind, RequestId,
    RequestType, Resume, Role, Schedule, Timestamp,
};
use fastrand::Rng;
use uuid::Uuid;

use crate::json::Json;
use crate::policies::{Question, id};

/// The time of the requests.
pub fn now() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().expect("a timestamp")
}

/// A create body, and the draft that it should give.
pub struct Asking {
    pub body: Vec<u8>,
    pub draft: Draft,
    /// The id that the host gives the request.
    pub request: RequestId,
    pub actor: Actor,
    /// The assignment that the host finds for an Update or a Remove.
    pub assignment: Option<ExistingAssignment>,
}

/// How often each request type occurs.
const TYPES: [RequestType; 20] = {
    use RequestType::{
        AdminAdd, AdminRemove, AdminUpdate, SystemAdd, UserAdd, UserExtend, UserRemove, UserUpdate,
    };
    [
        UserAdd,
        UserAdd,
        UserAdd,
        UserAdd,
        UserAdd,
        UserAdd,
        UserAdd,
        UserAdd,
        UserAdd,
        UserAdd,
        AdminAdd,
        AdminAdd,
        AdminAdd,
        UserUpdate,
        UserUpdate,
        UserExtend,
        AdminUpdate,
        SystemAdd,
        UserRemove,
        AdminRemove,
    ]
};

/// Returns bodies of all request types, with up to eight answers.
pub fn mixed(random: &mut Rng, policy: &PolicySpec, questions: &[Question], count: usize) -> Vec<Asking> {
    (0..count)
        .map(|number| {
            let request_type = TYPES[random.usize(..TYPES.len())];
            let answers = number % 9;
            asking(random, policy, questions, request_type, answers)
        })
        .collect()
}

/// Returns a body of this request type, with answers to `answers` of the questions.
pub fn asking(
    random: &mut Rng,
    policy: &PolicySpec,
    questions: &[Question],
    request_type: RequestType,
    answers: usize,
) -> Asking {
    let role = request_type.initiator();
    let actor = Actor::new(id(random).into(), role);
    let mut draft = Draft::new(request_type);
    let mut assignment = Vec::new();
    draft.access_package_id = policy.access_package_id;
    assignment.push(("accessPackageId", optional_id(draft.access_package_id.map(Into::into))));
    draft.assignment_policy_id = policy.id;
    assignment.push(("assignmentPolicyId", optional_id(draft.assignment_policy_id.map(Into::into))));
    let mut existing = None;
    match request_type {
        RequestType::AdminAdd | RequestType::SystemAdd => {
            draft.target_id = Some(id(random).into());
            assignment.push(("targetId", optional_id(draft.target_id.map(Into::into))));
        }
        RequestType::UserAdd => {}
        _ => {
            let found = ExistingAssignment {
                id: id(random).into(),
                target: if role == Role::User { actor.id } else { id(random).into() },
                access_package_id: policy.access_package_id.unwrap_or(AccessPackageId::from_u128(0)),
                assignment_policy_id: policy.id.unwrap_or(PolicyId::from_u128(0)),
            };
            draft.assignment_id = Some(found.id);
            assignment.push(("id", optional_id(draft.assignment_id.map(Into::into))));
            existing = Some(found);
        }
    }
    let mut members =
        vec![("requestType", Json::plain(request_type)), ("assignment", Json::Object(assignment))];
    if random.u8(..3) > 0 {
        let words = random.usize(4..30);
        let (text, json) = text(random, words, true);
        draft.justification = Some(text);
        members.push(("justification", json));
    }
    if random.u8(..10) == 0 {
        members.push(("@odata.type", Json::plain("#microsoft.graph.accessPackageAssignmentRequest")));
    }
    if random.u8(..10) == 0 {
        members.push(("isValidationOnly", Json::Bare("false".to_owned())));
    }
    let is_remove = matches!(request_type, RequestType::UserRemove | RequestType::AdminRemove);
    let is_add =
        matches!(request_type, RequestType::UserAdd | RequestType::AdminAdd | RequestType::SystemAdd);
    // An Update has to change something.
    if !is_remove && (random.u8(..3) == 0 || (!is_add && answers == 0)) {
        let (schedule, json) = schedule(random);
        draft.schedule = Some(schedule);
        members.push(("schedule", json));
    }
    if !is_remove && answers > 0 {
        let mut chosen: Vec<&Question> = questions.iter().collect();
        random.shuffle(&mut chosen);
        let mut items = Vec::with_capacity(answers);
        for question in chosen.into_iter().take(answers) {
            let (answer, json) = answer(random, question);
            draft.answers.push(answer);
            items.push(json);
        }
        members.push(("answers", Json::Array(items)));
    }
    let body = written(random, members);
    Asking { body, draft, request: id(random).into(), actor, assignment: existing }
}

fn answer(random: &mut Rng, question: &Question) -> (DraftAnswer, Json) {
    let spec = &question.spec;
    let (kind, question_type, (value, json)) = match (&spec.form, question.matching) {
        (QuestionForm::TextInput { .. }, Some(matching)) => {
            let value = matching(random);
            let json = Json::Text(value.clone());
            (QuestionKind::TextInput, "TextInput", (value.into(), json))
        }
        (QuestionForm::TextInput { .. }, None) => {
            let words = random.usize(1..8);
            (QuestionKind::TextInput, "TextInput", text(random, words, false))
        }
        (QuestionForm::MultipleChoice { choices, .. }, _) => {
            let choice = &choices[random.usize(..choices.len())];
            // Some clients send the text that they showed.
            let value = if random.u8(..5) == 0 { &choice.texts[0] } else { &choice.actual_value };
            let json = Json::Text(value.clone());
            (QuestionKind::MultipleChoice, "MultipleChoice", (value.as_str().into(), json))
        }
    };
    let question_id = spec.id.unwrap_or(QuestionId::from_u128(0));
    let question_type = format!("#microsoft.graph.accessPackage{question_type}Question");
    let mut members = vec![
        ("@odata.type", Json::plain("#microsoft.graph.accessPackageAnswerString")),
        ("value", json),
        (
            "answeredQuestion",
            Json::Object(vec![("@odata.type", Json::plain(question_type)), ("id", Json::plain(question_id))]),
        ),
    ];
    if random.u8(..4) == 0 {
        members.push(("displayValue", Json::null()));
    }
    (DraftAnswer { question_id, question_kind: Some(kind), value: Some(value) }, Json::Object(members))
}

fn schedule(random: &mut Rng) -> (Schedule, Json) {
    let start = format!("2026-{:02}-{:02}T08:00:00Z", random.u8(4..7), random.u8(1..29));
    let (expiration, members) = match random.u8(..3) {
        0 => {
            let end = format!("2027-{:02}-{:02}T18:30:00Z", random.u8(1..13), random.u8(1..29));
            let expiration = Expiration {
                kind: ExpirationType::AfterDateTime,
                end: Some(end.parse().expect("a timestamp")),
                duration: None,
            };
            (expiration, vec![("type", Json::plain("afterDateTime")), ("endDateTime", Json::plain(end))])
        }
        1 => {
            let days = random.u32(30..360);
            let expiration = Expiration {
                kind: ExpirationType::AfterDuration,
                end: None,
                duration: Some(Period::from_days(days)),
            };
            let duration = Json::plain(format_args!("P{days}D"));
            (expiration, vec![("type", Json::plain("afterDuration")), ("duration", duration)])
        }
        _ => {
            let expiration = Expiration { kind: ExpirationType::NoExpiration, end: None, duration: None };
            (expiration, vec![("type", Json::plain("noExpiration"))])
        }
    };
    let schedule =
        Schedule { start: Some(start.parse().expect("a timestamp")), expiration, has_recurrence: false };
    let members = vec![
        ("startDateTime", Json::plain(start)),
        ("recurrence", Json::null()),
        ("expiration", Json::Object(members)),
    ];
    (schedule, Json::Object(members))
}

/// Returns the body of a callback, and the resume that it should give. In nine of ten the request continues.
pub fn resume(random: &mut Rng, callout: &assignment_request::Callout) -> (Vec<u8>, Resume) {
    let stage = callout.stage();
    let mut resume = Resume {
        instance: callout.instance(),
        stage,
        decision: CallbackDecision::Continue,
        approval_stage: None,
        source: None,
        detail: None,
    };
    let mut data = vec![
        ("@odata.type", Json::plain("microsoft.graph.accessPackageAssignmentRequestCallbackData")),
        ("stage", Json::plain(stage)),
        ("customExtensionStageInstanceId", Json::plain(callout.instance())),
    ];
    if random.u8(..10) == 0 {
        data.push(("state", Json::plain("denied")));
        resume.decision = CallbackDecision::Deny;
    }
    if random.bool() {
        let words = random.usize(3..15);
        let (detail, json) = text(random, words, true);
        data.push(("customExtensionStageInstanceDetail", json));
        resume.detail = Some(detail);
    }
    let source = format!("Contoso.SeparationOfDuties{}", random.u8(..20));
    let callback_type =
        Json::plain(format_args!("microsoft.graph.accessPackageCustomExtensionStage.{stage}"));
    let members =
        vec![("source", Json::plain(&source)), ("type", callback_type), ("data", Json::Object(data))];
    resume.source = Some(source.into());
    (written(random, members), resume)
}

fn written(random: &mut Rng, members: Vec<(&'static str, Json)>) -> Vec<u8> {
    let mut text = String::new();
    Json::Object(members).write(random, &mut text);
    text.into_bytes()
}

fn optional_id(id: Option<Uuid>) -> Json {
    id.map_or_else(Json::null, Json::plain)
}

const WORDS: [&str; 16] = [
    "access",
    "to",
    "the",
    "quarterly",
    "report",
    "of",
    "sales",
    "for",
    "project",
    "Fabrikam",
    "is",
    "needed",
    "until",
    "review",
    "my",
    "audit",
];
const FOREIGN_WORDS: [&str; 4] = ["Genehmigung für Jörg", "доступ", "財務報告", "demande d’accès 🙂"];

/// Returns a text of some words, and its written form.
fn text(random: &mut Rng, words: usize, has_lines: bool) -> (Arc<str>, Json) {
    let mut text = String::new();
    for number in 0..words {
        if number > 0 {
            text.push(' ');
        }
        text.push_str(WORDS[random.usize(..WORDS.len())]);
    }
    let json = match random.u8(..20) {
        0 => {
            text.push_str(if has_lines { " \"now\",\n\tC:\\Finance\r\n" } else { " \"now\" in C:\\Finance" });
            Json::Text(text.clone())
        }
        1 => {
            text.push(' ');
            text.push_str(FOREIGN_WORDS[random.usize(..FOREIGN_WORDS.len())]);
            if random.bool() { Json::Text(text.clone()) } else { escaped(&text) }
        }
        _ => Json::Text(text.clone()),
    };
    (text.into(), json)
}

/// Writes a text with `\u` for everything that is not ASCII.
fn escaped(text: &str) -> Json {
    let units = text.encode_utf16().map(|unit| match u8::try_from(unit) {
        Ok(byte) if byte.is_ascii() => char::from(byte).to_string(),
        _ => format!("\\u{unit:04x}"),
    });
    Json::Bare(format!("\"{}\"", units.collect::<String>()))
}
