//! An explanation is what `decide` says, with every check that led to it (rule I4).

use assignment_request::{
    Action, ActionKind, CallbackDecision, CalloutId, CalloutStatus, Command, DeliveryOutcome,
    DeterminedStage, Event, Rejection, Resume, Role, Rule, StageDecision, Tier, decide, explain,
};

use crate::common;
use crate::common::{
    CREATED, DETERMINER, DETERMINING, HOUR, OTHER, REQUESTOR, Setup, approver, callback, host, stage, t, user,
};

/// The events that `decide` gives.
fn decided(playback: &common::Playback, minute: i64, command: &Command) -> Result<Vec<Event>, Rejection> {
    decide(&playback.request, command, t(minute)).map(assignment_request::Decision::into_events)
}

fn rules(playback: &common::Playback, minute: i64, command: &Command) -> Vec<(Rule, Option<&'static str>)> {
    let explanation = explain(&playback.request, command, t(minute));
    assert_eq!(explanation.outcome, decided(playback, minute, command));
    assert_eq!(explanation.outcome.as_ref().err().copied(), explanation.failures().next());
    for check in &explanation.checks {
        assert!(check.failure.is_none_or(|failure| failure.rule() == check.rule), "{check:?}");
    }
    explanation.checks.iter().map(|check| (check.rule, check.failure.map(|failure| failure.code()))).collect()
}

#[test]
fn i4_every_check_of_an_accepted_command_is_shown_in_order() {
    let playback = Setup::add().wait(CREATED, HOUR).submit().process(1);
    let resume =
        Command::new(common::service(), callback(playback.last(), CREATED, CallbackDecision::Continue));
    assert_eq!(
        rules(&playback, 2, &resume),
        [Rule::R7, Rule::R1, Rule::R2, Rule::R2, Rule::R3, Rule::R4, Rule::R7, Rule::R5, Rule::Y6, Rule::Y8]
            .map(|rule| (rule, None))
    );
}

#[test]
fn i4_all_that_fails_is_shown_and_the_first_is_the_answer() {
    let playback = Setup::add().approval(&[stage(HOUR, Some(30))]).submit().process(1);
    let content = StageDecision {
        stage: 0,
        tier: Tier::Escalation,
        decision: assignment_request::ApprovalDecision::Approve,
        justification: Some("\u{202e}".into()),
    };
    let command =
        Command::new(assignment_request::Actor::new(REQUESTOR, Role::Approver), Action::DecideStage(content));
    assert_eq!(
        rules(&playback, 2, &command.expecting(7)),
        [
            (Rule::I3, Some("revisionConflict")),
            (Rule::V5, None),
            (Rule::V5, None),
            (Rule::V5, None),
            (Rule::V5, None),
            (Rule::V5, None),
            (Rule::V5, Some("selfApproval")),
            (Rule::V5, None),
            (Rule::Y12, None),
            (Rule::V5, Some("notEscalated")),
            (Rule::V5, None),
            (Rule::C14, None),
            (Rule::C14, Some("forbiddenCharacter")),
        ]
    );
}

#[test]
fn i4_y6_y8_all_that_fails_of_a_callback_that_determines_a_stage() {
    let playback = Setup::add().determined_by(DETERMINER).submit().process(1);
    let content = Resume {
        instance: playback.last(),
        stage: DETERMINING,
        decision: CallbackDecision::Continue,
        approval_stage: Some(DeterminedStage::default().into()),
        source: Some("\u{7}".into()),
        detail: Some("\u{8}".into()),
    };
    let actor = assignment_request::Actor::new(REQUESTOR, Role::Extension);
    let failures = |content| {
        let said = rules(&playback, 2, &Command::new(actor, Action::Resume(content)));
        said.into_iter().filter_map(|(rule, code)| Some((rule, code?))).collect::<Vec<_>>()
    };
    let (source, detail) = ((Rule::C14, "forbiddenCharacter"), (Rule::C14, "forbiddenCharacter"));
    assert_eq!(
        failures(content.clone()),
        [(Rule::R7, "selfResume"), source, detail, (Rule::Y8, "badApprovalStage")]
    );
    let denial = Resume { decision: CallbackDecision::Deny, ..content.clone() };
    assert_eq!(
        failures(denial),
        [
            (Rule::R7, "selfResume"),
            (Rule::R5, "denialNotAllowed"),
            (Rule::Y6, "approvalStageUnexpected"),
            source,
            detail
        ],
        "what is not expected is not judged"
    );
    let missing = Resume { approval_stage: None, ..content };
    assert_eq!(
        failures(missing),
        [(Rule::R7, "selfResume"), (Rule::Y6, "approvalStageMissing"), source, detail]
    );
}

