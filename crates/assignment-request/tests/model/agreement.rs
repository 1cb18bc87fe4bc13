//! The library and the model, side by side: they agree on a submission and on every command behind it.

use std::error::Error;
use std::fmt;

use assignment_request::{
    Cancellation, Command, DeliveryFailure, DenialReason, Event, EventKind, Moment, Policy, Rejection,
    Request, SubmissionRefusal,
};
use uuid::Uuid;

use crate::cases::{Case, later};
use crate::model;
use crate::model::request::{ModelEvent, ModelRequest};
use crate::model::submission::Outcome;

/// What the model says, and what the library says.
#[derive(Debug)]
pub(crate) struct Disagreement(String);

impl fmt::Display for Disagreement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Error for Disagreement {}

#[expect(clippy::needless_pass_by_value, reason = "calls are easier to read without references")]
fn same<T: fmt::Debug + PartialEq>(what: &str, model: T, library: T) -> Result<(), Disagreement> {
    if model == library {
        Ok(())
    } else {
        Err(Disagreement(format!("{what}: the model says {model:?}, the library {library:?}")))
    }
}

fn policy(case: &Case) -> Policy {
    Policy::compile(&case.policy, &case.limits).unwrap().with_rules(case.rules.validate().unwrap())
}

pub(crate) fn submit(case: &Case) -> Result<(Request, Event), SubmissionRefusal> {
    let submission = case.submission();
    policy(case).submit(submission.id, &case.draft, submission.existing, case.actor, case.now)
}

/// An event as the model writes it, with its moments some ticks earlier.
pub(crate) fn as_model(event: &Event, ticks: i64) -> ModelEvent {
    let earlier = |moment: &Moment| later(*moment, -ticks);
    let content = match &event.kind {
        EventKind::Submitted(_) | EventKind::DeliveryStarted {} => String::new(),
        EventKind::TargetResolved { target } => format!("{target}"),
        EventKind::CalloutStarted { instance, stage, index, attempt, deadline } => {
            let deadline = deadline.as_ref().map(earlier);
            format!("{instance} {stage:?} index {index} attempt {attempt} until {deadline:?}")
        }
        EventKind::CalloutFailed { instance, detail } => format!("{instance} {detail:?}"),
        EventKind::CallbackReceived { instance, actor, decision, source, detail } => {
            format!("{instance} {actor:?} {decision:?} {source:?} {detail:?}")
        }
        EventKind::CallbackTimedOut { instance } => format!("{instance}"),
        EventKind::ApprovalRequested { stage, deadline, escalation } => {
            let escalation = escalation.as_ref().map(earlier);
            format!("stage {stage} until {} escalation {escalation:?}", earlier(deadline))
        }
        EventKind::ApprovalEscalated { stage } => format!("stage {stage}"),
        EventKind::StageApproved { stage, tier, approver, justification } => {
            format!("stage {stage} {tier:?} {approver} {justification:?}")
        }
        EventKind::Approved { automatic } => format!("automatic {automatic}"),
        EventKind::Denied(DenialReason::Approver { stage, tier, approver, justification }) => {
            format!("approver stage {stage} {tier:?} {approver} {justification:?}")
        }
        EventKind::Denied(DenialReason::ApprovalExpired) => "approvalExpired".to_owned(),
        EventKind::Denied(DenialReason::WindowPassed) => "windowPassed".to_owned(),
        EventKind::Canceled(Cancellation::Requestor(id)) => format!("requestor {id}"),
        EventKind::Canceled(Cancellation::Administrator(id)) => format!("administrator {id}"),
        EventKind::Canceled(Cancellation::System(id)) => format!("system {id}"),
        EventKind::Denied(DenialReason::Callback) | EventKind::Canceled(Cancellation::Callback) => {
            "callback".to_owned()
        }
        EventKind::Scheduled { start } => format!("{}", earlier(start)),
        EventKind::FulfillmentOrdered { attempt, operation, deadline } => {
            let deadline = deadline.as_ref().map(earlier);
            format!("attempt {attempt} {operation:?} until {deadline:?}")
        }
        EventKind::Delivered { attempt } | EventKind::PartiallyDelivered { attempt } => {
            format!("attempt {attempt}")
        }
        EventKind::DeliveryFailed(DeliveryFailure::Fulfillment) => "fulfillment".to_owned(),
        EventKind::DeliveryFailed(DeliveryFailure::FulfillmentTimedOut) => "fulfillmentTimedOut".to_owned(),
        EventKind::DeliveryFailed(DeliveryFailure::CalloutFailed) => "calloutFailed".to_owned(),
        EventKind::DeliveryFailed(DeliveryFailure::CallbackTimedOut) => "callbackTimedOut".to_owned(),
        EventKind::Reprocessed { actor } => format!("{actor:?}"),
    };
    ModelEvent { name: event.name(), at: earlier(&event.at), content }
}

pub(crate) fn as_models(events: &[Event]) -> Vec<ModelEvent> {
    events.iter().map(|event| as_model(event, 0)).collect()
}

