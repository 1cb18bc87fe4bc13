//! What is said of remedies, word for word; and the statuses that can be reached.

use std::collections::{BTreeMap, BTreeSet};

use assignment_request::testing::explore::{Bounds, explore};
use assignment_request::{
    ActionKind, ApprovalDecision, ApprovalStageViolation, ApprovalStageViolations, Callout, CalloutId,
    CalloutStage, CalloutStageSet, Command, CommandText, DeliveryOutcome, OnCalloutFailure, Preset,
    Rejection, Remedy, Request, RequestType, Role, RoleSet, RulesSpec, State, Status, StatusSet, SubjectId,
    Tier, explain,
};

use crate::common::{
    APPROVED, CREATED, DAY, GRANTED, HOUR, OTHER, REMOVED, REQUESTOR, Setup, approver, decision, stage, t,
    until,
};

/// A status, the stage of the callout started last, and whether a fulfillment was ordered: what is passed does not come
/// again.
type Place = (Status, Option<CalloutStage>, bool);

fn place(request: &Request) -> Place {
    let last = request.callouts().last().map(Callout::stage);
    (request.status(), last, request.attempt().is_some())
}

/// Where requests of every operation go, with approval, waits, a start and an end, under every rule that adds a way.
fn ways() -> BTreeMap<Place, BTreeSet<Place>> {
    let mut ways: BTreeMap<Place, BTreeSet<Place>> = BTreeMap::new();
    for request_type in [RequestType::UserAdd, RequestType::UserUpdate, RequestType::UserRemove] {
        for on_callout_failure in [OnCalloutFailure::Fail, OnCalloutFailure::Hold] {
            for (is_approved, has_waits) in [(false, false), (false, true), (true, false), (true, true)] {
                let everywhere: CalloutStageSet = CalloutStage::ALL.iter().copied().collect();
                let mut setup = Setup::of(request_type).rules(|rules| {
                    *rules = RulesSpec {
                        deny_at: everywhere,
                        cancel_at: everywhere,
                        on_callout_failure,
                        ..Preset::Portal.spec()
                    };
                });
                if is_approved {
                    setup = setup.approval(&[stage(DAY, Some(HOUR)), stage(DAY, None)]);
                }
                for at in [CREATED, APPROVED, GRANTED, REMOVED].into_iter().filter(|_| has_waits) {
                    setup = setup.wait(at, HOUR);
                }
                if request_type != RequestType::UserRemove {
                    setup = setup.scheduled(Some(t(HOUR)), until(t(10 * DAY)));
                }
                explore(&setup.submit().request, Bounds { attempts: 1, around_deadlines: false }, |step| {
                    // Of several things at once, what lies between is seen in other steps.
                    if let Some(after) = step.after.filter(|after| after.revision() > step.before.revision())
                    {
                        ways.entry(place(step.before)).or_default().insert(place(after));
                    }
                });
            }
        }
    }
    ways
}

#[test]
fn t3_the_statuses_that_can_be_reached_are_those_that_requests_come_to() {
    let ways = ways();
    let mut reached: BTreeMap<Status, BTreeSet<Status>> = BTreeMap::new();
    for from in ways.keys() {
        let mut open = vec![*from];
        let mut seen = BTreeSet::new();
        while let Some(place) = open.pop() {
            for next in ways.get(&place).into_iter().flatten().filter(|next| seen.insert(**next)) {
                open.push(*next);
            }
        }
        reached.entry(from.0).or_default().extend(seen.into_iter().map(|(status, _, _)| status));
    }
    for status in Status::ALL {
        let told: BTreeSet<_> = status.reachable().iter().collect();
        assert_eq!(told, reached.remove(status).unwrap_or_default(), "from {status}");
    }
}

