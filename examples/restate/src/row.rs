//! What lists look at: a second value beside the log, made from the request. The engine's own query reads it.

use assignment_request::{AccessPackageId, PolicyId};
use assignment_request::{ApproverKind, Phase, Request, State, Status, SubjectId, Tier, Timestamp};
use assignment_request_store::{Query, Viewer};
use serde::{Deserialize, Serialize};

/// The row of a request.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    requestor: SubjectId,
    target: Option<SubjectId>,
    access_package: Option<AccessPackageId>,
    policy: Option<PolicyId>,
    state: State,
    status: Status,
    /// In 100 ns ticks since 1970, UTC.
    created: i64,
    completed: Option<i64>,
    open_stage: Option<u32>,
    approvers: Vec<Recorded>,
}

/// An approver of a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    pub stage: u32,
    pub tier: Tier,
    pub id: SubjectId,
}

impl Row {
    /// Returns the row of a request, with the approvers that the host has found and those that extensions named.
    pub fn of(request: &Request, recorded: &[Recorded]) -> Self {
        let mut approvers = recorded.to_vec();
        for stage in (0..).take(request.approval_stages().len()) {
            let Some(determination) = request.determination(stage) else { continue };
            for tier in Tier::ALL {
                for approver in determination.stage().approvers_in(*tier).into_iter().flatten() {
                    if let ApproverKind::SingleUser(id) = approver.kind {
                        approvers.push(Recorded { stage, tier: *tier, id });
                    }
                }
            }
        }
        let open_stage = match request.phase() {
            Phase::PendingApproval { stage, .. } => Some(stage),
            Phase::Accepted { .. }
            | Phase::WaitingForCallback { .. }
            | Phase::Scheduled { .. }
            | Phase::Delivering { .. }
            | Phase::Delivered
            | Phase::PartiallyDelivered
            | Phase::DeliveryFailed(_)
            | Phase::Denied(_)
            | Phase::Canceled(_) => None,
        };
        Self {
            requestor: request.requestor(),
            target: request.target(),
            access_package: request.access_package_id(),
            policy: request.assignment_policy_id(),
            state: request.state(),
            status: request.status(),
            created: request.created().ticks(),
            completed: request.completed().map(Timestamp::ticks),
            open_stage,
            approvers,
        }
    }

    pub fn created(&self) -> i64 {
        self.created
    }

    /// Returns whether the subject may see the request.
    pub fn shows(&self, viewer: Viewer) -> bool {
        match viewer {
            Viewer::Host => true,
            Viewer::Subject(id) => {
                self.requestor == id
                    || self.target == Some(id)
                    || self.approvers.iter().any(|approver| approver.id == id)
            }
        }
    }

    /// Returns whether a query lists the request.
    pub fn is_listed(&self, query: &Query) -> bool {
        let is = |wanted: Option<SubjectId>| wanted.is_none_or(|id| self.target == Some(id));
        let at = |time: Timestamp| time.ticks();
        self.shows(query.viewer)
            && query.requestor.is_none_or(|id| self.requestor == id)
            && is(query.target)
            && query.requestor_or_target.is_none_or(|id| self.requestor == id || self.target == Some(id))
            && query
                .target_among
                .as_ref()
                .is_none_or(|ids| self.target.is_some_and(|target| ids.contains(&target)))
            && (!query.for_others || self.target != Some(self.requestor))
            && query.state.is_none_or(|state| self.state == state)
            && query.status.is_none_or(|status| self.status == status)
            && query.access_package.is_none_or(|id| self.access_package == Some(id))
            && query.policy.is_none_or(|id| self.policy == Some(id))
            && query.created_from.is_none_or(|from| self.created >= at(from))
            && query.created_before.is_none_or(|before| self.created < at(before))
            && query.completed_before.is_none_or(|before| self.completed.is_some_and(|end| end < at(before)))
            && (!query.is_open || self.completed.is_none())
            && (!query.has_approvers || !self.approvers.is_empty())
            && query.waiting_for.is_none_or(|id| self.waits_for(id))
    }

    /// Returns whether the open stage waits for an approver. One of the escalation tier counts once it is escalated.
    fn waits_for(&self, id: SubjectId) -> bool {
        self.approvers.iter().any(|approver| {
            Some(approver.stage) == self.open_stage
                && approver.id == id
                && (approver.tier == Tier::Primary || self.status == Status::PendingApprovalEscalated)
        })
    }
}
