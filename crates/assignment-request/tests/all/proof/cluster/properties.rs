//! What must hold in every state, and what must happen in some.

use assignment_request::{
    CallbackDecision, CalloutStage, CalloutStatus, DeliveryFailure, DeliveryOutcome, DenialReason,
    Determination, EventKind, OnCalloutFailure, Request, RouteStage, State,
};
use stateright::Property;

use super::model::{Cluster, Fault};
use super::world::{Answer, CarriedOut, CrashPoint, Host, Message, Reply, Sending, World};

pub(crate) const REPLAYS: &str = "the stored log replays, and holds all that was ever stored (I2, I7)";
pub(crate) const OUTBOX: &str =
    "what the log asks to send was sent or is in the outbox, once, and nothing else";
pub(crate) const ORDERED_ONCE: &str = "fulfillment is ordered at most once an attempt (F1)";
pub(crate) const CARRIED_OUT_ONCE: &str =
    "access is changed only where ordered, and at most once an attempt (F1)";
pub(crate) const NOT_BOTH: &str = "a request is never both granted and denied (W6)";
pub(crate) const STAYS_DENIED: &str = "a denial is never undone";
pub(crate) const APPROVED_ONCE: &str = "an approval is never used twice (V4, Q3)";
pub(crate) const DETERMINED_ONCE: &str =
    "a stage is determined once, and stays as it was determined (I6, Y9)";
pub(crate) const DETERMINED_FIRST: &str = "no approval is asked for before its stage is determined (Y5)";
pub(crate) const NOT_WHO_CHOSE: &str = "who determined a stage does not decide it (Y12)";
pub(crate) const OWN_ANSWER: &str = "a callout is answered only by what its own extension said of it (R2)";
pub(crate) const EVERY_YES: &str = "fulfillment is ordered only after every required yes (W6)";
pub(crate) const OWN_REPORT: &str =
    "an attempt's outcome is what its own fulfillment came to, whenever the report came (F2, F3)";
pub(crate) const NO_OPPOSITE: &str = "what time refused, no host accepts afterwards (N6)";
pub(crate) const ENDS: &str = "the request can still end, by timers alone (W7, X5, X6, V3, F5)";

/// What must hold in every state of every world.
pub(crate) fn always() -> Vec<Property<Cluster>> {
    let ends = always_holds(ENDS, Cluster::ends_by_timers);
    about_hosts().into_iter().chain(about_determination()).chain([ends]).collect()
}

fn about_determination() -> [Property<Cluster>; 3] {
    [
        always_holds(DETERMINED_ONCE, |_, world| {
            let mut said = world.log.committed.iter().filter_map(|event| match &event.kind {
                EventKind::CallbackReceived { approval_stage: Some(stage), .. } => Some(&**stage),
                _ => None,
            });
            let determined = world.request().and_then(|request| request.determination(0));
            said.next() == determined.map(Determination::stage) && said.next().is_none()
        }),
        always_holds(DETERMINED_FIRST, |_, world| {
            let Some(request) = world.request() else { return true };
            let is_determined = |stage: &RouteStage| matches!(stage, RouteStage::Determined { .. });
            let is_asked = world.log.has(|event| matches!(event, EventKind::ApprovalRequested { .. }));
            let all = request.approval_stages().iter().zip(0..);
            !is_asked
                || all
                    .filter(|(stage, _)| is_determined(stage))
                    .all(|(_, index)| request.determination(index).is_some())
        }),
        always_holds(NOT_WHO_CHOSE, |_, world| {
            let Some(request) = world.request() else { return true };
            request.reviews().iter().zip(0..).all(|(review, stage)| {
                request.determination(stage).is_none_or(|determination| determination.by() != review.approver)
            })
        }),
    ]
}