#[test]
fn i4_checks_of_what_is_not_there_are_left_out() {
    let playback = Setup::add().submit().process(1);
    let unknown = StageDecision {
        stage: u32::MAX,
        tier: Tier::Primary,
        decision: assignment_request::ApprovalDecision::Approve,
        justification: None,
    };
    let said = rules(&playback, 2, &Command::new(approver(OTHER), Action::DecideStage(unknown)));
    assert_eq!(
        said.into_iter().filter_map(|(_, code)| code).collect::<Vec<_>>(),
        ["unknownStage", "notPendingApproval"]
    );
    let resume =
        Command::new(user(), callback(CalloutId::new(OTHER.uuid()), CREATED, CallbackDecision::Continue));
    assert_eq!(
        rules(&playback, 2, &resume),
        [
            (Rule::R7, Some("notPermitted")),
            (Rule::R1, None),
            (Rule::R2, Some("unknownCallout")),
            (Rule::R7, Some("selfResume")),
            (Rule::R5, None),
            (Rule::Y6, None),
            (Rule::Y8, None),
        ]
    );
}

#[test]
fn n4_an_explanation_is_of_the_request_as_time_has_left_it() {
    let playback = Setup::add().wait(CREATED, HOUR).submit().process(1);
    let failed = Action::ReportCalloutFailed { instance: playback.last(), detail: None };
    let explanation = explain(&playback.request, &Command::new(host(), failed), t(HOUR + 1));
    assert_eq!(
        explanation.failures().collect::<Vec<_>>(),
        [Rejection::CalloutClosed { status: CalloutStatus::CallbackTimedOut }]
    );
    let elapse = explain(&playback.request, &Command::new(host(), Action::Elapse), t(HOUR + 1));
    assert_eq!(elapse.outcome, decided(&playback, HOUR + 1, &Command::new(host(), Action::Elapse)));
    assert!(elapse.outcome.is_ok_and(|events| events.len() == 2));
}

#[test]
fn r3_r4_what_is_late_is_told_by_the_rule_about_time() {
    let playback = Setup::add().wait(CREATED, HOUR).submit().process(1);
    let resume =
        Command::new(common::service(), callback(playback.last(), CREATED, CallbackDecision::Continue));
    let of = |checks: Vec<(Rule, Option<&'static str>)>| {
        checks.into_iter().filter(|(rule, _)| matches!(rule, Rule::R3 | Rule::R4)).collect::<Vec<_>>()
    };
    assert_eq!(
        of(rules(&playback, HOUR + 1, &resume)),
        [(Rule::R3, None), (Rule::R4, Some("callbackTooLate"))]
    );
    let answered = playback.resumes(2, CallbackDecision::Continue);
    assert_eq!(of(rules(&answered, 3, &resume)), [(Rule::R3, Some("alreadyResumed")), (Rule::R4, None)]);
}

#[test]
fn every_action_is_explained() {
    let playback = Setup::add().submit();
    let report = Action::ReportDelivery { attempt: 0, outcome: DeliveryOutcome::Failed };
    let decide = common::approve(0);
    let actions = [
        common::PROCESS,
        callback(CalloutId::new(OTHER.uuid()), CREATED, CallbackDecision::Continue),
        decide,
        Action::Cancel,
        Action::Reprocess,
        report,
        common::failed(CalloutId::new(OTHER.uuid())),
        Action::Elapse,
    ];
    assert_eq!(actions.iter().map(Action::kind).collect::<Vec<_>>(), ActionKind::ALL);
    for action in actions {
        for role in Role::ALL {
            let command = Command::new(assignment_request::Actor::new(OTHER, *role), action.clone());
            assert!(!rules(&playback, 1, &command).is_empty());
        }
    }
}
