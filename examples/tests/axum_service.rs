//! The service over TCP, as clients use it: people, an extension, and an operator who advances its clock.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use serde_json::{Value, json};
use ureq::http::{Method, Request, Response};

const ACCESS_PACKAGE: &str = "0b5dd43b-96b4-4d5c-a7f3-2f0f8f0f3c11";
const REQUESTS: &str = "/v1.0/identityGovernance/entitlementManagement/assignmentRequests";
const APPROVALS: &str = "/v1.0/identityGovernance/entitlementManagement/accessPackageAssignmentApprovals";

/// Longer than anything here takes, so that a test that hangs fails instead.
const PATIENCE: Duration = Duration::from_mins(1);

/// The service, on a port of its own.
struct Service {
    child: Child,
    lines: Receiver<String>,
    /// `127.0.0.1:` and its port.
    address: String,
    agent: ureq::Agent,
}

impl Service {
    fn start() -> Self {
        let mut command = common::example("axum_service");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let config = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE));
        let agent = config.build().into();
        let mut service = Self { child, lines, address: String::new(), agent };
        let line = service.line_with("listening on http://");
        line.strip_prefix("listening on http://").unwrap().clone_into(&mut service.address);
        service
    }

    /// Returns the next line of its output that contains `part`.
    fn line_with(&self, part: &str) -> String {
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) if line.contains(part) => return line,
                Ok(_) => {}
                Err(error) => panic!("the service does not say `{part}`: {error}"),
            }
        }
    }

    /// Returns the next callout that the service sends.
    fn callout(&self) -> Value {
        serde_json::from_str(self.line_with("callout {").strip_prefix("callout ").unwrap()).unwrap()
    }

    fn advance(&mut self, period: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "advance {period}").unwrap();
    }

    /// Sends a request with this token. Returns the status, the headers, and the body as JSON (null if it is empty).
    fn ask(&self, token: &str, method: Method, path: &str, body: &str) -> (u16, Response<()>, Value) {
        let request = Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.address))
            .header("Authorization", format!("Bearer {token}"))
            .header("client-request-id", "00000000-0000-0000-0000-00000000c11e")
            .body(body.to_owned())
            .unwrap();
        let (head, mut body) = self.agent.run(request).unwrap().into_parts();
        let text = body.read_to_string().unwrap();
        let value = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() };
        (head.status.as_u16(), Response::from_parts(head, ()), value)
    }

    fn get(&self, token: &str, path: &str) -> (u16, Value) {
        let (status, _, body) = self.ask(token, Method::GET, path, "");
        (status, body)
    }

    /// Returns the status, and the code of the refusal (null if the request is accepted).
    fn post(&self, token: &str, path: &str, body: &Value) -> (u16, Value) {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let (status, _, body) = self.ask(token, Method::POST, path, &text);
        (status, body["error"]["code"].clone())
    }

    fn decide(&self, token: &str, path: &str, result: &str) -> (u16, Value) {
        let (status, _, body) =
            self.ask(token, Method::PATCH, path, &json!({ "reviewResult": result }).to_string());
        (status, body["error"]["code"].clone())
    }

    /// Ada asks. Returns the path of her request.
    fn create(&self) -> String {
        let (status, response, body) = self.ask("ada", Method::POST, REQUESTS, &asked().to_string());
        assert_eq!((status, &body["state"]), (201, &json!("submitted")), "{body}");
        let path = response.headers()["location"].to_str().unwrap().to_owned();
        assert_eq!(path, format!("{REQUESTS}/{}", body["id"].as_str().unwrap()));
        path
    }

    /// Calls back as the extension that received `callout`.
    fn call_back(&self, callout: &Value) -> (u16, Value) {
        let path = format!("/v1.0{}", callout["CallbackUriPath"].as_str().unwrap());
        let data = json!({
            "stage": callout["Stage"],
            "customExtensionStageInstanceId": callout["CustomExtensionStageInstanceId"],
        });
        self.post("badge-office", &path, &json!({ "source": "badge office", "data": data }))
    }

    fn state(&self, path: &str) -> (String, String) {
        let (status, body) = self.get("ada", path);
        assert_eq!(status, 200);
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        (text("state"), text("status"))
    }

    /// Returns the path of the only stage of a request's approval.
    fn stage(&self, path: &str) -> String {
        let approval = format!("{APPROVALS}/{}", path.rsplit('/').next().unwrap());
        let (status, body) = self.get("grace", &approval);
        assert_eq!(status, 200, "{body}");
        format!("{approval}/stages/{}", body["stages"][0]["id"].as_str().unwrap())
    }

    /// Waits for the service to end on its own, and returns whether it succeeded.
    fn wait(mut self) -> bool {
        self.line_with("ended");
        self.child.wait().unwrap().success()
    }

    #[cfg(unix)]
    fn terminate(&self) {
        let id = self.child.id().to_string();
        assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    }
}

