//! Explores every reachable request exhaustively, without sampling.
//!
//! [`explore`] starts from a newly submitted request. It gives each request that it reaches every command of a fixed
//! set: by every role, with every content that makes a difference, and in every class of time. These classes are now,
//! and before, at and after each time at which something changes. The outcomes come from the machine itself, so no rule
//! is written twice. The diagram, the matrix and the exhaustive proofs use this search, and you can use it to check
//! properties of your own.
//!
//! ```
//! use assignment_request::testing::explore::{Bounds, explore};
//! use assignment_request::{
//!     AccessPackageId, Actor, Draft, Limits, Policy, PolicySpec, RequestId, RequestType,
//!     RequestorSettings, Role, SubjectId, Timestamp,
//! };
//!
//! let policy = Policy::compile(
//!     &PolicySpec {
//!         requestor_settings: RequestorSettings { self_add: true, ..RequestorSettings::default() },
//!         ..PolicySpec::default()
//!     },
//!     &Limits::default(),
//! )?;
//! let ada = Actor::new(SubjectId::from_u128(0xada), Role::User);
//! let draft = Draft { access_package_id: Some(AccessPackageId::from_u128(1)), ..Draft::new(RequestType::UserAdd) };
//! let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
//! let (request, _) = policy.submit(RequestId::from_u128(2), &draft, None, ada, now)?;
//!
//! let found = explore(&request, Bounds::default(), |step| {
//!     assert!(step.events.is_err() || step.after.is_some(), "an accepted command leads somewhere");
//! });
//! assert!(found.requests > 5 && found.steps > found.requests);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use alloc::collections::{BTreeSet, VecDeque};
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::command::rejection::Rejection;
use crate::command::{Action, Command, Resume, StageDecision};
use crate::decide::decide_into;
use crate::policy::route::RouteStage;
use crate::request::Request;
use crate::request::callout::Callout;
use crate::request::determined_stage::{Approver, ApproverKind, Determination, DeterminedStage};
use crate::request::event::Event;
use crate::request::phase::{Escalation, Phase};
use crate::vocabulary::actor::{Actor, Role};
use crate::vocabulary::callout_stage::{CalloutStage, CalloutStatus};
use crate::vocabulary::decision::{ApprovalDecision, CallbackDecision, DeliveryOutcome, Tier};
use crate::vocabulary::duration::Period;
use crate::vocabulary::ids::{CalloutId, SubjectId};
use crate::vocabulary::timestamp::Timestamp;

/// Limits a search. Without limits, retries would make it endless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The highest number of attempts of a callout or a fulfillment.
    pub attempts: u32,
    /// Whether commands come in every class of time: before, at and after each time at which something changes, and in
    /// every region between. Otherwise they come only at once and exactly at those times, which reaches far fewer
    /// requests.
    pub around_deadlines: bool,
}

/// Allows two attempts, with commands around deadlines.
impl Default for Bounds {
    fn default() -> Self {
        Self { attempts: 2, around_deadlines: true }
    }
}

/// The size of a search.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The number of different requests.
    pub requests: u64,
    /// The number of commands that they were given.
    pub steps: u64,
    /// The number of commands that were accepted.
    pub accepted: u64,
}

/// A command given to a request, and its outcome.
#[derive(Debug)]
pub struct Step<'a> {
    /// The request.
    pub before: &'a Request,
    /// The command.
    pub command: &'a Command,
    /// When the command was given.
    pub now: Timestamp,
    /// The events, or the reason why the command was refused.
    pub events: Result<&'a [Event], Rejection>,
    /// The request after the command, or `None` if it was refused.
    pub after: Option<&'a Request>,
    /// Whether this step reached `after` for the first time.
    pub is_new: bool,
}

/// A subject who is neither requestor nor target.
const OUTSIDER: SubjectId = SubjectId::from_u128(0x6f75_7473_6964_6572);
/// A second subject who is neither requestor nor target.
const STRANGER: SubjectId = SubjectId::from_u128(0x7374_7261_6e67_6572);

