//! The diagram is what the machine does: it is found by exploring it, and committed.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use assignment_request::{Diagram, Edge, Node};

static DIAGRAM: LazyLock<Diagram> = LazyLock::new(Diagram::explore);

/// Compares with a committed file; `UPDATE_GOLDEN=1` writes it anew.
fn compare(file: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(file);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        committed,
        text,
        "{} differs; if that is meant, run the tests with UPDATE_GOLDEN=1",
        path.display()
    );
}

#[test]
fn the_committed_diagrams_are_those_of_the_machine() {
    let diagram = &*DIAGRAM;
    compare("diagram.mmd", &diagram.mermaid());
    compare("diagram.dot", &diagram.dot());
}

#[test]
fn the_readme_shows_the_diagram() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = std::fs::read_to_string(readme).unwrap();
    let shown = format!("```mermaid\n{}```\n", DIAGRAM.mermaid());
    assert!(text.contains(&shown), "the README shows another diagram than tests/golden/diagram.mmd");
}

/// Reads a diagram back: the edges as text.
fn parse_mermaid(text: &str) -> BTreeSet<(String, String, String)> {
    let mut names = std::collections::BTreeMap::new();
    let mut edges = BTreeSet::new();
    for line in text.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("state \"") {
            let (label, name) = rest.split_once("\" as ").unwrap();
            names.insert(name.to_owned(), label.to_owned());
        } else if let Some((from, rest)) = line.split_once(" --> ").filter(|(from, _)| *from != "[*]") {
            let (to, triggers) = rest.split_once(": ").unwrap();
            for trigger in triggers.split(", ") {
                edges.insert((names[from].clone(), names[to].clone(), trigger.to_owned()));
            }
        }
    }
    edges
}

fn parse_dot(text: &str) -> BTreeSet<(String, String, String)> {
    let mut names = std::collections::BTreeMap::new();
    let mut edges = BTreeSet::new();
    for line in text.lines().map(str::trim).filter(|line| line.contains(" [label=\"")) {
        let (left, label) = line.split_once(" [label=\"").unwrap();
        let label = label.strip_suffix("\"];").unwrap();
        match left.split_once(" -> ") {
            None => drop(names.insert(left.to_owned(), label.to_owned())),
            Some(("start", _)) => {}
            Some((from, to)) => {
                for trigger in label.split("\\n") {
                    edges.insert((names[from].clone(), names[to].clone(), trigger.to_owned()));
                }
            }
        }
    }
    edges
}

#[test]
fn both_languages_say_the_same_edges() {
    let diagram = &*DIAGRAM;
    let edges: BTreeSet<_> = diagram
        .edges()
        .map(|Edge { from, to, trigger }| (from.to_string(), to.to_string(), trigger.clone()))
        .collect();
    assert_eq!(parse_mermaid(&diagram.mermaid()), edges);
    assert_eq!(parse_dot(&diagram.dot()), edges);
}

#[test]
fn t3_the_nodes_are_the_pairs_of_the_table() {
    let nodes: BTreeSet<Node> = DIAGRAM.edges().flat_map(|edge| [edge.from, edge.to]).collect();
    let spec = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("SPEC.md")).unwrap();
    for node in &nodes {
        assert!(
            spec.lines().any(|line| line.contains(&node.state.to_string()) && line.contains(&node.status.to_string())),
            "{node} is in no row of T3"
        );
    }
    assert_eq!(nodes.len(), 16, "{nodes:?}");
}
