//! Generates complete histories of requests.

use alloc::sync::Arc;
use alloc::vec::Vec;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any};
use proptest::prop_oneof;
use proptest::sample::{Index, select};

use crate::command::rejection::Rejection;
use crate::command::{Action, Command, Resume, StageDecision};
use crate::policy::Policy;
use crate::policy::rules::RulesSpec;
use crate::policy::spec::{PolicySpec, QuestionForm, QuestionSpec};
use crate::request::Request;
use crate::request::callout::Callout;
use crate::request::determined_stage::{Approver, ApproverKind, DeterminedStage};
use crate::request::event::Event;
use crate::request::phase::Phase;
use crate::submission::draft::{Draft, DraftAnswer, ExistingAssignment};
use crate::testing::strategies::{
    ACCESS_PACKAGE, ADA, APPROVERS, ASSIGNMENT, ASSIGNMENT_POLICY, BOB, HOST, commands, later, minutes_later,
    policies, rules, schedules, start, texts,
};
use crate::vocabulary::actor::{Actor, Role};
use crate::vocabulary::callout_stage::CalloutStage;
use crate::vocabulary::decision::{ApprovalDecision, CallbackDecision, DeliveryOutcome, Tier};
use crate::vocabulary::duration::Period;
use crate::vocabulary::ids::{CalloutId, RequestId, SubjectId};
use crate::vocabulary::limits::Limits;
use crate::vocabulary::request_type::{Operation, RequestType};
use crate::vocabulary::schedule::{Expiration, Schedule};
use crate::vocabulary::status::Status;
use crate::vocabulary::timestamp::Timestamp;

/// The ids that requests can have.
const REQUESTS: [RequestId; 2] = [RequestId::from_u128(0xd0), RequestId::from_u128(0xd1)];

/// The history of a request: its submission, every command that it was given, and the outcomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The policy under which the request was made.
    pub policy: PolicySpec,
    /// The rules that the host set.
    pub rules: RulesSpec,
    /// The submitted draft.
    pub draft: Draft,
    /// The assignment that an Update or a Remove is about.
    pub assignment: Option<ExistingAssignment>,
    /// The actor who submitted the draft.
    pub requestor: Actor,
    /// The request just after its submission.
    pub submitted: Request,
    /// The first event.
    pub submission: Event,
    /// The commands, in order.
    pub steps: Vec<Step>,
    /// The request after the last step.
    pub request: Request,
}

/// A command, and its outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The command.
    pub command: Command,
    /// When the command was given. A host's clock may go backwards; a request's time does not (rule N3).
    pub now: Timestamp,
    /// The events, or the rejection. An accepted command that had no effect has no events.
    pub outcome: Result<Vec<Event>, Rejection>,
}

impl History {
    /// Returns all events, in order.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        let accepted = self.steps.iter().filter_map(|step| step.outcome.as_ref().ok());
        core::iter::once(&self.submission).chain(accepted.flatten())
    }
}

/// Generates histories of up to 24 commands, most of which advance the request. The others are duplicates, come from
/// the wrong actor, come too late, or make no sense, so some of them are refused.
///
/// The machine itself makes every history, also when proptest shrinks it, so every history can really happen.
pub fn histories() -> impl Strategy<Value = History> {
    let asked = (
        policies(),
        rules(),
        any::<Index>(),
        option::of(schedules()),
        proptest::bool::weighted(0.2),
        select(&REQUESTS[..]),
    );
    (asked, vec(intents(), 0..=24)).prop_filter_map(
        "somebody can always ask",
        |((policy, rules, first, schedule, has_email, id), intents)| {
            let compiled =
                Policy::compile(&policy, &Limits::default()).ok()?.with_rules(rules.validate().ok()?);
            // Use the first type of request, beginning with a random one, that the policy accepts. The types of the
            // system are always accepted.
            let skipped = first.index(RequestType::ALL.len());
            let types = RequestType::ALL.iter().cycle().skip(skipped).take(RequestType::ALL.len());
            let no_end = Schedule { start: None, expiration: Expiration::default(), has_recurrence: false };
            let schedules = [schedule, Some(no_end), None];
            let (draft, assignment, requestor, (submitted, submission)) = types
                .flat_map(|request_type| schedules.map(|schedule| (*request_type, schedule)))
                .find_map(|(request_type, schedule)| {
                    let (draft, assignment) = fitting(&policy, request_type, schedule, has_email);
                    let requestor = Actor::new(ADA, request_type.initiator());
                    let made = compiled.submit(id, &draft, assignment.as_ref(), requestor, start()).ok()?;
                    Some((draft, assignment, requestor, made))
                })?;
            let mut history = History {
                policy,
                rules,
                draft,
                assignment,
                requestor,
                request: submitted.clone(),
                submitted,
                submission,
                steps: Vec::with_capacity(intents.len()),
            };
            for intent in intents {
                history.step(intent);
            }
            Some(history)
        },
    )
}

