//! Calls of a store that several checks make.

use core::time::Duration;
use std::time::Instant;

use assignment_request::{Event, Request};
use tokio::task::JoinSet;

use crate::query::{Page, Query};
use crate::row::Summary;
use crate::store::Viewer;
use crate::tasks::Claimed;
use crate::testing::outcome::{Checked, Seen, same};
use crate::testing::requests::id;
use crate::testing::store::{HostStore, LEASE};

/// How often a check that depends on time is made again because the machine was too slow.
pub(super) const ATTEMPTS: u128 = 20;
/// Databases count the time of leases in milliseconds.
pub(super) const SLACK: Duration = Duration::from_millis(5);
/// How long a check waits for a task that must become available.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// All that can be read of a request. It does not change if the store changes nothing.
pub(super) async fn everything<S: HostStore>(
    store: &S,
    n: u128,
) -> Checked<(Request, Vec<Event>, Vec<Summary>)> {
    let (request, events) = store.events(id(n), Viewer::Host).await?;
    let listed = pages(store, &Query::new(Viewer::Host), 10).await?;
    Ok((request, events, listed))
}

/// All pages of a list.
pub(super) async fn pages<S: HostStore>(store: &S, query: &Query, limit: u32) -> Checked<Vec<Summary>> {
    let (mut listed, mut after) = (Vec::new(), None);
    loop {
        let Page { requests, next } = store.list(query, after, limit).await?;
        let is_full = requests.len() == usize::try_from(limit)?;
        if !is_full && next.is_some() || requests.len() > usize::try_from(limit)? {
            return Err(Seen(format!("a page of at most {limit} has {} requests", requests.len())));
        }
        listed.extend(requests);
        if next.is_none() {
            return Ok(listed);
        }
        if next == after {
            return Err(Seen(format!("two pages begin at {next:?}")));
        }
        after = next;
    }
}

/// Claims the one task that is available.
pub(super) async fn claim_one<S: HostStore>(store: &S) -> Checked<Claimed> {
    let mut claimed = store.claim(10).await?;
    same("the number of tasks claimed", &claimed.len(), &1)?;
    claimed.pop().ok_or_else(|| Seen("no task was claimed".into()))
}

/// Waits for the task that becomes available next.
pub(super) async fn next_claim<S: HostStore>(store: &S) -> Checked<Claimed> {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if let Some(claimed) = store.claim(1).await?.pop() {
            return Ok(claimed);
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Err(Seen(format!("no task became available within {PATIENCE:?}")))
}

/// Fails if the machine was too slow every time.
pub(super) fn too_slow(attempt: u128) -> Checked {
    if attempt < ATTEMPTS {
        Ok(())
    } else {
        Err(Seen(format!("every call took longer than a lease of {LEASE:?}")))
    }
}

/// Makes the same call several times at once, and returns all outcomes.
pub(super) async fn at_once<S: Clone, I, T, F>(
    store: &S,
    inputs: impl IntoIterator<Item = I>,
    call: impl Fn(S, I) -> F,
) -> Checked<Vec<T>>
where
    F: Future<Output = Checked<T>> + Send + 'static,
    T: Send + 'static,
{
    let mut calls = JoinSet::new();
    for input in inputs {
        calls.spawn(call(store.clone(), input));
    }
    let mut outcomes = Vec::new();
    while let Some(outcome) = calls.join_next().await {
        outcomes.push(outcome??);
    }
    Ok(outcomes)
}
