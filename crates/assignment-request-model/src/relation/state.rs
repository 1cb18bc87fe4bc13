//! What the relation is about: a request, its policy, a command, and what is watched.

use super::logic::{Lists, Logic, record};
use super::smt::Smt;

/// Where a request is. The places from [`place::AT_CALLOUTS`] on are inside a command: one more step must follow.
pub mod place {
    pub const ACCEPTED: i128 = 0;
    pub const WAITING: i128 = 1;
    pub const PENDING: i128 = 2;
    pub const SCHEDULED: i128 = 3;
    pub const DELIVERING: i128 = 4;
    pub const DELIVERED: i128 = 5;
    pub const PARTIALLY_DELIVERED: i128 = 6;
    pub const FAILED: i128 = 7;
    pub const DENIED: i128 = 8;
    pub const CANCELED: i128 = 9;
    /// Before the extension `next` of the stage `next_stage`.
    pub const AT_CALLOUTS: i128 = 10;
    /// Before the next approval stage.
    pub const AT_APPROVAL: i128 = 11;
    /// Before the start.
    pub const AT_START: i128 = 12;
    /// Before the first fulfillment.
    pub const AT_FULFILLMENT: i128 = 13;
    /// A callback denied the request.
    pub const ANSWERED_DENY: i128 = 14;
    /// A callback canceled the request.
    pub const ANSWERED_CANCEL: i128 = 15;
    /// The callout that the request waited for failed, under `fail`.
    pub const WAIT_FAILED: i128 = 16;
    /// The failed callout is tried again.
    pub const RETRYING_CALLOUT: i128 = 17;
    /// The failed fulfillment is tried again.
    pub const RETRYING_FULFILLMENT: i128 = 18;
}

/// Why a request has failed or ended, and how a held wait failed.
pub mod reason {
    pub const NONE: i128 = 0;
    pub const FULFILLMENT: i128 = 1;
    pub const FULFILLMENT_TIMED_OUT: i128 = 2;
    pub const CALLOUT_FAILED: i128 = 3;
    pub const CALLBACK_TIMED_OUT: i128 = 4;
    pub const APPROVER: i128 = 5;
    pub const CALLBACK: i128 = 6;
    pub const APPROVAL_EXPIRED: i128 = 7;
    pub const WINDOW_PASSED: i128 = 8;
    pub const NOT_PROCESSED: i128 = 9;
    pub const REQUESTOR: i128 = 10;
    pub const ADMINISTRATOR: i128 = 11;
    pub const SYSTEM: i128 = 12;
}

/// The stages of callouts.
pub mod stage {
    /// The stage of no callout.
    pub const UNKNOWN: i128 = -1;
    pub const CREATED: i128 = 0;
    pub const DETERMINING: i128 = 1;
    pub const APPROVED: i128 = 2;
    pub const GRANTED: i128 = 3;
    pub const REMOVED: i128 = 4;
    /// Both stages at which no request waits.
    pub const PRE_EXPIRATION: i128 = 5;
}

/// Whether an open stage is escalated.
pub mod escalation {
    pub const DISABLED: i128 = 0;
    pub const AHEAD: i128 = 1;
    pub const ESCALATED: i128 = 2;
}

/// How the latest attempt of the watched callout stands.
pub mod answer {
    pub const NOT_STARTED: i128 = 0;
    pub const SENT: i128 = 1;
    pub const WAITING: i128 = 2;
    pub const YES: i128 = 3;
    /// It denied or canceled.
    pub const NO: i128 = 4;
    pub const TIMED_OUT: i128 = 5;
    pub const FAILED: i128 = 6;
}

/// The statuses that can be canceled at all (section 6). All others are 8.
pub mod status {
    pub const ACCEPTED: i128 = 0;
    pub const WAITING_FOR_CALLBACK: i128 = 1;
    pub const PENDING_APPROVAL: i128 = 2;
    pub const PENDING_APPROVAL_ESCALATED: i128 = 3;
    pub const PENDING_NOT_BEFORE: i128 = 4;
    pub const DELIVERY_FAILED: i128 = 5;
    pub const CALLOUT_FAILED: i128 = 6;
    pub const CALLBACK_TIMED_OUT: i128 = 7;
    pub const OTHER: i128 = 8;
}

