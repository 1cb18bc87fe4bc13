//! The library against the independent model, on random policies, drafts, commands and timestamps. The laws judge every
//! step, and a few properties compare whole traces.
//!
//! A plain sequence of intents is used, and not `proptest-state-machine`: an intent is made concrete against the
//! model's state when it is played, so removing an earlier one while shrinking leaves the later ones meaningful, and
//! no preconditions are needed.
//!
//! `PROPTEST_CASES` sets how many cases each property takes (256 without it).
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::collections::{BTreeMap, BTreeSet};

use assignment_request::{
    Action, AdminBypass, ApprovalStageViolation, CallbackDecision, CalloutId, CalloutStage, Command,
    DeadlineKind, DeliveryOutcome, Draft, DraftAnswer, Event, EventKind, Expiration, ExpirationType,
    Operation, Period, PolicyViolationKind, Preset, QuestionForm, QuestionId, QuestionSpec, Rejection,
    RejectionKind, Request, RequestType, Role, Schedule, State, Status, SubmissionError, ViolationKind,
};
use assignment_request_model::agreement::{
    Judged, LIBRARY, as_model, as_models, play, policies_agree, requests_agree, submissions_agree,
};
use assignment_request_model::cases::{Case, later};
use assignment_request_model::model::presets::preset;
use assignment_request_model::model::request::Step;
use assignment_request_model::model::submission::operation_and_initiator;
use assignment_request_model::random::{Mood, any_rules, case, fixed, policies};
use assignment_request_model::{cases, intents, laws, model};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

const DETERMINING: CalloutStage = CalloutStage::AssignmentRequestDeterminingApprovalRequirements;

/// Failures are kept as regressions beside the crate's manifest, where `cargo test` runs.
fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "proptest-regressions/model_agreement.txt",
        ))),
        ..ProptestConfig::default()
    }
}

/// What a trace is judged by: everything that happened, played on library and model at once.
fn traces() -> impl Strategy<Value = Case> {
    case(Mood::Tame, 1..=40)
}

/// What the library says of a submission under a policy that can be.
fn submitted(case: &Case) -> Judged {
    (LIBRARY.submit)(&(LIBRARY.compile)(case).unwrap(), case)
}

/// The callouts that were started, by instance.
fn started(events: &[Event], instance: CalloutId) -> Option<(CalloutStage, u32)> {
    events.iter().find_map(|event| match event.kind {
        EventKind::CalloutStarted { instance: this, stage, index, .. } if this == instance => {
            Some((stage, index))
        }
        _ => None,
    })
}

