//! What embedders get for their tests: strategies, and inputs made of bytes.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};

use arbitrary::{Arbitrary as _, Unstructured};
use assignment_request::testing::explore::{Bounds, explore};
use assignment_request::testing::{
    History, actors, commands, drafts, histories, policies, rules, timestamps,
};
use assignment_request::{
    Action, Actor, ApprovalDecision, CallbackDecision, Cancellation, Command, Decision, Draft,
    ExistingAssignment, Limits, Operation, Period, Phase, Policy, PolicySpec, Request, RequestId,
    RequestType, Resume, RulesSpec, StageDecision, Status, Tier, Timestamp, decide,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::common::{CREATED, DAY, DETERMINER, HOUR, Setup, stage, t, until};

/// Gives every command of a history again, by hand.
fn check(history: &History) {
    let policy = Policy::compile(&history.policy, &Limits::default()).unwrap();
    let policy = policy.with_rules(history.rules.validate().unwrap());
    let id = history.submitted.id();
    let (at, requestor) = (history.submission.at, history.requestor);
    let made = policy.submit(id, &history.draft, history.assignment.as_ref(), requestor, at).unwrap();
    assert_eq!(made, (history.submitted.clone(), history.submission.clone()));
    assert_eq!(history.assignment.is_some(), history.draft.request_type.operation() != Operation::Add);
    let mut request = made.0;
    for step in &history.steps {
        let decision = decide(&request, &step.command, step.now);
        assert_eq!(decision.clone().map(Decision::into_events), step.outcome);
        if let Ok(decision) = decision {
            request.apply(&decision).unwrap();
        }
    }
    assert_eq!(request, history.request);
    let events: Vec<_> = history.events().cloned().collect();
    assert_eq!(Request::replay(&events, &Limits::default()), Ok(request));
}

proptest! {
    #[test]
    fn every_history_is_one_that_can_be(history in histories()) {
        check(&history);
    }

    #[test]
    fn policies_and_rules_compile(policy in policies(), rules in rules()) {
        prop_assert!(Policy::compile(&policy, &Limits::default()).is_ok());
        prop_assert!(rules.validate().is_ok());
    }

    #[test]
    fn inputs_are_judged_whatever_they_are(
        policy in policies(),
        draft in drafts(),
        actor in actors(),
        now in timestamps(),
        history in histories(),
        command in commands(),
    ) {
        let policy = Policy::compile(&policy, &Limits::default()).unwrap();
        let _ = policy.submit(RequestId::from_u128(0), &draft, history.assignment.as_ref(), actor, now);
        let _ = decide(&history.request, &command, now);
    }
}

#[test]
fn what_a_history_shrinks_to_is_one_that_can_be() {
    let mut runner = TestRunner::deterministic();
    for _ in 0..64 {
        let mut tree = histories().new_tree(&mut runner).unwrap();
        // Now and then the simpler one is not what was looked for.
        let mut count = 0;
        while tree.simplify() && count < 200 {
            count += 1;
            if count % 3 == 0 {
                tree.complicate();
            }
            check(&tree.current());
        }
    }
}

#[test]
fn histories_shrink_to_a_request_with_one_command() {
    let mut runner = TestRunner::deterministic();
    let mut tree = std::iter::repeat_with(|| histories().new_tree(&mut runner).unwrap())
        .find(|tree| is_canceled(&tree.current()))
        .unwrap();
    while tree.simplify() {
        if !is_canceled(&tree.current()) && !tree.complicate() {
            break;
        }
    }
    let simplest = tree.current();
    assert!(is_canceled(&simplest));
    assert!(simplest.steps.len() <= 2, "{:?}", simplest.steps);
}

/// By a command of its own, which needs no other before it.
fn is_canceled(history: &History) -> bool {
    matches!(
        history.request.phase(),
        Phase::Canceled(
            Cancellation::Requestor(_) | Cancellation::Administrator(_) | Cancellation::System(_)
        )
    )
}

/// Which statuses histories reach, which kinds of command are accepted and which refused, and which types are asked for.
#[test]
fn histories_go_everywhere() {
    let mut runner = TestRunner::deterministic();
    let (mut statuses, mut accepted, mut codes) = (BTreeSet::new(), BTreeMap::new(), BTreeMap::new());
    let (mut types, mut contents, mut canceled) = (BTreeSet::new(), BTreeMap::new(), (0, 0));
    for _ in 0..4_000 {
        let history = histories().new_tree(&mut runner).unwrap().current();
        types.insert(history.draft.request_type);
        let mut request = history.submitted.clone();
        for step in &history.steps {
            match &step.outcome {
                Ok(events) => {
                    *accepted.entry(step.command.action.kind()).or_insert(0) += 1;
                    for content in telling(&step.command.action) {
                        *contents.entry(content).or_insert(0) += 1;
                    }
                    assert_eq!(request.handle(&step.command, step.now).as_ref(), Ok(events));
                    statuses.insert(request.status());
                }
                Err(rejection) => {
                    *codes.entry(rejection.code()).or_insert(0) += 1;
                }
            }
        }
        match request.phase() {
            Phase::Canceled(Cancellation::Requestor(_)) => canceled.0 += 1,
            Phase::Canceled(Cancellation::Administrator(_) | Cancellation::System(_)) => canceled.1 += 1,
            _ => {}
        }
    }
    assert_eq!(types.len(), 12, "{types:?}");
    assert_eq!(statuses, Status::ALL.iter().copied().collect());
    assert_eq!(accepted.len(), 8, "{accepted:?}");
    assert!(codes.len() > 25, "{codes:?}");
    for (content, least) in [
        ("determined stage", 100),
        ("denial", 20),
        ("escalation approver", 3),
        ("refusing callback", 6),
        ("that says why", 5),
    ] {
        assert!(contents.get(content) >= Some(&least), "{content}: {contents:?}");
    }
    // Whoever asked also tries what only others may.
    assert!(codes.contains_key("selfResume") && codes.contains_key("selfApproval"), "{codes:?}");
    // Hardly anybody decides as an escalation approver where there is no escalation.
    assert!(codes.get("notEscalated") < Some(&5), "{codes:?}");
    // Most who cancel are those who asked.
    assert!(canceled.0 > canceled.1, "{canceled:?}");
}

/// What of an accepted command shows that histories do not go the usual way only.
fn telling(action: &Action) -> Vec<&'static str> {
    match action {
        Action::DecideStage(StageDecision { tier: Tier::Escalation, .. }) => vec!["escalation approver"],
        Action::DecideStage(StageDecision { decision: ApprovalDecision::Deny, .. }) => vec!["denial"],
        Action::Resume(Resume {
            decision: CallbackDecision::Deny | CallbackDecision::Cancel,
            detail,
            ..
        }) => {
            std::iter::once("refusing callback").chain(detail.is_some().then_some("that says why")).collect()
        }
        Action::Resume(Resume { approval_stage: Some(_), .. }) => vec!["determined stage"],
        _ => Vec::new(),
    }
}

