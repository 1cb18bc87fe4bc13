//! What can happen next, and what comes of it.

use std::sync::Arc;

use assignment_request::{
    CalloutStage, Command, Decision, DeliveryOutcome, Request, State, Timestamp, decide,
};
use stateright::{Model, Property};

use super::properties;
use super::world::{
    Answer, CalloutName, CarriedOut, CrashPoint, Entry, Host, Log, Message, Reply, Sending, Verdict, World,
};
use crate::common::{DETERMINING, HOUR, Setup, t};

/// How the surroundings break their part. The machine asks for each of these parts; with one missing, the checker must
/// find how that hurts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// The store takes what comes last, without comparing revisions.
    NoCompareAndSwap,
    /// A callback counts for whatever callout is waited for.
    CalloutNotChecked,
    /// A refusal is answered without storing the deadlines that caused it (rule N6).
    RefusalsStoreNothing,
    /// The outbox is filled after the events are stored, and not with them.
    OutboxApart,
    /// The service that changes access does so whenever it is told, whatever the idempotency key.
    KeyIgnored,
}

/// One small world, in which everything is tried.
#[derive(Clone)]
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) setup: Setup,
    /// What people may ask for, once each.
    pub(crate) people: Vec<Message>,
    /// What extensions may answer.
    pub(crate) replies: Vec<Reply>,
    /// Whether callouts may fail.
    pub(crate) callouts_fail: bool,
    /// How fulfillments may go.
    pub(crate) outcomes: Vec<DeliveryOutcome>,
    /// How many hours are looked at.
    pub(crate) hours: u32,
    /// By how many hours the second host's clock is behind.
    pub(crate) lag: u32,
    /// How often a host may crash.
    pub(crate) crashes: usize,
    /// How often something may be sent or delivered twice.
    pub(crate) doublings: u32,
    /// What must have happened somewhere, so that the proof is about something.
    pub(crate) happenings: Vec<Property<Cluster>>,
}

/// The machine in its surroundings.
#[derive(Clone)]
pub(crate) struct Cluster {
    pub(crate) scenario: Scenario,
    pub(crate) fault: Fault,
}

/// A step of the world. Between any two steps, any other can come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Step {
    /// An hour goes by.
    Hour,
    /// The timer fires, at one of the hosts; as late as it likes, or never.
    Timer { host: usize },
    /// A message arrives, and the host loads the log. One that is kept arrives again. One that never arrives is lost.
    Arrive { host: usize, message: Message, is_kept: bool },
    /// A host decides, by its own clock.
    Decide { host: usize },
    /// A host stores what it decided, and fills the outbox, in one transaction; or finds that it must start again.
    Store { host: usize },
    /// A host tells its client.
    Answer { host: usize },
    /// A host loses its memory.
    Crash { host: usize },
    /// The outbox worker sends an entry. It may crash before it has noted so; then it will send again.
    Send { entry: usize, is_noted: bool },
    /// The worker sends an order, and it goes like this (or has gone before).
    Order { entry: usize, is_noted: bool, outcome: DeliveryOutcome },
    /// The worker cannot reach the extension.
    Fail { entry: usize },
    /// An extension calls back.
    Say { callout: CalloutName, reply: Reply },
}

impl Cluster {
    /// What a host's clock shows. Minutes are what the tests count in.
    fn clock(&self, world: &World, host: usize) -> Timestamp {
        let behind = if host == 0 { 0 } else { self.scenario.lag };
        t((i64::from(world.hour) - i64::from(behind)) * HOUR)
    }

    /// The host's program, in full: decide; after a refusal, apply what time has changed (rule N6).
    fn judge(&self, request: &Request, message: Message, now: Timestamp) -> Verdict {
        let command = self.command(request, message);
        match decide(request, &command, now) {
            Ok(decision) => Verdict::new(Some(decision), Answer::Accepted),
            Err(rejection) => {
                // What would it have been, had no time passed since the last event? The machine itself tells.
                let is_by_time = decide(request, &command, request.updated()).is_ok();
                let is_due = request.next_deadline().is_some_and(|deadline| deadline.at.is_reached(now));
                let follows = is_due && self.fault != Fault::RefusalsStoreNothing;
                let elapsed = follows.then(|| decide(request, &Message::Elapse.command(), now));
                Verdict::new(elapsed.and_then(Result::ok), Answer::refused(&rejection, is_by_time))
            }
        }
    }

