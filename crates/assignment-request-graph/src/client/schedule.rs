//! Schedules.

use assignment_request::{Expiration, ExpirationType, Period, Schedule, Timestamp};

use crate::json::member::match_member;
use crate::json::name::{Plain, read_name};
use crate::json::raw::RawJson;
use crate::json::reader::Reader;
use crate::json::writer::{Json, name, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::ReadError;
use crate::vocabulary::name::Name;

/// `entitlementManagementSchedule`, in beta `requestSchedule`: when access begins and ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScheduleResource<'a> {
    /// `startDateTime`.
    pub start: Option<Timestamp>,
    /// `recurrence`, which no request has.
    pub recurrence: Option<RawJson<'a>>,
    /// `expiration`.
    pub expiration: Option<ExpirationResource<'a>>,
}

/// `expirationPattern`: when access ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExpirationResource<'a> {
    /// `endDateTime`.
    pub end: Option<Timestamp>,
    /// `duration`.
    pub duration: Option<Period>,
    /// `type`.
    pub kind: Option<Name<'a, ExpirationType>>,
}

/// A request without a schedule is shown with an empty one.
impl From<Option<&Schedule>> for ScheduleResource<'_> {
    fn from(schedule: Option<&Schedule>) -> Self {
        Self {
            start: schedule.and_then(|schedule| schedule.start),
            recurrence: None,
            expiration: Some(schedule.map(|schedule| schedule.expiration).unwrap_or_default().into()),
        }
    }
}

impl From<Expiration> for ExpirationResource<'_> {
    fn from(expiration: Expiration) -> Self {
        Self { end: expiration.end, duration: expiration.duration, kind: Some(Name::Known(expiration.kind)) }
    }
}

pub(super) fn read_schedule<'a>(reader: &mut Reader<'a>) -> Result<Option<ScheduleResource<'a>>, ReadError> {
    let mut schedule = ScheduleResource::default();
    let is_there = reader.object(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&["entitlementManagementSchedule", "requestSchedule"])?,
            "startDateTime" => schedule.start = reader.timestamp()?,
            "recurrence" => schedule.recurrence = RawJson::read_or_null(reader)?,
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
            "endDateTime" => expiration.end = reader.timestamp()?,
            "duration" => expiration.duration = reader.duration()?,
            "type" => expiration.kind = read_name(reader)?,
        });
        Ok(())
    })?;
    Ok(is_there.then_some(expiration))
}

impl Json for ScheduleResource<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.member(name!("startDateTime"), self.start);
            object.member(name!("recurrence"), self.recurrence);
            object.member(name!("expiration"), &self.expiration);
        });
    }
}

/// Published beta responses have the type in camelCase too.
impl Json for ExpirationResource<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.member(name!("endDateTime"), self.end);
            object.member(name!("duration"), self.duration);
            object.member(name!("type"), self.kind.as_ref().map(Plain));
        });
    }
}
