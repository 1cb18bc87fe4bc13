//! Creates a request: chooses the role, the policy and the assignment that it is about.

use assignment_request::{
    Actor, Draft, ExistingAssignment, Limits, Operation as Change, Policy, PolicySpec, RequestId,
    RequestType, RequestorSettings, Role, SubjectId,
};
use assignment_request_graph::http::{Operation, Returns, entity_tag};
use assignment_request_graph::read_create;
use assignment_request_store::{Query, Viewer};
use http::{HeaderName, HeaderValue, StatusCode, header};
use uuid::Uuid;

use crate::answer::{Answer, Fault, refused};
use crate::backend::Backend;
use crate::directory::Person;
use crate::handlers::{Asked, OPTIONS};
use crate::packages::{AccessPackage, AccessPolicy};
use crate::service::Service;

/// OData's header for the resource that a client does not want to see.
const ENTITY_ID: HeaderName = HeaderName::from_static("odata-entityid");

/// How many requests of one user may be open.
const MOST_OPEN: u64 = 1_000;

impl<B: Backend> Service<B> {
    pub(super) async fn create(&self, asked: &Asked<'_>) -> Result<Answer, Fault> {
        let mut draft = read_create(asked.body, &OPTIONS).map_err(|error| refused(&error))?;
        let existing = self.existing(&draft, asked.person.id).await?;
        let existing = existing.filter(|existing| self.may_know(asked.person, existing));
        let role = self.role(asked.person, draft.request_type, existing.as_ref());
        let actor = Actor::new(asked.person.id, role);
        let judge;
        let policy = if role == draft.request_type.initiator()
            && let Some(package) = self.package(&draft, existing.as_ref())?
        {
            let policy = self.policy(package, &draft, existing.as_ref(), actor)?;
            // The other types of Add must name the policy (rule C2).
            if draft.request_type == RequestType::UserAdd {
                draft.assignment_policy_id.get_or_insert(policy.id);
            }
            &policy.compiled
        } else {
            judge = judge_of_the_rest()?;
            &judge
        };
        self.check_open(actor).await?;
        let id = RequestId::new(Uuid::new_v4());
        let request = self.backend.submit(policy, id, &draft, existing.as_ref(), actor, asked.now).await?;
        let path = asked.endpoint.path_to(Operation::Get { request: id }).to_string();
        let location = HeaderValue::try_from(format!("{}{path}", self.root));
        let location = location.unwrap_or(HeaderValue::from_static(""));
        let answer = match asked.headers.preferences.returns {
            Some(Returns::Minimal) => Answer::empty(StatusCode::NO_CONTENT).with(ENTITY_ID, location.clone()),
            Some(Returns::Representation) | None => {
                self.show_request(asked, &request, &[], StatusCode::CREATED)?
            }
        };
        Ok(answer.with(header::LOCATION, location).with(header::ETAG, entity_tag(request.revision())))
    }

    /// Refuses a request of someone who has made too many that have not ended. Administrators may have any number.
    async fn check_open(&self, actor: Actor) -> Result<(), Fault> {
        let mut open = Query::new(Viewer::Host);
        open.requestor = Some(actor.id);
        open.is_open = true;
        if actor.role == Role::User && self.backend.count(&open).await? >= MOST_OPEN {
            return Err(Fault::too_many_open(MOST_OPEN));
        }
        Ok(())
    }

    /// Returns the role in which a person makes a request of this type. Administrators are also users. An approver is
    /// someone whom the policy of the assignment names.
    fn role(
        &self,
        person: &Person,
        request_type: RequestType,
        existing: Option<&ExistingAssignment>,
    ) -> Role {
        match (person.role, request_type.initiator()) {
            (Role::Extension, _) => Role::Extension,
            (_, Role::Approver) if existing.is_some_and(|existing| self.approves(person.id, existing)) => {
                Role::Approver
            }
            (Role::Administrator, Role::User) => Role::User,
            (role, _) => role,
        }
    }

