//! A store on `SQLite`: an append-only log of events with optimistic concurrency, and an outbox.
//!
//! - One transaction appends the events of a command, sets the request's revision, and puts what the events ask of the
//!   host into the outbox: all of it, or nothing.
//! - The revision is compared and swapped. If another host was faster, nothing is written, and
//!   [`StoreError::Conflict`] asks the caller to decide again on what that host wrote.
//! - A request is read by replaying its events, which checks every one of them.

use std::path::Path;
use std::time::Duration;

use assignment_request::{Event, EventKind, Limits, Request, RequestId, Timestamp};
use assignment_request_graph::{StoredError, read_events};
use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};

/// A database with another schema version is refused: it may belong to another program.
const SCHEMA_VERSION: i64 = 1;

const SCHEMA: &str = "
    CREATE TABLE requests (
        id BLOB NOT NULL PRIMARY KEY,
        revision INTEGER NOT NULL,
        -- Null where the request can change access no more.
        exclusivity_key TEXT,
        next_deadline INTEGER
    ) STRICT;

    -- Nobody has two open requests for the same, whichever host takes them.
    CREATE UNIQUE INDEX one_open_request ON requests (exclusivity_key);
    -- For the timer: what is due.
    CREATE INDEX deadlines ON requests (next_deadline) WHERE next_deadline IS NOT NULL;

    CREATE TABLE events (
        request BLOB NOT NULL REFERENCES requests (id),
        sequence INTEGER NOT NULL,
        event TEXT NOT NULL,
        PRIMARY KEY (request, sequence)
    ) STRICT, WITHOUT ROWID;

    -- In the order in which they are to be done.
    CREATE TABLE outbox (
        number INTEGER NOT NULL PRIMARY KEY,
        request BLOB NOT NULL,
        sequence INTEGER NOT NULL,
        is_done INTEGER NOT NULL DEFAULT FALSE,
        FOREIGN KEY (request, sequence) REFERENCES events (request, sequence)
    ) STRICT;
";

/// Why the store could not write or read.
#[derive(Debug)]
pub enum StoreError {
    /// Another host was faster: load the request, and decide again.
    Conflict,
    /// The target already has an open request for the same access package.
    AlreadyOpen,
    /// The request does not exist.
    Unknown(RequestId),
    /// The database belongs to another version of this program.
    Version(i64),
    /// The stored events are not those of a request.
    Stored(StoredError),
    /// An event cannot be written or read as JSON.
    Event(serde_json::Error),
    /// `SQLite` reports an error.
    Database(rusqlite::Error),
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Conflict => formatter.write_str("another host was faster"),
            Self::AlreadyOpen => formatter.write_str("there is an open request for the same"),
            Self::Unknown(id) => write!(formatter, "there is no request {id}"),
            Self::Version(version) => {
                write!(formatter, "the database has version {version}, not {SCHEMA_VERSION}")
            }
            Self::Stored(error) => write!(formatter, "{error}"),
            Self::Event(error) => write!(formatter, "{error}"),
            Self::Database(error) => write!(formatter, "{error}"),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

/// What an event asks the host to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The id of the request.
    pub request: RequestId,
    /// The event that asks for it.
    pub event: Event,
}

impl Task {
    /// Returns a key that is the same however often the task is sent. A receiver that gets it twice acts once.
    #[must_use]
    pub fn idempotency_key(&self) -> String {
        format!("{}/{}", self.request, self.event.sequence)
    }
}

/// The store, as opened by one host.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
}

