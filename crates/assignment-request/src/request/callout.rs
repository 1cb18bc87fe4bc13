//! Callouts.

use alloc::sync::Arc;

use uuid::Uuid;

use crate::vocabulary::callout_stage::{CalloutStage, CalloutStatus};
use crate::vocabulary::decision::CallbackDecision;

/// A callout to an extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callout {
    /// The instance id (rule I5).
    pub(crate) instance: Uuid,
    pub(crate) stage: CalloutStage,
    pub(crate) index: u32,
    pub(crate) attempt: u32,
    pub(crate) status: CalloutStatus,
    pub(crate) decision: Option<CallbackDecision>,
    pub(crate) detail: Option<Arc<str>>,
}

impl Callout {
    /// The instance id (rule I5).
    #[must_use]
    pub const fn instance(&self) -> Uuid {
        self.instance
    }

    /// At which stage it was started.
    #[must_use]
    pub const fn stage(&self) -> CalloutStage {
        self.stage
    }

    /// Which of that stage's extensions is called, from 0.
    #[must_use]
    pub const fn index(&self) -> u32 {
        self.index
    }

    /// Which attempt it is, from 1.
    #[must_use]
    pub const fn attempt(&self) -> u32 {
        self.attempt
    }

    /// How it stands.
    #[must_use]
    pub const fn status(&self) -> CalloutStatus {
        self.status
    }

    /// What its callback decided. `None` until it is received.
    #[must_use]
    pub const fn decision(&self) -> Option<CallbackDecision> {
        self.decision
    }

    /// What was said about it last, for people.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }
}
