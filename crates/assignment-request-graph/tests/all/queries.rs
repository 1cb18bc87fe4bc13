//! Query options: what is read, and that everything else is refused.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a panic is how they fail")]

use assignment_request::{State, Status, SubjectId, Timestamp};
use assignment_request_graph::http::{
    Endpoint, Filter, Navigation, Operation, Order, QueryCode, QueryError, QueryOptions,
};
use assignment_request_graph::{ErrorBody, GraphError};
use http::{Method, StatusCode};
use proptest::prelude::*;

const ID: &str = "46184453-e63b-4f20-86c2-c557ed5d5df9";
const REQUESTS: &str = "assignmentRequests";
const APPROVALS: &str = "accessPackageAssignmentApprovals";

fn endpoint(method: &Method, path: &str) -> Endpoint {
    let path = format!("identityGovernance/entitlementManagement/{path}");
    Endpoint::from_request(method, &path).unwrap()
}

fn read_at(path: &str, query: &str) -> Result<QueryOptions, QueryError> {
    QueryOptions::read(Some(query), &endpoint(&Method::GET, path))
}

fn read(query: &str) -> Result<QueryOptions, QueryError> {
    read_at(REQUESTS, query)
}

fn filter(text: &str) -> Result<Filter, QueryError> {
    read(&format!("$filter={}", text.replace(' ', "%20"))).map(|options| options.filter)
}

#[test]
fn options_are_read() {
    assert_eq!(read(""), Ok(QueryOptions::default()));
    assert_eq!(QueryOptions::read(None, &endpoint(&Method::GET, REQUESTS)), Ok(QueryOptions::default()));
    let options = read("$top=5&$skip=10&$count=true&$orderby=createdDateTime+desc&$skiptoken=a%26b").unwrap();
    assert_eq!((options.top, options.skip, options.count), (Some(5), 10, true));
    assert_eq!((options.order, options.skip_token.as_deref()), (Some(Order::NewestFirst), Some("a&b")));
    assert_eq!(read("$top=0").unwrap().top, Some(0));
    assert_eq!(read("%24top=1").unwrap().top, Some(1));
    assert_eq!(read("Top=1").unwrap().top, Some(1), "the name in another case, without the `$`");
    assert_eq!(read("$orderby=createdDateTime").unwrap().order, Some(Order::OldestFirst));
    assert_eq!(read("&$format=json&").unwrap(), QueryOptions::default());
}

#[test]
fn members_and_resources_are_chosen() {
    let requests = endpoint(&Method::GET, REQUESTS);
    let options =
        read("$select=id, state&$expand=requestor,assignment($expand=target,accessPackage)").unwrap();
    assert_eq!(
        options.expand,
        [
            Navigation::Requestor,
            Navigation::Assignment,
            Navigation::AssignmentTarget,
            Navigation::AssignmentAccessPackage
        ]
    );
    assert_eq!(options.select.as_ref().unwrap().names(), ["id", "state"]);
    let members = options.members(&requests).unwrap();
    assert_eq!(members.names(), ["id", "state", "requestor", "assignment"]);
    assert_eq!(read("$select=*").unwrap().members(&requests), None);
    assert_eq!(read("$expand=*").unwrap().expand.len(), 3);

    let steps = QueryOptions::read(
        Some("$expand=steps&$select=id"),
        &Endpoint::from_request(
            &Method::GET,
            "/beta/identityGovernance/entitlementManagement/accessPackageAssignmentApprovals",
        )
        .unwrap(),
    );
    assert!(steps.unwrap().expands(Navigation::Stages));
    let beta = Endpoint::from_request(
        &Method::GET,
        "/beta/identityGovernance/entitlementManagement/accessPackageAssignmentRequests",
    )
    .unwrap();
    let options = QueryOptions::read(
        Some("$select=requestState&$expand=accessPackageAssignment($expand=accessPackageAssignmentPolicy)"),
        &beta,
    )
    .unwrap();
    assert_eq!(options.members(&beta).unwrap().names(), ["requestState", "accessPackageAssignment"]);
}

