//! Batches.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a panic is how they fail")]

use assignment_request_graph::{
    ApiVersion, BatchBody, BatchResponse, ReadCode, ReadOptions, read_batch, read_no_parameters, write_batch,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde_json::json;

fn batch(requests: &serde_json::Value) -> Vec<u8> {
    serde_json::to_vec(&json!({ "requests": requests })).unwrap()
}

fn refused(body: &[u8]) -> (ReadCode, String, String) {
    let error = read_batch(body, &ReadOptions::default()).unwrap_err();
    (error.code(), error.path().to_owned(), error.to_string())
}

#[test]
fn a_batch_is_read() {
    let body = batch(&json!([
        { "id": "1", "method": "get", "url": "identityGovernance/x?$top=1" },
        {
            "id": "b", "method": "POST", "url": "/beta/identityGovernance/x", "dependsOn": ["1"],
            "headers": { "Content-Type": "application/json", "If-Match": "W/\"1\"" },
            "body": { "requestType": "userAdd", "answers": [1, "é"] }
        },
    ]));
    let requests = read_batch(&body, &ReadOptions::default()).unwrap();
    let [first, second] = requests.as_slice() else { panic!("two operations") };
    assert_eq!(
        (&*first.id, &first.method, first.path(ApiVersion::V1_0)),
        ("1", &Method::GET, "/v1.0/identityGovernance/x?$top=1".to_owned())
    );
    assert!(first.body.is_none() && first.headers.is_empty() && first.depends_on.is_empty());
    assert_eq!(second.path(ApiVersion::V1_0), "/beta/identityGovernance/x");
    assert_eq!(second.depends_on, [0]);
    assert_eq!(second.headers.get(header::CONTENT_TYPE).unwrap(), "application/json");
    let inner: serde_json::Value = serde_json::from_str(second.body.unwrap().get()).unwrap();
    assert_eq!(inner, json!({ "requestType": "userAdd", "answers": [1, "é"] }));
}

#[test]
fn what_a_batch_cannot_have_is_refused() {
    use ReadCode::{DuplicateMember, Missing, UnknownMember, UnsupportedValue, WrongType};
    let operation = |id: usize| json!({ "id": id.to_string(), "method": "GET", "url": "/x" });
    let twenty: Vec<_> = (0..20).map(operation).collect();
    assert_eq!(read_batch(&batch(&json!(twenty)), &ReadOptions::default()).unwrap().len(), 20);
    let more: Vec<_> = (0..21).map(operation).collect();
    for (requests, code, path) in [
        (json!(more), UnsupportedValue, "requests[20]"),
        (json!([]), UnsupportedValue, "requests"),
        (json!([operation(1), operation(1)]), UnsupportedValue, "requests[1].id"),
        (json!([{ "id": "1", "method": "GET" }]), Missing, "requests[0].url"),
        (json!([{ "id": "1", "url": "/x" }]), Missing, "requests[0].method"),
        (json!([{ "method": "GET", "url": "/x" }]), Missing, "requests[0].id"),
        (json!([{ "id": 1, "method": "GET", "url": "/x" }]), WrongType, "requests[0].id"),
        (json!([{ "id": "1", "method": "CONNECT", "url": "/x" }]), UnsupportedValue, "requests[0].method"),
        (json!([{ "id": "1", "method": "GET", "url": "ftp://a/x" }]), UnsupportedValue, "requests[0].url"),
        (json!([{ "id": "1", "method": "GET", "url": "//a/x" }]), UnsupportedValue, "requests[0].url"),
        (
            json!([{ "id": "1", "method": "GET", "url": "/x", "dependsOn": ["2"] }]),
            UnsupportedValue,
            "requests[0].dependsOn[0]",
        ),
        (
            json!([{ "id": "1", "method": "GET", "url": "/x", "dependsOn": ["1"] }]),
            UnsupportedValue,
            "requests[0].dependsOn[0]",
        ),
        (
            json!([{ "id": "1", "method": "GET", "url": "/x", "headers": { "a b": "c" } }]),
            UnsupportedValue,
            "requests[0].headers.a b",
        ),
        (
            json!([{ "id": "1", "method": "GET", "url": "/x", "headers": { "a": "b\n" } }]),
            UnsupportedValue,
            "requests[0].headers.a",
        ),
        (
            json!([{ "id": "1", "method": "GET", "url": "/x", "atomicityGroup": "g" }]),
            UnknownMember,
            "requests[0].atomicityGroup",
        ),
    ] {
        let (found, place, message) = refused(&batch(&requests));
        assert_eq!((found, &*place), (code, path), "{requests}: {message}");
    }
    assert_eq!(refused(b"{}").0, Missing);
    assert_eq!(refused(br#"{"requests":[],"requests":[]}"#).0, DuplicateMember);
    assert_eq!(refused(b"{\"requests\":{}}").0, WrongType);
    // The headers are bounded too.
    let many: serde_json::Map<_, _> = (0..51).map(|n| (format!("x-{n}"), json!("1"))).collect();
    let requests = json!([{ "id": "1", "method": "GET", "url": "/x", "headers": many }]);
    assert_eq!(refused(&batch(&requests)).0, UnsupportedValue);
}

#[test]
fn answers_are_written() {
    let requests = batch(&json!([{ "id": "q\"", "method": "GET", "url": "/x", "body": {"a": 1} }]));
    let read = read_batch(&requests, &ReadOptions::default()).unwrap();
    let body = read[0].body.map(BatchBody::Json);
    let headers =
        HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
    let responses = [
        BatchResponse { id: &read[0].id, status: StatusCode::OK, headers, body },
        BatchResponse { id: "2", status: StatusCode::NO_CONTENT, headers: HeaderMap::new(), body: None },
        BatchResponse {
            id: "3",
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            body: Some(BatchBody::Text("7")),
        },
    ];
    let mut written = Vec::new();
    write_batch(&responses, &mut written);
    let written: serde_json::Value = serde_json::from_slice(&written).unwrap();
    assert_eq!(
        written,
        json!({ "responses": [
            { "id": "q\"", "status": 200, "headers": { "Content-Type": "application/json" }, "body": { "a": 1 } },
            { "id": "2", "status": 204, "headers": {} },
            { "id": "3", "status": 200, "headers": {}, "body": "7" },
        ] })
    );
}

#[test]
fn an_action_without_parameters_takes_none() {
    let options = ReadOptions::default();
    for body in ["", "{}", " { } ", r#"{"@odata.type": "x"}"#] {
        assert!(read_no_parameters(body.as_bytes(), &options).is_ok(), "{body}");
    }
    for (body, code) in [
        ("[]", ReadCode::WrongType),
        ("null", ReadCode::WrongType),
        ("{\"a\":1}", ReadCode::UnknownMember),
        ("{", ReadCode::Malformed),
        (" ", ReadCode::Malformed),
    ] {
        assert_eq!(read_no_parameters(body.as_bytes(), &options).unwrap_err().code(), code, "{body}");
    }
}

/// What the official clients write, each in its own way.
#[test]
fn batches_of_the_official_clients_are_read() {
    let body = batch(&json!([
        { "id": "a", "method": "GET", "url": "http://graph.example.com:8080/v1.0/identityGovernance/x", "depends_on": [] },
        { "id": "b", "method": "GET", "url": "https://graph.example.com", "depends_on": ["a"], "dependsOn": ["a"] },
        { "id": "c", "method": "GET", "url": "/x?next=https://a/b", "headers": null, "body": null },
    ]));
    let requests = read_batch(&body, &ReadOptions::default()).unwrap();
    let found: Vec<_> = requests
        .iter()
        .map(|request| {
            (request.authority.as_deref(), request.path(ApiVersion::V1_0), request.depends_on.clone())
        })
        .collect();
    assert_eq!(
        found,
        [
            (Some("graph.example.com:8080"), "/v1.0/identityGovernance/x".to_owned(), vec![]),
            (Some("graph.example.com"), "/v1.0/".to_owned(), vec![0]),
            (None, "/v1.0/x?next=https://a/b".to_owned(), vec![]),
        ]
    );
    let differ = json!([
        { "id": "a", "method": "GET", "url": "/x" },
        { "id": "b", "method": "GET", "url": "/x", "depends_on": [], "dependsOn": ["a"] },
    ]);
    assert_eq!(refused(&batch(&differ)).0, ReadCode::ConflictingMembers);
}

/// The official client for JavaScript finds a body only beside a header in this spelling.
#[test]
fn headers_are_spelled_as_graph_spells_them() {
    let names =
        ["content-type", "etag", "odata-version", "odata-entityid", "retry-after", "request-id", "location"];
    let headers = names.map(|name| (header::HeaderName::from_static(name), HeaderValue::from_static("1")));
    let headers = HeaderMap::from_iter(headers);
    let mut written = Vec::new();
    write_batch(&[BatchResponse { id: "1", status: StatusCode::OK, headers, body: None }], &mut written);
    let written: serde_json::Value = serde_json::from_slice(&written).unwrap();
    let mut spelled: Vec<_> =
        written["responses"][0]["headers"].as_object().unwrap().keys().cloned().collect();
    spelled.sort();
    assert_eq!(
        spelled,
        ["Content-Type", "ETag", "Location", "OData-EntityId", "OData-Version", "Retry-After", "request-id"]
    );
}
