//! What is said of each broken rule, word for word; its code, class and rule; and how large errors are.

use std::collections::BTreeSet;
use std::fmt::Display;

use assignment_request::{
    ApplyError, ApprovalStageViolation, ApprovalStageViolations, Class, DurationError, Event, IdError,
    Limits, Period, Phase, Policy, PolicySpec, PolicyViolation, PolicyViolationKind, QuestionForm,
    QuestionSpec, Rejection, RejectionKind, ReplayError, RequestId, RequestType, Role, Rule, RulesError,
    Status, StatusSet, SubjectId, Timestamp, TimestampError, Violation, ViolationKind,
};
use assignment_request_model::golden::assert_golden;
use assignment_request_model::samples;
use uuid::Uuid;

const ID: Uuid = Uuid::from_u128(0x46184453_e63b_4f20_86c2_c557ed5d5df9);
const OTHER: Uuid = Uuid::from_u128(0x2b1e4d7a_0c55_4d4e_9f0e_6f0a3f1f8c11);

fn timestamp() -> Timestamp {
    "2026-01-05T09:00:00Z".parse().unwrap_or(Timestamp::MIN)
}

/// Asserts that `codes` are just `names`.
#[track_caller]
fn assert_complete<'a>(codes: impl IntoIterator<Item = &'a str>, names: &[&str]) {
    let codes: BTreeSet<_> = codes.into_iter().collect();
    assert_eq!(codes, names.iter().copied().collect());
}

/// Returns what the golden file has: code, class, rule and text of every refusal.
fn refusals() -> String {
    let rejections = samples::rejections();
    let violations = samples::violations();
    let of_policies = samples::policy_violations();
    let kinds: BTreeSet<_> = rejections.iter().map(Rejection::kind).collect();
    assert_eq!(kinds, RejectionKind::ALL.iter().copied().collect(), "a rejection without a sample");
    let classes: BTreeSet<_> = rejections.iter().map(Rejection::class).collect();
    assert_eq!(classes, Class::ALL.iter().copied().collect());
    assert_complete(violations.iter().map(Violation::code), ViolationKind::CODES);
    assert_complete(of_policies.iter().map(PolicyViolation::code), PolicyViolationKind::CODES);

    let head =
        "Every refusal: code, class, rule, text. Generated; see tests/all/vocabulary/messages.rs.".to_owned();
    let mut lines = vec![head, "\nRejections of commands".to_owned()];
    lines
        .extend(rejections.iter().map(|one| format!("{} {} {}: {one}", one.code(), one.class(), one.rule())));
    lines.push("\nBroken rules of submissions, all of class invalid".to_owned());
    lines.extend(violations.iter().map(|one| format!("{} {}: {one}", one.code(), one.rule())));
    lines.push("\nBroken rules of policies, all of class invalid".to_owned());
    lines.extend(of_policies.iter().map(|one| format!("{} {}: {one}", one.code(), one.rule())));
    lines.join("\n") + "\n"
}

#[test]
fn every_refusal_has_its_message_code_class_and_rule() {
    assert_golden(env!("CARGO_MANIFEST_DIR"), "refusals.txt", &refusals());
}

/// Asserts that each error has its text, and that `ordinal`, whose match breaks the build when a variant is added,
/// gives every number up to the last.
#[track_caller]
fn assert_texts<E: Display>(table: &[(E, &str)], ordinal: impl Fn(&E) -> usize, variants: usize) {
    for (error, text) in table {
        assert_eq!(error.to_string(), *text);
    }
    let numbers: BTreeSet<_> = table.iter().map(|(error, _)| ordinal(error)).collect();
    assert_eq!(numbers, (0..variants).collect());
}

/// A question that breaks rule P1.
fn no_choices() -> QuestionSpec {
    QuestionSpec {
        id: None,
        texts: Vec::new(),
        is_required: false,
        is_answer_editable: false,
        form: QuestionForm::MultipleChoice { allows_multiple_selection: false, choices: Vec::new() },
    }
}

