//! Which outside systems a policy calls: `customExtensionStageSettings`.

use assignment_request::{CallbackConfiguration, ExtensionSpec};
use uuid::Uuid;

use crate::ReadError;
use crate::json::Reader;

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
