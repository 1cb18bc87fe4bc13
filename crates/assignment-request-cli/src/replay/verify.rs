//! Whether a request can be stored and brought back.

use assignment_request::{Event, Request};
use assignment_request_graph::{
    ReadOptions, StoredError, read_events, read_snapshot, write_events, write_snapshot,
};

/// What is wrong with a request that was stored and brought back.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// The snapshot is refused.
    #[error("the snapshot is refused: {0}")]
    Snapshot(StoredError),
    /// The events are refused.
    #[error("the events are refused: {0}")]
    Events(StoredError),
    /// The snapshot gives another request.
    #[error("the snapshot gives another request")]
    OtherSnapshot,
    /// The events give another request.
    #[error("the events give another request")]
    OtherEvents,
}

/// Writes the request and all its events, reads them back, and compares what they give with the request.
pub(crate) fn verify(request: &Request, history: &[Event]) -> Result<(), Fault> {
    // What we wrote ourselves may be as long as it likes.
    let options = ReadOptions { max_bytes: usize::MAX, ..ReadOptions::default() };
    let (mut text, mut again) = (Vec::new(), Vec::new());
    write_snapshot(request, &mut text);
    let restored = read_snapshot(&text, &options).map_err(Fault::Snapshot)?;
    write_snapshot(&restored, &mut again);
    if restored != *request || again != text {
        return Err(Fault::OtherSnapshot);
    }
    text.clear();
    write_events(history, &mut text);
    let replayed = read_events(&text, &options).map_err(Fault::Events)?;
    if replayed == *request { Ok(()) } else { Err(Fault::OtherEvents) }
}
