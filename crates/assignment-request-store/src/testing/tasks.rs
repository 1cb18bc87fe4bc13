//! Checks of tasks, leases and retries.

use std::collections::BTreeSet;
use std::time::Instant;

use assignment_request::{ApprovalDecision, RequestId, Task, Tier};

use crate::store::Viewer;
use crate::tasks::{Claimed, Retry};
use crate::testing::calls::{ATTEMPTS, SLACK, at_once, claim_one, next_claim, too_slow};
use crate::testing::outcome::{Checked, Seen, same};
use crate::testing::requests::{APPROVER, Kind, decide, id, process, start};
use crate::testing::store::{BACK_OFF, HostStore, LEASE, TRIES};

pub(super) async fn every_task_comes_once<S: HostStore>(store: &S) -> Checked {
    Kind::Approval.submit(store, 1).await?;
    let first = claim_one(store).await?;
    same("the first task", &first.task, &Task::Process)?;
    same("the number of the first try", &first.tries, &1)?;
    let mut keys = vec![first.idempotency_key()];
    same("acknowledging it", &store.acknowledge(&first).await?, &true)?;
    let mut request = store.execute(id(1), &process(None), start()).await?.request;
    for stage in 0..2 {
        let tasks = store.claim(10).await?;
        for task in &tasks {
            same("the task of an event", &Some(task.task), &task.event.task())?;
            same("the request that a task comes with", &task.request, &request)?;
            same("acknowledging a task", &store.acknowledge(task).await?, &true)?;
            same("acknowledging a task again", &store.acknowledge(task).await?, &false)?;
        }
        keys.extend(tasks.iter().map(Claimed::idempotency_key));
        let approve = decide(APPROVER, stage, Tier::Primary, ApprovalDecision::Approve);
        request = store.execute(id(1), &approve, start()).await?.request;
    }
    keys.extend(store.claim(10).await?.iter().map(Claimed::idempotency_key));
    let (_, events) = store.events(id(1), Viewer::Host).await?;
    let asking = events.iter().filter(|event| event.task().is_some());
    let expected: Vec<String> = asking.map(|event| event.idempotency_key(id(1))).collect();
    same("the keys of all tasks", &keys, &expected)
}

pub(super) async fn claims_keep_to_their_limit<S: HostStore>(store: &S) -> Checked {
    for n in 1..=10 {
        Kind::Plain.submit(store, n).await?;
    }
    for attempt in 1..=ATTEMPTS {
        let started = Instant::now();
        let mut seen = BTreeSet::new();
        for (limit, expected) in [(0, 0), (1, 1), (4, 4), (10, 5), (10, 0)] {
            let claimed = store.claim(limit).await?;
            if started.elapsed() >= LEASE {
                break;
            }
            same("the number of tasks claimed", &claimed.len(), &expected)?;
            seen.extend(claimed.iter().map(Claimed::idempotency_key));
        }
        if started.elapsed() < LEASE {
            return same("the number of different tasks", &seen.len(), &10);
        }
        too_slow(attempt)?;
        tokio::time::sleep(LEASE).await;
    }
    Ok(())
}

pub(super) async fn a_claimed_task_belongs_to_one_host<S: HostStore + Clone + 'static>(store: &S) -> Checked {
    for n in 1..=ATTEMPTS {
        Kind::Plain.submit(store, n).await?;
        let started = Instant::now();
        let claimed = at_once(store, 0..8, |store, _| async move { Ok(store.claim(1).await?) }).await?;
        let mut claimed: Vec<Claimed> = claimed.into_iter().flatten().collect();
        // If this machine is so slow that the lease has ended, that says nothing.
        if started.elapsed() < LEASE {
            same("the number of hosts that claimed the task", &claimed.len(), &1)?;
            let Some(first) = claimed.pop() else { return Ok(()) };
            let second = next_claim(store).await?;
            if started.elapsed() + SLACK < LEASE {
                return Err(Seen(format!(
                    "a task was claimed again {:?} after it was claimed",
                    started.elapsed()
                )));
            }
            same("the key at the second claim", &second.idempotency_key(), &first.idempotency_key())?;
            return same("the number of the second try", &second.tries, &2);
        }
        too_slow(n)?;
        store.acknowledge(&next_claim(store).await?).await?;
    }
    Ok(())
}

