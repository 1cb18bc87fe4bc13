//! Moments from and to the types that others have for points in time.
//!
//! What is finer than a tick of 100 ns is cut off, towards the past, as it is from text (rule J9). So a moment is never
//! later than what it was made of, and a deadline never reached before its time.

use crate::vocabulary::timestamp::Moment;

/// Nanoseconds in one tick.
const NANOSECONDS_PER_TICK: i64 = 100;

/// A point in time lies outside the range of the type that it was to be converted to: of [`Moment`], which has the years
/// 0000 to 9999, or of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the point in time is outside the range of the type that it is converted to")]
pub struct MomentOutOfRange;

/// The moment that lies so many nanoseconds after 1970-01-01T00:00:00Z.
fn moment(nanoseconds: i128) -> Result<Moment, MomentOutOfRange> {
    let ticks = i64::try_from(nanoseconds.div_euclid(i128::from(NANOSECONDS_PER_TICK)));
    ticks.ok().and_then(Moment::from_ticks).ok_or(MomentOutOfRange)
}

/// How many nanoseconds after 1970-01-01T00:00:00Z the moment lies.
#[cfg(any(feature = "std", feature = "jiff"))]
fn nanoseconds(moment: Moment) -> i128 {
    i128::from(moment.ticks()) * i128::from(NANOSECONDS_PER_TICK)
}

/// How many whole microseconds after 1970-01-01T00:00:00Z the moment lies, and how many nanoseconds after those.
#[cfg(any(feature = "chrono", feature = "time"))]
fn microseconds(moment: Moment) -> (i64, i64) {
    const TICKS_PER_MICROSECOND: i64 = 1_000 / NANOSECONDS_PER_TICK;
    let ticks = moment.ticks();
    (ticks.div_euclid(TICKS_PER_MICROSECOND), ticks.rem_euclid(TICKS_PER_MICROSECOND) * NANOSECONDS_PER_TICK)
}

#[cfg(feature = "std")]
mod std_types {
    use core::time::Duration;
    use std::time::{SystemTime, UNIX_EPOCH};

    use super::{MomentOutOfRange, moment, nanoseconds};
    use crate::Moment;

    /// What is finer than 100 ns is cut off, towards the past.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    ///
    /// use assignment_request::Moment;
    ///
    /// let time = UNIX_EPOCH + Duration::from_nanos(250);
    /// assert_eq!(Moment::try_from(time)?.to_string(), "1970-01-01T00:00:00.0000002Z");
    /// # Ok::<(), assignment_request::MomentOutOfRange>(())
    /// ```
    impl TryFrom<SystemTime> for Moment {
        type Error = MomentOutOfRange;

        fn try_from(time: SystemTime) -> Result<Self, MomentOutOfRange> {
            let in_range = |length: Duration| i128::try_from(length.as_nanos()).map_err(|_| MomentOutOfRange);
            match time.duration_since(UNIX_EPOCH) {
                Ok(after) => moment(in_range(after)?),
                Err(before) => moment(-in_range(before.duration())?),
            }
        }
    }

    /// Out of range is what the operating system cannot tell; Windows has no time before the year 1601.
    impl TryFrom<Moment> for SystemTime {
        type Error = MomentOutOfRange;

        fn try_from(moment: Moment) -> Result<Self, MomentOutOfRange> {
            let nanoseconds = nanoseconds(moment);
            let length = Duration::from_nanos_u128(nanoseconds.unsigned_abs());
            let time = if nanoseconds.is_negative() {
                UNIX_EPOCH.checked_sub(length)
            } else {
                UNIX_EPOCH.checked_add(length)
            };
            time.ok_or(MomentOutOfRange)
        }
    }
}

#[cfg(feature = "jiff")]
mod jiff_types {
    use jiff::Timestamp;

    use super::{MomentOutOfRange, moment, nanoseconds};
    use crate::Moment;

    /// What is finer than 100 ns is cut off, towards the past.
    impl TryFrom<Timestamp> for Moment {
        type Error = MomentOutOfRange;

        fn try_from(timestamp: Timestamp) -> Result<Self, MomentOutOfRange> {
            moment(timestamp.as_nanosecond())
        }
    }

    /// Out of range are the last 26 hours of the year 9999, [`Moment::MAX`] among them, which a [`Timestamp`] does not
    /// have.
    impl TryFrom<Moment> for Timestamp {
        type Error = MomentOutOfRange;

        fn try_from(moment: Moment) -> Result<Self, MomentOutOfRange> {
            Self::from_nanosecond(nanoseconds(moment)).map_err(|_| MomentOutOfRange)
        }
    }
}

#[cfg(feature = "chrono")]
mod chrono_types {
    use chrono::{DateTime, TimeDelta, Utc};

    use super::{MomentOutOfRange, microseconds, moment};
    use crate::Moment;

    const NANOSECONDS_PER_SECOND: i128 = 1_000_000_000;

    /// What is finer than 100 ns is cut off, towards the past. A moment has no leap seconds: second 60 is the first
    /// second after it.
    impl TryFrom<DateTime<Utc>> for Moment {
        type Error = MomentOutOfRange;

        fn try_from(time: DateTime<Utc>) -> Result<Self, MomentOutOfRange> {
            let seconds = i128::from(time.timestamp()) * NANOSECONDS_PER_SECOND;
            moment(seconds + i128::from(time.timestamp_subsec_nanos()))
        }
    }

    /// Every moment is one: chrono has the years until 262 000.
    impl From<Moment> for DateTime<Utc> {
        fn from(moment: Moment) -> Self {
            let (microseconds, nanoseconds) = microseconds(moment);
            Self::UNIX_EPOCH + TimeDelta::microseconds(microseconds) + TimeDelta::nanoseconds(nanoseconds)
        }
    }
}

#[cfg(feature = "time")]
mod time_types {
    use time::{Duration, OffsetDateTime, UtcDateTime};

    use super::{MomentOutOfRange, microseconds, moment};
    use crate::Moment;

    /// What is finer than 100 ns is cut off, towards the past.
    impl TryFrom<UtcDateTime> for Moment {
        type Error = MomentOutOfRange;

        fn try_from(time: UtcDateTime) -> Result<Self, MomentOutOfRange> {
            moment(time.unix_timestamp_nanos())
        }
    }

    /// What is finer than 100 ns is cut off, towards the past. The offset is forgotten.
    impl TryFrom<OffsetDateTime> for Moment {
        type Error = MomentOutOfRange;

        fn try_from(time: OffsetDateTime) -> Result<Self, MomentOutOfRange> {
            moment(time.unix_timestamp_nanos())
        }
    }

    /// Every moment is one.
    impl From<Moment> for UtcDateTime {
        fn from(moment: Moment) -> Self {
            Self::UNIX_EPOCH + since_epoch(moment)
        }
    }

    /// Every moment is one, with the offset of UTC.
    impl From<Moment> for OffsetDateTime {
        fn from(moment: Moment) -> Self {
            Self::UNIX_EPOCH + since_epoch(moment)
        }
    }

    fn since_epoch(moment: Moment) -> Duration {
        let (microseconds, nanoseconds) = microseconds(moment);
        Duration::microseconds(microseconds) + Duration::nanoseconds(nanoseconds)
    }
}
