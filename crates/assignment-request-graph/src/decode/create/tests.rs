use assignment_request::{DraftAnswer, Expiration, ExpirationType, QuestionKind, Schedule};
use uuid::{Uuid, uuid};

use super::*;
use crate::decode::testing::{assert_refused, fault};
use crate::{ReadCode, UnknownMembers};

const ASSIGNMENT: Uuid = uuid!("1d3f6f0a-6ad4-4f5c-9a39-0b5a6f0c3a01");
const PACKAGE: Uuid = uuid!("7b0a4a8e-2f2a-4a57-8b0c-5b6d4b9d0c02");
const POLICY: Uuid = uuid!("c2a94f8d-4c1e-4f6f-93d5-0b8ef2f9aa03");
const PERSON: Uuid = uuid!("e51c34c4-52a1-4a8f-a1a1-58c37e3f1b04");
const QUESTION: Uuid = uuid!("f7be5a43-9c73-4f55-8a93-4d8a0cfe7d05");

fn read(body: &str) -> Result<Draft, ReadError> {
    read_create(body.as_bytes(), &ReadOptions::default())
}

/// A body of one further member.
fn with(member: &str) -> Result<Draft, ReadError> {
    read(&format!("{{\"requestType\":\"adminAdd\",{member}}}"))
}

fn refuse(bodies: &[(&str, &str, &str)]) {
    assert_refused(|body| with(str::from_utf8(body).unwrap()), bodies);
}

#[test]
fn a_body_with_everything() {
    let draft = read(&format!(
        r##"{{
            "@odata.context": "https://example.org/$metadata",
            "@odata.type": "#microsoft.graph.accessPackageAssignmentRequest",
            "id": "{ASSIGNMENT}",
            "requestType": "AdminUpdate",
            "assignment": {{
                "@odata.type": "microsoft.graph.accessPackageAssignment",
                "id": "{ASSIGNMENT}", "targetId": "{PERSON}", "assignmentPolicyId": "{POLICY}",
                "accessPackageId": "{PACKAGE}",
                "target": {{
                    "@odata.type": "#microsoft.graph.accessPackageSubject",
                    "objectId": "{PERSON}", "email": "ada@example.org", "displayName": "Ada", "subjectType": "user",
                    "principalName": null, "connectedOrganization": {{ "id": "x" }}, "target@odata.bind": [1]
                }},
                "schedule": {{ "startDateTime": null, "stopDateTime": null }}
            }},
            "justification": "a new project",
            "isValidationOnly": true,
            "schedule": {{
                "@odata.type": "microsoft.graph.entitlementManagementSchedule",
                "startDateTime": "2026-03-01T08:00:00Z",
                "recurrence": null,
                "expiration": {{
                    "@odata.type": "microsoft.graph.expirationPattern",
                    "type": "AfterDuration", "endDateTime": null, "duration": "P30D"
                }}
            }},
            "answers": [
                {{
                    "@odata.type": "#microsoft.graph.accessPackageAnswerString",
                    "value": "north", "displayValue": "The north",
                    "answeredQuestion": {{
                        "@odata.type": "#microsoft.graph.accessPackageMultipleChoiceQuestion",
                        "id": "{QUESTION}", "choices": [{{ "actualValue": "north" }}], "sequence": 1
                    }}
                }},
                {{ "value": null, "answeredQuestion": {{ "@odata.type": "microsoft.graph.accessPackageQuestion" }} }},
                {{}}
            ],
            "state": null
        }}"##
    ))
    .unwrap();
    let expected = Draft {
        request_type: RequestType::AdminUpdate,
        assignment_id: Some(ASSIGNMENT),
        access_package_id: Some(PACKAGE),
        assignment_policy_id: Some(POLICY),
        target_id: Some(PERSON),
        target_object_id: Some(PERSON),
        target_email: Some("ada@example.org".into()),
        justification: Some("a new project".into()),
        schedule: Some(Schedule {
            start: Some("2026-03-01T08:00:00Z".parse().unwrap()),
            expiration: Expiration {
                kind: ExpirationType::AfterDuration,
                end: None,
                duration: Some("P30D".parse().unwrap()),
            },
            has_recurrence: false,
        }),
        answers: vec![
            DraftAnswer {
                question_id: Some(QUESTION),
                question_kind: Some(QuestionKind::MultipleChoice),
                value: Some("north".into()),
            },
            DraftAnswer { question_id: None, question_kind: None, value: None },
            DraftAnswer { question_id: None, question_kind: None, value: None },
        ],
        is_validation_only: true,
    };
    assert_eq!(draft, expected);
}

