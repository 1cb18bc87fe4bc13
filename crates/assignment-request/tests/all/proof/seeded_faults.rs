//! Bugs that comparable systems had, put into the machine one at a time: on random cases the comparison with the model
//! must find each of them. A comparison that finds nothing wrong with these would prove nothing.
//!
//! Each fault gives a policy, a draft or a command to the real machine and bends it, or the answer; the machine itself
//! stays whole.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what fails here fails the test")]

use std::sync::Arc;

use assignment_request::{
    Action, Actor, AdminBypass, ApprovalDecision, ApprovalStageViolation, ApprovalStageViolations, Approver,
    ApproverKind, CallbackDecision, CalloutStage, Cancellation, Command, DeterminedStage, Event, EventKind,
    ExtensionBehavior, Period, Phase, Policy, Rejection, Request, Resume, Role, Rule, StageDecision, State,
    SubjectId, SubmissionError, Tier, Timestamp,
};
use assignment_request_model::agreement::{Judged, LIBRARY, Machine, NO_DIFFERENCE, play, play_on};
use assignment_request_model::cases::{Case, OTHER, later};
use assignment_request_model::random::{Mood, case, fixed, policies};
use proptest::strategy::Strategy;

const DETERMINING: CalloutStage = CalloutStage::AssignmentRequestDeterminingApprovalRequirements;

type Outcome = Result<Vec<Event>, Rejection>;

/// Plays random cases with a faulty handling of commands until one differs from the model, and from the relation about
/// which the promises are proven. Returns the differences.
fn found(handle: fn(&mut Request, &Command, Timestamp) -> Outcome) -> String {
    let machine = Machine { handle, ..LIBRARY };
    first_found(case(Mood::Tame, 1..=40), &machine, |said| !said.contains(NO_DIFFERENCE))
}

/// As [`found`], for a fault that changes only the code of a refusal, about which the relation says nothing.
fn found_code(handle: fn(&mut Request, &Command, Timestamp) -> Outcome) -> String {
    found_in(case(Mood::Tame, 1..=40), &Machine { handle, ..LIBRARY })
}

/// Plays these cases on the faulty machine until one differs from the model, and returns the difference.
fn found_in(cases: impl Strategy<Value = Case>, machine: &Machine) -> String {
    first_found(cases, machine, |_| true)
}

fn first_found(
    cases: impl Strategy<Value = Case>,
    machine: &Machine,
    is_enough: impl Fn(&str) -> bool,
) -> String {
    const CASES: usize = 5_000;
    for (number, case) in (1..=CASES).zip(fixed(cases)) {
        let Err(disagreement) = play_on(&case, machine) else { continue };
        let said = disagreement.to_string();
        if is_enough(&said) {
            play(&case).unwrap_or_else(|disagreement| panic!("without the fault too: {disagreement}"));
            println!("case {number}: {said}");
            return said;
        }
    }
    panic!("{CASES} cases, and nothing was found");
}

/// The resume of this command, changed, is given to the machine.
fn resume_changed(
    request: &mut Request,
    command: &Command,
    now: Timestamp,
    change: impl FnOnce(&mut Resume),
) -> Outcome {
    let mut command = command.clone();
    if let Action::Resume(resume) = &mut command.action {
        change(resume);
    }
    request.handle(&command, now)
}

#[test]
fn k2_a_denied_request_that_cancel_turns_into_canceled() {
    let said = found(|request, command, now| match request.handle(command, now) {
        Err(Rejection::NotCancelable { .. })
            if request.state() == State::Denied && command.action == Action::Cancel =>
        {
            let kind = EventKind::Canceled(Cancellation::Administrator(command.actor.id));
            Ok(vec![Event { sequence: request.revision() + 1, at: now, kind }])
        }
        outcome => outcome,
    });
    assert!(said.contains("notCancelable"), "{said}");
}

#[test]
fn v5_an_approval_replayed_after_it_was_used() {
    let said = found(|request, command, now| {
        let outcome = request.handle(command, now);
        let mut again = command.clone();
        match (&outcome, &mut again.action, request.phase()) {
            (
                Err(Rejection::StageAlreadyDecided { .. }),
                Action::DecideStage(decide),
                Phase::PendingApproval { stage, .. },
            ) => {
                decide.stage = stage;
                request.handle(&again, now)
            }
            _ => outcome,
        }
    });
    assert!(said.contains("stageAlreadyDecided"), "{said}");
}

