//! Callouts to extensions.

use std::borrow::Cow;

use assignment_request::{Callout, CalloutStatus, Request};
use uuid::Uuid;

use super::additional_data::Text;
use super::name::{Name, read_name};
use crate::ReadError;
use crate::json::{Reader, match_member};

/// `customExtensionCalloutInstance`: a callout to an extension.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CalloutResource<'a> {
    /// `id`: the instance id, which a resume names.
    pub id: Option<Uuid>,
    /// `status`.
    pub status: Option<Name<'a, CalloutStatus>>,
    /// `detail`: what was said about it last.
    pub detail: Text<'a>,
    /// `customExtensionId`: which extension is called.
    pub custom_extension_id: Option<Uuid>,
    /// `externalCorrelationId`: what the extension calls its run.
    pub external_correlation_id: Text<'a>,
}

impl<'a> CalloutResource<'a> {
    /// The callout of `request`.
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

/// The extension that a callout calls.
pub(crate) fn extension_of<'a>(
    request: &'a Request,
    callout: &Callout,
) -> Option<&'a assignment_request::Extension> {
    let index = usize::try_from(callout.index()).ok()?;
    request.route().extensions(callout.stage()).nth(index)
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
