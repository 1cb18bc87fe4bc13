//! Who may do what, in which order commands are checked, time, `Process` (sections 2 and 5 of the specification).

use assignment_request::{
    Action, ActionKind, Actor, AdminBypass, CallbackDecision, CalloutId, CalloutStage, Command, Deadline,
    DeadlineKind, DeliveryOutcome, Denial, DenialReason, EventKind, ExistingAssignment, OnCalloutFailure,
    Operation, Phase, Rejection, RequestType, Role, State, Status, decide,
};

use crate::common::playbacks::{
    actions, assert_refused, delivering, held, pending, playbacks, scheduled, waiting_at,
};
use crate::common::{
    ADMIN, APPROVED, APPROVER, CREATED, DAY, DETERMINER, DETERMINING, GRANTED, HOUR, OTHER, PROCESS, REMOVED,
    REQUEST, REQUESTOR, Setup, TARGET, admin, approve, approver, callback, deliver, host, just_before,
    minutes, service, stage, t, until, user,
};

// Who may do what.

#[test]
fn t6_i4_each_command_has_its_roles_in_every_phase() {
    let allowed = |kind, role| match kind {
        ActionKind::Process
        | ActionKind::ReportDelivery
        | ActionKind::ReportCalloutFailed
        | ActionKind::Elapse => role == Role::System,
        ActionKind::Resume => role == Role::Extension || role == Role::Administrator,
        ActionKind::DecideStage => role == Role::Approver,
        ActionKind::Cancel => [Role::User, Role::Administrator, Role::System].contains(&role),
        ActionKind::Reprocess => role == Role::Administrator || role == Role::System,
    };
    for playback in playbacks() {
        let now = playback.request.updated();
        for action in actions(&playback) {
            for role in Role::ALL {
                let id = if *role == Role::User { REQUESTOR } else { OTHER };
                let kind = action.kind();
                let result =
                    decide(&playback.request, &Command::new(Actor::new(id, *role), action.clone()), now);
                let refused = Err(Rejection::NotPermitted { action: kind, role: *role });
                assert_eq!(
                    result == refused,
                    !allowed(kind, *role),
                    "{kind} by {role} at {}",
                    playback.request.status()
                );
            }
        }
    }
}

#[test]
fn k1_only_the_user_who_asked_cancels() {
    for playback in playbacks() {
        for id in [OTHER, TARGET, ADMIN] {
            let refusal =
                playback.refused_at(playback.request.updated(), Actor::new(id, Role::User), Action::Cancel);
            assert_eq!(refusal, Rejection::NotTheRequestor);
        }
    }
    let behalf = Setup::of(RequestType::OnBehalfAdd).submit();
    assert_eq!(behalf.refused(1, Actor::new(TARGET, Role::User), Action::Cancel), Rejection::NotTheRequestor);
    assert_eq!(behalf.cancels(1, user()).request.state(), State::Canceled);
}

// Revisions, order, refusals.

#[test]
fn i3_i4_the_revision_is_looked_at_before_all_else() {
    for playback in playbacks() {
        let revision = playback.request.revision();
        assert_eq!(revision, playback.events.len() as u64);
        for action in actions(&playback) {
            for wrong in [0, revision - 1, revision + 1, u64::MAX] {
                let nobody = Actor::new(REQUESTOR, Role::Extension);
                let command = Command::new(nobody, action.clone()).expecting(wrong);
                let refusal = decide(&playback.request, &command, t(100 * DAY)).unwrap_err();
                assert_eq!(refusal, Rejection::RevisionConflict { expected: wrong, actual: revision });
            }
            let command = Command::new(host(), action.clone());
            let now = t(100 * DAY);
            let with = decide(&playback.request, &command.clone().expecting(revision), now);
            assert_eq!(
                with,
                decide(&playback.request, &command, now),
                "the right expectation changes nothing"
            );
        }
    }
}

#[test]
fn i3_the_revision_expected_is_the_one_before_reached_deadlines() {
    let playback = pending();
    let late = Command::new(host(), Action::Elapse).expecting(playback.request.revision());
    assert_eq!(decide(&playback.request, &late, t(90)).unwrap().events().len(), 2);
}

