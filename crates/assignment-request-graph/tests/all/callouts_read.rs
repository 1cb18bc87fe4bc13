//! What is read of a callout's body: every member, in both published forms, and what is refused.

use assignment_request::{CalloutStage, RequestType, State, Status};
use assignment_request_graph::{CalloutData, Name, ReadCode, ReadError, ReadOptions, read_callout};

const DOCUMENTED: &str = r##"{
    "@odata.type": "#microsoft.graph.accessPackageAssignmentRequestCalloutData",
    "customExtensionStageInstanceId": "00000000-0000-0000-0000-000000000001",
    "stage": "assignmentRequestGranted",
    "accessPackageAssignmentRequestId": "00000000-0000-0000-0000-000000000002",
    "callbackUriPath": "/a/path",
    "requestType": "userAdd",
    "state": "delivering",
    "status": "WaitingForCallback",
    "callbackConfiguration": {
        "@odata.type": "#microsoft.graph.customExtensionCallbackConfiguration",
        "timeoutDuration": "PT2H"
    },
    "accessPackage": {"id": "00000000-0000-0000-0000-000000000003", "displayName": "Library"},
    "assignment": {
        "id": "00000000-0000-0000-0000-000000000004",
        "target": {"objectId": "00000000-0000-0000-0000-000000000005", "displayName": "Ada"}
    },
    "requestor": {"objectId": "00000000-0000-0000-0000-000000000006"},
    "answers": [
        {
            "value": "42",
            "displayValue": "forty-two",
            "answeredQuestion": {
                "@odata.type": "#microsoft.graph.accessPackageTextInputQuestion",
                "id": "00000000-0000-0000-0000-000000000007"
            }
        },
        {"value": "x"}
    ]
}"##;

const SENT: &str = r#"{
    "CustomExtensionStageInstanceId": "00000000-0000-0000-0000-000000000001",
    "Stage": "AssignmentRequestGranted",
    "AccessPackageAssignmentRequestId": "00000000-0000-0000-0000-000000000002",
    "CallbackUriPath": "/a/path",
    "RequestType": "UserAdd",
    "State": "Delivering",
    "Status": "WaitingForCallback",
    "CallbackConfiguration": {"DurationBeforeTimeout": "PT2H"},
    "AccessPackage": {"Id": "00000000-0000-0000-0000-000000000003"},
    "Assignment": {
        "Id": "00000000-0000-0000-0000-000000000004",
        "Target": {"ObjectId": "00000000-0000-0000-0000-000000000005"}
    },
    "Requestor": {"ObjectId": "00000000-0000-0000-0000-000000000006"},
    "Answers": [
        {
            "Value": "42",
            "DisplayValue": "forty-two",
            "AnsweredQuestion": {"Id": "00000000-0000-0000-0000-000000000007"}
        },
        {"Value": "x"}
    ]
}"#;

fn read(body: &str) -> Result<CalloutData<'_>, ReadError> {
    read_callout(body.as_bytes(), &ReadOptions::default())
}

#[test]
fn every_member_is_read_in_both_forms() {
    for body in [DOCUMENTED, SENT] {
        let data = read(body).unwrap();
        assert_eq!(data.instance.to_string(), "00000000-0000-0000-0000-000000000001");
        assert_eq!(data.stage, Name::Known(CalloutStage::AssignmentRequestGranted));
        assert_eq!(data.request_id.unwrap().to_string(), "00000000-0000-0000-0000-000000000002");
        assert_eq!(data.callback_uri_path.as_deref(), Some("/a/path"));
        assert_eq!(data.request_type, Some(Name::Known(RequestType::UserAdd)));
        assert_eq!(data.state, Some(Name::Known(State::Delivering)));
        assert_eq!(data.status, Some(Name::Known(Status::WaitingForCallback)));
        assert_eq!(data.timeout.unwrap().to_string(), "PT2H");
        assert_eq!(data.access_package_id.unwrap().to_string(), "00000000-0000-0000-0000-000000000003");
        assert_eq!(data.assignment_id.unwrap().to_string(), "00000000-0000-0000-0000-000000000004");
        assert_eq!(data.target_id.unwrap().to_string(), "00000000-0000-0000-0000-000000000005");
        assert_eq!(data.requestor_id.unwrap().to_string(), "00000000-0000-0000-0000-000000000006");
        let [first, second] = data.answers.as_slice() else { panic!("{:?}", data.answers) };
        assert_eq!(first.value.as_deref(), Some("42"));
        assert_eq!(first.display_value.as_deref(), Some("forty-two"));
        assert_eq!(first.question_id.unwrap().to_string(), "00000000-0000-0000-0000-000000000007");
        assert_eq!((second.value.as_deref(), second.question_id), (Some("x"), None));
    }
}

#[test]
fn nulls_and_absent_members_are_the_same() {
    const BARE: &str =
        r#""customExtensionStageInstanceId": "00000000-0000-0000-0000-000000000001", "stage": "a new stage""#;
    let nulls = r#""callbackConfiguration": null, "accessPackage": null, "assignment": null, "requestor": null,
        "answers": null, "callbackUriPath": null"#;
    let absent = format!("{{{BARE}}}");
    let data = read(&absent).unwrap();
    assert_eq!(data.stage, Name::Other("a new stage".into()));
    assert_eq!(data.stage.to_string(), "a new stage");
    assert_eq!(Name::from(CalloutStage::AssignmentRequestGranted).to_string(), "assignmentRequestGranted");
    assert_eq!((data.timeout, data.assignment_id, data.answers.len()), (None, None, 0));
    assert_eq!(read(&format!("{{{BARE}, {nulls}}}")).as_ref(), Ok(&data));
}

#[test]
fn what_is_no_callout_or_contradicts_itself_is_refused() {
    let code = |body: &str| read(body).unwrap_err().code();
    assert_eq!(code("{}"), ReadCode::UnrecognizedBody);
    let annotated = r##"{"@odata.type": "#microsoft.graph.accessPackageAssignmentRequestCalloutData"}"##;
    assert_eq!(code(annotated), ReadCode::UnrecognizedBody);
    assert_eq!(code(r#"{"stage": "assignmentRequestGranted"}"#), ReadCode::Missing);
    assert_eq!(
        code(r#"{"customExtensionStageInstanceId": "00000000-0000-0000-0000-000000000001"}"#),
        ReadCode::Missing
    );
    for (one, other) in [
        (r#""stage": "assignmentRequestCreated""#, r#""Stage": "AssignmentRequestGranted""#),
        (r#""callbackUriPath": "/a""#, r#""CallbackUriPath": "/b""#),
        (
            r#""requestor": {"objectId": "00000000-0000-0000-0000-000000000006"}"#,
            r#""Requestor": {"ObjectId": "00000000-0000-0000-0000-000000000007"}"#,
        ),
    ] {
        assert_eq!(code(&format!("{{{one}, {other}}}")), ReadCode::ConflictingMembers, "{one}");
    }
}
