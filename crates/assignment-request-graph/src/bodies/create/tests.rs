use assignment_request::{
    AccessPackageId, AssignmentId, DraftAnswer, Expiration, ExpirationType, PolicyId, QuestionId,
    QuestionKind, Schedule, SubjectId,
};
use uuid::uuid;

use super::*;
use crate::bodies::testing::{assert_refused, fault};
use crate::vocabulary::error::ReadCode;
use crate::vocabulary::options::UnknownMembers;

const ASSIGNMENT: AssignmentId = AssignmentId::new(uuid!("1d3f6f0a-6ad4-4f5c-9a39-0b5a6f0c3a01"));
const PACKAGE: AccessPackageId = AccessPackageId::new(uuid!("7b0a4a8e-2f2a-4a57-8b0c-5b6d4b9d0c02"));
const POLICY: PolicyId = PolicyId::new(uuid!("c2a94f8d-4c1e-4f6f-93d5-0b8ef2f9aa03"));
const PERSON: SubjectId = SubjectId::new(uuid!("e51c34c4-52a1-4a8f-a1a1-58c37e3f1b04"));
const QUESTION: QuestionId = QuestionId::new(uuid!("f7be5a43-9c73-4f55-8a93-4d8a0cfe7d05"));

/// A host that ignores unknown members.
const LENIENT: ReadOptions =
    ReadOptions { max_bytes: 1024 * 1024, max_depth: 32, unknown_members: Some(UnknownMembers::Ignore) };

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
                {{
                    "value": null,
                    "answeredQuestion": {{ "@odata.type": "microsoft.graph.accessPackageQuestion", "id": "{QUESTION}" }}
                }}
            ],
            "parameters": {{
                "@odata.type": "#microsoft.graph.accessPackageAssignmentRequestParameters", "bypassApproval": true
            }},
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
                question_id: QUESTION,
                question_kind: Some(QuestionKind::MultipleChoice),
                value: Some("north".into()),
            },
            DraftAnswer { question_id: QUESTION, question_kind: None, value: None },
        ],
        is_validation_only: true,
        bypass_approval: true,
    };
    assert_eq!(draft, expected);
}

