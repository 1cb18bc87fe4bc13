use uuid::uuid;

use super::*;
use crate::bodies::testing::{assert_refused, fault};
use crate::vocabulary::options::UnknownMembers;

const INSTANCE: CalloutId = CalloutId::new(uuid!("0b6d8f74-9f2e-4c58-9a54-6f0c0d7f1a11"));

fn read(body: &str) -> Result<Resume, ReadError> {
    read_resume(body.as_bytes(), &ReadOptions::default())
}

/// A callback whose `type` and `data.stage` are these, in both orders.
fn typed(callback_type: &str, stage: &str) -> [Result<Resume, ReadError>; 2] {
    let data = format!(r#""data":{{"stage":{stage},"customExtensionStageInstanceId":"{INSTANCE}"}}"#);
    let callback_type = format!(r#""type":{callback_type}"#);
    [read(&format!("{{{callback_type},{data}}}")), read(&format!("{{{data},{callback_type}}}"))]
}

#[test]
fn a_callback_with_everything() {
    let resume = read(&format!(
        r##"{{
            "source": "Example.Checks",
            "type": "microsoft.graph.accessPackageCustomExtensionStage.assignmentRequestGranted",
            "data": {{
                "@odata.type": "#microsoft.graph.accessPackageAssignmentRequestCallbackData",
                "stage": "AssignmentRequestGranted",
                "customExtensionStageInstanceId": "{INSTANCE}",
                "state": "Denied",
                "customExtensionStageInstanceDetail": "two roles at once"
            }}
        }}"##
    ));
    let expected = Resume {
        instance: INSTANCE,
        stage: CalloutStage::AssignmentRequestGranted,
        decision: CallbackDecision::Deny,
        approval_stage: None,
        source: Some("Example.Checks".into()),
        detail: Some("two roles at once".into()),
    };
    assert_eq!(resume, Ok(expected));
}

