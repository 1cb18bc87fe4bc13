//! What events ask of the host, and finding a stage and a callout by their ids.

use std::collections::{BTreeMap, BTreeSet};

use assignment_request::{ActionKind, ApprovalStageId, CalloutId, EventKind, Role, RoleSet, Task};

use crate::common::routes::routes;
use crate::common::{ADMIN, DAY, HOUR, REQUEST, Setup, host, stage, t, user};

/// The name of a task.
const fn name(task: Task) -> &'static str {
    match task {
        Task::Process => "process",
        Task::SendCallout { .. } => "sendCallout",
        Task::AskApprovers { .. } => "askApprovers",
        Task::AskEscalationApprovers { .. } => "askEscalationApprovers",
        Task::Fulfill { .. } => "fulfill",
    }
}

#[test]
fn the_events_that_ask_for_something_and_no_others() {
    let mut tasks: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (_, playback) in routes() {
        for event in &playback.events {
            tasks.entry(event.name()).or_default().extend(event.task().map(name));
            match (&event.kind, event.task()) {
                (EventKind::CalloutStarted { instance, deadline, .. }, task) => {
                    let Some(Task::SendCallout { instance: sent, deadline: until, .. }) = task else {
                        panic!("{task:?}")
                    };
                    assert_eq!((*instance, *deadline), (sent, until));
                }
                (EventKind::ApprovalRequested { stage, deadline, .. }, task) => {
                    assert_eq!(task, Some(Task::AskApprovers { stage: *stage, deadline: *deadline }));
                }
                (EventKind::FulfillmentOrdered { attempt, operation, deadline }, task) => {
                    let order =
                        Task::Fulfill { attempt: *attempt, operation: *operation, deadline: *deadline };
                    assert_eq!(task, Some(order));
                }
                _ => {}
            }
            assert_eq!(event.idempotency_key(REQUEST), format!("{REQUEST}/{}", event.sequence));
        }
    }
    let asking: BTreeMap<&str, BTreeSet<&str>> = tasks
        .iter()
        .filter(|(_, tasks)| !tasks.is_empty())
        .map(|(event, tasks)| (*event, tasks.clone()))
        .collect();
    let expected = [
        ("approvalEscalated", "askEscalationApprovers"),
        ("approvalRequested", "askApprovers"),
        ("calloutStarted", "sendCallout"),
        ("fulfillmentOrdered", "fulfill"),
        ("submitted", "process"),
    ];
    assert_eq!(asking, expected.map(|(event, task)| (event, BTreeSet::from([task]))).into());
    assert_eq!(tasks.len(), EventKind::NAMES.len(), "every kind of event was seen");
}

#[test]
fn c13_a_request_for_validation_only_asks_for_nothing() {
    let playback = Setup::add().draft(|draft| draft.is_validation_only = true).submit();
    assert!(playback.events.iter().all(|event| event.task().is_none()));
}

#[test]
fn i5_stages_and_callouts_are_found_by_their_ids() {
    for (name, playback) in routes() {
        let request = &playback.request;
        for index in 0..4 {
            let id = request.approval_stage_id(index);
            assert_eq!(id.and_then(|id| request.approval_stage_index(id)), id.map(|_| index), "{name}");
        }
        assert_eq!(request.approval_stage_index(ApprovalStageId::from_u128(1)), None);
        for callout in request.callouts() {
            assert_eq!(request.callout(callout.instance()), Some(callout), "{name}");
        }
        assert_eq!(request.callout(CalloutId::from_u128(1)), None);
    }
}

/// A person with several roles can do what any of them allows, each kind in the first role that allows it.
#[test]
fn t6_one_person_with_several_roles() {
    let pending = Setup::add().approval(&[stage(DAY, Some(HOUR))]).submit().process(0).request;
    let roles = |roles: &[Role]| pending.permitted_in(ADMIN, RoleSet::of(roles), t(1));
    assert_eq!(roles(&[]), []);
    assert_eq!(roles(&[Role::User]), [], "someone else's request");
    let cancel = (ActionKind::Cancel, Role::Administrator);
    assert_eq!(roles(&[Role::Administrator]), [cancel]);
    let both = roles(&[Role::Administrator, Role::Approver]);
    assert_eq!(both, [(ActionKind::DecideStage, Role::Approver), cancel]);
    let own = pending.permitted_in(user().id, Role::ALL.iter().copied().collect(), t(1));
    assert!(own.contains(&(ActionKind::Cancel, Role::User)), "{own:?}");
    assert!(!own.iter().any(|(kind, _)| *kind == ActionKind::DecideStage), "no one decides about themselves");
    let system = pending.permitted_in(host().id, RoleSet::of(&[Role::System]), t(1));
    assert_eq!(system.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), pending.permitted(host(), t(1)));
}
