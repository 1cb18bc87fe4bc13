//! Performs the operations.

mod approvals;
mod batch;
mod commands;
mod create;
mod lists;
mod requests;
mod requirements;

use assignment_request::Timestamp;
use assignment_request_graph::http::{
    Endpoint, Operation, PREFERENCE_APPLIED, QueryOptions, RequestHeaders, Returns,
};
use assignment_request_graph::{ReadOptions, read_no_parameters};
use http::{HeaderMap, HeaderValue};

use crate::answer::{Answer, Fault, refused};
use crate::backend::Backend;
use crate::directory::Person;
use crate::service::Service;

/// The longest body of an operation.
pub(crate) const LONGEST_BODY: usize = 64 * 1024;
/// The longest body of a batch.
pub(crate) const LONGEST_BATCH: usize = 256 * 1024;

/// How bodies are read. Members that no reader knows are ignored, as Graph does.
pub(crate) const OPTIONS: ReadOptions =
    ReadOptions { max_bytes: LONGEST_BODY, max_depth: 16, unknown_members: None };

/// An operation that someone asks for.
pub(crate) struct Asked<'a> {
    pub(crate) person: &'a Person,
    pub(crate) endpoint: Endpoint,
    /// The query of the URL, as it came.
    pub(crate) query: &'a str,
    pub(crate) options: QueryOptions,
    pub(crate) headers: RequestHeaders,
    pub(crate) body: &'a [u8],
    /// The time of the operation.
    pub(crate) now: Timestamp,
}

/// Returns a resource or a list as JSON, with the members that the client selected.
macro_rules! written {
    ($resource:expr, $asked:expr) => {{
        let mut body = Vec::new();
        match $asked.options.members(&$asked.endpoint) {
            Some(members) => $resource.write_selected($asked.endpoint.api, members.names(), &mut body),
            None => $resource.write($asked.endpoint.api, &mut body),
        }
        body
    }};
}
pub(crate) use written;

impl<B: Backend> Service<B> {
    /// Reads what someone asks for at an endpoint. `target` is a path and a query.
    pub(crate) fn ask<'a>(
        &self,
        person: &'a Person,
        endpoint: Endpoint,
        target: &'a str,
        headers: &HeaderMap,
        body: &'a [u8],
    ) -> Result<Asked<'a>, Fault> {
        let query = target.split_once('?').map_or("", |(_, query)| query);
        let options = QueryOptions::read(Some(query), &endpoint).map_err(|error| refused(&error))?;
        let headers = RequestHeaders::read(headers, &endpoint.operation, !body.is_empty());
        let headers = headers.map_err(|error| refused(&error))?;
        if !endpoint.operation.reads_body() {
            read_no_parameters(body, &OPTIONS).map_err(|error| refused(&error))?;
        }
        Ok(Asked { person, endpoint, query, options, headers, body, now: self.clock.now() })
    }

    /// Performs one operation.
    pub(crate) async fn operate(&self, asked: &Asked<'_>) -> Result<Answer, Fault> {
        let answer = self.perform(asked).await?;
        let preferences = asked.headers.preferences;
        let has_choice = matches!(asked.endpoint.operation, Operation::Create | Operation::Decide { .. });
        let returns = preferences.returns.filter(|_| has_choice).map(Returns::applied);
        let applied = match (returns, preferences.include_unknown_enum_members) {
            (Some(returns), _) => Some(returns),
            (None, true) => Some(HeaderValue::from_static("include-unknown-enum-members")),
            (None, false) => None,
        };
        Ok(match applied {
            Some(applied) => answer.with(PREFERENCE_APPLIED, applied),
            None => answer,
        })
    }

    async fn perform(&self, asked: &Asked<'_>) -> Result<Answer, Fault> {
        match asked.endpoint.operation {
            Operation::Create => self.create(asked).await,
            Operation::List => self.list(asked, None).await,
            Operation::Filter { on } => self.list(asked, Some(on)).await,
            Operation::Count => self.count(asked).await,
            Operation::Get { request } => self.get(asked, request).await,
            Operation::GetAssignment { request } => self.get_assignment(asked, request).await,
            Operation::GetRequestor { request } => self.get_requestor(asked, request).await,
            Operation::GetAccessPackage { request } => self.get_access_package(asked, request).await,
            Operation::GetRequirements { access_package } => self.requirements(asked, access_package).await,
            Operation::Delete { request } => self.delete(asked, request).await,
            Operation::Resume { request } => self.resume(asked, request).await,
            Operation::Cancel { request } => self.cancel(asked, request).await,
            Operation::Reprocess { request } => self.reprocess(asked, request).await,
            Operation::ListApprovals => self.list_approvals(asked, None).await,
            Operation::FilterApprovals { on } => self.list_approvals(asked, Some(on)).await,
            Operation::CountApprovals => self.count_approvals(asked).await,
            Operation::GetApproval { approval } => self.get_approval(asked, approval).await,
            Operation::ListStages { approval } => self.list_stages(asked, approval).await,
            Operation::CountStages { approval } => self.count_stages(asked, approval).await,
            Operation::GetStage { approval, stage } => self.get_stage(asked, approval, stage).await,
            Operation::Decide { approval, stage } => self.decide(asked, approval, stage).await,
            // `batch` performs the operations of a batch, and none of them is a batch.
            Operation::Batch => Err(Fault::nested_batch()),
        }
    }
}
