//! Approvals: shows their stages, and takes decisions.

use assignment_request::{
    Action, Actor, ApprovalStageId, Rejection, Request, RequestId, Role, StageDecision, Tier,
};
use assignment_request_graph::http::{Returns, entity_tag};
use assignment_request_graph::{List, StageReview, read_decision};
use http::{StatusCode, header};

use crate::answer::{Answer, Fault, refused};
use crate::backend::Backend;
use crate::handlers::{Asked, OPTIONS, written};
use crate::service::Service;

impl<B: Backend> Service<B> {
    pub(super) async fn get_approval(&self, asked: &Asked<'_>, id: RequestId) -> Result<Answer, Fault> {
        let (request, _) = self.load(id, asked.person).await?;
        let mut resource = self.approval_resource(&request, asked.person.id);
        resource.context = self.context(asked);
        let answer = Answer::json(StatusCode::OK, written!(resource, asked));
        Ok(answer.with(header::ETAG, entity_tag(request.revision())))
    }

    pub(super) async fn list_stages(&self, asked: &Asked<'_>, id: RequestId) -> Result<Answer, Fault> {
        let (request, _) = self.load(id, asked.person).await?;
        let value = self.approval_resource(&request, asked.person.id).stages.unwrap_or_default();
        let count = asked.options.count.then_some(count(&request));
        let list = List { context: self.context(asked), count, value, ..List::default() };
        Ok(Answer::json(StatusCode::OK, written!(list, asked)))
    }

    pub(super) async fn count_stages(&self, asked: &Asked<'_>, id: RequestId) -> Result<Answer, Fault> {
        Ok(Answer::count(count(&self.load(id, asked.person).await?.0)))
    }

    pub(super) async fn get_stage(
        &self,
        asked: &Asked<'_>,
        id: RequestId,
        stage: ApprovalStageId,
    ) -> Result<Answer, Fault> {
        let (request, _) = self.load(id, asked.person).await?;
        let index = index(&request, stage)?;
        self.show_stage(asked, &request, index)
    }

    fn show_stage(&self, asked: &Asked<'_>, request: &Request, index: u32) -> Result<Answer, Fault> {
        let stages = self.approval_resource(request, asked.person.id).stages.unwrap_or_default();
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        let mut resource = stages.into_iter().nth(index).ok_or_else(Fault::no_request)?;
        resource.context = self.context(asked);
        let answer = Answer::json(StatusCode::OK, written!(resource, asked));
        Ok(answer.with(header::ETAG, entity_tag(request.revision())))
    }

    /// Takes a decision. The role and the tier are what the service knows about the person, never what a client says.
    pub(super) async fn decide(
        &self,
        asked: &Asked<'_>,
        id: RequestId,
        stage: ApprovalStageId,
    ) -> Result<Answer, Fault> {
        let review = read_decision(asked.body, &OPTIONS).map_err(|error| refused(&error))?;
        let (request, _) = self.load(id, asked.person).await?;
        let index = index(&request, stage)?;
        let StageReview { decision, justification } = review;
        let (role, tier) = match self.tier(&request, index, asked.person.id) {
            Some(tier) => (Role::Approver, tier),
            None => (asked.person.role, Tier::Primary),
        };
        let actor = Actor::new(asked.person.id, role);
        let action = Action::DecideStage(StageDecision { stage: index, tier, decision, justification });
        let expected = asked.headers.expected_revision;
        let request = self.execute(&request, actor, expected, action, asked.now).await?;
        match asked.headers.preferences.returns {
            Some(Returns::Representation) => self.show_stage(asked, &request, index),
            Some(Returns::Minimal) | None => {
                let answer = Answer::empty(asked.endpoint.operation.success());
                Ok(answer.with(header::ETAG, entity_tag(request.revision())))
            }
        }
    }
}

fn count(request: &Request) -> u64 {
    u64::try_from(request.approval_stages().len()).unwrap_or(u64::MAX)
}

fn index(request: &Request, stage: ApprovalStageId) -> Result<u32, Fault> {
    let stages = request.approval_stages().len();
    let count = u32::try_from(stages).unwrap_or(u32::MAX);
    let unknown = || Rejection::UnknownStage { stage: count, stages }.into();
    request.approval_stage_index(stage).ok_or_else(unknown)
}
