//! Commands: intents, made concrete against the model's present state, so that most of them are plausible and deep
//! states are reached. An intent stays meaningful when what stands before it is taken away or changed.

use std::sync::Arc;

use assignment_request::{
    Action, Actor, ApprovalDecision, Approver, ApproverKind, CallbackDecision, CalloutId, CalloutStage,
    Command, DeliveryOutcome, DeterminedStage, Period, Resume, Role, StageDecision, Status, SubjectId, Tier,
    Timestamp,
};

use crate::cases::{ADA, BOB, CLEO, DORA, HOST, MINUTE, OTHER, SERVICE, later};
use crate::model::request::{ModelRequest, Step as RouteStep};

const DETERMINING: CalloutStage = CalloutStage::AssignmentRequestDeterminingApprovalRequirements;

/// What is done next, by whom and when.
#[derive(Clone, Debug)]
pub struct Step {
    pub intent: Intent,
    /// Another than who would do it.
    pub subject: Option<SubjectId>,
    pub role: Option<Role>,
    pub when: When,
    pub revision: Revision,
    /// Whether the intent is kept where it makes no sense; otherwise the request is brought onward.
    pub is_stubborn: bool,
}

#[derive(Clone, Debug)]
pub enum Intent {
    /// Whatever brings the request onward.
    Onward {
        outcome: DeliveryOutcome,
        approver: SubjectId,
    },
    Process {
        target: Option<SubjectId>,
    },
    Resume {
        which: Which,
        stage: Option<CalloutStage>,
        decision: CallbackDecision,
        approval_stage: StageGiven,
        source: Text,
        detail: Text,
    },
    Decide {
        stage: i64,
        tier: Tier,
        decision: ApprovalDecision,
        justification: Text,
        approver: SubjectId,
    },
    /// A decision that was made, by the same approver; perhaps the other way.
    DecideAgain {
        which: usize,
        decision: Option<ApprovalDecision>,
    },
    Cancel {
        role: Role,
    },
    Reprocess,
    Report {
        attempt: i64,
        outcome: DeliveryOutcome,
    },
    CalloutFailed {
        which: Which,
        detail: Text,
    },
    Elapse,
}

pub type Text = Option<&'static str>;

/// The approval stage that a resume carries.
#[derive(Clone, Debug)]
pub enum StageGiven {
    /// What the callout's first resume carried; else one that is good, where one is due.
    Due,
    /// The same, with one difference.
    Almost(Difference),
    This(Arc<DeterminedStage>),
    Nothing,
}

/// In what two approval stages differ (Y11).
#[derive(Clone, Copy, Debug, strum::VariantArray)]
pub enum Difference {
    /// The primary approvers stand in another order.
    Order,
    /// The first primary approver is named again.
    Repeated,
    /// The first primary approver is a backup, or is none.
    Backup,
    Justification,
    /// Also where escalation is off.
    Escalation,
    Denial,
}

#[derive(Clone, Debug)]
pub enum Which {
    Current,
    Numbered(usize),
    Unknown,
}

#[derive(Clone, Debug)]
pub enum When {
    Same,
    Minutes(i64),
    /// Ticks around the next deadline.
    Deadline(i64),
    /// Ticks around the end of the access window.
    WindowEnd(i64),
    /// Ticks around the end of the time for reprocessing.
    ReprocessEnd(i64),
}

#[derive(Clone, Debug)]
pub enum Revision {
    Any,
    Right,
    Next,
    Previous,
}

impl Step {
    /// The command, and when it is given; `clock` is when the last one was.
    pub fn command(&self, model: &ModelRequest, clock: Timestamp) -> (Command, Timestamp) {
        let (action, usual) = if self.is_stubborn || self.intent.makes_sense(model) {
            self.intent.action(model)
        } else {
            onward(model, DeliveryOutcome::PartiallyDelivered, CLEO)
        };
        let actor = Actor::new(self.subject.unwrap_or(usual.id), self.role.unwrap_or(usual.role));
        let command = Command::new(actor, action);
        let command = match self.revision {
            Revision::Any => command,
            Revision::Right => command.expecting(model.revision),
            Revision::Next => command.expecting(model.revision + 1),
            Revision::Previous => command.expecting(model.revision - 1),
        };
        (command, self.when.timestamp(model, clock))
    }
}

