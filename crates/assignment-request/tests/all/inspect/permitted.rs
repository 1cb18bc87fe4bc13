//! `permitted`, `explain` and remedies in random lives: they say what commands that are given really come to.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what fails here fails the test")]

use std::sync::Arc;

use assignment_request::{
    Action, ActionKind, Actor, ApprovalDecision, Approver, ApproverKind, CallbackDecision, CalloutId,
    CalloutStage, Class, Command, DeliveryOutcome, DeterminedStage, Phase, Rejection, RejectionKind, Remedy,
    Request, Resume, Role, StageDecision, SubjectId, Tier, Timestamp, decide, explain,
};
use assignment_request_model::agreement::{Played, play};
use assignment_request_model::cases::{Case, PEOPLE};
use assignment_request_model::intents;
use assignment_request_model::random::{Mood, case};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

use crate::common::{CREATED, DAY, DETERMINING, HOUR, Playback, Setup, determined_stage, stage, t};

/// In no case anybody.
const NOBODY: SubjectId = SubjectId::from_u128(0xff);

fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "proptest-regressions/permitted.txt",
        ))),
        ..ProptestConfig::default()
    }
}

fn traces() -> impl Strategy<Value = Case> {
    case(Mood::Tame, 1..=24)
}

/// An approval stage that is taken from every actor and under every rule.
fn sound_stage() -> DeterminedStage {
    let sponsors = Approver { kind: ApproverKind::InternalSponsors, is_backup: false };
    DeterminedStage { primary_approvers: vec![sponsors], ..determined_stage(1, None) }
}

/// Every content that can be told from another: everybody's id, every part of the request and one that it does not have,
/// every decision, with a text and without.
fn contents(request: &Request) -> Vec<Action> {
    let mut actions =
        vec![Action::Cancel, Action::Reprocess, Action::Elapse, Action::Process { target: None }];
    actions.extend(PEOPLE.map(|target| Action::Process { target: Some(target) }));
    let instances: Vec<CalloutId> = request
        .callouts()
        .iter()
        .map(assignment_request::Callout::instance)
        .chain([CalloutId::new(NOBODY.uuid())])
        .collect();
    for instance in instances {
        for text in [None, Some(Arc::from("x"))] {
            actions.push(Action::ReportCalloutFailed { instance, detail: text.clone() });
            for stage in CalloutStage::ALL {
                for decision in CallbackDecision::ALL {
                    let (source, detail) = (text.clone(), text.clone());
                    let determines = *stage == DETERMINING && *decision == CallbackDecision::Continue;
                    actions.push(Action::Resume(Resume {
                        instance,
                        stage: *stage,
                        decision: *decision,
                        approval_stage: determines.then(|| sound_stage().into()),
                        source,
                        detail,
                    }));
                }
            }
        }
    }
    for stage in 0..=u32::try_from(request.approval_stages().len()).unwrap() {
        for tier in Tier::ALL {
            for decision in ApprovalDecision::ALL {
                for justification in [None, Some(Arc::from("x"))] {
                    let (tier, decision) = (*tier, *decision);
                    actions.push(Action::DecideStage(StageDecision { stage, tier, decision, justification }));
                }
            }
        }
    }
    for attempt in 0..=request.attempt().unwrap_or(0) + 1 {
        for outcome in DeliveryOutcome::ALL {
            actions.push(Action::ReportDelivery { attempt, outcome: *outcome });
        }
    }
    actions
}

/// Whoever can be told from another in this request.
fn actors(request: &Request) -> impl Iterator<Item = Actor> {
    let reviewers = request.reviews().iter().map(|review| review.approver);
    let ids: std::collections::BTreeSet<SubjectId> =
        reviewers.chain([request.requestor(), NOBODY]).chain(request.target()).collect();
    ids.into_iter().flat_map(|id| Role::ALL.iter().map(move |role| Actor::new(id, *role)))
}

/// The request as time has left it.
fn with_due_deadlines(request: &Request, now: Timestamp) -> Request {
    let mut request = request.clone();
    request.handle(&Command::new(intents::system(), Action::Elapse), now).unwrap();
    request
}

/// The kinds of which some content is accepted.
fn accepted(request: &Request, actor: Actor, now: Timestamp) -> Vec<ActionKind> {
    let contents = contents(&with_due_deadlines(request, now));
    let mut accepted: Vec<_> = contents
        .into_iter()
        .map(|action| Command::new(actor, action))
        .filter(|command| decide(request, command, now).is_ok())
        .map(|command| command.action.kind())
        .collect();
    accepted.sort_unstable();
    accepted.dedup();
    accepted
}

fn played(case: &Case) -> Vec<Played> {
    play(case).unwrap().map(|playback| playback.played).unwrap_or_default()
}

