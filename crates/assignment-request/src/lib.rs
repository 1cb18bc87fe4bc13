//! The lifecycle of an access package assignment request, as a pure state machine.
//!
//! Somebody asks for access. The request lives for minutes or weeks: it is submitted with answers to questions, waits
//! for outside systems to call back, is approved in stages, scheduled, fulfilled; or it fails, is tried again, is
//! canceled or denied. Microsoft Graph publishes this as `accessPackageAssignmentRequest`. This crate says what is
//! allowed now, why something is not, and what a host has to do next.
//!
//! It reads no clock, makes no random number and does no IO: a host hands in the time, the ids and the commands, stores
//! the events that come back, and does what they say.
//!
//! ```
//! use assignment_request::{
//!     Action, Actor, ApprovalDecision, ApprovalSettings, ApprovalStageSpec, Command, StageDecision, DeliveryOutcome, Draft,
//!     Event, Limits, Timestamp, Period, Policy, PolicySpec, Request, RequestType, RequestorSettings, Role, State, Tier,
//! };
//! use uuid::Uuid;
//!
//! // A policy: users may ask for themselves, one approver has two days to decide.
//! let stage = ApprovalStageSpec {
//!     duration_before_automatic_denial: Some(Period::from_days(2)),
//!     is_approver_justification_required: false,
//!     is_escalation_enabled: false,
//!     duration_before_escalation: None,
//! };
//! let policy = Policy::compile(
//!     &PolicySpec {
//!         requestor_settings: RequestorSettings { self_add: true, ..RequestorSettings::NONE },
//!         approval: ApprovalSettings {
//!             is_required_for_add: true,
//!             stages: vec![stage.into()],
//!             ..PolicySpec::EMPTY.approval
//!         },
//!         ..PolicySpec::EMPTY
//!     },
//!     &Limits::DEFAULT,
//! )?;
//!
//! // Ada asks. Ids and moments come from the host.
//! let ada = Actor::new(Uuid::from_u128(0xada), Role::User);
//! let system = Actor::new(Uuid::from_u128(0x5e5), Role::System);
//! let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
//! let draft = Draft { access_package_id: Some(Uuid::from_u128(0xacce55)), ..Draft::new(RequestType::UserAdd) };
//! let (mut request, submitted) = policy.submit(Uuid::from_u128(1), &draft, None, ada, now)?;
//!
//! // The host processes it, and is told to ask the approvers.
//! let events = request.handle(&Command::new(system, Action::Process { target: None }), now)?;
//! assert_eq!(events.iter().map(Event::name).collect::<Vec<_>>(), ["approvalRequested"]);
//!
//! // Ada cannot approve her own request, in whatever role.
//! let approve = |id| {
//!     let decide =
//!         StageDecision { stage: 0, tier: Tier::Primary, decision: ApprovalDecision::Approve, justification: None };
//!     Command::new(Actor::new(id, Role::Approver), Action::DecideStage(decide))
//! };
//! let refusal = request.handle(&approve(ada.id), now).unwrap_err();
//! assert_eq!(refusal.code(), "selfApproval");
//!
//! // Grace can; then the host is told to give access, does so, and says so.
//! let events = request.handle(&approve(Uuid::from_u128(0x97ace)), now)?;
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
//! A [`PolicySpec`] is compiled into a [`Policy`], or refused with all its mistakes. A [`Draft`] is judged by
//! [`Policy::submit`], and becomes a [`Request`] and its first [`Event`], or [`Violations`]. From then on
//! [`decide`]`(&request, &command, now)` gives a [`Decision`] or one [`Rejection`], and [`Request::apply`] takes the
//! decision. [`Request::handle`] is the two together. A command that is refused changes nothing.
//!
//! Each event is both the record and the host's list of things to do: `calloutStarted` asks to send a callout,
//! `approvalRequested` to ask approvers, `fulfillmentOrdered` to change the access. [`Request::next_deadline`] is the one
//! moment at which to send [`Action::Elapse`]; a late timer does no harm, since every deadline that is reached is
//! applied before a command is judged.
//!
//! # Storing a request
//!
//! Store its events, and rebuild it with [`Request::replay`], which judges every command again. Feature `serde` writes
//! and reads events, in a human-readable format that names its members, such as JSON. Any other format is refused: in a
//! compact format without names a free text could be read as a decision. To let two hosts work on one request, store
//! with a compare-and-swap on [`Decision::revision`].
//!
//! # Features
//!
//! - `std` (default): faster matching of patterns, and conversions of [`Timestamp`] from and to
//!   `std::time::SystemTime`. Without it the crate is `no_std` and needs `alloc`.
//! - `serde` (default): events can be written and read.
//! - `chrono`, `jiff`, `time`: a [`Timestamp`] is made from and becomes `chrono::DateTime<Utc>`, `jiff::Timestamp`,
//!   `time::UtcDateTime` and `time::OffsetDateTime`. What is finer than 100 ns is cut off, towards the past.
//! - `proptest`: the module `testing`, with strategies for policies, drafts, commands and whole histories, and a page
//!   that shows how a service tests its own store with them. It takes `std` with it.
//! - `arbitrary`: drafts, policies, rules and commands made of bytes, for fuzzing. It takes `std` with it.
//!
//! No feature changes what is decided.
//!
//! # Why, and why not
//!
//! A refusal is the first check that failed. [`explain()`] shows every check of a command in order, with the rule and
//! what it said, so that a caller can be told everything that stands against it at once, and by [`Remedy`] what would
//! change it. [`Request::permitted`] tells which commands could succeed now, and [`Request::describe`] tells a person
//! what a request waits for. [`Request::exclusivity_key`] lets a host's unique index refuse a second open request.
//!
//! # What it does not do
//!
//! It does not authenticate anybody, resolve who a stage's approvers are, send callouts, change access or keep a timer:
//! those are the host's. The rules, with their ids and sources, are in `SPEC.md` beside this crate; [`Rule`] lists them.
#![no_std]
// docs.rs shows which feature an item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

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
pub use inspect::exclusivity::ExclusivityKey;
pub use inspect::explain::{Check, Explanation, explain};
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
pub use policy::violation::{PolicyPlace, PolicyViolation, PolicyViolationKind};
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
pub use vocabulary::ids::{IdError, parse_id};
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
