//! What holds for every policy, every draft and every sequence of commands.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use assignment_request::{
    Action, Actor, AdminBypass, ApprovalDecision, Approver, ApproverKind, CallbackDecision, CalloutStage,
    CalloutStageSet, CalloutStatus, Command, Decision, DeliveryOutcome, DenialReason, DeterminedStage, Event,
    EventKind, ExpirationType, Limits, OnCalloutFailure, Preset, Request, RequestType, Resume, Role,
    RouteStage, StageDecision, State, Status, Tier, Timestamp, decide,
};
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

#[expect(dead_code, reason = "helpers of all test files")]
mod common;

use common::{
    ADMIN, APPROVER, DAY, DETERMINER, DETERMINING, HOST, HOUR, OTHER, REQUESTOR, SERVICE, Setup, TARGET,
    determined, minutes, person, stage, t,
};

const PEOPLE: [Uuid; 7] = [REQUESTOR, TARGET, APPROVER, ADMIN, SERVICE, HOST, OTHER];

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
            ..determined(denial)
        },
    );
    prop_oneof![9 => stage, 1 => Just(DeterminedStage::EMPTY)]
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
    let determiner = prop::option::weighted(0.3, select(&[DETERMINER, SERVICE][..]));
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
        let instance = callout.map_or(OTHER, assignment_request::Callout::instance);
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
    after: Request,
    events: Vec<Event>,
    is_accepted: bool,
}

/// A request's life, step by step, moved in time by some ticks.
fn live(setup: &Setup, steps: &[Step], shift: i64) -> (Vec<Event>, Vec<Seen>, Request) {
    let move_on = |moment: Timestamp| Timestamp::from_ticks(moment.ticks() + shift).unwrap();
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
        determined: DeterminedStage::EMPTY,
        is_misplaced: false,
    };
    for step in std::iter::once(&process).chain(steps) {
        now = step.now(&request, now);
        let (before, command) = (request.clone(), step.command(&request));
        let result = request.handle(&command, now);
        let is_accepted = result.is_ok();
        let new = result.unwrap_or_default();
        events.extend(new.iter().cloned());
        seen.push(Seen { before, command, now, after: request.clone(), events: new, is_accepted });
    }
    (events, seen, request)
}

fn is_terminal(request: &Request) -> bool {
    matches!(request.state(), State::Denied | State::Canceled)
}

