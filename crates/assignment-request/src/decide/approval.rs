//! `StageDecision`: an approver's decision (rules V4, V5, Y12).

use crate::command::StageDecision;
use crate::command::rejection::{CommandText, Rejection};
use crate::decide::emitter::Emitter;
use crate::decide::guards::Guards;
use crate::request::Request;
use crate::request::event::{DenialReason, EventKind};
use crate::request::phase::{Escalation, Phase};
use crate::vocabulary::actor::Actor;
use crate::vocabulary::decision::{ApprovalDecision, Tier};
use crate::vocabulary::rule::Rule;
use crate::vocabulary::text::is_blank;

pub(super) fn decide_stage(
    request: &Request,
    actor: Actor,
    content: &StageDecision,
    guards: &mut impl Guards,
    emitter: &mut Emitter<'_>,
) -> Result<(), Rejection> {
    let StageDecision { stage, tier, decision, .. } = *content;
    let stages = request.approval_stages();
    let index = usize::try_from(stage).unwrap_or(usize::MAX);
    let unknown = Rejection::UnknownStage { stage, stages: stages.len() };
    guards.check(Rule::V5, (index >= stages.len()).then_some(unknown))?;
    let settings = request.approval_stage(stage);
    let review = request.reviews.get(index);
    let is_decided = review.is_some();
    let decided = review.map(|review| {
        if review.approver == actor.id && review.decision == decision {
            Rejection::AlreadyDecided { stage, decision }
        } else {
            Rejection::StageAlreadyDecided { stage }
        }
    });
    guards.check(Rule::V5, decided)?;
    let open = match request.phase {
        Phase::PendingApproval { stage, escalation, .. } => Some((stage, escalation)),
        Phase::Accepted { .. }
        | Phase::WaitingForCallback { .. }
        | Phase::Scheduled { .. }
        | Phase::Delivering { .. }
        | Phase::Delivered
        | Phase::PartiallyDelivered
        | Phase::DeliveryFailed(_)
        | Phase::Denied(_)
        | Phase::Canceled(_) => None,
    };
    let not_pending = Rejection::NotPendingApproval { status: request.status() };
    guards.check(Rule::V5, open.is_none().then_some(not_pending))?;
    let not_open = open
        .filter(|(open, _)| !is_decided && *open != stage)
        .map(|(open, _)| Rejection::StageNotOpen { stage, open });
    guards.check(Rule::V5, not_open)?;
    guards.check(Rule::V5, request.concerns(actor.id).then_some(Rejection::SelfApproval))?;
    guards.check(Rule::V5, earlier_approval(request, actor))?;
    let is_self_appointed =
        request.determination(stage).is_some_and(|determination| determination.by == actor.id);
    guards.check(Rule::Y12, is_self_appointed.then_some(Rejection::SelfAppointed { stage }))?;
    let escalation = open.filter(|(open, _)| *open == stage).map(|(_, escalation)| escalation);
    let not_escalated = match (tier, escalation) {
        (Tier::Primary, _) | (Tier::Escalation, Some(Escalation::Escalated) | None) => None,
        (Tier::Escalation, Some(Escalation::At(at))) => Some(Rejection::NotEscalated { stage, at: Some(at) }),
        (Tier::Escalation, Some(Escalation::Disabled)) => Some(Rejection::NotEscalated { stage, at: None }),
    };
    guards.check(Rule::V5, not_escalated)?;
    let lacks_justification = settings.is_some_and(|settings| settings.is_approver_justification_required)
        && content.justification.as_ref().is_none_or(|text| is_blank(text));
    guards.check(Rule::V5, lacks_justification.then_some(Rejection::JustificationRequired { stage }))?;
    let limit = request.route().text_limits.justification;
    guards.check_text(CommandText::Justification, content.justification.as_deref(), limit)?;
    guards.end_of_checks()?;
    let approver = actor.id;
    let justification = content.justification.clone();
    match decision {
        ApprovalDecision::Approve => {
            emitter.emit(EventKind::StageApproved { stage, tier, approver, justification });
            request.continue_after_approval(stage, emitter);
        }
        ApprovalDecision::Deny => {
            let reason = DenialReason::Approver { stage, tier, approver, justification };
            emitter.emit(EventKind::Denied(reason));
        }
    }
    Ok(())
}

/// Returns the rejection of an approver who approved an earlier stage, if every stage needs a different approver.
fn earlier_approval(request: &Request, actor: Actor) -> Option<Rejection> {
    if !request.route().rules().spec().distinct_approvers {
        return None;
    }
    let earlier = request.reviews.iter().position(|review| review.approver == actor.id)?;
    Some(Rejection::AlreadyApproved { stage: u32::try_from(earlier).unwrap_or(u32::MAX) })
}
