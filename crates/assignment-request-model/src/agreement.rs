//! The library and the model, side by side: they agree on a policy, on a submission and on every command after it.

use std::error::Error;
use std::fmt;

use assignment_request::{
    ApprovalStage, ApprovalStageId, Cancellation, Command, DeliveryFailure, DenialReason, Determination,
    Event, EventKind, PatternCache, Policy, PolicyError, Rejection, Request, SubmissionError, Timestamp,
};
use uuid::Uuid;

use crate::cases::{Case, REQUEST, later};
use crate::model::policy::Waits;
use crate::model::request::{ModelEvent, ModelRequest, Refusal, StageSettings};
use crate::model::submission::Outcome;
use crate::relation::link;
use crate::{laws, model};

/// What the model says, and what the library says.
#[derive(Debug)]
pub struct Disagreement(String);

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

/// A request and its first event, or why there is none.
pub type Judged = Result<(Request, Event), SubmissionError>;

/// What is compared with the model: the library, or a machine with a fault.
#[derive(Clone, Copy, Debug)]
pub struct Machine {
    /// Compiles the policy, under the rules of the case.
    pub compile: fn(&Case) -> Result<Policy, PolicyError>,
    /// Judges the draft.
    pub submit: fn(&Policy, &Case) -> Judged,
    /// Judges a command, and folds its events in.
    pub handle: fn(&mut Request, &Command, Timestamp) -> Result<Vec<Event>, Rejection>,
}

/// The library.
pub const LIBRARY: Machine = Machine { compile, submit, handle: Request::handle };

/// The rules of the case can be.
fn compile(case: &Case) -> Result<Policy, PolicyError> {
    let resolve = |id| case.known.iter().find(|(known, _)| *known == id).map(|(_, behavior)| *behavior);
    let policy = Policy::compile_with(&case.policy, &case.limits, &resolve, &mut PatternCache::new())?;
    Ok(policy.with_rules(case.rules.validate().unwrap()))
}

fn submit(policy: &Policy, case: &Case) -> Judged {
    policy.submit(REQUEST, &case.draft, case.existing.as_ref(), case.actor, case.now)
}

