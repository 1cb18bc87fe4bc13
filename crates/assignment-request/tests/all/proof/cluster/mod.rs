//! The machine in its surroundings, model-checked: two hosts with different clocks share a store, an outbox worker
//! sends at least once, a network loses, doubles, reorders and delays, and hosts crash between any two of their steps.
//!
//! The machine itself is not modelled: every decision is [`assignment_request::decide`]'s, every load is
//! `Request::replay`. What is modelled is a host that follows SPEC.md: it loads, decides, stores events and outbox in
//! one transaction on condition of the revision (I3), applies the deadlines that a refusal came from before it answers
//! (N6), and sends what the events say. In every state that these surroundings can reach, the properties of
//! `properties.rs` are checked.
//!
//! A message that is lost needs no step of its own: it is one that never arrives, and every state is judged as it is.
//!
//! Each world is small, so that all are done in seconds. The larger ones have an hour and a doubling more, and take some
//! seven minutes; the numbers of states are printed:
//!
//! ```text
//! CLUSTER_LARGER=1 cargo test --release -p assignment-request --test all the_surroundings -- --nocapture
//! ```
//!
//! The last tests take one part of the surroundings away, and the checker must find how that hurts: a model that finds
//! nothing wrong with a broken host would prove nothing about a good one.
#![expect(clippy::indexing_slicing, clippy::panic, reason = "what fails here fails the test")]

mod model;
mod properties;
mod scenarios;
mod world;

use std::time::Instant;

use stateright::{Checker, Expectation, HasDiscoveries, Model, Path};

use self::model::{Cluster, Fault, Scenario, Step};
use self::world::{Message, World};

/// Searches everything, and tells of the first property that does not hold, or of what never happened.
fn prove(scenario: Scenario) {
    let name = scenario.name;
    let started = Instant::now();
    let cluster = Cluster { scenario, fault: Fault::None };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let checker = cluster
        .clone()
        .checker()
        .threads(threads)
        .finish_when(HasDiscoveries::AnyFailures)
        .spawn_bfs()
        .join();
    println!(
        "{name}: {} states, {} steps, {} deep, {:.1} s",
        checker.unique_state_count(),
        checker.state_count(),
        checker.max_depth(),
        started.elapsed().as_secs_f32(),
    );
    for property in cluster.properties() {
        let found = checker.discovery(property.name);
        match (property.expectation, found) {
            (Expectation::Always | Expectation::Eventually, Some(path)) => {
                panic!("{name}: not always: {}\n{}", property.name, tell(path));
            }
            (Expectation::Sometimes, None) => panic!("{name}: never: {}", property.name),
            (Expectation::Always | Expectation::Eventually, None) | (Expectation::Sometimes, Some(_)) => {}
        }
    }
}

/// Finds a shortest way to break a property, and tells it.
fn refute(scenario: Scenario, fault: Fault, property: &'static str) {
    let name = scenario.name;
    let cluster = Cluster { scenario, fault };
    let mut shortest: Option<Path<World, Step>> = None;
    let mut states = 0;
    loop {
        let only = HasDiscoveries::AnyOf([property].into());
        let mut search = cluster.clone().checker().finish_when(only);
        if let Some(path) = shortest.clone() {
            // A path of n states is as long as states may be deep; this is to be undercut.
            search = search.target_max_depth(path.into_states().len());
        }
        let checker = search.spawn_bfs().join();
        states += checker.unique_state_count();
        match checker.discovery(property) {
            Some(path) => shortest = Some(path),
            None => break,
        }
    }
    let path = shortest.unwrap_or_else(|| panic!("{name}, {fault:?}: always: {property}"));
    println!("{name}, {fault:?}, after {states} states: not always: {property}\n{}", tell(path));
}

/// The steps of a path, and what was stored on the way.
fn tell(path: Path<World, Step>) -> String {
    let mut lines = Vec::new();
    let mut stored = 0;
    for (world, step) in path.into_vec() {
        let events = &world.log.committed;
        let new = &events[stored..];
        lines.extend(new.iter().map(|event| format!("         stored: {} {}", event.sequence, event.name())));
        stored = events.len();
        lines.push(match step {
            Some(step) => format!("  hour {} {step:?}", world.hour),
            None => format!("  in the end {:?}", world.hosts),
        });
    }
    lines.join("\n")
}

#[test]
fn the_surroundings_cannot_break_the_machine() {
    let is_larger = std::env::var_os("CLUSTER_LARGER").is_some_and(|value| value == "1");
    for scenario in if is_larger { scenarios::all_larger() } else { scenarios::all() } {
        prove(scenario);
    }
}

#[test]
fn without_compare_and_swap_a_request_is_granted_and_denied() {
    refute(scenarios::approval(), Fault::NoCompareAndSwap, properties::NOT_BOTH);
}

#[test]
fn without_compare_and_swap_a_denial_is_undone() {
    refute(scenarios::approval(), Fault::NoCompareAndSwap, properties::STAYS_DENIED);
}

#[test]
fn without_compare_and_swap_what_was_stored_is_lost() {
    refute(scenarios::fulfillment(), Fault::NoCompareAndSwap, properties::REPLAYS);
}

#[test]
fn without_compare_and_swap_a_fulfillment_is_ordered_twice() {
    refute(scenarios::fulfillment(), Fault::NoCompareAndSwap, properties::ORDERED_ONCE);
}

#[test]
fn without_the_callout_id_one_extension_answers_for_another() {
    refute(scenarios::two_callbacks(), Fault::CalloutNotChecked, properties::OWN_ANSWER);
}

#[test]
fn without_rule_n6_two_hosts_give_opposite_answers_to_a_callback() {
    refute(scenarios::callback(), Fault::RefusalsStoreNothing, properties::NO_OPPOSITE);
}

#[test]
fn without_rule_n6_two_hosts_give_opposite_answers_to_an_approver() {
    let scenario = Scenario { people: vec![Message::Approve], ..scenarios::approval() };
    refute(scenario, Fault::RefusalsStoreNothing, properties::NO_OPPOSITE);
}

#[test]
fn without_rule_n6_two_hosts_give_opposite_answers_to_process() {
    refute(scenarios::processing(), Fault::RefusalsStoreNothing, properties::NO_OPPOSITE);
}

#[test]
fn without_rule_n6_two_hosts_give_opposite_answers_to_a_determination() {
    refute(scenarios::determining(), Fault::RefusalsStoreNothing, properties::NO_OPPOSITE);
}

#[test]
fn without_compare_and_swap_a_determined_stage_changes() {
    refute(scenarios::determining(), Fault::NoCompareAndSwap, properties::DETERMINED_ONCE);
}

#[test]
fn without_one_transaction_for_events_and_outbox_a_crash_loses_an_order() {
    refute(scenarios::fulfillment(), Fault::OutboxApart, properties::OUTBOX);
}

#[test]
fn without_the_idempotency_key_access_is_changed_twice() {
    refute(scenarios::fulfillment(), Fault::KeyIgnored, properties::CARRIED_OUT_ONCE);
}

/// What rule N6 does not reach: the end of the reprocess window (Q2) is no deadline of the request, so that no event
/// records that it has passed, and a host whose clock is behind still accepts what the other has refused.
#[test]
fn the_end_of_the_reprocess_window_is_not_covered_by_rule_n6() {
    refute(scenarios::reprocess_window(), Fault::None, properties::NO_OPPOSITE);
}
