//! The subject who gives a command, and their role (rule T6).

use crate::vocabulary::ids::SubjectId;
use crate::vocabulary::named::{named, parse_names};

use crate::vocabulary::bitset::bitset;

named! {
    /// The role in which a subject gives a command (rule T6). The host authenticates the subject and vouches for the
    /// role.
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
    #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
    pub enum Role {
        /// A person who asks for access, for themselves or for someone else.
        User = "user",
        /// A person who decides an approval stage. The host resolves whether this person is one of the stage's
        /// approvers.
        Approver = "approver",
        /// Someone who administers the access package.
        Administrator = "administrator",
        /// An outside system that was called. The subject is a service, not a person.
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

/// A subject acting in a role. Ids of subjects are UUIDs, and are compared as UUIDs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Actor {
    /// The subject.
    pub id: SubjectId,
    /// The role in which the subject acts.
    pub role: Role,
}

impl Actor {
    /// Returns the subject `id` in the role `role`.
    #[must_use]
    pub const fn new(id: SubjectId, role: Role) -> Self {
        Self { id, role }
    }
}
