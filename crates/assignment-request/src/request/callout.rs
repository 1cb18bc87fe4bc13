//! Callouts to extensions.

use alloc::sync::Arc;

use crate::vocabulary::callout_stage::{CalloutStage, CalloutStatus};
use crate::vocabulary::decision::CallbackDecision;
use crate::vocabulary::ids::CalloutId;

/// A callout to an extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callout {
    /// The instance id (rule I5).
    pub(crate) instance: CalloutId,
    pub(crate) stage: CalloutStage,
    pub(crate) index: u32,
    pub(crate) attempt: u32,
    pub(crate) status: CalloutStatus,
    pub(crate) decision: Option<CallbackDecision>,
    pub(crate) detail: Option<Arc<str>>,
}

impl Callout {
    /// Returns the instance id (rule I5).
    #[must_use]
    pub const fn instance(&self) -> CalloutId {
        self.instance
    }

    /// Returns the stage at which the callout was started.
    #[must_use]
    pub const fn stage(&self) -> CalloutStage {
        self.stage
    }

    /// Returns the index of the called extension among that stage's extensions, counted from 0.
    #[must_use]
    pub const fn index(&self) -> u32 {
        self.index
    }

    /// Returns the attempt, counted from 1.
    #[must_use]
    pub const fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Returns its status.
    #[must_use]
    pub const fn status(&self) -> CalloutStatus {
        self.status
    }

    /// Returns the decision of the callback, or `None` until the callback is received.
    #[must_use]
    pub const fn decision(&self) -> Option<CallbackDecision> {
        self.decision
    }

    /// Returns the latest detail about the callout, in plain text.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }
}
