//! Requests for the tests, and workers that do their tasks.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::convert::Infallible;

use assignment_request::{
    AccessPackageId, Action, Actor, Command, DeliveryOutcome, Draft, Limits, Period, Policy, PolicySpec,
    Request, RequestId, RequestType, RequestorSettings, Role, SubjectId, Task, Timestamp,
};
use assignment_request_store::{Claimed, Store, StoreError};

pub(crate) const SYSTEM: Actor = Actor::new(SubjectId::from_u128(0x5e5), Role::System);

pub(crate) const fn id(n: u128) -> RequestId {
    RequestId::from_u128(n)
}

pub(crate) const fn user(n: u128) -> Actor {
    Actor::new(SubjectId::from_u128(0x2000 + n), Role::User)
}

pub(crate) fn start() -> Timestamp {
    "2026-01-05T09:00:00Z".parse().unwrap()
}

pub(crate) fn days_later(days: u32) -> Timestamp {
    start().saturating_add(Period::from_days(days))
}

/// A policy without approval and without extensions: access is given at once.
pub(crate) fn policy() -> Policy {
    let requestor_settings = RequestorSettings { self_add: true, ..RequestorSettings::default() };
    Policy::compile(&PolicySpec { requestor_settings, ..PolicySpec::default() }, &Limits::default()).unwrap()
}

pub(crate) fn draft() -> Draft {
    Draft { access_package_id: Some(AccessPackageId::from_u128(1)), ..Draft::new(RequestType::UserAdd) }
}

/// Submits request `n` by person `n`.
pub(crate) async fn submit(store: &Store, n: u128) -> Result<Request, StoreError> {
    store.submit(&policy(), id(n), &draft(), None, user(n), start()).await
}

pub(crate) fn process() -> Command {
    Command::new(SYSTEM, Action::Process { target: None })
}

/// What a host does for a task of these requests.
pub(crate) fn done(task: &Claimed) -> Vec<Command> {
    match task.task {
        Task::Process => vec![process()],
        Task::Fulfill { attempt, .. } => {
            let outcome = DeliveryOutcome::Delivered;
            vec![Command::new(SYSTEM, Action::ReportDelivery { attempt, outcome })]
        }
        Task::SendCallout { .. } | Task::AskApprovers { .. } | Task::AskEscalationApprovers { .. } => vec![],
    }
}

pub(crate) async fn work(task: &Claimed) -> Result<Vec<Command>, Infallible> {
    Ok(done(task))
}
