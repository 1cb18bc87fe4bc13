//! A store on `SQLite`: a log of events that is only ever appended to, with optimistic concurrency, and an outbox.
//!
//! - One transaction appends the events of a command, sets the request's revision, and puts what the events ask of the
//!   host into the outbox: all of it, or none.
//! - The revision is compared and swapped: where another host was faster, nothing is written, and
//!   [`StoreError::Conflict`] says to decide again on what that host wrote.
//! - A request is read by replaying its events, which distrusts every one of them.

use std::path::Path;
use std::time::Duration;

use assignment_request::{Event, EventKind, Limits, Request, Timestamp};
use assignment_request_graph::{StoredError, read_events};
use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};
use uuid::Uuid;

/// Nobody else's database is opened: a schema of another version is refused.
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

/// Why nothing was stored, or nothing could be read.
#[derive(Debug)]
pub enum StoreError {
    /// Another host was faster: read the request, and decide again.
    Conflict,
    /// The target has an open request for the same access package.
    AlreadyOpen,
    /// There is no such request.
    Unknown(Uuid),
    /// The database is of another version of this program.
    Version(i64),
    /// A stored request is none.
    Stored(StoredError),
    /// An event cannot be written.
    Event(serde_json::Error),
    /// The database.
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
    /// Of which request.
    pub request: Uuid,
    /// The event that asks for it.
    pub event: Event,
}

impl Task {
    /// The same for the same task, however often it is sent: whoever receives it twice does it once.
    #[must_use]
    pub fn idempotency_key(&self) -> String {
        format!("{}/{}", self.request, self.event.sequence)
    }
}

/// The store, as one host has it open.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
}

impl Store {
    /// Opens the database, and makes it where there is none.
    ///
    /// # Errors
    ///
    /// Where the file cannot be opened, or is of another version.
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
    /// [`StoreError::Conflict`] where there is a request with this id; [`StoreError::AlreadyOpen`] where the target has
    /// an open request for the same.
    pub fn insert(&mut self, request: &Request, submitted: &Event) -> Result<(), StoreError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let Row { id, revision, exclusivity_key, next_deadline } = Row::of(request);
        if let Some(key) = &exclusivity_key {
            release(&transaction, key, submitted.at)?;
        }
        let sql =
            "INSERT INTO requests (id, revision, exclusivity_key, next_deadline) VALUES (?1, ?2, ?3, ?4)";
        transaction.execute(sql, params![id, revision, exclusivity_key, next_deadline]).map_err(refused)?;
        append_events(&transaction, request.id(), std::slice::from_ref(submitted))?;
        Ok(transaction.commit()?)
    }

    /// Appends the events of one command, on condition that `request`, which they lead to, is what comes of the request
    /// in the store.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] where another host was faster, and [`StoreError::AlreadyOpen`] where the target has
    /// another open request for the same; then nothing was written.
    pub fn append(&mut self, request: &Request, events: &[Event]) -> Result<(), StoreError> {
        let Some(first) = events.first() else { return Ok(()) };
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Compare and swap: the revision must be the one that the command was decided on.
        let sql = "UPDATE requests SET revision = ?1, exclusivity_key = ?2, next_deadline = ?3
                   WHERE id = ?4 AND revision = ?5";
        let Row { id, revision, exclusivity_key, next_deadline } = Row::of(request);
        let decided_on = first.sequence - 1;
        let changed = transaction
            .execute(sql, params![revision, exclusivity_key, next_deadline, id, decided_on])
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
    /// [`StoreError::Unknown`] where there is none; [`StoreError::Stored`] where the events are none that commands could
    /// have given.
    pub fn load(&self, id: Uuid) -> Result<Request, StoreError> {
        load(&self.connection, id)
    }

    /// The requests whose deadline is reached, the earliest first: each is to be told that time has passed.
    ///
    /// # Errors
    ///
    /// Where the database cannot be read.
    pub fn due(&self, now: Timestamp) -> Result<Vec<Uuid>, StoreError> {
        let sql = "SELECT id FROM requests WHERE next_deadline <= ?1 ORDER BY next_deadline";
        let mut statement = self.connection.prepare_cached(sql)?;
        let ids = statement.query_map([now.ticks()], |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// The first task that is not done.
    ///
    /// # Errors
    ///
    /// Where the database cannot be read.
    pub fn next_task(&self) -> Result<Option<Task>, StoreError> {
        let sql = "SELECT request, event FROM outbox JOIN events USING (request, sequence)
                   WHERE NOT is_done ORDER BY number LIMIT 1";
        let row = self.connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)));
        let Some((request, event)) = row.optional()? else { return Ok(None) };
        let event = serde_json::from_str(&event).map_err(StoreError::Event)?;
        Ok(Some(Task { request, event }))
    }

    /// Notes that a task is done.
    ///
    /// # Errors
    ///
    /// Where the database cannot be written.
    pub fn finish(&mut self, task: &Task) -> Result<(), StoreError> {
        let sql = "UPDATE outbox SET is_done = TRUE WHERE request = ?1 AND sequence = ?2";
        self.connection.execute(sql, params![task.request, task.event.sequence])?;
        Ok(())
    }
}

/// What is stored beside the events, to be found by it.
struct Row {
    id: Uuid,
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

fn load(connection: &Connection, id: Uuid) -> Result<Request, StoreError> {
    let sql = "SELECT event FROM events WHERE request = ?1 ORDER BY sequence";
    let mut statement = connection.prepare_cached(sql)?;
    let events: Vec<String> = statement.query_map([id], |row| row.get(0))?.collect::<Result<_, _>>()?;
    if events.is_empty() {
        return Err(StoreError::Unknown(id));
    }
    let log = format!("[{}]", events.join(","));
    read_events(log.as_bytes(), &Limits::DEFAULT).map_err(StoreError::Stored)
}

/// Takes the key from a request that lost it by time alone: nothing is stored at the moment from which on a failed
/// request cannot be reprocessed any more.
fn release(transaction: &Transaction<'_>, key: &str, now: Timestamp) -> Result<(), StoreError> {
    let sql = "SELECT id FROM requests WHERE exclusivity_key = ?1";
    let Some(id) = transaction.query_row(sql, [key], |row| row.get(0)).optional()? else { return Ok(()) };
    if load(transaction, id)?.exclusivity_key(now).is_none() {
        transaction.execute("UPDATE requests SET exclusivity_key = NULL WHERE id = ?1", [id])?;
    }
    Ok(())
}

fn append_events(transaction: &Transaction<'_>, request: Uuid, events: &[Event]) -> Result<(), StoreError> {
    let mut append =
        transaction.prepare_cached("INSERT INTO events (request, sequence, event) VALUES (?1, ?2, ?3)")?;
    let mut ask = transaction.prepare_cached("INSERT INTO outbox (request, sequence) VALUES (?1, ?2)")?;
    for event in events {
        let text = serde_json::to_string(event).map_err(StoreError::Event)?;
        append.execute(params![request, event.sequence, text])?;
        if is_task(&event.kind) {
            ask.execute(params![request, event.sequence])?;
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

/// What a broken constraint means. The one unique index that is no key is that of open requests.
fn refused(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error().map(|fault| fault.extended_code) {
        Some(SQLITE_CONSTRAINT_UNIQUE) => StoreError::AlreadyOpen,
        Some(SQLITE_CONSTRAINT_PRIMARYKEY) => StoreError::Conflict,
        Some(_) | None => StoreError::Database(error),
    }
}
