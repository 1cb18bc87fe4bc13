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
//!
//! # Features
//!
//! - `tracing`: what is read, decided and refused is told to `tracing`, by ids, codes, rules and kinds; the module `trace`
//!   lists them.

mod api;
mod body;
mod decode;
mod encode;
mod error;
pub mod http;
mod json;
mod options;
mod refusal;
mod resource;
mod stored;
#[cfg(feature = "tracing")]
pub mod trace;

#[doc = include_str!("../MEMBERS.md")]
#[doc = include_str!("../RESOURCES.md")]
pub mod members {}

pub use api::ApiVersion;
pub use decode::{StageDecision, read_create, read_decision, read_policy, read_resume};
pub use encode::{
    Asker, ErrorBody, ErrorDetail, InnerError, write_approval, write_callout, write_create, write_decision,
    write_policy, write_request, write_resume,
};
pub use error::{ReadCode, ReadError};
pub use options::{ReadOptions, UnknownMembers};
pub use refusal::{DuplicateAnswers, Refusal};
pub use resource::{
    AnswerResource, ApprovalResource, AssignmentResource, CalloutResource, Carried, ExpirationResource,
    IdentityResource, List, Name, QuestionResource, RawJson, RequestResource, ReviewResult, ScheduleResource,
    StageResource, StageStatus, SubjectResource, read_approval, read_approval_list, read_request,
    read_request_list, read_stage, read_stage_list,
};
pub use stored::{StoredError, read_events, read_snapshot, write_events, write_snapshot};

/// The programs of the README are compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
