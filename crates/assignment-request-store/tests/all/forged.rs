//! Rows that were changed outside the store: they are refused, also as tasks, and hold up no others.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

use std::time::Duration;

use assignment_request::{Action, Command, Status, Tier};
use assignment_request_store::{SetAside, Store, StoreError, Viewer};

use crate::database::Database;
use crate::requests::{days_later, id, process, start, submit, user, work};

/// A database with three requests, the first of which has been processed.
async fn stored() -> (Database, Store) {
    let database = Database::file();
    let store = database.store().await;
    for n in 1..=3 {
        submit(&store, n).await.unwrap();
    }
    store.execute(id(1), &process(), start()).await.unwrap();
    (database, store)
}

/// The condition that finds rows of request 1.
fn one() -> String {
    format!("request = '{}'", id(1))
}

/// Changes the first request, and checks that it is refused in every way, and that the others go on.
async fn is_refused(statements: &str, shown: &str) {
    let (database, store) = stored().await;
    database.change(statements).await;
    let refusals = [
        store.load(id(1), Viewer::Host).await.map(drop),
        store.execute(id(1), &process(), start()).await.map(drop),
        store.delete(id(1), Viewer::Host, false).await,
        store.record_approvers(id(1), 0, Tier::Primary, &[]).await,
    ];
    for refusal in refusals {
        let error = refusal.expect_err(statements);
        assert!(
            !matches!(error, StoreError::Database(_) | StoreError::Rejected(_)),
            "{statements}: {error:?}"
        );
        assert!(error.to_string().contains(shown), "{statements}: {error}");
    }

    // A host goes on with the others.
    store.run_until_idle(start, work).await.expect(statements);
    for n in [2, 3] {
        assert_eq!(
            store.load(id(n), Viewer::Host).await.unwrap().status(),
            Status::Fulfilled,
            "{statements}"
        );
    }
    let aside = store.tasks_set_aside(10).await.unwrap();
    assert!(!aside.is_empty(), "{statements}");
    assert!(aside.iter().all(|task| task.request == id(1).to_string()), "{aside:?}");
    assert!(aside.iter().all(|task| task.reason.contains(shown)), "{aside:?}");

    // So does the timer.
    submit(&store, 4).await.unwrap();
    let fired = store.fire(days_later(30), 10).await.expect(statements);
    assert_eq!(fired, [id(4)], "{statements}");
    let requests = store.requests_set_aside(10).await.unwrap();
    assert_eq!(requests.len(), 1, "{requests:?}");
    assert!(requests[0].0 == id(1).to_string() && requests[0].1.contains(shown), "{requests:?}");
    assert_eq!(store.fire(days_later(30), 10).await.unwrap(), []);
    assert_eq!(store.next_deadline().await.unwrap(), None);

    // Both can be taken up again. They are set aside again, since nothing is better.
    let count = aside.len();
    assert!(store.resume_task(&aside[0]).await.unwrap());
    assert_eq!(store.tasks_set_aside(10).await.unwrap().len(), count - 1);
    assert!(store.claim(10).await.unwrap().iter().all(|task| task.request.id() != id(1)));
    assert_eq!(store.tasks_set_aside(10).await.unwrap().len(), count);
    assert!(store.resume_request(&id(1).to_string()).await.unwrap());
    assert!(!store.resume_request(&id(1).to_string()).await.unwrap());
    assert_eq!(store.fire(days_later(30), 10).await.unwrap(), []);
    assert_eq!(store.requests_set_aside(10).await.unwrap().len(), 1);
    assert!(!store.resume_task(&SetAside { request: id(2).to_string(), ..aside[0].clone() }).await.unwrap());
}

