//! What holds for every policy, every draft and every sequence of commands.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use assignment_request::{
    Action, Actor, AdminBypass, ApprovalDecision, CallbackDecision, CalloutId, CalloutStage, CalloutStageSet,
    Command, DeliveryOutcome, DeterminedStage, Event, EventKind, ExpirationType, ExtensionId, Limits,
    OnCalloutFailure, Preset, Rejection, Request, RequestType, Resume, Role, StageDecision, Status,
    SubjectId, Tier, Timestamp,
};
use assignment_request_model::laws;
use proptest::prelude::*;
use proptest::sample::select;

use crate::common;
use crate::common::{
    ADMIN, APPROVER, DAY, DETERMINER, DETERMINING, HOST, HOUR, OTHER, REQUESTOR, SERVICE, Setup, TARGET,
    determined_stage, minutes, person, stage, t,
};

const PEOPLE: [SubjectId; 7] = [REQUESTOR, TARGET, APPROVER, ADMIN, SERVICE, HOST, OTHER];

/// A command that is made up when it is sent, so that it can name what there is then.
#[derive(Clone, Debug)]
struct Step {
    /// Minutes since the last step, perhaps back in time; none is the next deadline.
    after: Option<i64>,
    actor: Actor,
    /// Whether the actor's role is replaced by the one that the action takes.
    in_role: bool,
    action: usize,
    /// Which callout, stage or attempt, counted back from the last.
    back: usize,
    callback: CallbackDecision,
    tier: Tier,
    decision: ApprovalDecision,
    outcome: DeliveryOutcome,
    /// The approval stage that a callback at Determining carries, and others if it is misplaced.
    determined: DeterminedStage,
    is_misplaced: bool,
}

/// Stages that an extension determines: most are sound.
fn determinations() -> impl Strategy<Value = DeterminedStage> {
    let stage = (1..3 * DAY, prop::option::of(1..2 * HOUR), select(&PEOPLE[..]), any_bool()).prop_map(
        |(denial, escalation, approver, is_approver_justification_required)| DeterminedStage {
            is_approver_justification_required,
            is_escalation_enabled: escalation.is_some(),
            duration_before_escalation: escalation.map(minutes),
            escalation_approvers: vec![person(OTHER), person(APPROVER)],
            primary_approvers: vec![person(approver)],
            ..determined_stage(denial, None)
        },
    );
    prop_oneof![9 => stage, 1 => Just(DeterminedStage::default())]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let after = prop_oneof![
        5 => (0..40_i64).prop_map(Some),
        2 => (0..3 * DAY).prop_map(Some),
        1 => (-DAY..0).prop_map(Some),
        1 => (10 * DAY..20 * DAY).prop_map(Some),
        3 => Just(None),
    ];
    let actor = (select(&PEOPLE[..]), select(Role::ALL)).prop_map(|(id, role)| Actor::new(id, role));
    let callback = prop_oneof![3 => Just(CallbackDecision::Continue), 1 => select(CallbackDecision::ALL)];
    let decision = prop_oneof![4 => Just(ApprovalDecision::Approve), 1 => Just(ApprovalDecision::Deny)];
    let action = prop_oneof![1 => Just(0_usize), 4 => Just(1), 5 => Just(2), 1 => Just(3), 3 => Just(4), 4 => Just(5), 2 => Just(6), 2 => Just(7)];
    let back = prop_oneof![5 => Just(0_usize), 1 => 1..4_usize];
    let step = (
        after,
        actor,
        prop::bool::weighted(0.9),
        action,
        back,
        callback,
        select(Tier::ALL),
        decision,
        (select(DeliveryOutcome::ALL), determinations(), prop::bool::weighted(0.02)),
    )
        .prop_map(|(after, actor, in_role, action, back, callback, tier, decision, more)| {
            let (outcome, determined, is_misplaced) = more;
            Step {
                after,
                actor,
                in_role,
                action,
                back,
                callback,
                tier,
                decision,
                outcome,
                determined,
                is_misplaced,
            }
        });
    prop::collection::vec(step, 1..30)
}

