//! The body with which an extension calls back.

use std::sync::Arc;

use assignment_request::{CallbackDecision, Quoted, Resume, Stage};
use uuid::Uuid;

use super::body::{BodyKind, read_body};
use crate::json::Reader;
use crate::{ReadCode, ReadError, ReadOptions};

/// Reads the body with which an extension calls back.
///
/// # Errors
///
/// The first fault of the JSON text, else the first fault of the shape, else `missing` for `data`, `data.stage` or
/// `data.customExtensionStageInstanceId`.
pub fn read_resume(bytes: &[u8], options: &ReadOptions) -> Result<Resume, ReadError> {
    read_body(bytes, options, BodyKind::Asked, read)
}

/// A callback's `type`: the stage that it names, and how and where it is written.
struct CallbackType<'a> {
    stage: Option<Stage>,
    text: std::borrow::Cow<'a, str>,
    at: usize,
}

#[derive(Default)]
struct Data {
    stage: Option<Stage>,
    instance: Option<Uuid>,
    decision: Option<CallbackDecision>,
    detail: Option<Arc<str>>,
}

fn read(reader: &mut Reader<'_>) -> Result<Resume, ReadError> {
    let mut source = None;
    let mut callback_type = None;
    let mut data: Option<Data> = None;
    reader.members(|reader, name| {
        match name {
            "source" => source = reader.text()?.map(Arc::from),
            "type" => {
                callback_type = read_type(reader)?;
                check_type(reader, callback_type.as_ref(), data.as_ref().and_then(|data| data.stage))?;
            }
            "data" => data = read_data(reader, callback_type.as_ref())?,
            _ => reader.unknown(name)?,
        }
        Ok(())
    })?;
    let Some(data) = data else { return Err(reader.missing("data")) };
    let Some(stage) = data.stage else { return Err(reader.missing("data.stage")) };
    let Some(instance) = data.instance else {
        return Err(reader.missing("data.customExtensionStageInstanceId"));
    };
    Ok(Resume { instance, stage, decision: data.decision, source, detail: data.detail })
}

fn read_data(
    reader: &mut Reader<'_>,
    callback_type: Option<&CallbackType<'_>>,
) -> Result<Option<Data>, ReadError> {
    let mut data = Data::default();
    let is_there = reader.object(|reader, name| {
        match name {
            "@odata.type" => reader.expect_type(&["accessPackageAssignmentRequestCallbackData"])?,
            "stage" => {
                data.stage = reader.name(&[])?;
                check_type(reader, callback_type, data.stage)?;
            }
            "customExtensionStageInstanceId" => data.instance = reader.id()?,
            "state" => data.decision = reader.name(&[])?,
            "customExtensionStageInstanceDetail" => data.detail = reader.text()?.map(Arc::from),
            _ => reader.unknown(name)?,
        }
        Ok(())
    })?;
    Ok(is_there.then_some(data))
}

fn read_type<'a>(reader: &mut Reader<'a>) -> Result<Option<CallbackType<'a>>, ReadError> {
    let at = reader.value_at()?;
    Ok(reader.text()?.map(|text| CallbackType { stage: stage_of(&text), text, at }))
}

/// The stage that a callback's `type` names, qualified or bare (rule J7).
fn stage_of(text: &str) -> Option<Stage> {
    const TYPE: &str = "accessPackageCustomExtensionStage.";
    let unmarked = text.strip_prefix('#').unwrap_or(text);
    let name = match unmarked.strip_prefix("microsoft.graph.") {
        Some(qualified) => qualified.strip_prefix(TYPE)?,
        None => text.strip_prefix(TYPE).unwrap_or(text),
    };
    name.parse().ok()
}

/// Refuses a `type` that names no stage, or another than `stage`.
fn check_type(
    reader: &Reader<'_>,
    callback_type: Option<&CallbackType<'_>>,
    stage: Option<Stage>,
) -> Result<(), ReadError> {
    let Some(CallbackType { stage: named, text, at }) = callback_type else { return Ok(()) };
    let message = match (named, stage) {
        (None, _) => format!("type {} names no stage", Quoted(text)),
        (Some(named), Some(stage)) if *named != stage => {
            format!("type {} where `data.stage` is {stage}", Quoted(text))
        }
        (Some(_), _) => return Ok(()),
    };
    Err(reader.error_elsewhere(ReadCode::TypeMismatch, "type".to_owned(), *at, message))
}

#[cfg(test)]
mod tests;
