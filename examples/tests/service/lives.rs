//! Whole lives of requests.

use serde_json::{Value, json};
use ureq::http::Method;

use crate::harness::{
    APPROVALS, DONE, NO_REQUEST, REQUESTS, Service, customer_data, id, id_of, refused, user_add,
};

const OTHER_ID: &str = "0b5dd43b-96b4-4d5c-a7f3-2f0f8f0f3c11";

fn approve() -> Value {
    json!({ "reviewResult": "Approve" })
}

#[test]
fn from_request_over_an_approval_to_access() {
    let service = Service::start();
    let request = service.create("ada", &customer_data());
    service.wait(&request, "pendingApproval", "PendingApproval");
    let stage = service.stage(&request);

    let shown = service.read("grace", &stage);
    assert_eq!((&shown["status"], &shown["assignedToMe"]), (&json!("InProgress"), &json!(true)));
    let list = service.read("ada", stage.rsplit_once('/').unwrap().0);
    assert_eq!(list["value"][0]["assignedToMe"], false);
    assert_eq!(service.decide("ada", &stage, &approve()), refused(403, "notPermitted"));
    assert_eq!(service.decide("oscar", &stage, &approve()), refused(403, "notPermitted"));
    assert_eq!(service.decide("edith", &stage, &approve()), refused(404, NO_REQUEST), "not yet asked");
    assert_eq!(
        service.decide("grace", &stage, &json!({ "reviewResult": "perhaps" })),
        refused(400, "unknownValue")
    );

    // Grace reads the stage, changes it, and sends it back.
    let mut decided = shown;
    decided["reviewResult"] = json!("Approve");
    decided["justification"] = json!("she runs the project");
    assert_eq!(service.decide("grace", &stage, &decided), DONE);
    assert_eq!(
        service.decide("grace", &stage, &json!({ "reviewResult": "Deny" })),
        refused(409, "stageAlreadyDecided")
    );
    let shown = service.read("ada", &stage);
    assert_eq!(
        (&shown["reviewResult"], &shown["reviewedBy"]["displayName"]),
        (&json!("Approve"), &json!("Grace Hopper"))
    );

    service.wait(&request, "delivered", "Fulfilled");
    assert_eq!(service.get("bob", &request).0, 404, "it does not concern Bob");
    let shown = service.read("ada", &request);
    assert_eq!(shown["requestor"]["displayName"], "Ada Lovelace");
    assert_eq!(shown["answers"][1]["displayValue"], "The north");
    // Beta has its own names for the same things, and a history.
    for collection in ["assignmentRequests", "accessPackageAssignmentRequests"] {
        let beta = request.replace("v1.0", "beta").replace("assignmentRequests", collection);
        let body = service.read("oscar", &beta);
        assert_eq!(body["requestState"], "Delivered");
        let actions: Vec<_> = body["history"].as_array().unwrap().iter().map(|it| &it["action"]).collect();
        assert_eq!(actions.first(), Some(&&json!("Submitted")), "{body}");
        assert_eq!(actions.last(), Some(&&json!("Delivered")), "{body}");
    }
}

#[test]
fn a_callback_counts_once_and_only_from_the_extension_that_was_called() {
    let service = Service::start();
    let request = service.create("ada", &user_add(6));
    service.wait(&request, "submitted", "WaitingForCallback");
    let resume = format!("{request}/resume");
    let data = service.callout(&request);
    let body = json!({ "source": "badge office", "data": data });
    let mut other = body.clone();
    other["data"]["customExtensionStageInstanceId"] = json!(OTHER_ID);

    assert_eq!(service.post("ada", &resume, &body), refused(403, "notPermitted"));
    assert_eq!(service.post("risk-engine", &resume, &body), refused(404, NO_REQUEST));
    assert_eq!(service.post("mallory", &resume, &body), refused(404, NO_REQUEST));
    assert_eq!(service.post("badge-office", &resume, &other), refused(404, "unknownCallout"));
    assert_eq!(service.get("badge-office", &request).0, 404, "it may answer, and nothing else");
    assert_eq!(service.post("badge-office", &resume, &body), DONE);
    assert_eq!(service.post("badge-office", &resume, &body), refused(409, "alreadyResumed"));
    service.wait(&request, "delivered", "Fulfilled");

    // Bob's badge is denied, by a system that cancels the request.
    let request = service.create("bob", &user_add(6));
    service.wait(&request, "submitted", "WaitingForCallback");
    let mut body = json!({ "data": service.callout(&request) });
    body["data"]["state"] = json!("canceled");
    assert_eq!(service.post("badge-office", &format!("{request}/resume"), &body), DONE);
    service.wait(&request, "canceled", "Canceled");
}