#[test]
fn v5_a_self_approval_as_somebody_else() {
    let said = found(|request, command, now| match request.handle(command, now) {
        Err(Rejection::SelfApproval) => {
            let actor = Actor { id: SubjectId::from_u128(0x5e1f), ..command.actor };
            request.handle(&Command { actor, ..command.clone() }, now)
        }
        outcome => outcome,
    });
    assert!(said.contains("selfApproval"), "{said}");
}

#[test]
fn t6_an_approval_through_an_administrators_path() {
    let said = found(|request, command, now| match request.handle(command, now) {
        Err(Rejection::NotPermitted { role: Role::Administrator, .. })
            if matches!(command.action, Action::DecideStage(_)) =>
        {
            let actor = Actor { role: Role::Approver, ..command.actor };
            request.handle(&Command { actor, ..command.clone() }, now)
        }
        outcome => outcome,
    });
    assert!(said.contains("notPermitted"), "{said}");
}

#[test]
fn r4_a_late_callback_taken_for_success() {
    let said = found(|request, command, now| match (request.next_deadline(), &command.action) {
        (Some(deadline), Action::Resume(_)) if deadline.at <= now => {
            request.handle(command, later(deadline.at, -1))
        }
        _ => request.handle(command, now),
    });
    assert!(said.contains("outcome"), "{said}");
}

#[test]
fn r2_a_callback_for_another_stage() {
    let said = found(|request, command, now| match request.handle(command, now) {
        Err(Rejection::StageMismatch { .. }) => {
            let callouts = request.callouts().to_vec();
            resume_changed(request, command, now, |resume| {
                let named = callouts.iter().find(|callout| callout.instance() == resume.instance);
                resume.stage = named.unwrap().stage();
            })
        }
        outcome => outcome,
    });
    assert!(said.contains("stageMismatch"), "{said}");
}

#[test]
fn r2_a_callback_for_another_callout() {
    let said = found(|request, command, now| match request.handle(command, now) {
        Err(Rejection::UnknownCallout { .. }) if !request.callouts().is_empty() => {
            let last = request.callouts()[request.callouts().len() - 1].instance();
            resume_changed(request, command, now, |resume| resume.instance = last)
        }
        outcome => outcome,
    });
    assert!(said.contains("outcome"), "{said}");
}

#[test]
fn r6_a_refusal_that_becomes_a_cancellation() {
    let said = found(|request, command, now| {
        resume_changed(request, command, now, |resume| {
            if resume.decision == CallbackDecision::Deny {
                resume.decision = CallbackDecision::Cancel;
            }
        })
    });
    assert!(said.contains("outcome"), "{said}");
}

#[test]
fn r6_a_refusal_that_lets_go_on() {
    let said = found(|request, command, now| {
        resume_changed(request, command, now, |resume| resume.decision = CallbackDecision::Continue)
    });
    assert!(said.contains("outcome"), "{said}");
}

#[test]
fn i3_a_decision_on_a_revision_that_is_gone() {
    let said = found(|request, command, now| {
        request.handle(&Command { expected_revision: None, ..command.clone() }, now)
    });
    assert!(said.contains("revisionConflict"), "{said}");
}

// Extensions, by reference.

#[test]
fn p6_a_callback_configuration_that_is_not_given_read_as_none() {
    let compile = |case: &Case| {
        let mut case = case.clone();
        for setting in &mut case.policy.extensions {
            setting.behavior.get_or_insert(ExtensionBehavior::LaunchAndContinue);
        }
        (LIBRARY.compile)(&case)
    };
    let said = found_in(policies(), &Machine { compile, ..LIBRARY });
    assert!(said.contains("unresolvedExtension"), "{said}");
}

#[test]
fn p6_a_host_that_is_not_asked_whether_an_extension_waits() {
    let compile = |case: &Case| {
        let mut case = case.clone();
        let settings = &mut case.policy.extensions;
        // An extension that determines a stage must wait, so nothing else would be accepted of it (Y3).
        case.known.retain(|(id, _)| {
            settings
                .iter()
                .any(|setting| setting.stage == DETERMINING && setting.custom_extension_id == Some(*id))
        });
        for setting in settings.iter_mut().filter(|setting| setting.stage != DETERMINING) {
            setting.behavior.get_or_insert(ExtensionBehavior::LaunchAndContinue);
        }
        (LIBRARY.compile)(&case)
    };
    let said = found_in(case(Mood::Tame, 1..=40), &Machine { compile, ..LIBRARY });
    assert!(said.contains("calloutStarted"), "{said}");
}

