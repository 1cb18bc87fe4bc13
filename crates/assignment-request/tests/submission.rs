//! Drafts, answers and policies at the edges of their rules (C1 to C15, A1 to A10, P1 to P10).

use std::iter::once;
use std::time::Duration;

use assignment_request::{
    Actor, AdminBypass, Answer, CallbackConfiguration, CalloutStage, ChoiceSpec, Draft, DraftAnswer,
    ExistingAssignment, Expiration, ExpirationType, ExtensionBehavior, Limits, Operation, PatternCache,
    Period, Policy, Preset, QuestionForm, QuestionKind, QuestionSpec, Request, RequestType, Role, Schedule,
    SubmissionError, Timestamp,
};
use cpu_time::ThreadTime;
use uuid::Uuid;

#[expect(dead_code, reason = "helpers of all test files")]
mod common;

use common::{
    ADMIN, ASSIGNMENT, CREATED, DAY, HOUR, OTHER, PACKAGE, POLICY, REQUEST, REQUESTOR, Setup, TARGET,
    minutes, stage, t, until,
};

const QUESTION: Uuid = Uuid::from_u128(0xc0);
const SECOND: Uuid = Uuid::from_u128(0xc1);

/// What is wrong, each as `code path`.
fn faults_with(setup: &Setup, assignment: Option<&ExistingAssignment>, actor: Actor) -> Vec<String> {
    let policy = setup.policy();
    let judged = policy.submit(REQUEST, &setup.draft, assignment, actor, t(0)).map(drop);
    assert_eq!(policy.check(&setup.draft, assignment, actor, t(0)), judged);
    match judged {
        Ok(()) => Vec::new(),
        Err(SubmissionError::Rejected(rejection)) => vec![rejection.code().into()],
        Err(SubmissionError::Invalid(violations)) => {
            violations.iter().map(|violation| format!("{} {}", violation.code(), violation.place)).collect()
        }
    }
}

fn faults(setup: &Setup) -> Vec<String> {
    faults_with(setup, Some(&setup.assignment()), setup.actor())
}

#[test]
fn c1_each_type_has_its_initiator_and_nothing_else_is_judged() {
    for request_type in RequestType::ALL {
        let bad = Setup::of(*request_type).draft(|draft| *draft = Draft::new(*request_type));
        for role in Role::ALL {
            let found = faults_with(&bad, None, Actor::new(REQUESTOR, *role));
            assert_eq!(
                found == ["notPermitted"],
                *role != request_type.initiator(),
                "{request_type} by {role}"
            );
        }
        assert_eq!(faults(&Setup::of(*request_type)), [""; 0], "{request_type}");
    }
}

#[test]
fn c2_c4_what_each_type_must_name() {
    for request_type in RequestType::ALL {
        let empty = Setup::of(*request_type).draft(|draft| {
            let justification = draft.justification.take();
            *draft = Draft { justification, ..Draft::new(*request_type) };
        });
        let expected: &[&str] = match (request_type.operation(), request_type) {
            (Operation::Add, RequestType::UserAdd) => &["missing assignment.accessPackageId"],
            (Operation::Add, _) => &[
                "missing assignment.accessPackageId",
                "missing assignment.targetId",
                "missing assignment.assignmentPolicyId",
            ],
            (Operation::Update, RequestType::UserUpdate | RequestType::UserExtend) => {
                &["missing assignment.id"]
            }
            (Operation::Update, _) => &["missing assignment.id", "nothingToUpdate answers"],
            (Operation::Remove, _) => &["missing assignment.id"],
        };
        assert_eq!(faults(&empty), expected, "{request_type}");
    }
}

#[test]
fn c3_targets_by_id_and_by_email() {
    let both = |one: Option<Uuid>, two: Option<Uuid>, email: Option<&str>, request_type| {
        faults(&Setup::of(request_type).draft(|draft| {
            (draft.target_id, draft.target_object_id) = (one, two);
            draft.target_email = email.map(Into::into);
        }))
    };
    let (id, other) = (Some(TARGET), Some(OTHER));
    let table = [
        (id, id, None, RequestType::AdminAdd, &[][..]),
        (None, id, None, RequestType::AdminAdd, &[]),
        (id, other, None, RequestType::AdminAdd, &["conflictingMembers assignment.target.objectId"]),
        (None, None, Some("a@b"), RequestType::AdminAdd, &[]),
        (id, None, Some("a@b"), RequestType::SystemAdd, &[]),
        (None, None, Some("a@b"), RequestType::SystemAdd, &["targetNotInDirectory assignment.target.email"]),
        (None, None, Some("a@b"), RequestType::UserAdd, &["targetNotInDirectory assignment.target.email"]),
        (None, None, Some("\u{3000} "), RequestType::AdminAdd, &["missing assignment.targetId"]),
        (other, None, None, RequestType::UserUpdate, &["conflictingMembers assignment.targetId"]),
    ];
    for (one, two, email, request_type, expected) in table {
        let found = both(one, two, email, request_type);
        assert_eq!(found, expected, "{request_type} {one:?} {two:?} {email:?}");
    }
}

#[test]
fn c3_an_address_is_not_also_a_missing_target() {
    let setup = Setup::of(RequestType::OnBehalfAdd).by_email();
    let found = faults(&setup);
    assert!(!found.contains(&"missing assignment.targetId".into()), "{found:?}");
    assert!(found.contains(&"targetNotInDirectory assignment.target.email".into()), "{found:?}");
}

#[test]
fn c4_the_older_form_names_access_package_and_policy() {
    for (package, policy, expected) in [
        (Some(PACKAGE), Some(POLICY), &[][..]),
        (Some(PACKAGE), None, &["missing assignment.id"]),
        (None, Some(POLICY), &["missing assignment.id"]),
    ] {
        let older = Setup::of(RequestType::UserExtend).draft(|draft| {
            draft.assignment_id = None;
            (draft.access_package_id, draft.assignment_policy_id) = (package, policy);
        });
        assert_eq!(faults(&older), expected, "{package:?} {policy:?}");
    }
}

#[test]
fn c4_c5_the_existing_assignment() {
    let update = Setup::of(RequestType::UserUpdate);
    let older = update.clone().draft(|draft| {
        draft.assignment_id = None;
        (draft.access_package_id, draft.assignment_policy_id) = (Some(PACKAGE), Some(POLICY));
    });
    assert_eq!(faults(&older), [""; 0]);
    assert_eq!(faults_with(&update, None, update.actor()), ["assignmentNotFound assignment.id"]);
    let found = update.assignment();
    for (assignment, expected) in [
        (ExistingAssignment { id: OTHER, ..found }, "conflictingMembers assignment.id"),
        (
            ExistingAssignment { access_package_id: OTHER, ..found },
            "policyMismatch assignment.accessPackageId",
        ),
        (
            ExistingAssignment { assignment_policy_id: OTHER, ..found },
            "policyMismatch assignment.assignmentPolicyId",
        ),
    ] {
        assert_eq!(faults_with(&update, Some(&assignment), update.actor()), [expected]);
    }
    let both = update.clone().draft(|draft| draft.access_package_id = Some(OTHER));
    let elsewhere = ExistingAssignment { access_package_id: OTHER, ..found };
    let once = faults_with(&both, Some(&elsewhere), both.actor());
    assert_eq!(once, ["policyMismatch assignment.accessPackageId"], "once a member");
}

