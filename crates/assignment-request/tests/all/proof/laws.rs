//! The laws notice what is wrong: each is broken by some step that never was.

use std::collections::BTreeSet;

use assignment_request::{Event, Rejection, Timestamp};
use assignment_request_model::agreement::{Played, play};
use assignment_request_model::laws::{self, STEPS, Step};
use assignment_request_model::random::{Mood, case, fixed};

/// Laws that ask the machine twice and compare its answers. Only a machine with a fault breaks them.
const ABOUT_THE_MACHINE: [&str; 2] =
    ["n4_elapse_first_changes_no_answer", "i4_permission_does_not_depend_on_time"];

#[test]
fn every_law_is_broken_by_a_step_that_never_was() {
    let cases = fixed(case(Mood::Tame, 1..=40)).take(150);
    let histories: Vec<Vec<Played>> =
        cases.filter_map(|case| play(&case).unwrap()).map(|playback| playback.played).collect();
    let played: Vec<&Played> = histories.iter().flatten().collect();
    let mut broken: BTreeSet<&str> = BTreeSet::new();
    let mut note = |step: &Step<'_>| {
        broken.extend(STEPS.iter().filter(|(_, holds)| !holds(step)).map(|(law, _)| *law));
    };
    for (index, one) in played.iter().enumerate() {
        let step = one.judged();
        laws::check(&step).unwrap();
        let refused = Err(Rejection::SelfApproval);
        note(&Step { outcome: refused, ..step });
        note(&Step { after: step.before, ..step });
        let elsewhere: Vec<Event> = one
            .outcome
            .iter()
            .flatten()
            .map(|event| Event { sequence: event.sequence + 1, at: Timestamp::MAX, ..event.clone() })
            .collect();
        note(&Step { outcome: Ok(&elsewhere), ..step });
        // What another command did, to this request or to another.
        for other in played.iter().skip(index + 1).step_by(7).take(60) {
            let given = other.judged();
            note(&Step { outcome: given.outcome, ..step });
            note(&Step { after: given.after, ..step });
            note(&Step { outcome: given.outcome, after: given.after, ..step });
            note(&Step { before: given.before, ..step });
        }
    }
    let unbroken: Vec<&str> = STEPS.iter().map(|(law, _)| *law).filter(|law| !broken.contains(law)).collect();
    assert_eq!(unbroken, ABOUT_THE_MACHINE);
}