// Determined approval stages.

/// The stage that an extension should have given.
fn good_stage() -> Arc<DeterminedStage> {
    let group = Approver { kind: ApproverKind::GroupMembers(OTHER), is_backup: false };
    Arc::new(DeterminedStage {
        duration_before_automatic_denial: Some(Period::from_minutes(60)),
        primary_approvers: vec![group],
        ..DeterminedStage::default()
    })
}

/// Lets a resume go on, with a stage that is approved as soon as it opens.
fn skipping_the_stage(request: &mut Request, command: &Command, now: Timestamp) -> Outcome {
    let mut events =
        resume_changed(request, command, now, |resume| resume.approval_stage = Some(good_stage()))?;
    if let Phase::PendingApproval { stage, .. } = request.phase() {
        let decide = StageDecision {
            stage,
            tier: Tier::Primary,
            decision: ApprovalDecision::Approve,
            justification: None,
        };
        let approver = Actor::new(SubjectId::from_u128(0x5e1f), Role::Approver);
        events.extend(request.handle(&Command::new(approver, Action::DecideStage(decide)), now)?);
    }
    Ok(events)
}

#[test]
fn y8_an_empty_or_refused_stage_taken_for_an_approval() {
    let said = found(|request, command, now| match request.handle(command, now) {
        Err(Rejection::BadApprovalStage { .. }) => skipping_the_stage(request, command, now),
        outcome => outcome,
    });
    assert!(said.contains("badApprovalStage"), "{said}");
}

#[test]
fn y6_an_answer_without_a_stage_taken_for_an_approval() {
    let said = found(|request, command, now| match request.handle(command, now) {
        Err(Rejection::ApprovalStageMissing) => skipping_the_stage(request, command, now),
        outcome => outcome,
    });
    assert!(said.contains("approvalStageMissing"), "{said}");
}

#[test]
fn y8_a_requestor_or_target_who_is_the_only_approver() {
    const NOBODY: ApprovalStageViolations =
        ApprovalStageViolations::of(&[ApprovalStageViolation::NoPrimaryApprovers]);
    let said = found(|request, command, now| match request.handle(command, now) {
        Err(Rejection::BadApprovalStage { violations: NOBODY }) => {
            resume_changed(request, command, now, |resume| resume.approval_stage = Some(good_stage()))
        }
        outcome => outcome,
    });
    assert!(said.contains("noApprovers"), "{said}");
}

#[test]
fn y9_y11_a_second_determination_that_overwrites_the_first() {
    let said = found(|request, command, now| match (request.handle(command, now), &command.action) {
        (
            Err(Rejection::ResumeConflict {
                received: CallbackDecision::Continue,
                given: CallbackDecision::Continue,
            }),
            Action::Resume(resume),
        ) if resume.stage == DETERMINING && resume.approval_stage.is_some() => {
            let kind = EventKind::CallbackReceived {
                instance: resume.instance,
                actor: command.actor,
                decision: CallbackDecision::Continue,
                approval_stage: resume.approval_stage.clone(),
                source: resume.source.clone(),
                detail: resume.detail.clone(),
            };
            Ok(vec![Event { sequence: request.revision() + 1, at: now, kind }])
        }
        (outcome, _) => outcome,
    });
    assert!(said.contains("resumeConflict"), "{said}");
}

#[test]
fn y11_another_stage_taken_for_the_same() {
    let said = found_code(|request, command, now| match (request.handle(command, now), &command.action) {
        (
            Err(Rejection::ResumeConflict {
                received: CallbackDecision::Continue,
                given: CallbackDecision::Continue,
            }),
            Action::Resume(resume),
        ) if resume.stage == DETERMINING && resume.approval_stage.is_some() => Err(Rejection::AlreadyResumed),
        (outcome, _) => outcome,
    });
    assert!(said.contains("resumeConflict"), "{said}");
}

#[test]
fn y12_who_determined_a_stage_decides_it() {
    let said = found(|request, command, now| match request.handle(command, now) {
        Err(Rejection::SelfAppointed { .. }) => {
            let actor = Actor { id: SubjectId::from_u128(0x5e1f), ..command.actor };
            request.handle(&Command { actor, ..command.clone() }, now)
        }
        outcome => outcome,
    });
    assert!(said.contains("selfAppointed"), "{said}");
}

