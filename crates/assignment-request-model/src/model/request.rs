//! The life of a request (sections 2 and 5 of SPEC.md), as a flat record and a list of steps.

use std::sync::Arc;

use assignment_request::{
    Action, Actor, AdminBypass, ApprovalDecision, CallbackDecision, CalloutId, CalloutStage, CalloutStatus,
    Command, DeliveryOutcome, DeterminedStage, ExtensionId, Limits, OnCalloutFailure, Operation, Period,
    RequestId, Resume, Role, RulesSpec, StageDecision, StageSpec, State, Status, SubjectId, Tier, Timestamp,
};
use uuid::Uuid;

use super::answers::Accepted;
use super::submission::{Fault, Submission, operation_and_initiator};
use super::{determined, is_blank, text_faults};

/// The code of a refusal.
pub type Code = &'static str;

/// A refusal: its code, and what is wrong in detail (Y8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: Code,
    pub faults: Vec<Fault>,
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self { code, faults: Vec::new() }
    }
}

/// What holds for an approval stage once it opens (V1, V5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StageSettings {
    pub denial: Period,
    /// None where escalation is not enabled.
    pub escalation: Option<Period>,
    pub needs_justification: bool,
}

/// Something that happened: its name, its timestamp, and its content as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelEvent {
    pub name: &'static str,
    pub at: Timestamp,
    pub content: String,
}

/// A step of the route (W2, W3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Callout { stage: CalloutStage, index: u32, timeout: Option<Period> },
    ApprovalStage(u32),
    Approved,
    Start,
    DeliveryStarted,
    Fulfillment,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelCallout {
    pub instance: CalloutId,
    pub stage: CalloutStage,
    pub index: u32,
    pub attempt: u32,
    pub status: CalloutStatus,
    pub decision: Option<CallbackDecision>,
    /// The approval stage that its callback carried (Y9).
    pub determined: Option<Arc<DeterminedStage>>,
    pub timeout: Option<Period>,
}

/// A request: everything side by side.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "the model is a flat record")]
pub struct ModelRequest {
    // Fixed at submission.
    pub id: RequestId,
    pub operation: Operation,
    pub requestor: SubjectId,
    pub is_validation_only: bool,
    pub start: Option<Timestamp>,
    pub window_end: Option<Timestamp>,
    pub answers: Vec<Accepted>,
    pub stages: Vec<StageSpec>,
    pub steps: Vec<Step>,
    pub rules: RulesSpec,
    pub limits: Limits,
    // What changes.
    pub target: Option<SubjectId>,
    pub state: State,
    pub status: Status,
    pub revision: u64,
    pub updated: Timestamp,
    pub completed: Option<Timestamp>,
    /// The first completion, or the first failed wait under `hold`, whichever came first (Q2).
    pub window_from: Option<Timestamp>,
    /// The index in `steps` of the step that comes next, or is under way.
    pub step: usize,
    pub callouts: Vec<ModelCallout>,
    /// The index in `callouts` of the one that is waited for.
    pub waiting_for: Option<usize>,
    pub is_held: bool,
    pub open_stage: Option<u32>,
    pub is_escalated: bool,
    pub escalation: Option<Timestamp>,
    /// When the present condition ends.
    pub deadline: Option<Timestamp>,
    /// What was determined, and by whom: one for each determined stage, in their order.
    pub determinations: Vec<(Arc<DeterminedStage>, SubjectId)>,
    /// Who decided each decided stage, and how.
    pub decisions: Vec<(SubjectId, ApprovalDecision)>,
    /// How often fulfillment was ordered.
    pub attempt: u32,
    /// What was reported for the current attempt.
    pub reports: Vec<DeliveryOutcome>,
    pub is_timed_out_unreported: bool,
    // The command under way.
    now: Timestamp,
    news: Vec<ModelEvent>,
}

