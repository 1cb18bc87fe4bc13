//! The body of an action without parameters.

use crate::json::body::{BodyKind, read_body};
use crate::vocabulary::error::ReadError;
use crate::vocabulary::options::ReadOptions;

/// Reads the body of an operation that takes none, such as cancel: nothing, or an empty object.
///
/// # Errors
///
/// Returns the first fault of the JSON text, or else `unknownMember` if the object has a member. Nothing that a client says
/// is ignored.
///
/// ```
/// use assignment_request_graph::{ReadCode, ReadOptions, read_no_parameters};
///
/// let options = ReadOptions::default();
/// assert!(read_no_parameters(b"", &options).is_ok());
/// let error = read_no_parameters(br#"{"justification": "by mistake"}"#, &options).unwrap_err();
/// assert_eq!(error.code(), ReadCode::UnknownMember);
/// ```
pub fn read_no_parameters(bytes: &[u8], options: &ReadOptions) -> Result<(), ReadError> {
    if bytes.is_empty() {
        return Ok(());
    }
    read_body(bytes, options, BodyKind::Asked, |reader| {
        reader.members(|reader, name| reader.unknown(name, &[]))
    })
}
