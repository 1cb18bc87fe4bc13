//! Does the tasks that events ask for.

use std::fmt;
use std::sync::Arc;

use assignment_request::{
    Action, CalloutId, CalloutStatus, Command, DeliveryFailure, DeliveryOutcome, Event, ExtensionId,
    Operation, Phase, Request, Task, Tier, Timestamp,
};
use assignment_request_graph::{ApiVersion, write_callout};
use http::{HeaderName, StatusCode};

use crate::backend::{Backend, BackendError};
use crate::client::{CallError, HttpClient};
use crate::extensions::Extensions;
use crate::service::{SYSTEM, Service};

/// The header with the key of a callout. A receiver that gets it twice acts once.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// After how many tries a callout counts as failed. They take about a minute.
const CALLOUT_TRIES: u32 = 6;

/// A task that could not be done. It will be tried again.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// The back end did not do what the task needs.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// The outside system did not answer.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The outside system did not take the callout.
    #[error("the receiver answered {0}")]
    Refused(StatusCode),
}

/// Does tasks for a service.
pub struct Worker<B> {
    pub(crate) service: Arc<Service<B>>,
    pub(crate) client: HttpClient,
    /// Where extensions are called.
    pub(crate) receiver: String,
}

impl<B> fmt::Debug for Worker<B> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { service: _, client: _, receiver } = self;
        formatter.debug_struct("Worker").field("receiver", receiver).finish_non_exhaustive()
    }
}

impl<B: Backend> Worker<B> {
    /// Returns the time of the service's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.service.clock.now()
    }

    /// Does one task, and returns the commands that come of it.
    ///
    /// `tries` says how often the task was begun, this time included.
    ///
    /// # Errors
    ///
    /// [`TaskError`]: the task is to be tried again.
    pub async fn work(
        &self,
        request: &Request,
        event: &Event,
        task: Task,
        tries: u32,
    ) -> Result<Vec<Command>, TaskError> {
        let outcome = match task {
            Task::Process => Ok(vec![self.process(request)]),
            Task::SendCallout { instance, .. } => self.call(request, event, instance, tries).await,
            Task::AskApprovers { stage, .. } => self.ask(request, stage, Tier::Primary).await,
            Task::AskEscalationApprovers { stage } => self.ask(request, stage, Tier::Escalation).await,
            Task::Fulfill { attempt, operation, .. } => self.fulfill(request, attempt, operation).await,
        };
        let (request, event) = (request.id(), event.name());
        match &outcome {
            Ok(_) => tracing::info!(%request, event, tries, "task done"),
            Err(error) => tracing::warn!(%request, event, tries, %error, "task failed"),
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
    async fn call(
        &self,
        request: &Request,
        event: &Event,
        instance: CalloutId,
        tries: u32,
    ) -> Result<Vec<Command>, TaskError> {
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
        match self.post(extension, &event.idempotency_key(request.id()), body).await {
            Ok(()) => Ok(Vec::new()),
            Err(error) if tries < CALLOUT_TRIES => Err(error),
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
