//! The extensions that a policy calls: `customExtensionStageSettings`.

use assignment_request::{CallbackConfiguration, ExtensionBehavior, ExtensionId, ExtensionSpec};

use crate::bodies::callout::CALLBACK_TYPES;
use crate::json::body::{BodyKind, read_body};
use crate::json::member::match_member;
use crate::json::reader::Reader;
use crate::json::writer::{Bare, Json, Members, Object, name, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::{ReadCode, ReadError};
use crate::vocabulary::options::ReadOptions;

/// The types of a custom extension: the two current ones, their base type, and that of older beta bodies.
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

/// Reads `customExtensionHandlers`, which older beta bodies use for extensions and J5 does not list. It must be null or
/// empty: ignoring a handler that waits for a callback would give access before the callback.
pub(super) fn read_handlers(reader: &mut Reader<'_>) -> Result<(), ReadError> {
    let handlers = reader.array(Reader::skip)?;
    if handlers.is_none_or(|handlers| handlers.is_empty()) {
        return Ok(());
    }
    let message = "handlers are not supported; use `customExtensionStageSettings`".to_owned();
    Err(reader.error_at_member(ReadCode::UnsupportedValue, message))
}

/// Reads an extension's setting. Returns `None`, and notes the missing stage, if there is no stage.
fn read_setting(reader: &mut Reader<'_>) -> Result<Option<ExtensionSpec>, ReadError> {
    let mut stage = None;
    let mut extension = CustomExtension::default();
    reader.members(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&["customExtensionStageSetting"])?,
            "id" => reader.skip()?,
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
    id: Option<ExtensionId>,
    /// `Some(None)` if the value is null.
    #[expect(clippy::option_option, reason = "absent, null and there are three things here")]
    callback: Option<Option<CallbackConfiguration>>,
    has_endpoint: bool,
}

impl CustomExtension {
    /// Returns the behavior, if the policy states it (rule P6). If the callback configuration is absent, a response may
    /// have left it out.
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
                reader.skip()?;
            },
            // The host knows how to reach the outside system.
            "authenticationConfiguration"
            | "clientConfiguration"
            | "createdBy"
            | "createdDateTime"
            | "description"
            | "displayName"
            | "lastModifiedBy"
            | "lastModifiedDateTime" => reader.skip()?,
        });
        Ok(())
    })?;
    Ok(extension)
}

/// Reads an extension that the host stores, for a policy that names it by reference (rule P6).
///
/// # Errors
///
/// Returns the first fault of the JSON text, or else the first fault of the shape; [`ReadCode`] lists both. Otherwise
/// returns `missing` if there is no `callbackConfiguration`. Null is not missing: it means that no request waits for
/// the extension.
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
    read_body(bytes, options, BodyKind::Policy, |reader| {
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

/// Writes a callback configuration if requests wait, and null with an endpoint if they do not. Without both, the policy
/// names the extension by reference (rule P6).
impl Json for ExtensionSpec {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.member(name!("stage"), Bare(self.stage.as_str()));
            object.object(name!("customExtension"), |extension| {
                extension.optional(name!("id"), self.custom_extension_id);
                let callback = match self.behavior {
                    None => return,
                    Some(ExtensionBehavior::LaunchAndContinue) => {
                        // The content of the endpoint is not stored.
                        extension.object(name!("endpointConfiguration"), |_| {});
                        None
                    }
                    Some(ExtensionBehavior::LaunchAndWait(callback)) => Some(callback),
                };
                let members = |callback: CallbackConfiguration| {
                    Members(move |object: &mut Object<'_>| {
                        object.optional(name!("timeoutDuration"), callback.timeout);
                    })
                };
                extension.member(name!("callbackConfiguration"), callback.map(members));
            });
        });
    }
}
