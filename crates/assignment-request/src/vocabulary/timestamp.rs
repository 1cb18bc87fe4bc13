//! Points in time, in ticks of 100 ns, the precision of Microsoft Graph (rules N1, N2, J9).

#[cfg(any(feature = "std", feature = "jiff", feature = "chrono", feature = "time"))]
pub(crate) mod conversions;

use core::fmt;
use core::str::FromStr;

use jiff::civil::DateTime;

use crate::vocabulary::duration::Period;
use crate::vocabulary::ticks::{
    SECONDS_PER_HOUR, SECONDS_PER_MINUTE, TICKS_PER_SECOND, Ticks, fraction, symbol,
};

const UNIX_EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// The ticks of [`Timestamp::MIN`] and [`Timestamp::MAX`] after 1970-01-01T00:00:00Z.
const MIN_TICKS: i64 = -621_672_192_000_000_000;
const MAX_TICKS: i64 = 2_534_023_007_999_999_999;

/// A point in time: UTC, in ticks of 100 ns since 1970-01-01T00:00:00Z.
///
/// The range is the years 0000 to 9999, all that RFC 3339 can write.
///
/// ```
/// use assignment_request::Timestamp;
///
/// let nine: Timestamp = "2026-01-05T10:00:00.50+01:00".parse()?;
/// assert_eq!(nine.to_string(), "2026-01-05T09:00:00.5Z");
/// assert!("2026-01-05 09:00:00Z".parse::<Timestamp>().is_err(), "a `T` is required");
/// # Ok::<(), assignment_request::TimestampError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(
    /// The ticks after [`Timestamp::MIN`].
    Ticks,
);

/// The text is not an RFC 3339 timestamp with `T` and an offset, or is outside the years 0000 to 9999 (rule J9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a timestamp like `2026-01-05T09:00:00Z`")]
pub struct TimestampError;

impl Timestamp {
    /// The earliest timestamp: 0000-01-01T00:00:00Z.
    pub const MIN: Self = Self(Ticks::new(0));
    /// The latest timestamp: 9999-12-31T23:59:59.9999999Z.
    pub const MAX: Self = Self(Ticks::new(MAX_TICKS.abs_diff(MIN_TICKS)));

    /// Returns the timestamp `ticks` ticks of 100 ns after 1970-01-01T00:00:00Z, or `None` if it is out of range.
    #[must_use]
    pub const fn from_ticks(ticks: i64) -> Option<Self> {
        if ticks < MIN_TICKS || ticks > MAX_TICKS {
            None
        } else {
            Some(Self(Ticks::new(ticks.abs_diff(MIN_TICKS))))
        }
    }

    /// Returns the number of ticks of 100 ns since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn ticks(self) -> i64 {
        MIN_TICKS.saturating_add_unsigned(self.0.get())
    }

    /// Returns the timestamp `period` later, or [`Timestamp::MAX`] if the result would be later than that. No deadline
    /// that far away ever becomes due.
    #[must_use]
    pub const fn saturating_add(self, period: Period) -> Self {
        let ticks = self.0.get().saturating_add(period.ticks().unsigned_abs());
        if ticks < Self::MAX.0.get() { Self(Ticks::new(ticks)) } else { Self::MAX }
    }

    /// Returns the duration from `earlier` to this timestamp, or `None` if `earlier` is later.
    ///
    /// ```
    /// use assignment_request::{Period, Timestamp};
    ///
    /// let asked: Timestamp = "2026-01-05T09:00:00Z".parse()?;
    /// let deadline: Timestamp = "2026-01-05T10:00:00Z".parse()?;
    /// assert_eq!(deadline.checked_duration_since(asked), Some(Period::from_minutes(60)));
    /// assert_eq!(asked.checked_duration_since(deadline), None);
    /// # Ok::<(), assignment_request::TimestampError>(())
    /// ```
    #[must_use]
    pub const fn checked_duration_since(self, earlier: Self) -> Option<Period> {
        match self.0.get().checked_sub(earlier.0.get()) {
            Some(ticks) => Period::from_ticks(0_i64.saturating_add_unsigned(ticks)),
            None => None,
        }
    }

    /// Returns the duration from `earlier` to this timestamp, or [`Period::ZERO`] if `earlier` is later. Use it to set
    /// a timer.
    ///
    /// ```
    /// use assignment_request::{Period, Timestamp};
    ///
    /// let now: Timestamp = "2026-01-05T09:59:30Z".parse()?;
    /// let deadline: Timestamp = "2026-01-05T10:00:00Z".parse()?;
    /// let wait: std::time::Duration = deadline.saturating_duration_since(now).into();
    /// assert_eq!(wait, std::time::Duration::from_secs(30));
    /// assert_eq!(now.saturating_duration_since(deadline), Period::ZERO);
    /// # Ok::<(), assignment_request::TimestampError>(())
    /// ```
    #[must_use]
    pub const fn saturating_duration_since(self, earlier: Self) -> Period {
        match self.checked_duration_since(earlier) {
            Some(duration) => duration,
            None => Period::ZERO,
        }
    }

    /// Returns whether this timestamp, as a deadline, is reached at `now` (rule N2: `now >= deadline`).
    ///
    /// ```
    /// use assignment_request::{Period, Timestamp};
    ///
    /// let asked: Timestamp = "2026-01-05T09:00:00Z".parse()?;
    /// let deadline = asked.saturating_add(Period::from_minutes(60));
    /// assert!(!deadline.is_reached("2026-01-05T09:59:59.9999999Z".parse()?));
    /// assert!(deadline.is_reached("2026-01-05T10:00:00Z".parse()?));
    /// # Ok::<(), assignment_request::TimestampError>(())
    /// ```
    #[must_use]
    pub const fn is_reached(self, now: Self) -> bool {
        now.0.get() >= self.0.get()
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        parse_timestamp(text.as_bytes()).ok_or(TimestampError)
    }
}

