//! Shows one request, or something that belongs to it.

use assignment_request::RequestId;
use http::StatusCode;

use crate::answer::{Answer, Fault};
use crate::backend::Backend;
use crate::handlers::Asked;
use crate::service::Service;

impl<B: Backend> Service<B> {
    pub(super) async fn get(&self, asked: &Asked<'_>, id: RequestId) -> Result<Answer, Fault> {
        let (request, events) = self.load(id, asked.person).await?;
        Ok(self.show_request(asked, &request, &events, StatusCode::OK))
    }
}
