//! The lifecycle of an access package assignment request, as a pure state machine.
//!
//! Someone asks for access. The request stays open for minutes or weeks. It is submitted with answers to questions,
//! waits for outside systems to call back, and is approved in stages, scheduled and fulfilled. Or it fails and is tried
//! again, or it is canceled or denied. Microsoft Graph publishes this as `accessPackageAssignmentRequest`. This crate
//! says what is allowed now, why something is not allowed, and what the host has to do next.
//!
//! It reads no clock, generates no random numbers and does no IO. The host passes in the time, the ids and the
//! commands, stores the events that it gets back, and does what they ask for.
//!
//! ```
//! use assignment_request::{
//!     AccessPackageId, Action, Actor, ApprovalDecision, ApprovalSettings, ApprovalStageSpec, Command,
//!     DeliveryOutcome, Draft, Event, Limits, Period, Policy, PolicySpec, Request, RequestId, RequestType,
//!     RequestorSettings, Role, StageDecision, State, SubjectId, Tier, Timestamp,
//! };
//!
//! // A policy: users may ask for themselves, and one approver has two days to decide.
//! let stage = ApprovalStageSpec {
//!     duration_before_automatic_denial: Some(Period::from_days(2)),
//!     is_approver_justification_required: false,
//!     is_escalation_enabled: false,
//!     duration_before_escalation: None,
//! };
//! let policy = Policy::compile(
//!     &PolicySpec {
//!         requestor_settings: RequestorSettings { self_add: true, ..RequestorSettings::default() },
//!         approval: ApprovalSettings {
//!             is_required_for_add: true,
//!             stages: vec![stage.into()],
//!             ..PolicySpec::default().approval
//!         },
//!         ..PolicySpec::default()
//!     },
//!     &Limits::default(),
//! )?;
//!
//! // Ada submits a request. The host supplies the ids and the time.
//! let ada = Actor::new(SubjectId::from_u128(0xada), Role::User);
//! let system = Actor::new(SubjectId::from_u128(0x5e5), Role::System);
//! let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
//! let draft = Draft { access_package_id: Some(AccessPackageId::from_u128(0xacce55)), ..Draft::new(RequestType::UserAdd) };
//! let (mut request, submitted) = policy.submit(RequestId::from_u128(1), &draft, None, ada, now)?;
//!
//! // The host processes the request. The event says to ask the approvers.
//! let events = request.handle(&Command::new(system, Action::Process { target: None }), now)?;
//! assert_eq!(events.iter().map(Event::name).collect::<Vec<_>>(), ["approvalRequested"]);
//!
//! // Ada cannot approve her own request, regardless of her role.
//! let approve = |id| {
//!     let decide =
//!         StageDecision { stage: 0, tier: Tier::Primary, decision: ApprovalDecision::Approve, justification: None };
//!     Command::new(Actor::new(id, Role::Approver), Action::DecideStage(decide))
//! };
//! let refusal = request.handle(&approve(ada.id), now).unwrap_err();
//! assert_eq!(refusal.code(), "selfApproval");
//!
//! // Grace can. The last event then says to give access; the host does so and reports it.
//! let events = request.handle(&approve(SubjectId::from_u128(0x97ace)), now)?;
//! assert_eq!(events.last().map(Event::name), Some("fulfillmentOrdered"));
//! let report = Action::ReportDelivery { attempt: 1, outcome: DeliveryOutcome::Delivered };
//! request.handle(&Command::new(system, report), now)?;
//! assert_eq!(request.state(), State::Delivered);
//! # let _ = submitted;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How data flows
//!
//! [`Policy::compile`] turns a [`PolicySpec`] into a [`Policy`], or refuses it and lists all its mistakes.
//! [`Policy::submit`] judges a [`Draft`] and returns a [`Request`] and its first [`Event`], or [`Violations`]. From
//! then on [`decide`]`(&request, &command, now)` returns a [`Decision`] or a single [`Rejection`], and
//! [`Request::apply`] applies the decision. [`Request::handle`] does both. A refused command changes nothing.
//!
//! Events are both the record and the host's to-do list: [`Event::task`] returns what an event asks for, such as to
//! send a callout, to ask approvers or to change the access. [`Request::next_deadline`] returns the time at which to
//! send [`Action::Elapse`] next. A late timer does no harm, because every due deadline is applied before a command is
//! judged.
//!
//! # What the host does
//!
//! The page `HOST.md` in this crate's package lists everything that the library leaves to the host: every event with
//! what to do about it, tasks, deadlines, roles, approvers, storing, and the host's own checks. Three things are easily
//! forgotten:
//!
//! - After a submission, send [`Action::Process`]. Until then nothing happens, and in the end the request is denied.
//! - After a refusal, store the deadlines that were due (rule N6). [`Request::settle`] returns what to store in each
//!   case.
//! - Store the tasks in the transaction that stores their events, and do them at least once, with
//!   [`Event::idempotency_key`].
//!
//! # Storing a request
//!
//! The crate [`assignment-request-store`](https://docs.rs/assignment-request-store) does it on `SQLite` and `PostgreSQL`,
//! together with tasks and deadlines. In a store of your own, store the events, and rebuild the request with
//! [`Request::replay`], which judges every command again. With the feature `serde`, you can write and read events in a
//! human-readable format that names its members, such as JSON. Any other format is refused: in a compact format without
//! names, free text could be read as a decision. If two hosts may work on one request, store its events with a
//! compare-and-swap on [`Decision::revision`].
//!
//! # Features
//!
//! - `std` (default): faster pattern matching, and conversions between [`Timestamp`] and `std::time::SystemTime`.
//!   Without it, the crate is `no_std` and needs `alloc`.
//! - `serde` (default): events can be serialized and deserialized.
//! - `chrono`, `jiff`, `time`: conversions between [`Timestamp`] and `chrono::DateTime<Utc>`, `jiff::Timestamp`,
//!   `time::UtcDateTime` and `time::OffsetDateTime`. Fractions below 100 ns are cut off, towards the past.
//! - `proptest`: the module `testing`, with strategies for policies, drafts, commands and whole histories, and a guide
//!   that shows how to test your own store with them. It enables `std`.
//! - `arbitrary`: drafts, policies, rules and commands generated from bytes, for fuzzing. It enables `std`.
//!
//! No feature changes any decision.
//!
//! # How this crate may grow
//!
//! A minor version may add to types that are `#[non_exhaustive]`: rejections, violations, remedies, rules, errors and
//! [`Limits`]. Match those with a wildcard. The types that a host must handle are exhaustive, so that a new variant
//! breaks the build instead of being ignored: [`Action`], [`EventKind`], [`Task`], [`Phase`], [`State`], [`Status`],
//! [`Role`].
//! [`RulesSpec`] is exhaustive too, because a new rule changes who gets access. Adding to any of these types takes a
//! major version.
//!
//! # Why, and why not
//!
//! A [`Rejection`] reports the first check that failed. [`explain()`] lists every check of a command in order, with its
//! rule and its result. So you can show users everything that stands against a command at once and, with [`Remedy`],
//! what would change it. [`Request::permitted`] returns the commands that could succeed now, and [`Request::describe`]
//! says in words what a request waits for. [`Request::exclusivity_key`] lets a unique index of the host refuse a second
//! open request.
//!
//! # What it does not do
//!
//! It does not authenticate anyone, resolve who a stage's approvers are, send callouts, change access or run a timer.
//! `HOST.md` says how the host does that. The rules, with their ids and sources, are in `SPEC.md`; [`Rule`] lists them.
#![no_std]
// docs.rs shows which feature an item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

