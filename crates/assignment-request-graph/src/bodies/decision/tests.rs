use super::*;
use crate::bodies::testing::assert_refused;

fn read(body: &str) -> Result<StageReview, ReadError> {
    read_decision(body.as_bytes(), &ReadOptions::default())
}

#[test]
fn decisions_of_both_generations() {
    let denied = StageReview { decision: ApprovalDecision::Deny, justification: Some("not yet".into()) };
    assert_eq!(read(r#"{"reviewResult":"Deny","justification":"not yet"}"#), Ok(denied.clone()));
    for name in ["approvalStage", "approvalStep"] {
        let body = format!(
            "{{\"justification\":\"not yet\",\"@odata.type\":\"#microsoft.graph.{name}\",\"reviewResult\":\"deny\"}}"
        );
        assert_eq!(read(&body), Ok(denied.clone()));
    }
    let approved = StageReview { decision: ApprovalDecision::Approve, justification: None };
    assert_eq!(read(r#"{"reviewResult":"APPROVE","justification":null,"status":null}"#), Ok(approved));
}

/// A stage that was read may be sent back with the decision.
#[test]
fn j4_read_only_members_are_ignored() {
    let expected = read(r#"{"reviewResult":"Deny"}"#);
    for member in ["assignedToMe", "displayName", "id", "reviewedBy", "reviewedDateTime", "status"] {
        for value in ["null", "7", "true", r#""Completed""#, "[null]", r#"{"id":"x"}"#] {
            for body in [
                format!(r#"{{"reviewResult":"Deny","{member}":{value}}}"#),
                format!(r#"{{"{member}":{value},"reviewResult":"Deny"}}"#),
            ] {
                assert_eq!(read(&body), expected, "{body}");
            }
        }
    }
}

#[test]
fn anything_else_is_refused() {
    assert_refused(
        |body| read_decision(body, &ReadOptions::default()),
        &[
            ("{}", "missing", "reviewResult"),
            (r#"{"reviewResult":null}"#, "missing", "reviewResult"),
            (r#"{"reviewResult":"NotReviewed"}"#, "unsupportedValue", "reviewResult"),
            (r#"{"reviewResult":"unknownFutureValue"}"#, "unsupportedValue", "reviewResult"),
            (r#"{"reviewResult":"Approved"}"#, "unknownValue", "reviewResult"),
            (r#"{"reviewResult":true}"#, "wrongType", "reviewResult"),
            (r#"{"reviewResult":"Deny","justification":1}"#, "wrongType", "justification"),
            (r#"{"reviewResult":"Deny","status":{"a":1,"a":1}}"#, "duplicateMember", "status.a"),
            (r#"{"reviewResult":"Deny","Status":"Completed"}"#, "unknownMember", "Status"),
            (r#"{"reviewResult":"Deny","state":"x"}"#, "unknownMember", "state"),
            (
                r#"{"reviewResult":"Deny","reviewedBy":{},"createdDateTime":"x"}"#,
                "unknownMember",
                "createdDateTime",
            ),
            (r#"{"reviewResult":"Deny","comment":"x"}"#, "unknownMember", "comment"),
            (r#"{"reviewResult":"Deny","reviewResult":"Approve"}"#, "duplicateMember", "reviewResult"),
            (
                r##"{"@odata.type":"#microsoft.graph.approval","reviewResult":"Deny"}"##,
                "odataTypeMismatch",
                "@odata.type",
            ),
            (r#"["Deny"]"#, "wrongType", ""),
        ],
    );
}
