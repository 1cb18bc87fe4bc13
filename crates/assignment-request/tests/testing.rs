//! What embedders get for their tests: strategies, and inputs made of bytes.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};

use arbitrary::{Arbitrary as _, Unstructured};
use assignment_request::testing::{History, actors, commands, drafts, histories, moments, policies, rules};
use assignment_request::{
    Actor, Command, Draft, ExistingAssignment, Limits, Moment, Operation, Policy, PolicySpec, Request,
    RulesSpec, Status, decide,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use strum::VariantArray as _;
use uuid::Uuid;

/// Gives every command of a history again, by hand.
fn check(history: &History) {
    let policy = Policy::compile(&history.policy, &Limits::DEFAULT).unwrap();
    let policy = policy.with_rules(history.rules.validate().unwrap());
    let id = history.submitted.id();
    let (at, requestor) = (history.submission.at, history.requestor);
    let made = policy.submit(id, &history.draft, history.assignment.as_ref(), requestor, at).unwrap();
    assert_eq!(made, (history.submitted.clone(), history.submission.clone()));
    assert_eq!(history.assignment.is_some(), history.draft.request_type.operation() != Operation::Add);
    let mut request = made.0;
    for step in &history.steps {
        assert_eq!(decide(&request, &step.command, step.now), step.outcome);
        for event in step.outcome.iter().flatten() {
            request.apply(event).unwrap();
        }
    }
    assert_eq!(request, history.request);
    let events: Vec<_> = history.events().cloned().collect();
    assert_eq!(Request::replay(&events), Ok(request));
}

proptest! {
    #[test]
    fn every_history_is_one_that_can_be(history in histories()) {
        check(&history);
    }

    #[test]
    fn policies_and_rules_compile(policy in policies(), rules in rules()) {
        prop_assert!(Policy::compile(&policy, &Limits::DEFAULT).is_ok());
        prop_assert!(rules.validate().is_ok());
    }

    #[test]
    fn inputs_are_judged_whatever_they_are(
        policy in policies(),
        draft in drafts(),
        actor in actors(),
        now in moments(),
        history in histories(),
        command in commands(),
    ) {
        let policy = Policy::compile(&policy, &Limits::DEFAULT).unwrap();
        let _ = policy.submit(Uuid::nil(), &draft, history.assignment.as_ref(), actor, now);
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

fn is_canceled(history: &History) -> bool {
    history.request.status() == Status::Canceled
}

/// Which statuses histories reach, which kinds of command are accepted and which refused, which types are asked for, and
/// how long they get.
#[test]
fn histories_go_everywhere() {
    let mut runner = TestRunner::deterministic();
    let (mut statuses, mut accepted, mut codes) = (BTreeSet::new(), BTreeMap::new(), BTreeSet::new());
    let mut types = BTreeSet::new();
    for _ in 0..2_000 {
        let history = histories().new_tree(&mut runner).unwrap().current();
        types.insert(history.draft.request_type);
        let mut request = history.submitted.clone();
        for step in &history.steps {
            match &step.outcome {
                Ok(events) => {
                    *accepted.entry(step.command.action.kind()).or_insert(0) += 1;
                    for event in events {
                        request.apply(event).unwrap();
                        statuses.insert(request.status());
                    }
                }
                Err(rejection) => {
                    codes.insert(rejection.code());
                }
            }
        }
    }
    assert_eq!(types.len(), 12, "{types:?}");
    assert_eq!(statuses, Status::VARIANTS.iter().copied().collect());
    assert_eq!(accepted.len(), 8, "{accepted:?}");
    assert!(codes.len() > 25, "{codes:?}");
}

/// Everything that can be made of bytes; refused where there are too few.
#[derive(Debug, arbitrary::Arbitrary)]
struct Inputs {
    command: Command,
    actor: Actor,
    now: Moment,
    rules: RulesSpec,
    existing: Option<ExistingAssignment>,
    draft: Draft,
    policy: PolicySpec,
}

#[test]
fn inputs_made_of_bytes_are_judged_whatever_they_are() {
    let mut runner = TestRunner::deterministic();
    let limits = Limits { compiled_pattern: 10_000, ..Limits::DEFAULT };
    let empty = Policy::compile(&PolicySpec::EMPTY, &limits).unwrap();
    let (mut moments, mut types, mut kinds) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for _ in 0..2_000 {
        let bytes =
            proptest::collection::vec(any::<u8>(), 200..1_000).new_tree(&mut runner).unwrap().current();
        let Ok(inputs) = Inputs::arbitrary(&mut Unstructured::new(&bytes)) else { continue };
        let Inputs { command, actor, now, rules, existing, draft, policy } = inputs;
        assert!((Moment::MIN..=Moment::MAX).contains(&now));
        moments.insert(now);
        types.insert(draft.request_type);
        kinds.insert(command.action.kind());
        let policy = Policy::compile(&policy, &limits).unwrap_or_else(|_| empty.clone());
        let policy = rules.validate().map_or(policy.clone(), |rules| policy.with_rules(rules));
        if let Ok((mut request, _)) = policy.submit(Uuid::nil(), &draft, existing.as_ref(), actor, now) {
            let before = request.clone();
            let outcome = request.handle(&command, now);
            assert!(outcome.is_ok() || request == before);
        }
    }
    assert!(moments.len() > 500, "{}", moments.len());
    assert_eq!((types.len(), kinds.len()), (12, 8));
}
