//! The body of an extension's callback.

use std::borrow::Cow;
use std::sync::Arc;

use assignment_request::{
    CallbackDecision, CalloutId, CalloutStage, DeterminedStage, NameError, Quoted, Resume,
};
use strum::VariantNames as _;

use crate::bodies::approval_stage::read_approval_stage;
use crate::json::body::{BodyKind, read_body};
use crate::json::member::match_member;
use crate::json::reader::Reader;
use crate::json::type_name::TypeName;
use crate::json::writer::{Bare, EITHER, Json, Shown, name, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::{ReadCode, ReadError};
use crate::vocabulary::options::ReadOptions;

/// Reads the body of an extension's callback.
///
/// # Errors
///
/// Returns the first fault of the JSON text, or else the first fault of the shape; [`ReadCode`] lists both. Otherwise
/// returns `missing` for `data`, `data.stage` or `data.customExtensionStageInstanceId`. A `type` that does not name the
/// stage is `typeMismatch`, at its place, unless `data.stage` is missing or cannot be read; then that is the fault.
///
/// ```
/// use assignment_request::{Action, CallbackDecision};
/// use assignment_request_graph::{ReadOptions, read_resume};
///
/// let body = br#"{
///     "source": "contoso.example",
///     "type": "microsoft.graph.accessPackageCustomExtensionStage.assignmentRequestCreated",
///     "data": {
///         "@odata.type": "microsoft.graph.accessPackageAssignmentRequestCallbackData",
///         "stage": "assignmentRequestCreated",
///         "customExtensionStageInstanceId": "957d0c50-466b-4840-bb5b-c92cea7141ff",
///         "state": "denied"
///     }
/// }"#;
/// let resume = read_resume(body, &ReadOptions::default())?;
/// assert_eq!(resume.decision, CallbackDecision::Deny);
/// let action = Action::Resume(resume);
/// # let _ = action;
/// # Ok::<(), assignment_request_graph::ReadError>(())
/// ```
pub fn read_resume(bytes: &[u8], options: &ReadOptions) -> Result<Resume, ReadError> {
    read_body(bytes, options, BodyKind::Asked, read)
}

/// The types of a callback's data; either may carry an approval stage (rule J7).
const DATA_TYPES: &[&str] =
    &["accessPackageAssignmentRequestCallbackData", "assignmentRequestApprovalStageCallbackData"];

/// A callback's `type` and its place in the text.
struct CallbackType<'a> {
    text: Cow<'a, str>,
    at: usize,
}

/// The values of `state`. Without a `state`, the request continues.
#[derive(Clone, Copy, strum::EnumString, strum::VariantNames)]
#[strum(serialize_all = "camelCase", ascii_case_insensitive)]
#[strum(parse_err_ty = NameError, parse_err_fn = unknown_state)]
enum CallbackState {
    Denied,
    Canceled,
}

fn unknown_state(_: &str) -> NameError {
    NameError::new(CallbackState::VARIANTS)
}

#[derive(Default)]
struct Data {
    stage: Option<CalloutStage>,
    instance: Option<CalloutId>,
    state: Option<CallbackState>,
    approval_stage: Option<Arc<DeterminedStage>>,
    detail: Option<Arc<str>>,
}

/// Reads the body, and checks its `type`, whose fault has a fixed place among the others (rule J13): faults before the
/// `type` are reported first, and a fault of the `type` before all faults after it, regardless of where `data` is.
fn read(reader: &mut Reader<'_>) -> Result<Resume, ReadError> {
    let mut callback_type = None;
    let outcome = read_members(reader, &mut callback_type);
    // The reader may have stopped before it read the type.
    let Some(callback_type) = callback_type else { return outcome };
    let stage = match &outcome {
        Ok(resume) => Some(resume.stage),
        Err(_) => find_stage(&mut reader.again()).ok().flatten(),
    };
    if let Some(stage) = stage {
        check_type(reader, &callback_type, stage)?;
    }
    outcome
}

fn read_members<'a>(
    reader: &mut Reader<'a>,
    callback_type: &mut Option<CallbackType<'a>>,
) -> Result<Resume, ReadError> {
    let mut source = None;
    let mut data = Data::default();
    let mut has_data = false;
    reader.members(|reader, name| {
        match_member!(reader, name, {
            "source" => source = reader.shared_text()?,
            "type" => *callback_type = read_type(reader)?,
            "data" => has_data = read_data(reader, &mut data)?,
            // A misplaced denial must not be lost, even if the host allows unknown members.
            "state" | "status" => return Err(reader.unknown_member(name, &[])),
        });
        Ok(())
    })?;
    if !has_data {
        return Err(reader.missing("data"));
    }
    let Some(stage) = data.stage else { return Err(reader.missing("data.stage")) };
    let Some(instance) = data.instance else {
        return Err(reader.missing("data.customExtensionStageInstanceId"));
    };
    let decision = match data.state {
        None => CallbackDecision::Continue,
        Some(CallbackState::Denied) => CallbackDecision::Deny,
        Some(CallbackState::Canceled) => CallbackDecision::Cancel,
    };
    let Data { approval_stage, detail, .. } = data;
    Ok(Resume { instance, stage, decision, approval_stage, source, detail })
}

