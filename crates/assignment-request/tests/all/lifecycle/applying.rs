//! A decision is taken by the request that it was made for, as it was then, and by no other (`ApplyError`).
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use assignment_request::{
    Action, Actor, ApplyError, Command, Decision, DeliveryOutcome, Event, Limits, Request, RequestId,
    RequestType, decide,
};

use crate::common::playbacks::{actions, playbacks};
use crate::common::{
    ADMIN, APPROVER, CREATED, DAY, DETERMINER, HOUR, OTHER, PROCESS, Playback, REQUEST, SERVICE, Setup,
    TARGET, admin, approve, approver, determination, determined_stage, failed, host, routes, service, stage,
    t, user,
};

fn decided(request: &Request, minute: i64, actor: Actor, action: Action) -> Decision {
    decide(request, &Command::new(actor, action), t(minute)).unwrap()
}

/// Asserts that the request does not take the decision, and stays as it is.
#[track_caller]
fn assert_refused(request: &Request, decision: &Decision, error: ApplyError) {
    let mut same = request.clone();
    assert_eq!(same.apply(decision), Err(error));
    assert_eq!(same, *request, "unchanged");
}

#[test]
fn i2_an_applied_decision_is_the_handled_command() {
    for playback in playbacks() {
        let now = playback.request.updated();
        for action in actions(&playback) {
            for actor in [host(), admin(), service(), user(), approver(APPROVER)] {
                let command = Command::new(actor, action.clone());
                let Ok(decision) = decide(&playback.request, &command, now) else { continue };
                assert_eq!(decision.request_id(), REQUEST);
                assert_eq!(decision.revision(), playback.request.revision());
                let (mut applied, mut handled) = (playback.request.clone(), playback.request.clone());
                let events = handled.handle(&command, now).unwrap();
                applied.apply(&decision).unwrap();
                assert_eq!((applied, decision.events()), (handled, &*events));
                assert_eq!(decision.into_events(), events);
            }
        }
    }
}

/// A host may read the request again from its store between deciding and applying.
#[test]
fn i2_a_request_that_was_replayed_takes_the_decision() {
    for (name, playback) in routes::routes() {
        let decision = decided(&playback.request, 10_000 * DAY, host(), Action::Elapse);
        // The stored text shares nothing with the request in memory.
        let stored = serde_json::to_string(&playback.events).unwrap();
        let events: Vec<Event> = serde_json::from_str(&stored).unwrap();
        let mut replayed = Request::replay(&events, &Limits::default()).unwrap();
        replayed.apply(&decision).unwrap();
        let mut applied = playback.request;
        applied.apply(&decision).unwrap();
        assert_eq!(applied, replayed, "{name}");
    }
}

#[test]
fn i3_a_decision_about_another_request_is_refused() {
    let setup = Setup::add();
    let other = RequestId::from_u128(7);
    let (another, _) = setup.policy().submit(other, &setup.draft, None, user(), t(0)).unwrap();
    let playback = setup.submit();
    assert_eq!(another.revision(), playback.request.revision());
    let decision = decided(&another, 1, host(), PROCESS);
    let error = ApplyError::AnotherRequest { decided: other, actual: REQUEST };
    assert_refused(&playback.request, &decision, error);
}

#[test]
fn i3_a_decision_is_applied_once_and_before_any_other_command() {
    let playback = Setup::add().approval(&[stage(HOUR, None)]).submit();
    let process = decided(&playback.request, 1, host(), PROCESS);
    let cancel = decided(&playback.request, 1, user(), Action::Cancel);
    let mut request = playback.request.clone();
    request.apply(&process).unwrap();
    let error = ApplyError::AnotherRevision { decided: 1, actual: 2 };
    assert_refused(&request, &process, error);
    assert_refused(&request, &cancel, error);
    let approval = decided(&request, 2, approver(APPROVER), approve(0));
    assert_refused(&playback.request, &approval, ApplyError::AnotherRevision { decided: 2, actual: 1 });
    // What gives no events can be applied as often as one likes.
    let nothing = decided(&request, 2, host(), Action::Elapse);
    let before = request.clone();
    request.apply(&nothing).unwrap();
    request.apply(&nothing).unwrap();
    assert_eq!(request, before);
}

