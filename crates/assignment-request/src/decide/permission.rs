//! Who may give which command (rule T6, and the rules of each command).

use crate::command::ActionKind;
use crate::command::rejection::Rejection;
use crate::request::Request;
use crate::vocabulary::actor::{Actor, Role};

/// Returns why the actor may not do this, or `None` if they may.
pub(super) fn why_not_permitted(request: &Request, actor: Actor, action: ActionKind) -> Option<Rejection> {
    if !action.roles().contains(actor.role) {
        return Some(Rejection::NotPermitted { action, role: actor.role });
    }
    let is_other_user =
        action == ActionKind::Cancel && actor.role == Role::User && actor.id != request.requestor();
    is_other_user.then_some(Rejection::NotTheRequestor)
}
