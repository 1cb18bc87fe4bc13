//! Shows one request, or something that belongs to it.

use assignment_request::{Request, RequestId};
use assignment_request_graph::RequestResource;
use http::StatusCode;

use crate::answer::{Answer, Fault};
use crate::backend::Backend;
use crate::handlers::{Asked, written};
use crate::service::Service;

impl<B: Backend> Service<B> {
    pub(super) async fn get(&self, asked: &Asked<'_>, id: RequestId) -> Result<Answer, Fault> {
        let (request, events) = self.load(id, asked.person).await?;
        self.show_request(asked, &request, &events, StatusCode::OK)
    }

    /// Shows the assignment that a request has given, or is about.
    pub(super) async fn get_assignment(&self, asked: &Asked<'_>, id: RequestId) -> Result<Answer, Fault> {
        let (request, _) = self.load(id, asked.person).await?;
        let mut assignment = RequestResource::from(&request).assignment.unwrap_or_default();
        self.describe(asked, &request, &mut assignment)?;
        if self.has_assignment(&request).await? {
            assignment.state = Some("delivered".into());
            assignment.status = Some("Delivered".into());
        }
        Ok(self.show_within(asked, &request, &written!(assignment, asked)))
    }

    pub(super) async fn get_requestor(&self, asked: &Asked<'_>, id: RequestId) -> Result<Answer, Fault> {
        let (request, _) = self.load(id, asked.person).await?;
        let mut requestor = RequestResource::from(&request).requestor.unwrap_or_default();
        self.introduce(&mut requestor);
        Ok(self.show_within(asked, &request, &written!(requestor, asked)))
    }

    pub(super) async fn get_access_package(&self, asked: &Asked<'_>, id: RequestId) -> Result<Answer, Fault> {
        let (request, _) = self.load(id, asked.person).await?;
        let package = self.data.packages.of(&request).ok_or_else(|| no_package(&request))?;
        Ok(self.show_within(asked, &request, &selected(asked, &package.shown)))
    }
}

/// The access package of a request may have been removed from the data since.
fn no_package(request: &Request) -> Fault {
    let id = request.access_package_id().map(|id| id.to_string()).unwrap_or_default();
    Fault::own(StatusCode::NOT_FOUND, "noAccessPackage", format!("there is no access package {id}"))
}

/// Returns a resource that the service itself has written, with the members that the client selected.
fn selected(asked: &Asked<'_>, resource: &[u8]) -> Vec<u8> {
    let members = asked.options.members(&asked.endpoint);
    let whole = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(resource);
    match (members, whole) {
        (Some(members), Ok(mut whole)) => {
            whole.retain(|name, _| name == "id" || members.names().contains(&name.as_str()));
            serde_json::Value::from(whole).to_string().into_bytes()
        }
        _ => resource.to_vec(),
    }
}
