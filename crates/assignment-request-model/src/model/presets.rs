//! The presets, from the tables of section 6.

use assignment_request::{
    AdminBypass, CalloutStage, CalloutStageSet, OnCalloutFailure, Period, Preset, RulesSpec, Status,
    StatusSet,
};

/// What SPEC.md says that a preset sets.
pub fn preset(preset: Preset) -> RulesSpec {
    let created = CalloutStage::AssignmentRequestCreated;
    let approved = CalloutStage::AssignmentRequestApproved;
    let granted = CalloutStage::AssignmentRequestGranted;
    let removed = CalloutStage::AssignmentRequestRemoved;
    let mut rules = RulesSpec {
        deny_at: CalloutStageSet::of(&[approved, granted, removed]),
        cancel_at: CalloutStageSet::of(&[created]),
        cancelable: StatusSet::of(&[
            Status::Accepted,
            Status::PendingApproval,
            Status::PendingApprovalEscalated,
            Status::PendingNotBefore,
        ]),
        reprocess_window: Period::from_days(14),
        on_callout_failure: OnCalloutFailure::Fail,
        fulfillment_timeout: Some(Period::from_days(14)),
        admin_bypasses_approval: AdminBypass::WhenAsked,
        admin_may_exceed_policy: false,
        distinct_approvers: false,
        determined_stage_limit: Period::from_days(14),
        accepted_timeout: Some(Period::from_days(14)),
        start_limit: Some(Period::from_days(365)),
    };
    match preset {
        Preset::ApiReference => {}
        Preset::CallbackData => {
            rules.deny_at = CalloutStageSet::of(&[created]);
            rules.cancel_at = CalloutStageSet::of(&[created]);
        }
        Preset::LogicAppsGuide => {
            rules.deny_at = CalloutStageSet::of(&[created, approved]);
            rules.cancel_at = CalloutStageSet::of(&[created]);
        }
        Preset::Portal => {
            rules.cancelable = StatusSet::of(&[
                Status::Accepted,
                Status::PendingApproval,
                Status::PendingApprovalEscalated,
                Status::PendingNotBefore,
                Status::WaitingForCallback,
                Status::DeliveryFailed,
                Status::CalloutFailed,
                Status::CallbackTimedOut,
            ]);
            rules.reprocess_window = Period::from_days(7);
        }
    }
    rules
}
