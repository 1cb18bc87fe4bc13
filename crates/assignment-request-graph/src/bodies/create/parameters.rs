//! `parameters`: an object now, a list in older bodies (rule J5).

use assignment_request::Quoted;

use crate::json::member::match_member;
use crate::json::reader::Reader;
use crate::json::writer::{Object, name};
use crate::vocabulary::error::{ReadCode, ReadError};

/// The only name that an entry of the list may have. Its value is the opposite of `bypassApproval`.
const IS_APPROVAL_REQUIRED: &str = "IsApprovalRequired";

/// Reads `parameters`, or null. Returns whether to bypass the approval.
pub(super) fn read_parameters(reader: &mut Reader<'_>) -> Result<bool, ReadError> {
    if reader.is_array()? { read_list(reader) } else { read_object(reader) }
}

fn read_object(reader: &mut Reader<'_>) -> Result<bool, ReadError> {
    let mut bypass_approval = None;
    reader.object(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&["accessPackageAssignmentRequestParameters"])?,
            "bypassApproval" => bypass_approval = reader.boolean()?,
        });
        Ok(())
    })?;
    Ok(bypass_approval.unwrap_or_default())
}

fn read_list(reader: &mut Reader<'_>) -> Result<bool, ReadError> {
    let mut is_named_before = false;
    let mut is_approval_required = None;
    reader.elements(|reader| {
        let mut is_named = false;
        let mut value = None;
        reader.members(|reader, name| {
            match_member!(reader, name, {
                "name" => is_named = read_name(reader, is_named_before)?,
                "value" => value = read_value(reader)?,
            });
            Ok(())
        })?;
        if !is_named {
            reader.note_missing("name");
        }
        if value.is_none() {
            reader.note_missing("value");
        }
        is_named_before |= is_named;
        is_approval_required = is_approval_required.or(value);
        Ok(())
    })?;
    Ok(is_approval_required == Some(false))
}

/// Reads the name of an entry, or null. Returns whether the name is present.
fn read_name(reader: &mut Reader<'_>, is_named_before: bool) -> Result<bool, ReadError> {
    let Some((name, at)) = reader.placed_text()? else { return Ok(false) };
    if !name.eq_ignore_ascii_case(IS_APPROVAL_REQUIRED) {
        let message = format!("unknown value {}; expected {IS_APPROVAL_REQUIRED}", Quoted(&name));
        return Err(reader.error_at(ReadCode::UnknownValue, at, message));
    }
    if is_named_before {
        let message = format!("{} is given twice", Quoted(&name));
        return Err(reader.error_at_member(ReadCode::ConflictingMembers, message));
    }
    Ok(true)
}

/// Reads the value of an entry, or null. The value is a boolean, which may be written as text.
fn read_value(reader: &mut Reader<'_>) -> Result<Option<bool>, ReadError> {
    if !reader.is_text()? {
        return reader.boolean();
    }
    let Some((text, at)) = reader.placed_text()? else { return Ok(None) };
    if text.eq_ignore_ascii_case("true") {
        Ok(Some(true))
    } else if text.eq_ignore_ascii_case("false") {
        Ok(Some(false))
    } else {
        let message = format!("unknown value {}; expected one of: true, false", Quoted(&text));
        Err(reader.error_at(ReadCode::UnknownValue, at, message))
    }
}

/// Appends `parameters` to the members of a request that bypasses the approval. Both generations now use the object.
pub(super) fn write_parameters(bypass_approval: bool, object: &mut Object<'_>) {
    if bypass_approval {
        object.object(name!("parameters"), |parameters| parameters.member(name!("bypassApproval"), true));
    }
}
