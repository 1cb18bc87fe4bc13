//! A request with a long past is judged as fast as a young one.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::time::Duration;

use assignment_request::{Action, Command, Event, Request, Status};
use cpu_time::ThreadTime;

use crate::common::{APPROVED, DAY, PROCESS, Setup, host, minutes, t};

/// How long is waited, in minutes: the shortest that P4 allows.
const WAIT: i64 = 5;

/// A callout that is waited for in vain, and again so many times; and how long all of it took.
fn waited_in_vain(times: i64) -> (Request, usize, Duration) {
    let setup = Setup::add().wait(APPROVED, WAIT).rules(|rules| rules.reprocess_window = minutes(100 * DAY));
    let mut request = setup.submit().request;
    let mut events: Vec<Event> = Vec::new();
    let started = ThreadTime::now();
    request.handle_into(&Command::new(host(), PROCESS), t(0), &mut events).unwrap();
    for number in 1..=times {
        // The wait's end is reached, and it is tried again: both in one command.
        request.handle_into(&Command::new(host(), Action::Reprocess), t(number * WAIT), &mut events).unwrap();
    }
    (request, events.len(), started.elapsed())
}

#[test]
fn n4_a_deadline_that_is_due_takes_no_longer_behind_a_long_past() {
    let (request, events, _) = waited_in_vain(3_000);
    assert_eq!(request.callouts().len(), 3_001);
    assert_eq!(events, 2 + 4 * 3_000);
    assert_eq!(request.status(), Status::WaitingForCallback);
    let fastest = |times| (0..5).map(|_| waited_in_vain(times).2).min().unwrap();
    let (few, many) = (fastest(1_000), fastest(8_000));
    // Eight times as long where it is linear; up to 64 times where every step copies the whole past.
    assert!(many < few * 20, "1,000 times: {few:?}; 8,000 times: {many:?}");
}