/// Reads `YYYY-MM-DDThh:mm:ss[.f…](Z|±hh:mm)`. The shape is checked here, the calendar by `jiff`, whose own parser
/// accepts more than RFC 3339 (a space for the `T`, zone suffixes, leap seconds).
fn parse_timestamp(bytes: &[u8]) -> Option<Timestamp> {
    let (year, rest) = digits(bytes, 4)?;
    let (month, rest) = digits(symbol(rest, b'-')?, 2)?;
    let (day, rest) = digits(symbol(rest, b'-')?, 2)?;
    let (hour, rest) = digits(symbol(rest, b'T')?, 2)?;
    let (minute, rest) = digits(symbol(rest, b':')?, 2)?;
    let (second, rest) = digits(symbol(rest, b':')?, 2)?;
    let (fraction, rest) = fraction(rest)?;
    let offset = match rest {
        b"Z" => 0,
        [sign @ (b'+' | b'-'), rest @ ..] => {
            let (hours, rest) = digits(rest, 2)?;
            let (minutes, rest) = digits(symbol(rest, b':')?, 2)?;
            if !rest.is_empty() || hours > 23 || minutes > 59 {
                return None;
            }
            let seconds = i64::from(hours) * SECONDS_PER_HOUR + i64::from(minutes) * SECONDS_PER_MINUTE;
            if *sign == b'+' { seconds } else { -seconds }
        }
        _ => return None,
    };
    let civil = DateTime::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
        i8::try_from(hour).ok()?,
        i8::try_from(minute).ok()?,
        i8::try_from(second).ok()?,
        0,
    )
    .ok()?;
    let seconds = civil.duration_since(UNIX_EPOCH).as_secs() - offset;
    Timestamp::from_ticks(seconds * TICKS_PER_SECOND + fraction)
}

/// Reads exactly `count` decimal digits.
fn digits(bytes: &[u8], count: usize) -> Option<(u16, &[u8])> {
    let (head, rest) = bytes.split_at_checked(count)?;
    let mut value = 0;
    for byte in head {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value * 10 + u16::from(byte - b'0');
    }
    Some((value, rest))
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.ticks().div_euclid(TICKS_PER_SECOND);
        let fraction = self.ticks().rem_euclid(TICKS_PER_SECOND);
        let civil =
            UNIX_EPOCH.checked_add(jiff::SignedDuration::from_secs(seconds)).map_err(|_| fmt::Error)?;
        let mut text = *b"0000-00-00T00:00:00.0000000Z";
        let parts = [
            (0..4, i64::from(civil.year())),
            (5..7, i64::from(civil.month())),
            (8..10, i64::from(civil.day())),
            (11..13, i64::from(civil.hour())),
            (14..16, i64::from(civil.minute())),
            (17..19, i64::from(civil.second())),
            (20..27, fraction),
        ];
        for (place, value) in parts {
            let mut rest = value;
            for digit in text.get_mut(place).into_iter().flatten().rev() {
                *digit = b'0' + u8::try_from(rest % 10).map_err(|_| fmt::Error)?;
                rest /= 10;
            }
        }
        // The fraction ends after its last nonzero digit. If every digit is zero, there is no fraction.
        let mut end = if fraction == 0 { "0000-00-00T00:00:00".len() } else { text.len() - 1 };
        while fraction != 0 && text.get(end - 1) == Some(&b'0') {
            end -= 1;
        }
        if let Some(after_digits) = text.get_mut(end) {
            *after_digits = b'Z';
        }
        let written = text.get(..=end).and_then(|written| str::from_utf8(written).ok());
        formatter.write_str(written.ok_or(fmt::Error)?)
    }
}

