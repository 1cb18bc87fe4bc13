//! No state, status or phase is there before a request has one.
use assignment_request::{Phase, State, Status};

fn main() {
    let _ = State::default();
    let _ = Status::default();
    let _ = Phase::default();
}
