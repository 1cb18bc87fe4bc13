//! When access is wanted, and until when it lasts.

use assignment_request::{Expiration, ExpirationType, Schedule};

use crate::ReadError;
use crate::json::Reader;

/// The types of a schedule: in v1.0 and in beta.
pub(super) const SCHEDULE_TYPES: &[&str] = &["entitlementManagementSchedule", "requestSchedule"];

pub(super) fn read_schedule(reader: &mut Reader<'_>) -> Result<Option<Schedule>, ReadError> {
    let mut schedule = Schedule { start: None, expiration: Expiration::NOT_SPECIFIED, has_recurrence: false };
    let is_there = reader.object(|reader, name| {
        match name {
            "@odata.type" => reader.expect_type(SCHEDULE_TYPES)?,
            "startDateTime" => schedule.start = reader.moment()?,
            "recurrence" => {
                schedule.has_recurrence = !reader.is_null()?;
                if schedule.has_recurrence {
                    reader.pass_over()?;
                }
            }
            "expiration" => {
                schedule.expiration = read_expiration(reader)?.unwrap_or(Expiration::NOT_SPECIFIED);
            }
            _ => reader.unknown(name)?,
        }
        Ok(())
    })?;
    Ok(is_there.then_some(schedule))
}

pub(super) fn read_expiration(reader: &mut Reader<'_>) -> Result<Option<Expiration>, ReadError> {
    let mut expiration = Expiration::NOT_SPECIFIED;
    let is_there = reader.object(|reader, name| {
        match name {
            "@odata.type" => reader.expect_type(&["expirationPattern"])?,
            "type" => expiration.kind = reader.name(&[])?.unwrap_or(ExpirationType::NotSpecified),
            "endDateTime" => expiration.end = reader.moment()?,
            "duration" => expiration.duration = reader.duration()?,
            _ => reader.unknown(name)?,
        }
        Ok(())
    })?;
    Ok(is_there.then_some(expiration))
}
