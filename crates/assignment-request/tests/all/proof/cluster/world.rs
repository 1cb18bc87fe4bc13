//! The state of the surroundings: what is stored, what is under way, what the hosts are doing.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, OnceLock};

use assignment_request::{
    Action, ApplyError, ApprovalDecision, CallbackDecision, CalloutId, CalloutStage, Command, Decision,
    DeliveryOutcome, DeterminedStage, Event, EventKind, Limits, Rejection, ReplayError, Request, Resume,
    Task, Tier,
};

use crate::common::{
    APPROVER, HOUR, OTHER, PROCESS, SERVICE, admin, approver, decision, determined_stage, failed, host,
    service, user,
};

/// What an extension says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Reply {
    Yes,
    Denied,
    /// What the approval stage is.
    Determined,
    /// Something else that the approval stage is.
    DeterminedOtherwise,
    /// An approval stage without approvers.
    Unusable,
}

impl Reply {
    pub(crate) const fn decision(self) -> CallbackDecision {
        match self {
            Self::Denied => CallbackDecision::Deny,
            Self::Yes | Self::Determined | Self::DeterminedOtherwise | Self::Unusable => {
                CallbackDecision::Continue
            }
        }
    }

    pub(crate) fn approval_stage(self) -> Option<DeterminedStage> {
        match self {
            Self::Yes | Self::Denied => None,
            Self::Determined => Some(determined_stage(HOUR, None)),
            Self::DeterminedOtherwise => Some(determined_stage(2 * HOUR, Some(HOUR))),
            Self::Unusable => Some(DeterminedStage::default()),
        }
    }
}

/// A callout, by its parts (rule I5).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct CalloutName {
    pub(crate) stage: CalloutStage,
    pub(crate) index: u32,
    pub(crate) attempt: u32,
    pub(crate) instance: CalloutId,
}

impl fmt::Debug for CalloutName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.stage, self.index, self.attempt)
    }
}

/// What is asked of a host, by whomever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Message {
    /// The host's own order to start the route.
    Process,
    /// The timer.
    Elapse,
    /// One approver says yes.
    Approve,
    /// Another approver says no.
    Deny,
    /// The actor of the callbacks says yes, as an approver.
    ApproveOwnStage,
    /// The requestor takes the request back.
    Cancel,
    /// An administrator has a failure tried again.
    Reprocess,
    /// An extension calls back.
    Callback { callout: CalloutName, reply: Reply },
    /// A callout could not be made.
    CalloutFailed { callout: CalloutName },
    /// The fulfillment's outcome.
    Report { attempt: u32, outcome: DeliveryOutcome },
}

/// What an answer is about: two answers about one subject can be each other's opposite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Subject {
    Processing,
    Callout(CalloutId),
    Approval,
    Cancel,
    Reprocess,
}

impl Message {
    /// The machine's command.
    pub(crate) fn command(self) -> Command {
        match self {
            Self::Process => Command::new(host(), PROCESS),
            Self::Elapse => Command::new(host(), Action::Elapse),
            Self::Approve => {
                Command::new(approver(APPROVER), decision(0, Tier::Primary, ApprovalDecision::Approve))
            }
            Self::Deny => Command::new(approver(OTHER), decision(0, Tier::Primary, ApprovalDecision::Deny)),
            Self::ApproveOwnStage => {
                Command::new(approver(SERVICE), decision(0, Tier::Primary, ApprovalDecision::Approve))
            }
            Self::Cancel => Command::new(user(), Action::Cancel),
            Self::Reprocess => Command::new(admin(), Action::Reprocess),
            Self::Callback { callout, reply } => {
                let resume = Resume {
                    instance: callout.instance,
                    stage: callout.stage,
                    decision: reply.decision(),
                    approval_stage: reply.approval_stage().map(Arc::new),
                    source: None,
                    detail: None,
                };
                Command::new(service(), Action::Resume(resume))
            }
            Self::CalloutFailed { callout } => Command::new(host(), failed(callout.instance)),
            Self::Report { attempt, outcome } => {
                Command::new(host(), Action::ReportDelivery { attempt, outcome })
            }
        }
    }