#[test]
fn j5_null_is_absent() {
    let draft = read(
        r#"{"@odata.type":null,"id":null,"requestType":"userAdd","assignment":null,"accessPackageAssignment":null,
            "justification":null,"isValidationOnly":null,"schedule":null,"answers":null,"requestor":null,
            "parameters":null}"#,
    );
    assert_eq!(draft, Ok(Draft::new(RequestType::UserAdd)));
    let nulls = r#""assignment":{"id":null,"targetId":null,"target":null,"schedule":null,"state":null}"#;
    assert_eq!(with(nulls), Ok(Draft::new(RequestType::AdminAdd)));
    assert_eq!(fault(read(r#"{"requestType":null}"#)), ("missing".to_owned(), "requestType".to_owned()));
    refuse(&[(r#""answers":[null]"#, "wrongType", "answers[0]"), (r#""foo":null"#, "unknownMember", "foo")]);
}

#[test]
fn j13_an_answer_names_its_question() {
    refuse(&[
        (r#""answers":[{"value":"x"}]"#, "missing", "answers[0].answeredQuestion"),
        (r#""answers":[{"value":"x","answeredQuestion":null}]"#, "missing", "answers[0].answeredQuestion"),
        (r#""answers":[{"value":"x","answeredQuestion":{}}]"#, "missing", "answers[0].answeredQuestion.id"),
        (r#""answers":[{"answeredQuestion":{"id":null}}]"#, "missing", "answers[0].answeredQuestion.id"),
        // A missing member is reported last.
        (r#""answers":[{}],"foo":1"#, "unknownMember", "foo"),
    ]);
}

/// A schedule with a recurrence and one without are not the same (C9).
#[test]
fn c9_two_schedules_of_which_one_recurs_contradict_each_other() {
    let body = |request: &str, assignment: &str| {
        with(&format!(r#""schedule":{request},"assignment":{{"schedule":{assignment}}}"#))
    };
    let once = r#"{"startDateTime":"2026-03-01T00:00:00Z"}"#;
    let recurring = r#"{"startDateTime":"2026-03-01T00:00:00Z","recurrence":{"pattern":{"type":"weekly"}}}"#;
    for (request, assignment) in [(recurring, once), (once, recurring)] {
        assert_eq!(body(request, assignment).unwrap_err().code(), ReadCode::ConflictingMembers, "{request}");
    }
    assert!(body(recurring, recurring).unwrap().schedule.unwrap().has_recurrence);
}

#[test]
fn an_empty_schedule_is_a_schedule() {
    let empty = Schedule { start: None, expiration: Expiration::default(), has_recurrence: false };
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
        (r#""assignment":[]"#, "wrongType", "assignment"),
        (r#""assignment":"x""#, "wrongType", "assignment"),
        (r#""assignment":{"targetId":true}"#, "wrongType", "assignment.targetId"),
        (r#""assignment":{"accessPackage":"x"}"#, "wrongType", "assignment.accessPackage"),
        (r#""assignment":{"assignmentPolicy":{"id":7}}"#, "wrongType", "assignment.assignmentPolicy.id"),
        (r#""assignment":{"target":["a"]}"#, "wrongType", "assignment.target"),
        (r#""assignment":{"target":{"email":["a"]}}"#, "wrongType", "assignment.target.email"),
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
        (r#""expirationDateTime":"2026-01-01T00:00:00Z""#, "expirationDateTime"),
        (r#""stopDateTime":null"#, "stopDateTime"),
        (r#""reviewResult":"Approve""#, "reviewResult"),
        (r#""assignedToMe":true"#, "assignedToMe"),
        (r#""accessPackageId":"x""#, "accessPackageId"),
        (r#""assignment":{"policy":{}}"#, "assignment.policy"),
        (r#""assignment":{"accessPackageAssignmentPolicy":{}}"#, "assignment.accessPackageAssignmentPolicy"),
        (r#""assignment":{"requestor":{}}"#, "assignment.requestor"),
        (r#""assignment":{"createdDateTime":"x"}"#, "assignment.createdDateTime"),
        (r#""accessPackageAssignment":{"history":[]}"#, "accessPackageAssignment.history"),
        (r#""assignment":{"target":{"phone":"1"}}"#, "assignment.target.phone"),
        (r#""assignment":{"schedule":{"end":null}}"#, "assignment.schedule.end"),
        (r#""schedule":{"end":"x"}"#, "schedule.end"),
        (r#""schedule":{"stopDateTime":null}"#, "schedule.stopDateTime"),
        (r#""parameters":{"approval":true}"#, "parameters.approval"),
        (r#""parameters":{"isApprovalRequired":false}"#, "parameters.isApprovalRequired"),
        (r#""parameters":[{"name":"IsApprovalRequired","value":true,"type":"x"}]"#, "parameters[0].type"),
        (r#""schedule":{"expiration":{"days":1}}"#, "schedule.expiration.days"),
        (
            r#""answers":[{"answer":"x","answeredQuestion":{"id":"00000000-0000-0000-0000-000000000001"}}]"#,
            "answers[0].answer",
        ),
    ];
    for (member, path) in refused {
        assert_eq!(fault(with(member)), ("unknownMember".to_owned(), path.to_owned()), "{member}");
        let body = format!("{{\"requestType\":\"adminAdd\",{member}}}");
        let outcome = read_create(body.as_bytes(), &LENIENT);
        // Not even a host that ignores unknown members ignores one that is known in another case.
        let is_known = path == "RequestType";
        let expected = if is_known { Err(("unknownMember".to_owned(), path.to_owned())) } else { Ok(()) };
        let code_and_path = |error: ReadError| (error.code().to_string(), error.path().to_owned());
        assert_eq!(outcome.map(drop).map_err(code_and_path), expected, "{member}");
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
    assert_eq!(draft.schedule.unwrap().expiration, Expiration::default());
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
        (r#""assignment":{"targetId":""}"#, "invalidId", "assignment.targetId"),
        (r#""assignment":{"accessPackage":{"id":"x"}}"#, "invalidId", "assignment.accessPackage.id"),
        (r#""assignment":{"assignmentPolicy":{"id":""}}"#, "invalidId", "assignment.assignmentPolicy.id"),
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
fn j9_timestamps_and_durations() {
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

/// Values of every kind, none of which a read-only member has.
const ODD: [&str; 6] = ["null", "7", "true", r#""""#, "[[null]]", r#"{"Id":[{"@odata.type":3}]}"#];

/// A read-only member is read as JSON and ignored, with any value (rule J4).
#[test]
fn j4_read_only_members_are_ignored_object_by_object() {
    let question = r#""id":"00000000-0000-0000-0000-000000000001""#;
    for (body, members) in [
        (
            "{?}".to_owned(),
            &[
                "accessPackage",
                "completedDate",
                "completedDateTime",
                "createdDateTime",
                "customExtensionCalloutInstances",
                "customExtensionHandlerInstances",
                "history",
                "id",
                "requestState",
                "requestStatus",
                "requestor",
                "state",
                "status",
                "verifiedCredentialsData",
            ][..],
        ),
        (
            r#"{"assignment":{?}}"#.to_owned(),
            &[
                "accessPackageAssignmentRequests",
                "accessPackageAssignmentResourceRoles",
                "assignmentRequests",
                "assignmentState",
                "assignmentStatus",
                "catalogId",
                "customExtensionCalloutInstances",
                "expiredDateTime",
                "id",
                "isExtended",
                "state",
                "status",
            ],
        ),
        (
            r#"{"accessPackageAssignment":{"accessPackage":{?},"assignmentPolicy":{?}}}"#.to_owned(),
            &["displayName", "@odata.type", "catalog", "anything", "ID"],
        ),
        (
            r#"{"assignment":{"target":{?}}}"#.to_owned(),
            &[
                "altSecId",
                "cleanupScheduledDateTime",
                "connectedOrganization",
                "connectedOrganizationId",
                "displayName",
                "id",
                "onPremisesSecurityIdentifier",
                "principalName",
                "subjectLifecycle",
                "subjectType",
                "type",
            ],
        ),
        (
            format!(r#"{{"answers":[{{"answeredQuestion":{{{question},?}}}}]}}"#),
            &["text", "choices", "isRequired", "name", "Id"],
        ),
    ] {
        for member in members {
            let plain = body.replace(",?", "").replace('?', "");
            let is_empty = plain == "{}";
            let expected = if is_empty {
                Ok(Draft::new(RequestType::AdminAdd))
            } else {
                with(&plain[1..plain.len() - 1])
            };
            for value in ODD {
                let body = body.replace('?', &format!("\"{member}\":{value}"));
                let inner = &body[1..body.len() - 1];
                assert_eq!(with(inner), expected, "{inner}");
                // Its own text is as strict as any other.
                let twice = inner.replace(value, r#"{"a":{"b":1,"b":2}}"#);
                let error = with(&twice).unwrap_err();
                assert_eq!(error.code(), ReadCode::DuplicateMember, "{twice}");
                assert!(error.path().ends_with(&format!("{member}.a.b")), "{twice}: {}", error.path());
            }
        }
    }
    let deep = format!("\"state\":{}{}", "[".repeat(32), "]".repeat(32));
    assert_eq!(with(&deep).unwrap_err().code(), ReadCode::TooDeep);
}

/// What is read-only in an assignment depends on the type of request, wherever that stands (rule J4).
#[test]
fn j4_an_assignment_is_read_by_the_type_of_request_also_where_that_comes_later() {
    let bodies = |request_type: &str, assignment: &str| {
        let request_type = format!("\"requestType\":{request_type}");
        let assignment = format!("\"assignment\":{assignment}");
        [format!("{{{request_type},{assignment}}}"), format!("{{{assignment},{request_type}}}")]
    };
    let read_both = |request_type: &str, assignment: &str| {
        let [first, second] = bodies(request_type, assignment).map(|body| read(&body));
        assert_eq!(first.is_ok(), second.is_ok(), "{first:?} {second:?}");
        second
    };
    let bad_id = r#"{"id":"not a UUID"}"#;
    let good_id = format!("{{\"id\":\"{ASSIGNMENT}\"}}");
    let stops = r#"{"schedule":{"stopDateTime":"2026-01-05T09:00:00Z","x":1}}"#;
    for request_type in [r#""userAdd""#, r#""AdminAdd""#, r#""systemAdd""#, r#""ONBEHALFADD""#] {
        assert_eq!(read_both(request_type, bad_id).unwrap().assignment_id, None);
        assert_eq!(read_both(request_type, &good_id).unwrap().assignment_id, None);
        for body in bodies(request_type, stops) {
            let expected = ("unsupportedValue".to_owned(), "assignment.schedule.stopDateTime".to_owned());
            assert_eq!(fault(read(&body)), expected, "{body}");
        }
    }
    let invalid = ("invalidId".to_owned(), "assignment.id".to_owned());
    for request_type in [r#""userRemove""#, r#""AdminRemove""#, r#""systemRemove""#, r#""approverRemove""#] {
        assert_eq!(fault(read_both(request_type, bad_id)), invalid);
        assert_eq!(read_both(request_type, &good_id).unwrap().assignment_id, Some(ASSIGNMENT));
        assert_eq!(read_both(request_type, stops).unwrap().schedule, None);
        let outcome = read_both(request_type, r#"{"schedule":7}"#);
        assert_eq!(outcome.unwrap().schedule, None);
    }
    for request_type in [r#""userUpdate""#, r#""UserExtend""#, r#""adminUpdate""#, r#""systemUpdate""#] {
        assert_eq!(fault(read_both(request_type, bad_id)), invalid);
        assert!(read_both(request_type, stops).is_err());
    }
    // Where the type cannot be read nothing is read-only because of it; and the first fault is the answer.
    for body in bodies(r#""userAsk""#, bad_id) {
        let at_type = ("unknownValue".to_owned(), "requestType".to_owned());
        let expected = if body.starts_with("{\"assignment") { invalid.clone() } else { at_type };
        assert_eq!(fault(read(&body)), expected, "{body}");
    }
    assert_eq!(fault(read(&format!("{{\"assignment\":{bad_id}}}"))), invalid);
    assert_eq!(fault(read(&format!("{{\"assignment\":{bad_id},\"requestType\":null}}"))), invalid);
    // A fault of the text after the assignment is the answer all the same.
    let twice =
        format!("{{\"assignment\":{bad_id},\"requestType\":\"userAdd\",\"requestType\":\"userAdd\"}}");
    assert_eq!(fault(read(&twice)), ("duplicateMember".to_owned(), "requestType".to_owned()));
    let both = format!(
        "{{\"assignment\":{bad_id},\"accessPackageAssignment\":{{\"id\":[]}},\"requestType\":\"userAdd\"}}"
    );
    assert_eq!(read(&both), Ok(Draft::new(RequestType::UserAdd)));
}

/// An end in the schedule of the request or of its assignment.
const END: &str = r#"{"expiration":{"type":"afterDateTime","endDateTime":"2026-12-15T00:00:00Z"}}"#;

#[test]
fn c9_the_schedule_of_the_assignment_is_the_requests() {
    let own = with(&format!("\"schedule\":{END}")).unwrap();
    for name in ["assignment", "accessPackageAssignment"] {
        assert_eq!(with(&format!("\"{name}\":{{\"schedule\":{END}}}")).unwrap(), own);
        assert_eq!(with(&format!("\"schedule\":{END},\"{name}\":{{\"schedule\":{END}}}")).unwrap(), own);
        assert_eq!(with(&format!("\"{name}\":{{\"schedule\":{END}}},\"schedule\":null")).unwrap(), own);
    }
    refuse(&[
        (
            r#""assignment":{"schedule":{"startDateTime":"today"}}"#,
            "invalidMoment",
            "assignment.schedule.startDateTime",
        ),
        (r#""assignment":{"schedule":[]}"#, "wrongType", "assignment.schedule"),
        (
            r#""accessPackageAssignment":{"schedule":{"expiration":{"duration":"P1M"}}}"#,
            "invalidDuration",
            "accessPackageAssignment.schedule.expiration.duration",
        ),
        (
            r#""assignment":{"schedule":{"stopDateTime":"2026-01-05T09:00:00Z"}}"#,
            "unsupportedValue",
            "assignment.schedule.stopDateTime",
        ),
        (
            r#""assignment":{"schedule":{"stopDateTime":false}}"#,
            "unsupportedValue",
            "assignment.schedule.stopDateTime",
        ),
    ]);
}

#[test]
fn c9_a_schedule_of_the_assignment_that_says_nothing_is_absent() {
    let own = with(&format!("\"schedule\":{END}")).unwrap();
    for nothing in [
        "{}",
        "null",
        r#"{"startDateTime":null,"stopDateTime":null,"recurrence":null,"expiration":null}"#,
        r#"{"expiration":{}}"#,
        r#"{"expiration":{"type":null,"endDateTime":null,"duration":null}}"#,
        r##"{"@odata.type":"#microsoft.graph.entitlementManagementSchedule","startDateTime":null}"##,
    ] {
        let assignment = format!("\"assignment\":{{\"schedule\":{nothing}}}");
        assert_eq!(with(&assignment).unwrap(), Draft::new(RequestType::AdminAdd), "{nothing}");
        assert_eq!(with(&format!("{assignment},\"schedule\":{END}")).unwrap(), own, "{nothing}");
        let other = format!("{assignment},\"accessPackageAssignment\":{{}}");
        assert_eq!(with(&other).unwrap(), Draft::new(RequestType::AdminAdd), "{nothing}");
    }
    for something in [
        r#"{"expiration":{"type":"notSpecified"}}"#,
        r#"{"recurrence":{}}"#,
        r#"{"startDateTime":"2026-01-05T09:00:00Z"}"#,
    ] {
        let read = with(&format!("\"assignment\":{{\"schedule\":{something}}}")).unwrap();
        assert_eq!(read, with(&format!("\"schedule\":{something}")).unwrap(), "{something}");
        assert!(read.schedule.is_some(), "{something}");
    }
}

#[test]
fn c9_two_schedules_say_the_same_or_conflict() {
    let both = |own: &str, of_assignment: &str| {
        let first = with(&format!("\"schedule\":{own},\"assignment\":{{\"schedule\":{of_assignment}}}"));
        let second = with(&format!("\"assignment\":{{\"schedule\":{of_assignment}}},\"schedule\":{own}"));
        assert_eq!(first.as_ref().ok(), second.as_ref().ok());
        assert_eq!(first.is_ok(), second.is_ok());
        first
    };
    for (own, of_assignment) in [
        (
            r#"{"startDateTime":"2026-01-05T09:00:00Z"}"#,
            r#"{"startDateTime":"2026-01-05T10:00:00.000+01:00"}"#,
        ),
        (
            r#"{"expiration":{"type":"afterDuration","duration":"P1W"}}"#,
            r#"{"expiration":{"type":"AFTERDURATION","duration":"PT168H","endDateTime":null}}"#,
        ),
        ("{}", r#"{"expiration":{"type":"NotSpecified"}}"#),
        (r#"{"recurrence":{"a":[1,"x"],"b":null}}"#, r#"{"recurrence":{ "b" : null, "a":[1, "\u0078"] }}"#),
        (r#"{"recurrence":1e999}"#, r#"{"recurrence":1e999}"#),
        (r#"{"recurrence":{"interval":[1,-0,20]}}"#, r#"{"recurrence":{"interval":[1.0,0,2e1]}}"#),
    ] {
        assert!(both(own, of_assignment).is_ok(), "{own} {of_assignment}");
    }
    for (own, of_assignment) in [
        ("{}", END),
        (END, r#"{"startDateTime":"2026-01-05T09:00:00Z"}"#),
        (END, r#"{"expiration":{"type":"afterDateTime","endDateTime":"2026-12-15T00:00:01Z"}}"#),
        (END, r#"{"expiration":{"type":"notSpecified"}}"#),
        (r#"{"recurrence":{"a":1}}"#, r#"{"recurrence":{"a":2}}"#),
        (r#"{"recurrence":{"a":1}}"#, r#"{"recurrence":{"a":1,"b":null}}"#),
        (r#"{"recurrence":{"a":null}}"#, r#"{"recurrence":{"b":null}}"#),
        (r#"{"recurrence":{"a":[1]}}"#, r#"{"recurrence":{"a":[1,1]}}"#),
        (r#"{"recurrence":9007199254740993}"#, r#"{"recurrence":9007199254740992}"#),
        (r#"{"recurrence":1}"#, r#"{"recurrence":"1"}"#),
        (r#"{"recurrence":1e999}"#, r#"{"recurrence":2e999}"#),
        (r#"{"recurrence":false}"#, r#"{"recurrence":{}}"#),
        (END, r#"{"recurrence":{}}"#),
    ] {
        let expected = ("conflictingMembers".to_owned(), "assignment.schedule".to_owned());
        assert_eq!(fault(both(own, of_assignment)), expected, "{own} {of_assignment}");
    }
}

#[test]
fn c9_schedules_are_compared_when_all_else_is_read_and_before_what_is_missing() {
    let assignment = format!("\"accessPackageAssignment\":{{\"schedule\":{END}}}");
    let body = |rest: &str| format!("{{{assignment},\"schedule\":{{}}{rest}}}");
    let error = read(&body("")).unwrap_err();
    assert_eq!(
        (error.code(), error.path(), error.line(), error.column(), error.to_string().as_str()),
        (
            ReadCode::ConflictingMembers,
            "accessPackageAssignment.schedule",
            Some(1),
            Some(29),
            "contradicts `schedule`"
        ),
        "before the missing type"
    );
    let with_type = |rest: &str| fault(read(&body(&format!(",\"requestType\":\"adminUpdate\"{rest}"))));
    let conflict = ("conflictingMembers".to_owned(), "accessPackageAssignment.schedule".to_owned());
    assert_eq!(with_type(r#","answers":[{}]"#), conflict);
    assert_eq!(with_type(r#","parameters":[{}]"#), conflict);
    assert_eq!(with_type(r#","reason":1"#), ("unknownMember".to_owned(), "reason".to_owned()));
    // On a Remove the assignment's schedule is the one that it has.
    let removal = read(&body(r#","requestType":"userRemove""#)).unwrap();
    assert!(removal.schedule.is_some_and(|schedule| schedule.expiration == Expiration::default()));
}

#[test]
fn j5_the_two_names_of_the_assignment_have_one_schedule() {
    let other = r#"{"expiration":{"type":"AfterDateTime","endDateTime":"2026-12-15T01:00:00+01:00"}}"#;
    let both = |second: &str| {
        with(&format!(
            "\"assignment\":{{\"schedule\":{END}}},\"accessPackageAssignment\":{{\"schedule\":{second}}}"
        ))
    };
    assert!(both(other).unwrap().schedule.is_some());
    for second in ["{}", "null", r#"{"startDateTime":"2026-01-05T09:00:00Z"}"#] {
        let conflict = ("conflictingMembers".to_owned(), "accessPackageAssignment".to_owned());
        assert_eq!(fault(both(second)), conflict, "{second}");
    }
}

#[test]
fn j5_the_relations_of_an_assignment_have_its_ids() {
    let upper = PACKAGE.to_string().to_uppercase();
    for assignment in [
        format!(r#"{{"accessPackage":{{"id":"{PACKAGE}"}},"assignmentPolicy":{{"id":"{POLICY}"}}}}"#),
        format!(
            r#"{{"accessPackage":{{"displayName":7,"id":"{upper}"}},"accessPackageId":"{PACKAGE}",
            "assignmentPolicyId":"{POLICY}","assignmentPolicy":{{"id":"{POLICY}","expiration":[]}}}}"#
        ),
        format!(
            r#"{{"accessPackageId":"{PACKAGE}","accessPackage":null,
            "assignmentPolicyId":"{POLICY}","assignmentPolicy":{{"id":null}}}}"#
        ),
    ] {
        for name in ["assignment", "accessPackageAssignment"] {
            let draft = with(&format!("\"{name}\":{assignment}")).unwrap();
            let ids = (draft.access_package_id, draft.assignment_policy_id);
            assert_eq!(ids, (Some(PACKAGE), Some(POLICY)), "{assignment}");
        }
    }
    let package = format!(r#""accessPackageId":"{PACKAGE}","accessPackage":{{"id":"{PERSON}"}}"#);
    let policy = format!(r#""assignmentPolicy":{{"x":1,"id":"{PERSON}"}},"assignmentPolicyId":"{POLICY}""#);
    let (at_package, at_policy) = ("assignment.accessPackage.id", "assignment.assignmentPolicy.id");
    for (assignment, path, other) in [
        (package.clone(), at_package, "accessPackageId"),
        (policy.clone(), at_policy, "assignmentPolicyId"),
        (format!("{package},{policy}"), at_package, "accessPackageId"),
        (format!("{policy},{package}"), at_policy, "assignmentPolicyId"),
    ] {
        let error = with(&format!("\"assignment\":{{{assignment}}},\"reason\":1")).unwrap_err();
        assert_eq!((error.code(), error.path()), (ReadCode::ConflictingMembers, path), "{assignment}");
        assert_eq!(error.to_string(), format!("contradicts `{other}`"));
    }
    // It is looked for when the assignment was read.
    let earlier = with(&format!("\"assignment\":{{{package},\"policy\":1}}"));
    assert_eq!(fault(earlier), ("unknownMember".to_owned(), "assignment.policy".to_owned()));
}

#[test]
fn j5_parameters_in_both_forms() {
    let bypass = |text: &str| with(&format!("\"parameters\":{text}")).map(|draft| draft.bypass_approval);
    for (text, expected) in [
        ("null", false),
        ("{}", false),
        ("[]", false),
        (r#"{"bypassApproval":true}"#, true),
        (r#"{"bypassApproval":false}"#, false),
        (r#"{"bypassApproval":null}"#, false),
        (r##"{"@odata.type":"#microsoft.graph.accessPackageAssignmentRequestParameters"}"##, false),
        (r#"[{"name":"IsApprovalRequired","value":"false"}]"#, true),
        (r#"[{"name":"IsApprovalRequired","value":"FALSE"}]"#, true),
        (r#"[{"value":false,"name":"isapprovalrequired","x@odata.type":"y"}]"#, true),
        (r#"[{"name":"IsApprovalRequired","value":"True"}]"#, false),
        (r#"[{"name":"ISAPPROVALREQUIRED","value":true}]"#, false),
    ] {
        assert_eq!(bypass(text), Ok(expected), "{text}");
    }
    refuse(&[
        (r#""parameters":"x""#, "wrongType", "parameters"),
        (r#""parameters":{"bypassApproval":"true"}"#, "wrongType", "parameters.bypassApproval"),
        (r#""parameters":{"bypassApproval":1}"#, "wrongType", "parameters.bypassApproval"),
        (r#""parameters":{"BypassApproval":true}"#, "unknownMember", "parameters.BypassApproval"),
        (r##""parameters":{"@odata.type":"#x"}"##, "odataTypeMismatch", "parameters.@odata.type"),
        (r#""parameters":[null]"#, "wrongType", "parameters[0]"),
        (r#""parameters":["x"]"#, "wrongType", "parameters[0]"),
        (r#""parameters":[{"name":7}]"#, "wrongType", "parameters[0].name"),
        (r#""parameters":[{"name":"IsApprovalRequired","value":0}]"#, "wrongType", "parameters[0].value"),
        (r#""parameters":[{"name":"BypassApproval"}]"#, "unknownValue", "parameters[0].name"),
        (r#""parameters":[{"name":""}]"#, "unknownValue", "parameters[0].name"),
        (
            r#""parameters":[{"name":"IsApprovalRequired","value":"no"}]"#,
            "unknownValue",
            "parameters[0].value",
        ),
        (r#""parameters":[{"value":"","name":"x"}]"#, "unknownValue", "parameters[0].value"),
        (
            r#""parameters":[{"name":"IsApprovalRequired","value":"true"},{"name":"isApprovalRequired","value":"true"}]"#,
            "conflictingMembers",
            "parameters[1].name",
        ),
        (
            r#""parameters":[{"name":"IsApprovalRequired"},{"name":"isApprovalRequired"}]"#,
            "conflictingMembers",
            "parameters[1].name",
        ),
        (r#""parameters":[{}]"#, "missing", "parameters[0].name"),
        (r#""parameters":[{"value":"false"}]"#, "missing", "parameters[0].name"),
        (r#""parameters":[{"name":null,"value":false}]"#, "missing", "parameters[0].name"),
        (r#""parameters":[{"name":"IsApprovalRequired"}]"#, "missing", "parameters[0].value"),
        (r#""parameters":[{"name":"IsApprovalRequired","value":null}]"#, "missing", "parameters[0].value"),
        (r#""parameters":[{"name":"IsApprovalRequired"}],"foo":1"#, "unknownMember", "foo"),
    ]);
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