fn setups() -> impl Strategy<Value = Setup> {
    let determiner = prop::option::weighted(0.3, select(vec![DETERMINER, ExtensionId::new(SERVICE.uuid())]));
    let approvals = prop::collection::vec((HOUR..3 * DAY, prop::option::of(1..HOUR), determiner), 0..4);
    let extensions = prop::collection::vec((select(CalloutStage::ALL), prop::option::of(5..DAY)), 0..6);
    let rules = (
        select(Preset::ALL),
        select(OnCalloutFailure::ALL),
        prop::option::of(1..20 * DAY),
        1..20 * DAY,
        select(AdminBypass::ALL),
        (any_bool(), any_bool(), prop::option::of(1..20 * DAY)),
    );
    let schedule =
        prop::option::of((prop::option::of(-DAY..4 * DAY), 4 * DAY..9 * DAY, select(ExpirationType::ALL)));
    let draft = (
        select(RequestType::ALL),
        schedule,
        any_bool(),
        prop::bool::weighted(0.05),
        prop::option::of(1..10 * DAY),
    );
    (
        approvals,
        extensions,
        rules,
        draft,
        select(vec![CalloutStageSet::of(CalloutStage::ALL), CalloutStageSet::of(&[])]),
    )
        .prop_map(
            |(
                approvals,
                extensions,
                rules,
                (request_type, schedule, by_email, is_validation_only, window),
                deny_at,
            )| {
                let (preset, on_callout_failure, timeout, reprocess_window, bypass, more) = rules;
                let (distinct, asks_for_bypass, accepted_timeout) = more;
                let mut setup = Setup { rules: preset.spec(), ..Setup::of(request_type) }.rules(|rules| {
                    rules.on_callout_failure = on_callout_failure;
                    rules.fulfillment_timeout = timeout.map(minutes);
                    rules.reprocess_window = minutes(reprocess_window);
                    rules.admin_bypasses_approval = bypass;
                    rules.distinct_approvers = distinct;
                    rules.accepted_timeout = accepted_timeout.map(minutes);
                    if preset == Preset::Portal {
                        rules.deny_at = deny_at;
                    }
                });
                for (denial, escalation, determiner) in approvals {
                    setup = match determiner {
                        Some(id) => setup.determined_by(id),
                        None => setup.approval(&[stage(denial, escalation)]),
                    };
                }
                for (stage, timeout) in extensions.into_iter().filter(|(stage, _)| *stage != DETERMINING) {
                    setup = match timeout {
                        Some(timeout) if !stage.is_pre_expiration() => setup.wait(stage, timeout),
                        Some(_) | None => setup.launch(stage),
                    };
                }
                setup.draft.is_validation_only = is_validation_only;
                if by_email && request_type == RequestType::AdminAdd {
                    setup = setup.by_email();
                } else if [RequestType::AdminAdd, RequestType::AdminUpdate].contains(&request_type) {
                    setup.draft.bypass_approval = asks_for_bypass && bypass != AdminBypass::Never;
                }
                let operation = request_type.operation();
                match schedule {
                    Some((start, end, kind)) if operation != assignment_request::Operation::Remove => {
                        let mut expiration = common::until(t(end));
                        expiration.kind = kind;
                        expiration.end = expiration.end.filter(|_| kind == ExpirationType::AfterDateTime);
                        expiration.duration = (kind == ExpirationType::AfterDuration).then(|| minutes(DAY));
                        setup.scheduled(start.map(t), expiration)
                    }
                    _ => {
                        if let Some(end) = window {
                            setup.spec.expiration = common::until(t(end));
                        }
                        setup
                    }
                }
            },
        )
}

fn any_bool() -> impl Strategy<Value = bool> {
    proptest::bool::ANY
}

impl Step {
    fn now(&self, request: &Request, last: Timestamp) -> Timestamp {
        match (self.after, request.next_deadline()) {
            (None, Some(deadline)) => deadline.at,
            (None, None) => last,
            (Some(minutes), _) => Timestamp::from_ticks(last.ticks() + minutes * 600_000_000).unwrap(),
        }
    }

    fn command(&self, request: &Request) -> Command {
        let callout = request.callouts().iter().rev().nth(self.back);
        let instance = callout.map_or(CalloutId::new(OTHER.uuid()), assignment_request::Callout::instance);
        let back = u32::try_from(self.back).unwrap();
        let decided = u32::try_from(request.reviews().len()).unwrap();
        let (role, action) = match self.action {
            0 => (Role::System, Action::Process { target: (self.back > 0).then_some(self.actor.id) }),
            1 => {
                let determines = callout.map(assignment_request::Callout::stage) == Some(DETERMINING)
                    && self.callback == CallbackDecision::Continue;
                let stage = callout
                    .map_or(CalloutStage::AssignmentRequestCreated, assignment_request::Callout::stage);
                (
                    Role::Extension,
                    Action::Resume(Resume {
                        instance,
                        stage,
                        decision: self.callback,
                        approval_stage: (determines != self.is_misplaced)
                            .then(|| self.determined.clone().into()),
                        source: None,
                        detail: None,
                    }),
                )
            }
            2 => {
                let stage = (decided + back) % 4;
                let content =
                    StageDecision { stage, tier: self.tier, decision: self.decision, justification: None };
                (Role::Approver, Action::DecideStage(content))
            }
            3 => (Role::Administrator, Action::Cancel),
            4 => (Role::Administrator, Action::Reprocess),
            5 => {
                let attempt = request.attempt().unwrap_or(1).saturating_sub(back);
                (Role::System, Action::ReportDelivery { attempt, outcome: self.outcome })
            }
            6 => (Role::System, Action::ReportCalloutFailed { instance, detail: None }),
            _ => (Role::System, Action::Elapse),
        };
        let role = if self.in_role { role } else { self.actor.role };
        Command::new(Actor::new(self.actor.id, role), action)
    }
}

