//! The tables, and what `open` does about a database that does not have them.

use sqlx::{Any, AnyPool, Row as _, Transaction};

use crate::backend::Backend;
use crate::error::{StoreError, database};

/// The version of the tables. A database with another version is refused.
const SCHEMA_VERSION: i64 = 1;

/// Every table and index, with the statement that creates it. Ids are hyphenated UUIDs, times are ticks of 100 ns since
/// 1970 (UTC), and the times of tasks are milliseconds of the database's clock.
const SCHEMA: &[(&str, &str)] = &[
    ("access_schema", "CREATE TABLE access_schema (version BIGINT NOT NULL)"),
    // One row a request, for the queries. It is computed from the events.
    (
        "access_requests",
        "CREATE TABLE access_requests (
            id TEXT NOT NULL PRIMARY KEY,
            revision BIGINT NOT NULL,
            requestor TEXT NOT NULL,
            target TEXT,
            access_package TEXT,
            policy TEXT,
            state TEXT NOT NULL,
            status TEXT NOT NULL,
            created BIGINT NOT NULL,
            completed BIGINT,
            open_stage BIGINT,
            next_deadline BIGINT,
            exclusivity_key TEXT,
            -- Why the timer leaves the request out.
            set_aside TEXT
        )",
    ),
    (
        "access_events",
        "CREATE TABLE access_events (
            request TEXT NOT NULL REFERENCES access_requests (id) ON DELETE CASCADE,
            sequence BIGINT NOT NULL,
            event TEXT NOT NULL,
            PRIMARY KEY (request, sequence)
        )",
    ),
    (
        "access_tasks",
        "CREATE TABLE access_tasks (
            request TEXT NOT NULL,
            sequence BIGINT NOT NULL,
            -- When it can be claimed: the end of the lease or of the back-off.
            available BIGINT NOT NULL,
            tries BIGINT NOT NULL,
            -- Why no one tries it any more.
            set_aside TEXT,
            PRIMARY KEY (request, sequence),
            FOREIGN KEY (request, sequence) REFERENCES access_events (request, sequence) ON DELETE CASCADE
        )",
    ),
    (
        "access_approvers",
        "CREATE TABLE access_approvers (
            request TEXT NOT NULL REFERENCES access_requests (id) ON DELETE CASCADE,
            stage BIGINT NOT NULL,
            tier TEXT NOT NULL,
            approver TEXT NOT NULL,
            PRIMARY KEY (request, stage, tier, approver)
        )",
    ),
    // Empty keys do not count. So no two open requests change the same access, regardless of which hosts take them.
    (
        "access_requests_exclusivity",
        "CREATE UNIQUE INDEX access_requests_exclusivity ON access_requests (exclusivity_key)",
    ),
    (
        "access_requests_deadline",
        "CREATE INDEX access_requests_deadline ON access_requests (next_deadline)
            WHERE next_deadline IS NOT NULL AND set_aside IS NULL",
    ),
    ("access_requests_created", "CREATE INDEX access_requests_created ON access_requests (created, id)"),
    (
        "access_requests_requestor",
        "CREATE INDEX access_requests_requestor ON access_requests (requestor, created, id)",
    ),
    (
        "access_requests_target",
        "CREATE INDEX access_requests_target ON access_requests (target, created, id)",
    ),
    (
        "access_requests_package",
        "CREATE INDEX access_requests_package ON access_requests (access_package, created, id)",
    ),
    (
        "access_requests_policy",
        "CREATE INDEX access_requests_policy ON access_requests (policy, created, id)",
    ),
    ("access_requests_state", "CREATE INDEX access_requests_state ON access_requests (state, created, id)"),
    (
        "access_requests_status",
        "CREATE INDEX access_requests_status ON access_requests (status, created, id)",
    ),
    (
        "access_tasks_available",
        "CREATE INDEX access_tasks_available ON access_tasks (available) WHERE set_aside IS NULL",
    ),
    ("access_approvers_approver", "CREATE INDEX access_approvers_approver ON access_approvers (approver)"),
];

/// Creates the tables in an empty database, and refuses any other that does not have them already.
pub(crate) async fn migrate(pool: &AnyPool, backend: Backend) -> Result<(), StoreError> {
    let mut transaction = pool.begin_with(backend.begin()).await.map_err(database)?;
    if let Some(lock) = backend.lock_schema() {
        sqlx::query(lock).execute(&mut *transaction).await.map_err(database)?;
    }
    let found = names(&mut transaction, backend).await?;
    let has = |name: &str| found.iter().any(|other| other == name);
    if has("access_schema") {
        check(&mut transaction, has).await?;
    } else {
        let is_foreign = match backend {
            #[cfg(feature = "sqlite")]
            Backend::Sqlite => !found.is_empty(),
            // Several programs may share a PostgreSQL schema, as long as their tables have other names.
            #[cfg(feature = "postgres")]
            Backend::Postgres => SCHEMA.iter().any(|(name, _)| has(name)),
        };
        if is_foreign {
            return Err(StoreError::Foreign);
        }
        let tables = SCHEMA.iter().map(|(_, statement)| *statement);
        for statement in tables.chain(backend.wake().iter().copied()) {
            sqlx::query(statement).execute(&mut *transaction).await.map_err(database)?;
        }
        sqlx::query("INSERT INTO access_schema (version) VALUES ($1)")
            .bind(SCHEMA_VERSION)
            .execute(&mut *transaction)
            .await
            .map_err(database)?;
    }
    transaction.commit().await.map_err(database)
}

/// Checks the tables of a database that is opened to read.
pub(crate) async fn check_schema(pool: &AnyPool, backend: Backend) -> Result<(), StoreError> {
    let mut transaction = pool.begin().await.map_err(database)?;
    let found = names(&mut transaction, backend).await?;
    let has = |name: &str| found.iter().any(|other| other == name);
    if has("access_schema") { check(&mut transaction, has).await } else { Err(StoreError::Foreign) }
}

/// The names of the tables and indexes in the database.
async fn names(transaction: &mut Transaction<'_, Any>, backend: Backend) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query(backend.names()).fetch_all(&mut **transaction).await.map_err(database)?;
    rows.iter().map(|row| row.try_get(0).map_err(database)).collect()
}

async fn check(transaction: &mut Transaction<'_, Any>, has: impl Fn(&str) -> bool) -> Result<(), StoreError> {
    let version = sqlx::query("SELECT version FROM access_schema")
        .fetch_optional(&mut **transaction)
        .await
        .map_err(database)?;
    // A version that is no number is none of ours.
    let found: i64 = version.and_then(|row| row.try_get("version").ok()).unwrap_or(0);
    if found != SCHEMA_VERSION {
        return Err(StoreError::Version { found, needed: SCHEMA_VERSION });
    }
    let missing: Vec<&str> = SCHEMA.iter().map(|(name, _)| *name).filter(|name| !has(name)).collect();
    if missing.is_empty() { Ok(()) } else { Err(StoreError::Schema { missing: missing.join(", ") }) }
}
