//! Logs the core's decisions with [`tracing`]. Requires the feature `tracing`.
//!
//! The core does not depend on `tracing`. A host that wants to log decisions passes its commands through these
//! functions, which return what the core's functions return. With the feature, the readers also log which bodies they
//! read and refuse, and [`ErrorBody::write`](crate::ErrorBody::write) logs which errors are answered.
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
//! The fields are ids, codes, rules, kinds and numbers. They contain nothing that a user wrote: no body, no text, no
//! name of an unknown member. Ids of people are personal data: keep them no longer than you may.
//!
//! ```
//! use assignment_request::{
//!     AccessPackageId, Action, Actor, Command, Draft, Limits, Policy, PolicyId, PolicySpec, RequestId,
//!     RequestType, Role, SubjectId,
//! };
//! use assignment_request_graph::trace;
//!
//! let policy = Policy::compile(&PolicySpec::default(), &Limits::default())?;
//! let draft = Draft {
//!     access_package_id: Some(AccessPackageId::from_u128(1)),
//!     assignment_policy_id: Some(PolicyId::from_u128(2)),
//!     target_id: Some(SubjectId::from_u128(3)),
//!     ..Draft::new(RequestType::SystemAdd)
//! };
//! let system = Actor::new(SubjectId::from_u128(4), Role::System);
//! let now = "2026-01-05T09:00:00Z".parse()?;
//! let (mut request, _) = trace::submit(&policy, RequestId::from_u128(5), &draft, None, system, now)?;
//! let events = trace::handle(&mut request, &Command::new(system, Action::Process { target: None }), now)?;
//! assert_eq!(events.len(), 3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;

use assignment_request::{
    Actor, Command, Draft, Event, ExistingAssignment, Policy, Rejection, Request, RequestId, SubmissionError,
    Timestamp, Violation,
};
use tracing::{debug, info, info_span};
use uuid::Uuid;

use crate::vocabulary::error::ReadError;

/// Calls [`Policy::submit`] in a span `submit`.
///
/// # Errors
///
/// Returns the same as [`Policy::submit`].
pub fn submit(
    policy: &Policy,
    id: RequestId,
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

/// Calls [`Request::handle`] in a span `handle`.
///
/// # Errors
///
/// Returns the same as [`Request::handle`].
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

/// Logs that a body of a `kind` was read or refused.
pub(crate) fn read(kind: &'static str, bytes: usize, error: Option<&ReadError>) {
    match error {
        None => debug!(body = kind, bytes, "read"),
        Some(error) => {
            let (code, rule) = (error.code().as_str(), error.code().rule().as_str());
            info!(
                body = kind,
                bytes,
                code,
                rule,
                line = error.line(),
                column = error.column(),
                "cannot be read"
            );
        }
    }
}

/// Logs an error response: its code, the number of its details, and the host's id of the HTTP request.
pub(crate) fn answered(code: &str, details: usize, request_id: Uuid) {
    info!(code, details, request_id = %request_id, "answered");
}

/// Names separated by commas. They are joined only if a subscriber records them.
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
