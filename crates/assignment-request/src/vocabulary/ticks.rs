//! Ticks of 100 ns, the precision of Microsoft Graph, and their parser (rule J9).

use core::num::NonZeroU64;

/// Ticks of 100 ns in one second.
pub(crate) const TICKS_PER_SECOND: i64 = 10_000_000;
pub(crate) const SECONDS_PER_MINUTE: i64 = 60;
pub(crate) const SECONDS_PER_HOUR: i64 = 60 * SECONDS_PER_MINUTE;
pub(crate) const SECONDS_PER_DAY: i64 = 24 * SECONDS_PER_HOUR;
pub(crate) const SECONDS_PER_WEEK: i64 = 7 * SECONDS_PER_DAY;

/// A number of ticks, stored plus one. This leaves 0 for `None`, so that an `Option` takes no more space.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Ticks(NonZeroU64);

impl Ticks {
    pub(crate) const fn new(ticks: u64) -> Self {
        Self(NonZeroU64::MIN.saturating_add(ticks))
    }

    pub(crate) const fn get(self) -> u64 {
        self.0.get() - 1
    }
}

pub(crate) fn symbol(bytes: &[u8], expected: u8) -> Option<&[u8]> {
    match bytes {
        [first, rest @ ..] if *first == expected => Some(rest),
        _ => None,
    }
}

/// Reads an optional fraction, `.` and at least one digit, as ticks. Digits below a tick are cut off.
pub(crate) fn fraction(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let Some(rest) = symbol(bytes, b'.') else { return Some((0, bytes)) };
    let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if length == 0 {
        return None;
    }
    let (head, rest) = rest.split_at_checked(length)?;
    let mut ticks = 0;
    let mut unit = TICKS_PER_SECOND;
    for byte in head {
        unit /= 10;
        ticks += i64::from(byte - b'0') * unit;
    }
    Some((ticks, rest))
}
