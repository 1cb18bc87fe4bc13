//! What the handlers need of a store. Another back end takes its place by implementing this trait.

use assignment_request::{
    Actor, Command, Draft, Event, ExistingAssignment, Policy, Request, RequestId, SubjectId, Tier, Timestamp,
};
use assignment_request_store::{Cursor, Page, Query, Store, StoreError, Viewer};

/// Where requests are kept, and who gives them commands.
pub(crate) trait Backend: Send + Sync + 'static {
    /// Submits a request and keeps it.
    fn submit(
        &self,
        policy: &Policy,
        id: RequestId,
        draft: &Draft,
        existing: Option<&ExistingAssignment>,
        actor: Actor,
        now: Timestamp,
    ) -> impl Future<Output = Result<Request, StoreError>> + Send;

    /// Gives a command, and returns the request after it.
    fn execute(
        &self,
        id: RequestId,
        command: &Command,
        now: Timestamp,
    ) -> impl Future<Output = Result<Request, StoreError>> + Send;

    /// Loads a request and its events.
    fn load(
        &self,
        id: RequestId,
        viewer: Viewer,
    ) -> impl Future<Output = Result<(Request, Vec<Event>), StoreError>> + Send;

    /// Lists requests.
    fn list(
        &self,
        query: &Query,
        after: Option<Cursor>,
        limit: u32,
    ) -> impl Future<Output = Result<Page, StoreError>> + Send;

    /// Counts requests.
    fn count(&self, query: &Query) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Deletes a request.
    fn delete(
        &self,
        id: RequestId,
        has_assignment: bool,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Records who the approvers of a stage are.
    fn record_approvers(
        &self,
        id: RequestId,
        stage: u32,
        tier: Tier,
        approvers: &[SubjectId],
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
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
    ) -> Result<Request, StoreError> {
        Self::submit(self, policy, id, draft, existing, actor, now).await
    }

    async fn execute(&self, id: RequestId, command: &Command, now: Timestamp) -> Result<Request, StoreError> {
        Ok(Self::execute(self, id, command, now).await?.request)
    }

    async fn load(&self, id: RequestId, viewer: Viewer) -> Result<(Request, Vec<Event>), StoreError> {
        self.events(id, viewer).await
    }

    async fn list(&self, query: &Query, after: Option<Cursor>, limit: u32) -> Result<Page, StoreError> {
        Self::list(self, query, after, limit).await
    }

    async fn count(&self, query: &Query) -> Result<u64, StoreError> {
        Self::count(self, query).await
    }

    async fn delete(&self, id: RequestId, has_assignment: bool) -> Result<(), StoreError> {
        Self::delete(self, id, Viewer::Host, has_assignment).await
    }

    async fn record_approvers(
        &self,
        id: RequestId,
        stage: u32,
        tier: Tier,
        approvers: &[SubjectId],
    ) -> Result<(), StoreError> {
        Self::record_approvers(self, id, stage, tier, approvers).await
    }
}
