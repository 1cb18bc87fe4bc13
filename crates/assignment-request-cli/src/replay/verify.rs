//! Checks that a request can be stored and read back.

use assignment_request::{Event, Limits, Request};
use assignment_request_graph::{StoredError, read_events, write_events};

/// What is wrong with a request that was stored and read back.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// The stored events are refused.
    #[error("the events are refused: {0}")]
    Events(StoredError),
    /// The stored events give another request.
    #[error("the events give another request")]
    Other,
}

/// Writes all events of the request, reads them back, and compares the request that they give with `request`.
pub(crate) fn verify(request: &Request, history: &[Event]) -> Result<(), Fault> {
    let mut text = Vec::new();
    write_events(history, &mut text);
    let replayed = read_events(&text, &Limits::default()).map_err(Fault::Events)?;
    if replayed == *request { Ok(()) } else { Err(Fault::Other) }
}
