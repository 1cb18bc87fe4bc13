//! Checks of lists and of recorded approvers.

use assignment_request::{
    Action, Actor, ApprovalDecision, CallbackDecision, Command, DeliveryOutcome, Draft, Phase, Rejection,
    Request, RequestId, RequestType, Role, State, Status, SubjectId, Tier,
};

use crate::query::{Page, Query};
use crate::row::Summary;
use crate::store::Viewer;
use crate::testing::calls::pages;
use crate::testing::outcome::{Checked, refused, same};
use crate::testing::requests::{
    ADMINISTRATOR, APPROVER, ESCALATION_APPROVER, Kind, after, decide, id, package, process, report, resume,
    start, subject, user,
};
use crate::testing::store::HostStore;

pub(super) async fn every_filter_of_a_list<S: HostStore>(store: &S) -> Checked {
    let mut requests = many_requests(store).await?;
    requests.sort_by_key(|request| (request.created(), request.id()));
    let all = Query::new(Viewer::Host);
    let mut queries = vec![all.clone()];
    queries.extend((0..8).map(|n| Query::new(Viewer::Subject(subject(n)))));
    for (requestor, target) in [(0, 1), (1, 2), (77, 78)] {
        queries.push(Query { requestor: Some(subject(requestor)), ..all.clone() });
        queries.push(Query { requestor: Some(ADMINISTRATOR.id), ..all.clone() });
        queries.push(Query { target: Some(subject(target)), ..all.clone() });
        queries.push(Query { access_package: Some(package(target)), ..all.clone() });
    }
    queries.extend(State::ALL.iter().map(|state| Query { state: Some(*state), ..all.clone() }));
    queries.extend(Status::ALL.iter().map(|status| Query { status: Some(*status), ..all.clone() }));
    queries.extend(Kind::ALL.map(|kind| Query { policy: Some(kind.policy_id()), ..all.clone() }));
    for minutes in 0..8 {
        let at = Some(after(minutes));
        queries.push(Query { created_from: at, ..all.clone() });
        queries.push(Query { created_before: at, ..all.clone() });
        queries.push(Query { completed_before: at, ..all.clone() });
        queries.push(Query { created_from: at, status: Some(Status::Canceled), ..all.clone() });
    }
    for person in [0, 1, 2, 77].map(subject) {
        queries.push(Query { requestor_or_target: Some(person), ..all.clone() });
        queries.push(Query { requestor: Some(person), for_others: true, ..all.clone() });
        queries.push(Query { target_among: Some(vec![person, subject(3)]), ..all.clone() });
    }
    queries.push(Query { target_among: Some(vec![]), ..all.clone() });
    queries.push(Query { for_others: true, ..all.clone() });
    queries.push(Query { has_approvers: true, ..all.clone() });
    queries.push(Query { is_open: true, ..all.clone() });
    for mut query in queries {
        let listed = requests.iter().filter(|request| is_listed(&query, request));
        let mut expected: Vec<Summary> = listed.map(Summary::of).collect();
        same(format!("the list of {query:?}"), &pages(store, &query, 5).await?, &expected)?;
        let count = store.count(&query).await?;
        same(format!("the count of {query:?}"), &count, &(expected.len() as u64))?;
        query.newest_first = true;
        query.skip = 2;
        expected.reverse();
        expected.drain(..expected.len().min(2));
        same(format!("the list of {query:?}"), &pages(store, &query, 5).await?, &expected)?;
    }
    Ok(())
}

/// Makes requests in many states, by many people, and returns them.
async fn many_requests<S: HostStore>(store: &S) -> Checked<Vec<Request>> {
    let mut requests = Vec::new();
    for n in 0..24_u8 {
        let (number, person, what) = (u128::from(n), u128::from(n % 6), u128::from(n / 6));
        let kind = Kind::ALL.get(usize::from(n) % Kind::ALL.len()).copied().unwrap_or(Kind::Plain);
        // Some are submitted at the same time, so that the id decides about their order.
        let created = after(i64::from(n / 3));
        let mut request = if n % 5 == 0 {
            let draft = Draft {
                target_id: Some(subject(person)),
                ..Draft { request_type: RequestType::AdminAdd, ..kind.draft(what) }
            };
            store.submit(&kind.policy()?, id(number), &draft, None, ADMINISTRATOR, created).await?
        } else {
            let actor = user(person);
            store.submit(&kind.policy()?, id(number), &kind.draft(what), None, actor, created).await?
        };
        if n % 4 != 0 {
            request = store.execute(id(number), &process(None), created).await?.request;
        }
        let cancels = Command::new(Actor::new(request.requestor(), Role::User), Action::Cancel);
        if n % 4 == 2 && request.clone().settle(&cancels, created).outcome.is_ok() {
            request = store.execute(id(number), &cancels, created).await?.request;
        }
        if n % 4 == 3 && matches!(request.phase(), Phase::Delivering { .. }) {
            let delivered = report(1, DeliveryOutcome::Delivered);
            request = store.execute(id(number), &delivered, created).await?.request;
        }
        requests.push(request);
    }
    Ok(requests)
}

