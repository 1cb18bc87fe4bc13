//! The memory that requests use.

use std::hint::black_box;
use std::rc::Rc;

use assignment_request::{Callout, Operation, Request, Review, Submission};
use fastrand::Rng;

use super::{Arm, Once};
use crate::fixture::Fixture;
use crate::measure::precise;
use crate::playbacks::{after, submitted};
use crate::{bodies, policies};

/// The number of requests in memory at once.
const REQUESTS: usize = 1_000_000;
/// The limit for each request, in bytes.
const LIMIT: f64 = 400.0;

pub(super) fn add(_: &Rc<Fixture>, arms: &mut Vec<Arm>) {
    arms.push(Arm::once("memory/in-flight", "400 bytes a request", 1.0, || {
        let mut random = Rng::with_seed(8);
        let questions = policies::everyday_questions(&mut random);
        let spec = policies::policy(&mut random, &questions);
        let policy = policies::compiled(&spec);
        // All request types, without answers and justification.
        let mut asked = bodies::mixed(&mut random, &spec, &questions, 1_000);
        for asking in &mut asked {
            asking.draft.answers.clear();
            asking.draft.justification = None;
        }
        // An Update has to change something.
        asked.retain(|asking| {
            asking.draft.request_type.operation() != Operation::Update || asking.draft.schedule.is_some()
        });
        let mut requests: Vec<Request> = Vec::new();
        let counted = allocation_counter::measure(|| {
            requests.reserve_exact(REQUESTS);
            let all = asked.iter().cycle().take(REQUESTS).enumerate();
            // The requests wait for their first callback, or for the first, second or third approval.
            requests.extend(
                all.map(|(number, asking)| after(submitted(&policy, asking).0, 1 + number / asked.len() % 4)),
            );
        });
        assert_eq!(black_box(&requests).len(), REQUESTS);
        let bytes =
            precise(u64::try_from(counted.bytes_current).unwrap_or_default()) / precise(REQUESTS as u64);
        let sizes = format!(
            "{bytes:.0} bytes; size_of: Request {}, Submission {}, Callout {}, Review {}",
            size_of::<Request>(),
            size_of::<Submission>(),
            size_of::<Callout>(),
            size_of::<Review>(),
        );
        Once { ratio: Some(bytes / LIMIT), said: sizes.into() }
    }));
}
