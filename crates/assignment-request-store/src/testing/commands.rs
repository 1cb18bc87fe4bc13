//! Checks of commands and of what they store.

use assignment_request::{Action, ApprovalDecision, CallbackDecision, Command, Rejection, Settled, Tier};

use crate::error::StoreError;
use crate::query::Query;
use crate::store::{Executed, Viewer};
use crate::testing::calls::{at_once, everything};
use crate::testing::outcome::{Checked, Seen, one_accepted, refused, refused_as, same};
use crate::testing::requests::{
    ADMINISTRATOR, APPROVER, DAY, Kind, after, decide, id, process, resume, start, subject, user,
};
use crate::testing::store::HostStore;

pub(super) async fn conflicting_commands_are_accepted_once<S: HostStore + Clone + 'static>(
    store: &S,
) -> Checked {
    // Ten callbacks that deny and ten cancellations.
    Kind::Waits.submit(store, 1).await?;
    let waiting = store.execute(id(1), &process(None), start()).await?.request;
    let denies = resume(&waiting, CallbackDecision::Deny);
    let cancels = Command::new(user(1), Action::Cancel);
    race(store, 1, vec![denies, cancels]).await?;

    // Twenty callbacks that say the same.
    Kind::Waits.submit(store, 2).await?;
    let waiting = store.execute(id(2), &process(None), start()).await?.request;
    race(store, 2, vec![resume(&waiting, CallbackDecision::Continue)]).await?;

    // Twenty approvers decide about one stage.
    Kind::Approval.submit(store, 3).await?;
    store.execute(id(3), &process(None), start()).await?;
    let by = |n: u128| decide(subject(200 + n), 0, Tier::Primary, ApprovalDecision::Approve);
    race(store, 3, (0..20).map(by).collect()).await
}

/// Gives twenty commands at the same time, of which only one can be accepted.
async fn race<S: HostStore + Clone + 'static>(store: &S, n: u128, commands: Vec<Command>) -> Checked {
    let (mut expected, mut log) = store.events(id(n), Viewer::Host).await?;
    let commands: Vec<Command> = commands.into_iter().cycle().take(20).collect();
    let outcomes = at_once(store, commands, move |store, command| async move {
        let outcome = store.execute(id(n), &command, start()).await;
        Ok(outcome.map(|executed| (command, executed)))
    })
    .await?;
    let ((command, executed), refusals) = one_accepted(outcomes)?;
    for refusal in refusals {
        if !matches!(refusal, StoreError::Rejected(_)) {
            return Err(Seen(format!("a command that came too late failed: {refusal}")));
        }
    }
    let Settled { events, .. } = expected.settle(&command, start());
    same("what was accepted", &executed, &Executed { request: expected.clone(), events: events.clone() })?;
    log.extend(events);
    same("what is stored", &store.events(id(n), Viewer::Host).await?, &(expected, log))
}

pub(super) async fn a_refusal_stores_due_deadlines<S: HostStore>(store: &S) -> Checked {
    let (mut expected, _) = Kind::Plain.submit_in_memory(1)?;
    Kind::Plain.submit(store, 1).await?;
    let before = everything(store, 1).await?;
    let reprocess = Command::new(ADMINISTRATOR, Action::Reprocess);
    let outcome = store.execute(id(1), &reprocess, after(1)).await;
    let refusal = expected.settle(&reprocess, after(1));
    refused_as("a command that is not allowed yet", outcome, refusal.outcome)?;
    same("what is stored after a refusal with nothing due", &everything(store, 1).await?, &before)?;

    // After 15 days it is too late to process the request.
    let settled = expected.settle(&process(None), after(15 * DAY));
    refused_as(
        "processing too late",
        store.execute(id(1), &process(None), after(15 * DAY)).await,
        settled.outcome,
    )?;
    let (request, events) = store.events(id(1), Viewer::Host).await?;
    same("the request after a refusal", &request, &expected)?;
    same("the events after a refusal", &events.get(1..).unwrap_or_default(), &&*settled.events)?;
    // A host whose clock is behind gives the same answer.
    let settled = expected.settle(&process(None), after(1));
    refused_as(
        "processing by a slow clock",
        store.execute(id(1), &process(None), after(1)).await,
        settled.outcome,
    )
}

pub(super) async fn revision_and_sequence_agree<S: HostStore>(store: &S) -> Checked {
    Kind::Approval.submit(store, 1).await?;
    store.execute(id(1), &process(None), start()).await?;
    let approve = |stage| decide(APPROVER, stage, Tier::Primary, ApprovalDecision::Approve);
    for stage in 0..2 {
        let (request, events) = store.events(id(1), Viewer::Host).await?;
        same("the revision, beside the number of events", &request.revision(), &(events.len() as u64))?;
        let sequences: Vec<u64> = events.iter().map(|event| event.sequence).collect();
        same("the sequences", &sequences, &(1..=request.revision()).collect())?;
        let (expected, actual) = (request.revision() - 1, request.revision());
        let stale = store.execute(id(1), &approve(stage).expecting(expected), start()).await;
        let conflict = Rejection::RevisionConflict { expected, actual };
        refused("a command that expects an old revision", stale, conflict)?;
        store.execute(id(1), &approve(stage).expecting(actual), start()).await?;
    }
    let listed = store.list(&Query::new(Viewer::Host), None, 10).await?;
    let (request, _) = store.events(id(1), Viewer::Host).await?;
    same("the listed revision", &listed.requests.first().map(|row| row.revision), &Some(request.revision()))
}
