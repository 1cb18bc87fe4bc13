//! The diagram of states and statuses with what leads from one to another, found by exploring the machine.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{self, Write};

use uuid::Uuid;

use crate::explore::{Bounds, Step, explore};
use crate::stage::RESUMABLE;
use crate::{
    Action, Actor, ApprovalDecision, ApprovalSettings, ApprovalStageSpec, CallbackConfiguration,
    CallbackDecision, DeliveryOutcome, Draft, ExistingAssignment, Expiration, ExpirationType, ExtensionSpec,
    Limits, Moment, OnCalloutFailure, Operation, Period, Policy, PolicySpec, Preset, Request, RequestType,
    RequestorSettings, Rules, RulesSpec, Schedule, Stage, StageSet, State, Status,
};

/// A state and a status that go together (rule T3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// The coarse state.
    pub state: State,
    /// The precise status.
    pub status: Status,
}

impl Node {
    /// Where a request is.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        Self { state: request.state(), status: request.status() }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} / {}", self.state, self.status)
    }
}

/// What leads from one node to another, or back to itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edge {
    /// From where.
    pub from: Node,
    /// To where.
    pub to: Node,
    /// By what: a command, or a deadline.
    pub trigger: String,
}

/// The diagram of all states and statuses.
///
/// ```
/// use assignment_request::Diagram;
///
/// let diagram = Diagram::explore();
/// assert!(diagram.mermaid().starts_with("stateDiagram-v2\n"));
/// assert!(diagram.dot().starts_with("digraph"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagram {
    edges: BTreeSet<Edge>,
}

impl Diagram {
    /// Explores the machine: every operation, with and without approval in two stages, waits at every stage, a start and
    /// an end, under every rule that adds an edge.
    #[must_use]
    pub fn explore() -> Self {
        let mut edges = BTreeSet::new();
        for request in requests() {
            explore(&request, Bounds { attempts: 1, around_deadlines: false }, |step| {
                if let (Some(after), Some(trigger)) = (step.after, trigger(step)) {
                    edges.insert(Edge { from: Node::of(step.before), to: Node::of(after), trigger });
                }
            });
        }
        Self { edges }
    }

    /// Its edges, sorted.
    pub fn edges(&self) -> impl Iterator<Item = &Edge> {
        self.edges.iter()
    }

    /// As Mermaid's `stateDiagram-v2`.
    #[must_use]
    pub fn mermaid(&self) -> String {
        let mut text = String::from("stateDiagram-v2\n");
        for (node, name) in self.names() {
            let _ = writeln!(text, "    state \"{node}\" as {name}");
        }
        let _ = writeln!(text, "    [*] --> {}: submit", name(FIRST));
        for ((from, to), triggers) in self.arrows() {
            let _ = writeln!(text, "    {} --> {}: {}", name(from), name(to), triggers.join(", "));
        }
        text
    }

    /// As Graphviz's DOT.
    #[must_use]
    pub fn dot(&self) -> String {
        let mut text = String::from("digraph assignment_request {\n    node [shape=box, style=rounded];\n");
        for (node, name) in self.names() {
            let _ = writeln!(text, "    {name} [label=\"{node}\"];");
        }
        let _ = writeln!(text, "    start [shape=point];\n    start -> {} [label=\"submit\"];", name(FIRST));
        for ((from, to), triggers) in self.arrows() {
            let _ =
                writeln!(text, "    {} -> {} [label=\"{}\"];", name(from), name(to), triggers.join("\\n"));
        }
        text.push_str("}\n");
        text
    }

    fn names(&self) -> BTreeMap<Node, String> {
        self.edges.iter().flat_map(|edge| [edge.from, edge.to]).map(|node| (node, name(node))).collect()
    }

    /// The edges with those between the same two nodes as one: the triggers of each pair.
    #[must_use]
    pub fn arrows(&self) -> BTreeMap<(Node, Node), Vec<&str>> {
        let mut arrows: BTreeMap<_, Vec<&str>> = BTreeMap::new();
        for edge in &self.edges {
            arrows.entry((edge.from, edge.to)).or_default().push(&edge.trigger);
        }
        arrows
    }
}

/// Where every request begins.
const FIRST: Node = Node { state: State::Submitted, status: Status::Accepted };

/// A node's name in both languages.
fn name(node: Node) -> String {
    let mut name = node.state.to_string();
    name.push('_');
    name.push_str(node.status.into());
    name
}

/// What led from one request to the next, where it was one thing: a command in time, or a deadline that was reached.
fn trigger(step: &Step<'_>) -> Option<String> {
    let is_due = step.before.next_deadline().filter(|deadline| deadline.at.is_reached(step.now));
    let is_changed = step.events.is_ok_and(|events| !events.is_empty());
    match (&step.command.action, is_due) {
        (Action::Elapse, Some(deadline)) if deadline.at == step.now => {
            Some(alloc::format!("{} deadline", deadline.kind))
        }
        (action, None) if is_changed => Some(named(action)),
        (_, _) => None,
    }
}

