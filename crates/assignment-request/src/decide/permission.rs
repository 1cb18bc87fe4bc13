//! Who may do what at all (rule T6, and the rules of each command).

use crate::command::ActionKind;
use crate::command::rejection::Rejection;
use crate::request::Request;
use crate::vocabulary::actor::{Actor, Role};

/// Returns why the role may not do this. `None` if it may.
pub(super) fn why_not_permitted(request: &Request, actor: Actor, action: ActionKind) -> Option<Rejection> {
    if !action.roles().contains(actor.role) {
        return Some(Rejection::NotPermitted { action, role: actor.role });
    }
    let is_other_user =
        action == ActionKind::Cancel && actor.role == Role::User && actor.id != request.requestor();
    is_other_user.then_some(Rejection::NotTheRequestor)
}
