//! The transition relation: what may happen to a request, at most one event a step.
//!
//! A command is one step. What must follow in the same command (the next callout, the opening of a stage) and what a
//! deadline does are steps of their own. Each guard names its rule.

use assignment_request::Rule;

use super::logic::{Lists, Logic};
use super::state::{Scene, State, answer, decision, escalation, operation, place, reason, role, stage};

/// A condition of a step. A condition that follows from the others and only decides which code a refusal has is left out:
/// R1 follows from R2, an unknown callout (R2, X4) is neither waited for nor sent, and an approval stage that is open exists
/// and was not decided (V5).
#[derive(Clone, Copy, Debug)]
pub struct Guard<L: Logic> {
    pub rule: Rule,
    /// What it asks for.
    pub name: &'static str,
    pub holds: L::Bool,
}

/// A step: what it takes, and where it leads.
#[derive(Clone, Debug)]
pub struct Step<L: Logic> {
    pub guards: Vec<Guard<L>>,
    pub next: State<L>,
}

/// When a step is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// By a command, when the request is at rest.
    Command,
    /// At a deadline, when the request is at rest.
    Deadline,
    /// At once, in the same command.
    Next,
    /// At once, or at the deadline of a start.
    NextOrDeadline,
}

macro_rules! steps {
    ($($kind:ident: $when:ident, $event:expr, $take:ident;)+) => {
        /// The steps there are.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Kind { $($kind),+ }

        impl Kind {
            pub const ALL: &[Self] = &[$(Self::$kind),+];

            pub const fn when(self) -> When {
                match self { $(Self::$kind => When::$when),+ }
            }

            /// The event that the step gives. Processing gives one if it resolves the target, and the end of a list of
            /// callouts gives none.
            pub const fn event(self) -> Option<&'static str> {
                match self { $(Self::$kind => $event),+ }
            }

            /// The step from a scene.
            pub fn take<L: Logic>(self, scene: Scene<'_, L>) -> Step<L> {
                match self { $(Self::$kind => $take(scene)),+ }
            }
        }
    };
}

steps! {
    Process: Command, Some("targetResolved"), process;
    Resume: Command, Some("callbackReceived"), resume;
    Approve: Command, Some("stageApproved"), approve;
    Deny: Command, Some("denied"), deny;
    Cancel: Command, Some("canceled"), cancel;
    Reprocess: Command, Some("reprocessed"), reprocess;
    ReportDelivered: Command, Some("delivered"), report_delivered;
    ReportPartiallyDelivered: Command, Some("partiallyDelivered"), report_partially_delivered;
    ReportFailed: Command, Some("deliveryFailed"), report_failed;
    ReportCalloutFailed: Command, Some("calloutFailed"), report_callout_failed;
    ProcessingDue: Deadline, Some("denied"), processing_due;
    CallbackDue: Deadline, Some("callbackTimedOut"), callback_due;
    HoldDue: Deadline, Some("deliveryFailed"), hold_due;
    EscalationDue: Deadline, Some("approvalEscalated"), escalation_due;
    ApprovalDue: Deadline, Some("denied"), approval_due;
    FulfillmentDue: Deadline, Some("deliveryFailed"), fulfillment_due;
    StartCallout: Next, Some("calloutStarted"), start_callout;
    EndCallouts: Next, None, end_callouts;
    RequestApproval: Next, Some("approvalRequested"), request_approval;
    EndApproval: Next, Some("approved"), end_approval;
    PassWindow: NextOrDeadline, Some("denied"), pass_window;
    Schedule: Next, Some("scheduled"), schedule;
    StartDelivery: NextOrDeadline, Some("deliveryStarted"), start_delivery;
    OrderFulfillment: Next, Some("fulfillmentOrdered"), order_fulfillment;
    DenyByCallback: Next, Some("denied"), deny_by_callback;
    CancelByCallback: Next, Some("canceled"), cancel_by_callback;
    FailWait: Next, Some("deliveryFailed"), fail_wait;
}

impl Kind {
    /// Whether the step is taken while the request is at rest, or inside a command (I1: all events of a command, or none).
    pub fn is_in_time<L: Logic>(self, scene: Scene<'_, L>) -> L::Bool {
        match self.when() {
            When::Command | When::Deadline => !scene.state.is_moving(),
            When::Next => scene.state.is_moving(),
            When::NextOrDeadline => L::truth(true),
        }
    }
}

