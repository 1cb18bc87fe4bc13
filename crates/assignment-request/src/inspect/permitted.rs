//! Finds the commands that could succeed now.

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::command::{Action, ActionKind, Command, Resume, StageDecision};
use crate::decide::decide_into;
use crate::policy::route::stages_of;
use crate::request::Request;
use crate::request::callout::Callout;
use crate::request::determined_stage::{Approver, ApproverKind, DeterminedStage};
use crate::vocabulary::actor::{Actor, Role, RoleSet};
use crate::vocabulary::callout_stage::{CalloutStage, CalloutStatus};
use crate::vocabulary::decision::{ApprovalDecision, CallbackDecision, DeliveryOutcome, Tier};
use crate::vocabulary::ids::{CalloutId, SubjectId};
use crate::vocabulary::timestamp::Timestamp;

/// The justification of a sample decision, which a stage may require.
const JUSTIFICATION: &str = "-";

impl Request {
    /// Returns the kinds of command that could succeed if this actor gave them at `now`, in the order of
    /// [`ActionKind`]. A kind is listed if and only if at least one command of that kind is accepted.
    ///
    /// The answer comes from [`decide`](crate::decide), which judges each of [`Request::sample_actions`]. For the
    /// system, [`ActionKind::Elapse`] is always listed: it is accepted even if no deadline is due (rule N5).
    ///
    /// ```
    /// use assignment_request::{
    ///     AccessPackageId, ActionKind, Actor, Draft, Limits, Policy, PolicySpec, RequestId, RequestType,
    ///     RequestorSettings, Role, SubjectId, Timestamp,
    /// };
    ///
    /// let policy = Policy::compile(
    ///     &PolicySpec {
    ///         requestor_settings: RequestorSettings { self_add: true, ..RequestorSettings::default() },
    ///         ..PolicySpec::default()
    ///     },
    ///     &Limits::default(),
    /// )?;
    /// let ada = Actor::new(SubjectId::from_u128(0xada), Role::User);
    /// let draft = Draft { access_package_id: Some(AccessPackageId::from_u128(1)), ..Draft::new(RequestType::UserAdd) };
    /// let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
    /// let (request, _) = policy.submit(RequestId::from_u128(2), &draft, None, ada, now)?;
    ///
    /// assert_eq!(request.permitted(ada, now), [ActionKind::Cancel]);
    /// let system = Actor::new(SubjectId::from_u128(3), Role::System);
    /// assert_eq!(request.permitted(system, now), [ActionKind::Process, ActionKind::Cancel, ActionKind::Elapse]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn permitted(&self, actor: Actor, now: Timestamp) -> Vec<ActionKind> {
        let now = now.max(self.updated);
        let mut events = Vec::new();
        // Applies due deadlines once, instead of once for each command.
        let request = self.with_due_deadlines(now, &mut Vec::new());
        let mut permitted = Vec::new();
        for action in request.sample_actions(now) {
            let kind = action.kind();
            events.clear();
            if permitted.last() != Some(&kind)
                && decide_into(&request, &Command::new(actor, action), now, &mut events).is_ok()
            {
                permitted.push(kind);
            }
        }
        permitted
    }

    /// Returns what one person with several roles could do at `now`: each kind of command, with the first of these roles
    /// in which it could succeed, in the order of [`ActionKind`].
    ///
    /// The roles are tried in the order of [`Role`](crate::Role). A kind is listed once, even if several roles allow it.
    #[must_use]
    pub fn permitted_in(&self, id: SubjectId, roles: RoleSet, now: Timestamp) -> Vec<(ActionKind, Role)> {
        let mut permitted: Vec<(ActionKind, Role)> = Vec::new();
        for role in roles.iter() {
            for kind in self.permitted(Actor::new(id, role), now) {
                if permitted.iter().all(|(listed, _)| *listed != kind) {
                    permitted.push((kind, role));
                }
            }
        }
        permitted.sort_by_key(|(kind, _)| *kind);
        permitted
    }

    /// Returns actions that fit the request as it is at `now`, at least one of each kind, in the order of
    /// [`ActionKind`]. They name the awaited callout, the open approval stage and the current attempt, with every
    /// decision and outcome. If any action of a kind would be accepted, one of the returned actions of that kind is.
    ///
    /// The actions are for explaining or for showing choices, not for sending as they are. Some of their content is
    /// made up: a required justification is `-`, an unknown target has the request's id, a missing callout has the nil
    /// id, and an approval stage asks the requestor's manager.
    #[must_use]
    pub fn sample_actions(&self, now: Timestamp) -> Vec<Action> {
        let request = self.with_due_deadlines(now.max(self.updated), &mut Vec::new());
        let mut actions = alloc::vec![Action::Process { target: None }];
        if request.target.is_none() {
            actions.push(Action::Process { target: Some(request.id().uuid().into()) });
        }
        request.sample_resumes(&mut actions);
        request.sample_decisions(&mut actions);
        actions.extend([Action::Cancel, Action::Reprocess]);
        let attempt = request.attempt.max(1);
        actions.extend(
            DeliveryOutcome::ALL.iter().map(|outcome| Action::ReportDelivery { attempt, outcome: *outcome }),
        );
        request.sample_failures(&mut actions);
        actions.push(Action::Elapse);
        actions
    }

    /// Resumes the callout that was started last, the only one that a request can wait for.
    fn sample_resumes(&self, actions: &mut Vec<Action>) {
        let last = self.callouts.last();
        let instance = last.map_or(CalloutId::from_u128(0), Callout::instance);
        let first = stages_of(self.request_type().operation()).first();
        let stage =
            last.map(Callout::stage).or(first.copied()).unwrap_or(CalloutStage::AssignmentRequestCreated);
        for decision in CallbackDecision::ALL.iter().copied() {
            let determines = stage == CalloutStage::AssignmentRequestDeterminingApprovalRequirements
                && decision == CallbackDecision::Continue;
            let approval_stage = determines.then(|| Arc::new(self.sample_stage()));
            let resume = Resume { instance, stage, decision, approval_stage, source: None, detail: None };
            actions.push(Action::Resume(resume));
        }
    }

    /// Returns an approval stage that an extension could determine. The requestor's manager has the longest time to
    /// decide that the rules allow.
    fn sample_stage(&self) -> DeterminedStage {
        let kind = ApproverKind::RequestorManager { level: 1 };
        DeterminedStage {
            duration_before_automatic_denial: Some(self.route().rules().spec().determined_stage_limit),
            primary_approvers: alloc::vec![Approver { kind, is_backup: false }],
            ..DeterminedStage::default()
        }
    }

    /// Decides the approval stage that is open or opens next or, if there is none, the last one.
    fn sample_decisions(&self, actions: &mut Vec<Action>) {
        let stages = self.approval_stages();
        let index = self.reviews.len().min(stages.len().saturating_sub(1));
        let stage = u32::try_from(index).unwrap_or(u32::MAX);
        let settings = self.approval_stage(stage);
        let needs_justification = settings.is_some_and(|stage| stage.is_approver_justification_required);
        let has_escalation = settings.is_some_and(|stage| stage.duration_before_escalation.is_some());
        for tier in Tier::ALL.iter().filter(|tier| **tier == Tier::Primary || has_escalation) {
            for decision in ApprovalDecision::ALL {
                actions.push(Action::DecideStage(StageDecision {
                    stage,
                    tier: *tier,
                    decision: *decision,
                    justification: needs_justification.then(|| Arc::from(JUSTIFICATION)),
                }));
            }
        }
    }

    /// Reports every callout that can still fail or, if there is none, the one that was started last.
    fn sample_failures(&self, actions: &mut Vec<Action>) {
        let fails =
            |callout: &Callout| Action::ReportCalloutFailed { instance: callout.instance, detail: None };
        let first = actions.len();
        let open = self.callouts.iter().filter(|callout| match callout.status {
            CalloutStatus::CalloutSent | CalloutStatus::WaitingForCallback => true,
            CalloutStatus::CallbackReceived
            | CalloutStatus::CallbackTimedOut
            | CalloutStatus::CalloutFailed => false,
        });
        actions.extend(open.map(fails));
        if actions.len() == first {
            let none = Action::ReportCalloutFailed { instance: CalloutId::from_u128(0), detail: None };
            actions.push(self.callouts.last().map_or(none, fails));
        }
    }
}
