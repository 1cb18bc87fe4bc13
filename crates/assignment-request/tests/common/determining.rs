//! Approval stages that an extension determines.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::sync::Arc;

use assignment_request::{
    Action, Approver, ApproverKind, CallbackConfiguration, CallbackDecision, CalloutStage, DeterminedStage,
    ExtensionBehavior, ExtensionSpec, Resume, StageSpec,
};
use uuid::Uuid;

use crate::common::{Setup, minutes};

pub(crate) const DETERMINING: CalloutStage = CalloutStage::AssignmentRequestDeterminingApprovalRequirements;

impl Setup {
    /// With this approval stage, by its index, determined by an extension of its own, which is waited for.
    pub(crate) fn determines_stage(mut self, stage: usize, timeout: i64) -> Self {
        let id = Some(Uuid::from_u128(0xe0 + u128::try_from(stage).unwrap()));
        *self.spec.approval.stages.get_mut(stage).unwrap() =
            StageSpec::Determined { custom_extension_id: id };
        let callback = CallbackConfiguration { timeout: Some(minutes(timeout)) };
        self.spec.extensions.push(ExtensionSpec {
            stage: DETERMINING,
            custom_extension_id: id,
            behavior: Some(ExtensionBehavior::LaunchAndWait(callback)),
        });
        self
    }
}

/// What an extension says: the requestor's manager approves, within some minutes.
pub(crate) fn approval_stage(denial: i64, escalation: Option<i64>) -> DeterminedStage {
    let manager = || Approver { kind: ApproverKind::RequestorManager { level: 1 }, is_backup: false };
    DeterminedStage {
        duration_before_automatic_denial: Some(minutes(denial)),
        is_escalation_enabled: escalation.is_some(),
        duration_before_escalation: escalation.map(minutes),
        primary_approvers: vec![manager()],
        escalation_approvers: escalation.map(|_| manager()).into_iter().collect(),
        ..DeterminedStage::EMPTY
    }
}

/// The callback that carries an approval stage.
pub(crate) fn determination(instance: Uuid, stage: DeterminedStage) -> Action {
    Action::Resume(Resume {
        instance,
        stage: DETERMINING,
        decision: CallbackDecision::Continue,
        approval_stage: Some(Arc::new(stage)),
        source: None,
        detail: None,
    })
}