impl<L: Logic> Scene<'_, L> {
    /// The state after one event, if nothing else changes.
    fn event(&self) -> State<L> {
        State { revision: self.state.revision + L::int(1), updated: self.at(), ..*self.state }
    }

    /// The state without a deadline, on the way to another place.
    fn leave(&self, to: i128) -> State<L> {
        State {
            place: L::int(to),
            reason: L::int(reason::NONE),
            next_stage: L::int(0),
            next: L::int(0),
            has_deadline: L::truth(false),
            deadline: L::int(0),
            escalation: L::int(escalation::DISABLED),
            escalate_at: L::int(0),
            ..self.event()
        }
    }

    /// Before the extension with this index.
    fn at_callouts(&self, at: L::Int, index: L::Int) -> State<L> {
        State { next_stage: at, next: index, ..self.leave(place::AT_CALLOUTS) }
    }

    /// The end of a request (F4).
    fn end(&self, at: i128, why: i128) -> State<L> {
        State { reason: L::int(why), is_completed: L::truth(true), ..self.opening_retry(self.leave(at)) }
    }

    /// With the end of reprocessing, counted from now unless it is known (Q2).
    fn opening_retry(&self, state: State<L>) -> State<L> {
        let end = self.policy.later(self.at(), self.policy.reprocess_window);
        State {
            retry_end: L::choose(state.has_retry_end, state.retry_end, end),
            has_retry_end: L::truth(true),
            ..state
        }
    }

    /// The watched callout with this answer, if it is the one.
    fn answered(&self, at: L::Int, index: L::Int, answer: L::Int, state: State<L>) -> State<L> {
        let callout_answer = L::choose(self.is_watched(at, index), answer, state.callout_answer);
        State { callout_answer, ..state }
    }

    /// After a failed wait: the request keeps waiting under `hold`, and fails otherwise (X6).
    fn failed_wait(&self, why: i128) -> State<L> {
        let state = self.state;
        let holds = self.policy.holds;
        let held = self.opening_retry(self.event());
        State {
            place: L::choose(holds, state.place, L::int(place::WAIT_FAILED)),
            reason: L::int(why),
            has_deadline: holds,
            deadline: L::choose(holds, self.policy.later(self.at(), self.policy.reprocess_window), L::int(0)),
            retry_end: L::choose(holds, held.retry_end, state.retry_end),
            has_retry_end: holds | state.has_retry_end,
            ..self.event()
        }
    }

    /// The guards of every command: the revision (I3), the role, and that every due deadline was applied (N4).
    fn command(&self, rule: Rule, roles: &[i128], more: &[Guard<L>]) -> Vec<Guard<L>> {
        let mut guards = Vec::with_capacity(more.len() + 3);
        guards.push(guard(Rule::I3, "the expected revision", self.is_expected()));
        guards.push(guard(rule, "the role", L::is_one_of(self.input.role, roles)));
        guards.push(guard(Rule::N4, "no deadline is due", !self.is_due()));
        guards.extend_from_slice(more);
        guards
    }

    /// The guards of a deadline: where the request is, and that the deadline is due (N2).
    fn deadline(&self, rule: Rule, at: L::Bool) -> Vec<Guard<L>> {
        vec![guard(rule, "the place", at), guard(Rule::N2, "the deadline is due", self.is_due())]
    }

    /// Whether delivery would begin now: before the start, or when it is due.
    fn is_starting(&self) -> L::Bool {
        let state = self.state;
        state.is_at(place::AT_START) | (state.is_at(place::SCHEDULED) & self.is_due())
    }

    /// Whether the start lies ahead.
    fn is_early(&self) -> L::Bool {
        self.policy.has_start & L::less(self.at(), self.policy.start)
    }
}

const fn guard<L: Logic>(rule: Rule, name: &'static str, holds: L::Bool) -> Guard<L> {
    Guard { rule, name, holds }
}

// Commands.

