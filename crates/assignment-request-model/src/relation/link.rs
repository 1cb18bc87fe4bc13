//! The link: what the relation does to the abstraction of a request is the abstraction of what the machine does.

use assignment_request::{Action, ApprovalDecision, DeliveryOutcome, Event, Phase, Request};

use super::abstraction::{RouteOf, input_of, policy_of, stage_of, state_of, subject, ticks, watched_by};
use super::logic::Values;
use super::promises;
use super::state::{Input, Policy, Scene, State, Watched, place, role};
use super::steps::{Kind, When};
use crate::laws;

/// The step of a command. `None`: it only lets deadlines be applied (N5).
fn kind_of(action: &Action) -> Option<Kind> {
    Some(match action {
        Action::Process { .. } => Kind::Process,
        Action::Resume(_) => Kind::Resume,
        Action::DecideStage(content) => match content.decision {
            ApprovalDecision::Approve => Kind::Approve,
            ApprovalDecision::Deny => Kind::Deny,
        },
        Action::Cancel => Kind::Cancel,
        Action::Reprocess => Kind::Reprocess,
        Action::ReportDelivery { outcome, .. } => match outcome {
            DeliveryOutcome::Delivered => Kind::ReportDelivered,
            DeliveryOutcome::PartiallyDelivered => Kind::ReportPartiallyDelivered,
            DeliveryOutcome::Failed => Kind::ReportFailed,
        },
        Action::ReportCalloutFailed { .. } => Kind::ReportCalloutFailed,
        Action::Elapse => return None,
    })
}

/// The relation, run on values.
struct Run<'a> {
    policy: Policy<Values<'a>>,
    lists: RouteOf<'a>,
    watched: Watched<Values<'a>>,
    state: State<Values<'a>>,
    input: Input<Values<'a>>,
    events: Vec<&'static str>,
}

impl<'a> Run<'a> {
    fn new(step: &laws::Step<'a>, turn: usize) -> Self {
        let watched = watched_by(step, turn);
        let resumed = match &step.command.action {
            Action::Resume(resume) => resume.approval_stage.as_deref(),
            _ => None,
        };
        Self {
            policy: policy_of(step.before),
            lists: RouteOf { request: step.before, resumed },
            state: state_of(step.before, &watched),
            watched,
            input: input_of(step),
            events: Vec::new(),
        }
    }

    fn scene(&self) -> Scene<'_, Values<'a>> {
        let Self { policy, lists, watched, state, input, .. } = self;
        Scene { policy, lists, watched, state, input }
    }

    /// The stage that the phase must name.
    fn stage(&self) -> Option<i128> {
        match self.state.place {
            place::WAITING => Some(self.state.callout_stage),
            place::PENDING => Some(self.state.approved),
            _ => None,
        }
    }

    /// Takes a step if its guards hold.
    fn takes(&mut self, kind: Kind) -> bool {
        let scene = self.scene();
        let step = kind.take(scene);
        if !kind.is_in_time(scene) || !step.guards.iter().all(|guard| guard.holds) {
            return false;
        }
        if step.next.revision > self.state.revision {
            self.events.extend(kind.event());
        }
        self.state = step.next;
        true
    }

    /// If one guard alone forbids the step: that guard, and the promise that is broken without it.
    fn unguarded(&self, kind: Kind) -> Option<Unguarded> {
        let scene = self.scene();
        let step = kind.take(scene);
        let mut failing = step.guards.iter().filter(|guard| !guard.holds);
        let (Some(guard), None, true) = (failing.next(), failing.next(), kind.is_in_time(scene)) else {
            return None;
        };
        let mut broken = promises::of_states(Scene { state: &step.next, ..scene });
        broken.extend(promises::of_steps(scene, kind, &step.next));
        let (promise, _) = broken.into_iter().find(|(_, holds)| !holds)?;
        Some(Unguarded { kind, guard: guard.name, promise })
    }

    /// Takes the next step that no command asks for: what must follow, or a deadline that is due. There is at most one.
    fn moves(&mut self) -> bool {
        let must_move = self.state.is_moving() || self.scene().is_due();
        let mut kinds = Kind::ALL.iter().filter(|kind| kind.when() != When::Command);
        must_move && kinds.any(|kind| self.takes(*kind))
    }

    /// Takes all steps that no command asks for, and shows itself before each and at the end.
    fn move_on(&mut self, mut see: impl FnMut(&Self)) {
        loop {
            see(self);
            if !self.moves() {
                return;
            }
        }
    }

    /// Applies the deadlines that are due, earliest first (N4).
    fn elapse(&mut self, see: impl FnMut(&Self)) {
        let revision = self.state.revision;
        self.move_on(see);
        // A command expects the revision that is stored, and the deadlines that are applied with it come after.
        self.input.expected_revision += self.state.revision - revision;
    }