impl ModelRequest {
    pub fn submitted(
        submission: Submission<'_>,
        target: Option<SubjectId>,
        window_end: Option<Timestamp>,
        answers: Vec<Accepted>,
    ) -> Self {
        let (operation, _) = operation_and_initiator(submission.draft.request_type);
        let stages = if is_approval_required(submission, target) {
            submission.policy.approval.stages.clone()
        } else {
            Vec::new()
        };
        let steps = steps(submission, operation, &stages);
        // W7
        let timeout = submission.rules.accepted_timeout.filter(|_| !submission.draft.is_validation_only);
        Self {
            id: submission.id,
            operation,
            requestor: submission.actor.id,
            is_validation_only: submission.draft.is_validation_only,
            start: submission.draft.schedule.and_then(|schedule| schedule.start),
            window_end,
            answers,
            stages,
            steps,
            rules: *submission.rules,
            limits: *submission.limits,
            target,
            state: State::Submitted,
            status: Status::Accepted,
            revision: 1,
            updated: submission.now,
            completed: None,
            window_from: None,
            step: 0,
            callouts: Vec::new(),
            waiting_for: None,
            is_held: false,
            open_stage: None,
            is_escalated: false,
            escalation: None,
            deadline: timeout.map(|timeout| submission.now.saturating_add(timeout)),
            determinations: Vec::new(),
            decisions: Vec::new(),
            attempt: 0,
            reports: Vec::new(),
            is_timed_out_unreported: false,
            now: submission.now,
            news: Vec::new(),
        }
    }

    /// Gives a command: its events, or the code of its refusal, which changes nothing (I1).
    pub fn handle(&mut self, command: &Command, now: Timestamp) -> Result<Vec<ModelEvent>, Refusal> {
        let mut trial = self.clone();
        trial.news.clear();
        trial.judge(command, now)?;
        *self = trial;
        Ok(self.news.clone())
    }

    /// The timestamp to send `Elapse`, and why (N5).
    pub fn next_deadline(&self) -> Option<(Timestamp, &'static str)> {
        let deadline = self.deadline?;
        let why = match self.status {
            Status::Accepted => "processing",
            Status::WaitingForCallback if self.is_held => "heldWait",
            Status::WaitingForCallback => "callback",
            Status::PendingApproval | Status::PendingApprovalEscalated => match self.escalation {
                Some(escalation) if !self.is_escalated => return Some((escalation, "escalation")),
                _ => "approval",
            },
            Status::PendingNotBefore => "start",
            Status::Delivering => "fulfillment",
            status => panic!("a deadline in status {status}"),
        };
        Some((deadline, why))
    }

    /// L1
    pub fn is_deletable(&self, has_assignment: bool) -> bool {
        let has_ended = matches!(
            self.state,
            State::Denied
                | State::Canceled
                | State::Delivered
                | State::PartiallyDelivered
                | State::DeliveryFailed
        );
        (has_ended || self.is_validation_only) && !has_assignment && !self.is_timed_out_unreported
    }

    // What happens.

    fn happens(&mut self, name: &'static str, content: String) {
        self.revision += 1;
        self.updated = self.now;
        self.news.push(ModelEvent { name, at: self.now, content });
    }

    fn is_reached(&self, deadline: Option<Timestamp>) -> bool {
        deadline.is_some_and(|deadline| self.now >= deadline)
    }

    /// Enters a condition in which nothing is waited for any more.
    fn settle(&mut self, state: State, status: Status) {
        self.state = state;
        self.status = status;
        self.deadline = None;
        self.waiting_for = None;
        self.is_held = false;
        self.open_stage = None;
        self.is_escalated = false;
        self.escalation = None;
    }

    /// F4
    fn complete(&mut self, state: State, status: Status) {
        self.settle(state, status);
        self.completed = Some(self.now);
        self.window_from = self.window_from.or(Some(self.now));
    }

    fn deny(&mut self, status: Status, why: String) {
        self.happens("denied", why);
        self.complete(State::Denied, status);
    }

