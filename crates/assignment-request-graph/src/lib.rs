//! Microsoft Graph's JSON and HTTP formats, v1.0 and beta, for the state machine of [`assignment_request`]. The crate
//! is strict, does no IO, and reads and writes bytes.
//!
//! [`assignment_request`] decides with types of its own. This crate connects it to the wire. It reads the input of
//! clients, approvers and outside systems into those types, finds the operation that a method and a path ask for, and
//! writes requests, approvals, callouts and errors as Graph shows them. It has no server and no client, and works with
//! any.
//!
//! ```
//! use assignment_request::{Action, Actor, Command, Limits, Policy, RequestId, Role, SubjectId, Timestamp};
//! use assignment_request_graph::http::{Endpoint, Operation};
//! use assignment_request_graph::{
//!     ErrorBody, GraphError, InnerError, ReadOptions, read_create, read_policy, write_request,
//! };
//! use http::{Method, StatusCode};
//! use uuid::Uuid;
//!
//! let options = ReadOptions::default();
//! let policy = read_policy(br#"{"requestorSettings": {"enableTargetsToSelfAddAccess": true}}"#, &options)?;
//! let policy = Policy::compile(&policy, &Limits::default())?;
//!
//! // This method, path and body came over HTTP. The host has found out who sent them.
//! let path = "/v1.0/identityGovernance/entitlementManagement/assignmentRequests";
//! let body = br#"{
//!     "requestType": "userAdd",
//!     "assignment": {"accessPackageId": "b15419bb-5ffc-ea4a-8b9e-e8b7e5ba2a2c"}
//! }"#;
//! let ada = Actor::new(SubjectId::from_u128(0xada), Role::User);
//! let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
//!
//! let Endpoint { operation, api, .. } = Endpoint::from_request(&Method::POST, path)?;
//! assert_eq!((operation, operation.success()), (Operation::Create, StatusCode::CREATED));
//! let draft = read_create(body, &options)?;
//! let (mut request, _submitted) = policy.submit(RequestId::from_u128(1), &draft, None, ada, now)?;
//! let mut answer = Vec::new();
//! write_request(&request, api, &mut answer);
//! assert!(answer.starts_with(br#"{"id":"00000000-0000-0000-0000-000000000001","requestType":"userAdd","#));
//!
//! // Someone else wants to cancel it. Every error, of any part, has a status and a body.
//! let bob = Actor::new(SubjectId::from_u128(0xb0b), Role::User);
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
//! | input | is read by | and becomes |
//! |---|---|---|
//! | a method and a path | [`Endpoint::from_request`](http::Endpoint::from_request) | an [`Endpoint`](http::Endpoint): the [operation](http::Operation), and the names to answer in |
//! | a query | [`QueryOptions::read`](http::QueryOptions::read) | [`QueryOptions`](http::QueryOptions) |
//! | headers | [`RequestHeaders::read`](http::RequestHeaders::read) | [`RequestHeaders`](http::RequestHeaders): the expected revision, preferences |
//! | a batch | [`read_batch`] | [`BatchRequest`]s |
//! | a create body | [`read_create`] | a [`Draft`](assignment_request::Draft) for [`Policy::submit`](assignment_request::Policy::submit) |
//! | a callback | [`read_resume`] | a [`Resume`](assignment_request::Resume) |
//! | an approver's decision | [`read_decision`] | a [`StageReview`], to which the path adds the stage and the host the tier |
//! | a policy | [`read_policy`] | a [`PolicySpec`](assignment_request::PolicySpec) for [`Policy::compile`](assignment_request::Policy::compile) |
//! | a policy's texts for people | [`read_policy_texts`] | [`PolicyTexts`] for [`RequirementsResource::of`] |
//! | a response, in a client | [`read_request`], [`read_approval`], [`read_stage`] and their lists | a [`RequestResource`], an [`ApprovalResource`], a [`StageResource`] |
//! | the answer of `getApplicablePolicyRequirements`, in a client | [`read_requirements_list`] | a [`List`] of [`RequirementsResource`] |
//! | a stored log of events | [`read_events`] | a [`Request`](assignment_request::Request) |
//!
//! In the other direction, [`write_request`] and [`write_approval`] write responses; [`write_callout`] writes what an
//! extension receives; [`write_create`], [`write_resume`] and [`write_decision`] are for clients; [`write_policy`] and
//! [`write_events`] write what a host stores. All append to a buffer. A [`GraphError`] is any error of the path, the
//! body, the submission, the policy or the command. It has a status, and converts to an [`ErrorBody`].
//!
//! A host that has more to show makes a [`RequestResource`] from a request, adds the names of people, further members
//! and the [history](history_of), and writes it. Every resource can also be written with only the members that a client
//! selects.
//!
//! One reader reads bodies of v1.0 and of beta alike; [`ReadOptions`] has its limits. A [`ReadError`] has the code, the
//! member and the place of the first fault. [`members`] lists every member of each body, what it is converted to, and
//! what refuses it.
//!
//! # Features
//!
//! - `tracing`: logs what is read, decided and refused with `tracing`, as ids, codes, rules and kinds; the module `trace`
//!   lists the fields.
//!
//! No feature changes what is read or written.
//!
//! # What it does not do
//!
//! It opens no sockets and authenticates no one. It reads query options, and the host's database answers them.
//! It models the members of resources that the lifecycle uses, and keeps the other members of Graph's schema as
//! [additional data](AdditionalData), which a host can add too.
// docs.rs shows which feature an item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

