//! Policies: what may be asked for, who approves, who is called.

mod rules;
mod spec;

pub use rules::{BadRules, OnCalloutFailure, Preset, Rules, RulesSpec};
pub use spec::{
    ApprovalSettings, ApprovalStageSpec, CallbackConfiguration, ChoiceSpec, ExtensionSpec, PolicySpec, QuestionForm,
    QuestionKind, QuestionSpec, RequestorSettings,
};