#[test]
fn filters_are_read() {
    let id = ID.parse::<SubjectId>().unwrap();
    for (text, state, status) in [
        ("state eq 'submitted'", Some(State::Submitted), None),
        ("requestState eq 'Submitted'", Some(State::Submitted), None),
        ("state eq microsoft.graph.accessPackageRequestState'denied'", Some(State::Denied), None),
        ("(((status eq 'Fulfilled')))", None, Some(Status::Fulfilled)),
    ] {
        let filter = filter(text).unwrap();
        assert_eq!((filter.state, filter.status), (state, status), "{text}");
    }
    for path in ["requestor/id", "requestor/objectId"] {
        assert_eq!(filter(&format!("{path} eq '{ID}'")).unwrap().requestor, Some(id));
    }
    for outer in ["assignment", "accessPackageAssignment"] {
        for path in ["target/id", "target/objectId", "targetId"] {
            let filter = filter(&format!("{outer}/{path} eq {ID}")).unwrap();
            assert_eq!(filter.target, Some(id));
        }
        for path in ["assignmentPolicy/id", "accessPackageAssignmentPolicy/id", "assignmentPolicyId"] {
            assert!(filter(&format!("{outer}/{path} eq '{ID}'")).unwrap().policy.is_some());
        }
        for path in ["accessPackage/id", "accessPackageId"] {
            assert!(filter(&format!("{outer}/{path} eq '{ID}'")).unwrap().access_package.is_some());
        }
    }
    let at = "2026-01-05T09:00:00Z".parse::<Timestamp>().unwrap();
    let after = Timestamp::from_ticks(at.ticks() + 1);
    for (operator, from, before) in
        [("ge", Some(at), None), ("gt", after, None), ("lt", None, Some(at)), ("le", None, after)]
    {
        let filter = filter(&format!("createdDateTime {operator} 2026-01-05T09:00:00Z")).unwrap();
        assert_eq!((filter.created_from, filter.created_before), (from, before), "{operator}");
    }
    let both = filter(&format!(
        "createdDateTime ge 2026-01-05T09:00:00Z and (createdDateTime lt 2026-01-06T09:00:00Z and accessPackage/id eq '{ID}') and completedDateTime le 2026-01-05T09:00:00Z"
    ))
    .unwrap();
    assert!(both.created_from.is_some() && both.created_before.is_some() && both.access_package.is_some());
    assert_eq!(both.completed_before, after);
}