/// Same as [`Display`](fmt::Display), because a number of ticks is not readable.
impl fmt::Debug for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Timestamp({self})")
    }
}

#[cfg(feature = "serde")]
mod serde_impls {
    use super::{Period, Timestamp};
    use crate::vocabulary::text::impl_serde_as_text;

    impl_serde_as_text!(Timestamp, "a timestamp like `2026-01-05T09:00:00Z`");
    impl_serde_as_text!(Period, "a duration like `P14D`");
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn j9_timestamps_are_rfc_3339_with_t_and_offset() {
        for (text, written) in [
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z"),
            ("2024-02-29T23:59:59.1200000+02:00", "2024-02-29T21:59:59.12Z"),
            ("1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.9999999Z"),
            ("2026-01-05T00:30:00-23:59", "2026-01-06T00:29:00Z"),
            ("2026-01-05T09:00:00.123456789Z", "2026-01-05T09:00:00.1234567Z"),
        ] {
            let timestamp: Timestamp = text.parse().unwrap();
            assert_eq!(timestamp.to_string(), written, "{text}");
            assert_eq!(format!("{timestamp:?}"), format!("Timestamp({written})"));
            assert_eq!(written.parse(), Ok(timestamp));
        }
        for text in [
            "",
            "2026-01-05",
            "2026-01-05T09:00:00",
            "2026-01-05 09:00:00Z",
            "2026-01-05t09:00:00Z",
            "2026-01-05T09:00:00z",
            "2026-01-05T09:00Z",
            "2026-01-05T09:00:60Z",
            "2026-01-05T24:00:00Z",
            "2026-02-29T09:00:00Z",
            "2026-1-05T09:00:00Z",
            "2026-01-05T09:00:00.Z",
            "2026-01-05T09:00:00+0100",
            "2026-01-05T09:00:00+24:00",
            "2026-01-05T09:00:00+01:60",
            "2026-01-05T09:00:00Z[UTC]",
            "2026-01-05T09:00:00Z ",
            "-2026-01-05T09:00:00Z",
            "9999-12-31T23:59:59-00:01",
            "0000-01-01T00:00:00+00:01",
            "２026-01-05T09:00:00Z",
        ] {
            assert_eq!(text.parse::<Timestamp>(), Err(TimestampError), "{text}");
        }
    }

    #[test]
    fn n2_a_deadline_is_reached_at_its_own_time() {
        let deadline: Timestamp = "2026-01-05T09:00:00Z".parse().unwrap();
        let before: Timestamp = "2026-01-05T08:59:59.9999999Z".parse().unwrap();
        assert!(!deadline.is_reached(before));
        assert!(deadline.is_reached(deadline));
    }

    #[test]
    fn the_difference_of_two_timestamps_is_a_duration() {
        let whole = Timestamp::MAX.checked_duration_since(Timestamp::MIN).unwrap();
        assert_eq!(Timestamp::MIN.saturating_add(whole), Timestamp::MAX);
        assert_eq!(Timestamp::MIN.checked_duration_since(Timestamp::MIN), Some(Period::ZERO));
        assert_eq!(Timestamp::MIN.checked_duration_since(Timestamp::MAX), None);
        assert_eq!(Timestamp::MIN.saturating_duration_since(Timestamp::MAX), Period::ZERO);
        assert_eq!(Timestamp::MAX.saturating_duration_since(Timestamp::MIN), whole);
    }

    #[test]
    fn deadlines_end_where_time_ends() {
        assert_eq!(Timestamp::MAX.saturating_add(Period::from_days(1)), Timestamp::MAX);
        assert_eq!(Timestamp::MIN.saturating_add(Period::from_ticks(i64::MAX).unwrap()), Timestamp::MAX);
        assert_eq!(Timestamp::from_ticks(Timestamp::MAX.ticks() + 1), None);
        assert_eq!(Timestamp::from_ticks(Timestamp::MIN.ticks() - 1), None);
        assert_eq!(Period::from_ticks(-1), None);
    }
}
