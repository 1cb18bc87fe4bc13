//! The lifecycle of an access package assignment request, as a pure state machine.
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod actor;
mod command;
mod draft;
mod policy;
mod request_type;
mod stage;
mod state;
mod text;
mod time;

pub use actor::{Actor, InvalidId, Role, parse_id};
pub use command::{
    Action, ActionKind, ApprovalDecision, CallbackDecision, Command, Decide, DeliveryOutcome, Resume, Tier,
};
pub use draft::{Draft, DraftAnswer, ExistingAssignment, Expiration, ExpirationType, Schedule};
pub use policy::{
    ApprovalSettings, ApprovalStageSpec, BadRules, CallbackConfiguration, ChoiceSpec, ExtensionSpec,
    OnCalloutFailure, PolicySpec, Preset, QuestionForm, QuestionKind, QuestionSpec, RequestorSettings, Rules,
    RulesSpec,
};
pub use request_type::{Operation, RequestType};
pub use stage::{CalloutStatus, Stage, StageSet};
pub use state::{State, Status, StatusSet};
pub use text::Quoted;
pub use time::{InvalidDuration, InvalidMoment, Moment, Period};
