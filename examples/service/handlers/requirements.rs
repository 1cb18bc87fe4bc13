//! Says what the policies of an access package ask of the person who asks.

use assignment_request::{AccessPackageId, Answer as GivenAnswer, Operation, Request};
use assignment_request_graph::{AnswerResource, List, RequirementsResource, read_policy_texts};
use http::StatusCode;

use crate::answer::{Answer, Fault, refused};
use crate::backend::Backend;
use crate::data;
use crate::handlers::{Asked, written};
use crate::service::Service;

impl<B: Backend> Service<B> {
    /// Answers with the requirements of each policy under which the person may have access.
    pub(super) async fn requirements(
        &self,
        asked: &Asked<'_>,
        package: AccessPackageId,
    ) -> Result<Answer, Fault> {
        let package = self.data.packages.get(package).ok_or_else(|| {
            Fault::own(StatusCode::NOT_FOUND, "noAccessPackage", "there is no such access package")
        })?;
        let id = asked.person.id;
        let held = self.last_delivery(id, package.id).await?;
        let held = held.filter(|request| request.request_type().operation() != Operation::Remove);
        let answers = held.as_ref().map(Request::answers).unwrap_or_default();
        let mut value = Vec::new();
        for policy in package.policies.iter().filter(|policy| policy.admits(&self.data.directory, id)) {
            let texts = read_policy_texts(policy.text.get().as_bytes(), &data::OPTIONS);
            let texts = texts.map_err(|error| refused(&error))?;
            let mut requirements = RequirementsResource::of(&policy.compiled, texts);
            let asks = |answer: &&GivenAnswer| {
                let mut questions = requirements.questions.iter().flatten();
                questions.any(|question| question.id == Some(answer.question_id))
            };
            let existing = answers.iter().filter(asks).map(AnswerResource::from).collect();
            requirements.existing_answers = Some(existing);
            value.push(requirements);
        }
        let list = List { context: self.context(asked), value, ..List::default() };
        Ok(Answer::json(StatusCode::OK, written!(list, asked)))
    }
}
