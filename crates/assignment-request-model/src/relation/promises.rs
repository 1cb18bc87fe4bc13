//! What the relation keeps: promises about every state that can be reached, and about every step.
//!
//! Promises about states are proven together, by induction: they hold just after the submission, and every step from a
//! state in which all hold leads to one in which all hold. Some are there for the others' sake: what is known about a
//! place on the route.

use super::logic::{Lists, Logic};
use super::state::{
    Named, Scene, State, answer, decision, escalation, operation, place, reason, role, stage, status,
};
use super::steps::{Kind, When};

/// Where on the route a request is: the rank of a part of the route, and an index among its callouts.
struct Position<L: Logic> {
    /// Whether it is on its way, or failed on it.
    is_known: L::Bool,
    rank: L::Int,
    index: L::Int,
}

const APPROVAL_RANK: i128 = 3;
const START_RANK: i128 = 5;
const GRANT_RANK: i128 = 6;
const FULFILLMENT_RANK: i128 = 7;

/// The rank of a stage of callouts.
fn rank<L: Logic>(at: L::Int) -> L::Int {
    let rank_of = |stage, rank, otherwise| L::choose(L::is(at, stage), L::int(rank), otherwise);
    let last = L::int(GRANT_RANK);
    rank_of(stage::CREATED, 1, rank_of(stage::DETERMINING, 2, rank_of(stage::APPROVED, 4, last)))
}

impl<L: Logic> State<L> {
    /// Whether the callout that was started last is where the request is.
    fn is_at_callout(&self) -> L::Bool {
        self.is_at(place::WAITING)
            | self.is_at(place::WAIT_FAILED)
            | self.is_at(place::RETRYING_CALLOUT)
            | self.has_failed_callout()
    }

    /// Whether fulfillment was ordered, or is about to be again.
    fn is_past_order(&self) -> L::Bool {
        self.is_at(place::DELIVERING)
            | self.is_at(place::DELIVERED)
            | self.is_at(place::RETRYING_FULFILLMENT)
            | self.has_failed_fulfillment()
    }

    fn position(&self) -> Position<L> {
        let zero = L::int(0);
        let is_closed = L::is_one_of(
            self.place,
            &[place::DENIED, place::CANCELED, place::ANSWERED_DENY, place::ANSWERED_CANCEL],
        );
        let at_callouts = self.is_at(place::AT_CALLOUTS);
        let at_approval = L::is_one_of(self.place, &[place::AT_APPROVAL, place::PENDING]);
        let at_start = L::is_one_of(self.place, &[place::AT_START, place::SCHEDULED]);
        let at_fulfillment = self.is_at(place::AT_FULFILLMENT) | self.is_past_order();
        let of = |condition, rank, otherwise| L::choose(condition, rank, otherwise);
        let last = of(at_fulfillment, L::int(FULFILLMENT_RANK), zero);
        let last = of(at_start, L::int(START_RANK), last);
        let last = of(at_approval, L::int(APPROVAL_RANK), last);
        let last = of(at_callouts, rank::<L>(self.next_stage), last);
        Position {
            is_known: !is_closed,
            rank: of(self.is_at_callout(), rank::<L>(self.callout_stage), last),
            index: of(self.is_at_callout(), self.callout_index, of(at_callouts, self.next, zero)),
        }
    }
}

