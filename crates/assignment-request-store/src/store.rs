//! The store: opening it, and giving commands to stored requests.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use assignment_request::{
    Action, Actor, Command, Draft, Event, ExistingAssignment, Limits, Policy, Rejection, Request, RequestId,
    Role, Settled, SubjectId, Timestamp,
};
use assignment_request_graph::read_history;
use sqlx::any::AnyPoolOptions;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, Connection as _, Executor as _, Transaction};

use crate::append::{self, Stored};
use crate::backend::Backend;
use crate::counters::Counters;
use crate::error::{StoreError, database};
use crate::row::{column, stored, undecoded};
use crate::schema::{check_schema, migrate};
use crate::url;
use crate::wake::Wake;

/// The actor of the store's own commands. The machine asks the role alone.
pub(crate) const SYSTEM: Actor = Actor::new(SubjectId::from_u128(0), Role::System);

/// How long a database may take to answer when it is opened.
const LONGEST_CONNECT: Duration = Duration::from_secs(10);

/// How often a command is judged again because another host was faster.
const MOST_CONFLICTS: u32 = 1_000;

/// How the store works. [`Default`] gives what most hosts need.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// The limits of the host's policies, by which stored submissions are judged again when they are read.
    pub limits: Limits,
    /// The most connections at once. By default 8. A database in memory always has one.
    pub connections: u32,
    /// How long a claimed task belongs to the host that claimed it. By default 60 seconds.
    pub lease: Duration,
    /// After how many tries a task is set aside. By default 10.
    pub tries: u32,
    /// How long a task waits after its first failed try. Each further try waits twice as long. By default one second.
    pub back_off: Duration,
    /// The longest that a task waits between two tries. By default one hour.
    pub longest_back_off: Duration,
    /// How often [`Store::run`] looks for tasks and deadlines that it was not woken for. By default every 5 seconds.
    pub poll: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            connections: 8,
            lease: Duration::from_mins(1),
            tries: 10,
            back_off: Duration::from_secs(1),
            longest_back_off: Duration::from_hours(1),
            poll: Duration::from_secs(5),
        }
    }
}

/// Who wants to see something.
///
/// The store does not authenticate anyone; the caller says who asks. To a [`Viewer::Subject`] a request that the subject
/// may not see does not exist: every answer is the same as for an id that no request has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Viewer {
    /// The host itself, or someone whom it lets see every request, such as an administrator.
    Host,
    /// A person or a service. They see a request if they are its requestor, its target or a recorded approver.
    Subject(SubjectId),
}

/// A store of requests: their events, and what the host has to do about them.
///
/// Clones share the connections. Any number of hosts, in any number of processes, can work on one database.
#[derive(Clone)]
pub struct Store {
    pub(crate) pool: AnyPool,
    pub(crate) backend: Backend,
    pub(crate) options: Arc<Options>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) wake: Arc<Wake>,
}

