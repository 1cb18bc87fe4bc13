//! One request in every status, and a command of each kind.

use assignment_request::{
    Action, Actor, ApprovalDecision, CallbackDecision, CalloutId, CalloutStage, DeliveryOutcome,
    OnCalloutFailure, Rejection, RequestType, Tier,
};

use crate::common::{
    APPROVER, CREATED, DAY, HOUR, OTHER, PROCESS, Playback, REMOVED, Setup, approve, approver, callback,
    decision, deliver, failed, stage, t, until, user,
};

/// Refused commands: a name, the request, who asks, what, and how it is refused.
pub(crate) type Refusals<'a> = &'a [(&'a str, &'a Playback, Actor, Action, Rejection)];

#[track_caller]
pub(crate) fn assert_refused(minute: i64, table: Refusals<'_>) {
    for (name, playback, actor, action, rejection) in table {
        assert_eq!(playback.refused(minute, *actor, action.clone()), *rejection, "{name}");
    }
}

pub(crate) fn pending() -> Playback {
    Setup::add().approval(&[stage(HOUR, Some(30)), stage(HOUR, None)]).submit().process(1)
}

pub(crate) fn waiting_at(at: CalloutStage) -> Playback {
    let request_type = if at == REMOVED { RequestType::UserRemove } else { RequestType::UserAdd };
    Setup::of(request_type).wait(at, HOUR).submit().process(1)
}

pub(crate) fn held() -> Playback {
    let hold = |setup: Setup| setup.rules(|rules| rules.on_callout_failure = OnCalloutFailure::Hold);
    hold(Setup::add().wait(CREATED, HOUR)).submit().process(1).callout_fails(2)
}

pub(crate) fn delivering() -> Playback {
    Setup::add().submit().process(1)
}

pub(crate) fn scheduled() -> Playback {
    Setup::add().scheduled(Some(t(DAY)), until(t(2 * DAY))).submit().process(1)
}

pub(crate) fn denied() -> Playback {
    pending().does(2, approver(APPROVER), decision(0, Tier::Primary, ApprovalDecision::Deny))
}

pub(crate) fn canceled() -> Playback {
    pending().cancels(2, user())
}

pub(crate) fn timed_out() -> Playback {
    delivering().elapses(20 * DAY)
}

/// One life in every status.
pub(crate) fn playbacks() -> Vec<Playback> {
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
pub(crate) fn actions(playback: &Playback) -> Vec<Action> {
    let instance = playback
        .request
        .callouts()
        .last()
        .map_or(CalloutId::new(OTHER.uuid()), assignment_request::Callout::instance);
    vec![
        PROCESS,
        callback(instance, CREATED, CallbackDecision::Continue),
        approve(0),
        Action::Cancel,
        Action::Reprocess,
        deliver(1, DeliveryOutcome::Delivered),
        failed(instance),
        Action::Elapse,
    ]
}
