//! The rules of SPEC.md and those of the code are the same, and the core does nothing but decide.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use assignment_request::Rule;

fn core() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// The ids that open a list item in bold: `- **R5** ...`.
fn ids(specification: &str) -> Vec<&str> {
    specification
        .lines()
        .filter_map(|line| line.strip_prefix("- **")?.split_once("** ").map(|(id, _)| id))
        .filter(|id| id.starts_with(|first: char| first.is_ascii_uppercase()) && id.len() <= 3)
        .collect()
}

#[test]
fn every_rule_of_the_specification_is_a_rule_of_the_code_and_the_other_way_round() {
    let specification = std::fs::read_to_string(core().join("SPEC.md")).unwrap();
    let written = ids(&specification);
    let unique: BTreeSet<&str> = written.iter().copied().collect();
    assert_eq!(unique.len(), written.len(), "an id opens two rules: {written:?}");
    let declared: BTreeSet<&str> = Rule::NAMES.iter().copied().collect();
    assert_eq!(unique, declared);
}

#[test]
fn every_rule_that_the_specification_cites_is_one() {
    let specification = std::fs::read_to_string(core().join("SPEC.md")).unwrap();
    // In brackets, as in `(W5, Q2)`.
    for group in specification.split('(').skip(1).filter_map(|rest| rest.split_once(')')) {
        for word in group.0.split([',', ' ']) {
            let mut characters = word.chars();
            let is_id = characters.next().is_some_and(|first| "TNICPAWXRVFKQLJD".contains(first))
                && word.len() > 1
                && characters.all(|digit| digit.is_ascii_digit());
            assert!(
                !is_id || word.parse::<Rule>().is_ok(),
                "`{word}` is cited in ({}) and is no rule",
                group.0
            );
        }
    }
}

#[test]
fn n1_the_core_has_no_clock_no_randomness_and_no_io() {
    let library = std::fs::read_to_string(core().join("src/lib.rs")).unwrap();
    assert!(library.contains("#![no_std]"));
    let mut folders = vec![core().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            // It converts from and to the standard library's points in time, and asks for none.
            let is_conversion = path.ends_with("src/vocabulary/timestamp/conversions.rs");
            // Without the standard library there is no clock and no IO; ids are derived, never made.
            for name in
                ["std::", "SystemTime", "Instant::", "now()", "new_v4", "new_v7", "rand::", "getrandom"]
            {
                if is_conversion && matches!(name, "std::" | "SystemTime") {
                    continue;
                }
                let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
                let found = code.filter(|line| line.contains(name) && !line.contains("#[cfg(test)]")).count();
                assert_eq!(found, 0, "{} names {name}", path.display());
            }
        }
    }
    let manifest = std::fs::read_to_string(core().join("Cargo.toml")).unwrap();
    let dependencies = manifest.split_once("[dependencies]").unwrap().1.split_once("\n[").unwrap().0;
    for name in ["rand", "getrandom", "tokio", "tracing", "log"] {
        assert!(!dependencies.lines().any(|line| line.starts_with(name)), "{name}");
    }
    for name in ["chrono", "time"] {
        let line = dependencies.lines().find(|line| line.starts_with(name)).unwrap();
        assert!(line.contains("optional = true"), "{name} is for its conversions only");
    }
}
