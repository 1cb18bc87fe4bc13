//! What is logged, with the feature `tracing`: ids, codes and counts, and no text that a user wrote.

use assignment_request::{Command, Rejection, RequestId};

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
