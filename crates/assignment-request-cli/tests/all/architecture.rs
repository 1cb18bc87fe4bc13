//! The rooms of every crate: imports go from a room to an earlier one, and no files import each other in a circle.
//!
//! A room is a folder or a file beside `lib.rs` or `main.rs`. Paths that begin with `crate::`, `super::` or `self::` count,
//! in `use` lines and elsewhere; unit tests and documentation do not.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The rooms of each crate, the lowest first. Rooms of one line do not import each other.
const CRATES: [(&str, &[&[&str]]); 4] = [
    (
        "assignment-request",
        &[
            &["vocabulary"],
            &["policy"],
            &["request"],
            &["command"],
            &["submission", "decide"],
            &["log", "inspect"],
            &["testing"],
            &["lib"],
        ],
    ),
    (
        "assignment-request-graph",
        &[&["vocabulary"], &["trace"], &["http"], &["json"], &["bodies"], &["client"], &["lib"]],
    ),
    (
        "assignment-request-store",
        &[
            &["counters", "error", "trace", "url"],
            &["backend"],
            &["row", "schema", "wake"],
            &["append"],
            &["store"],
            &["tasks"],
            &["deadlines", "query"],
            &["run"],
            &["testing"],
            &["lib"],
        ],
    ),
    (
        "assignment-request-cli",
        &[
            &["input", "output"],
            &["replay"],
            &["stored"],
            &["playback"],
            &["check", "diagram", "explain", "timeline"],
            &["main"],
        ],
    ),
];

/// The files of a crate by their paths in `src`, without `.rs`; `mod.rs` has the path of its folder.
type Files = BTreeMap<String, String>;

fn files_of(krate: &str) -> Files {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(krate).join("src");
    let mut files = Files::new();
    let mut folders = vec![source.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("tests.rs") {
                let name = path.strip_prefix(&source).unwrap().with_extension("");
                let name = if name.ends_with("mod") { name.parent().unwrap().to_owned() } else { name };
                files.insert(name.to_str().unwrap().to_owned(), std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

/// The code of a file, without comments, texts and unit tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The paths that begin with `crate`, `super` or `self`, each with its braces taken apart.
fn paths(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for start in ["crate::", "super::", "self::"] {
        for (at, _) in code.match_indices(start) {
            let is_begun_before =
                code[..at].ends_with(|last: char| last.is_alphanumeric() || "_$:".contains(last));
            if !is_begun_before {
                take_apart(&code[at..], "", &mut found);
            }
        }
    }
    found
}

/// Adds the paths that `text` begins with, after `prefix`. Returns what follows them.
fn take_apart<'a>(text: &'a str, prefix: &str, found: &mut Vec<String>) -> &'a str {
    let end = text.find(|next: char| !(next.is_alphanumeric() || "_:".contains(next))).unwrap_or(text.len());
    let (head, rest) = text.split_at(end);
    let path = format!("{prefix}{head}");
    let Some(mut items) = rest.strip_prefix('{').filter(|_| head.ends_with("::") || head.is_empty()) else {
        found.push(path);
        return rest;
    };
    loop {
        items = take_apart(items.trim_start(), &path, found).trim_start();
        match items.strip_prefix(',') {
            Some(next) if !next.trim_start().starts_with('}') => items = next,
            Some(next) => return next.trim_start().strip_prefix('}').unwrap_or(next),
            None => return items.strip_prefix('}').unwrap_or(items),
        }
    }
}

/// The file that a path in `from` leads to.
fn target(files: &Files, from: &str, path: &str) -> Option<String> {
    let mut module: Vec<&str> =
        if matches!(from, "lib" | "main") { Vec::new() } else { from.split('/').collect() };
    let mut names = path.split("::").filter(|name| !name.is_empty());
    match names.next()? {
        "crate" => module.clear(),
        "super" => drop(module.pop()),
        _ => {}
    }
    let mut names: Vec<&str> = names.collect();
    while names.first() == Some(&"super") {
        module.pop();
        names.remove(0);
    }
    module.extend(names);
    (1..=module.len()).rev().map(|length| module[..length].join("/")).find(|file| files.contains_key(file))
}

/// What is wrong with a crate's imports, a line each.
fn faults(files: &Files, rooms: &[&[&str]]) -> Vec<String> {
    let room = |file: &str| {
        let name = file.split('/').next().unwrap_or_default().to_owned();
        rooms.iter().position(|room| room.contains(&name.as_str())).map(|height| (height, name))
    };
    let mut faults = Vec::new();
    let mut arrows: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (file, text) in files {
        let Some((height, name)) = room(file) else {
            faults.push(format!("{file} is in no room"));
            continue;
        };
        for to in
            paths(&code(text)).iter().filter_map(|path| target(files, file, path)).filter(|to| to != file)
        {
            let (other_height, other_name) = room(&to).unwrap();
            if other_name != name && other_height >= height {
                faults.push(format!("{file} imports {to}, which is not in a lower room"));
            }
            arrows.entry(file).or_default().insert(to);
        }
    }
    for start in arrows.keys() {
        let mut reached = BTreeSet::new();
        let mut next: Vec<&str> = vec![start];
        while let Some(file) = next.pop() {
            for to in arrows.get(file).into_iter().flatten() {
                if to == start {
                    faults.push(format!("{start} imports itself in a circle, last from {file}"));
                }
                if reached.insert(to.as_str()) {
                    next.push(to);
                }
            }
        }
    }
    faults
}

#[test]
fn every_import_leads_to_a_lower_room_and_none_in_a_circle() {
    for (krate, rooms) in CRATES {
        assert_eq!(faults(&files_of(krate), rooms), [""; 0], "{krate}");
    }
}

/// A small crate: `top` imports `bottom/first`, which imports `bottom/second`.
fn sound() -> Files {
    let file = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    Files::from([
        file("bottom", "pub(crate) mod first;\npub(crate) mod second;\n"),
        file("bottom/first", "use crate::bottom::second::{Four, Three};\n"),
        file("bottom/second", "/// See [`crate::top::One`].\npub(crate) struct Three;\n"),
        file(
            "top",
            "use crate::{\n    bottom::first::Two,\n    bottom::second::{Three},\n};\n#[cfg(test)]\nmod tests {\n    use crate::lib;\n}\n",
        ),
    ])
}

const ROOMS: &[&[&str]] = &[&["bottom"], &["top"]];

#[test]
fn a_planted_arrow_that_runs_up_is_found() {
    assert_eq!(faults(&sound(), ROOMS), [""; 0]);
    for import in
        ["use crate::top::One;", "use super::super::top::One;", "fn one() -> crate::top::One { todo() }"]
    {
        let mut files = sound();
        files.insert("bottom/second".to_owned(), import.to_owned());
        let expected = "bottom/second imports top, which is not in a lower room";
        assert!(faults(&files, ROOMS).iter().any(|fault| fault == expected), "{import}");
    }
}

#[test]
fn a_planted_circle_is_found() {
    for import in ["use crate::bottom::first::Two;", "use super::first::{self, Two};"] {
        let mut files = sound();
        files.insert("bottom/second".to_owned(), import.to_owned());
        let found = faults(&files, ROOMS);
        assert_eq!(found.len(), 2, "{import}: {found:?}");
        assert!(found.iter().all(|fault| fault.contains("in a circle")), "{found:?}");
    }
    let mut files = sound();
    files.insert("attic".to_owned(), String::new());
    assert_eq!(faults(&files, ROOMS), ["attic is in no room"]);
}