#[test]
fn i1_a_refused_command_changes_nothing() {
    let mut refused = 0;
    for playback in playbacks() {
        for action in actions(&playback) {
            for role in Role::ALL {
                for now in [t(0), playback.request.updated(), t(100 * DAY)] {
                    let actor = Actor::new(REQUESTOR, *role);
                    if decide(&playback.request, &Command::new(actor, action.clone()), now).is_err() {
                        playback.refused_at(now, actor, action.clone());
                        refused += 1;
                    }
                }
            }
        }
    }
    assert!(refused > 1_000, "{refused}");
}

#[test]
fn n6_a_refusal_stores_no_deadline_either() {
    let playback = waiting_at(CREATED);
    assert_eq!(
        playback.refused(2 * HOUR, host(), deliver(1, DeliveryOutcome::Delivered)),
        Rejection::NotDelivering { status: Status::CallbackTimedOut }
    );
    assert_eq!(
        playback.request.status(),
        Status::WaitingForCallback,
        "judged as if it had timed out, yet not stored"
    );
    let deadline = playback.request.next_deadline().unwrap();
    assert!(deadline.at < t(2 * HOUR), "so the host sends Elapse at that now");
    assert_eq!(playback.elapses(2 * HOUR).request.status(), Status::CallbackTimedOut);
}

#[test]
fn n4_decided_events_come_behind_those_in_the_buffer() {
    let playback = pending();
    let mut buffer = playback.events.clone();
    let command = Command::new(approver(APPROVER), approve(0));
    playback.request.clone().handle_into(&command, t(31), &mut buffer).unwrap();
    let names: Vec<_> =
        buffer.iter().skip(playback.events.len()).map(assignment_request::Event::name).collect();
    assert_eq!(names, ["approvalEscalated", "stageApproved", "approvalRequested"]);
    let sequences: Vec<_> = buffer.iter().map(|event| event.sequence).collect();
    assert_eq!(sequences, [1, 2, 3, 4, 5]);
    assert!(buffer.iter().skip(2).all(|event| event.at == t(31)), "each at the timestamp of the command");
}

// Time.

#[test]
fn n2_a_deadline_is_reached_at_its_timestamp_and_not_before() {
    let hold = |setup: Setup| setup.rules(|rules| rules.on_callout_failure = OnCalloutFailure::Hold);
    let table = [
        (DeadlineKind::Processing, Setup::add().submit(), 14 * DAY, &["denied"][..]),
        (DeadlineKind::Callback, waiting_at(CREATED), HOUR + 1, &["callbackTimedOut", "deliveryFailed"][..]),
        (
            DeadlineKind::Callback,
            hold(Setup::add().wait(CREATED, HOUR)).submit().process(1),
            HOUR + 1,
            &["callbackTimedOut"],
        ),
        (DeadlineKind::HeldWait, held(), 14 * DAY + 2, &["deliveryFailed"]),
        (DeadlineKind::Escalation, pending(), 31, &["approvalEscalated"]),
        (DeadlineKind::Approval, pending().elapses(31), HOUR + 1, &["denied"]),
        (DeadlineKind::Start, scheduled(), DAY, &["deliveryStarted", "fulfillmentOrdered"]),
        (DeadlineKind::Fulfillment, delivering(), 14 * DAY + 1, &["deliveryFailed"]),
    ];
    for (kind, playback, minute, names) in &table {
        let deadline = playback.request.next_deadline().unwrap();
        assert_eq!((deadline.kind, deadline.at), (*kind, t(*minute)));
        let mut early = playback.clone();
        assert_eq!(early.send(just_before(*minute), host(), Action::Elapse), [""; 0], "{kind}");
        assert_eq!(early.request, playback.request);
        assert_eq!(playback.clone().send(t(*minute), host(), Action::Elapse), *names, "{kind}");
        assert_eq!(playback.clone().send(t(minute + 1), host(), Action::Elapse), *names, "{kind}");
    }
    for kind in DeadlineKind::ALL {
        assert!(table.iter().any(|row| row.0 == *kind), "{kind}");
    }
}

