//! The `@odata.context` of an answer.

use std::fmt::Write as _;

use crate::http::endpoint::Endpoint;
use crate::http::operation::Operation;
use crate::http::query::QueryOptions;

impl Endpoint {
    /// Returns the answer's `@odata.context`: where the metadata document of the service at `root`, such as
    /// `https://graph.example.com`, would describe what the answer contains, with the members that were selected. `None` if
    /// the operation answers with no resource.
    ///
    /// ```
    /// use assignment_request_graph::http::{Endpoint, QueryOptions};
    /// use http::Method;
    ///
    /// let path = "/v1.0/identityGovernance/entitlementManagement/assignmentRequests";
    /// let endpoint = Endpoint::from_request(&Method::GET, path)?;
    /// let options = QueryOptions::read(Some("$select=id,state"), &endpoint)?;
    /// assert_eq!(
    ///     endpoint.context("https://graph.example.com", &options).as_deref(),
    ///     Some("https://graph.example.com/v1.0/$metadata#identityGovernance/entitlementManagement/assignmentRequests(id,state)"),
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn context(&self, root: &str, options: &QueryOptions) -> Option<String> {
        let collection_of = |kind: &str| format!("Collection(microsoft.graph.{kind})");
        let within = |operation: Operation| {
            let path = operation.path_within(self.api).in_collection(self.collection).to_string();
            path.trim_start_matches('/').to_owned()
        };
        let of_approval = |approval| within(Operation::ListStages { approval });
        let (what, is_one) = match self.operation {
            Operation::Create | Operation::Get { .. } => (within(Operation::List), true),
            Operation::List => (within(Operation::List), false),
            Operation::Filter { .. } => (collection_of("accessPackageAssignmentRequest"), false),
            operation @ (Operation::GetAssignment { .. }
            | Operation::GetRequestor { .. }
            | Operation::GetAccessPackage { .. }) => (within(operation), true),
            Operation::ListApprovals => (within(Operation::ListApprovals), false),
            Operation::FilterApprovals { .. } => (collection_of("approval"), false),
            Operation::GetApproval { .. } => (within(Operation::ListApprovals), true),
            Operation::ListStages { approval } => (of_approval(approval), false),
            Operation::GetStage { approval, .. } | Operation::Decide { approval, .. } => {
                (of_approval(approval), true)
            }
            Operation::GetRequirements { .. } => {
                (collection_of("accessPackageAssignmentRequestRequirements"), false)
            }
            Operation::Count
            | Operation::CountApprovals
            | Operation::CountStages { .. }
            | Operation::Delete { .. }
            | Operation::Resume { .. }
            | Operation::Cancel { .. }
            | Operation::Reprocess { .. }
            | Operation::Batch => return None,
        };
        let mut context = format!("{root}/{}/$metadata#{what}", self.api);
        if let Some(selected) = &options.select {
            // Writing to text cannot fail.
            let _ = write!(context, "({selected})");
        }
        if is_one {
            context.push_str("/$entity");
        }
        Some(context)
    }
}
