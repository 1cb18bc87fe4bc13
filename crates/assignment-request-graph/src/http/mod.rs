//! Finds the operation that a method and a path ask for, and writes the path of an operation. Opens no sockets.
//!
//! ```
//! use assignment_request_graph::ApiVersion;
//! use assignment_request_graph::http::Operation;
//! use http::{Method, StatusCode};
//!
//! let path = "/v1.0/identityGovernance/entitlementManagement/assignmentRequests('46184453-E63B-4f20-86c2-c557ed5d5df9')/resume";
//! let (operation, api) = Operation::from_request(&Method::POST, path)?;
//! assert_eq!(operation.success(), StatusCode::NO_CONTENT);
//! assert_eq!(
//!     operation.path(ApiVersion::Beta).to_string(),
//!     "/beta/identityGovernance/entitlementManagement/accessPackageAssignmentRequests/46184453-e63b-4f20-86c2-c557ed5d5df9/resume"
//! );
//! # assert_eq!(api, ApiVersion::V1_0);
//! # Ok::<(), assignment_request_graph::http::PathError>(())
//! ```

pub(crate) mod graph_error;
pub(crate) mod operation;
pub(crate) mod path;

pub use operation::{Operation, OperationPath, Relation};
pub use path::PathError;
