//! The twelve types of request (rule T1).

use crate::vocabulary::actor::Role;

/// What a request asks for, and on whose initiative (rule T1).
///
/// ```
/// use assignment_request::{Operation, RequestType, Role};
///
/// assert_eq!(RequestType::AdminAdd.operation(), Operation::Add);
/// assert_eq!(RequestType::AdminAdd.initiator(), Role::Administrator);
/// assert_eq!("adminADD".parse(), Ok(RequestType::AdminAdd), "names are read in any ASCII case");
/// assert_eq!(RequestType::AdminAdd.to_string(), "adminAdd");
/// ```
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
pub enum RequestType {
    /// A person asks for access: a first assignment or a renewal; for another person only by rule C6.
    UserAdd,
    /// A person asks to change an assignment.
    UserUpdate,
    /// A person asks to prolong an assignment.
    UserExtend,
    /// A person gives an assignment back.
    UserRemove,
    /// An administrator assigns directly.
    AdminAdd,
    /// An administrator prolongs an assignment, or edits its answers.
    AdminUpdate,
    /// An administrator takes an assignment away.
    AdminRemove,
    /// The system assigns automatically.
    SystemAdd,
    /// The system changes an assignment.
    SystemUpdate,
    /// The system takes an assignment away.
    SystemRemove,
    /// A person asks for access for somebody else (rule C6).
    OnBehalfAdd,
    /// An approver takes an assignment away.
    ApproverRemove,
}

impl RequestType {
    /// What is done with the assignment.
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

    /// The role that may submit it (rule C1).
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

/// What a request does with an assignment.
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
pub enum Operation {
    /// Access is given.
    Add,
    /// An assignment's time or answers change.
    Update,
    /// Access is taken away.
    Remove,
}
