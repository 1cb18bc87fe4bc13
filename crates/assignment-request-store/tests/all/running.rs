//! The loop of a host: failures, hosts that die, clocks that differ, and waking up.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use assignment_request::{Command, Period, Status, Task, Timestamp};
use assignment_request_store::testing::{LEASE, TRIES, options};
use assignment_request_store::{Claimed, Options, Store, Viewer};

use crate::database::Database;
use crate::requests::{days_later, done, id, start, submit, work};

async fn status(store: &Store, n: u128) -> Status {
    store.load(id(n), Viewer::Host).await.unwrap().status()
}

/// Runs until these requests are fulfilled, and stops then.
async fn run_until_fulfilled(
    store: &Store,
    requests: impl IntoIterator<Item = u128>,
    work: impl AsyncFn(&Claimed) -> Result<Vec<Command>, String>,
) {
    let fulfilled = async {
        for n in requests {
            while status(store, n).await != Status::Fulfilled {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    };
    tokio::select! {
        outcome = store.run(start, work) => outcome.unwrap(),
        outcome = tokio::time::timeout(Duration::from_secs(30), fulfilled) => outcome.expect("they are fulfilled"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_fails_at_first() {
    for database in Database::all().await {
        let store = database.store().await;
        for n in 1..=3 {
            submit(&store, n).await.unwrap();
        }
        let failures = AtomicU32::new(0);
        let work = async |task: &Claimed| {
            if task.tries < TRIES {
                failures.fetch_add(1, Ordering::Relaxed);
                return Err("not yet".to_owned());
            }
            Ok(done(task))
        };
        run_until_fulfilled(&store, 1..=3, work).await;
        // Each request has two tasks.
        assert_eq!(failures.into_inner(), 3 * 2 * (TRIES - 1));
        assert_eq!(store.tasks_set_aside(10).await.unwrap(), []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_always_fails_at_one_request() {
    for database in Database::all().await {
        let store = database.store().await;
        for n in 1..=3 {
            submit(&store, n).await.unwrap();
        }
        let reason = "ä".repeat(1000);
        let work = async |task: &Claimed| {
            if task.request.id() == id(1) { Err(reason.clone()) } else { Ok(done(task)) }
        };
        run_until_fulfilled(&store, 2..=3, work).await;
        let deadline = Instant::now() + Duration::from_secs(20);
        while store.tasks_set_aside(10).await.unwrap().is_empty() {
            assert!(Instant::now() < deadline, "the task is set aside");
            store.run_until_idle(start, work).await.unwrap();
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let aside = store.tasks_set_aside(10).await.unwrap();
        assert_eq!(aside.len(), 1);
        assert_eq!(
            (&*aside[0].request, aside[0].sequence, aside[0].tries),
            (&*id(1).to_string(), 1, i64::from(TRIES))
        );
        // The reason is cut at a character.
        assert!(aside[0].reason.len() <= 512 && aside[0].reason.starts_with("ää"), "{}", aside[0].reason);
        assert_eq!(store.counters().set_aside, 1);

        assert!(store.resume_task(&aside[0]).await.unwrap());
        store.run_until_idle(start, crate::requests::work).await.unwrap();
        assert_eq!(status(&store, 1).await, Status::Fulfilled);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_panics() {
    for database in Database::all().await {
        let store = database.store().await;
        submit(&store, 1).await.unwrap();
        let host = store.clone();
        let panics = async |_: &Claimed| -> Result<Vec<Command>, Infallible> { panic!("on purpose") };
        // Its future is dropped in the middle of a task.
        let local = tokio::task::LocalSet::new();
        let died = local.run_until(async {
            tokio::task::spawn_local(async move { host.run(start, panics).await }).await
        });
        assert!(died.await.unwrap_err().is_panic());
        let claimed = Instant::now();
        let other = Store::open_with(&database.url(), options()).await.unwrap();
        run_until_fulfilled(&other, [1], async |task| Ok(done(task))).await;
        assert!(claimed.elapsed() < Duration::from_secs(20));
        assert_eq!(other.claim(10).await.unwrap(), []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_at_which_every_host_dies_is_set_aside() {
    for database in Database::all().await {
        let store = database.store().await;
        submit(&store, 1).await.unwrap();
        for _ in 0..=TRIES {
            // Claimed, and then the host dies.
            let _ = store.claim(1).await.unwrap();
            tokio::time::sleep(LEASE + Duration::from_millis(20)).await;
        }
        assert_eq!(store.claim(1).await.unwrap(), []);
        assert_eq!(store.tasks_set_aside(10).await.unwrap().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_stopped_in_the_middle() {
    for database in Database::all().await {
        let store = database.store().await;
        submit(&store, 1).await.unwrap();
        let keys = Arc::new(Mutex::new(Vec::new()));
        let sleeps = async |task: &Claimed| {
            keys.lock().unwrap().push(task.idempotency_key());
            tokio::time::sleep(Duration::from_hours(1)).await;
            Ok::<_, Infallible>(done(task))
        };
        tokio::time::timeout(LEASE / 2, store.run(start, sleeps)).await.unwrap_err();
        run_until_fulfilled(&store, [1], async |task| {
            if task.task == Task::Process {
                keys.lock().unwrap().push(task.idempotency_key());
            }
            Ok(done(task))
        })
        .await;
        let keys = keys.lock().unwrap();
        assert_eq!(keys.len(), 2);
        assert_eq!(keys[0], keys[1]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hosts_whose_clocks_differ_by_an_hour() {
    for database in Database::all().await {
        let hosts = [database.store().await, database.store().await];
        let ahead = start().saturating_add(Period::from_minutes(60));
        for n in 1..=20 {
            submit(&hosts[0], n).await.unwrap();
        }
        let orders = Mutex::new(BTreeMap::<String, u32>::new());
        let work = async |task: &Claimed| {
            *orders.lock().unwrap().entry(task.idempotency_key()).or_default() += 1;
            Ok::<_, Infallible>(done(task))
        };
        let clocks: [Timestamp; 2] = [start(), ahead];
        let (one, two) = tokio::join!(
            hosts[0].run_until_idle(|| clocks[0], work),
            hosts[1].run_until_idle(|| clocks[1], work),
        );
        one.unwrap();
        two.unwrap();
        // A host may have become idle while the other one still had a task.
        hosts[0].run_until_idle(start, work).await.unwrap();
        for n in 1..=20 {
            let (request, events) = hosts[1].events(id(n), Viewer::Host).await.unwrap();
            assert_eq!(request.status(), Status::Fulfilled);
            // Time does not go backwards in a request.
            assert!(events.is_sorted_by_key(|event| event.at));
        }
        let orders = orders.into_inner().unwrap();
        assert_eq!(orders.len(), 40);
        assert_eq!(orders.values().sum::<u32>() as usize, orders.len(), "{orders:?}");
        let counts = hosts.each_ref().map(Store::counters);
        assert_eq!(counts[0].done + counts[1].done, 40);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn deadlines_are_applied_by_the_loop() {
    for database in Database::all().await {
        let store = database.store().await;
        for n in 1..=40 {
            submit(&store, n).await.unwrap();
        }
        let fails = async |_: &Claimed| Err::<Vec<Command>, _>("no one processes it");
        store.run_until_idle(|| days_later(30), fails).await.unwrap();
        for n in 1..=40 {
            assert_eq!(status(&store, n).await, Status::Expired);
        }
        assert_eq!(store.next_deadline().await.unwrap(), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_store_is_woken() {
    // SQLite cannot wake another process, so a host there looks every `poll`.
    let Some(database) = Database::postgres().await else { return };
    let slow = || {
        let mut slow = Options::default();
        slow.poll = Duration::from_mins(5);
        slow
    };
    let (host, other) = (database.store_with(slow()).await, database.store_with(slow()).await);
    is_woken(&host, &other).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_store_is_woken() {
    for database in Database::all().await {
        let mut slow = Options::default();
        slow.poll = Duration::from_mins(5);
        let host = database.store_with(slow).await;
        is_woken(&host, &host.clone()).await;
    }
}

/// Runs `host`, and submits a request to `other` after it has become idle.
async fn is_woken(host: &Store, other: &Store) {
    let submitted = async {
        // The host has looked once and waits.
        tokio::time::sleep(Duration::from_millis(500)).await;
        let stored = Instant::now();
        submit(other, 1).await.unwrap();
        while status(other, 1).await != Status::Fulfilled {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        stored.elapsed()
    };
    tokio::select! {
        outcome = host.run(start, work) => panic!("it runs until it is dropped: {outcome:?}"),
        outcome = tokio::time::timeout(Duration::from_secs(30), submitted) => {
            assert!(outcome.expect("it is woken") < Duration::from_secs(10));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wakeup_before_a_task_that_waits() {
    // The host sleeps until the back-off of a task ends, not until it polls.
    for database in Database::all().await {
        let mut slow = options();
        slow.poll = Duration::from_mins(5);
        let store = database.store_with(slow).await;
        submit(&store, 1).await.unwrap();
        let work =
            async |task: &Claimed| if task.tries == 1 { Err("once".to_owned()) } else { Ok(done(task)) };
        let started = Instant::now();
        run_until_fulfilled(&store, [1], work).await;
        assert!(started.elapsed() < Duration::from_secs(20));
    }
}
