//! Conversions between timestamps and the types of other libraries.
//!
//! Fractions below a tick of 100 ns are cut off, towards the past, as when text is parsed (rule J9). A converted clock
//! reading is therefore never later than the clock, and makes no deadline due too early.

use crate::vocabulary::timestamp::Timestamp;

/// Nanoseconds in one tick.
const NANOSECONDS_PER_TICK: i64 = 100;

/// A point in time is outside the range of the type to convert it to: of [`Timestamp`], which covers the years 0000 to
/// 9999, or of the other library's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the point in time is outside the range of the type that it is converted to")]
pub struct TimestampRangeError;

/// Returns the timestamp that is `nanoseconds` after 1970-01-01T00:00:00Z.
fn timestamp_of(nanoseconds: i128) -> Result<Timestamp, TimestampRangeError> {
    let ticks = i64::try_from(nanoseconds.div_euclid(i128::from(NANOSECONDS_PER_TICK)));
    ticks.ok().and_then(Timestamp::from_ticks).ok_or(TimestampRangeError)
}

/// Returns the timestamp as nanoseconds after 1970-01-01T00:00:00Z.
#[cfg(any(feature = "std", feature = "jiff"))]
fn nanoseconds(timestamp: Timestamp) -> i128 {
    i128::from(timestamp.ticks()) * i128::from(NANOSECONDS_PER_TICK)
}

/// Returns the timestamp as whole microseconds after 1970-01-01T00:00:00Z and the nanoseconds after those.
#[cfg(any(feature = "chrono", feature = "time"))]
fn microseconds(timestamp: Timestamp) -> (i64, i64) {
    const TICKS_PER_MICROSECOND: i64 = 1_000 / NANOSECONDS_PER_TICK;
    let ticks = timestamp.ticks();
    (ticks.div_euclid(TICKS_PER_MICROSECOND), ticks.rem_euclid(TICKS_PER_MICROSECOND) * NANOSECONDS_PER_TICK)
}

#[cfg(feature = "std")]
mod std_types {
    use core::time::Duration;
    use std::time::{SystemTime, UNIX_EPOCH};

    use super::{TimestampRangeError, nanoseconds, timestamp_of};
    use crate::vocabulary::timestamp::Timestamp;

    /// Fractions below 100 ns are cut off, towards the past.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    ///
    /// use assignment_request::Timestamp;
    ///
    /// let time = UNIX_EPOCH + Duration::from_nanos(250);
    /// assert_eq!(Timestamp::try_from(time)?.to_string(), "1970-01-01T00:00:00.0000002Z");
    /// # Ok::<(), assignment_request::TimestampRangeError>(())
    /// ```
    impl TryFrom<SystemTime> for Timestamp {
        type Error = TimestampRangeError;

        fn try_from(time: SystemTime) -> Result<Self, TimestampRangeError> {
            let in_range =
                |length: Duration| i128::try_from(length.as_nanos()).map_err(|_| TimestampRangeError);
            match time.duration_since(UNIX_EPOCH) {
                Ok(after) => timestamp_of(in_range(after)?),
                Err(before) => timestamp_of(-in_range(before.duration())?),
            }
        }
    }

    /// Times that the operating system cannot represent are out of range: Windows has none before the year 1601.
    impl TryFrom<Timestamp> for SystemTime {
        type Error = TimestampRangeError;

        fn try_from(timestamp: Timestamp) -> Result<Self, TimestampRangeError> {
            let nanoseconds = nanoseconds(timestamp);
            let length = Duration::from_nanos_u128(nanoseconds.unsigned_abs());
            let time = if nanoseconds.is_negative() {
                UNIX_EPOCH.checked_sub(length)
            } else {
                UNIX_EPOCH.checked_add(length)
            };
            time.ok_or(TimestampRangeError)
        }
    }
}

#[cfg(feature = "jiff")]
mod jiff_types {
    use super::{TimestampRangeError, nanoseconds, timestamp_of};
    use crate::vocabulary::timestamp::Timestamp;

    /// Fractions below 100 ns are cut off, towards the past.
    impl TryFrom<jiff::Timestamp> for Timestamp {
        type Error = TimestampRangeError;

        fn try_from(time: jiff::Timestamp) -> Result<Self, TimestampRangeError> {
            timestamp_of(time.as_nanosecond())
        }
    }

    /// The last 26 hours of the year 9999, including [`Timestamp::MAX`], are out of range: the range of
    /// [`jiff::Timestamp`] ends before them.
    impl TryFrom<Timestamp> for jiff::Timestamp {
        type Error = TimestampRangeError;

        fn try_from(timestamp: Timestamp) -> Result<Self, TimestampRangeError> {
            Self::from_nanosecond(nanoseconds(timestamp)).map_err(|_| TimestampRangeError)
        }
    }
}

#[cfg(feature = "chrono")]
mod chrono_types {
    use chrono::{DateTime, TimeDelta, Utc};

    use super::{TimestampRangeError, microseconds, timestamp_of};
    use crate::vocabulary::timestamp::Timestamp;

    const NANOSECONDS_PER_SECOND: i128 = 1_000_000_000;

    /// Fractions below 100 ns are cut off, towards the past. A leap second becomes the first second after it.
    impl TryFrom<DateTime<Utc>> for Timestamp {
        type Error = TimestampRangeError;

        fn try_from(time: DateTime<Utc>) -> Result<Self, TimestampRangeError> {
            let seconds = i128::from(time.timestamp()) * NANOSECONDS_PER_SECOND;
            timestamp_of(seconds + i128::from(time.timestamp_subsec_nanos()))
        }
    }

    /// Never fails: chrono goes up to the year 262,000.
    impl From<Timestamp> for DateTime<Utc> {
        fn from(timestamp: Timestamp) -> Self {
            let (microseconds, nanoseconds) = microseconds(timestamp);
            Self::UNIX_EPOCH + TimeDelta::microseconds(microseconds) + TimeDelta::nanoseconds(nanoseconds)
        }
    }
}

#[cfg(feature = "time")]
mod time_types {
    use time::{Duration, OffsetDateTime, UtcDateTime};

    use super::{TimestampRangeError, microseconds, timestamp_of};
    use crate::vocabulary::timestamp::Timestamp;

    /// Fractions below 100 ns are cut off, towards the past.
    impl TryFrom<UtcDateTime> for Timestamp {
        type Error = TimestampRangeError;

        fn try_from(time: UtcDateTime) -> Result<Self, TimestampRangeError> {
            timestamp_of(time.unix_timestamp_nanos())
        }
    }

    /// Fractions below 100 ns are cut off, towards the past. The offset is dropped.
    impl TryFrom<OffsetDateTime> for Timestamp {
        type Error = TimestampRangeError;

        fn try_from(time: OffsetDateTime) -> Result<Self, TimestampRangeError> {
            timestamp_of(time.unix_timestamp_nanos())
        }
    }

    /// Never fails.
    impl From<Timestamp> for UtcDateTime {
        fn from(timestamp: Timestamp) -> Self {
            Self::UNIX_EPOCH + since_epoch(timestamp)
        }
    }

    /// Never fails. The offset is UTC.
    impl From<Timestamp> for OffsetDateTime {
        fn from(timestamp: Timestamp) -> Self {
            Self::UNIX_EPOCH + since_epoch(timestamp)
        }
    }

    fn since_epoch(timestamp: Timestamp) -> Duration {
        let (microseconds, nanoseconds) = microseconds(timestamp);
        Duration::microseconds(microseconds) + Duration::nanoseconds(nanoseconds)
    }
}