/// An event as the model writes it, with its timestamps some ticks earlier.
pub fn as_model(event: &Event, ticks: i64) -> ModelEvent {
    let earlier = |timestamp: &Timestamp| later(*timestamp, -ticks);
    let content = match &event.kind {
        EventKind::Submitted(_) | EventKind::DeliveryStarted {} => String::new(),
        EventKind::TargetResolved { target } => format!("{target}"),
        EventKind::CalloutStarted { instance, stage, index, attempt, deadline } => {
            let deadline = deadline.as_ref().map(earlier);
            format!("{instance} {stage:?} index {index} attempt {attempt} until {deadline:?}")
        }
        EventKind::CalloutFailed { instance, detail } => format!("{instance} {detail:?}"),
        EventKind::CallbackReceived { instance, actor, decision, approval_stage, source, detail } => {
            format!("{instance} {actor:?} {decision:?} {approval_stage:?} {source:?} {detail:?}")
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
        EventKind::Denied(DenialReason::NotProcessed) => "notProcessed".to_owned(),
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

pub fn as_models(events: &[Event]) -> Vec<ModelEvent> {
    events.iter().map(|event| as_model(event, 0)).collect()
}

/// A request of both, and its first event.
pub type Submitted = (ModelRequest, Request, Event);

/// Model and machine give the same answer to rules and policy; what both make of them, where they are accepted.
pub fn policies_agree(case: &Case, machine: &Machine) -> Result<Option<(Waits, Policy)>, Disagreement> {
    let are_good = model::policy::are_good_rules(&case.rules);
    same("rules are good", are_good, case.rules.validate().is_ok())?;
    if !are_good {
        return Ok(None);
    }
    match (model::policy::judge(&case.policy, &case.limits, &case.known), (machine.compile)(case)) {
        (Err(expected), Err(found)) => {
            let found: Vec<_> =
                found.violations().iter().map(|one| (one.code(), one.place.to_string())).collect();
            same("violations of the policy", expected, found)?;
            Ok(None)
        }
        (Ok(waits), Ok(policy)) => Ok(Some((waits, policy))),
        (expected, found) => {
            let found = found.map(|_| "accepts it").map_err(|violations| violations.to_string());
            Err(Disagreement(format!("policy: the model says {expected:?}, the library {found:?}")))
        }
    }
}

/// Model and library give the same answer to a submission; the request of both, where it is accepted.
pub fn submissions_agree(case: &Case) -> Result<Option<Submitted>, Disagreement> {
    submissions_agree_on(case, &LIBRARY)
}

fn submissions_agree_on(case: &Case, machine: &Machine) -> Result<Option<Submitted>, Disagreement> {
    let Some((waits, policy)) = policies_agree(case, machine)? else {
        return Ok(None);
    };
    match (model::submission::submit(case.submission(&waits)), (machine.submit)(&policy, case)) {
        (Outcome::NotPermitted, Err(SubmissionError::Rejected(rejection))) => {
            same("refusal", "notPermitted", rejection.code())?;
            Ok(None)
        }
        (Outcome::Violations(expected), Err(SubmissionError::Invalid(found))) => {
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
                let expected = (usize::try_from(stage).unwrap() < model.stages.len()).then(|| {
                    ApprovalStageId::new(Uuid::new_v5(
                        &model.id.uuid(),
                        format!("approval/{stage}").as_bytes(),
                    ))
                });
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

fn settings(stage: ApprovalStage) -> StageSettings {
    StageSettings {
        denial: stage.duration_before_automatic_denial,
        escalation: stage.duration_before_escalation,
        needs_justification: stage.is_approver_justification_required,
    }
}

/// A refusal as the model writes it.
fn as_refusal(rejection: &Rejection) -> Refusal {
    let faults = match rejection {
        Rejection::BadApprovalStage { violations } => {
            violations.iter().map(|violation| (violation.code(), violation.path().to_owned())).collect()
        }
        _ => Vec::new(),
    };
    Refusal { code: rejection.code(), faults }
}

/// Model and library agree on all that can be seen of a request.
pub fn requests_agree(model: &ModelRequest, request: &Request) -> Result<(), Disagreement> {
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
    let decisions: Vec<_> =
        request.reviews().iter().map(|review| (review.approver, review.decision)).collect();
    same("who decided", &model.decisions, &decisions)?;
    for (stage, index) in (0..).zip(0..=model.stages.len()) {
        let found = request.approval_stage(stage).map(settings);
        same("settings of an approval stage", model.stage_settings(index), found)?;
        let expected = model.determination(index).map(|(stage, by)| (&**stage, *by));
        let found = request.determination(stage).map(|one: &Determination| (one.stage(), one.by()));
        same("what was determined", expected, found)?;
    }
    for has_assignment in [false, true] {
        let expected = if model.is_deletable(has_assignment) { Ok(()) } else { Err("notDeletable") };
        let found = request.check_deletable(has_assignment).map_err(|rejection| rejection.code());
        same("deletable", expected, found)?;
    }
    Ok(())
}

/// A command that was given, and what the library made of it.
#[derive(Debug)]
pub struct Played {
    pub before: Request,
    pub command: Command,
    pub now: Timestamp,
    pub outcome: Result<Vec<Event>, Rejection>,
    pub after: Request,
}

impl Played {
    /// As the laws judge it.
    #[must_use]
    pub fn judged(&self) -> laws::Step<'_> {
        let Self { before, command, now, outcome, after } = self;
        let outcome = outcome.as_deref().map_err(|rejection| *rejection);
        laws::Step { before, command, now: *now, outcome, after }
    }
}

/// A whole life: the model at the end, every event from the submission on, and every command.
#[derive(Debug)]
pub struct Playback {
    pub model: ModelRequest,
    pub submitted: Request,
    pub events: Vec<Event>,
    pub played: Vec<Played>,
}

/// Plays a case on both; they agree after every command. None where the policy or the submission is refused.
pub fn play(case: &Case) -> Result<Option<Playback>, Disagreement> {
    play_on(case, &LIBRARY)
}

/// What is said of a difference in an outcome that the relation does not see.
pub const NO_DIFFERENCE: &str = "the relation sees no difference";

/// Plays a case on the model and on this machine.
pub fn play_on(case: &Case, machine: &Machine) -> Result<Option<Playback>, Disagreement> {
    let Some((mut model, mut request, event)) = submissions_agree_on(case, machine)? else {
        return Ok(None);
    };
    let mut playback = Playback {
        model: model.clone(),
        submitted: request.clone(),
        events: vec![event],
        played: Vec::new(),
    };
    let mut clock = case.now;
    for step in &case.steps {
        let (command, now) = step.command(&model, clock);
        clock = now;
        let before = request.clone();
        let expected = model.handle(&command, now);
        let outcome = (machine.handle)(&mut request, &command, now);
        let found = outcome.as_ref().map(|events| as_models(events)).map_err(as_refusal);
        same("outcome", expected, found).map_err(|Disagreement(text)| {
            let outcome = outcome.as_deref().map_err(|rejection| *rejection);
            let step = laws::Step { before: &before, command: &command, now, outcome, after: &request };
            let relation = link::compare(&step).map_or_else(|differs| differs, |()| NO_DIFFERENCE.to_owned());
            Disagreement(format!("{command:?} at {now}: {text}; {relation}"))
        })?;
        requests_agree(&model, &request)?;
        playback.events.extend(outcome.iter().flatten().cloned());
        playback.played.push(Played { before, command, now, outcome, after: request.clone() });
    }
    playback.model = model;
    Ok(Some(playback))
}