#[test]
fn n3_time_never_runs_backwards() {
    let mut playback = pending();
    playback.send(t(-DAY), approver(APPROVER), approve(0));
    let last = playback.events.last().unwrap();
    assert_eq!(last.at, t(1), "the timestamp of the last event");
    assert_eq!(playback.request.next_deadline().unwrap().at, t(HOUR + 1));
}

#[test]
fn n4_several_deadlines_are_applied_by_one_command_earliest_first() {
    let mut playback = pending();
    assert_eq!(playback.send(t(10 * DAY), host(), Action::Elapse), ["approvalEscalated", "denied"]);
    let mut held = Setup::add()
        .wait(CREATED, HOUR)
        .rules(|rules| rules.on_callout_failure = OnCalloutFailure::Hold)
        .submit()
        .process(1);
    let names = held.send(t(100 * DAY), host(), Action::Elapse);
    assert_eq!(
        names,
        ["callbackTimedOut"],
        "the hold counts from the timestamp of the failure that is recorded"
    );
    let mut scheduled = scheduled();
    let names = scheduled.send(t(40 * DAY), host(), Action::Elapse);
    assert_eq!(names, ["denied"], "the window passed before the start was looked at");
}

#[test]
fn n4_a_command_is_judged_as_time_has_left_the_request() {
    let late = waiting_at(CREATED);
    assert_eq!(
        late.refused(HOUR + 1, service(), callback(late.last(), CREATED, CallbackDecision::Continue)),
        Rejection::CallbackTooLate
    );
    assert_eq!(
        late.refused(2 * HOUR, host(), PROCESS),
        Rejection::AlreadyProcessing { status: Status::CallbackTimedOut }
    );
    let mut playback = scheduled();
    assert_eq!(
        playback.send(t(DAY), host(), deliver(1, DeliveryOutcome::Delivered)),
        ["deliveryStarted", "fulfillmentOrdered", "delivered"]
    );
    let mut reprocessed = waiting_at(CREATED);
    assert_eq!(
        reprocessed.send(t(2 * HOUR), admin(), Action::Reprocess),
        ["callbackTimedOut", "deliveryFailed", "reprocessed", "calloutStarted"]
    );
    assert!(reprocessed.events.iter().skip(2).all(|event| event.at == t(2 * HOUR)));
}

#[test]
fn n5_elapse_with_nothing_due_is_accepted_and_gives_nothing() {
    for playback in playbacks() {
        let mut same = playback.clone();
        assert_eq!(same.send(playback.request.updated(), host(), Action::Elapse), [""; 0]);
        assert_eq!(same.request, playback.request);
    }
}

#[test]
fn i5_ids_are_derived() {
    let id = |text: &str| text.parse::<CalloutId>().unwrap();
    let setup = Setup::add().launch(CREATED).wait(CREATED, HOUR).wait(APPROVED, HOUR).wait(GRANTED, HOUR);
    let playback = setup.approval(&[stage(HOUR, None), stage(HOUR, None)]).submit().process(1);
    let playback = playback
        .callout_fails(2)
        .reprocesses(3)
        .resumes(4, CallbackDecision::Continue)
        .approves(5, 0)
        .approves(6, 1);
    let playback = playback.resumes(7, CallbackDecision::Continue);
    let found: Vec<_> =
        playback.request.callouts().iter().map(assignment_request::Callout::instance).collect();
    let removal = waiting_at(REMOVED);
    assert_eq!(
        found,
        [
            "03587b8d-c642-5899-87ee-09af3d52772b",
            "6c13a0de-ee47-5c1e-a289-1b224fa81852",
            "a77569e8-7a84-5839-a0ab-cbe1a18adacd",
            "4af5be1e-dc3e-513a-b186-521af84c11ff",
            "100aa374-c8e4-5690-9a29-ac1ac301469b",
        ]
        .map(id)
    );
    assert_eq!(removal.last(), id("0e03a3e0-ff12-5338-b68c-7f617872d3e3"));
    assert_eq!(
        playback.request.approval_stage_id(0),
        Some("84a5345e-4118-507d-ba3c-78ee2e22a763".parse().unwrap())
    );
    assert_eq!(
        playback.request.approval_stage_id(1),
        Some("a481581f-8f4d-51b5-ace8-32c945e917c4".parse().unwrap())
    );
    assert_eq!(playback.request.approval_stage_id(2), None);
    assert_eq!(removal.request.approval_stage_id(0), None);
}

