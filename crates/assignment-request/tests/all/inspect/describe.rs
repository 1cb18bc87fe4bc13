//! What a person reads who looks at a request.
#![expect(clippy::unwrap_used, reason = "tests")]

use assignment_request::{Approver, ApproverKind, DeterminedStage, OnCalloutFailure, RequestType};

use crate::common;
use crate::common::{
    APPROVER, CREATED, DAY, DETERMINER, HOUR, Setup, determination, determined_stage, service, stage, t,
    until,
};

/// Returns what a description says after the submission.
fn said(playback: &common::Playback, minute: i64) -> String {
    let text = playback.request.describe(t(minute));
    assert_eq!(text.lines().count(), 1, "{text}");
    let (_, said) = text.split_once("submitted at 2026-03-02T09:00:00Z by ").unwrap();
    said.split_once(". ").unwrap().1.to_owned()
}

#[test]
#[rustfmt::skip]
fn a_request_is_described_to_a_person() {
    let waiting = Setup::add().wait(CREATED, HOUR).submit().process(1);
    assert_eq!(said(&waiting, 2), format!(
        "It is submitted / WaitingForCallback since 2026-03-02T09:01:00Z. It waits for the callback of callout {} at \
         assignmentRequestCreated until 2026-03-02T10:01:00Z; then the request fails. \
         What can be done now: resume (administrator, extension), reportCalloutFailed (system).", waiting.last()));
    assert_eq!(said(&waiting, 2 * HOUR),
        "Deadlines have passed since the last event that is stored; `elapse` stores what they give: callbackTimedOut, deliveryFailed. \
         It is deliveryFailed / CallbackTimedOut since 2026-03-02T11:00:00Z. A callback did not come in time. The time to \
         reprocess it ends at 2026-03-16T11:00:00Z. What can be done now: reprocess (administrator, system).");
    assert!(said(&waiting, 30 * DAY).ends_with("What can be done now: reprocess (administrator, system)."));

    let held = Setup::add().wait(CREATED, HOUR).rules(|rules| rules.on_callout_failure = OnCalloutFailure::Hold).submit().process(0);
    assert!(said(&held, 1).contains("then the callback is late, and the request is held for it."));
    assert!(said(&held, HOUR).contains("was not answered in time; a late callback is taken until 2026-03-16T10:00:00Z; then the request fails"));
    assert!(said(&held, HOUR).ends_with("What can be done now: resume (administrator, extension), cancel (administrator, system)."));

    let pending = Setup::add().approval(&[stage(DAY, Some(HOUR))]).submit().process(0);
    assert_eq!(said(&pending, 1),
        "It is pendingApproval / PendingApproval since 2026-03-02T09:00:00Z. It waits for a decision about approval stage 0 (of 1, \
         counted from 0) until 2026-03-03T09:00:00Z; then it is denied. Escalation approvers are asked at 2026-03-02T10:00:00Z. What \
         can be done now: decide (approver), cancel (the requestor, administrator, system).");
    assert!(said(&pending, HOUR).contains("Escalation approvers are asked too."));
    assert!(said(&pending, DAY).ends_with("No one decided about it in time. Nothing can be done about it any more."));

    let scheduled = Setup::add().scheduled(Some(t(DAY)), until(t(2 * DAY))).submit().process(0);
    assert!(said(&scheduled, 1).contains("It is approved, and waits for its start at 2026-03-03T09:00:00Z; then delivery begins."));
    assert!(said(&scheduled, 20 * DAY).contains("The access that was asked for would have ended already. Nothing can"));

    let delivering = Setup::add().submit().process(0);
    assert!(said(&delivering, 1).contains("It waits for the report of fulfillment 1 until 2026-03-16T09:00:00Z; then it fails"));
    assert!(said(&delivering, 15 * DAY).contains("Nothing was heard of the fulfillment in time, and access may exist."));
    assert!(said(&Setup::add().rules(|rules| rules.fulfillment_timeout = None).submit().process(0), 1).contains("fulfillment 1, without a deadline."));

    let accepted = Setup::add().submit();
    assert!(said(&accepted, 1).contains(". It waits to be processed until 2026-03-16T09:00:00Z; then it is denied. "));
    assert!(said(&accepted, 14 * DAY).ends_with("The host did not process it in time. Nothing can be done about it any more."));
    let endless = Setup::add().rules(|rules| rules.accepted_timeout = None).submit();
    assert!(said(&endless, 1).contains(". It waits to be processed, without a deadline. "));
    let determining = Setup::add().determined_by(DETERMINER).submit().process(0);
    assert_eq!(said(&determining, 1), format!(
        "It is submitted / WaitingForCallback since 2026-03-02T09:00:00Z. It waits for the callback of callout {} at \
         assignmentRequestDeterminingApprovalRequirements until 2026-03-02T10:00:00Z; then the request fails. The answer says who \
         approves. What can be done now: resume (administrator, extension), reportCalloutFailed (system).", determining.last()));
    let determined = |approvers: usize| {
        let playback = Setup::add().determined_by(DETERMINER).submit().process(0);
        let approver = Approver { kind: ApproverKind::SingleUser(APPROVER), is_backup: false };
        let stage = DeterminedStage { primary_approvers: vec![approver; approvers], ..determined_stage(HOUR, None) };
        let answer = determination(playback.last(), stage);
        said(&playback.does(1, service(), answer), 2)
    };
    for (approvers, text) in [(1, "with 1 primary approver. "), (2, "with 2 primary approvers. ")] {
        assert!(determined(approvers).contains(text), "{}", determined(approvers));
    }
    let judged = Setup::add().draft(|draft| draft.is_validation_only = true).submit();
    assert!(said(&judged, 1).contains(". It was made to be judged only, and is never processed. "));
    let by_email = Setup::of(RequestType::AdminAdd).by_email().submit();
    assert!(by_email.request.describe(t(0)).contains("(adminAdd) is about access package 00000000-0000-0000-0000-0000000000a0 for `adele@example.com`, submitted"));
}