fn about_hosts() -> Vec<Property<Cluster>> {
    vec![
        always_holds(REPLAYS, |_, world| {
            world.log.events == world.log.committed
                && world.log.loaded.as_ref().is_ok_and(|request| {
                    world.log.applied.as_ref().is_none_or(|applied| applied.as_ref() == Ok(request))
                })
        }),
        always_holds(OUTBOX, |cluster, world| {
            // A host without the transaction is given the time to finish, else there was nothing to find out.
            let is_busy = world.hosts.iter().any(|host| matches!(host, Host::Stored { .. }));
            let asked = world.log.events.iter().filter_map(Sending::of);
            (cluster.fault == Fault::OutboxApart && is_busy)
                || asked.eq(world.outbox.iter().map(|entry| entry.sending))
        }),
        always_holds(ORDERED_ONCE, |_, world| {
            let attempts: Vec<u32> = orders(world).collect();
            attempts.iter().zip(1..).all(|(attempt, count)| *attempt == count)
        }),
        always_holds(CARRIED_OUT_ONCE, |_, world| {
            world
                .carried_out
                .iter()
                .all(|done| done.times == 1 && orders(world).any(|own| own == done.attempt))
        }),
        always_holds(NOT_BOTH, |_, world| {
            !(world.log.has(is_order) && world.log.has(|event| matches!(event, EventKind::Denied(_))))
        }),
        always_holds(STAYS_DENIED, |_, world| {
            !world.log.has(|event| matches!(event, EventKind::Denied(_))) || is_in(world, State::Denied)
        }),
        always_holds(APPROVED_ONCE, |_, world| {
            let count = |is_it: fn(&EventKind) -> bool| world.log.count(is_it);
            let approvals = count(|event| matches!(event, EventKind::Approved { .. }));
            let again = count(|event| matches!(event, EventKind::Reprocessed { .. }));
            let decided = count(|event| {
                matches!(
                    event,
                    EventKind::StageApproved { .. } | EventKind::Denied(DenialReason::Approver { .. })
                )
            });
            let questions = count(|event| matches!(event, EventKind::ApprovalRequested { .. }));
            // One stage at most, in these scenarios.
            approvals <= 1 && decided <= 1 && questions <= 1 && orders(world).count() <= approvals + again
        }),
        always_holds(OWN_ANSWER, |_, world| {
            world.log.committed.iter().all(|event| match &event.kind {
                EventKind::CallbackReceived { instance, decision, approval_stage, .. } => {
                    world.said.iter().any(|(callout, said)| {
                        callout.instance == *instance
                            && said.decision() == *decision
                            && said.approval_stage().as_ref() == approval_stage.as_deref()
                    })
                }
                _ => true,
            })
        }),
        always_holds(OWN_REPORT, |_, world| {
            let mut current = 0;
            world.log.committed.iter().all(|event| {
                let (attempt, outcome) = match &event.kind {
                    EventKind::FulfillmentOrdered { attempt, .. } => {
                        current = *attempt;
                        return true;
                    }
                    EventKind::Delivered { attempt } => (*attempt, DeliveryOutcome::Delivered),
                    EventKind::PartiallyDelivered { attempt } => {
                        (*attempt, DeliveryOutcome::PartiallyDelivered)
                    }
                    EventKind::DeliveryFailed(DeliveryFailure::Fulfillment) => {
                        (current, DeliveryOutcome::Failed)
                    }
                    _ => return true,
                };
                let is_it = |done: &CarriedOut| done.attempt == attempt && done.outcome == outcome;
                attempt == current && world.carried_out.iter().any(is_it)
            })
        }),
        always_holds(EVERY_YES, |_, world| {
            let Some(request) = world.request().filter(|request| request.attempt().is_some()) else {
                return true;
            };
            // Each extension that is waited for let the request go on, at some attempt.
            let route = request.route();
            let yeses = request.callouts().iter().filter(|callout| {
                callout.status() == CalloutStatus::CallbackReceived
                    && callout.decision() == Some(CallbackDecision::Continue)
            });
            let waits = CalloutStage::ALL
                .iter()
                .copied()
                .flat_map(|stage| route.extensions(stage).filter(|extension| extension.timeout.is_some()));
            let approvals = request.reviews().len() == request.approval_stages().len();
            yeses.count() == waits.count() && approvals && !world.log.has(is_denying)
        }),
        always_holds(NO_OPPOSITE, |_, world| {
            world.hosts.iter().all(|host| match host {
                Host::Stored { message, answer: Answer::Accepted, .. } => {
                    message.subject().is_none_or(|subject| !world.refused_by_time.contains(&subject))
                }
                Host::Stored { .. } | Host::Idle | Host::Loaded { .. } | Host::Decided { .. } => true,
            })
        }),
    ]
}

