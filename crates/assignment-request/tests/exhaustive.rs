//! Every request that a family of small policies can reach, with every command, role and decision, at every class of
//! time: before, at and after each deadline. Nothing is sampled.
//!
//! The family: 0 to 3 approval stages, all of them set by the policy, or the first or the second determined by an
//! extension; at each stage of the route no extension, one that is launched only, one that is waited for; failed waits fail
//! or are held; all presets; Add, Update and Remove; without dates, until an end, and from a start to an end. Where a stage
//! is determined, the extension answers with a stage, with one that escalates, and with one that is refused; it denies and
//! cancels where the rules let it and where they do not; and those who answered decide like everybody else.
//! To it come requests that the family does not have: for validation only, by e-mail, with justifications, and so on.
//!
//! By default a part of the family is searched. `ASSIGNMENT_REQUEST_EXHAUSTIVE=full` searches all of it:
//!
//! ```text
//! ASSIGNMENT_REQUEST_EXHAUSTIVE=full cargo test --release -p assignment-request --test exhaustive -- --nocapture
//! ```
//!
//! Which requests count as one, and why nothing is lost by that, is said at `assignment_request::testing::explore::explore`.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use assignment_request::testing::explore::{Bounds, Found, Step, explore};
use assignment_request::{
    Action, AdminBypass, ApprovalDecision, CallbackDecision, CalloutStage, CalloutStageSet, CalloutStatus,
    Command, DeliveryFailure, Determination, Event, EventKind, Expiration, Limits, OnCalloutFailure,
    Operation, Period, Phase, Preset, Rejection, RejectionKind, Request, RequestType, RouteStage, State,
    Status, Timestamp, decide, explain,
};

#[expect(dead_code, reason = "other tests use the rest")]
mod common;
#[path = "common/determining.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod determining;

use common::{APPROVED, CREATED, DAY, GRANTED, REMOVED, Setup, host, minutes, stage, t, until};
use determining::DETERMINING;

/// The unit of all durations. The fewer units a moment lies ahead, the fewer regions there are.
const FORTNIGHT: i64 = 14 * DAY;

/// With the durations of the rules in units, too.
fn in_units(setup: Setup) -> Setup {
    setup.rules(|rules| {
        rules.reprocess_window = minutes(FORTNIGHT);
        rules.determined_stage_limit = minutes(2 * FORTNIGHT);
    })
}

/// How a stage's extension is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    None,
    Launch,
    Wait,
}

const CALLS: [Call; 3] = [Call::None, Call::Launch, Call::Wait];

/// Start and end of the access that is asked for, in units.
const WINDOWS: [(Option<i64>, Option<i64>); 3] = [(None, None), (None, Some(2)), (Some(1), Some(3))];

/// A member of the family.
#[derive(Clone, Debug)]
struct Member {
    request_type: RequestType,
    approval_stages: usize,
    /// Which of them an extension determines, and whether it may also deny and cancel.
    determined: Option<(usize, bool)>,
    /// At each stage of the route.
    calls: Vec<(CalloutStage, Call)>,
    on_callout_failure: OnCalloutFailure,
    preset: Preset,
    window: (Option<i64>, Option<i64>),
}

impl Member {
    fn setup(&self) -> Setup {
        let mut setup = Setup::of(self.request_type);
        setup.rules = self.preset.spec();
        setup.rules.on_callout_failure = self.on_callout_failure;
        if self.approval_stages > 0 {
            // The first stage can be escalated, the others not.
            let mut stages = vec![stage(2 * FORTNIGHT, None); self.approval_stages];
            if let Some(first) = stages.first_mut() {
                *first = stage(2 * FORTNIGHT, Some(FORTNIGHT));
            }
            setup = setup.approval(&stages);
        }
        if let Some((stage, may_refuse)) = self.determined {
            setup = setup.determines_stage(stage, FORTNIGHT);
            if may_refuse {
                setup = setup.rules(|rules| {
                    for set in [&mut rules.deny_at, &mut rules.cancel_at] {
                        *set = set.iter().chain([DETERMINING]).collect::<CalloutStageSet>();
                    }
                });
            }
        }
        for (at, call) in &self.calls {
            setup = match call {
                Call::None => setup,
                Call::Launch => setup.launch(*at),
                Call::Wait => setup.wait(*at, FORTNIGHT),
            };
        }
        match self.window {
            (None, None) => setup,
            (start, end) => setup.scheduled(
                start.map(|unit| t(unit * FORTNIGHT)),
                end.map_or(Expiration::NOT_SPECIFIED, |unit| until(t(unit * FORTNIGHT))),
            ),
        }
    }
}

