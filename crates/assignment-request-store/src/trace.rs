//! What is logged, with the feature `tracing`: ids, codes and counts, and no text that a user wrote.

use assignment_request::{Command, Rejection, RequestId};

/// Does something in a span, so that everything which is logged meanwhile names it.
pub(crate) async fn within<T>(
    #[cfg_attr(
        not(feature = "tracing"),
        expect(unused_variables, reason = "nothing is logged without `tracing`")
    )]
    operation: &'static str,
    #[cfg_attr(
        not(feature = "tracing"),
        expect(unused_variables, reason = "nothing is logged without `tracing`")
    )]
    request: RequestId,
    work: impl Future<Output = T>,
) -> T {
    #[cfg(feature = "tracing")]
    let work = {
        use tracing::Instrument as _;
        work.instrument(tracing::debug_span!("store", operation, %request))
    };
    work.await
}

#[cfg_attr(
    not(feature = "tracing"),
    expect(unused_variables, reason = "nothing is logged without `tracing`")
)]
pub(crate) fn executed(id: RequestId, command: &Command, outcome: Result<(), Rejection>, events: usize) {
    #[cfg(feature = "tracing")]
    {
        let action = command.action.kind().as_str();
        let code = outcome.err().map(|rejection| rejection.code());
        tracing::debug!(request = %id, action, role = command.actor.role.as_str(), code, events, "executed");
    }
}

#[cfg_attr(
    not(feature = "tracing"),
    expect(unused_variables, reason = "nothing is logged without `tracing`")
)]
pub(crate) fn set_aside(id: &str, sequence: i64) {
    #[cfg(feature = "tracing")]
    tracing::error!(request = id, sequence, "a task was set aside");
}
