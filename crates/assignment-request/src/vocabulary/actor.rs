//! Who gives a command, and in which role (rule T6).

use crate::vocabulary::named::{named, parse_names};
use uuid::Uuid;

use crate::vocabulary::bitset::bitset;

named! {
    /// The roles in which a command can be given (rule T6). The host authenticates, and vouches for the role.
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
    #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
    pub enum Role {
        /// A person who asks for access, for themselves or for another.
        User = "user",
        /// One of the persons who decide about a stage. That this person is among the stage's approvers is the host's to
        /// resolve.
        Approver = "approver",
        /// Somebody who administers the access package.
        Administrator = "administrator",
        /// An outside system that was called; its subject is a service's own, not a person's.
        Extension = "extension",
        /// The host itself.
        System = "system",
    }
}

parse_names!(Role, in_any_case);

bitset! {
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
