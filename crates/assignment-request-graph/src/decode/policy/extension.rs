//! Which outside systems a policy calls: `customExtensionStageSettings`.

use assignment_request::{CallbackConfiguration, ExtensionSpec};
use uuid::Uuid;

use crate::json::Reader;
use crate::{ReadCode, ReadError};

/// The types of a custom extension: the two of today, their base, and the one of older beta.
const EXTENSION_TYPES: &[&str] = &[
    "accessPackageAssignmentRequestWorkflowExtension",
    "accessPackageAssignmentWorkflowExtension",
    "customCalloutExtension",
    "customAccessPackageWorkflowExtension",
];

pub(super) fn read_extensions(reader: &mut Reader<'_>) -> Result<Vec<ExtensionSpec>, ReadError> {
    let extensions = reader.array(read_extension)?.unwrap_or_default();
    Ok(extensions.into_iter().flatten().collect())
}

/// Passes over `customExtensionHandlers`, which older beta has for launch-and-continue extensions and J5 does not know.
/// One that waits for a callback is refused: passed over, it would give access without the callback's yes.
pub(super) fn pass_over_handlers(reader: &mut Reader<'_>, name: &str) -> Result<(), ReadError> {
    if !reader.passes_over_unknown() {
        return reader.unknown(name);
    }
    reader.pass_over_with(|reader, name| {
        if name == "callbackConfiguration" && !reader.comes_null()? {
            let message = "a handler that waits; use `customExtensionStageSettings`".to_owned();
            return Err(reader.error_at_member(ReadCode::UnsupportedValue, message));
        }
        Ok(())
    })
}

/// Reads an extension's setting. None where its stage is missing, which is noted.
fn read_extension(reader: &mut Reader<'_>) -> Result<Option<ExtensionSpec>, ReadError> {
    let mut stage = None;
    let mut extension = CustomExtension::default();
    reader.members(|reader, name| {
        match name {
            "@odata.type" => reader.expect_type(&["customExtensionStageSetting"])?,
            "id" => reader.pass_over()?,
            "stage" => stage = reader.name(&[])?,
            "customExtension" => extension = read_custom_extension(reader)?,
            _ => reader.unknown(name)?,
        }
        Ok(())
    })?;
    let Some(stage) = stage else {
        reader.note_missing("stage");
        return Ok(None);
    };
    Ok(Some(ExtensionSpec { stage, custom_extension_id: extension.id, callback: extension.callback }))
}

#[derive(Debug, Default)]
struct CustomExtension {
    id: Option<Uuid>,
    callback: Option<CallbackConfiguration>,
}

fn read_custom_extension(reader: &mut Reader<'_>) -> Result<CustomExtension, ReadError> {
    let mut extension = CustomExtension::default();
    reader.object(|reader, name| {
        match name {
            "@odata.type" => reader.expect_type(EXTENSION_TYPES)?,
            "id" => extension.id = reader.id()?,
            "callbackConfiguration" => extension.callback = read_callback(reader)?,
            // How the outside system is reached is the host's.
            "authenticationConfiguration"
            | "clientConfiguration"
            | "createdBy"
            | "createdDateTime"
            | "description"
            | "displayName"
            | "endpointConfiguration"
            | "lastModifiedBy"
            | "lastModifiedDateTime" => reader.pass_over()?,
            _ => reader.unknown(name)?,
        }
        Ok(())
    })?;
    Ok(extension)
}

fn read_callback(reader: &mut Reader<'_>) -> Result<Option<CallbackConfiguration>, ReadError> {
    let mut timeout = None;
    let is_there = reader.object(|reader, name| {
        match name {
            "@odata.type" => reader.expect_type(&["customExtensionCallbackConfiguration"])?,
            "timeoutDuration" => {
                let duration = reader.duration()?;
                reader.unite(&mut timeout, duration, "durationBeforeTimeout")?;
            }
            "durationBeforeTimeout" => {
                let duration = reader.duration()?;
                reader.unite(&mut timeout, duration, "timeoutDuration")?;
            }
            _ => reader.unknown(name)?,
        }
        Ok(())
    })?;
    Ok(is_there.then_some(CallbackConfiguration { timeout }))
}
