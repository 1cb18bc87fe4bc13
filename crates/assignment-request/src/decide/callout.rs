//! `Resume` and `ReportCalloutFailed`: reports about a callout (rules R1 to R7, X4).

use alloc::sync::Arc;

use crate::command::rejection::{CommandText, Rejection};
use crate::command::{ActionKind, Resume};
use crate::decide::emitter::Emitter;
use crate::decide::guards::Guards;
use crate::policy::rules::OnCalloutFailure;
use crate::request::Request;
use crate::request::callout::Callout;
use crate::request::determined_stage::{Determination, DeterminedStage};
use crate::request::event::{Cancellation, DenialReason, EventKind};
use crate::request::phase::{Phase, WaitFailure};
use crate::vocabulary::actor::Actor;
use crate::vocabulary::callout_stage::{CalloutStage, CalloutStatus};
use crate::vocabulary::decision::CallbackDecision;
use crate::vocabulary::ids::CalloutId;
use crate::vocabulary::rule::Rule;

/// Judges a callback (rules R1 to R7, Y6 to Y8).
pub(super) fn resume(
    request: &Request,
    actor: Actor,
    content: &Resume,
    guards: &mut impl Guards,
    emitter: &mut Emitter<'_>,
) -> Result<(), Rejection> {
    let Resume { instance, stage, decision, .. } = *content;
    guards.check(Rule::R1, stage.is_pre_expiration().then_some(Rejection::StageNotResumable { stage }))?;
    let found = request.callout(instance);
    let unknown = Rejection::UnknownCallout { instance, action: ActionKind::Resume };
    guards.check(Rule::R2, found.is_none().then_some(unknown))?;
    if let Some(callout) = found {
        let mismatch = Rejection::StageMismatch { given: stage, actual: callout.stage };
        guards.check(Rule::R2, (callout.stage != stage).then_some(mismatch))?;
        let is_awaited = request.is_awaited(callout);
        let refusal = (!is_awaited).then(|| why_not_awaited(request, callout, content));
        let is_late = refusal == Some(Rejection::CallbackTooLate);
        guards.check(Rule::R3, refusal.filter(|_| !is_late))?;
        guards.check(Rule::R4, refusal.filter(|_| is_late))?;
    }
    guards.check(Rule::R7, request.concerns(actor.id).then_some(Rejection::SelfResume))?;
    let rules = request.route().rules().spec();
    let refusal = match decision {
        CallbackDecision::Deny if !rules.deny_at.contains(stage) => {
            Some(Rejection::DenialNotAllowed { stage, allowed: rules.deny_at })
        }
        CallbackDecision::Cancel if !rules.cancel_at.contains(stage) => {
            Some(Rejection::CancellationNotAllowed { stage, allowed: rules.cancel_at })
        }
        CallbackDecision::Continue | CallbackDecision::Deny | CallbackDecision::Cancel => None,
    };
    guards.check(Rule::R5, refusal)?;
    let given = content.approval_stage.as_ref();
    let determines = stage == CalloutStage::AssignmentRequestDeterminingApprovalRequirements
        && decision == CallbackDecision::Continue;
    let refusal = match given {
        None if determines => Some(Rejection::ApprovalStageMissing),
        Some(_) if !determines => Some(Rejection::ApprovalStageUnexpected),
        None | Some(_) => None,
    };
    guards.check(Rule::Y6, refusal)?;
    let limits = request.route().text_limits;
    guards.check_text(CommandText::Source, content.source.as_deref(), limits.source)?;
    guards.check_text(CommandText::Detail, content.detail.as_deref(), limits.detail)?;
    let refusal = given.filter(|_| determines).and_then(|given| bad_stage(request, actor, given));
    guards.check(Rule::Y8, refusal)?;
    guards.end_of_checks()?;
    if let Some(callout) = found {
        emitter.emit(EventKind::CallbackReceived {
            instance,
            actor,
            decision,
            approval_stage: given.cloned(),
            source: content.source.clone(),
            detail: content.detail.clone(),
        });
        match decision {
            CallbackDecision::Continue => {
                request.continue_after_callout(callout.stage, callout.index, given.map(Arc::as_ref), emitter);
            }
            CallbackDecision::Deny => emitter.emit(EventKind::Denied(DenialReason::Callback)),
            CallbackDecision::Cancel => emitter.emit(EventKind::Canceled(Cancellation::Callback)),
        }
    }
    Ok(())
}