#[test]
fn v5_a_decision_of_another_approver_taken_for_the_same() {
    let said = found_code(|request, command, now| match (request.handle(command, now), &command.action) {
        (Err(Rejection::StageAlreadyDecided { stage }), Action::DecideStage(decide)) => {
            Err(Rejection::AlreadyDecided { stage, decision: decide.decision })
        }
        (outcome, _) => outcome,
    });
    assert!(said.contains("stageAlreadyDecided"), "{said}");
}

// Bypasses.

/// Submits under a policy that requires no approval.
fn without_approval(case: &Case) -> Judged {
    let mut case = case.clone();
    case.draft.bypass_approval = false;
    case.policy.approval.is_required_for_add = false;
    case.policy.approval.is_required_for_update = false;
    (LIBRARY.submit)(&(LIBRARY.compile)(&case).unwrap(), &case)
}

/// Submits without approval what an administrator submits under this rule.
fn submit_bypassing(rule: AdminBypass, policy: &Policy, case: &Case) -> Judged {
    let submitted = (LIBRARY.submit)(policy, case)?;
    if case.actor.role == Role::Administrator && case.rules.admin_bypasses_approval == rule {
        without_approval(case)
    } else {
        Ok(submitted)
    }
}

/// Cases in which every draft asks for the bypass.
fn asking_for_bypass() -> impl Strategy<Value = Case> {
    case(Mood::Tame, 1..=40).prop_map(|mut case| {
        case.draft.bypass_approval = true;
        case
    })
}

#[test]
fn c15_a_bypass_by_a_user() {
    let submit = |policy: &Policy, case: &Case| match (LIBRARY.submit)(policy, case) {
        Err(SubmissionError::Invalid(violations))
            if case.actor.role == Role::User
                && violations.iter().all(|violation| violation.rule() == Rule::C15) =>
        {
            without_approval(case)
        }
        outcome => outcome,
    };
    let said = found_in(asking_for_bypass(), &Machine { submit, ..LIBRARY });
    assert!(said.contains(r#"[("unexpected", "parameters.bypassApproval")]"#), "{said}");
}

#[test]
fn c15_a_bypass_of_the_approval_of_ones_own_access() {
    let submit = |policy: &Policy, case: &Case| match (LIBRARY.submit)(policy, case) {
        Err(SubmissionError::Invalid(violations))
            if case.rules.admin_bypasses_approval != AdminBypass::Never
                && violations.iter().all(|violation| violation.code() == "bypassNotAllowed") =>
        {
            without_approval(case)
        }
        outcome => outcome,
    };
    let said = found_in(asking_for_bypass(), &Machine { submit, ..LIBRARY });
    assert!(said.contains(r#"[("bypassNotAllowed", "parameters.bypassApproval")]"#), "{said}");
}

#[test]
fn w4_a_rule_that_bypasses_the_approval_of_ones_own_access() {
    let submit = |policy: &Policy, case: &Case| submit_bypassing(AdminBypass::Always, policy, case);
    let said = found_in(case(Mood::Tame, 1..=40), &Machine { submit, ..LIBRARY });
    assert!(said.contains("approval stage"), "{said}");
}

#[test]
fn w4_a_bypass_that_nobody_asked_for() {
    let submit = |policy: &Policy, case: &Case| submit_bypassing(AdminBypass::WhenAsked, policy, case);
    let said = found_in(case(Mood::Tame, 1..=40), &Machine { submit, ..LIBRARY });
    assert!(said.contains("approval stage"), "{said}");
}

// Bounds.

#[test]
fn w7_a_request_that_is_never_processed_without_a_deadline() {
    let compile = |case: &Case| {
        let mut case = case.clone();
        case.rules.accepted_timeout = None;
        (LIBRARY.compile)(&case)
    };
    let said = found_in(case(Mood::Tame, 1..=40), &Machine { compile, ..LIBRARY });
    assert!(said.contains("next deadline"), "{said}");
}

#[test]
fn c9_a_start_without_a_limit() {
    let compile = |case: &Case| {
        let mut case = case.clone();
        case.rules.start_limit = None;
        (LIBRARY.compile)(&case)
    };
    let said = found_in(case(Mood::Tame, 1..=40), &Machine { compile, ..LIBRARY });
    assert!(said.contains("startTooLate"), "{said}");
}
