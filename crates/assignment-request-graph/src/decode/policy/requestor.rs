//! Who may ask: v1.0 has a setting for each operation; beta has `acceptRequests`, and `canExtend` beside it (rule J5).

use assignment_request::RequestorSettings;

use crate::ReadError;
use crate::json::{Reader, match_member};

/// The members that say who may ask for what, as far as they were read.
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
    /// The policy says that no person may ask (rule P7).
    is_closed: bool,
}

impl RequestorMembers {
    /// Reads the policy's `canExtend`.
    pub(super) fn read_can_extend(&mut self, reader: &mut Reader<'_>) -> Result<(), ReadError> {
        self.can_extend = reader.boolean()?;
        self.check(reader, "requestorSettings")
    }

    /// Reads the policy's `allowedTargetScope`. Any other than `notSpecified` is the host's to check.
    pub(super) fn read_target_scope(&mut self, reader: &mut Reader<'_>) -> Result<(), ReadError> {
        self.read_scope(reader, "notSpecified")
    }

    /// Reads a scope, or null. `closed` is the one that nobody is in (rule P7).
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
                // Which persons these are is the host's to resolve.
                "allowedRequestors" | "onBehalfRequestors" => return reader.pass_over(),
            });
            self.check(reader, "acceptRequests")
        })?;
        Ok(())
    }

    /// What all members together say; what they do not say is false.
    pub(super) fn finish(&self) -> RequestorSettings {
        let custom_schedule = self.custom_schedule.unwrap_or_default();
        if self.is_closed {
            return RequestorSettings { custom_schedule, ..RequestorSettings::NONE };
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

    /// What beta says about updates: something only where both of its members are there, or requests are not accepted
    /// at all.
    fn beta_self_update(&self) -> Option<bool> {
        match (self.accepts_requests, self.can_extend) {
            (Some(true), can_extend) => can_extend,
            (Some(false), _) => Some(false),
            (None, _) => None,
        }
    }

    /// Refuses the member just read where v1.0's members and beta's now say different things.
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
