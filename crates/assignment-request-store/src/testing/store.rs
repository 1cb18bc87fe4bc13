//! What the suite needs of a store: the trait, and the short times.

use core::time::Duration;

use assignment_request::{
    Actor, Command, Draft, Event, ExistingAssignment, Policy, Request, RequestId, SubjectId, Tier, Timestamp,
};

use crate::error::StoreError;
use crate::query::{Cursor, Page, Query};
use crate::store::{Executed, Store, Viewer};
use crate::tasks::{Claimed, Retry};

/// How long a lease lasts in a store that is checked.
pub const LEASE: Duration = Duration::from_millis(200);

/// After how many tries a store that is checked sets a task aside.
pub const TRIES: u32 = 3;

/// How long a task waits after its first failed try in a store that is checked.
pub const BACK_OFF: Duration = Duration::from_millis(10);

/// What a host needs of a store of requests. The methods do what the ones of [`Store`] with the same names do, and return
/// the same errors.
pub trait HostStore: Send + Sync {
    /// Submits a request under a policy, and stores it. See [`Store::submit`].
    fn submit(
        &self,
        policy: &Policy,
        id: RequestId,
        draft: &Draft,
        existing: Option<&ExistingAssignment>,
        actor: Actor,
        now: Timestamp,
    ) -> impl Future<Output = Result<Request, StoreError>> + Send;

    /// Gives a command to a stored request. See [`Store::execute`].
    fn execute(
        &self,
        id: RequestId,
        command: &Command,
        now: Timestamp,
    ) -> impl Future<Output = Result<Executed, StoreError>> + Send;

    /// Loads a request and all of its events. See [`Store::events`].
    fn events(
        &self,
        id: RequestId,
        viewer: Viewer,
    ) -> impl Future<Output = Result<(Request, Vec<Event>), StoreError>> + Send;

    /// Claims tasks that are available. See [`Store::claim`].
    fn claim(&self, limit: u32) -> impl Future<Output = Result<Vec<Claimed>, StoreError>> + Send;

    /// Records that a task is done. See [`Store::acknowledge`].
    fn acknowledge(&self, task: &Claimed) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Records that a try of a task failed. See [`Store::retry`].
    fn retry(&self, task: &Claimed, reason: &str) -> impl Future<Output = Result<Retry, StoreError>> + Send;

    /// Extends the lease of a task. See [`Store::renew`].
    fn renew(&self, task: &mut Claimed) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Applies the deadlines that are due. See [`Store::fire`].
    fn fire(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<RequestId>, StoreError>> + Send;

    /// Returns the earliest deadline of all requests. See [`Store::next_deadline`].
    fn next_deadline(&self) -> impl Future<Output = Result<Option<Timestamp>, StoreError>> + Send;

    /// Lists requests, page by page. See [`Store::list`].
    fn list(
        &self,
        query: &Query,
        after: Option<Cursor>,
        limit: u32,
    ) -> impl Future<Output = Result<Page, StoreError>> + Send;

    /// Counts the requests on all pages together. See [`Store::count`].
    fn count(&self, query: &Query) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Records who the approvers of a stage are. See [`Store::record_approvers`].
    fn record_approvers(
        &self,
        id: RequestId,
        stage: u32,
        tier: Tier,
        approvers: &[SubjectId],
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Deletes a request that has ended. See [`Store::delete`].
    fn delete(
        &self,
        id: RequestId,
        viewer: Viewer,
        has_assignment: bool,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}

impl HostStore for Store {
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

    async fn execute(
        &self,
        id: RequestId,
        command: &Command,
        now: Timestamp,
    ) -> Result<Executed, StoreError> {
        Self::execute(self, id, command, now).await
    }

    async fn events(&self, id: RequestId, viewer: Viewer) -> Result<(Request, Vec<Event>), StoreError> {
        Self::events(self, id, viewer).await
    }

    async fn claim(&self, limit: u32) -> Result<Vec<Claimed>, StoreError> {
        Self::claim(self, limit).await
    }

    async fn acknowledge(&self, task: &Claimed) -> Result<bool, StoreError> {
        Self::acknowledge(self, task).await
    }

    async fn retry(&self, task: &Claimed, reason: &str) -> Result<Retry, StoreError> {
        Self::retry(self, task, reason).await
    }

    async fn renew(&self, task: &mut Claimed) -> Result<bool, StoreError> {
        Self::renew(self, task).await
    }

    async fn fire(&self, now: Timestamp, limit: u32) -> Result<Vec<RequestId>, StoreError> {
        Self::fire(self, now, limit).await
    }

    async fn next_deadline(&self) -> Result<Option<Timestamp>, StoreError> {
        Self::next_deadline(self).await
    }

    async fn list(&self, query: &Query, after: Option<Cursor>, limit: u32) -> Result<Page, StoreError> {
        Self::list(self, query, after, limit).await
    }

    async fn count(&self, query: &Query) -> Result<u64, StoreError> {
        Self::count(self, query).await
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

    async fn delete(&self, id: RequestId, viewer: Viewer, has_assignment: bool) -> Result<(), StoreError> {
        Self::delete(self, id, viewer, has_assignment).await
    }
}