/// All ways to call at these stages.
fn all_calls(stages: &[CalloutStage]) -> Vec<Vec<(CalloutStage, Call)>> {
    stages.iter().fold(vec![Vec::new()], |ways, stage| {
        ways.iter()
            .flat_map(|way| CALLS.map(|call| way.iter().copied().chain([(*stage, call)]).collect()))
            .collect()
    })
}

/// Which stage is determined, of so many, and whether the extension may refuse.
fn determinations(approval_stages: usize) -> Vec<Option<(usize, bool)>> {
    let determined =
        (0..approval_stages.min(2)).flat_map(|stage| [false, true].map(|may| Some((stage, may))));
    [None].into_iter().chain(determined).collect()
}

/// The whole family. Where nothing is waited for, failed waits and where a callback may decide make no difference: one of
/// the rules that differ in nothing else stands for them. Where a stage is determined, the presets of which one stands for
/// all are those that differ in what may be canceled: where else a callback may decide, they show without it.
fn family() -> Vec<Member> {
    let mut family = Vec::new();
    for (request_type, stages, most) in [
        (RequestType::UserAdd, [CREATED, APPROVED, GRANTED].as_slice(), 3),
        (RequestType::UserUpdate, &[CREATED, APPROVED], 3),
        (RequestType::UserRemove, &[REMOVED], 0),
    ] {
        for approval_stages in 0..=most {
            for determined in determinations(approval_stages) {
                for calls in all_calls(stages) {
                    for on_callout_failure in [OnCalloutFailure::Fail, OnCalloutFailure::Hold] {
                        for preset in Preset::ALL {
                            for window in WINDOWS {
                                let member = Member {
                                    request_type,
                                    approval_stages,
                                    determined,
                                    calls: calls.clone(),
                                    on_callout_failure,
                                    preset: *preset,
                                    window,
                                };
                                family.extend(Some(member).filter(differs));
                            }
                        }
                    }
                }
            }
        }
    }
    family
}

/// Whether a member differs from those that come before it.
fn differs(member: &Member) -> bool {
    let is_waited_for = member.calls.iter().any(|(_, call)| *call == Call::Wait);
    let differs_without_wait = matches!(member.preset, Preset::ApiReference | Preset::Portal);
    let is_failing = member.on_callout_failure == OnCalloutFailure::Fail;
    let is_removal_with_dates =
        member.request_type == RequestType::UserRemove && member.window != (None, None);
    !is_removal_with_dates
        && match member.determined {
            Some(_) => differs_without_wait,
            None => is_waited_for || is_failing && differs_without_wait,
        }
}

/// The part that is searched by default: the same call at every stage, no approval or two stages, no window or both
/// ends of one, two of the presets. Where a stage is determined: no window, one preset, and the extension may refuse.
fn is_in_part(member: &Member) -> bool {
    let mut calls = member.calls.iter().map(|(_, call)| call);
    let first = calls.next();
    calls.all(|call| Some(call) == first)
        && matches!(member.approval_stages, 0 | 2)
        && match (member.determined, member.window, member.preset) {
            (None, (None, None) | (Some(_), Some(_)), preset) => {
                matches!(preset, Preset::ApiReference | Preset::Portal)
            }
            (Some((_, may_refuse)), (None, None), Preset::ApiReference) => may_refuse,
            (_, _, _) => false,
        }
}

