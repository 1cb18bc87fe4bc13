//! One request in every status, and a command of each kind.

use assignment_request::{
    Action, Actor, ApprovalDecision, DeliveryOutcome, OnCalloutFailure, Rejection, RequestType, Stage, Tier,
};

use crate::common::{
    APPROVER, CREATED, DAY, HOUR, Life, OTHER, PROCESS, REMOVED, Setup, approve, approver, callback,
    decision, deliver, failed, stage, t, until, user,
};

/// Refused commands: a name, the request, who asks, what, and how it is refused.
pub(crate) type Refusals<'a> = &'a [(&'a str, &'a Life, Actor, Action, Rejection)];

#[track_caller]
pub(crate) fn assert_refused(minute: i64, table: Refusals<'_>) {
    for (name, life, actor, action, rejection) in table {
        assert_eq!(life.refused(minute, *actor, action.clone()), *rejection, "{name}");
    }
}

pub(crate) fn pending() -> Life {
    Setup::add().approval(&[stage(HOUR, Some(30)), stage(HOUR, None)]).submit().process(1)
}

pub(crate) fn waiting_at(at: Stage) -> Life {
    let request_type = if at == REMOVED { RequestType::UserRemove } else { RequestType::UserAdd };
    Setup::of(request_type).wait(at, HOUR).submit().process(1)
}

pub(crate) fn held() -> Life {
    let hold = |setup: Setup| setup.rules(|rules| rules.on_callout_failure = OnCalloutFailure::Hold);
    hold(Setup::add().wait(CREATED, HOUR)).submit().process(1).callout_fails(2)
}

pub(crate) fn delivering() -> Life {
    Setup::add().submit().process(1)
}

pub(crate) fn scheduled() -> Life {
    Setup::add().scheduled(Some(t(DAY)), until(t(2 * DAY))).submit().process(1)
}

pub(crate) fn denied() -> Life {
    pending().does(2, approver(APPROVER), decision(0, Tier::Primary, ApprovalDecision::Deny))
}

pub(crate) fn canceled() -> Life {
    pending().cancels(2, user())
}

pub(crate) fn timed_out() -> Life {
    delivering().elapses(20 * DAY)
}

/// One life in every status.
pub(crate) fn lives() -> Vec<Life> {
    vec![
        Setup::add().submit(),
        waiting_at(CREATED),
        held(),
        pending(),
        pending().elapses(31),
        scheduled(),
        delivering(),
        delivering().reports(2, DeliveryOutcome::Delivered),
        delivering().reports(2, DeliveryOutcome::PartiallyDelivered),
        delivering().reports(2, DeliveryOutcome::Failed),
        timed_out(),
        waiting_at(CREATED).callout_fails(2),
        waiting_at(CREATED).elapses(HOUR + 1),
        denied(),
        pending().elapses(2 * HOUR),
        canceled(),
    ]
}

/// A command of each kind.
pub(crate) fn actions(life: &Life) -> Vec<Action> {
    let instance = life.request.callouts().last().map_or(OTHER, assignment_request::Callout::instance);
    vec![
        PROCESS,
        callback(instance, CREATED, None),
        approve(0),
        Action::Cancel,
        Action::Reprocess,
        deliver(1, DeliveryOutcome::Delivered),
        failed(instance),
        Action::Elapse,
    ]
}