pub mod operation {
    pub const ADD: i128 = 0;
    pub const UPDATE: i128 = 1;
    pub const REMOVE: i128 = 2;
}

pub mod role {
    pub const USER: i128 = 0;
    pub const APPROVER: i128 = 1;
    pub const ADMINISTRATOR: i128 = 2;
    pub const EXTENSION: i128 = 3;
    pub const SYSTEM: i128 = 4;
}

pub mod decision {
    pub const CONTINUE: i128 = 0;
    pub const DENY: i128 = 1;
    pub const CANCEL: i128 = 2;
}

record! {
    /// What is fixed when a request is submitted (I6), lists aside.
    Policy {
        operation: Int,
        is_validation_only: Bool,
        requestor: Int,
        /// How many approval stages the request has: none if it requires no approval (W4).
        approval_stages: Int,
        /// How many of them extensions determine.
        to_determine: Int,
        /// Whether a callout that is waited for is on the route (W1).
        has_wait: Bool,
        has_start: Bool,
        start: Int,
        has_window_end: Bool,
        window_end: Int,
        /// Whether failed waits are held (X6).
        holds: Bool,
        reprocess_window: Int,
        has_fulfillment_timeout: Bool,
        fulfillment_timeout: Int,
        has_accepted_timeout: Bool,
        accepted_timeout: Int,
        distinct_approvers: Bool,
        /// The last timestamp there is: later deadlines are cut off there (P10).
        latest: Int,
    }
}

record! {
    /// A request. Members that mean nothing at a place are 0 there.
    ///
    /// Lists are replaced by counts and by what is known of one member that is watched: any member, fixed in advance.
    /// What holds for it holds for each.
    State {
        place: Int,
        reason: Int,
        next_stage: Int,
        next: Int,
        /// The callout that was started last.
        callout_stage: Int,
        callout_index: Int,
        callout_attempt: Int,
        has_deadline: Bool,
        deadline: Int,
        escalation: Int,
        escalate_at: Int,
        /// The attempt of the fulfillment; 0 before the first order.
        attempt: Int,
        revision: Int,
        /// The time of the last event.
        updated: Int,
        is_completed: Bool,
        /// When reprocessing ends, known from the first completion or held wait on (Q2).
        has_retry_end: Bool,
        retry_end: Int,
        /// How many approval stages were approved: the index of the open one.
        approved: Int,
        /// How many determined stages were determined.
        determined: Int,
        is_target_known: Bool,
        target: Int,
        /// The watched approval stage: whether it was decided and by whom, and determined and by whom.
        is_decided: Bool,
        decider: Int,
        is_appointed: Bool,
        appointer: Int,
        /// Whether what was determined is what Y8 asks for.
        is_well_appointed: Bool,
        /// The watched callout: its latest attempt, and how that stands.
        callout_attempts: Int,
        callout_answer: Int,
        /// How many stages the watched person decided.
        reviews: Int,
    }
}

record! {
    /// One approval stage, one callout and one person: any of them.
    Watched {
        approval_stage: Int,
        callout_stage: Int,
        callout_index: Int,
        person: Int,
    }
}

record! {
    /// A command, and the clock of the host that judges it. Each command reads the members that it has.
    Input {
        now: Int,
        role: Int,
        actor: Int,
        expects_revision: Bool,
        expected_revision: Int,
        gives_target: Bool,
        given_target: Int,
        /// The callout of this request that has the instance id: its stage, index and attempt. The stage is that of
        /// [`stage::UNKNOWN`] if there is none.
        callout_stage: Int,
        callout_index: Int,
        callout_attempt: Int,
        /// Whether that callout is one that was launched only and has not failed; read if it is not the watched one.
        was_sent: Bool,
        /// The stage that a resume names.
        given_stage: Int,
        decision: Int,
        carries_stage: Bool,
        /// Whether the approval stage is what Y8 asks for.
        is_good_stage: Bool,
        /// Whether all texts keep to C14.
        are_good_texts: Bool,
        approval_stage: Int,
        is_escalation_tier: Bool,
        has_justification: Bool,
        /// Whether the actor decided an earlier stage; read if the actor is not the watched person.
        has_reviewed: Bool,
        /// Whether the actor determined the stage; read if it is not the watched one.
        has_appointed: Bool,
        /// The attempt that is reported.
        attempt: Int,
    }
}