/// What the family does not have.
fn others() -> Vec<Setup> {
    let email = |setup: Setup| setup.by_email();
    let two = [stage(2 * FORTNIGHT, None), stage(2 * FORTNIGHT, Some(FORTNIGHT))];
    let mut justified = stage(2 * FORTNIGHT, None);
    justified.is_approver_justification_required = true;
    vec![
        Setup::add().draft(|draft| draft.is_validation_only = true),
        email(Setup::of(RequestType::AdminAdd)).approval(&two),
        email(Setup::of(RequestType::AdminAdd)).wait(CREATED, FORTNIGHT),
        email(Setup::of(RequestType::AdminAdd)).launch(CREATED),
        Setup::add().approval(&[justified, justified]),
        Setup::add().approval(&two).rules(|rules| rules.distinct_approvers = true),
        Setup::add().rules(|rules| rules.fulfillment_timeout = None),
        Setup::of(RequestType::OnBehalfAdd).approval(&two).wait(APPROVED, FORTNIGHT),
        Setup::of(RequestType::AdminAdd)
            .approval(&two)
            .determines_stage(1, FORTNIGHT)
            .rules(|rules| rules.admin_bypasses_approval = AdminBypass::Always),
        Setup::of(RequestType::AdminAdd)
            .approval(&two)
            .determines_stage(1, FORTNIGHT)
            .draft(|draft| draft.bypass_approval = true),
        Setup::of(RequestType::OnBehalfAdd)
            .approval(&two)
            .determines_stage(0, FORTNIGHT)
            .determines_stage(1, FORTNIGHT),
        one_extension_for_two_stages(),
        Setup::add()
            .approval(&two)
            .determines_stage(0, FORTNIGHT)
            .rules(|rules| (rules.distinct_approvers, rules.accepted_timeout) = (true, None)),
        Setup::of(RequestType::SystemUpdate).approval(&two).wait(APPROVED, FORTNIGHT),
        Setup::of(RequestType::AdminRemove).wait(REMOVED, FORTNIGHT),
        Setup::of(RequestType::ApproverRemove).wait(REMOVED, FORTNIGHT),
        Setup::add().wait(CREATED, FORTNIGHT).launch(CREATED).wait(CREATED, FORTNIGHT),
        Setup::add()
            .approval(&two)
            .wait(APPROVED, FORTNIGHT)
            .wait(GRANTED, FORTNIGHT)
            .scheduled(Some(t(FORTNIGHT)), Expiration::NOT_SPECIFIED)
            .rules(|rules| rules.on_callout_failure = OnCalloutFailure::Hold),
    ]
}

/// Two determined stages that name one extension, which is called once for each (rules Y2, Y5).
fn one_extension_for_two_stages() -> Setup {
    let mut setup = Setup::add().approval(&[stage(2 * FORTNIGHT, None); 2]).determines_stage(1, FORTNIGHT);
    let approval = &mut setup.spec.approval;
    approval.stages = vec![*approval.stages.last().unwrap(); 2];
    setup
}

/// A row of T3, in the order of the specification.
fn row(request: &Request) -> usize {
    match (request.phase(), request.state()) {
        (Phase::Accepted { .. }, _) => 0,
        (Phase::WaitingForCallback { stage: CREATED, .. }, _) => 1,
        (Phase::WaitingForCallback { stage: DETERMINING, .. }, _) => 2,
        (Phase::PendingApproval { .. }, _) if request.status() == Status::PendingApproval => 3,
        (Phase::PendingApproval { .. }, _) => 4,
        (Phase::WaitingForCallback { .. }, State::Submitted) => 5,
        (Phase::WaitingForCallback { .. }, State::PendingApproval) => 6,
        (Phase::Scheduled { .. }, _) => 7,
        (Phase::WaitingForCallback { .. }, _) => 8,
        (Phase::Delivering { .. }, _) => 9,
        (Phase::Delivered, _) => 10,
        (Phase::PartiallyDelivered, _) => 11,
        (Phase::DeliveryFailed(DeliveryFailure::Fulfillment | DeliveryFailure::FulfillmentTimedOut), _) => 12,
        (Phase::DeliveryFailed(DeliveryFailure::CalloutFailed), _) => 13,
        (Phase::DeliveryFailed(DeliveryFailure::CallbackTimedOut), _) => 14,
        (Phase::Denied(_), _) if request.status() == Status::Denied => 15,
        (Phase::Denied(_), _) => 16,
        (Phase::Canceled(_), _) => 17,
    }
}