#[test]
fn c6_c7_for_oneself_and_for_others() {
    for (request_type, path) in [
        (RequestType::UserAdd, "assignment.targetId"),
        (RequestType::UserUpdate, "assignment.targetId"),
        (RequestType::UserExtend, "assignment.targetId"),
        (RequestType::UserRemove, "assignment.targetId"),
    ] {
        let mut setup = Setup::of(request_type);
        let schedule = setup.spec.requestor_settings.custom_schedule;
        setup.spec.requestor_settings = assignment_request::RequestorSettings {
            custom_schedule: schedule,
            ..assignment_request::RequestorSettings::NONE
        };
        assert_eq!(faults(&setup), ["selfServiceDisabled requestType"], "{request_type}");
        let others = ExistingAssignment { target: TARGET, ..setup.assignment() };
        if request_type == RequestType::UserAdd {
            setup.draft.target_id = Some(TARGET);
        }
        let found = faults_with(&setup, Some(&others), setup.actor());
        assert_eq!(found, [format!("onBehalfNotAllowed {path}")], "{request_type}");
    }
    let of_self = Setup::of(RequestType::OnBehalfAdd).draft(|draft| draft.target_id = Some(REQUESTOR));
    assert_eq!(faults(&of_self), ["onBehalfOfSelf assignment.targetId"]);
}

#[test]
fn c8_a_blank_justification_is_none() {
    for (request_type, is_required) in [
        (RequestType::UserAdd, true),
        (RequestType::UserUpdate, true),
        (RequestType::OnBehalfAdd, true),
        (RequestType::UserRemove, false),
        (RequestType::AdminAdd, false),
        (RequestType::SystemUpdate, false),
        (RequestType::ApproverRemove, true),
    ] {
        let mut setup = Setup::of(request_type);
        setup.spec.approval.is_requestor_justification_required = true;
        for blank in [None, Some(""), Some(" \t\r\n"), Some("\u{a0}\u{2003}\u{3000}\u{85}\u{2028}")] {
            setup.draft.justification = blank.map(Into::into);
            let expected = if is_required { &["missing justification"][..] } else { &[] };
            assert_eq!(faults(&setup), expected, "{request_type} {blank:?}");
        }
        setup.draft.justification = Some("\u{200b}".into());
        assert_eq!(faults(&setup), [""; 0], "a zero width space is not white space");
    }
}

#[test]
fn c9_the_members_of_a_schedule_by_its_type() {
    use ExpirationType::{AfterDateTime, AfterDuration, NoExpiration, NotSpecified};
    const END: &str = "schedule.expiration.endDateTime";
    const DURATION: &str = "schedule.expiration.duration";
    let tick = Period::from_ticks(1).unwrap();
    let table = [
        (AfterDateTime, Some(t(1)), None, vec![]),
        (AfterDateTime, None, None, vec![format!("missing {END}")]),
        (AfterDateTime, None, Some(tick), vec![format!("missing {END}"), format!("unexpected {DURATION}")]),
        (AfterDuration, None, Some(tick), vec![]),
        (AfterDuration, None, None, vec![format!("missing {DURATION}")]),
        (AfterDuration, None, Some(Period::ZERO), vec![format!("missing {DURATION}")]),
        (AfterDuration, Some(t(1)), None, vec![format!("missing {DURATION}"), format!("unexpected {END}")]),
        (
            NoExpiration,
            Some(t(1)),
            Some(tick),
            vec![format!("unexpected {END}"), format!("unexpected {DURATION}")],
        ),
        (NotSpecified, None, None, vec![]),
        (NotSpecified, Some(t(1)), None, vec![format!("unexpected {END}")]),
    ];
    for (kind, end, duration, expected) in table {
        let setup = Setup::of(RequestType::AdminAdd).scheduled(None, Expiration { kind, end, duration });
        assert_eq!(faults(&setup), expected, "{kind} {end:?} {duration:?}");
    }
    let admin = |start, end| faults(&Setup::of(RequestType::AdminAdd).scheduled(start, until(end)));
    assert_eq!(admin(None, t(0)), [format!("endInPast {END}")], "an end that is now is past");
    assert_eq!(admin(Some(t(5)), t(5)), [format!("endBeforeStart {END}")]);
    assert_eq!(admin(Some(t(0)), t(-1)), [format!("endBeforeStart {END}"), format!("endInPast {END}")]);
    let recurring = Setup::add().draft(|draft| {
        draft.schedule =
            Some(Schedule { start: None, expiration: Expiration::NOT_SPECIFIED, has_recurrence: true });
    });
    assert_eq!(faults(&recurring), ["unexpected schedule.recurrence"]);
}

#[test]
fn c9_what_a_user_asks_is_within_the_policy_to_the_tick() {
    let day = minutes(DAY);
    let tick = |moment: Timestamp| Timestamp::from_ticks(moment.ticks() + 1).unwrap();
    let longer = Period::from_ticks(day.ticks() + 1).unwrap();
    let for_ =
        |duration| Expiration { kind: ExpirationType::AfterDuration, end: None, duration: Some(duration) };
    let never = Expiration { kind: ExpirationType::NoExpiration, end: None, duration: None };
    let none = Expiration::NOT_SPECIFIED;
    let (lasting, ending) = (for_(day), until(t(DAY)));
    let table = [
        (lasting, None, for_(day), true),
        (lasting, None, for_(longer), false),
        (lasting, None, until(t(DAY)), true),
        (lasting, None, until(tick(t(DAY))), false),
        (lasting, Some(t(HOUR)), until(t(DAY + HOUR)), true),
        (lasting, Some(t(-HOUR)), until(t(DAY)), true),
        (lasting, Some(t(-HOUR)), until(tick(t(DAY))), false),
        (lasting, None, never, false),
        (lasting, Some(t(100 * DAY)), none, true),
        (ending, None, for_(day), true),
        (ending, None, for_(longer), false),
        (ending, Some(tick(t(0))), for_(day), false),
        (ending, None, until(t(DAY)), true),
        (ending, None, until(tick(t(DAY))), false),
        (ending, Some(t(DAY)), none, false),
        (ending, Some(t(DAY - 1)), none, true),
        (ending, None, never, false),
        (none, None, never, true),
        (never, None, never, true),
    ];
    for (policy, start, asked, is_allowed) in table {
        let mut setup = Setup::add().scheduled(start, asked);
        setup.spec.expiration = policy;
        let expected = if is_allowed { &[][..] } else { &["exceedsPolicy schedule.expiration"] };
        assert_eq!(faults(&setup), expected, "{policy:?} {start:?} {asked:?}");
        setup.draft = Setup::of(RequestType::UserUpdate).scheduled(start, asked).draft;
        assert_eq!(faults(&setup), expected, "an update too");
        for request_type in [RequestType::AdminAdd, RequestType::SystemAdd, RequestType::SystemUpdate] {
            setup.draft = Setup::of(request_type).scheduled(start, asked).draft;
            assert_eq!(faults(&setup), [""; 0], "{request_type} is not bounded");
        }
        setup.draft = Setup::of(RequestType::AdminUpdate).scheduled(start, asked).draft;
        assert_eq!(faults(&setup), expected, "an administrator's update is (D13)");
        let setup = setup.rules(|rules| rules.admin_may_exceed_policy = true);
        assert_eq!(faults(&setup), [""; 0], "unless the rule frees it");
        let users = Setup { draft: Setup::add().scheduled(start, asked).draft, ..setup };
        assert_eq!(faults(&users), expected, "the rule frees administrators only");
    }
}

