//! `diagram`: the states and statuses, and what leads from one to another.

use std::collections::BTreeMap;

use assignment_request::{Diagram, Node};
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
    use super::*;

    #[test]
    fn the_picture_has_every_box_and_every_arrow() {
        let diagram = Diagram::explore();
        let picture = svg(&diagram);
        for edge in diagram.edges() {
            for text in [edge.from.status.to_string(), edge.to.state.to_string(), edge.trigger.clone()] {
                assert!(picture.contains(&format!(">{text}</tspan>")), "{text}");
            }
        }
        let nodes: std::collections::BTreeSet<_> =
            diagram.edges().flat_map(|edge| [edge.from, edge.to]).collect();
        let pairs: std::collections::BTreeSet<_> = diagram.edges().map(|edge| (edge.from, edge.to)).collect();
        assert_eq!(picture.matches("<rect").count(), nodes.len());
        assert_eq!(picture.matches("<path").count(), pairs.len());
        assert!((0..4).all(|_| picture == svg(&diagram)), "the same picture every time");
    }
}
