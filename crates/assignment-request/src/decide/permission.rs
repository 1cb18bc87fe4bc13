//! Who may do what at all (rule T6, and the rules of each command).

use crate::{ActionKind, Actor, Rejection, Request, Role};

/// Why the role may not do this; none where it may.
pub(super) fn why_not_permitted(request: &Request, actor: Actor, action: ActionKind) -> Option<Rejection> {
    let is_permitted = match action {
        ActionKind::Process
        | ActionKind::ReportDelivery
        | ActionKind::ReportCalloutFailed
        | ActionKind::Elapse => actor.role == Role::System,
        ActionKind::Resume => matches!(actor.role, Role::Extension | Role::Administrator),
        ActionKind::Decide => actor.role == Role::Approver,
        ActionKind::Reprocess => matches!(actor.role, Role::Administrator | Role::System),
        ActionKind::Cancel => match actor.role {
            Role::User if actor.id != request.requestor() => return Some(Rejection::NotTheRequestor),
            Role::User | Role::Administrator | Role::System => true,
            Role::Approver | Role::Extension => false,
        },
    };
    (!is_permitted).then_some(Rejection::NotPermitted { action, role: actor.role })
}