#[test]
fn c9_p10_a_start_lies_within_the_limit_to_the_tick() {
    const LATE: &str = "startTooLate schedule.startDateTime";
    let tick = |moment: Timestamp, ticks| Timestamp::from_ticks(moment.ticks() + ticks).unwrap();
    let (never, tight) = (t(365 * DAY), t(DAY));
    let types = RequestType::ALL.iter().filter(|kind| kind.operation() != Operation::Remove);
    for request_type in types {
        let of = |limit, start| {
            let setup = Setup::of(*request_type).scheduled(Some(start), Expiration::NOT_SPECIFIED);
            faults(&setup.rules(|rules| rules.start_limit = limit))
        };
        let default = Preset::ApiReference.spec().start_limit;
        assert_eq!(of(default, never), [""; 0], "{request_type}");
        assert_eq!(of(default, tick(never, 1)), [LATE], "{request_type}");
        assert_eq!(of(Some(minutes(DAY)), tight), [""; 0]);
        assert_eq!(of(Some(minutes(DAY)), tick(tight, 1)), [LATE]);
        assert_eq!(of(None, Timestamp::MAX), [""; 0], "no limit");
        assert_eq!(of(Some(minutes(1)), t(-DAY)), [""; 0], "a start that has passed");
    }
    // After endInPast, before exceedsPolicy.
    let mut setup = Setup::add().scheduled(Some(t(366 * DAY)), until(t(-1)));
    setup.spec.expiration = until(t(DAY));
    assert_eq!(
        faults(&setup),
        [
            "endBeforeStart schedule.expiration.endDateTime",
            "endInPast schedule.expiration.endDateTime",
            LATE,
            "exceedsPolicy schedule.expiration"
        ]
    );
    let violation = setup.policy().check(&setup.draft, None, setup.actor(), t(0)).unwrap_err();
    assert!(violation.to_string().contains("`schedule.startDateTime` is more than P365D in the future (C9)"));
    // A schedule that may not be there is not looked into.
    let remove =
        Setup::of(RequestType::UserRemove).scheduled(Some(t(1_000 * DAY)), Expiration::NOT_SPECIFIED);
    assert_eq!(faults(&remove), ["unexpected schedule"]);
}

#[test]
fn c9_the_end_of_the_window() {
    let end = |request_type, schedule: Option<Expiration>| {
        let mut setup = Setup::of(request_type);
        setup.spec.expiration = until(t(DAY));
        let setup = match schedule {
            Some(expiration) => setup.scheduled(None, expiration),
            None => setup,
        };
        setup.submit().request.window_end()
    };
    let for_hour =
        Expiration { kind: ExpirationType::AfterDuration, end: None, duration: Some(minutes(HOUR)) };
    let never = Expiration { kind: ExpirationType::NoExpiration, end: None, duration: None };
    assert_eq!(end(RequestType::UserAdd, None), Some(t(DAY)));
    assert_eq!(end(RequestType::UserAdd, Some(for_hour)), Some(t(DAY)));
    assert_eq!(end(RequestType::UserAdd, Some(until(t(HOUR)))), Some(t(HOUR)));
    assert_eq!(end(RequestType::AdminAdd, None), Some(t(DAY)));
    assert_eq!(end(RequestType::AdminAdd, Some(for_hour)), None);
    assert_eq!(end(RequestType::AdminAdd, Some(never)), None);
    assert_eq!(end(RequestType::AdminAdd, Some(until(t(3 * DAY)))), Some(t(3 * DAY)));
    assert_eq!(end(RequestType::SystemAdd, Some(never)), Some(t(DAY)));
    assert_eq!(end(RequestType::UserRemove, None), None);
    assert_eq!(end(RequestType::UserUpdate, Some(for_hour)), Some(t(DAY)));
    assert_eq!(end(RequestType::AdminUpdate, Some(for_hour)), Some(t(DAY)), "which the policy bounds");
    assert_eq!(end(RequestType::AdminUpdate, Some(Expiration::NOT_SPECIFIED)), Some(t(DAY)));
    let exceeding = |request_type, expiration| {
        let mut setup = Setup::of(request_type).rules(|rules| rules.admin_may_exceed_policy = true);
        setup.spec.expiration = until(t(DAY));
        setup.scheduled(None, expiration).submit().request.window_end()
    };
    assert_eq!(exceeding(RequestType::AdminUpdate, for_hour), None, "which the rule frees");
    assert_eq!(exceeding(RequestType::AdminUpdate, never), None);
    assert_eq!(exceeding(RequestType::AdminUpdate, Expiration::NOT_SPECIFIED), Some(t(DAY)));
    assert_eq!(exceeding(RequestType::AdminUpdate, until(t(3 * DAY))), Some(t(3 * DAY)));
    assert_eq!(exceeding(RequestType::UserAdd, for_hour), Some(t(DAY)), "administrators only");
    assert_eq!(exceeding(RequestType::SystemUpdate, never), Some(t(DAY)));
}

#[test]
fn c9_c11_a_remove_has_neither_schedule_nor_answers() {
    let setup = Setup::of(RequestType::UserRemove).scheduled(None, until(t(-1))).draft(|draft| {
        draft.answers = vec![answer(OTHER, "\u{7}"); 300];
    });
    assert_eq!(faults(&setup), ["unexpected schedule", "unexpected answers"], "and they are not looked into");
    let mut add = Setup::add().scheduled(None, until(t(-1)));
    add.spec.requestor_settings.custom_schedule = false;
    assert_eq!(faults(&add), ["scheduleNotAllowed schedule"]);
}

