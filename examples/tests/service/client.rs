//! What the tests say to the service. It is the same wherever the service keeps its requests.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use ureq::http::{Method, Request, Response};

use crate::harness::Service;

pub(crate) const REQUESTS: &str = "/v1.0/identityGovernance/entitlementManagement/assignmentRequests";
pub(crate) const APPROVALS: &str =
    "/v1.0/identityGovernance/entitlementManagement/accessPackageAssignmentApprovals";

/// Longer than anything here takes, so that a test that hangs fails instead.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Returns a client for the service.
pub(crate) fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE));
    config.build().into()
}

impl Service {
    /// Sends a request. Returns the answer's head, and its body as JSON (null if it is empty).
    pub(crate) fn send(&self, request: Request<String>) -> (Response<()>, Value) {
        let (head, mut body) = self.agent.run(request).unwrap().into_parts();
        let text = body.read_to_string().unwrap();
        let value = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() };
        (Response::from_parts(head, ()), value)
    }

    /// Prepares a request with this token.
    pub(crate) fn request(&self, token: &str, method: Method, path: &str) -> ureq::http::request::Builder {
        Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.address))
            .header("Authorization", format!("Bearer {token}"))
    }

    /// Sends a request with this token, and with a body unless it is null.
    pub(crate) fn ask(&self, token: &str, method: Method, path: &str, body: &Value) -> (u16, Value) {
        let request = self.request(token, method, path);
        let request = match body {
            Value::Null => request.body(String::new()),
            body => request.header("Content-Type", "application/json").body(body.to_string()),
        };
        let (head, body) = self.send(request.unwrap());
        (head.status().as_u16(), body)
    }

    pub(crate) fn get(&self, token: &str, path: &str) -> (u16, Value) {
        self.ask(token, Method::GET, path, &Value::Null)
    }

    /// Returns the body of an answer that must be 200.
    pub(crate) fn read(&self, token: &str, path: &str) -> Value {
        let (status, body) = self.get(token, path);
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// Returns the status, and the code of the refusal (null if the request is accepted).
    pub(crate) fn post(&self, token: &str, path: &str, body: &Value) -> (u16, Value) {
        let (status, body) = self.ask(token, Method::POST, path, body);
        (status, body["error"]["code"].clone())
    }

    /// Decides about a stage.
    pub(crate) fn decide(&self, token: &str, stage: &str, body: &Value) -> (u16, Value) {
        let (status, body) = self.ask(token, Method::PATCH, stage, body);
        (status, body["error"]["code"].clone())
    }

    /// Creates a request, and returns its path.
    pub(crate) fn create(&self, token: &str, body: &Value) -> String {
        let (status, body) = self.ask(token, Method::POST, REQUESTS, body);
        assert_eq!((status, &body["state"]), (201, &json!("submitted")), "{body}");
        format!("{REQUESTS}/{}", body["id"].as_str().unwrap())
    }

    /// Creates a request, waits until its access is there, and returns its path.
    pub(crate) fn deliver(&self, token: &str, body: &Value) -> String {
        let request = self.create(token, body);
        self.wait(&request, "delivered", "Fulfilled");
        request
    }

    /// Waits until a request has a state and a status.
    pub(crate) fn wait(&self, request: &str, state: &str, status: &str) {
        let begun = Instant::now();
        loop {
            let body = self.read("oscar", request);
            if (&body["state"], &body["status"]) == (&json!(state), &json!(status)) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "not {state}, {status}: {body}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Returns the path of the only stage of a request's approval, as Grace sees it.
    pub(crate) fn stage(&self, request: &str) -> String {
        let approval = format!("{APPROVALS}/{}", id_of(request));
        let body = self.read("grace", &approval);
        format!("{approval}/stages/{}", body["stages"][0]["id"].as_str().unwrap())
    }

    /// Returns the instance and the stage of a request's last callout.
    pub(crate) fn callout(&self, request: &str) -> Value {
        let body = self.read("oscar", request);
        let callout = body["customExtensionCalloutInstances"].as_array().unwrap().last().unwrap().clone();
        json!({
            "customExtensionStageInstanceId": callout["id"],
            "stage": "assignmentRequestCreated",
        })
    }
}

/// Returns the id at the end of a path.
pub(crate) fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

/// The id of a person, an access package, a policy or a question of the data.
pub(crate) fn id(kind: char, number: u32) -> String {
    format!("{kind}0000000-0000-4000-8000-{number:012}")
}

/// A request of someone for themselves under a package and its policy.
pub(crate) fn user_add(package: u32) -> Value {
    json!({
        "requestType": "userAdd",
        "assignment": { "accessPackageId": id('b', package), "assignmentPolicyId": id('c', package) },
    })
}

/// The same for the package that asks for an approval, a justification and an answer.
pub(crate) fn customer_data() -> Value {
    let mut body = user_add(2);
    body["justification"] = json!("for the project of secrets");
    body["answers"] = json!([
        { "value": "Compass", "answeredQuestion": { "id": id('d', 21) } },
        { "value": "north", "answeredQuestion": { "id": id('d', 22) } },
    ]);
    body
}

pub(crate) fn refused(status: u16, code: &str) -> (u16, Value) {
    (status, json!(code))
}

pub(crate) const DONE: (u16, Value) = (204, Value::Null);
pub(crate) const NO_REQUEST: &str = "noRequest";
