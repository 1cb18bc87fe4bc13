//! Refusals over HTTP: every one with its status, and the bodies (section 8 of SPEC.md).
//!
//! What is in the golden file is written by the tests themselves when `UPDATE_GOLDEN` is set; a change is to be reviewed
//! as one of behaviour.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a panic is how they fail")]

use std::collections::BTreeSet;

use assignment_request::{
    Actor, ApprovalStageViolation, ApprovalStageViolations, Draft, Limits, Policy, PolicySpec, QuestionForm,
    QuestionId, QuestionSpec, Rejection, RequestId, RequestType, Role, SubjectId, SubmissionError,
};
use assignment_request_graph::http::{Endpoint, HeaderError, PathError};
use assignment_request_graph::{
    DuplicateAnswers, ErrorBody, GraphError, InnerError, ReadCode, ReadError, ReadOptions, read_create,
    read_policy, read_resume,
};
use assignment_request_model::golden::assert_golden;
use assignment_request_model::samples;
use http::{Method, StatusCode, header};
use uuid::Uuid;

/// Returns what the golden file has: the status of each refusal, and the text of those that only the adapter gives.
fn table() -> String {
    let mut table = String::from("Every refusal over HTTP. Generated; see tests/all/refusals.rs.\n");
    let mut section = |title: &str, rows: BTreeSet<String>| {
        let rows: Vec<String> = rows.into_iter().collect();
        table = format!("{table}\n{title}\n{}\n", rows.join("\n"));
    };
    let row = |rejection: &Rejection| {
        format!("{} {}", GraphError::from(rejection).status().as_u16(), rejection.code())
    };
    section("Rejections of commands: status, code", samples::rejections().iter().map(row).collect());

    let reads = read_errors();
    let codes: BTreeSet<_> = reads.iter().map(ReadError::code).collect();
    assert_eq!(codes, ReadCode::ALL.iter().copied().collect(), "a code of reading without a row");
    let row = |error: &ReadError| {
        let (status, code) = (GraphError::from(error).status().as_u16(), error.code());
        format!("{status} {code} {}: {}", code.rule(), ErrorBody::from(error).message)
    };
    section("Bodies that cannot be read: status, code, rule, message", reads.iter().map(row).collect());

    let paths = [PathError::UnknownPath, PathError::NoMetadata, not_allowed()];
    let row = |error: &PathError| format!("{} {}: {error}", error.status().as_u16(), error.code());
    section("Paths and methods: status, code, message", paths.iter().map(row).collect());

    let headers = [
        HeaderError::UnsupportedMediaType { given: "text/plain".to_owned() },
        HeaderError::NotAcceptable { produced: "application/json", accepted: "text/html".to_owned() },
        HeaderError::Invalid { name: header::IF_MATCH, reason: "it is given twice" },
        HeaderError::PreconditionFailed { tag: "7".to_owned() },
    ];
    let row = |error: &HeaderError| format!("{} {}: {error}", error.status().as_u16(), error.code());
    section("Headers: status, code, message", headers.iter().map(row).collect());
    table
}

fn read_errors() -> Vec<ReadError> {
    let options = ReadOptions { max_bytes: 256, ..ReadOptions::default() };
    let create = |body: &str| read_create(body.as_bytes(), &options).unwrap_err();
    let resume = |body: &str| read_resume(body.as_bytes(), &options).unwrap_err();
    vec![
        create(&" ".repeat(257)),
        create(&"[".repeat(33)),
        create("{\"id\":"),
        create("{\"id\":null,\n \"id\":null}"),
        create("{\"answers\":{}}"),
        create("{\"shoeSize\":44}"),
        create("{\"requestType\":\"userAsk\"}"),
        create("{\"requestType\":\"unknownFutureValue\"}"),
        create("{\"@odata.type\":\"#microsoft.graph.approval\"}"),
        resume(
            r#"{"type":"done","data":{"stage":"assignmentRequestCreated",
                "customExtensionStageInstanceId":"46184453-e63b-4f20-86c2-c557ed5d5df9"}}"#,
        ),
        create(
            "{\"assignment\":{},\"accessPackageAssignment\":{\"id\":\"46184453-e63b-4f20-86c2-c557ed5d5df9\"}}",
        ),
        read_policy(b"{\"id\":null}", &options).unwrap_err(),
        create("{}"),
        create("{\"assignment\":{\"targetId\":\"7\"}}"),
        create("{\"schedule\":{\"startDateTime\":\"today\"}}"),
        read_policy(b"{\"expiration\":{\"duration\":\"P1M\"}}", &options).unwrap_err(),
    ]
}

fn not_allowed() -> PathError {
    let path = "/v1.0/identityGovernance/entitlementManagement/assignmentRequests";
    Endpoint::from_request(&Method::PUT, path).unwrap_err()
}

