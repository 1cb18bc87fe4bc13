//! The small worlds. Each is small enough that everything in it can be tried, and together they pass every kind of wait.
//!
//! An hour is the unit: every time-out here is of one or two hours, and the second host's clock is an hour behind, so
//! that there is always a time at which one host sees a deadline reached and the other does not.

use assignment_request::{DeliveryOutcome, OnCalloutFailure};

use super::model::Scenario;
use super::properties as happened;
use super::world::{Message, Reply};
use crate::common::{APPROVED, CREATED, GRANTED, HOUR, Setup, minutes, stage};

/// Later than any world looks.
const UNTOUCHED: i64 = 6 * HOUR;

/// Long enough to stay out of the way.
const WEEK: i64 = 7 * 24 * HOUR;

fn setup(on_callout_failure: OnCalloutFailure, reprocess_window: i64) -> Setup {
    Setup::add().rules(|rules| {
        rules.fulfillment_timeout = Some(minutes(HOUR));
        rules.reprocess_window = minutes(reprocess_window);
        rules.accepted_timeout = Some(minutes(UNTOUCHED));
        rules.on_callout_failure = on_callout_failure;
    })
}

fn world(name: &'static str, setup: Setup) -> Scenario {
    Scenario {
        name,
        setup,
        people: Vec::new(),
        replies: vec![Reply::Yes],
        callouts_fail: false,
        outcomes: vec![DeliveryOutcome::Delivered],
        hours: 2,
        lag: 1,
        crashes: 1,
        doublings: 1,
        happenings: vec![happened::conflict(), happened::crash(), happened::delivered()],
    }
}

/// Two approvers who disagree, a requestor who has second thoughts, and a deadline.
pub(crate) fn approval() -> Scenario {
    let mut scenario = world("approval", setup(OnCalloutFailure::Fail, WEEK).approval(&[stage(HOUR, None)]));
    scenario.people = vec![Message::Approve, Message::Deny, Message::Cancel];
    scenario.hours = 1;
    scenario.happenings.extend([happened::denied(), happened::expired(), happened::canceled()]);
    scenario.happenings.push(happened::disagreement());
    scenario
}

/// An extension that may let go on or deny, or be asked twice and say both, or be too late.
pub(crate) fn callback() -> Scenario {
    let mut scenario = world("callback", setup(OnCalloutFailure::Fail, WEEK).wait(APPROVED, HOUR));
    scenario.replies = vec![Reply::Yes, Reply::Denied];
    scenario.hours = 1;
    scenario.happenings.extend([
        happened::denied(),
        happened::callback_timed_out(),
        happened::doubled_callback(),
        happened::opposite_callback(),
        happened::late_callback(),
        happened::disagreement(),
        happened::unanswered(),
    ]);
    scenario
}

/// A request that is to be processed within an hour.
pub(crate) fn processing() -> Scenario {
    let setup =
        setup(OnCalloutFailure::Fail, WEEK).rules(|rules| rules.accepted_timeout = Some(minutes(HOUR)));
    let mut scenario = world("processing", setup);
    scenario.people = vec![Message::Cancel];
    scenario.hours = 1;
    scenario.happenings.extend([
        happened::not_processed(),
        happened::late_process(),
        happened::canceled(),
        happened::disagreement(),
    ]);
    scenario
}

/// An extension that says what the approval stage is: once, twice, something else the second time, too late, or what
/// cannot be used. It may try to approve the stage, too.
pub(crate) fn determining() -> Scenario {
    let setup = setup(OnCalloutFailure::Fail, WEEK).approval(&[stage(HOUR, None)]).determines_stage(0, HOUR);
    let mut scenario = world("determining", setup);
    scenario.people = vec![Message::Approve, Message::ApproveOwnStage];
    scenario.replies = vec![Reply::Determined, Reply::DeterminedOtherwise, Reply::Unusable];
    scenario.hours = 1;
    scenario.happenings.extend([
        happened::callback_timed_out(),
        happened::doubled_callback(),
        happened::opposite_callback(),
        happened::late_callback(),
        happened::unusable_stage(),
        happened::determined_after_an_unusable_stage(),
        happened::self_appointed(),
        happened::disagreement(),
        happened::unanswered(),
    ]);
    scenario
}