/// Queries that are refused: the code, the option and the message.
const REFUSED: &[(&str, QueryCode, &str, &str)] = {
    use QueryCode::{Duplicate, Invalid, Unsupported};
    &[
        ("$search=a", Unsupported, "$search", "this operation does not have the query option"),
        ("$apply=a", Unsupported, "$apply", "this operation does not have the query option"),
        ("shoeSize=44", Unsupported, "shoeSize", "this operation does not have the query option"),
        ("@on='target'", Unsupported, "@on", "this operation does not have the query option"),
        ("$top=1&top=2", Duplicate, "top", "the query option is given twice"),
        ("$top=%zz", Invalid, "$top", "the percent-encoding is invalid"),
        ("$top=-1", Invalid, "$top", "expected a whole number from 0 to 4294967295, found `-1`"),
        ("$top=%2B1", Invalid, "$top", "expected a whole number from 0 to 4294967295, found `+1`"),
        ("$top=", Invalid, "$top", "expected a whole number from 0 to 4294967295, found ``"),
        (
            "$skip=10001",
            Unsupported,
            "$skip",
            "at most 10000 items can be skipped; follow the next links instead",
        ),
        ("$skiptoken=", Invalid, "$skiptoken", "the token is empty"),
        ("$count=yes", Invalid, "$count", "expected true or false, found `yes`"),
        ("$format=xml", Unsupported, "$format", "expected json, found `xml`"),
        (
            "$orderby=state",
            Unsupported,
            "$orderby",
            "expected createdDateTime, with asc or desc, found `state`",
        ),
        ("$select=id,id", Invalid, "$select", "`id` is selected twice"),
        (
            "$expand=answers",
            Unsupported,
            "$expand",
            "`answers` cannot be expanded; these can: assignment, accessPackage, requestor",
        ),
        ("$expand=requestor,requestor", Invalid, "$expand", "requestor is expanded twice"),
        (
            "$expand=requestor($select=id)",
            Unsupported,
            "$expand",
            "in the parentheses after requestor, `$select=id` is not supported",
        ),
        (
            "$expand=assignment($expand=nobody)",
            Unsupported,
            "$expand",
            "in the parentheses after assignment, `$expand=nobody` is not supported",
        ),
        ("$expand=assignment(", Invalid, "$expand", "a parenthesis is not closed"),
        ("$expand=assignment)", Invalid, "$expand", "a parenthesis is not opened"),
        ("$filter=", Invalid, "$filter", "expected a member"),
        (
            "$filter=id eq '1'",
            Unsupported,
            "$filter",
            "`id` is no member that a filter can use; these are: state, status, requestor/id, assignment/target/id, \
             accessPackage/id, assignment/assignmentPolicy/id, createdDateTime, completedDateTime",
        ),
        ("$filter=state", Invalid, "$filter", "expected a value"),
        ("$filter=state eq", Invalid, "$filter", "expected a value"),
        ("$filter=state ne 'denied'", Unsupported, "$filter", "`state` cannot be compared with `ne`"),
        (
            "$filter=not state eq 'denied'",
            Unsupported,
            "$filter",
            "`not` is not supported in a filter; conditions are joined by `and`",
        ),
        (
            "$filter=startswith(status,'a')",
            Unsupported,
            "$filter",
            "`startswith` is not supported in a filter; conditions are joined by `and`",
        ),
        (
            "$filter=state eq 'denied' or state eq 'canceled'",
            Unsupported,
            "$filter",
            "`or` is not supported in a filter; conditions are joined by `and`",
        ),
        (
            "$filter=state eq 'denied' and state eq 'canceled'",
            Unsupported,
            "$filter",
            "`state` is compared twice",
        ),
        (
            "$filter=state eq 'denied' and requestState eq 'canceled'",
            Unsupported,
            "$filter",
            "`requestState` is compared twice",
        ),
        ("$filter=state eq 'denied", Invalid, "$filter", "the text after `` is not closed"),
        ("$filter=state eq 'denied'x", Invalid, "$filter", "nothing may follow `denied` at once"),
        ("$filter=state eq 'denied' and", Invalid, "$filter", "expected a member"),
        ("$filter=(state eq 'denied'", Invalid, "$filter", "expected `and` or `)`"),
        ("$filter=state eq 'denied')", Invalid, "$filter", "expected `and` or the end, found `)`"),
        (
            "$filter=state eq null",
            Invalid,
            "$filter",
            "unknown value `null`; expected one of: submitted, pendingApproval, scheduled, delivering, delivered, partiallyDelivered, deliveryFailed, denied, canceled",
        ),
        (
            "$filter=requestor/targetId eq '1'",
            Unsupported,
            "$filter",
            "`requestor/targetId` is no member that a filter can use; these are: state, status, requestor/id, assignment/target/id, accessPackage/id, assignment/assignmentPolicy/id, createdDateTime, completedDateTime",
        ),
        ("$filter=requestor/id eq 'ada'", Invalid, "$filter", "`ada` is not an id"),
    ]
};

#[test]
fn what_is_not_supported_is_refused() {
    for (query, code, option, message) in REFUSED.iter().copied() {
        let error = read(query).expect_err(query);
        assert_eq!((error.code(), error.option(), &*error.to_string()), (code, option, message), "{query}");
        assert_eq!(GraphError::from(&error).status(), StatusCode::BAD_REQUEST);
        let body = ErrorBody::from(GraphError::from(&error));
        assert_eq!((body.code, body.target.as_deref()), (code.as_str(), Some(option)));
    }
    let long = format!("$filter={}", "a".repeat(10_000));
    let error = read(&long).unwrap_err();
    assert_eq!((error.code(), error.option()), (QueryCode::Invalid, ""));
    assert_eq!(ErrorBody::from(&error).target, None);
    let deep = format!("{}state eq 'denied'{}", "(".repeat(9), ")".repeat(9));
    assert_eq!(filter(&deep).unwrap_err().to_string(), "parentheses may be at most 8 deep");
    assert!(filter(&format!("{}state eq 'denied'{}", "(".repeat(8), ")".repeat(8))).is_ok());
}

#[test]
fn bounds_include_their_end() {
    let longest = format!("$skiptoken={}", "a".repeat(8 * 1024 - "$skiptoken=".len()));
    assert!(read(&longest).is_ok());
    assert_eq!(read(&format!("{longest}a")).unwrap_err().code(), QueryCode::Invalid);
    assert_eq!(read("$skip=10000").unwrap().skip, 10_000);
    assert_eq!(read("$skip=10001").unwrap_err().code(), QueryCode::Unsupported);
}

