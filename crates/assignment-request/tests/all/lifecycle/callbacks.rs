//! Callouts, callbacks and what a failed wait does (rules X1 to X6, R1 to R7).

use assignment_request::{
    Action, ActionKind, Actor, CallbackDecision, CalloutId, CalloutStage, CalloutStageSet, CalloutStatus,
    Command, CommandText, OnCalloutFailure, Preset, Rejection, RequestType, Resume, Role, State, Status,
    decide,
};

use crate::common::playbacks::{assert_refused, held, waiting_at};
use crate::common::{
    APPROVED, CREATED, DAY, GRANTED, HOUR, OTHER, PROCESS, REMOVED, REQUESTOR, Setup, TARGET, admin,
    callback, failed, host, just_before, service, t, user,
};

// Callouts and callbacks.

/// A callback with every fault of content.
fn bad_content(instance: CalloutId, stage: CalloutStage) -> Action {
    let decision = CallbackDecision::Deny;
    Action::Resume(Resume {
        instance,
        stage,
        decision,
        approval_stage: None,
        source: Some("s".repeat(257).into()),
        detail: Some("\u{7}".into()),
    })
}

#[test]
fn r1_to_r5_the_refusals_of_a_resume_in_their_order() {
    let (waiting, two) =
        (waiting_at(CREATED), Setup::add().launch(CREATED).wait(CREATED, HOUR).submit().process(1));
    let early = CalloutStage::AssignmentFourteenDaysBeforeExpiration;
    let myself = Actor::new(REQUESTOR, Role::Administrator);
    let sent = two.request.callouts()[0].instance();
    let received = Setup::add().wait(CREATED, HOUR).wait(CREATED, HOUR).submit().process(1);
    let first = received.last();
    let received = received.resumes(2, CallbackDecision::Continue);
    let late = waiting_at(CREATED).elapses(HOUR + 1);
    let broken = waiting_at(CREATED).callout_fails(2);
    let mut ended = Setup::add().wait(CREATED, HOUR);
    ended.rules = Preset::Portal.spec();
    let ended = ended.submit().process(1).cancels(2, user());
    let denied = CallbackDecision::Deny;
    assert_refused(
        3,
        &[
            (
                "a stage nobody waits at",
                &waiting,
                myself,
                bad_content(CalloutId::new(OTHER.uuid()), early),
                Rejection::StageNotResumable { stage: early },
            ),
            (
                "no such callout",
                &waiting,
                myself,
                bad_content(CalloutId::new(OTHER.uuid()), CREATED),
                Rejection::UnknownCallout {
                    instance: CalloutId::new(OTHER.uuid()),
                    action: ActionKind::Resume,
                },
            ),
            (
                "another stage",
                &broken,
                myself,
                bad_content(broken.last(), GRANTED),
                Rejection::StageMismatch { given: GRANTED, actual: CREATED },
            ),
            ("launched only", &two, myself, bad_content(sent, CREATED), Rejection::NotWaiting),
            (
                "twice the same",
                &received,
                myself,
                callback(first, CREATED, CallbackDecision::Continue),
                Rejection::AlreadyResumed,
            ),
            (
                "now another",
                &received,
                myself,
                bad_content(first, CREATED),
                Rejection::ResumeConflict { received: CallbackDecision::Continue, given: denied },
            ),
            ("too late", &late, myself, bad_content(late.last(), CREATED), Rejection::CallbackTooLate),
            ("failed", &broken, myself, bad_content(broken.last(), CREATED), Rejection::CalloutAlreadyFailed),
            (
                "ended meanwhile",
                &ended,
                myself,
                bad_content(ended.last(), CREATED),
                Rejection::RequestClosed { state: State::Canceled, action: ActionKind::Resume },
            ),
            ("one's own", &waiting, myself, bad_content(waiting.last(), CREATED), Rejection::SelfResume),
            (
                "no denial here",
                &waiting,
                service(),
                bad_content(waiting.last(), CREATED),
                Rejection::DenialNotAllowed {
                    stage: CREATED,
                    allowed: CalloutStageSet::of(&[APPROVED, GRANTED, REMOVED]),
                },
            ),
        ],
    );
}

