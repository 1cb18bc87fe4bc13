//! Limits, time-outs, the graceful end, and several hosts on one database.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use ureq::http::Method;

use crate::common;
use crate::harness::{DONE, PATIENCE, REQUESTS, Service, customer_data, id, refused, user_add};

const LIMIT: usize = 64 * 1024;
const HEAD: &str = "Host: localhost\r\nAuthorization: Bearer ada\r\nContent-Type: application/json\r\n";
/// The longest that the end of the service may take.
const LONGEST_END: Duration = Duration::from_secs(5);

fn connect(service: &Service) -> TcpStream {
    let stream = TcpStream::connect(&service.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

#[test]
fn a_body_is_read_only_up_to_its_limit() {
    let service = Service::start();
    let send = |body: String| {
        let request =
            service.request("ada", Method::POST, REQUESTS).header("Content-Type", "application/json");
        let (head, body) = service.send(request.body(body).unwrap());
        (head.status().as_u16(), body["error"]["code"].clone())
    };
    assert_eq!(send(" ".repeat(LIMIT)), (400, json!("malformed")), "just as long as it may be");
    assert_eq!(send(" ".repeat(LIMIT + 1)), (413, json!("bodyTooLarge")));

    // Without a length, in a chunk that never ends: the service answers before the body is complete.
    let mut stream = connect(&service);
    let head = "Transfer-Encoding: chunked\r\n\r\n";
    stream.write_all(format!("POST {REQUESTS} HTTP/1.1\r\n{HEAD}{head}").as_bytes()).unwrap();
    let chunk = format!("{:x}\r\n{}", usize::MAX, " ".repeat(LIMIT + 1));
    stream.write_all(chunk.as_bytes()).unwrap();
    let mut status = [0; 12];
    stream.read_exact(&mut status).unwrap();
    assert_eq!(&status, b"HTTP/1.1 413");
}

#[test]
fn half_sent_requests_hold_up_no_one() {
    let service = Service::start();
    let halves: Vec<_> = (0..500)
        .map(|_| {
            let mut stream = connect(&service);
            stream.write_all(b"GET / HTTP/1.1\r\nHost: loc").unwrap();
            stream
        })
        .collect();
    let begun = Instant::now();
    service.deliver("ada", &user_add(1));
    assert!(begun.elapsed() < LONGEST_END, "{:?}", begun.elapsed());
    // They are closed after a while.
    for mut stream in halves {
        let mut rest = String::new();
        // A connection may also be reset.
        let _ = stream.read_to_string(&mut rest);
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    }
}

#[test]
fn a_client_that_reads_nothing_is_left() {
    let service = Service::start();
    let mut stream = connect(&service);
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    let package = id('b', 2);
    let url = format!(
        "/identityGovernance/entitlementManagement/accessPackages/{package}/getApplicablePolicyRequirements"
    );
    let parts: Vec<_> =
        (0..20).map(|part| json!({ "id": part.to_string(), "method": "POST", "url": url })).collect();
    let body = json!({ "requests": parts }).to_string();
    let length = body.len();
    let request = format!("POST /v1.0/$batch HTTP/1.1\r\n{HEAD}Content-Length: {length}\r\n\r\n{body}");
    let begun = Instant::now();
    // The service reads no more requests while its answers are not read, and then it closes the connection.
    while stream.write_all(request.as_bytes()).is_ok() {
        assert!(begun.elapsed() < PATIENCE, "it answers a client that reads nothing");
    }
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
}

#[test]
fn one_person_has_few_requests_in_progress() {
    let service = Service::start();
    // Each of these waits for its body.
    let streams: Vec<_> = (0..64)
        .map(|_| {
            let mut stream = connect(&service);
            let head = "Content-Length: 10\r\nExpect: 100-continue\r\n\r\n";
            stream.write_all(format!("POST {REQUESTS} HTTP/1.1\r\n{HEAD}{head}").as_bytes()).unwrap();
            let mut reading = [0; 25];
            stream.read_exact(&mut reading).unwrap();
            assert_eq!(&reading, b"HTTP/1.1 100 Continue\r\n\r\n");
            stream
        })
        .collect();
    let (head, body) =
        service.send(service.request("ada", Method::GET, REQUESTS).body(String::new()).unwrap());
    assert_eq!((head.status().as_u16(), &body["error"]["code"]), (429, &json!("tooManyRequests")));
    assert_eq!(head.headers()["retry-after"], "1");
    assert_eq!(service.get("bob", REQUESTS).0, 200, "others are not concerned");
    drop(streams);
    let begun = Instant::now();
    while service.get("ada", REQUESTS).0 != 200 {
        assert!(begun.elapsed() < PATIENCE);
    }
}

#[test]
fn one_user_has_few_open_requests() {
    let service = Service::start();
    // Requests for validation only stay as they are.
    let mut body = user_add(3);
    body["isValidationOnly"] = json!(true);
    let part = |number: u32| {
        json!({
            "id": number.to_string(),
            "method": "POST",
            "url": "/identityGovernance/entitlementManagement/assignmentRequests",
            "headers": { "Content-Type": "application/json" },
            "body": body,
        })
    };
    let batch = json!({ "requests": (0..20).map(part).collect::<Vec<_>>() });
    for _ in 0..50 {
        let (_, answer) = service.ask("ada", Method::POST, "/v1.0/$batch", &batch);
        assert!(answer["responses"].as_array().unwrap().iter().all(|part| part["status"] == 201));
    }
    assert_eq!(service.post("ada", REQUESTS, &body), refused(429, "tooManyOpenRequests"));
    assert_eq!(service.post("bob", REQUESTS, &body).0, 201, "others are not concerned");
}

#[cfg(unix)]
#[test]
fn open_requests_are_answered_before_the_service_ends() {
    let service = Service::start();
    let body = user_add(1).to_string();
    let mut stream = connect(&service);
    let head = format!("Content-Length: {}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n", body.len());
    stream.write_all(format!("POST {REQUESTS} HTTP/1.1\r\n{HEAD}{head}").as_bytes()).unwrap();
    // The service now waits for the body.
    let mut reading = [0; 25];
    stream.read_exact(&mut reading).unwrap();
    service.terminate();
    std::thread::sleep(Duration::from_millis(200));
    assert!(TcpStream::connect(&service.address).is_err(), "no new connections are accepted");
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 Created\r\n"), "{answer}");
    assert!(service.ended());
}

#[cfg(unix)]
#[test]
fn the_service_ends_although_a_client_holds_half_a_request() {
    let service = Service::start();
    let mut idle = connect(&service);
    idle.write_all(format!("GET {REQUESTS} HTTP/1.1\r\n{HEAD}\r\n").as_bytes()).unwrap();
    let mut status = [0; 12];
    idle.read_exact(&mut status).unwrap();
    let mut half = connect(&service);
    half.write_all(format!("POST {REQUESTS} HTTP/1.1\r\n{HEAD}Content-Length: 9\r\n\r\n").as_bytes())
        .unwrap();
    let mut less = connect(&service);
    less.write_all(b"GET / HTTP").unwrap();
    std::thread::sleep(Duration::from_millis(200));
    service.terminate();
    let begun = Instant::now();
    assert!(service.ended());
    assert!(begun.elapsed() < LONGEST_END, "{:?}", begun.elapsed());
}

#[cfg(unix)]
#[test]
fn the_service_goes_on_if_its_output_and_its_log_are_closed() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("requests.db").display());
    // The standard output is closed after the first line, and the log at once.
    let mut service = Service::on(&database, Stdio::piped());
    drop(service.child.stderr.take());
    service.deliver("ada", &user_add(3));
    service.terminate();
    assert!(service.ended());
}

