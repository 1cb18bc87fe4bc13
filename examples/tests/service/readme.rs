//! The commands of the README work as they stand.

use std::process::Command;

use serde_json::Value;

use crate::harness::Service;

const README: &str = include_str!("../../service/README.md");

#[test]
fn the_commands_of_the_readme_work() {
    if Command::new("curl").arg("--version").output().is_err() {
        eprintln!("SKIPPED: there is no curl");
        return;
    }
    let service = Service::start();
    let commands: Vec<_> = README.lines().filter(|line| line.starts_with("curl ")).collect();
    assert_eq!(commands.len(), 5);
    for command in commands {
        // The port of the README may be taken.
        let command = command.replace("127.0.0.1:8080", &service.address);
        let output = Command::new("sh").args(["-c", &command]).output().unwrap();
        assert!(output.status.success(), "{command}");
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(answer["error"].is_null(), "{command}: {answer}");
        let parts = answer["responses"].as_array().into_iter().flatten();
        assert!(parts.clone().all(|part| part["status"] == 200), "{command}: {answer}");
        assert_ne!(answer["value"], Value::Array(Vec::new()), "{command}: {answer}");
    }
}