#[test]
fn every_other_error_has_its_message() {
    assert_texts(
        &[
            (
                RulesError::Cancelable(StatusSet::of(&[Status::Delivering, Status::Fulfilled])),
                "`cancelable` may not contain Delivering, Fulfilled",
            ),
            (
                RulesError::Duration { rule: "acceptedTimeout" },
                "`acceptedTimeout` must be longer than zero, and at most 3660 days",
            ),
        ],
        |error| match error {
            RulesError::Cancelable(_) => 0,
            RulesError::Duration { .. } => 1,
            other => panic!("{other:?} has no row"),
        },
        2,
    );
    assert_eq!(RulesError::Duration { rule: "startLimit" }.code(), "badRules");
    assert_texts(
        &[
            (
                ApplyError::AnotherRequest { decided: RequestId::new(ID), actual: RequestId::new(OTHER) },
                "the decision is about request 46184453-e63b-4f20-86c2-c557ed5d5df9, not 2b1e4d7a-0c55-4d4e-9f0e-6f0a3f1f8c11",
            ),
            (
                ApplyError::AnotherRevision { decided: 4, actual: 6 },
                "the decision is about revision 4; the request has revision 6",
            ),
            (
                ApplyError::AnotherHistory { id: RequestId::new(ID) },
                "the decision is about another history of request 46184453-e63b-4f20-86c2-c557ed5d5df9",
            ),
        ],
        |error| match error {
            ApplyError::AnotherRequest { .. } => 0,
            ApplyError::AnotherRevision { .. } => 1,
            ApplyError::AnotherHistory { .. } => 2,
            other => panic!("{other:?} has no row"),
        },
        3,
    );
    assert_texts(
        &[
            (ReplayError::Empty, "there is no event"),
            (
                ReplayError::Submission,
                "the first event is not a `submitted` that a policy gives within these limits",
            ),
            (ReplayError::Time { sequence: 2 }, "event 2 happened before the event before it"),
            (ReplayError::Impossible { sequence: 2 }, "event 2 could not happen"),
            (
                ReplayError::Refused { sequence: 2, rejection: Rejection::SelfApproval },
                "event 2 could not happen: the requestor and the target may not decide about the request",
            ),
            (ReplayError::Broken { sequence: 2 }, "event 2 is not the one that belongs here"),
        ],
        |error| match error {
            ReplayError::Empty => 0,
            ReplayError::Submission => 1,
            ReplayError::Time { .. } => 2,
            ReplayError::Impossible { .. } => 3,
            ReplayError::Refused { .. } => 4,
            ReplayError::Broken { .. } => 5,
            other => panic!("{other:?} has no row"),
        },
        6,
    );
    let unknown = "shipped".parse::<Status>().unwrap_err();
    assert_eq!(unknown.to_string(), format!("expected one of: {}", unknown.expected().join(", ")));
    let spec = PolicySpec { questions: vec![no_choices()], ..PolicySpec::default() };
    let refused = Policy::compile(&spec, &Limits::default()).unwrap_err();
    assert_eq!(
        (refused.code(), refused.to_string().as_str()),
        ("invalidPolicy", "`questions[0].choices` is empty")
    );
    assert_eq!(IdError.to_string(), "expected a hyphenated UUID like `46184453-e63b-4f20-86c2-c557ed5d5df9`");
    assert_eq!(TimestampError.to_string(), "expected a timestamp like `2026-01-05T09:00:00Z`");
    assert_eq!(
        DurationError.to_string(),
        "expected a duration like `P14D` or `PT1H30M`, without sign, years or months"
    );
}

