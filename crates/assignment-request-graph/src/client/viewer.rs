//! The viewer of an approval.

use assignment_request::{Approver, ApproverKind, Escalation, Phase, Request, SubjectId};

/// The viewer of an approval, as resolved by the host (rule T6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewer<'a> {
    /// The viewer's id.
    pub id: SubjectId,
    /// The indexes of the stages whose approvers include the viewer, as far as the host knows. Approvers are the
    /// primary ones and, if the stage is escalated, the escalation ones. The host need not look up single users whom an
    /// extension named.
    pub stages: &'a [u32],
}

impl Viewer<'_> {
    /// Returns whether the viewer may decide a stage. For a determined stage, the single users whom the extension named
    /// count too. A viewer who made the request, is its target (rule V5), or determined the stage (rule Y12) may not
    /// decide it.
    pub(crate) fn is_assigned(&self, request: &Request, stage: u32) -> bool {
        let determination = request.determination(stage);
        let is_barred = request.requestor() == self.id
            || request.target() == Some(self.id)
            || determination.is_some_and(|determination| determination.by() == self.id);
        let is_escalated = match request.phase() {
            Phase::PendingApproval { stage: open, escalation: Escalation::Escalated, .. } => open == stage,
            Phase::PendingApproval { escalation: Escalation::Disabled | Escalation::At(_), .. }
            | Phase::Accepted { .. }
            | Phase::WaitingForCallback { .. }
            | Phase::Scheduled { .. }
            | Phase::Delivering { .. }
            | Phase::Delivered
            | Phase::PartiallyDelivered
            | Phase::DeliveryFailed(_)
            | Phase::Denied(_)
            | Phase::Canceled(_) => false,
        };
        let is_named = determination.is_some_and(|determination| {
            let stage = determination.stage();
            let is_self = |approver: &Approver| approver.kind == ApproverKind::SingleUser(self.id);
            stage.primary_approvers.iter().any(is_self)
                || is_escalated && stage.escalation_approvers.iter().any(is_self)
        });
        !is_barred && (is_named || self.stages.contains(&stage))
    }
}