/// State and status of each row of T3.
const ROWS: [(State, Status); 18] = [
    (State::Submitted, Status::Accepted),
    (State::Submitted, Status::WaitingForCallback),
    (State::Submitted, Status::WaitingForCallback),
    (State::PendingApproval, Status::PendingApproval),
    (State::PendingApproval, Status::PendingApprovalEscalated),
    (State::Submitted, Status::WaitingForCallback),
    (State::PendingApproval, Status::WaitingForCallback),
    (State::Scheduled, Status::PendingNotBefore),
    (State::Delivering, Status::WaitingForCallback),
    (State::Delivering, Status::Delivering),
    (State::Delivered, Status::Fulfilled),
    (State::PartiallyDelivered, Status::PartiallyDelivered),
    (State::DeliveryFailed, Status::DeliveryFailed),
    (State::DeliveryFailed, Status::CalloutFailed),
    (State::DeliveryFailed, Status::CallbackTimedOut),
    (State::Denied, Status::Denied),
    (State::Denied, Status::Expired),
    (State::Canceled, Status::Canceled),
];

/// What happened sometimes.
struct Sometimes {
    rows: BTreeSet<usize>,
    held: BTreeSet<CalloutStage>,
    events: BTreeSet<&'static str>,
    /// By the number of its kind.
    refusals: [bool; RejectionKind::ALL.len()],
}

impl Default for Sometimes {
    fn default() -> Self {
        Self {
            rows: BTreeSet::new(),
            held: BTreeSet::new(),
            events: BTreeSet::new(),
            refusals: [false; RejectionKind::ALL.len()],
        }
    }
}

impl Sometimes {
    fn join(&mut self, other: Self) {
        self.rows.extend(other.rows);
        self.held.extend(other.held);
        self.events.extend(other.events);
        for (one, other) in self.refusals.iter_mut().zip(other.refusals) {
            *one |= other;
        }
    }

    fn refused(&mut self, rejection: Rejection) {
        let kind = rejection.kind() as usize;
        self.refusals.get_mut(kind).into_iter().for_each(|is_there| *is_there = true);
    }
}

/// Checks one search: what must always be, and what is sometimes.
struct Checker {
    sometimes: Sometimes,
    before: Request,
    /// The same request, to which commands are given that are refused.
    handled: Request,
    buffer: Vec<Event>,
    /// Each request that was reached with its events, in the order in which commands are given to them.
    reached: VecDeque<(Request, Vec<Event>)>,
}

impl Checker {
    fn new(start: &Request, submitted: &[Event]) -> Self {
        let mut checker = Self {
            sometimes: Sometimes::default(),
            before: start.clone(),
            handled: start.clone(),
            buffer: Vec::new(),
            reached: VecDeque::new(),
        };
        checker.sometimes.events.insert("submitted");
        checker.reached(start, submitted.to_vec());
        checker
    }

    /// A command was given.
    fn step(&mut self, step: &Step<'_>) {
        match (step.events, step.after) {
            (Ok(events), Some(after)) => {
                accepted(step, events, after);
                self.sometimes.events.extend(events.iter().map(Event::name));
                if step.is_new {
                    while self.reached.front().is_some_and(|(request, _)| request != step.before) {
                        self.reached.pop_front();
                    }
                    let (_, log) = self.reached.front().unwrap();
                    self.reached(after, [log, events].concat());
                }
            }
            (Err(rejection), None) => {
                self.sometimes.refused(rejection);
                if step.now == step.before.updated() {
                    self.unchanged(step, rejection);
                }
            }
            (events, after) => assert_eq!(events.is_ok(), after.is_some()),
        }
        let is_first_time = step.now == step.before.updated();
        if is_first_time && step.events.is_ok() {
            in_the_past(step);
        }
    }

    /// Refused is unchanged (I1). The request is compared when it is another's turn, and at the end.
    fn unchanged(&mut self, step: &Step<'_>, rejection: Rejection) {
        if self.before != *step.before {
            assert_eq!(self.before, self.handled, "I1");
            self.before = step.before.clone();
            self.handled = step.before.clone();
        }
        let refusal = self.handled.handle_into(step.command, step.now, &mut self.buffer);
        assert_eq!(refusal, Err(rejection));
        assert!(self.buffer.is_empty());
    }

