//! `ReportDelivery` and `Reprocess`: the outcome of a fulfillment, and retries (rules F2, F3, F5, Q1 to Q3).

use crate::command::rejection::Rejection;
use crate::decide::emitter::Emitter;
use crate::decide::guards::Guards;
use crate::request::Request;
use crate::request::event::{DeliveryFailure, EventKind};
use crate::request::phase::Phase;
use crate::vocabulary::actor::Actor;
use crate::vocabulary::decision::DeliveryOutcome;
use crate::vocabulary::rule::Rule;

/// Judges the report of a fulfillment's outcome (rules F2, F3, F5).
pub(super) fn report_delivery(
    request: &Request,
    given: u32,
    outcome: DeliveryOutcome,
    guards: &mut impl Guards,
    emitter: &mut Emitter<'_>,
) -> Result<(), Rejection> {
    let heard = heard(request);
    let not_delivering = Rejection::NotDelivering { status: request.status() };
    guards.check(Rule::F3, heard.is_none().then_some(not_delivering))?;
    if let Some(heard) = heard {
        let current = request.attempt;
        guards.check(Rule::F3, (given < current).then_some(Rejection::StaleReport { given, current }))?;
        guards.check(Rule::F3, (given > current).then_some(Rejection::UnknownAttempt { given, current }))?;
        let refusal = match heard {
            Heard::Outcome(reported) if reported == outcome => Some(Rejection::AlreadyReported { outcome }),
            Heard::Outcome(reported @ (DeliveryOutcome::Delivered | DeliveryOutcome::Failed)) => {
                Some(Rejection::ReportConflict { reported, given: outcome })
            }
            Heard::Outcome(DeliveryOutcome::PartiallyDelivered) | Heard::Nothing => None,
        };
        // The reported outcome belongs to the current attempt.
        guards.check(Rule::F3, refusal.filter(|_| given == current))?;
    }
    guards.end_of_checks()?;
    emitter.emit(match outcome {
        DeliveryOutcome::Delivered => EventKind::Delivered { attempt: given },
        DeliveryOutcome::PartiallyDelivered => EventKind::PartiallyDelivered { attempt: given },
        DeliveryOutcome::Failed => EventKind::DeliveryFailed(DeliveryFailure::Fulfillment),
    });
    Ok(())
}

/// What was reported about the current fulfillment so far.
#[derive(Clone, Copy)]
enum Heard {
    Nothing,
    Outcome(DeliveryOutcome),
}

/// Returns what was reported about the current fulfillment. `None` if no report about one is expected.
const fn heard(request: &Request) -> Option<Heard> {
    match request.phase {
        // A time-out is not a reported outcome (F5).
        Phase::Delivering { .. } | Phase::DeliveryFailed(DeliveryFailure::FulfillmentTimedOut) => {
            Some(Heard::Nothing)
        }
        Phase::Delivered => Some(Heard::Outcome(DeliveryOutcome::Delivered)),
        Phase::PartiallyDelivered => Some(Heard::Outcome(DeliveryOutcome::PartiallyDelivered)),
        Phase::DeliveryFailed(DeliveryFailure::Fulfillment) => Some(Heard::Outcome(DeliveryOutcome::Failed)),
        Phase::DeliveryFailed(DeliveryFailure::CalloutFailed | DeliveryFailure::CallbackTimedOut)
        | Phase::Accepted { .. }
        | Phase::WaitingForCallback { .. }
        | Phase::PendingApproval { .. }
        | Phase::Scheduled { .. }
        | Phase::Denied(_)
        | Phase::Canceled(_) => None,
    }
}

/// Judges a retry (rules Q1 to Q3).
pub(super) fn reprocess(
    request: &Request,
    actor: Actor,
    guards: &mut impl Guards,
    emitter: &mut Emitter<'_>,
) -> Result<(), Rejection> {
    let failed = failed(request);
    let not_reprocessable = Rejection::NotReprocessable { state: request.state() };
    guards.check(Rule::Q1, failed.is_none().then_some(not_reprocessable))?;
    let now = emitter.at();
    if failed.is_some() {
        let end = request.reprocess_window_end().unwrap_or(request.updated);
        guards.check(Rule::Q2, end.is_reached(now).then_some(Rejection::ReprocessWindowPassed { end }))?;
    }
    let passed = request.window_end().filter(|end| end.is_reached(now));
    guards.check(Rule::Q2, passed.map(|end| Rejection::AccessWindowPassed { end }))?;
    let callout = request.callouts.last().filter(|_| matches!(failed, Some(Failed::Callout)));
    let current = callout.map_or(request.attempt, |callout| callout.attempt);
    let next = current.checked_add(1);
    guards.check(Rule::F1, next.is_none().then_some(Rejection::AttemptLimitReached))?;
    guards.end_of_checks()?;
    if let Some(attempt) = next {
        emitter.emit(EventKind::Reprocessed { actor });
        match callout {
            Some(callout) => request.start_callout(callout.stage, callout.index, attempt, emitter),
            None => request.order_fulfillment(attempt, emitter),
        }
    }
    Ok(())
}

/// The step that failed.
#[derive(Clone, Copy)]
enum Failed {
    /// The last callout.
    Callout,
    /// The current fulfillment, entirely or in part.
    Fulfillment,
}

/// Returns the failed step that can be retried. `None` if there is none.
const fn failed(request: &Request) -> Option<Failed> {
    match request.phase {
        Phase::PartiallyDelivered
        | Phase::DeliveryFailed(DeliveryFailure::Fulfillment | DeliveryFailure::FulfillmentTimedOut) => {
            Some(Failed::Fulfillment)
        }
        Phase::DeliveryFailed(DeliveryFailure::CalloutFailed | DeliveryFailure::CallbackTimedOut) => {
            Some(Failed::Callout)
        }
        Phase::Accepted { .. }
        | Phase::WaitingForCallback { .. }
        | Phase::PendingApproval { .. }
        | Phase::Scheduled { .. }
        | Phase::Delivering { .. }
        | Phase::Delivered
        | Phase::Denied(_)
        | Phase::Canceled(_) => None,
    }
}