    fn cancel(&mut self, by: String) {
        self.happens("canceled", by);
        self.complete(State::Canceled, Status::Canceled);
    }

    /// Runs the route until it must wait (W1 to W5).
    fn run(&mut self) {
        while let Some(step) = self.steps.get(self.step).copied() {
            match step {
                Step::Callout { stage, index, timeout } => {
                    self.start_callout(stage, index, timeout);
                    if timeout.is_some() {
                        return;
                    }
                }
                Step::ApprovalStage(stage) => {
                    self.open_stage(stage);
                    return;
                }
                Step::Approved => self.happens("approved", format!("automatic {}", self.stages.is_empty())),
                Step::Start => {
                    if self.is_reached(self.window_end) {
                        self.deny(Status::Expired, "windowPassed".to_owned());
                        return;
                    }
                    if let Some(start) = self.start.filter(|start| *start > self.now) {
                        self.happens("scheduled", format!("{start}"));
                        self.settle(State::Scheduled, Status::PendingNotBefore);
                        self.deadline = Some(start);
                        return;
                    }
                }
                Step::DeliveryStarted => self.happens("deliveryStarted", String::new()),
                Step::Fulfillment => {
                    if self.is_reached(self.window_end) {
                        self.deny(Status::Expired, "windowPassed".to_owned());
                    } else {
                        self.order_fulfillment();
                    }
                    return;
                }
            }
            self.step += 1;
        }
    }

    /// X1 to X3, I5
    fn start_callout(&mut self, stage: CalloutStage, index: u32, timeout: Option<Period>) {
        let is_this = |callout: &&ModelCallout| callout.stage == stage && callout.index == index;
        let attempt = u32::try_from(self.callouts.iter().filter(is_this).count()).unwrap() + 1;
        let name = format!("callout/{}/{index}/{attempt}", camel_case(stage));
        let instance = CalloutId::new(Uuid::new_v5(&self.id.uuid(), name.as_bytes()));
        let deadline = timeout.map(|timeout| self.now.saturating_add(timeout));
        self.happens(
            "calloutStarted",
            format!("{instance} {stage:?} index {index} attempt {attempt} until {deadline:?}"),
        );
        let status =
            if timeout.is_some() { CalloutStatus::WaitingForCallback } else { CalloutStatus::CalloutSent };
        self.callouts.push(ModelCallout {
            instance,
            stage,
            index,
            attempt,
            status,
            decision: None,
            determined: None,
            timeout,
        });
        if timeout.is_some() {
            // T3
            let while_waiting = match stage {
                CalloutStage::AssignmentRequestCreated
                | CalloutStage::AssignmentRequestDeterminingApprovalRequirements => State::Submitted,
                CalloutStage::AssignmentRequestApproved if self.stages.is_empty() => State::Submitted,
                CalloutStage::AssignmentRequestApproved => State::PendingApproval,
                _ => State::Delivering,
            };
            self.settle(while_waiting, Status::WaitingForCallback);
            self.waiting_for = Some(self.callouts.len() - 1);
            self.deadline = deadline;
        }
    }

    /// What was determined about an approval stage, and by whom: none of a set stage, or before its extension answered.
    pub fn determination(&self, index: usize) -> Option<&(Arc<DeterminedStage>, SubjectId)> {
        if !matches!(self.stages.get(index)?, StageSpec::Determined { .. }) {
            return None;
        }
        let before = &self.stages[..index];
        let nth = before.iter().filter(|stage| matches!(stage, StageSpec::Determined { .. })).count();
        self.determinations.get(nth)
    }

