//! The diagram is what the machine does: it is found by exploring it, and committed. Random histories and a search of more
//! timestamps show that it leaves nothing out.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use assignment_request::testing::diagram::{Diagram, Edge, Node};
use assignment_request::testing::explore::{Bounds, explore};
use assignment_request::testing::{History, histories};
use assignment_request::{
    Action, Actor, CallbackDecision, CalloutStage, CalloutStageSet, Command, DeadlineKind, Event,
    OnCalloutFailure, Preset, Request, Role, RulesSpec, State, Status, SubjectId, Timestamp,
};
use assignment_request_model::golden::assert_golden;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

use crate::common::{APPROVED, CREATED, DAY, GRANTED, Setup, minutes, stage, t, until};

static DIAGRAM: LazyLock<Diagram> = LazyLock::new(Diagram::explore);

#[test]
fn the_committed_diagrams_are_those_of_the_machine() {
    let diagram = &*DIAGRAM;
    assert_golden(env!("CARGO_MANIFEST_DIR"), "diagram.mmd", &diagram.mermaid());
    assert_golden(env!("CARGO_MANIFEST_DIR"), "diagram.dot", &diagram.dot());
}

/// A page of the repository, by its path from the root.
fn page(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap()
}

#[test]
fn the_page_of_states_shows_the_diagram() {
    let shown = format!("```mermaid\n{}```\n", DIAGRAM.mermaid());
    assert!(
        page("docs/STATES.md").contains(&shown),
        "docs/STATES.md shows another diagram than tests/golden/diagram.mmd"
    );
}