/// Returns why the callback of a callout that the request does not wait for is refused (rules R3, R4).
fn why_not_awaited(request: &Request, callout: &Callout, content: &Resume) -> Rejection {
    let given = content.decision;
    match callout.status {
        CalloutStatus::CalloutSent => Rejection::NotWaiting,
        CalloutStatus::CallbackReceived
            if callout.decision == Some(given)
                && request.stage_determined_by(callout) == content.approval_stage.as_deref() =>
        {
            Rejection::AlreadyResumed
        }
        CalloutStatus::CallbackReceived => Rejection::ResumeConflict {
            received: callout.decision.unwrap_or(CallbackDecision::Continue),
            given,
        },
        CalloutStatus::CallbackTimedOut => Rejection::CallbackTooLate,
        CalloutStatus::CalloutFailed => Rejection::CalloutAlreadyFailed,
        CalloutStatus::WaitingForCallback => {
            Rejection::RequestClosed { state: request.state(), action: ActionKind::Resume }
        }
    }
}

/// Returns why the approval stage of a resume is refused, or `None` if it is accepted (rule Y8).
fn bad_stage(request: &Request, actor: Actor, stage: &DeterminedStage) -> Option<Rejection> {
    let longest = request.route().rules().spec().determined_stage_limit;
    let excluded = [request.requestor(), request.target.unwrap_or(actor.id), actor.id];
    let violations = stage.violations(longest, &excluded);
    (!violations.is_empty()).then_some(Rejection::BadApprovalStage { violations })
}

/// Judges the report that a callout failed (rule X4).
pub(super) fn report_callout_failed(
    request: &Request,
    instance: CalloutId,
    detail: Option<&Arc<str>>,
    guards: &mut impl Guards,
    emitter: &mut Emitter<'_>,
) -> Result<(), Rejection> {
    let found = request.callout(instance);
    let unknown = Rejection::UnknownCallout { instance, action: ActionKind::ReportCalloutFailed };
    guards.check(Rule::X4, found.is_none().then_some(unknown))?;
    let is_awaited = found.is_some_and(|callout| request.is_awaited(callout));
    let refusal = found.and_then(|callout| match callout.status {
        CalloutStatus::CalloutFailed => Some(Rejection::CalloutAlreadyReported),
        status @ (CalloutStatus::CallbackReceived | CalloutStatus::CallbackTimedOut) => {
            Some(Rejection::CalloutClosed { status })
        }
        CalloutStatus::WaitingForCallback if !is_awaited => {
            Some(Rejection::RequestClosed { state: request.state(), action: ActionKind::ReportCalloutFailed })
        }
        CalloutStatus::CalloutSent | CalloutStatus::WaitingForCallback => None,
    });
    guards.check(Rule::X4, refusal)?;
    let limit = request.route().text_limits.detail;
    guards.check_text(CommandText::Detail, detail.map(AsRef::as_ref), limit)?;
    guards.end_of_checks()?;
    emitter.emit(EventKind::CalloutFailed { instance, detail: detail.cloned() });
    if is_awaited {
        request.fail_waiting(WaitFailure::CalloutFailed, emitter);
    }
    Ok(())
}

impl Request {
    /// Returns whether the request waits for this callout, held or not.
    fn is_awaited(&self, callout: &Callout) -> bool {
        matches!(self.phase, Phase::WaitingForCallback { .. })
            && self.callouts.last().is_some_and(|last| last.instance == callout.instance)
    }

    /// Returns the approval stage that the callback of this callout gave. `None` if it gave none (rule Y11).
    fn stage_determined_by(&self, callout: &Callout) -> Option<&DeterminedStage> {
        let determines = callout.stage == CalloutStage::AssignmentRequestDeterminingApprovalRequirements
            && callout.status == CalloutStatus::CallbackReceived
            && callout.decision == Some(CallbackDecision::Continue);
        let index = usize::try_from(callout.index).ok().filter(|_| determines)?;
        self.determinations.get(index).map(Determination::stage)
    }

    /// Ends the request after a failed wait, unless the wait is held (rule X6).
    pub(super) fn fail_waiting(&self, failure: WaitFailure, emitter: &mut Emitter<'_>) {
        match self.route().rules().spec().on_callout_failure {
            OnCalloutFailure::Fail => emitter.emit(EventKind::DeliveryFailed(failure.into())),
            OnCalloutFailure::Hold => {}
        }
    }
}