/// Whether a step of the route has said yes among these events.
fn said_yes(step: Step, events: &[Event]) -> bool {
    match step {
        Step::ApprovalStage(stage) => events.iter().any(
            |event| matches!(event.kind, EventKind::StageApproved { stage: approved, .. } if approved == stage),
        ),
        Step::Callout { stage, index, timeout: Some(_) } => events.iter().any(|event| match event.kind {
            EventKind::CallbackReceived { instance, decision: CallbackDecision::Continue, ref approval_stage, .. } => {
                approval_stage.is_some() == (stage == DETERMINING)
                    && started(events, instance) == Some((stage, index))
            }
            _ => false,
        }),
        Step::Callout { timeout: None, .. }
        | Step::Approved
        | Step::Start
        | Step::DeliveryStarted
        | Step::Fulfillment => true,
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_library_judges_policies_as_the_model_does(case in policies()) {
        policies_agree(&case, &LIBRARY)?;
    }

    #[test]
    fn p10_the_library_judges_rules_as_the_model_does(rules in any_rules()) {
        prop_assert_eq!(model::policy::are_good_rules(&rules), rules.validate().is_ok());
    }

    #[test]
    fn the_library_judges_submissions_as_the_model_does(case in case(Mood::Wild, 0..=0)) {
        submissions_agree(&case)?;
    }

    #[test]
    fn the_library_does_what_the_model_does(case in traces()) {
        play(&case)?;
    }

    #[test]
    fn every_law_holds_at_every_step(case in traces()) {
        let Some(playback) = play(&case)? else { return Ok(()) };
        laws::check_request(&playback.submitted)?;
        let mut known = 1;
        laws::check_log(&playback.events[..known], &case.limits, &playback.submitted)?;
        for played in &playback.played {
            known += played.outcome.as_ref().map_or(0, Vec::len);
            laws::check(&played.judged())?;
            laws::check_log(&playback.events[..known], &case.limits, &played.after)?;
        }
        prop_assert_eq!(known, playback.events.len());
    }

    #[test]
    fn n2_n5_shifting_all_times_shifts_all_deadlines(
        case in traces(),
        ticks in prop_oneof![Just(1_i64), Just(-1), -100_000_000_000_000_000_i64..1_000_000_000_000_000_000],
    ) {
        let Some(playback) = play(&case)? else { return Ok(()) };
        let (mut request, _) = submitted(&case.later_by(ticks)).unwrap();
        for played in &playback.played {
            let outcome = request.handle(&played.command, later(played.now, ticks));
            let shifted = outcome
                .as_ref()
                .map(|events| events.iter().map(|event| as_model(event, ticks)).collect::<Vec<_>>())
                .map_err(Rejection::code);
            let plain = played.outcome.as_ref().map(|events| as_models(events)).map_err(Rejection::code);
            prop_assert_eq!(plain, shifted);
            let deadline = |request: &Request, ticks: i64| {
                request.next_deadline().map(|deadline| (later(deadline.at, -ticks), deadline.kind))
            };
            prop_assert_eq!(deadline(&played.after, 0), deadline(&request, ticks));
        }
    }

    #[test]
    fn w4_c15_nobody_bypasses_the_approval_of_their_own_access(case in case(Mood::Tame, 0..=0)) {
        if let Some(playback) = play(&case)? {
            let (operation, initiator) = operation_and_initiator(case.draft.request_type);
            let request = &playback.submitted;
            let is_own = request.target().is_none_or(|target| target == request.requestor());
            let may_bypass = match initiator {
                Role::System => true,
                Role::Administrator => match case.rules.admin_bypasses_approval {
                    AdminBypass::Never => false,
                    AdminBypass::WhenAsked => case.draft.bypass_approval && !is_own,
                    AdminBypass::Always => !is_own,
                },
                Role::User | Role::Approver | Role::Extension => false,
            };
            let is_required = match operation {
                Operation::Add => case.policy.approval.is_required_for_add,
                Operation::Update => case.policy.approval.is_required_for_update,
                Operation::Remove => false,
            };
            prop_assert!(request.is_approval_required() || may_bypass || !is_required);
        }
    }

    #[test]
    fn w6_no_fulfillment_without_every_approval_and_callback(case in traces()) {
        if let Some(playback) = play(&case)? {
            for (index, event) in playback.events.iter().enumerate() {
                if let EventKind::FulfillmentOrdered { .. } = event.kind {
                    let before = &playback.events[..index];
                    for step in &playback.model.steps {
                        prop_assert!(said_yes(*step, before), "{:?} has not said yes", step);
                    }
                }
            }
        }
    }
}

/// Which of `all` are not among `seen`.
fn unseen<T: Copy + PartialEq>(all: &[T], seen: impl IntoIterator<Item = T>) -> Vec<T> {
    let seen: Vec<T> = seen.into_iter().collect();
    all.iter().copied().filter(|one| !seen.contains(one)).collect()
}

#[test]
fn the_cases_reach_every_event_refusal_status_and_deadline() {
    let mut events: BTreeSet<&str> = BTreeSet::new();
    let mut contents: BTreeSet<String> = BTreeSet::new();
    let mut refusals: BTreeSet<RejectionKind> = BTreeSet::new();
    let mut faults: BTreeSet<ApprovalStageViolation> = BTreeSet::new();
    let (mut states, mut statuses) = (BTreeSet::new(), BTreeSet::new());
    let mut deadlines: BTreeSet<DeadlineKind> = BTreeSet::new();
    let mut longest = 0;
    let (mut playbacks, mut steps) = (0, 0);
    for case in fixed(traces()).take(2_500) {
        let Some(playback) = play(&case).unwrap() else {
            continue;
        };
        longest = longest.max(playback.events.len());
        playbacks += 1;
        steps += playback.played.len();
        for event in &playback.events {
            events.insert(event.name());
            if let EventKind::Denied(_) | EventKind::Canceled(_) | EventKind::DeliveryFailed(_) = event.kind {
                let content = as_model(event, 0).content;
                contents.insert(format!("{} {}", event.name(), content.split(' ').next().unwrap()));
            }
        }
        for played in &playback.played {
            states.insert(played.after.state());
            statuses.insert(played.after.status());
            deadlines.extend(played.after.next_deadline().map(|deadline| deadline.kind));
            refusals.extend(played.outcome.as_ref().err().map(Rejection::kind));
            if let Err(Rejection::BadApprovalStage { violations }) = &played.outcome {
                faults.extend(violations.iter());
            }
        }
    }
    println!("{playbacks} requests, {steps} commands, the longest history has {longest} events");
    assert!(playbacks >= 1_250, "only {playbacks} of 2500 submissions are accepted");
    assert_eq!(unseen(EventKind::NAMES, events), [""; 0]);
    let kinds: Vec<&str> = contents.iter().map(String::as_str).collect();
    assert_eq!(
        kinds,
        [
            "canceled administrator",
            "canceled callback",
            "canceled requestor",
            "canceled system",
            "deliveryFailed callbackTimedOut",
            "deliveryFailed calloutFailed",
            "deliveryFailed fulfillment",
            "deliveryFailed fulfillmentTimedOut",
            "denied approvalExpired",
            "denied approver",
            "denied callback",
            "denied notProcessed",
            "denied windowPassed",
        ]
    );
    assert_eq!(
        unseen(RejectionKind::ALL, refusals),
        [
            // Given by the host, where it has no request, or has one already.
            RejectionKind::NoRequest,
            RejectionKind::AlreadySubmitted,
            // Given to a submission, which is no command.
            RejectionKind::NotPermittedToSubmit,
            // After more events than any history here has.
            RejectionKind::RevisionLimitReached,
            RejectionKind::AttemptLimitReached,
            RejectionKind::DeleteBeforeReport,
            // Given to the query of L1; `requests_agree` asks it after every command.
            RejectionKind::NotDeletable,
            RejectionKind::HasAssignment,
        ]
    );
    assert_eq!(unseen(ApprovalStageViolation::ALL, faults), []);
    assert_eq!(unseen(State::ALL, states), []);
    assert_eq!(unseen(Status::ALL, statuses), []);
    assert_eq!(unseen(DeadlineKind::ALL, deadlines), []);
    assert!(longest >= 20, "deep states are reached; the longest life has {longest} events");
}

/// What can become of a request whose approval stages are determined is each seen in several histories.
#[test]
fn the_cases_reach_deep_through_determining() {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for case in fixed(traces()).take(5_000) {
        let Some(playback) = play(&case).unwrap() else {
            continue;
        };
        let mut what: BTreeSet<String> = BTreeSet::new();
        let last = playback.played.last().map_or(&playback.submitted, |played| &played.after);
        let determined = (0..3).filter(|stage| last.determination(*stage).is_some()).count();
        what.extend((1..=determined).map(|count| format!("{count} determined")));
        for (stage, _) in (0..).zip(last.reviews()) {
            if last.determination(stage).is_some() {
                what.insert("a determined stage is decided".to_owned());
            }
        }
        if determined > 0 && last.attempt().is_some() {
            what.insert("a determined request is fulfilled".to_owned());
        }
        for callout in last.callouts().iter().filter(|callout| callout.stage() == DETERMINING) {
            what.insert(format!("a callout is {:?}", callout.status()));
            if callout.attempt() > 1 {
                what.insert("a callout is made again".to_owned());
            }
            if callout.attempt() > 1 && callout.index() > 0 {
                what.insert("a later callout is made again, and what was determined is kept".to_owned());
            }
            let refusal = callout.decision().filter(|decision| *decision != CallbackDecision::Continue);
            what.extend(refusal.map(|decision| format!("an extension says {decision}")));
        }
        for played in &playback.played {
            if let (Action::Resume(resume), Err(rejection)) = (&played.command.action, &played.outcome)
                && resume.stage == DETERMINING
            {
                what.insert(format!("a resume is refused with {}", rejection.code()));
            }
            if let (Action::DecideStage(decide), Err(rejection)) = (&played.command.action, &played.outcome)
                && played.before.determination(decide.stage).is_some()
            {
                what.insert(format!("a decision is refused with {}", rejection.code()));
            }
        }
        for one in what {
            *seen.entry(one).or_default() += 1;
        }
    }
    let rare = [
        "a later callout is made again, and what was determined is kept",
        "a resume is refused with approvalStageUnexpected",
        "an extension says canceled",
        "an extension says denied",
    ];
    let frequent = [
        "1 determined",
        "2 determined",
        "3 determined",
        "a determined stage is decided",
        "a determined request is fulfilled",
        "a callout is CallbackReceived",
        "a callout is CallbackTimedOut",
        "a callout is CalloutFailed",
        "a callout is WaitingForCallback",
        "a callout is made again",
        "a decision is refused with alreadyApproved",
        "a decision is refused with alreadyDecided",
        "a decision is refused with notEscalated",
        "a decision is refused with selfAppointed",
        "a decision is refused with selfApproval",
        "a decision is refused with stageAlreadyDecided",
        "a resume is refused with alreadyResumed",
        "a resume is refused with approvalStageMissing",
        "a resume is refused with badApprovalStage",
        "a resume is refused with callbackTooLate",
        "a resume is refused with resumeConflict",
        "a resume is refused with selfResume",
        "a resume is refused with stageMismatch",
    ];
    println!("{seen:#?}");
    for (names, at_least) in [(&rare[..], 3), (&frequent[..], 15)] {
        for name in names {
            let count = seen.get(*name).copied().unwrap_or_default();
            assert!(count >= at_least, "{name}: in {count} of 5000 cases");
        }
    }
}

#[test]
fn the_cases_reach_every_violation_of_every_type_of_request() {
    let mut found: BTreeSet<(&str, String)> = BTreeSet::new();
    let mut accepted = BTreeSet::new();
    let mut not_permitted = 0;
    let wild = fixed(case(Mood::Wild, 0..=0)).take(3_000);
    let tame = fixed(case(Mood::Tame, 0..=0)).take(1_000);
    for case in wild.chain(tame) {
        submissions_agree(&case).unwrap();
        let Ok(policy) = (LIBRARY.compile)(&case) else { continue };
        match (LIBRARY.submit)(&policy, &case) {
            Ok((request, _)) => {
                accepted.insert(request.request_type());
            }
            Err(SubmissionError::Rejected(_)) => not_permitted += 1,
            Err(SubmissionError::Invalid(violations)) => {
                found.extend(violations.iter().map(|one| (one.code(), one.place.to_string())));
            }
        }
    }
    assert_eq!(unseen(ViolationKind::CODES, found.iter().map(|(code, _)| *code)), [""; 0]);
    let bypass: Vec<&str> =
        found.iter().filter(|(_, path)| path == "parameters.bypassApproval").map(|(code, _)| *code).collect();
    assert_eq!(bypass, ["bypassNotAllowed", "unexpected"]);
    assert_eq!(unseen(RequestType::ALL, accepted), []);
    assert!(not_permitted > 0);
}

#[test]
fn the_policies_reach_every_violation_at_every_place() {
    let mut found: BTreeSet<(String, &str)> = BTreeSet::new();
    let mut accepted = 0;
    for case in fixed(policies()).take(5_000) {
        policies_agree(&case, &LIBRARY).unwrap();
        match (LIBRARY.compile)(&case) {
            Ok(_) => accepted += 1,
            Err(violations) => found.extend(violations.violations().iter().map(|one| {
                let path: String =
                    one.place.to_string().chars().filter(|character| !character.is_ascii_digit()).collect();
                (path, one.code())
            })),
        }
    }
    assert!(accepted >= 500, "{accepted} policies are accepted");
    assert_eq!(unseen(PolicyViolationKind::CODES, found.iter().map(|(_, code)| *code)), [""; 0]);
    let found: Vec<_> = found.iter().map(|(path, code)| (path.as_str(), *code)).collect();
    let extension = "customExtensionStageSettings[].customExtension";
    let callback = "customExtensionStageSettings[].customExtension.callbackConfiguration";
    let timeout = "customExtensionStageSettings[].customExtension.callbackConfiguration.timeoutDuration";
    let stages = "requestApprovalSettings.stages";
    assert_eq!(
        found,
        [
            ("customExtensionStageSettings", "tooMany"),
            (extension, "unmatchedExtension"),
            (extension, "unresolvedExtension"),
            (callback, "waitNotAllowed"),
            (callback, "waitRequired"),
            (timeout, "badDuration"),
            (timeout, "missing"),
            ("expiration.duration", "badDuration"),
            ("expiration.duration", "missing"),
            ("expiration.endDateTime", "missing"),
            ("questions", "tooMany"),
            ("questions[].choices", "noChoices"),
            ("questions[].choices", "tooMany"),
            ("questions[].choices[].actualValue", "duplicateChoice"),
            ("questions[].choices[].actualValue", "emptyChoice"),
            ("questions[].choices[].localizations", "tooMany"),
            ("questions[].id", "duplicateQuestion"),
            ("questions[].localizations", "tooMany"),
            ("questions[].regexPattern", "badPattern"),
            (stages, "approvalStagesMissing"),
            (stages, "tooManyStages"),
            ("requestApprovalSettings.stages[].customExtension", "unmatchedExtension"),
            ("requestApprovalSettings.stages[].customExtension.id", "missing"),
            ("requestApprovalSettings.stages[].durationBeforeAutomaticDenial", "badDuration"),
            ("requestApprovalSettings.stages[].durationBeforeEscalation", "badDuration"),
        ]
    );
}

#[test]
fn every_preset_sets_what_section_6_says() {
    for one in Preset::ALL {
        assert_eq!(one.spec(), preset(*one), "{one}");
    }
}

// Where model and library had read SPEC.md differently. The readings below are those that both have now.

#[test]
fn c9_what_is_missing_comes_before_what_is_unexpected_and_every_end_is_judged() {
    let mut case = cases::plain(Draft::new(RequestType::UserAdd));
    let ended = later(case.now, -1);
    let expiration = Expiration { kind: ExpirationType::AfterDuration, end: Some(ended), duration: None };
    case.draft.schedule = Some(Schedule { start: None, expiration, has_recurrence: false });
    let (end, duration) = ("schedule.expiration.endDateTime", "schedule.expiration.duration");
    for none in [None, Period::from_ticks(0)] {
        case.draft.schedule.as_mut().unwrap().expiration.duration = none;
        submissions_agree(&case).unwrap();
        let Err(SubmissionError::Invalid(found)) = submitted(&case) else { panic!("accepted") };
        let found: Vec<_> = found.iter().map(|one| (one.code(), one.place.to_string())).collect();
        let expected = [("missing", duration), ("unexpected", end), ("endInPast", end)];
        assert_eq!(found, expected.map(|(code, path)| (code, path.to_owned())));
    }
}

#[test]
fn a6_a_blank_answer_is_not_looked_into() {
    let question_id = QuestionId::from_u128(0xc0);
    let mut draft = Draft::new(RequestType::UserUpdate);
    draft.answers = vec![DraftAnswer { question_id, question_kind: None, value: Some("\u{b}".into()) }];
    let mut case = cases::plain(draft);
    case.policy.questions = vec![QuestionSpec {
        id: Some(question_id),
        texts: Vec::new(),
        is_required: false,
        is_answer_editable: true,
        form: QuestionForm::TextInput { is_single_line: true, pattern: Some("[a-z]+".to_owned()) },
    }];
    let (model, request, _) = submissions_agree(&case).unwrap().unwrap();
    assert_eq!(model.answers, [(question_id, None)]);
    assert_eq!(request.answers().len(), 1);
}

#[test]
fn f3_a_partial_report_again_behind_a_full_one_contradicts_it() {
    let case = cases::plain(Draft::new(RequestType::UserAdd));
    let (mut model, mut request, _) = submissions_agree(&case).unwrap().unwrap();
    let report = |outcome| Action::ReportDelivery { attempt: 1, outcome };
    let actions = [
        (Action::Process { target: None }, None),
        (report(DeliveryOutcome::PartiallyDelivered), None),
        (report(DeliveryOutcome::PartiallyDelivered), Some("alreadyReported")),
        (report(DeliveryOutcome::Delivered), None),
        (report(DeliveryOutcome::PartiallyDelivered), Some("reportConflict")),
        (report(DeliveryOutcome::Delivered), Some("alreadyReported")),
    ];
    for (action, refusal) in actions {
        let command = Command::new(intents::system(), action);
        assert_eq!(model.handle(&command, case.now).err().map(|refusal| refusal.code), refusal);
        assert_eq!(request.handle(&command, case.now).err().map(|rejection| rejection.code()), refusal);
        requests_agree(&model, &request).unwrap();
    }
}
