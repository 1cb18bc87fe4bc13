//! Every request that can be reached: a search without sampling.
//!
//! [`explore`] starts with a request that was just submitted and gives every command of a palette, by every role, with
//! every content that makes a difference, at every class of time (now, just before, at and after each moment at which
//! something changes) to every request it reaches. The machine itself answers; nothing is written down twice. The
//! diagram, the matrix and the exhaustive proofs are made of it, and an embedder can check properties of their own.
//!
//! ```
//! use assignment_request::explore::{Bounds, explore};
//! use assignment_request::{Actor, Draft, Limits, Moment, Policy, PolicySpec, RequestType, RequestorSettings, Role};
//! use uuid::Uuid;
//!
//! let policy = Policy::compile(
//!     &PolicySpec {
//!         requestor_settings: RequestorSettings { self_add: true, ..RequestorSettings::NONE },
//!         ..PolicySpec::EMPTY
//!     },
//!     &Limits::DEFAULT,
//! )?;
//! let ada = Actor::new(Uuid::from_u128(0xada), Role::User);
//! let draft = Draft { access_package_id: Some(Uuid::from_u128(1)), ..Draft::new(RequestType::UserAdd) };
//! let now: Moment = "2026-01-05T09:00:00Z".parse()?;
//! let (request, _) = policy.submit(Uuid::from_u128(2), &draft, None, ada, now)?;
//!
//! let found = explore(&request, Bounds::DEFAULT, |step| {
//!     assert!(step.events.is_err() || step.after.is_some(), "an accepted command leads somewhere");
//! });
//! assert!(found.requests > 5 && found.steps > found.requests);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use alloc::collections::{BTreeSet, VecDeque};
use alloc::sync::Arc;
use alloc::vec::Vec;

use strum::VariantArray;
use uuid::Uuid;

use crate::{
    Action, Actor, ApprovalDecision, CallbackDecision, Callout, CalloutStatus, Command, Decide,
    DeliveryOutcome, Escalation, Event, Moment, Phase, Rejection, Request, Resume, Role, Stage, Tier,
    decide_into,
};

/// How far a search goes. Without bounds there would be no end to trying again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// How often a callout or a fulfillment is tried at most.
    pub attempts: u32,
    /// Whether commands come just before and after each moment at which something changes too, and not only at once
    /// and just at it. That finds every fault at the edges, and many times more requests.
    pub around_deadlines: bool,
}

impl Bounds {
    /// Two attempts, around deadlines.
    pub const DEFAULT: Self = Self { attempts: 2, around_deadlines: true };
}

/// What a search went through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// How many different requests.
    pub requests: u64,
    /// How many commands were given to them.
    pub steps: u64,
    /// How many of those were accepted.
    pub accepted: u64,
}

/// A command given to a request, and what became of it.
#[derive(Debug)]
pub struct Step<'a> {
    /// The request.
    pub before: &'a Request,
    /// The command.
    pub command: &'a Command,
    /// When it was given.
    pub now: Moment,
    /// Its events, or why it was refused.
    pub events: Result<&'a [Event], Rejection>,
    /// The request afterwards; none where the command was refused.
    pub after: Option<&'a Request>,
}

/// Somebody who is neither requestor nor target.
const OUTSIDER: Uuid = Uuid::from_u128(0x6f75_7473_6964_6572);
/// Somebody else who is neither requestor nor target.
const STRANGER: Uuid = Uuid::from_u128(0x7374_7261_6e67_6572);