#[test]
fn what_is_expanded_is_known() {
    let options = read("$expand=requestor").unwrap();
    assert!(options.expands(Navigation::Requestor));
    assert!(!options.expands(Navigation::Assignment));
}

/// The value of an alias is read with the path.
#[test]
fn an_alias_is_no_option() {
    for (path, query) in [
        (format!("{REQUESTS}/filterByCurrentUser(on=@on)"), "@on='target'"),
        (format!("{REQUESTS}/filterByCurrentUser(on=@o)"), "@o='target'"),
        (format!("{APPROVALS}/filterByCurrentUser(on=@on)"), "@on='approver'"),
    ] {
        let endpoint = endpoint(&Method::GET, &format!("{path}?{query}"));
        let options = QueryOptions::read(Some(&format!("{query}&$top=5")), &endpoint).unwrap();
        assert_eq!(options.top, Some(5), "{path}");
        assert!(QueryOptions::read(Some("on='target'"), &endpoint).is_err(), "{path}");
    }
    assert_eq!(read("@on='target'").unwrap_err().code(), QueryCode::Unsupported);
}

#[test]
fn a_type_before_a_quote_has_a_name() {
    for value in ["microsoft.graph.'denied'", "microsoft.graph.a-b'denied'"] {
        assert_eq!(filter(&format!("state eq {value}")).unwrap_err().code(), QueryCode::Invalid, "{value}");
    }
}

#[test]
fn some_operations_read_a_body() {
    for (method, path, reads) in [
        (Method::POST, REQUESTS.to_owned(), true),
        (Method::POST, format!("{REQUESTS}/{ID}/resume"), true),
        (Method::PATCH, format!("{APPROVALS}/{ID}/stages/{ID}"), true),
        (Method::POST, format!("{REQUESTS}/{ID}/cancel"), false),
        (Method::GET, REQUESTS.to_owned(), false),
    ] {
        assert_eq!(endpoint(&method, &path).operation.reads_body(), reads, "{method} {path}");
    }
}

/// An option of one operation is refused by another one that has no use for it.
#[test]
fn every_operation_has_its_options() {
    let all = [
        "$filter=state eq 'denied'",
        "$top=1",
        "$skip=1",
        "$skiptoken=a",
        "$count=true",
        "$select=id",
        "$expand=*",
        "$orderby=createdDateTime",
        "$format=json",
    ];
    for (method, path, has) in [
        (Method::GET, REQUESTS.to_owned(), &all[..]),
        (Method::GET, format!("{REQUESTS}/filterByCurrentUser(on='target')"), &all[..]),
        (Method::GET, format!("{REQUESTS}/$count"), &["$filter=state eq 'denied'"][..]),
        (Method::GET, format!("{REQUESTS}/{ID}"), &["$select=id", "$expand=*", "$format=json"]),
        (Method::GET, format!("{REQUESTS}/{ID}/assignment"), &["$select=id", "$format=json"]),
        (Method::GET, format!("{REQUESTS}/{ID}/requestor"), &["$select=id", "$format=json"]),
        (Method::GET, format!("{REQUESTS}/{ID}/accessPackage"), &["$select=id", "$format=json"]),
        (Method::POST, REQUESTS.to_owned(), &[]),
        (Method::DELETE, format!("{REQUESTS}/{ID}"), &[]),
        (Method::POST, format!("{REQUESTS}/{ID}/resume"), &[]),
        (Method::POST, format!("{REQUESTS}/{ID}/cancel"), &[]),
        (Method::POST, format!("{REQUESTS}/{ID}/reprocess"), &[]),
        (Method::POST, format!("accessPackages/{ID}/getApplicablePolicyRequirements"), &[]),
        (
            Method::GET,
            APPROVALS.to_owned(),
            &["$top=1", "$skip=1", "$skiptoken=a", "$count=true", "$select=id", "$expand=*", "$format=json"],
        ),
        (
            Method::GET,
            format!("{APPROVALS}/filterByCurrentUser(on='approver')"),
            &["$top=1", "$skip=1", "$skiptoken=a", "$count=true", "$select=id", "$expand=*", "$format=json"],
        ),
        (Method::GET, format!("{APPROVALS}/$count"), &[]),
        (Method::GET, format!("{APPROVALS}/{ID}"), &["$select=id", "$expand=*", "$format=json"]),
        (Method::GET, format!("{APPROVALS}/{ID}/stages"), &["$count=true", "$select=id", "$format=json"]),
        (Method::GET, format!("{APPROVALS}/{ID}/stages/$count"), &[]),
        (Method::GET, format!("{APPROVALS}/{ID}/stages/{ID}"), &["$select=id", "$format=json"]),
        (Method::PATCH, format!("{APPROVALS}/{ID}/stages/{ID}"), &[]),
    ] {
        let endpoint = endpoint(&method, &path);
        for option in all {
            let outcome = QueryOptions::read(Some(option), &endpoint);
            match outcome {
                Ok(_) => assert!(has.contains(&option), "{method} {path}?{option}"),
                Err(error) => {
                    assert!(!has.contains(&option), "{method} {path}?{option}: {error}");
                    assert_eq!(error.code(), QueryCode::Unsupported);
                }
            }
        }
    }
}

