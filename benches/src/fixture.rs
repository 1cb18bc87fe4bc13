//! The data that everything is measured with, the same in every run.

use std::ops::Range;

use assignment_request::{Callout, Event, Policy, PolicySpec, Request, RequestType};
use fastrand::Rng;

use crate::bodies::{self, Asking};
use crate::playbacks;
use crate::policies;

/// The number of different bodies.
const BODIES: usize = 10_000;

/// An everyday policy, and requests under it.
pub struct Fixture {
    pub(crate) spec: PolicySpec,
    pub(crate) policy: Policy,
    /// Create bodies of all request types.
    pub(crate) mixed: Vec<Asking>,
    /// The requests that these bodies create.
    pub(crate) submitted: Vec<Request>,
}

impl Default for Fixture {
    fn default() -> Self {
        Self::new()
    }
}

impl Fixture {
    /// Creates the fixture in full size.
    #[must_use]
    pub fn new() -> Self {
        Self::of(BODIES)
    }

    /// Creates a fixture with this many bodies.
    #[must_use]
    pub fn of(bodies: usize) -> Self {
        let mut random = Rng::with_seed(1);
        let questions = policies::everyday_questions(&mut random);
        let spec = policies::policy(&mut random, &questions);
        let policy = policies::compiled(&spec);
        let mixed = bodies::mixed(&mut random, &spec, &questions, bodies);
        let submitted = mixed.iter().map(|asking| playbacks::submitted(&policy, asking).0).collect();
        Self { spec, policy, mixed, submitted }
    }

    /// Returns the policy as written.
    #[must_use]
    pub const fn spec(&self) -> &PolicySpec {
        &self.spec
    }

    /// Returns the create bodies.
    pub fn create_bodies(&self) -> impl Iterator<Item = &[u8]> + Clone {
        self.mixed.iter().map(|asking| asking.body.as_slice())
    }

    /// Returns the requests as submitted.
    #[must_use]
    pub fn submitted(&self) -> &[Request] {
        &self.submitted
    }

    /// Returns the requests that wait for their first callback.
    #[must_use]
    pub fn waiting(&self) -> Vec<Request> {
        self.submitted
            .iter()
            .map(|request| playbacks::after(request.clone(), 1))
            .filter(|request| !request.callouts().is_empty())
            .collect()
    }

    /// Returns create bodies of requests for access without a schedule, each with the twenty events of its playback.
    pub(crate) fn playbacks_of_twenty_events(&self) -> Vec<(&Asking, Vec<Event>)> {
        self.mixed
            .iter()
            .filter(|asking| {
                asking.draft.request_type == RequestType::UserAdd && asking.draft.schedule.is_none()
            })
            .map(|asking| (asking, playbacks::playback_of_twenty_events(&self.policy, asking)))
            .collect()
    }
}

/// Returns the part of `length` things that a round works on: `size` of them, and the next ones in the next round.
pub(crate) fn part(length: usize, size: usize, round: usize) -> Range<usize> {
    let parts = length / size;
    let start = round % parts * size;
    start..start + size
}

/// Reads all of a request once, so that each way finds it in the cache, as if it had just come from its store.
/// Allocates nothing, so that the allocator's state stays the same.
pub(crate) fn warm(request: &Request) {
    let answers = request.answers().iter().flat_map(|answer| [&answer.value, &answer.display_value]);
    let details = request.callouts().iter().filter_map(Callout::detail);
    let texts = answers.flatten().map(AsRef::as_ref).chain(details).chain(request.justification());
    touch(texts.map(str::as_bytes));
    std::hint::black_box((
        request.id(),
        request.target(),
        request.assignment_id(),
        request.access_package_id(),
    ));
    std::hint::black_box((request.schedule().copied(), request.window_end(), request.assignment_policy_id()));
    std::hint::black_box((request.requestor(), request.is_validation_only(), request.reviews().len()));
}

/// Reads bytes once, so that both ways find them in the cache.
pub(crate) fn touch<'a>(texts: impl Iterator<Item = &'a [u8]>) {
    let touched: u64 = texts.flat_map(|text| text.iter().step_by(64)).map(|byte| u64::from(*byte)).sum();
    std::hint::black_box(touched);
}
