//! `Cancel`: canceling a request (rule K2; K1 is judged with the permission).

use crate::command::rejection::Rejection;
use crate::decide::emitter::Emitter;
use crate::decide::guards::Guards;
use crate::request::Request;
use crate::request::event::{Cancellation, DeliveryFailure, EventKind};
use crate::request::phase::Phase;
use crate::vocabulary::actor::{Actor, Role};
use crate::vocabulary::rule::Rule;

pub(super) fn cancel(
    request: &Request,
    actor: Actor,
    guards: &mut impl Guards,
    emitter: &mut Emitter<'_>,
) -> Result<(), Rejection> {
    guards.check(Rule::K2, why_not_cancelable(request, actor))?;
    guards.end_of_checks()?;
    emitter.emit(EventKind::Canceled(match actor.role {
        Role::Administrator => Cancellation::Administrator(actor.id),
        Role::System => Cancellation::System(actor.id),
        Role::User | Role::Approver | Role::Extension => Cancellation::Requestor(actor.id),
    }));
    Ok(())
}

fn why_not_cancelable(request: &Request, actor: Actor) -> Option<Rejection> {
    let status = request.status();
    let cancelable = request.route().rules().spec().cancelable;
    let by_rule = cancelable.contains(status);
    let is_cancelable = match request.phase {
        Phase::Canceled(_) => return Some(Rejection::AlreadyCanceled),
        Phase::DeliveryFailed(DeliveryFailure::FulfillmentTimedOut) => {
            return Some(Rejection::CancelBeforeReport);
        }
        Phase::WaitingForCallback { held: Some(_), .. } => {
            by_rule || matches!(actor.role, Role::Administrator | Role::System)
        }
        Phase::Accepted { .. }
        | Phase::WaitingForCallback { held: None, .. }
        | Phase::PendingApproval { .. }
        | Phase::Scheduled { .. }
        | Phase::Delivering { .. }
        | Phase::Delivered
        | Phase::PartiallyDelivered
        | Phase::DeliveryFailed(
            DeliveryFailure::Fulfillment | DeliveryFailure::CalloutFailed | DeliveryFailure::CallbackTimedOut,
        )
        | Phase::Denied(_) => by_rule,
    };
    (!is_cancelable).then_some(Rejection::NotCancelable { status, cancelable })
}