    /// A request was reached for the first time.
    fn reached(&mut self, request: &Request, log: Vec<Event>) {
        let row = row(request);
        assert_eq!(ROWS.get(row), Some(&(request.state(), request.status())), "T3");
        self.sometimes.rows.insert(row);
        if let Phase::WaitingForCallback { held: Some(_), stage, .. } = request.phase() {
            self.sometimes.held.insert(stage);
        }
        assert!(request.next_deadline().is_none_or(|next| next.at > request.updated()), "N4, N5");
        waits_until(request);
        can_end(request);
        assert_eq!(Request::replay(&log, &Limits::DEFAULT).as_ref(), Ok(request), "I2, I7");
        self.reached.push_back((request.clone(), log));
        // Another revision than the expected one is a conflict, whatever the command (I3).
        let command = Command::new(host(), Action::Cancel).expecting(request.revision() + 1);
        self.sometimes.refused(decide(request, &command, request.updated()).unwrap_err());
        for has_assignment in [false, true] {
            if let Err(rejection) = request.check_deletable(has_assignment) {
                self.sometimes.refused(rejection);
            }
        }
    }
}

/// What an accepted command must always be.
fn accepted(step: &Step<'_>, events: &[Event], after: &Request) {
    let before = step.before;
    let said =
        fmt::from_fn(|formatter| write!(formatter, "{:?} at {} on {before:?}", step.command, step.now));
    // Its events are numbered through, none is in the past (I3, N3).
    assert_eq!(after.revision(), before.revision() + u64::try_from(events.len()).unwrap(), "{said}");
    for (event, sequence) in events.iter().zip(before.revision() + 1..) {
        assert_eq!((event.sequence, event.at), (sequence, step.now.max(before.updated())), "{said}");
    }
    // Denied and canceled are final.
    if let Phase::Denied(_) | Phase::Canceled(_) = before.phase() {
        assert_eq!(after.phase(), before.phase(), "{said}");
        assert!(events.iter().all(|event| matches!(event.kind, EventKind::CalloutFailed { .. })), "{said}");
    }
    // Nobody decides about their own request (R7, V5).
    if matches!(step.command.action, Action::DecideStage(_) | Action::Resume(_)) {
        let actor = step.command.actor;
        assert!(actor.id != before.requestor() && Some(actor.id) != before.target(), "{said}");
        decided_by_others(after);
    }
    // What is determined stays (I6, Y13).
    for stage in (0..).take(before.approval_stages().len()) {
        if let Some(determination) = before.determination(stage) {
            assert_eq!(after.determination(stage), Some(determination), "{said}");
        }
    }
    let mut attempt = before.attempt().unwrap_or(0);
    for event in events {
        match event.kind {
            EventKind::FulfillmentOrdered { attempt: ordered, .. } => {
                // One order an attempt, each the next (F1), and only after every yes (W6).
                attempt += 1;
                assert_eq!(ordered, attempt, "{said}");
                every_yes(after);
            }
            EventKind::ApprovalRequested { stage, deadline, escalation } => {
                // Nobody is asked before the last stage is determined (Y5), and the stage is as it was determined (Y9).
                every_determination(after);
                let settings = after.approval_stage(stage).unwrap();
                let later = |duration| event.at.saturating_add(duration);
                assert_eq!(deadline, later(settings.duration_before_automatic_denial), "{said}");
                assert_eq!(escalation, settings.duration_before_escalation.map(later), "{said}");
            }
            _ => {}
        }
    }
    assert_eq!(after.attempt().unwrap_or(0), attempt, "{said}");
    // Never both granted and denied; nor canceled, but for failed deliveries that may be canceled (W6).
    match after.phase() {
        Phase::Denied(_) => assert_eq!(after.attempt(), None, "{said}"),
        Phase::Canceled(_) => {
            let cancelable = after.route().rules().spec().cancelable;
            assert!(after.attempt().is_none() || cancelable.contains(Status::DeliveryFailed), "{said}");
        }
        _ => {}
    }
}