    /// What holds for an approval stage: none where its extension has not answered yet.
    pub fn stage_settings(&self, index: usize) -> Option<StageSettings> {
        let escalation = |is_enabled: bool, escalation: Option<Period>| {
            if is_enabled { Some(escalation.unwrap()) } else { None }
        };
        match self.stages.get(index)? {
            StageSpec::Set(stage) => Some(StageSettings {
                denial: stage.duration_before_automatic_denial.unwrap(),
                escalation: escalation(stage.is_escalation_enabled, stage.duration_before_escalation),
                needs_justification: stage.is_approver_justification_required,
            }),
            StageSpec::Determined { .. } => self.determination(index).map(|(stage, _)| StageSettings {
                denial: stage.duration_before_automatic_denial.unwrap(),
                escalation: escalation(stage.is_escalation_enabled, stage.duration_before_escalation),
                needs_justification: stage.is_approver_justification_required,
            }),
        }
    }

    /// V1, Y9
    fn open_stage(&mut self, index: u32) {
        let stage = self.stage_settings(usize::try_from(index).unwrap()).unwrap();
        let deadline = self.now.saturating_add(stage.denial);
        let escalation = stage.escalation.map(|escalation| self.now.saturating_add(escalation));
        self.happens(
            "approvalRequested",
            format!("stage {index} until {deadline} escalation {escalation:?}"),
        );
        self.settle(State::PendingApproval, Status::PendingApproval);
        self.open_stage = Some(index);
        self.deadline = Some(deadline);
        self.escalation = escalation;
    }

    /// F1, F5
    fn order_fulfillment(&mut self) {
        self.attempt += 1;
        self.reports.clear();
        self.is_timed_out_unreported = false;
        let deadline = self.rules.fulfillment_timeout.map(|timeout| self.now.saturating_add(timeout));
        self.happens(
            "fulfillmentOrdered",
            format!("attempt {} {:?} until {deadline:?}", self.attempt, self.operation),
        );
        self.settle(State::Delivering, Status::Delivering);
        self.deadline = deadline;
    }

    /// X6, of the callout that is waited for.
    fn wait_fails(&mut self) {
        match self.rules.on_callout_failure {
            OnCalloutFailure::Fail => self.delivery_fails_by_callout(),
            OnCalloutFailure::Hold => {
                self.is_held = true;
                self.deadline = Some(self.now.saturating_add(self.rules.reprocess_window));
                self.window_from = self.window_from.or(Some(self.now));
            }
        }
    }

    fn delivery_fails_by_callout(&mut self) {
        let callout = &self.callouts[self.waiting_for.unwrap()];
        let (status, why) = if callout.status == CalloutStatus::CallbackTimedOut {
            (Status::CallbackTimedOut, "callbackTimedOut")
        } else {
            (Status::CalloutFailed, "calloutFailed")
        };
        self.happens("deliveryFailed", why.to_owned());
        self.complete(State::DeliveryFailed, status);
    }

    /// N4
    fn apply_deadlines(&mut self) {
        while let Some((deadline, why)) = self.next_deadline() {
            if self.now < deadline {
                return;
            }
            match why {
                "processing" => self.deny(Status::Expired, "notProcessed".to_owned()),
                "callback" => {
                    let callout = &mut self.callouts[self.waiting_for.unwrap()];
                    callout.status = CalloutStatus::CallbackTimedOut;
                    let instance = callout.instance;
                    self.happens("callbackTimedOut", format!("{instance}"));
                    self.wait_fails();
                }
                "heldWait" => self.delivery_fails_by_callout(),
                "escalation" => {
                    self.happens("approvalEscalated", format!("stage {}", self.open_stage.unwrap()));
                    self.is_escalated = true;
                    self.status = Status::PendingApprovalEscalated;
                }
                "approval" => self.deny(Status::Expired, "approvalExpired".to_owned()),
                "start" => self.run(),
                "fulfillment" => {
                    self.happens("deliveryFailed", "fulfillmentTimedOut".to_owned());
                    self.complete(State::DeliveryFailed, Status::DeliveryFailed);
                    self.is_timed_out_unreported = true;
                }
                other => panic!("no such deadline: {other}"),
            }
        }
    }

    // What is asked.

