//! The arguments that name a stored log.

use std::path::PathBuf;

use assignment_request::RequestId;

use crate::input;
use crate::output::file_name;
use crate::stored::log::{Log, LogError};

/// A stored log: a file, or a request in a store.
#[derive(clap::Args)]
pub(crate) struct StoredLog {
    /// A file with a stored request instead: a JSON array of events, or one event per line; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "store")]
    log: Option<PathBuf>,
    /// The store of a stored request instead: `sqlite:` and a file, or `postgres://`. It is not changed
    #[arg(long, value_name = "URL", requires = "id")]
    store: Option<String>,
    /// The stored request's id
    #[arg(long, value_name = "ID", requires = "store", value_parser = str::parse::<RequestId>)]
    id: Option<RequestId>,
}

impl StoredLog {
    /// Whether a stored log is named.
    pub(crate) const fn is_given(&self) -> bool {
        self.log.is_some() || self.store.is_some()
    }

    /// Names the log in messages. A URL may have a password, so it is not shown.
    pub(crate) fn name(&self) -> String {
        self.log.as_deref().map_or_else(|| "the store".to_owned(), file_name)
    }

    /// Reads the log.
    pub(crate) fn open(&self) -> Result<Log, LogError> {
        match (&self.log, &self.store, self.id) {
            (Some(file), _, _) => Log::read(&input::read(file)?),
            #[cfg(feature = "store")]
            (None, Some(url), Some(id)) => crate::stored::database::read(url, id),
            #[cfg(not(feature = "store"))]
            (None, Some(_), Some(_)) => Err(LogError::NoStore),
            // The arguments do not allow it.
            (None, _, _) => Err(LogError::Empty),
        }
    }
}