/// What happened at one step.
struct Seen {
    before: Request,
    command: Command,
    now: Timestamp,
    outcome: Result<Vec<Event>, Rejection>,
    after: Request,
}

impl Seen {
    fn judged(&self) -> laws::Step<'_> {
        let Self { before, command, now, after, .. } = self;
        let outcome = self.outcome.as_deref().map_err(|rejection| *rejection);
        laws::Step { before, command, now: *now, outcome, after }
    }
}

/// A request's life, step by step, moved in time by some ticks.
fn live(setup: &Setup, steps: &[Step], shift: i64) -> (Vec<Event>, Vec<Seen>, Request) {
    let move_on = |timestamp: Timestamp| Timestamp::from_ticks(timestamp.ticks() + shift).unwrap();
    let mut setup = setup.clone();
    if let Some(schedule) = &mut setup.draft.schedule {
        schedule.start = schedule.start.map(move_on);
        schedule.expiration.end = schedule.expiration.end.map(move_on);
    }
    setup.spec.expiration.end = setup.spec.expiration.end.map(move_on);
    let playback = setup.submit_at(move_on(t(0)));
    let (mut request, mut events) = (playback.request, playback.events);
    let mut now = request.created();
    let mut seen = Vec::new();
    let process = Step {
        after: Some(1),
        actor: Actor::new(HOST, Role::System),
        in_role: true,
        action: 0,
        back: 0,
        callback: CallbackDecision::Continue,
        tier: Tier::Primary,
        decision: ApprovalDecision::Approve,
        outcome: DeliveryOutcome::Delivered,
        determined: DeterminedStage::default(),
        is_misplaced: false,
    };
    for step in std::iter::once(&process).chain(steps) {
        now = step.now(&request, now);
        let (before, command) = (request.clone(), step.command(&request));
        let outcome = request.handle(&command, now);
        events.extend(outcome.iter().flatten().cloned());
        seen.push(Seen { before, command, now, outcome, after: request.clone() });
    }
    (events, seen, request)
}

proptest! {
    #[test]
    fn every_law_holds_at_every_step(setup in setups(), steps in steps()) {
        let (events, seen, _) = live(&setup, &steps, 0);
        let mut known = 1;
        for step in &seen {
            known += step.outcome.as_ref().map_or(0, Vec::len);
            laws::check(&step.judged())?;
            laws::check_log(&events[..known], &Limits::default(), &step.after)?;
        }
        prop_assert_eq!(known, events.len());
    }

    #[cfg(feature = "serde")]
    #[test]
    fn i7_every_log_is_stored_and_read_back(setup in setups(), steps in steps()) {
        let (events, _, request) = live(&setup, &steps, 0);
        let bytes = serde_json::to_vec(&events).unwrap();
        let read: Vec<Event> = serde_json::from_slice(&bytes).unwrap();
        prop_assert_eq!(serde_json::to_vec(&read).unwrap(), bytes);
        prop_assert_eq!(&read, &events);
        prop_assert_eq!(Request::replay(&read, &Limits::default()), Ok(request));
    }

    #[test]
    fn n1_a_life_that_is_moved_in_time_is_the_same_life(setup in setups(), steps in steps(), days in -2_000..2_000_i64) {
        let shift = days * DAY * 600_000_000 + 7;
        let (_, here, _) = live(&setup, &steps, 0);
        let (_, there, _) = live(&setup, &steps, shift);
        for (here, there) in here.iter().zip(&there) {
            prop_assert_eq!(here.outcome.is_ok(), there.outcome.is_ok());
            prop_assert_eq!(here.after.status(), there.after.status());
            let names = |seen: &Seen| seen.outcome.iter().flatten().map(Event::name).collect::<Vec<_>>();
            prop_assert_eq!(names(here), names(there));
            let ticks = |seen: &Seen| {
                let deadline = seen.after.next_deadline().map(|deadline| deadline.at);
                [Some(seen.after.updated()), seen.after.completed(), deadline].map(|timestamp| timestamp.map(Timestamp::ticks))
            };
            let moved = ticks(here).map(|ticks| ticks.map(|ticks| ticks + shift));
            prop_assert_eq!(moved, ticks(there));
        }
    }
}

/// The properties are not empty: among many lives every status and every event is seen.
#[test]
fn t3_random_lives_come_to_every_status() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut statuses = std::collections::BTreeSet::new();
    let mut names = std::collections::BTreeSet::new();
    for _ in 0..600 {
        let setup = setups().new_tree(&mut runner).unwrap().current();
        let steps = steps().new_tree(&mut runner).unwrap().current();
        let (events, seen, _) = live(&setup, &steps, 0);
        statuses.extend(seen.iter().map(|step| step.after.status()));
        names.extend(events.iter().map(Event::name));
    }
    assert_eq!(statuses, Status::ALL.iter().copied().collect());
    assert_eq!(names, EventKind::NAMES.iter().copied().collect());
}
