//! An engine and the program, as child processes on ports of their own. They listen on the loopback alone, and both are
//! killed when the test is over, also if it fails.

use std::ffi::OsString;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Where the binary of the engine is.
const SERVER: &str = "RESTATE_SERVER";
/// How long a start may take.
const LONGEST_START: Duration = Duration::from_secs(30);
/// How long to wait before a question is asked again.
const PAUSE: Duration = Duration::from_millis(20);

/// Returns the path of the engine's binary. Without one, says that the tests are skipped, and ends them all.
///
/// The line is written past the capture of the test program, so that everyone sees it.
pub(crate) fn server() -> PathBuf {
    if let Some(path) = std::env::var_os(SERVER).filter(|path| !path.is_empty()) {
        return path.into();
    }
    let line = format!("SKIPPED: {SERVER} does not name the binary of restate-server\n");
    let _ = std::io::stderr().write_all(line.as_bytes());
    std::process::exit(0)
}

/// Returns a port that is free now. The system gives none of these to others unasked, so it is free later too.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = u16::try_from(std::process::id() % 200).unwrap() * 100;
    loop {
        let port = 12_000 + first + NEXT.fetch_add(1, Ordering::Relaxed) % 100;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

/// Returns a client that keeps no connections, since the other side may be killed at any time.
pub(crate) fn agent(patience: Duration) -> ureq::Agent {
    let config = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(patience));
    config.max_idle_connections(0).build().into()
}

/// A process that is killed when it is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The engine. It keeps its data in a folder of the test.
pub(crate) struct Engine {
    running: Option<Running>,
    folder: PathBuf,
    node: u16,
    ingress: u16,
    admin: u16,
    agent: ureq::Agent,
}

impl Engine {
    /// Starts an engine with its data in a folder, and waits until it is up.
    pub(crate) fn start(folder: &Path) -> Self {
        let [node, ingress, admin] = [(); 3].map(|()| free_port());
        let agent = agent(LONGEST_START);
        let mut engine = Self { running: None, folder: folder.join("engine"), node, ingress, admin, agent };
        engine.start_again();
        engine
    }

    /// Starts it again on the same data and the same ports.
    pub(crate) fn start_again(&mut self) {
        let log = File::options().create(true).append(true).open(self.folder.with_extension("log")).unwrap();
        let child = Command::new(server())
            .args(["--bind-ip", "127.0.0.1", "--listen-mode", "tcp", "--node-name", "n1", "--no-logo"])
            .arg("--base-dir")
            .arg(&self.folder)
            .env("RESTATE_DISABLE_TELEMETRY", "true")
            .env("RESTATE_BIND_PORT", self.node.to_string())
            .env("RESTATE_INGRESS__BIND_PORT", self.ingress.to_string())
            .env("RESTATE_ADMIN__BIND_PORT", self.admin.to_string())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        self.running = Some(Running(child));
        self.wait_for(&format!("{}/health", self.admin()));
        self.wait_for(&format!("{}/restate/health", self.ingress()));
        // It is healthy a moment before it can be asked about its state.
        let begun = Instant::now();
        while self.query("SELECT key FROM state LIMIT 1").is_none() {
            assert!(begun.elapsed() < LONGEST_START, "the engine answers no query");
            std::thread::sleep(PAUSE);
        }
    }

    /// Kills it, as `kill -9` does.
    pub(crate) fn kill(&mut self) {
        self.running = None;
    }

    pub(crate) fn ingress_port(&self) -> u16 {
        self.ingress
    }

    pub(crate) fn ingress(&self) -> String {
        format!("http://127.0.0.1:{}", self.ingress)
    }

    pub(crate) fn admin(&self) -> String {
        format!("http://127.0.0.1:{}", self.admin)
    }

    /// Waits until it knows the handlers.
    pub(crate) fn wait_for_handlers(&self) {
        self.wait_for(&format!("{}/services/Tasks", self.admin()));
    }

    fn wait_for(&self, url: &str) {
        let begun = Instant::now();
        while !self.agent.get(url).call().is_ok_and(|answer| answer.status().is_success()) {
            assert!(begun.elapsed() < LONGEST_START, "{url} does not answer");
            std::thread::sleep(PAUSE);
        }
    }

    /// Calls a handler, and returns the answer's status and value (null if it is empty).
    pub(crate) fn call(&self, handler: &str, key: Option<&str>, message: &Value) -> (u16, Value) {
        let mut call = self.agent.post(format!("{}/{handler}", self.ingress()));
        if let Some(key) = key {
            call = call.header("idempotency-key", key);
        }
        let answer = match message {
            Value::Null => call.send_empty(),
            message => call.header("content-type", "application/json").send(message.to_string()),
        };
        let mut answer = answer.unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        (answer.status().as_u16(), serde_json::from_str(&text).unwrap_or_default())
    }

    /// Returns the ids of all requests that it keeps.
    pub(crate) fn requests(&self) -> Vec<String> {
        let query = "SELECT service_key FROM state WHERE service_name = 'AccessRequest' AND key = 'log'";
        let rows = self.query(query).unwrap();
        rows.iter().map(|row| row["service_key"].as_str().unwrap().to_owned()).collect()
    }

    /// Asks about its state. `None` if it does not answer.
    fn query(&self, query: &str) -> Option<Vec<Value>> {
        let call = self.agent.post(format!("{}/query", self.admin()));
        let call = call.header("content-type", "application/json").header("accept", "application/json");
        let mut answer = call.send(json!({ "query": query }).to_string()).ok()?;
        let body: Value = serde_json::from_str(&answer.body_mut().read_to_string().ok()?).ok()?;
        body["rows"].as_array().cloned()
    }
}

/// The program: the Graph surface, and the handlers that the engine calls.
pub(crate) struct Program {
    running: Option<Running>,
    arguments: Vec<OsString>,
    log: PathBuf,
    /// The port of the Graph surface.
    pub(crate) port: u16,
}

impl Program {
    /// Starts the program, and waits until it listens. Its log is appended to `service.log` in the folder.
    pub(crate) fn start(folder: &Path, ingress: &str, admin: &str, data: &Path) -> Self {
        let [port, handlers] = [(); 2].map(|()| free_port());
        let [graph, handlers] = [port, handlers].map(|port| port.to_string());
        let arguments = ["--port", &graph, "--handlers", &handlers, "--ingress", ingress, "--admin", admin];
        let mut arguments = arguments.map(OsString::from).to_vec();
        arguments.extend(["--data".into(), data.into()]);
        let mut program = Self { running: None, arguments, log: folder.join("service.log"), port };
        program.start_again();
        program
    }

    /// Starts it again on the same ports.
    pub(crate) fn start_again(&mut self) {
        let log = File::options().create(true).append(true).open(&self.log).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_access-requests-on-restate"));
        command.args(&self.arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().unwrap();
        let output = child.stdout.take().unwrap();
        self.running = Some(Running(child));
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).unwrap();
        assert!(line.starts_with("listening on "), "{}", std::fs::read_to_string(&self.log).unwrap());
    }

    /// Kills it, as `kill -9` does.
    pub(crate) fn kill(&mut self) {
        self.running = None;
    }

    /// Returns its standard input, which takes lines like `advance P1D`.
    pub(crate) fn input(&mut self) -> &mut ChildStdin {
        self.running.as_mut().unwrap().0.stdin.as_mut().unwrap()
    }

    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }
}
