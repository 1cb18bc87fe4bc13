//! The headers of requests.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a panic is how they fail")]

use assignment_request::RequestId;
use assignment_request_graph::http::{
    CLIENT_REQUEST_ID, HeaderError, Operation, Preferences, RequestHeaders, Returns, client_request_id,
    entity_tag,
};
use assignment_request_graph::{ErrorBody, GraphError};
use http::{HeaderMap, HeaderName, HeaderValue};

const CANCEL: Operation = Operation::Cancel { request: RequestId::from_u128(7) };

fn headers(given: &[(&str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in given {
        headers
            .append(HeaderName::try_from(*name).unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    headers
}

fn read(
    operation: &Operation,
    given: &[(&str, &str)],
    has_body: bool,
) -> Result<RequestHeaders, HeaderError> {
    RequestHeaders::read(&headers(given), operation, has_body)
}

#[test]
fn a_body_must_be_said_to_be_json() {
    for kind in [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;odata.metadata=minimal;Charset=\"UTF-8\"",
        "application/json;IEEE754Compatible=false",
    ] {
        assert!(read(&Operation::Create, &[("content-type", kind)], true).is_ok(), "{kind}");
    }
    for kind in [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json2",
        "text/json",
        "application/xml, application/json",
        "application/json; charset=utf-16",
        "application/json; charset=latin1",
    ] {
        let error = read(&Operation::Create, &[("content-type", kind)], true).unwrap_err();
        assert_eq!((error.code(), error.status().as_u16()), ("unsupportedMediaType", 415), "{kind}");
        assert!(read(&CANCEL, &[("content-type", kind)], false).is_ok(), "there is no body: {kind}");
    }
    let error = read(&Operation::Create, &[], true).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the body must be application/json in UTF-8, and Content-Type must say so; it says ``"
    );
    let twice = [("content-type", "application/json"), ("content-type", "text/plain")];
    assert_eq!(read(&Operation::Create, &twice, true).unwrap_err().code(), "invalidHeader");
}

#[test]
fn the_answer_must_be_acceptable() {
    let count = Operation::Count;
    for (accept, json, plain) in [
        ("application/json", true, false),
        ("APPLICATION/JSON;odata.metadata=none", true, false),
        ("application/*", true, false),
        ("*/*", true, true),
        ("", true, true),
        ("text/plain;q=0.9", false, true),
        ("text/html, application/json;q=0.5", true, false),
        ("application/json;q=0", false, false),
        ("application/json;q=0.0, */*;q=0.1", true, true),
        ("text/*", false, true),
        ("json", false, false),
    ] {
        let given = [("accept", accept)];
        assert_eq!(read(&Operation::List, &given, false).is_ok(), json, "{accept}");
        assert_eq!(read(&count, &given, false).is_ok(), plain, "{accept}");
    }
    let both = [("accept", "text/html"), ("accept", "application/json")];
    assert!(read(&Operation::List, &both, false).is_ok());
    let error = read(&count, &[("accept", "application/json")], false).unwrap_err();
    assert_eq!((error.code(), error.status().as_u16()), ("notAcceptable", 406));
    assert_eq!(error.to_string(), "the answer is text/plain; Accept allows `application/json`");
}

#[test]
fn revisions_and_entity_tags() {
    for revision in [0, 1, 17, u64::MAX] {
        let tag = entity_tag(revision);
        let strong = tag.to_str().unwrap().trim_start_matches("W/");
        for given in [tag.to_str().unwrap(), strong] {
            let headers = read(&CANCEL, &[("if-match", given)], false).unwrap();
            assert_eq!(headers.expected_revision, Some(revision));
        }
    }
    assert_eq!(read(&CANCEL, &[("if-match", "*")], false).unwrap().expected_revision, None);
    assert_eq!(read(&CANCEL, &[], false).unwrap().expected_revision, None);
    for tag in
        ["7", "\"seven\"", "W/\"07\"", "W/\"+7\"", "\"-7\"", "\"7", "w/\"7\"", "W/\"99999999999999999999\""]
    {
        let error = read(&CANCEL, &[("if-match", tag)], false).unwrap_err();
        assert_eq!((error.code(), error.status().as_u16()), ("preconditionFailed", 412), "{tag}");
        assert_eq!(ErrorBody::from(GraphError::from(&error)).code, "preconditionFailed");
    }
    for given in [&[("if-match", "\"1\", \"2\"")][..], &[("if-match", "\"1\""), ("if-match", "\"1\"")]] {
        let error = read(&CANCEL, given, false).unwrap_err();
        assert_eq!((error.code(), error.status().as_u16()), ("invalidHeader", 400));
    }
}

#[test]
fn preferences_are_read_and_unknown_ones_ignored() {
    let preferences = |given: &[(&str, &str)]| read(&CANCEL, given, false).map(|headers| headers.preferences);
    assert_eq!(preferences(&[]), Ok(Preferences::default()));
    let read = preferences(&[
        ("prefer", "return=minimal, include-unknown-enum-members"),
        ("prefer", "respond-async; odata.maxpagesize=50, return=representation"),
    ])
    .unwrap();
    assert_eq!(read.returns, Some(Returns::Minimal), "of two the first");
    assert!(read.include_unknown_enum_members);
    assert_eq!(read.max_page_size, Some(50));
    assert_eq!(
        preferences(&[("prefer", "return=representation")]).unwrap().returns,
        Some(Returns::Representation)
    );
    for preference in ["return=everything", "return", "maxpagesize=0", "odata.maxpagesize=many"] {
        let error = preferences(&[("prefer", preference)]).unwrap_err();
        assert_eq!(error.code(), "invalidHeader", "{preference}");
    }
    assert_eq!(Returns::Minimal.applied(), "return=minimal");
    assert_eq!(Returns::Representation.applied(), "return=representation");
}

#[test]
fn the_version_of_odata_is_4() {
    for (name, version, is_ok) in [
        ("odata-version", "4.0", true),
        ("odata-version", "4.01", true),
        ("odata-version", "3.0", false),
        ("odata-version", "4.1", false),
        ("odata-maxversion", "4.0", true),
        ("odata-maxversion", "4.01", true),
        ("odata-maxversion", "3.0", false),
    ] {
        assert_eq!(read(&CANCEL, &[(name, version)], false).is_ok(), is_ok, "{name}: {version}");
    }
    let error = read(&CANCEL, &[("odata-version", "3.0")], false).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the header odata-version is refused: this service has version 4.0 of OData"
    );
    let error = read(&CANCEL, &[("odata-version", "4.0\u{e9}")], false).unwrap_err();
    assert_eq!(error.code(), "invalidHeader");
}

#[test]
fn clients_name_their_requests_as_they_like() {
    let id = |text: &str| client_request_id(&headers(&[("client-request-id", text)])).map(str::to_owned);
    for text in ["a", "5f0e4d7c-8a3e-4b5f-9d4c-6b1f2f3a4b5c", "nightly \"run\" 7"] {
        assert_eq!(id(text).as_deref(), Some(text));
    }
    assert_eq!(id(&"a".repeat(256)).map(|id| id.len()), Some(256));
    assert_eq!(id(&"a".repeat(257)), None);
    assert_eq!(id(""), None);
    assert_eq!(id("é"), None);
    assert_eq!(CLIENT_REQUEST_ID, "client-request-id");
}
