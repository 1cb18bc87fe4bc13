//! What a client of Graph asks for: the operation of a method and a path, the query options, the headers; and the path of
//! an operation. Opens no sockets.
//!
//! ```
//! use assignment_request_graph::ApiVersion;
//! use assignment_request_graph::http::{Endpoint, QueryOptions, RequestHeaders};
//! use http::{HeaderMap, Method, StatusCode};
//!
//! let path = "/v1.0/identityGovernance/entitlementManagement/assignmentRequests('46184453-E63B-4f20-86c2-c557ed5d5df9')/resume";
//! let endpoint = Endpoint::from_request(&Method::POST, path)?;
//! QueryOptions::read(None, &endpoint)?;
//! RequestHeaders::read(&HeaderMap::new(), &endpoint.operation, false)?;
//! assert_eq!(endpoint.operation.success(), StatusCode::NO_CONTENT);
//! assert_eq!(
//!     endpoint.operation.path(ApiVersion::Beta).to_string(),
//!     "/beta/identityGovernance/entitlementManagement/accessPackageAssignmentRequests/46184453-e63b-4f20-86c2-c557ed5d5df9/resume"
//! );
//! # assert_eq!(endpoint.api, ApiVersion::V1_0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod context;
mod decode;
pub(crate) mod endpoint;
pub(crate) mod graph_error;
pub(crate) mod headers;
pub(crate) mod operation;
pub(crate) mod query;

pub use endpoint::{Endpoint, PathError};
pub use headers::{
    CLIENT_REQUEST_ID, HeaderError, ODATA_VERSION, ODATA_VERSION_VALUE, PREFERENCE_APPLIED, Preferences,
    REQUEST_ID, RequestHeaders, Returns, client_request_id, entity_tag,
};
pub use operation::{ApprovalRelation, Collection, Operation, OperationPath, Relation};
pub use query::{Filter, Members, Navigation, Order, QueryCode, QueryError, QueryOptions};
