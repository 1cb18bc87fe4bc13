//! Whether twice the work takes twice the time.

use std::hint::black_box;
use std::rc::Rc;

use assignment_request::{
    CallbackConfiguration, Event, ExtensionBehavior, Limits, Period, Request, RequestType,
};

use super::Arm;
use crate::bodies::Asking;
use crate::fixture::Fixture;
use crate::measure::work;
use crate::playbacks::{Step, long_playback, submitted};
use crate::policies::compiled;
use crate::{Goal, Work};

/// The largest accepted ratio of the times.
const LINEAR: f64 = 2.1;
/// The number of events of the long request.
const EVENTS: u64 = 10_000;

pub(super) fn add(fixture: &Rc<Fixture>, arms: &mut Vec<Arm>) {
    let is_plain = |asking: &&Asking| {
        asking.draft.request_type == RequestType::UserAdd && asking.draft.schedule.is_none()
    };
    let asking = fixture.mixed.iter().find(is_plain).expect("somebody asks");
    // The shortest possible callback timeouts, so that everything fits into the time in which a request may be
    // reprocessed.
    let mut spec = fixture.spec.clone();
    for extension in &mut spec.extensions {
        let callback = CallbackConfiguration { timeout: Some(Period::from_minutes(5)) };
        extension.behavior = Some(ExtensionBehavior::LaunchAndWait(callback));
    }
    let (first, submission) = submitted(&compiled(&spec), asking);
    let steps: Rc<[Step]> = long_playback(&first, EVENTS).into();
    let handle = |count: u64| handling(&first, &submission, &steps, count);
    arms.push(Arm::pair(
        "request/handle-10000-events",
        "a request of 5,000 events",
        Goal::ratio(LINEAR),
        handle(EVENTS),
        handle(EVENTS / 2),
    ));
    let replay = |count: u64| {
        let mut request = first.clone();
        let mut events = vec![submission.clone()];
        for step in &*steps {
            if request.revision() >= count {
                break;
            }
            request.handle_into(&step.command, step.at, &mut events).expect("what is asked is allowed");
        }
        assert_eq!(Request::replay(&events, &Limits::default()).as_ref(), Ok(&request));
        work(
            |_| (),
            move |()| {
                drop(black_box(Request::replay(&events, &Limits::default())));
                1
            },
        )
    };
    arms.push(Arm::pair(
        "request/replay-10000-events",
        "a request of 5,000 events",
        Goal::ratio(LINEAR),
        replay(EVENTS),
        replay(EVENTS / 2),
    ));
}

/// Handles the steps until the request has `count` events.
fn handling(first: &Request, submission: &Event, steps: &Rc<[Step]>, count: u64) -> impl Work + use<> {
    let (first, submission, steps) = (first.clone(), submission.clone(), Rc::clone(steps));
    work(
        move |_| (first.clone(), vec![submission.clone()]),
        move |(request, events)| {
            for step in &*steps {
                if request.revision() >= count {
                    break;
                }
                request.handle_into(&step.command, step.at, events).expect("what is asked is allowed");
            }
            black_box(request);
            1
        },
    )
}