#[test]
fn every_refusal_has_its_status() {
    assert_golden(env!("CARGO_MANIFEST_DIR"), "http-errors.txt", &table());
}

/// The list of section 8, by code, as it stands there.
#[test]
fn statuses_are_those_of_section_8() {
    let listed = |code: &str| match code {
        // The first two are the "text limits".
        "tooLong"
        | "forbiddenCharacter"
        | "denialNotAllowed"
        | "cancellationNotAllowed"
        | "stageMismatch"
        | "stageNotResumable"
        | "approvalStageMissing"
        | "approvalStageUnexpected"
        | "badApprovalStage"
        | "justificationRequired" => 400,
        "notPermitted" | "selfApproval" | "selfResume" | "selfAppointed" | "alreadyApproved"
        | "notEscalated" => 403,
        "noRequest" | "unknownCallout" | "unknownStage" | "unknownAttempt" => 404,
        "revisionConflict" => 412,
        _ => 409,
    };
    for rejection in samples::rejections() {
        assert_eq!(GraphError::from(&rejection).status().as_u16(), listed(rejection.code()), "{rejection}");
    }
}

#[test]
fn duplicates_are_answered_as_the_host_wants() {
    let duplicates =
        ["alreadyResumed", "alreadyReported", "alreadyCanceled", "alreadyProcessing", "alreadyDecided"];
    for rejection in samples::rejections() {
        let refusal = GraphError::from(&rejection);
        let success = StatusCode::ACCEPTED;
        assert_eq!(refusal.is_duplicate(), duplicates.contains(&rejection.code()));
        assert_eq!(refusal.answer(DuplicateAnswers::Conflict, success), refusal.status());
        let answer = refusal.answer(DuplicateAnswers::Idempotent, success);
        assert_eq!(answer, if refusal.is_duplicate() { success } else { refusal.status() }, "{rejection}");
    }
}

fn written(body: &ErrorBody) -> String {
    let inner = InnerError {
        date: "2026-01-05T10:00:00+01:00".parse().unwrap(),
        request_id: Uuid::from_u128(1),
        client_request_id: Some("nightly \"run\" 2"),
    };
    let mut out = Vec::new();
    body.write(&inner, &mut out);
    String::from_utf8(out).unwrap()
}

const INNER: &str = concat!(
    r#""innerError":{"date":"2026-01-05T09:00:00Z","request-id":"00000000-0000-0000-0000-000000000001","#,
    r#""client-request-id":"nightly \"run\" 2"}}}"#
);

#[test]
fn the_body_of_a_rejection() {
    let body = written(&ErrorBody::from(&Rejection::SelfResume));
    assert_eq!(
        body,
        format!(
            r#"{{"error":{{"code":"selfResume","message":"{}","details":[],{INNER}"#,
            "the requestor and the target may not resume the request"
        )
    );
}

/// Y8: all that is wrong, as details.
#[test]
fn the_body_of_a_bad_approval_stage() {
    let violations = ApprovalStageViolations::of(&[
        ApprovalStageViolation::TooManyPrimary,
        ApprovalStageViolation::DenialMissing,
    ]);
    let body = ErrorBody::from(&Rejection::BadApprovalStage { violations });
    assert_eq!(
        written(&body),
        format!(
            "{}{}{}{INNER}",
            r#"{"error":{"code":"badApprovalStage","message":"the approval stage cannot be used: `data.approvalStage.durationBeforeAutomaticDenial` is missing; `data.approvalStage.primaryApprovers` has more than 50 entries","details":["#,
            r#"{"code":"missing","target":"data.approvalStage.durationBeforeAutomaticDenial","message":"`data.approvalStage.durationBeforeAutomaticDenial` is missing"},"#,
            r#"{"code":"tooMany","target":"data.approvalStage.primaryApprovers","message":"`data.approvalStage.primaryApprovers` has more than 50 entries"}],"#,
        )
    );
}

#[test]
fn the_body_of_a_submission() {
    let policy = Policy::compile(&PolicySpec::default(), &Limits::default()).unwrap();
    let user = Actor::new(SubjectId::from_u128(3), Role::User);
    let now = "2026-01-05T09:00:00Z".parse().unwrap();
    let submit = |draft: &Draft| policy.submit(RequestId::from_u128(4), draft, None, user, now).unwrap_err();
    let several = submit(&Draft::new(RequestType::UserAdd));
    assert_eq!(GraphError::from(&several).status(), StatusCode::BAD_REQUEST);
    assert_eq!(
        written(&ErrorBody::from(GraphError::from(&several))),
        format!(
            "{}{}{}{INNER}",
            r#"{"error":{"code":"invalidRequest","message":"`assignment.accessPackageId` is missing; and 1 more, see details","#,
            r#""target":"assignment.accessPackageId","details":[{"code":"missing","target":"assignment.accessPackageId","message":"`assignment.accessPackageId` is missing"},"#,
            r#"{"code":"selfServiceDisabled","target":"requestType","message":"`requestType` is not open to users themselves under the policy"}],"#,
        )
    );
    let refusal = submit(&Draft::new(RequestType::AdminAdd));
    assert_eq!(refusal.code(), "notPermitted");
    assert_eq!(GraphError::from(&refusal).status(), StatusCode::FORBIDDEN);
    let SubmissionError::Rejected(rejection) = &refusal else { panic!("{refusal}") };
    assert_eq!(ErrorBody::from(&refusal), ErrorBody::from(rejection));
}

