//! Checks of who may see and delete what.

use assignment_request::{
    Action, Actor, ApprovalDecision, Command, Draft, Rejection, RequestType, Role, Tier,
};

use crate::query::Query;
use crate::row::Summary;
use crate::store::Viewer;
use crate::testing::calls::{everything, pages};
use crate::testing::outcome::{Checked, refused, refused_as, same};
use crate::testing::requests::{
    ADMINISTRATOR, APPROVER, DAY, ESCALATION_APPROVER, Kind, after, decide, id, process, start, subject, user,
};
use crate::testing::store::HostStore;

pub(super) async fn strangers_learn_nothing<S: HostStore>(store: &S) -> Checked {
    let stranger = subject(103);
    let viewer = Viewer::Subject(stranger);
    // One is open and one has ended.
    Kind::Approval.submit(store, 1).await?;
    store.execute(id(1), &process(None), start()).await?;
    Kind::Plain.submit(store, 2).await?;
    store.execute(id(2), &Command::new(user(2), Action::Cancel), start()).await?;
    // The approvers are known, so that other approvers are strangers.
    store.record_approvers(id(1), 0, Tier::Primary, &[APPROVER]).await?;
    let before = (everything(store, 1).await?, everything(store, 2).await?);
    let as_approver = decide(stranger, 0, Tier::Primary, ApprovalDecision::Approve);
    for n in [1, 2, 9] {
        let what = if n == 9 { "a missing request" } else { "an existing request" };
        refused(
            format!("a stranger who reads {what}"),
            store.events(id(n), viewer).await,
            Rejection::NoRequest,
        )?;
        for has_assignment in [false, true] {
            let deleted = store.delete(id(n), viewer, has_assignment).await;
            refused(format!("a stranger who deletes {what}"), deleted, Rejection::NoRequest)?;
        }
        // At a time at which deadlines are due, too.
        for now in [after(1), after(30 * DAY)] {
            for action in
                [Action::Cancel, Action::Reprocess, Action::Elapse, Action::Process { target: None }]
            {
                let command = Command::new(Actor::new(stranger, Role::User), action);
                for command in [command.clone(), command.expecting(0)] {
                    let outcome = store.execute(id(n), &command, now).await;
                    refused(format!("a stranger who commands {what}"), outcome, Rejection::NoRequest)?;
                }
            }
        }
        if n != 2 {
            let outcome = store.execute(id(n), &as_approver, after(1)).await;
            refused(format!("a stranger who approves {what}"), outcome, Rejection::NoRequest)?;
        }
    }
    same(
        "what is stored after all this",
        &(everything(store, 1).await?, everything(store, 2).await?),
        &before,
    )?;
    same("what a stranger lists", &pages(store, &Query::new(viewer), 10).await?, &vec![])?;
    same("what a stranger counts", &store.count(&Query::new(viewer)).await?, &0)
}

pub(super) async fn those_concerned_see_it<S: HostStore>(store: &S) -> Checked {
    let draft =
        Draft { request_type: RequestType::AdminAdd, target_id: Some(subject(1)), ..Kind::Approval.draft(1) };
    store.submit(&Kind::Approval.policy()?, id(1), &draft, None, ADMINISTRATOR, start()).await?;
    store.record_approvers(id(1), 1, Tier::Primary, &[APPROVER]).await?;
    store.record_approvers(id(1), 0, Tier::Escalation, &[ESCALATION_APPROVER]).await?;
    let stored = store.events(id(1), Viewer::Host).await?;
    for subject in [ADMINISTRATOR.id, subject(1), APPROVER, ESCALATION_APPROVER] {
        let viewer = Viewer::Subject(subject);
        same("what someone sees whom the request concerns", &store.events(id(1), viewer).await?, &stored)?;
        same("what they count", &store.count(&Query::new(viewer)).await?, &1)?;
        same("what they list", &pages(store, &Query::new(viewer), 10).await?, &vec![Summary::of(&stored.0)])?;
    }
    Ok(())
}

pub(super) async fn only_ended_requests_are_deleted<S: HostStore>(store: &S) -> Checked {
    let open = Kind::Approval.submit(store, 1).await?;
    store.record_approvers(id(1), 0, Tier::Primary, &[APPROVER]).await?;
    let refusal = open.check_deletable(false);
    refused_as("deleting an open request", store.delete(id(1), Viewer::Host, false).await, refusal)?;
    store.events(id(1), Viewer::Host).await?;
    let ended = store.execute(id(1), &Command::new(user(1), Action::Cancel), start()).await?.request;
    let refusal = ended.check_deletable(true);
    let kept = store.delete(id(1), Viewer::Host, true).await;
    refused_as("deleting a request whose assignment exists", kept, refusal)?;
    store.delete(id(1), Viewer::Subject(subject(1)), false).await?;

    refused("reading what was deleted", store.events(id(1), Viewer::Host).await, Rejection::NoRequest)?;
    let again = store.delete(id(1), Viewer::Host, false).await;
    refused("deleting what was deleted", again, Rejection::NoRequest)?;
    same("the tasks of what was deleted", &store.claim(10).await?, &vec![])?;
    same("the number of requests", &store.count(&Query::new(Viewer::Host)).await?, &0)?;
    same("the next deadline", &store.next_deadline().await?, &None)?;
    // A new request with the same id has nothing of the deleted one.
    let (request, event) = Kind::Approval.submit_in_memory(1)?;
    Kind::Approval.submit(store, 1).await?;
    same("a new request", &store.events(id(1), Viewer::Host).await?, &(request, vec![event]))?;
    let former = store.events(id(1), Viewer::Subject(APPROVER)).await;
    refused("an approver of what was deleted, reading a new request", former, Rejection::NoRequest)
}