#[test]
fn c10_which_updates_must_change_something() {
    for request_type in RequestType::ALL.iter().filter(|kind| kind.operation() == Operation::Update) {
        let empty = Setup::of(*request_type).draft(|draft| draft.schedule = None);
        let is_users = request_type.initiator() == Role::User;
        let expected = if is_users { vec![] } else { vec!["nothingToUpdate answers"] };
        assert_eq!(faults(&empty), expected, "{request_type}");
        // A schedule that says nothing, and answers that are blank or bad, count.
        assert_eq!(faults(&Setup::of(*request_type)), [""; 0], "{request_type} with a schedule");
        let mut answered = asking(*request_type, text(Some("a+"))).draft(|draft| draft.schedule = None);
        for (value, expected) in
            [("a", vec![]), ("", vec![]), ("b", vec!["patternMismatch answers[0].value"])]
        {
            answered.draft.answers = vec![answer(QUESTION, value)];
            assert_eq!(faults(&answered), expected, "{request_type} {value:?}");
        }
    }
    // It asks to extend by the policy's own duration.
    let playback =
        Setup::of(RequestType::UserExtend).draft(|draft| draft.schedule = None).submit().process(1);
    assert_eq!((playback.request.schedule(), playback.request.window_end()), (None, None));
    assert_eq!(playback.events.last().unwrap().name(), "fulfillmentOrdered");
}

#[test]
fn c15_who_may_bypass_the_approval() {
    use AdminBypass::{Always, Never, WhenAsked};
    const BYPASS: &str = "parameters.bypassApproval";
    let asking = |request_type: RequestType, rule| {
        let setup = Setup::of(request_type).rules(|rules| rules.admin_bypasses_approval = rule);
        setup.draft(|draft| draft.bypass_approval = true)
    };
    let (unexpected, not_allowed) = (format!("unexpected {BYPASS}"), format!("bypassNotAllowed {BYPASS}"));
    for rule in AdminBypass::ALL {
        // 1. Only an administrator's Add or Update.
        for request_type in RequestType::ALL {
            let is_fit = [RequestType::AdminAdd, RequestType::AdminUpdate].contains(request_type);
            let expected = match (is_fit, rule) {
                (false, _) => vec![unexpected.clone()],
                (true, Never) => vec![not_allowed.clone()],
                (true, WhenAsked | Always) => vec![],
            };
            assert_eq!(faults(&asking(*request_type, *rule)), expected, "{request_type} {rule}");
            let mut silent = asking(*request_type, *rule);
            silent.draft.bypass_approval = false;
            assert_eq!(faults(&silent), [""; 0], "false asks for nothing");
        }
    }
    // 2. Not of one's own access.
    let own = asking(RequestType::AdminAdd, WhenAsked).draft(|draft| draft.target_id = Some(ADMIN));
    assert_eq!(faults(&own), [&*not_allowed]);
    let own = asking(RequestType::AdminAdd, Always).draft(|draft| {
        (draft.target_id, draft.target_object_id) = (None, Some(ADMIN));
    });
    assert_eq!(faults(&own), [&*not_allowed], "in either place");
    let update = asking(RequestType::AdminUpdate, WhenAsked);
    let held_by = |target| ExistingAssignment { target, ..update.assignment() };
    let judge = |setup: &Setup, assignment: Option<&ExistingAssignment>| {
        faults_with(setup, assignment, setup.actor())
    };
    assert_eq!(judge(&update, Some(&held_by(ADMIN))), [&*not_allowed], "the target is the holder");
    assert_eq!(judge(&update, Some(&held_by(TARGET))), [""; 0]);
    // Not for somebody whose id is not known.
    let email = asking(RequestType::AdminAdd, WhenAsked).by_email();
    assert_eq!(faults(&email), [&*not_allowed], "only an address");
    let nobody = asking(RequestType::AdminAdd, WhenAsked).draft(|draft| draft.target_id = None);
    assert_eq!(faults(&nobody), ["missing assignment.targetId".to_owned(), not_allowed.clone()]);
    let both = asking(RequestType::AdminAdd, WhenAsked)
        .draft(|draft| draft.target_email = Some("adele@example.com".into()));
    assert_eq!(faults(&both), [""; 0], "an address and an id");
    // Where no assignment was found, only the rule is looked at.
    assert_eq!(judge(&update, None), ["assignmentNotFound assignment.id"]);
    let never = asking(RequestType::AdminUpdate, Never);
    assert_eq!(judge(&never, None), ["assignmentNotFound assignment.id".to_owned(), not_allowed]);
    let named = asking(RequestType::AdminUpdate, WhenAsked).draft(|draft| draft.target_id = Some(ADMIN));
    assert_eq!(judge(&named, None), ["assignmentNotFound assignment.id"], "and not the body's target");
}

#[test]
fn c14_c15_c12_the_order_at_the_end() {
    let mut setup = asking(RequestType::UserUpdate, text(Some("a+"))).draft(|draft| {
        draft.justification = Some("\u{7}".repeat(8_193).into());
        draft.target_email = Some("\u{202e}".into());
        draft.bypass_approval = true;
        draft.answers = vec![answer(QUESTION, "b"); 3];
    });
    setup.limits = Limits { answers: 2, ..Limits::DEFAULT };
    let rest = [
        "targetNotInDirectory assignment.target.email",
        "tooMany answers",
        "tooLong justification",
        "forbiddenCharacter justification",
        "forbiddenCharacter assignment.target.email",
        "unexpected parameters.bypassApproval",
        "patternMismatch answers[0].value",
        "duplicateAnswer answers[1].value",
        "duplicateAnswer answers[2].value",
    ];
    assert_eq!(faults(&setup), rest);
}

#[test]
fn c14_texts_and_counts_at_their_limits_and_one_over() {
    let limits = Limits { justification: 4, answers: 2, answer: 3, email: 5, ..Limits::DEFAULT };
    let of = |justification: &str, email: &str, answers: Vec<DraftAnswer>| {
        let mut setup = asking(RequestType::AdminAdd, text(None)).draft(|draft| {
            draft.justification = Some(justification.into());
            draft.target_email = Some(email.into());
            draft.answers = answers;
        });
        setup.limits = limits;
        faults(&setup)
    };
    let blank = || DraftAnswer { question_id: QUESTION, question_kind: None, value: None };
    assert_eq!(of("éé", "a@b.c", vec![answer(QUESTION, "abc"), blank()]), [""; 0], "at each limit");
    assert_eq!(
        of("ééx", "a@b.cd", vec![answer(QUESTION, "abcd"), blank(), blank()]),
        [
            "tooMany answers",
            "tooLong justification",
            "tooLong assignment.target.email",
            "tooLong answers[0].value"
        ]
    );
    for (character, is_forbidden) in [
        ('\t', false),
        ('\n', false),
        ('\r', false),
        ('\u{85}', false),
        ('\u{0}', true),
        ('\u{b}', true),
        ('\u{7f}', true),
        ('\u{80}', true),
        ('\u{9f}', true),
        ('\u{200e}', false),
        ('\u{2029}', false),
        ('\u{202a}', true),
        ('\u{202e}', true),
        ('\u{2065}', false),
        ('\u{2066}', true),
        ('\u{2069}', true),
        ('\u{206a}', false),
    ] {
        let found = of(&character.to_string(), "a@b", vec![answer(QUESTION, &format!("x{character}"))]);
        // Three bytes of text are one too many for the answer beside its letter.
        let is_long = character.len_utf8() == 3;
        let expected: Vec<_> = once("forbiddenCharacter justification")
            .filter(|_| is_forbidden)
            .chain(once("tooLong answers[0].value").filter(|_| is_long))
            .chain(once("forbiddenCharacter answers[0].value").filter(|_| is_forbidden && !is_long))
            .collect();
        assert_eq!(found, expected, "{character:?}");
    }
}

