//! No decision but what `decide` gives.
use assignment_request::{Decision, Event};

fn decided(events: Vec<Event>) -> Decision {
    Decision { events }
}

fn unbound(decision: &mut Decision) {
    decision.events.clear();
}

fn main() {}
