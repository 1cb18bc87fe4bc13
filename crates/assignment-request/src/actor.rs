//! Who gives a command, and in which role (rule T6).

use uuid::Uuid;

/// The roles in which a command can be given (rule T6). The host authenticates, and vouches for the role.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    strum::Display,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[strum(serialize_all = "camelCase", ascii_case_insensitive)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub enum Role {
    /// A person who asks for access, for themselves or for another.
    User,
    /// One of the persons who decide about a stage. That this person is among the stage's approvers is the host's to
    /// resolve.
    Approver,
    /// Somebody who administers the access package.
    Administrator,
    /// An outside system that was called; its subject is a service's own, not a person's.
    Extension,
    /// The host itself.
    System,
}

crate::set::set_of! {
    /// A set of roles.
    ///
    /// ```
    /// use assignment_request::{ActionKind, Role};
    ///
    /// let roles = ActionKind::Reprocess.roles();
    /// assert!(roles.contains(Role::System) && !roles.contains(Role::User));
    /// assert_eq!(roles.to_string(), "administrator, system");
    /// ```
    RoleSet(u8) of Role, ", ", "no role"
}

/// A subject, acting in a role. Subjects are UUIDs and compare as such.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Actor {
    /// The subject.
    pub id: Uuid,
    /// The role in which the subject acts.
    pub role: Role,
}

impl Actor {
    /// The subject `id` in the role `role`.
    #[must_use]
    pub const fn new(id: Uuid, role: Role) -> Self {
        Self { id, role }
    }
}

/// The text is no hyphenated UUID (rule J8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a hyphenated UUID like `46184453-e63b-4f20-86c2-c557ed5d5df9`")]
pub struct InvalidId;

/// Reads an id: a hyphenated UUID in any case, and no other form (rule J8). `uuid` itself would also take braces, a
/// `urn:` prefix and bare hexadecimal digits.
///
/// # Errors
///
/// [`InvalidId`] for any other text.
///
/// ```
/// use assignment_request::{InvalidId, parse_id};
///
/// let id = parse_id("46184453-E63B-4f20-86c2-c557ed5d5df9")?;
/// assert_eq!(id.to_string(), "46184453-e63b-4f20-86c2-c557ed5d5df9");
/// assert_eq!(parse_id("46184453e63b4f2086c2c557ed5d5df9"), Err(InvalidId));
/// # Ok::<(), InvalidId>(())
/// ```
pub fn parse_id(text: &str) -> Result<Uuid, InvalidId> {
    const HYPHENATED_LENGTH: usize = 36;
    if text.len() != HYPHENATED_LENGTH {
        return Err(InvalidId);
    }
    Uuid::try_parse(text).map_err(|_| InvalidId)
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
            assert_eq!(parse_id(text), Err(InvalidId), "{text}");
        }
    }
}
