//! Errors look like those of Graph, and a stranger learns nothing.

use serde_json::{Value, json};
use ureq::http::Method;

use crate::harness::{APPROVALS, NO_REQUEST, REQUESTS, Service, customer_data, id, id_of, user_add};

const UNKNOWN: &str = "0b5dd43b-96b4-4d5c-a7f3-2f0f8f0f3c11";

#[test]
fn errors_look_like_those_of_graph() {
    let service = Service::start();
    let ask = |token: &str, method: Method, path: &str, body: &str| {
        let request = service.request(token, method, path).header("client-request-id", "nightly run 7");
        let request =
            if body.is_empty() { request } else { request.header("Content-Type", "application/json") };
        let (head, body) = service.send(request.body(body.to_owned()).unwrap());
        (head.status().as_u16(), head, body)
    };

    let (status, head, body) = ask("nobody", Method::POST, REQUESTS, "{}");
    assert_eq!((status, &head.headers()["www-authenticate"]), (401, &"Bearer".parse().unwrap()));
    assert_eq!(body["error"]["code"], "unauthenticated");

    let (status, head, body) = ask("ada", Method::PUT, REQUESTS, "{}");
    assert_eq!((status, &head.headers()["allow"]), (405, &"GET, HEAD, POST".parse().unwrap()));
    assert_eq!(body["error"]["code"], "methodNotAllowed");

    let (status, head, body) = ask("ada", Method::GET, &format!("{REQUESTS}/{UNKNOWN}"), "");
    assert_eq!((status, &body["error"]["code"]), (404, &json!(NO_REQUEST)));
    let inner = &body["error"]["innerError"];
    assert_eq!(inner["client-request-id"], "nightly run 7");
    assert_eq!(head.headers()["client-request-id"], "nightly run 7");
    assert_eq!(inner["request-id"], head.headers()["request-id"].to_str().unwrap());
    assert_eq!(head.headers()["odata-version"], "4.0");

    let code = |method: Method, path: &str, body: &str| {
        let (status, _, body) = ask("ada", method, path, body);
        (status, body["error"]["code"].as_str().unwrap().to_owned())
    };
    let refused = |status: u16, code: &str| (status, code.to_owned());
    // A body that cannot be read is answered first.
    let stage = format!("{APPROVALS}/{UNKNOWN}/stages/{UNKNOWN}");
    assert_eq!(code(Method::PATCH, &stage, r#"{"reviewResult": 7}"#), refused(400, "wrongType"));
    assert_eq!(code(Method::PATCH, &stage, r#"{"reviewResult": "Deny"}"#), refused(404, NO_REQUEST));
    let unknown = format!("{REQUESTS}/{UNKNOWN}");
    assert_eq!(code(Method::POST, &format!("{unknown}/resume"), "{}"), refused(400, "missing"));
    assert_eq!(
        code(Method::POST, &format!("{unknown}/cancel"), r#"{"why": 1}"#),
        refused(400, "unknownMember")
    );
    // An unknown stage of a request is not an unknown path.
    let request = service.create("ada", &user_add(6));
    let stage = format!("{APPROVALS}/{}/stages/{UNKNOWN}", id_of(&request));
    assert_eq!(code(Method::GET, &stage, ""), refused(404, "unknownStage"));
    assert_eq!(code(Method::GET, "/favicon.ico", ""), refused(404, "unknownPath"));
    assert_eq!(code(Method::GET, "/v1.0/$metadata", ""), refused(404, "noMetadata"));

    let create = |body: &str| {
        let (status, _, answer) = ask("ada", Method::POST, REQUESTS, body);
        (status, answer["error"].clone())
    };
    let (status, error) = create("{\n  \"requestType\": \"userAdd\",\n  oops");
    assert_eq!((status, &error["code"]), (400, &json!("malformed")));
    assert!(error["message"].as_str().unwrap().ends_with("(line 3, column 3)"), "{error}");
    let (status, error) = create(r#"{"requestType": "userAdd", "requestType": "userAdd"}"#);
    assert_eq!(
        (status, &error["code"], &error["target"]),
        (400, &json!("duplicateMember"), &json!("requestType"))
    );
    let (status, error) = create(r#"{"requestType": "userAdd"}"#);
    assert_eq!((status, &error["code"]), (400, &json!("invalidRequest")));
    assert_eq!(error["details"][0]["target"], "assignment.accessPackageId");
    let (status, error) = create(r#"{"requestType": "adminAdd", "assignment": {}}"#);
    assert_eq!((status, &error["code"]), (403, &json!("notPermitted")));
    assert_eq!(create(&"[".repeat(1_000)).1["code"], "tooDeep");

    // Headers.
    let with = |name: &str, value: &str, method: Method, body: &str| {
        let request = service.request("ada", method, REQUESTS).header(name, value);
        service.send(request.body(body.to_owned()).unwrap()).0.status().as_u16()
    };
    assert_eq!(with("Content-Type", "text/xml", Method::POST, "<a/>"), 415);
    assert_eq!(with("Accept", "text/html", Method::GET, ""), 406);
    assert_eq!(with("OData-Version", "3.0", Method::GET, ""), 400);
    // HEAD is GET without the body, and a client may want no body of what it creates.
    let head = service.request("ada", Method::HEAD, &request).body(String::new()).unwrap();
    let (head, body) = service.send(head);
    assert_eq!((head.status().as_u16(), body), (200, Value::Null));
    let minimal = service.request("bob", Method::POST, REQUESTS).header("Prefer", "return=minimal");
    let minimal = minimal.header("Content-Type", "application/json").body(user_add(3).to_string()).unwrap();
    let (head, body) = service.send(minimal);
    assert_eq!((head.status().as_u16(), body), (204, Value::Null));
    assert_eq!(head.headers()["preference-applied"], "return=minimal");
    assert_eq!(head.headers()["location"], head.headers()["odata-entityid"]);
}

/// Returns every operation on a request or its approval.
fn operations(request: &str, stage: &str) -> Vec<(&'static str, String, Value)> {
    let approval = format!("{APPROVALS}/{request}");
    let request = format!("{REQUESTS}/{request}");
    let resume = json!({ "data": {
        "stage": "assignmentRequestCreated",
        "customExtensionStageInstanceId": UNKNOWN,
    } });
    vec![
        ("GET", request.clone(), Value::Null),
        ("GET", format!("{request}?$select=id"), Value::Null),
        ("GET", format!("{request}/assignment"), Value::Null),
        ("GET", format!("{request}/requestor"), Value::Null),
        ("GET", format!("{request}/accessPackage"), Value::Null),
        ("DELETE", request.clone(), Value::Null),
        ("POST", format!("{request}/resume"), resume),
        ("POST", format!("{request}/cancel"), Value::Null),
        ("POST", format!("{request}/reprocess"), Value::Null),
        ("GET", approval.clone(), Value::Null),
        ("GET", format!("{approval}/stages"), Value::Null),
        ("GET", format!("{approval}/stages/$count"), Value::Null),
        ("GET", format!("{approval}/stages/{stage}"), Value::Null),
        ("PATCH", format!("{approval}/stages/{stage}"), json!({ "reviewResult": "Approve" })),
    ]
}

/// Returns an error without what differs each time.
fn plain(mut body: Value) -> Value {
    let inner = body["error"]["innerError"].as_object_mut().unwrap();
    for name in ["date", "request-id", "client-request-id"] {
        assert!(inner.remove(name).is_some());
    }
    body
}

#[test]
fn what_is_not_yours_is_not_there() {
    let service = Service::start();
    let request = service.create("ada", &customer_data());
    service.wait(&request, "pendingApproval", "PendingApproval");
    let stage = service.stage(&request);
    let there = operations(id_of(&request), id_of(&stage));
    let not_there = operations(UNKNOWN, UNKNOWN);
    for token in ["mallory", "bob", "badge-office", "risk-engine", "edith", "scout"] {
        for (other, (method, path, body)) in not_there.iter().zip(&there) {
            let method: Method = method.parse().unwrap();
            let expected = service.ask(token, method.clone(), &other.1, &other.2);
            let given = service.ask(token, method.clone(), path, body);
            assert_eq!((expected.0, given.0), (404, 404), "{token}: {method} {path}");
            assert_eq!(plain(given.1), plain(expected.1), "{token}: {method} {path}");
        }
        // The same in a batch.
        let batch = |operations: &[(&str, String, Value)]| {
            let parts: Vec<_> = operations
                .iter()
                .enumerate()
                .map(|(number, (method, path, body))| {
                    json!({
                        "id": number.to_string(),
                        "method": method,
                        "url": path.strip_prefix("/v1.0").unwrap(),
                        "body": body,
                        "headers": { "Content-Type": "application/json" },
                    })
                })
                .collect();
            let (status, answer) =
                service.ask(token, Method::POST, "/v1.0/$batch", &json!({ "requests": parts }));
            assert_eq!(status, 200, "{answer}");
            answer["responses"].as_array().unwrap().clone()
        };
        for (given, expected) in batch(&there).into_iter().zip(batch(&not_there)) {
            assert_eq!((&given["status"], &expected["status"]), (&json!(404), &json!(404)), "{given}");
            assert_eq!(plain(given["body"].clone()), plain(expected["body"].clone()));
        }
        let list = service.read(token, REQUESTS);
        assert_eq!(list["value"], json!([]), "{token}");
    }
    // The lists of those whom it concerns have it.
    assert_eq!(service.read("ada", REQUESTS)["value"].as_array().unwrap().len(), 1);
    let delivered = service.deliver("ada", &user_add(1));
    for request_type in ["userRemove", "userUpdate", "approverRemove"] {
        let refusals = [id_of(&delivered), &id('a', 99)].map(|assignment| {
            let body = json!({ "requestType": request_type, "assignment": { "id": assignment } });
            plain(service.ask("mallory", Method::POST, REQUESTS, &body).1)
        });
        assert_eq!(refusals[0], refusals[1], "whether an assignment exists is not said either");
    }
}