impl fmt::Debug for Store {
    // Not the URL, which may have a password.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { backend, options, .. } = self;
        formatter
            .debug_struct("Store")
            .field("backend", backend)
            .field("options", options)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Opens a database with the default [`Options`], and creates the tables if it is empty.
    ///
    /// The URL is `sqlite:` and a path, `sqlite::memory:`, or `postgres://user:password@host/database`. A `SQLite` file
    /// that does not exist is created, unless the URL has a `mode` that forbids it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Url`] for another URL; [`StoreError::Foreign`] for a database of another program,
    /// [`StoreError::Version`] for another version of the schema, [`StoreError::Schema`] if a table is missing, and
    /// [`StoreError::Database`] if the database cannot be opened. Nothing is changed then.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Self::open_with(url, Options::default()).await
    }

    /// Opens a database like [`Store::open`], with these options.
    ///
    /// # Errors
    ///
    /// Same as [`Store::open`].
    pub async fn open_with(url: &str, options: Options) -> Result<Self, StoreError> {
        let backend = Backend::of(url)?;
        let is_in_memory = url::is_in_memory(url);
        let url = url::to_write(url);
        let pool = connect(&url, if is_in_memory { 1 } else { options.connections }, is_in_memory).await?;
        migrate(&pool, backend).await?;
        if backend.has_journal() && !is_in_memory {
            // Readers do not wait for writers. The file keeps this; each commit still reaches the disk.
            let _ = sqlx::query("PRAGMA journal_mode = WAL").fetch_optional(&pool).await;
        }
        let wake = Arc::new(Wake::new(Some(backend), &url));
        Ok(Self { pool, backend, options: Arc::new(options), counters: Arc::default(), wake })
    }

    /// Opens a database to look at it, as a tool does. The database refuses every change, and nothing is created.
    ///
    /// # Errors
    ///
    /// Same as [`Store::open`]. An empty database is [`StoreError::Foreign`].
    pub async fn open_to_read(url: &str) -> Result<Self, StoreError> {
        let backend = Backend::of(url)?;
        let url = url::to_read(url);
        let pool = connect(&url, 1, false).await?;
        check_schema(&pool, backend).await?;
        let wake = Arc::new(Wake::new(None, &url));
        Ok(Self { pool, backend, options: Arc::default(), counters: Arc::default(), wake })
    }

    /// Closes all connections, after the calls that use them have ended.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// Submits a request under a policy, and stores it.
    ///
    /// The caller makes the id. A client that has no answer sends the same submission with the same id again, and is
    /// told that the request exists.
    ///
    /// # Errors
    ///
    /// [`StoreError::Submission`] if the submission is refused, [`Rejection::AlreadySubmitted`] if there is a request
    /// with this id, [`StoreError::AlreadyOpen`] if another open request would change the same access, and
    /// [`StoreError::Database`].
    pub async fn submit(
        &self,
        policy: &Policy,
        id: RequestId,
        draft: &Draft,
        existing: Option<&ExistingAssignment>,
        actor: Actor,
        now: Timestamp,
    ) -> Result<Request, StoreError> {
        let (request, submitted) = policy.submit(id, draft, existing, actor, now)?;
        crate::trace::within("submit", id, self.insert(request, &submitted, now)).await
    }

    async fn insert(
        &self,
        request: Request,
        submitted: &Event,
        now: Timestamp,
    ) -> Result<Request, StoreError> {
        let id = request.id();
        for _ in 0..MOST_CONFLICTS {
            let mut connection = self.pool.acquire().await.map_err(database)?;
            let mut transaction = connection.begin_with(self.backend.begin()).await.map_err(database)?;
            let outcome = append::insert(&mut transaction, self.backend, &request, submitted).await;
            let outcome = end(transaction, outcome).await;
            if kept(connection, outcome)? == Stored::All {
                self.counters.stored();
                self.wake.here();
                return Ok(request);
            }
            if self.exists(id).await? {
                self.counters.refused();
                return Err(Rejection::AlreadySubmitted.into());
            }
            self.release(&request, now).await?;
        }
        Err(StoreError::Busy { id, conflicts: MOST_CONFLICTS })
    }

    /// Gives a command to a stored request: loads it, judges the command, and stores the events. If another host was
    /// faster, the command is judged again by what that host stored.
    ///
    /// # Errors
    ///
    /// [`StoreError::Rejected`] if the command is refused. The deadlines that were due are stored nevertheless (rule N6).
    /// An actor in the role [`Role::User`] who may not see the request gets [`Rejection::NoRequest`], as does an
    /// [`Role::Approver`] if approvers were recorded and the actor is none of them.
    /// [`StoreError::AlreadyOpen`] if the command resolves a target who has another open request for the same access,
    /// [`StoreError::Stored`] or [`StoreError::Torn`] if the stored request cannot be read, and [`StoreError::Database`].
    pub async fn execute(
        &self,
        id: RequestId,
        command: &Command,
        now: Timestamp,
    ) -> Result<Executed, StoreError> {
        crate::trace::within("execute", id, self.decide_and_store(id, command, now)).await
    }

    async fn decide_and_store(
        &self,
        id: RequestId,
        command: &Command,
        now: Timestamp,
    ) -> Result<Executed, StoreError> {
        for _ in 0..MOST_CONFLICTS {
            // One connection for reading and writing: each that is taken from the pool is asked whether it is alive.
            let mut connection = self.pool.acquire().await.map_err(database)?;
            if !may_address(&mut connection, id, command).await? {
                self.counters.refused();
                return Err(Rejection::NoRequest.into());
            }
            let (mut request, _) = self.read_on(&mut connection, id).await?;
            let Settled { outcome, events } = request.settle(command, now);
            if !events.is_empty() {
                let mut transaction = connection.begin_with(self.backend.begin()).await.map_err(database)?;
                let outcome = append::update(&mut transaction, self.backend, &request, &events).await;
                let outcome = end(transaction, outcome).await;
                match kept(connection, outcome)? {
                    Stored::All => {}
                    Stored::Conflict => {
                        self.counters.conflict();
                        continue;
                    }
                    Stored::AlreadyOpen => {
                        self.release(&request, now).await?;
                        continue;
                    }
                }
                self.counters.stored();
                self.wake.here();
            }
            crate::trace::executed(id, command, outcome, events.len());
            return match outcome {
                Ok(()) => Ok(Executed { request, events }),
                Err(rejection) => {
                    self.counters.refused();
                    Err(rejection.into())
                }
            };
        }
        Err(StoreError::Busy { id, conflicts: MOST_CONFLICTS })
    }

    /// Loads a request. Every stored command is judged again.
    ///
    /// # Errors
    ///
    /// [`Rejection::NoRequest`] if there is no such request or the viewer may not see it; [`StoreError::Stored`] or
    /// [`StoreError::Torn`] if its events are not those of a request; [`StoreError::Database`].
    pub async fn load(&self, id: RequestId, viewer: Viewer) -> Result<Request, StoreError> {
        Ok(self.events(id, viewer).await?.0)
    }

    /// Loads a request and all of its events.
    ///
    /// # Errors
    ///
    /// Same as [`Store::load`].
    pub async fn events(&self, id: RequestId, viewer: Viewer) -> Result<(Request, Vec<Event>), StoreError> {
        let mut connection = self.pool.acquire().await.map_err(database)?;
        if may_see(&mut connection, id, viewer).await? {
            self.read_on(&mut connection, id).await
        } else {
            Err(Rejection::NoRequest.into())
        }
    }

    /// Reads a request from its events, without asking who wants to see it.
    pub(crate) async fn read(&self, id: RequestId) -> Result<(Request, Vec<Event>), StoreError> {
        self.read_on(&mut *self.pool.acquire().await.map_err(database)?, id).await
    }

    async fn read_on(
        &self,
        connection: &mut AnyConnection,
        id: RequestId,
    ) -> Result<(Request, Vec<Event>), StoreError> {
        const SELECT: &str = "SELECT r.revision, e.event FROM access_requests r
            LEFT JOIN access_events e ON e.request = r.id WHERE r.id = $1 ORDER BY e.sequence";
        let rows = sqlx::query(SELECT).bind(id.to_string()).fetch_all(connection).await;
        let rows = rows.map_err(|error| undecoded(error, "event"))?;
        let Some(first) = rows.first() else { return Err(Rejection::NoRequest.into()) };
        let revision: i64 = column(first, "revision")?;
        let mut log = String::from("[");
        let mut count = 0;
        for row in &rows {
            let Some(event) = column::<Option<&str>>(row, "event")? else { continue };
            if count > 0 {
                log.push(',');
            }
            log.push_str(event);
            count += 1;
        }
        log.push(']');
        let torn = StoreError::Torn { id, revision, events: count };
        if revision != stored(count) {
            return Err(torn);
        }
        let read = read_history(log.as_bytes(), &self.options.limits);
        let (request, events) = read.map_err(|error| StoreError::Stored { id, error })?;
        if request.id() == id && request.revision() == u64::try_from(revision).unwrap_or(0) {
            Ok((request, events))
        } else {
            Err(torn)
        }
    }

    async fn exists(&self, id: RequestId) -> Result<bool, StoreError> {
        let found = sqlx::query("SELECT 1 FROM access_requests WHERE id = $1").bind(id.to_string());
        Ok(found.fetch_optional(&self.pool).await.map_err(database)?.is_some())
    }

    /// Frees the exclusivity key of `request` if the request that holds it lost it only because time passed: no event
    /// marks the time after which a failed request can no longer be reprocessed.
    ///
    /// # Errors
    ///
    /// [`StoreError::AlreadyOpen`] if the other request still holds the key.
    async fn release(&self, request: &Request, now: Timestamp) -> Result<(), StoreError> {
        let Some(key) = request.exclusivity_key(now).map(|key| key.to_string()) else { return Ok(()) };
        let holder = sqlx::query("SELECT id FROM access_requests WHERE exclusivity_key = $1").bind(key);
        let Some(holder) = holder.fetch_optional(&self.pool).await.map_err(database)? else { return Ok(()) };
        let holder: RequestId = crate::row::parsed(&holder, "id")?;
        if holder == request.id() {
            return Ok(());
        }
        // Boxed, since it comes here again.
        Box::pin(self.execute(holder, &Command::new(SYSTEM, Action::Elapse), now)).await?;
        let (other, _) = self.read(holder).await?;
        if other.exclusivity_key(now).is_some() {
            self.counters.refused();
            return Err(StoreError::AlreadyOpen);
        }
        let free = "UPDATE access_requests SET exclusivity_key = NULL WHERE id = $1 AND revision = $2";
        sqlx::query(free)
            .bind(holder.to_string())
            .bind(stored(other.revision()))
            .execute(&self.pool)
            .await
            .map_err(database)?;
        Ok(())
    }

    /// What the store has done since it was opened.
    #[must_use]
    pub fn counters(&self) -> crate::counters::Counts {
        self.counters.read()
    }
}