/// The promises about a state.
#[expect(clippy::too_many_lines, reason = "a list")]
pub fn of_states<L: Logic>(scene: Scene<'_, L>) -> Vec<Named<L>> {
    let Scene { policy, lists, watched, state, .. } = scene;
    let implies = L::implies;
    let zero = L::int(0);
    let one = L::int(1);
    let at = |place| state.is_at(place);
    let is_one_of = |places: &[i128]| L::is_one_of(state.place, places);
    let position = state.position();
    let is_in = |rank| position.is_known & L::is(position.rank, rank);
    let is_before = |rank| position.is_known & L::less(position.rank, L::int(rank));
    let is_after = |rank| position.is_known & L::less(L::int(rank), position.rank);
    let answered = |answers: &[i128]| L::is_one_of(state.callout_answer, answers);

    let (watched_stage, watched_index) = (watched.callout_stage, watched.callout_index);
    let is_on_route = scene.is_extension(watched_stage, watched_index);
    let must_say_yes = is_on_route & lists.waits(watched_stage, watched_index);
    let watched_rank = rank::<L>(watched_stage);
    let is_passed = position.is_known
        & (L::less(watched_rank, position.rank)
            | (L::equal(watched_rank, position.rank) & L::less(watched_index, position.index)));
    let is_ahead = position.is_known
        & (L::less(position.rank, watched_rank)
            | (L::equal(watched_rank, position.rank) & L::less(position.index, watched_index))
            | (at(place::AT_CALLOUTS)
                & L::equal(watched_rank, position.rank)
                & L::equal(position.index, watched_index)));
    let is_this = state.is_at_callout() & scene.is_watched(state.callout_stage, state.callout_index);
    let was_ordered = L::less(zero, state.attempt);
    let is_stage = L::less(watched.approval_stage, policy.approval_stages);
    let is_denied_by_approver = at(place::DENIED) & L::is(state.reason, reason::APPROVER);
    let has_ended = is_one_of(&[
        place::DELIVERED,
        place::PARTIALLY_DELIVERED,
        place::FAILED,
        place::DENIED,
        place::CANCELED,
    ]);
    let is_concerned = |person| L::equal(person, policy.requestor) | L::equal(person, state.target);
    let is_pending = at(place::PENDING);
    let is_callback = L::is(state.reason, reason::CALLBACK);
    let needs_target = policy.has_wait | scene.requires_approval();
    let on_its_way = is_after(0) | is_one_of(&[place::ANSWERED_DENY, place::ANSWERED_CANCEL]);
    let has_retried = is_one_of(&[place::RETRYING_CALLOUT, place::RETRYING_FULFILLMENT]);

    vec![
        // What the README promises.
        (
            "W6 fulfillment is ordered only after every approval, determination and callback said yes",
            implies(
                was_ordered,
                L::equal(state.approved, policy.approval_stages)
                    & L::equal(state.determined, policy.to_determine)
                    & implies(must_say_yes, answered(&[answer::YES])),
            ),
        ),
        ("W6 what is denied was never ordered", implies(at(place::DENIED), !was_ordered)),
        (
            "K2 what was ordered is canceled only if the host lets a failed delivery be canceled",
            implies(at(place::CANCELED) & was_ordered, lists.cancelable(L::int(status::DELIVERY_FAILED))),
        ),
        (
            "V5 Y12 no stage is decided by the requestor, the target, or who determined it",
            implies(
                state.is_decided,
                !is_concerned(state.decider)
                    & !(state.is_appointed & L::equal(state.decider, state.appointer)),
            ),
        ),
        (
            "V5 no one decides two stages, if every stage needs another approver",
            L::at_most(zero, state.reviews)
                & implies(policy.distinct_approvers, L::at_most(state.reviews, one)),
        ),
        (
            "R7 Y8 no stage is determined by the requestor or the target, or badly",
            implies(state.is_appointed, !is_concerned(state.appointer) & state.is_well_appointed),
        ),
        (
            "R5 a callback denies and cancels only where it may",
            implies(
                at(place::ANSWERED_DENY) | (at(place::DENIED) & is_callback),
                lists.may_deny(state.callout_stage),
            ) & implies(
                at(place::ANSWERED_CANCEL) | (at(place::CANCELED) & is_callback),
                lists.may_cancel(state.callout_stage),
            ),
        ),
        (
            "W7 every wait has a deadline, unless the host set none, or the request is for validation only",
            implies(is_one_of(&[place::WAITING, place::PENDING, place::SCHEDULED]), state.has_deadline)
                & implies(
                    at(place::ACCEPTED),
                    L::same(state.has_deadline, policy.has_accepted_timeout & !policy.is_validation_only),
                )
                & implies(at(place::DELIVERING), L::same(state.has_deadline, policy.has_fulfillment_timeout))
                & implies(state.has_deadline, L::less(state.place, L::int(place::DELIVERED))),
        ),
        (
            "Q2 nothing is retried after the reprocess window or the access window",
            implies(
                has_retried,
                state.has_retry_end
                    & L::less(state.updated, state.retry_end)
                    & !(policy.has_window_end & L::at_most(policy.window_end, state.updated)),
            ),
        ),
        (
            "W5 nothing is delivered before its start",
            implies(is_after(START_RANK) & policy.has_start, L::at_most(policy.start, state.updated)),
        ),
        (
            "C13 what is for validation only is never processed",
            implies(policy.is_validation_only, is_one_of(&[place::ACCEPTED, place::CANCELED])),
        ),
        ("F4 a request is completed if and only if it has ended", L::same(state.is_completed, has_ended)),
        (
            "W1 the target is known before anyone decides",
            implies(
                (on_its_way & needs_target) | state.is_decided | state.is_appointed,
                state.is_target_known,
            ),
        ),
        // What these rest on.
        (
            "a place is one of those that there are",
            L::at_most(zero, state.place) & L::at_most(state.place, L::int(place::RETRYING_FULFILLMENT)),
        ),
        (
            "a failed wait and a failure have a reason",
            implies(
                at(place::WAITING),
                L::is_one_of(
                    state.reason,
                    &[reason::NONE, reason::CALLOUT_FAILED, reason::CALLBACK_TIMED_OUT],
                ),
            ) & implies(
                at(place::WAIT_FAILED),
                L::is_one_of(state.reason, &[reason::CALLOUT_FAILED, reason::CALLBACK_TIMED_OUT]),
            ) & implies(at(place::FAILED), state.has_failed_callout() | state.has_failed_fulfillment()),
        ),
        (
            "X1 a request is at an extension of its route, for which it waits",
            implies(
                state.is_at_callout(),
                scene.is_extension(state.callout_stage, state.callout_index)
                    & lists.waits(state.callout_stage, state.callout_index)
                    & L::at_most(one, state.callout_attempt),
            ) & implies(
                at(place::AT_CALLOUTS),
                scene.is_on_route(state.next_stage)
                    & L::at_most(zero, state.next)
                    & L::at_most(state.next, lists.extensions(state.next_stage)),
            ),
        ),
        (
            "W3 a removal passes neither callouts before the start nor approval",
            implies(
                L::is(policy.operation, operation::REMOVE),
                !position.is_known | L::is(position.rank, 0) | !is_before(START_RANK),
            ) & implies(is_in(APPROVAL_RANK) | is_in(4), !L::is(policy.operation, operation::REMOVE)),
        ),
        (
            "X3 the callout that the request waits for is not answered",
            implies(
                is_this,
                L::equal(state.callout_attempt, state.callout_attempts)
                    & implies(at(place::WAITING) & !state.is_held(), answered(&[answer::WAITING]))
                    & implies(
                        !at(place::WAITING) | state.is_held(),
                        answered(&[answer::FAILED, answer::TIMED_OUT]),
                    ),
            ),
        ),
        (
            "W6 every callback that was passed said yes",
            implies(must_say_yes & is_passed, answered(&[answer::YES])),
        ),
        (
            "X1 what lies ahead was not called",
            implies(
                is_on_route & is_ahead,
                answered(&[answer::NOT_STARTED]) & L::is(state.callout_attempts, 0),
            ),
        ),
        (
            "V1 stages are approved in order, and all before anything after them",
            L::at_most(zero, state.approved)
                & L::at_most(state.approved, policy.approval_stages)
                & implies(is_before(APPROVAL_RANK), L::is(state.approved, 0))
                & implies(is_pending, L::less(state.approved, policy.approval_stages))
                & implies(is_after(APPROVAL_RANK), L::equal(state.approved, policy.approval_stages))
                & implies(is_denied_by_approver, L::less(state.approved, policy.approval_stages)),
        ),
        (
            "Y5 stages are determined in order, and all before the first approval",
            L::at_most(zero, state.determined)
                & implies(is_before(2), L::is(state.determined, 0))
                & implies(is_in(2), L::equal(state.determined, position.index))
                & implies(is_after(2), L::equal(state.determined, policy.to_determine)),
        ),
        (
            "Y9 a stage was determined if and only if its turn has come",
            L::same(
                state.is_appointed,
                lists.is_determined(watched.approval_stage)
                    & is_stage
                    & L::less(lists.determined_before(watched.approval_stage), state.determined),
            ),
        ),
        (
            "V4 a stage was decided if and only if it was approved, or is the one that was denied",
            L::same(
                state.is_decided,
                L::less(watched.approval_stage, state.approved)
                    | (is_denied_by_approver & L::equal(watched.approval_stage, state.approved)),
            ),
        ),
        (
            "Y5 every determined stage is determined before any is decided",
            implies(
                L::less(zero, state.approved) | is_denied_by_approver | is_pending,
                L::equal(state.determined, policy.to_determine),
            ),
        ),
        (
            "V2 only an open stage escalates, and not after its deadline",
            implies(!is_pending, L::is(state.escalation, escalation::DISABLED))
                & implies(
                    L::is(state.escalation, escalation::AHEAD),
                    L::at_most(state.escalate_at, state.deadline),
                ),
        ),
        (
            "F1 there is an attempt if and only if there was an order",
            L::at_most(zero, state.attempt)
                & implies(state.is_past_order(), was_ordered)
                & implies(position.is_known & !state.is_past_order(), !was_ordered)
                & implies(is_one_of(&[place::ANSWERED_DENY, place::ANSWERED_CANCEL]), !was_ordered),
        ),
        (
            "Q2 the end of reprocessing is known from the first end or held wait on",
            implies(has_ended | state.is_held(), state.has_retry_end),
        ),
        (
            "W5 a scheduled request waits for its start",
            implies(at(place::SCHEDULED), policy.has_start & L::equal(state.deadline, policy.start)),
        ),
        (
            "N4 at rest, a request is before its deadline",
            implies(
                !state.is_moving() & state.has_deadline & !L::is(state.escalation, escalation::ESCALATED),
                L::less(state.updated, state.next_deadline())
                    | L::equal(state.next_deadline(), policy.latest),
            ),
        ),
        ("X6 only a host that holds failed waits has held ones", implies(state.is_held(), policy.holds)),
    ]
}

