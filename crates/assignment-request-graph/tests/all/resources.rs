//! Resources: what is read of them, and that nothing is lost when they are written (rules J4 to J6, J10, J11).

use std::path::Path;

use assignment_request::{ExpirationType, RequestType, State, Status};
use assignment_request_graph::{
    ApiVersion, Name, RawJson, ReadError, ReadOptions, ReviewResult, StageStatus, UnknownMembers,
    read_approval, read_approval_list, read_request, read_request_list, read_stage, read_stage_list,
};
use serde_json::Value;

const OPTIONS: ReadOptions = ReadOptions { max_bytes: 1024 * 1024, max_depth: 32, unknown_members: None };

/// Reads `body` with `$read`, writes it in both generations, and asserts that it stays the same, and that writing is a
/// fixed point (rule J11). Gives what was written in `$api`.
macro_rules! round_trip {
    ($read:ident, $body:expr, $api:expr) => {
        $read($body, &OPTIONS).map(|resource| {
            for api in ApiVersion::ALL {
                let mut written = Vec::new();
                resource.write(*api, &mut written);
                let again = $read(&written, &OPTIONS).unwrap();
                assert_eq!(again, resource, "{api}: {}", String::from_utf8_lossy(&written));
                let mut twice = Vec::new();
                again.write(*api, &mut twice);
                assert_eq!(written, twice, "{api}");
            }
            let mut written = Vec::new();
            resource.write($api, &mut written);
            written
        })
    };
}

/// Asserts that `written` says all that `read` does: under its own name, or under the one that `api` has for it.
/// Names of enumerations and ids may change their case; annotations are no members, but for the three that are kept.
#[track_caller]
fn assert_kept(read: &Value, written: &Value, api: ApiVersion, place: &str) {
    const NAMES: &[[&str; 2]] = &[
        ["state", "requestState"],
        ["status", "requestStatus"],
        ["completedDateTime", "completedDate"],
        ["assignment", "accessPackageAssignment"],
        ["stages", "steps"],
        ["state", "assignmentState"],
        ["status", "assignmentStatus"],
        ["isMultipleSelectionAllowed", "allowsMultipleSelection"],
    ];
    const KEPT: &[&str] = &["@odata.context", "@odata.count", "@odata.nextLink"];
    match (read, written) {
        (Value::Object(read), Value::Object(written)) => {
            for (name, value) in read {
                if name.contains('@') && !KEPT.contains(&name.as_str()) {
                    continue;
                }
                let place = format!("{place}.{name}");
                let renamed =
                    NAMES.iter().filter(|names| names.contains(&name.as_str())).map(|names| match api {
                        ApiVersion::V1_0 => names[0],
                        ApiVersion::Beta => names[1],
                    });
                let found = std::iter::once(name.as_str()).chain(renamed).find_map(|name| written.get(name));
                assert!(found.is_some(), "{place} is lost");
                if let Some(found) = found {
                    assert_kept(value, found, api, &place);
                }
            }
        }
        (Value::Array(read), Value::Array(written)) => {
            assert_eq!(read.len(), written.len(), "{place}");
            for (index, (read, written)) in read.iter().zip(written).enumerate() {
                assert_kept(read, written, api, &format!("{place}[{index}]"));
            }
        }
        (Value::String(read), Value::String(written)) => {
            assert!(read.eq_ignore_ascii_case(written), "{place}: {read}, written {written}");
        }
        (read, written) => assert_eq!(read, written, "{place}"),
    }
}

/// Published files that are refused: file, code, path, reason. There are none.
const REFUSED: &[(&str, &str, &str, &str)] = &[];