/// Ends a transaction: commits it if everything was stored, else rolls it back.
pub(crate) async fn end(
    transaction: Transaction<'_, Any>,
    outcome: Result<Stored, StoreError>,
) -> Result<Stored, StoreError> {
    let outcome = outcome?;
    match outcome {
        Stored::All => transaction.commit().await.map_err(database)?,
        Stored::Conflict | Stored::AlreadyOpen => transaction.rollback().await.map_err(database)?,
    }
    Ok(outcome)
}

/// Gives the connection back to the pool if the transaction ended well. After an error the connection is closed: the
/// database may have ended the transaction by itself, as on a full disk, and the connection would not know it.
pub(crate) fn kept(
    mut connection: PoolConnection<Any>,
    outcome: Result<Stored, StoreError>,
) -> Result<Stored, StoreError> {
    if outcome.is_err() {
        connection.close_on_drop();
    }
    outcome
}

/// Whether the viewer may see the request. Nothing of the request is read before that, so that not even a fault of its
/// events shows that it exists.
async fn may_see(connection: &mut AnyConnection, id: RequestId, viewer: Viewer) -> Result<bool, StoreError> {
    let Viewer::Subject(subject) = viewer else { return Ok(true) };
    let select = "SELECT 1 FROM access_requests r WHERE r.id = $1 AND (r.requestor = $2 OR r.target = $2
        OR EXISTS (SELECT 1 FROM access_approvers a WHERE a.request = r.id AND a.approver = $2))";
    let found = sqlx::query(select).bind(id.to_string()).bind(subject.to_string());
    Ok(found.fetch_optional(connection).await.map_err(database)?.is_some())
}

