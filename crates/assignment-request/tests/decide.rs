//! Every command, with each of its refusals in their order (sections 2 and 5 of the specification).

use assignment_request::{
    Action, ActionKind, Actor, ApprovalDecision, CallbackDecision, CalloutStatus, Command, CommandText,
    DeadlineKind, Decide, DeliveryOutcome, OnCalloutFailure, Preset, Rejection, RequestType, Resume, Role,
    Rule, Stage, StageSet, State, Status, StatusSet, Tier, decide, decide_into,
};
use strum::VariantArray as _;
use uuid::Uuid;

mod common;

use common::{
    ADMIN, APPROVED, APPROVER, CREATED, DAY, GRANTED, HOUR, Life, OTHER, PROCESS, REMOVED, REQUESTOR, Setup,
    TARGET, admin, approve, approver, callback, decision, deliver, failed, host, just_before, service, stage,
    t, until, user,
};

/// All commands of a host's tables: who, what, and how it is refused.
type Refusals<'a> = &'a [(&'a str, &'a Life, Actor, Action, Rejection)];

#[track_caller]
fn assert_refused(minute: i64, table: Refusals<'_>) {
    for (name, life, actor, action, rejection) in table {
        assert_eq!(life.refused(minute, *actor, action.clone()), *rejection, "{name}");
    }
}

fn pending() -> Life {
    Setup::add().approval(&[stage(HOUR, Some(30)), stage(HOUR, None)]).submit().process(1)
}

fn waiting_at(at: Stage) -> Life {
    let request_type = if at == REMOVED { RequestType::UserRemove } else { RequestType::UserAdd };
    Setup::of(request_type).wait(at, HOUR).submit().process(1)
}

fn held() -> Life {
    let hold = |setup: Setup| setup.rules(|rules| rules.on_callout_failure = OnCalloutFailure::Hold);
    hold(Setup::add().wait(CREATED, HOUR)).submit().process(1).callout_fails(2)
}

fn delivering() -> Life {
    Setup::add().submit().process(1)
}

fn scheduled() -> Life {
    Setup::add().scheduled(Some(t(DAY)), until(t(2 * DAY))).submit().process(1)
}

fn denied() -> Life {
    pending().does(2, approver(APPROVER), decision(0, Tier::Primary, ApprovalDecision::Deny))
}

fn canceled() -> Life {
    pending().cancels(2, user())
}

fn timed_out() -> Life {
    delivering().elapses(20 * DAY)
}

