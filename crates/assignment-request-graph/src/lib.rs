//! Microsoft Graph's JSON and HTTP shapes, in v1.0 and in beta, for the state machine of [`assignment_request`]: bytes
//! in, bytes out, strict, no IO.
//!
//! [`assignment_request`] decides in types of its own. This crate stands between it and the wire: it reads what clients,
//! approvers and outside systems send into those types, tells which operation a method and a path ask for, and writes
//! requests, approvals, callouts and refusals as Graph shows them. It has no server and no client: any will do.
//!
//! ```
//! use assignment_request::{Action, Actor, Command, Limits, Timestamp, Policy, Role};
//! use assignment_request_graph::http::Operation;
//! use assignment_request_graph::{
//!     ErrorBody, InnerError, ReadOptions, GraphError, read_create, read_policy, write_request,
//! };
//! use http::{Method, StatusCode};
//! use uuid::Uuid;
//!
//! let options = ReadOptions::default();
//! let policy = read_policy(br#"{"requestorSettings": {"enableTargetsToSelfAddAccess": true}}"#, &options)?;
//! let policy = Policy::compile(&policy, &Limits::DEFAULT)?;
//!
//! // Over HTTP came this method, path and body. Who sent it, the host has found out.
//! let path = "/v1.0/identityGovernance/entitlementManagement/assignmentRequests";
//! let body = br#"{
//!     "requestType": "userAdd",
//!     "assignment": {"accessPackageId": "b15419bb-5ffc-ea4a-8b9e-e8b7e5ba2a2c"}
//! }"#;
//! let ada = Actor::new(Uuid::from_u128(0xada), Role::User);
//! let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
//!
//! let (operation, api) = Operation::from_request(&Method::POST, path)?;
//! assert_eq!((operation, operation.success()), (Operation::Create, StatusCode::CREATED));
//! let draft = read_create(body, &options)?;
//! let (mut request, _submitted) = policy.submit(Uuid::from_u128(1), &draft, None, ada, now)?;
//! let mut answer = Vec::new();
//! write_request(&request, api, &mut answer);
//! assert!(answer.starts_with(br#"{"id":"00000000-0000-0000-0000-000000000001","requestType":"userAdd","#));
//!
//! // Somebody else wants to cancel it. What is refused, by whichever part, has a status and a body.
//! let bob = Actor::new(Uuid::from_u128(0xb0b), Role::User);
//! let rejection = request.handle(&Command::new(bob, Action::Cancel), now).unwrap_err();
//! let refusal = GraphError::from(&rejection);
//! assert_eq!(refusal.status(), StatusCode::FORBIDDEN);
//! let mut answer = Vec::new();
//! let inner = InnerError { date: now, request_id: Uuid::from_u128(2), client_request_id: None };
//! ErrorBody::from(refusal).write(&inner, &mut answer);
//! assert!(answer.starts_with(br#"{"error":{"code":"notPermitted","#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How data flows
//!
//! | what comes | is read by | and becomes |
//! |---|---|---|
//! | a method and a path | [`Operation::from_request`](http::Operation::from_request) | an [`Operation`](http::Operation), and the [generation](ApiVersion) to answer in |
//! | a create body | [`read_create`] | a [`Draft`](assignment_request::Draft) for [`Policy::submit`](assignment_request::Policy::submit) |
//! | a callback | [`read_resume`] | a [`Resume`](assignment_request::Resume) |
//! | an approver's decision | [`read_decision`] | a [`StageReview`], to which path and host add stage and tier |
//! | a policy | [`read_policy`] | a [`PolicySpec`](assignment_request::PolicySpec) for [`Policy::compile`](assignment_request::Policy::compile) |
//! | a response, to a client | [`read_request`], [`read_approval`], [`read_stage`] and their lists | a [`RequestResource`], an [`ApprovalResource`], a [`StageResource`] |
//! | what was stored | [`read_events`] | a [`Request`](assignment_request::Request) |
//!
//! The other way, [`write_request`] and [`write_approval`] answer; [`write_callout`] calls an extension;
//! [`write_create`], [`write_resume`] and [`write_decision`] are a client's; [`write_policy`] and
//! [`write_events`] keep. All append to a buffer. A [`GraphError`] is any error of the path, the body, the submission, the
//! policy or the command; it has a status, and becomes an [`ErrorBody`].
//!
//! Bodies of v1.0 and beta are read alike, by one reader, and [`ReadOptions`] bounds what is read. A [`ReadError`] tells
//! the code, the member and the place of the first fault. What becomes of each member of each body, and what refuses it,
//! is listed in [`members`].
//!
//! # Features
//!
//! - `tracing`: what is read, decided and refused is told to `tracing`, by ids, codes, rules and kinds; the module `trace`
//!   lists them.
//!
//! No feature changes what is read or written.
//!
//! # What it does not do
//!
//! It opens no socket, authenticates nobody, and knows no query options (`$filter`, `$expand`): those are the host's. Of
//! resources it models what the lifecycle speaks of; the other members of Graph's schema are [carried along](AdditionalData).
// docs.rs shows which feature an item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod api;
mod bodies;
mod body;
mod decode;
mod encode;
mod error;
mod graph_error;
pub mod http;
mod json;
mod options;
mod resource;
mod stored;
#[cfg(feature = "tracing")]
pub mod trace;

#[doc = include_str!("../MEMBERS.md")]
#[doc = include_str!("../RESOURCES.md")]
pub mod members {}

pub use api::ApiVersion;
pub use bodies::{CalloutAnswer, CalloutData, read_callout};
pub use decode::{StageReview, read_create, read_decision, read_extension, read_policy, read_resume};
pub use encode::{
    ErrorBody, ErrorDetail, InnerError, Viewer, write_approval, write_callout, write_create, write_decision,
    write_policy, write_request, write_resume,
};
pub use error::{ReadCode, ReadError};
pub use graph_error::{DuplicateAnswers, GraphError};
pub use options::{ReadOptions, UnknownMembers};
pub use resource::{
    AdditionalData, AnswerResource, ApprovalResource, AssignmentResource, CalloutResource,
    ExpirationResource, IdentityResource, List, Name, QuestionResource, RawJson, RequestResource,
    ReviewResult, ScheduleResource, StageResource, StageStatus, SubjectResource, read_approval,
    read_approval_list, read_request, read_request_list, read_stage, read_stage_list,
};
pub use stored::{StoredError, read_events, write_events};

/// The programs of the README are compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