/// Kills the service, so that a failed test leaves no process running.
impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn asked() -> Value {
    json!({ "requestType": "userAdd", "assignment": { "accessPackageId": ACCESS_PACKAGE } })
}

fn pair(state: &str, status: &str) -> (String, String) {
    (state.to_owned(), status.to_owned())
}

fn refused(status: u16, code: &str) -> (u16, Value) {
    (status, json!(code))
}

const DONE: (u16, Value) = (204, Value::Null);

#[test]
fn from_request_to_access() {
    let service = Service::start();
    let request = service.create();
    let callout = service.callout();
    assert_eq!(service.state(&request), pair("submitted", "WaitingForCallback"));

    // Ada is not an extension, and a callback counts only once.
    let mut by_ada = callout.clone();
    by_ada["CustomExtensionStageInstanceId"] = json!(ACCESS_PACKAGE);
    assert_eq!(
        service.post(
            "ada",
            &format!("{request}/resume"),
            &json!({ "data": {
        "stage": callout["Stage"],
        "customExtensionStageInstanceId": callout["CustomExtensionStageInstanceId"],
    } })
        ),
        refused(403, "notPermitted")
    );
    assert_eq!(service.call_back(&by_ada), refused(404, "unknownCallout"));
    assert_eq!(service.call_back(&callout), DONE);
    assert_eq!(service.call_back(&callout), refused(409, "alreadyResumed"));
    assert_eq!(service.state(&request), pair("pendingApproval", "PendingApproval"));

    // Grace sees the stage that she has to decide, and decides it.
    let stage = service.stage(&request);
    let (status, shown) = service.get("grace", &stage);
    assert_eq!((status, &shown["status"], &shown["assignedToMe"]), (200, &json!("InProgress"), &json!(true)));
    let (status, list) = service.get("ada", stage.rsplit_once('/').unwrap().0);
    assert_eq!((status, &list["value"][0]["assignedToMe"]), (200, &json!(false)));
    assert_eq!(service.decide("ada", &stage, "Approve"), refused(403, "notPermitted"));
    assert_eq!(service.decide("edith", &stage, "Approve"), refused(403, "notEscalated"));
    assert_eq!(service.decide("grace", &stage, "perhaps"), refused(400, "unknownValue"));
    assert_eq!(service.decide("grace", &stage, "Approve"), DONE);
    assert_eq!(service.decide("grace", &stage, "Deny"), refused(409, "stageAlreadyDecided"));

    service.line_with("delivered");
    assert_eq!(service.state(&request), pair("delivered", "Fulfilled"));
    assert_eq!(service.get("bob", &request).0, 404, "it does not concern Bob");
    // Beta has its own names for the same things.
    let beta =
        request.replace("v1.0", "beta").replace("assignmentRequests", "accessPackageAssignmentRequests");
    let (status, body) = service.get("oscar", &beta);
    assert_eq!((status, &body["requestState"]), (200, &json!("Delivered")));
}

