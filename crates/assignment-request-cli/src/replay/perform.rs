//! Performs a step of a scenario.

use std::borrow::Cow;
use std::sync::Arc;

use assignment_request::{
    Action, Callout, CalloutId, Command, Draft, Event, ExistingAssignment, Limits, PatternCache, Policy,
    Rejection, Request, RequestId, StageDecision, SubmissionError,
};
use assignment_request_graph::{ReadError, ReadOptions, read_create, read_policy, read_resume};
use serde_json::value::RawValue;

use crate::replay::line::Unusable;
use crate::replay::scenario::{Instance, LAST_CALLOUT, Scenario, Step, StepAction};

/// Reads and compiles a scenario's policy, with its rules.
pub(crate) fn policy(
    scenario: &Scenario<'_>,
    options: &ReadOptions,
    patterns: &mut PatternCache,
) -> Result<Policy, Unusable> {
    let spec = read_policy(scenario.policy.get().as_bytes(), options).map_err(Unusable::Unreadable)?;
    let resolve = |id| scenario.extensions.behavior(id);
    let policy =
        Policy::compile_with(&spec, &Limits::default(), &resolve, patterns).map_err(Unusable::Policy)?;
    let rules = scenario.rules.0.validate().map_err(Unusable::Rules)?;
    Ok(policy.with_rules(rules))
}

/// Why a step is refused.
pub(crate) enum StepError {
    Unreadable(ReadError),
    Submission(SubmissionError),
    Rejected(Rejection),
}

impl From<ReadError> for StepError {
    fn from(error: ReadError) -> Self {
        Self::Unreadable(error)
    }
}

impl From<Rejection> for StepError {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

/// What a step asks for.
pub(crate) enum Asked<'a> {
    Submission { draft: Draft, existing: Option<&'a ExistingAssignment> },
    Command(Command),
}

/// Reads what a step asks for, for the request as it is at that step.
pub(crate) fn read<'a>(
    step: &'a Step<'_>,
    request: Option<&Request>,
    options: &ReadOptions,
) -> Result<Asked<'a>, ReadError> {
    let action = match &step.action {
        StepAction::Submit { body, existing } => {
            let draft = read_create(body.get().as_bytes(), options)?;
            return Ok(Asked::Submission { draft, existing: existing.as_ref() });
        }
        StepAction::Resume(body) => {
            let body = name_last_callout(body, request);
            Action::Resume(read_resume(body.as_bytes(), options)?)
        }
        StepAction::Process { target } => Action::Process { target: *target },
        StepAction::Decide(decide) => Action::DecideStage(StageDecision {
            stage: decide.stage,
            tier: decide.tier,
            decision: decide.decision,
            justification: decide.justification.as_deref().map(Arc::from),
        }),
        StepAction::Cancel => Action::Cancel,
        StepAction::Reprocess => Action::Reprocess,
        StepAction::ReportDelivery { attempt, outcome } => {
            Action::ReportDelivery { attempt: *attempt, outcome: *outcome }
        }
        StepAction::ReportCalloutFailed { instance, detail } => Action::ReportCalloutFailed {
            instance: match instance {
                Instance::Id(id) => *id,
                Instance::Last => last_callout(request),
            },
            detail: detail.as_deref().map(Arc::from),
        },
        StepAction::Elapse => Action::Elapse,
    };
    Ok(Asked::Command(Command { actor: step.actor, expected_revision: step.revision, action }))
}

/// Performs a step, and appends its events to `events`.
pub(crate) fn perform(
    policy: &Policy,
    id: RequestId,
    step: &Step<'_>,
    request: &mut Option<Request>,
    events: &mut Vec<Event>,
    options: &ReadOptions,
) -> Result<(), StepError> {
    // A body that cannot be read is answered before anything is judged (J13).
    match read(step, request.as_ref(), options)? {
        Asked::Submission { draft, existing } => {
            if request.is_some() {
                return Err(Rejection::AlreadySubmitted.into());
            }
            let (submitted, event) =
                policy.submit(id, &draft, existing, step.actor, step.at).map_err(StepError::Submission)?;
            events.push(event);
            *request = Some(submitted);
        }
        Asked::Command(command) => {
            let Some(request) = request else { return Err(Rejection::NoRequest.into()) };
            request.handle_into(&command, step.at, events)?;
        }
    }
    Ok(())
}

/// Returns the id of the callout that started last, or nil if there is none.
fn last_callout(request: Option<&Request>) -> CalloutId {
    request.and_then(|request| request.callouts().last()).map_or(CalloutId::from_u128(0), Callout::instance)
}

/// Replaces `$callout` in a resume body by the id of the callout that started last.
fn name_last_callout<'a>(body: &'a RawValue, request: Option<&Request>) -> Cow<'a, str> {
    #[derive(serde::Deserialize)]
    struct Body<'a> {
        #[serde(borrow)]
        data: Data<'a>,
    }

    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Data<'a> {
        #[serde(borrow)]
        custom_extension_stage_instance_id: &'a RawValue,
    }

    let text = body.get();
    // The adapter refuses a body of any other form.
    let Ok(Body { data }) = serde_json::from_str(text) else { return Cow::Borrowed(text) };
    let named = data.custom_extension_stage_instance_id.get();
    if serde_json::from_str::<Cow<'_, str>>(named).is_ok_and(|name| name == LAST_CALLOUT) {
        let start = named.as_ptr() as usize - text.as_ptr() as usize;
        let (before, rest) = text.split_at_checked(start).unwrap_or_default();
        let after = rest.get(named.len()..).unwrap_or_default();
        return Cow::Owned(format!("{before}\"{}\"{after}", last_callout(request)));
    }
    Cow::Borrowed(text)
}
