//! What delivered requests give, and what changes and removes it.

use serde_json::{Value, json};
use ureq::http::Method;

use crate::harness::{DONE, REQUESTS, Service, customer_data, id, id_of, refused, user_add};

fn of_assignment(request_type: &str, assignment: &Value) -> Value {
    json!({ "requestType": request_type, "assignment": { "id": assignment } })
}

fn admin_add(target: Value) -> Value {
    let mut body = user_add(1);
    body["requestType"] = json!("adminAdd");
    body["assignment"]["target"] = target;
    body
}

#[test]
fn an_assignment_is_changed_and_removed() {
    let service = Service::start();
    let added = service.deliver("ada", &user_add(1));
    let assignment = service.read("ada", &format!("{added}/assignment"));
    assert_eq!(
        (&assignment["state"], &assignment["target"]["displayName"]),
        (&json!("delivered"), &json!("Ada Lovelace"))
    );
    let assignment = &assignment["id"];

    let create = |token: &str, body: &Value| service.post(token, REQUESTS, body);
    let by_bob = create("bob", &of_assignment("userRemove", assignment));
    assert_eq!(by_bob, refused(400, "invalidRequest"), "it is not his");
    let unknown = create("ada", &of_assignment("userRemove", &json!(id('a', 77))));
    assert_eq!(unknown, refused(400, "invalidRequest"));
    service.deliver("ada", &of_assignment("userUpdate", assignment));
    // The older form of an update names the access package and the policy.
    let mut older = user_add(1);
    older["requestType"] = json!("userUpdate");
    service.deliver("ada", &older);
    assert_eq!(
        service.ask("oscar", Method::DELETE, &added, &Value::Null).0,
        409,
        "its assignment still exists"
    );
    let removed = service.deliver("ada", &of_assignment("userRemove", assignment));
    assert_eq!(service.read("ada", &format!("{added}/assignment"))["state"], Value::Null);
    let again = create("ada", &of_assignment("userRemove", assignment));
    assert_eq!(again, refused(400, "invalidRequest"), "there is nothing to remove");

    // What says that the access is gone stays as long as what says that it was given.
    let delete = |token: &str, path: &str| {
        let (status, body) = service.ask(token, Method::DELETE, path, &Value::Null);
        (status, body["error"]["code"].clone())
    };
    assert_eq!(delete("ada", &added), refused(403, "notPermitted"));
    assert_eq!(delete("bob", &added), refused(404, "noRequest"));
    assert_eq!(delete("oscar", &removed), refused(409, "notDeletable"));
    let updates =
        service.read("oscar", &format!("{REQUESTS}?$orderby=createdDateTime desc").replace(' ', "%20"));
    for update in updates["value"].as_array().unwrap() {
        if update["requestType"] != "userRemove" {
            assert_eq!(delete("oscar", &format!("{REQUESTS}/{}", update["id"].as_str().unwrap())), DONE);
        }
    }
    assert_eq!(delete("oscar", &removed), DONE);
    assert_eq!(delete("oscar", &removed), refused(404, "noRequest"));
    service.deliver("ada", &user_add(1));
}