/// Whether the guard that gave the rejection lets this command pass.
fn passes(request: &Request, command: &Command, now: Timestamp, rejection: &Rejection) -> bool {
    !explain(request, command, now).failures().any(|failure| failure.kind() == rejection.kind())
}

/// Asserts what a remedy says that can be tried at once.
fn assert_helps(request: &Request, command: &Command, now: Timestamp, failure: &Rejection) {
    let again = |change: &dyn Fn(&mut Command), now| {
        let mut changed = command.clone();
        change(&mut changed);
        assert!(passes(request, &changed, now, failure), "{failure:?}: {:?}: {changed:?}", failure.remedy());
    };
    match failure.remedy() {
        Remedy::WaitUntil(at) => {
            assert!(at > now, "{failure:?} at {now}");
            again(&|_| (), at);
        }
        Remedy::NeedsRole(roles) => {
            for role in roles.iter() {
                again(&|command| command.actor.role = role, now);
            }
        }
        Remedy::NeedsRequestor => {
            again(&|command| command.actor.id = request.requestor(), now);
            again(&|command| command.actor.role = Role::Administrator, now);
            again(&|command| command.actor.role = Role::System, now);
        }
        Remedy::NeedsSomebodyElse | Remedy::NeedsAnotherApprover | Remedy::NeedsIndependentApprover => {
            again(&|command| command.actor.id = NOBODY, now);
        }
        Remedy::NeedsCurrentRevision(revision) => {
            again(&|command| command.expected_revision = Some(revision), now);
        }
        Remedy::NeedsTarget(target) => {
            again(&|command| command.action = Action::Process { target: target.or(Some(NOBODY)) }, now);
        }
        Remedy::NeedsKnownCallout => {
            for callout in request.callouts() {
                again(&|command| name_callout(command, callout.instance()), now);
            }
        }
        Remedy::NeedsStage(stage) => again(&|command| name_stage(command, stage), now),
        Remedy::AllowedAt(stages) => {
            for stage in stages.iter() {
                again(&|command| name_stage(command, stage), now);
            }
        }
        Remedy::NeedsApprovalStage { stages } => {
            for stage in 0..u32::try_from(stages).unwrap() {
                again(&|command| change_decide(command, |content| content.stage = stage), now);
            }
        }
        Remedy::NeedsPrimaryTier => {
            again(&|command| change_decide(command, |content| content.tier = Tier::Primary), now);
        }
        Remedy::NeedsJustification => {
            again(&|command| change_decide(command, |content| content.justification = Some("x".into())), now);
        }
        Remedy::NeedsAttempt(current) => again(
            &|command| {
                if let Action::ReportDelivery { attempt, .. } = &mut command.action {
                    *attempt = current;
                }
            },
            now,
        ),
        Remedy::NeedsShorterText { .. } | Remedy::NeedsTextWithout { .. } => {
            again(&clear_texts, now);
        }
        Remedy::NeedsNoDeterminedStage => again(&|command| change_stage(command, None), now),
        Remedy::NeedsDeterminedStage | Remedy::NeedsSoundDeterminedStage(_) => {
            again(&|command| change_stage(command, Some(sound_stage())), now);
        }
        // What becomes of these shows later, or in another request.
        Remedy::Never
        | Remedy::AlreadyDone
        | Remedy::AllowedIn(_)
        | Remedy::NeedsApprovalOf(_)
        | Remedy::NeedsReprocessing
        | Remedy::NeedsHeldWait
        | Remedy::NeedsReport => {}
        Remedy::NeedsSubmission | Remedy::NeedsAnotherId | Remedy::NeedsRemovedAssignment => {
            panic!("{failure:?} is no refusal of a command");
        }
        other => panic!("{other:?} is not tried"),
    }
}

fn name_callout(command: &mut Command, id: CalloutId) {
    match &mut command.action {
        Action::Resume(content) => content.instance = id,
        Action::ReportCalloutFailed { instance, .. } => *instance = id,
        other => panic!("{other:?} names no callout"),
    }
}

fn name_stage(command: &mut Command, stage: CalloutStage) {
    match &mut command.action {
        Action::Resume(content) => content.stage = stage,
        other => panic!("{other:?} names no stage"),
    }
}

fn change_stage(command: &mut Command, stage: Option<DeterminedStage>) {
    match &mut command.action {
        Action::Resume(content) => content.approval_stage = stage.map(Arc::new),
        other => panic!("{other:?} carries no approval stage"),
    }
}

fn change_decide(command: &mut Command, change: impl Fn(&mut StageDecision)) {
    match &mut command.action {
        Action::DecideStage(content) => change(content),
        other => panic!("{other:?} decides nothing"),
    }
}

