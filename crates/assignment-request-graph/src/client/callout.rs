//! Callouts to extensions.

use std::borrow::Cow;

use assignment_request::{Callout, CalloutId, CalloutStatus, ExtensionId, Request};

use crate::bodies::callout::extension_of;
use crate::json::member::match_member;
use crate::json::name::{Plain, read_name};
use crate::json::reader::Reader;
use crate::json::value::Text;
use crate::json::writer::{Json, name, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::ReadError;
use crate::vocabulary::name::Name;

/// `customExtensionCalloutInstance`: a callout to an extension.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CalloutResource<'a> {
    /// `id`: the instance id, which a resume must name.
    pub id: Option<CalloutId>,
    /// `status`.
    pub status: Option<Name<'a, CalloutStatus>>,
    /// `detail`: the latest detail about the callout.
    pub detail: Text<'a>,
    /// `customExtensionId`: the called extension.
    pub custom_extension_id: Option<ExtensionId>,
    /// `externalCorrelationId`: the extension's own id of its run.
    pub external_correlation_id: Text<'a>,
}

impl<'a> CalloutResource<'a> {
    /// Returns the resource of a callout of `request`.
    pub(super) fn of(request: &'a Request, callout: &'a Callout) -> Self {
        Self {
            id: Some(callout.instance()),
            status: Some(Name::Known(callout.status())),
            detail: callout.detail().map(Cow::Borrowed),
            custom_extension_id: extension_of(request, callout)
                .and_then(|extension| extension.custom_extension_id),
            external_correlation_id: None,
        }
    }
}

pub(super) fn read_callout<'a>(reader: &mut Reader<'a>) -> Result<CalloutResource<'a>, ReadError> {
    let mut callout = CalloutResource::default();
    reader.members(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&["customExtensionCalloutInstance"])?,
            "id" => callout.id = reader.id()?,
            "status" => callout.status = read_name(reader)?,
            "detail" => callout.detail = reader.text()?,
            "customExtensionId" => callout.custom_extension_id = reader.id()?,
            "externalCorrelationId" => callout.external_correlation_id = reader.text()?,
        });
        Ok(())
    })?;
    Ok(callout)
}

/// Published beta responses have the status in camelCase too.
impl Json for CalloutResource<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.member(name!("status"), self.status.as_ref().map(Plain));
            object.member(name!("externalCorrelationId"), &self.external_correlation_id);
            object.member(name!("customExtensionId"), self.custom_extension_id);
            object.member(name!("id"), self.id);
            object.member(name!("detail"), &self.detail);
        });
    }
}
