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
//! ASSIGNMENT_REQUEST_EXHAUSTIVE=full cargo test --release -p assignment-request --test all proof::exhaustive -- --nocapture
//! ```
//!
//! The laws of `assignment_request_model::laws` judge every accepted command, every refused one at the first of its times,
//! and every request that is reached.
//!
//! Which requests count as one, and why nothing is lost by that, is said at `assignment_request::testing::explore::explore`.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::collections::{BTreeSet, VecDeque};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use assignment_request::testing::explore::{Bounds, Found, Step, explore};
use assignment_request::{
    Action, AdminBypass, CalloutStage, CalloutStageSet, Command, Event, EventKind, Expiration, Limits,
    OnCalloutFailure, Phase, Preset, Rejection, RejectionKind, Request, RequestType, Status, decide,
};
use assignment_request_model::laws;
use assignment_request_model::relation::link;

use crate::common::{
    APPROVED, CREATED, DAY, DETERMINING, GRANTED, REMOVED, Setup, host, minutes, stage, t, until,
};

/// The unit of all durations. The fewer units a timestamp lies ahead, the fewer regions there are.
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
                end.map_or(Expiration::default(), |unit| until(t(unit * FORTNIGHT))),
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
            .scheduled(Some(t(FORTNIGHT)), Expiration::default())
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

/// Judges one search by the laws, and notes what is sometimes.
struct Checker {
    sometimes: Sometimes,
    /// Each request that was reached with its events, in the order in which commands are given to them.
    reached: VecDeque<(Request, Vec<Event>)>,
}

impl Checker {
    fn new(start: &Request, submitted: &[Event]) -> Self {
        let mut checker = Self { sometimes: Sometimes::default(), reached: VecDeque::new() };
        checker.sometimes.events.insert("submitted");
        checker.reached(start, submitted.to_vec());
        checker
    }

    /// A command was given.
    fn step(&mut self, step: &Step<'_>) {
        match (step.events, step.after) {
            (Ok(events), Some(after)) => {
                judge(step, after);
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
                // Most commands are refused. They are judged at the first of the times at which they are given, and compared
                // with the relation at the others, too.
                let (before, command, now) = (step.before, step.command, step.now);
                if now == before.updated() {
                    let (mut handled, mut buffer) = (before.clone(), Vec::new());
                    let refusal = handled.handle_into(command, now, &mut buffer);
                    assert_eq!((refusal, buffer.as_slice()), (Err(rejection), [].as_slice()));
                    judge(step, &handled);
                } else {
                    let refused = laws::Step { before, command, now, outcome: Err(rejection), after: before };
                    assert_eq!(link::compare(&refused), Ok(()), "{refused:?}");
                }
            }
            (events, after) => assert_eq!(events.is_ok(), after.is_some()),
        }
    }

    /// A request was reached for the first time.
    fn reached(&mut self, request: &Request, log: Vec<Event>) {
        laws::check_request(request).unwrap();
        laws::check_log(&log, &Limits::default(), request).unwrap();
        self.sometimes.rows.insert(laws::row(request));
        if let Phase::WaitingForCallback { held: Some(_), stage, .. } = request.phase() {
            self.sometimes.held.insert(stage);
        }
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

/// Judges a step by the laws.
fn judge(step: &Step<'_>, after: &Request) {
    let Step { before, command, now, events: outcome, .. } = *step;
    laws::check_step(&laws::Step { before, command, now, outcome, after }).unwrap();
}

fn search(setup: &Setup) -> (Found, Sometimes) {
    let submitted = setup.submit();
    let request = submitted.request;
    let mut checker = Checker::new(&request, &submitted.events);
    let found = explore(&request, Bounds::default(), |step| checker.step(step));
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
    assert_eq!(sometimes.rows, (0..laws::ROWS.len()).collect(), "T3");
    assert_eq!(sometimes.held, BTreeSet::from([CREATED, DETERMINING, APPROVED, GRANTED, REMOVED]), "X6");
    assert_eq!(sometimes.events, EventKind::NAMES.iter().copied().collect());
    // What is refused before there is a request, or after more commands than any search gives.
    let elsewhere = [
        RejectionKind::NoRequest,
        RejectionKind::AlreadySubmitted,
        RejectionKind::NotPermittedToSubmit,
        RejectionKind::RevisionLimitReached,
        RejectionKind::AttemptLimitReached,
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