/// The promises about a step.
#[expect(clippy::too_many_lines, reason = "a list")]
pub fn of_steps<L: Logic>(scene: Scene<'_, L>, kind: Kind, next: &State<L>) -> Vec<Named<L>> {
    let Scene { policy, lists, watched, state, input, .. } = scene;
    let implies = L::implies;
    let is = |kinds: &[Kind]| L::truth(kinds.contains(&kind));
    let zero = L::int(0);
    let one = L::int(1);
    let is_command = L::truth(kind.when() == When::Command);
    let by = |roles: &[i128]| L::is_one_of(input.role, roles);
    let is_final = L::is_one_of(state.place, &[place::DENIED, place::CANCELED, place::DELIVERED]);
    let is_answered = L::is_one_of(state.callout_answer, &[answer::YES, answer::NO]);
    let is_about_watched = scene.is_watched(input.callout_stage, input.callout_index);
    let is_about_stage = L::equal(input.approval_stage, watched.approval_stage);
    let decides = is(&[Kind::Approve, Kind::Deny]);
    let resolves = input.gives_target & !state.is_target_known;
    let events = match kind {
        Kind::Process => L::choose(resolves, one, zero),
        _ => L::int(i128::from(kind.event().is_some())),
    };
    let is_order = is(&[Kind::OrderFulfillment]);
    let at = scene.at();
    let (before, after) = (state.position(), next.position());
    let is_onward = implies(
        before.is_known & after.is_known,
        L::less(before.rank, after.rank)
            | (L::equal(before.rank, after.rank) & L::at_most(before.index, after.index)),
    );
    let is_unchanged = L::equal(state.place, next.place)
        & L::equal(state.reason, next.reason)
        & L::equal(state.attempt, next.attempt);
    let determines = L::is(input.given_stage, stage::DETERMINING) & L::is(input.decision, decision::CONTINUE);

    vec![
        (
            "T2 K2 what is denied, canceled or delivered stays so",
            implies(is_final, is_unchanged & L::same(state.has_deadline, next.has_deadline)),
        ),
        ("I3 the revision counts events", L::equal(next.revision, state.revision + events)),
        ("N3 time never runs backwards", L::at_most(state.updated, next.updated)),
        (
            "F1 each order is the next attempt, and there is one order an attempt",
            L::either(
                is_order,
                L::equal(next.attempt, state.attempt + one) & next.is_at(place::DELIVERING),
                L::equal(next.attempt, state.attempt),
            ) & implies(is_order, !state.is_at(place::DELIVERING)),
        ),
        (
            "R3 a callback counts once",
            implies(is(&[Kind::Resume]) & is_about_watched, !is_answered)
                & implies(is_answered, L::equal(next.callout_answer, state.callout_answer)),
        ),
        (
            "R3 R4 a callback counts in time, for the attempt that is waited for, or late if the host holds the wait",
            implies(
                is(&[Kind::Resume]) & is_about_watched,
                L::equal(input.callout_attempt, state.callout_attempts)
                    & scene.is_watched(state.callout_stage, state.callout_index)
                    & ((L::is(state.callout_answer, answer::WAITING) & L::less(at, state.deadline))
                        | (state.is_held() & policy.holds)),
            ),
        ),
        (
            "Q3 a callout is started again only as its next attempt",
            L::either(
                is(&[Kind::StartCallout]) & scene.is_watched(next.callout_stage, next.callout_index),
                L::equal(next.callout_attempts, state.callout_attempts + one),
                L::equal(next.callout_attempts, state.callout_attempts),
            ),
        ),
        ("W2 Q3 Y13 a request never goes back on its route", is_onward),
        (
            "R4 N4 no command is judged after a deadline as if it had not passed",
            implies(is_command & state.has_deadline, L::less(at, state.next_deadline())),
        ),
        (
            "N2 nothing is late before its deadline",
            implies(
                L::truth(kind.when() == When::Deadline),
                state.has_deadline & L::at_most(state.next_deadline(), at),
            ),
        ),
        ("V5 a stage is decided once", implies(decides & is_about_stage, !state.is_decided)),
        (
            "V4 I6 what was decided or determined stays",
            implies(state.is_decided, next.is_decided & L::equal(next.decider, state.decider))
                & implies(state.is_appointed, next.is_appointed & L::equal(next.appointer, state.appointer)),
        ),
        (
            "W1 a known target never changes",
            implies(state.is_target_known, next.is_target_known & L::equal(next.target, state.target))
                & implies(
                    is(&[Kind::Process]) & input.gives_target,
                    L::equal(next.target, input.given_target),
                ),
        ),
        (
            "Q2 the time to reprocess counts from the first end or held wait, and failures do not prolong it",
            L::either(
                state.has_retry_end,
                next.has_retry_end & L::equal(next.retry_end, state.retry_end),
                implies(
                    next.has_retry_end,
                    L::equal(next.retry_end, policy.later(at, policy.reprocess_window)),
                ),
            ),
        ),
        (
            "X6 failures do not prolong a held wait",
            implies(state.is_held() & next.is_held(), L::equal(next.deadline, state.deadline)),
        ),
        ("N4 every run of time-outs ends", implies(!is_command, falls(scene, next))),
        (
            "T6 each command is for its roles",
            implies(is(&[Kind::Resume]), by(&[role::EXTENSION, role::ADMINISTRATOR]))
                & implies(decides, by(&[role::APPROVER]))
                & implies(is(&[Kind::Reprocess]), by(&[role::ADMINISTRATOR, role::SYSTEM]))
                & implies(
                    is(&[
                        Kind::Process,
                        Kind::ReportDelivered,
                        Kind::ReportPartiallyDelivered,
                        Kind::ReportFailed,
                        Kind::ReportCalloutFailed,
                    ]),
                    by(&[role::SYSTEM]),
                ),
        ),
        (
            "K1 a request is canceled by its requestor, an administrator or the host",
            implies(
                is(&[Kind::Cancel]),
                by(&[role::ADMINISTRATOR, role::SYSTEM])
                    | (by(&[role::USER]) & L::equal(input.actor, policy.requestor)),
            ),
        ),
        (
            "K2 a request is canceled where it may be, and never while access may exist without a report",
            implies(
                is(&[Kind::Cancel]),
                (lists.cancelable(state.status()) | (state.is_held() & !by(&[role::USER])))
                    & !(state.is_at(place::FAILED) & L::is(state.reason, reason::FULFILLMENT_TIMED_OUT)),
            ),
        ),
        ("R7 no one resumes their own request", implies(is(&[Kind::Resume]), !scene.is_own())),
        (
            "Y6 an approval stage comes if and only if one is determined",
            implies(is(&[Kind::Resume]), L::same(determines, input.carries_stage)),
        ),
        (
            "V5 escalation approvers decide after the escalation",
            implies(decides & input.is_escalation_tier, L::is(state.escalation, escalation::ESCALATED)),
        ),
        (
            "V5 a justification is given where it is required",
            implies(decides & lists.needs_justification(input.approval_stage), input.has_justification),
        ),
        (
            "C14 texts are bounded",
            implies(decides | is(&[Kind::Resume, Kind::ReportCalloutFailed]), input.are_good_texts),
        ),
        (
            "I3 a command that expects another revision does nothing",
            implies(is_command & input.expects_revision, L::equal(input.expected_revision, state.revision)),
        ),
        (
            "F3 a report counts for the attempt that it names, and replaces no outcome but a partial one",
            implies(
                is(&[Kind::ReportDelivered, Kind::ReportPartiallyDelivered, Kind::ReportFailed]),
                L::equal(input.attempt, state.attempt)
                    & !state.is_at(place::DELIVERED)
                    & !(state.is_at(place::FAILED) & L::is(state.reason, reason::FULFILLMENT)),
            ) & implies(is(&[Kind::ReportPartiallyDelivered]), !state.is_at(place::PARTIALLY_DELIVERED)),
        ),
        (
            "W5 nothing is scheduled, started or ordered after the access window, and nothing denied for it before",
            implies(
                is(&[Kind::Schedule, Kind::StartDelivery, Kind::OrderFulfillment]),
                !scene.has_window_passed(),
            ) & implies(is(&[Kind::PassWindow]), scene.has_window_passed()),
        ),
        ("W5 what is scheduled starts later", implies(is(&[Kind::Schedule]), L::less(at, policy.start))),
    ]
}