/// A determination that is held after a failure, with an escalation after it.
pub(crate) fn determining_held() -> Scenario {
    let setup = setup(OnCalloutFailure::Hold, HOUR).approval(&[stage(HOUR, None)]).determines_stage(0, HOUR);
    let mut scenario = world("determining, held", setup);
    scenario.people = vec![Message::Approve];
    scenario.replies = vec![Reply::DeterminedOtherwise, Reply::Denied];
    scenario.callouts_fail = true;
    scenario.doublings = 0;
    scenario.happenings.extend([
        happened::callback_timed_out(),
        happened::callout_failed(),
        happened::late_callback_of_held_wait(),
        happened::escalated(),
        happened::refused_denial(),
    ]);
    scenario
}

/// A callout that failed is tried again, while the callback of the first attempt may still come.
pub(crate) fn callback_again() -> Scenario {
    let mut scenario = world("callback again", setup(OnCalloutFailure::Fail, WEEK).wait(APPROVED, HOUR));
    scenario.people = vec![Message::Reprocess];
    scenario.doublings = 0;
    scenario.happenings.extend([
        happened::callback_timed_out(),
        happened::late_callback(),
        happened::reprocessed(),
    ]);
    scenario
}

/// Two extensions one after the other: the second's wait must not end by the first's callback.
pub(crate) fn two_callbacks() -> Scenario {
    let mut scenario =
        world("two callbacks", setup(OnCalloutFailure::Fail, WEEK).wait(CREATED, HOUR).wait(GRANTED, HOUR));
    scenario.hours = 1;
    scenario.happenings.extend([happened::callback_timed_out(), happened::doubled_callback()]);
    scenario
}

/// A failed wait that is held: late callbacks are taken, until the hold ends.
pub(crate) fn held() -> Scenario {
    let mut scenario = world("held wait", setup(OnCalloutFailure::Hold, HOUR).wait(APPROVED, HOUR));
    scenario.replies = vec![Reply::Yes, Reply::Denied];
    scenario.callouts_fail = true;
    scenario.happenings.extend([
        happened::denied(),
        happened::callback_timed_out(),
        happened::callout_failed(),
        happened::late_callback_of_held_wait(),
    ]);
    scenario
}

/// Fulfillment in two attempts, with reports that come late, twice, and in the wrong order.
pub(crate) fn fulfillment() -> Scenario {
    let mut scenario = world("fulfillment", setup(OnCalloutFailure::Fail, WEEK));
    scenario.outcomes = vec![DeliveryOutcome::Delivered, DeliveryOutcome::Failed];
    scenario.people = vec![Message::Reprocess];
    scenario.hours = 1;
    scenario.happenings.extend([
        happened::fulfillment_timed_out(),
        happened::reprocessed(),
        happened::stale_report(),
        happened::doubled_report(),
    ]);
    scenario
}

/// A fulfillment that is done in part, and tried again.
pub(crate) fn partial_fulfillment() -> Scenario {
    let mut scenario = world("partial fulfillment", setup(OnCalloutFailure::Fail, WEEK));
    scenario.outcomes = vec![DeliveryOutcome::Delivered, DeliveryOutcome::PartiallyDelivered];
    scenario.people = vec![Message::Reprocess];
    scenario.hours = 1;
    scenario.happenings.extend([happened::partially_delivered(), happened::reprocessed()]);
    scenario
}

/// The whole route: a callback, an approval, a fulfillment.
pub(crate) fn whole_route() -> Scenario {
    let mut scenario = world(
        "whole route",
        setup(OnCalloutFailure::Fail, WEEK).approval(&[stage(HOUR, None)]).wait(GRANTED, HOUR),
    );
    scenario.people = vec![Message::Approve];
    scenario.replies = vec![Reply::Yes, Reply::Denied];
    scenario.hours = 1;
    scenario.happenings.extend([happened::denied(), happened::expired()]);
    scenario
}

/// A window for trying again that ends while two hosts look at different clocks.
pub(crate) fn reprocess_window() -> Scenario {
    let mut scenario = world("reprocess window", setup(OnCalloutFailure::Fail, HOUR));
    scenario.outcomes = vec![DeliveryOutcome::Failed];
    scenario.people = vec![Message::Reprocess];
    scenario.happenings.clear();
    scenario
}

/// What every run checks.
pub(crate) fn all() -> Vec<Scenario> {
    vec![
        approval(),
        callback(),
        processing(),
        determining(),
        determining_held(),
        callback_again(),
        two_callbacks(),
        held(),
        fulfillment(),
        partial_fulfillment(),
        whole_route(),
    ]
}

/// The same worlds with more time and more doublings, for a machine that has nothing else to do.
pub(crate) fn all_larger() -> Vec<Scenario> {
    let larger = |scenario: Scenario| Scenario {
        hours: scenario.hours + 1,
        doublings: scenario.doublings + 1,
        ..scenario
    };
    all().into_iter().map(larger).collect()
}