/// The picture in the README is drawn by hand and leaves arrows out. What it shows is true.
#[test]
fn the_picture_of_the_readme_has_all_states_and_only_transitions_of_the_diagram() {
    let readme = page("README.md");
    let picture = readme.split_once("```mermaid\n").unwrap().1.split_once("```").unwrap().0;
    let state = |name: &str| State::ALL.iter().copied().find(|state| state.as_str() == name).unwrap();
    let moves: BTreeSet<(State, State)> = DIAGRAM
        .edges()
        .map(|edge| (edge.from.state, edge.to.state))
        .filter(|(from, to)| from != to)
        .collect();
    let mut boxes = BTreeSet::new();
    let mut ends = BTreeSet::new();
    for line in picture.lines().map(str::trim).skip(1) {
        if let Some(rest) = line.strip_prefix("state \"") {
            let (label, name) = rest.split_once("\" as ").unwrap();
            assert_eq!(label.split_once("<br>").unwrap().0, name, "a box begins with its state");
            boxes.insert(state(name));
            continue;
        }
        let (from, rest) = line.split_once(" --> ").unwrap();
        let to = rest.split_once(": ").map_or(rest, |(to, _)| to);
        match (from, to) {
            ("[*]", to) => assert_eq!(state(to), State::Submitted, "every request begins there"),
            (from, "[*]") => assert!(ends.insert(state(from)), "{line}: twice"),
            (from, to) => {
                let (from, to) = (state(from), state(to));
                assert!(moves.contains(&(from, to)), "{line}: the machine does not do that");
                boxes.extend([from, to]);
            }
        }
    }
    assert_eq!(boxes, State::ALL.iter().copied().collect(), "the picture has every state");
    let closed =
        State::ALL.iter().copied().filter(|state| moves.iter().all(|(from, _)| from != state)).collect();
    assert_eq!(ends, closed, "a request ends where no transition leads to another state");
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

/// A transition of the machine, named here and not by the library: from, to, trigger.
type Transition = (Node, Node, String);

/// What a command is called in the diagram.
fn name(action: &Action) -> String {
    let content = match action {
        Action::Resume(resume) => match resume.decision {
            CallbackDecision::Continue => None,
            CallbackDecision::Deny => Some("denied".to_owned()),
            CallbackDecision::Cancel => Some("canceled".to_owned()),
        },
        Action::DecideStage(decide) => Some(decide.decision.to_string()),
        Action::ReportDelivery { outcome, .. } => Some(outcome.to_string()),
        Action::Process { .. }
        | Action::Cancel
        | Action::Reprocess
        | Action::ReportCalloutFailed { .. }
        | Action::Elapse => None,
    };
    [Some(action.kind().to_string()), content].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Gives a command, and adds what it leads over: deadlines that are due, each by itself, then the command.
fn give(request: &mut Request, command: &Command, now: Timestamp, transitions: &mut BTreeSet<Transition>) {
    let before = request.clone();
    let Ok(events) = request.handle(command, now) else { return };
    let mut from = before;
    if let Some(deadline) = from.next_deadline().filter(|deadline| deadline.at.is_reached(now)) {
        let system = Command::new(Actor::new(SubjectId::from_u128(0), Role::System), Action::Elapse);
        let first = Node::of(&from);
        let elapsed = from.handle(&system, now).unwrap();
        assert!(from.next_deadline().is_none_or(|deadline| !deadline.at.is_reached(now)), "N4");
        let trigger = format!("{} deadline", deadline.kind);
        let is_both = deadline.kind == DeadlineKind::Escalation && elapsed.len() > 1;
        if is_both {
            // The only two that can be due at once: the escalation, and the deadline of its stage.
            assert_eq!(elapsed.iter().map(Event::name).collect::<Vec<_>>(), ["approvalEscalated", "denied"]);
            let escalated = Node { status: Status::PendingApprovalEscalated, ..first };
            transitions.insert((first, escalated, trigger));
            transitions.insert((escalated, Node::of(&from), "approval deadline".to_owned()));
        } else {
            transitions.insert((first, Node::of(&from), trigger));
        }
        if elapsed.len() == events.len() {
            return;
        }
    }
    if !events.is_empty() {
        transitions.insert((Node::of(&from), Node::of(request), name(&command.action)));
    }
}

fn transitions(history: &History) -> BTreeSet<Transition> {
    let mut transitions = BTreeSet::new();
    let mut request = history.submitted.clone();
    for step in &history.steps {
        give(&mut request, &step.command, step.now, &mut transitions);
    }
    assert_eq!(request, history.request, "the same commands give the same request");
    transitions
}

/// What random histories lead over.
fn sampled(count: usize) -> BTreeSet<Transition> {
    let mut runner = TestRunner::deterministic();
    let strategy = histories();
    let mut all = BTreeSet::new();
    for _ in 0..count {
        all.append(&mut transitions(&strategy.new_tree(&mut runner).unwrap().current()));
    }
    all
}

/// What a thorough search of a few policies leads over.
fn searched() -> BTreeSet<Transition> {
    let everywhere: CalloutStageSet = CalloutStage::ALL.iter().copied().collect();
    let mut all = BTreeSet::new();
    for on_callout_failure in [OnCalloutFailure::Fail, OnCalloutFailure::Hold] {
        let rules = |setup: Setup| {
            let rules = RulesSpec {
                deny_at: everywhere,
                cancel_at: everywhere,
                on_callout_failure,
                reprocess_window: minutes(14 * DAY),
                ..Preset::Portal.spec()
            };
            Setup { rules, ..setup }
        };
        let approved = || Setup::add().approval(&[stage(28 * DAY, Some(14 * DAY))]);
        let dated = |setup: Setup| setup.scheduled(Some(t(7 * DAY)), until(t(21 * DAY)));
        for setup in [
            dated(approved()),
            dated(approved()).wait(APPROVED, 14 * DAY),
            dated(Setup::add()).wait(GRANTED, 14 * DAY),
            approved().launch(CREATED).wait(APPROVED, 14 * DAY),
        ] {
            let bounds = Bounds { attempts: 1, around_deadlines: true };
            explore(&rules(setup).submit().request, bounds, |step| {
                if step.events.is_ok_and(|events| !events.is_empty()) {
                    give(&mut step.before.clone(), step.command, step.now, &mut all);
                }
            });
        }
    }
    all
}

fn lines<'a>(transitions: impl Iterator<Item = &'a Transition>) -> Vec<String> {
    transitions.map(|(from, to, trigger)| format!("{from} -> {to}: {trigger}")).collect()
}

#[test]
fn the_diagram_has_the_transitions_of_random_histories_and_of_a_search_and_no_others() {
    let drawn: BTreeSet<_> = DIAGRAM.edges().map(|edge| (edge.from, edge.to, edge.trigger.clone())).collect();
    let (sampled, searched) = (sampled(10_000), searched());
    println!("{} edges; {} sampled, {} searched", drawn.len(), sampled.len(), searched.len());
    assert!(sampled.len() > 90, "most are sampled");
    assert_eq!(lines(sampled.difference(&drawn)), <Vec<String>>::new(), "sampled, and not in the diagram");
    assert_eq!(lines(searched.difference(&drawn)), <Vec<String>>::new(), "searched, and not in the diagram");
    let shown = &sampled | &searched;
    assert_eq!(lines(drawn.difference(&shown)), <Vec<String>>::new(), "in the diagram, and never seen");
}