    /// I4
    fn judge(&mut self, command: &Command, now: Timestamp) -> Result<(), Refusal> {
        if command.expected_revision.is_some_and(|expected| expected != self.revision) {
            return Err("revisionConflict".into());
        }
        if !self.is_permitted(command) {
            return Err("notPermitted".into());
        }
        // N3
        self.now = now.max(self.updated);
        self.apply_deadlines();
        match &command.action {
            Action::Process { target } => self.process(*target)?,
            Action::Resume(resume) => self.resume(resume, command.actor)?,
            Action::DecideStage(decide) => self.decide(decide, command.actor.id)?,
            Action::Cancel => self.cancel_by(command.actor)?,
            Action::Reprocess => self.reprocess(command.actor)?,
            Action::ReportDelivery { attempt, outcome } => self.report_delivery(*attempt, *outcome)?,
            Action::ReportCalloutFailed { instance, detail } => {
                self.report_callout_failed(*instance, detail.as_deref())?;
            }
            Action::Elapse => {}
        }
        Ok(())
    }

    fn is_permitted(&self, command: &Command) -> bool {
        let Actor { id, role } = command.actor;
        match command.action {
            Action::Process { .. }
            | Action::Elapse
            | Action::ReportDelivery { .. }
            | Action::ReportCalloutFailed { .. } => role == Role::System,
            Action::Resume(_) => role == Role::Extension || role == Role::Administrator,
            Action::DecideStage(_) => role == Role::Approver,
            Action::Reprocess => role == Role::System || role == Role::Administrator,
            // K1
            Action::Cancel => {
                role == Role::System
                    || role == Role::Administrator
                    || (role == Role::User && id == self.requestor)
            }
        }
    }

    fn is_requestor_or_target(&self, id: SubjectId) -> bool {
        id == self.requestor || Some(id) == self.target
    }

    /// W1
    fn process(&mut self, given: Option<SubjectId>) -> Result<(), Code> {
        if self.state == State::Denied || self.state == State::Canceled {
            return Err("requestClosed");
        }
        if self.status != Status::Accepted {
            return Err("alreadyProcessing");
        }
        if self.is_validation_only {
            return Err("validationOnly");
        }
        match (self.target, given) {
            (Some(known), Some(given)) if known != given => return Err("conflictingMembers"),
            (None, Some(given)) => {
                self.target = Some(given);
                self.happens("targetResolved", format!("{given}"));
            }
            _ => {}
        }
        let somebody_decides = self
            .steps
            .iter()
            .any(|step| matches!(step, Step::ApprovalStage(_) | Step::Callout { timeout: Some(_), .. }));
        if self.target.is_none() && somebody_decides {
            return Err("targetUnknown");
        }
        self.run();
        Ok(())
    }