/// Two copies of a request that went two ways to the same revision at the same timestamp, and what is decided about the first.
fn assert_forks(name: &str, one: &Playback, other: &Playback, actor: Actor, action: Action) {
    assert_eq!(one.request.revision(), other.request.revision(), "{name}");
    assert_ne!(one.request, other.request, "{name}");
    let decision = decided(&one.request, 30, actor, action);
    assert_refused(&other.request, &decision, ApplyError::AnotherHistory { id: REQUEST });
    one.request.clone().apply(&decision).unwrap();
}

#[test]
fn i2_a_decision_about_a_fork_is_refused() {
    let add = Setup::add();
    let later = Playback { request: add.submit_at(t(1)).request, ..add.submit() };
    assert_forks("submitted at another timestamp", &add.submit(), &later, host(), PROCESS);
    let justified = add.clone().draft(|draft| draft.justification = Some("why".into())).submit();
    assert_forks("another submission", &add.submit(), &justified, host(), PROCESS);
    let bypassed = Setup::of(RequestType::AdminAdd).approval(&[stage(HOUR, None)]);
    let asked = bypassed.clone().draft(|draft| draft.bypass_approval = true).submit();
    assert_forks("a bypass that was not asked for", &asked, &bypassed.submit(), host(), PROCESS);

    let waiting = add.clone().wait(CREATED, HOUR).submit().process(1);
    let timed_out = waiting.clone().elapses(HOUR + 1);
    let reported = waiting.clone().callout_fails(HOUR);
    assert_forks("another phase", &timed_out, &reported, admin(), Action::Reprocess);
}

/// Forks in the same phase, of which one has what keeps the command from being accepted.
#[test]
fn i2_a_decision_is_not_taken_by_a_fork_that_would_refuse_the_command() {
    let distinct = Setup::add()
        .approval(&[stage(HOUR, None), stage(HOUR, None)])
        .rules(|rules| rules.distinct_approvers = true)
        .submit()
        .process(1);
    let by_other = distinct.clone().does(2, approver(OTHER), approve(0));
    assert_forks(
        "who approved before (V5)",
        &by_other,
        &distinct.approves(2, 0),
        approver(APPROVER),
        approve(1),
    );

    let email = Setup::of(RequestType::AdminAdd).by_email().approval(&[stage(HOUR, None)]).submit();
    let resolved = |id| email.clone().does(1, host(), Action::Process { target: Some(id) });
    assert_forks("who the target is (V5)", &resolved(OTHER), &resolved(TARGET), approver(TARGET), approve(0));

    let determining = Setup::add().determined_by(DETERMINER).submit().process(1);
    let answer = determination(determining.last(), determined_stage(HOUR, None));
    let by_host = determining.clone().does(2, admin(), answer.clone());
    let by_service = determining.does(2, service(), answer);
    assert_forks("who determined the stage (Y12)", &by_host, &by_service, approver(SERVICE), approve(0));
    assert_forks("the same the other way round", &by_service, &by_host, approver(ADMIN), approve(0));

    let launched = Setup::add().launch(CREATED).launch(CREATED).submit().process(1);
    let [first, second] = [0, 1].map(|index: usize| launched.request.callouts()[index].instance());
    let one_failed = launched.clone().does(2, host(), failed(first));
    let other_failed = launched.does(2, host(), failed(second));
    assert_forks("which callout failed (X4)", &one_failed, &other_failed, host(), failed(second));

    let partly = |minute| {
        let playback = Setup::add().submit().process(1).reports(minute, DeliveryOutcome::PartiallyDelivered);
        playback.reports(20, DeliveryOutcome::Failed)
    };
    assert_forks(
        "since when it can be reprocessed (Q2)",
        &partly(10),
        &partly(11),
        host(),
        Action::Reprocess,
    );
}