#[tokio::test]
async fn strangers_do_not_learn_that_a_forged_request_exists() {
    let (database, store) = stored().await;
    let stranger = user(9);
    let command = Command::new(stranger, Action::Cancel);
    for sequence in [1, 2] {
        database
            .change(&format!("DELETE FROM access_events WHERE {} AND sequence = {sequence}", one()))
            .await;
        let answers = async |n| {
            [
                format!("{:?}", store.load(id(n), Viewer::Subject(stranger.id)).await),
                format!("{:?}", store.delete(id(n), Viewer::Subject(stranger.id), false).await),
                format!("{:?}", store.execute(id(n), &command, start()).await),
            ]
        };
        assert_eq!(answers(1).await, answers(9).await);
    }
}

#[tokio::test]
async fn an_event_that_was_changed() {
    let one = one();
    is_refused(
        &format!(
            "UPDATE access_events SET event = replace(event, '00001', '00002') WHERE {one} AND sequence = 1"
        ),
        "request",
    )
    .await;
}

#[tokio::test]
async fn an_event_that_is_no_json() {
    let one = one();
    for text in ["", "}", "null", "{}", "[]", "{\"a\": ", "1], [2"] {
        is_refused(
            &format!("UPDATE access_events SET event = '{text}' WHERE {one} AND sequence = 2"),
            "request",
        )
        .await;
    }
}

#[tokio::test]
async fn two_events_in_one_row() {
    let one = one();
    // The number of rows no longer agrees, although the text is the same log.
    is_refused(
        &format!(
            "UPDATE access_events SET event = event || ',' ||
                (SELECT event FROM access_events WHERE {one} AND sequence = 2) WHERE {one} AND sequence = 1;
             DELETE FROM access_events WHERE {one} AND sequence = 2"
        ),
        "revision",
    )
    .await;
}

#[tokio::test]
async fn an_event_that_is_bytes() {
    let one = one();
    is_refused(&format!("UPDATE access_events SET event = x'00ff' WHERE {one} AND sequence = 1"), "").await;
}

#[tokio::test]
async fn an_event_that_is_no_utf8() {
    let one = one();
    is_refused(
        &format!("UPDATE access_events SET event = CAST(x'22ff22' AS TEXT) WHERE {one} AND sequence = 1"),
        "",
    )
    .await;
}

#[tokio::test]
async fn an_event_that_was_removed() {
    let one = one();
    is_refused(&format!("DELETE FROM access_events WHERE {one} AND sequence = 2"), "revision").await;
    is_refused(&format!("DELETE FROM access_events WHERE {one}"), "revision").await;
}

#[tokio::test]
async fn an_end_that_was_removed_with_the_revision() {
    let one = one();
    is_refused(
        &format!(
            "DELETE FROM access_events WHERE {one} AND sequence > 2;
             UPDATE access_requests SET revision = 2 WHERE id = '{}'",
            id(1)
        ),
        "cannot be read",
    )
    .await;
}

#[tokio::test]
async fn two_events_that_were_swapped() {
    let one = one();
    is_refused(
        &format!(
            "UPDATE access_events SET sequence = 100 WHERE {one} AND sequence = 1;
             UPDATE access_events SET sequence = 1 WHERE {one} AND sequence = 2;
             UPDATE access_events SET sequence = 2 WHERE {one} AND sequence = 100"
        ),
        "cannot be read",
    )
    .await;
}

#[tokio::test]
async fn the_events_of_another_request() {
    let one = one();
    let other = format!("(SELECT event FROM access_events WHERE request = '{}' AND sequence = 1)", id(2));
    is_refused(&format!("UPDATE access_events SET event = {other} WHERE {one} AND sequence = 1"), "request")
        .await;
    // The whole log of another request is a log, but not of this one.
    is_refused(
        &format!(
            "UPDATE access_events SET event = {other} WHERE {one} AND sequence = 1;
             DELETE FROM access_events WHERE {one} AND sequence > 1;
             UPDATE access_requests SET revision = 1 WHERE id = '{}'",
            id(1)
        ),
        "",
    )
    .await;
}

#[tokio::test]
async fn a_revision_that_was_changed() {
    for revision in ["99", "-1", "0", "9223372036854775807"] {
        let statement = format!("UPDATE access_requests SET revision = {revision} WHERE id = '{}'", id(1));
        is_refused(&statement, "revision").await;
    }
}