/// Whether a step brings a request nearer to its end: by parts of the route and, among the callouts of one stage, by their
/// index, which the number of extensions bounds (N4).
fn falls<L: Logic>(scene: Scene<'_, L>, next: &State<L>) -> L::Bool {
    let (before, after) = (distance(scene.state), distance(next));
    let is_bounded =
        L::less(scene.state.next, next.next) & L::at_most(next.next, scene.lists.extensions(next.next_stage));
    L::less(after, before) | (L::equal(after, before) & is_bounded)
}

/// How far from its end a request is if no one does anything.
fn distance<L: Logic>(state: &State<L>) -> L::Int {
    let callouts = rank::<L>(state.next_stage);
    let of_callouts =
        |rank, distance, otherwise| L::choose(L::is(callouts, rank), L::int(distance), otherwise);
    let callouts = of_callouts(1, 36, of_callouts(2, 34, of_callouts(4, 28, L::int(20))));
    let waiting = L::choose(state.is_held(), L::int(9), L::int(10));
    let pending = L::choose(L::is(state.escalation, escalation::AHEAD), L::int(12), L::int(11));
    let of = |places: &[i128], distance, otherwise| {
        L::choose(L::is_one_of(state.place, places), distance, otherwise)
    };
    let last = of(&[place::WAIT_FAILED, place::ANSWERED_DENY, place::ANSWERED_CANCEL], L::int(5), L::int(0));
    let last = of(&[place::WAITING], waiting, last);
    let last = of(&[place::DELIVERING], L::int(10), last);
    let last = of(&[place::PENDING], pending, last);
    let last = of(&[place::AT_FULFILLMENT, place::RETRYING_FULFILLMENT], L::int(18), last);
    let last = of(&[place::SCHEDULED], L::int(24), last);
    let last = of(&[place::AT_START], L::int(26), last);
    let last = of(&[place::AT_APPROVAL], L::int(32), last);
    let last = of(&[place::AT_CALLOUTS], callouts, last);
    of(&[place::RETRYING_CALLOUT, place::ACCEPTED], L::int(40), last)
}