    fn command(&self, request: &Request, message: Message) -> Command {
        match (message, request.callouts().last()) {
            (Message::Callback { reply, .. }, Some(callout)) if self.fault == Fault::CalloutNotChecked => {
                let callout = CalloutName {
                    stage: callout.stage(),
                    index: callout.index(),
                    attempt: callout.attempt(),
                    instance: callout.instance(),
                };
                Message::Callback { callout, reply }.command()
            }
            _ => message.command(),
        }
    }

    /// One transaction: events and outbox, on condition of the revision; none where the condition does not hold. What is
    /// still to be put into the outbox is given back: nothing, but for a fault.
    fn store(&self, world: &mut World, base: &Log, decision: &Decision) -> Option<Vec<Entry>> {
        if base.revision() != world.log.revision() && self.fault != Fault::NoCompareAndSwap {
            // Nor does a request that another host has moved on take the decision.
            assert!(world.request().is_none_or(|request| request.clone().apply(decision).is_err()));
            return None;
        }
        world.log = Arc::new(world.log.store(base, decision));
        let entries = decision
            .events()
            .iter()
            .filter_map(Sending::of)
            .map(|sending| Entry { sending, is_noted: false });
        if self.fault == Fault::OutboxApart {
            return Some(entries.collect());
        }
        world.outbox.extend(entries);
        Some(Vec::new())
    }

    /// Whether anybody would send this message as things are.
    fn has_reason(world: &World, message: Message) -> bool {
        match message {
            Message::Approve | Message::Deny | Message::ApproveOwnStage => world.has_asked_approvers(),
            Message::Reprocess => world.request().is_some_and(|request| {
                matches!(request.state(), State::DeliveryFailed | State::PartiallyDelivered)
            }),
            Message::Process
            | Message::Elapse
            | Message::Cancel
            | Message::Callback { .. }
            | Message::CalloutFailed { .. }
            | Message::Report { .. } => true,
        }
    }

    fn host_steps(&self, world: &World, steps: &mut Vec<Step>) {
        for (host, memory) in world.hosts.iter().enumerate() {
            match memory {
                Host::Idle => {
                    let mut previous = None;
                    for message in &world.flight {
                        // Two of the same are one choice.
                        if previous.replace(message) != Some(message) && Self::has_reason(world, *message) {
                            steps.push(Step::Arrive { host, message: *message, is_kept: false });
                            if world.doublings > 0 {
                                steps.push(Step::Arrive { host, message: *message, is_kept: true });
                            }
                        }
                    }
                    let deadline = world.request().and_then(Request::next_deadline);
                    let now = t(i64::from(world.hour) * HOUR);
                    if deadline.is_some_and(|deadline| deadline.at.is_reached(now)) {
                        steps.push(Step::Timer { host });
                    }
                    continue;
                }
                Host::Loaded { .. } => steps.push(Step::Decide { host }),
                Host::Decided { .. } => steps.push(Step::Store { host }),
                Host::Stored { .. } => steps.push(Step::Answer { host }),
            }
            if world.crashes.len() < self.scenario.crashes {
                steps.push(Step::Crash { host });
            }
        }
    }

