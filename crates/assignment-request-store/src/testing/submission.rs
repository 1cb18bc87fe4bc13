//! Checks of submissions, and of the one open request per access.

use std::sync::Arc;

use assignment_request::{Action, Command, DeliveryOutcome, Draft, Rejection, RequestType, Status};

use crate::query::Query;
use crate::store::Viewer;
use crate::testing::calls::{at_once, everything};
use crate::testing::outcome::{Checked, already_open, one_accepted, refused, same};
use crate::testing::requests::{
    ADMINISTRATOR, DAY, Kind, after, id, package, process, report, start, subject, user,
};
use crate::testing::store::HostStore;

pub(super) async fn a_submitted_request_is_read_back<S: HostStore>(store: &S) -> Checked {
    for (n, kind) in (1..).zip(Kind::ALL) {
        let (request, event) = kind.submit_in_memory(n)?;
        same("the submitted request", &kind.submit(store, n).await?, &request)?;
        same("what is read back", &store.events(id(n), Viewer::Host).await?, &(request, vec![event]))?;
    }
    let missing = store.events(id(99), Viewer::Host).await;
    refused("reading a request that was never submitted", missing, Rejection::NoRequest)
}

pub(super) async fn an_id_is_submitted_once<S: HostStore>(store: &S) -> Checked {
    Kind::Plain.submit(store, 1).await?;
    let before = everything(store, 1).await?;
    let policy = Kind::Approval.policy()?;
    for requestor in [1, 2] {
        let actor = user(requestor);
        let again = store.submit(&policy, id(1), &Kind::Approval.draft(7), None, actor, after(1)).await;
        refused("submitting another request with the same id", again, Rejection::AlreadySubmitted)?;
        same("what is stored after the second submission", &everything(store, 1).await?, &before)?;
    }
    same("the number of tasks after the second submission", &store.claim(10).await?.len(), &1)
}

pub(super) async fn an_id_is_submitted_once_at_the_same_time<S: HostStore + Clone + 'static>(
    store: &S,
) -> Checked {
    let outcomes = at_once(store, 0..8, |store, package| async move {
        // Eight requests for different access, with one id.
        let policy = Kind::Plain.policy()?;
        Ok(store.submit(&policy, id(1), &Kind::Plain.draft(package), None, user(1), start()).await)
    })
    .await?;
    let (request, refusals) = one_accepted(outcomes)?;
    for refusal in refusals {
        refused(
            "a submission with the same id at the same time",
            Err::<(), _>(refusal),
            Rejection::AlreadySubmitted,
        )?;
    }
    same("the stored request", &store.events(id(1), Viewer::Host).await?.0, &request)?;
    same("the number of tasks", &store.claim(10).await?.len(), &1)
}

pub(super) async fn one_open_request_per_access<S: HostStore>(store: &S) -> Checked {
    Kind::Plain.submit(store, 1).await?;
    let again = Kind::Plain.submit_as(store, 2, 1, start()).await;
    already_open("submitting a second request for the same access", again)?;
    let missing = store.events(id(2), Viewer::Host).await;
    refused("reading a request whose submission was refused", missing, Rejection::NoRequest)?;
    same("the number of tasks after the refusal", &store.claim(10).await?.len(), &1)?;
    // A request for validation only changes no access.
    let draft = Draft { is_validation_only: true, ..Kind::Plain.draft(1) };
    store.submit(&Kind::Plain.policy()?, id(3), &draft, None, user(1), start()).await?;
    same("the number of requests", &store.count(&Query::new(Viewer::Host)).await?, &2)
}

pub(super) async fn one_open_request_per_access_at_the_same_time<S: HostStore + Clone + 'static>(
    store: &S,
) -> Checked {
    let outcomes =
        at_once(
            store,
            1..=8,
            |store, n| async move { Ok(Kind::Plain.submit_as(&store, n, 1, start()).await) },
        )
        .await?;
    let (_, refusals) = one_accepted(outcomes)?;
    for refusal in refusals {
        already_open("a submission for the same access at the same time", Err::<(), _>(refusal))?;
    }
    same("the number of requests", &store.count(&Query::new(Viewer::Host)).await?, &1)
}

pub(super) async fn an_ended_request_frees_the_access<S: HostStore>(store: &S) -> Checked {
    Kind::Plain.submit(store, 1).await?;
    store.execute(id(1), &Command::new(user(1), Action::Cancel), start()).await?;
    Kind::Plain.submit_as(store, 2, 1, start()).await?;
    // What was delivered has ended too.
    store.execute(id(2), &process(None), start()).await?;
    already_open(
        "submitting while access is being given",
        Kind::Plain.submit_as(store, 3, 1, start()).await,
    )?;
    store.execute(id(2), &report(1, DeliveryOutcome::Delivered), start()).await?;
    Kind::Plain.submit_as(store, 3, 1, start()).await?;
    Ok(())
}

pub(super) async fn time_alone_frees_the_access<S: HostStore>(store: &S) -> Checked {
    // No timer ran: a request that was never processed has expired after 14 days.
    Kind::Plain.submit(store, 1).await?;
    already_open("submitting a day later", Kind::Plain.submit_as(store, 2, 1, after(DAY)).await)?;
    Kind::Plain.submit_as(store, 2, 1, after(15 * DAY)).await?;
    same("the status of the first", &store.events(id(1), Viewer::Host).await?.0.status(), &Status::Expired)?;

    // No event marks when a failed request can no longer be reprocessed.
    store.execute(id(2), &process(None), after(15 * DAY)).await?;
    store.execute(id(2), &report(1, DeliveryOutcome::Failed), after(15 * DAY)).await?;
    let soon = Kind::Plain.submit_as(store, 3, 1, after(16 * DAY)).await;
    already_open("submitting while the failed request can be reprocessed", soon)?;
    let request = Kind::Plain.submit_as(store, 3, 1, after(40 * DAY)).await?;
    same("the third request", &store.events(id(3), Viewer::Host).await?.0, &request)?;
    // A host whose clock is behind cannot bring the failed one back.
    let reprocess = Command::new(ADMINISTRATOR, Action::Reprocess);
    already_open("reprocessing by a slow clock", store.execute(id(2), &reprocess, after(16 * DAY)).await)
}

pub(super) async fn a_resolved_target_has_one_open_request<S: HostStore>(store: &S) -> Checked {
    let draft = Draft {
        access_package_id: Some(package(1)),
        assignment_policy_id: Some(Kind::Plain.policy_id()),
        target_email: Some(Arc::from("ada@example.com")),
        ..Draft::new(RequestType::AdminAdd)
    };
    Kind::Plain.submit(store, 1).await?;
    store.submit(&Kind::Plain.policy()?, id(2), &draft, None, ADMINISTRATOR, start()).await?;
    let before = everything(store, 2).await?;
    // The person with this address is the target of the first request.
    let resolved = store.execute(id(2), &process(Some(subject(1))), start()).await;
    already_open("resolving a target who has another open request", resolved)?;
    same("what is stored after the refusal", &everything(store, 2).await?, &before)?;
    store.execute(id(1), &Command::new(user(1), Action::Cancel), start()).await?;
    store.execute(id(2), &process(Some(subject(1))), start()).await?;
    Ok(())
}