/// Every type names whom it is about in its own way, and required questions are answered.
#[test]
fn histories_name_their_targets_and_answer_questions() {
    use RequestType::{
        AdminAdd, AdminRemove, AdminUpdate, ApproverRemove, OnBehalfAdd, SystemAdd, SystemRemove,
        SystemUpdate, UserAdd, UserExtend, UserRemove, UserUpdate,
    };
    let mut runner = TestRunner::deterministic();
    let (mut ways, mut answered) = (BTreeMap::<_, BTreeSet<_>>::new(), 0);
    for _ in 0..2_000 {
        let History { draft, assignment, requestor, .. } =
            histories().new_tree(&mut runner).unwrap().current();
        let is_own = assignment.map(|found| found.target == requestor.id);
        let way = (draft.target_id.is_some(), draft.target_email.is_some(), is_own);
        ways.entry(draft.request_type).or_default().insert(way);
        answered += usize::from(!draft.answers.is_empty());
    }
    let (by_id, by_email) = ((true, false, None), (false, true, None));
    let (own, others) = ((false, false, Some(true)), (false, false, Some(false)));
    let expected = [
        (vec![UserAdd], vec![(false, false, None)]),
        (vec![OnBehalfAdd, SystemAdd], vec![by_id]),
        (vec![AdminAdd], vec![by_email, by_id]),
        (vec![UserUpdate, UserExtend, UserRemove], vec![own]),
        (vec![AdminUpdate, AdminRemove, SystemUpdate, SystemRemove, ApproverRemove], vec![others]),
    ];
    for (types, expected) in expected {
        for request_type in types {
            assert_eq!(
                ways.remove(&request_type),
                Some(expected.iter().copied().collect()),
                "{request_type}"
            );
        }
    }
    assert!(answered > 50, "{answered}");
}

