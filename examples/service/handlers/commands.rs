//! Commands of clients to a request: resume, cancel, reprocess, and delete.

use assignment_request::{Action, Actor, Rejection, Request, RequestId, Role};
use assignment_request_graph::read_resume;
use assignment_request_store::Viewer;
use http::StatusCode;

use crate::answer::{Answer, Fault, refused};
use crate::backend::Backend;
use crate::directory::Person;
use crate::handlers::{Asked, OPTIONS};
use crate::service::Service;

impl<B: Backend> Service<B> {
    pub(super) async fn resume(&self, asked: &Asked<'_>, id: RequestId) -> Result<Answer, Fault> {
        let resume = read_resume(asked.body, &OPTIONS).map_err(|error| refused(&error))?;
        let request = if asked.person.role == Role::Extension {
            // An extension sees the requests that have called it, to answer them and for nothing else.
            let (request, _) = self.backend.load(id, Viewer::Host).await?;
            let account = match request.callout(resume.instance) {
                Some(callout) => self.data.extensions.account_of(&request, callout) == Some(asked.person.id),
                None => self.data.extensions.was_called(asked.person.id, &request),
            };
            if account { request } else { return Err(Fault::no_request()) }
        } else {
            self.load(id, asked.person).await?.0
        };
        let actor = Actor::new(asked.person.id, asked.person.role);
        self.give(asked, &request, actor, Action::Resume(resume)).await
    }

    pub(super) async fn cancel(&self, asked: &Asked<'_>, id: RequestId) -> Result<Answer, Fault> {
        let (request, _) = self.load(id, asked.person).await?;
        // An administrator cancels their own request as a user.
        let is_own = request.requestor() == asked.person.id;
        let role = if is_own { Role::User } else { asked.person.role };
        self.give(asked, &request, Actor::new(asked.person.id, role), Action::Cancel).await
    }

    pub(super) async fn reprocess(&self, asked: &Asked<'_>, id: RequestId) -> Result<Answer, Fault> {
        let (request, _) = self.load(id, asked.person).await?;
        let Person { id, role, .. } = *asked.person;
        self.give(asked, &request, Actor::new(id, role), Action::Reprocess).await
    }

    async fn give(
        &self,
        asked: &Asked<'_>,
        request: &Request,
        actor: Actor,
        action: Action,
    ) -> Result<Answer, Fault> {
        self.execute(request, actor, asked.headers.expected_revision, action, asked.now).await?;
        Ok(Answer::empty(asked.endpoint.operation.success()))
    }

    /// Deletes a request, for administrators.
    pub(super) async fn delete(&self, asked: &Asked<'_>, id: RequestId) -> Result<Answer, Fault> {
        let (request, _) = self.load(id, asked.person).await?;
        if asked.person.role != Role::Administrator {
            return Err(Fault::forbidden("only an administrator may delete requests"));
        }
        let actual = request.revision();
        if let Some(expected) = asked.headers.expected_revision.filter(|expected| *expected != actual) {
            return Err(Rejection::RevisionConflict { expected, actual }.into());
        }
        if self.takes_back(&request).await? {
            let message = "the request removed the access that an older one gave; delete that one first";
            return Err(Fault::own(StatusCode::CONFLICT, "notDeletable", message));
        }
        let has_assignment = self.has_assignment(&request).await?;
        self.backend.delete(id, has_assignment).await?;
        Ok(Answer::empty(asked.endpoint.operation.success()))
    }
}
