//! Approval, delivery, cancel, reprocess, delete (rules V1 to V5, F1 to F5, K1, K2, Q1 to Q3, L1).

use assignment_request::{
    Action, ActionKind, ApprovalDecision, CallbackDecision, Command, CommandText, DeliveryOutcome, Preset,
    Rejection, RequestType, Role, StageDecision, State, Status, StatusSet, Tier, decide,
};

use crate::common::playbacks::{assert_refused, canceled, delivering, denied, pending, playbacks, timed_out};
use crate::common::{
    APPROVED, APPROVER, CREATED, DAY, GRANTED, HOUR, OTHER, REQUESTOR, Setup, admin, approve, approver,
    decision, deliver, host, just_before, stage, t, until, user,
};

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
    let justified = assignment_request::ApprovalStageSpec {
        is_approver_justification_required: true,
        ..stage(HOUR, None)
    };
    let justified = Setup::add().approval(&[justified]).submit().process(1);
    let none = delivering();
    let accepted = Setup::add().approval(&[stage(HOUR, None)]).submit();
    let say = |stage, tier, text: &str| {
        Action::DecideStage(StageDecision {
            stage,
            tier,
            decision: ApprovalDecision::Deny,
            justification: Some(text.into()),
        })
    };
    // Another tier, and another reason than the first time.
    let say_approved = |stage, tier| {
        let (decision, justification) = (ApprovalDecision::Approve, Some("\u{7}".into()));
        Action::DecideStage(StageDecision { stage, tier, decision, justification })
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
                Rejection::NotPermitted { action: ActionKind::DecideStage, role: Role::Administrator },
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
                "decided, by the same approver in the same way",
                &first,
                someone,
                say_approved(0, Tier::Escalation),
                Rejection::AlreadyDecided { stage: 0, decision: ApprovalDecision::Approve },
            ),
            (
                "decided, by the same approver in another way",
                &first,
                someone,
                bad(0),
                Rejection::StageAlreadyDecided { stage: 0 },
            ),
            (
                "denied before, by the same approver in the same way",
                &denied(),
                someone,
                bad(0),
                Rejection::AlreadyDecided { stage: 0, decision: ApprovalDecision::Deny },
            ),
            (
                "denied before, by the same approver in another way",
                &denied(),
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
        let playback = setup.submit().process(1).elapses(6);
        for id in [playback.request.requestor(), playback.request.target().unwrap()] {
            for tier in Tier::ALL {
                for decided in ApprovalDecision::ALL {
                    let refusal = playback.refused(7, approver(id), decision(0, *tier, *decided));
                    assert_eq!(refusal, Rejection::SelfApproval, "{request_type} {tier} {decided}");
                }
            }
        }
    }
}

#[test]
fn v1_v2_v3_v4_stages_run_in_order() {
    let setup = Setup::add().approval(&[stage(HOUR, Some(30)), stage(2 * HOUR, None), stage(HOUR, None)]);
    let mut playback = setup.submit().process(1);
    let escalated = decision(0, Tier::Escalation, ApprovalDecision::Approve);
    assert_eq!(
        playback.refused_at(just_before(31), approver(OTHER), escalated.clone()),
        Rejection::NotEscalated { stage: 0, at: Some(t(31)) }
    );
    let mut by_primary = playback.clone();
    assert_eq!(by_primary.send(t(31), approver(APPROVER), approve(0)).len(), 3, "a primary still may");
    assert_eq!(
        playback.send(t(31), approver(OTHER), escalated),
        ["approvalEscalated", "stageApproved", "approvalRequested"]
    );
    assert_eq!(playback.request.next_deadline().unwrap().at, t(31 + 2 * HOUR));
    let playback = playback.approves(32, 1);
    assert_eq!(playback.clone().approves(33, 2).request.reviews().len(), 3);
    let refusal = playback.refused(32 + HOUR, approver(APPROVER), approve(2));
    assert_eq!(refusal, Rejection::NotPendingApproval { status: Status::Expired });
    let mut denied = playback.clone();
    let deny = decision(2, Tier::Primary, ApprovalDecision::Deny);
    assert_eq!(denied.send(just_before(32 + HOUR), approver(APPROVER), deny), ["denied"]);
    assert_eq!(denied.request.status(), Status::Denied);
}

// Delivery.