    fn outbox_steps(&self, world: &World, steps: &mut Vec<Step>) {
        let notings: &[bool] = if world.doublings > 0 { &[true, false] } else { &[true] };
        for (entry, Entry { sending, is_noted: was_noted }) in world.outbox.iter().enumerate() {
            if *was_noted {
                continue;
            }
            for is_noted in notings.iter().copied() {
                match sending {
                    Sending::Callout(_) => steps.push(Step::Send { entry, is_noted }),
                    // To ask approvers twice changes nothing here.
                    Sending::Question { .. } if is_noted => steps.push(Step::Send { entry, is_noted }),
                    Sending::Question { .. } => {}
                    Sending::Order { .. } => {
                        let outcomes = self.scenario.outcomes.iter();
                        steps.extend(outcomes.map(|outcome| Step::Order {
                            entry,
                            is_noted,
                            outcome: *outcome,
                        }));
                    }
                }
            }
            if self.scenario.callouts_fail && matches!(sending, Sending::Callout(_)) {
                steps.push(Step::Fail { entry });
            }
        }
    }

    /// What a host does at its next step.
    fn run(&self, world: &mut World, host: usize) {
        let next = match world.hosts[host].clone() {
            Host::Idle => Host::Idle,
            Host::Loaded { message, base } => match &base.loaded {
                Ok(request) => {
                    let verdict = self.judge(request, message, self.clock(world, host));
                    match verdict {
                        Verdict { decision: None, answer, .. } => {
                            Host::Stored { message, answer, unsent: Vec::new() }
                        }
                        verdict => {
                            Host::Decided { message, base: Arc::clone(&base), verdict: Arc::new(verdict) }
                        }
                    }
                }
                // What does not replay cannot be worked on.
                Err(_) => Host::Idle,
            },
            Host::Decided { message, base, verdict } => {
                let stored = match &verdict.decision {
                    Some(decision) => self.store(world, &base, decision),
                    None => Some(Vec::new()),
                };
                match stored {
                    Some(unsent) => Host::Stored { message, answer: verdict.answer, unsent },
                    // The other host was faster: again, from what is stored now.
                    None => Host::Loaded { message, base: Arc::clone(&world.log) },
                }
            }
            Host::Stored { message, answer, unsent } => {
                world.outbox.extend(unsent);
                if let (Answer::Refused { is_by_time: true, .. }, Some(subject)) = (answer, message.subject())
                    && !world.refused_by_time.contains(&subject)
                {
                    world.refused_by_time.push(subject);
                    world.refused_by_time.sort_unstable();
                }
                Host::Idle
            }
        };
        world.hosts[host] = next;
    }

    /// The worker notes what it sent, or will send it again.
    fn note(world: &mut World, entry: usize, is_noted: bool) {
        world.outbox[entry].is_noted = is_noted;
        world.doublings -= u32::from(!is_noted);
    }

    /// Changes the access, unless the idempotency key says that this was done; and reports how it went.
    fn carry_out(&self, world: &mut World, attempt: u32, outcome: DeliveryOutcome) {
        let mut outcome = outcome;
        if let Some(done) = world.carried_out.iter_mut().find(|done| done.attempt == attempt) {
            done.times += u32::from(self.fault == Fault::KeyIgnored);
            outcome = done.outcome;
        } else {
            world.carried_out.push(CarriedOut { attempt, outcome, times: 1 });
        }
        world.post(Message::Report { attempt, outcome });
    }

    /// Whether the request comes to an end where every message is lost and only the timer still works, on a host that
    /// was just started: steps of this very model are taken, beyond its last hour if need be. So from every state some
    /// path leads to an end. (Nothing but log and hour is looked at, so one answer does for all states that share them.)
    pub(crate) fn ends_by_timers(&self, world: &World) -> bool {
        *world.log.ends_by_timers[world.hour as usize].get_or_init(|| {
            let mut world = World { hosts: [Host::Idle, Host::Idle], ..world.clone() };
            // Far more than any route of these scenarios has waits.
            for _ in 0..200 {
                let Some(request) = world.request() else { return false };
                if request.completed().is_some() {
                    return true;
                }
                let step = match request.next_deadline() {
                    None => return false,
                    Some(deadline) if deadline.at.is_reached(self.clock(&world, 0)) => {
                        Step::Timer { host: 0 }
                    }
                    Some(_) => Step::Hour,
                };
                self.take(&mut world, step);
                while world.hosts[0] != Host::Idle {
                    self.run(&mut world, 0);
                }
            }
            false
        })
    }