#[test]
fn j11_published_resources_lose_nothing() {
    let Some(folder) = std::env::var_os("CORPUS_DIR") else { return };
    let folder = Path::new(&folder);
    let index = std::fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    let mut seen = 0;
    let mut seen_refused = 0;
    for line in index.lines().skip(1) {
        let [file, version, kind, ..] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let api: ApiVersion = version.parse().unwrap();
        let bytes = std::fs::read(folder.join(file)).unwrap();
        let outcome: Result<Vec<u8>, ReadError> = match kind {
            "request_resource" | "create_response" => round_trip!(read_request, &bytes, api),
            "request_list" => round_trip!(read_request_list, &bytes, api),
            "approval" if file.contains("filterbycurrentuser") => {
                round_trip!(read_approval_list, &bytes, api)
            }
            "approval" if file.contains("approval-get") => round_trip!(read_approval, &bytes, api),
            "approval" if file.contains("list-stages") => round_trip!(read_stage_list, &bytes, api),
            "approval" => round_trip!(read_stage, &bytes, api),
            _ => continue,
        };
        seen += 1;
        let refused = REFUSED.iter().find(|(refused, ..)| *refused == file);
        match (refused, outcome) {
            (None, Ok(written)) => {
                let read: Value = serde_json::from_slice(&bytes).unwrap();
                let written: Value = serde_json::from_slice(&written).unwrap();
                assert_kept(&read, &written, api, file);
            }
            (None, Err(error)) => panic!("{file}: {error} at {}", error.path()),
            (Some(_), Ok(_)) => panic!("{file} is read"),
            (Some((_, code, path, _)), Err(error)) => {
                seen_refused += 1;
                assert_eq!((error.code().to_string().as_str(), error.path()), (*code, *path), "{file}");
            }
        }
    }
    assert!(seen >= 20, "only {seen} resources in the folder");
    assert_eq!(seen_refused, REFUSED.len());
}

/// A request with every member of the schema of v1.0 and beta, under the names of beta.
const WHOLE: &str = r##"{
    "@odata.context": "https://graph.microsoft.com/beta/$metadata#x/$entity",
    "@odata.type": "#microsoft.graph.accessPackageAssignmentRequest",
    "id": "9C1E258D-7723-43b1-ae21-e6eeeb324fe5",
    "requestType": "UserAdd",
    "requestState": "delivered",
    "requestStatus": "Delivered",
    "createdDateTime": "2026-01-05T10:00:00+01:00",
    "completedDate": "2026-01-05T09:30:00.1234567Z",
    "expirationDateTime": "2026-02-05T09:30:00Z",
    "isValidationOnly": true,
    "justification": "A \"reason\"\u0000",
    "schedule": {
        "@odata.type": "#microsoft.graph.requestSchedule",
        "startDateTime": "2026-01-06T00:00:00Z",
        "recurrence": { "pattern": { "interval": 1e0 }, "range": null },
        "expiration": { "type": "afterduration", "duration": "P2W", "endDateTime": null }
    },
    "answers": [
        {
            "@odata.type": "#microsoft.graph.accessPackageAnswerString",
            "value": "AZ",
            "displayValue": "Arizona",
            "answeredQuestion": {
                "@odata.type": "#microsoft.graph.accessPackageMultipleChoiceQuestion",
                "id": "8fe745e7-80b2-490d-bd22-4e708c77288c",
                "isRequired": true,
                "isAnswerEditable": false,
                "sequence": 3,
                "text": { "defaultText": "Where?", "localizedTexts": [] },
                "choices": [ { "actualValue": "AZ" } ],
                "allowsMultipleSelection": false
            }
        },
        { "value": null }
    ],
    "accessPackageAssignment": {
        "id": "00000000-0000-0000-0000-000000000001",
        "accessPackageId": "00000000-0000-0000-0000-000000000002",
        "assignmentPolicyId": "00000000-0000-0000-0000-000000000003",
        "targetId": "00000000-0000-0000-0000-000000000004",
        "target": { "objectId": "00000000-0000-0000-0000-000000000004", "type": "User", "email": "a@b" },
        "catalogId": "00000000-0000-0000-0000-000000000005",
        "assignmentState": "Delivered",
        "assignmentStatus": "Delivered",
        "isExtended": false,
        "expiredDateTime": null
    },
    "accessPackage": { "id": "x", "displayName": "Sales", "isHidden": false },
    "requestor": { "id": "00000000-0000-0000-0000-000000000006", "displayName": "Ann", "subjectType": "user" },
    "customExtensionCalloutInstances": [
        {
            "id": "3C49CE50-E02C-4254-81E6-834328DF72DC",
            "status": "paused",
            "detail": "Request has been allowed",
            "customExtensionId": "e59ef33d-7bc4-4b15-8d3c-01153de8a498",
            "externalCorrelationId": "08585600902100964604743022906CU13"
        }
    ],
    "customExtensionHandlerInstances": [ { "status": "requestReceived", "stage": "x" } ],
    "verifiedCredentialsData": [ { "authority": "a", "claims": { "b": [ 1 , 2.50 ] } } ]
}"##;

