//! Commands: intents, made concrete against the model's present state, so that most of them are plausible and deep
//! states are reached. An intent stays meaningful when what stands before it is taken away or changed.

use std::sync::Arc;

use assignment_request::{
    Action, Actor, ApprovalDecision, CallbackDecision, Command, Decide, DeliveryOutcome, Moment, Resume,
    Role, Stage, Status, Tier,
};
use uuid::Uuid;

use crate::cases::{BOB, CLEO, DORA, HOST, MINUTE, OTHER, SERVICE, later};
use crate::model::request::ModelRequest;

/// What is done next, by whom and when.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) intent: Intent,
    /// Another than who would do it.
    pub(crate) subject: Option<Uuid>,
    pub(crate) role: Option<Role>,
    pub(crate) when: When,
    pub(crate) revision: Revision,
    /// Whether the intent is kept where it makes no sense; otherwise the request is brought onward.
    pub(crate) is_stubborn: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum Intent {
    /// Whatever brings the request onward.
    Onward {
        outcome: DeliveryOutcome,
        approver: Uuid,
    },
    Process {
        target: Option<Uuid>,
    },
    Resume {
        which: Which,
        stage: Option<Stage>,
        decision: Option<CallbackDecision>,
        source: Text,
        detail: Text,
    },
    Decide {
        stage: i64,
        tier: Tier,
        decision: ApprovalDecision,
        justification: Text,
        approver: Uuid,
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

pub(crate) type Text = Option<&'static str>;

#[derive(Clone, Debug)]
pub(crate) enum Which {
    Current,
    Numbered(usize),
    Unknown,
}

#[derive(Clone, Debug)]
pub(crate) enum When {
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
pub(crate) enum Revision {
    Any,
    Right,
    Next,
    Previous,
}

impl Step {
    /// The command, and when it is given; `clock` is when the last one was.
    pub(crate) fn command(&self, model: &ModelRequest, clock: Moment) -> (Command, Moment) {
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
        (command, self.when.moment(model, clock))
    }
}

impl When {
    fn moment(&self, model: &ModelRequest, clock: Moment) -> Moment {
        let around = |moment: Option<Moment>, ticks| moment.map_or(clock, |moment| later(moment, ticks));
        match *self {
            Self::Same => clock,
            Self::Minutes(minutes) => later(clock, minutes * MINUTE),
            Self::Deadline(ticks) => around(model.next_deadline().map(|(moment, _)| moment), ticks),
            Self::WindowEnd(ticks) => around(model.window_end, ticks),
            Self::ReprocessEnd(ticks) => {
                around(model.window_from.map(|from| from.saturating_add(model.rules.reprocess_window)), ticks)
            }
        }
    }
}

pub(crate) const fn system() -> Actor {
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
            Self::Resume { .. } | Self::CalloutFailed { .. } => !model.callouts.is_empty(),
            Self::Decide { .. } => model.open_stage.is_some(),
            Self::Reprocess => model.window_from.is_some(),
            Self::Report { .. } => model.attempt > 0,
        }
    }

    /// The action, and who would do it.
    fn action(&self, model: &ModelRequest) -> (Action, Actor) {
        match *self {
            Self::Onward { outcome, approver } => onward(model, outcome, approver),
            Self::Process { target } => (Action::Process { target }, system()),
            Self::Resume { ref which, stage, decision, source, detail } => {
                let (instance, actual) = which.callout(model);
                let resume = Resume {
                    instance,
                    stage: stage.unwrap_or(actual),
                    decision,
                    source: source.map(Arc::from),
                    detail: detail.map(Arc::from),
                };
                (Action::Resume(resume), extension())
            }
            Self::Decide { stage, tier, decision, justification, approver } => {
                let open = model.open_stage.map_or(0, i64::from);
                let decide = Decide {
                    stage: u32::try_from(open + stage).unwrap_or(0),
                    tier,
                    decision,
                    justification: justification.map(Arc::from),
                };
                (Action::Decide(decide), Actor::new(approver, Role::Approver))
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
    fn callout(&self, model: &ModelRequest) -> (Uuid, Stage) {
        let index = match *self {
            Self::Current => model.waiting_for.unwrap_or(model.callouts.len().saturating_sub(1)),
            Self::Numbered(number) => number % model.callouts.len().max(1),
            Self::Unknown => usize::MAX,
        };
        let unknown = (OTHER, Stage::AssignmentRequestApproved);
        model.callouts.get(index).map_or(unknown, |callout| (callout.instance, callout.stage))
    }
}

fn onward(model: &ModelRequest, outcome: DeliveryOutcome, approver: Uuid) -> (Action, Actor) {
    match model.status {
        Status::Accepted => {
            // Sometimes without the target's id, though it may be needed.
            let target = (model.target.is_none() && outcome != DeliveryOutcome::Failed).then_some(BOB);
            (Action::Process { target }, system())
        }
        Status::WaitingForCallback => {
            let (instance, stage) = Which::Current.callout(model);
            let resume = Resume { instance, stage, decision: None, source: None, detail: None };
            (Action::Resume(resume), extension())
        }
        Status::PendingApproval | Status::PendingApprovalEscalated => {
            let decide = Decide {
                stage: model.open_stage.unwrap(),
                tier: Tier::Primary,
                decision: ApprovalDecision::Approve,
                justification: Some("fine".into()),
            };
            (Action::Decide(decide), Actor::new(approver, Role::Approver))
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