#[test]
fn i6_the_route_is_fixed_at_submission() {
    let setup = Setup::add().wait(CREATED, HOUR).approval(&[stage(HOUR, None)]);
    let playback = setup.submit();
    let changed =
        setup.rules(|rules| rules.on_callout_failure = OnCalloutFailure::Hold).launch(GRANTED).submit();
    assert_ne!(playback.request.route(), changed.request.route());
    let playback = playback.process(1).elapses(DAY);
    assert_eq!(playback.request.status(), Status::CallbackTimedOut, "the rules of then");
}

// Process.

#[test]
fn w1_process_is_refused_by_phase() {
    for playback in playbacks() {
        let status = playback.request.status();
        let expected = match status {
            Status::Accepted => continue,
            Status::Denied | Status::Expired | Status::Canceled => {
                Rejection::RequestClosed { state: playback.request.state(), action: ActionKind::Process }
            }
            _ => Rejection::AlreadyProcessing { status },
        };
        let conflicting = Action::Process { target: Some(OTHER) };
        assert_eq!(playback.refused_at(playback.request.updated(), host(), conflicting), expected);
    }
}

#[test]
fn w1_c13_the_other_refusals_of_process_in_their_order() {
    let validation = Setup::add().draft(|draft| draft.is_validation_only = true).submit();
    let ended = validation.clone().cancels(1, user());
    let email = Setup::of(RequestType::AdminAdd).by_email();
    let with_approval = email.clone().approval(&[stage(HOUR, None)]).submit();
    let with_wait = email.clone().wait(GRANTED, HOUR).submit();
    let known = Setup::of(RequestType::AdminAdd).submit();
    let other = Action::Process { target: Some(OTHER) };
    assert_refused(
        2,
        &[
            (
                "ended before validation only",
                &ended,
                host(),
                PROCESS,
                Rejection::RequestClosed { state: State::Canceled, action: ActionKind::Process },
            ),
            (
                "validation only before the target",
                &validation,
                host(),
                other.clone(),
                Rejection::ValidationOnly,
            ),
            (
                "another target",
                &known,
                host(),
                other,
                Rejection::ConflictingTarget { known: TARGET, given: OTHER },
            ),
            ("nobody to keep from approving", &with_approval, host(), PROCESS, Rejection::TargetUnknown),
            ("nobody to keep from resuming", &with_wait, host(), PROCESS, Rejection::TargetUnknown),
        ],
    );
}

#[test]
fn w1_a_target_becomes_known() {
    let email = Setup::of(RequestType::AdminAdd).by_email();
    let resolve = Action::Process { target: Some(TARGET) };
    let mut playback = email.clone().approval(&[stage(HOUR, None)]).submit();
    assert_eq!(playback.send(t(1), host(), resolve.clone()), ["targetResolved", "approvalRequested"]);
    assert_eq!(playback.request.target(), Some(TARGET));
    assert_eq!(playback.refused(2, approver(TARGET), approve(0)), Rejection::SelfApproval);
    let mut known = Setup::of(RequestType::AdminAdd).submit();
    assert_eq!(known.send(t(1), host(), resolve), ["approved", "deliveryStarted", "fulfillmentOrdered"]);
    for (name, setup) in [
        ("nobody decides", email.clone().launch(CREATED).launch(GRANTED)),
        ("the wait is not on the route of an Add", email.clone().wait(REMOVED, HOUR)),
        ("what no approval needs is not determined", {
            let mut setup = email.determined_by(DETERMINER);
            setup.spec.approval.is_required_for_add = false;
            setup
        }),
    ] {
        let playback = setup.submit().process(1);
        assert_eq!(
            (playback.request.status(), playback.request.target()),
            (Status::Delivering, None),
            "{name}"
        );
    }
}

/// With an extension that is not waited for at every stage where that can be.
fn launching_everywhere(request_type: RequestType) -> Setup {
    let stages = CalloutStage::ALL.iter().filter(|stage| **stage != DETERMINING);
    stages.fold(Setup::of(request_type), |setup, stage| setup.launch(*stage))
}