/// Rejections of which nothing but their rule makes a difference are there once.
#[test]
fn every_remedy_is_said() {
    const ID: u128 = 0x46184453_e63b_4f20_86c2_c557ed5d5df9;
    let cancelable = StatusSet::of(&[Status::Accepted, Status::PendingNotBefore]);
    let none = CalloutStageSet::of(&[]);
    let not_cancelable = |status| Rejection::NotCancelable { status, cancelable };
    #[rustfmt::skip]
    let table: &[(Rejection, &str)] = &[
        (Rejection::NoRequest, "submit the request first"),
        (Rejection::AlreadySubmitted, "give the new request another id"),
        (Rejection::RevisionConflict { expected: 3, actual: 4 }, "read the request again, and expect revision 4"),
        (Rejection::NotPermittedToSubmit { request_type: RequestType::AdminAdd, role: Role::User }, "needs another role: administrator"),
        (Rejection::NotTheRequestor, "needs the user who made the request, an administrator or the system"),
        (Rejection::RequestClosed { state: State::Denied, action: ActionKind::Process }, "nothing changes this any more"),
        (Rejection::AlreadyProcessing { status: Status::Delivering }, "nothing needs to be done: it was done before"),
        (Rejection::ConflictingTarget { known: SubjectId::from_u128(ID), given: OTHER }, "name the target 46184453-e63b-4f20-86c2-c557ed5d5df9, or none"),
        (Rejection::TargetUnknown, "name the target's id"),
        (Rejection::StageNotResumable { stage: CalloutStage::AssignmentOneDayBeforeExpiration },
            "needs another stage: assignmentRequestCreated, assignmentRequestDeterminingApprovalRequirements, assignmentRequestApproved, assignmentRequestGranted, assignmentRequestRemoved"),
        (Rejection::UnknownCallout { instance: CalloutId::from_u128(ID), action: ActionKind::Resume }, "name a callout of this request"),
        (Rejection::StageMismatch { given: CREATED, actual: APPROVED }, "name the callout's stage, `assignmentRequestApproved`"),
        (Rejection::CallbackTooLate, "this attempt is over; reprocess the request, which starts another"),
        (Rejection::SelfResume, "needs an actor who is neither requestor nor target"),
        (Rejection::DenialNotAllowed { stage: CREATED, allowed: CalloutStageSet::of(&[APPROVED]) }, "needs another stage: assignmentRequestApproved"),
        (Rejection::CancellationNotAllowed { stage: CREATED, allowed: none }, "nothing changes this any more"),
        (Rejection::ApprovalStageMissing, "give the approval stage in `data.approvalStage`"),
        (Rejection::ApprovalStageUnexpected, "leave `data.approvalStage` out"),
        (Rejection::BadApprovalStage { violations: ApprovalStageViolations::of(&[ApprovalStageViolation::DenialMissing]) },
            "answer again with another approval stage: `data.approvalStage.durationBeforeAutomaticDenial` is missing"),
        (Rejection::TooLong { text: CommandText::Detail, bytes: 21, limit: 20 }, "shorten `detail` to at most 20 bytes"),
        (Rejection::ForbiddenCharacter { text: CommandText::Source, character: '\u{202e}' }, "leave U+202E out of `source`"),
        (Rejection::UnknownStage { stage: 0, stages: 0 }, "nothing changes this any more"),
        (Rejection::UnknownStage { stage: 2, stages: 2 }, "name an approval stage; there are 2, counted from 0"),
        (Rejection::AlreadyDecided { stage: 0, decision: ApprovalDecision::Deny }, "nothing needs to be done: it was done before"),
        (Rejection::StageAlreadyDecided { stage: 0 }, "nothing changes this any more"),
        (Rejection::NotPendingApproval { status: Status::Accepted }, "needs another status: PendingApproval, PendingApprovalEscalated"),
        (Rejection::NotPendingApproval { status: Status::PendingNotBefore }, "nothing changes this any more"),
        (Rejection::StageNotOpen { stage: 1, open: 0 }, "approval stage 0 must be approved first"),
        (Rejection::AlreadyApproved { stage: 0 }, "needs an approver who approved no stage yet"),
        (Rejection::SelfAppointed { stage: 0 }, "needs an approver other than the actor who determined the stage"),
        (Rejection::NotEscalated { stage: 0, at: Some(t(0)) }, "wait until 2026-03-02T09:00:00Z"),
        (Rejection::NotEscalated { stage: 0, at: None }, "decide as a primary approver"),
        (Rejection::JustificationRequired { stage: 0 }, "say why"),
        (Rejection::NotDelivering { status: Status::Accepted }, "needs another status: Delivering, PartiallyDelivered, DeliveryFailed"),
        (Rejection::NotDelivering { status: Status::Canceled }, "nothing changes this any more"),
        (Rejection::StaleReport { given: 1, current: 2 }, "nothing changes this any more"),
        (Rejection::UnknownAttempt { given: 2, current: 1 }, "name attempt 1, the current one"),
        (Rejection::ReportConflict { reported: DeliveryOutcome::Failed, given: DeliveryOutcome::Delivered },
            "this attempt is over; reprocess the request, which starts another"),
        (not_cancelable(Status::PendingApproval), "needs another status: PendingNotBefore"),
        (not_cancelable(Status::Delivering), "nothing changes this any more"),
        (Rejection::NotCancelable { status: Status::PendingApproval, cancelable: StatusSet::of(&[]) },
            "needs a failed wait that is held, and an administrator or the system"),
        (Rejection::CancelBeforeReport, "report first how the fulfillment went"),
        (Rejection::NotReprocessable { state: State::Submitted },
            "needs another status: PartiallyDelivered, DeliveryFailed, CalloutFailed, CallbackTimedOut"),
        (Rejection::NotReprocessable { state: State::Denied }, "nothing changes this any more"),
        (Rejection::ReprocessWindowPassed { end: t(0) }, "nothing changes this any more"),
        (Rejection::RevisionLimitReached, "nothing changes this any more"),
        (Rejection::HasAssignment, "remove the assignment first"),
        (Rejection::NotDeletable { state: State::Submitted }, "needs another status: Fulfilled, PartiallyDelivered, \
            DeliveryFailed, CalloutFailed, CallbackTimedOut, Denied, Expired, Canceled"),
    ];
    for (rejection, text) in table {
        assert_eq!(rejection.remedy().to_string(), *text, "{rejection:?}");
    }
    assert_eq!(format!("{:?}", RoleSet::of(&[Role::System, Role::User])), "{User, System}");
    assert_eq!(RoleSet::of(&[]).to_string(), "no role");
}

#[test]
fn i4_a_refused_command_is_explained_with_every_remedy() {
    let playback = Setup::add().approval(&[stage(DAY, Some(HOUR))]).submit().process(0);
    let early = decision(0, Tier::Escalation, ApprovalDecision::Approve);
    let explanation =
        explain(&playback.request, &Command::new(approver(REQUESTOR), early).expecting(7), t(1));
    assert_eq!(
        explanation.to_string(),
        "refused\n\
         - revisionConflict: the request has revision 2, not 7; read the request again, and expect revision 2\n\
         - selfApproval: the requestor and the target may not decide about the request; needs an actor \
         who is neither requestor nor target\n\
         - notEscalated: approval stage 0 is not escalated; wait until 2026-03-02T10:00:00Z"
    );
    let remedies: Vec<_> = explanation.failures().map(|failure| failure.remedy()).collect();
    assert_eq!(
        remedies,
        [Remedy::NeedsCurrentRevision(2), Remedy::NeedsSomebodyElse, Remedy::WaitUntil(t(HOUR))]
    );
}
