//! Writing only the members that a client asks for, and hiding names that it may not know.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a panic is how they fail")]

use assignment_request::{CalloutStatus, RequestType, State};
use assignment_request_graph::{
    ApiVersion, ApprovalResource, List, Name, ReadOptions, RequestResource, RequirementsResource,
    read_approval, read_request, read_stage,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::way::{REQUEST, way};

fn json_of(write: impl Fn(&mut Vec<u8>)) -> Value {
    let mut out = Vec::new();
    write(&mut out);
    serde_json::from_slice(&out).unwrap()
}

#[test]
fn only_the_selected_members_are_written_and_the_id() {
    let requests = way();
    let mut request = RequestResource::from(requests.last().unwrap());
    request.context = Some("c".into());
    let id = REQUEST.to_string();
    let selected = |api, names: &[&str]| json_of(|out| request.write_selected(api, names, out));
    assert_eq!(
        selected(ApiVersion::V1_0, &["status", "state"]),
        json!({ "@odata.context": "c", "id": id, "state": "delivered", "status": "Fulfilled" })
    );
    assert_eq!(
        selected(ApiVersion::Beta, &["requestState", "completedDate", "state"]),
        json!({
            "@odata.context": "c", "id": id, "requestState": "Delivered", "completedDate": "2026-01-05T09:05:00Z"
        })
    );
    assert_eq!(selected(ApiVersion::V1_0, &[]), json!({ "@odata.context": "c", "id": id }));
    // Members inside others are not affected.
    let whole = json_of(|out| request.write(ApiVersion::V1_0, out));
    assert_eq!(
        selected(ApiVersion::V1_0, &["assignment", "answers"]),
        json!({ "@odata.context": "c", "id": id, "answers": whole["answers"], "assignment": whole["assignment"] })
    );
    // It appends.
    let mut out = b"before:".to_vec();
    request.write_selected(ApiVersion::V1_0, &["id"], &mut out);
    assert_eq!(String::from_utf8(out).unwrap(), format!(r#"before:{{"@odata.context":"c","id":"{id}"}}"#));
}

#[test]
fn a_list_keeps_its_own_members_and_each_item_the_selected_ones() {
    let requests = way();
    let list = List {
        context: Some("c".into()),
        count: Some(6),
        next_link: Some("n".into()),
        value: requests.iter().map(RequestResource::from).collect(),
    };
    let written = json_of(|out| list.write_selected(ApiVersion::V1_0, &["requestType", "value"], out));
    let item = json!({ "id": REQUEST.to_string(), "requestType": "userAdd" });
    let items = vec![item; requests.len()];
    assert_eq!(
        written,
        json!({ "@odata.context": "c", "@odata.count": 6, "value": items, "@odata.nextLink": "n" })
    );
    let empty = List::<RequestResource<'_>>::default();
    assert_eq!(json_of(|out| empty.write_selected(ApiVersion::Beta, &["id"], out)), json!({ "value": [] }));
}

#[test]
fn every_resource_can_be_written_in_part() {
    let requests = way();
    let approval = ApprovalResource::of(requests.last().unwrap(), None);
    let id = json!({ "id": REQUEST.to_string() });
    assert_eq!(json_of(|out| approval.write_selected(ApiVersion::V1_0, &[], out)), id);
    let stages = json_of(|out| approval.write_selected(ApiVersion::Beta, &["steps"], out));
    assert_eq!(stages["steps"].as_array().unwrap().len(), 2);
    let stages = List { value: approval.stages.unwrap(), ..List::default() };
    let written = json_of(|out| stages.write_selected(ApiVersion::V1_0, &["status"], out));
    assert_eq!(written["value"][1]["status"], "Completed");
    assert_eq!(written["value"][1].as_object().unwrap().len(), 2);
    let requirements = List { value: vec![RequirementsResource::default()], ..List::default() };
    let written = json_of(|out| requirements.write_selected(ApiVersion::Beta, &["isApprovalRequired"], out));
    assert_eq!(written, json!({ "value": [{ "isApprovalRequired": null }] }));
    let request = RequestResource::from(requests.last().unwrap());
    let assignment = request.assignment.unwrap();
    let written = json_of(|out| assignment.write_selected(ApiVersion::V1_0, &["targetId"], out));
    assert_eq!(written, json!({ "targetId": assignment.target_id.unwrap().to_string() }));
}

const BODY: &str = r#"{"@odata.context":"\u0000","id":"46184453-e63b-4f20-86c2-c557ed5d5df9","justification":"\"} , {\\",
    "answers":[{"value":"\u2028"}],"accessPackage":{ "a" : [[[[[[ 1e9 ]]]]]] },"schedule":{},"requestState":"x\ny"}"#;

proptest! {
    /// Selecting is the same as writing all of it and dropping the others.
    #[test]
    fn a_selection_is_a_part_of_the_whole(
        names in proptest::sample::subsequence(
            &["justification", "answers", "accessPackage", "schedule", "requestState", "state", "requestor", "x\"y"][..],
            0..8,
        ),
    ) {
        let request = read_request(BODY.as_bytes(), &ReadOptions::default()).unwrap();
        for api in ApiVersion::ALL {
            let mut whole = json_of(|out| request.write(*api, out));
            let kept = |name: &String, _: &mut Value| {
                name == "id" || name.starts_with('@') || names.contains(&name.as_str())
            };
            whole.as_object_mut().unwrap().retain(kept);
            prop_assert_eq!(json_of(|out| request.write_selected(*api, &names, out)), whole);
        }
    }
}

#[test]
fn names_that_came_after_the_sentinel_are_hidden_in_v1() {
    // The enumeration of types as it is published, up to its sentinel.
    let published = [
        "userAdd",
        "userUpdate",
        "userRemove",
        "adminAdd",
        "adminUpdate",
        "adminRemove",
        "systemAdd",
        "systemUpdate",
        "systemRemove",
        "onBehalfAdd",
    ];
    for request_type in RequestType::ALL {
        let mut request =
            RequestResource { request_type: Some(Name::Known(*request_type)), ..RequestResource::default() };
        let known = request.clone();
        request.hide_later_names(ApiVersion::Beta);
        assert_eq!(request, known, "text in beta");
        request.hide_later_names(ApiVersion::V1_0);
        let written = json_of(|out| request.write(ApiVersion::V1_0, out));
        let name = request_type.as_str();
        let expected = if published.contains(&name) { name } else { "unknownFutureValue" };
        assert_eq!(written["requestType"], expected);
    }
    // Names that are kept as text are not ours to hide, and nothing else has later names.
    let body = br#"{"requestType":"new","state":"new","customExtensionCalloutInstances":[{"status":"new"}]}"#;
    let mut request = read_request(body, &ReadOptions::default()).unwrap();
    let before = request.clone();
    request.hide_later_names(ApiVersion::V1_0);
    assert_eq!(request, before);
    assert_eq!((State::ALL.len(), CalloutStatus::ALL.len()), (9, 5), "all published before their sentinels");
    assert!(read_approval(br#"{"id":null}"#, &ReadOptions::default()).is_ok());
    assert!(read_stage(br#"{"id":null}"#, &ReadOptions::default()).is_ok());
}
