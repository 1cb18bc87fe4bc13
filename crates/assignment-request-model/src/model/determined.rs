//! Approval stages that an extension determines (Y8).

use assignment_request::{Approver, ApproverKind, DeterminedStage, Period, SubjectId};

use super::submission::Fault;

/// Y8: all that is wrong with a stage. Single users who are in `barred` do not count.
pub fn faults(stage: &DeterminedStage, longest: Period, barred: &[SubjectId]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |code, member: &str| faults.push((code, format!("data.approvalStage.{member}")));
    // 1
    let denial = stage.duration_before_automatic_denial.map(Period::ticks);
    match denial {
        None => fault("missing", "durationBeforeAutomaticDenial"),
        Some(denial) if denial <= 0 || denial > longest.ticks() => {
            fault("badDuration", "durationBeforeAutomaticDenial");
        }
        Some(_) => {}
    }
    // 2
    if stage.is_escalation_enabled {
        match stage.duration_before_escalation.map(Period::ticks) {
            None => fault("missing", "durationBeforeEscalation"),
            Some(escalation) if escalation <= 0 || denial.is_some_and(|denial| escalation >= denial) => {
                fault("badDuration", "durationBeforeEscalation");
            }
            Some(_) => {}
        }
    }
    let names_nobody = |lists: [&Vec<Approver>; 2]| {
        let mut entries = lists.into_iter().flatten();
        entries.all(|entry| matches!(entry.kind, ApproverKind::SingleUser(id) if barred.contains(&id)))
    };
    // 3
    if names_nobody([&stage.primary_approvers, &stage.fallback_primary_approvers]) {
        fault("noApprovers", "primaryApprovers");
    }
    // 4
    if stage.is_escalation_enabled
        && names_nobody([&stage.escalation_approvers, &stage.fallback_escalation_approvers])
    {
        fault("noApprovers", "escalationApprovers");
    }
    // 5
    let lists = [
        ("primaryApprovers", &stage.primary_approvers),
        ("fallbackPrimaryApprovers", &stage.fallback_primary_approvers),
        ("escalationApprovers", &stage.escalation_approvers),
        ("fallbackEscalationApprovers", &stage.fallback_escalation_approvers),
    ];
    for (member, entries) in lists {
        if entries.len() > 50 {
            fault("tooMany", member);
        }
    }
    faults
}

/// Y11: whether two resumes carry the same, member by member.
pub fn are_same(one: Option<&DeterminedStage>, other: Option<&DeterminedStage>) -> bool {
    let (Some(one), Some(other)) = (one, other) else {
        return one.is_none() && other.is_none();
    };
    let ticks = |duration: Option<Period>| duration.map(Period::ticks);
    let entries = |list: &[Approver]| -> Vec<(ApproverKind, bool)> {
        list.iter().map(|entry| (entry.kind.clone(), entry.is_backup)).collect()
    };
    ticks(one.duration_before_automatic_denial) == ticks(other.duration_before_automatic_denial)
        && one.is_approver_justification_required == other.is_approver_justification_required
        && one.is_escalation_enabled == other.is_escalation_enabled
        && ticks(one.duration_before_escalation) == ticks(other.duration_before_escalation)
        && entries(&one.primary_approvers) == entries(&other.primary_approvers)
        && entries(&one.fallback_primary_approvers) == entries(&other.fallback_primary_approvers)
        && entries(&one.escalation_approvers) == entries(&other.escalation_approvers)
        && entries(&one.fallback_escalation_approvers) == entries(&other.fallback_escalation_approvers)
}