/// Model and library give the same answer to a submission; the request of both, where it is accepted.
pub(crate) fn submissions_agree(case: &Case) -> Result<Option<(ModelRequest, Request, Event)>, Disagreement> {
    match (model::submission::submit(case.submission()), submit(case)) {
        (Outcome::NotPermitted, Err(SubmissionRefusal::Rejected(rejection))) => {
            same("refusal", "notPermitted", rejection.code())?;
            Ok(None)
        }
        (Outcome::Violations(expected), Err(SubmissionRefusal::Invalid(found))) => {
            let found: Vec<_> = found.iter().map(|one| (one.code(), one.place.to_string())).collect();
            same("violations", expected, found)?;
            Ok(None)
        }
        (Outcome::Accepted(model), Ok((request, event))) => {
            same("event", ("submitted", 1, case.now), (event.name(), event.sequence, event.at))?;
            requests_agree(&model, &request)?;
            same("requestor", model.requestor, request.requestor())?;
            same("type", case.draft.request_type, request.request_type())?;
            same("validation only", model.is_validation_only, request.is_validation_only())?;
            same("window's end", model.window_end, request.window_end())?;
            same("approval stages", model.stages.len(), request.approval_stages().len())?;
            let answers: Vec<_> = request
                .answers()
                .iter()
                .map(|answer| (answer.question_id, answer.value.as_deref().map(str::to_owned)))
                .collect();
            same("answers", &model.answers, &answers)?;
            for stage in 0..4 {
                let expected = (usize::try_from(stage).unwrap() < model.stages.len())
                    .then(|| Uuid::new_v5(&model.id, format!("approval/{stage}").as_bytes()));
                same("id of an approval stage", expected, request.approval_stage_id(stage))?;
            }
            Ok(Some((*model, request, event)))
        }
        (expected, found) => {
            let found = found.map(|(request, _)| request.status()).map_err(|refusal| refusal.to_string());
            Err(Disagreement(format!("submission: the model says {expected:?}, the library {found:?}")))
        }
    }
}

/// Model and library agree on all that can be seen of a request.
pub(crate) fn requests_agree(model: &ModelRequest, request: &Request) -> Result<(), Disagreement> {
    same("state", model.state, request.state())?;
    same("status", model.status, request.status())?;
    same("revision", model.revision, request.revision())?;
    same("updated", model.updated, request.updated())?;
    same("completed", model.completed, request.completed())?;
    same("target", model.target, request.target())?;
    same("attempt", model.attempt, request.attempt().unwrap_or(0))?;
    let deadline = request.next_deadline().map(|deadline| (deadline.at, deadline.kind.into()));
    same("next deadline", model.next_deadline(), deadline)?;
    let expected: Vec<_> = model
        .callouts
        .iter()
        .map(|one| (one.instance, one.stage, one.index, one.attempt, one.status, one.decision))
        .collect();
    let found: Vec<_> = request
        .callouts()
        .iter()
        .map(|one| (one.instance(), one.stage(), one.index(), one.attempt(), one.status(), one.decision()))
        .collect();
    same("callouts", expected, found)?;
    let deciders: Vec<Uuid> = request.reviews().iter().map(|review| review.approver).collect();
    same("who decided", &model.deciders, &deciders)?;
    for has_assignment in [false, true] {
        let expected = if model.is_deletable(has_assignment) { Ok(()) } else { Err("notDeletable") };
        let found = request.check_deletable(has_assignment).map_err(|rejection| rejection.code());
        same("deletable", expected, found)?;
    }
    Ok(())
}

/// A command that was given, and what the library made of it.
pub(crate) struct Played {
    pub(crate) before: Request,
    pub(crate) command: Command,
    pub(crate) now: Moment,
    pub(crate) outcome: Result<Vec<Event>, Rejection>,
    pub(crate) after: Request,
}

/// A whole life: the model at the end, every event from the submission on, and every command.
pub(crate) struct Life {
    pub(crate) model: ModelRequest,
    pub(crate) submitted: Request,
    pub(crate) events: Vec<Event>,
    pub(crate) played: Vec<Played>,
}

/// How a command is handled: [`Request::handle`], or a machine with a fault.
pub(crate) type Handle = fn(&mut Request, &Command, Moment) -> Result<Vec<Event>, Rejection>;

/// Plays a case on both; they agree after every command. None where the submission is refused.
pub(crate) fn play(case: &Case) -> Result<Option<Life>, Disagreement> {
    play_on(case, Request::handle)
}

/// Plays a case on the model and on this machine.
pub(crate) fn play_on(case: &Case, handle: Handle) -> Result<Option<Life>, Disagreement> {
    let Some((mut model, mut request, event)) = submissions_agree(case)? else {
        return Ok(None);
    };
    let mut life =
        Life { model: model.clone(), submitted: request.clone(), events: vec![event], played: Vec::new() };
    let mut clock = case.now;
    for step in &case.steps {
        let (command, now) = step.command(&model, clock);
        clock = now;
        let before = request.clone();
        let expected = model.handle(&command, now);
        let outcome = handle(&mut request, &command, now);
        let found = outcome.as_ref().map(|events| as_models(events)).map_err(Rejection::code);
        same("outcome", expected, found)
            .map_err(|Disagreement(text)| Disagreement(format!("{command:?} at {now}: {text}")))?;
        requests_agree(&model, &request)?;
        life.events.extend(outcome.iter().flatten().cloned());
        life.played.push(Played { before, command, now, outcome, after: request.clone() });
    }
    life.model = model;
    Ok(Some(life))
}