// Answers.

fn answer(question: Uuid, value: &str) -> DraftAnswer {
    DraftAnswer { question_id: question, question_kind: None, value: Some(value.into()) }
}

fn text(pattern: Option<&str>) -> QuestionForm {
    QuestionForm::TextInput { is_single_line: false, pattern: pattern.map(Into::into) }
}

fn choices(allows_multiple_selection: bool, choices: &[(&str, &[&str])]) -> QuestionForm {
    let choices = choices.iter().map(|(value, texts)| ChoiceSpec {
        actual_value: (*value).into(),
        texts: texts.iter().map(ToString::to_string).collect(),
    });
    QuestionForm::MultipleChoice { allows_multiple_selection, choices: choices.collect() }
}

/// A policy with one question.
fn asking(request_type: RequestType, form: QuestionForm) -> Setup {
    let mut setup = Setup::of(request_type);
    setup.spec.questions = vec![QuestionSpec {
        id: Some(QUESTION),
        texts: Vec::new(),
        is_required: false,
        is_answer_editable: true,
        form,
    }];
    setup
}

fn judge(setup: &Setup, answers: &[DraftAnswer]) -> Vec<String> {
    faults(&setup.clone().draft(|draft| draft.answers = answers.to_vec()))
}

#[test]
fn a1_a2_an_answer_names_its_question() {
    let setup = asking(RequestType::UserAdd, text(None));
    let stated = |kind| DraftAnswer { question_kind: Some(kind), ..answer(QUESTION, "x") };
    let unknown = DraftAnswer { question_id: Uuid::from_u128(0xbad), ..answer(QUESTION, "x") };
    assert_eq!(judge(&setup, &[unknown]), ["unknownQuestion answers[0].answeredQuestion.id"]);
    assert_eq!(judge(&setup, &[stated(QuestionKind::TextInput)]), [""; 0]);
    let mut required = setup;
    required.spec.questions[0].is_required = true;
    assert_eq!(
        judge(&required, &[stated(QuestionKind::MultipleChoice), answer(OTHER, "x")]),
        [
            "answerTypeMismatch answers[0].answeredQuestion.id",
            "unknownQuestion answers[1].answeredQuestion.id",
            "requiredAnswerMissing answers"
        ],
        "such answers answer nothing"
    );
}

#[test]
fn a3_one_answer_a_question_whether_good_or_bad() {
    let setup = asking(RequestType::UserAdd, text(Some("[a-z]+")));
    let twice = ["duplicateAnswer answers[1].value"];
    assert_eq!(judge(&setup, &[answer(QUESTION, "a"), answer(QUESTION, "a")]), twice);
    assert_eq!(
        judge(&setup, &[answer(QUESTION, "1"), answer(QUESTION, "a")]),
        ["patternMismatch answers[0].value", twice[0]]
    );
    assert_eq!(
        judge(&setup, &[answer(QUESTION, " "), answer(QUESTION, "a")]),
        [""; 0],
        "a blank one is none on Add"
    );
    let states: &[(&str, &[&str])] = &[("AZ", &["Arizona"]), ("NV", &["Nevada"])];
    let one = asking(RequestType::UserAdd, choices(false, states));
    assert_eq!(judge(&one, &[answer(QUESTION, "AZ"), answer(QUESTION, "NV")]), twice);
    let many = asking(RequestType::UserAdd, choices(true, states));
    assert_eq!(judge(&many, &[answer(QUESTION, "AZ"), answer(QUESTION, "NV")]), [""; 0]);
    assert_eq!(
        judge(&many, &[answer(QUESTION, "AZ"), answer(QUESTION, "Arizona")]),
        twice,
        "the same choice"
    );
    for states in [&states[..1], states] {
        let mut two = asking(RequestType::UserAdd, choices(true, states));
        two.spec.questions.push(QuestionSpec { id: Some(SECOND), ..two.spec.questions[0].clone() });
        let all = states.iter().flat_map(|(state, _)| [answer(QUESTION, state), answer(SECOND, state)]);
        let mut answers: Vec<DraftAnswer> = all.collect();
        assert_eq!(judge(&two, &answers), [""; 0], "each question has its own choices");
        answers.push(answer(SECOND, "Arizona"));
        let last = format!("duplicateAnswer answers[{}].value", answers.len() - 1);
        assert_eq!(judge(&two, &answers), [last]);
    }
}

#[test]
fn a4_a6_required_blank_and_cleared_answers() {
    let blank = DraftAnswer { value: None, ..answer(QUESTION, "") };
    for (request_type, is_required, expected) in [
        (RequestType::UserAdd, true, &["requiredAnswerMissing answers"][..]),
        (RequestType::OnBehalfAdd, true, &["requiredAnswerMissing answers"]),
        (RequestType::AdminAdd, true, &[]),
        (RequestType::SystemAdd, true, &[]),
        (RequestType::UserUpdate, true, &["requiredAnswerMissing answers[0].value"]),
        (RequestType::AdminUpdate, true, &["requiredAnswerMissing answers[0].value"]),
        (RequestType::UserAdd, false, &[]),
        (RequestType::UserUpdate, false, &[]),
    ] {
        let mut setup = asking(request_type, text(None));
        setup.spec.questions[0].is_required = is_required;
        for blank in [blank.clone(), answer(QUESTION, ""), answer(QUESTION, "\u{85}\u{2029}\u{3000}")] {
            assert_eq!(judge(&setup, &[blank]), expected, "{request_type} {is_required}");
        }
    }
    let update = asking(RequestType::UserUpdate, text(None));
    let given = answer(QUESTION, "x");
    let later = ["duplicateAnswer answers[1].value"];
    for pair in [[blank.clone(), given.clone()], [given, blank.clone()], [blank.clone(), blank.clone()]] {
        assert_eq!(judge(&update, &pair), later, "a cleared answer goes with no other");
    }
    let bad = answer(QUESTION, "\u{7}");
    assert_eq!(judge(&update, &[blank.clone(), bad]), later, "judged before C14");
    let stored = update.draft(|draft| draft.answers = vec![blank]).submit().request;
    assert_eq!(
        stored.answers(),
        [Answer {
            question_id: QUESTION,
            question_kind: QuestionKind::TextInput,
            value: None,
            display_value: None
        }]
    );
}