/// Whether the actor of a command may know that the request exists. Hosts that resolve approvers elsewhere record none,
/// and vouch for the role themselves (rule T6).
async fn may_address(
    connection: &mut AnyConnection,
    id: RequestId,
    command: &Command,
) -> Result<bool, StoreError> {
    let viewer = Viewer::Subject(command.actor.id);
    match command.actor.role {
        Role::System | Role::Administrator | Role::Extension => Ok(true),
        Role::User => may_see(connection, id, viewer).await,
        Role::Approver => {
            let any = sqlx::query("SELECT 1 FROM access_approvers WHERE request = $1").bind(id.to_string());
            let has_approvers = any.fetch_optional(&mut *connection).await.map_err(database)?.is_some();
            Ok(!has_approvers || may_see(connection, id, viewer).await?)
        }
    }
}

/// Opens connections. A database that does not answer is reported at once, and not only when the time for a free
/// connection has passed.
async fn connect(url: &str, connections: u32, is_in_memory: bool) -> Result<AnyPool, StoreError> {
    sqlx::any::install_default_drivers();
    let is_file = url.starts_with("sqlite:") && !is_in_memory;
    if !is_in_memory {
        let first = tokio::time::timeout(LONGEST_CONNECT, AnyConnection::connect(url)).await;
        let timed_out = |_| sqlx::Error::Io(std::io::ErrorKind::TimedOut.into());
        let mut first = first.map_err(timed_out).map_err(database)?.map_err(database)?;
        prepare(&mut first, is_file).await.map_err(database)?;
        first.close().await.map_err(database)?;
    }
    let pool = AnyPoolOptions::new()
        .max_connections(connections)
        // A database in memory ends with its last connection.
        .min_connections(u32::from(is_in_memory))
        .idle_timeout((!is_in_memory).then_some(Duration::from_mins(10)))
        .max_lifetime((!is_in_memory).then_some(Duration::from_mins(30)))
        .after_connect(move |connection, _| Box::pin(prepare(connection, is_file)))
        .connect(url)
        .await
        .map_err(database)?;
    Ok(pool)
}

/// What each new connection needs.
async fn prepare(connection: &mut AnyConnection, is_file: bool) -> Result<(), sqlx::Error> {
    if is_file {
        // Hosts wait for each other's transactions, which are short, instead of failing.
        connection.execute("PRAGMA busy_timeout = 30000").await?;
        // 16 MiB: the upper parts of all indexes of a million requests.
        connection.execute("PRAGMA cache_size = -16384").await?;
    }
    Ok(())
}

/// An accepted command: the request after it, and the events that it gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Executed {
    /// The request, as it is stored now.
    pub request: Request,
    /// The events that were stored. None if the command had nothing to do.
    pub events: Vec<Event>,
}