/// An extension said of every determined stage what it is, and the actor of that callback is known.
fn every_determination(request: &Request) {
    for (stage, index) in request.approval_stages().iter().zip(0..) {
        let determination = request.determination(index);
        match stage {
            RouteStage::Set(_) => assert_eq!(determination, None, "{request:?}"),
            RouteStage::Determined { .. } => assert!(determination.is_some(), "{request:?}"),
        }
    }
}

/// Nobody decided a stage that they determined, or about their own access (V5, Y12).
fn decided_by_others(request: &Request) {
    for (review, stage) in request.reviews().iter().zip(0..) {
        let by = request.determination(stage).map(Determination::by);
        assert!(by != Some(review.approver), "{request:?}");
        assert!(
            ![Some(request.requestor()), request.target()].contains(&Some(review.approver)),
            "{request:?}"
        );
    }
}

/// Every wait has a deadline, unless the rules switch it off; a request for validation only waits for nothing (W7).
fn waits_until(request: &Request) {
    let rules = request.route().rules().spec();
    let has_deadline = match request.phase() {
        Phase::Accepted { .. } => !request.is_validation_only() && rules.accepted_timeout.is_some(),
        Phase::Delivering { .. } => rules.fulfillment_timeout.is_some(),
        phase => !has_ended(phase),
    };
    assert_eq!(request.next_deadline().is_some(), has_deadline, "{request:?}");
}

/// Every stage was determined, every approval was given, and every wait on the route was answered yes (W6).
fn every_yes(request: &Request) {
    every_determination(request);
    assert_eq!(request.reviews().len(), request.approval_stages().len(), "{request:?}");
    assert!(request.reviews().iter().all(|review| review.decision == ApprovalDecision::Approve));
    let stages: &[CalloutStage] = match request.request_type().operation() {
        Operation::Add if request.is_approval_required() => &[CREATED, DETERMINING, APPROVED, GRANTED],
        Operation::Add => &[CREATED, APPROVED, GRANTED],
        Operation::Update if request.is_approval_required() => &[CREATED, DETERMINING, APPROVED],
        Operation::Update => &[CREATED, APPROVED],
        Operation::Remove => &[REMOVED],
    };
    for stage in stages {
        for (extension, index) in request.route().extensions(*stage).zip(0..) {
            let mut callouts = request.callouts().iter();
            let is_called = |status, decision| {
                callouts.any(|callout| {
                    (callout.stage(), callout.index()) == (*stage, index)
                        && (callout.status(), callout.decision()) == (status, decision)
                })
            };
            assert!(
                extension.timeout.is_none() || { is_called }(
                    CalloutStatus::CallbackReceived,
                    Some(CallbackDecision::Continue)
                ),
                "{request:?}"
            );
        }
    }
}

/// Whether the request has come to an end, or to where it can be tried again.
fn has_ended(phase: Phase) -> bool {
    match phase {
        Phase::Delivered
        | Phase::PartiallyDelivered
        | Phase::DeliveryFailed(_)
        | Phase::Denied(_)
        | Phase::Canceled(_) => true,
        Phase::Accepted { .. }
        | Phase::WaitingForCallback { .. }
        | Phase::PendingApproval { .. }
        | Phase::Scheduled { .. }
        | Phase::Delivering { .. } => false,
    }
}

/// Time alone ends every request but one for validation only, unless the rules switch a deadline off.
fn can_end(request: &Request) {
    let mut request = request.clone();
    for _ in 0..20 {
        let Some(deadline) = request.next_deadline() else { break };
        let events = request.handle(&Command::new(host(), Action::Elapse), deadline.at).unwrap();
        assert!(!events.is_empty(), "N4");
    }
    let rules = request.route().rules().spec();
    let is_excused = match request.phase() {
        Phase::Accepted { .. } => request.is_validation_only() || rules.accepted_timeout.is_none(),
        Phase::Delivering { .. } => rules.fulfillment_timeout.is_none(),
        _ => false,
    };
    assert!(has_ended(request.phase()) || is_excused, "{request:?}");
}