#[test]
fn timestamps_lie_within_a_year_of_the_beginning_of_histories() {
    const DAY: i64 = 24 * 60 * 60 * 10_000_000;
    let mut runner = TestRunner::deterministic();
    let begins: Timestamp = "2026-01-05T09:00:00Z".parse().unwrap();
    let history = histories().new_tree(&mut runner).unwrap().current();
    assert_eq!(history.submission.at, begins);
    let days: Vec<_> = (0..1_000)
        .map(|_| timestamps().new_tree(&mut runner).unwrap().current())
        .map(|timestamp| (timestamp.ticks() - begins.ticks()).div_euclid(DAY))
        .collect();
    let (first, last) = (days.iter().min().unwrap(), days.iter().max().unwrap());
    assert!((-365..-300).contains(first) && (300..=365).contains(last), "{first} to {last}");
    // A start that is asked for may have passed, though not for long.
    let starts: Vec<_> = (0..1_000)
        .filter_map(|_| drafts().new_tree(&mut runner).unwrap().current().schedule?.start)
        .map(|start| start.ticks() - begins.ticks())
        .collect();
    assert!(starts.iter().any(|start| (-DAY..0).contains(start)), "{starts:?}");
    assert!(starts.iter().any(|start| *start > 20 * DAY), "{starts:?}");
}

/// Everything that can be made of bytes; refused where there are too few.
#[derive(Debug, arbitrary::Arbitrary)]
struct Inputs {
    command: Command,
    actor: Actor,
    now: Timestamp,
    rules: RulesSpec,
    existing: Option<ExistingAssignment>,
    draft: Draft,
    policy: PolicySpec,
}

#[test]
fn inputs_made_of_bytes_are_judged_whatever_they_are() {
    let mut runner = TestRunner::deterministic();
    let limits = {
        let mut limits = Limits::default();
        limits.compiled_pattern = 10_000;
        limits
    };
    let empty = Policy::compile(&PolicySpec::default(), &limits).unwrap();
    let (mut timestamps, mut types, mut kinds) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for _ in 0..2_000 {
        let bytes =
            proptest::collection::vec(any::<u8>(), 200..1_000).new_tree(&mut runner).unwrap().current();
        let Ok(inputs) = Inputs::arbitrary(&mut Unstructured::new(&bytes)) else { continue };
        let Inputs { command, actor, now, rules, existing, draft, policy } = inputs;
        assert!((Timestamp::MIN..=Timestamp::MAX).contains(&now));
        timestamps.insert(now);
        types.insert(draft.request_type);
        kinds.insert(command.action.kind());
        let policy = Policy::compile(&policy, &limits).unwrap_or_else(|_| empty.clone());
        let policy = rules.validate().map_or(policy.clone(), |rules| policy.with_rules(rules));
        if let Ok((mut request, _)) =
            policy.submit(RequestId::from_u128(0), &draft, existing.as_ref(), actor, now)
        {
            let before = request.clone();
            let outcome = request.handle(&command, now);
            assert!(outcome.is_ok() || request == before);
        }
    }
    assert!(timestamps.len() > 500, "{}", timestamps.len());
    assert_eq!((types.len(), kinds.len()), (12, 8));
}

/// A fuzzer measures its inputs by what they say.
#[test]
fn timestamps_and_periods_take_as_many_bytes_as_they_say() {
    fn taken<'a, T: arbitrary::Arbitrary<'a>>(bytes: &'a [u8]) -> usize {
        let mut rest = Unstructured::new(bytes);
        T::arbitrary(&mut rest).unwrap();
        bytes.len() - rest.len()
    }
    let bytes = [0x5a; 32];
    let (timestamp, period) = (taken::<Timestamp>(&bytes), taken::<Period>(&bytes));
    assert_eq!(Timestamp::size_hint(0), (timestamp, Some(timestamp)));
    assert_eq!(Period::size_hint(0), (period, Some(period)));
}

/// How many commands the search gives, and to how many requests: a search that leaves out a command or a time gives
/// fewer. The numbers come from the search itself, and change with what it tries.
#[test]
fn the_search_gives_as_many_commands_as_before() {
    let determined = Setup::add().determined_by(DETERMINER);
    let mut counts = Vec::new();
    for (setup, around_deadlines) in [
        (determined.clone(), false),
        (determined, true),
        (Setup::add().approval(&[stage(DAY, Some(HOUR))]).wait(CREATED, HOUR), true),
        (Setup::add().scheduled(Some(t(HOUR)), until(t(DAY))), true),
    ] {
        let bounds = Bounds { attempts: 1, around_deadlines };
        let found = explore(&setup.submit().request, bounds, |_| {});
        counts.push((found.requests, found.steps, found.accepted));
    }
    assert_eq!(
        counts,
        [(22, 10_964, 130), (2_034, 4_046_631, 2_198_925), (1_406, 2_536_262, 1_394_467), (17, 9_273, 219)]
    );
}