#[test]
fn j11_a_request_with_every_member() {
    for api in ApiVersion::ALL {
        let written = round_trip!(read_request, WHOLE.as_bytes(), *api).unwrap();
        let mut read: Value = serde_json::from_str(WHOLE).unwrap();
        // Timestamps and durations are written in one form (rule J9).
        read["createdDateTime"] = "2026-01-05T09:00:00Z".into();
        read["schedule"]["expiration"]["duration"] = "P14D".into();
        if *api == ApiVersion::V1_0 {
            // v1.0 has the default text as the member itself.
            read["answers"][0]["answeredQuestion"]["text"] = "Where?".into();
        }
        assert_kept(&read, &serde_json::from_slice(&written).unwrap(), *api, "");
    }
}

#[test]
fn j6_names_are_known_or_kept_as_text() {
    let request = read_request(WHOLE.as_bytes(), &OPTIONS).unwrap();
    assert_eq!(request.request_type, Some(Name::Known(RequestType::UserAdd)));
    assert_eq!(request.state, Some(Name::Known(State::Delivered)));
    assert_eq!(request.status, Some(Name::Other("Delivered".into())));
    let expiration = request.schedule.unwrap().expiration.unwrap();
    assert_eq!(expiration.kind, Some(Name::Known(ExpirationType::AfterDuration)));
    let callout = &request.callouts.unwrap()[0];
    assert_eq!(callout.status, Some(Name::Other("paused".into())));
    assert_eq!(callout.status.as_ref().and_then(Name::known), None);
    for name in ["unknownFutureValue", "notSpecified", "", "userAdd ", "süß", "a\\u0001b"] {
        let body = format!(r#"{{"requestType":"{name}","state":"{name}","status":"{name}"}}"#);
        let written = round_trip!(read_request, body.as_bytes(), ApiVersion::Beta).unwrap();
        let written = String::from_utf8(written).unwrap();
        assert!(written.contains(&format!(r#""requestState":"{name}""#)), "{written}");
    }
}

#[test]
fn j10_the_names_and_values_of_each_generation() {
    let body = br#"{"requestType":"SYSTEMREMOVE","state":"PendingApproval","status":"pendingapproval",
        "customExtensionCalloutInstances":[{"status":"CallbackReceived"}]}"#;
    let request = read_request(body, &OPTIONS).unwrap();
    let write = |api| {
        let mut written = b"before:".to_vec();
        request.write(api, &mut written);
        String::from_utf8(written).unwrap()
    };
    let callouts = concat!(
        r#""customExtensionCalloutInstances":[{"status":"callbackReceived","externalCorrelationId":null,"#,
        r#""customExtensionId":null,"id":null,"detail":null}]}"#
    );
    assert_eq!(
        write(ApiVersion::V1_0),
        format!(
            "before:{}{callouts}",
            concat!(
                r#"{"requestType":"systemRemove","state":"pendingApproval","status":"PendingApproval","#,
                r#""createdDateTime":null,"completedDateTime":null,"justification":null,"#
            )
        )
    );
    assert_eq!(
        write(ApiVersion::Beta),
        format!(
            "before:{}{callouts}",
            concat!(
                r#"{"requestType":"SystemRemove","requestState":"PendingApproval","requestStatus":"PendingApproval","#,
                r#""createdDateTime":null,"completedDate":null,"justification":null,"#
            )
        )
    );
}

/// The schema has these as text; their names are those of the published pages.
#[test]
fn j10_results_and_statuses_of_stages_are_those_of_the_published_pages() {
    assert_eq!(StageStatus::NAMES, ["InProgress", "Initializing", "Completed", "Expired"]);
    assert_eq!(ReviewResult::NAMES, ["NotReviewed", "Approve", "Deny"]);
    assert!(Status::NAMES.contains(&"WaitingForCallback"));
}

#[test]
fn j10_every_type_is_written_by_its_name() {
    for name in RequestType::NAMES {
        let body = format!(r#"{{"requestType":"{}"}}"#, name.to_uppercase());
        let written = round_trip!(read_request, body.as_bytes(), ApiVersion::V1_0).unwrap();
        assert!(String::from_utf8(written).unwrap().contains(&format!(r#""requestType":"{name}""#)));
    }
}

#[test]
fn j5_both_names_of_one_thing() {
    let agreed = br#"{"state":"denied","requestState":"Denied","completedDate":null,
        "completedDateTime":"2026-01-05T09:00:00Z"}"#;
    assert_eq!(read_request(agreed, &OPTIONS).unwrap().state, Some(Name::Known(State::Denied)));
    for (body, path, other) in [
        (r#"{"state":"denied","requestState":"canceled"}"#, "requestState", "state"),
        (r#"{"requestStatus":"a","status":"b"}"#, "status", "requestStatus"),
        (
            r#"{"completedDate":"2026-01-05T09:00:00Z","completedDateTime":"2026-01-05T09:00:01Z"}"#,
            "completedDateTime",
            "completedDate",
        ),
        (
            r#"{"assignment":{},"accessPackageAssignment":{"catalogId":"x"}}"#,
            "accessPackageAssignment",
            "assignment",
        ),
        (r#"{"assignment":{"state":"a","assignmentState":"b"}}"#, "assignment.assignmentState", "state"),
    ] {
        let error = read_request(body.as_bytes(), &OPTIONS).unwrap_err();
        assert_eq!((error.code().to_string().as_str(), error.path()), ("conflictingMembers", path), "{body}");
        assert_eq!(error.to_string(), format!("contradicts `{other}`"), "{body}");
    }
    let error = read_approval(br#"{"stages":[],"steps":[{}]}"#, &OPTIONS).unwrap_err();
    assert_eq!((error.code().to_string().as_str(), error.path()), ("conflictingMembers", "steps"));
}

#[test]
fn resources_are_read_as_strictly_as_bodies() {
    for (body, code, path) in [
        ("", "malformed", ""),
        ("[]", "wrongType", ""),
        (r#"{"id":"9c1e258d772343b1ae21e6eeeb324fe5"}"#, "invalidId", "id"),
        (r#"{"createdDateTime":"2026-01-05"}"#, "invalidMoment", "createdDateTime"),
        (
            r#"{"schedule":{"expiration":{"duration":"P1M"}}}"#,
            "invalidDuration",
            "schedule.expiration.duration",
        ),
        (r#"{"isValidationOnly":"true"}"#, "wrongType", "isValidationOnly"),
        (r#"{"answers":{}}"#, "wrongType", "answers"),
        (r#"{"answers":[null]}"#, "wrongType", "answers[0]"),
        (
            r##"{"answers":[{"@odata.type":"#microsoft.graph.x"}]}"##,
            "odataTypeMismatch",
            "answers[0].@odata.type",
        ),
        (r#"{"accessPackage":{"a":[{"b":1,"b":1}]}}"#, "duplicateMember", "accessPackage.a[0].b"),
        (r#"{"x":{"b":1,"b":1}}"#, "duplicateMember", "x.b"),
        (r#"{"id":1,"x":tru}"#, "malformed", "x"),
        (r#"{"verifiedCredentialsData":["\ud800"]}"#, "malformed", "verifiedCredentialsData[0]"),
    ] {
        let error = read_request(body.as_bytes(), &OPTIONS).unwrap_err();
        assert_eq!((error.code().to_string().as_str(), error.path()), (code, path), "{body}");
    }
    assert_eq!(read_request(b"\xff", &OPTIONS).unwrap_err().to_string(), "not UTF-8");
    let error = read_request_list(br#"{"@odata.count":"3","value":[]}"#, &OPTIONS).unwrap_err();
    assert_eq!((error.code().to_string().as_str(), error.path()), ("wrongType", "@odata.count"));
    let error = read_request_list(b"{}", &OPTIONS).unwrap_err();
    assert_eq!((error.code().to_string().as_str(), error.path()), ("missing", "value"));
}

#[test]
fn j7_an_object_that_says_it_is_another_is_refused() {
    const OTHER: &str = r##"{"@odata.type":"#microsoft.graph.user"}"##;
    #[track_caller]
    fn assert_mismatch(error: &ReadError, path: &str) {
        let path = if path.is_empty() { "@odata.type".to_owned() } else { format!("{path}.@odata.type") };
        assert_eq!((error.code().to_string().as_str(), error.path()), ("odataTypeMismatch", path.as_str()));
    }
    for (body, path) in [
        (OTHER.to_owned(), ""),
        (format!(r#"{{"schedule":{OTHER}}}"#), "schedule"),
        (format!(r#"{{"schedule":{{"expiration":{OTHER}}}}}"#), "schedule.expiration"),
        (format!(r#"{{"answers":[{OTHER}]}}"#), "answers[0]"),
        (format!(r#"{{"answers":[{{"answeredQuestion":{OTHER}}}]}}"#), "answers[0].answeredQuestion"),
        (format!(r#"{{"assignment":{OTHER}}}"#), "assignment"),
        (format!(r#"{{"assignment":{{"target":{OTHER}}}}}"#), "assignment.target"),
        (format!(r#"{{"requestor":{OTHER}}}"#), "requestor"),
        (format!(r#"{{"customExtensionCalloutInstances":[{OTHER}]}}"#), "customExtensionCalloutInstances[0]"),
    ] {
        assert_mismatch(&read_request(body.as_bytes(), &OPTIONS).unwrap_err(), path);
    }
    assert_mismatch(&read_approval(OTHER.as_bytes(), &OPTIONS).unwrap_err(), "");
    assert_mismatch(&read_stage(OTHER.as_bytes(), &OPTIONS).unwrap_err(), "");
    let stages = format!(r#"{{"stages":[{OTHER}]}}"#);
    assert_mismatch(&read_approval(stages.as_bytes(), &OPTIONS).unwrap_err(), "stages[0]");
}

#[test]
fn j4_additional_data_is_found_by_name_and_in_their_order() {
    let body = br#"{"parameters":[],"accessPackage":{"id":"x"},"expirationDateTime":null}"#;
    let additional_data = read_request(body, &OPTIONS).unwrap().additional_data;
    let members: Vec<_> = additional_data.iter().map(|(name, value)| (name, value.get())).collect();
    assert_eq!(
        members,
        [("parameters", "[]"), ("accessPackage", r#"{"id":"x"}"#), ("expirationDateTime", "null")]
    );
    for (name, value) in members {
        assert_eq!(additional_data.get(name).map(RawJson::get), Some(value));
    }
    assert_ne!(additional_data.get("parameters"), additional_data.get("accessPackage"));
    assert_eq!(additional_data.get("id"), None);
}

#[test]
fn j4_unknown_members_are_passed_over_unless_the_host_refuses_them() {
    let body = br#"{"id":null,"shoeSize":44,"x@odata.y":1}"#;
    let written = round_trip!(read_request, body, ApiVersion::V1_0).unwrap();
    assert!(!String::from_utf8(written).unwrap().contains("44"));
    let strict = ReadOptions { unknown_members: Some(UnknownMembers::Refuse), ..OPTIONS };
    let error = read_request(body, &strict).unwrap_err();
    assert_eq!((error.code().to_string().as_str(), error.path()), ("unknownMember", "shoeSize"));
    read_request(WHOLE.as_bytes(), &strict).unwrap();
}

#[test]
fn lists_have_pages() {
    let body = br#"{"@odata.context":"https://x/$metadata#z","@odata.count":3,
        "value":[{"requestType":"userAdd"},{}],"@odata.nextLink":"https://x/y?$skip=2"}"#;
    let list = read_request_list(body, &OPTIONS).unwrap();
    assert_eq!((list.count, list.value.len()), (Some(3), 2));
    assert_eq!(list.context.as_deref(), Some("https://x/$metadata#z"));
    assert_eq!(list.next_link.as_deref(), Some("https://x/y?$skip=2"));
    let written = round_trip!(read_request_list, body, ApiVersion::V1_0).unwrap();
    assert_kept(
        &serde_json::from_slice(body).unwrap(),
        &serde_json::from_slice(&written).unwrap(),
        ApiVersion::V1_0,
        "",
    );
}

#[test]
fn approvals_and_stages_are_listed_too() {
    let body = br#"{"@odata.count":2,"value":[{"id":"abd306ef-f7b2-4a10-9fd1-493454322489"},{}]}"#;
    let id = "abd306ef-f7b2-4a10-9fd1-493454322489";
    let approvals = read_approval_list(body, &OPTIONS).unwrap();
    assert_eq!(
        (approvals.count, approvals.value.len(), approvals.value[0].id),
        (Some(2), 2, Some(id.parse().unwrap()))
    );
    let stages = read_stage_list(body, &OPTIONS).unwrap();
    assert_eq!(
        (stages.count, stages.value.len(), stages.value[0].id),
        (Some(2), 2, Some(id.parse().unwrap()))
    );
    for api in ApiVersion::ALL {
        for written in [
            round_trip!(read_approval_list, body, *api).unwrap(),
            round_trip!(read_stage_list, body, *api).unwrap(),
        ] {
            let read: Value = serde_json::from_slice(body).unwrap();
            assert_kept(&read, &serde_json::from_slice(&written).unwrap(), *api, "");
        }
    }
}

#[test]
fn approvals_of_both_generations() {
    let body = br##"{"id":"abd306ef-f7b2-4a10-9fd1-493454322489","@odata.type":"#microsoft.graph.approval",
        "@odata.context":"https://x/$metadata#approvals","steps":[{"@odata.context":"https://x/$metadata#steps",
        "id":"d4fa4045-4716-436d-aec5-57b0a713f095","displayName":"First","status":"completed","reviewResult":"Approved",
        "reviewedDateTime":"2026-01-05T09:00:00Z","justification":"fine","assignedToMe":false,
        "reviewedBy":{"id":"7deff43e-1f17-44ef-9e5f-d516b0ba11d4","displayName":"Ann","userPrincipalName":"ann@b"}}]}"##;
    for api in ApiVersion::ALL {
        let written = round_trip!(read_approval, body, *api).unwrap();
        assert_kept(
            &serde_json::from_slice(body).unwrap(),
            &serde_json::from_slice(&written).unwrap(),
            *api,
            "",
        );
    }
    let approval = read_approval(body, &OPTIONS).unwrap();
    let stage = &approval.stages.unwrap()[0];
    assert_eq!(stage.status, Some(Name::Known(StageStatus::Completed)));
    assert_eq!(stage.review_result, Some(Name::Other("Approved".into())), "the documentation's other name");
}

#[test]
fn j1_hostile_resources_take_linear_time() {
    let mebibyte = 1024 * 1024;
    let brackets = "[".repeat(mebibyte);
    let generous = ReadOptions { max_bytes: usize::MAX, max_depth: usize::MAX, unknown_members: None };
    let deep = format!(r#"{{"accessPackage":{brackets}{}}}"#, "]".repeat(mebibyte));
    read_request(deep.as_bytes(), &generous).unwrap();
    assert_eq!(read_request(deep.as_bytes(), &OPTIONS).unwrap_err().code().to_string(), "bodyTooLarge");
    assert_eq!(read_request(brackets.as_bytes(), &OPTIONS).unwrap_err().code().to_string(), "tooDeep");
    let answers = vec![r#"{"answeredQuestion":{"choices":[],"text":"x"}}"#; 10_000].join(",");
    let many = format!(r#"{{"answers":[{answers}]}}"#);
    let started = std::time::Instant::now();
    assert_eq!(read_request(many.as_bytes(), &OPTIONS).unwrap().answers.unwrap().len(), 10_000);
    assert!(started.elapsed() < std::time::Duration::from_secs(2));
}
