//! `Process`: starting the route (rule W1).

use crate::command::ActionKind;
use crate::vocabulary::ids::SubjectId;

use crate::command::rejection::Rejection;
use crate::decide::emitter::Emitter;
use crate::decide::guards::Guards;
use crate::request::Request;
use crate::request::event::EventKind;
use crate::request::phase::Phase;
use crate::vocabulary::rule::Rule;
use crate::vocabulary::status::Status;

pub(super) fn process(
    request: &Request,
    given: Option<SubjectId>,
    guards: &mut impl Guards,
    emitter: &mut Emitter<'_>,
) -> Result<(), Rejection> {
    guards.check(Rule::W1, why_not_now(request))?;
    let is_accepted = request.status() == Status::Accepted;
    guards.check(
        Rule::C13,
        (is_accepted && request.is_validation_only()).then_some(Rejection::ValidationOnly),
    )?;
    let conflict = request
        .target
        .zip(given)
        .filter(|(known, given)| known != given)
        .map(|(known, given)| Rejection::ConflictingTarget { known, given });
    guards.check(Rule::W1, conflict)?;
    let has_decision = request.is_approval_required() || request.has_wait();
    let is_unknown = request.target.or(given).is_none() && has_decision;
    guards.check(Rule::W1, is_unknown.then_some(Rejection::TargetUnknown))?;
    guards.end_of_checks()?;
    if let (None, Some(target)) = (request.target, given) {
        emitter.emit(EventKind::TargetResolved { target });
    }
    request.begin(emitter);
    Ok(())
}

fn why_not_now(request: &Request) -> Option<Rejection> {
    match request.phase {
        Phase::Accepted { .. } => None,
        Phase::Denied(_) | Phase::Canceled(_) => {
            Some(Rejection::RequestClosed { state: request.state(), action: ActionKind::Process })
        }
        Phase::WaitingForCallback { .. }
        | Phase::PendingApproval { .. }
        | Phase::Scheduled { .. }
        | Phase::Delivering { .. }
        | Phase::Delivered
        | Phase::PartiallyDelivered
        | Phase::DeliveryFailed(_) => Some(Rejection::AlreadyProcessing { status: request.status() }),
    }
}