/// An action's name, with what makes a difference to where it leads.
fn named(action: &Action) -> String {
    let name = action.kind();
    match action {
        Action::Resume(content) => match content.decision {
            None => name.to_string(),
            Some(decision @ (CallbackDecision::Denied | CallbackDecision::Canceled)) => {
                alloc::format!("{name} {decision}")
            }
        },
        Action::Decide(content) => match content.decision {
            decision @ (ApprovalDecision::Approve | ApprovalDecision::Deny) => {
                alloc::format!("{name} {decision}")
            }
        },
        Action::ReportDelivery { outcome, .. } => match outcome {
            DeliveryOutcome::Delivered | DeliveryOutcome::PartiallyDelivered | DeliveryOutcome::Failed => {
                alloc::format!("{name} {outcome}")
            }
        },
        Action::Process { .. }
        | Action::Cancel
        | Action::Reprocess
        | Action::ReportCalloutFailed { .. }
        | Action::Elapse => name.to_string(),
    }
}

const REQUESTOR: Uuid = Uuid::from_u128(0x7265_7175_6573_746f);
const PACKAGE: Uuid = Uuid::from_u128(0x7061_636b_6167);
const POLICY: Uuid = Uuid::from_u128(0x706f_6c69);
const ASSIGNMENT: Uuid = Uuid::from_u128(0x6173_7369_676e_6d65_6e74);

/// The requests from which everything that happens can be reached.
fn requests() -> Vec<Request> {
    let hour = Period::from_minutes(60);
    let start = Moment::from_ticks(17_672_184_000_000_000);
    let mut requests = Vec::new();
    for request_type in [RequestType::UserAdd, RequestType::UserUpdate, RequestType::UserRemove] {
        for on_callout_failure in [OnCalloutFailure::Fail, OnCalloutFailure::Hold] {
            for (is_approved, has_waits) in [(false, false), (false, true), (true, false), (true, true)] {
                for schedule in [None, start.map(|now| schedule(now, hour))] {
                    requests.extend(start.and_then(|now| {
                        request(request_type, on_callout_failure, is_approved, has_waits, schedule, now)
                    }));
                }
            }
        }
    }
    requests
}

/// From an hour on, for ten days.
fn schedule(now: Moment, hour: Period) -> Schedule {
    let end = now.saturating_add(Period::from_days(10));
    Schedule {
        start: Some(now.saturating_add(hour)),
        expiration: Expiration { kind: ExpirationType::AfterDateTime, end: Some(end), duration: None },
        has_recurrence: false,
    }
}

fn request(
    request_type: RequestType,
    on_callout_failure: OnCalloutFailure,
    is_approved: bool,
    has_waits: bool,
    schedule: Option<Schedule>,
    now: Moment,
) -> Option<Request> {
    let stage = ApprovalStageSpec {
        duration_before_automatic_denial: Some(Period::from_days(2)),
        is_approver_justification_required: false,
        is_escalation_enabled: has_waits,
        duration_before_escalation: Some(Period::from_days(1)),
    };
    let extension = |stage| ExtensionSpec {
        stage,
        custom_extension_id: None,
        callback: Some(CallbackConfiguration { timeout: Some(Period::from_minutes(60)) }),
    };
    let spec = PolicySpec {
        requestor_settings: RequestorSettings {
            self_add: true,
            self_update: true,
            self_remove: true,
            custom_schedule: true,
            ..RequestorSettings::NONE
        },
        approval: ApprovalSettings {
            is_required_for_add: is_approved,
            is_required_for_update: is_approved,
            is_requestor_justification_required: false,
            stages: alloc::vec![stage, stage],
        },
        extensions: if has_waits { RESUMABLE.map(extension).into() } else { Vec::new() },
        ..PolicySpec::EMPTY
    };
    let everywhere: StageSet = <Stage as strum::VariantArray>::VARIANTS.iter().copied().collect();
    let rules = RulesSpec { cancel_at: everywhere, on_callout_failure, ..Preset::Portal.spec() };
    let rules: Rules = rules.validate().ok()?;
    let policy = Policy::compile(&spec, &Limits::DEFAULT).ok()?.with_rules(rules);
    let existing = ExistingAssignment {
        id: ASSIGNMENT,
        target: REQUESTOR,
        access_package_id: PACKAGE,
        assignment_policy_id: POLICY,
    };
    let is_remove = request_type.operation() == Operation::Remove;
    let no_schedule = Schedule { start: None, expiration: Expiration::NOT_SPECIFIED, has_recurrence: false };
    let draft = Draft {
        assignment_id: Some(ASSIGNMENT),
        access_package_id: Some(PACKAGE),
        schedule: if is_remove { None } else { Some(schedule.unwrap_or(no_schedule)) },
        ..Draft::new(request_type)
    };
    let actor = Actor::new(REQUESTOR, request_type.initiator());
    let (request, _) = policy.submit(Uuid::from_u128(1), &draft, Some(&existing), actor, now).ok()?;
    Some(request)
}