    fn take(&self, world: &mut World, step: Step) {
        match step {
            Step::Hour => world.hour += 1,
            Step::Timer { host } => {
                world.hosts[host] = Host::Loaded { message: Message::Elapse, base: Arc::clone(&world.log) };
            }
            Step::Arrive { host, message, is_kept } => {
                if is_kept {
                    world.doublings = world.doublings.saturating_sub(1);
                } else if let Some(place) = world.flight.iter().position(|other| *other == message) {
                    world.flight.remove(place);
                }
                world.hosts[host] = Host::Loaded { message, base: Arc::clone(&world.log) };
            }
            Step::Decide { host } | Step::Store { host } | Step::Answer { host } => self.run(world, host),
            Step::Crash { host } => {
                let point = match std::mem::replace(&mut world.hosts[host], Host::Idle) {
                    Host::Idle | Host::Loaded { .. } => CrashPoint::BeforeDecide,
                    Host::Decided { .. } => CrashPoint::BetweenDecideAndStore,
                    Host::Stored { .. } => CrashPoint::BetweenStoreAndAnswer,
                };
                world.crashes.push(point);
            }
            Step::Send { entry, is_noted } => {
                if let Sending::Callout(callout) = world.outbox[entry].sending {
                    world.asked.push(callout);
                    world.asked.sort_unstable();
                }
                Self::note(world, entry, is_noted);
            }
            Step::Order { entry, is_noted, outcome } => {
                if let Sending::Order { attempt } = world.outbox[entry].sending {
                    self.carry_out(world, attempt, outcome);
                }
                Self::note(world, entry, is_noted);
            }
            Step::Fail { entry } => {
                if let Sending::Callout(callout) = world.outbox[entry].sending {
                    world.post(Message::CalloutFailed { callout });
                }
                Self::note(world, entry, true);
            }
            Step::Say { callout, reply } => {
                if let Some(place) = world.asked.iter().position(|other| *other == callout) {
                    world.asked.remove(place);
                }
                if !world.said.contains(&(callout, reply)) {
                    world.said.push((callout, reply));
                    world.said.sort_unstable();
                }
                world.post(Message::Callback { callout, reply });
            }
        }
    }
}

/// Whether an extension at this stage says such a thing: at Determining it says what the approval stage is, and only
/// there.
fn is_about(reply: Reply, stage: CalloutStage) -> bool {
    match reply {
        Reply::Yes => stage != DETERMINING,
        Reply::Denied => true,
        Reply::Determined | Reply::DeterminedOtherwise | Reply::Unusable => stage == DETERMINING,
    }
}

impl Model for Cluster {
    type State = World;
    type Action = Step;

    fn init_states(&self) -> Vec<World> {
        let mut world = World {
            hour: 0,
            log: Arc::new(Log::new(self.scenario.setup.submit().events)),
            outbox: Vec::new(),
            hosts: [Host::Idle, Host::Idle],
            flight: Vec::new(),
            asked: Vec::new(),
            said: Vec::new(),
            carried_out: Vec::new(),
            refused_by_time: Vec::new(),
            crashes: Vec::new(),
            doublings: self.scenario.doublings,
        };
        world.post(Message::Process);
        for message in &self.scenario.people {
            world.post(*message);
        }
        vec![world]
    }

    fn actions(&self, world: &World, steps: &mut Vec<Step>) {
        if world.hour < self.scenario.hours {
            steps.push(Step::Hour);
        }
        self.host_steps(world, steps);
        self.outbox_steps(world, steps);
        let mut previous = None;
        for callout in &world.asked {
            if previous.replace(callout) != Some(callout) {
                let replies = self.scenario.replies.iter().filter(|reply| is_about(**reply, callout.stage));
                steps.extend(replies.map(|reply| Step::Say { callout: *callout, reply: *reply }));
            }
        }
    }

    fn next_state(&self, before: &World, step: Step) -> Option<World> {
        let mut world = before.clone();
        self.take(&mut world, step);
        Some(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::always().into_iter().chain(self.scenario.happenings.iter().cloned()).collect()
    }
}
