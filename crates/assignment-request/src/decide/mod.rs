//! Deciding: from a request and a command to events or a rejection.

mod approval;
mod callout;
mod cancel;
pub(crate) mod deadlines;
pub(crate) mod decision;
mod deletion;
mod delivery;
pub(crate) mod emitter;
pub(crate) mod guards;
mod permission;
mod process;
mod route_progress;
pub(crate) mod settle;

use alloc::vec::Vec;

use crate::command::rejection::Rejection;
use crate::command::{Action, Command};
use crate::decide::decision::Decision;
use crate::decide::emitter::Emitter;
use crate::decide::guards::{FirstFailure, Guards};
use crate::request::Request;
use crate::request::event::Event;
use crate::vocabulary::rule::Rule;
use crate::vocabulary::timestamp::Timestamp;

/// Judges a command and returns its events, without changing the request. [`Request::apply`] applies the decision.
///
/// Deadlines that are due at `now` are applied first, and their events come first (rule N4). A decision has no events
/// if the command is accepted but has nothing to do (rule N5).
///
/// # What the host does
///
/// - It stores the events of a decision all or nothing, together with their [tasks](Event::task), and only if the stored
///   revision is still [`Decision::revision`] (rule I3). Then it does the tasks.
/// - **After a refusal,** it sends [`Action::Elapse`] at the same `now`, as [`Role::System`](crate::Role::System), and
///   stores its events before it answers (rule N6). A refusal may depend on a deadline that has passed, and a host with
///   a slower clock would otherwise give the opposite answer. [`Request::settle`] does both.
/// - **After a submission,** it sends [`Action::Process`]. Nothing else starts the route, and a request that is not
///   processed is denied when its processing deadline passes (rules W1, W7).
/// - It has authenticated the actor, and vouches for the role (rule T6).
///
/// # Errors
///
/// Returns the first broken rule, in the order revision, permission of the role, state, named part, identity, content
/// (rule I4). It can be any variant of [`Rejection`] except those about submission and deletion.
///
/// ```
/// use assignment_request::{
///     AccessPackageId, Action, Actor, Command, RequestId, Role, Status, SubjectId, Timestamp, decide,
/// };
///
/// # use assignment_request::{Draft, Limits, Policy, PolicySpec, RequestType, RequestorSettings};
/// # let requestor_settings = RequestorSettings { self_add: true, ..RequestorSettings::default() };
/// # let policy = Policy::compile(&PolicySpec { requestor_settings, ..PolicySpec::default() }, &Limits::default())?;
/// # let ada = Actor::new(SubjectId::from_u128(0xada), Role::User);
/// # let draft = Draft { access_package_id: Some(AccessPackageId::from_u128(1)), ..Draft::new(RequestType::UserAdd) };
/// # let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
/// # let (mut request, _) = policy.submit(RequestId::from_u128(2), &draft, None, ada, now)?;
/// let system = Actor::new(SubjectId::from_u128(3), Role::System);
/// let process = Command::new(system, Action::Process { target: None });
///
/// let decision = decide(&request, &process, now)?;
/// assert_eq!(request.status(), Status::Accepted, "nothing has changed");
///
/// // Here a host stores the events of the decision, all of them or none.
/// request.apply(&decision)?;
/// assert_eq!(request.status(), Status::Delivering);
///
/// let refusal = decide(&request, &process, now).unwrap_err();
/// assert_eq!(refusal.code(), "alreadyProcessing");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn decide(request: &Request, command: &Command, now: Timestamp) -> Result<Decision, Rejection> {
    let mut events = Vec::new();
    decide_into(request, command, now, &mut events)?;
    Ok(Decision::new(request, &command.action, events))
}

/// Same as [`decide`], but appends the events to `events`. A refusal leaves the buffer unchanged.
pub(crate) fn decide_into(
    request: &Request,
    command: &Command,
    now: Timestamp,
    events: &mut Vec<Event>,
) -> Result<(), Rejection> {
    let length = events.len();
    let result = judge(request, command, now, &mut FirstFailure, events);
    if result.is_err() {
        events.truncate(length);
    }
    result
}

impl Request {
    /// Judges a command, applies its events, and returns them for the host to store.
    ///
    /// The host has the same duties as after [`decide`]. In particular, after a refusal it also stores the deadlines that
    /// were due (rule N6). [`Request::settle`] judges a command in the same way, and returns what to store in each case.
    ///
    /// # Errors
    ///
    /// Same as [`decide`]. On an error, the request is unchanged (rule I1).
    pub fn handle(&mut self, command: &Command, now: Timestamp) -> Result<Vec<Event>, Rejection> {
        let mut events = Vec::new();
        self.handle_into(command, now, &mut events)?;
        Ok(events)
    }

