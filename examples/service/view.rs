//! Makes resources of requests, with what the service knows beside them: names and e-mail addresses.

use std::borrow::Cow;
use std::fmt::Display;

use assignment_request::{Event, Request, SubjectId};
use assignment_request_graph::http::{Navigation, entity_tag};
use assignment_request_graph::{
    ApiVersion, ApprovalResource, AssignmentResource, IdentityResource, RawJson, ReadOptions,
    RequestResource, StageResource, SubjectResource, Viewer, history_of,
};
use http::{StatusCode, header};

use crate::answer::{Answer, Fault};
use crate::backend::Backend;
use crate::handlers::{Asked, written};
use crate::service::Service;

/// How the service reads what it has written itself.
const ANSWERS: ReadOptions =
    ReadOptions { max_bytes: 64 * 1024 * 1024, max_depth: 64, unknown_members: None };

impl<B: Backend> Service<B> {
    /// Returns the `@odata.context` of the answer.
    pub(crate) fn context<'a>(&self, asked: &Asked<'_>) -> Option<Cow<'a, str>> {
        asked.endpoint.context(&self.root, &asked.options).map(Cow::Owned)
    }

    /// Answers with a request. Its history is shown if its events are given.
    pub(crate) fn show_request(
        &self,
        asked: &Asked<'_>,
        request: &Request,
        events: &[Event],
        status: StatusCode,
    ) -> Result<Answer, Fault> {
        let mut resource = self.request_resource(asked, request, events)?;
        resource.context = self.context(asked);
        Ok(Answer::json(status, written!(resource, asked)).with(header::ETAG, entity_tag(request.revision())))
    }

    /// Returns a request as a resource.
    pub(crate) fn request_resource<'a>(
        &'a self,
        asked: &Asked<'_>,
        request: &'a Request,
        events: &'a [Event],
    ) -> Result<RequestResource<'a>, Fault> {
        let mut resource = RequestResource::from(request);
        if !asked.headers.preferences.include_unknown_enum_members {
            resource.hide_later_names(asked.endpoint.api);
        }
        if let Some(requestor) = &mut resource.requestor {
            self.introduce(requestor);
        }
        if let Some(assignment) = &mut resource.assignment {
            self.describe(asked, request, assignment)?;
        }
        if let Some(package) = self.data.packages.of(request)
            && asked.options.expands(Navigation::AccessPackage)
        {
            resource.add_member("accessPackage", raw(&package.shown)?).map_err(own_fault)?;
        }
        // Only beta has it.
        if asked.endpoint.api == ApiVersion::Beta && !events.is_empty() {
            let name = |id| Some(Cow::Borrowed(self.data.directory.person(id)?.display_name.as_str()));
            resource.history = Some(history_of(request, events, name));
        }
        Ok(resource)
    }

    /// Adds to an assignment what the service knows.
    pub(crate) fn describe<'a>(
        &'a self,
        asked: &Asked<'_>,
        request: &Request,
        assignment: &mut AssignmentResource<'a>,
    ) -> Result<(), Fault> {
        assignment.id = assignment.id.or_else(|| Self::assignment_of(request));
        if let Some(target) = &mut assignment.target {
            self.introduce(target);
        }
        if let Some(package) = self.data.packages.of(request)
            && asked.options.expands(Navigation::AssignmentAccessPackage)
        {
            assignment.add_member("accessPackage", raw(&package.shown)?).map_err(own_fault)?;
        }
        if let Some(policy) = self.data.packages.policy_of(request)
            && asked.options.expands(Navigation::AssignmentPolicy)
        {
            let name = match asked.endpoint.api {
                ApiVersion::V1_0 => "assignmentPolicy",
                ApiVersion::Beta => "accessPackageAssignmentPolicy",
            };
            assignment.add_member(name, raw(&policy.shown)?).map_err(own_fault)?;
        }
        Ok(())
    }

    /// Answers with a resource that has no place for `@odata.context`, and puts it first.
    pub(crate) fn show_within(&self, asked: &Asked<'_>, request: &Request, resource: &[u8]) -> Answer {
        let context = self.context(asked).unwrap_or_default();
        let mut body = format!("{{\"@odata.context\":{}", serde_json::Value::from(context)).into_bytes();
        match resource.strip_prefix(b"{") {
            Some(b"}") | None => body.push(b'}'),
            Some(members) => {
                body.push(b',');
                body.extend_from_slice(members);
            }
        }
        Answer::json(StatusCode::OK, body).with(header::ETAG, entity_tag(request.revision()))
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
        (0..count).filter(|stage| self.open_tier(request, *stage, person).is_some()).collect()
    }

    fn name_reviewer<'a>(&'a self, stage: &mut StageResource<'a>) {
        if let Some(IdentityResource { id: Some(id), display_name, .. }) = &mut stage.reviewed_by {
            let person = self.data.directory.person(*id);
            *display_name = person.map(|person| Cow::Borrowed(person.display_name.as_str()));
        }
    }
}

/// Returns JSON text of the service itself, to be written into a resource.
pub(crate) fn raw(json: &[u8]) -> Result<RawJson<'_>, Fault> {
    RawJson::new(json, &ANSWERS).map_err(own_fault)
}

/// The error of something that the service itself has written wrongly.
fn own_fault(error: impl Display) -> Fault {
    tracing::error!(%error, "the service cannot write its own answer");
    Fault::own(StatusCode::INTERNAL_SERVER_ERROR, "internalServerError", "the answer cannot be written")
}