#[test]
fn the_body_of_a_policy() {
    let question = QuestionSpec {
        id: None,
        texts: Vec::new(),
        is_required: false,
        is_answer_editable: false,
        form: QuestionForm::MultipleChoice { allows_multiple_selection: false, choices: Vec::new() },
    };
    let spec = PolicySpec { questions: vec![question], ..PolicySpec::default() };
    let violations = Policy::compile(&spec, &Limits::default()).unwrap_err();
    let refusal = GraphError::from(&violations);
    assert_eq!(refusal.status(), StatusCode::BAD_REQUEST);
    let body = ErrorBody::from(refusal);
    assert_eq!((body.code, body.message.as_str()), ("invalidPolicy", "`questions[0].choices` is empty"));
    assert_eq!((body.target.as_deref(), body.details.len()), (Some("questions[0].choices"), 1));
}

/// A body carries 100 details at most, and says how many more there are (rule J17).
#[test]
fn j17_a_body_has_a_hundred_details_at_most() {
    let without_choices = QuestionSpec {
        id: None,
        texts: Vec::new(),
        is_required: false,
        is_answer_editable: false,
        form: QuestionForm::MultipleChoice { allows_multiple_selection: false, choices: Vec::new() },
    };
    for (broken, details, left_out) in [(99, 99, 0), (100, 100, 0), (101, 100, 1), (200, 100, 100)] {
        let questions = vec![without_choices.clone(); broken];
        let spec = PolicySpec { questions, ..PolicySpec::default() };
        let violations = Policy::compile(&spec, &Limits::default()).unwrap_err();
        let body = ErrorBody::from(GraphError::from(&violations));
        assert_eq!((body.details.len(), body.violations_left_out), (details, left_out), "{broken}");
        assert_eq!(
            body.message,
            format!("`questions[0].choices` is empty; and {} more, see details", broken - 1)
        );
        let value: serde_json::Value = serde_json::from_str(&written(&body)).unwrap();
        let error = &value["error"];
        assert_eq!(error["details"].as_array().unwrap().len(), details);
        assert_eq!(error["details"][details - 1]["target"], format!("questions[{}].choices", details - 1));
        let expected = (left_out > 0).then(|| serde_json::Value::from(left_out));
        assert_eq!(error["innerError"].get("violationsLeftOut"), expected.as_ref());
        assert_eq!(error["innerError"].as_object().unwrap().len(), 3 + usize::from(left_out > 0));
        assert_eq!(error.as_object().unwrap().len(), 5);
    }
    // Of a request too: it may have 200 answers, each of them bad.
    let policy = Policy::compile(&PolicySpec::default(), &Limits::default()).unwrap();
    let answer = assignment_request::DraftAnswer {
        question_id: QuestionId::from_u128(9),
        question_kind: None,
        value: Some("x".into()),
    };
    let draft = Draft { answers: vec![answer; 200], ..Draft::new(RequestType::SystemAdd) };
    let system = Actor::new(SubjectId::from_u128(3), Role::System);
    let now = "2026-01-05T09:00:00Z".parse().unwrap();
    let refusal = policy.submit(RequestId::from_u128(4), &draft, None, system, now).unwrap_err();
    let body = ErrorBody::from(&refusal);
    assert_eq!((body.details.len(), body.violations_left_out > 99), (100, true), "{}", body.message);
}

#[test]
fn the_body_of_a_path() {
    let error = not_allowed();
    let body = ErrorBody::from(GraphError::from(&error));
    assert_eq!((body.code, body.message), ("methodNotAllowed", error.to_string()));
}

/// A message that repeats user input is written as JSON, for any input.
#[test]
fn foreign_text_cannot_leave_its_string() {
    let options = assignment_request_graph::ReadOptions::default();
    let body = br#"{"reviewResult":"\",\"x\":\"\u2028\u0000"}"#;
    let error = assignment_request_graph::read_decision(body, &options).unwrap_err();
    let value: serde_json::Value = serde_json::from_str(&written(&ErrorBody::from(&error))).unwrap();
    assert_eq!(value["error"].as_object().unwrap().len(), 5);
}
