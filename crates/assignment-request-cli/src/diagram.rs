//! `diagram`: the states and statuses, and what leads from one to another.

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

/// How the diagram is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Mermaid, as GitHub shows it
    Mermaid,
    /// DOT, for Graphviz
    Dot,
    /// A picture for the browser
    Svg,
}

/// The diagram as text.
pub(crate) fn draw(format: Format) -> String {
    let diagram = Diagram::explore();
    match format {
        Format::Mermaid => diagram.mermaid(),
        Format::Dot => diagram.dot(),
        Format::Svg => svg(&diagram),
    }
}

/// The size that layout itself takes for what has no text. With another beside it, the styles come in no fixed order.
const FONT_SIZE: usize = 15;
const LINE: u32 = 0x3344_55ff;
const BOX: u32 = 0xf4f6_faff;

/// From left to right, so that the long names of what leads on have room.
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

/// A box with state and status, each on its line.
fn element(node: Node) -> Element {
    // Boxes are laid out across the direction of the graph.
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
    use assignment_request::{Action, Actor, Command, PatternCache, Request, Role, decide};
    use assignment_request_graph::ReadOptions;
    use uuid::Uuid;

    use super::*;
    use crate::replay::perform::{Asked, perform, policy, read};
    use crate::replay::scenario::Scenario;
    use crate::replay::source::Source;

    /// What the steps of a scenario lead over: from where, to where, and by what deadline or command.
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
            let elapse = Command::new(Actor::new(Uuid::nil(), Role::System), Action::Elapse);
            let elapsed = decide(&before, &elapse, step.at).unwrap();
            let from = Node::of(&before);
            let due = before.next_deadline().filter(|deadline| deadline.at.is_reached(step.at));
            before.apply(&elapsed).unwrap();
            // An escalation and the deadline of its stage can be due at once; the core's tests look at those.
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
    fn the_scenarios_lead_over_edges_of_the_diagram() {
        let diagram = Diagram::explore();
        let mut seen = BTreeSet::new();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        for file in std::fs::read_dir(folder).unwrap() {
            let mut source = Source::open(&file.unwrap().path()).unwrap();
            // What cannot be read, `replay` reports.
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