#[tokio::test]
async fn a_revision_that_is_no_number() {
    let statement = format!("UPDATE access_requests SET revision = 'many' WHERE id = '{}'", id(1));
    is_refused(&statement, "revision").await;
}

/// Adds a task that no event asks for.
async fn task_is_set_aside(task: &str) {
    let (database, store) = stored().await;
    database
        .change(&format!("INSERT INTO access_tasks (request, sequence, available, tries) VALUES ({task})"))
        .await;
    store.run_until_idle(start, work).await.expect(task);
    for n in 1..=3 {
        assert_eq!(store.load(id(n), Viewer::Host).await.unwrap().status(), Status::Fulfilled, "{task}");
    }
    store.tasks_set_aside(10).await.expect(task);
}

#[tokio::test]
async fn a_task_for_an_event_that_asks_for_nothing() {
    let (database, store) = stored().await;
    // `deliveryStarted` only records something.
    let (_, events) = store.events(id(1), Viewer::Host).await.unwrap();
    let recording = events.iter().find(|event| event.task().is_none()).unwrap().sequence;
    let recording = i64::try_from(recording).unwrap();
    for sequence in [recording, 77] {
        database
            .change(&format!(
                "INSERT INTO access_tasks (request, sequence, available, tries) VALUES ('{}', {sequence}, 0, 0)",
                id(1)
            ))
            .await;
    }
    store.run_until_idle(start, work).await.unwrap();
    let aside = store.tasks_set_aside(10).await.unwrap();
    assert_eq!(aside.iter().map(|task| task.sequence).collect::<Vec<_>>(), [recording, 77]);
    assert!(aside[0].reason.contains(&format!("has no task at event {recording}")), "{aside:?}");
    for n in 1..=3 {
        assert_eq!(store.load(id(n), Viewer::Host).await.unwrap().status(), Status::Fulfilled);
    }
}

#[tokio::test]
async fn a_task_of_a_request_that_is_no_id() {
    task_is_set_aside("'nonsense', 1, 0, 0").await;
}

#[tokio::test]
async fn a_task_of_a_missing_request() {
    task_is_set_aside(&format!("'{}', 1, 0, 0", id(77))).await;
}

#[tokio::test]
async fn a_task_with_values_of_other_types() {
    task_is_set_aside(&format!("'{}', 77, 0, 'many'", id(1))).await;
    task_is_set_aside(&format!("'{}', 'first', 0, 0", id(1))).await;
    task_is_set_aside(&format!("'{}', 77, 0, -5", id(1))).await;
}

#[tokio::test]
async fn a_row_whose_id_is_no_id() {
    let (database, store) = stored().await;
    database
        .change(
            "INSERT INTO access_requests (id, revision, requestor, state, status, created, next_deadline)
             VALUES ('nonsense', 1, 'nobody', 'submitted', 'Accepted', 0, 0)",
        )
        .await;
    // The timer goes on with the others.
    let fired = store.fire(days_later(30), 10).await.unwrap();
    assert_eq!(fired.len(), 3, "{fired:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_that_is_not_the_requests() {
    let (database, store) = stored().await;
    for n in 100..140 {
        submit(&store, n).await.unwrap();
    }
    store.run_until_idle(start, work).await.unwrap();
    database.change("UPDATE access_requests SET next_deadline = 0").await;
    submit(&store, 4).await.unwrap();
    // The timer does not look at the same requests for ever.
    let idle = tokio::time::timeout(Duration::from_secs(20), store.run_until_idle(start, work));
    idle.await.expect("it becomes idle").unwrap();
    assert_eq!(store.load(id(4), Viewer::Host).await.unwrap().status(), Status::Fulfilled);
    submit(&store, 5).await.unwrap();
    for _ in 0..10 {
        store.fire(days_later(30), 10).await.unwrap();
    }
    assert_eq!(store.load(id(5), Viewer::Host).await.unwrap().status(), Status::Expired);
}
