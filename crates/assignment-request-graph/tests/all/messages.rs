//! What is said of each fault, word for word, and where (rule J12).

use std::collections::BTreeSet;

use assignment_request_graph::{
    ReadCode, ReadError, ReadOptions, read_create, read_decision, read_policy, read_resume,
};

fn create(body: &str) -> Option<ReadError> {
    read_create(body.as_bytes(), &ReadOptions::default()).err()
}

fn resume(body: &str) -> Option<ReadError> {
    read_resume(body.as_bytes(), &ReadOptions::default()).err()
}

fn decision(body: &str) -> Option<ReadError> {
    read_decision(body.as_bytes(), &ReadOptions::default()).err()
}

fn policy(body: &str) -> Option<ReadError> {
    read_policy(body.as_bytes(), &ReadOptions::default()).err()
}

/// What is refused; its code, path, line and column, and message.
type Row<'a> = (Option<ReadError>, &'a str, &'a str, Option<(usize, usize)>, &'a str);

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn every_code_has_its_message() {
    let long = format!("{{\"x\":\"{}\"}}", "x".repeat(1024 * 1024));
    let deep = "[".repeat(33);
    let table: &[Row<'_>] = &[
        (create(&long), "bodyTooLarge", "", None, "the body has 1048584 bytes; at most 1048576 are read"),
        (
            policy(&format!("{{\"a\":{deep}")),
            "tooDeep",
            "a[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]",
            Some((1, 37)),
            "nested more than 32 levels deep",
        ),
        (create(""), "malformed", "", Some((1, 1)), "unexpected end of the body"),
        (create("?"), "malformed", "", Some((1, 1)), "expected a value"),
        (create("\u{feff}{}"), "malformed", "", Some((1, 1)), "byte order mark before the body"),
        (create("{} {}"), "malformed", "", Some((1, 4)), "text after the end of the body"),
        (create("{\"id\":?}"), "malformed", "id", Some((1, 7)), "expected a value"),
        (create("{id:1}"), "malformed", "", Some((1, 2)), "expected a member name in quotes"),
        (create("{\"id\"=1}"), "malformed", "id", Some((1, 6)), "expected `:` after a member name"),
        (create("{\"id\":null;"), "malformed", "id", Some((1, 11)), "expected `,` or `}`"),
        (create("{\"id\":[1;"), "malformed", "id[0]", Some((1, 9)), "expected `,` or `]`"),
        (create("{\"id\":-}"), "malformed", "id", Some((1, 8)), "invalid number"),
        (create("{\"id\":null,}"), "malformed", "id", Some((1, 12)), "comma after the last item"),
        (create("{\"id\":\"\t\"}"), "malformed", "id", Some((1, 8)), "control character in a string"),
        (create("{\"id\":\"\\x\"}"), "malformed", "id", Some((1, 9)), "invalid escape in a string"),
        (
            create("{\"id\":\"\\ud800\"}"),
            "malformed",
            "id",
            Some((1, 14)),
            "half of a surrogate pair in a string",
        ),
        (
            create("{\"id\":null,\n\"id\":1}"),
            "duplicateMember",
            "id",
            Some((2, 1)),
            "member `id` occurs twice",
        ),
        (
            create("{\"answers\":{}}"),
            "wrongType",
            "answers",
            Some((1, 12)),
            "expected an array, found an object",
        ),
        (create("{\"answers\":[null]}"), "wrongType", "answers[0]", Some((1, 13)), "null in an array"),
        (
            create("{\"justification\":1}"),
            "wrongType",
            "justification",
            Some((1, 18)),
            "expected a string, found a number",
        ),
        (create("[]"), "wrongType", "", Some((1, 1)), "expected an object, found an array"),
        (
            policy("{\"canExtend\":\"yes\"}"),
            "wrongType",
            "canExtend",
            Some((1, 14)),
            "expected a boolean, found `yes`",
        ),
        (
            policy("{\"durationInDays\":1.5}"),
            "wrongType",
            "durationInDays",
            Some((1, 19)),
            "expected a whole number, found `1.5`",
        ),
        (
            create("{\"re\\u001bason\":1}"),
            "unknownMember",
            "re\\u{1b}ason",
            Some((1, 2)),
            "unknown member `re\\u{1b}ason`",
        ),
        (
            create("{\"RequestType\":\"userAdd\"}"),
            "unknownMember",
            "RequestType",
            Some((1, 2)),
            "unknown member `RequestType`; expected `requestType`",
        ),
        (
            policy("{\"questions\":[],\"DisplayName\":1}"),
            "unknownMember",
            "DisplayName",
            Some((1, 17)),
            "unknown member `DisplayName`; expected `displayName`",
        ),
        (resume("{\"status\":null}"), "unknownMember", "status", Some((1, 2)), "unknown member `status`"),
        (
            create("{\"parameters\":[{\"name\":\"Approval\"}]}"),
            "unknownValue",
            "parameters[0].name",
            Some((1, 24)),
            "unknown value `Approval`; expected IsApprovalRequired",
        ),
        (
            create("{\"parameters\":[{\"value\":\"yes\"}]}"),
            "unknownValue",
            "parameters[0].value",
            Some((1, 25)),
            "unknown value `yes`; expected one of: true, false",
        ),
        (
            create(concat!(
                "{\"parameters\":[{\"name\":\"IsApprovalRequired\"},\n",
                "{\"name\":\"isApprovalRequired\"}]}"
            )),
            "conflictingMembers",
            "parameters[1].name",
            Some((2, 2)),
            "`isApprovalRequired` is given twice",
        ),
        (
            policy("{\"customExtensionHandlers\":[{}]}"),
            "unsupportedValue",
            "customExtensionHandlers",
            Some((1, 2)),
            "handlers are not supported; use `customExtensionStageSettings`",
        ),
        (
            policy(" {\"value\":[]}"),
            "unrecognizedBody",
            "",
            Some((1, 2)),
            "no member of an accessPackageAssignmentPolicy is in the body",
        ),
        (
            resume("{\"data\":{\"state\":\"approved\"}}"),
            "unknownValue",
            "data.state",
            Some((1, 18)),
            "unknown value `approved`; expected one of: denied, canceled",
        ),
        (
            create("{\"requestType\":\"NotSpecified\"}"),
            "unsupportedValue",
            "requestType",
            Some((1, 16)),
            "`NotSpecified` is not supported",
        ),
        (
            create("{\"assignment\":{\"schedule\":{\"stopDateTime\":\"x\"}}}"),
            "unsupportedValue",
            "assignment.schedule.stopDateTime",
            Some((1, 28)),
            "`stopDateTime` of an assignment cannot be asked for",
        ),
        (
            decision("{\"@odata.type\":\"#microsoft.graph.approval\"}"),
            "odataTypeMismatch",
            "@odata.type",
            Some((1, 16)),
            "type `#microsoft.graph.approval` where approvalStage or approvalStep is expected",
        ),
        (
            resume("{\"type\":\"done\",\"data\":{\"stage\":\"assignmentRequestCreated\"}}"),
            "typeMismatch",
            "type",
            Some((1, 9)),
            "type `done` names no stage",
        ),
        (
            resume(
                "{\"type\":\"assignmentRequestGranted\",\"data\":{\"stage\":\"assignmentRequestCreated\"}}",
            ),
            "typeMismatch",
            "type",
            Some((1, 9)),
            "type `assignmentRequestGranted` where `data.stage` is assignmentRequestCreated",
        ),
        (
            create("{\"accessPackageAssignment\":{\"target\":{\"email\":\"a\"}},\"assignment\":{}}"),
            "conflictingMembers",
            "assignment",
            Some((1, 53)),
            "contradicts `accessPackageAssignment`",
        ),
        (resume("{\"data\":{}}"), "missing", "data.stage", None, "missing member `data.stage`"),
        (
            policy("{\"questions\":[{}]}"),
            "missing",
            "questions[0].@odata.type",
            None,
            "missing member `@odata.type`",
        ),
        (
            create("{\"assignment\":{\"targetId\":\"7\"}}"),
            "invalidId",
            "assignment.targetId",
            Some((1, 27)),
            "expected a hyphenated UUID like `46184453-e63b-4f20-86c2-c557ed5d5df9`, found `7`",
        ),
        (
            create("{\"schedule\":{\"startDateTime\":\"today\"}}"),
            "invalidMoment",
            "schedule.startDateTime",
            Some((1, 30)),
            "expected a timestamp like `2026-01-05T09:00:00Z`, found `today`",
        ),
        (
            policy("{\"expiration\":{\"duration\":\"P1M\"}}"),
            "invalidDuration",
            "expiration.duration",
            Some((1, 27)),
            "expected a duration like `P14D` or `PT1H30M`, without sign, years or months, found `P1M`",
        ),
        (
            policy("{\"durationInDays\":-1}"),
            "invalidDuration",
            "durationInDays",
            Some((1, 19)),
            "expected a whole number from 0 to 4294967295, found -1",
        ),
    ];
    let mut seen = BTreeSet::new();
    for (error, code, path, place, message) in table {
        let error = error.as_ref().unwrap();
        let found =
            (error.to_string(), error.code().to_string(), error.path(), error.line().zip(error.column()));
        assert_eq!(found, ((*message).to_owned(), (*code).to_owned(), *path, *place));
        seen.insert(error.code());
    }
    assert_eq!(seen.len(), ReadCode::ALL.len(), "a code without a message");
}