#[test]
fn contexts_name_what_the_answer_has() {
    let root = "https://graph.example.com";
    let management = "identityGovernance/entitlementManagement";
    for (method, path, query, expected) in [
        (Method::GET, REQUESTS.to_owned(), "", Some(format!("{management}/{REQUESTS}"))),
        (Method::POST, REQUESTS.to_owned(), "", Some(format!("{management}/{REQUESTS}/$entity"))),
        (
            Method::GET,
            format!("{REQUESTS}/{ID}"),
            "$select=id,state",
            Some(format!("{management}/{REQUESTS}(id,state)/$entity")),
        ),
        (
            Method::GET,
            format!("{REQUESTS}/filterByCurrentUser(on='target')"),
            "",
            Some("Collection(microsoft.graph.accessPackageAssignmentRequest)".to_owned()),
        ),
        (
            Method::GET,
            format!("{REQUESTS}/{ID}/requestor"),
            "",
            Some(format!("{management}/{REQUESTS}/{ID}/requestor/$entity")),
        ),
        (Method::GET, format!("{REQUESTS}/$count"), "", None),
        (Method::POST, format!("{REQUESTS}/{ID}/cancel"), "", None),
        (Method::GET, format!("{APPROVALS}/{ID}"), "", Some(format!("{management}/{APPROVALS}/$entity"))),
        (
            Method::GET,
            format!("{APPROVALS}/{ID}/stages"),
            "",
            Some(format!("{management}/{APPROVALS}/{ID}/stages")),
        ),
        (
            Method::PATCH,
            format!("{APPROVALS}/{ID}/stages/{ID}"),
            "",
            Some(format!("{management}/{APPROVALS}/{ID}/stages/$entity")),
        ),
    ] {
        let endpoint = endpoint(&method, &path);
        let options = QueryOptions::read(Some(query), &endpoint).unwrap();
        let expected = expected.map(|what| format!("{root}/v1.0/$metadata#{what}"));
        assert_eq!(endpoint.context(root, &options), expected, "{method} {path}");
    }
    let batch = Endpoint::from_request(&Method::POST, "/v1.0/$batch").unwrap();
    assert_eq!(batch.operation, Operation::Batch);
    assert_eq!(batch.context(root, &QueryOptions::default()), None);
}

proptest! {
    /// No text makes the reader panic, and what it refuses it names.
    #[test]
    fn any_query_is_read_or_refused(query in "[$@a-z=&'()%+ ,/0-9]{0,80}|\\PC{0,40}") {
        for path in [REQUESTS, APPROVALS] {
            if let Err(error) = read_at(path, &query) {
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }

    /// No filter makes the reader panic.
    #[test]
    fn any_filter_is_read_or_refused(
        words in prop::collection::vec(
            prop::sample::select(vec!["state", "eq", "'denied'", "and", "or", "(", ")", "createdDateTime", "ge",
                "2026-01-05T09:00:00Z", "not", "'", "requestor/id", "in", "microsoft.graph.x'y'"]),
            0..12,
        ),
    ) {
        let text = words.join(" ");
        if let Ok(filter) = filter(&text) {
            prop_assert_ne!(filter, Filter::default(), "{}", text);
        }
    }
}