#[test]
fn deadlines_pass_even_if_no_one_asks() {
    let mut service = Service::start();
    let request = service.create();
    let late = service.callout();
    service.advance("PT5M");
    service.line_with("callbackTimedOut, deliveryFailed");
    assert_eq!(service.state(&request), pair("deliveryFailed", "CallbackTimedOut"));
    assert_eq!(service.call_back(&late), refused(409, "callbackTooLate"));

    let reprocess = format!("{request}/reprocess");
    assert_eq!(service.post("ada", &reprocess, &Value::Null), refused(403, "notPermitted"));
    assert_eq!(service.post("oscar", &reprocess, &Value::Null), (202, Value::Null));
    assert_eq!(service.post("oscar", &reprocess, &Value::Null), refused(409, "notReprocessable"));
    let again = service.callout();
    assert_ne!(again["CustomExtensionStageInstanceId"], late["CustomExtensionStageInstanceId"]);
    assert_eq!(service.call_back(&again), DONE);

    service.line_with("approvalRequested");
    service.advance("P1D");
    service.line_with("approvalEscalated");
    assert_eq!(service.state(&request), pair("pendingApproval", "PendingApprovalEscalated"));
    assert_eq!(service.decide("edith", &service.stage(&request), "Approve"), DONE);
    service.line_with("delivered");

    // No one decides the next one.
    let request = service.create();
    assert_eq!(service.call_back(&service.callout()), DONE);
    service.line_with("approvalRequested");
    service.advance("P2D");
    service.line_with("-> denied, Expired");
    assert_eq!(service.state(&request), pair("denied", "Expired"));
    assert_eq!(
        service.decide("grace", &service.stage(&request), "Approve"),
        refused(409, "notPendingApproval")
    );
}

#[test]
fn only_the_requestor_can_cancel_a_request() {
    let service = Service::start();
    let request = service.create();
    let cancel = format!("{request}/cancel");
    let callout = service.callout();
    assert_eq!(service.post("ada", &cancel, &Value::Null), refused(409, "notCancelable"), "it waits");
    assert_eq!(service.call_back(&callout), DONE);
    assert_eq!(service.post("bob", &cancel, &Value::Null), refused(403, "notPermitted"));
    assert_eq!(service.post("ada", &cancel, &Value::Null), DONE);
    assert_eq!(service.post("ada", &cancel, &Value::Null), refused(409, "alreadyCanceled"));
    assert_eq!(service.state(&request), pair("canceled", "Canceled"));
}

