//! Moments from and to other types for points in time.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use assignment_request::{Timestamp, TimestampRangeError};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;
use time::{OffsetDateTime, UtcDateTime, UtcOffset};

/// A timestamp, and the nanoseconds since 1970 of a point in time that is less than a tick behind it.
fn cut_off() -> impl Strategy<Value = (Timestamp, i128)> {
    let ticks = prop_oneof![
        Timestamp::MIN.ticks()..=Timestamp::MAX.ticks(),
        -20_i64..20,
        Just(Timestamp::MIN.ticks()),
        Just(Timestamp::MAX.ticks()),
    ];
    (ticks, 0_i128..100)
        .prop_map(|(ticks, rest)| (Timestamp::from_ticks(ticks).unwrap(), i128::from(ticks) * 100 + rest))
}

fn system_time(nanoseconds: i128) -> SystemTime {
    let length = Duration::from_nanos_u128(nanoseconds.unsigned_abs());
    if nanoseconds < 0 { UNIX_EPOCH - length } else { UNIX_EPOCH + length }
}

fn chrono(nanoseconds: i128) -> DateTime<Utc> {
    let seconds = nanoseconds.div_euclid(1_000_000_000).try_into().unwrap();
    let rest = nanoseconds.rem_euclid(1_000_000_000).try_into().unwrap();
    DateTime::from_timestamp(seconds, rest).unwrap()
}

proptest! {
    #[test]
    fn what_is_finer_than_a_tick_is_cut_off_and_what_is_whole_comes_back((timestamp, nanoseconds) in cut_off()) {
        let tick = nanoseconds.div_euclid(100) * 100;

        prop_assert_eq!(Timestamp::try_from(system_time(nanoseconds)), Ok(timestamp));
        prop_assert_eq!(SystemTime::try_from(timestamp), Ok(system_time(tick)));

        prop_assert_eq!(Timestamp::try_from(chrono(nanoseconds)), Ok(timestamp));
        prop_assert_eq!(DateTime::<Utc>::from(timestamp), chrono(tick));

        let time = |nanoseconds| OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).unwrap();
        prop_assert_eq!(Timestamp::try_from(time(nanoseconds)), Ok(timestamp));
        prop_assert_eq!(OffsetDateTime::from(timestamp), time(tick));
        prop_assert_eq!(OffsetDateTime::from(timestamp).offset(), UtcOffset::UTC);
        prop_assert_eq!(Timestamp::try_from(UtcDateTime::from(time(nanoseconds))), Ok(timestamp));
        prop_assert_eq!(UtcDateTime::from(timestamp), UtcDateTime::from(time(tick)));

        if let Ok(time) = jiff::Timestamp::from_nanosecond(nanoseconds) {
            prop_assert_eq!(Timestamp::try_from(time), Ok(timestamp));
            prop_assert_eq!(jiff::Timestamp::try_from(timestamp), Ok(jiff::Timestamp::from_nanosecond(tick).unwrap()));
        } else {
            prop_assert_eq!(jiff::Timestamp::try_from(timestamp), Err(TimestampRangeError));
        }
    }

    #[test]
    fn all_of_them_write_the_same_text((timestamp, _) in cut_off()) {
        let text = timestamp.to_string();
        // chrono writes digits in threes, so it is shown by what it reads.
        prop_assert_eq!(text.parse::<DateTime<Utc>>().map(Timestamp::try_from), Ok(Ok(timestamp)));
        if let Ok(timestamp) = jiff::Timestamp::try_from(timestamp) {
            prop_assert_eq!(timestamp.to_string(), text);
        }
    }
}

#[test]
fn points_in_time_outside_the_years_0000_to_9999_are_out_of_range() {
    let (before, after) =
        (i128::from(Timestamp::MIN.ticks()) * 100 - 1, i128::from(Timestamp::MAX.ticks()) * 100 + 100);
    for nanoseconds in [before, after] {
        assert_eq!(Timestamp::try_from(system_time(nanoseconds)), Err(TimestampRangeError));
        assert_eq!(Timestamp::try_from(chrono(nanoseconds)), Err(TimestampRangeError));
    }
    for extreme in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
        assert_eq!(Timestamp::try_from(extreme), Err(TimestampRangeError));
    }
    assert_eq!(Timestamp::try_from(system_time(i128::from(i64::MAX) * 1_000_000)), Err(TimestampRangeError));
    assert_eq!(Timestamp::try_from(jiff::Timestamp::MIN), Err(TimestampRangeError));
    assert_eq!(Timestamp::try_from(UtcDateTime::MIN), Err(TimestampRangeError));
    // A local time that is of the year 9999, and of the year 10000 in UTC.
    let west = time::PrimitiveDateTime::MAX.assume_offset(UtcOffset::from_hms(-1, 0, 0).unwrap());
    assert_eq!(Timestamp::try_from(west), Err(TimestampRangeError));
}

#[test]
fn the_last_timestamp_is_no_timestamp_of_jiff() {
    assert_eq!(jiff::Timestamp::try_from(Timestamp::MAX), Err(TimestampRangeError));
    let last = Timestamp::try_from(jiff::Timestamp::MAX).unwrap();
    assert_eq!(last.to_string(), "9999-12-30T22:00:00.9999999Z");
    assert!(jiff::Timestamp::try_from(last).is_ok());
}

#[test]
fn a_leap_second_is_the_first_second_after_it() {
    let minute = NaiveDate::from_ymd_opt(2016, 12, 31).unwrap().and_hms_milli_opt(23, 59, 59, 1_250).unwrap();
    let timestamp = Timestamp::try_from(minute.and_utc()).unwrap();
    assert_eq!(timestamp.to_string(), "2017-01-01T00:00:00.25Z");
    assert_eq!(DateTime::<Utc>::from(timestamp) - minute.and_utc(), TimeDelta::zero());
}