#[test]
fn outside_systems_are_called_and_call_back() {
    let service = Service::start();
    service.deliver("ada", &user_add(3));

    // The risk engine determines the stage, and names Grace.
    let request = service.create("ada", &user_add(4));
    service.wait(&request, "pendingApproval", "PendingApproval");
    let waiting = service.read("grace", &format!("{REQUESTS}/filterByCurrentUser(on='approver')"));
    assert_eq!(waiting["value"].as_array().unwrap().len(), 1, "{waiting}");
    assert_eq!(service.decide("grace", &service.stage(&request), &approve()), DONE);
    service.wait(&request, "delivered", "Fulfilled");
}

#[test]
fn deadlines_pass_even_if_no_one_asks() {
    let mut service = Service::start();
    let request = service.create("ada", &user_add(6));
    service.wait(&request, "submitted", "WaitingForCallback");
    let late = json!({ "data": service.callout(&request) });
    let resume = format!("{request}/resume");
    service.advance("PT1H");
    service.wait(&request, "deliveryFailed", "CallbackTimedOut");
    assert_eq!(service.post("badge-office", &resume, &late), refused(409, "callbackTooLate"));

    let reprocess = format!("{request}/reprocess");
    assert_eq!(service.post("ada", &reprocess, &Value::Null), refused(403, "notPermitted"));
    assert_eq!(service.post("oscar", &reprocess, &Value::Null), (202, Value::Null));
    assert_eq!(service.post("oscar", &reprocess, &Value::Null), refused(409, "notReprocessable"));
    let again = json!({ "data": service.callout(&request) });
    assert_ne!(again, late);
    assert_eq!(service.post("badge-office", &resume, &again), DONE);
    service.wait(&request, "delivered", "Fulfilled");

    // Edith is asked after a day, and may decide then.
    let request = service.create("ada", &customer_data());
    service.wait(&request, "pendingApproval", "PendingApproval");
    let stage = service.stage(&request);
    service.advance("P1D");
    service.wait(&request, "pendingApproval", "PendingApprovalEscalated");
    let waiting = format!("{APPROVALS}/filterByCurrentUser(on='approver')");
    while service.read("edith", &waiting)["value"] == json!([]) {}
    assert_eq!(service.read("edith", &stage)["assignedToMe"], true);
    assert_eq!(service.decide("edith", &stage, &approve()), DONE);
    service.wait(&request, "delivered", "Fulfilled");

    // No one decides the next one.
    let request = service.create("bob", &customer_data());
    service.wait(&request, "pendingApproval", "PendingApproval");
    service.advance("P2D");
    service.wait(&request, "denied", "Expired");
    let stage = service.stage(&request);
    assert_eq!(service.decide("grace", &stage, &approve()), refused(409, "notPendingApproval"));
}

#[test]
fn a_failed_delivery_is_tried_again() {
    let service = Service::start();
    let request = service.create("ada", &user_add(5));
    service.wait(&request, "deliveryFailed", "DeliveryFailed");
    assert_eq!(service.post("oscar", &format!("{request}/reprocess"), &Value::Null), (202, Value::Null));
    service.wait(&request, "delivered", "Fulfilled");
}

#[test]
fn who_may_cancel() {
    let service = Service::start();
    let request = service.create("ada", &user_add(6));
    let cancel = format!("{request}/cancel");
    service.wait(&request, "submitted", "WaitingForCallback");
    assert_eq!(service.post("ada", &cancel, &Value::Null), refused(409, "notCancelable"), "it waits");

    let request = service.create("ada", &customer_data());
    let cancel = format!("{request}/cancel");
    service.wait(&request, "pendingApproval", "PendingApproval");
    assert_eq!(service.post("bob", &cancel, &Value::Null), refused(404, NO_REQUEST));
    let by_manager = service.post("grace", &cancel, &Value::Null);
    assert_eq!(by_manager, refused(403, "notPermitted"), "she sees it, and may not cancel it");
    let stale = service.request("ada", Method::POST, &cancel).header("If-Match", "W/\"1\"");
    let (head, body) = service.send(stale.body(String::new()).unwrap());
    assert_eq!((head.status().as_u16(), &body["error"]["code"]), (412, &json!("revisionConflict")));
    assert_eq!(service.post("ada", &cancel, &json!({})), DONE);
    assert_eq!(service.post("ada", &cancel, &Value::Null), refused(409, "alreadyCanceled"));
    service.wait(&request, "canceled", "Canceled");
    assert_eq!(id_of(&request).len(), id('a', 1).len());
}