/// Returns a draft of this type that the policy may accept.
fn fitting(
    policy: &PolicySpec,
    request_type: RequestType,
    schedule: Option<Schedule>,
    has_email: bool,
) -> (Draft, Option<ExistingAssignment>) {
    let access_package_id = policy.access_package_id.unwrap_or(ACCESS_PACKAGE);
    let assignment_policy_id = policy.id.unwrap_or(ASSIGNMENT_POLICY);
    let empty = Draft { justification: Some(Arc::from("because")), schedule, ..Draft::new(request_type) };
    if request_type.operation() != Operation::Add {
        let draft = Draft { assignment_id: Some(ASSIGNMENT), ..empty };
        let target = if request_type.initiator() == Role::User { ADA } else { BOB };
        let found = ExistingAssignment { id: ASSIGNMENT, target, access_package_id, assignment_policy_id };
        return (draft, Some(found));
    }
    let has_email = has_email && request_type == RequestType::AdminAdd;
    let required = policy.questions.iter().filter(|question| question.is_required);
    let draft = Draft {
        access_package_id: Some(access_package_id),
        assignment_policy_id: Some(assignment_policy_id),
        target_id: (request_type != RequestType::UserAdd && !has_email).then_some(BOB),
        target_email: has_email.then(|| Arc::from("bob@example.com")),
        answers: required.filter_map(answer).collect(),
        ..empty
    };
    (draft, None)
}

/// Returns an answer that the question accepts.
fn answer(question: &QuestionSpec) -> Option<DraftAnswer> {
    let value = match &question.form {
        QuestionForm::TextInput { .. } => "abc",
        QuestionForm::MultipleChoice { choices, .. } => choices.first()?.actual_value.as_str(),
    };
    Some(DraftAnswer { question_id: question.id?, question_kind: None, value: Some(Arc::from(value)) })
}

/// The next step to take. It becomes a command only when the request's state is known, so it still makes sense after
/// shrinking removes earlier steps.
#[derive(Clone, Debug)]
struct Intent {
    what: What,
    when: When,
}

#[derive(Clone, Debug)]
enum What {
    /// The command that advances the request.
    Onward {
        outcome: DeliveryOutcome,
        approver: SubjectId,
        tier: Tier,
    },
    /// The awaited approver or extension refuses.
    Refuse(CallbackDecision, Option<Arc<str>>),
    /// The callout that was started last fails.
    FailCallout(Option<Arc<str>>),
    /// The actor who made the request cancels it.
    Cancel,
    /// The last command is given again.
    Again,
    /// The requestor gives a command that would advance the request but is not theirs to give.
    ByRequestor,
    /// Time passes.
    Elapse,
    Anything(Command),
}

#[derive(Clone, Debug)]
enum When {
    Same,
    Minutes(i64),
    /// The number of ticks after the next deadline.
    Deadline(i64),
}

fn intents() -> impl Strategy<Value = Intent> {
    let onward = (select(DeliveryOutcome::ALL), select(&APPROVERS[..]), select(Tier::ALL))
        .prop_map(|(outcome, approver, tier)| What::Onward { outcome, approver, tier });
    let what = prop_oneof![
        12 => onward,
        1 => (select(&[CallbackDecision::Deny, CallbackDecision::Cancel][..]), texts()).prop_map(|(decision, why)| What::Refuse(decision, why)),
        1 => texts().prop_map(What::FailCallout),
        1 => Just(What::Cancel),
        2 => Just(What::Again),
        1 => Just(What::ByRequestor),
        2 => Just(What::Elapse),
        2 => commands().prop_map(What::Anything),
    ];
    let when = prop_oneof![
        8 => Just(When::Same),
        4 => (1_i64..60).prop_map(When::Minutes),
        1 => (-1_000_i64..0).prop_map(When::Minutes),
        3 => (-1_i64..=1).prop_map(When::Deadline),
    ];
    (what, when).prop_map(|(what, when)| Intent { what, when })
}