impl Store {
    /// Opens the database, or creates it if it does not exist.
    ///
    /// # Errors
    ///
    /// If the file cannot be opened, or has another schema version.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let mut connection = Connection::open(path)?;
        // Hosts wait for each other's transactions, which are short, instead of failing.
        connection.busy_timeout(Duration::from_secs(30))?;
        connection.pragma_update(None, "foreign_keys", true)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let version = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
        match version {
            SCHEMA_VERSION => {}
            0 => {
                transaction.execute_batch(SCHEMA)?;
                transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
            }
            other => return Err(StoreError::Version(other)),
        }
        transaction.commit()?;
        Ok(Self { connection })
    }

    /// Stores a new request with its first event.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] if a request with this id exists; [`StoreError::AlreadyOpen`] if the target has an open
    /// request for the same access package.
    pub fn insert(&mut self, request: &Request, submitted: &Event) -> Result<(), StoreError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let Row { id, revision, exclusivity_key, next_deadline } = Row::of(request);
        if let Some(key) = &exclusivity_key {
            release(&transaction, key, submitted.at)?;
        }
        let sql =
            "INSERT INTO requests (id, revision, exclusivity_key, next_deadline) VALUES (?1, ?2, ?3, ?4)";
        transaction
            .execute(sql, params![id.uuid(), revision, exclusivity_key, next_deadline])
            .map_err(refused)?;
        append_events(&transaction, request.id(), std::slice::from_ref(submitted))?;
        Ok(transaction.commit()?)
    }

    /// Appends the events of one command, if the store has the revision on which the command was decided. `request` is
    /// the request after these events.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] if another host was faster; [`StoreError::AlreadyOpen`] if the target has another open
    /// request for the same access package. In both cases nothing is written.
    pub fn append(&mut self, request: &Request, events: &[Event]) -> Result<(), StoreError> {
        let Some(first) = events.first() else { return Ok(()) };
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Compare and swap: the revision must be the one on which the command was decided.
        let sql = "UPDATE requests SET revision = ?1, exclusivity_key = ?2, next_deadline = ?3
                   WHERE id = ?4 AND revision = ?5";
        let Row { id, revision, exclusivity_key, next_deadline } = Row::of(request);
        let decided_on = first.sequence - 1;
        let changed = transaction
            .execute(sql, params![revision, exclusivity_key, next_deadline, id.uuid(), decided_on])
            .map_err(refused)?;
        if changed == 0 {
            return Err(StoreError::Conflict);
        }
        append_events(&transaction, request.id(), events)?;
        Ok(transaction.commit()?)
    }

    /// Rebuilds a request from its events.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unknown`] if the request does not exist; [`StoreError::Stored`] if no commands could have given
    /// its events.
    pub fn load(&self, id: RequestId) -> Result<Request, StoreError> {
        load(&self.connection, id)
    }

    /// Returns the requests whose deadline is due, the earliest first. The host gives each of them `Elapse`.
    ///
    /// # Errors
    ///
    /// If the database cannot be read.
    pub fn due(&self, now: Timestamp) -> Result<Vec<RequestId>, StoreError> {
        let sql = "SELECT id FROM requests WHERE next_deadline <= ?1 ORDER BY next_deadline";
        let mut statement = self.connection.prepare_cached(sql)?;
        let ids = statement.query_map([now.ticks()], |row| row.get(0).map(RequestId::new))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// Returns the first task that is not done.
    ///
    /// # Errors
    ///
    /// If the database cannot be read.
    pub fn next_task(&self) -> Result<Option<Task>, StoreError> {
        let sql = "SELECT request, event FROM outbox JOIN events USING (request, sequence)
                   WHERE NOT is_done ORDER BY number LIMIT 1";
        let row = self
            .connection
            .query_row(sql, [], |row| Ok((RequestId::new(row.get(0)?), row.get::<_, String>(1)?)));
        let Some((request, event)) = row.optional()? else { return Ok(None) };
        let event = serde_json::from_str(&event).map_err(StoreError::Event)?;
        Ok(Some(Task { request, event }))
    }

    /// Records that a task is done.
    ///
    /// # Errors
    ///
    /// If the database cannot be written.
    pub fn finish(&mut self, task: &Task) -> Result<(), StoreError> {
        let sql = "UPDATE outbox SET is_done = TRUE WHERE request = ?1 AND sequence = ?2";
        self.connection.execute(sql, params![task.request.uuid(), task.event.sequence])?;
        Ok(())
    }
}

/// What is stored beside the events, for queries.
struct Row {
    id: RequestId,
    revision: u64,
    exclusivity_key: Option<String>,
    next_deadline: Option<i64>,
}

impl Row {
    fn of(request: &Request) -> Self {
        Self {
            id: request.id(),
            revision: request.revision(),
            exclusivity_key: request.exclusivity_key(request.updated()).map(|key| key.to_string()),
            next_deadline: request.next_deadline().map(|deadline| deadline.at.ticks()),
        }
    }
}

fn load(connection: &Connection, id: RequestId) -> Result<Request, StoreError> {
    let sql = "SELECT event FROM events WHERE request = ?1 ORDER BY sequence";
    let mut statement = connection.prepare_cached(sql)?;
    let events: Vec<String> =
        statement.query_map([id.uuid()], |row| row.get(0))?.collect::<Result<_, _>>()?;
    if events.is_empty() {
        return Err(StoreError::Unknown(id));
    }
    let log = format!("[{}]", events.join(","));
    read_events(log.as_bytes(), &Limits::default()).map_err(StoreError::Stored)
}

/// Clears the key of a request that lost it only because time passed: no event marks the time after which a failed
/// request can no longer be reprocessed.
fn release(transaction: &Transaction<'_>, key: &str, now: Timestamp) -> Result<(), StoreError> {
    let sql = "SELECT id FROM requests WHERE exclusivity_key = ?1";
    let Some(id) = transaction.query_row(sql, [key], |row| row.get(0).map(RequestId::new)).optional()? else {
        return Ok(());
    };
    if load(transaction, id)?.exclusivity_key(now).is_none() {
        transaction.execute("UPDATE requests SET exclusivity_key = NULL WHERE id = ?1", [id.uuid()])?;
    }
    Ok(())
}

fn append_events(
    transaction: &Transaction<'_>,
    request: RequestId,
    events: &[Event],
) -> Result<(), StoreError> {
    let mut append =
        transaction.prepare_cached("INSERT INTO events (request, sequence, event) VALUES (?1, ?2, ?3)")?;
    let mut ask = transaction.prepare_cached("INSERT INTO outbox (request, sequence) VALUES (?1, ?2)")?;
    for event in events {
        let text = serde_json::to_string(event).map_err(StoreError::Event)?;
        append.execute(params![request.uuid(), event.sequence, text])?;
        if is_task(&event.kind) {
            ask.execute(params![request.uuid(), event.sequence])?;
        }
    }
    Ok(())
}

/// Whether the event asks the host to do something.
fn is_task(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::CalloutStarted { .. }
            | EventKind::ApprovalRequested { .. }
            | EventKind::ApprovalEscalated { .. }
            | EventKind::FulfillmentOrdered { .. }
    )
}

/// Maps a broken constraint to an error. The only unique index that is not a primary key is that of open requests.
fn refused(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error().map(|fault| fault.extended_code) {
        Some(SQLITE_CONSTRAINT_UNIQUE) => StoreError::AlreadyOpen,
        Some(SQLITE_CONSTRAINT_PRIMARYKEY) => StoreError::Conflict,
        Some(_) | None => StoreError::Database(error),
    }
}
