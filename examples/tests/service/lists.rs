//! Lists, pages, filters, options and batches.

use serde_json::{Value, json};
use ureq::http::Method;

use crate::harness::{APPROVALS, REQUESTS, Service, customer_data, id, id_of, user_add};

fn states(list: &Value) -> Vec<&str> {
    list["value"].as_array().unwrap().iter().map(|request| request["state"].as_str().unwrap()).collect()
}

#[test]
fn pages_filters_and_options() {
    let service = Service::start();
    let waiting = service.create("ada", &customer_data());
    service.wait(&waiting, "pendingApproval", "PendingApproval");
    for package in [1, 3] {
        service.deliver("ada", &user_add(package));
    }
    service.deliver("bob", &user_add(1));

    // Pages of one, until the last one.
    let mut path = format!("{REQUESTS}?$top=1&$count=true&$select=state");
    let mut found = Vec::new();
    loop {
        let page = service.read("ada", &path);
        assert_eq!(page["@odata.count"], 3);
        let [request] = page["value"].as_array().unwrap().as_slice() else { panic!("{page}") };
        let names: Vec<_> = request.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ["id", "state"]);
        found.push(request["state"].as_str().unwrap().to_owned());
        let Some(next) = page["@odata.nextLink"].as_str() else { break };
        path = next.strip_prefix(&format!("http://{}", service.address)).unwrap().to_owned();
    }
    assert_eq!(found, ["pendingApproval", "delivered", "delivered"]);

    let list = |token: &str, options: &str| {
        service.read(token, &format!("{REQUESTS}?{}", options.replace(' ', "%20")))
    };
    assert_eq!(states(&list("ada", "$filter=state eq 'pendingApproval'")), ["pendingApproval"]);
    assert_eq!(
        states(&list("ada", "$orderby=createdDateTime desc&$skip=1")),
        ["delivered", "pendingApproval"]
    );
    let ada = id('a', 1);
    let both = list("oscar", &format!("$filter=requestor/id eq '{ada}' and status eq 'Fulfilled'"));
    assert_eq!(states(&both), ["delivered", "delivered"]);
    assert_eq!(states(&list("bob", &format!("$filter=requestor/id eq '{ada}'"))), [""; 0]);
    let expanded = list("bob", "$expand=accessPackage,assignment($expand=assignmentPolicy)");
    assert_eq!(expanded["value"][0]["accessPackage"]["displayName"], "Sales tools");
    assert_eq!(expanded["value"][0]["assignment"]["assignmentPolicy"]["displayName"], "Everyone");
    for (token, count) in [("oscar", "4"), ("ada", "3"), ("mallory", "0")] {
        let request = service.request(token, Method::GET, &format!("{REQUESTS}/$count"));
        let (head, body) = service.send(request.body(String::new()).unwrap());
        assert_eq!(head.headers()["content-type"], "text/plain");
        assert_eq!(body.to_string(), count);
    }
    for (options, code) in [
        ("$search=sales", "unsupportedQueryOption"),
        ("$skiptoken=7", "invalidQueryOption"),
        ("$filter=state eq 'unheard'", "invalidQueryOption"),
    ] {
        let (status, body) = service.get("ada", &format!("{REQUESTS}?{}", options.replace(' ', "%20")));
        assert_eq!((status, body["error"]["code"].as_str().unwrap()), (400, code), "{options}: {body}");
    }

    // What belongs to a request.
    let request = service.read("ada", &format!("{waiting}/requestor"));
    assert_eq!(request["email"], "ada@contoso.example");
    let package = service.read("ada", &format!("{waiting}/accessPackage?$select=displayName"));
    assert_eq!((&package["displayName"], &package["description"]), (&json!("Customer data"), &Value::Null));
    let approvals = service.read("ada", &format!("{APPROVALS}?$count=true"));
    assert_eq!(
        (&approvals["@odata.count"], &approvals["value"][0]["id"]),
        (&json!(1), &json!(id_of(&waiting)))
    );
}

#[test]
fn everyone_filters_by_themselves() {
    let service = Service::start();
    let count = |token: &str, on: &str| {
        let list = service.read(token, &format!("{REQUESTS}/filterByCurrentUser(on='{on}')"));
        list["value"].as_array().unwrap().len()
    };
    let waiting = service.create("ada", &customer_data());
    service.wait(&waiting, "pendingApproval", "PendingApproval");
    let mut for_agent = user_add(1);
    for_agent["requestType"] = json!("onBehalfAdd");
    for_agent["assignment"]["targetId"] = json!(id('a', 8));
    service.deliver("ada", &for_agent);

    for (token, on, expected) in [
        ("ada", "target", 1),
        ("scout", "target", 1),
        ("ada", "createdBy", 2),
        ("scout", "createdBy", 0),
        ("ada", "targetOrRequestor", 2),
        ("ada", "requestForOthers", 1),
        ("ada", "targetAgentIdentitySponsorOrOwner", 1),
        ("grace", "targetManager", 1),
        ("bob", "targetManager", 0),
        ("mallory", "targetOrRequestor", 0),
    ] {
        assert_eq!(count(token, on), expected, "{token}, {on}");
    }
    // The approvers are recorded by a task, so Grace may have to wait for a moment.
    while count("grace", "approver") == 0 {}
    let approvals = service.read("grace", &format!("{APPROVALS}/filterByCurrentUser(on='approver')"));
    assert_eq!(approvals["value"][0]["stages"][0]["assignedToMe"], true);
}

#[test]
fn a_batch_is_what_its_parts_are() {
    let service = Service::start();
    let request = service.deliver("ada", &user_add(1));
    let within = request.strip_prefix("/v1.0").unwrap();
    let part = |id: &str, method: &str, url: &str| json!({ "id": id, "method": method, "url": url });
    let mut create = part("create", "POST", "/identityGovernance/entitlementManagement/assignmentRequests");
    create["headers"] = json!({ "Content-Type": "application/json" });
    create["body"] = user_add(3);
    let mut after = part("after", "GET", within);
    after["dependsOn"] = json!(["missing"]);
    let body = json!({ "requests": [
        part("get", "GET", within),
        part("count", "GET", "/identityGovernance/entitlementManagement/assignmentRequests/$count"),
        create,
        part("missing", "GET", &format!("{within}7")),
        after,
        part("nested", "POST", "/$batch"),
    ] });
    let (status, answer) = service.ask("ada", Method::POST, "/v1.0/$batch", &body);
    assert_eq!(status, 200, "{answer}");
    let responses = answer["responses"].as_array().unwrap();
    let statuses: Vec<_> = responses.iter().map(|it| it["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [200, 200, 201, 404, 424, 400], "{answer}");
    assert_eq!(responses[0]["body"], service.read("ada", &request));
    assert_eq!(responses[1]["body"], "1");
    assert_eq!(responses[2]["body"]["state"], "submitted");
}
