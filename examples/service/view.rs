//! Makes resources of requests, with what the service knows beside them: names and e-mail addresses.

use std::borrow::Cow;

use assignment_request::{Event, Request, SubjectId};
use assignment_request_graph::http::entity_tag;
use assignment_request_graph::{
    ApprovalResource, AssignmentResource, IdentityResource, RequestResource, StageResource, SubjectResource,
    Viewer,
};
use http::{StatusCode, header};

use crate::answer::Answer;
use crate::backend::Backend;
use crate::handlers::Asked;
use crate::service::Service;

impl<B: Backend> Service<B> {
    /// Returns the `@odata.context` of the answer.
    pub(crate) fn context<'a>(&self, asked: &Asked<'_>) -> Option<Cow<'a, str>> {
        asked.endpoint.context(&self.root, &asked.options).map(Cow::Owned)
    }

    /// Answers with a request.
    pub(crate) fn show_request(
        &self,
        asked: &Asked<'_>,
        request: &Request,
        events: &[Event],
        status: StatusCode,
    ) -> Answer {
        let mut resource = self.request_resource(request, events);
        resource.context = self.context(asked);
        let mut body = Vec::new();
        resource.write(asked.endpoint.api, &mut body);
        Answer::json(status, body).with(header::ETAG, entity_tag(request.revision()))
    }

    /// Returns a request as a resource.
    pub(crate) fn request_resource<'a>(
        &'a self,
        request: &'a Request,
        _events: &'a [Event],
    ) -> RequestResource<'a> {
        let mut resource = RequestResource::from(request);
        if let Some(requestor) = &mut resource.requestor {
            self.introduce(requestor);
        }
        if let Some(assignment) = &mut resource.assignment {
            self.describe(request, assignment);
        }
        resource
    }

    /// Adds to an assignment what the service knows.
    fn describe<'a>(&'a self, request: &Request, assignment: &mut AssignmentResource<'a>) {
        assignment.id = assignment.id.or_else(|| Self::assignment_of(request));
        if let Some(target) = &mut assignment.target {
            self.introduce(target);
        }
    }

    /// Adds the name and the e-mail address of a subject.
    pub(crate) fn introduce<'a>(&'a self, subject: &mut SubjectResource<'a>) {
        let Some(person) = subject.id.and_then(|id| self.data.directory.person(id)) else { return };
        subject.display_name = Some(Cow::Borrowed(&person.display_name));
        subject.email = Some(Cow::Borrowed(&person.email));
    }

    /// Returns the approval of a request, as one person sees it.
    pub(crate) fn approval_resource<'a>(
        &'a self,
        request: &'a Request,
        person: SubjectId,
    ) -> ApprovalResource<'a> {
        let stages = self.stages_of(request, person);
        let mut resource = ApprovalResource::of(request, Some(&Viewer { id: person, stages: &stages }));
        for stage in resource.stages.iter_mut().flatten() {
            self.name_reviewer(stage);
        }
        resource
    }

    /// Returns the stages about which a person may decide.
    fn stages_of(&self, request: &Request, person: SubjectId) -> Vec<u32> {
        let count = u32::try_from(request.approval_stages().len()).unwrap_or(u32::MAX);
        (0..count).filter(|stage| self.may_decide(request, *stage, person)).collect()
    }

    fn name_reviewer<'a>(&'a self, stage: &mut StageResource<'a>) {
        if let Some(IdentityResource { id: Some(id), display_name, .. }) = &mut stage.reviewed_by {
            let person = self.data.directory.person(*id);
            *display_name = person.map(|person| Cow::Borrowed(person.display_name.as_str()));
        }
    }
}