/// What a property looks at.
type Condition = fn(&Cluster, &World) -> bool;

fn always_holds(name: &'static str, condition: Condition) -> Property<Cluster> {
    Property::always(name, condition)
}

fn happens(name: &'static str, condition: Condition) -> Property<Cluster> {
    Property::sometimes(name, condition)
}

fn orders(world: &World) -> impl Iterator<Item = u32> {
    world.log.committed.iter().filter_map(|event| match event.kind {
        EventKind::FulfillmentOrdered { attempt, .. } => Some(attempt),
        _ => None,
    })
}

const fn is_order(event: &EventKind) -> bool {
    matches!(event, EventKind::FulfillmentOrdered { .. })
}

const fn is_denying(event: &EventKind) -> bool {
    matches!(
        event,
        EventKind::Denied(_)
            | EventKind::CallbackReceived { decision: CallbackDecision::Deny | CallbackDecision::Cancel, .. }
    )
}

fn is_in(world: &World, state: State) -> bool {
    world.request().is_some_and(|request| request.state() == state)
}

fn answers(world: &World, code: &str) -> bool {
    world.hosts.iter().any(
        |host| matches!(host, Host::Stored { answer: Answer::Refused { code: given, .. }, .. } if *given == code),
    )
}

pub(crate) fn delivered() -> Property<Cluster> {
    happens("delivered", |_, world| is_in(world, State::Delivered))
}

pub(crate) fn partially_delivered() -> Property<Cluster> {
    happens("partially delivered", |_, world| is_in(world, State::PartiallyDelivered))
}

pub(crate) fn denied() -> Property<Cluster> {
    happens("denied", |_, world| is_in(world, State::Denied))
}

pub(crate) fn expired() -> Property<Cluster> {
    happens("denied, because nobody decided", |_, world| {
        world.log.has(|event| matches!(event, EventKind::Denied(DenialReason::ApprovalExpired)))
    })
}

pub(crate) fn not_processed() -> Property<Cluster> {
    happens("denied, because it was not processed", |_, world| {
        world.log.has(|event| matches!(event, EventKind::Denied(DenialReason::NotProcessed)))
    })
}

pub(crate) fn late_process() -> Property<Cluster> {
    happens("an order to process came too late", |_, world| answers(world, "requestClosed"))
}

pub(crate) fn escalated() -> Property<Cluster> {
    happens("a determined stage was escalated", |_, world| {
        world.log.has(|event| matches!(event, EventKind::ApprovalEscalated { .. }))
    })
}

pub(crate) fn unusable_stage() -> Property<Cluster> {
    happens("an extension gave an approval stage that cannot be used", |_, world| {
        answers(world, "badApprovalStage")
    })
}

pub(crate) fn determined_after_an_unusable_stage() -> Property<Cluster> {
    happens("an extension answered again after an unusable stage, and was heard", |_, world| {
        world.said.iter().any(|(_, reply)| *reply == Reply::Unusable)
            && world.request().is_some_and(|request| request.determination(0).is_some())
    })
}

pub(crate) fn refused_denial() -> Property<Cluster> {
    happens("an extension at Determining denied, and was refused", |_, world| {
        answers(world, "denialNotAllowed")
    })
}

pub(crate) fn self_appointed() -> Property<Cluster> {
    happens("who determined a stage tried to decide it", |_, world| answers(world, "selfAppointed"))
}