    /// What its answer is about. `None` if nobody waits for an answer, or no answer has an opposite.
    pub(crate) const fn subject(self) -> Option<Subject> {
        match self {
            Self::Process => Some(Subject::Processing),
            Self::Approve | Self::Deny | Self::ApproveOwnStage => Some(Subject::Approval),
            Self::Cancel => Some(Subject::Cancel),
            Self::Reprocess => Some(Subject::Reprocess),
            Self::Callback { callout, .. } => Some(Subject::Callout(callout.instance)),
            Self::Elapse | Self::CalloutFailed { .. } | Self::Report { .. } => None,
        }
    }
}

/// The latest hour that any world looks at, and one.
pub(crate) const MOST_HOURS: usize = 8;

/// What the store holds of the request.
#[derive(Debug)]
pub(crate) struct Log {
    /// The events, as the next host will load them.
    pub(crate) events: Vec<Event>,
    /// Every event that was ever stored. Nobody in the model reads it; the properties do. It differs from the events
    /// only where a store loses some.
    pub(crate) committed: Vec<Event>,
    /// What loading gives: the events replayed.
    pub(crate) loaded: Result<Request, ReplayError>,
    /// The same for a host that keeps the request in memory: the last decision applied to what it was made for. `None`
    /// before there is one.
    pub(crate) applied: Option<Result<Request, ApplyError>>,
    /// Whether the request comes to an end where, from an hour on, nothing but the timer works any more; worked out
    /// once an hour, when asked.
    pub(crate) ends_by_timers: [OnceLock<bool>; MOST_HOURS],
    /// Of the events, and of the committed ones.
    digests: (u64, u64),
}

impl Log {
    pub(crate) fn new(events: Vec<Event>) -> Self {
        let digest = digest(0, &events);
        Self {
            loaded: Request::replay(&events, &Limits::default()),
            applied: None,
            committed: events.clone(),
            events,
            ends_by_timers: Default::default(),
            digests: (digest, digest),
        }
    }

    /// This log with the events that were decided on `base` after those of `base`. If the store compares and swaps,
    /// `base` is this log.
    pub(crate) fn store(&self, base: &Self, decision: &Decision) -> Self {
        let decided = decision.events();
        let events = [&base.events, decided].concat();
        let applied = base.loaded.clone().ok().map(|mut request| request.apply(decision).map(|()| request));
        Self {
            loaded: Request::replay(&events, &Limits::default()),
            applied,
            committed: [&self.committed, decided].concat(),
            events,
            ends_by_timers: Default::default(),
            digests: (digest(base.digests.0, decided), digest(self.digests.1, decided)),
        }
    }

    pub(crate) fn revision(&self) -> usize {
        self.events.len()
    }

    /// Whether an event of this kind was ever stored.
    pub(crate) fn has(&self, is_it: impl Fn(&EventKind) -> bool) -> bool {
        self.committed.iter().any(|event| is_it(&event.kind))
    }

    pub(crate) fn count(&self, is_it: impl Fn(&EventKind) -> bool) -> usize {
        self.committed.iter().filter(|event| is_it(&event.kind)).count()
    }
}

/// A number for what was there before and these events. The checker tells states apart by numbers; events have no hash
/// of their own, so their text is taken.
fn digest(before: u64, events: &[Event]) -> u64 {
    let mut hasher = DefaultHasher::new();
    before.hash(&mut hasher);
    for event in events {
        format!("{event:?}").hash(&mut hasher);
    }
    hasher.finish()
}

impl Hash for Log {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.digests.hash(hasher);
    }
}

impl PartialEq for Log {
    fn eq(&self, other: &Self) -> bool {
        self.digests == other.digests
    }
}

/// Something that an event asks the host to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Sending {
    /// A callout, to its extension.
    Callout(CalloutName),
    /// The question, to the approvers.
    Question { stage: u32 },
    /// An order, to the service that changes access. The idempotency key: the request's id (there is one request
    /// here) and this attempt.
    Order { attempt: u32 },
}

impl Sending {
    /// What the host does about an event. A message of its own brings `Process`.
    pub(crate) fn of(event: &Event) -> Option<Self> {
        Some(match (event.task()?, &event.kind) {
            (Task::SendCallout { instance, stage, index, .. }, EventKind::CalloutStarted { attempt, .. }) => {
                Self::Callout(CalloutName { stage, index, attempt: *attempt, instance })
            }
            (Task::AskApprovers { stage, .. } | Task::AskEscalationApprovers { stage }, _) => {
                Self::Question { stage }
            }
            (Task::Fulfill { attempt, .. }, _) => Self::Order { attempt },
            (Task::Process | Task::SendCallout { .. }, _) => return None,
        })
    }
}

