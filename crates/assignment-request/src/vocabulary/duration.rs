//! Durations, in ticks of 100 ns (rules N1, J9).

use core::fmt;
use core::str::FromStr;

use crate::vocabulary::ticks::{
    SECONDS_PER_DAY, SECONDS_PER_HOUR, SECONDS_PER_MINUTE, SECONDS_PER_WEEK, TICKS_PER_SECOND, Ticks,
    fraction, symbol,
};

/// A duration that is not negative, in ticks of 100 ns. A day has 24 hours, and a week has 7 days.
///
/// Zero can be parsed; a rule that requires a positive duration refuses it.
///
/// ```
/// use assignment_request::Period;
///
/// let fortnight: Period = "P2W".parse()?;
/// assert_eq!(fortnight, Period::from_days(14));
/// assert_eq!(fortnight.to_string(), "P14D");
/// assert_eq!("P1W7D".parse(), Ok(fortnight));
/// assert!("P1M".parse::<Period>().is_err(), "a month has no fixed length");
/// # Ok::<(), assignment_request::DurationError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period(Ticks);

/// The text is not an ISO 8601 duration of weeks, days and time that fits 64 bits of ticks (rule J9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a duration like `P14D` or `PT1H30M`, without sign, years or months")]
pub struct DurationError;

/// Nanoseconds in one tick.
const NANOSECONDS_PER_TICK: u128 = 100;

impl Period {
    /// A duration of zero.
    pub const ZERO: Self = Self(Ticks::new(0));

    /// Returns the duration of `ticks` times 100 ns, or `None` if `ticks` is negative.
    #[must_use]
    pub const fn from_ticks(ticks: i64) -> Option<Self> {
        if ticks < 0 { None } else { Some(Self(Ticks::new(ticks.unsigned_abs()))) }
    }

    /// Returns a duration of whole days of 24 hours.
    #[must_use]
    pub const fn from_days(days: u32) -> Self {
        // The days of a u32 are up to 3.8e21 ticks, more than an i64 holds, so the product saturates.
        let ticks = (days as i64).saturating_mul(SECONDS_PER_DAY * TICKS_PER_SECOND);
        Self(Ticks::new(ticks.unsigned_abs()))
    }

    /// Returns a duration of whole minutes.
    #[must_use]
    pub const fn from_minutes(minutes: u32) -> Self {
        let ticks = minutes as i64 * SECONDS_PER_MINUTE * TICKS_PER_SECOND;
        Self(Ticks::new(ticks.unsigned_abs()))
    }

    /// Returns the number of ticks of 100 ns.
    #[must_use]
    pub const fn ticks(self) -> i64 {
        0_i64.saturating_add_unsigned(self.0.get())
    }

    /// Returns whether the duration is zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0.get() == 0
    }
}

/// Never fails: durations of the standard library can be longer than any period.
impl From<Period> for core::time::Duration {
    fn from(period: Period) -> Self {
        Self::from_nanos_u128(u128::from(period.ticks().unsigned_abs()) * NANOSECONDS_PER_TICK)
    }
}

/// Fractions below 100 ns are cut off. Durations of more than about 29,000 years are out of range.
///
/// ```
/// use std::time::Duration;
///
/// use assignment_request::{DurationError, Period};
///
/// assert_eq!(Period::try_from(Duration::from_secs(60)), Ok(Period::from_minutes(1)));
/// assert_eq!(Period::try_from(Duration::MAX), Err(DurationError));
/// ```
impl TryFrom<core::time::Duration> for Period {
    type Error = DurationError;

    fn try_from(duration: core::time::Duration) -> Result<Self, DurationError> {
        let ticks = i64::try_from(duration.as_nanos() / NANOSECONDS_PER_TICK).map_err(|_| DurationError)?;
        Self::from_ticks(ticks).ok_or(DurationError)
    }
}

impl FromStr for Period {
    type Err = DurationError;

    fn from_str(text: &str) -> Result<Self, DurationError> {
        parse_duration(text.as_bytes()).and_then(Self::from_ticks).ok_or(DurationError)
    }
}

/// Reads `P[nW][nD][T[nH][nM][n[.f…]S]]` with at least one part after the `P`, and one after the `T`.
fn parse_duration(bytes: &[u8]) -> Option<i64> {
    let (weeks, rest) = part(symbol(bytes, b'P')?, b'W', SECONDS_PER_WEEK)?;
    let (days, rest) = part(rest, b'D', SECONDS_PER_DAY)?;
    let Some(time) = symbol(rest, b'T') else {
        let has_part = weeks.is_some() || days.is_some();
        return if has_part && rest.is_empty() { sum([weeks, days]) } else { None };
    };
    let (hours, rest) = part(time, b'H', SECONDS_PER_HOUR)?;
    let (minutes, rest) = part(rest, b'M', SECONDS_PER_MINUTE)?;
    let (seconds, rest) = part(rest, b'S', 1)?;
    if !rest.is_empty() || time.is_empty() {
        return None;
    }
    sum([weeks, days, hours, minutes, seconds])
}

/// Returns the sum of the parts that are present, or `None` if it does not fit.
fn sum<const N: usize>(parts: [Option<i64>; N]) -> Option<i64> {
    parts.into_iter().flatten().try_fold(0, i64::checked_add)
}