#[test]
fn errors_look_like_those_of_graph() {
    let service = Service::start();
    let ask = |token: &str, method: Method, path: &str, body: &str| service.ask(token, method, path, body);

    let (status, response, body) = ask("mallory", Method::POST, REQUESTS, "{}");
    assert_eq!((status, &response.headers()["www-authenticate"]), (401, &"Bearer".parse().unwrap()));
    assert_eq!(body["error"]["code"], "unauthenticated");

    let (status, response, body) = ask("ada", Method::PUT, REQUESTS, "{}");
    assert_eq!((status, &response.headers()["allow"]), (405, &"GET, POST".parse().unwrap()));
    assert_eq!(body["error"]["code"], "methodNotAllowed");

    let (status, response, body) = ask("ada", Method::GET, &format!("{REQUESTS}/{ACCESS_PACKAGE}"), "");
    assert_eq!((status, &body["error"]["code"]), (404, &json!("noRequest")), "an id that nobody has");
    let inner = &body["error"]["innerError"];
    assert_eq!(inner["client-request-id"], "00000000-0000-0000-0000-00000000c11e");
    assert_eq!(inner["request-id"], response.headers()["request-id"].to_str().unwrap());
    let code = |method: Method, path: &str, body: &str| {
        let (status, _, body) = ask("ada", method, path, body);
        (status, body["error"]["code"].clone())
    };
    let unknown = format!("{REQUESTS}/{ACCESS_PACKAGE}");
    let no_request = (404, json!("noRequest"));
    assert_eq!(code(Method::POST, &format!("{unknown}/cancel"), ""), no_request);
    let approval = format!("{APPROVALS}/{ACCESS_PACKAGE}");
    assert_eq!(code(Method::GET, &approval, ""), no_request);
    let stage = format!("{approval}/stages/{ACCESS_PACKAGE}");
    assert_eq!(code(Method::GET, &stage, ""), no_request);
    assert_eq!(code(Method::PATCH, &stage, r#"{"reviewResult": "Deny"}"#), no_request);
    // An unreadable body is answered first. An unknown stage of a request is not an unknown path.
    assert_eq!(code(Method::PATCH, &stage, r#"{"reviewResult": 7}"#), (400, json!("wrongType")));
    assert_eq!(code(Method::POST, &format!("{unknown}/resume"), "{}"), (400, json!("missing")));
    let request = service.create();
    let stage = format!("{APPROVALS}/{}/stages/{ACCESS_PACKAGE}", request.rsplit('/').next().unwrap());
    assert_eq!(code(Method::GET, &stage, ""), (404, json!("unknownStage")));
    assert_eq!(code(Method::GET, "/favicon.ico", ""), (404, json!("unknownPath")));
    assert_eq!(ask("ada", Method::GET, REQUESTS, "").0, 501);

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
    let (status, error) = create(r#"{"requestType": "userAdd", "schedule": {}}"#);
    assert_eq!((status, &error["code"]), (400, &json!("invalidRequest")));
    let codes: Vec<_> =
        error["details"].as_array().unwrap().iter().map(|detail| detail["code"].clone()).collect();
    assert_eq!(codes, ["missing", "scheduleNotAllowed"]);
    let (status, error) = create(r#"{"requestType": "adminAdd", "assignment": {}}"#);
    assert_eq!((status, &error["code"]), (403, &json!("notPermitted")));
    assert_eq!(create(&"[".repeat(1_000)).1["code"], "tooDeep");
}

#[test]
fn a_body_is_read_only_up_to_its_limit() {
    let service = Service::start();
    let limit = 64 * 1024;
    let (status, _, body) = service.ask("ada", Method::POST, REQUESTS, &" ".repeat(limit));
    assert_eq!((status, &body["error"]["code"]), (400, &json!("malformed")), "just as long as it may be");
    let (status, _, body) = service.ask("ada", Method::POST, REQUESTS, &" ".repeat(limit + 1));
    assert_eq!((status, &body["error"]["code"]), (413, &json!("bodyTooLarge")));

    // Without a length, in a chunk that never ends: the service answers before the body is complete.
    let mut stream = connect(&service);
    let head = "Transfer-Encoding: chunked\r\n\r\n";
    stream.write_all(format!("POST {REQUESTS} HTTP/1.1\r\n{HEAD}{head}").as_bytes()).unwrap();
    let chunk = format!("{:x}\r\n{}", usize::MAX, " ".repeat(limit + 1));
    stream.write_all(chunk.as_bytes()).unwrap();
    let mut status = [0; 12];
    stream.read_exact(&mut status).unwrap();
    assert_eq!(&status, b"HTTP/1.1 413");
}

#[cfg(unix)]
#[test]
fn open_requests_are_answered_before_the_service_ends() {
    let service = Service::start();
    let body = asked().to_string();
    let mut stream = connect(&service);
    let head = format!("Content-Length: {}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n", body.len());
    stream.write_all(format!("POST {REQUESTS} HTTP/1.1\r\n{HEAD}{head}").as_bytes()).unwrap();
    // The service now waits for the body.
    let mut reading = [0; 25];
    stream.read_exact(&mut reading).unwrap();
    assert_eq!(&reading, b"HTTP/1.1 100 Continue\r\n\r\n");

    service.terminate();
    service.line_with("ending");
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 Created\r\n"), "{answer}");
    service.line_with("submitted -> submitted, Accepted");
    assert!(service.wait());
}

const HEAD: &str = "Host: localhost\r\nAuthorization: Bearer ada\r\n";

fn connect(service: &Service) -> TcpStream {
    let stream = TcpStream::connect(&service.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}
