//! Schedules.

use assignment_request::{ExpirationType, Period, Schedule, Timestamp};

use super::additional_data::RawJson;
use super::name::{Name, read_name};
use crate::ReadError;
use crate::json::{Reader, match_member};

/// `entitlementManagementSchedule`, in beta `requestSchedule`: when access is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScheduleResource<'a> {
    /// `startDateTime`.
    pub start: Option<Timestamp>,
    /// `recurrence`, which no request has.
    pub recurrence: Option<RawJson<'a>>,
    /// `expiration`.
    pub expiration: Option<ExpirationResource<'a>>,
}

/// `expirationPattern`: until when access lasts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExpirationResource<'a> {
    /// `endDateTime`.
    pub end: Option<Timestamp>,
    /// `duration`.
    pub duration: Option<Period>,
    /// `type`.
    pub kind: Option<Name<'a, ExpirationType>>,
}

/// A request that gave no schedule shows one without content.
impl From<Option<&Schedule>> for ScheduleResource<'_> {
    fn from(schedule: Option<&Schedule>) -> Self {
        let expiration = schedule.map(|schedule| schedule.expiration);
        Self {
            start: schedule.and_then(|schedule| schedule.start),
            recurrence: None,
            expiration: Some(ExpirationResource {
                end: expiration.and_then(|expiration| expiration.end),
                duration: expiration.and_then(|expiration| expiration.duration),
                kind: Some(Name::Known(
                    expiration.map_or(ExpirationType::NotSpecified, |expiration| expiration.kind),
                )),
            }),
        }
    }
}

pub(super) fn read_schedule<'a>(
    reader: &mut Reader<'a>,
    text: &'a str,
) -> Result<Option<ScheduleResource<'a>>, ReadError> {
    let mut schedule = ScheduleResource::default();
    let is_there = reader.object(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&["entitlementManagementSchedule", "requestSchedule"])?,
            "startDateTime" => schedule.start = reader.moment()?,
            "recurrence" => {
                let is_null = reader.is_null()?;
                schedule.recurrence = if is_null { None } else { Some(RawJson::read(reader, text)?) };
            },
            "expiration" => schedule.expiration = read_expiration(reader)?,
        });
        Ok(())
    })?;
    Ok(is_there.then_some(schedule))
}

fn read_expiration<'a>(reader: &mut Reader<'a>) -> Result<Option<ExpirationResource<'a>>, ReadError> {
    let mut expiration = ExpirationResource::default();
    let is_there = reader.object(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&["expirationPattern"])?,
            "endDateTime" => expiration.end = reader.moment()?,
            "duration" => expiration.duration = reader.duration()?,
            "type" => expiration.kind = read_name(reader)?,
        });
        Ok(())
    })?;
    Ok(is_there.then_some(expiration))
}