    /// Same as [`Request::handle`], but appends the events to `events`. A host can reuse the buffer. After a refusal, it
    /// sends [`Action::Elapse`] with the same buffer and the same `now` (rule N6), or uses [`Request::settle`] instead.
    ///
    /// # Errors
    ///
    /// Same as [`decide`]. On an error, the request and the buffer are unchanged.
    pub fn handle_into(
        &mut self,
        command: &Command,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Result<(), Rejection> {
        let length = events.len();
        decide_into(self, command, now, events)?;
        self.fold_all(events.get(length..).unwrap_or_default());
        Ok(())
    }
}

/// The highest revision at which a command is judged (rule I3). It leaves room for more events than any command gives,
/// and no log gets that far.
const HIGHEST_REVISION: u64 = u64::MAX - u32::MAX as u64;

/// Judges a command: I3, permission, N4, then the command's own checks. `guards` receives every check.
pub(crate) fn judge(
    request: &Request,
    command: &Command,
    now: Timestamp,
    guards: &mut impl Guards,
    events: &mut Vec<Event>,
) -> Result<(), Rejection> {
    if let Some(expected) = command.expected_revision {
        let actual = request.revision;
        let conflict = Rejection::RevisionConflict { expected, actual };
        guards.check(Rule::I3, (expected != actual).then_some(conflict))?;
    }
    let is_full = request.revision > HIGHEST_REVISION;
    if is_full {
        guards.check(Rule::I3, Some(Rejection::RevisionLimitReached))?;
    }
    let action = command.action.kind();
    guards.check(action.permission_rule(), permission::why_not_permitted(request, command.actor, action))?;
    let now = now.max(request.updated);
    let request = request.apply_due_deadlines(now, events, |request| request.copy_to_judge(&command.action));
    dispatch(&request, command, guards, &mut Emitter::new(&request, now, events))
}

/// Judges a command during replay, when no deadline is due: permission, then the command's own checks.
pub(crate) fn dispatch_in_time(
    request: &Request,
    command: &Command,
    emitter: &mut Emitter<'_>,
) -> Result<(), Rejection> {
    match permission::why_not_permitted(request, command.actor, command.action.kind()) {
        Some(rejection) => Err(rejection),
        None => dispatch(request, command, &mut FirstFailure, emitter),
    }
}

/// Runs the command's own checks, and writes its events.
fn dispatch(
    request: &Request,
    command: &Command,
    guards: &mut impl Guards,
    emitter: &mut Emitter<'_>,
) -> Result<(), Rejection> {
    let actor = command.actor;
    match &command.action {
        Action::Process { target } => process::process(request, *target, guards, emitter),
        Action::Resume(content) => callout::resume(request, actor, content, guards, emitter),
        Action::DecideStage(content) => approval::decide_stage(request, actor, content, guards, emitter),
        Action::Cancel => cancel::cancel(request, actor, guards, emitter),
        Action::Reprocess => delivery::reprocess(request, actor, guards, emitter),
        Action::ReportDelivery { attempt, outcome } => {
            delivery::report_delivery(request, *attempt, *outcome, guards, emitter)
        }
        Action::ReportCalloutFailed { instance, detail } => {
            callout::report_callout_failed(request, *instance, detail.as_ref(), guards, emitter)
        }
        Action::Elapse => guards.end_of_checks(),
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;
    use crate::command::class::Class;
    use crate::inspect::explain::explain;
    use crate::policy::Policy;
    use crate::policy::spec::{
        ApprovalStageSpec, CallbackConfiguration, ExtensionBehavior, ExtensionSpec, PolicySpec,
        RequestorSettings,
    };
    use crate::request::event::DeliveryFailure;
    use crate::request::phase::Phase;
    use crate::submission::draft::Draft;
    use crate::vocabulary::actor::{Actor, Role};
    use crate::vocabulary::callout_stage::CalloutStage;
    use crate::vocabulary::decision::DeliveryOutcome;
    use crate::vocabulary::duration::Period;
    use crate::vocabulary::ids::{AccessPackageId, RequestId, SubjectId};
    use crate::vocabulary::limits::Limits;
    use crate::vocabulary::request_type::RequestType;

    const ADA: SubjectId = SubjectId::from_u128(0xada);
    const HOST: Actor = Actor::new(SubjectId::from_u128(3), Role::System);

    fn start() -> Timestamp {
        "2026-01-05T09:00:00Z".parse().unwrap()
    }

    /// Returns a request that waits to be processed, and then waits for an approver or a callback.
    fn accepted(is_approved: bool) -> Request {
        let mut spec = PolicySpec {
            requestor_settings: RequestorSettings { self_add: true, ..RequestorSettings::default() },
            ..PolicySpec::default()
        };
        let hour = Some(Period::from_minutes(60));
        if is_approved {
            spec.approval.is_required_for_add = true;
            let stage = ApprovalStageSpec {
                duration_before_automatic_denial: hour,
                is_approver_justification_required: false,
                is_escalation_enabled: false,
                duration_before_escalation: None,
            };
            spec.approval.stages.push(stage.into());
        } else {
            spec.extensions.push(ExtensionSpec {
                stage: CalloutStage::AssignmentRequestCreated,
                custom_extension_id: None,
                behavior: Some(ExtensionBehavior::LaunchAndWait(CallbackConfiguration { timeout: hour })),
            });
        }
        let draft = Draft {
            access_package_id: Some(AccessPackageId::from_u128(1)),
            ..Draft::new(RequestType::UserAdd)
        };
        let policy = Policy::compile(&spec, &Limits::default()).unwrap();
        policy.submit(RequestId::from_u128(0), &draft, None, Actor::new(ADA, Role::User), start()).unwrap().0
    }

    fn process() -> Command {
        Command::new(HOST, Action::Process { target: None })
    }

    #[test]
    fn i3_a_revision_that_cannot_be_counted_further_is_refused() {
        let full = Rejection::RevisionLimitReached;
        assert_eq!((full.code(), full.class(), full.rule()), ("limitReached", Class::Conflict, Rule::I3));
        let mut last = accepted(true);
        last.revision = HIGHEST_REVISION;
        let events = last.handle(&process(), start()).unwrap();
        assert_eq!(events.iter().map(|event| event.sequence).collect::<Vec<_>>(), [HIGHEST_REVISION + 1]);
        assert_eq!(last.revision(), HIGHEST_REVISION + 1, "it never comes again");

        // This holds for every role and action. Only the check of the expected revision comes first.
        let late = start().saturating_add(Period::from_days(100));
        for action in last.sample_actions(late) {
            for role in Role::ALL {
                let command = Command::new(Actor::new(ADA, *role), action.clone());
                for now in [start(), late] {
                    assert_eq!(decide(&last, &command, now), Err(full));
                    assert_eq!(last.clone().handle(&command, now), Err(full));
                    assert_eq!(explain(&last, &command, now).failures().next(), Some(full));
                }
                let actual = last.revision;
                let conflict = Rejection::RevisionConflict { expected: 1, actual };
                assert_eq!(decide(&last, &command.clone().expecting(1), late), Err(conflict));
                assert_eq!(decide(&last, &command.expecting(actual), late), Err(full));
            }
        }
        assert_eq!(last.permitted(HOST, late), []);
        assert!(
            last.describe(late).ends_with("Nothing can be done about it any more."),
            "{}",
            last.describe(late)
        );
    }

    #[test]
    fn f1_q3_an_attempt_that_cannot_be_counted_further_is_refused() {
        let full = Rejection::AttemptLimitReached;
        let reprocess = Command::new(HOST, Action::Reprocess);
        let report = |attempt| {
            Command::new(HOST, Action::ReportDelivery { attempt, outcome: DeliveryOutcome::Failed })
        };
        let mut request = accepted(false);
        request.handle(&process(), start()).unwrap();
        let instance = request.callouts.last().unwrap().instance;
        let failed = Command::new(HOST, Action::ReportCalloutFailed { instance, detail: None });
        request.handle(&failed, start()).unwrap();
        request.callouts.last_mut().unwrap().attempt = u32::MAX - 1;
        assert_eq!(request.handle(&reprocess, start()).unwrap().len(), 2);
        let last = request.callouts.last().unwrap();
        assert_eq!(last.attempt, u32::MAX);
        let failed =
            Command::new(HOST, Action::ReportCalloutFailed { instance: last.instance, detail: None });
        request.handle(&failed, start()).unwrap();
        assert_eq!(decide(&request, &reprocess, start()), Err(full));

        let mut request = accepted(false);
        request.phase = Phase::DeliveryFailed(DeliveryFailure::Fulfillment);
        (request.attempt, request.completed) = (u32::MAX - 1, Some(start()));
        request.reprocess_from = request.completed;
        request.handle(&reprocess, start()).unwrap();
        assert_eq!(request.attempt(), Some(u32::MAX));
        let beyond = decide(&request, &report(0), start()).unwrap_err();
        assert_eq!(beyond.to_string(), "the report is about attempt 0; the current one is 4294967295");
        request.handle(&report(u32::MAX), start()).unwrap();
        assert_eq!(decide(&request, &reprocess, start()), Err(full));
        let checks = explain(&request, &reprocess, start()).checks;
        let checks: Vec<_> = checks.iter().map(|check| (check.rule, check.failure)).collect();
        let passed = [Rule::Q1, Rule::Q1, Rule::Q2, Rule::Q2].map(|rule| (rule, None));
        assert_eq!(checks, [&passed[..], &[(Rule::F1, Some(full))]].concat(), "last of all");
        assert_eq!(request.handle(&reprocess, start()), Err(full), "and not repeated");
    }
}
