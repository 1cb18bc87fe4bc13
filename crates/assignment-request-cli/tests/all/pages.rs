//! The pages show what the tool prints: the `text` block after each `console` block is the output of its command.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use crate::tool::{run, tool};

const PAGES: [&str; 1] = ["docs/DYNAMIC-APPROVAL.md"];
const COMMAND: &str = "cargo run --release -- ";
/// Stands for any number of lines in a page.
const LEFT_OUT: &str = "...";

/// Returns the fenced blocks of a page: the language, and the lines.
fn blocks(page: &str) -> Vec<(&str, Vec<&str>)> {
    let mut blocks: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut is_inside = false;
    for line in page.lines() {
        match line.strip_prefix("```") {
            Some(_) if is_inside => is_inside = false,
            Some(language) => {
                is_inside = true;
                blocks.push((language, Vec::new()));
            }
            None if is_inside => blocks.last_mut().unwrap().1.push(line),
            None => {}
        }
    }
    blocks
}

/// Whether `page` shows `lines`; `...` stands for any number of lines.
fn shows(page: &[&str], lines: &[&str]) -> bool {
    match page.split_first() {
        None => lines.is_empty(),
        Some((&LEFT_OUT, rest)) => {
            (0..=lines.len()).any(|left_out| shows(rest, lines.get(left_out..).unwrap_or_default()))
        }
        Some((first, rest)) => {
            lines.split_first().is_some_and(|(line, lines)| line == first && shows(rest, lines))
        }
    }
}

#[test]
fn the_pages_show_what_the_tool_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for page in PAGES {
        let text = std::fs::read_to_string(root.join(page)).unwrap();
        let blocks = blocks(&text);
        let mut compared = 0;
        for pair in blocks.windows(2) {
            let [(language, command), (_, shown)] = pair else { continue };
            let Some(arguments) = command.first().and_then(|line| line.strip_prefix(COMMAND)) else {
                continue;
            };
            assert_eq!(*language, "console");
            let arguments = arguments.split(' ').map(|argument| {
                if argument.starts_with("crates/") {
                    root.join(argument).display().to_string()
                } else {
                    argument.to_owned()
                }
            });
            let run = run(tool().args(arguments), b"");
            assert_eq!((run.exit, run.stderr.as_str()), (Some(0), ""), "{page}: {command:?}");
            let lines: Vec<_> = run.stdout.lines().map(str::trim_end).collect();
            assert!(shows(shown, &lines), "{page}: {command:?} prints\n{}", run.stdout);
            compared += 1;
        }
        assert!(compared >= 2, "{page} shows {compared} runs");
    }
}

#[test]
fn a_page_that_shows_something_else_is_noticed() {
    assert!(shows(&["a", LEFT_OUT, "c"], &["a", "b", "c"]));
    assert!(shows(&["a", LEFT_OUT], &["a"]));
    assert!(!shows(&["a", "c"], &["a", "b", "c"]));
    assert!(!shows(&["a", LEFT_OUT, "d"], &["a", "b", "c"]));
    assert!(!shows(&["a"], &["a", "b"]));
}