// The rooms, lowest first. A file imports from its own room or from a lower one, by the full path of the file that owns
// the name. No two files import each other.
//
//   vocabulary   generations of the API, errors of reading, options, names
//   trace        what is logged; uses the vocabulary alone
//   http         paths, operations, statuses; uses no JSON, and is low because bodies name paths and errors
//   json         the reader, and beside it the writer of everything that is written
//   bodies       one body, one file, read and written there
//   client       resources and lists: what a server writes and only a client of Graph reads
mod bodies;
mod client;
pub mod http;
mod json;
#[cfg(feature = "tracing")]
pub mod trace;
mod vocabulary;

#[doc = include_str!("../MEMBERS.md")]
#[doc = include_str!("../RESOURCES.md")]
pub mod members {}

pub use bodies::batch::{BatchBody, BatchRequest, BatchResponse, read_batch, write_batch};
pub use bodies::callout::{
    CalloutAnswer, CalloutData, read_callout, write_callout, write_documented_callout,
};
pub use bodies::create::{read_create, write_create};
pub use bodies::decision::{StageReview, read_decision, write_decision};
pub use bodies::error::{ErrorBody, ErrorDetail, InnerError};
pub use bodies::no_parameters::read_no_parameters;
pub use bodies::policy::extension::read_extension;
pub use bodies::policy::{read_policy, write_policy};
pub use bodies::resume::{read_resume, write_resume};
pub use bodies::stored::{StoredError, read_events, read_history, write_events};
pub use client::activity::{ActivityResource, history_of};
pub use client::additional_data::{AdditionalData, AdditionalDataError};
pub use client::answer::AnswerResource;
pub use client::approval::{ApprovalResource, read_approval, read_approval_list, write_approval};
pub use client::assignment::{AssignmentResource, SubjectResource};
pub use client::callout::CalloutResource;
pub use client::list::List;
pub use client::question::{
    ChoiceResource, LocalizedContentResource, LocalizedTextResource, QuestionResource,
};
pub use client::request::{RequestResource, read_request, read_request_list, write_request};
pub use client::requirements::{
    PolicyTexts, RequirementsResource, read_policy_texts, read_requirements_list,
};
pub use client::schedule::{ExpirationResource, ScheduleResource};
pub use client::stage::{
    IdentityResource, ReviewResult, StageResource, StageStatus, read_stage, read_stage_list,
};
pub use client::viewer::Viewer;
pub use http::graph_error::{DuplicateAnswers, GraphError};
pub use json::raw::RawJson;
pub use vocabulary::api::ApiVersion;
pub use vocabulary::error::{ReadCode, ReadError};
pub use vocabulary::name::Name;
pub use vocabulary::options::{ReadOptions, UnknownMembers};

/// The code in the README is compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../../assignment-request/README.md")]
#[doc = include_str!("../README.md")]
struct Readme;