/// A condition with its name.
pub type Named<L> = (&'static str, <L as Logic>::Bool);

/// Everything that a step is judged by.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a, L: Logic> {
    pub policy: &'a Policy<L>,
    pub lists: &'a L::Lists,
    pub watched: &'a Watched<L>,
    pub state: &'a State<L>,
    pub input: &'a Input<L>,
}

impl<L: Logic> Policy<L> {
    /// The time some ticks later, or the last there is.
    pub fn later(&self, at: L::Int, ticks: L::Int) -> L::Int {
        L::choose(L::at_most(at + ticks, self.latest), at + ticks, self.latest)
    }

    /// The request just after it was submitted, which is also the first event.
    pub fn submitted(&self, at: L::Int, is_target_known: L::Bool, target: L::Int) -> State<L> {
        let zero = L::int(0);
        let has_deadline = self.has_accepted_timeout & !self.is_validation_only;
        State {
            place: L::int(place::ACCEPTED),
            reason: zero,
            next_stage: zero,
            next: zero,
            callout_stage: zero,
            callout_index: zero,
            callout_attempt: zero,
            has_deadline,
            deadline: L::choose(has_deadline, self.later(at, self.accepted_timeout), zero),
            escalation: zero,
            escalate_at: zero,
            attempt: zero,
            revision: L::int(1),
            updated: at,
            is_completed: L::truth(false),
            has_retry_end: L::truth(false),
            retry_end: zero,
            approved: zero,
            determined: zero,
            is_target_known,
            target: L::choose(is_target_known, target, zero),
            is_decided: L::truth(false),
            decider: zero,
            is_appointed: L::truth(false),
            appointer: zero,
            is_well_appointed: L::truth(false),
            callout_attempts: zero,
            callout_answer: L::int(answer::NOT_STARTED),
            reviews: zero,
        }
    }
}

impl<L: Logic> State<L> {
    pub fn is_at(&self, place: i128) -> L::Bool {
        L::is(self.place, place)
    }

    /// Whether a command has one more step to take.
    pub fn is_moving(&self) -> L::Bool {
        L::at_most(L::int(place::AT_CALLOUTS), self.place)
    }

    /// Whether the request waits for a callback although the wait failed (X6).
    pub fn is_held(&self) -> L::Bool {
        self.is_at(place::WAITING) & !L::is(self.reason, reason::NONE)
    }

    /// Whether the callout that was started last is the one to retry.
    pub fn has_failed_callout(&self) -> L::Bool {
        self.is_at(place::FAILED)
            & L::is_one_of(self.reason, &[reason::CALLOUT_FAILED, reason::CALLBACK_TIMED_OUT])
    }

    /// Whether a fulfillment is to be retried.
    pub fn has_failed_fulfillment(&self) -> L::Bool {
        (self.is_at(place::FAILED)
            & L::is_one_of(self.reason, &[reason::FULFILLMENT, reason::FULFILLMENT_TIMED_OUT]))
            | self.is_at(place::PARTIALLY_DELIVERED)
    }

    /// When the request moves on by itself: at an escalation first, which is before the deadline (V2).
    pub fn next_deadline(&self) -> L::Int {
        L::choose(L::is(self.escalation, escalation::AHEAD), self.escalate_at, self.deadline)
    }

