//! The lifecycle of an access package assignment request, as a pure state machine.
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod actor;
mod answers;
mod apply;
mod command;
mod decide;
mod draft;
mod event;
mod limits;
mod phase;
mod policy;
mod rejection;
mod replay;
mod request;
mod request_type;
mod rule;
#[cfg(feature = "serde")]
mod snapshot;
mod sound;
mod stage;
mod state;
mod submit;
mod text;
mod time;
mod violation;
mod walk;

pub use actor::{Actor, InvalidId, Role, parse_id};
pub use answers::Answer;
pub use apply::Misfit;
pub use command::{
    Action, ActionKind, ApprovalDecision, CallbackDecision, Command, Decide, DeliveryOutcome, Resume, Tier,
};
pub use decide::{decide, decide_into};
pub use draft::{Draft, DraftAnswer, ExistingAssignment, Expiration, ExpirationType, Schedule};
pub use event::{Cancellation, DeliveryFailure, DenialReason, Event, EventKind};
pub use limits::Limits;
pub use phase::{Deadline, DeadlineKind, Denial, Escalation, Phase, WaitFailure};
pub use policy::{
    ApprovalSettings, ApprovalStage, ApprovalStageSpec, BadRules, CallbackConfiguration, ChoiceSpec,
    Extension, ExtensionSpec, OnCalloutFailure, Policy, PolicyPlace, PolicySpec, PolicyViolation,
    PolicyViolationKind, Preset, QuestionForm, QuestionKind, QuestionSpec, RequestorSettings, Route, Rules,
    RulesSpec,
};
pub use rejection::{Class, CommandText, Rejection, RejectionKind};
pub use replay::ReplayError;
pub use request::{Callout, Request, Review};
pub use request_type::{Operation, RequestType};
pub use rule::Rule;
#[cfg(feature = "serde")]
pub use snapshot::{FORMAT_VERSION, RestoreError, Snapshot};
pub use stage::{CalloutStatus, Stage, StageSet};
pub use state::{State, Status, StatusSet};
pub use submit::{Submission, SubmissionRefusal, Target};
pub use text::Quoted;
pub use time::{InvalidDuration, InvalidMoment, Moment, Period};
pub use violation::{Member, Place, Violation, ViolationKind, Violations};
