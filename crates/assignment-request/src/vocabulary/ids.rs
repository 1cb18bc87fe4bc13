//! Ids.

use uuid::Uuid;

/// The text is no hyphenated UUID (rule J8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a hyphenated UUID like `46184453-e63b-4f20-86c2-c557ed5d5df9`")]
pub struct IdError;

/// Reads an id: a hyphenated UUID in any case, and no other form (rule J8). `uuid` itself would also take braces, a
/// `urn:` prefix and bare hexadecimal digits.
///
/// # Errors
///
/// [`IdError`] for any other text.
///
/// ```
/// use assignment_request::{IdError, parse_id};
///
/// let id = parse_id("46184453-E63B-4f20-86c2-c557ed5d5df9")?;
/// assert_eq!(id.to_string(), "46184453-e63b-4f20-86c2-c557ed5d5df9");
/// assert_eq!(parse_id("46184453e63b4f2086c2c557ed5d5df9"), Err(IdError));
/// # Ok::<(), IdError>(())
/// ```
pub fn parse_id(text: &str) -> Result<Uuid, IdError> {
    const HYPHENATED_LENGTH: usize = 36;
    if text.len() != HYPHENATED_LENGTH {
        return Err(IdError);
    }
    Uuid::try_parse(text).map_err(|_| IdError)
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn j8_only_hyphenated_ids_are_read() {
        let id = "46184453-E63B-4f20-86c2-c557ed5d5df9";
        assert_eq!(parse_id(id).unwrap().to_string(), id.to_lowercase());
        for text in [
            "",
            "46184453e63b4f2086c2c557ed5d5df9",
            "{46184453-e63b-4f20-86c2-c557ed5d5df9}",
            "urn:uuid:46184453-e63b-4f20-86c2-c557ed5d5df9",
            "46184453-e63b-4f20-86c2-c557ed5d5df",
            "46184453-e63b-4f20-86c2c-557ed5d5df9",
            "46184453-e63b-4f20-86c2-c557ed5d5dg9",
            "46184453e63b4f2086c2c557ed5d5df9\u{e9}\u{e9}",
        ] {
            assert_eq!(parse_id(text), Err(IdError), "{text}");
        }
    }
}
