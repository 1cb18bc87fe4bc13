//! Decided approval stages.

use alloc::sync::Arc;

use uuid::Uuid;

use crate::vocabulary::decision::{ApprovalDecision, Tier};
use crate::vocabulary::timestamp::Timestamp;

/// A decided approval stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Who decided.
    pub approver: Uuid,
    /// In which capacity.
    pub tier: Tier,
    /// What.
    pub decision: ApprovalDecision,
    /// Why.
    pub justification: Option<Arc<str>>,
    /// When.
    pub at: Timestamp,
}