#[test]
fn r5_c14_where_a_callback_may_decide_and_what_it_may_say() {
    for at in [CREATED, APPROVED, GRANTED, REMOVED] {
        for preset in Preset::ALL {
            let rules = preset.spec();
            let request_type = if at == REMOVED { RequestType::UserRemove } else { RequestType::UserAdd };
            let playback = Setup { rules, ..Setup::of(request_type) }.wait(at, HOUR).submit().process(1);
            let denial = Rejection::DenialNotAllowed { stage: at, allowed: rules.deny_at };
            let cancellation = Rejection::CancellationNotAllowed { stage: at, allowed: rules.cancel_at };
            for (decision, allowed, expected) in [
                (CallbackDecision::Deny, rules.deny_at, denial),
                (CallbackDecision::Cancel, rules.cancel_at, cancellation),
            ] {
                let command = Command::new(service(), callback(playback.last(), at, decision));
                let accepted = decide(&playback.request, &command, t(2));
                assert_eq!(
                    accepted.err(),
                    (!allowed.contains(at)).then_some(expected),
                    "{preset} {at} {decision}"
                );
            }
        }
    }
    let playback = waiting_at(APPROVED);
    let say = |source: &str, detail: &str| {
        let (source, detail) = (Some(source.into()), Some(detail.into()));
        Action::Resume(Resume {
            instance: playback.last(),
            stage: APPROVED,
            decision: CallbackDecision::Continue,
            approval_stage: None,
            source,
            detail,
        })
    };
    let long = |text, bytes, limit| Rejection::TooLong { text, bytes, limit };
    let bad = |text, character| Rejection::ForbiddenCharacter { text, character };
    let (source, detail) = ("s".repeat(257), "d".repeat(8_193));
    assert_refused(
        2,
        &[
            (
                "source first",
                &playback,
                service(),
                say(&source, &detail),
                long(CommandText::Source, 257, 256),
            ),
            (
                "length before characters",
                &playback,
                service(),
                say(&"\u{7}".repeat(257), ""),
                long(CommandText::Source, 257, 256),
            ),
            (
                "source",
                &playback,
                service(),
                say("a\u{202e}b", &detail),
                bad(CommandText::Source, '\u{202e}'),
            ),
            ("detail", &playback, service(), say("a", &detail), long(CommandText::Detail, 8_193, 8_192)),
            ("detail", &playback, service(), say("a", "\u{7f}"), bad(CommandText::Detail, '\u{7f}')),
        ],
    );
    let accepted = playback.clone().does(2, service(), say(&"s".repeat(256), &"d".repeat(8_192)));
    assert_eq!(accepted.request.callouts()[0].detail().map(str::len), Some(8_192));
}

#[test]
fn r3_r4_r6_what_a_callback_does() {
    let playback = waiting_at(APPROVED);
    let send = |decision| {
        let mut playback = playback.clone();
        let names =
            playback.send(just_before(HOUR + 1), service(), callback(playback.last(), APPROVED, decision));
        (names, playback.request.callouts()[0].decision(), playback.request.status())
    };
    let on = ["callbackReceived", "deliveryStarted", "fulfillmentOrdered"];
    assert_eq!(
        send(CallbackDecision::Continue),
        (on.to_vec(), Some(CallbackDecision::Continue), Status::Delivering)
    );
    let denied = CallbackDecision::Deny;
    assert_eq!(send(denied), (vec!["callbackReceived", "denied"], Some(denied), Status::Denied));
    let playback = waiting_at(CREATED).resumes(2, CallbackDecision::Cancel);
    assert_eq!(playback.events.last().unwrap().name(), "canceled");
    let again = callback(playback.last(), CREATED, CallbackDecision::Cancel);
    assert_eq!(
        playback.refused(3, service(), again),
        Rejection::AlreadyResumed,
        "also where it ended the request"
    );
}

#[test]
fn r4_a_late_callback_is_no_success() {
    for decision in [CallbackDecision::Continue, CallbackDecision::Deny] {
        let playback = waiting_at(APPROVED);
        let resume = callback(playback.last(), APPROVED, decision);
        for playback in [playback.clone(), playback.elapses(HOUR + 1)] {
            assert_eq!(playback.refused(HOUR + 1, service(), resume.clone()), Rejection::CallbackTooLate);
            assert_eq!(playback.refused(10 * DAY, service(), resume.clone()), Rejection::CallbackTooLate);
        }
    }
}

#[test]
fn r4_x6_a_held_wait_takes_a_late_callback_until_the_window_ends() {
    let playback = held();
    let resume = callback(playback.last(), CREATED, CallbackDecision::Continue);
    let mut late = playback.clone();
    assert_eq!(late.send(just_before(14 * DAY + 2), service(), resume.clone())[0], "callbackReceived");
    assert_eq!(late.request.callouts()[0].status(), CalloutStatus::CallbackReceived);
    assert_eq!(playback.refused(14 * DAY + 2, service(), resume), Rejection::CalloutAlreadyFailed);
}

#[test]
fn r7_nobody_resumes_their_own_request_in_any_role() {
    let playback = Setup::of(RequestType::OnBehalfAdd).wait(CREATED, HOUR).submit().process(1);
    let resume = callback(playback.last(), CREATED, CallbackDecision::Continue);
    for id in [REQUESTOR, TARGET] {
        for role in [Role::Extension, Role::Administrator] {
            assert_eq!(playback.refused(2, Actor::new(id, role), resume.clone()), Rejection::SelfResume);
        }
    }
    assert_eq!(playback.does(2, admin(), resume).request.status(), Status::Delivering);
}

