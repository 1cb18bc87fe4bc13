//! Starts the example programs as users do.

use std::path::PathBuf;
use std::process::Command;

/// Returns an example program, which cargo builds beside the tests.
pub(crate) fn example(name: &str) -> Command {
    let mut path: PathBuf = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    path.extend(["examples", name]);
    path.set_extension(std::env::consts::EXE_EXTENSION);
    assert!(path.exists(), "{} is built by `cargo test -p assignment-request-examples`", path.display());
    Command::new(path)
}