    /// R1 to R7, Y6 to Y9, Y11
    fn resume(&mut self, resume: &Resume, actor: Actor) -> Result<(), Refusal> {
        let Resume { instance, stage, decision, approval_stage, source, detail } = resume;
        // R1
        if matches!(
            stage,
            CalloutStage::AssignmentFourteenDaysBeforeExpiration
                | CalloutStage::AssignmentOneDayBeforeExpiration
        ) {
            return Err("stageNotResumable".into());
        }
        // R2
        let Some(index) = self.callouts.iter().position(|callout| callout.instance == *instance) else {
            return Err("unknownCallout".into());
        };
        let callout = &self.callouts[index];
        if callout.stage != *stage {
            return Err("stageMismatch".into());
        }
        // R3, Y11
        if self.waiting_for != Some(index) {
            let is_same = callout.decision == Some(*decision)
                && determined::are_same(callout.determined.as_deref(), approval_stage.as_deref());
            return Err(match callout.status {
                CalloutStatus::CalloutSent => "notWaiting",
                CalloutStatus::CallbackReceived if is_same => "alreadyResumed",
                CalloutStatus::CallbackReceived => "resumeConflict",
                CalloutStatus::CallbackTimedOut => "callbackTooLate",
                CalloutStatus::CalloutFailed => "calloutAlreadyFailed",
                CalloutStatus::WaitingForCallback => "requestClosed",
            }
            .into());
        }
        // R7
        if self.is_requestor_or_target(actor.id) {
            return Err("selfResume".into());
        }
        // R5
        match decision {
            CallbackDecision::Deny if !self.rules.deny_at.contains(*stage) => {
                return Err("denialNotAllowed".into());
            }
            CallbackDecision::Cancel if !self.rules.cancel_at.contains(*stage) => {
                return Err("cancellationNotAllowed".into());
            }
            _ => {}
        }
        // Y6
        let must_determine = *stage == CalloutStage::AssignmentRequestDeterminingApprovalRequirements
            && *decision == CallbackDecision::Continue;
        if must_determine && approval_stage.is_none() {
            return Err("approvalStageMissing".into());
        }
        if !must_determine && approval_stage.is_some() {
            return Err("approvalStageUnexpected".into());
        }
        // C14
        first_text_fault(source.as_deref(), self.limits.source)?;
        first_text_fault(detail.as_deref(), self.limits.detail)?;
        // Y8
        if let Some(given) = approval_stage {
            let barred: Vec<SubjectId> = [self.requestor, actor.id].into_iter().chain(self.target).collect();
            let faults = determined::faults(given, self.rules.determined_stage_limit, &barred);
            if !faults.is_empty() {
                return Err(Refusal { code: "badApprovalStage", faults });
            }
            // Y9
            self.determinations.push((Arc::clone(given), actor.id));
        }
        // R6
        self.callouts[index].status = CalloutStatus::CallbackReceived;
        self.callouts[index].decision = Some(*decision);
        self.callouts[index].determined.clone_from(approval_stage);
        self.happens(
            "callbackReceived",
            format!("{instance} {actor:?} {decision:?} {approval_stage:?} {source:?} {detail:?}"),
        );
        match decision {
            CallbackDecision::Continue => {
                self.step += 1;
                self.run();
            }
            CallbackDecision::Deny => self.deny(Status::Denied, "callback".to_owned()),
            CallbackDecision::Cancel => self.cancel("callback".to_owned()),
        }
        Ok(())
    }

    /// V4, V5, Y12
    fn decide(&mut self, decide: &StageDecision, approver: SubjectId) -> Result<(), Code> {
        let StageDecision { stage, tier, decision, justification } = decide;
        let index = usize::try_from(*stage).unwrap();
        // V5: 2, 3
        if index >= self.stages.len() {
            return Err("unknownStage");
        }
        if let Some(earlier) = self.decisions.get(index) {
            let is_same = *earlier == (approver, *decision);
            return Err(if is_same { "alreadyDecided" } else { "stageAlreadyDecided" });
        }
        // 4, 5
        let Some(open) = self.open_stage else {
            return Err("notPendingApproval");
        };
        if *stage > open {
            return Err("stageNotOpen");
        }
        // 6, 7
        if self.is_requestor_or_target(approver) {
            return Err("selfApproval");
        }
        if self.rules.distinct_approvers && self.decisions.iter().any(|(earlier, _)| *earlier == approver) {
            return Err("alreadyApproved");
        }
        // Y12
        if self.determination(index).is_some_and(|(_, by)| *by == approver) {
            return Err("selfAppointed");
        }
        // 8, 9, 10
        if *tier == Tier::Escalation && !self.is_escalated {
            return Err("notEscalated");
        }
        let needs_justification = self.stage_settings(index).unwrap().needs_justification;
        if needs_justification && is_blank(justification.as_deref()) {
            return Err("justificationRequired");
        }
        first_text_fault(justification.as_deref(), self.limits.justification)?;
        self.decisions.push((approver, *decision));
        let decided = format!("stage {stage} {tier:?} {approver} {justification:?}");
        match decision {
            ApprovalDecision::Approve => {
                self.happens("stageApproved", decided);
                self.step += 1;
                self.run();
            }
            ApprovalDecision::Deny => self.deny(Status::Denied, format!("approver {decided}")),
        }
        Ok(())
    }

