//! The clock, which can be advanced to see deadlines pass.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::SystemTime;

use assignment_request::{Period, Timestamp};

/// The system's clock, plus the time by which it was advanced.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    ticks_later: AtomicI64,
}

impl Clock {
    pub(crate) fn now(&self) -> Timestamp {
        // A request's time never runs backwards, so a clock that cannot be read only delays the request.
        let now = Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::MIN);
        let later = Period::from_ticks(self.ticks_later.load(Ordering::Relaxed));
        now.saturating_add(later.unwrap_or(Period::ZERO))
    }

    /// Reads lines like `advance P1D` from standard input, until it ends.
    pub(crate) fn obey_standard_input(&self) {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            match line.strip_prefix("advance ").map(str::parse::<Period>) {
                Some(Ok(period)) => {
                    self.ticks_later.fetch_add(period.ticks(), Ordering::Relaxed);
                    tracing::info!(%period, "clock advanced");
                }
                Some(Err(error)) => tracing::warn!(%error, "the period cannot be read"),
                None => tracing::warn!("standard input takes lines like `advance P1D`"),
            }
        }
    }
}