/// The code in `HOST.md` is compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../HOST.md")]
struct Host;

mod command;
mod decide;
mod inspect;
mod log;
mod policy;
mod request;
mod submission;
#[cfg(feature = "testing")]
pub mod testing;
mod vocabulary;

pub use command::class::Class;
pub use command::rejection::{CommandText, Rejection, RejectionKind};
pub use command::remedy::Remedy;
pub use command::{Action, ActionKind, Command, Resume, StageDecision};
pub use decide::decide;
pub use decide::decision::{ApplyError, Decision};
pub use decide::settle::Settled;
pub use inspect::exclusivity::ExclusivityKey;
pub use inspect::explain::{Check, Explanation, explain};
pub use inspect::task::Task;
pub use log::replay::ReplayError;
#[cfg(feature = "serde")]
pub use log::stored_event::FORMAT_VERSION;
pub use policy::Policy;
pub use policy::pattern::PatternCache;
pub use policy::route::{ApprovalStage, Extension, Route, RouteStage};
pub use policy::rules::{AdminBypass, OnCalloutFailure, Preset, Rules, RulesError, RulesSpec};
pub use policy::spec::{
    ApprovalSettings, ApprovalStageSpec, CallbackConfiguration, ChoiceSpec, ExtensionBehavior, ExtensionSpec,
    PolicySpec, QuestionForm, QuestionSpec, RequestorSettings, StageSpec,
};
pub use policy::violation::{PolicyError, PolicyPlace, PolicyViolation, PolicyViolationKind};
pub use request::Request;
pub use request::callout::Callout;
pub use request::determined_stage::{
    ApprovalStageViolation, ApprovalStageViolations, Approver, ApproverKind, Determination, DeterminedStage,
};
pub use request::event::{Cancellation, DeliveryFailure, DenialReason, Event, EventKind};
pub use request::phase::{Deadline, DeadlineKind, Denial, Escalation, Phase, WaitFailure};
pub use request::review::Review;
pub use request::submission::{Answer, Submission, Target};
pub use submission::draft::{Draft, DraftAnswer, ExistingAssignment};
pub use submission::judge::SubmissionError;
pub use submission::violation::{Member, Place, Violation, ViolationKind};
pub use vocabulary::actor::{Actor, Role, RoleSet};
pub use vocabulary::callout_stage::{CalloutStage, CalloutStageSet, CalloutStatus};
pub use vocabulary::decision::{ApprovalDecision, CallbackDecision, DeliveryOutcome, Tier};
pub use vocabulary::duration::{DurationError, Period};
pub use vocabulary::ids::{
    AccessPackageId, ApprovalStageId, AssignmentId, CalloutId, ExtensionId, IdError, PolicyId, QuestionId,
    RequestId, SubjectId,
};
pub use vocabulary::limits::Limits;
pub use vocabulary::named::NameError;
pub use vocabulary::question::QuestionKind;
pub use vocabulary::request_type::{Operation, RequestType};
pub use vocabulary::rule::Rule;
pub use vocabulary::schedule::{Expiration, ExpirationType, Schedule};
pub use vocabulary::status::{State, Status, StatusSet};
pub use vocabulary::text::Quoted;
#[cfg(any(feature = "std", feature = "jiff", feature = "chrono", feature = "time"))]
pub use vocabulary::timestamp::conversions::TimestampRangeError;
pub use vocabulary::timestamp::{Timestamp, TimestampError};
pub use vocabulary::violations::Violations;
