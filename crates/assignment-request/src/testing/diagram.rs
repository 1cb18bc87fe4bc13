//! Finds the diagram of states, statuses and the transitions between them by exploring the machine.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{self, Write};

use crate::command::Action;
use crate::policy::Policy;
use crate::policy::rules::{OnCalloutFailure, Preset, RulesSpec};
use crate::policy::spec::{
    ApprovalSettings, ApprovalStageSpec, CallbackConfiguration, ExtensionBehavior, ExtensionSpec, PolicySpec,
    RequestorSettings, StageSpec,
};
use crate::request::Request;
use crate::request::phase::{Deadline, DeadlineKind};
use crate::submission::draft::{Draft, ExistingAssignment};
use crate::testing::explore::{Bounds, Step, explore};
use crate::vocabulary::actor::Actor;
use crate::vocabulary::callout_stage::{CalloutStage, CalloutStageSet, RESUMABLE};
use crate::vocabulary::decision::{ApprovalDecision, CallbackDecision, DeliveryOutcome};
use crate::vocabulary::duration::Period;
use crate::vocabulary::ids::{AccessPackageId, AssignmentId, ExtensionId, PolicyId, RequestId, SubjectId};
use crate::vocabulary::limits::Limits;
use crate::vocabulary::request_type::{Operation, RequestType};
use crate::vocabulary::schedule::{Expiration, ExpirationType, Schedule};
use crate::vocabulary::status::{State, Status};
use crate::vocabulary::timestamp::Timestamp;

/// A state and a status that occur together (rule T3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// The coarse state.
    pub state: State,
    /// The precise status.
    pub status: Status,
}

impl Node {
    /// Returns the node that a request is at.
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

/// A transition from one node to another, or back to the same one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edge {
    /// The node before the transition.
    pub from: Node,
    /// The node after it.
    pub to: Node,
    /// The command or the deadline that causes it.
    pub trigger: String,
}

/// The diagram of all states and statuses.
///
/// ```
/// use assignment_request::testing::diagram::Diagram;
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
    /// Explores the machine for every operation, with and without approval, a wait at each stage, and a scheduled start
    /// and end, under every rule that adds an edge.
    #[must_use]
    pub fn explore() -> Self {
        let mut edges = BTreeSet::new();
        for request in plans().into_iter().filter_map(Plan::request) {
            explore(&request, Bounds { attempts: 1, around_deadlines: false }, |step| {
                if let (Some(after), Some(trigger)) = (step.after, trigger(step)) {
                    edges.insert(Edge { from: Node::of(step.before), to: Node::of(after), trigger });
                }
            });
        }
        Self { edges }
    }

    /// Returns the edges, sorted.
    pub fn edges(&self) -> impl Iterator<Item = &Edge> {
        self.edges.iter()
    }

    /// Returns the diagram in the syntax of Mermaid's `stateDiagram-v2`.
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

    /// Returns the diagram in the DOT language of Graphviz.
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

    /// Returns the triggers of all edges, grouped by the nodes that they connect.
    #[must_use]
    pub fn arrows(&self) -> BTreeMap<(Node, Node), Vec<&str>> {
        let mut arrows: BTreeMap<_, Vec<&str>> = BTreeMap::new();
        for edge in &self.edges {
            arrows.entry((edge.from, edge.to)).or_default().push(&edge.trigger);
        }
        arrows
    }
}

/// The node at which every request begins.
const FIRST: Node = Node { state: State::Submitted, status: Status::Accepted };

/// Returns a node's name, which both languages use.
fn name(node: Node) -> String {
    let mut name = node.state.to_string();
    name.push('_');
    name.push_str(node.status.into());
    name
}

/// Returns the trigger of a step, or `None` if the step has no events or mixes several triggers: a trigger is a command
/// while no deadline is due, or one deadline.
fn trigger(step: &Step<'_>) -> Option<String> {
    let events = step.events.ok().filter(|events| !events.is_empty())?;
    let due = step.before.due_deadline(step.now);
    match (&step.command.action, due) {
        // After an escalation, the stage's own deadline may be due too.
        (Action::Elapse, Some(Deadline { kind: DeadlineKind::Escalation, .. })) if events.len() > 1 => None,
        (Action::Elapse, Some(deadline)) => Some(alloc::format!("{} deadline", deadline.kind)),
        (action, None) => Some(named(action)),
        (_, Some(_)) => None,
    }
}