/// Reads `data`, or null. Returns whether it is present.
fn read_data(reader: &mut Reader<'_>, data: &mut Data) -> Result<bool, ReadError> {
    reader.object(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(DATA_TYPES)?,
            "stage" => data.stage = reader.name(&[])?,
            "customExtensionStageInstanceId" => data.instance = reader.id()?,
            "state" => data.state = reader.name(&[])?,
            "approvalStage" => data.approval_stage = read_approval_stage(reader)?.map(Arc::new),
            "customExtensionStageInstanceDetail" => data.detail = reader.shared_text()?,
        });
        Ok(())
    })
}

fn read_type<'a>(reader: &mut Reader<'a>) -> Result<Option<CallbackType<'a>>, ReadError> {
    Ok(reader.placed_text()?.map(|(text, at)| CallbackType { text, at }))
}

/// Returns the stage that a callback's `type` names. The namespace is optional (rule J7).
fn stage_of(text: &str) -> Option<CalloutStage> {
    const TYPE: &str = "accessPackageCustomExtensionStage.";
    let unmarked = text.strip_prefix('#').unwrap_or(text);
    let name = match unmarked.strip_prefix("microsoft.graph.") {
        Some(qualified) => qualified.strip_prefix(TYPE)?,
        None => text.strip_prefix(TYPE).unwrap_or(text),
    };
    name.parse().ok()
}

/// Refuses a `type` that does not name `stage`.
fn check_type(
    reader: &Reader<'_>,
    callback_type: &CallbackType<'_>,
    stage: CalloutStage,
) -> Result<(), ReadError> {
    let CallbackType { text, at } = callback_type;
    let message = match stage_of(text) {
        Some(named) if named == stage => return Ok(()),
        // Every published callback at Determining has the `type` of Created.
        Some(CalloutStage::AssignmentRequestCreated)
            if stage == CalloutStage::AssignmentRequestDeterminingApprovalRequirements =>
        {
            return Ok(());
        }
        Some(_) => format!("type {} where `data.stage` is {stage}", Quoted(text)),
        None => format!("type {} names no stage", Quoted(text)),
    };
    Err(reader.error_elsewhere(ReadCode::TypeMismatch, "type".to_owned(), *at, message))
}

/// Finds `data.stage` in a body that has a fault. Returns `None` if it is missing.
///
/// # Errors
///
/// Returns a fault if the stage cannot be read.
#[cold]
fn find_stage(reader: &mut Reader<'_>) -> Result<Option<CalloutStage>, ReadError> {
    let mut stage = None;
    reader.members(|reader, name| {
        if name != "data" {
            return reader.skip();
        }
        reader.object(|reader, name| {
            if name != "stage" {
                return reader.skip();
            }
            stage = reader.name(&[])?;
            Ok(())
        })?;
        Ok(())
    })?;
    Ok(stage)
}

/// Appends the body of a callback to `out`. [`read_resume`] reads it back as the same content. The form is the same in
/// both generations.
///
/// ```
/// use assignment_request::{CallbackDecision, CalloutId, CalloutStage, Resume};
/// use assignment_request_graph::{ReadOptions, read_resume, write_resume};
///
/// let resume = Resume {
///     instance: CalloutId::from_u128(7),
///     stage: CalloutStage::AssignmentRequestCreated,
///     decision: CallbackDecision::Continue,
///     approval_stage: None,
///     source: None,
///     detail: None,
/// };
/// let mut body = Vec::new();
/// write_resume(&resume, &mut body);
/// assert_eq!(read_resume(&body, &ReadOptions::default())?, resume);
/// # Ok::<(), assignment_request_graph::ReadError>(())
/// ```
pub fn write_resume(resume: &Resume, out: &mut Vec<u8>) {
    resume.write(EITHER, out);
}

impl Json for Resume {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.optional(name!("source"), self.source.as_deref());
            let callback_type =
                format_args!("microsoft.graph.accessPackageCustomExtensionStage.{}", self.stage);
            object.member(name!("type"), Shown(callback_type));
            object.object(name!("data"), |data| {
                let data_type = match self.approval_stage {
                    None => "#microsoft.graph.accessPackageAssignmentRequestCallbackData",
                    Some(_) => "#microsoft.graph.assignmentRequestApprovalStageCallbackData",
                };
                data.member(name!("@odata.type"), TypeName::new(data_type));
                data.member(name!("stage"), Bare(self.stage.as_str()));
                data.member(name!("customExtensionStageInstanceId"), self.instance);
                let state = match self.decision {
                    CallbackDecision::Continue => None,
                    CallbackDecision::Deny | CallbackDecision::Cancel => Some(Bare(self.decision.as_str())),
                };
                data.optional(name!("state"), state);
                data.optional(name!("approvalStage"), self.approval_stage.as_deref());
                data.optional(name!("customExtensionStageInstanceDetail"), self.detail.as_deref());
            });
        });
    }
}

#[cfg(test)]
mod tests;
