//! Whether a request can be stored and brought back.

use assignment_request::{Event, Limits, Request};
use assignment_request_graph::{StoredError, read_events, write_events};

/// What is wrong with a request that was stored and brought back.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// The events are refused.
    #[error("the events are refused: {0}")]
    Events(StoredError),
    /// The events give another request.
    #[error("the events give another request")]
    Other,
}

/// Writes all events of the request, reads them back, and compares what they give with the request.
pub(crate) fn verify(request: &Request, history: &[Event]) -> Result<(), Fault> {
    let mut text = Vec::new();
    write_events(history, &mut text);
    let replayed = read_events(&text, &Limits::DEFAULT).map_err(Fault::Events)?;
    if replayed == *request { Ok(()) } else { Err(Fault::Other) }
}