#[test]
fn f2_f3_the_reports_that_may_follow_one_another() {
    use DeliveryOutcome::{Delivered, Failed, PartiallyDelivered};
    for first in DeliveryOutcome::ALL {
        let playback = delivering().reports(2, *first);
        for second in DeliveryOutcome::ALL {
            let result = decide(&playback.request, &Command::new(host(), deliver(1, *second)), t(3)).err();
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
    for playback in playbacks() {
        let status = playback.request.status();
        let now = playback.request.updated();
        if playback.request.attempt().is_none() {
            for attempt in [0, 1, u32::MAX] {
                let refusal = playback.refused_at(now, host(), deliver(attempt, DeliveryOutcome::Failed));
                assert_eq!(refusal, Rejection::NotDelivering { status });
            }
        } else {
            let report =
                |attempt| playback.refused_at(now, host(), deliver(attempt, DeliveryOutcome::Delivered));
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
fn f4_the_completion_timestamp_is_set_and_cleared() {
    for playback in playbacks() {
        let has_ended = match playback.request.state() {
            State::Submitted | State::PendingApproval | State::Scheduled | State::Delivering => false,
            State::Delivered
            | State::PartiallyDelivered
            | State::DeliveryFailed
            | State::Denied
            | State::Canceled => true,
        };
        let expected = has_ended.then_some(playback.request.updated());
        assert_eq!(playback.request.completed(), expected, "{}", playback.request.status());
    }
    let playback = delivering().reports(2, DeliveryOutcome::PartiallyDelivered);
    assert_eq!(playback.request.completed(), Some(t(2)));
    assert_eq!(playback.reprocesses(3).request.completed(), None);
}

#[test]
fn f5_a_fulfillment_that_timed_out_still_takes_its_first_report() {
    for (outcome, status) in [
        (DeliveryOutcome::Delivered, Status::Fulfilled),
        (DeliveryOutcome::PartiallyDelivered, Status::PartiallyDelivered),
        (DeliveryOutcome::Failed, Status::DeliveryFailed),
    ] {
        for playback in [delivering(), timed_out()] {
            let playback = playback.reports(30 * DAY, outcome);
            assert_eq!((playback.request.status(), playback.request.next_deadline()), (status, None));
            let again = playback.refused(31 * DAY, host(), deliver(1, outcome));
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
    for playback in playbacks() {
        let status = playback.request.status();
        let is_held = status == Status::WaitingForCallback && playback.request.revision() == 3;
        let now = playback.request.updated();
        let cancelable = Preset::ApiReference.spec().cancelable;
        for actor in [user(), admin(), host()] {
            let result = decide(&playback.request, &Command::new(actor, Action::Cancel), now);
            let expected = if cancelable.contains(status) || is_held && actor.role != Role::User {
                None
            } else if status == Status::Canceled {
                Some(Rejection::AlreadyCanceled)
            } else if playback.request == timed_out().request {
                Some(Rejection::CancelBeforeReport)
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
        let playbacks = [
            plain.submit(),
            waits.submit().process(1),
            approvals.submit().process(1),
            approvals.submit().process(1).elapses(31),
            start.submit().process(1),
            plain.submit().process(1).reports(2, DeliveryOutcome::Failed),
            waits.submit().process(1).callout_fails(2),
            waits.submit().process(1).elapses(DAY),
        ];
        let accepted: Vec<_> = playbacks
            .iter()
            .filter(|playback| {
                decide(&playback.request, &Command::new(user(), Action::Cancel), playback.request.updated())
                    .is_ok()
            })
            .map(|playback| playback.request.status())
            .collect();
        assert_eq!(accepted, [status]);
    }
}

// Reprocess.

#[test]
fn q1_only_what_failed_or_was_done_in_part_is_reprocessed() {
    for playback in playbacks() {
        let state = playback.request.state();
        let result =
            decide(&playback.request, &Command::new(admin(), Action::Reprocess), playback.request.updated());
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
    let playback = delivering()
        .reports(2, DeliveryOutcome::Failed)
        .reprocesses(DAY)
        .reports(2 * DAY, DeliveryOutcome::Failed);
    let end = 14 * DAY + 2;
    let refused = Rejection::ReprocessWindowPassed { end: t(end) };
    assert_eq!(playback.refused(end, admin(), Action::Reprocess), refused);
    assert_eq!(
        playback.clone().send(just_before(end), admin(), Action::Reprocess),
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
    let playback = setup.submit().process(1).resumes(2, CallbackDecision::Continue).approves(3, 0);
    let mut again = playback.clone().callout_fails(4);
    assert_eq!(again.send(t(5), admin(), Action::Reprocess), ["reprocessed", "calloutStarted"]);
    assert_eq!(
        (again.request.state(), again.request.status()),
        (State::PendingApproval, Status::WaitingForCallback)
    );
    let last = again.request.callouts().last().unwrap();
    assert_eq!((last.stage(), last.index(), last.attempt()), (APPROVED, 0, 2));
    assert_eq!(again.request.reviews().len(), 1, "an approval is not asked again");
    let granted = again.resumes(6, CallbackDecision::Continue);
    let mut done =
        granted.resumes(7, CallbackDecision::Continue).reports(8, DeliveryOutcome::PartiallyDelivered);
    assert_eq!(done.send(t(9), host(), Action::Reprocess), ["reprocessed", "fulfillmentOrdered"]);
    assert_eq!((done.request.state(), done.request.attempt()), (State::Delivering, Some(2)));
}

// Delete.

#[test]
fn l1_what_can_be_deleted() {
    for playback in playbacks() {
        let (state, status) = (playback.request.state(), playback.request.status());
        let is_timed_out = playback.request == timed_out().request;
        let expected = match state {
            State::Submitted | State::PendingApproval | State::Scheduled | State::Delivering => {
                Err(Rejection::NotDeletable { state })
            }
            _ if is_timed_out => Err(Rejection::DeleteBeforeReport),
            _ => Ok(()),
        };
        assert_eq!(playback.request.check_deletable(false), expected, "{status}");
        let with_assignment = expected.and(Err(Rejection::HasAssignment));
        assert_eq!(playback.request.check_deletable(true), with_assignment, "{status}");
    }
    let validation = Setup::add().draft(|draft| draft.is_validation_only = true).submit();
    assert_eq!(validation.request.check_deletable(false), Ok(()));
}
