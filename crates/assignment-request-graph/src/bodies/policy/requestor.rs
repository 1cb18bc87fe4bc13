//! Who may request access. v1.0 has a setting for each operation; beta has `acceptRequests` and, beside it, `canExtend`
//! (rule J5).

use assignment_request::RequestorSettings;

use crate::json::member::match_member;
use crate::json::reader::Reader;
use crate::json::writer::{Json, name, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::ReadError;

/// The members about allowed requests that have been read so far.
#[derive(Debug, Default)]
pub(super) struct RequestorMembers {
    self_add: Option<bool>,
    self_update: Option<bool>,
    self_remove: Option<bool>,
    on_behalf_add: Option<bool>,
    on_behalf_update: Option<bool>,
    on_behalf_remove: Option<bool>,
    custom_schedule: Option<bool>,
    accepts_requests: Option<bool>,
    can_extend: Option<bool>,
    /// Whether the policy lets no person request access (rule P7).
    is_closed: bool,
}

impl RequestorMembers {
    /// Reads the policy's `canExtend`.
    pub(super) fn read_can_extend(&mut self, reader: &mut Reader<'_>) -> Result<(), ReadError> {
        self.can_extend = reader.boolean()?;
        self.check(reader, "requestorSettings")
    }

    /// Reads the policy's `allowedTargetScope`. The host checks every scope except `notSpecified`.
    pub(super) fn read_target_scope(&mut self, reader: &mut Reader<'_>) -> Result<(), ReadError> {
        self.read_scope(reader, "notSpecified")
    }

    /// Reads a scope, or null. `closed` is the scope that includes no person (rule P7).
    fn read_scope(&mut self, reader: &mut Reader<'_>, closed: &str) -> Result<(), ReadError> {
        self.is_closed |= reader.text()?.is_some_and(|scope| scope.eq_ignore_ascii_case(closed));
        Ok(())
    }

    /// Reads the policy's `requestorSettings`.
    pub(super) fn read_settings(&mut self, reader: &mut Reader<'_>) -> Result<(), ReadError> {
        reader.object(|reader, name| {
            match_member!(reader, name, {
                "@odata.type" => {
                    reader.expect_type(&["accessPackageAssignmentRequestorSettings", "requestorSettings"])?;
                },
                "enableTargetsToSelfAddAccess" => self.self_add = reader.boolean()?,
                "enableTargetsToSelfUpdateAccess" => self.self_update = reader.boolean()?,
                "enableTargetsToSelfRemoveAccess" => self.self_remove = reader.boolean()?,
                "enableOnBehalfRequestorsToAddAccess" => self.on_behalf_add = reader.boolean()?,
                "enableOnBehalfRequestorsToUpdateAccess" => self.on_behalf_update = reader.boolean()?,
                "enableOnBehalfRequestorsToRemoveAccess" => self.on_behalf_remove = reader.boolean()?,
                "allowCustomAssignmentSchedule" => self.custom_schedule = reader.boolean()?,
                "acceptRequests" => {
                    self.accepts_requests = reader.boolean()?;
                    return self.check(reader, "enableTargetsToSelf…Access");
                },
                "scopeType" => return self.read_scope(reader, "NoSubjects"),
                // The host resolves these subjects.
                "allowedRequestors" | "onBehalfRequestors" => return reader.skip(),
            });
            self.check(reader, "acceptRequests")
        })?;
        Ok(())
    }

    /// Returns the settings that all members together describe. A setting that none of them describes is false.
    pub(super) fn finish(&self) -> RequestorSettings {
        let custom_schedule = self.custom_schedule.unwrap_or_default();
        if self.is_closed {
            return RequestorSettings { custom_schedule, ..RequestorSettings::default() };
        }
        RequestorSettings {
            self_add: self.self_add.or(self.accepts_requests).unwrap_or_default(),
            self_update: self.self_update.or(self.beta_self_update()).unwrap_or_default(),
            self_remove: self.self_remove.or(self.accepts_requests).unwrap_or_default(),
            on_behalf_add: self.on_behalf_add.unwrap_or_default(),
            on_behalf_update: self.on_behalf_update.unwrap_or_default(),
            on_behalf_remove: self.on_behalf_remove.unwrap_or_default(),
            custom_schedule,
        }
    }

    /// Returns beta's setting for updates, which needs both members unless requests are not accepted at all.
    fn beta_self_update(&self) -> Option<bool> {
        match (self.accepts_requests, self.can_extend) {
            (Some(true), can_extend) => can_extend,
            (Some(false), _) => Some(false),
            (None, _) => None,
        }
    }

    /// Refuses the member that was just read if the members of v1.0 and of beta now differ.
    fn check(&self, reader: &Reader<'_>, other: &str) -> Result<(), ReadError> {
        let differ = |first: Option<bool>, second: Option<bool>| {
            first.zip(second).is_some_and(|(first, second)| first != second)
        };
        if differ(self.self_add, self.accepts_requests)
            || differ(self.self_remove, self.accepts_requests)
            || differ(self.self_update, self.beta_self_update())
        {
            return Err(reader.conflict(other));
        }
        Ok(())
    }
}

impl Json for RequestorSettings {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.member(name!("enableTargetsToSelfAddAccess"), self.self_add);
            object.member(name!("enableTargetsToSelfUpdateAccess"), self.self_update);
            object.member(name!("enableTargetsToSelfRemoveAccess"), self.self_remove);
            object.member(name!("allowCustomAssignmentSchedule"), self.custom_schedule);
            object.member(name!("enableOnBehalfRequestorsToAddAccess"), self.on_behalf_add);
            object.member(name!("enableOnBehalfRequestorsToUpdateAccess"), self.on_behalf_update);
            object.member(name!("enableOnBehalfRequestorsToRemoveAccess"), self.on_behalf_remove);
        });
    }
}
