//! Does the tasks that events ask for.

use std::sync::Arc;

use assignment_request::{
    Action, CalloutId, CalloutStatus, Command, DeliveryFailure, DeliveryOutcome, ExtensionId, Operation,
    Phase, Request, Task, Tier,
};
use assignment_request_graph::{ApiVersion, write_callout};
use assignment_request_store::{Claimed, StoreError};
use http::{HeaderName, StatusCode};

use crate::backend::Backend;
use crate::client::{CallError, HttpClient};
use crate::extensions::Extensions;
use crate::service::{SYSTEM, Service};

/// The header with the key of a callout. A receiver that gets it twice acts once.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// After how many tries a callout counts as failed. They take about a minute.
const CALLOUT_TRIES: u32 = 6;

/// A task that could not be done. It will be tried again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TaskError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Call(#[from] CallError),
    #[error("the receiver answered {0}")]
    Refused(StatusCode),
}

/// Does tasks for a service.
pub(crate) struct Worker<B> {
    pub(crate) service: Arc<Service<B>>,
    pub(crate) client: HttpClient,
    /// Where extensions are called.
    pub(crate) receiver: String,
}

impl<B: Backend> Worker<B> {
    /// Does one task, and returns the commands that come of it.
    pub(crate) async fn work(&self, task: &Claimed) -> Result<Vec<Command>, TaskError> {
        let outcome = match task.task {
            Task::Process => Ok(vec![self.process(&task.request)]),
            Task::SendCallout { instance, .. } => self.call(task, instance).await,
            Task::AskApprovers { stage, .. } => self.ask(&task.request, stage, Tier::Primary).await,
            Task::AskEscalationApprovers { stage } => self.ask(&task.request, stage, Tier::Escalation).await,
            Task::Fulfill { attempt, operation, .. } => self.fulfill(&task.request, attempt, operation).await,
        };
        let (request, event) = (task.request.id(), task.event.name());
        match &outcome {
            Ok(_) => tracing::info!(%request, event, tries = task.tries, "task done"),
            Err(error) => tracing::warn!(%request, event, tries = task.tries, %error, "task failed"),
        }
        outcome
    }

    /// Looks up the target if only an e-mail address is known. If no one has it, the machine says whether it can go on.
    fn process(&self, request: &Request) -> Command {
        let email = request.target_email().filter(|_| request.target().is_none());
        let target = email.and_then(|email| self.service.data.directory.by_email(email));
        Command::new(SYSTEM, Action::Process { target: target.map(|person| person.id) })
    }

    /// Calls an extension. Each try has the same key.
    async fn call(&self, task: &Claimed, instance: CalloutId) -> Result<Vec<Command>, TaskError> {
        let request = &task.request;
        let Some(callout) = request.callout(instance) else { return Ok(Vec::new()) };
        match callout.status() {
            CalloutStatus::CalloutSent | CalloutStatus::WaitingForCallback => {}
            // The request has moved on.
            CalloutStatus::CallbackReceived
            | CalloutStatus::CallbackTimedOut
            | CalloutStatus::CalloutFailed => return Ok(Vec::new()),
        }
        let mut body = Vec::new();
        write_callout(request, callout, ApiVersion::V1_0, &mut body);
        let extension = Extensions::of_callout(request, callout);
        match self.post(extension, &task.idempotency_key(), body).await {
            Ok(()) => Ok(Vec::new()),
            Err(error) if task.tries < CALLOUT_TRIES => Err(error),
            Err(error) => {
                let detail = Some(error.to_string().into());
                Ok(vec![Command::new(SYSTEM, Action::ReportCalloutFailed { instance, detail })])
            }
        }
    }

    async fn post(&self, extension: Option<ExtensionId>, key: &str, body: Vec<u8>) -> Result<(), TaskError> {
        let extension = extension.map(|id| id.to_string()).unwrap_or_default();
        let url = format!("{}/{extension}", self.receiver);
        let status = self.client.post(&url, IDEMPOTENCY_KEY, key, body).await?;
        if status.is_success() { Ok(()) } else { Err(TaskError::Refused(status)) }
    }

    /// Records the approvers of a stage, so that they see the request. A real service would also write to them.
    async fn ask(&self, request: &Request, stage: u32, tier: Tier) -> Result<Vec<Command>, TaskError> {
        let is_open = matches!(request.phase(), Phase::PendingApproval { stage: open, .. } if open == stage);
        if !is_open {
            return Ok(Vec::new());
        }
        let approvers = self.service.approvers(request, stage, tier);
        let id = request.id();
        if approvers.is_empty() {
            tracing::error!(request = %id, stage, %tier, "no one can decide: the stage waits for its deadline");
            return Ok(Vec::new());
        }
        self.service.backend.record_approvers(id, stage, tier, &approvers).await?;
        tracing::info!(request = %id, stage, %tier, approvers = approvers.len(), "approvers are asked");
        Ok(Vec::new())
    }

    /// Gives, changes or removes access. An assignment is what a delivered request says, so there is nothing else to do,
    /// and doing it twice is the same as doing it once.
    async fn fulfill(
        &self,
        request: &Request,
        attempt: u32,
        operation: Operation,
    ) -> Result<Vec<Command>, TaskError> {
        let is_awaited = matches!(
            request.phase(),
            Phase::Delivering { .. } | Phase::DeliveryFailed(DeliveryFailure::FulfillmentTimedOut)
        );
        if !is_awaited || request.attempt() != Some(attempt) {
            return Ok(Vec::new());
        }
        let package = self.service.data.packages.of(request);
        let fails = package.is_some_and(|package| attempt <= package.fail_first_deliveries);
        // What an Update changes may have gone meanwhile (rule F1).
        let is_there = operation != Operation::Update || self.service.has_assignment(request).await?;
        let outcome = if fails || !is_there { DeliveryOutcome::Failed } else { DeliveryOutcome::Delivered };
        Ok(vec![Command::new(SYSTEM, Action::ReportDelivery { attempt, outcome })])
    }
}