fn clear_texts(command: &mut Command) {
    match &mut command.action {
        Action::Resume(content) => (content.source, content.detail) = (None, None),
        Action::ReportCalloutFailed { detail, .. } => *detail = None,
        Action::DecideStage(content) => content.justification = None,
        other => panic!("{other:?} has no text"),
    }
}

#[test]
fn i4_decisions_are_samples_in_the_tiers_that_there_are() {
    let decisions = |escalation| {
        let playback = Setup::add().approval(&[stage(DAY, escalation)]).submit().process(0);
        let samples = playback.request.sample_actions(t(1)).into_iter();
        let decisions = samples.filter_map(|action| match action {
            Action::DecideStage(content) => Some((content.tier, content.decision)),
            _ => None,
        });
        decisions.collect::<Vec<_>>()
    };
    let primary = [(Tier::Primary, ApprovalDecision::Approve), (Tier::Primary, ApprovalDecision::Deny)];
    let escalation =
        [(Tier::Escalation, ApprovalDecision::Approve), (Tier::Escalation, ApprovalDecision::Deny)];
    assert_eq!(decisions(None), primary);
    assert_eq!(decisions(Some(HOUR)), [primary, escalation].concat());
}

#[test]
fn i4_callouts_that_can_still_fail_are_samples_and_else_the_last_one() {
    let failures = |playback: &Playback| {
        let samples = playback.request.sample_actions(t(2)).into_iter();
        let instances = samples.filter_map(|action| match action {
            Action::ReportCalloutFailed { instance, .. } => Some(instance),
            _ => None,
        });
        instances.collect::<Vec<_>>()
    };
    assert_eq!(failures(&Setup::add().submit()), [CalloutId::from_u128(0)]);
    let open = Setup::add().launch(CREATED).wait(CREATED, HOUR).submit().process(0);
    let instances: Vec<_> =
        open.request.callouts().iter().map(assignment_request::Callout::instance).collect();
    assert_eq!((failures(&open), instances.len()), (instances, 2));
    let answered =
        Setup::add().wait(CREATED, HOUR).submit().process(0).resumes(1, CallbackDecision::Continue);
    assert_eq!(failures(&answered), [answered.last()]);
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn i4_a_kind_is_permitted_if_and_only_if_some_content_of_it_succeeds(case in traces()) {
        for Played { before, now, .. } in played(&case) {
            for actor in actors(&before) {
                prop_assert_eq!(before.permitted(actor, now), accepted(&before, actor, now), "{:?} at {}", actor, now);
            }
        }
    }

    #[test]
    fn i4_samples_are_of_every_kind_in_order(case in traces()) {
        for Played { before, now, .. } in played(&case) {
            let mut kinds: Vec<_> = before.sample_actions(now).iter().map(Action::kind).collect();
            kinds.dedup();
            prop_assert_eq!(kinds, ActionKind::ALL);
        }
    }

    #[test]
    fn i4_a_remedy_lets_the_guard_pass_that_it_is_about(case in traces()) {
        for Played { before, command, now, .. } in played(&case) {
            for failure in explain(&before, &command, now).failures() {
                prop_assert_eq!(failure.remedy() == Remedy::AlreadyDone, failure.class() == Class::Duplicate);
                assert_helps(&before, &command, now, &failure);
            }
        }
    }

    #[test]
    fn i4_what_a_remedy_says_of_later_holds_later(case in traces()) {
        let played = played(&case);
        for (index, Played { before, command, now, .. }) in played.iter().enumerate() {
            let command = Command { expected_revision: None, ..command.clone() };
            for failure in explain(before, &command, *now).failures() {
                // A clock that runs backwards would take back deadlines that nobody stored (rule N6).
                for later in played[index..].iter().take_while(|later| later.now >= *now) {
                    let timestamp = later.now;
                    if decide(&later.after, &command, timestamp).is_err() {
                        continue;
                    }
                    match failure.remedy() {
                        Remedy::Never | Remedy::AlreadyDone | Remedy::NeedsReprocessing => {
                            prop_assert!(false, "{:?} was accepted later: {:?}", failure, command);
                        }
                        Remedy::AllowedIn(statuses) => {
                            let with_due_deadlines = with_due_deadlines(&later.after, timestamp);
                            let is_held = matches!(with_due_deadlines.phase(), Phase::WaitingForCallback { held: Some(_), .. })
                                && failure.kind() == RejectionKind::NotCancelable;
                            prop_assert!(
                                is_held || statuses.contains(with_due_deadlines.status()),
                                "{failure:?}: {}", with_due_deadlines.status()
                            );
                        }
                        _ => {}
                    }
                }
            }
        }
    }
}
