//! Why the store could not do something.

use assignment_request::{Rejection, RequestId, SubmissionError};
use assignment_request_graph::StoredError;

/// Why the store refused a call, or could not carry it out. In each case nothing was changed, except after
/// [`StoreError::Rejected`]: then the deadlines that were due are stored (rule N6).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The command was refused. [`Rejection::NoRequest`] means that there is no such request, or that the viewer may not
    /// see it.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The submission was refused.
    #[error(transparent)]
    Submission(#[from] SubmissionError),
    /// Another open request would change the same access (see [`ExclusivityKey`](assignment_request::ExclusivityKey)).
    #[error("another open request would change the same access")]
    AlreadyOpen,
    /// Other hosts changed the request again and again. Try again later.
    #[error("other hosts changed request {id} {conflicts} times in a row")]
    Busy {
        /// The request.
        id: RequestId,
        /// How often the events were not stored because another host was faster.
        conflicts: u32,
    },
    /// The stored events of a request cannot be read, or no sequence of commands has them.
    #[error("request {id} cannot be read: {error}")]
    Stored {
        /// The request.
        id: RequestId,
        /// What is wrong with its events.
        error: StoredError,
    },
    /// A request's events are not as many as its revision says: some were removed or added outside the store.
    #[error("request {id} has revision {revision}, but {events} events")]
    Torn {
        /// The request.
        id: RequestId,
        /// The revision that is stored beside the events.
        revision: i64,
        /// The number of stored events.
        events: usize,
    },
    /// A stored value beside the events is not one that the store writes.
    #[error("column `{column}` has a value that the store does not write")]
    Value {
        /// The column.
        column: &'static str,
    },
    /// A task names an event that asks for nothing, or that does not exist.
    #[error("request {id} has no task at event {sequence}")]
    NoTask {
        /// The request.
        id: RequestId,
        /// The sequence of the event.
        sequence: i64,
    },
    /// A task was claimed this often, and neither acknowledged nor reported as failed.
    #[error("claimed {tries} times, and never acknowledged")]
    TriedTooOften {
        /// How often.
        tries: u32,
    },
    /// The URL names no database that this build can open.
    #[error("expected a URL that begins with {expected}")]
    Url {
        /// The beginnings that are allowed.
        expected: &'static str,
    },
    /// The database has tables of another program.
    #[error("the database belongs to another program: it has no table `access_schema`")]
    Foreign,
    /// The database has another version of the schema.
    #[error("the database has schema version {found}; this store needs version {needed}")]
    Version {
        /// The version found.
        found: i64,
        /// The version that this store needs.
        needed: i64,
    },
    /// The database has the right version, but a table or an index of it is missing.
    #[error("the database lacks tables or indexes of this schema version: {missing}")]
    Schema {
        /// The names of what is missing.
        missing: String,
    },
    /// The database reports an error. If the connection was lost while a transaction was being committed, it may have
    /// been committed. Give the command again: one that was stored is refused as a duplicate.
    #[error(transparent)]
    Database(DatabaseError),
}

/// An error of the database or of the connection to it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct DatabaseError(sqlx::Error);

/// Makes an error of the database one of the store. It is no `From`, so that `sqlx` is no part of the public interface.
pub(crate) fn database(error: sqlx::Error) -> StoreError {
    StoreError::Database(DatabaseError(error))
}

/// Whether the error is a unique index's.
pub(crate) fn is_unique(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}
