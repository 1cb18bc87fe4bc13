//! Who may do what at all (rule T6, and the rules of each command).

use crate::{ActionKind, Actor, Rejection, Request, Role, RoleSet};

impl ActionKind {
    /// The roles that may do this. A user may cancel only what they asked for themselves (rule K1).
    #[must_use]
    pub const fn roles(self) -> RoleSet {
        match self {
            Self::Process | Self::ReportDelivery | Self::ReportCalloutFailed | Self::Elapse => {
                RoleSet::of(&[Role::System])
            }
            Self::Resume => RoleSet::of(&[Role::Extension, Role::Administrator]),
            Self::Decide => RoleSet::of(&[Role::Approver]),
            Self::Reprocess => RoleSet::of(&[Role::Administrator, Role::System]),
            Self::Cancel => RoleSet::of(&[Role::User, Role::Administrator, Role::System]),
        }
    }
}

/// Why the role may not do this; none where it may.
pub(super) fn why_not_permitted(request: &Request, actor: Actor, action: ActionKind) -> Option<Rejection> {
    if !action.roles().contains(actor.role) {
        return Some(Rejection::NotPermitted { action, role: actor.role });
    }
    let is_other_user =
        action == ActionKind::Cancel && actor.role == Role::User && actor.id != request.requestor();
    is_other_user.then_some(Rejection::NotTheRequestor)
}
