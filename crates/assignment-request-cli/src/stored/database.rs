//! Reads a stored request from a database, and changes nothing in it.

use assignment_request::{Rejection, RequestId};
use assignment_request_graph::StoredError;
use assignment_request_store::{Store, StoreError, Viewer};

use crate::input::InputError;
use crate::stored::log::{Log, LogError};

/// Reads a request from a store.
pub(crate) fn read(url: &str, id: RequestId) -> Result<Log, LogError> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(InputError::from)?;
    runtime.block_on(async {
        let store = Store::open_to_read(url).await?;
        let outcome = store.events(id, Viewer::Host).await;
        store.close().await;
        match outcome {
            Ok((request, events)) => Ok(Log { events, request: Ok(request) }),
            Err(StoreError::Stored { error: StoredError::Replay(error), .. }) => {
                Ok(Log { events: Vec::new(), request: Err(error) })
            }
            Err(StoreError::Rejected(Rejection::NoRequest)) => Err(LogError::NoRequest(id)),
            Err(error) => Err(error.into()),
        }
    })
}
