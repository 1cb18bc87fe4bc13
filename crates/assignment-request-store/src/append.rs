//! Events, row, tasks and exclusivity key: stored in one transaction, or not at all.

use assignment_request::{ApproverKind, Event, EventKind, Request, Tier, Timestamp};
use sqlx::{Any, AssertSqlSafe, Transaction};

use crate::backend::Backend;
use crate::error::{StoreError, database, is_unique};
use crate::row::{Summary, open_stage, stored};

/// What came of an attempt to store events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stored {
    /// They are stored.
    All,
    /// Another host was faster, or a request with this id exists.
    Conflict,
    /// Another request has the exclusivity key.
    AlreadyOpen,
}

type Database<'t> = Transaction<'t, Any>;

/// Stores a new request with its first event.
pub(crate) async fn insert(
    transaction: &mut Database<'_>,
    backend: Backend,
    request: &Request,
    submitted: &Event,
) -> Result<Stored, StoreError> {
    const INSERT: &str = "INSERT INTO access_requests
        (id, revision, requestor, target, access_package, policy, state, status, created, completed, open_stage,
         next_deadline, exclusivity_key)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    let row = Summary::of(request);
    let insert = sqlx::query(INSERT)
        .bind(row.id.to_string())
        .bind(stored(row.revision))
        .bind(row.requestor.to_string())
        .bind(row.target.map(|id| id.to_string()))
        .bind(row.access_package_id.map(|id| id.to_string()))
        .bind(row.policy_id.map(|id| id.to_string()))
        .bind(row.state.as_str())
        .bind(row.status.as_str())
        .bind(row.created.ticks())
        .bind(row.completed.map(Timestamp::ticks))
        .bind(open_stage(request).map(i64::from))
        .bind(request.next_deadline().map(|deadline| deadline.at.ticks()))
        .bind(exclusivity_key(request));
    match insert.execute(&mut **transaction).await {
        Ok(_) => {}
        Err(error) if is_unique(&error) => return Ok(Stored::Conflict),
        Err(error) => return Err(database(error)),
    }
    append_events(transaction, backend, request, core::slice::from_ref(submitted)).await?;
    Ok(Stored::All)
}

/// Stores the events of a command, if the stored revision is the one before them. `request` is the request after them.
pub(crate) async fn update(
    transaction: &mut Database<'_>,
    backend: Backend,
    request: &Request,
    events: &[Event],
) -> Result<Stored, StoreError> {
    // Compare and swap: the revision must be the one by which the command was judged.
    const UPDATE: &str = "UPDATE access_requests
        SET revision = $1, target = $2, state = $3, status = $4, completed = $5, open_stage = $6, next_deadline = $7,
            exclusivity_key = $8, set_aside = NULL
        WHERE id = $9 AND revision = $10";
    let row = Summary::of(request);
    let judged_by = row.revision.saturating_sub(u64::try_from(events.len()).unwrap_or(u64::MAX));
    let update = sqlx::query(UPDATE)
        .bind(stored(row.revision))
        .bind(row.target.map(|id| id.to_string()))
        .bind(row.state.as_str())
        .bind(row.status.as_str())
        .bind(row.completed.map(Timestamp::ticks))
        .bind(open_stage(request).map(i64::from))
        .bind(request.next_deadline().map(|deadline| deadline.at.ticks()))
        .bind(exclusivity_key(request))
        .bind(row.id.to_string())
        .bind(stored(judged_by));
    match update.execute(&mut **transaction).await {
        Ok(done) if done.rows_affected() == 1 => {}
        Ok(_) => return Ok(Stored::Conflict),
        Err(error) if is_unique(&error) => return Ok(Stored::AlreadyOpen),
        Err(error) => return Err(database(error)),
    }
    append_events(transaction, backend, request, events).await?;
    Ok(Stored::All)
}

/// The key that no other open request may have, at the time of the request's last event.
fn exclusivity_key(request: &Request) -> Option<String> {
    request.exclusivity_key(request.updated()).map(|key| key.to_string())
}

async fn append_events(
    transaction: &mut Database<'_>,
    backend: Backend,
    request: &Request,
    events: &[Event],
) -> Result<(), StoreError> {
    let id = request.id().to_string();
    let mut texts = Vec::new();
    for event in events {
        texts.push(serde_json::to_string(event).map_err(|_| StoreError::Value { column: "event" })?);
    }
    // One statement for all rows of a table, since each statement is a way to the database and back.
    let insert = "INSERT INTO access_events (request, sequence, event) VALUES ";
    let mut query = sqlx::query(rows(insert, "($1, ?, ?)", events.len())).bind(&id);
    for (event, text) in events.iter().zip(texts) {
        query = query.bind(stored(event.sequence)).bind(text);
    }
    query.execute(&mut **transaction).await.map_err(database)?;
    let tasks: Vec<&Event> = events.iter().filter(|event| event.task().is_some()).collect();
    if !tasks.is_empty() {
        let insert = "INSERT INTO access_tasks (request, sequence, available, tries) VALUES ";
        let row = format!("($1, ?, {}, 0)", backend.clock());
        let mut query = sqlx::query(rows(insert, &row, tasks.len())).bind(&id);
        for task in tasks {
            query = query.bind(stored(task.sequence));
        }
        query.execute(&mut **transaction).await.map_err(database)?;
    }
    for event in events {
        record_determined(transaction, request, event).await?;
    }
    Ok(())
}

/// Returns a statement for so many rows. Each `?` of a row becomes the next placeholder, from `$2` on.
fn rows(insert: &str, row: &str, count: usize) -> AssertSqlSafe<String> {
    let mut statement = insert.to_owned();
    let mut placeholder = 1;
    for number in 0..count {
        statement.push_str(if number == 0 { "" } else { ", " });
        for part in row.split_inclusive('?') {
            if let Some(text) = part.strip_suffix('?') {
                placeholder += 1;
                statement.push_str(text);
                statement.push('$');
                statement.push_str(&placeholder.to_string());
            } else {
                statement.push_str(part);
            }
        }
    }
    AssertSqlSafe(statement)
}

/// Records the approvers whom an extension names by their ids (rule Y9).
async fn record_determined(
    transaction: &mut Database<'_>,
    request: &Request,
    event: &Event,
) -> Result<(), StoreError> {
    let EventKind::CallbackReceived { approval_stage: Some(determined), .. } = &event.kind else {
        return Ok(());
    };
    let stages = u32::try_from(request.approval_stages().len()).unwrap_or(u32::MAX);
    let is_it = |stage: &u32| request.determination(*stage).is_some_and(|one| one.stage() == &**determined);
    for stage in (0..stages).filter(is_it) {
        for tier in Tier::ALL {
            for approver in determined.approvers_in(*tier).into_iter().flatten() {
                if let ApproverKind::SingleUser(approver) = approver.kind {
                    let (id, approver) = (request.id().to_string(), approver.to_string());
                    record_approver(transaction, &id, stage, *tier, &approver).await?;
                }
            }
        }
    }
    Ok(())
}

/// Records an approver of a stage, once.
pub(crate) async fn record_approver(
    transaction: &mut Database<'_>,
    request: &str,
    stage: u32,
    tier: Tier,
    approver: &str,
) -> Result<(), StoreError> {
    const INSERT: &str =
        "INSERT INTO access_approvers (request, stage, tier, approver) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING";
    let insert = sqlx::query(INSERT).bind(request).bind(i64::from(stage)).bind(tier.as_str()).bind(approver);
    insert.execute(&mut **transaction).await.map_err(database)?;
    Ok(())
}
