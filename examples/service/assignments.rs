//! The assignments: what delivered requests have given. They are not stored, but read from the requests, so every host
//! sees the same.

use assignment_request::{
    AccessPackageId, AssignmentId, Draft, ExistingAssignment, Operation, Request, RequestId, State, SubjectId,
};
use assignment_request_store::{Query, StoreError, Viewer};

use crate::backend::Backend;
use crate::service::Service;

impl<B: Backend> Service<B> {
    /// Returns the assignment that an Update or a Remove is about: by its id or, in the older form, by the person and the
    /// access package.
    pub(crate) async fn existing(
        &self,
        draft: &Draft,
        actor: SubjectId,
    ) -> Result<Option<ExistingAssignment>, StoreError> {
        if draft.request_type.operation() == Operation::Add {
            return Ok(None);
        }
        if let Some(id) = draft.assignment_id {
            return self.assignment(id).await;
        }
        let Some(package) = draft.access_package_id else { return Ok(None) };
        let target = draft.target_id.or(draft.target_object_id).unwrap_or(actor);
        self.held(target, package).await
    }

    /// Returns the assignment with this id, which is that of the request that gave it.
    pub(crate) async fn assignment(
        &self,
        id: AssignmentId,
    ) -> Result<Option<ExistingAssignment>, StoreError> {
        let request = match self.backend.load(RequestId::new(id.uuid()), Viewer::Host).await {
            Ok((request, _)) => request,
            Err(StoreError::Rejected(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let Some((target, package)) = request.target().zip(request.access_package_id()) else {
            return Ok(None);
        };
        Ok(self.held(target, package).await?.filter(|held| held.id == id))
    }

    /// Returns what a person has of an access package. The last delivery says it: there is at most one open request for
    /// the same access, so deliveries come in the order of their requests.
    pub(crate) async fn held(
        &self,
        target: SubjectId,
        package: AccessPackageId,
    ) -> Result<Option<ExistingAssignment>, StoreError> {
        let Some(request) = self.last_delivery(target, package).await? else { return Ok(None) };
        let id = match request.request_type().operation() {
            Operation::Add => AssignmentId::new(request.id().uuid()),
            Operation::Update => match request.assignment_id() {
                Some(id) => id,
                None => return Ok(None),
            },
            Operation::Remove => return Ok(None),
        };
        let policy = request.assignment_policy_id();
        Ok(policy.map(|assignment_policy_id| ExistingAssignment {
            id,
            target,
            access_package_id: package,
            assignment_policy_id,
        }))
    }

    /// Returns the request that was delivered last to a person of an access package.
    pub(crate) async fn last_delivery(
        &self,
        target: SubjectId,
        package: AccessPackageId,
    ) -> Result<Option<Request>, StoreError> {
        let query = deliveries(target, package);
        match self.backend.list(&query, None, 1).await?.requests.first() {
            Some(last) => Ok(Some(self.backend.load(last.id, Viewer::Host).await?.0)),
            None => Ok(None),
        }
    }

    /// Returns the id of the assignment that a request has given, or that it is about.
    pub(crate) fn assignment_of(request: &Request) -> Option<AssignmentId> {
        match request.request_type().operation() {
            Operation::Add => {
                (request.state() == State::Delivered).then(|| AssignmentId::new(request.id().uuid()))
            }
            Operation::Update | Operation::Remove => request.assignment_id(),
        }
    }

    /// Returns whether a request says that access was removed which an older request gave. Without it, the access would
    /// seem to be there again.
    pub(crate) async fn takes_back(&self, request: &Request) -> Result<bool, StoreError> {
        let access = request.target().zip(request.access_package_id());
        let (Some((target, package)), Operation::Remove) = (access, request.request_type().operation())
        else {
            return Ok(false);
        };
        let mut earlier = deliveries(target, package);
        earlier.created_before = Some(request.created());
        Ok(request.state() == State::Delivered && self.backend.count(&earlier).await? > 0)
    }

    /// Returns whether the assignment of a request still exists (rule L1).
    pub(crate) async fn has_assignment(&self, request: &Request) -> Result<bool, StoreError> {
        match Self::assignment_of(request) {
            Some(id) => Ok(self.assignment(id).await?.is_some()),
            None => Ok(false),
        }
    }
}

/// A query for what was delivered to a person of an access package, the last delivery first.
fn deliveries(target: SubjectId, package: AccessPackageId) -> Query {
    let mut query = Query::new(Viewer::Host);
    query.target = Some(target);
    query.access_package = Some(package);
    query.state = Some(State::Delivered);
    query.newest_first = true;
    query
}
