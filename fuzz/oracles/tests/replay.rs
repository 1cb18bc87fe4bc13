//! Every seed and every finding, replayed: the fuzzing's properties hold for them on any toolchain.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use assignment_request_oracles::{Oracle, TARGETS};

fn folder(kind: &str, target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(kind).join(target)
}

/// The files of a folder, by name, but for those that say what it is.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
        .filter(|(name, _)| !name.starts_with('.'))
        .collect()
}

/// Replays a file; says which it is where the property does not hold.
fn is_accepted(target: &str, oracle: Oracle, name: &str, bytes: &[u8]) -> bool {
    std::panic::catch_unwind(|| oracle(bytes)).unwrap_or_else(|fault| {
        eprintln!("the property of `{target}` does not hold for {name}");
        std::panic::resume_unwind(fault)
    })
}

#[test]
fn seeds_are_accepted_and_refused() {
    for (target, oracle) in TARGETS {
        let seeds = files(&folder("seeds", target));
        assert!((10..=60).contains(&seeds.len()), "{target} has {} seeds", seeds.len());
        for (name, bytes) in &seeds {
            // A seed's name says what becomes of it.
            let is_expected = name.starts_with("accepted-");
            assert!(is_expected || name.starts_with("refused-"), "{target}: {name}");
            assert_eq!(is_accepted(target, *oracle, name, bytes), is_expected, "{target}: {name}");
        }
        let accepted = seeds.keys().filter(|name| name.starts_with("accepted-")).count();
        assert!(accepted >= 3 && seeds.len() - accepted >= 3, "{target}: {accepted} of {}", seeds.len());
    }
}

#[test]
fn findings_stay_fixed() {
    for (target, oracle) in TARGETS {
        for (name, bytes) in &files(&folder("findings", target)) {
            is_accepted(target, *oracle, name, bytes);
        }
    }
}

#[test]
fn every_target_is_there() {
    for kind in ["seeds", "findings"] {
        let folders = std::fs::read_dir(folder(kind, "")).unwrap();
        let mut folders: Vec<_> =
            folders.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        folders.sort();
        let mut targets: Vec<_> = TARGETS.iter().map(|(target, _)| (*target).to_owned()).collect();
        targets.sort();
        assert_eq!(folders, targets, "{kind}");
    }
}
