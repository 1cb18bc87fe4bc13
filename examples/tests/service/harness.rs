//! Starts the service as a child process, and talks to it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::http::{Method, Request, Response};

use crate::common;

pub(crate) const REQUESTS: &str = "/v1.0/identityGovernance/entitlementManagement/assignmentRequests";
pub(crate) const APPROVALS: &str =
    "/v1.0/identityGovernance/entitlementManagement/accessPackageAssignmentApprovals";

/// Longer than anything here takes, so that a test that hangs fails instead.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// The service, on a port of its own.
pub(crate) struct Service {
    pub(crate) child: Child,
    /// `127.0.0.1:` and its port.
    pub(crate) address: String,
    agent: ureq::Agent,
    /// The folder of its database, if it has one of its own. It is removed with the service.
    folder: Option<TempDir>,
}

impl Service {
    /// Starts it with a database of its own.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite:{}", folder.path().join("requests.db").display());
        let mut service = Self::on(&database, Stdio::null());
        service.folder = Some(folder);
        service
    }

    /// Starts it on a database.
    pub(crate) fn on(database: &str, log: Stdio) -> Self {
        let mut command = common::example("service");
        command.args(["--port", "0", "--database", database]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        // Nothing reads its output after the first line, as if someone had closed it.
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").unwrap().to_owned();
        let config = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE));
        Self { child, address, agent: config.build().into(), folder: None }
    }

    /// Advances its clock.
    pub(crate) fn advance(&mut self, period: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "advance {period}").unwrap();
    }

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

    #[cfg(unix)]
    pub(crate) fn terminate(&self) {
        let id = self.child.id().to_string();
        assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    }

    /// Waits for the service to end on its own, and returns whether it succeeded.
    pub(crate) fn ended(mut self) -> bool {
        self.child.wait().unwrap().success()
    }
}

/// Kills the service, so that a failed test leaves no process running.
impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
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