    /// Returns whether an assignment exists for a person: their own, those of people whom they look after, and those that
    /// they approve. For everyone else it is not there.
    fn may_know(&self, person: &Person, existing: &ExistingAssignment) -> bool {
        person.role == Role::Administrator
            || person.id == existing.target
            || self.data.directory.looks_after(person.id, existing.target)
            || self.approves(person.id, existing)
    }

    fn approves(&self, person: SubjectId, existing: &ExistingAssignment) -> bool {
        let policy = self.data.packages.policy(existing.assignment_policy_id);
        policy.is_some_and(|policy| policy.has_approver(&self.data.directory, person, existing.target))
    }

    /// Returns the access package that a draft is about. `None` if the draft names none, or no assignment that exists.
    fn package(
        &self,
        draft: &Draft,
        existing: Option<&ExistingAssignment>,
    ) -> Result<Option<&AccessPackage>, Fault> {
        let named = match draft.request_type.operation() {
            Change::Add => draft.access_package_id,
            Change::Update | Change::Remove => existing.map(|existing| existing.access_package_id),
        };
        let Some(id) = named else { return Ok(None) };
        let unknown = || {
            let message = format!("there is no access package {id}");
            Fault::own(StatusCode::BAD_REQUEST, "unknownAccessPackage", message)
                .at("assignment.accessPackageId")
        };
        self.data.packages.get(id).map(Some).ok_or_else(unknown)
    }

    /// Returns the policy that a draft is judged by: the one that it names, or the only one that applies.
    fn policy<'a>(
        &self,
        package: &'a AccessPackage,
        draft: &Draft,
        existing: Option<&ExistingAssignment>,
        actor: Actor,
    ) -> Result<&'a AccessPolicy, Fault> {
        let target = draft.target_id.or(draft.target_object_id).unwrap_or(actor.id);
        let admits = |policy: &AccessPolicy| {
            actor.role != Role::User
                || policy.admits(&self.data.directory, target)
                    && (target == actor.id || policy.lets_ask_for(&self.data.directory, actor.id, target))
        };
        let fault = |status, code, message: String| {
            Err(Fault::own(status, code, message).at("assignment.assignmentPolicyId"))
        };
        let existing = existing.map(|existing| existing.assignment_policy_id);
        if let Some(id) = existing.or(draft.assignment_policy_id) {
            return match package.policies.iter().find(|policy| policy.id == id) {
                Some(policy) if existing.is_some() || admits(policy) => Ok(policy),
                Some(_) => fault(
                    StatusCode::FORBIDDEN,
                    "outOfScope",
                    "the policy does not let you ask for this person".to_owned(),
                ),
                None => {
                    let message = format!("the access package has no policy {id}");
                    fault(StatusCode::BAD_REQUEST, "unknownPolicy", message)
                }
            };
        }
        let mut applicable = package.policies.iter().filter(|policy| admits(policy));
        match (applicable.next(), applicable.next()) {
            (Some(policy), None) => Ok(policy),
            (None, _) => fault(
                StatusCode::FORBIDDEN,
                "outOfScope",
                "no policy of the access package lets you ask for this person".to_owned(),
            ),
            (Some(_), Some(_)) => fault(
                StatusCode::BAD_REQUEST,
                "ambiguousPolicy",
                "several policies of the access package apply; name one of them".to_owned(),
            ),
        }
    }
}

/// A policy for drafts that come to no policy. It lets users do everything, so that only what is missing is refused.
fn judge_of_the_rest() -> Result<Policy, Fault> {
    let requestor_settings = RequestorSettings {
        self_add: true,
        self_update: true,
        self_remove: true,
        on_behalf_add: true,
        on_behalf_update: true,
        on_behalf_remove: true,
        custom_schedule: true,
    };
    let spec = PolicySpec { requestor_settings, ..PolicySpec::default() };
    Policy::compile(&spec, &Limits::default()).map_err(|error| refused(&error))
}