/// Searches every request that can be reached from `start`, and shows every command given to every one of them.
///
/// Two requests that differ only by a shift in time, or in what decides nothing (texts, revision), count as one.
pub fn explore(start: &Request, bounds: Bounds, mut visit: impl FnMut(&Step<'_>)) -> Found {
    let mut found = Found::default();
    let mut seen = BTreeSet::from([Key::of(start)]);
    let mut open = VecDeque::from([start.clone()]);
    let mut events = Vec::new();
    while let Some(before) = open.pop_front() {
        found.requests += 1;
        for now in moments(&before, bounds) {
            for command in commands(&before) {
                found.steps += 1;
                events.clear();
                let outcome = decide_into(&before, &command, now, &mut events);
                let mut after = None;
                if outcome.is_ok() {
                    found.accepted += 1;
                    let mut next = before.clone();
                    let is_folded = events.iter().all(|event| next.apply(event).is_ok());
                    debug_assert!(is_folded, "a decided event fits");
                    after = Some(next);
                }
                visit(&Step {
                    before: &before,
                    command: &command,
                    now,
                    events: outcome.map(|()| events.as_slice()),
                    after: after.as_ref(),
                });
                if let Some(next) = after
                    && is_within(&next, bounds)
                    && seen.insert(Key::of(&next))
                {
                    open.push_back(next);
                }
            }
        }
    }
    found
}

fn is_within(request: &Request, bounds: Bounds) -> bool {
    request.attempt <= bounds.attempts
        && request.callouts.iter().all(|callout| callout.attempt <= bounds.attempts)
}

/// The moments that make a difference: the last event's, and those at, or around, each at which something changes.
fn moments(request: &Request, bounds: Bounds) -> BTreeSet<Moment> {
    let window = request.route().rules().spec().reprocess_window;
    let changes = [
        request.next_deadline().map(|deadline| deadline.at),
        request.window_end(),
        request.schedule().and_then(|schedule| schedule.start),
        request.reprocess_from.map(|from| from.saturating_add(window)),
    ];
    let around = changes.into_iter().flatten().flat_map(|at| {
        let ticks = at.ticks();
        let reach = i64::from(bounds.around_deadlines);
        (ticks - reach..=ticks + reach).filter_map(Moment::from_ticks)
    });
    around.filter(|at| *at >= request.updated).chain([request.updated]).collect()
}

/// Every command with every content that makes a difference to this request.
fn commands(request: &Request) -> Vec<Command> {
    let subjects: BTreeSet<Uuid> =
        [Some(request.requestor()), request.target(), Some(OUTSIDER), Some(STRANGER)]
            .into_iter()
            .flatten()
            .collect();
    let actions = actions(request);
    let mut commands = Vec::with_capacity(actions.len() * Role::VARIANTS.len());
    for action in actions {
        for role in Role::VARIANTS {
            for subject in &subjects {
                // Whose subject it is matters to persons only.
                let is_person =
                    matches!(role, Role::User | Role::Approver) || matches!(action, Action::Resume(_));
                if is_person || *subject == OUTSIDER {
                    commands.push(Command::new(Actor::new(*subject, *role), action.clone()));
                }
            }
        }
    }
    commands
}

fn actions(request: &Request) -> Vec<Action> {
    let mut actions = alloc::vec![Action::Cancel, Action::Reprocess, Action::Elapse];
    for target in [None, request.target(), Some(STRANGER)] {
        actions.push(Action::Process { target });
    }
    for outcome in DeliveryOutcome::VARIANTS {
        for attempt in request.attempt.saturating_sub(1)..=request.attempt.saturating_add(1) {
            actions.push(Action::ReportDelivery { attempt, outcome: *outcome });
        }
    }
    let known = request.callouts.iter().map(|callout| (callout.instance, callout.stage));
    for (instance, stage) in known.chain([(OUTSIDER, Stage::AssignmentRequestCreated)]) {
        actions.push(Action::ReportCalloutFailed { instance, detail: None });
        let other = match stage {
            Stage::AssignmentRequestCreated => Stage::AssignmentRequestApproved,
            Stage::AssignmentRequestApproved
            | Stage::AssignmentRequestGranted
            | Stage::AssignmentRequestRemoved
            | Stage::AssignmentFourteenDaysBeforeExpiration
            | Stage::AssignmentOneDayBeforeExpiration => Stage::AssignmentRequestCreated,
        };
        for stage in [stage, other, Stage::AssignmentOneDayBeforeExpiration] {
            for decision in [None, Some(CallbackDecision::Denied), Some(CallbackDecision::Canceled)] {
                actions.push(Action::Resume(Resume {
                    instance,
                    stage,
                    decision,
                    source: None,
                    detail: None,
                }));
            }
        }
    }
    let stages = u32::try_from(request.approval_stages().len()).unwrap_or(u32::MAX);
    for stage in 0..=stages {
        for tier in Tier::VARIANTS {
            for decision in ApprovalDecision::VARIANTS {
                for justification in [None, Some(Arc::from("for reasons"))] {
                    let content = Decide { stage, tier: *tier, decision: *decision, justification };
                    actions.push(Action::Decide(content));
                }
            }
        }
    }
    actions
}

/// What of a request decides what comes next, with moments counted from its last event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    phase: (u8, u8, i64, i64, u32),
    target: Option<Uuid>,
    attempt: u32,
    reprocess_from: Option<i64>,
    /// How far start and end of the access that is asked for lie ahead; none where they were reached.
    start: Option<i64>,
    end: Option<i64>,
    callouts: Vec<(Stage, u32, u32, CalloutStatus, Option<CallbackDecision>)>,
    approvers: Vec<Uuid>,
}

impl Key {
    fn of(request: &Request) -> Self {
        let from_now = |at: Moment| at.ticks() - request.updated.ticks();
        let ahead = |at: Option<Moment>| at.map(from_now).filter(|ticks| *ticks > 0);
        Self {
            phase: phase_key(request.phase, &from_now),
            target: request.target,
            attempt: request.attempt,
            reprocess_from: request.reprocess_from.map(from_now),
            start: ahead(request.schedule().and_then(|schedule| schedule.start)),
            end: ahead(request.window_end()),
            callouts: request.callouts.iter().map(callout_key).collect(),
            approvers: request.reviews.iter().map(|review| review.approver).collect(),
        }
    }
}

const fn callout_key(callout: &Callout) -> (Stage, u32, u32, CalloutStatus, Option<CallbackDecision>) {
    (callout.stage, callout.index, callout.attempt, callout.status, callout.decision)
}

/// The phase, with its moments counted from the request's last event.
fn phase_key(phase: Phase, from_now: &impl Fn(Moment) -> i64) -> (u8, u8, i64, i64, u32) {
    match phase {
        Phase::Accepted => (0, 0, 0, 0, 0),
        Phase::WaitingForCallback { deadline, held, .. } => {
            (1, held.map_or(0, |failure| 1 + failure as u8), from_now(deadline), 0, 0)
        }
        Phase::PendingApproval { stage, deadline, escalation } => {
            let (kind, at) = match escalation {
                Escalation::Disabled => (0, 0),
                Escalation::At(at) => (1, from_now(at)),
                Escalation::Escalated => (2, 0),
            };
            (2, kind, from_now(deadline), at, stage)
        }
        Phase::Scheduled { start } => (3, 0, from_now(start), 0, 0),
        Phase::Delivering { deadline } => {
            (4, u8::from(deadline.is_some()), deadline.map_or(0, from_now), 0, 0)
        }
        Phase::Delivered => (5, 0, 0, 0, 0),
        Phase::PartiallyDelivered => (6, 0, 0, 0, 0),
        Phase::DeliveryFailed(failure) => (7, failure as u8, 0, 0, 0),
        Phase::Denied(denial) => (8, denial as u8, 0, 0, 0),
        Phase::Canceled(_) => (9, 0, 0, 0, 0),
    }
}