fn process<L: Logic>(scene: Scene<'_, L>) -> Step<L> {
    let Scene { policy, state, input, .. } = scene;
    let is_known = state.is_target_known;
    let resolves = input.gives_target & !is_known;
    let has_decision = scene.requires_approval() | policy.has_wait;
    let removes = L::is(policy.operation, operation::REMOVE);
    Step {
        guards: scene.command(
            Rule::W1,
            &[role::SYSTEM],
            &[
                guard(Rule::W1, "it is accepted", state.is_at(place::ACCEPTED)),
                guard(Rule::C13, "it is not for validation only", !policy.is_validation_only),
                guard(
                    Rule::W1,
                    "the target is the known one",
                    !(is_known & input.gives_target) | L::equal(input.given_target, state.target),
                ),
                guard(
                    Rule::W1,
                    "the target is known, if anyone decides",
                    is_known | input.gives_target | !has_decision,
                ),
            ],
        ),
        next: State {
            place: L::choose(removes, L::int(place::AT_START), L::int(place::AT_CALLOUTS)),
            next_stage: L::int(stage::CREATED),
            revision: L::choose(resolves, state.revision + L::int(1), state.revision),
            is_target_known: is_known | resolves,
            target: L::choose(resolves, input.given_target, state.target),
            ..scene.leave(place::AT_CALLOUTS)
        },
    }
}

fn resume<L: Logic>(scene: Scene<'_, L>) -> Step<L> {
    let Scene { lists, watched, state, input, .. } = scene;
    let said = |what| L::is(input.decision, what);
    let determines = L::is(input.given_stage, stage::DETERMINING) & said(decision::CONTINUE);
    let answer = L::choose(said(decision::CONTINUE), L::int(answer::YES), L::int(answer::NO));
    // What is determined next is the stage with as many determined stages before it as were determined.
    let appoints = input.carries_stage
        & lists.is_determined(watched.approval_stage)
        & L::less(watched.approval_stage, scene.policy.approval_stages)
        & L::equal(lists.determined_before(watched.approval_stage), state.determined);
    let after = State {
        place: L::choose(
            said(decision::CONTINUE),
            L::int(place::AT_CALLOUTS),
            L::choose(said(decision::DENY), L::int(place::ANSWERED_DENY), L::int(place::ANSWERED_CANCEL)),
        ),
        next_stage: L::choose(said(decision::CONTINUE), input.callout_stage, L::int(0)),
        next: L::choose(said(decision::CONTINUE), input.callout_index + L::int(1), L::int(0)),
        determined: L::choose(input.carries_stage, state.determined + L::int(1), state.determined),
        is_appointed: state.is_appointed | appoints,
        appointer: L::choose(appoints, input.actor, state.appointer),
        is_well_appointed: L::either(appoints, input.is_good_stage, state.is_well_appointed),
        ..scene.leave(place::AT_CALLOUTS)
    };
    Step {
        guards: scene.command(
            Rule::R7,
            &[role::EXTENSION, role::ADMINISTRATOR],
            &[
                guard(Rule::R2, "the callout's stage", L::equal(input.given_stage, input.callout_stage)),
                guard(Rule::R3, "a callback is waited for", state.is_at(place::WAITING)),
                guard(Rule::R3, "that of this callout", scene.is_last_callout()),
                guard(
                    Rule::R3,
                    "that of this attempt",
                    L::equal(input.callout_attempt, state.callout_attempt),
                ),
                guard(Rule::R7, "not one's own", !scene.is_own()),
                guard(
                    Rule::R5,
                    "where it may deny",
                    !said(decision::DENY) | lists.may_deny(input.given_stage),
                ),
                guard(
                    Rule::R5,
                    "where it may cancel",
                    !said(decision::CANCEL) | lists.may_cancel(input.given_stage),
                ),
                guard(Rule::Y6, "an approval stage, if it determines one", !determines | input.carries_stage),
                guard(Rule::Y6, "no approval stage otherwise", determines | !input.carries_stage),
                guard(Rule::C14, "the texts", input.are_good_texts),
                guard(
                    Rule::Y8,
                    "a good approval stage",
                    !(determines & input.carries_stage) | input.is_good_stage,
                ),
            ],
        ),
        next: scene.answered(input.callout_stage, input.callout_index, answer, after),
    }
}

