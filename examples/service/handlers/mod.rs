//! Performs the operations.

mod approvals;
mod commands;
mod create;
mod lists;
mod requests;

use assignment_request::Timestamp;
use assignment_request_graph::http::{Endpoint, Operation, QueryOptions, RequestHeaders};
use assignment_request_graph::{ReadOptions, read_no_parameters};
use http::{HeaderMap, Method};

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

impl<B: Backend> Service<B> {
    /// Performs one operation. `target` is a path and a query.
    pub(crate) async fn operate(
        &self,
        person: &Person,
        method: &Method,
        target: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Answer, Fault> {
        let endpoint = Endpoint::from_request(method, target).map_err(|error| refused(&error))?;
        let query = target.split_once('?').map_or("", |(_, query)| query);
        let options = QueryOptions::read(Some(query), &endpoint).map_err(|error| refused(&error))?;
        let headers = RequestHeaders::read(headers, &endpoint.operation, !body.is_empty());
        let headers = headers.map_err(|error| refused(&error))?;
        if !endpoint.operation.reads_body() {
            read_no_parameters(body, &OPTIONS).map_err(|error| refused(&error))?;
        }
        let now = self.clock.now();
        let asked = Asked { person, endpoint, query, options, headers, body, now };
        match endpoint.operation {
            Operation::Create => self.create(&asked).await,
            Operation::List => self.list(&asked, None).await,
            Operation::Filter { on } => self.list(&asked, Some(on)).await,
            Operation::Count => self.count(&asked).await,
            Operation::Get { request } => self.get(&asked, request).await,
            Operation::GetAssignment { .. }
            | Operation::GetRequestor { .. }
            | Operation::GetAccessPackage { .. }
            | Operation::GetRequirements { .. } => Err(Fault::not_yet()),
            Operation::Delete { request } => self.delete(&asked, request).await,
            Operation::Resume { request } => self.resume(&asked, request).await,
            Operation::Cancel { request } => self.cancel(&asked, request).await,
            Operation::Reprocess { request } => self.reprocess(&asked, request).await,
            Operation::ListApprovals => self.list_approvals(&asked, None).await,
            Operation::FilterApprovals { on } => self.list_approvals(&asked, Some(on)).await,
            Operation::CountApprovals => self.count_approvals(&asked).await,
            Operation::GetApproval { approval } => self.get_approval(&asked, approval).await,
            Operation::ListStages { approval } => self.list_stages(&asked, approval).await,
            Operation::CountStages { approval } => self.count_stages(&asked, approval).await,
            Operation::GetStage { approval, stage } => self.get_stage(&asked, approval, stage).await,
            Operation::Decide { approval, stage } => self.decide(&asked, approval, stage).await,
            // A batch holds no other batch; `perform` takes it apart.
            Operation::Batch => Err(Fault::nested_batch()),
        }
    }
}
