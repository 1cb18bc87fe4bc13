//! What the handlers need of a store. Another back end takes its place by implementing the trait.

use assignment_request::{
    Actor, Command, Draft, Event, ExistingAssignment, Policy, Rejection, Request, RequestId, SubjectId,
    SubmissionError, Tier, Timestamp,
};
use assignment_request_store::{Cursor, Page, Query, Store, StoreError, Viewer};

/// Why a back end refused a call, or could not carry it out. In each case nothing was changed, but for deadlines that were
/// due (rule N6).
#[derive(Debug, thiserror::Error)]
pub enum BackendError {
    /// The command was refused. [`Rejection::NoRequest`] means that there is no such request for the viewer.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The submission was refused.
    #[error(transparent)]
    Submission(#[from] SubmissionError),
    /// Another open request would change the same access.
    #[error("another open request would change the same access")]
    AlreadyOpen,
    /// Others changed the request again and again.
    #[error("others changed the request again and again")]
    Busy,
    /// The back end cannot be reached, or failed.
    #[error("the back end does not answer: {0}")]
    Unavailable(String),
    /// What is kept of the request cannot be read.
    #[error("the request cannot be read: {0}")]
    Unreadable(String),
}

impl From<StoreError> for BackendError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Rejected(rejection) => Self::Rejected(rejection),
            StoreError::Submission(refusal) => Self::Submission(refusal),
            StoreError::AlreadyOpen => Self::AlreadyOpen,
            StoreError::Busy { .. } => Self::Busy,
            StoreError::Database(error) => Self::Unavailable(error.to_string()),
            error => Self::Unreadable(error.to_string()),
        }
    }
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The requests, in the order of the list.
    pub ids: Vec<RequestId>,
    /// Where the next page begins. `None` if this is the last one.
    pub next: Option<Cursor>,
}

/// Where requests are kept, and who gives them commands.
pub trait Backend: Send + Sync + 'static {
    /// Submits a request and keeps it.
    fn submit(
        &self,
        policy: &Policy,
        id: RequestId,
        draft: &Draft,
        existing: Option<&ExistingAssignment>,
        actor: Actor,
        now: Timestamp,
    ) -> impl Future<Output = Result<Request, BackendError>> + Send;

    /// Gives a command, and returns the request after it.
    fn execute(
        &self,
        id: RequestId,
        command: &Command,
        now: Timestamp,
    ) -> impl Future<Output = Result<Request, BackendError>> + Send;

    /// Loads a request and its events.
    fn load(
        &self,
        id: RequestId,
        viewer: Viewer,
    ) -> impl Future<Output = Result<(Request, Vec<Event>), BackendError>> + Send;

    /// Lists requests.
    fn list(
        &self,
        query: &Query,
        after: Option<Cursor>,
        limit: u32,
    ) -> impl Future<Output = Result<Listed, BackendError>> + Send;

    /// Counts requests.
    fn count(&self, query: &Query) -> impl Future<Output = Result<u64, BackendError>> + Send;

    /// Deletes a request.
    fn delete(
        &self,
        id: RequestId,
        has_assignment: bool,
    ) -> impl Future<Output = Result<(), BackendError>> + Send;

    /// Records who the approvers of a stage are.
    fn record_approvers(
        &self,
        id: RequestId,
        stage: u32,
        tier: Tier,
        approvers: &[SubjectId],
    ) -> impl Future<Output = Result<(), BackendError>> + Send;
}

impl Backend for Store {
    async fn submit(
        &self,
        policy: &Policy,
        id: RequestId,
        draft: &Draft,
        existing: Option<&ExistingAssignment>,
        actor: Actor,
        now: Timestamp,
    ) -> Result<Request, BackendError> {
        Ok(Self::submit(self, policy, id, draft, existing, actor, now).await?)
    }

    async fn execute(
        &self,
        id: RequestId,
        command: &Command,
        now: Timestamp,
    ) -> Result<Request, BackendError> {
        Ok(Self::execute(self, id, command, now).await?.request)
    }

    async fn load(&self, id: RequestId, viewer: Viewer) -> Result<(Request, Vec<Event>), BackendError> {
        Ok(self.events(id, viewer).await?)
    }

    async fn list(&self, query: &Query, after: Option<Cursor>, limit: u32) -> Result<Listed, BackendError> {
        let Page { requests, next } = Self::list(self, query, after, limit).await?;
        Ok(Listed { ids: requests.into_iter().map(|request| request.id).collect(), next })
    }

    async fn count(&self, query: &Query) -> Result<u64, BackendError> {
        Ok(Self::count(self, query).await?)
    }

    async fn delete(&self, id: RequestId, has_assignment: bool) -> Result<(), BackendError> {
        Ok(Self::delete(self, id, Viewer::Host, has_assignment).await?)
    }

    async fn record_approvers(
        &self,
        id: RequestId,
        stage: u32,
        tier: Tier,
        approvers: &[SubjectId],
    ) -> Result<(), BackendError> {
        Ok(Self::record_approvers(self, id, stage, tier, approvers).await?)
    }
}