/// Whether a query without `waiting_for` lists a request that has no recorded approvers.
fn is_listed(query: &Query, request: &Request) -> bool {
    let is = |wanted: Option<SubjectId>, found: Option<SubjectId>| wanted.is_none() || wanted == found;
    let is_visible = match query.viewer {
        Viewer::Host => true,
        Viewer::Subject(subject) => request.requestor() == subject || request.target() == Some(subject),
    };
    is_visible
        && is(query.requestor, Some(request.requestor()))
        && is(query.target, request.target())
        && query
            .requestor_or_target
            .is_none_or(|person| request.requestor() == person || request.target() == Some(person))
        && query
            .target_among
            .as_ref()
            .is_none_or(|targets| request.target().is_some_and(|target| targets.contains(&target)))
        && (!query.for_others || request.target() != Some(request.requestor()))
        && !query.has_approvers
        && (!query.is_open || request.completed().is_none())
        && query.state.is_none_or(|state| request.state() == state)
        && query.status.is_none_or(|status| request.status() == status)
        && query.access_package.is_none_or(|package| request.access_package_id() == Some(package))
        && query.policy.is_none_or(|policy| request.assignment_policy_id() == Some(policy))
        && query.created_from.is_none_or(|from| request.created() >= from)
        && query.created_before.is_none_or(|before| request.created() < before)
        && query.completed_before.is_none_or(|before| request.completed().is_some_and(|at| at < before))
}

pub(super) async fn pages_have_each_request_once<S: HostStore>(store: &S) -> Checked {
    for n in 1..=10 {
        // Two are submitted at each time.
        let created = after(i64::try_from(n / 2)?);
        Kind::Plain.submit_as(store, n, n, created).await?;
        store.execute(id(n), &Command::new(user(n), Action::Cancel), created).await?;
    }
    let query = Query::new(Viewer::Host);
    let listed = |page: &Page| -> Vec<RequestId> { page.requests.iter().map(|row| row.id).collect() };
    let first = store.list(&query, None, 3).await?;
    same("the first page", &listed(&first), &(1..=3).map(id).collect())?;
    // One of the page, the one that the next page begins after, and one that is still to come.
    for n in [1, 3, 5] {
        store.delete(id(n), Viewer::Host, false).await?;
    }
    let second = store.list(&query, first.next, 3).await?;
    same("the second page", &listed(&second), &[4, 6, 7].map(id).to_vec())?;
    let third = store.list(&query, second.next, 3).await?;
    same("the third page", &listed(&third), &[8, 9, 10].map(id).to_vec())?;
    same("what comes after the last page", &third.next, &None)
}

pub(super) async fn lists_say_who_waits_for_whom<S: HostStore>(store: &S) -> Checked {
    let (primary, escalation) = (subject(101), subject(102));
    Kind::Approval.submit(store, 1).await?;
    for _ in 0..2 {
        // Recording someone twice changes nothing.
        store.record_approvers(id(1), 0, Tier::Primary, &[primary, primary]).await?;
    }
    store.record_approvers(id(1), 0, Tier::Escalation, &[escalation]).await?;
    waits_for(store, primary, &[]).await?;
    store.execute(id(1), &process(None), start()).await?;
    waits_for(store, primary, &[1]).await?;
    waits_for(store, escalation, &[]).await?;
    waits_for(store, subject(103), &[]).await?;
    store.fire(after(30), 10).await?;
    waits_for(store, primary, &[1]).await?;
    waits_for(store, escalation, &[1]).await?;
    let with_approvers = Query { has_approvers: true, ..Query::new(Viewer::Host) };
    same("the number of requests with approvers", &store.count(&with_approvers).await?, &1)?;

    // The second stage waits for others.
    let approve = decide(primary, 0, Tier::Primary, ApprovalDecision::Approve);
    store.execute(id(1), &approve, after(40)).await?;
    waits_for(store, primary, &[]).await?;
    waits_for(store, escalation, &[]).await?;
    store.record_approvers(id(1), 1, Tier::Primary, &[subject(103)]).await?;
    waits_for(store, subject(103), &[1]).await?;
    let deny = decide(subject(103), 1, Tier::Primary, ApprovalDecision::Deny);
    store.execute(id(1), &deny, after(50)).await?;
    waits_for(store, subject(103), &[]).await?;

    let beyond = store.record_approvers(id(1), 2, Tier::Primary, &[primary]).await;
    refused(
        "approvers of a stage that there is not",
        beyond,
        Rejection::UnknownStage { stage: 2, stages: 2 },
    )?;
    let missing = store.record_approvers(id(9), 0, Tier::Primary, &[primary]).await;
    refused("approvers of a request that there is not", missing, Rejection::NoRequest)
}

async fn waits_for<S: HostStore>(store: &S, approver: SubjectId, expected: &[u128]) -> Checked {
    let query = Query { waiting_for: Some(approver), ..Query::new(Viewer::Host) };
    let listed = store.list(&query, None, 10).await?.requests;
    let listed: Vec<RequestId> = listed.iter().map(|row| row.id).collect();
    let expected: Vec<RequestId> = expected.iter().copied().map(id).collect();
    same(format!("what waits for {approver}"), &listed, &expected)?;
    same("the count of it", &store.count(&query).await?, &(expected.len() as u64))
}

pub(super) async fn determined_approvers_are_recorded<S: HostStore>(store: &S) -> Checked {
    Kind::Determined.submit(store, 1).await?;
    let request = store.execute(id(1), &process(None), start()).await?.request;
    waits_for(store, APPROVER, &[]).await?;
    store.execute(id(1), &resume(&request, CallbackDecision::Continue), start()).await?;
    waits_for(store, APPROVER, &[1]).await?;
    waits_for(store, ESCALATION_APPROVER, &[]).await?;
    store.fire(after(60), 10).await?;
    waits_for(store, ESCALATION_APPROVER, &[1]).await?;
    store.events(id(1), Viewer::Subject(APPROVER)).await?;
    store.events(id(1), Viewer::Subject(ESCALATION_APPROVER)).await?;
    Ok(())
}