impl When {
    fn timestamp(&self, model: &ModelRequest, clock: Timestamp) -> Timestamp {
        let around = |timestamp: Option<Timestamp>, ticks| {
            timestamp.map_or(clock, |timestamp| later(timestamp, ticks))
        };
        match *self {
            Self::Same => clock,
            Self::Minutes(minutes) => later(clock, minutes * MINUTE),
            Self::Deadline(ticks) => around(model.next_deadline().map(|(timestamp, _)| timestamp), ticks),
            Self::WindowEnd(ticks) => around(model.window_end, ticks),
            Self::ReprocessEnd(ticks) => {
                around(model.window_from.map(|from| from.saturating_add(model.rules.reprocess_window)), ticks)
            }
        }
    }
}

pub const fn system() -> Actor {
    Actor::new(HOST, Role::System)
}

const fn extension() -> Actor {
    Actor::new(SERVICE, Role::Extension)
}

const fn administrator() -> Actor {
    Actor::new(DORA, Role::Administrator)
}

impl Intent {
    fn makes_sense(&self, model: &ModelRequest) -> bool {
        match self {
            Self::Onward { .. } | Self::Elapse => true,
            // Canceled everywhere, few requests would get far.
            Self::Cancel { .. } => model.is_held || model.revision.is_multiple_of(3),
            Self::Process { .. } => model.status == Status::Accepted,
            // A stage of its own, or none, is of interest where one is due.
            Self::Resume { approval_stage: StageGiven::This(_) | StageGiven::Nothing, .. } => {
                matches!(model.steps.get(model.step), Some(RouteStep::Callout { stage: DETERMINING, .. }))
            }
            Self::Resume { .. } | Self::CalloutFailed { .. } => !model.callouts.is_empty(),
            Self::Decide { .. } => model.open_stage.is_some(),
            Self::DecideAgain { .. } => !model.decisions.is_empty(),
            Self::Reprocess => model.window_from.is_some(),
            Self::Report { .. } => model.attempt > 0,
        }
    }

    /// The action, and who would do it.
    fn action(&self, model: &ModelRequest) -> (Action, Actor) {
        match *self {
            Self::Onward { outcome, approver } => onward(model, outcome, approver),
            Self::Process { target } => (Action::Process { target }, system()),
            Self::Resume { ref which, stage, decision, ref approval_stage, source, detail } => {
                let (instance, actual) = which.callout(model);
                let resume = Resume {
                    instance,
                    stage: stage.unwrap_or(actual),
                    decision,
                    approval_stage: approval_stage.stage(model, instance, decision),
                    source: source.map(Arc::from),
                    detail: detail.map(Arc::from),
                };
                (Action::Resume(resume), extension())
            }
            Self::Decide { stage, tier, decision, justification, approver } => {
                let open = model.open_stage.map_or(0, i64::from);
                let decide = StageDecision {
                    stage: u32::try_from(open + stage).unwrap_or(0),
                    tier,
                    decision,
                    justification: justification.map(Arc::from),
                };
                (Action::DecideStage(decide), Actor::new(approver, Role::Approver))
            }
            Self::DecideAgain { which, decision } => {
                let which = which % model.decisions.len().max(1);
                let made = model.decisions.get(which).copied();
                let (approver, before) = made.unwrap_or((CLEO, ApprovalDecision::Approve));
                let decide = StageDecision {
                    stage: u32::try_from(which).unwrap(),
                    tier: Tier::Primary,
                    decision: decision.unwrap_or(before),
                    justification: None,
                };
                (Action::DecideStage(decide), Actor::new(approver, Role::Approver))
            }
            Self::Cancel { role } => {
                let id = if role == Role::User { model.requestor } else { DORA };
                (Action::Cancel, Actor::new(id, role))
            }
            Self::Reprocess => (Action::Reprocess, administrator()),
            Self::Report { attempt, outcome } => {
                let attempt = u32::try_from(i64::from(model.attempt) + attempt).unwrap_or(0);
                (Action::ReportDelivery { attempt, outcome }, system())
            }
            Self::CalloutFailed { ref which, detail } => {
                let (instance, _) = which.callout(model);
                (Action::ReportCalloutFailed { instance, detail: detail.map(Arc::from) }, system())
            }
            Self::Elapse => (Action::Elapse, system()),
        }
    }
}

impl Which {
    fn callout(&self, model: &ModelRequest) -> (CalloutId, CalloutStage) {
        let index = match *self {
            Self::Current => model.waiting_for.unwrap_or(model.callouts.len().saturating_sub(1)),
            Self::Numbered(number) => number % model.callouts.len().max(1),
            Self::Unknown => usize::MAX,
        };
        let unknown = (CalloutId::new(OTHER.uuid()), CalloutStage::AssignmentRequestApproved);
        model.callouts.get(index).map_or(unknown, |callout| (callout.instance, callout.stage))
    }
}

