//! Commands: intents at random, made concrete against the model's present state, so that most of them are plausible
//! and deep states are reached. An intent stays meaningful when proptest shrinks what stands before it.

use std::sync::Arc;

use assignment_request::{
    Action, Actor, ApprovalDecision, CallbackDecision, Command, Decide, DeliveryOutcome, Moment, Resume,
    Role, Stage, Status, Tier,
};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use strum::VariantArray as _;
use uuid::Uuid;

use crate::cases::{ADA, BOB, CLEO, DORA, HOST, MINUTE, OTHER, PEOPLE, SERVICE, TEXTS, later};
use crate::model::request::ModelRequest;

/// What is done next, by whom and when.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    intent: Intent,
    /// Another than who would do it.
    subject: Option<Uuid>,
    role: Option<Role>,
    when: When,
    revision: Revision,
    /// Whether the intent is kept where it makes no sense; otherwise the request is brought onward.
    is_stubborn: bool,
}

#[derive(Clone, Debug)]
enum Intent {
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

type Text = Option<&'static str>;

#[derive(Clone, Debug)]
enum Which {
    Current,
    Numbered(usize),
    Unknown,
}

#[derive(Clone, Debug)]
enum When {
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
enum Revision {
    Any,
    Right,
    Next,
    Previous,
}

// At random.

fn text() -> impl Strategy<Value = Text> {
    option::weighted(0.7, prop_oneof![2 => Just("fine"), 1 => select(TEXTS.to_vec())])
}

fn which() -> impl Strategy<Value = Which> {
    prop_oneof![
        6 => Just(Which::Current),
        4 => (0_usize..5).prop_map(Which::Numbered),
        1 => Just(Which::Unknown),
    ]
}

fn outcome() -> impl Strategy<Value = DeliveryOutcome> {
    prop_oneof![
        1 => Just(DeliveryOutcome::Delivered),
        3 => Just(DeliveryOutcome::PartiallyDelivered),
        3 => Just(DeliveryOutcome::Failed),
    ]
}

fn intent() -> impl Strategy<Value = Intent> {
    let approver = || select(vec![CLEO, DORA, SERVICE]);
    prop_oneof![
        24 => (outcome(), approver()).prop_map(|(outcome, approver)| Intent::Onward { outcome, approver }),
        3 => option::weighted(0.4, select(vec![ADA, BOB, CLEO])).prop_map(|target| Intent::Process { target }),
        6 => (
            which(),
            option::weighted(0.15, select(Stage::VARIANTS.to_vec())),
            option::weighted(0.3, select(CallbackDecision::VARIANTS.to_vec())),
            text(),
            text(),
        )
            .prop_map(|(which, stage, decision, source, detail)| Intent::Resume {
                which,
                stage,
                decision,
                source,
                detail
            }),
        10 => (
            prop_oneof![3 => Just(0_i64), 1 => -1_i64..3],
            select(Tier::VARIANTS.to_vec()),
            prop_oneof![5 => Just(ApprovalDecision::Approve), 1 => Just(ApprovalDecision::Deny)],
            text(),
            approver(),
        )
            .prop_map(|(stage, tier, decision, justification, approver)| Intent::Decide {
                stage,
                tier,
                decision,
                justification,
                approver
            }),
        2 => select(vec![Role::User, Role::Administrator, Role::System])
            .prop_map(|role| Intent::Cancel { role }),
        2 => Just(Intent::Reprocess),
        4 => (prop_oneof![5 => Just(0_i64), 1 => -1_i64..2], outcome())
            .prop_map(|(attempt, outcome)| Intent::Report { attempt, outcome }),
        3 => (which(), text()).prop_map(|(which, detail)| Intent::CalloutFailed { which, detail }),
        3 => Just(Intent::Elapse),
    ]
}

fn when() -> impl Strategy<Value = When> {
    let around = || select(vec![-1_i64, 0, 1, 60 * MINUTE]);
    prop_oneof![
        30 => Just(When::Same),
        20 => (1_i64..5).prop_map(When::Minutes),
        2 => select(vec![30_i64, 1_500, 21_000]).prop_map(When::Minutes),
        4 => select(vec![-1_i64, -30, -100_000]).prop_map(When::Minutes),
        8 => around().prop_map(When::Deadline),
        1 => around().prop_map(When::WindowEnd),
        2 => around().prop_map(When::ReprocessEnd),
    ]
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    (
        intent(),
        option::weighted(0.1, select(PEOPLE.to_vec())),
        option::weighted(0.05, select(Role::VARIANTS.to_vec())),
        when(),
        prop_oneof![
            30 => Just(Revision::Any),
            1 => Just(Revision::Right),
            1 => Just(Revision::Next),
            1 => Just(Revision::Previous)
        ],
        proptest::bool::weighted(0.2),
    )
        .prop_map(|(intent, subject, role, when, revision, is_stubborn)| Step {
            intent,
            subject,
            role,
            when,
            revision,
            is_stubborn,
        })
}

// From intents to commands.

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
