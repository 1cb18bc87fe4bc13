//! The roles that may give each command (rule T6, and the rules of each command).

use crate::command::ActionKind;
use crate::vocabulary::actor::{Role, RoleSet};
use crate::vocabulary::rule::Rule;

impl ActionKind {
    /// Returns the roles that may take this action. A user may cancel only their own requests (rule K1).
    #[must_use]
    pub const fn roles(self) -> RoleSet {
        match self {
            Self::Process | Self::ReportDelivery | Self::ReportCalloutFailed | Self::Elapse => {
                RoleSet::of(&[Role::System])
            }
            Self::Resume => RoleSet::of(&[Role::Extension, Role::Administrator]),
            Self::DecideStage => RoleSet::of(&[Role::Approver]),
            Self::Reprocess => RoleSet::of(&[Role::Administrator, Role::System]),
            Self::Cancel => RoleSet::of(&[Role::User, Role::Administrator, Role::System]),
        }
    }

    /// Returns the rule that says who may take this action.
    pub(crate) const fn permission_rule(self) -> Rule {
        match self {
            Self::Process => Rule::W1,
            Self::Resume => Rule::R7,
            Self::DecideStage => Rule::V5,
            Self::Cancel => Rule::K1,
            Self::Reprocess => Rule::Q1,
            Self::ReportDelivery => Rule::F2,
            Self::ReportCalloutFailed => Rule::X4,
            Self::Elapse => Rule::N5,
        }
    }
}