    /// The status, as far as it can be canceled (T3).
    pub fn status(&self) -> L::Int {
        use place::{ACCEPTED, FAILED, PENDING, SCHEDULED, WAITING};
        let failed = L::choose(
            L::is_one_of(self.reason, &[reason::FULFILLMENT, reason::FULFILLMENT_TIMED_OUT]),
            L::int(status::DELIVERY_FAILED),
            L::choose(
                L::is(self.reason, reason::CALLOUT_FAILED),
                L::int(status::CALLOUT_FAILED),
                L::int(status::CALLBACK_TIMED_OUT),
            ),
        );
        let pending = L::choose(
            L::is(self.escalation, escalation::ESCALATED),
            L::int(status::PENDING_APPROVAL_ESCALATED),
            L::int(status::PENDING_APPROVAL),
        );
        let of = |place, status, otherwise| L::choose(self.is_at(place), status, otherwise);
        let other = of(FAILED, failed, L::int(status::OTHER));
        let other = of(SCHEDULED, L::int(status::PENDING_NOT_BEFORE), other);
        let other = of(PENDING, pending, other);
        let other = of(WAITING, L::int(status::WAITING_FOR_CALLBACK), other);
        of(ACCEPTED, L::int(status::ACCEPTED), other)
    }
}

impl<L: Logic> Scene<'_, L> {
    /// The time of the command: that of the clock, but never before the last event (N3).
    pub fn at(&self) -> L::Int {
        let (now, updated) = (self.input.now, self.state.updated);
        L::choose(L::at_most(updated, now), now, updated)
    }

    /// Whether a deadline is due (N2).
    pub fn is_due(&self) -> L::Bool {
        self.state.has_deadline & L::at_most(self.state.next_deadline(), self.at())
    }

    /// Whether the request has approval stages (W4).
    pub fn requires_approval(&self) -> L::Bool {
        L::less(L::int(0), self.policy.approval_stages)
    }

    /// Whether a stage of callouts is on the route (W2, W3).
    pub fn is_on_route(&self, at: L::Int) -> L::Bool {
        let operation = self.policy.operation;
        let removes = L::is(operation, operation::REMOVE);
        (removes & L::is(at, stage::REMOVED))
            | (!removes & L::is_one_of(at, &[stage::CREATED, stage::APPROVED]))
            | (!removes & L::is(at, stage::DETERMINING) & self.requires_approval())
            | (L::is(operation, operation::ADD) & L::is(at, stage::GRANTED))
    }

    /// Whether there is such an extension on the route.
    pub fn is_extension(&self, at: L::Int, index: L::Int) -> L::Bool {
        self.is_on_route(at) & L::at_most(L::int(0), index) & L::less(index, self.lists.extensions(at))
    }

    /// Whether it is the watched callout.
    pub fn is_watched(&self, at: L::Int, index: L::Int) -> L::Bool {
        L::equal(at, self.watched.callout_stage) & L::equal(index, self.watched.callout_index)
    }

    /// Whether the callout of the command is the one that was started last, in any attempt.
    pub fn is_last_callout(&self) -> L::Bool {
        let Self { state, input, .. } = self;
        L::equal(input.callout_stage, state.callout_stage)
            & L::equal(input.callout_index, state.callout_index)
    }

    /// Whether the callout of the command is the one that the request waits for, held or not.
    pub fn is_awaited(&self) -> L::Bool {
        let Self { state, input, .. } = self;
        state.is_at(place::WAITING)
            & self.is_last_callout()
            & L::equal(input.callout_attempt, state.callout_attempt)
    }

    /// Whether the actor is the requestor or the target.
    pub fn is_own(&self) -> L::Bool {
        let Self { policy, state, input, .. } = self;
        L::equal(input.actor, policy.requestor)
            | (state.is_target_known & L::equal(input.actor, state.target))
    }

    /// Whether the request has the revision that the command expects, if it expects one (I3).
    pub fn is_expected(&self) -> L::Bool {
        let Self { state, input, .. } = self;
        !input.expects_revision | L::equal(input.expected_revision, state.revision)
    }

    /// Whether the end of the access window has passed (C9).
    pub fn has_window_passed(&self) -> L::Bool {
        self.policy.has_window_end & L::at_most(self.policy.window_end, self.at())
    }

    /// What is true of every route, and of every stage that was determined (Y8).
    pub fn policy_facts(&self) -> Vec<Named<L>> {
        let Self { policy, lists, watched, state, .. } = *self;
        let zero = L::int(0);
        let implies = L::implies;
        let extension = |at, index| {
            let waits = lists.waits(at, index);
            let is_bounded = policy.has_wait & L::less(zero, lists.timeout(at, index));
            L::at_most(zero, lists.extensions(at))
                & implies(
                    self.is_extension(at, index),
                    implies(waits, is_bounded) & implies(L::is(at, stage::DETERMINING), waits),
                )
        };
        let approval = |index| {
            let determined = lists.is_determined(index);
            let before = lists.determined_before(index);
            let denial = lists.denial_after(index);
            let escalation = lists.escalation_after(index);
            let is_set = !determined | L::less(before, state.determined);
            let is_between = L::less(zero, escalation) & L::less(escalation, denial);
            implies(
                L::at_most(zero, index) & L::less(index, policy.approval_stages),
                implies(determined, L::at_most(zero, before) & L::less(before, policy.to_determine))
                    & implies(is_set, L::less(zero, denial))
                    & implies(is_set & lists.escalates(index), is_between),
            )
        };
        let requires_approval = self.requires_approval();
        let determining = lists.extensions(L::int(stage::DETERMINING));
        let removes = L::is(policy.operation, operation::REMOVE);
        vec![
            ("P3 Y8 stages have durations", approval(watched.approval_stage) & approval(state.approved)),
            (
                "P4 Y3 waits have time-outs, and determining is waited for",
                extension(watched.callout_stage, watched.callout_index)
                    & extension(state.callout_stage, state.callout_index)
                    & extension(state.next_stage, state.next),
            ),
            (
                "Y2 each determined stage has its extension",
                implies(requires_approval, L::equal(determining, policy.to_determine))
                    & implies(!requires_approval, L::is(policy.to_determine, 0)),
            ),
            ("counts", L::at_most(zero, policy.approval_stages) & L::at_most(zero, policy.to_determine)),
            ("W3 removing needs no approval", !(removes & requires_approval)),
            (
                "P10 durations are positive",
                L::less(zero, policy.reprocess_window)
                    & implies(policy.has_fulfillment_timeout, L::less(zero, policy.fulfillment_timeout))
                    & implies(policy.has_accepted_timeout, L::less(zero, policy.accepted_timeout)),
            ),
            ("section 6 what can be canceled", !lists.cancelable(L::int(status::OTHER))),
            (
                "there are three operations",
                L::is_one_of(policy.operation, &[operation::ADD, operation::UPDATE, operation::REMOVE]),
            ),
        ]
    }

    /// How a command is read, and what is watched.
    pub fn input_facts(&self) -> Vec<Named<L>> {
        let Self { policy, watched, state, input, .. } = *self;
        let is_older = self.is_watched(input.callout_stage, input.callout_index)
            & !L::equal(input.callout_attempt, state.callout_attempts);
        let is_unknown = L::is(input.callout_stage, stage::UNKNOWN);
        let is_callout = L::less(L::int(stage::UNKNOWN), input.callout_stage)
            & L::less(input.callout_stage, L::int(stage::PRE_EXPIRATION));
        vec![
            (
                "I1 the events of a command have one time",
                L::at_most(self.at(), policy.latest)
                    & L::implies(state.is_moving(), L::at_most(input.now, state.updated)),
            ),
            ("the watched stage has an index", L::at_most(L::int(0), watched.approval_stage)),
            ("the watched callout has a stage", L::at_most(L::int(0), watched.callout_stage)),
            (
                "there are three decisions",
                L::is_one_of(input.decision, &[decision::CONTINUE, decision::DENY, decision::CANCEL]),
            ),
            ("a callout has a stage that can be called", is_unknown | is_callout),
            (
                "Q3 a callout that was launched only is never started again",
                L::implies(input.was_sent, is_callout & !is_older),
            ),
        ]
    }
}