impl History {
    fn step(&mut self, Intent { what, when }: Intent) {
        let last = self.steps.last();
        let now = last.map_or_else(start, |step| step.now);
        let now = match (when, self.request.next_deadline()) {
            (When::Minutes(minutes), _) => minutes_later(now, minutes),
            (When::Deadline(ticks), Some(deadline)) => later(deadline.at, ticks),
            (When::Same | When::Deadline(_), _) => now,
        };
        let usual = |outcome, approver, tier| onward(&self.request, outcome, approver, tier);
        let command = match (what, last) {
            (What::Again, Some(step)) => step.command.clone(),
            (What::Anything(command), _) => command,
            (What::Onward { outcome, approver, tier }, _) => usual(outcome, approver, tier),
            (What::Cancel, _) => {
                let role = if self.requestor.role == Role::System { Role::System } else { Role::User };
                Command::new(Actor::new(ADA, role), Action::Cancel)
            }
            (What::ByRequestor, _) => {
                let command = usual(DeliveryOutcome::Delivered, ADA, Tier::Primary);
                Command { actor: Actor::new(ADA, command.actor.role), ..command }
            }
            (What::Refuse(decision, why), _) => {
                refused(usual(DeliveryOutcome::Failed, HOST, Tier::Primary), decision, why)
            }
            (What::FailCallout(detail), _) => {
                let callout = self.request.callouts().last();
                let instance = callout.map_or(CalloutId::from_u128(0), Callout::instance);
                Command::new(Actor::new(HOST, Role::System), Action::ReportCalloutFailed { instance, detail })
            }
            (What::Elapse | What::Again, _) => Command::new(Actor::new(HOST, Role::System), Action::Elapse),
        };
        let outcome = self.request.handle(&command, now);
        self.steps.push(Step { command, now, outcome });
    }
}

/// Returns the command that advances the request, or `Elapse` if no other command does.
fn onward(request: &Request, outcome: DeliveryOutcome, approver: SubjectId, tier: Tier) -> Command {
    let (role, action) = match (request.phase(), request.callouts().last()) {
        (Phase::Accepted { .. }, _) => {
            (Role::System, Action::Process { target: request.target().is_none().then_some(BOB) })
        }
        (Phase::WaitingForCallback { stage, .. }, Some(callout)) => {
            let resume = Resume {
                instance: callout.instance(),
                stage,
                decision: CallbackDecision::Continue,
                approval_stage: (stage == CalloutStage::AssignmentRequestDeterminingApprovalRequirements)
                    .then(|| determined_stage(request)),
                source: None,
                detail: None,
            };
            (Role::Extension, Action::Resume(resume))
        }
        (Phase::PendingApproval { stage, .. }, _) => {
            let tier =
                if request.status() == Status::PendingApprovalEscalated { tier } else { Tier::Primary };
            let decision = ApprovalDecision::Approve;
            let justification = Some(Arc::from("of course"));
            let decide = StageDecision { stage, tier, decision, justification };
            return Command::new(Actor::new(approver, Role::Approver), Action::DecideStage(decide));
        }
        (Phase::Delivering { .. }, _) => {
            (Role::System, Action::ReportDelivery { attempt: request.attempt().unwrap_or(0), outcome })
        }
        (Phase::PartiallyDelivered | Phase::DeliveryFailed(_), _) => (Role::Administrator, Action::Reprocess),
        (
            Phase::WaitingForCallback { .. }
            | Phase::Scheduled { .. }
            | Phase::Delivered
            | Phase::Denied(_)
            | Phase::Canceled(_),
            _,
        ) => (Role::System, Action::Elapse),
    };
    Command::new(Actor::new(HOST, role), action)
}

/// Returns an approval stage that the rules allow. The first stage and every second one after it escalate.
fn determined_stage(request: &Request) -> Arc<DeterminedStage> {
    let approver = Approver { kind: ApproverKind::SingleUser(APPROVERS[0]), is_backup: false };
    let longest = request.route().rules().spec().determined_stage_limit;
    Arc::new(DeterminedStage {
        duration_before_automatic_denial: Some(longest),
        is_escalation_enabled: request.determinations.len().is_multiple_of(2),
        duration_before_escalation: Period::from_ticks(longest.ticks() / 2),
        primary_approvers: alloc::vec![approver.clone()],
        escalation_approvers: alloc::vec![approver],
        ..DeterminedStage::default()
    })
}

/// Returns the same command with a refusal as its decision.
fn refused(command: Command, decision: CallbackDecision, why: Option<Arc<str>>) -> Command {
    let action = match command.action {
        Action::Resume(resume) => {
            Action::Resume(Resume { decision, approval_stage: None, detail: why, ..resume })
        }
        Action::DecideStage(decide) => {
            Action::DecideStage(StageDecision { decision: ApprovalDecision::Deny, ..decide })
        }
        other => other,
    };
    Command { action, ..command }
}
