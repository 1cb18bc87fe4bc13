//! The requested start and end of access.

use assignment_request::{Quoted, Schedule, Timestamp};
use serde_json::Value;

use crate::bodies::expiration::{ExpirationMembers, read_expiration};
use crate::json::member::match_member;
use crate::json::reader::Reader;
use crate::json::writer::{Json, name, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::{ReadCode, ReadError};

/// The types of a schedule: in v1.0 and in beta.
const SCHEDULE_TYPES: &[&str] = &["entitlementManagementSchedule", "requestSchedule"];

/// The object that contains a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ScheduleOf {
    Request,
    /// The assignment, whose schedule is read as the request's (rule C9).
    Assignment,
}

/// The members of a schedule.
#[derive(Clone, Debug)]
pub(super) struct ScheduleMembers<'a> {
    /// The place of the schedule's name in the text.
    pub(super) at: usize,
    start: Option<Timestamp>,
    /// The JSON text of a recurrence.
    recurrence: Option<&'a str>,
    expiration: ExpirationMembers,
}

/// Schedules with the same content are equal, regardless of their places (rule C9).
impl PartialEq for ScheduleMembers<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.start == other.start
            && self.expiration.expiration() == other.expiration.expiration()
            && is_same_json(self.recurrence, other.recurrence)
    }
}

/// Returns whether both texts are missing, or are the same JSON value. White space, the order of members and the form
/// of numbers are ignored.
fn is_same_json(first: Option<&str>, second: Option<&str>) -> bool {
    let Some((first, second)) = first.zip(second) else { return first.is_none() && second.is_none() };
    // If this parser refuses a value, for its depth or the size of a number, only an identical text equals it.
    let parsed = |text| serde_json::from_str::<Value>(text).ok();
    first == second
        || parsed(first).zip(parsed(second)).is_some_and(|(first, second)| is_same_value(&first, &second))
}

/// Compares parsed values as [`is_same_json`] does. The recursion is no deeper than the parser's limit.
fn is_same_value(first: &Value, second: &Value) -> bool {
    match (first, second) {
        (Value::Number(first), Value::Number(second)) => {
            first == second || first.is_f64() != second.is_f64() && first.as_f64() == second.as_f64()
        }
        (Value::Array(first), Value::Array(second)) => {
            first.len() == second.len()
                && first.iter().zip(second).all(|(first, second)| is_same_value(first, second))
        }
        (Value::Object(first), Value::Object(second)) => {
            first.len() == second.len()
                && first
                    .iter()
                    .all(|(name, value)| second.get(name).is_some_and(|second| is_same_value(value, second)))
        }
        (
            Value::Null
            | Value::Bool(_)
            | Value::String(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_),
            _,
        ) => first == second,
    }
}

impl ScheduleMembers<'_> {
    /// Returns whether every member is null or absent, including those of the expiration.
    pub(super) fn is_empty(&self) -> bool {
        let ExpirationMembers { kind, end, duration } = self.expiration;
        self.start.is_none()
            && self.recurrence.is_none()
            && kind.is_none()
            && end.is_none()
            && duration.is_none()
    }

    pub(super) fn schedule(&self) -> Schedule {
        Schedule {
            start: self.start,
            expiration: self.expiration.expiration(),
            has_recurrence: self.recurrence.is_some(),
        }
    }
}

/// Reads a schedule, or null.
pub(super) fn read_schedule<'a>(
    reader: &mut Reader<'a>,
    owner: ScheduleOf,
) -> Result<Option<ScheduleMembers<'a>>, ReadError> {
    let mut schedule = ScheduleMembers {
        at: reader.member_at(),
        start: None,
        recurrence: None,
        expiration: ExpirationMembers::default(),
    };
    let is_there = reader.object(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(SCHEDULE_TYPES)?,
            "startDateTime" => schedule.start = reader.timestamp()?,
            "recurrence" => schedule.recurrence = reader.json_text()?,
            "expiration" => schedule.expiration = read_expiration(reader)?.unwrap_or_default(),
            "stopDateTime" => read_stop(reader, owner, name)?,
        });
        Ok(())
    })?;
    Ok(is_there.then_some(schedule))
}

/// Reads the undocumented `stopDateTime` of an assignment's schedule, which must be null. Ignoring an end would give
/// access for longer than the client asked for.
fn read_stop(reader: &mut Reader<'_>, owner: ScheduleOf, name: &str) -> Result<(), ReadError> {
    match owner {
        ScheduleOf::Request => reader.unknown(name, &[]),
        ScheduleOf::Assignment if reader.is_null()? => Ok(()),
        ScheduleOf::Assignment => {
            let message = format!("{} of an assignment cannot be asked for", Quoted(name));
            Err(reader.error_at_member(ReadCode::UnsupportedValue, message))
        }
    }
}

impl Json for Schedule {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.optional(name!("startDateTime"), self.start);
            if self.has_recurrence {
                // A draft only records that there is a recurrence.
                object.object(name!("recurrence"), |_| {});
            }
            object.member(name!("expiration"), self.expiration);
        });
    }
}
