//! No field of a request can be set.
use assignment_request::{Phase, Request};

fn deliver(request: &mut Request) {
    request.phase = Phase::Delivered;
    request.revision = 1;
}

fn main() {}
