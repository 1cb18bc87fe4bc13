//! Decided approval stages.

use alloc::sync::Arc;

use crate::vocabulary::decision::{ApprovalDecision, Tier};
use crate::vocabulary::ids::SubjectId;
use crate::vocabulary::timestamp::Timestamp;

/// A decided approval stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// The approver who decided.
    pub approver: SubjectId,
    /// The capacity in which the approver decided.
    pub tier: Tier,
    /// The decision.
    pub decision: ApprovalDecision,
    /// The approver's justification.
    pub justification: Option<Arc<str>>,
    /// When the stage was decided.
    pub at: Timestamp,
}
