//! When access is wanted, and until when it lasts.

use assignment_request::{Expiration, ExpirationType, Period, Quoted, Schedule, Timestamp};
use serde_json::Value;

use crate::json::{Reader, match_member};
use crate::{ReadCode, ReadError};

/// The types of a schedule: in v1.0 and in beta.
const SCHEDULE_TYPES: &[&str] = &["entitlementManagementSchedule", "requestSchedule"];

/// Which object has a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ScheduleOf {
    Request,
    /// It is read as the request's (rule C9).
    Assignment,
}

/// The members of a schedule.
#[derive(Clone, Debug)]
pub(super) struct ScheduleMembers<'a> {
    /// Where its name is in the text.
    pub(super) at: usize,
    start: Option<Timestamp>,
    /// The JSON text of a recurrence.
    recurrence: Option<&'a str>,
    expiration: ExpirationMembers,
}

/// The members of an expiration.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ExpirationMembers {
    kind: Option<ExpirationType>,
    end: Option<Timestamp>,
    duration: Option<Period>,
}

/// They say the same (rule C9): where they stand does not count.
impl PartialEq for ScheduleMembers<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.start == other.start
            && self.expiration.expiration() == other.expiration.expiration()
            && is_same_json(self.recurrence, other.recurrence)
    }
}

/// Whether both texts are missing, or are the same value as JSON: white space, the order of members and how a number is
/// written do not count.
fn is_same_json(first: Option<&str>, second: Option<&str>) -> bool {
    let Some((first, second)) = first.zip(second) else { return first.is_none() && second.is_none() };
    // What this parser does not take, for its depth or the size of a number, is only equal to the same text.
    let parsed = |text| serde_json::from_str::<Value>(text).ok();
    first == second
        || parsed(first).zip(parsed(second)).is_some_and(|(first, second)| is_same_value(&first, &second))
}

/// As [`is_same_json`]. It recurses no deeper than the parser of its values does.
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
    /// Whether every member is null or absent, those of the expiration too.
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

impl ExpirationMembers {
    /// What they say; a type that is absent is not specified.
    pub(super) fn expiration(&self) -> Expiration {
        Expiration {
            kind: self.kind.unwrap_or(ExpirationType::NotSpecified),
            end: self.end,
            duration: self.duration,
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
            "startDateTime" => schedule.start = reader.moment()?,
            "recurrence" => schedule.recurrence = reader.json_text()?,
            "expiration" => schedule.expiration = read_expiration(reader)?.unwrap_or_default(),
            "stopDateTime" => read_stop(reader, owner, name)?,
        });
        Ok(())
    })?;
    Ok(is_there.then_some(schedule))
}

/// Reads the undocumented `stopDateTime` of an assignment's schedule. Ignoring an end that someone wished for would
/// give access for longer than was asked for, so only null is read.
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

/// Reads an expiration, or null.
pub(super) fn read_expiration(reader: &mut Reader<'_>) -> Result<Option<ExpirationMembers>, ReadError> {
    let mut expiration = ExpirationMembers::default();
    let is_there = reader.object(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&["expirationPattern"])?,
            "type" => expiration.kind = reader.name(&[])?,
            "endDateTime" => expiration.end = reader.moment()?,
            "duration" => expiration.duration = reader.duration()?,
        });
        Ok(())
    })?;
    Ok(is_there.then_some(expiration))
}