fn route(setup: &Setup) -> Vec<&'static str> {
    setup.submit().send(t(1), host(), PROCESS)
}

#[test]
fn w1_w2_w3_w4_y5_the_route_of_each_type() {
    let add = [
        "calloutStarted",
        "approved",
        "calloutStarted",
        "deliveryStarted",
        "calloutStarted",
        "fulfillmentOrdered",
    ];
    let update = ["calloutStarted", "approved", "calloutStarted", "deliveryStarted", "fulfillmentOrdered"];
    let remove = ["deliveryStarted", "calloutStarted", "fulfillmentOrdered"];
    let pending = ["calloutStarted", "approvalRequested"];
    let determining = ["calloutStarted", "calloutStarted"];
    for request_type in RequestType::ALL {
        let all = launching_everywhere(*request_type);
        let expected = match request_type.operation() {
            Operation::Add => &add[..],
            Operation::Update => &update,
            Operation::Remove => &remove,
        };
        assert_eq!(route(&all), expected, "{request_type} without approval");
        let mut unused = all.clone().determined_by(DETERMINER);
        unused.spec.approval.is_required_for_add = false;
        unused.spec.approval.is_required_for_update = false;
        assert_eq!(route(&unused), expected, "{request_type}: what no approval needs is not determined");
        let is_remove = request_type.operation() == Operation::Remove;
        let needs_approval = !is_remove && request_type.initiator() != Role::System;
        let approved = all.clone().approval(&[stage(HOUR, None)]);
        assert_eq!(route(&approved), if needs_approval { &pending[..] } else { expected }, "{request_type}");
        let determined = all.determined_by(DETERMINER);
        let names = if needs_approval { &determining[..] } else { expected };
        assert_eq!(route(&determined), names, "{request_type} determined");
        let is_admins = request_type.initiator() == Role::Administrator;
        let bypassed = determined.rules(|rules| rules.admin_bypasses_approval = AdminBypass::Always);
        let names = if needs_approval && !is_admins { &determining[..] } else { expected };
        assert_eq!(route(&bypassed), names, "{request_type} bypassed");
    }
}

#[test]
fn w4_d12_when_an_administrator_bypasses_the_approval() {
    use AdminBypass::{Always, Never, WhenAsked};
    let own = |mut setup: Setup| {
        setup.draft.target_id = setup.draft.target_id.map(|_| ADMIN);
        (setup, ExistingAssignment { target: ADMIN, ..Setup::add().assignment() })
    };
    for request_type in [RequestType::AdminAdd, RequestType::AdminUpdate] {
        // The rule, whether the bypass is asked for, whether approval of another's access is required, and of one's own.
        for (rule, asks, of_another, of_ones_own) in [
            (Never, false, true, true),
            (WhenAsked, false, true, true),
            (WhenAsked, true, false, true),
            (Always, false, false, true),
            (Always, true, false, true),
        ] {
            let setup = Setup::of(request_type)
                .approval(&[stage(HOUR, None)])
                .rules(|rules| rules.admin_bypasses_approval = rule)
                .draft(|draft| draft.bypass_approval = asks);
            let playback = setup.submit();
            assert_eq!(playback.request.is_approval_required(), of_another, "{request_type} {rule} {asks}");
            assert_eq!(playback.request.approval_stages().len(), usize::from(of_another));
            // One's own is refused if the bypass is asked for (C15), and needs approval if not.
            let (own, assignment) = own(setup);
            let made = own.policy().submit(REQUEST, &own.draft, Some(&assignment), own.actor(), t(0));
            let found = made.map(|(request, _)| request.is_approval_required()).ok();
            assert_eq!(found, (!asks).then_some(of_ones_own), "{request_type} {rule} {asks}, of one's own");
        }
    }
    let email = Setup::of(RequestType::AdminAdd).by_email().approval(&[stage(HOUR, None)]);
    let email = email.rules(|rules| rules.admin_bypasses_approval = Always).submit();
    assert!(email.request.is_approval_required(), "who it is for was not known by id");
    assert_eq!(email.refused(1, host(), PROCESS), Rejection::TargetUnknown);
    let mut resolved = email.clone();
    let names = resolved.send(t(1), host(), Action::Process { target: Some(ADMIN) });
    assert_eq!(names, ["targetResolved", "approvalRequested"], "it may be the administrator");
    for request_type in [RequestType::UserAdd, RequestType::OnBehalfAdd, RequestType::UserUpdate] {
        let setup = Setup::of(request_type).approval(&[stage(HOUR, None)]);
        let playback = setup.rules(|rules| rules.admin_bypasses_approval = Always).submit();
        assert!(playback.request.is_approval_required(), "{request_type}: the rule is about administrators");
    }
}

