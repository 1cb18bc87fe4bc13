//! What differs between the databases. Everything else is one statement for all of them.

use crate::error::StoreError;

/// The kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    /// `SQLite`, in a file or in memory.
    #[cfg(feature = "sqlite")]
    Sqlite,
    /// `PostgreSQL`.
    #[cfg(feature = "postgres")]
    Postgres,
}

/// The beginnings of URLs that this build can open.
const URLS: &str = match (cfg!(feature = "sqlite"), cfg!(feature = "postgres")) {
    (true, true) => "`sqlite:` or `postgres://`",
    (true, false) => "`sqlite:` (the feature `postgres` is off)",
    (false, true) => "`postgres://` (the feature `sqlite` is off)",
    (false, false) => "nothing: the features `sqlite` and `postgres` are both off",
};

impl Backend {
    /// The kind of database that a URL names.
    pub(crate) fn of(url: &str) -> Result<Self, StoreError> {
        #[cfg(feature = "sqlite")]
        if url.starts_with("sqlite:") {
            return Ok(Self::Sqlite);
        }
        #[cfg(feature = "postgres")]
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres);
        }
        let _ = url;
        Err(StoreError::Url { expected: URLS })
    }

    /// Whether the file has a journal, whose kind can be chosen.
    pub(crate) const fn has_journal(self) -> bool {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite => true,
            #[cfg(feature = "postgres")]
            Self::Postgres => false,
        }
    }

    /// Begins a transaction that writes. With plain `BEGIN`, `SQLite` would lock at the first write, and fail if another
    /// connection has written since the first read.
    pub(crate) const fn begin(self) -> &'static str {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite => "BEGIN IMMEDIATE",
            #[cfg(feature = "postgres")]
            Self::Postgres => "BEGIN",
        }
    }

    /// Keeps other hosts from creating the tables at the same time. In `SQLite` the transaction does.
    pub(crate) const fn lock_schema(self) -> Option<&'static str> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite => None,
            #[cfg(feature = "postgres")]
            Self::Postgres => Some("DO $$ BEGIN PERFORM pg_advisory_xact_lock(4716551290112); END $$"),
        }
    }

    /// Selects the names of all tables and indexes.
    pub(crate) const fn names(self) -> &'static str {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite => "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'",
            #[cfg(feature = "postgres")]
            Self::Postgres => {
                "SELECT CAST(relname AS TEXT) FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
            }
        }
    }

    /// The statements that make the database wake the hosts that wait for tasks. They come after the tables.
    pub(crate) const fn wake(self) -> &'static [&'static str] {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite => &[],
            #[cfg(feature = "postgres")]
            Self::Postgres => &[
                "CREATE FUNCTION access_wake() RETURNS trigger LANGUAGE plpgsql AS
                    $$BEGIN PERFORM pg_notify('access_tasks', ''); RETURN NULL; END$$",
                "CREATE TRIGGER access_wake AFTER INSERT ON access_tasks
                    FOR EACH STATEMENT EXECUTE FUNCTION access_wake()",
            ],
        }
    }

    /// The time of the database's clock, in milliseconds.
    pub(crate) const fn clock(self) -> &'static str {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite => "CAST(unixepoch('now', 'subsec') * 1000 AS INTEGER)",
            #[cfg(feature = "postgres")]
            Self::Postgres => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
        }
    }

    /// Claims the first `$2` tasks that are available, for `$1` milliseconds. No other connection waits for the rows that
    /// one is claiming.
    pub(crate) const fn claim(self) -> &'static str {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite => {
                "UPDATE access_tasks
                 SET available = CAST(unixepoch('now', 'subsec') * 1000 AS INTEGER) + $1, tries = tries + 1
                 WHERE (request, sequence) IN (
                     SELECT request, sequence FROM access_tasks
                     WHERE set_aside IS NULL AND available <= CAST(unixepoch('now', 'subsec') * 1000 AS INTEGER)
                     ORDER BY available LIMIT $2)
                 RETURNING request, sequence, tries, available"
            }
            #[cfg(feature = "postgres")]
            Self::Postgres => {
                "WITH first AS MATERIALIZED (
                     SELECT request, sequence FROM access_tasks
                     WHERE set_aside IS NULL
                         AND available <= CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)
                     ORDER BY available LIMIT $2 FOR UPDATE SKIP LOCKED)
                 UPDATE access_tasks t
                 SET available = CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) + $1, tries = t.tries + 1
                 FROM first WHERE t.request = first.request AND t.sequence = first.sequence
                 RETURNING t.request, t.sequence, t.tries, t.available"
            }
        }
    }

    /// Makes a claimed task available again after `$4` milliseconds.
    pub(crate) const fn postpone(self) -> &'static str {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite => {
                "UPDATE access_tasks SET available = CAST(unixepoch('now', 'subsec') * 1000 AS INTEGER) + $4
                 WHERE request = $1 AND sequence = $2 AND available = $3 AND set_aside IS NULL
                 RETURNING available"
            }
            #[cfg(feature = "postgres")]
            Self::Postgres => {
                "UPDATE access_tasks
                 SET available = CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) + $4
                 WHERE request = $1 AND sequence = $2 AND available = $3 AND set_aside IS NULL
                 RETURNING available"
            }
        }
    }

    /// Selects how many milliseconds ahead the next task becomes available.
    pub(crate) const fn next_task(self) -> &'static str {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite => {
                "SELECT MIN(available) - CAST(unixepoch('now', 'subsec') * 1000 AS INTEGER)
                 FROM access_tasks WHERE set_aside IS NULL"
            }
            #[cfg(feature = "postgres")]
            Self::Postgres => {
                "SELECT MIN(available) - CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)
                 FROM access_tasks WHERE set_aside IS NULL"
            }
        }
    }
}
