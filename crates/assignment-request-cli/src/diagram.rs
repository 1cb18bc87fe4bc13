//! `diagram`: the states and statuses, and the transitions between them.

use std::collections::BTreeMap;

use assignment_request::testing::diagram::{Diagram, Node};
use clap::ValueEnum;
use layout::backends::svg::SVGWriter;
use layout::core::base::Orientation;
use layout::core::color::Color;
use layout::core::style::{LineStyleKind, StyleAttr};
use layout::std_shapes::render::get_shape_size;
use layout::std_shapes::shapes::{Arrow, Element, LineEndKind, ShapeKind};
use layout::topo::layout::VisualGraph;

/// The output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Mermaid, as GitHub shows it
    Mermaid,
    /// DOT, for Graphviz
    Dot,
    /// A picture for the browser
    Svg,
}

/// Returns the diagram in this format.
pub(crate) fn draw(format: Format) -> String {
    let diagram = Diagram::explore();
    match format {
        Format::Mermaid => diagram.mermaid(),
        Format::Dot => diagram.dot(),
        Format::Svg => svg(&diagram),
    }
}

/// The font size that the layout crate uses for elements without text. A second size in the picture would make the
/// order of its styles vary between runs.
const FONT_SIZE: usize = 15;
const LINE: u32 = 0x3344_55ff;
const BOX: u32 = 0xf4f6_faff;

/// Draws the picture from left to right, because the long names of the transitions need the room.
fn svg(diagram: &Diagram) -> String {
    let arrows = diagram.arrows();
    let mut graph = VisualGraph::new(Orientation::LeftToRight);
    let mut handles = BTreeMap::new();
    for node in arrows.keys().flat_map(|(from, to)| [*from, *to]) {
        handles.entry(node).or_insert_with(|| graph.add_node(element(node)));
    }
    let look = StyleAttr::new(Color::new(LINE), 1, None, 0, FONT_SIZE);
    for ((from, to), triggers) in &arrows {
        if let (Some(from), Some(to)) = (handles.get(from), handles.get(to)) {
            let (start, end) = (LineEndKind::None, LineEndKind::Arrow);
            let text = triggers.join("\n");
            let arrow = Arrow::new(start, end, LineStyleKind::Normal, &text, &look, &None, &None);
            graph.add_edge(arrow, *from, *to);
        }
    }
    let mut picture = SVGWriter::new();
    graph.do_it(false, false, false, &mut picture);
    picture.finalize()
}

/// Returns a box with the state on one line and the status on the next.
fn element(node: Node) -> Element {
    // The layout crate places boxes across the direction of the graph.
    let across = Orientation::LeftToRight.flip();
    let shape = ShapeKind::new_box(&format!("{}\n{}", node.state, node.status));
    let size = get_shape_size(across, &shape, FONT_SIZE, false);
    let look = StyleAttr::new(Color::new(LINE), 1, Some(Color::new(BOX)), 6, FONT_SIZE);
    Element::create(shape, look, across, size)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use assignment_request::testing::diagram::Edge;
    use assignment_request::{Action, Actor, Command, PatternCache, Request, Role, SubjectId, decide};
    use assignment_request_graph::ReadOptions;

    use super::*;
    use crate::replay::perform::{Asked, perform, policy, read};
    use crate::replay::scenario::Scenario;
    use crate::replay::source::Source;

    /// Returns the transitions that the steps of a scenario take: from, to, and the deadline or command that causes
    /// them.
    fn transitions(scenario: &Scenario<'_>) -> Vec<(Node, Node, &'static str)> {
        let options = ReadOptions::default();
        let Ok(policy) = policy(scenario, &options, &mut PatternCache::new()) else { return Vec::new() };
        let mut request: Option<Request> = None;
        let mut transitions = Vec::new();
        for step in &scenario.steps {
            let before = request.clone();
            let asked = read(step, before.as_ref(), &options);
            let is_accepted =
                perform(&policy, scenario.id, step, &mut request, &mut Vec::new(), &options).is_ok();
            let (Some(mut before), Some(after), Ok(Asked::Command(command)), true) =
                (before, &request, asked, is_accepted)
            else {
                continue;
            };
            let elapse = Command::new(Actor::new(SubjectId::from_u128(0), Role::System), Action::Elapse);
            let elapsed = decide(&before, &elapse, step.at).unwrap();
            let from = Node::of(&before);
            let due = before.next_deadline().filter(|deadline| deadline.at.is_reached(step.at));
            before.apply(&elapsed).unwrap();
            // An escalation and the deadline of its stage can be due at once; the core's tests cover that.
            let is_both = matches!(elapsed.events(), [first, _, ..] if first.name() == "approvalEscalated");
            if let Some(deadline) = due.filter(|_| !is_both) {
                transitions.push((from, Node::of(&before), deadline.kind.into()));
            }
            if before.revision() != after.revision() {
                transitions.push((Node::of(&before), Node::of(after), command.action.kind().into()));
            }
        }
        transitions
    }

    #[test]
    fn every_transition_of_the_scenarios_is_an_edge_of_the_diagram() {
        let diagram = Diagram::explore();
        let mut seen = BTreeSet::new();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        for file in std::fs::read_dir(folder).unwrap() {
            let mut source = Source::open(&file.unwrap().path()).unwrap();
            // `replay` reports scenarios that cannot be read.
            while let Ok(Some(scenario)) = source.next() {
                seen.extend(transitions(&scenario));
            }
        }
        assert!(seen.len() > 60, "only {} transitions", seen.len());
        for (from, to, by) in seen {
            let is_it = |edge: &Edge| {
                (edge.from, edge.to) == (from, to) && edge.trigger.split(' ').any(|word| word == by)
            };
            assert!(diagram.edges().any(is_it), "{from} -> {to}: {by}");
        }
    }

    #[test]
    fn the_picture_has_every_box_and_every_arrow() {
        let diagram = Diagram::explore();
        let picture = svg(&diagram);
        for edge in diagram.edges() {
            for text in [edge.from.status.to_string(), edge.to.state.to_string(), edge.trigger.clone()] {
                assert!(picture.contains(&format!(">{text}</tspan>")), "{text}");
            }
        }
        let nodes: BTreeSet<_> = diagram.edges().flat_map(|edge| [edge.from, edge.to]).collect();
        let pairs: BTreeSet<_> = diagram.edges().map(|edge| (edge.from, edge.to)).collect();
        assert_eq!(picture.matches("<rect").count(), nodes.len());
        assert_eq!(picture.matches("<path").count(), pairs.len());
        assert!((0..4).all(|_| picture == svg(&diagram)), "the same picture every time");
    }
}