/// The code, path and text of everything that can be wrong with an approval stage of a resume, in the order of rule Y8.
#[test]
fn y8_every_violation_of_a_determined_stage_has_its_code_path_and_text() {
    const LIMIT: &str = "must be positive, and not longer than the rule `determinedStageLimit`";
    const NOBODY: &str = "names no approver other than the requestor, the target and the caller";
    const MANY: &str = "has more than 50 entries";
    let table = [
        ("missing", "durationBeforeAutomaticDenial", "is missing"),
        ("badDuration", "durationBeforeAutomaticDenial", LIMIT),
        ("missing", "durationBeforeEscalation", "is missing"),
        (
            "badDuration",
            "durationBeforeEscalation",
            "must be positive, and shorter than `durationBeforeAutomaticDenial`",
        ),
        ("noApprovers", "primaryApprovers", NOBODY),
        ("noApprovers", "escalationApprovers", NOBODY),
        ("tooMany", "primaryApprovers", MANY),
        ("tooMany", "fallbackPrimaryApprovers", MANY),
        ("tooMany", "escalationApprovers", MANY),
        ("tooMany", "fallbackEscalationApprovers", MANY),
    ];
    assert_eq!(table.len(), ApprovalStageViolation::ALL.len());
    for ((code, member, text), violation) in table.iter().zip(ApprovalStageViolation::ALL) {
        let path = format!("data.approvalStage.{member}");
        assert_eq!((violation.code(), violation.path(), violation.rule()), (*code, &*path, Rule::Y8));
        assert_eq!(violation.to_string(), format!("`{path}` {text}"));
    }
    let none = ApprovalStageViolations::of(&[]);
    assert_eq!(none.to_string(), "nothing");
    let all: ApprovalStageViolations = ApprovalStageViolation::ALL.iter().copied().collect();
    assert_eq!(all.to_string().split("; ").count(), table.len());
}

#[test]
fn every_refused_submission_has_its_message_and_code() {
    use assignment_request::{Actor, Draft, SubmissionError};
    let policy = Policy::compile(&PolicySpec::default(), &Limits::default()).unwrap();
    let submit = |request_type, role| {
        let draft = Draft::new(request_type);
        policy
            .submit(RequestId::new(ID), &draft, None, Actor::new(SubjectId::new(OTHER), role), timestamp())
            .unwrap_err()
    };
    assert_texts(
        &[
            (
                submit(RequestType::UserAdd, Role::Extension),
                "role `extension` may not submit `userAdd`; it takes role `user`",
            ),
            (
                submit(RequestType::UserAdd, Role::User),
                "`assignment.accessPackageId` is missing; `requestType` is not open to users themselves under the \
                 policy",
            ),
        ],
        |refusal| match refusal {
            SubmissionError::Rejected(_) => 0,
            SubmissionError::Invalid(_) => 1,
        },
        2,
    );
    assert_eq!(submit(RequestType::UserAdd, Role::Extension).code(), "notPermitted");
    let SubmissionError::Invalid(violations) = submit(RequestType::UserAdd, Role::User) else {
        panic!("a user may submit it")
    };
    assert_eq!(submit(RequestType::UserAdd, Role::User).code(), "invalidRequest");
    let codes = |violation: &Violation| violation.code();
    let listed = ["missing", "selfServiceDisabled"];
    assert_eq!((&violations).into_iter().map(codes).collect::<Vec<_>>(), listed);
    assert_eq!(violations.into_iter().map(|violation| codes(&violation)).collect::<Vec<_>>(), listed);
}

#[test]
fn errors_and_events_are_small_enough_to_return_by_value() {
    assert!(size_of::<Rejection>() <= 40);
    assert!(size_of::<ApplyError>() <= 40);
    assert!(size_of::<ReplayError>() <= 48);
    assert!(size_of::<Event>() <= 96);
    assert_eq!(size_of::<Option<Timestamp>>(), size_of::<Timestamp>());
    assert_eq!(size_of::<Option<Period>>(), size_of::<Period>());
    assert!(size_of::<Phase>() <= 32);
}