/// Reads an optional number and its unit, in ticks. Seconds may have a fraction.
fn part(bytes: &[u8], unit: u8, seconds: i64) -> Option<(Option<i64>, &[u8])> {
    let Some((count, rest)) = number(bytes) else { return Some((None, bytes)) };
    let (fraction, rest) = if unit == b'S' { fraction(rest)? } else { (0, rest) };
    match symbol(rest, unit) {
        Some(rest) => Some((Some(in_ticks(count, seconds)?.checked_add(fraction)?), rest)),
        None => Some((None, bytes)),
    }
}

fn in_ticks(count: i64, seconds: i64) -> Option<i64> {
    count.checked_mul(seconds)?.checked_mul(TICKS_PER_SECOND)
}

/// Reads one or more decimal digits.
fn number(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let length = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (head, rest) = bytes.split_at_checked(length)?;
    if head.is_empty() {
        return None;
    }
    let mut value = 0_i64;
    for byte in head {
        value = value.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
    }
    Some((value, rest))
}

impl fmt::Display for Period {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fraction = self.ticks() % TICKS_PER_SECOND;
        let seconds = self.ticks() / TICKS_PER_SECOND;
        let (days, rest) = (seconds / SECONDS_PER_DAY, seconds % SECONDS_PER_DAY);
        let (hours, rest) = (rest / SECONDS_PER_HOUR, rest % SECONDS_PER_HOUR);
        let (minutes, seconds) = (rest / SECONDS_PER_MINUTE, rest % SECONDS_PER_MINUTE);
        formatter.write_str("P")?;
        if days > 0 {
            write!(formatter, "{days}D")?;
        }
        let has_time = hours > 0 || minutes > 0 || seconds > 0 || fraction > 0;
        if has_time || days == 0 {
            formatter.write_str("T")?;
        }
        if hours > 0 {
            write!(formatter, "{hours}H")?;
        }
        if minutes > 0 {
            write!(formatter, "{minutes}M")?;
        }
        if fraction > 0 {
            let mut digits = fraction;
            let mut width = 7;
            while digits % 10 == 0 {
                digits /= 10;
                width -= 1;
            }
            write!(formatter, "{seconds}.{digits:0width$}S")?;
        } else if seconds > 0 || !has_time && days == 0 {
            write!(formatter, "{seconds}S")?;
        }
        Ok(())
    }
}

/// Same as [`Display`](fmt::Display).
impl fmt::Debug for Period {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Period({self})")
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn durations_of_the_standard_library_are_converted() {
        for ticks in [0, 1, 9_999_999, i64::MAX] {
            let period = Period::from_ticks(ticks).unwrap();
            let duration = core::time::Duration::from(period);
            assert_eq!(duration.as_nanos(), u128::from(ticks.unsigned_abs()) * 100);
            assert_eq!(Period::try_from(duration), Ok(period));
            assert_eq!(
                Period::try_from(duration + core::time::Duration::from_nanos(99)),
                Ok(period),
                "it is cut off"
            );
        }
        let longest = core::time::Duration::from(Period::from_ticks(i64::MAX).unwrap());
        assert_eq!(Period::try_from(longest + core::time::Duration::from_nanos(100)), Err(DurationError));
    }

    #[test]
    fn j9_durations_are_weeks_days_and_time() {
        for (text, written) in [
            ("P2W", "P14D"),
            ("P4W2D", "P30D"),
            ("P1WT2H", "P7DT2H"),
            ("P1W2DT3H4M5.5S", "P9DT3H4M5.5S"),
            ("P0W", "PT0S"),
            ("P0W0DT0S", "PT0S"),
            ("P14D", "P14D"),
            ("PT36H", "P1DT12H"),
            ("P1DT2H3M4.5S", "P1DT2H3M4.5S"),
            ("PT0.0000001S", "PT0.0000001S"),
            ("PT0S", "PT0S"),
            ("P0D", "PT0S"),
            ("PT90M", "PT1H30M"),
            ("PT5M", "PT5M"),
            ("P1DT1S", "P1DT1S"),
            ("P1DT0.5S", "P1DT0.5S"),
        ] {
            let period: Period = text.parse().unwrap();
            assert_eq!(period.to_string(), written, "{text}");
            assert_eq!(format!("{period:?}"), format!("Period({written})"));
            assert_eq!(written.parse(), Ok(period));
        }
        for text in [
            "",
            "P",
            "PT",
            "P1DT",
            "P1",
            "1D",
            "-P1D",
            "+P1D",
            "P-1D",
            "P1Y",
            "P1M",
            "P1D1W",
            "P1W1W",
            "P1WT",
            "P1W1",
            "P1W1Y",
            "P1W1M",
            "P1M1W",
            "PT1W",
            "PT1H1W",
            "P1w",
            "P1.5W",
            "-P1W1D",
            "p1d",
            "P1d",
            "P1.5D",
            "PT1.5H",
            "PT.5S",
            "PT1.S",
            "PT1S1M",
            "PT1H1H",
            "14 days",
            "P1D ",
            "P99999999999999999999D",
            "P9223372036854775807W",
            "P1525028W5D",
            "P1525028WT100H",
        ] {
            assert_eq!(text.parse::<Period>(), Err(DurationError), "{text}");
        }
    }
}
