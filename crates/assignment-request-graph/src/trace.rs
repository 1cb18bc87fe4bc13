//! The core's judgements, told to [`tracing`]. With the feature `tracing`.
//!
//! The core knows nothing of `tracing`: a host that wants to see what is decided gives its commands through these
//! functions, which decide what the core's decide. With the feature, the readers tell which bodies they read and refuse,
//! and [`ErrorBody::write`](crate::ErrorBody::write) which refusals are answered.
//!
//! | span or event | level | fields |
//! |---|---|---|
//! | event `read` | debug | `body`, `bytes` |
//! | event `cannot be read` | info | `body`, `bytes`, `code`, `rule`, `line`, `column` |
//! | span `submit` | info | `request`, `type`, `actor`, `role` |
//! | span `handle` | info | `request`, `revision`, `command`, `actor`, `role` |
//! | event `accepted`, in both | debug | `events`, `revision`, `state`, `status` |
//! | event `refused`, in both | info | `code`, `rule`, and of a submission `violations` |
//! | event `answered` | info | `code`, `details`, `request_id` |
//!
//! These are ids, codes, rules, kinds and numbers. Nothing that anybody wrote is among them: no body, no text, no name of
//! a member that somebody made up. Ids of people are ids of people: keep them as long as you may.
//!
//! ```
//! use assignment_request::{Action, Actor, Command, Draft, Limits, Policy, PolicySpec, RequestType, Role};
//! use assignment_request_graph::trace;
//! use uuid::Uuid;
//!
//! let policy = Policy::compile(&PolicySpec::EMPTY, &Limits::DEFAULT)?;
//! let draft = Draft {
//!     access_package_id: Some(Uuid::from_u128(1)),
//!     assignment_policy_id: Some(Uuid::from_u128(2)),
//!     target_id: Some(Uuid::from_u128(3)),
//!     ..Draft::new(RequestType::SystemAdd)
//! };
//! let system = Actor::new(Uuid::from_u128(4), Role::System);
//! let now = "2026-01-05T09:00:00Z".parse()?;
//! let (mut request, _) = trace::submit(&policy, Uuid::from_u128(5), &draft, None, system, now)?;
//! let events = trace::handle(&mut request, &Command::new(system, Action::Process { target: None }), now)?;
//! assert_eq!(events.len(), 3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;

use assignment_request::{
    Actor, Command, Draft, Event, ExistingAssignment, Policy, Rejection, Request, SubmissionError, Timestamp,
    Violation,
};
use tracing::{debug, info, info_span};
use uuid::Uuid;

use crate::body::BodyKind;
use crate::{ErrorBody, InnerError, ReadError};

/// As [`Policy::submit`], in a span `submit`.
///
/// # Errors
///
/// As [`Policy::submit`].
pub fn submit(
    policy: &Policy,
    id: Uuid,
    draft: &Draft,
    assignment: Option<&ExistingAssignment>,
    actor: Actor,
    now: Timestamp,
) -> Result<(Request, Event), SubmissionError> {
    let request_type = draft.request_type.as_str();
    let role = actor.role.as_str();
    let _span = info_span!("submit", request = %id, r#type = request_type, actor = %actor.id, role).entered();
    let outcome = policy.submit(id, draft, assignment, actor, now);
    match &outcome {
        Ok((request, event)) => accepted(request, std::slice::from_ref(event)),
        Err(SubmissionError::Rejected(rejection)) => refused(rejection),
        Err(refusal @ SubmissionError::Invalid(violations)) => {
            let codes = Listed(violations.iter().map(Violation::code));
            info!(code = refusal.code(), violations = %codes, "refused");
        }
    }
    outcome
}

/// As [`Request::handle`], in a span `handle`.
///
/// # Errors
///
/// As [`Request::handle`].
pub fn handle(request: &mut Request, command: &Command, now: Timestamp) -> Result<Vec<Event>, Rejection> {
    let kind = command.action.kind().as_str();
    let Actor { id, role } = command.actor;
    let role = role.as_str();
    let (id_of_request, revision) = (request.id(), request.revision());
    let _span =
        info_span!("handle", request = %id_of_request, revision, command = kind, actor = %id, role).entered();
    let outcome = request.handle(command, now);
    match &outcome {
        Ok(events) => accepted(request, events),
        Err(rejection) => refused(rejection),
    }
    outcome
}

fn accepted(request: &Request, events: &[Event]) {
    let (state, status) = (request.state().as_str(), request.status().as_str());
    let names = Listed(events.iter().map(Event::name));
    debug!(events = %names, revision = request.revision(), state, status, "accepted");
}

fn refused(rejection: &Rejection) {
    let rule = rejection.rule().as_str();
    info!(code = rejection.code(), rule, "refused");
}

/// A body was read, or could not be.
pub(crate) fn read(kind: BodyKind, bytes: usize, error: Option<&ReadError>) {
    let body = match kind {
        BodyKind::Asked => "asked",
        BodyKind::Policy => "policy",
        BodyKind::Resource => "resource",
        BodyKind::Stored => "stored",
    };
    match error {
        None => debug!(body, bytes, "read"),
        Some(error) => {
            let (code, rule) = (error.code().as_str(), error.code().rule().as_str());
            info!(body, bytes, code, rule, line = error.line(), column = error.column(), "cannot be read");
        }
    }
}

/// A refusal is answered.
pub(crate) fn answered(body: &ErrorBody, inner: &InnerError) {
    info!(code = body.code, details = body.details.len(), request_id = %inner.request_id, "answered");
}

/// Names with a comma and a space between them, which are put together only where somebody looks.
struct Listed<I>(I);

impl<I: Iterator<Item = &'static str> + Clone> fmt::Display for Listed<I> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.0.clone().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(formatter, "{separator}{name}")?;
        }
        Ok(())
    }
}
