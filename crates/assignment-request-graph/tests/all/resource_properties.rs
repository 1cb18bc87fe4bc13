//! Whatever is read as a resource is written without loss, and writing is a fixed point (rule J11).

use assignment_request_graph::{ApiVersion, ReadOptions, read_approval, read_request, read_request_list};
use proptest::prelude::*;

/// Names of members of all resources, and one unknown name.
const NAMES: &[&str] = &[
    "@odata.context",
    "@odata.count",
    "@odata.nextLink",
    "@odata.type",
    "accessPackage",
    "accessPackageAssignment",
    "answeredQuestion",
    "answers",
    "assignedToMe",
    "assignment",
    "assignmentState",
    "completedDate",
    "completedDateTime",
    "createdDateTime",
    "customExtensionCalloutInstances",
    "customExtensionId",
    "detail",
    "displayName",
    "displayValue",
    "duration",
    "email",
    "endDateTime",
    "expiration",
    "externalCorrelationId",
    "parameters",
    "id",
    "isValidationOnly",
    "justification",
    "objectId",
    "recurrence",
    "requestState",
    "requestStatus",
    "requestType",
    "requestor",
    "requestORs",
    "State",
    "DisplayName",
    "reviewResult",
    "reviewedBy",
    "reviewedDateTime",
    "schedule",
    "stages",
    "startDateTime",
    "state",
    "status",
    "steps",
    "target",
    "targetId",
    "type",
    "unknown",
    "value",
    "verifiedCredentialsData",
];

/// Values that some member takes, and some that none does.
const SCALARS: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-1.50e3",
    r#""""#,
    r#""userAdd""#,
    r#""DELIVERED""#,
    r#""Delivered""#,
    r#""unknownFutureValue""#,
    r#""text \" \u0000 \ud83d\ude42 ü""#,
    r#""46184453-E63B-4f20-86c2-c557ed5d5df9""#,
    r#""2026-01-05T10:00:00.123456789+01:00""#,
    r#""P2W""#,
    r#""PT0S""#,
    r##""#microsoft.graph.accessPackageAssignmentRequest""##,
    "[]",
    "{}",
    "[ 1 , 2.0 ]",
];

fn value() -> impl Strategy<Value = String> {
    let scalar = proptest::sample::select(SCALARS).prop_map(str::to_owned);
    scalar.prop_recursive(4, 24, 6, |inner| {
        let member = (proptest::sample::select(NAMES), inner.clone())
            .prop_map(|(name, value)| format!(" \"{name}\" :\n{value}"));
        prop_oneof![
            3 => proptest::collection::vec(member, 0..6).prop_map(|members| format!("{{{} }}", members.join(","))),
            1 => proptest::collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(" , "))),
        ]
    })
}

/// A body whose members mostly fit.
fn body() -> impl Strategy<Value = String> {
    let fitting = (proptest::sample::subsequence(FITTING, 0..FITTING.len())).prop_map(|members| {
        let members: Vec<_> = members.iter().map(|(name, value)| format!("\"{name}\": {value}")).collect();
        format!("{{{}}}", members.join(", "))
    });
    prop_oneof![1 => value(), 2 => fitting]
}

const FITTING: &[(&str, &str)] = &[
    ("id", r#""46184453-E63B-4f20-86c2-c557ed5d5df9""#),
    ("requestType", r#""ADMINADD""#),
    ("state", r#""whatever \n""#),
    ("requestStatus", r#""accepted""#),
    ("completedDate", r#""2026-01-05T10:00:00.123456789+01:00""#),
    ("isValidationOnly", "true"),
    ("accessPackage", "{ \"a\" : [ 1.0, null ] }"),
    ("parameters", "[ { \"name\" : \"IsApprovalRequired\" } ]"),
    ("verifiedCredentialsData", "null"),
    ("schedule", r#"{"recurrence":{"x":[]},"expiration":{"duration":"PT36H","type":"forEver"}}"#),
    ("answers", r#"[{},{"answeredQuestion":{"text":{"defaultText":"x"},"isRequired":true}}]"#),
    ("assignment", r#"{"assignmentState":"x","schedule":{"a":1},"target":{"type":"User"}}"#),
    ("requestor", r#"{"displayName":"","altSecId":null}"#),
    ("customExtensionCalloutInstances", r#"[{"status":"calloutsent"},{"detail":"\u0000"}]"#),
    ("steps", r#"[{"reviewResult":"approve","reviewedBy":{"userPrincipalName":"x"}},{"status":"Late"}]"#),
    ("unknown", r#"{"x":1}"#),
];

macro_rules! assert_fixed_point {
    ($read:ident, $body:expr) => {
        let options = ReadOptions::default();
        if let Ok(resource) = $read($body.as_bytes(), &options) {
            for api in ApiVersion::ALL {
                let mut once = Vec::new();
                resource.write(*api, &mut once);
                let again = $read(&once, &options);
                prop_assert_eq!(again.as_ref(), Ok(&resource), "{}", String::from_utf8_lossy(&once));
                let mut twice = Vec::new();
                resource.write(*api, &mut twice);
                prop_assert_eq!(once, twice);
            }
        }
    };
}

proptest! {
    #[test]
    fn j11_writing_what_was_read_is_a_fixed_point(body in body()) {
        assert_fixed_point!(read_request, body);
        assert_fixed_point!(read_approval, body);
        let list = format!("{{\"value\":[{body}],\"@odata.count\":1}}");
        assert_fixed_point!(read_request_list, list);
    }

    /// Most of the bodies that should fit do, so that the property above says something.
    #[test]
    fn fitting_bodies_are_read(members in proptest::sample::subsequence(FITTING, 3..FITTING.len())) {
        let members: Vec<_> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        let body = format!("{{{}}}", members.join(","));
        prop_assert!(read_request(body.as_bytes(), &ReadOptions::default()).is_ok(), "{}", body);
    }
}