/// A command from before the last event is judged as if it came with it (N3); an explanation says what decide says.
fn in_the_past(step: &Step<'_>) {
    let earlier = Timestamp::from_ticks(step.now.ticks() - Period::from_days(1).ticks()).unwrap();
    let explanation = explain(step.before, step.command, earlier);
    assert_eq!(explanation.outcome.as_deref().map_err(|rejection| *rejection), step.events);
    assert_eq!(explanation.failures().next(), None);
}

fn search(setup: &Setup) -> (Found, Sometimes) {
    let submitted = setup.submit();
    let request = submitted.request;
    let mut checker = Checker::new(&request, &submitted.events);
    let found = explore(&request, Bounds::DEFAULT, |step| checker.step(step));
    assert_eq!(checker.before, checker.handled, "I1");
    (found, checker.sometimes)
}

/// Searches all of them, on as many threads as there are processors.
fn search_all(setups: &[Setup]) -> (Found, Sometimes) {
    let next = AtomicUsize::new(0);
    let all = Mutex::new((Found::default(), Sometimes::default()));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(setup) = setups.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let (found, sometimes) = search(setup);
                    let mut all = all.lock().unwrap();
                    all.0.requests += found.requests;
                    all.0.steps += found.steps;
                    all.0.accepted += found.accepted;
                    all.1.join(sometimes);
                }
            });
        }
    });
    all.into_inner().unwrap()
}

#[test]
fn every_reachable_request_keeps_the_rules() {
    let is_full = std::env::var_os("ASSIGNMENT_REQUEST_EXHAUSTIVE").is_some_and(|value| value == "full");
    let members = family().into_iter().filter(|member| is_full || is_in_part(member));
    let setups: Vec<_> = members.map(|member| member.setup()).chain(others()).map(in_units).collect();
    let begin = Instant::now();
    let (found, sometimes) = search_all(&setups);
    println!(
        "{} policies: {} requests, {} steps, {} of them accepted, in {:.1?}",
        setups.len(),
        found.requests,
        found.steps,
        found.accepted,
        begin.elapsed()
    );

    // The search is not vacuous: each row of T3, each event and each refusal was there.
    assert_eq!(sometimes.rows, (0..ROWS.len()).collect(), "T3");
    assert_eq!(sometimes.held, BTreeSet::from([CREATED, DETERMINING, APPROVED, GRANTED, REMOVED]), "X6");
    assert_eq!(sometimes.events, EventKind::NAMES.iter().copied().collect());
    // What is refused before there is a request, or after more commands than any search gives.
    let elsewhere = [
        RejectionKind::NoRequest,
        RejectionKind::AlreadySubmitted,
        RejectionKind::NotPermittedToSubmit,
        RejectionKind::LimitReached,
    ];
    for (kind, is_there) in RejectionKind::ALL.iter().zip(sometimes.refusals) {
        assert_eq!(is_there, !elsewhere.contains(kind), "{kind}");
    }
    assert!(found.accepted > found.requests && found.steps > 100 * found.requests);
}

#[test]
fn the_family_is_the_one_that_is_described() {
    let family = family();
    // With a wait: 19 ways to call on Add, 5 on Update and 1 on Remove, each under 8 rules; without: 8, 4 and 2 under 2.
    // Add and Update with 4 numbers of approval stages and in 3 windows.
    let of_set_stages = 4 * 3 * (19 * 8 + 8 * 2 + 5 * 8 + 4 * 2) + 8 + 2 * 2;
    // One stage can be determined, or of two or three the first or the second; each by an extension that may refuse or
    // not, in 3 windows, with the 27 and 9 ways to call, under 4 rules.
    let of_determined_stages = (2 + 4 + 4) * 3 * (27 + 9) * 4;
    assert_eq!(family.len(), of_set_stages + of_determined_stages);
    let part = family.iter().filter(|member| is_in_part(member)).count();
    // In the part, 3 ways to call at all stages of Add and of Update, when the first or second of two is determined.
    assert_eq!(part, 2 * 2 * 2 * (4 + 2 * 2) + 4 + 2 * 2 + 2 * 3 * 2 * 2);
    assert!(family.iter().all(|member| member.setup().submit().request.phase().status() == Status::Accepted));
}