/// An entry of the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Entry {
    pub(crate) sending: Sending,
    /// Whether the worker has sent it and noted so. One that was sent and not noted is sent again.
    pub(crate) is_noted: bool,
}

/// What a client is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Answer {
    Accepted,
    /// With the code, and whether time caused it: the same request would have accepted, had no time passed.
    Refused {
        code: &'static str,
        is_by_time: bool,
    },
}

impl Answer {
    pub(crate) fn refused(rejection: &Rejection, is_by_time: bool) -> Self {
        Self::Refused { code: rejection.code(), is_by_time }
    }
}

/// What a host makes of a message: events to store, which may be those of rule N6, and what it will then answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Verdict {
    /// `None` if there is nothing to store.
    pub(crate) decision: Option<Decision>,
    pub(crate) answer: Answer,
    digest: u64,
}

impl Verdict {
    pub(crate) fn new(decision: Option<Decision>, answer: Answer) -> Self {
        let decision = decision.filter(|decision| !decision.events().is_empty());
        let digest = digest(0, decision.as_ref().map(Decision::events).unwrap_or_default());
        Self { decision, answer, digest }
    }
}

impl Hash for Verdict {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (self.digest, self.answer).hash(hasher);
    }
}

/// What a host has in memory: all of it is gone after a crash.
#[derive(Clone, Debug, PartialEq, Hash)]
pub(crate) enum Host {
    Idle,
    /// It has taken a message, and loaded the log.
    Loaded {
        message: Message,
        base: Arc<Log>,
    },
    /// It has decided, and not stored yet.
    Decided {
        message: Message,
        base: Arc<Log>,
        verdict: Arc<Verdict>,
    },
    /// It has stored what there was to store, and not answered yet. What it has yet to put into the outbox is nothing,
    /// but where outbox and events are not written together.
    Stored {
        message: Message,
        answer: Answer,
        unsent: Vec<Entry>,
    },
}

/// Where a host was when it crashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum CrashPoint {
    BeforeDecide,
    BetweenDecideAndStore,
    BetweenStoreAndAnswer,
}

/// What was done about an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CarriedOut {
    pub(crate) attempt: u32,
    pub(crate) outcome: DeliveryOutcome,
    pub(crate) times: u32,
}

/// Everything.
#[derive(Clone, Debug, PartialEq, Hash)]
pub(crate) struct World {
    /// Hours since the submission. Clocks of hosts are at this, or behind it.
    pub(crate) hour: u32,
    pub(crate) log: Arc<Log>,
    /// Written together with the log. Sent entries stay, so that nothing can be lost unseen.
    pub(crate) outbox: Vec<Entry>,
    pub(crate) hosts: [Host; 2],
    /// What is under way to the hosts, in order of nothing but its name: any of it may arrive next, or never.
    pub(crate) flight: Vec<Message>,
    /// Callouts that reached their extension and are not answered yet.
    pub(crate) asked: Vec<CalloutName>,
    /// What extensions answered.
    pub(crate) said: Vec<(CalloutName, Reply)>,
    pub(crate) carried_out: Vec<CarriedOut>,
    /// What a client was told to be refused because of time.
    pub(crate) refused_by_time: Vec<Subject>,
    pub(crate) crashes: Vec<CrashPoint>,
    /// How often something may still be sent or delivered twice.
    pub(crate) doublings: u32,
}

impl World {
    pub(crate) fn request(&self) -> Option<&Request> {
        self.log.loaded.as_ref().ok()
    }

    /// Whether the approvers were asked.
    pub(crate) fn has_asked_approvers(&self) -> bool {
        self.outbox.iter().any(|entry| entry.is_noted && matches!(entry.sending, Sending::Question { .. }))
    }

    /// Puts a message under way.
    pub(crate) fn post(&mut self, message: Message) {
        let place = self.flight.partition_point(|other| *other < message);
        self.flight.insert(place, message);
    }
}