/// The guards of a decision (V5).
fn decide<L: Logic>(scene: Scene<'_, L>) -> Vec<Guard<L>> {
    let Scene { policy, lists, watched, state, input, .. } = scene;
    let has_reviewed = L::either(
        L::equal(input.actor, watched.person),
        L::less(L::int(0), state.reviews),
        input.has_reviewed,
    );
    let has_appointed = L::either(
        L::equal(input.approval_stage, watched.approval_stage),
        state.is_appointed & L::equal(state.appointer, input.actor),
        input.has_appointed,
    );
    scene.command(
        Rule::V5,
        &[role::APPROVER],
        &[
            guard(Rule::V5, "a stage is open", state.is_at(place::PENDING)),
            guard(Rule::V5, "this stage is open", L::equal(input.approval_stage, state.approved)),
            guard(Rule::V5, "not one's own", !scene.is_own()),
            guard(Rule::V5, "another approver for each stage", !(policy.distinct_approvers & has_reviewed)),
            guard(Rule::Y12, "not who determined the stage", !has_appointed),
            guard(
                Rule::V5,
                "escalation approvers after the escalation",
                !input.is_escalation_tier | L::is(state.escalation, escalation::ESCALATED),
            ),
            guard(
                Rule::V5,
                "a justification, if it is required",
                !lists.needs_justification(input.approval_stage) | input.has_justification,
            ),
            guard(Rule::C14, "the texts", input.are_good_texts),
        ],
    )
}

/// With the decision, if it is about the watched stage or by the watched person.
fn decided<L: Logic>(scene: Scene<'_, L>, state: State<L>) -> State<L> {
    let Scene { watched, input, .. } = scene;
    let is_this = L::equal(input.approval_stage, watched.approval_stage);
    let is_by = L::equal(input.actor, watched.person);
    State {
        is_decided: state.is_decided | is_this,
        decider: L::choose(is_this, input.actor, state.decider),
        reviews: L::choose(is_by, state.reviews + L::int(1), state.reviews),
        ..state
    }
}

fn approve<L: Logic>(scene: Scene<'_, L>) -> Step<L> {
    let approved = scene.state.approved + L::int(1);
    let next = State { approved, ..scene.leave(place::AT_APPROVAL) };
    Step { guards: decide(scene), next: decided(scene, next) }
}

fn deny<L: Logic>(scene: Scene<'_, L>) -> Step<L> {
    Step { guards: decide(scene), next: decided(scene, scene.end(place::DENIED, reason::APPROVER)) }
}

fn cancel<L: Logic>(scene: Scene<'_, L>) -> Step<L> {
    let Scene { policy, lists, state, input, .. } = scene;
    let by = |role| L::is(input.role, role);
    let is_trusted = by(role::ADMINISTRATOR) | by(role::SYSTEM);
    let why = L::choose(
        by(role::ADMINISTRATOR),
        L::int(reason::ADMINISTRATOR),
        L::choose(by(role::SYSTEM), L::int(reason::SYSTEM), L::int(reason::REQUESTOR)),
    );
    Step {
        guards: scene.command(
            Rule::K1,
            &[role::USER, role::ADMINISTRATOR, role::SYSTEM],
            &[
                guard(
                    Rule::K1,
                    "a user's own request",
                    !by(role::USER) | L::equal(input.actor, policy.requestor),
                ),
                guard(
                    Rule::K2,
                    "no access may exist without a report",
                    !(state.is_at(place::FAILED) & L::is(state.reason, reason::FULFILLMENT_TIMED_OUT)),
                ),
                guard(
                    Rule::K2,
                    "a status that can be canceled",
                    lists.cancelable(state.status()) | (state.is_held() & is_trusted),
                ),
            ],
        ),
        next: State { reason: why, ..scene.end(place::CANCELED, reason::NONE) },
    }
}

fn reprocess<L: Logic>(scene: Scene<'_, L>) -> Step<L> {
    let Scene { state, .. } = scene;
    let has_failed = state.has_failed_callout() | state.has_failed_fulfillment();
    Step {
        guards: scene.command(
            Rule::Q1,
            &[role::ADMINISTRATOR, role::SYSTEM],
            &[
                guard(Rule::Q1, "something has failed", has_failed),
                guard(Rule::Q2, "in the reprocess window", L::less(scene.at(), state.retry_end)),
                guard(Rule::Q2, "in the access window", !scene.has_window_passed()),
            ],
        ),
        next: State {
            place: L::choose(
                state.has_failed_callout(),
                L::int(place::RETRYING_CALLOUT),
                L::int(place::RETRYING_FULFILLMENT),
            ),
            is_completed: L::truth(false),
            ..scene.leave(place::RETRYING_CALLOUT)
        },
    }
}