    /// K1, K2
    fn cancel_by(&mut self, actor: Actor) -> Result<(), Code> {
        if self.status == Status::Canceled {
            return Err("alreadyCanceled");
        }
        let is_held_and_privileged = self.is_held && actor.role != Role::User;
        let is_cancelable = self.rules.cancelable.contains(self.status) || is_held_and_privileged;
        if !is_cancelable || self.is_timed_out_unreported {
            return Err("notCancelable");
        }
        let by = match actor.role {
            Role::Administrator => "administrator",
            Role::System => "system",
            _ => "requestor",
        };
        self.cancel(format!("{by} {}", actor.id));
        Ok(())
    }

    /// Q1 to Q3
    fn reprocess(&mut self, actor: Actor) -> Result<(), Code> {
        if self.state != State::DeliveryFailed && self.state != State::PartiallyDelivered {
            return Err("notReprocessable");
        }
        let window = self.window_from.unwrap().saturating_add(self.rules.reprocess_window);
        if self.is_reached(Some(window)) {
            return Err("reprocessWindowPassed");
        }
        if self.is_reached(self.window_end) {
            return Err("accessWindowPassed");
        }
        self.happens("reprocessed", format!("{actor:?}"));
        self.completed = None;
        if self.status == Status::CalloutFailed || self.status == Status::CallbackTimedOut {
            // The step is still that of the failed callout.
            self.run();
        } else {
            self.order_fulfillment();
        }
        Ok(())
    }

    /// F2, F3, F5
    fn report_delivery(&mut self, attempt: u32, outcome: DeliveryOutcome) -> Result<(), Code> {
        if self.attempt == 0 || self.state == State::Canceled {
            return Err("notDelivering");
        }
        if attempt < self.attempt {
            return Err("staleReport");
        }
        if attempt > self.attempt {
            return Err("unknownAttempt");
        }
        // The same as the last one: SPEC.md leaves open what a partial report is that comes again behind a full one.
        if self.reports.last() == Some(&outcome) {
            return Err("alreadyReported");
        }
        if self.reports.contains(&DeliveryOutcome::Delivered)
            || self.reports.contains(&DeliveryOutcome::Failed)
        {
            return Err("reportConflict");
        }
        self.reports.push(outcome);
        self.is_timed_out_unreported = false;
        match outcome {
            DeliveryOutcome::Delivered => {
                self.happens("delivered", format!("attempt {attempt}"));
                self.complete(State::Delivered, Status::Fulfilled);
            }
            DeliveryOutcome::PartiallyDelivered => {
                self.happens("partiallyDelivered", format!("attempt {attempt}"));
                self.complete(State::PartiallyDelivered, Status::PartiallyDelivered);
            }
            DeliveryOutcome::Failed => {
                self.happens("deliveryFailed", "fulfillment".to_owned());
                self.complete(State::DeliveryFailed, Status::DeliveryFailed);
            }
        }
        Ok(())
    }

    /// X4
    fn report_callout_failed(&mut self, instance: CalloutId, detail: Option<&str>) -> Result<(), Code> {
        let Some(index) = self.callouts.iter().position(|callout| callout.instance == instance) else {
            return Err("unknownCallout");
        };
        let is_waited_for = self.waiting_for == Some(index);
        match self.callouts[index].status {
            CalloutStatus::CalloutFailed => return Err("alreadyReported"),
            CalloutStatus::CallbackReceived | CalloutStatus::CallbackTimedOut => return Err("calloutClosed"),
            CalloutStatus::WaitingForCallback if !is_waited_for => return Err("requestClosed"),
            CalloutStatus::WaitingForCallback | CalloutStatus::CalloutSent => {}
        }
        first_text_fault(detail, self.limits.detail)?;
        self.callouts[index].status = CalloutStatus::CalloutFailed;
        self.happens("calloutFailed", format!("{instance} {detail:?}"));
        if is_waited_for {
            self.wait_fails();
        }
        Ok(())
    }
}