    /// Applies the deadlines that are due, and then the command. Returns whether it is accepted.
    fn command(&mut self, action: &Action) -> bool {
        self.elapse(|_| ());
        let may_elapse = self.input.role == role::SYSTEM && self.scene().is_expected();
        let is_accepted = kind_of(action).map_or(may_elapse, |kind| self.takes(kind));
        self.move_on(|_| ());
        is_accepted
    }
}

/// Compares a step of the machine with the relation: whether the command is accepted, the names of its events, and the
/// request after it, with each of its stages, callouts and approvers watched in turn. Of an accepted command, the facts that
/// the proof takes for granted and the promises are checked, too.
///
/// # Errors
///
/// What differs.
pub fn compare(step: &laws::Step<'_>) -> Result<(), String> {
    compare_in_turn(step, 0)?;
    if step.outcome.is_ok() {
        let request = step.after;
        let lists = [request.callouts().len(), request.approval_stages().len(), request.reviews().len()];
        for turn in 1..=lists.into_iter().max().unwrap_or(0) {
            compare_in_turn(step, turn)?;
        }
    }
    Ok(())
}

fn compare_in_turn(step: &laws::Step<'_>, turn: usize) -> Result<(), String> {
    let mut run = Run::new(step, turn);
    let (state, input) = (run.state, run.input);
    let is_accepted = run.command(&step.command.action);
    same("accepted", &is_accepted, &step.outcome.is_ok())?;
    let Ok(events) = step.outcome else { return Ok(()) };
    let names: Vec<_> = events.iter().map(Event::name).collect();
    same("events", &run.events, &names)?;
    same("request", &run.state, &state_of(step.after, &run.watched))?;
    same("stage of the phase", &run.stage(), &stage_of_phase(step.after.phase()))?;
    let scene = run.scene();
    holds("input", &Scene { state: &state, input: &input, ..scene }.input_facts())?;
    holds("policy", &scene.policy_facts())?;
    holds("promise", &promises::of_states(scene))
}

/// The stage that a phase names, which the relation knows from its counts and its last callout.
fn stage_of_phase(phase: Phase) -> Option<i128> {
    match phase {
        Phase::WaitingForCallback { stage, .. } => Some(stage_of(stage)),
        Phase::PendingApproval { stage, .. } => Some(i128::from(stage)),
        Phase::Accepted { .. }
        | Phase::Scheduled { .. }
        | Phase::Delivering { .. }
        | Phase::Delivered
        | Phase::PartiallyDelivered
        | Phase::DeliveryFailed(_)
        | Phase::Denied(_)
        | Phase::Canceled(_) => None,
    }
}

/// A step that only one guard forbids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unguarded {
    pub kind: Kind,
    pub guard: &'static str,
    /// The promise that would be broken without the guard.
    pub promise: &'static str,
}

/// The steps that the relation forbids when the machine takes this one, or refuses it, each by one guard that keeps a
/// promise.
pub fn unguarded(step: &laws::Step<'_>) -> Vec<Unguarded> {
    let mut run = Run::new(step, 0);
    let mut found = Vec::new();
    let command = kind_of(&step.command.action);
    let by_itself = |run: &Run<'_>, found: &mut Vec<_>| {
        let kinds = Kind::ALL.iter().filter(|kind| kind.when() != When::Command);
        found.extend(kinds.filter_map(|kind| run.unguarded(*kind)));
    };
    // Before the deadlines that are due, and after them.
    found.extend(command.and_then(|kind| run.unguarded(kind)));
    run.elapse(|run| by_itself(run, &mut found));
    found.extend(command.and_then(|kind| run.unguarded(kind)));
    if command.is_some_and(|kind| run.takes(kind)) {
        run.move_on(|run| by_itself(run, &mut found));
    }
    found
}

/// Compares a request that was just submitted with the relation's first state.
///
/// # Errors
///
/// What differs.
pub fn compare_submitted(request: &Request) -> Result<(), String> {
    let watched = Watched { approval_stage: 0, callout_stage: 0, callout_index: 0, person: 0 };
    let target = request.target();
    let first =
        policy_of(request).submitted(ticks(request.created()), target.is_some(), target.map_or(0, subject));
    same("submitted", &first, &state_of(request, &watched))
}

fn same<T: std::fmt::Debug + PartialEq>(what: &str, relation: &T, machine: &T) -> Result<(), String> {
    if relation == machine {
        return Ok(());
    }
    Err(format!("{what}: the relation says {relation:?}, the machine {machine:?}"))
}

fn holds(what: &str, conditions: &[(&'static str, bool)]) -> Result<(), String> {
    match conditions.iter().find(|(_, holds)| !holds) {
        None => Ok(()),
        Some((name, _)) => Err(format!("{what} does not hold: {name}")),
    }
}