#[test]
fn a5_choices_by_value_then_by_text() {
    let setup = asking(
        RequestType::UserAdd,
        choices(true, &[("AZ", &["Arizona", "NV"]), ("NV", &["Nevada", "State"]), (" ", &["None", "State"])]),
    );
    let stored = |value: &str| {
        let playback = setup.clone().draft(|draft| draft.answers = vec![answer(QUESTION, value)]).submit();
        assert_eq!(
            Request::replay(&playback.events, &Limits::DEFAULT).as_ref(),
            Ok(&playback.request),
            "and it is stored"
        );
        let answer = playback.request.answers()[0].clone();
        (answer.value.unwrap().to_string(), answer.display_value.unwrap().to_string())
    };
    assert_eq!(stored("NV"), ("NV".into(), "Nevada".into()), "a value goes before a text");
    assert_eq!(stored("Arizona"), ("AZ".into(), "Arizona".into()));
    assert_eq!(stored("None"), (" ".into(), "None".into()), "a value of white space");
    assert_eq!(judge(&setup, &[answer(QUESTION, "State")]), ["ambiguousChoice answers[0].value"]);
    for value in ["arizona", " AZ", "az", "Texas"] {
        assert_eq!(judge(&setup, &[answer(QUESTION, value)]), ["notAChoice answers[0].value"], "{value}");
    }
    let same = asking(RequestType::UserAdd, choices(false, &[("A", &["Same", "Same"]), ("B", &[])]));
    assert_eq!(
        judge(&same, &[answer(QUESTION, "Same")]),
        [""; 0],
        "one choice with a text twice is not ambiguous"
    );
}

#[test]
fn a5_c14_a_name_that_no_answer_may_have_names_no_choice() {
    let form = choices(false, &[("A\u{7}", &["Alpha"]), ("B", &["\u{202e}B", "Beta"]), ("fifth", &["E"])]);
    let mut setup = asking(RequestType::UserAdd, form);
    setup.limits.answer = "fifth".len();
    for value in ["Alpha", "B", "Beta", "fifth", "E"] {
        assert_eq!(judge(&setup, &[answer(QUESTION, value)]), [""; 0], "{value}");
    }
    for value in ["A\u{7}", "\u{202e}B"] {
        assert_eq!(
            judge(&setup, &[answer(QUESTION, value)]),
            ["forbiddenCharacter answers[0].value"],
            "C14 first"
        );
    }
    setup.limits.answer -= 1;
    for value in ["fifth", "Alpha", "other"] {
        assert_eq!(judge(&setup, &[answer(QUESTION, value)]), ["tooLong answers[0].value"], "{value}");
    }
    assert_eq!(judge(&setup, &[answer(QUESTION, "E")]), [""; 0]);
}

#[test]
fn a7_a8_a9_a10_the_first_rule_that_an_answer_breaks() {
    let line = QuestionForm::TextInput { is_single_line: true, pattern: Some("a+".into()) };
    let setup = asking(RequestType::UserAdd, line.clone());
    for value in ["a\ra", "a\n", "a\u{85}", "a\u{2028}a", "\u{2029}a"] {
        assert_eq!(
            judge(&setup, &[answer(QUESTION, value)]),
            ["multilineNotAllowed answers[0].value"],
            "{value:?}"
        );
    }
    for value in ["b", "aab", " a", "a\t"] {
        assert_eq!(
            judge(&setup, &[answer(QUESTION, value)]),
            ["patternMismatch answers[0].value"],
            "{value:?}"
        );
    }
    let mut fixed = asking(RequestType::UserUpdate, line);
    fixed.spec.questions[0].is_answer_editable = false;
    let not_editable = ["answerNotEditable answers[0].value", "answerNotEditable answers[1].value"];
    assert_eq!(
        judge(&fixed, &[answer(QUESTION, "\u{7}"), answer(QUESTION, "")]),
        not_editable,
        "A9 before A6 and C14"
    );
    fixed.draft.request_type = RequestType::AdminUpdate;
    let by_admin = ExistingAssignment { target: TARGET, ..fixed.assignment() };
    fixed.draft.answers = vec![answer(QUESTION, "a")];
    assert_eq!(faults_with(&fixed, Some(&by_admin), Actor::new(ADMIN, Role::Administrator)), [""; 0]);
    let mut two = setup;
    let second = QuestionSpec {
        id: Some(SECOND),
        texts: Vec::new(),
        is_required: true,
        ..two.spec.questions[0].clone()
    };
    two.spec.questions.push(second);
    assert_eq!(
        judge(&two, &[answer(QUESTION, "b"), answer(OTHER, "a"), answer(QUESTION, "\u{7}")]),
        [
            "patternMismatch answers[0].value",
            "unknownQuestion answers[1].answeredQuestion.id",
            "forbiddenCharacter answers[2].value",
            "requiredAnswerMissing answers"
        ],
        "in document order, C14 before A3, then the missing ones"
    );
}

// Policies.

fn ticks(ticks: i64) -> Period {
    Period::from_ticks(ticks).unwrap_or(Period::ZERO)
}

fn compile(setup: &Setup) -> Vec<String> {
    match Policy::compile(&setup.spec, &setup.limits) {
        Ok(_) => Vec::new(),
        Err(violations) => {
            violations.iter().map(|violation| format!("{} {}", violation.code(), violation.place)).collect()
        }
    }
}

#[test]
fn p1_p2_questions_at_their_limits_and_one_over() {
    let limits = Limits { questions: 2, choices: 3, pattern: 4, pattern_nesting: 2, ..Limits::DEFAULT };
    let question = |id: u128, form| QuestionSpec {
        id: Some(Uuid::from_u128(id)),
        texts: Vec::new(),
        is_required: false,
        is_answer_editable: false,
        form,
    };
    let of = |questions: Vec<QuestionSpec>| {
        let mut setup = Setup { limits, ..Setup::add() };
        setup.spec.questions = questions;
        compile(&setup)
    };
    let three: &[(&str, &[&str])] = &[("a", &[]), ("b", &[]), ("A", &[])];
    let four: &[(&str, &[&str])] = &[("a", &[]), ("a", &[]), ("", &[]), ("", &[])];
    assert_eq!(
        of(vec![question(1, choices(false, three)), question(2, text(Some("((a)")))]),
        ["badPattern questions[1].regexPattern"]
    );
    assert_eq!(of(vec![question(1, choices(false, three)), question(2, text(Some("(ab)")))]), [""; 0]);
    assert_eq!(
        of(vec![question(1, text(Some(""))), question(1, text(Some("abcde")))]),
        ["duplicateQuestion questions[1].id", "badPattern questions[1].regexPattern"]
    );
    assert_eq!(
        of(vec![question(1, choices(true, four)), question(2, choices(false, &[]))]),
        [
            "duplicateChoice questions[0].choices[1].actualValue",
            "emptyChoice questions[0].choices[2].actualValue",
            "emptyChoice questions[0].choices[3].actualValue",
            "tooMany questions[0].choices",
            "noChoices questions[1].choices"
        ]
    );
    assert_eq!(
        of(vec![question(1, text(None)), question(1, text(Some("("))), question(3, text(None))]),
        ["tooMany questions"]
    );
    let mut raised = Setup { limits: Limits { pattern: 2_000, ..Limits::DEFAULT }, ..Setup::add() };
    raised.spec.questions = vec![question(1, text(Some(&"a".repeat(2_000))))];
    assert_eq!(compile(&raised), [""; 0], "a host may raise a limit");
    raised.limits = Limits { compiled_pattern: 1_024, ..raised.limits };
    assert_eq!(compile(&raised), ["badPattern questions[0].regexPattern"]);
}

