//! Schedules, and updates that must change something (C9 to C11).

use assignment_request::{
    Expiration, ExpirationType, Operation, Period, Preset, QuestionId, RequestType, Role, Schedule, Timestamp,
};

use crate::common::{DAY, HOUR, OTHER, Setup, minutes, t, until};
use crate::submission::{QUESTION, answer, asking, faults, text};

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
            Some(Schedule { start: None, expiration: Expiration::default(), has_recurrence: true });
    });
    assert_eq!(faults(&recurring), ["unexpected schedule.recurrence"]);
}

#[test]
fn c9_what_a_user_asks_is_within_the_policy_to_the_tick() {
    let day = minutes(DAY);
    let tick = |timestamp: Timestamp| Timestamp::from_ticks(timestamp.ticks() + 1).unwrap();
    let longer = Period::from_ticks(day.ticks() + 1).unwrap();
    let for_ =
        |duration| Expiration { kind: ExpirationType::AfterDuration, end: None, duration: Some(duration) };
    let never = Expiration { kind: ExpirationType::NoExpiration, end: None, duration: None };
    let none = Expiration::default();
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
    let tick = |timestamp: Timestamp, ticks| Timestamp::from_ticks(timestamp.ticks() + ticks).unwrap();
    let (never, tight) = (t(365 * DAY), t(DAY));
    let types = RequestType::ALL.iter().filter(|kind| kind.operation() != Operation::Remove);
    for request_type in types {
        let of = |limit, start| {
            let setup = Setup::of(*request_type).scheduled(Some(start), Expiration::default());
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
    assert!(violation.to_string().contains("`schedule.startDateTime` is more than P365D in the future"));
    // A schedule that may not be there is not looked into.
    let remove = Setup::of(RequestType::UserRemove).scheduled(Some(t(1_000 * DAY)), Expiration::default());
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
    assert_eq!(end(RequestType::AdminUpdate, Some(Expiration::default())), Some(t(DAY)));
    let exceeding = |request_type, expiration| {
        let mut setup = Setup::of(request_type).rules(|rules| rules.admin_may_exceed_policy = true);
        setup.spec.expiration = until(t(DAY));
        setup.scheduled(None, expiration).submit().request.window_end()
    };
    assert_eq!(exceeding(RequestType::AdminUpdate, for_hour), None, "which the rule frees");
    assert_eq!(exceeding(RequestType::AdminUpdate, never), None);
    assert_eq!(exceeding(RequestType::AdminUpdate, Expiration::default()), Some(t(DAY)));
    assert_eq!(exceeding(RequestType::AdminUpdate, until(t(3 * DAY))), Some(t(3 * DAY)));
    assert_eq!(exceeding(RequestType::UserAdd, for_hour), Some(t(DAY)), "administrators only");
    assert_eq!(exceeding(RequestType::SystemUpdate, never), Some(t(DAY)));
}

#[test]
fn c9_c11_a_remove_has_neither_schedule_nor_answers() {
    let setup = Setup::of(RequestType::UserRemove).scheduled(None, until(t(-1))).draft(|draft| {
        draft.answers = vec![answer(QuestionId::new(OTHER.uuid()), "\u{7}"); 300];
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