proptest! {
    #[test]
    fn i2_i3_replayed_events_give_the_request_after_every_command(setup in setups(), steps in steps()) {
        let (events, seen, request) = live(&setup, &steps, 0);
        prop_assert_eq!(Request::replay(&events, &Limits::DEFAULT), Ok(request));
        let mut length = 1;
        for step in seen {
            length += step.events.len();
            prop_assert_eq!(step.after.revision(), length as u64);
            prop_assert_eq!(Request::replay(&events[..length], &Limits::DEFAULT), Ok(step.after));
        }
    }

    #[cfg(feature = "serde")]
    #[test]
    fn i7_every_log_is_stored_and_read_back(setup in setups(), steps in steps()) {
        let (events, _, request) = live(&setup, &steps, 0);
        let bytes = serde_json::to_vec(&events).unwrap();
        let read: Vec<Event> = serde_json::from_slice(&bytes).unwrap();
        prop_assert_eq!(serde_json::to_vec(&read).unwrap(), bytes);
        prop_assert_eq!(&read, &events);
        prop_assert_eq!(Request::replay(&read, &Limits::DEFAULT), Ok(request));
    }

    #[test]
    fn i1_n4_a_refused_command_changes_nothing(setup in setups(), steps in steps()) {
        let (_, seen, _) = live(&setup, &steps, 0);
        for step in seen {
            let again = decide(&step.before, &step.command, step.now);
            prop_assert_eq!(again.is_ok(), step.is_accepted, "a decision is a function of its arguments (N1)");
            if !step.is_accepted {
                prop_assert_eq!(step.after, step.before);
                prop_assert_eq!(step.events.len(), 0);
            }
        }
    }

    #[test]
    fn k2_w1_denied_and_canceled_are_the_end(setup in setups(), steps in steps()) {
        let (_, seen, _) = live(&setup, &steps, 0);
        for step in seen.iter().filter(|step| is_terminal(&step.before)) {
            prop_assert_eq!(step.after.phase(), step.before.phase());
            prop_assert_eq!(step.after.completed(), step.before.completed());
            // A launch that failed can be reported at any time, and nothing else.
            let is_report = |event: &Event| matches!(event.kind, EventKind::CalloutFailed { .. });
            prop_assert!(step.events.iter().all(is_report), "{:?}", step.events);
        }
    }

    #[test]
    fn w6_nothing_is_fulfilled_before_every_yes(setup in setups(), steps in steps()) {
        let (events, seen, _) = live(&setup, &steps, 0);
        let mut approved = 0;
        let mut has_ordered = false;
        let mut open_waits = Vec::new();
        for event in &events {
            match &event.kind {
                EventKind::StageApproved { .. } => approved += 1,
                EventKind::CalloutStarted { instance, deadline: Some(_), .. } => open_waits.push(*instance),
                EventKind::CallbackReceived { instance, decision: CallbackDecision::Continue, .. } => open_waits.retain(|open| open != instance),
                // A failed wait is open until its next attempt, which is another instance.
                EventKind::Reprocessed { .. } => open_waits.clear(),
                EventKind::FulfillmentOrdered { .. } => {
                    prop_assert_eq!(approved, seen[0].before.approval_stages().len());
                    prop_assert_eq!(open_waits.len(), 0);
                    has_ordered = true;
                }
                EventKind::Denied(_) => prop_assert!(!has_ordered, "denied after an order"),
                _ => {}
            }
        }
        for step in seen.iter().filter(|step| step.after.attempt().is_some()) {
            let waits = step.after.callouts().iter().filter(|callout| callout.status() == CalloutStatus::WaitingForCallback);
            prop_assert_eq!(waits.count(), 0);
            prop_assert_eq!(step.after.reviews().len(), step.after.approval_stages().len());
        }
    }

    #[test]
    fn v5_r7_nobody_approves_or_resumes_what_concerns_them(setup in setups(), steps in steps()) {
        let (events, _, request) = live(&setup, &steps, 0);
        let concerned = |id: Uuid| id == request.requestor() || Some(id) == request.target();
        let mut approvers = Vec::new();
        for event in &events {
            match &event.kind {
                EventKind::StageApproved { approver, .. } => {
                    prop_assert!(!concerned(*approver));
                    approvers.push(*approver);
                }
                EventKind::Denied(DenialReason::Approver { approver, .. }) => {
                    prop_assert!(!concerned(*approver));
                }
                EventKind::CallbackReceived { actor, .. } => prop_assert!(!concerned(actor.id)),
                _ => {}
            }
        }
        if setup.rules.distinct_approvers {
            let count = approvers.len();
            approvers.sort_unstable();
            approvers.dedup();
            prop_assert_eq!(approvers.len(), count);
        }
    }

    #[test]
    fn y5_y8_y12_a_stage_is_determined_before_any_approval_and_not_by_who_decides_it(
        setup in setups(),
        steps in steps(),
    ) {
        let (events, seen, request) = live(&setup, &steps, 0);
        let stages = request.approval_stages();
        let count = stages.iter().filter(|stage| matches!(stage, RouteStage::Determined { .. })).count();
        let mut determined = 0;
        for event in &events {
            match &event.kind {
                EventKind::CalloutStarted { stage, .. } if *stage == DETERMINING => {
                    prop_assert!(determined < count, "called though all is determined");
                }
                EventKind::CallbackReceived { approval_stage: Some(stage), actor, .. } => {
                    determined += 1;
                    let excluded = [Some(request.requestor()), request.target(), Some(actor.id)];
                    let counts = |approver: &Approver| match approver.kind {
                        ApproverKind::SingleUser(id) => !excluded.contains(&Some(id)),
                        _ => true,
                    };
                    prop_assert!(stage.primary_approvers.iter().any(counts));
                    let limit = setup.rules.determined_stage_limit;
                    prop_assert!(stage.duration_before_automatic_denial.is_some_and(|denial| denial <= limit));
                }
                EventKind::ApprovalRequested { .. } => prop_assert_eq!(determined, count, "asked too early"),
                EventKind::StageApproved { stage, approver, .. }
                | EventKind::Denied(DenialReason::Approver { stage, approver, .. }) => {
                    let by = request.determination(*stage).map(assignment_request::Determination::by);
                    prop_assert_ne!(by, Some(*approver));
                }
                _ => {}
            }
        }
        for step in seen.iter().filter(|step| step.after.status() == Status::PendingApproval) {
            let known = (0..3).filter(|stage| step.after.determination(*stage).is_some()).count();
            prop_assert_eq!(known, count);
        }
    }

    #[test]
    fn i1_f3_r3_what_is_sent_twice_does_nothing_more(setup in setups(), steps in steps()) {
        let (_, seen, _) = live(&setup, &steps, 0);
        for step in seen.iter().filter(|step| step.is_accepted) {
            if let Ok(events) = decide(&step.after, &step.command, step.now) {
                prop_assert_eq!(events.events().len(), 0, "{:?}", step.command);
            }
        }
    }

    #[test]
    fn n3_n5_the_next_deadline_is_ahead_and_moments_never_run_back(setup in setups(), steps in steps()) {
        let (events, seen, _) = live(&setup, &steps, 0);
        prop_assert!(events.windows(2).all(|pair| pair[0].at <= pair[1].at && pair[0].sequence + 1 == pair[1].sequence));
        for step in seen {
            let now = step.now.max(step.before.updated());
            prop_assert!(step.events.iter().all(|event| event.at == now));
            prop_assert!(step.after.next_deadline().is_none_or(|deadline| deadline.at > step.after.updated()));
        }
    }

    #[test]
    fn n4_n5_elapse_at_the_next_deadline_moves_the_request(setup in setups(), steps in steps()) {
        let (_, seen, _) = live(&setup, &steps, 0);
        let elapse = Command::new(Actor::new(HOST, Role::System), Action::Elapse);
        for step in seen {
            let Some(deadline) = step.after.next_deadline() else { continue };
            let mut request = step.after.clone();
            let events = request.handle(&elapse, deadline.at).unwrap();
            prop_assert!(!events.is_empty());
            prop_assert_ne!(request.phase(), step.after.phase());
            let early = Timestamp::from_ticks(deadline.at.ticks() - 1).unwrap();
            prop_assert_eq!(decide(&step.after, &elapse, early).map(Decision::into_events), Ok(Vec::new()));
        }
    }

    #[test]
    fn n1_a_life_that_is_moved_in_time_is_the_same_life(setup in setups(), steps in steps(), days in -2_000..2_000_i64) {
        let shift = days * DAY * 600_000_000 + 7;
        let (_, here, _) = live(&setup, &steps, 0);
        let (_, there, _) = live(&setup, &steps, shift);
        for (here, there) in here.iter().zip(&there) {
            prop_assert_eq!(here.is_accepted, there.is_accepted);
            prop_assert_eq!(here.after.status(), there.after.status());
            let names = |seen: &Seen| seen.events.iter().map(Event::name).collect::<Vec<_>>();
            prop_assert_eq!(names(here), names(there));
            let ticks = |seen: &Seen| {
                let deadline = seen.after.next_deadline().map(|deadline| deadline.at);
                [Some(seen.after.updated()), seen.after.completed(), deadline].map(|moment| moment.map(Timestamp::ticks))
            };
            let moved = ticks(here).map(|ticks| ticks.map(|ticks| ticks + shift));
            prop_assert_eq!(moved, ticks(there));
        }
    }

    #[test]
    fn f4_completion_is_there_where_the_request_has_ended(setup in setups(), steps in steps()) {
        let (_, seen, _) = live(&setup, &steps, 0);
        for step in seen {
            let has_ended = match step.after.state() {
                State::Submitted | State::PendingApproval | State::Scheduled | State::Delivering => false,
                State::Delivered | State::PartiallyDelivered | State::DeliveryFailed | State::Denied | State::Canceled => true,
            };
            prop_assert_eq!(step.after.completed().is_some(), has_ended);
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