#[test]
fn only_the_stage_and_the_instance_are_required() {
    let least = format!(
        r#"{{"source":null,"type":null,"data":{{"stage":"assignmentRequestCreated","state":null,
        "customExtensionStageInstanceId":"{INSTANCE}","customExtensionStageInstanceDetail":null}}}}"#
    );
    let expected = Resume {
        instance: INSTANCE,
        stage: CalloutStage::AssignmentRequestCreated,
        decision: CallbackDecision::Continue,
        approval_stage: None,
        source: None,
        detail: None,
    };
    assert_eq!(read(&least), Ok(expected));
    assert_refused(
        |body| read_resume(body, &ReadOptions::default()),
        &[
            ("{}", "missing", "data"),
            (r#"{"data":null}"#, "missing", "data"),
            (r#"{"data":{}}"#, "missing", "data.stage"),
            (r#"{"data":{"stage":null,"customExtensionStageInstanceId":null}}"#, "missing", "data.stage"),
            (
                r#"{"data":{"stage":"assignmentRequestCreated"}}"#,
                "missing",
                "data.customExtensionStageInstanceId",
            ),
            (r#"{"data":{},"foo":1}"#, "unknownMember", "foo"),
        ],
    );
}

#[test]
fn j7_the_type_names_the_stage_qualified_or_bare() {
    for name in [
        "\"microsoft.graph.accessPackageCustomExtensionStage.assignmentRequestCreated\"",
        "\"#microsoft.graph.accessPackageCustomExtensionStage.AssignmentRequestCreated\"",
        "\"accessPackageCustomExtensionStage.assignmentrequestcreated\"",
        "\"ASSIGNMENTREQUESTCREATED\"",
        "null",
    ] {
        for outcome in typed(name, "\"assignmentRequestCreated\"") {
            assert!(outcome.is_ok(), "{name}: {outcome:?}");
        }
    }
    for name in [
        "\"microsoft.graph.accessPackageCustomExtensionStage.assignmentRequestGranted\"",
        "\"assignmentRequestGranted\"",
        "\"\"",
        "\"assignmentRequestDone\"",
        "\"unknownFutureValue\"",
        "\"microsoft.graph.assignmentRequestCreated\"",
        "\"graph.accessPackageCustomExtensionStage.assignmentRequestCreated\"",
        "\"#assignmentRequestCreated\"",
        "\"microsoft.graph.accessPackageCustomExtensionStage.\"",
        "\"Microsoft.Graph.accessPackageCustomExtensionStage.assignmentRequestCreated\"",
        "\"microsoft.graph.AccessPackageCustomExtensionStage.assignmentRequestCreated\"",
        "\"AccessPackageCustomExtensionStage.assignmentRequestCreated\"",
        "\"##microsoft.graph.accessPackageCustomExtensionStage.assignmentRequestCreated\"",
        "\" assignmentRequestCreated\"",
        "\"microsoft.graph.accessPackageCustomExtensionStage.accessPackageCustomExtensionStage.assignmentRequestCreated\"",
    ] {
        for outcome in typed(name, "\"assignmentRequestCreated\"") {
            assert_eq!(fault(outcome), ("typeMismatch".to_owned(), "type".to_owned()), "{name}");
        }
    }
}

#[test]
fn j7_the_type_is_judged_only_beside_a_stage_that_is_read() {
    for (data, code, path) in [
        ("", "missing", "data"),
        (r#","data":null"#, "missing", "data"),
        (r#","data":7"#, "wrongType", "data"),
        (r#","data":["assignmentRequestCreated"]"#, "wrongType", "data"),
        (r#","data":{}"#, "missing", "data.stage"),
        (r#","data":{"stage":null}"#, "missing", "data.stage"),
        (r#","data":{"stage":7}"#, "wrongType", "data.stage"),
        (r#","data":{"stage":"gone"}"#, "unknownValue", "data.stage"),
        (r#","data":{"stage":"unknownFutureValue"}"#, "unsupportedValue", "data.stage"),
        (r#","data":{"stage":"gone","foo":1}"#, "unknownValue", "data.stage"),
        (r#","data":{"foo":1,"stage":"gone"}"#, "unknownMember", "data.foo"),
        (r#","foo":1,"data":{"stage":"gone"}"#, "unknownMember", "foo"),
        (r#","foo":1"#, "unknownMember", "foo"),
    ] {
        for named in ["gone", "assignmentRequestGranted", ""] {
            let body = format!(r#"{{"type":"{named}"{data}}}"#);
            assert_eq!(fault(read(&body)), (code.to_owned(), path.to_owned()), "{body}");
            let body = format!(r#"{{"source":null{data},"type":"{named}"}}"#);
            assert_eq!(fault(read(&body)), (code.to_owned(), path.to_owned()), "{body}");
        }
    }
}

#[test]
fn j13_the_types_place_is_its_own() {
    let data = format!(
        r#""data":{{"stage":"assignmentRequestCreated","customExtensionStageInstanceId":"{INSTANCE}"}}"#
    );
    for named in ["gone", "assignmentRequestGranted"] {
        let mistyped = format!(r#""type":"{named}""#);
        let mismatch = ("typeMismatch", "type");
        let stage = r#""stage":"assignmentRequestCreated""#;
        for (body, (code, path)) in [
            // A fault before it is reported first, whether the data comes before or after it.
            (format!(r#"{{"foo":1,{mistyped},{data}}}"#), ("unknownMember", "foo")),
            (format!(r#"{{"foo":1,{data},{mistyped}}}"#), ("unknownMember", "foo")),
            (format!(r#"{{{data},"foo":1,{mistyped}}}"#), ("unknownMember", "foo")),
            (format!(r#"{{"source":1,{mistyped},{data}}}"#), ("wrongType", "source")),
            (format!(r#"{{"data":{{{stage},"foo":1}},{mistyped}}}"#), ("unknownMember", "data.foo")),
            (format!(r#"{{"data":{{"state":"x",{stage}}},{mistyped}}}"#), ("unknownValue", "data.state")),
            // A fault after it is not reported.
            (format!(r#"{{{mistyped},"foo":1,{data}}}"#), mismatch),
            (format!(r#"{{{mistyped},{data},"foo":1}}"#), mismatch),
            (format!(r#"{{{data},{mistyped},"foo":1}}"#), mismatch),
            (format!(r#"{{{mistyped},"source":[],{data}}}"#), mismatch),
            (format!(r#"{{{mistyped},"data":{{"foo":[{{}}],{stage}}}}}"#), mismatch),
            (format!(r#"{{{mistyped},"data":{{{stage},"foo":1}}}}"#), mismatch),
            (format!(r#"{{{mistyped},"data":{{"customExtensionStageInstanceId":"x",{stage}}}}}"#), mismatch),
            (format!(r#"{{{mistyped},"data":{{"@odata.type":"x",{stage}}}}}"#), mismatch),
            // A member that is missing has no place.
            (format!(r#"{{{mistyped},"data":{{{stage}}}}}"#), mismatch),
            (format!(r#"{{"data":{{{stage}}},{mistyped}}}"#), mismatch),
            // What is wrong with the text comes first, wherever it is.
            (format!(r#"{{{mistyped},{data},"foo":{{"a":1,"a":1}}}}"#), ("duplicateMember", "foo.a")),
            (format!("{{{mistyped},{data},{mistyped}}}"), ("duplicateMember", "type")),
            (format!(r#"{{{mistyped},"foo":1,{data},"bar":[1,]}}"#), ("malformed", "bar[1]")),
            (format!("{{{mistyped},{data}}} x"), ("malformed", "")),
            (format!(r#"{{{mistyped},"data":{{{stage},{stage}}}}}"#), ("duplicateMember", "data.stage")),
        ] {
            assert_eq!(fault(read(&body)), (code.to_owned(), path.to_owned()), "{body}");
        }
    }
    // A type that cannot be read is a fault like any other.
    for (callback_type, code) in [("1", "wrongType"), ("{}", "wrongType")] {
        for outcome in typed(callback_type, "\"assignmentRequestCreated\"") {
            assert_eq!(fault(outcome), (code.to_owned(), "type".to_owned()));
        }
    }
    let error =
        read("{\"type\":\n \"assignmentRequestGranted\",\"data\":{\"stage\":\"assignmentRequestCreated\"}}")
            .unwrap_err();
    assert_eq!((error.line(), error.column()), (Some(2), Some(2)), "placed at the type");
}

#[test]
fn j2_the_published_shape_with_members_twice() {
    let body = r#"{"source":"a","type":"assignmentRequestCreated",
        "data":{"stage":"assignmentRequestDeterminingApprovalRequirements"},"source":"b"}"#;
    assert_eq!(fault(read(body)), ("duplicateMember".to_owned(), "source".to_owned()));
    let body = body.replace(",\"source\":\"b\"", "");
    let missing = "data.customExtensionStageInstanceId".to_owned();
    assert_eq!(fault(read(&body)), ("missing".to_owned(), missing));
}

#[test]
fn every_member_has_its_kind_and_its_values() {
    assert_refused(
        |body| read_resume(body, &ReadOptions::default()),
        &[
            (r#"{"source":1}"#, "wrongType", "source"),
            (r#"{"type":[]}"#, "wrongType", "type"),
            (r#"{"data":[]}"#, "wrongType", "data"),
            (r#"{"data":{"stage":1}}"#, "wrongType", "data.stage"),
            (r#"{"data":{"stage":"unknownFutureValue"}}"#, "unsupportedValue", "data.stage"),
            (r#"{"data":{"state":"approved"}}"#, "unknownValue", "data.state"),
            (r#"{"data":{"state":""}}"#, "unknownValue", "data.state"),
            (r#"{"data":{"state":"unknownFutureValue"}}"#, "unsupportedValue", "data.state"),
            (
                r#"{"data":{"customExtensionStageInstanceId":"@{x}"}}"#,
                "invalidId",
                "data.customExtensionStageInstanceId",
            ),
            (
                r#"{"data":{"customExtensionStageInstanceDetail":{}}}"#,
                "wrongType",
                "data.customExtensionStageInstanceDetail",
            ),
            (r#"{"data":{"approvalStage":[]}}"#, "wrongType", "data.approvalStage"),
            (
                r#"{"data":{"@odata.type":"microsoft.graph.accessPackageApprovalStage"}}"#,
                "odataTypeMismatch",
                "data.@odata.type",
            ),
            ("[]", "wrongType", ""),
        ],
    );
}

/// No denial is lost in the wrong place, not even where the host lets unknown members be ignored (rule J4).
#[test]
fn j4_a_callback_has_no_read_only_members() {
    let lenient = ReadOptions { unknown_members: Some(UnknownMembers::Ignore), ..ReadOptions::default() };
    let data =
        format!(r#"{{"stage":"assignmentRequestCreated","customExtensionStageInstanceId":"{INSTANCE}"}}"#);
    for member in ["state", "status"] {
        for value in ["null", r#""denied""#, r#""Completed""#, "[]"] {
            for body in [
                format!(r#"{{"data":{data},"{member}":{value}}}"#),
                format!(r#"{{"{member}":{value},"data":{data}}}"#),
            ] {
                for options in [ReadOptions::default(), lenient] {
                    let outcome = read_resume(body.as_bytes(), &options);
                    assert_eq!(fault(outcome), ("unknownMember".to_owned(), member.to_owned()), "{body}");
                }
            }
        }
    }
    for (body, path) in [
        (format!(r#"{{"data":{data},"State":"denied"}}"#), "State"),
        (format!(r#"{{"Data":{data}}}"#), "Data"),
        (r#"{"data":{"State":"denied"}}"#.to_owned(), "data.State"),
    ] {
        for options in [ReadOptions::default(), lenient] {
            let outcome = read_resume(body.as_bytes(), &options);
            assert_eq!(fault(outcome), ("unknownMember".to_owned(), path.to_owned()), "{body}");
        }
    }
    for member in ["id", "createdDateTime", "requestor", "reason"] {
        let body = format!(r#"{{"data":{data},"{member}":null}}"#);
        assert_eq!(fault(read(&body)), ("unknownMember".to_owned(), member.to_owned()));
        assert!(read_resume(body.as_bytes(), &lenient).is_ok(), "{body}");
    }
}