pub(super) async fn an_ended_lease_cannot_be_used<S: HostStore>(store: &S) -> Checked {
    Kind::Plain.submit(store, 1).await?;
    let mut late = claim_one(store).await?;
    let current = next_claim(store).await?;
    same("acknowledging after another host claimed the task", &store.acknowledge(&late).await?, &false)?;
    same("renewing after another host claimed the task", &store.renew(&mut late).await?, &false)?;
    let retried = store.retry(&late, "late").await?;
    same("retrying after another host claimed the task", &retried, &Retry::LeaseEnded)?;
    same("acknowledging by the host that has the task", &store.acknowledge(&current).await?, &true)
}

pub(super) async fn a_lost_task_is_not_set_aside<S: HostStore>(store: &S) -> Checked {
    Kind::Plain.submit(store, 1).await?;
    let late = Claimed { tries: TRIES, ..claim_one(store).await? };
    let current = next_claim(store).await?;
    let outcome = store.retry(&late, "late").await?;
    same("giving up after another host claimed the task", &outcome, &Retry::LeaseEnded)?;
    same("acknowledging by the host that has the task", &store.acknowledge(&current).await?, &true)
}

pub(super) async fn a_renewed_lease_goes_on<S: HostStore>(store: &S) -> Checked {
    for n in 1..=ATTEMPTS {
        Kind::Plain.submit(store, n).await?;
        let mut renewed = Instant::now();
        let mut task = claim_one(store).await?;
        let mut is_slow = false;
        for _ in 0..8 {
            tokio::time::sleep(LEASE / 4).await;
            let others = store.claim(10).await?;
            is_slow |= renewed.elapsed() >= LEASE;
            if is_slow {
                break;
            }
            same("the number of tasks claimed while a lease is renewed", &others.len(), &0)?;
            let now = Instant::now();
            let is_renewed = store.renew(&mut task).await?;
            is_slow |= renewed.elapsed() >= LEASE;
            if !is_slow {
                same("renewing a lease", &is_renewed, &true)?;
            }
            renewed = now;
        }
        if !is_slow {
            return same("acknowledging after renewing", &store.acknowledge(&task).await?, &true);
        }
        too_slow(n)?;
        tokio::time::sleep(LEASE).await;
        for task in store.claim(10).await? {
            store.acknowledge(&task).await?;
        }
    }
    Ok(())
}

pub(super) async fn a_failed_task_backs_off<S: HostStore>(store: &S) -> Checked {
    Kind::Plain.submit(store, 1).await?;
    let mut waits = Vec::new();
    let mut task = next_claim(store).await?;
    for tries in 1..TRIES {
        let failed = Instant::now();
        let Retry::After(wait) = store.retry(&task, "it failed").await? else {
            return Err(Seen(format!("try {tries} of {TRIES} was the last one")));
        };
        same("acknowledging a task that failed", &store.acknowledge(&task).await?, &false)?;
        let again = next_claim(store).await?;
        let elapsed = failed.elapsed();
        if elapsed + SLACK < wait {
            return Err(Seen(format!("a task was claimed {elapsed:?} after it failed, not {wait:?}")));
        }
        same("the number of the next try", &again.tries, &(tries + 1))?;
        same("the key at the next try", &again.idempotency_key(), &task.idempotency_key())?;
        waits.push(wait);
        task = again;
    }
    same("how long it waited after the first try", &waits.first(), &Some(&BACK_OFF))?;
    if waits.iter().zip(waits.iter().skip(1)).any(|(wait, next)| wait >= next) {
        return Err(Seen(format!("the waits do not grow: {waits:?}")));
    }
    Ok(())
}

pub(super) async fn a_task_that_always_fails_is_set_aside<S: HostStore>(store: &S) -> Checked {
    Kind::Plain.submit(store, 1).await?;
    for tries in 1..=TRIES {
        let task = next_claim(store).await?;
        let is_last = tries == TRIES;
        let outcome = store.retry(&task, "it always fails").await?;
        same("setting the task aside", &(outcome == Retry::SetAside), &is_last)?;
    }
    // The tasks of other requests go on.
    for n in 2..=4 {
        Kind::Plain.submit(store, n).await?;
    }
    let others: BTreeSet<RequestId> = store.claim(10).await?.iter().map(|task| task.request.id()).collect();
    same("the requests whose tasks go on", &others, &(2..=4).map(id).collect())?;
    tokio::time::sleep(2 * LEASE).await;
    let later = store.claim(10).await?;
    let ids: BTreeSet<RequestId> = later.iter().map(|task| task.request.id()).collect();
    same("the requests whose tasks are claimed after a while", &ids, &others)?;
    for task in &later {
        store.acknowledge(task).await?;
    }
    // The request itself is not held up.
    store.execute(id(1), &process(None), start()).await?;
    let next = claim_one(store).await?;
    same("the request of the next task", &next.request.id(), &id(1))
}