/// The guards of a report about a fulfillment (F3, F5).
fn report<L: Logic>(scene: Scene<'_, L>, may_follow_partial: bool) -> Vec<Guard<L>> {
    let Scene { state, input, .. } = scene;
    let timed_out = state.is_at(place::FAILED) & L::is(state.reason, reason::FULFILLMENT_TIMED_OUT);
    let partial = state.is_at(place::PARTIALLY_DELIVERED) & L::truth(may_follow_partial);
    scene.command(
        Rule::F2,
        &[role::SYSTEM],
        &[
            guard(Rule::F3, "a report is due", state.is_at(place::DELIVERING) | timed_out | partial),
            guard(Rule::F3, "the current attempt", L::equal(input.attempt, state.attempt)),
        ],
    )
}

fn report_delivered<L: Logic>(scene: Scene<'_, L>) -> Step<L> {
    Step { guards: report(scene, true), next: scene.end(place::DELIVERED, reason::NONE) }
}

fn report_partially_delivered<L: Logic>(scene: Scene<'_, L>) -> Step<L> {
    Step { guards: report(scene, false), next: scene.end(place::PARTIALLY_DELIVERED, reason::NONE) }
}

fn report_failed<L: Logic>(scene: Scene<'_, L>) -> Step<L> {
    Step { guards: report(scene, true), next: scene.end(place::FAILED, reason::FULFILLMENT) }
}

fn report_callout_failed<L: Logic>(scene: Scene<'_, L>) -> Step<L> {
    let Scene { state, input, .. } = scene;
    let is_awaited = scene.is_awaited();
    let was_sent = L::either(
        scene.is_watched(input.callout_stage, input.callout_index)
            & L::equal(input.callout_attempt, state.callout_attempts),
        L::is(state.callout_answer, answer::SENT),
        input.was_sent,
    );
    let failed = scene.failed_wait(reason::CALLOUT_FAILED);
    let recorded = scene.event();
    let choose = |then, otherwise| L::choose(is_awaited, then, otherwise);
    let next = State {
        place: choose(failed.place, recorded.place),
        reason: choose(failed.reason, recorded.reason),
        has_deadline: L::either(is_awaited, failed.has_deadline, recorded.has_deadline),
        deadline: choose(failed.deadline, recorded.deadline),
        has_retry_end: L::either(is_awaited, failed.has_retry_end, recorded.has_retry_end),
        retry_end: choose(failed.retry_end, recorded.retry_end),
        ..recorded
    };
    Step {
        guards: scene.command(
            Rule::X4,
            &[role::SYSTEM],
            &[
                guard(
                    Rule::X4,
                    "a callout that is open",
                    (is_awaited & !state.is_held()) | (!is_awaited & was_sent),
                ),
                guard(Rule::C14, "the texts", input.are_good_texts),
            ],
        ),
        next: scene.answered(input.callout_stage, input.callout_index, L::int(answer::FAILED), next),
    }
}

// Deadlines.

fn processing_due<L: Logic>(scene: Scene<'_, L>) -> Step<L> {
    Step {
        guards: scene.deadline(Rule::W7, scene.state.is_at(place::ACCEPTED)),
        next: scene.end(place::DENIED, reason::NOT_PROCESSED),
    }
}

fn callback_due<L: Logic>(scene: Scene<'_, L>) -> Step<L> {
    let state = scene.state;
    let next = scene.failed_wait(reason::CALLBACK_TIMED_OUT);
    Step {
        guards: scene.deadline(Rule::X5, state.is_at(place::WAITING) & !state.is_held()),
        next: scene.answered(state.callout_stage, state.callout_index, L::int(answer::TIMED_OUT), next),
    }
}

fn hold_due<L: Logic>(scene: Scene<'_, L>) -> Step<L> {
    let ended = scene.end(place::FAILED, reason::NONE);
    Step {
        guards: scene.deadline(Rule::X6, scene.state.is_held()),
        next: State { reason: scene.state.reason, ..ended },
    }
}

