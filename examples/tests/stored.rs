//! The program with a stored request does what the README says, and is the one that the README shows.
#![expect(clippy::unwrap_used, reason = "tests")]

mod common;

#[test]
fn it_prints_what_became_of_the_request() {
    let output = common::example("stored").output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(printed.contains("It is delivered / Fulfilled since 2026-01-05T09:00:00Z."), "{printed}");
}

#[test]
fn the_readme_shows_it_in_25_lines_or_fewer() {
    let program = include_str!("../stored.rs");
    // Its first line says how to run it.
    let shown = program.split_once("\n\n").unwrap().1;
    let readme = include_str!("../../README.md");
    assert!(
        readme.contains(&format!("\n{shown}```\n")),
        "README.md shows another program than examples/stored.rs"
    );
    assert!(shown.lines().count() <= 25, "{}", shown.lines().count());
}
