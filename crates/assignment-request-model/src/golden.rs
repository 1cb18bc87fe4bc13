//! Golden files: what tests find is compared with committed files, so that every change is seen in review.

use std::fs;
use std::path::Path;

/// Compares a text with the file of this name in a crate's `tests/golden`. `UPDATE_GOLDEN=1` writes the file again.
#[track_caller]
pub fn assert_golden(manifest_dir: &str, file: &str, text: &str) {
    let path = Path::new(manifest_dir).join("tests/golden").join(file);
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        fs::write(&path, text).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    let line = committed.lines().zip(text.lines()).take_while(|(one, other)| one == other).count() + 1;
    assert!(
        committed == text,
        "{} differs from line {line} on; if that is meant, run the tests with UPDATE_GOLDEN=1",
        path.display()
    );
}
