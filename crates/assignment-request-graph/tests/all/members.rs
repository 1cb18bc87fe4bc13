//! The table of members in MEMBERS.md against the code: each member that a reader knows has its row, and no row is of
//! anything else.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, io};

use assignment_request::{ApprovalDecision, CalloutStage, ExpirationType, RequestType};
use assignment_request_graph::ReadCode;

const TABLE: &str = include_str!("../../MEMBERS.md");

const RESOURCES: &str = include_str!("../../RESOURCES.md");

/// The cells of the rows about members: name, version, kind, what it becomes, what refuses it.
fn rows_of(table: &'static str) -> Vec<Vec<&'static str>> {
    let cells = |line: &'static str| line.split('|').map(str::trim).filter(|cell| !cell.is_empty()).collect();
    table.lines().filter(|line| line.starts_with("| `")).map(cells).collect()
}

fn rows() -> Vec<Vec<&'static str>> {
    rows_of(TABLE)
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// How often each text occurs.
fn counted<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeMap<T, usize> {
    let mut counts = BTreeMap::new();
    for item in items {
        *counts.entry(item).or_default() += 1;
    }
    counts
}

/// The source of a reader, or of the readers in and below a folder, without their tests.
fn sources(path: &Path) -> io::Result<String> {
    if path.is_dir() {
        let mut source = String::new();
        for entry in fs::read_dir(path)? {
            source.push_str(&sources(&entry?.path())?);
        }
        return Ok(source);
    }
    let is_test = path.file_name().is_none_or(|name| name == "tests.rs");
    if is_test { Ok(String::new()) } else { fs::read_to_string(path) }
}

/// The strings in the pattern of a match arm, where `before` is all that stands before its arrow. A guard is no part of
/// the pattern.
fn pattern(before: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let line = before.rfind('\n').unwrap_or_default();
    let end = before[line..].find(" if ").map_or(before.len(), |guard| line + guard);
    let mut rest = before[..end].trim_end();
    while let Some((front, name)) = rest.strip_suffix('"').and_then(|rest| rest.rsplit_once('"')) {
        names.push(name);
        rest = front.trim_end();
        let Some(front) = rest.strip_suffix('|') else { break };
        rest = front.trim_end();
    }
    names
}

#[test]
fn every_member_that_is_read_is_in_the_table_and_no_other() {
    let bodies = [
        "src/bodies/approval_stage.rs",
        "src/bodies/create",
        "src/bodies/decision.rs",
        "src/bodies/expiration.rs",
        "src/bodies/policy",
        "src/bodies/resume.rs",
    ];
    assert_listed_are_matched(&bodies, TABLE, 100);
    assert_listed_are_matched(&["src/client"], RESOURCES, 40);
}

/// Compares the rows of a table with the names in the match arms of these readers, one by one.
#[track_caller]
fn assert_listed_are_matched(readers: &[&str], table: &'static str, at_least: usize) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let source: String = readers.iter().map(|reader| sources(&root.join(reader)).unwrap()).collect();
    let arrows = source.match_indices("=>");
    let matched = counted(arrows.flat_map(|(at, _)| pattern(&source[..at])));
    assert!(matched.len() > at_least && matched["id"] > 5, "{matched:?}");
    let rows = rows_of(table);
    let listed = counted(rows.iter().map(|row| row[0].trim_matches('`')));
    for name in matched.keys().chain(listed.keys()) {
        let count = |counts: &BTreeMap<&str, usize>| counts.get(name).copied().unwrap_or_default();
        assert_eq!(count(&listed), count(&matched), "rows of `{name}`, and readers that know it");
    }
}

#[test]
fn every_row_is_whole_and_names_codes_that_exist() {
    let kinds: BTreeSet<_> = TABLE
        .lines()
        .skip_while(|line| !line.starts_with("| kind"))
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.split('|').nth(1).unwrap_or_default().trim())
        .chain(["null", "text or object", "object or array", "boolean or text"])
        .collect();
    let mut seen = BTreeSet::new();
    for row in rows() {
        let [name, version, kind, _becomes, refused] = row[..] else { panic!("{row:?}") };
        assert!(["v1.0", "beta", "both", "—"].contains(&version) && kinds.contains(kind), "{row:?}");
        let codes: Vec<ReadCode> = quoted(refused).filter_map(|code| code.parse().ok()).collect();
        assert!(!codes.is_empty() || refused == "—", "{name}: {refused}");
        seen.extend(codes);
    }
    seen.extend(quoted(TABLE.split("\n|").next().unwrap()).filter_map(|code| code.parse::<ReadCode>().ok()));
    assert_eq!(seen.len(), ReadCode::ALL.len(), "{seen:?}");
}

#[test]
fn every_name_of_an_enumeration_is_in_the_table() {
    fn assert_listed(names: &[&str], member: &str) {
        let is_listed = |row: &&Vec<&str>| {
            let listed: BTreeSet<_> = quoted(row[3]).collect();
            row[0].trim_matches('`') == member && names.iter().all(|name| listed.contains(name))
        };
        assert_eq!(rows().iter().filter(is_listed).count(), 1, "{member}");
    }
    assert_listed(RequestType::NAMES, "requestType");
    assert_listed(CalloutStage::NAMES, "stage");
    assert_listed(ExpirationType::NAMES, "type");
    assert_listed(&["denied", "canceled"], "state");
    assert_listed(ApprovalDecision::NAMES, "reviewResult");
}