impl StageGiven {
    fn stage(
        &self,
        model: &ModelRequest,
        instance: CalloutId,
        decision: CallbackDecision,
    ) -> Option<Arc<DeterminedStage>> {
        let due = || due_stage(model, instance).filter(|_| decision == CallbackDecision::Continue);
        match self {
            Self::Due => due(),
            Self::Almost(difference) => due().map(|stage| Arc::new(difference.change(&stage))),
            Self::This(stage) => Some(Arc::clone(stage)),
            Self::Nothing => None,
        }
    }
}

impl Difference {
    fn change(self, stage: &DeterminedStage) -> DeterminedStage {
        let mut stage = stage.clone();
        let longer = |duration: Option<Period>| Period::from_ticks(duration.map_or(0, Period::ticks) + 1);
        match self {
            Self::Order => stage.primary_approvers.reverse(),
            Self::Repeated => stage.primary_approvers.extend(stage.primary_approvers.first().cloned()),
            Self::Backup => stage.primary_approvers.iter_mut().take(1).for_each(|approver| {
                approver.is_backup = !approver.is_backup;
            }),
            Self::Justification => stage.is_approver_justification_required ^= true,
            Self::Escalation => stage.duration_before_escalation = longer(stage.duration_before_escalation),
            Self::Denial => {
                stage.duration_before_automatic_denial = longer(stage.duration_before_automatic_denial);
            }
        }
        stage
    }
}

/// The approval stage that a callout's first resume carried, or that one must carry.
fn due_stage(model: &ModelRequest, instance: CalloutId) -> Option<Arc<DeterminedStage>> {
    let callout = model.callouts.iter().find(|callout| callout.instance == instance)?;
    if callout.stage != DETERMINING {
        return None;
    }
    callout.determined.clone().or_else(|| Some(Arc::new(good_stage(model))))
}

/// An approval stage that the rules take, another at every revision.
fn good_stage(model: &ModelRequest) -> DeterminedStage {
    let entry = |kind| Approver { kind, is_backup: false };
    let is_odd = !model.revision.is_multiple_of(2);
    let longest = model.rules.determined_stage_limit;
    DeterminedStage {
        duration_before_automatic_denial: Some(longest),
        is_approver_justification_required: model.revision.is_multiple_of(3),
        is_escalation_enabled: is_odd,
        duration_before_escalation: Period::from_ticks(longest.ticks() / 60),
        primary_approvers: vec![
            entry(ApproverKind::SingleUser(ADA)),
            entry(ApproverKind::RequestorManager { level: 1 }),
            entry(ApproverKind::SingleUser(CLEO)),
        ],
        escalation_approvers: if is_odd {
            vec![entry(ApproverKind::GroupMembers(OTHER))]
        } else {
            Vec::new()
        },
        ..DeterminedStage::default()
    }
}

fn onward(model: &ModelRequest, outcome: DeliveryOutcome, approver: SubjectId) -> (Action, Actor) {
    match model.status {
        Status::Accepted => {
            // Sometimes without the target's id, though it may be needed.
            let target = (model.target.is_none() && outcome != DeliveryOutcome::Failed).then_some(BOB);
            (Action::Process { target }, system())
        }
        Status::WaitingForCallback => {
            let (instance, stage) = Which::Current.callout(model);
            let approval_stage = due_stage(model, instance);
            let resume = Resume {
                instance,
                stage,
                decision: CallbackDecision::Continue,
                approval_stage,
                source: None,
                detail: None,
            };
            (Action::Resume(resume), extension())
        }
        Status::PendingApproval | Status::PendingApprovalEscalated => {
            let decide = StageDecision {
                stage: model.open_stage.unwrap(),
                tier: Tier::Primary,
                decision: ApprovalDecision::Approve,
                justification: Some("fine".into()),
            };
            (Action::DecideStage(decide), Actor::new(approver, Role::Approver))
        }
        Status::Delivering => (Action::ReportDelivery { attempt: model.attempt, outcome }, system()),
        Status::PartiallyDelivered
        | Status::DeliveryFailed
        | Status::CalloutFailed
        | Status::CallbackTimedOut => (Action::Reprocess, administrator()),
        Status::PendingNotBefore
        | Status::Fulfilled
        | Status::Denied
        | Status::Expired
        | Status::Canceled => (Action::Elapse, system()),
    }
}