/// Questions numbered from 1 on, each with one of these patterns.
fn asking_patterns(patterns: &[&str]) -> Setup {
    let mut setup = Setup::add();
    for (number, pattern) in (1..).zip(patterns) {
        setup.spec.questions.push(QuestionSpec {
            id: Some(Uuid::from_u128(number)),
            texts: Vec::new(),
            is_required: false,
            is_answer_editable: true,
            form: text(Some(pattern)),
        });
    }
    setup
}

#[test]
fn p8_what_patterns_cost_by_themselves_and_together() {
    let costly = r"(\w{1,9}){1,999}";
    assert_eq!(compile(&asking_patterns(&["a", costly, "b"])), ["badPattern questions[1].regexPattern"]);
    let mut raised = asking_patterns(&["a", costly, "b"]);
    raised.limits.pattern_steps *= 2;
    assert_eq!(compile(&raised), [""; 0], "a host may raise the limit");
    raised.limits.answer *= 2;
    assert_eq!(compile(&raised), ["badPattern questions[1].regexPattern"], "longer answers cost more");

    let mut memory = asking_patterns(&[r"\w", r"\d", "(", r"\w"]);
    memory.limits.patterns_memory = 1_000;
    assert_eq!(
        compile(&memory),
        ["badPattern questions[0].regexPattern", "badPattern questions[2].regexPattern"],
        "of those that go beyond it the first alone, and what is wrong for another reason"
    );

    let mut cache = PatternCache::new();
    let mut reading = asking_patterns(&[r"\w", r"\d", "[a-z]", r"\s"]);
    reading.limits.patterns_reading = 20_000;
    for _ in 0..2 {
        let violations =
            Policy::compile_with(&reading.spec, &reading.limits, &|_| None, &mut cache).unwrap_err();
        assert_eq!(
            violations.to_string(),
            "`questions[3].regexPattern` cannot be used: with the patterns before it, reading its classes would take 30000 \
             steps; at most 20000 are allowed (P8)"
        );
    }
}

/// 200 answers of the longest kind are judged in less than a second, however they and the patterns are made.
#[test]
fn p8_a_body_of_the_longest_answers_is_judged_in_time() {
    let costly = [
        (r"(?:(?:(?:\d){1,145}|(?:.){0,23}){7,39}|(?:[^a])*)", "b1"),
        (r"(?:(?:[^a]){0,83}|(?:(?:(?s:.))*?){4,8}){0,72}", "b"),
        (r"(?s:.)*?(?:(?:.{0,88}|.){1,76})", "a"),
        (r"(?:(?:a|ab|b){1,10}){0,90}(?s:.)*", "ab"),
    ];
    let all: Vec<(&str, &str)> = costly.into_iter().cycle().take(200).collect();
    let mut setup = asking_patterns(&all.iter().map(|(pattern, _)| *pattern).collect::<Vec<_>>());
    let longest = |(number, (_, part)): (u128, &(&str, &str))| {
        answer(Uuid::from_u128(number), &part.repeat(8_192 / part.len()))
    };
    setup.draft.answers = (1..).zip(&all).map(longest).collect();
    let policy = setup.policy();
    let start = ThreadTime::now();
    let judged = policy.check(&setup.draft, None, setup.actor(), t(0));
    let taken = start.elapsed();
    assert_eq!(judged, Ok(()));
    // This build is slower than the one that the limit is for.
    assert!(taken < Duration::from_secs(5), "{taken:?}");
}

#[test]
fn p9_translations_at_their_limit_and_one_over() {
    let texts = |translations: usize| vec!["text".to_owned(); 1 + translations];
    let with = |of_question: usize, of_choices: &[usize]| {
        let mut setup = asking_patterns(&["", ""]);
        let choices = of_choices
            .iter()
            .map(|translations| ChoiceSpec { actual_value: "same".to_owned(), texts: texts(*translations) });
        let form =
            QuestionForm::MultipleChoice { allows_multiple_selection: false, choices: choices.collect() };
        let last = setup.spec.questions.last_mut().unwrap();
        (last.id, last.texts, last.form) = (Some(Uuid::from_u128(1)), texts(of_question), form);
        setup
    };
    assert_eq!(
        compile(&with(200, &[200, 0])),
        ["duplicateQuestion questions[1].id", "duplicateChoice questions[1].choices[1].actualValue"]
    );
    let too_many = with(201, &[201, 200, 203]);
    assert_eq!(
        compile(&too_many),
        [
            "tooMany questions[1].localizations",
            "tooMany questions[1].choices[0].localizations",
            "tooMany questions[1].choices[2].localizations",
            "duplicateQuestion questions[1].id",
            "duplicateChoice questions[1].choices[1].actualValue",
            "duplicateChoice questions[1].choices[2].actualValue",
        ],
        "before what else is wrong with the question"
    );
    let raised = Limits { translations: 203, ..Limits::DEFAULT };
    assert_eq!(compile(&Setup { limits: raised, ..too_many }).len(), 3);
    let mut none = asking_patterns(&[""]);
    none.limits.translations = 0;
    assert_eq!(compile(&none), [""; 0], "no text has no translation");
    none.spec.questions[0].texts = texts(1);
    let violations = Policy::compile(&none.spec, &none.limits).unwrap_err();
    assert_eq!(
        violations.to_string(),
        "`questions[0].localizations` has 1 items; at most 0 are allowed (P9)"
    );
}

#[test]
fn p9_settings_at_their_limit_and_one_over() {
    // Each would be refused by P4.
    let with = |count: usize| {
        let mut setup = Setup::add().wait(CREATED, 4);
        setup.spec.extensions = vec![setup.spec.extensions[0]; count];
        setup.spec.expiration = Expiration { kind: ExpirationType::AfterDuration, end: None, duration: None };
        setup.approval(&[])
    };
    assert_eq!(compile(&with(60)).len(), 62);
    assert_eq!(
        compile(&with(61)),
        [
            "approvalStagesMissing requestApprovalSettings.stages",
            "tooMany customExtensionStageSettings",
            "missing expiration.duration"
        ],
        "where the settings are judged, and none of them is"
    );
    let limits = Limits { extensions: 61, ..Limits::DEFAULT };
    assert_eq!(compile(&Setup { limits, ..with(61) }).len(), 63);
}