#[test]
fn j5_null_is_absent() {
    let draft = read(
        r#"{"@odata.type":null,"id":null,"requestType":"userAdd","assignment":null,"accessPackageAssignment":null,
            "justification":null,"isValidationOnly":null,"schedule":null,"answers":null,"requestor":null}"#,
    );
    assert_eq!(draft, Ok(Draft::new(RequestType::UserAdd)));
    let nulls = r#""assignment":{"id":null,"targetId":null,"target":null,"schedule":null,"state":null}"#;
    assert_eq!(with(nulls), Ok(Draft::new(RequestType::AdminAdd)));
    assert_eq!(fault(read(r#"{"requestType":null}"#)), ("missing".to_owned(), "requestType".to_owned()));
    refuse(&[(r#""answers":[null]"#, "wrongType", "answers[0]"), (r#""foo":null"#, "unknownMember", "foo")]);
}

#[test]
fn a1_an_answer_to_no_question_is_read() {
    for answer in [
        r#"{"value":"x"}"#,
        r#"{"value":"x","answeredQuestion":null}"#,
        r#"{"value":"x","answeredQuestion":{}}"#,
        r#"{"answeredQuestion":{"id":null},"value":"x"}"#,
    ] {
        let draft = with(&format!("\"answers\":[{answer}]")).unwrap();
        let expected = DraftAnswer { question_id: None, question_kind: None, value: Some("x".into()) };
        assert_eq!(draft.answers, [expected], "{answer}");
    }
}

#[test]
fn an_empty_schedule_is_a_schedule() {
    let empty = Schedule { start: None, expiration: Expiration::NOT_SPECIFIED, has_recurrence: false };
    for text in ["{}", r#"{"expiration":null}"#, r#"{"expiration":{"type":null}}"#, r#"{"recurrence":null}"#]
    {
        assert_eq!(with(&format!("\"schedule\":{text}")).unwrap().schedule, Some(empty), "{text}");
    }
    for recurrence in ["{}", "[]", "false", r#"{"pattern":{"type":"weekly"}}"#] {
        let draft = with(&format!("\"schedule\":{{\"recurrence\":{recurrence}}}")).unwrap();
        assert_eq!(draft.schedule, Some(Schedule { has_recurrence: true, ..empty }), "{recurrence}");
    }
}

#[test]
fn j2_duplicates_are_refused_on_every_path() {
    refuse(&[
        (r#""requestType":"adminAdd""#, "duplicateMember", "requestType"),
        (r#""assignment":{"id":null,"id":null}"#, "duplicateMember", "assignment.id"),
        (
            r#""assignment":{"target":{"email":"a","email":"a"}}"#,
            "duplicateMember",
            "assignment.target.email",
        ),
        (
            r#""schedule":{"recurrence":{"a":[{"b":1,"b":1}]}}"#,
            "duplicateMember",
            "schedule.recurrence.a[0].b",
        ),
        (r#""x@odata.y":{"a":1,"a":1}"#, "duplicateMember", "x@odata.y.a"),
        (
            r#""answers":[{},{"answeredQuestion":{"text":{"a":1,"a":1}}}]"#,
            "duplicateMember",
            "answers[1].answeredQuestion.text.a",
        ),
    ]);
}

#[test]
fn j3_every_member_has_its_kind() {
    refuse(&[
        (r#""id":1"#, "wrongType", "id"),
        (r#""assignment":[]"#, "wrongType", "assignment"),
        (r#""assignment":"x""#, "wrongType", "assignment"),
        (r#""assignment":{"id":true}"#, "wrongType", "assignment.id"),
        (r#""assignment":{"target":["a"]}"#, "wrongType", "assignment.target"),
        (r#""assignment":{"target":{"email":["a"]}}"#, "wrongType", "assignment.target.email"),
        (r#""assignment":{"target":{"displayName":7}}"#, "wrongType", "assignment.target.displayName"),
        (r#""justification":1"#, "wrongType", "justification"),
        (r#""isValidationOnly":"true""#, "wrongType", "isValidationOnly"),
        (r#""isValidationOnly":0"#, "wrongType", "isValidationOnly"),
        (r#""schedule":[]"#, "wrongType", "schedule"),
        (r#""schedule":{"startDateTime":5}"#, "wrongType", "schedule.startDateTime"),
        (r#""schedule":{"expiration":"never"}"#, "wrongType", "schedule.expiration"),
        (r#""schedule":{"expiration":{"type":1}}"#, "wrongType", "schedule.expiration.type"),
        (r#""answers":{}"#, "wrongType", "answers"),
        (r#""answers":["a"]"#, "wrongType", "answers[0]"),
        (r#""answers":[[]]"#, "wrongType", "answers[0]"),
        (r#""answers":[{"value":["a"]}]"#, "wrongType", "answers[0].value"),
        (r#""answers":[{"value":1}]"#, "wrongType", "answers[0].value"),
        (r#""answers":[{"displayValue":{}}]"#, "wrongType", "answers[0].displayValue"),
        (r#""answers":[{"answeredQuestion":[]}]"#, "wrongType", "answers[0].answeredQuestion"),
    ]);
    assert_refused(
        |body| read_create(body, &ReadOptions::default()),
        &[
            ("null", "wrongType", ""),
            ("[]", "wrongType", ""),
            ("\"userAdd\"", "wrongType", ""),
            (r#"{"requestType":1}"#, "wrongType", "requestType"),
            (r#"{"requestType":["userAdd"]}"#, "wrongType", "requestType"),
        ],
    );
}

#[test]
fn j4_unknown_members_as_the_host_chooses() {
    let refused = [
        (r#""reason":"x""#, "reason"),
        (r#""RequestType":"adminAdd""#, "RequestType"),
        (r#""@type":"x""#, "@type"),
        (r#""state":"submitted""#, "state"),
        (r#""createdDateTime":"2026-01-01T00:00:00Z""#, "createdDateTime"),
        (r#""assignment":{"policy":{}}"#, "assignment.policy"),
        (r#""assignment":{"state":"delivered"}"#, "assignment.state"),
        (r#""assignment":{"target":{"phone":"1"}}"#, "assignment.target.phone"),
        (r#""assignment":{"schedule":{"end":null}}"#, "assignment.schedule.end"),
        (r#""schedule":{"end":"x"}"#, "schedule.end"),
        (r#""schedule":{"expiration":{"days":1}}"#, "schedule.expiration.days"),
        (r#""answers":[{"answer":"x"}]"#, "answers[0].answer"),
        (r#""answers":[{"answeredQuestion":{"name":"x"}}]"#, "answers[0].answeredQuestion.name"),
    ];
    for (member, path) in refused {
        assert_eq!(fault(with(member)), ("unknownMember".to_owned(), path.to_owned()), "{member}");
        let body = format!("{{\"requestType\":\"adminAdd\",{member}}}");
        let options =
            ReadOptions { unknown_members: Some(UnknownMembers::PassOver), ..ReadOptions::default() };
        assert!(read_create(body.as_bytes(), &options).is_ok(), "{member}");
    }
}

#[test]
fn j5_both_generations_in_one_body() {
    let both = |first: &str, second: &str| {
        with(&format!("\"assignment\":{first},\"accessPackageAssignment\":{second}"))
    };
    let policy = format!("{{\"assignmentPolicyId\":\"{POLICY}\"}}");
    let same =
        format!("{{ \"target\":{{}}, \"assignmentPolicyId\" : \"{}\" }}", POLICY.to_string().to_uppercase());
    assert_eq!(both(&policy, &same).unwrap().assignment_policy_id, Some(POLICY));
    assert_eq!(both("null", &same).unwrap().assignment_policy_id, Some(POLICY));
    let other = format!("{{\"assignmentPolicyId\":\"{PACKAGE}\"}}");
    let conflict = ("conflictingMembers".to_owned(), "accessPackageAssignment".to_owned());
    assert_eq!(fault(both(&policy, &other)), conflict);
    assert_eq!(fault(both(&policy, "{}")), conflict);
}

#[test]
fn j6_names_in_any_case_and_none_that_is_unknown() {
    assert_eq!(read(r#"{"requestType":"ONBEHALFADD"}"#).unwrap().request_type, RequestType::OnBehalfAdd);
    assert_eq!(read(r#"{"requestType":"UserExtend"}"#).unwrap().request_type, RequestType::UserExtend);
    assert_refused(
        |body| read_create(body, &ReadOptions::default()),
        &[
            (r#"{"requestType":"userAdds"}"#, "unknownValue", "requestType"),
            (r#"{"requestType":""}"#, "unknownValue", "requestType"),
            (r#"{"requestType":"uſerAdd"}"#, "unknownValue", "requestType"),
            (r#"{"requestType":"notSpecified"}"#, "unsupportedValue", "requestType"),
            (r#"{"requestType":"NOTSPECIFIED"}"#, "unsupportedValue", "requestType"),
            (r#"{"requestType":"unknownFutureValue"}"#, "unsupportedValue", "requestType"),
        ],
    );
    refuse(&[
        (r#""schedule":{"expiration":{"type":"never"}}"#, "unknownValue", "schedule.expiration.type"),
        (
            r#""schedule":{"expiration":{"type":"unknownFutureValue"}}"#,
            "unsupportedValue",
            "schedule.expiration.type",
        ),
    ]);
    let draft = with(r#""schedule":{"expiration":{"type":"notSpecified"}}"#).unwrap();
    assert_eq!(draft.schedule.unwrap().expiration, Expiration::NOT_SPECIFIED);
}

#[test]
fn j7_odata_types_name_what_is_expected() {
    refuse(&[
        (r##""@odata.type":"#microsoft.graph.accessPackageAssignment""##, "odataTypeMismatch", "@odata.type"),
        (r#""@odata.type":"accessPackageAssignmentRequest""#, "odataTypeMismatch", "@odata.type"),
        (
            r###""@odata.type":"##microsoft.graph.accessPackageAssignmentRequest""###,
            "odataTypeMismatch",
            "@odata.type",
        ),
        (r#""@odata.type":"""#, "odataTypeMismatch", "@odata.type"),
        (r#""@odata.type":1"#, "wrongType", "@odata.type"),
        (r##""assignment":{"@odata.type":"#x"}"##, "odataTypeMismatch", "assignment.@odata.type"),
        (
            r##""assignment":{"target":{"@odata.type":"#x"}}"##,
            "odataTypeMismatch",
            "assignment.target.@odata.type",
        ),
        (
            r##""assignment":{"schedule":{"@odata.type":"#x"}}"##,
            "odataTypeMismatch",
            "assignment.schedule.@odata.type",
        ),
        (r##""schedule":{"@odata.type":"#x"}"##, "odataTypeMismatch", "schedule.@odata.type"),
        (
            r##""schedule":{"expiration":{"@odata.type":"#x"}}"##,
            "odataTypeMismatch",
            "schedule.expiration.@odata.type",
        ),
        (r##""answers":[{"@odata.type":"#x"}]"##, "odataTypeMismatch", "answers[0].@odata.type"),
        (
            r##""answers":[{"answeredQuestion":{"@odata.type":"#x"}}]"##,
            "odataTypeMismatch",
            "answers[0].answeredQuestion.@odata.type",
        ),
    ]);
    assert!(with(r##""schedule":{"@odata.type":"#microsoft.graph.requestSchedule"}"##).is_ok());
}

#[test]
fn j8_ids_are_hyphenated_uuids_in_any_case() {
    let id = PERSON.to_string().to_uppercase();
    assert_eq!(with(&format!("\"assignment\":{{\"targetId\":\"{id}\"}}")).unwrap().target_id, Some(PERSON));
    refuse(&[
        (r#""id":"7""#, "invalidId", "id"),
        (r#""assignment":{"id":""}"#, "invalidId", "assignment.id"),
        (
            r#""assignment":{"targetId":"{e51c34c4-52a1-4a8f-a1a1-58c37e3f1b04}"}"#,
            "invalidId",
            "assignment.targetId",
        ),
        (
            r#""assignment":{"accessPackageId":"e51c34c452a14a8fa1a158c37e3f1b04"}"#,
            "invalidId",
            "assignment.accessPackageId",
        ),
        (r#""assignment":{"assignmentPolicyId":"x"}"#, "invalidId", "assignment.assignmentPolicyId"),
        (r#""assignment":{"target":{"objectId":"x"}}"#, "invalidId", "assignment.target.objectId"),
        (r#""answers":[{"answeredQuestion":{"id":"x"}}]"#, "invalidId", "answers[0].answeredQuestion.id"),
    ]);
}

#[test]
fn j9_moments_and_durations() {
    refuse(&[
        (r#""schedule":{"startDateTime":"2026-01-05"}"#, "invalidMoment", "schedule.startDateTime"),
        (
            r#""schedule":{"expiration":{"endDateTime":"tomorrow"}}"#,
            "invalidMoment",
            "schedule.expiration.endDateTime",
        ),
        (
            r#""schedule":{"expiration":{"duration":"P1M"}}"#,
            "invalidDuration",
            "schedule.expiration.duration",
        ),
        (
            r#""schedule":{"expiration":{"duration":"-P1D"}}"#,
            "invalidDuration",
            "schedule.expiration.duration",
        ),
    ]);
    let draft = with(r#""schedule":{"expiration":{"duration":"PT0S"}}"#).unwrap();
    assert!(draft.schedule.unwrap().expiration.duration.unwrap().is_zero());
}

#[test]
fn an_assignments_own_schedule_is_not_passed_over_where_it_says_something() {
    for (text, member) in [
        (r#"{"startDateTime":"2026-01-05T09:00:00Z"}"#, "startDateTime"),
        (r#"{"startDateTime":null,"stopDateTime":"2026-01-05T09:00:00Z"}"#, "stopDateTime"),
        (r#"{"expiration":{}}"#, "expiration"),
        (r#"{"recurrence":false}"#, "recurrence"),
    ] {
        let path = format!("assignment.schedule.{member}");
        let outcome = with(&format!("\"assignment\":{{\"schedule\":{text}}}"));
        assert_eq!(fault(outcome), ("unsupportedValue".to_owned(), path), "{text}");
    }
}

#[test]
fn j13_the_first_fault_is_told_and_missing_members_last() {
    assert_refused(
        |body| read_create(body, &ReadOptions::default()),
        &[
            (r#"{"justification":1,"foo":2}"#, "wrongType", "justification"),
            (r#"{"foo":2,"justification":1}"#, "unknownMember", "foo"),
            (r#"{"answers":[{"value":1}]}"#, "wrongType", "answers[0].value"),
            (r#"{"justification":"x"}"#, "missing", "requestType"),
            // A fault of the text comes first, wherever it is.
            (r#"{"foo":2,"a":{"b":1,"b":2}}"#, "duplicateMember", "a.b"),
            (r#"{"foo":2,"a":[1,]}"#, "malformed", "a[1]"),
            (r#"{"foo":2} x"#, "malformed", ""),
            ("{} x", "malformed", ""),
            (r#"[{"a":1,"a":2}]"#, "duplicateMember", "[0].a"),
        ],
    );
    let error = read("{}").unwrap_err();
    assert_eq!((error.code(), error.line(), error.column()), (ReadCode::Missing, None, None));
}
