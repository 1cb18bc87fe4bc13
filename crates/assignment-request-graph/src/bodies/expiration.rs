//! The end of access, in requests and in policies.

use assignment_request::{Expiration, ExpirationType, Period, Timestamp};

use crate::json::member::match_member;
use crate::json::reader::Reader;
use crate::json::writer::{Bare, Json, name, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::ReadError;

/// The members of an expiration.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ExpirationMembers {
    pub(super) kind: Option<ExpirationType>,
    pub(super) end: Option<Timestamp>,
    pub(super) duration: Option<Period>,
}

impl ExpirationMembers {
    /// Returns the expiration that the members describe. Without a type it is `notSpecified`.
    pub(super) fn expiration(&self) -> Expiration {
        Expiration {
            kind: self.kind.unwrap_or(ExpirationType::NotSpecified),
            end: self.end,
            duration: self.duration,
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
            "endDateTime" => expiration.end = reader.timestamp()?,
            "duration" => expiration.duration = reader.duration()?,
        });
        Ok(())
    })?;
    Ok(is_there.then_some(expiration))
}

impl Json for Expiration {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.member(name!("type"), Bare(self.kind.as_str()));
            object.optional(name!("endDateTime"), self.end);
            object.optional(name!("duration"), self.duration);
        });
    }
}