/// W4, for a target who is known by id, or is not.
fn is_approval_required(submission: Submission<'_>, target: Option<SubjectId>) -> bool {
    let approval = &submission.policy.approval;
    let (operation, initiator) = operation_and_initiator(submission.draft.request_type);
    let says_policy = match operation {
        Operation::Add => approval.is_required_for_add,
        Operation::Update => approval.is_required_for_update,
        Operation::Remove => false,
    };
    let is_bypassed = match initiator {
        Role::System => true,
        Role::Administrator => match submission.rules.admin_bypasses_approval {
            AdminBypass::Never => false,
            AdminBypass::WhenAsked => submission.draft.bypass_approval,
            AdminBypass::Always => target.is_some_and(|target| target != submission.actor.id),
        },
        _ => false,
    };
    says_policy && !is_bypassed
}

/// The route as a list (W2, W3, Y5). Extensions at other stages are not on it.
fn steps(submission: Submission<'_>, operation: Operation, stages: &[StageSpec]) -> Vec<Step> {
    let settings = || submission.policy.extensions.iter().zip(submission.waits);
    let callouts = |stage: CalloutStage| -> Vec<Step> {
        let at_stage = settings().filter(|(setting, _)| setting.stage == stage);
        (0..)
            .zip(at_stage)
            .map(|(index, (_, timeout))| Step::Callout { stage, index, timeout: *timeout })
            .collect()
    };
    let determining = CalloutStage::AssignmentRequestDeterminingApprovalRequirements;
    let determine = |id: Option<ExtensionId>| {
        let mut naming = settings().filter(|(setting, _)| setting.stage == determining);
        *naming.find(|(setting, _)| setting.custom_extension_id == id).unwrap().1
    };
    let mut steps = Vec::new();
    if operation == Operation::Remove {
        steps.push(Step::DeliveryStarted);
        steps.extend(callouts(CalloutStage::AssignmentRequestRemoved));
    } else {
        steps.extend(callouts(CalloutStage::AssignmentRequestCreated));
        let determined = stages.iter().filter_map(|stage| match stage {
            StageSpec::Set(_) => None,
            StageSpec::Determined { custom_extension_id } => Some(determine(*custom_extension_id)),
        });
        steps.extend((0..).zip(determined).map(|(index, timeout)| Step::Callout {
            stage: determining,
            index,
            timeout,
        }));
        steps.extend((0..u32::try_from(stages.len()).unwrap()).map(Step::ApprovalStage));
        steps.push(Step::Approved);
        steps.extend(callouts(CalloutStage::AssignmentRequestApproved));
        steps.push(Step::Start);
        steps.push(Step::DeliveryStarted);
        if operation == Operation::Add {
            steps.extend(callouts(CalloutStage::AssignmentRequestGranted));
        }
    }
    steps.push(Step::Fulfillment);
    steps
}

fn first_text_fault(text: Option<&str>, limit: usize) -> Result<(), Code> {
    match text_faults(text.unwrap_or(""), limit).first() {
        Some(code) => Err(code),
        None => Ok(()),
    }
}

/// I5: a stage in camelCase.
fn camel_case(stage: CalloutStage) -> &'static str {
    match stage {
        CalloutStage::AssignmentRequestCreated => "assignmentRequestCreated",
        CalloutStage::AssignmentRequestDeterminingApprovalRequirements => {
            "assignmentRequestDeterminingApprovalRequirements"
        }
        CalloutStage::AssignmentRequestApproved => "assignmentRequestApproved",
        CalloutStage::AssignmentRequestGranted => "assignmentRequestGranted",
        CalloutStage::AssignmentRequestRemoved => "assignmentRequestRemoved",
        CalloutStage::AssignmentFourteenDaysBeforeExpiration => "assignmentFourteenDaysBeforeExpiration",
        CalloutStage::AssignmentOneDayBeforeExpiration => "assignmentOneDayBeforeExpiration",
    }
}