#[test]
fn p10_a_stage_of_3660_days_and_one_that_is_longer() {
    const DENIAL: &str = "badDuration requestApprovalSettings.stages[0].durationBeforeAutomaticDenial";
    const ESCALATION: &str = "badDuration requestApprovalSettings.stages[0].durationBeforeEscalation";
    let longest = minutes(3_660 * DAY);
    let staged = |denial: Period| {
        let mut stage = stage(1, None);
        stage.duration_before_automatic_denial = Some(denial);
        (stage.duration_before_escalation, stage.is_escalation_enabled) = (Some(longest), true);
        compile(&Setup::add().approval(&[stage]))
    };
    assert_eq!(staged(longest), [ESCALATION]);
    assert_eq!(staged(ticks(longest.ticks() + 1)), [DENIAL]);
}

#[test]
fn p3_approval_stages_to_the_tick() {
    const DENIAL: &str = "badDuration requestApprovalSettings.stages[0].durationBeforeAutomaticDenial";
    const ESCALATION: &str = "badDuration requestApprovalSettings.stages[0].durationBeforeEscalation";
    let day = minutes(DAY);
    let staged = |denial: Option<Period>, escalation: Option<Period>, enabled| {
        let mut stage = stage(1, None);
        stage.duration_before_automatic_denial = denial;
        (stage.duration_before_escalation, stage.is_escalation_enabled) = (escalation, enabled);
        compile(&Setup::add().approval(&[stage]))
    };
    assert_eq!(staged(Some(ticks(1)), None, false), [""; 0]);
    let longest = minutes(3_660 * DAY);
    assert_eq!(staged(Some(longest), Some(ticks(longest.ticks() - 1)), true), [""; 0], "P10");
    assert_eq!(staged(Some(ticks(longest.ticks() + 1)), None, false), [DENIAL], "P10");
    let beyond = ticks(longest.ticks() + 2);
    assert_eq!(staged(Some(beyond), Some(ticks(longest.ticks() + 1)), true), [DENIAL], "escalated before it");
    assert_eq!(staged(Some(beyond), Some(beyond), true), [DENIAL, ESCALATION]);
    assert_eq!(staged(Some(day), Some(ticks(day.ticks() - 1)), true), [""; 0]);
    assert_eq!(staged(Some(day), Some(day), true), [ESCALATION]);
    assert_eq!(staged(Some(day), Some(Period::ZERO), true), [ESCALATION]);
    assert_eq!(staged(Some(day), None, true), [ESCALATION]);
    assert_eq!(staged(Some(day), Some(day), false), [""; 0], "not looked at");
    assert_eq!(staged(Some(Period::ZERO), None, false), [DENIAL]);
    assert_eq!(staged(None, Some(day), true), [DENIAL, ESCALATION]);
    assert_eq!(
        compile(&Setup::add().approval(&[])),
        ["approvalStagesMissing requestApprovalSettings.stages"]
    );
    let mut for_add_only = Setup::add().approval(&[]);
    for_add_only.spec.approval.is_required_for_update = false;
    assert_eq!(compile(&for_add_only), ["approvalStagesMissing requestApprovalSettings.stages"]);
    assert_eq!(compile(&Setup::add().approval(&[stage(1, None); 3])), [""; 0]);
    assert_eq!(
        compile(&Setup::add().approval(&[stage(1, None); 4])),
        ["tooManyStages requestApprovalSettings.stages"]
    );
}

#[test]
fn p4_callbacks_to_the_tick() {
    let waits = |at: CalloutStage, timeout: Option<Period>| {
        let mut setup = Setup::add().wait(at, 5);
        let callback = CallbackConfiguration { timeout };
        setup.spec.extensions[0].behavior = Some(ExtensionBehavior::LaunchAndWait(callback));
        compile(&setup)
    };
    let configuration = "customExtensionStageSettings[0].customExtension.callbackConfiguration";
    let (shortest, longest) = (minutes(5), minutes(14 * DAY));
    for (timeout, expected) in [
        (Some(shortest), None),
        (Some(longest), None),
        (Some(ticks(shortest.ticks() - 1)), Some("badDuration")),
        (Some(ticks(longest.ticks() + 1)), Some("badDuration")),
        (None, Some("missing")),
    ] {
        let expected: Vec<_> =
            expected.into_iter().map(|code| format!("{code} {configuration}.timeoutDuration")).collect();
        assert_eq!(waits(CREATED, timeout), expected, "{timeout:?}");
        let early = waits(CalloutStage::AssignmentOneDayBeforeExpiration, timeout);
        assert_eq!(early, [format!("waitNotAllowed {configuration}")], "only that");
    }
}

#[test]
fn p5_expirations_to_the_tick() {
    use ExpirationType::{AfterDateTime, AfterDuration, NoExpiration};
    let expires = |kind, end, duration| {
        let mut setup = Setup::add();
        setup.spec.expiration = Expiration { kind, end, duration };
        compile(&setup)
    };
    assert_eq!(expires(AfterDuration, None, None), ["missing expiration.duration"]);
    assert_eq!(expires(AfterDuration, None, Some(Period::ZERO)), ["badDuration expiration.duration"]);
    assert_eq!(expires(AfterDuration, None, Some(ticks(1))), [""; 0]);
    assert_eq!(expires(AfterDateTime, None, None), ["missing expiration.endDateTime"]);
    assert_eq!(expires(NoExpiration, None, Some(Period::ZERO)), ["badDuration expiration.duration"]);
}

#[test]
fn c4_c2_what_is_taken_over_into_the_request() {
    let playback = Setup::of(RequestType::AdminRemove).submit();
    let request = playback.request;
    assert_eq!(request.assignment_id(), Some(ASSIGNMENT));
    assert_eq!((request.access_package_id(), request.assignment_policy_id()), (Some(PACKAGE), Some(POLICY)));
    assert_eq!((request.requestor(), request.target()), (ADMIN, Some(TARGET)), "the target is the holder");
    assert_eq!(request.justification(), Some("no longer needed"));
    let add = Setup::add().submit().request;
    assert_eq!(add.justification(), None);
    assert_eq!(
        (add.target(), add.assignment_id()),
        (Some(REQUESTOR), None),
        "a user who names no target is the target"
    );
    let blank = Setup::add().draft(|draft| draft.target_email = Some("\u{3000} ".into())).submit().request;
    assert_eq!(blank.target(), Some(REQUESTOR), "a blank address is none");
    let email = Setup::of(RequestType::AdminAdd).by_email().submit().request;
    assert_eq!((email.target(), email.target_email()), (None, Some("adele@example.com")));
}
