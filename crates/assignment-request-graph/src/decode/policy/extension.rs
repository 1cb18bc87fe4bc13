//! Which outside systems a policy calls: `customExtensionStageSettings`.

use assignment_request::{CallbackConfiguration, ExtensionBehavior, ExtensionSpec};
use uuid::Uuid;

use crate::bodies::CALLBACK_TYPES;
use crate::body::{BodyKind, read_body};
use crate::json::{Reader, match_member};
use crate::{ReadCode, ReadError, ReadOptions};

/// The types of a custom extension: the two of today, their base, and the one of older beta.
pub(super) const EXTENSION_TYPES: &[&str] = &[
    "accessPackageAssignmentRequestWorkflowExtension",
    "accessPackageAssignmentWorkflowExtension",
    "customCalloutExtension",
    "customAccessPackageWorkflowExtension",
];

pub(super) fn read_extensions(reader: &mut Reader<'_>) -> Result<Vec<ExtensionSpec>, ReadError> {
    let extensions = reader.array(read_setting)?.unwrap_or_default();
    Ok(extensions.into_iter().flatten().collect())
}

/// Reads `customExtensionHandlers`, which older beta has for extensions and which J5 does not know: it may be null or
/// empty. Ignoring a handler that waits for a callback would give access without the callback's yes.
pub(super) fn read_handlers(reader: &mut Reader<'_>) -> Result<(), ReadError> {
    let handlers = reader.array(Reader::pass_over)?;
    if handlers.is_none_or(|handlers| handlers.is_empty()) {
        return Ok(());
    }
    let message = "handlers are not supported; use `customExtensionStageSettings`".to_owned();
    Err(reader.error_at_member(ReadCode::UnsupportedValue, message))
}

/// Reads an extension's setting. None where its stage is missing, which is noted.
fn read_setting(reader: &mut Reader<'_>) -> Result<Option<ExtensionSpec>, ReadError> {
    let mut stage = None;
    let mut extension = CustomExtension::default();
    reader.members(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&["customExtensionStageSetting"])?,
            "id" => reader.pass_over()?,
            "stage" => stage = reader.name(&[])?,
            "customExtension" => extension = read_custom_extension(reader)?,
        });
        Ok(())
    })?;
    let Some(stage) = stage else {
        reader.note_missing("stage");
        return Ok(None);
    };
    let behavior = extension.behavior();
    Ok(Some(ExtensionSpec { stage, custom_extension_id: extension.id, behavior }))
}

#[derive(Debug, Default)]
struct CustomExtension {
    id: Option<Uuid>,
    /// `Some(None)` if it is given as null.
    #[expect(clippy::option_option, reason = "absent, null and there are three things here")]
    callback: Option<Option<CallbackConfiguration>>,
    has_endpoint: bool,
}

impl CustomExtension {
    /// Whether a request waits for it, as far as the policy says it (rule P6): an absent callback configuration may only
    /// have been left out of the answer.
    const fn behavior(&self) -> Option<ExtensionBehavior> {
        match self.callback {
            Some(Some(callback)) => Some(ExtensionBehavior::LaunchAndWait(callback)),
            Some(None) if self.has_endpoint => Some(ExtensionBehavior::LaunchAndContinue),
            Some(None) | None => None,
        }
    }
}

fn read_custom_extension(reader: &mut Reader<'_>) -> Result<CustomExtension, ReadError> {
    if reader.is_null()? { Ok(CustomExtension::default()) } else { read_extension_members(reader) }
}

fn read_extension_members(reader: &mut Reader<'_>) -> Result<CustomExtension, ReadError> {
    let mut extension = CustomExtension::default();
    reader.members(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(EXTENSION_TYPES)?,
            "id" => extension.id = reader.id()?,
            "callbackConfiguration" => extension.callback = Some(read_callback(reader)?),
            "endpointConfiguration" => {
                extension.has_endpoint = !reader.next_is_null()?;
                reader.pass_over()?;
            },
            // How the outside system is reached is the host's.
            "authenticationConfiguration"
            | "clientConfiguration"
            | "createdBy"
            | "createdDateTime"
            | "description"
            | "displayName"
            | "lastModifiedBy"
            | "lastModifiedDateTime" => reader.pass_over()?,
        });
        Ok(())
    })?;
    Ok(extension)
}

/// Reads an extension as a host knows it, to answer for a policy that names it by reference (rule P6).
///
/// # Errors
///
/// The first fault of the JSON text, else the first fault of the shape ([`ReadCode`] has both), else `missing` if there
/// is no `callbackConfiguration`. Null is given: it says that no request waits for the extension.
///
/// ```
/// use assignment_request::{CallbackConfiguration, ExtensionBehavior, Period};
/// use assignment_request_graph::{ReadOptions, read_extension};
///
/// let body = br#"{"callbackConfiguration": {"timeoutDuration": "PT30M"}}"#;
/// let callback = CallbackConfiguration { timeout: Some(Period::from_minutes(30)) };
/// assert_eq!(read_extension(body, &ReadOptions::default())?, ExtensionBehavior::LaunchAndWait(callback));
/// # Ok::<(), assignment_request_graph::ReadError>(())
/// ```
pub fn read_extension(bytes: &[u8], options: &ReadOptions) -> Result<ExtensionBehavior, ReadError> {
    read_body(bytes, options, BodyKind::Policy, |reader, _| {
        let extension = read_extension_members(reader)?;
        match extension.callback {
            None => Err(reader.missing("callbackConfiguration")),
            Some(None) => Ok(ExtensionBehavior::LaunchAndContinue),
            Some(Some(callback)) => Ok(ExtensionBehavior::LaunchAndWait(callback)),
        }
    })
}

fn read_callback(reader: &mut Reader<'_>) -> Result<Option<CallbackConfiguration>, ReadError> {
    let mut timeout = None;
    let is_there = reader.object(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(CALLBACK_TYPES)?,
            "timeoutDuration" => {
                let duration = reader.duration()?;
                reader.merge(&mut timeout, duration, "durationBeforeTimeout")?;
            },
            "durationBeforeTimeout" => {
                let duration = reader.duration()?;
                reader.merge(&mut timeout, duration, "timeoutDuration")?;
            },
        });
        Ok(())
    })?;
    Ok(is_there.then_some(CallbackConfiguration { timeout }))
}