fn escalation_due<L: Logic>(scene: Scene<'_, L>) -> Step<L> {
    let state = scene.state;
    let is_ahead = state.is_at(place::PENDING) & L::is(state.escalation, escalation::AHEAD);
    Step {
        guards: scene.deadline(Rule::V2, is_ahead),
        next: State { escalation: L::int(escalation::ESCALATED), escalate_at: L::int(0), ..scene.event() },
    }
}

fn approval_due<L: Logic>(scene: Scene<'_, L>) -> Step<L> {
    let state = scene.state;
    let is_last = state.is_at(place::PENDING) & !L::is(state.escalation, escalation::AHEAD);
    Step {
        guards: scene.deadline(Rule::V3, is_last),
        next: scene.end(place::DENIED, reason::APPROVAL_EXPIRED),
    }
}

fn fulfillment_due<L: Logic>(scene: Scene<'_, L>) -> Step<L> {
    Step {
        guards: scene.deadline(Rule::F5, scene.state.is_at(place::DELIVERING)),
        next: scene.end(place::FAILED, reason::FULFILLMENT_TIMED_OUT),
    }
}

// What follows in the same command.

fn start_callout<L: Logic>(scene: Scene<'_, L>) -> Step<L> {
    let Scene { policy, lists, state, .. } = scene;
    let one = L::int(1);
    let retries = state.is_at(place::RETRYING_CALLOUT);
    let at = L::choose(retries, state.callout_stage, state.next_stage);
    let index = L::choose(retries, state.callout_index, state.next);
    let attempt = L::choose(retries, state.callout_attempt + one, one);
    let waits = lists.waits(at, index);
    let is_watched = scene.is_watched(at, index);
    let answer = L::choose(waits, L::int(answer::WAITING), L::int(answer::SENT));
    let is_next = state.is_at(place::AT_CALLOUTS) & L::less(state.next, lists.extensions(state.next_stage));
    Step {
        guards: vec![guard(Rule::X1, "an extension is next", is_next | retries)],
        next: State {
            place: L::choose(waits, L::int(place::WAITING), L::int(place::AT_CALLOUTS)),
            next_stage: L::choose(waits, L::int(0), at),
            next: L::choose(waits, L::int(0), index + one),
            callout_stage: at,
            callout_index: index,
            callout_attempt: attempt,
            has_deadline: waits,
            deadline: L::choose(waits, policy.later(scene.at(), lists.timeout(at, index)), L::int(0)),
            callout_attempts: L::choose(is_watched, attempt, state.callout_attempts),
            callout_answer: L::choose(is_watched, answer, state.callout_answer),
            ..scene.leave(place::WAITING)
        },
    }
}

/// All extensions of a stage were called: the next part of the route (W2, W3).
fn end_callouts<L: Logic>(scene: Scene<'_, L>) -> Step<L> {
    let Scene { lists, state, .. } = scene;
    let was = |stage| L::is(state.next_stage, stage);
    let determines = was(stage::CREATED) & scene.requires_approval();
    let place = L::choose(
        determines,
        L::int(place::AT_CALLOUTS),
        L::choose(
            was(stage::CREATED) | was(stage::DETERMINING),
            L::int(place::AT_APPROVAL),
            L::choose(was(stage::APPROVED), L::int(place::AT_START), L::int(place::AT_FULFILLMENT)),
        ),
    );
    let is_past = L::at_most(lists.extensions(state.next_stage), state.next);
    Step {
        guards: vec![
            guard(Rule::W2, "the place", state.is_at(place::AT_CALLOUTS)),
            guard(Rule::X1, "every extension was called", is_past),
        ],
        next: State {
            place,
            next_stage: L::choose(determines, L::int(stage::DETERMINING), L::int(0)),
            next: L::int(0),
            ..*state
        },
    }
}

fn request_approval<L: Logic>(scene: Scene<'_, L>) -> Step<L> {
    let Scene { policy, lists, state, .. } = scene;
    let escalates = lists.escalates(state.approved);
    let escalate_at = policy.later(scene.at(), lists.escalation_after(state.approved));
    Step {
        guards: vec![
            guard(Rule::W2, "the place", state.is_at(place::AT_APPROVAL)),
            guard(Rule::V1, "a stage is left", L::less(state.approved, policy.approval_stages)),
        ],
        next: State {
            has_deadline: L::truth(true),
            deadline: policy.later(scene.at(), lists.denial_after(state.approved)),
            escalation: L::choose(escalates, L::int(escalation::AHEAD), L::int(escalation::DISABLED)),
            escalate_at: L::choose(escalates, escalate_at, L::int(0)),
            ..scene.leave(place::PENDING)
        },
    }
}

