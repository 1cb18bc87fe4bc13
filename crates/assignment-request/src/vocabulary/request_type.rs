//! The twelve types of request (rule T1).

use crate::vocabulary::actor::Role;
use crate::vocabulary::named::{named, parse_names};

named! {
    /// What a request asks for, and who initiates it (rule T1).
    ///
    /// ```
    /// use assignment_request::{Operation, RequestType, Role};
    ///
    /// assert_eq!(RequestType::AdminAdd.operation(), Operation::Add);
    /// assert_eq!(RequestType::AdminAdd.initiator(), Role::Administrator);
    /// assert_eq!("adminADD".parse(), Ok(RequestType::AdminAdd), "names are read in any ASCII case");
    /// assert_eq!(RequestType::AdminAdd.to_string(), "adminAdd");
    /// ```
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
    #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
    pub enum RequestType {
        /// A person asks for access: a first assignment or a renewal. Rule C6 says when it may be for another person.
        UserAdd = "userAdd",
        /// A person asks to change an assignment.
        UserUpdate = "userUpdate",
        /// A person asks to extend an assignment.
        UserExtend = "userExtend",
        /// A person gives an assignment back.
        UserRemove = "userRemove",
        /// An administrator assigns directly.
        AdminAdd = "adminAdd",
        /// An administrator extends an assignment, or edits its answers.
        AdminUpdate = "adminUpdate",
        /// An administrator takes an assignment away.
        AdminRemove = "adminRemove",
        /// The system assigns automatically.
        SystemAdd = "systemAdd",
        /// The system changes an assignment.
        SystemUpdate = "systemUpdate",
        /// The system takes an assignment away.
        SystemRemove = "systemRemove",
        /// A person asks for access for someone else (rule C6).
        OnBehalfAdd = "onBehalfAdd",
        /// An approver takes an assignment away.
        ApproverRemove = "approverRemove",
    }
}

parse_names!(RequestType, in_any_case);

impl RequestType {
    /// Returns what the request does with the assignment.
    #[must_use]
    pub const fn operation(self) -> Operation {
        match self {
            Self::UserAdd | Self::AdminAdd | Self::SystemAdd | Self::OnBehalfAdd => Operation::Add,
            Self::UserUpdate | Self::UserExtend | Self::AdminUpdate | Self::SystemUpdate => Operation::Update,
            Self::UserRemove | Self::AdminRemove | Self::SystemRemove | Self::ApproverRemove => {
                Operation::Remove
            }
        }
    }

    /// Returns the role that may submit such a request (rule C1).
    #[must_use]
    pub const fn initiator(self) -> Role {
        match self {
            Self::UserAdd | Self::UserUpdate | Self::UserExtend | Self::UserRemove | Self::OnBehalfAdd => {
                Role::User
            }
            Self::AdminAdd | Self::AdminUpdate | Self::AdminRemove => Role::Administrator,
            Self::SystemAdd | Self::SystemUpdate | Self::SystemRemove => Role::System,
            Self::ApproverRemove => Role::Approver,
        }
    }
}

named! {
    /// What a request does with an assignment.
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
    pub enum Operation {
        /// Access is given.
        Add = "add",
        /// An assignment's time or answers change.
        Update = "update",
        /// Access is taken away.
        Remove = "remove",
    }
}

parse_names!(Operation, in_any_case);