/// Returns an action's name, with the content that affects where it leads.
fn named(action: &Action) -> String {
    let name = action.kind();
    match action {
        Action::Resume(content) => match content.decision {
            CallbackDecision::Continue => name.to_string(),
            decision @ (CallbackDecision::Deny | CallbackDecision::Cancel) => {
                alloc::format!("{name} {decision}")
            }
        },
        Action::DecideStage(content) => match content.decision {
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

/// The extension that every callout calls.
const EXTENSION: ExtensionId = ExtensionId::from_u128(0x0065_7874_656e_7369_6f6e);
const REQUESTOR: SubjectId = SubjectId::from_u128(0x7265_7175_6573_746f);
const PACKAGE: AccessPackageId = AccessPackageId::from_u128(0x7061_636b_6167);
const POLICY: PolicyId = PolicyId::from_u128(0x706f_6c69);
const ASSIGNMENT: AssignmentId = AssignmentId::from_u128(0x6173_7369_676e_6d65_6e74);

/// A request to explore from. Each plan covers a part of the machine.
#[derive(Clone, Copy, Debug)]
struct Plan {
    request_type: RequestType,
    /// The stages at which the request waits for a callback, in this order, apart from Determining.
    waits: [Option<CalloutStage>; 5],
    /// Whether the policy also calls extensions for which the request does not wait.
    launches: bool,
    approval: Approval,
    is_scheduled: bool,
    on_callout_failure: OnCalloutFailure,
}

/// The approval stages of a [`Plan`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Approval {
    None,
    /// Two stages with escalation.
    Set,
    /// Two stages, the second of which an extension determines.
    Determined,
}

/// Returns plans for every way along the route: from each place at which a request can wait to each that can come next.
/// A stage has two extensions if that makes a node lead to itself.
fn plans() -> Vec<Plan> {
    let created = CalloutStage::AssignmentRequestCreated;
    let approved = CalloutStage::AssignmentRequestApproved;
    let granted = CalloutStage::AssignmentRequestGranted;
    let removed = CalloutStage::AssignmentRequestRemoved;
    let mut plans = Vec::new();
    for on_callout_failure in [OnCalloutFailure::Fail, OnCalloutFailure::Hold] {
        for is_scheduled in [false, true] {
            let add = Plan {
                request_type: RequestType::UserAdd,
                waits: [None; 5],
                launches: false,
                approval: Approval::None,
                is_scheduled,
                on_callout_failure,
            };
            for first in [None, Some(created)] {
                for approval in [Approval::None, Approval::Set, Approval::Determined] {
                    for second in [None, Some(approved)] {
                        for third in [None, Some(granted)] {
                            let waits = [first, second, second, third, third];
                            plans.push(Plan { waits, approval, ..add });
                        }
                    }
                }
            }
            plans.push(Plan { approval: Approval::Set, launches: true, ..add });
        }
        plans.push(Plan {
            request_type: RequestType::UserRemove,
            waits: [Some(removed), None, None, None, None],
            launches: true,
            approval: Approval::None,
            is_scheduled: false,
            on_callout_failure,
        });
    }
    plans
}

impl Plan {
    /// Returns the policy. All durations are one or two days.
    fn policy(self) -> Option<Policy> {
        let (day, two_days) = (Period::from_days(1), Period::from_days(2));
        let set = StageSpec::Set(ApprovalStageSpec {
            duration_before_automatic_denial: Some(two_days),
            is_approver_justification_required: false,
            is_escalation_enabled: true,
            duration_before_escalation: Some(day),
        });
        let determined = StageSpec::Determined { custom_extension_id: Some(EXTENSION) };
        let wait = Some(ExtensionBehavior::LaunchAndWait(CallbackConfiguration { timeout: Some(day) }));
        let launched = RESUMABLE
            .into_iter()
            .filter(|stage| {
                self.launches && *stage != CalloutStage::AssignmentRequestDeterminingApprovalRequirements
            })
            .map(|stage| (stage, Some(ExtensionBehavior::LaunchAndContinue)));
        let determining = (self.approval == Approval::Determined)
            .then_some((CalloutStage::AssignmentRequestDeterminingApprovalRequirements, wait));
        let awaited = self.waits.into_iter().flatten().map(|stage| (stage, wait));
        let extensions = launched.chain(determining).chain(awaited);
        let is_approved = self.approval != Approval::None;
        let spec = PolicySpec {
            requestor_settings: RequestorSettings {
                self_add: true,
                self_update: true,
                self_remove: true,
                custom_schedule: true,
                ..RequestorSettings::default()
            },
            approval: ApprovalSettings {
                is_required_for_add: is_approved,
                is_required_for_update: is_approved,
                is_requestor_justification_required: false,
                stages: match self.approval {
                    Approval::None => Vec::new(),
                    Approval::Set => alloc::vec![set, set],
                    Approval::Determined => alloc::vec![set, determined],
                },
            },
            extensions: extensions
                .map(|(stage, behavior)| ExtensionSpec {
                    stage,
                    custom_extension_id: Some(EXTENSION),
                    behavior,
                })
                .collect(),
            ..PolicySpec::default()
        };
        let everywhere: CalloutStageSet = CalloutStage::ALL.iter().copied().collect();
        let rules = RulesSpec {
            cancel_at: everywhere,
            on_callout_failure: self.on_callout_failure,
            ..Preset::Portal.spec()
        };
        Some(Policy::compile(&spec, &Limits::default()).ok()?.with_rules(rules.validate().ok()?))
    }

    fn request(self) -> Option<Request> {
        let now = Timestamp::from_ticks(17_672_184_000_000_000)?;
        let half_days = |count: u32| now.saturating_add(Period::from_minutes(count * 12 * 60));
        let existing = ExistingAssignment {
            id: ASSIGNMENT,
            target: REQUESTOR,
            access_package_id: PACKAGE,
            assignment_policy_id: POLICY,
        };
        let end = Expiration { kind: ExpirationType::AfterDateTime, end: Some(half_days(7)), duration: None };
        let schedule = if self.is_scheduled {
            Schedule { start: Some(half_days(3)), expiration: end, has_recurrence: false }
        } else {
            Schedule { start: None, expiration: Expiration::default(), has_recurrence: false }
        };
        let is_removal = self.request_type.operation() == Operation::Remove;
        let draft = Draft {
            assignment_id: Some(ASSIGNMENT),
            access_package_id: Some(PACKAGE),
            schedule: (!is_removal).then_some(schedule),
            ..Draft::new(self.request_type)
        };
        let actor = Actor::new(REQUESTOR, self.request_type.initiator());
        let submitted = self.policy()?.submit(RequestId::from_u128(1), &draft, Some(&existing), actor, now);
        submitted.ok().map(|(request, _)| request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_plan_gives_a_request() {
        let plans = plans();
        for plan in &plans {
            assert!(plan.request().is_some(), "{plan:?}");
        }
        assert_eq!(plans.len(), 2 * (2 * (2 * 3 * 2 * 2 + 1) + 1));
    }
}