fn end_approval<L: Logic>(scene: Scene<'_, L>) -> Step<L> {
    let Scene { policy, state, .. } = scene;
    Step {
        guards: vec![
            guard(Rule::W2, "the place", state.is_at(place::AT_APPROVAL)),
            guard(Rule::V4, "every stage was approved", L::at_most(policy.approval_stages, state.approved)),
        ],
        next: scene.at_callouts(L::int(stage::APPROVED), L::int(0)),
    }
}

fn pass_window<L: Logic>(scene: Scene<'_, L>) -> Step<L> {
    let is_there = scene.is_starting() | scene.state.is_at(place::AT_FULFILLMENT);
    Step {
        guards: vec![
            guard(Rule::W5, "the place", is_there),
            guard(Rule::W5, "the window has passed", scene.has_window_passed()),
        ],
        next: scene.end(place::DENIED, reason::WINDOW_PASSED),
    }
}

fn schedule<L: Logic>(scene: Scene<'_, L>) -> Step<L> {
    Step {
        guards: vec![
            guard(Rule::W5, "the place", scene.state.is_at(place::AT_START)),
            guard(Rule::W5, "the window has not passed", !scene.has_window_passed()),
            guard(Rule::W5, "the start lies ahead", scene.is_early()),
        ],
        next: State {
            has_deadline: L::truth(true),
            deadline: scene.policy.start,
            ..scene.leave(place::SCHEDULED)
        },
    }
}

fn start_delivery<L: Logic>(scene: Scene<'_, L>) -> Step<L> {
    let is = |operation| L::is(scene.policy.operation, operation);
    let granted = scene.at_callouts(L::int(stage::GRANTED), L::int(0));
    Step {
        guards: vec![
            guard(Rule::W5, "the place", scene.is_starting()),
            guard(Rule::W5, "the window has not passed", !scene.has_window_passed()),
            guard(Rule::W5, "the start does not lie ahead", !scene.is_early()),
        ],
        next: State {
            place: L::choose(is(operation::UPDATE), L::int(place::AT_FULFILLMENT), granted.place),
            next_stage: L::choose(
                is(operation::UPDATE),
                L::int(0),
                L::choose(is(operation::REMOVE), L::int(stage::REMOVED), granted.next_stage),
            ),
            ..granted
        },
    }
}

fn order_fulfillment<L: Logic>(scene: Scene<'_, L>) -> Step<L> {
    let Scene { policy, state, .. } = scene;
    let retries = state.is_at(place::RETRYING_FULFILLMENT);
    let deadline = policy.later(scene.at(), policy.fulfillment_timeout);
    Step {
        guards: vec![
            guard(Rule::F1, "the place", state.is_at(place::AT_FULFILLMENT) | retries),
            // For a retry, Q2 has seen to it.
            guard(Rule::W5, "the window has not passed", retries | !scene.has_window_passed()),
        ],
        next: State {
            attempt: state.attempt + L::int(1),
            has_deadline: policy.has_fulfillment_timeout,
            deadline: L::choose(policy.has_fulfillment_timeout, deadline, L::int(0)),
            ..scene.leave(place::DELIVERING)
        },
    }
}

fn deny_by_callback<L: Logic>(scene: Scene<'_, L>) -> Step<L> {
    Step {
        guards: vec![guard(Rule::R6, "the place", scene.state.is_at(place::ANSWERED_DENY))],
        next: scene.end(place::DENIED, reason::CALLBACK),
    }
}

fn cancel_by_callback<L: Logic>(scene: Scene<'_, L>) -> Step<L> {
    Step {
        guards: vec![guard(Rule::R6, "the place", scene.state.is_at(place::ANSWERED_CANCEL))],
        next: scene.end(place::CANCELED, reason::CALLBACK),
    }
}

fn fail_wait<L: Logic>(scene: Scene<'_, L>) -> Step<L> {
    let ended = scene.end(place::FAILED, reason::NONE);
    Step {
        guards: vec![guard(Rule::X6, "the place", scene.state.is_at(place::WAIT_FAILED))],
        next: State { reason: scene.state.reason, ..ended },
    }
}
