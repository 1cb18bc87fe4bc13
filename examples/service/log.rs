//! The log: one line of JSON for each thing that happens, on standard error. It has ids, codes and counts; no tokens, and
//! no text that a user wrote.

use std::io::{self, Write};

/// Begins to log.
pub(crate) fn start() {
    let log = tracing_subscriber::fmt().json().flatten_event(true).with_span_list(false);
    log.with_target(false).with_max_level(tracing::Level::INFO).with_writer(|| StandardError).init();
}

/// Standard error, which someone may have closed. The service goes on without a log then.
struct StandardError;

impl Write for StandardError {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        drop(io::stderr().write_all(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