#[test]
fn the_log_has_lines_of_json_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("requests.db").display());
    let log = folder.path().join("log");
    let service = Service::on(&database, std::fs::File::create(&log).unwrap().into());
    let request = service.create("ada", &customer_data());
    service.wait(&request, "pendingApproval", "PendingApproval");
    let body = json!({ "reviewResult": "Deny", "justification": "no secrets for her" });
    assert_eq!(service.decide("grace", &service.stage(&request), &body), DONE);
    drop(service);
    let text = std::fs::read_to_string(&log).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let answered = lines.iter().find(|line| line["message"] == "answered").unwrap();
    assert!(answered["span"]["request_id"].is_string(), "{answered}");
    for secret in ["Bearer", "secrets", "Compass"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[test]
fn two_hosts_share_a_database() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("requests.db").display());
    let hosts = [Service::on(&database, Stdio::null()), Service::on(&database, Stdio::null())];
    let people = ["ada", "bob", "grace", "edith", "mallory"];
    let requests: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = people
            .iter()
            .enumerate()
            .map(|(number, token)| {
                let hosts = &hosts;
                scope.spawn(move || {
                    [1, 3, 6].map(|package| hosts[number % 2].create(token, &user_add(package)))
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    for (number, request) in requests.iter().enumerate() {
        let other = &hosts[(number + 1) % 2];
        if number % 3 == 2 {
            other.wait(request, "submitted", "WaitingForCallback");
            let body = json!({ "data": other.callout(request) });
            assert_eq!(other.post("badge-office", &format!("{request}/resume"), &body), DONE);
        }
        other.wait(request, "delivered", "Fulfilled");
    }

    // One dies, and the other one does what is left.
    let [first, second] = hosts;
    let request = first.create("oscar", &user_add(3));
    drop(first);
    second.wait(&request, "delivered", "Fulfilled");
}

#[test]
fn wrong_arguments_and_data_are_refused() {
    for arguments in [["--prot", "1"], ["--port", "many"], ["--database", "mysql:a"], ["--data", "/nowhere"]]
    {
        let mut command = common::example("service");
        let output = command.args(arguments).stdin(Stdio::null()).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(output.stdout.is_empty());
        let log = String::from_utf8(output.stderr).unwrap();
        let line: Value = serde_json::from_str(log.lines().last().unwrap()).unwrap();
        assert_eq!(line["message"], "the service cannot start");
    }
}
