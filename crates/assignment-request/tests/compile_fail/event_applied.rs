//! No event by itself is folded in, stored or not.
use assignment_request::{Event, Request};

fn fold(request: &mut Request, event: &Event, tail: &[Event]) {
    let _ = request.apply(event);
    request.fold_all(tail);
}

fn main() {}