pub(crate) fn canceled() -> Property<Cluster> {
    happens("canceled", |_, world| is_in(world, State::Canceled))
}

pub(crate) fn callback_timed_out() -> Property<Cluster> {
    happens("a callback timed out", |_, world| {
        world.log.has(|event| matches!(event, EventKind::CallbackTimedOut { .. }))
    })
}

pub(crate) fn callout_failed() -> Property<Cluster> {
    happens("a callout failed", |_, world| {
        world.log.has(|event| matches!(event, EventKind::CalloutFailed { .. }))
    })
}

pub(crate) fn late_callback_of_held_wait() -> Property<Cluster> {
    happens("a callback came late, and was taken because the wait was held", |_, world| {
        let is_held =
            |request: &Request| request.route().rules().spec().on_callout_failure == OnCalloutFailure::Hold;
        world.request().is_some_and(is_held)
            && world.log.has(|event| matches!(event, EventKind::CallbackTimedOut { .. }))
            && world.log.has(|event| matches!(event, EventKind::CallbackReceived { .. }))
    })
}

pub(crate) fn fulfillment_timed_out() -> Property<Cluster> {
    happens("a fulfillment timed out", |_, world| {
        world
            .log
            .has(|event| matches!(event, EventKind::DeliveryFailed(DeliveryFailure::FulfillmentTimedOut)))
    })
}

pub(crate) fn reprocessed() -> Property<Cluster> {
    happens("reprocessed", |_, world| world.log.has(|event| matches!(event, EventKind::Reprocessed { .. })))
}

pub(crate) fn stale_report() -> Property<Cluster> {
    happens("a report of an earlier attempt came", |_, world| answers(world, "staleReport"))
}

pub(crate) fn doubled_report() -> Property<Cluster> {
    happens("a report came twice", |_, world| answers(world, "alreadyReported"))
}

pub(crate) fn doubled_callback() -> Property<Cluster> {
    happens("a callback came twice", |_, world| answers(world, "alreadyResumed"))
}

pub(crate) fn opposite_callback() -> Property<Cluster> {
    happens("an extension asked twice said two things", |_, world| answers(world, "resumeConflict"))
}

pub(crate) fn late_callback() -> Property<Cluster> {
    happens("a callback came too late", |_, world| answers(world, "callbackTooLate"))
}

/// One host refuses for lateness what the other, whose clock is behind, has just decided to accept.
pub(crate) fn disagreement() -> Property<Cluster> {
    happens("two hosts decided opposite things at once", |_, world| match &world.hosts {
        [Host::Decided { message, verdict, .. }, Host::Decided { message: other, verdict: opposite, .. }] => {
            message.subject().is_some()
                && message.subject() == other.subject()
                && matches!(verdict.answer, Answer::Refused { is_by_time: true, .. })
                && opposite.answer == Answer::Accepted
        }
        _ => false,
    })
}

pub(crate) fn conflict() -> Property<Cluster> {
    happens("a conflict of revisions", |_, world| {
        world
            .hosts
            .iter()
            .any(|host| matches!(host, Host::Decided { base, .. } if base.revision() != world.log.revision()))
    })
}

pub(crate) fn crash() -> Property<Cluster> {
    happens("a crash between decide and store, and delivered all the same", |_, world| {
        world.crashes.contains(&CrashPoint::BetweenDecideAndStore) && is_in(world, State::Delivered)
    })
}

pub(crate) fn unanswered() -> Property<Cluster> {
    happens("a crash between store and answer, and asked again", |_, world| {
        world.crashes.contains(&CrashPoint::BetweenStoreAndAnswer)
            && world.hosts.iter().any(|host| {
                matches!(
                    host,
                    Host::Stored {
                        message: Message::Callback { .. },
                        answer: Answer::Refused { code: "alreadyResumed", .. },
                        ..
                    }
                )
            })
    })
}
