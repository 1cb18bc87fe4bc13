//! Microsoft Graph's JSON and HTTP shapes, in v1.0 and in beta, for the state machine of [`assignment_request`]: bytes
//! in, bytes out, strict, no IO.
//!
//! ```
//! use assignment_request::RequestType;
//! use assignment_request_graph::{ReadOptions, read_create};
//!
//! let body = br#"{
//!     "requestType": "userAdd",
//!     "assignment": { "accessPackageId": "b15419bb-5ffc-ea4a-8b9e-e8b7e5ba2a2c" }
//! }"#;
//! let draft = read_create(body, &ReadOptions::default())?;
//! assert_eq!(draft.request_type, RequestType::UserAdd);
//! # Ok::<(), assignment_request_graph::ReadError>(())
//! ```
//!
//! What becomes of each member of each body, and what refuses it, is listed in [`members`].

mod decode;
mod error;
mod json;
mod options;

#[doc = include_str!("../MEMBERS.md")]
pub mod members {}

pub use decode::{StageDecision, read_create, read_decision, read_policy, read_resume};
pub use error::{ReadCode, ReadError};
pub use options::{ReadOptions, UnknownMembers};

/// The programs of the README are compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