#[test]
fn administrators_approvers_and_others_ask() {
    let service = Service::start();
    // An administrator, by the id and by the e-mail address of someone.
    let by_id = service.deliver("oscar", &admin_add(json!({ "objectId": id('a', 2) })));
    assert_eq!(service.read("bob", &by_id)["assignment"]["targetId"], json!(id('a', 2)));
    let by_email = service.deliver("oscar", &admin_add(json!({ "email": "Edith@contoso.example" })));
    assert_eq!(service.read("edith", &by_email)["assignment"]["target"]["displayName"], "Edith Clarke");
    let create = |token: &str, body: &Value| service.post(token, REQUESTS, body);
    let of_user = create("ada", &admin_add(json!({ "objectId": id('a', 2) })));
    assert_eq!(of_user, refused(403, "notPermitted"));
    let bobs = service.read("oscar", &format!("{by_id}/assignment"))["id"].clone();
    let mut longer = of_assignment("adminUpdate", &bobs);
    longer["schedule"] = json!({ "expiration": { "type": "afterDuration", "duration": "P90D" } });
    service.deliver("oscar", &longer);
    service.deliver("oscar", &of_assignment("adminRemove", &bobs));

    // A manager for those whom she manages, and a sponsor for her agent.
    let mut for_other = user_add(1);
    for_other["requestType"] = json!("onBehalfAdd");
    for_other["assignment"]["targetId"] = json!(id('a', 1));
    let request = service.deliver("grace", &for_other);
    assert_eq!(service.get("ada", &request).0, 200, "it is for her");
    assert_eq!(create("bob", &for_other), refused(403, "outOfScope"));
    for_other["assignment"]["targetId"] = json!(id('a', 8));
    let request = service.deliver("ada", &for_other);
    assert_eq!(service.get("scout", &request).0, 200);

    // The approver of an assignment takes it away.
    let request = service.create("ada", &customer_data());
    service.wait(&request, "pendingApproval", "PendingApproval");
    assert_eq!(
        service.decide("grace", &service.stage(&request), &json!({ "reviewResult": "Approve" })),
        DONE
    );
    service.wait(&request, "delivered", "Fulfilled");
    let assignment = json!(id_of(&request));
    let mut remove = of_assignment("approverRemove", &assignment);
    remove["justification"] = json!("the project has ended");
    assert_eq!(create("bob", &remove), refused(403, "notPermitted"));
    assert_eq!(create("oscar", &remove), refused(403, "notPermitted"));
    let removed = service.deliver("grace", &remove);
    // Clients of v1.0 do not know the type, unless they say that they do.
    assert_eq!(service.read("ada", &removed)["requestType"], "unknownFutureValue");
    let known = service.request("ada", Method::GET, &removed);
    let known = known.header("Prefer", "include-unknown-enum-members").body(String::new()).unwrap();
    let (head, body) = service.send(known);
    assert_eq!(body["requestType"], "approverRemove");
    assert_eq!(head.headers()["preference-applied"], "include-unknown-enum-members");
}

#[test]
fn a_policy_is_named_or_is_the_only_one() {
    let service = Service::start();
    let create = |body: &Value| service.post("ada", REQUESTS, body);
    let mut body = user_add(1);
    body["assignment"]["assignmentPolicyId"] = Value::Null;
    assert_eq!(create(&body), refused(400, "ambiguousPolicy"));
    body["assignment"]["assignmentPolicyId"] = json!(id('c', 2));
    assert_eq!(create(&body), refused(400, "unknownPolicy"));
    body["assignment"]["accessPackageId"] = json!(id('b', 99));
    assert_eq!(create(&body), refused(400, "unknownAccessPackage"));
    let mut body = user_add(3);
    body["assignment"]["assignmentPolicyId"] = Value::Null;
    let request = service.create("ada", &body);
    assert_eq!(service.read("ada", &request)["assignment"]["assignmentPolicyId"], json!(id('c', 3)));

    // Thirty days at most.
    let mut body = user_add(1);
    body["assignment"]["assignmentPolicyId"] = json!(id('c', 11));
    body["schedule"] = json!({ "expiration": { "type": "afterDuration", "duration": "P31D" } });
    assert_eq!(create(&body), refused(400, "invalidRequest"));
    body["schedule"]["expiration"]["duration"] = json!("P30D");
    service.deliver("ada", &body);
    assert_eq!(create(&user_add(5)).0, 201);
    assert_eq!(create(&user_add(5)), refused(409, "alreadyOpen"));

    // What is asked of Bob, and what Ada has answered before.
    let path = |version: &str, package| {
        let package = id('b', package);
        format!(
            "/{version}/identityGovernance/entitlementManagement/accessPackages/{package}/getApplicablePolicyRequirements"
        )
    };
    let (status, body) = service.ask("bob", Method::POST, &path("v1.0", 2), &Value::Null);
    assert_eq!((status, &body["value"][0]["policyId"]), (200, &json!(id('c', 2))), "{body}");
    assert_eq!(body["value"][0]["isRequestorJustificationRequired"], true);
    assert_eq!(body["value"][0]["questions"].as_array().unwrap().len(), 2);
    let (_, body) = service.ask("bob", Method::POST, &path("beta", 1), &json!({}));
    assert_eq!(body["value"].as_array().unwrap().len(), 2);
    assert_eq!(service.post("bob", &path("v1.0", 9), &Value::Null), refused(404, "noAccessPackage"));
}
