//! `apply` takes no event that could not happen to the request now, and leaves it unchanged then.

use assignment_request::{DeliveryOutcome, Event, EventKind, Misfit, Operation};

#[expect(dead_code, reason = "other tests use the rest")]
mod common;
#[path = "common/lives.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod lives;

use common::{CREATED, HOUR, Life, OTHER, Setup, admin, t};
use lives::{delivering, denied, pending, waiting_at};

fn next(life: &Life, kind: EventKind) -> Event {
    Event { sequence: life.request.revision() + 1, at: t(2 * HOUR), kind }
}

const fn order(attempt: u32) -> EventKind {
    EventKind::FulfillmentOrdered { attempt, operation: Operation::Add, deadline: None }
}

#[test]
fn i2_an_event_that_could_not_happen_is_not_folded_in() {
    let begin = || EventKind::DeliveryStarted {};
    let resolve = || EventKind::TargetResolved { target: OTHER };
    let reprocess = || EventKind::Reprocessed { actor: admin() };
    let accepted = || Setup::add().submit();
    let by_email = || Setup::of(assignment_request::RequestType::AdminAdd).by_email().submit();
    let failed = || delivering().reports(2, DeliveryOutcome::Failed);
    let mut again = failed();
    assert_eq!(again.request.apply(&next(&again, reprocess())), Ok(()));
    for (what, life, kind) in [
        ("delivery began before (W2)", delivering(), begin()),
        ("a denied request goes nowhere (W6)", denied(), begin()),
        ("what failed is not tried again by itself (Q3)", waiting_at(CREATED).callout_fails(2), begin()),
        ("a fulfillment that is tried again needs no beginning (Q3)", again.clone(), begin()),
        ("nothing failed (Q1)", delivering().reports(2, DeliveryOutcome::Delivered), reprocess()),
        ("a denied request is not tried again (Q1)", denied(), reprocess()),
        ("nobody asked for another attempt (Q1)", failed(), order(2)),
        ("the attempt before is under way (F1)", delivering(), order(2)),
        ("attempts count from 1 (F1)", accepted(), order(2)),
        ("attempts are not left out (F1)", again, order(3)),
        ("the target is known (W1)", accepted(), resolve()),
        ("the route has begun without a target (W1)", by_email().process(1), resolve()),
        ("a target is known, and the route has begun (W1)", pending(), resolve()),
    ] {
        let event = next(&life, kind);
        let mut request = life.request.clone();
        let misfit = Misfit::Impossible { sequence: event.sequence, event: event.name() };
        assert_eq!(request.apply(&event), Err(misfit), "{what}");
        assert_eq!(request, life.request, "{what}: unchanged");
    }
}