/// One life in every status.
fn lives() -> Vec<Life> {
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
fn actions(life: &Life) -> Vec<Action> {
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

// Who may do what.

#[test]
fn t6_i4_each_command_has_its_roles_in_every_phase() {
    let allowed = |kind, role| match kind {
        ActionKind::Process
        | ActionKind::ReportDelivery
        | ActionKind::ReportCalloutFailed
        | ActionKind::Elapse => role == Role::System,
        ActionKind::Resume => role == Role::Extension || role == Role::Administrator,
        ActionKind::Decide => role == Role::Approver,
        ActionKind::Cancel => [Role::User, Role::Administrator, Role::System].contains(&role),
        ActionKind::Reprocess => role == Role::Administrator || role == Role::System,
    };
    for life in lives() {
        let now = life.request.updated();
        for action in actions(&life) {
            for role in Role::VARIANTS {
                let id = if *role == Role::User { REQUESTOR } else { OTHER };
                let kind = action.kind();
                let result = decide(&life.request, &Command::new(Actor::new(id, *role), action.clone()), now);
                let refused = Err(Rejection::NotPermitted { action: kind, role: *role });
                assert_eq!(
                    result == refused,
                    !allowed(kind, *role),
                    "{kind} by {role} at {}",
                    life.request.status()
                );
            }
        }
    }
}

#[test]
fn k1_only_the_user_who_asked_cancels() {
    for life in lives() {
        for id in [OTHER, TARGET, ADMIN] {
            let refusal = life.refused_at(life.request.updated(), Actor::new(id, Role::User), Action::Cancel);
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
    for life in lives() {
        let revision = life.request.revision();
        assert_eq!(revision, life.events.len() as u64);
        for action in actions(&life) {
            for wrong in [0, revision - 1, revision + 1, u64::MAX] {
                let nobody = Actor::new(REQUESTOR, Role::Extension);
                let command = Command::new(nobody, action.clone()).expecting(wrong);
                let refusal = decide(&life.request, &command, t(100 * DAY)).unwrap_err();
                assert_eq!(refusal, Rejection::RevisionConflict { expected: wrong, actual: revision });
            }
            let command = Command::new(host(), action.clone());
            let now = t(100 * DAY);
            let with = decide(&life.request, &command.clone().expecting(revision), now);
            assert_eq!(with, decide(&life.request, &command, now), "the right expectation changes nothing");
        }
    }
}

#[test]
fn i3_the_revision_expected_is_the_one_before_reached_deadlines() {
    let life = pending();
    let late = Command::new(host(), Action::Elapse).expecting(life.request.revision());
    assert_eq!(decide(&life.request, &late, t(90)).unwrap().len(), 2);
}

#[test]
fn i1_a_refused_command_changes_nothing() {
    let mut refused = 0;
    for life in lives() {
        for action in actions(&life) {
            for role in Role::VARIANTS {
                for now in [t(0), life.request.updated(), t(100 * DAY)] {
                    let actor = Actor::new(REQUESTOR, *role);
                    if decide(&life.request, &Command::new(actor, action.clone()), now).is_err() {
                        life.refused_at(now, actor, action.clone());
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
    let life = waiting_at(CREATED);
    assert_eq!(
        life.refused(2 * HOUR, host(), deliver(1, DeliveryOutcome::Delivered)),
        Rejection::NotDelivering { status: Status::CallbackTimedOut }
    );
    assert_eq!(
        life.request.status(),
        Status::WaitingForCallback,
        "judged as if it had timed out, yet not stored"
    );
    let deadline = life.request.next_deadline().unwrap();
    assert!(deadline.at < t(2 * HOUR), "so the host sends Elapse at that now");
    assert_eq!(life.elapses(2 * HOUR).request.status(), Status::CallbackTimedOut);
}

#[test]
fn n4_decided_events_come_behind_those_in_the_buffer() {
    let life = pending();
    let mut buffer = life.events.clone();
    decide_into(&life.request, &Command::new(approver(APPROVER), approve(0)), t(31), &mut buffer).unwrap();
    let names: Vec<_> = buffer.iter().skip(life.events.len()).map(assignment_request::Event::name).collect();
    assert_eq!(names, ["approvalEscalated", "stageApproved", "approvalRequested"]);
    let sequences: Vec<_> = buffer.iter().map(|event| event.sequence).collect();
    assert_eq!(sequences, [1, 2, 3, 4, 5]);
    assert!(buffer.iter().skip(2).all(|event| event.at == t(31)), "each at the moment of the command");
}

// Time.

#[test]
fn n2_a_deadline_is_reached_at_its_moment_and_not_before() {
    let hold = |setup: Setup| setup.rules(|rules| rules.on_callout_failure = OnCalloutFailure::Hold);
    let table = [
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
    for (kind, life, minute, names) in &table {
        let deadline = life.request.next_deadline().unwrap();
        assert_eq!((deadline.kind, deadline.at), (*kind, t(*minute)));
        let mut early = life.clone();
        assert_eq!(early.send(just_before(*minute), host(), Action::Elapse), [""; 0], "{kind}");
        assert_eq!(early.request, life.request);
        assert_eq!(life.clone().send(t(*minute), host(), Action::Elapse), *names, "{kind}");
        assert_eq!(life.clone().send(t(minute + 1), host(), Action::Elapse), *names, "{kind}");
    }
    for kind in DeadlineKind::VARIANTS {
        assert!(table.iter().any(|row| row.0 == *kind), "{kind}");
    }
}

#[test]
fn n3_time_never_runs_backwards() {
    let mut life = pending();
    life.send(t(-DAY), approver(APPROVER), approve(0));
    let last = life.events.last().unwrap();
    assert_eq!(last.at, t(1), "the moment of the last event");
    assert_eq!(life.request.next_deadline().unwrap().at, t(HOUR + 1));
}

#[test]
fn n4_several_deadlines_are_applied_by_one_command_earliest_first() {
    let mut life = pending();
    assert_eq!(life.send(t(10 * DAY), host(), Action::Elapse), ["approvalEscalated", "denied"]);
    let mut held = Setup::add()
        .wait(CREATED, HOUR)
        .rules(|rules| rules.on_callout_failure = OnCalloutFailure::Hold)
        .submit()
        .process(1);
    let names = held.send(t(100 * DAY), host(), Action::Elapse);
    assert_eq!(
        names,
        ["callbackTimedOut"],
        "the hold counts from the moment of the failure that is recorded"
    );
    let mut scheduled = scheduled();
    let names = scheduled.send(t(40 * DAY), host(), Action::Elapse);
    assert_eq!(names, ["denied"], "the window passed before the start was looked at");
}

#[test]
fn n4_a_command_is_judged_as_time_has_left_the_request() {
    let late = waiting_at(CREATED);
    assert_eq!(
        late.refused(HOUR + 1, service(), callback(late.last(), CREATED, None)),
        Rejection::CallbackTooLate
    );
    assert_eq!(
        late.refused(2 * HOUR, host(), PROCESS),
        Rejection::AlreadyProcessing { status: Status::CallbackTimedOut }
    );
    let mut life = scheduled();
    assert_eq!(
        life.send(t(DAY), host(), deliver(1, DeliveryOutcome::Delivered)),
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
    for life in lives() {
        let mut same = life.clone();
        assert_eq!(same.send(life.request.updated(), host(), Action::Elapse), [""; 0]);
        assert_eq!(same.request, life.request);
    }
}

#[test]
fn i5_ids_are_derived() {
    let id = |text: &str| assignment_request::parse_id(text).unwrap();
    let setup = Setup::add().launch(CREATED).wait(CREATED, HOUR).wait(APPROVED, HOUR).wait(GRANTED, HOUR);
    let life = setup.approval(&[stage(HOUR, None), stage(HOUR, None)]).submit().process(1);
    let life = life.callout_fails(2).reprocesses(3).resumes(4, None).approves(5, 0).approves(6, 1);
    let life = life.resumes(7, None);
    let found: Vec<_> = life.request.callouts().iter().map(assignment_request::Callout::instance).collect();
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
    assert_eq!(life.request.approval_stage_id(0), Some(id("84a5345e-4118-507d-ba3c-78ee2e22a763")));
    assert_eq!(life.request.approval_stage_id(1), Some(id("a481581f-8f4d-51b5-ace8-32c945e917c4")));
    assert_eq!(life.request.approval_stage_id(2), None);
    assert_eq!(removal.request.approval_stage_id(0), None);
}

#[test]
fn i6_the_route_is_fixed_at_submission() {
    let setup = Setup::add().wait(CREATED, HOUR).approval(&[stage(HOUR, None)]);
    let life = setup.submit();
    let changed =
        setup.rules(|rules| rules.on_callout_failure = OnCalloutFailure::Hold).launch(GRANTED).submit();
    assert_ne!(life.request.route(), changed.request.route());
    let life = life.process(1).elapses(DAY);
    assert_eq!(life.request.status(), Status::CallbackTimedOut, "the rules of then");
}

// Process.

#[test]
fn w1_process_is_refused_by_phase() {
    for life in lives() {
        let status = life.request.status();
        let expected = match status {
            Status::Accepted => continue,
            Status::Denied | Status::Expired | Status::Canceled => {
                Rejection::RequestClosed { state: life.request.state(), rule: Rule::W1 }
            }
            _ => Rejection::AlreadyProcessing { status },
        };
        let conflicting = Action::Process { target: Some(OTHER) };
        assert_eq!(life.refused_at(life.request.updated(), host(), conflicting), expected);
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
                Rejection::RequestClosed { state: State::Canceled, rule: Rule::W1 },
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
    let mut life = email.clone().approval(&[stage(HOUR, None)]).submit();
    assert_eq!(life.send(t(1), host(), resolve.clone()), ["targetResolved", "approvalRequested"]);
    assert_eq!(life.request.target(), Some(TARGET));
    assert_eq!(life.refused(2, approver(TARGET), approve(0)), Rejection::SelfApproval);
    let mut known = Setup::of(RequestType::AdminAdd).submit();
    assert_eq!(known.send(t(1), host(), resolve), ["approved", "deliveryStarted", "fulfillmentOrdered"]);
    for (name, setup) in [
        ("nobody decides", email.clone().launch(CREATED).launch(GRANTED)),
        ("the wait is not on the route of an Add", email.clone().wait(REMOVED, HOUR)),
        (
            "no approval of an administrator's",
            email.approval(&[stage(HOUR, None)]).rules(|rules| rules.admin_bypasses_approval = true),
        ),
    ] {
        let life = setup.submit().process(1);
        assert_eq!((life.request.status(), life.request.target()), (Status::Delivering, None), "{name}");
    }
}

#[test]
fn w2_w3_w4_the_route_of_each_type() {
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
    for request_type in RequestType::VARIANTS {
        let all = Stage::VARIANTS.iter().fold(Setup::of(*request_type), |setup, stage| setup.launch(*stage));
        let expected = match request_type.operation() {
            assignment_request::Operation::Add => &add[..],
            assignment_request::Operation::Update => &update,
            assignment_request::Operation::Remove => &remove,
        };
        let route = |setup: &Setup| setup.submit().send(t(1), host(), PROCESS);
        assert_eq!(route(&all), expected, "{request_type} without approval");
        let approved = all.approval(&[stage(HOUR, None)]);
        let is_remove = request_type.operation() == assignment_request::Operation::Remove;
        let needs_approval = !is_remove && request_type.initiator() != Role::System;
        assert_eq!(route(&approved), if needs_approval { &pending[..] } else { expected }, "{request_type}");
        let bypassed = approved.rules(|rules| rules.admin_bypasses_approval = true);
        let needs_approval = needs_approval && request_type.initiator() != Role::Administrator;
        assert_eq!(
            route(&bypassed),
            if needs_approval { &pending[..] } else { expected },
            "{request_type} bypassed"
        );
    }
}

#[test]
fn w5_the_window_is_looked_at_before_delivery_and_before_fulfillment() {
    let setup = Setup::add().scheduled(Some(t(HOUR)), until(t(2 * HOUR))).wait(GRANTED, DAY);
    let pending = setup.approval(&[stage(DAY, None)]).submit().process(1);
    assert_eq!(
        pending.clone().send(t(2 * HOUR), approver(APPROVER), approve(0)),
        ["stageApproved", "approved", "denied"]
    );
    let mut life = pending.clone();
    assert_eq!(
        life.send(just_before(2 * HOUR), approver(APPROVER), approve(0)),
        ["stageApproved", "approved", "deliveryStarted", "calloutStarted"]
    );
    let resume = callback(life.last(), GRANTED, None);
    assert_eq!(life.send(t(2 * HOUR), service(), resume), ["callbackReceived", "denied"]);
    assert_eq!(life.request.status(), Status::Expired);
    let mut early = pending;
    early.send(just_before(HOUR), approver(APPROVER), approve(0));
    assert_eq!(early.request.status(), Status::PendingNotBefore);
    let mut at_once = Setup::add().scheduled(Some(t(1)), until(t(2))).submit();
    assert_eq!(at_once.send(t(1), host(), PROCESS), ["approved", "deliveryStarted", "fulfillmentOrdered"]);
}

// Callouts and callbacks.

/// A callback with every fault of content.
fn bad_content(instance: Uuid, stage: Stage) -> Action {
    let decision = Some(CallbackDecision::Denied);
    Action::Resume(Resume {
        instance,
        stage,
        decision,
        source: Some("s".repeat(257).into()),
        detail: Some("\u{7}".into()),
    })
}

#[test]
fn r1_to_r5_the_refusals_of_a_resume_in_their_order() {
    let (waiting, two) =
        (waiting_at(CREATED), Setup::add().launch(CREATED).wait(CREATED, HOUR).submit().process(1));
    let early = Stage::AssignmentFourteenDaysBeforeExpiration;
    let myself = Actor::new(REQUESTOR, Role::Administrator);
    let sent = two.request.callouts()[0].instance();
    let received = Setup::add().wait(CREATED, HOUR).wait(CREATED, HOUR).submit().process(1);
    let first = received.last();
    let received = received.resumes(2, None);
    let late = waiting_at(CREATED).elapses(HOUR + 1);
    let broken = waiting_at(CREATED).callout_fails(2);
    let mut ended = Setup::add().wait(CREATED, HOUR);
    ended.rules = Preset::Portal.spec();
    let ended = ended.submit().process(1).cancels(2, user());
    let denied = Some(CallbackDecision::Denied);
    assert_refused(
        3,
        &[
            (
                "a stage nobody waits at",
                &waiting,
                myself,
                bad_content(OTHER, early),
                Rejection::StageNotResumable { stage: early },
            ),
            (
                "no such callout",
                &waiting,
                myself,
                bad_content(OTHER, CREATED),
                Rejection::UnknownCallout { instance: OTHER, rule: Rule::R2 },
            ),
            (
                "another stage",
                &broken,
                myself,
                bad_content(broken.last(), GRANTED),
                Rejection::StageMismatch { given: GRANTED, actual: CREATED },
            ),
            ("launched only", &two, myself, bad_content(sent, CREATED), Rejection::NotWaiting),
            ("twice the same", &received, myself, callback(first, CREATED, None), Rejection::AlreadyResumed),
            (
                "now another",
                &received,
                myself,
                bad_content(first, CREATED),
                Rejection::ResumeConflict { received: None, given: denied },
            ),
            ("too late", &late, myself, bad_content(late.last(), CREATED), Rejection::CallbackTooLate),
            ("failed", &broken, myself, bad_content(broken.last(), CREATED), Rejection::CalloutAlreadyFailed),
            (
                "ended meanwhile",
                &ended,
                myself,
                bad_content(ended.last(), CREATED),
                Rejection::RequestClosed { state: State::Canceled, rule: Rule::R3 },
            ),
            ("one's own", &waiting, myself, bad_content(waiting.last(), CREATED), Rejection::SelfResume),
            (
                "no denial here",
                &waiting,
                service(),
                bad_content(waiting.last(), CREATED),
                Rejection::DenialNotAllowed {
                    stage: CREATED,
                    allowed: StageSet::of(&[APPROVED, GRANTED, REMOVED]),
                },
            ),
        ],
    );
}

#[test]
fn r5_c14_where_a_callback_may_decide_and_what_it_may_say() {
    for at in [CREATED, APPROVED, GRANTED, REMOVED] {
        for preset in Preset::VARIANTS {
            let rules = preset.spec();
            let request_type = if at == REMOVED { RequestType::UserRemove } else { RequestType::UserAdd };
            let life = Setup { rules, ..Setup::of(request_type) }.wait(at, HOUR).submit().process(1);
            for (decision, allowed) in
                [(CallbackDecision::Denied, rules.deny_at), (CallbackDecision::Canceled, rules.cancel_at)]
            {
                let command = Command::new(service(), callback(life.last(), at, Some(decision)));
                let accepted = decide(&life.request, &command, t(2));
                let expected = match decision {
                    CallbackDecision::Denied => Rejection::DenialNotAllowed { stage: at, allowed },
                    CallbackDecision::Canceled => Rejection::CancellationNotAllowed { stage: at, allowed },
                };
                assert_eq!(
                    accepted.err(),
                    (!allowed.contains(at)).then_some(expected),
                    "{preset} {at} {decision}"
                );
            }
        }
    }
    let life = waiting_at(APPROVED);
    let say = |source: &str, detail: &str| {
        let (source, detail) = (Some(source.into()), Some(detail.into()));
        Action::Resume(Resume { instance: life.last(), stage: APPROVED, decision: None, source, detail })
    };
    let long = |text, bytes, limit| Rejection::TooLong { text, bytes, limit };
    let bad = |text, character| Rejection::ForbiddenCharacter { text, character };
    let (source, detail) = ("s".repeat(257), "d".repeat(8_193));
    assert_refused(
        2,
        &[
            ("source first", &life, service(), say(&source, &detail), long(CommandText::Source, 257, 256)),
            (
                "length before characters",
                &life,
                service(),
                say(&"\u{7}".repeat(257), ""),
                long(CommandText::Source, 257, 256),
            ),
            ("source", &life, service(), say("a\u{202e}b", &detail), bad(CommandText::Source, '\u{202e}')),
            ("detail", &life, service(), say("a", &detail), long(CommandText::Detail, 8_193, 8_192)),
            ("detail", &life, service(), say("a", "\u{7f}"), bad(CommandText::Detail, '\u{7f}')),
        ],
    );
    let accepted = life.clone().does(2, service(), say(&"s".repeat(256), &"d".repeat(8_192)));
    assert_eq!(accepted.request.callouts()[0].detail().map(str::len), Some(8_192));
}

#[test]
fn r3_r4_r6_what_a_callback_does() {
    let life = waiting_at(APPROVED);
    let send = |decision| {
        let mut life = life.clone();
        let names = life.send(just_before(HOUR + 1), service(), callback(life.last(), APPROVED, decision));
        (names, life.request.callouts()[0].decision(), life.request.status())
    };
    let on = ["callbackReceived", "deliveryStarted", "fulfillmentOrdered"];
    assert_eq!(send(None), (on.to_vec(), None, Status::Delivering));
    let denied = Some(CallbackDecision::Denied);
    assert_eq!(send(denied), (vec!["callbackReceived", "denied"], denied, Status::Denied));
    let life = waiting_at(CREATED).resumes(2, Some(CallbackDecision::Canceled));
    assert_eq!(life.events.last().unwrap().name(), "canceled");
    let again = callback(life.last(), CREATED, Some(CallbackDecision::Canceled));
    assert_eq!(
        life.refused(3, service(), again),
        Rejection::AlreadyResumed,
        "also where it ended the request"
    );
}

#[test]
fn r4_a_late_callback_is_no_success() {
    for decision in [None, Some(CallbackDecision::Denied)] {
        let life = waiting_at(APPROVED);
        let resume = callback(life.last(), APPROVED, decision);
        for life in [life.clone(), life.elapses(HOUR + 1)] {
            assert_eq!(life.refused(HOUR + 1, service(), resume.clone()), Rejection::CallbackTooLate);
            assert_eq!(life.refused(10 * DAY, service(), resume.clone()), Rejection::CallbackTooLate);
        }
    }
}

#[test]
fn r4_x6_a_held_wait_takes_a_late_callback_until_the_window_ends() {
    let life = held();
    let resume = callback(life.last(), CREATED, None);
    let mut late = life.clone();
    assert_eq!(late.send(just_before(14 * DAY + 2), service(), resume.clone())[0], "callbackReceived");
    assert_eq!(late.request.callouts()[0].status(), CalloutStatus::CallbackReceived);
    assert_eq!(life.refused(14 * DAY + 2, service(), resume), Rejection::CalloutAlreadyFailed);
}

#[test]
fn r7_nobody_resumes_their_own_request_in_any_role() {
    let life = Setup::of(RequestType::OnBehalfAdd).wait(CREATED, HOUR).submit().process(1);
    let resume = callback(life.last(), CREATED, None);
    for id in [REQUESTOR, TARGET] {
        for role in [Role::Extension, Role::Administrator] {
            assert_eq!(life.refused(2, Actor::new(id, role), resume.clone()), Rejection::SelfResume);
        }
    }
    assert_eq!(life.does(2, admin(), resume).request.status(), Status::Delivering);
}

#[test]
fn x1_x2_x3_callouts_run_one_after_the_other() {
    let setup = Setup::add().launch(CREATED).wait(CREATED, 5).launch(CREATED).wait(GRANTED, 14 * DAY);
    let mut life = setup.submit();
    assert_eq!(life.send(t(1), host(), PROCESS), ["calloutStarted", "calloutStarted"]);
    let resume = callback(life.last(), CREATED, None);
    assert_eq!(
        life.send(t(2), service(), resume),
        ["callbackReceived", "calloutStarted", "approved", "deliveryStarted", "calloutStarted"]
    );
    let found: Vec<_> = life
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
    assert_eq!(life.request.next_deadline().unwrap().at, t(14 * DAY + 2));
}

#[test]
fn x4_the_refusals_of_a_failed_callout_in_their_order() {
    let waiting = waiting_at(CREATED);
    let received = waiting.clone().resumes(2, None);
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
                bad(OTHER),
                Rejection::UnknownCallout { instance: OTHER, rule: Rule::X4 },
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
                Rejection::RequestClosed { state: State::Canceled, rule: Rule::X4 },
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
    let life = Setup::add().launch(CREATED).wait(CREATED, HOUR).submit().process(1);
    let sent = life.request.callouts()[0].instance();
    for mut life in
        [life.clone(), life.clone().resumes(2, None), life.clone().elapses(DAY), life.callout_fails(2)]
    {
        let phase = life.request.phase();
        assert_eq!(life.send(t(2 * DAY), host(), failed(sent)).last(), Some(&"calloutFailed"));
        if phase.deadline().is_none() {
            assert_eq!(life.request.phase(), phase);
        }
        assert_eq!(life.request.callouts()[0].status(), CalloutStatus::CalloutFailed);
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

// Approval.

#[test]
#[expect(clippy::too_many_lines, reason = "a table: one row a refusal")]
fn v5_the_refusals_of_a_decision_in_their_order() {
    let open = pending();
    let first = open.clone().approves(2, 0);
    let distinct = Setup::add()
        .approval(&[stage(HOUR, None), stage(HOUR, None)])
        .rules(|rules| rules.distinct_approvers = true)
        .submit()
        .process(1)
        .approves(2, 0);
    let mut justified = Setup::add().approval(&[stage(HOUR, None)]);
    justified.spec.approval.stages[0].is_approver_justification_required = true;
    let justified = justified.submit().process(1);
    let none = delivering();
    let accepted = Setup::add().approval(&[stage(HOUR, None)]).submit();
    let say = |stage, tier, text: &str| {
        Action::Decide(Decide {
            stage,
            tier,
            decision: ApprovalDecision::Deny,
            justification: Some(text.into()),
        })
    };
    let (someone, myself) = (approver(APPROVER), approver(REQUESTOR));
    let at = |minute| Some(t(minute));
    let bad = |stage| say(stage, Tier::Escalation, "\u{7}");
    assert_refused(
        3,
        &[
            (
                "not an approver",
                &open,
                admin(),
                bad(9),
                Rejection::NotPermitted { action: ActionKind::Decide, role: Role::Administrator },
            ),
            ("no such stage", &first, myself, bad(2), Rejection::UnknownStage { stage: 2, stages: 2 }),
            (
                "no such stage at all",
                &first,
                myself,
                bad(u32::MAX),
                Rejection::UnknownStage { stage: u32::MAX, stages: 2 },
            ),
            ("no approval at all", &none, myself, bad(0), Rejection::UnknownStage { stage: 0, stages: 0 }),
            ("decided", &first, myself, bad(0), Rejection::StageAlreadyDecided { stage: 0 }),
            (
                "decided, by whom it was",
                &first,
                someone,
                approve(0),
                Rejection::StageAlreadyDecided { stage: 0 },
            ),
            ("denied before", &denied(), myself, bad(0), Rejection::StageAlreadyDecided { stage: 0 }),
            (
                "denied, the next stage",
                &denied(),
                myself,
                bad(1),
                Rejection::NotPendingApproval { status: Status::Denied },
            ),
            (
                "not asked yet",
                &accepted,
                myself,
                bad(0),
                Rejection::NotPendingApproval { status: Status::Accepted },
            ),
            (
                "canceled",
                &canceled(),
                myself,
                bad(0),
                Rejection::NotPendingApproval { status: Status::Canceled },
            ),
            ("a later stage", &open, myself, bad(1), Rejection::StageNotOpen { stage: 1, open: 0 }),
            ("one's own", &distinct, myself, bad(1), Rejection::SelfApproval),
            ("approved before", &distinct, someone, bad(1), Rejection::AlreadyApproved { stage: 0 }),
            ("not escalated yet", &open, someone, bad(0), Rejection::NotEscalated { stage: 0, at: at(31) }),
            ("never escalated", &justified, someone, bad(0), Rejection::NotEscalated { stage: 0, at: None }),
            ("no reason", &justified, someone, approve(0), Rejection::JustificationRequired { stage: 0 }),
            (
                "a blank reason",
                &justified,
                someone,
                say(0, Tier::Primary, "\u{a0}\u{3000}\n"),
                Rejection::JustificationRequired { stage: 0 },
            ),
            (
                "too long",
                &justified,
                someone,
                say(0, Tier::Primary, &"\u{7}".repeat(8_193)),
                Rejection::TooLong { text: CommandText::Justification, bytes: 8_193, limit: 8_192 },
            ),
            (
                "bad",
                &justified,
                someone,
                say(0, Tier::Primary, "a\u{2066}"),
                Rejection::ForbiddenCharacter { text: CommandText::Justification, character: '\u{2066}' },
            ),
        ],
    );
    assert_eq!(distinct.does(3, approver(OTHER), approve(1)).request.status(), Status::Delivering);
    let long = "j".repeat(8_192);
    let review = justified.does(3, someone, say(0, Tier::Primary, &long)).request;
    assert_eq!(review.reviews()[0].justification.as_deref(), Some(&*long));
}

#[test]
fn v5_nobody_approves_what_concerns_them_in_either_tier() {
    for request_type in [RequestType::OnBehalfAdd, RequestType::AdminAdd, RequestType::UserUpdate] {
        let setup = Setup::of(request_type).approval(&[stage(HOUR, Some(5))]);
        let life = setup.submit().process(1).elapses(6);
        for id in [life.request.requestor(), life.request.target().unwrap()] {
            for tier in Tier::VARIANTS {
                for decided in ApprovalDecision::VARIANTS {
                    let refusal = life.refused(7, approver(id), decision(0, *tier, *decided));
                    assert_eq!(refusal, Rejection::SelfApproval, "{request_type} {tier} {decided}");
                }
            }
        }
    }
}

#[test]
fn v1_v2_v3_v4_stages_run_in_order() {
    let setup = Setup::add().approval(&[stage(HOUR, Some(30)), stage(2 * HOUR, None), stage(HOUR, None)]);
    let mut life = setup.submit().process(1);
    let escalated = decision(0, Tier::Escalation, ApprovalDecision::Approve);
    assert_eq!(
        life.refused_at(just_before(31), approver(OTHER), escalated.clone()),
        Rejection::NotEscalated { stage: 0, at: Some(t(31)) }
    );
    let mut by_primary = life.clone();
    assert_eq!(by_primary.send(t(31), approver(APPROVER), approve(0)).len(), 3, "a primary still may");
    assert_eq!(
        life.send(t(31), approver(OTHER), escalated),
        ["approvalEscalated", "stageApproved", "approvalRequested"]
    );
    assert_eq!(life.request.next_deadline().unwrap().at, t(31 + 2 * HOUR));
    let life = life.approves(32, 1);
    assert_eq!(life.clone().approves(33, 2).request.reviews().len(), 3);
    let refusal = life.refused(32 + HOUR, approver(APPROVER), approve(2));
    assert_eq!(refusal, Rejection::NotPendingApproval { status: Status::Expired });
    let mut denied = life.clone();
    let deny = decision(2, Tier::Primary, ApprovalDecision::Deny);
    assert_eq!(denied.send(just_before(32 + HOUR), approver(APPROVER), deny), ["denied"]);
    assert_eq!(denied.request.status(), Status::Denied);
}

// Delivery.

#[test]
fn f2_f3_the_reports_that_may_follow_one_another() {
    use DeliveryOutcome::{Delivered, Failed, PartiallyDelivered};
    for first in DeliveryOutcome::VARIANTS {
        let life = delivering().reports(2, *first);
        for second in DeliveryOutcome::VARIANTS {
            let result = decide(&life.request, &Command::new(host(), deliver(1, *second)), t(3)).err();
            let expected = match (first, second) {
                _ if first == second => Some(Rejection::AlreadyReported { outcome: *first }),
                (PartiallyDelivered, Delivered | Failed) => None,
                _ => Some(Rejection::ReportConflict { reported: *first, given: *second }),
            };
            assert_eq!(result, expected, "{first} then {second}");
        }
    }
}

#[test]
fn f3_the_refusals_of_a_report_in_their_order() {
    for life in lives() {
        let status = life.request.status();
        let now = life.request.updated();
        if life.request.attempt().is_none() {
            for attempt in [0, 1, u32::MAX] {
                let refusal = life.refused_at(now, host(), deliver(attempt, DeliveryOutcome::Failed));
                assert_eq!(refusal, Rejection::NotDelivering { status });
            }
        } else {
            let report = |attempt| life.refused_at(now, host(), deliver(attempt, DeliveryOutcome::Delivered));
            assert_eq!(report(0), Rejection::StaleReport { given: 0, current: 1 });
            assert_eq!(report(2), Rejection::UnknownAttempt { given: 2, current: 1 });
        }
    }
    let second = delivering().reports(2, DeliveryOutcome::Failed).reprocesses(3);
    assert_eq!(
        second.refused(4, host(), deliver(1, DeliveryOutcome::Failed)),
        Rejection::StaleReport { given: 1, current: 2 }
    );
    let canceled = Setup { rules: Preset::Portal.spec(), ..Setup::add() }.submit().process(1);
    let canceled = canceled.reports(2, DeliveryOutcome::Failed).cancels(3, user());
    assert_eq!(
        canceled.refused(4, host(), deliver(1, DeliveryOutcome::Failed)),
        Rejection::NotDelivering { status: Status::Canceled }
    );
}

#[test]
fn f4_the_completion_moment_is_set_and_cleared() {
    for life in lives() {
        let has_ended = match life.request.state() {
            State::Submitted | State::PendingApproval | State::Scheduled | State::Delivering => false,
            State::Delivered
            | State::PartiallyDelivered
            | State::DeliveryFailed
            | State::Denied
            | State::Canceled => true,
        };
        let expected = has_ended.then_some(life.request.updated());
        assert_eq!(life.request.completed(), expected, "{}", life.request.status());
    }
    let life = delivering().reports(2, DeliveryOutcome::PartiallyDelivered);
    assert_eq!(life.request.completed(), Some(t(2)));
    assert_eq!(life.reprocesses(3).request.completed(), None);
}

#[test]
fn f5_a_fulfillment_that_timed_out_still_takes_its_first_report() {
    for (outcome, status) in [
        (DeliveryOutcome::Delivered, Status::Fulfilled),
        (DeliveryOutcome::PartiallyDelivered, Status::PartiallyDelivered),
        (DeliveryOutcome::Failed, Status::DeliveryFailed),
    ] {
        for life in [delivering(), timed_out()] {
            let life = life.reports(30 * DAY, outcome);
            assert_eq!((life.request.status(), life.request.next_deadline()), (status, None));
            let again = life.refused(31 * DAY, host(), deliver(1, outcome));
            assert_eq!(again, Rejection::AlreadyReported { outcome });
        }
    }
    let second = timed_out().reprocesses(21 * DAY);
    let refusal = second.refused(21 * DAY, host(), deliver(1, DeliveryOutcome::Delivered));
    assert_eq!(refusal, Rejection::StaleReport { given: 1, current: 2 });
    let endless = Setup::add().rules(|rules| rules.fulfillment_timeout = None).submit().process(1);
    assert_eq!(endless.request.next_deadline(), None);
}

// Cancel.

#[test]
fn k2_when_cancel_is_allowed() {
    for life in lives() {
        let status = life.request.status();
        let is_held = status == Status::WaitingForCallback && life.request.revision() == 3;
        let now = life.request.updated();
        let cancelable = Preset::ApiReference.spec().cancelable;
        for actor in [user(), admin(), host()] {
            let result = decide(&life.request, &Command::new(actor, Action::Cancel), now);
            let expected = if cancelable.contains(status) || is_held && actor.role != Role::User {
                None
            } else if status == Status::Canceled {
                Some(Rejection::AlreadyCanceled)
            } else if life.request == timed_out().request {
                Some(Rejection::FulfillmentUnreported { rule: Rule::K2 })
            } else {
                Some(Rejection::NotCancelable { status, cancelable })
            };
            assert_eq!(result.err(), expected, "{status} by {}", actor.role);
        }
    }
}

#[test]
fn k2_each_cancelable_status_by_itself() {
    for status in Preset::Portal.spec().cancelable.iter() {
        let only = |setup: Setup| setup.rules(|rules| rules.cancelable = StatusSet::of(&[status]));
        let waits = only(Setup::add().wait(CREATED, HOUR));
        let approvals = only(Setup::add().approval(&[stage(HOUR, Some(30))]));
        let plain = only(Setup::add());
        let start = only(Setup::add().scheduled(Some(t(DAY)), until(t(2 * DAY))));
        let lives = [
            plain.submit(),
            waits.submit().process(1),
            approvals.submit().process(1),
            approvals.submit().process(1).elapses(31),
            start.submit().process(1),
            plain.submit().process(1).reports(2, DeliveryOutcome::Failed),
            waits.submit().process(1).callout_fails(2),
            waits.submit().process(1).elapses(DAY),
        ];
        let accepted: Vec<_> = lives
            .iter()
            .filter(|life| {
                decide(&life.request, &Command::new(user(), Action::Cancel), life.request.updated()).is_ok()
            })
            .map(|life| life.request.status())
            .collect();
        assert_eq!(accepted, [status]);
    }
}

// Reprocess.

#[test]
fn q1_only_what_failed_or_was_done_in_part_is_reprocessed() {
    for life in lives() {
        let state = life.request.state();
        let result = decide(&life.request, &Command::new(admin(), Action::Reprocess), life.request.updated());
        let refused = Err(Rejection::NotReprocessable { state });
        assert_eq!(
            result != refused,
            matches!(state, State::DeliveryFailed | State::PartiallyDelivered),
            "{state}"
        );
    }
}

#[test]
fn q2_the_window_counts_from_the_first_completion() {
    let life = delivering()
        .reports(2, DeliveryOutcome::Failed)
        .reprocesses(DAY)
        .reports(2 * DAY, DeliveryOutcome::Failed);
    let end = 14 * DAY + 2;
    let refused = Rejection::ReprocessWindowPassed { end: t(end) };
    assert_eq!(life.refused(end, admin(), Action::Reprocess), refused);
    assert_eq!(
        life.clone().send(just_before(end), admin(), Action::Reprocess),
        ["reprocessed", "fulfillmentOrdered"]
    );
    let window = Setup::add()
        .scheduled(None, until(t(3 * DAY)))
        .submit()
        .process(1)
        .reports(2, DeliveryOutcome::Failed);
    let passed = Rejection::AccessWindowPassed { end: t(3 * DAY) };
    assert_eq!(window.refused(3 * DAY, admin(), Action::Reprocess), passed);
    assert_eq!(
        window.refused(end, admin(), Action::Reprocess),
        refused,
        "the reprocess window is judged first"
    );
    assert_eq!(window.clone().send(just_before(3 * DAY), host(), Action::Reprocess).len(), 2);
}

#[test]
fn q3_what_failed_is_done_again_and_nothing_else() {
    let setup = Setup::add()
        .approval(&[stage(HOUR, None)])
        .wait(CREATED, HOUR)
        .wait(APPROVED, HOUR)
        .wait(GRANTED, HOUR);
    let life = setup.submit().process(1).resumes(2, None).approves(3, 0);
    let mut again = life.clone().callout_fails(4);
    assert_eq!(again.send(t(5), admin(), Action::Reprocess), ["reprocessed", "calloutStarted"]);
    assert_eq!(
        (again.request.state(), again.request.status()),
        (State::PendingApproval, Status::WaitingForCallback)
    );
    let last = again.request.callouts().last().unwrap();
    assert_eq!((last.stage(), last.index(), last.attempt()), (APPROVED, 0, 2));
    assert_eq!(again.request.reviews().len(), 1, "an approval is not asked again");
    let granted = again.resumes(6, None);
    let mut done = granted.resumes(7, None).reports(8, DeliveryOutcome::PartiallyDelivered);
    assert_eq!(done.send(t(9), host(), Action::Reprocess), ["reprocessed", "fulfillmentOrdered"]);
    assert_eq!((done.request.state(), done.request.attempt()), (State::Delivering, Some(2)));
}

// Delete.

#[test]
fn l1_what_can_be_deleted() {
    for life in lives() {
        let (state, status) = (life.request.state(), life.request.status());
        let is_timed_out = life.request == timed_out().request;
        let expected = match state {
            State::Submitted | State::PendingApproval | State::Scheduled | State::Delivering => {
                Err(Rejection::NotDeletable { state })
            }
            _ if is_timed_out => Err(Rejection::FulfillmentUnreported { rule: Rule::L1 }),
            _ => Ok(()),
        };
        assert_eq!(life.request.check_deletable(false), expected, "{status}");
        let with_assignment = expected.and(Err(Rejection::HasAssignment));
        assert_eq!(life.request.check_deletable(true), with_assignment, "{status}");
    }
    let validation = Setup::add().draft(|draft| draft.is_validation_only = true).submit();
    assert_eq!(validation.request.check_deletable(false), Ok(()));
}
