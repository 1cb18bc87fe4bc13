//! A callout cannot be answered but with a command.
use assignment_request::{Callout, CalloutStatus};

fn answer(callout: &mut Callout) {
    callout.status = CalloutStatus::CallbackReceived;
}

fn main() {}