/// A callout that belongs to no request.
const UNKNOWN_CALLOUT: CalloutId = CalloutId::new(OUTSIDER.uuid());

/// A forbidden text: a bidirectional control (rule C14).
const OVERRIDE: &str = "\u{202e}";

/// Explores every request that can be reached from `start`, and calls `visit` for every command given to each.
///
/// # Which requests are equivalent
///
/// Requests that can do the same from now on are equivalent, and the search follows one of them. Requests are
/// equivalent if they differ only
///
/// - by a shift in time, in texts, in who called back without determining a stage, or in the revision;
/// - in facts that no longer affect a decision: who approved, unless every stage requires a different approver; what
///   was determined about a decided stage, and by whom (either can still change the code that refuses a second answer);
///   a start that has passed; the end of a window, and the reprocess window of a request that cannot be delivered any
///   more; a time that has passed;
/// - in how far ahead a time is, as long as it is in the same *region*. All durations on a route are multiples of one
///   unit, their greatest common divisor. A region is the number of whole units until each time, together with the
///   order of the remainders. It is the region of timed automata (Alur and Dill 1994): the times of all requests in one
///   region come in the same order, because only multiples of the unit are ever added to a time.
///
/// Commands come at each time at which something changes, and just before it. A command that is accepted also comes in
/// every region until the next such time ([`Bounds::around_deadlines`]): a whole number of units before each future
/// time, and halfway between two of these. Halfway leaves room for the next step; a tick before a deadline would not.
///
/// Regions are valid only if no deadline lies after the last possible time, where times are cut off.
///
/// # Cost
///
/// The number of regions grows with the number of units until each time. Choose durations that are small multiples of
/// one unit: a time-out of five minutes and a window of fourteen days give 4,032 units.
pub fn explore(start: &Request, bounds: Bounds, visit: impl FnMut(&Step<'_>)) -> Found {
    search(start, bounds, unit(start), visit)
}

/// Explores as [`explore`] does, but distinguishes requests by regions of this unit. With a unit of one tick, every
/// distance is a region of its own.
fn search(start: &Request, bounds: Bounds, unit: i64, visit: impl FnMut(&Step<'_>)) -> Found {
    let region = self::unit(start);
    let mut search = Search {
        bounds,
        unit,
        found: Found::default(),
        seen: BTreeSet::from([Key::of(start, unit)]),
        open: VecDeque::from([start.clone()]),
        events: Vec::new(),
        visit,
    };
    while let Some(before) = search.open.pop_front() {
        search.found.requests += 1;
        let commands = commands(&before);
        for Interval { first, inside, last } in intervals(&before, bounds, region) {
            for command in &commands {
                // The outcome is the same in the whole interval; only the requests that it leads to can differ.
                if search.give(&before, command, first) {
                    for now in &inside {
                        search.give(&before, command, *now);
                    }
                }
                if let Some(last) = last {
                    search.give(&before, command, last);
                }
            }
        }
    }
    search.found
}

struct Search<F> {
    bounds: Bounds,
    unit: i64,
    found: Found,
    seen: BTreeSet<Key>,
    open: VecDeque<Request>,
    /// Reused for the events of each command.
    events: Vec<Event>,
    visit: F,
}

impl<F: FnMut(&Step<'_>)> Search<F> {
    /// Gives a command, and returns whether it was accepted with events.
    fn give(&mut self, before: &Request, command: &Command, now: Timestamp) -> bool {
        self.found.steps += 1;
        self.events.clear();
        let outcome = decide_into(before, command, now, &mut self.events);
        let mut after = None;
        let mut is_new = false;
        let leads_on = outcome.is_ok() && !self.events.is_empty();
        if outcome.is_ok() {
            self.found.accepted += 1;
            let mut next = before.clone();
            next.fold_all(&self.events);
            is_new = leads_on && is_within(&next, self.bounds) && self.seen.insert(Key::of(&next, self.unit));
            after = Some(next);
        }
        (self.visit)(&Step {
            before,
            command,
            now,
            events: outcome.map(|()| self.events.as_slice()),
            after: after.as_ref(),
            is_new,
        });
        if is_new {
            self.open.extend(after);
        }
        leads_on
    }
}

/// Returns the unit, in ticks: the greatest common divisor of all durations on the route.
fn unit(request: &Request) -> i64 {
    let rules = request.route().rules().spec();
    let extensions = request.route().extensions.iter().filter_map(|extension| extension.timeout);
    let stages = request.approval_stages().iter().flat_map(|stage| match stage {
        RouteStage::Set(stage) => {
            [Some(stage.duration_before_automatic_denial), stage.duration_before_escalation]
        }
        RouteStage::Determined { .. } => {
            [Some(rules.determined_stage_limit), Some(half(rules.determined_stage_limit))]
        }
    });
    let durations = extensions
        .chain(stages.flatten())
        .chain(rules.fulfillment_timeout)
        .chain(rules.accepted_timeout)
        .chain([rules.reprocess_window])
        .map(Period::ticks);
    durations.fold(0, greatest_common_divisor).max(1)
}

/// Returns half of a duration, but at least one tick.
fn half(duration: Period) -> Period {
    Period::from_ticks((duration.ticks() / 2).max(1)).unwrap_or(duration)
}

/// Returns the approval stages with which an extension answers: a valid one, a valid one with escalation and a required
/// justification, and one that is refused because its only approver is the requestor (rule Y8).
fn determined_stages(request: &Request) -> [DeterminedStage; 3] {
    let longest = request.route().rules().spec().determined_stage_limit;
    let manager = || Approver { kind: ApproverKind::RequestorManager { level: 1 }, is_backup: false };
    let plain = DeterminedStage {
        duration_before_automatic_denial: Some(longest),
        primary_approvers: alloc::vec![manager()],
        ..DeterminedStage::default()
    };
    let escalating = DeterminedStage {
        is_approver_justification_required: true,
        is_escalation_enabled: true,
        duration_before_escalation: Some(half(longest)),
        escalation_approvers: alloc::vec![manager()],
        ..plain.clone()
    };
    let requestor = Approver { kind: ApproverKind::SingleUser(request.requestor()), is_backup: false };
    let refused = DeterminedStage { primary_approvers: alloc::vec![requestor], ..plain.clone() };
    [plain, escalating, refused]
}

fn greatest_common_divisor(one: i64, other: i64) -> i64 {
    let (mut one, mut other) = (one, other);
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}

fn is_within(request: &Request, bounds: Bounds) -> bool {
    request.attempt <= bounds.attempts
        && request.callouts.iter().all(|callout| callout.attempt <= bounds.attempts)
}

/// Returns the times that are compared with now: the deadline, the deadline of an open stage whose escalation comes
/// first, the end of the reprocess window, and the start and the end of the requested access.
fn ahead(request: &Request) -> [Option<Timestamp>; 5] {
    let window = request.route().rules().spec().reprocess_window;
    let is_open = is_open(request);
    let (_, (deadline, escalation)) = phase_key(request.phase);
    [
        deadline,
        escalation,
        request.reprocess_from.map(|from| from.saturating_add(window)).filter(|_| is_open),
        request.schedule().and_then(|schedule| schedule.start).filter(|_| is_open),
        request.window_end().filter(|_| is_open),
    ]
}

/// A period in which every command has the same outcome, from one change to just before the next.
#[derive(Debug, PartialEq, Eq)]
struct Interval {
    first: Timestamp,
    /// One time in each other region of the interval.
    inside: Vec<Timestamp>,
    /// The last tick before the next change.
    last: Option<Timestamp>,
}

/// Returns the intervals from the last event on. After a request has ended for good, only the end of its access window
/// still starts an interval.
fn intervals(request: &Request, bounds: Bounds, unit: i64) -> Vec<Interval> {
    let updated = request.updated;
    let changes: BTreeSet<i64> = if is_open(request) {
        ahead(request).into_iter().flatten().filter(|at| *at > updated).map(Timestamp::ticks).collect()
    } else {
        request.window_end().filter(|end| *end > updated).map(Timestamp::ticks).into_iter().collect()
    };
    let updated = updated.ticks();
    let starts = core::iter::once(updated).chain(changes.iter().copied());
    let ends = changes.iter().copied().map(Some).chain([None]);
    let timestamp = Timestamp::from_ticks;
    let intervals = starts.zip(ends).filter_map(|(start, end)| {
        let first = timestamp(start)?;
        let Some(end) = end.filter(|_| bounds.around_deadlines) else {
            // The time after the last change is one region, which begins a tick after that change.
            let after = timestamp(start + 1).filter(|_| bounds.around_deadlines && start > updated);
            return Some(Interval { first, inside: after.into_iter().collect(), last: None });
        };
        let mut edges = BTreeSet::from([start, end]);
        if is_open(request) {
            for at in &changes {
                let later = (at - end).max(0).div_euclid(unit);
                let edge = |units: i64| at - unit.saturating_mul(units);
                edges.extend((later..).map(edge).skip_while(|at| *at >= end).take_while(|at| *at > start));
            }
        }
        let halfway = edges.iter().zip(edges.iter().skip(1)).map(|(one, next)| one + (next - one) / 2);
        let inside = edges.iter().copied().filter(|at| (start + 1..end).contains(at)).chain(halfway);
        let inside = inside.filter_map(timestamp).collect();
        Some(Interval { first, inside, last: timestamp(end - 1).filter(|last| *last > first) })
    });
    intervals.collect()
}

/// Returns whether the request has not ended for good.
const fn is_open(request: &Request) -> bool {
    !matches!(request.phase, Phase::Delivered | Phase::Denied(_) | Phase::Canceled(_))
}

/// Returns every command with every content that makes a difference to this request. Each action is given by each role
/// and, if the rules depend on the subject, by the requestor, the target and two others.
fn commands(request: &Request) -> Vec<Command> {
    let concerned: BTreeSet<SubjectId> =
        [Some(request.requestor()), request.target()].into_iter().flatten().collect();
    let actions = actions(request);
    let mut commands = Vec::with_capacity(actions.len() * (Role::ALL.len() + 4));
    for action in actions {
        let mut give = |subject, role| commands.push(Command::new(Actor::new(subject, role), action.clone()));
        for role in Role::ALL {
            give(OUTSIDER, *role);
        }
        give(request.requestor(), Role::User);
        let decides: &[Role] = match action {
            Action::DecideStage(_) => &[Role::Approver],
            Action::Resume(_) => &[Role::Extension, Role::Administrator],
            Action::Process { .. }
            | Action::Cancel
            | Action::Reprocess
            | Action::ReportDelivery { .. }
            | Action::ReportCalloutFailed { .. }
            | Action::Elapse => &[],
        };
        for role in decides {
            for subject in &concerned {
                give(*subject, *role);
            }
        }
        match action {
            Action::DecideStage(_) => give(STRANGER, Role::Approver),
            // The actor who determines a stage may not decide it.
            Action::Resume(Resume { approval_stage: Some(_), .. }) => give(STRANGER, Role::Extension),
            Action::Resume(Resume { approval_stage: None, .. })
            | Action::Process { .. }
            | Action::Cancel
            | Action::Reprocess
            | Action::ReportDelivery { .. }
            | Action::ReportCalloutFailed { .. }
            | Action::Elapse => {}
        }
    }
    commands
}

fn actions(request: &Request) -> Vec<Action> {
    let limits = request.route().text_limits;
    let determined = determined_stages(request).map(Arc::new);
    let mut actions = alloc::vec![Action::Cancel, Action::Reprocess, Action::Elapse];
    for target in [None, request.target(), Some(STRANGER)] {
        actions.push(Action::Process { target });
    }
    for outcome in DeliveryOutcome::ALL {
        for attempt in request.attempt.saturating_sub(1)..=request.attempt.saturating_add(1) {
            actions.push(Action::ReportDelivery { attempt, outcome: *outcome });
        }
    }
    let known = request.callouts.iter().map(|callout| (callout.instance, callout.stage));
    for (instance, stage) in known.chain([(UNKNOWN_CALLOUT, CalloutStage::AssignmentRequestCreated)]) {
        actions.push(Action::ReportCalloutFailed { instance, detail: None });
        let other = match stage {
            CalloutStage::AssignmentRequestCreated => CalloutStage::AssignmentRequestApproved,
            CalloutStage::AssignmentRequestDeterminingApprovalRequirements
            | CalloutStage::AssignmentRequestApproved
            | CalloutStage::AssignmentRequestGranted
            | CalloutStage::AssignmentRequestRemoved
            | CalloutStage::AssignmentFourteenDaysBeforeExpiration
            | CalloutStage::AssignmentOneDayBeforeExpiration => CalloutStage::AssignmentRequestCreated,
        };
        let mut resume = |stage, decision, approval_stage, source| {
            actions.push(Action::Resume(Resume {
                instance,
                stage,
                decision,
                approval_stage,
                source,
                detail: None,
            }));
        };
        for decision in CallbackDecision::ALL {
            resume(stage, *decision, None, None);
        }
        resume(other, CallbackDecision::Continue, None, None);
        resume(CalloutStage::AssignmentOneDayBeforeExpiration, CallbackDecision::Continue, None, None);
        resume(
            stage,
            CallbackDecision::Continue,
            None,
            Some("x".repeat(limits.source.saturating_add(1)).into()),
        );
        let is_determining = stage == CalloutStage::AssignmentRequestDeterminingApprovalRequirements;
        for determined in &determined {
            if is_determining {
                resume(stage, CallbackDecision::Continue, Some(Arc::clone(determined)), None);
            }
        }
        // An approval stage is refused at another stage, and with a decision other than to continue.
        let [first, ..] = &determined;
        let decision = if is_determining { CallbackDecision::Deny } else { CallbackDecision::Continue };
        resume(stage, decision, Some(Arc::clone(first)), None);
        actions.push(Action::ReportCalloutFailed { instance, detail: Some(Arc::from(OVERRIDE)) });
    }
    let mut decide = |stage, tier, decision, justification: Option<&str>| {
        let justification = justification.map(Arc::from);
        actions.push(Action::DecideStage(StageDecision { stage, tier, decision, justification }));
    };
    let mut unknown = 0;
    for (_, stage) in request.approval_stages().iter().zip(0..) {
        let settings = request.approval_stage(stage);
        for tier in Tier::ALL {
            for decision in ApprovalDecision::ALL {
                decide(stage, *tier, *decision, None);
                if settings.is_some_and(|settings| settings.is_approver_justification_required) {
                    decide(stage, *tier, *decision, Some("for reasons"));
                }
            }
        }
        decide(stage, Tier::Primary, ApprovalDecision::Approve, Some(OVERRIDE));
        unknown = stage + 1;
    }
    decide(unknown, Tier::Primary, ApprovalDecision::Approve, None);
    actions
}

/// The properties of a request that affect its future.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    phase: PhaseKey,
    target: Option<SubjectId>,
    attempt: u32,
    /// The regions of the future times.
    timestamps: [Option<Region>; 5],
    callouts: Vec<(CalloutStage, u32, u32, CalloutStatus, Option<CallbackDecision>)>,
    /// The determinations of stages that can still be decided, each with its actor.
    determinations: Vec<(bool, SubjectId)>,
    /// The number of decided stages.
    reviews: usize,
    /// The approvers so far, if every stage requires a different one.
    approvers: Vec<SubjectId>,
}

/// How far ahead a time is: the number of whole units, and the rank of its remainder among the remainders of all times
/// of the request. The rank is 0 if there is no remainder.
type Region = (i64, u8);

impl Key {
    fn of(request: &Request, unit: i64) -> Self {
        let rules = request.route().rules().spec();
        let approvers = request.reviews.iter().map(|review| review.approver);
        Self {
            phase: phase_key(request.phase).0,
            target: request.target,
            attempt: request.attempt,
            timestamps: regions(ahead(request), request.updated, unit),
            callouts: request.callouts.iter().map(callout_key).collect(),
            determinations: undecided(request).map(determination_key).collect(),
            reviews: request.reviews.len(),
            approvers: if rules.distinct_approvers { approvers.collect() } else { Vec::new() },
        }
    }
}

/// Returns the regions of times, seen from `now`. All times that have passed have a distance of zero.
fn regions(timestamps: [Option<Timestamp>; 5], now: Timestamp, unit: i64) -> [Option<Region>; 5] {
    let ahead = timestamps.map(|at| at.map(|at| (at.ticks() - now.ticks()).max(0)));
    let rest = |ticks: i64| ticks.rem_euclid(unit);
    let mut rests = ahead.map(|ticks| ticks.map_or(0, rest));
    rests.sort_unstable();
    ahead.map(|ticks| {
        let ticks = ticks?;
        let mut rank = 0;
        let mut last = 0;
        for other in rests.iter().filter(|other| **other <= rest(ticks)) {
            rank += u8::from(*other != last);
            last = *other;
        }
        Some((ticks.div_euclid(unit), rank))
    })
}

const fn callout_key(callout: &Callout) -> (CalloutStage, u32, u32, CalloutStatus, Option<CallbackDecision>) {
    (callout.stage, callout.index, callout.attempt, callout.status, callout.decision)
}

/// Returns the determinations of the stages that can still be decided.
fn undecided(request: &Request) -> impl Iterator<Item = &Determination> {
    let stages = if is_open(request) { request.approval_stages().len() } else { 0 };
    (0_u32..).zip(0..stages).skip(request.reviews.len()).filter_map(|(stage, _)| request.determination(stage))
}

/// Returns what distinguishes the determinations of this search: whether the stage has escalation, and who determined
/// it (rule Y12).
fn determination_key(determination: &Determination) -> (bool, SubjectId) {
    (determination.stage().is_escalation_enabled, determination.by())
}

/// A phase without its times.
type PhaseKey = (u8, u8, u32);

/// Separates a phase from its times.
const fn phase_key(phase: Phase) -> (PhaseKey, (Option<Timestamp>, Option<Timestamp>)) {
    match phase {
        Phase::Accepted { deadline } => ((0, 0, 0), (deadline, None)),
        // The status of the last callout shows whether the wait is held.
        Phase::WaitingForCallback { deadline, .. } => ((1, 0, 0), (Some(deadline), None)),
        Phase::PendingApproval { stage, deadline, escalation } => {
            let (kind, at) = match escalation {
                Escalation::Disabled => (0, None),
                Escalation::At(at) => (1, Some(at)),
                Escalation::Escalated => (2, None),
            };
            ((2, kind, stage), (Some(deadline), at))
        }
        Phase::Scheduled { start } => ((3, 0, 0), (Some(start), None)),
        Phase::Delivering { deadline } => ((4, 0, 0), (deadline, None)),
        Phase::Delivered => ((5, 0, 0), (None, None)),
        Phase::PartiallyDelivered => ((6, 0, 0), (None, None)),
        Phase::DeliveryFailed(failure) => ((7, failure as u8, 0), (None, None)),
        Phase::Denied(denial) => ((8, denial as u8, 0), (None, None)),
        Phase::Canceled(_) => ((9, 0, 0), (None, None)),
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;
    use alloc::vec;

    use super::*;
    use crate::policy::Policy;
    use crate::policy::rules::{OnCalloutFailure, Preset, RulesSpec};
    use crate::policy::spec::{
        ApprovalSettings, ApprovalStageSpec, CallbackConfiguration, ExtensionBehavior, ExtensionSpec,
        PolicySpec, RequestorSettings,
    };
    use crate::submission::draft::Draft;
    use crate::vocabulary::ids::{AccessPackageId, RequestId};
    use crate::vocabulary::limits::Limits;
    use crate::vocabulary::request_type::RequestType;
    use crate::vocabulary::schedule::{Expiration, ExpirationType, Schedule};

    /// Returns a request with an approval, a wait, a start and an end. `rules` decide whether failed waits are held and
    /// how many approvers are required.
    fn request(rules: RulesSpec, escalation: bool) -> Request {
        let callback = CallbackConfiguration { timeout: Some(Period::from_days(7)) };
        let stage = ApprovalStageSpec {
            duration_before_automatic_denial: Some(Period::from_days(14)),
            is_approver_justification_required: false,
            is_escalation_enabled: escalation,
            duration_before_escalation: Some(Period::from_days(7)),
        };
        let spec = PolicySpec {
            requestor_settings: RequestorSettings {
                self_add: true,
                custom_schedule: true,
                ..RequestorSettings::default()
            },
            approval: ApprovalSettings {
                is_required_for_add: true,
                stages: vec![stage.into(), stage.into()],
                ..PolicySpec::default().approval
            },
            extensions: vec![ExtensionSpec {
                stage: CalloutStage::AssignmentRequestCreated,
                custom_extension_id: None,
                behavior: Some(ExtensionBehavior::LaunchAndWait(callback)),
            }],
            ..PolicySpec::default()
        };
        let policy =
            Policy::compile(&spec, &Limits::default()).unwrap().with_rules(rules.validate().unwrap());
        let now: Timestamp = "2026-01-05T09:00:00Z".parse().unwrap();
        let after = |days| Some(now.saturating_add(Period::from_days(days)));
        let draft = Draft {
            access_package_id: Some(AccessPackageId::from_u128(2)),
            schedule: Some(Schedule {
                start: after(10),
                expiration: Expiration {
                    kind: ExpirationType::AfterDateTime,
                    end: after(24),
                    duration: None,
                },
                has_recurrence: false,
            }),
            ..Draft::new(RequestType::UserAdd)
        };
        policy
            .submit(
                RequestId::from_u128(1),
                &draft,
                None,
                Actor::new(SubjectId::from_u128(0), Role::User),
                now,
            )
            .unwrap()
            .0
    }

    /// Describes what an observer sees of one step. Each time is described only as before, at or after now.
    fn seen(step: &Step<'_>) -> String {
        let said = match step.events {
            Ok(events) => events.iter().map(Event::name).collect::<Vec<_>>().join(" "),
            Err(rejection) => rejection.code().into(),
        };
        let before = step.before;
        let order = |at: Option<Timestamp>| at.map(|at| step.now.cmp(&at));
        format!(
            "{}/{} {} {:?} by {:?}, deadline {:?}, end {:?}: {said}; {:?}",
            before.state(),
            before.status(),
            before.attempt,
            step.command.action,
            step.command.actor,
            order(before.next_deadline().map(|deadline| deadline.at)),
            order(before.window_end()),
            step.after.map(|after| (
                after.state(),
                after.status(),
                after.next_deadline().map(|next| next.kind)
            )),
        )
    }

    /// Returns the descriptions of all steps, and the size of the search.
    fn all_seen(request: &Request, unit: i64) -> (BTreeSet<String>, Found) {
        let bounds = Bounds { attempts: 1, around_deadlines: true };
        let mut all = BTreeSet::new();
        let found = search(request, bounds, unit, |step| {
            if step.events.is_ok() {
                all.insert(seen(step));
            }
        });
        (all, found)
    }

    #[test]
    fn what_is_counted_is_what_is_shown() {
        let request = request(Preset::Portal.spec(), false);
        let mut shown = Found { requests: 1, ..Found::default() };
        let found = explore(&request, Bounds { attempts: 1, around_deadlines: false }, |step| {
            shown.requests += u64::from(step.is_new);
            shown.steps += 1;
            shown.accepted += u64::from(step.events.is_ok());
        });
        assert_eq!(found, shown);
    }

    #[test]
    fn the_times_around_those_at_which_something_changes() {
        let request = request(Preset::Portal.spec(), false);
        let after = |days, ticks| {
            let at = request.created().saturating_add(Period::from_days(days));
            Timestamp::from_ticks(at.ticks() + ticks).unwrap()
        };
        let unit = Period::from_days(7).ticks();
        let at = |around_deadlines| intervals(&request, Bounds { attempts: 1, around_deadlines }, unit);
        let interval = |first, twice_inside: &[i64], last: Option<u32>| Interval {
            first: after(first, 0),
            inside: twice_inside
                .iter()
                .map(|twice| after(0, twice * Period::from_days(1).ticks() / 2))
                .collect(),
            last: last.map(|days| after(days, -1)),
        };
        // The start is after 10 days, the deadline after 14 and the end after 24. 3, 7 and 17 are whole weeks before
        // one of them.
        let intervals = [
            interval(0, &[2 * 3, 2 * 7, 3, 3 + 7, 7 + 10], Some(10)),
            interval(10, &[10 + 14], Some(14)),
            interval(14, &[2 * 17, 14 + 17, 17 + 24], Some(24)),
            Interval { inside: vec![after(24, 1)], ..interval(24, &[], None) },
        ];
        assert_eq!(at(true), intervals);
        assert_eq!(at(false), [0, 10, 14, 24].map(|days| interval(days, &[], None)));
    }

    #[test]
    fn where_all_has_ended_the_latest_time_stands_for_all() {
        let mut request = request(Preset::Portal.spec(), false);
        let cancel = Command::new(Actor::new(OUTSIDER, Role::Administrator), Action::Cancel);
        request.handle(&cancel, request.created()).unwrap();
        let end = request.window_end().unwrap();
        let bounds = Bounds { attempts: 1, around_deadlines: false };
        let interval = |first| Interval { first, inside: Vec::new(), last: None };
        assert_eq!(intervals(&request, bounds, 1), [request.created(), end].map(interval));
    }

    #[test]
    fn a_stage_that_is_not_there_is_decided_too() {
        let request = request(Preset::Portal.spec(), false);
        let stages: BTreeSet<u32> = actions(&request)
            .into_iter()
            .filter_map(
                |action| if let Action::DecideStage(content) = action { Some(content.stage) } else { None },
            )
            .collect();
        assert_eq!(stages, BTreeSet::from([0, 1, 2]), "of two");
    }

    #[test]
    fn a_region_is_how_many_units_ahead_and_the_order_of_the_rests() {
        let at = |ticks| Timestamp::from_ticks(ticks).unwrap();
        assert_eq!(
            regions([Some(at(103)), Some(at(110)), Some(at(95)), None, Some(at(125))], at(100), 10),
            [Some((0, 1)), Some((1, 0)), Some((0, 0)), None, Some((2, 2))],
            "3, 10, reached, none, and 25 ahead"
        );
    }

    #[test]
    fn what_comes_just_before_a_change_is_in_a_region_that_was_tried() {
        let request = request(Preset::Portal.spec(), true);
        let mut steps = 0;
        explore(&request, Bounds { attempts: 1, around_deadlines: true }, |step| {
            let next = step.now.ticks() + 1;
            if ahead(step.before).into_iter().flatten().any(|at| at.ticks() == next) {
                steps += 1;
                assert!(!step.is_new, "{}", seen(step));
            }
        });
        assert!(steps > 1_000, "{steps}");
    }

    #[test]
    fn regions_hide_nothing_that_exact_times_show() {
        for on_callout_failure in [OnCalloutFailure::Fail, OnCalloutFailure::Hold] {
            let rules = RulesSpec {
                on_callout_failure,
                distinct_approvers: on_callout_failure == OnCalloutFailure::Hold,
                ..Preset::Portal.spec()
            };
            let request = request(rules, on_callout_failure == OnCalloutFailure::Fail);
            assert_eq!(unit(&request), Period::from_days(7).ticks());
            let (merged, few) = all_seen(&request, unit(&request));
            let (exact, many) = all_seen(&request, 1);
            let missing = exact.difference(&merged).next();
            assert_eq!(missing, None, "seen with exact times only");
            assert_eq!(merged, exact);
            assert!(few.requests < many.requests, "{few:?}, {many:?}");
        }
    }
}