#[test]
fn x1_x2_x3_callouts_run_one_after_the_other() {
    let setup = Setup::add().launch(CREATED).wait(CREATED, 5).launch(CREATED).wait(GRANTED, 14 * DAY);
    let mut playback = setup.submit();
    assert_eq!(playback.send(t(1), host(), PROCESS), ["calloutStarted", "calloutStarted"]);
    let resume = callback(playback.last(), CREATED, CallbackDecision::Continue);
    assert_eq!(
        playback.send(t(2), service(), resume),
        ["callbackReceived", "calloutStarted", "approved", "deliveryStarted", "calloutStarted"]
    );
    let found: Vec<_> = playback
        .request
        .callouts()
        .iter()
        .map(|callout| (callout.stage(), callout.index(), callout.attempt(), callout.status()))
        .collect();
    assert_eq!(
        found,
        [
            (CREATED, 0, 1, CalloutStatus::CalloutSent),
            (CREATED, 1, 1, CalloutStatus::CallbackReceived),
            (CREATED, 2, 1, CalloutStatus::CalloutSent),
            (GRANTED, 0, 1, CalloutStatus::WaitingForCallback),
        ]
    );
    assert_eq!(playback.request.next_deadline().unwrap().at, t(14 * DAY + 2));
}

#[test]
fn x4_the_refusals_of_a_failed_callout_in_their_order() {
    let waiting = waiting_at(CREATED);
    let received = waiting.clone().resumes(2, CallbackDecision::Continue);
    let late = waiting.clone().elapses(HOUR + 1);
    let reported = waiting.clone().callout_fails(2);
    let ended =
        Setup { rules: Preset::Portal.spec(), ..Setup::add() }.wait(CREATED, HOUR).submit().process(1);
    let ended = ended.cancels(2, user());
    let bad = |instance| Action::ReportCalloutFailed { instance, detail: Some("\u{7}".into()) };
    let long =
        Action::ReportCalloutFailed { instance: waiting.last(), detail: Some("\u{7}".repeat(8_193).into()) };
    assert_refused(
        3,
        &[
            (
                "unknown",
                &waiting,
                host(),
                bad(CalloutId::new(OTHER.uuid())),
                Rejection::UnknownCallout {
                    instance: CalloutId::new(OTHER.uuid()),
                    action: ActionKind::ReportCalloutFailed,
                },
            ),
            ("again", &reported, host(), bad(reported.last()), Rejection::CalloutAlreadyReported),
            (
                "received",
                &received,
                host(),
                bad(received.last()),
                Rejection::CalloutClosed { status: CalloutStatus::CallbackReceived },
            ),
            (
                "timed out",
                &late,
                host(),
                bad(late.last()),
                Rejection::CalloutClosed { status: CalloutStatus::CallbackTimedOut },
            ),
            (
                "ended",
                &ended,
                host(),
                bad(ended.last()),
                Rejection::RequestClosed { state: State::Canceled, action: ActionKind::ReportCalloutFailed },
            ),
            (
                "long",
                &waiting,
                host(),
                long,
                Rejection::TooLong { text: CommandText::Detail, bytes: 8_193, limit: 8_192 },
            ),
            (
                "bad",
                &waiting,
                host(),
                bad(waiting.last()),
                Rejection::ForbiddenCharacter { text: CommandText::Detail, character: '\u{7}' },
            ),
        ],
    );
}

#[test]
fn x4_a_failed_launch_is_recorded_and_the_route_goes_on() {
    let playback = Setup::add().launch(CREATED).wait(CREATED, HOUR).submit().process(1);
    let sent = playback.request.callouts()[0].instance();
    for mut playback in [
        playback.clone(),
        playback.clone().resumes(2, CallbackDecision::Continue),
        playback.clone().elapses(DAY),
        playback.callout_fails(2),
    ] {
        let phase = playback.request.phase();
        assert_eq!(playback.send(t(2 * DAY), host(), failed(sent)).last(), Some(&"calloutFailed"));
        if phase.deadline().is_none() {
            assert_eq!(playback.request.phase(), phase);
        }
        assert_eq!(playback.request.callouts()[0].status(), CalloutStatus::CalloutFailed);
    }
}

#[test]
fn x5_x6_what_a_failed_wait_does() {
    let holding = |setup: Setup| setup.rules(|rules| rules.on_callout_failure = OnCalloutFailure::Hold);
    let fail = Setup::add().wait(CREATED, HOUR);
    let mut timed_out = fail.submit().process(1);
    assert_eq!(timed_out.send(t(DAY), host(), Action::Elapse), ["callbackTimedOut", "deliveryFailed"]);
    let mut broken = fail.submit().process(1);
    assert_eq!(broken.send(t(2), host(), failed(broken.last())), ["calloutFailed", "deliveryFailed"]);
    assert_eq!(broken.request.completed(), Some(t(2)));
    let mut held = holding(fail).submit().process(1);
    assert_eq!(held.send(t(2), host(), failed(held.last())), ["calloutFailed"]);
    assert_eq!((held.request.status(), held.request.completed()), (Status::WaitingForCallback, None));
    assert_eq!(held.send(t(15 * DAY), host(), Action::Elapse), ["deliveryFailed"]);
    assert_eq!(held.request.status(), Status::CalloutFailed);
    assert_eq!(
        held.refused(15 * DAY, admin(), Action::Reprocess),
        Rejection::ReprocessWindowPassed { end: t(14 * DAY + 2) },
        "the hold counts for the window (Q2)"
    );
}
