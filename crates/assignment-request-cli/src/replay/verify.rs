//! Whether a request can be stored and brought back.

use assignment_request::{Event, ReplayError, Request, RestoreError, Snapshot};

/// What is wrong with a request that was stored and brought back.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// What was written cannot be read.
    #[error("what was stored cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// The snapshot is refused.
    #[error("the snapshot is refused: {0}")]
    Restore(#[from] RestoreError),
    /// The events are refused.
    #[error("the events are refused: {0}")]
    Replay(#[from] ReplayError),
    /// The snapshot gives another request.
    #[error("the snapshot gives another request")]
    OtherSnapshot,
    /// The events give another request.
    #[error("the events give another request")]
    OtherReplay,
}

/// Writes the request and all its events as JSON, reads them back, and compares what they give with the request.
pub(crate) fn verify(request: &Request, history: &[Event]) -> Result<(), Fault> {
    let text = serde_json::to_string(&request.snapshot())?;
    let restored = Request::restore(serde_json::from_str::<Snapshot>(&text)?)?;
    if restored != *request || serde_json::to_string(&restored.snapshot())? != text {
        return Err(Fault::OtherSnapshot);
    }
    let text = serde_json::to_string(history)?;
    let replayed = Request::replay(&serde_json::from_str::<Vec<Event>>(&text)?)?;
    if replayed == *request { Ok(()) } else { Err(Fault::OtherReplay) }
}