#[test]
fn w7_accepted_ends() {
    let mut late = Setup::add().submit();
    let deadline = Deadline { at: t(14 * DAY), kind: DeadlineKind::Processing };
    assert_eq!(late.request.next_deadline(), Some(deadline));
    let mut with_due_deadlines = late.clone();
    assert_eq!(
        with_due_deadlines.send(just_before(14 * DAY), host(), PROCESS).last(),
        Some(&"fulfillmentOrdered")
    );
    let closed = Rejection::RequestClosed { state: State::Denied, action: ActionKind::Process };
    assert_eq!(late.refused(14 * DAY, host(), PROCESS), closed, "N4: whether or not a timer fired");
    assert_eq!(late.refused(14 * DAY, user(), Action::Cancel).code(), "notCancelable");
    assert_eq!(late.send(t(14 * DAY), host(), Action::Elapse), ["denied"]);
    assert_eq!(late.events.last().unwrap().kind, EventKind::Denied(DenialReason::NotProcessed));
    assert_eq!(late.request.phase(), Phase::Denied(Denial::NotProcessed));
    assert_eq!((late.request.state(), late.request.status()), (State::Denied, Status::Expired));
    assert_eq!((late.request.completed(), late.request.next_deadline()), (Some(t(14 * DAY)), None));
    assert_eq!(late.refused(14 * DAY, host(), PROCESS), closed);
    assert_eq!(late.request.check_deletable(false), Ok(()));

    let of = |timeout| Setup::add().rules(|rules| rules.accepted_timeout = timeout).submit();
    let short = of(Some(minutes(1)));
    assert_eq!(short.request.next_deadline().map(|deadline| deadline.at), Some(t(1)), "from the submission");
    let endless = of(None);
    assert_eq!(endless.request.next_deadline(), None);
    assert_eq!(endless.process(1_000 * DAY).request.status(), Status::Delivering);
    let judged = Setup::add().draft(|draft| draft.is_validation_only = true).submit();
    assert_eq!(judged.request.next_deadline(), None);
    assert_eq!(judged.refused(100 * DAY, host(), PROCESS), Rejection::ValidationOnly);
    let processed = Setup::add().wait(CREATED, HOUR).submit().process(1);
    assert_eq!(processed.request.next_deadline().unwrap().kind, DeadlineKind::Callback, "Accepted only");
}

#[test]
fn w5_the_window_is_looked_at_before_delivery_and_before_fulfillment() {
    let setup = Setup::add().scheduled(Some(t(HOUR)), until(t(2 * HOUR))).wait(GRANTED, DAY);
    let pending = setup.approval(&[stage(DAY, None)]).submit().process(1);
    assert_eq!(
        pending.clone().send(t(2 * HOUR), approver(APPROVER), approve(0)),
        ["stageApproved", "approved", "denied"]
    );
    let mut playback = pending.clone();
    assert_eq!(
        playback.send(just_before(2 * HOUR), approver(APPROVER), approve(0)),
        ["stageApproved", "approved", "deliveryStarted", "calloutStarted"]
    );
    let resume = callback(playback.last(), GRANTED, CallbackDecision::Continue);
    assert_eq!(playback.send(t(2 * HOUR), service(), resume), ["callbackReceived", "denied"]);
    assert_eq!(playback.request.status(), Status::Expired);
    let mut early = pending;
    early.send(just_before(HOUR), approver(APPROVER), approve(0));
    assert_eq!(early.request.status(), Status::PendingNotBefore);
    let mut at_once = Setup::add().scheduled(Some(t(1)), until(t(2))).submit();
    assert_eq!(at_once.send(t(1), host(), PROCESS), ["approved", "deliveryStarted", "fulfillmentOrdered"]);
}
