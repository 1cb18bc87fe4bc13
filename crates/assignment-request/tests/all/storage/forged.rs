//! First events with one thing forged that a single check tells: each row says why no policy and no draft give it (I7).
#![cfg(feature = "serde")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what fails here fails the test"
)]

use assignment_request::{
    AdminBypass, ChoiceSpec, DraftAnswer, Event, Expiration, ExpirationType, ExtensionId, Limits, Period,
    QuestionForm, QuestionId, QuestionSpec, ReplayError, Request, RequestType,
};
use serde_json::{Value, json};

use crate::common;
use crate::common::{
    ADMIN, APPROVED, CREATED, DAY, DETERMINER, HOUR, OTHER, REQUESTOR, SERVICE, Setup, TARGET, stage, t,
    until,
};

/// What is submitted, what in the first event is put where, and why nothing gives that.
type Forgery<'a> = (&'a Setup, &'a [(&'a str, Value)], &'a str);

/// Puts a value where the pointer says, in the place of another or as a member that was not there. Null removes it.
fn forge(submission: &mut Value, pointer: &str, value: &Value) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match submission.pointer_mut(parent).unwrap() {
        Value::Object(members) if value.is_null() => drop(members.remove(name).unwrap()),
        Value::Object(members) => drop(members.insert(name.into(), value.clone())),
        Value::Array(items) => *items.get_mut(name.parse::<usize>().unwrap()).unwrap() = value.clone(),
        other => panic!("{other} has no members"),
    }
}

fn replay(event: &Event, limits: &Limits) -> Result<Request, ReplayError> {
    Request::replay(std::slice::from_ref(event), limits)
}

#[track_caller]
fn assert_refused(table: &[Forgery<'_>]) {
    for (setup, changes, why) in table {
        let playback = setup.submit();
        assert_eq!(replay(&playback.events[0], &setup.limits), Ok(playback.request), "{why}");
        let mut stored = serde_json::to_value(&playback.events[0]).unwrap();
        for (pointer, value) in *changes {
            forge(&mut stored["event"]["submitted"], pointer, value);
        }
        let forged: Event = serde_json::from_value(stored).unwrap_or_else(|error| panic!("{why}: {error}"));
        assert_ne!(forged, playback.events[0], "{why}: it is so anyway");
        assert_eq!(replay(&forged, &setup.limits), Err(ReplayError::Submission), "{why}");
    }
}

/// A setting that several stages name is in a route once for each of them, so a route may have two more than a policy.
#[test]
fn p9_a_route_has_two_extensions_more_than_a_policy_at_most() {
    let setup = (0..4).fold(Setup::add(), |setup, _| setup.wait(CREATED, HOUR));
    let playback = setup.submit();
    for (extensions, is_possible) in [(2, true), (1, false)] {
        let mut limits = setup.limits;
        limits.extensions = extensions;
        assert_eq!(replay(&playback.events[0], &limits).is_ok(), is_possible, "{extensions}");
    }
}

/// An approval stage as it is stored.
fn stored_stage(denial: &str, escalation: Option<&str>) -> Value {
    let mut stage = json!({
        "set": { "durationBeforeAutomaticDenial": denial, "isApproverJustificationRequired": false }
    });
    if let Some(escalation) = escalation {
        stage["set"]["durationBeforeEscalation"] = json!(escalation);
    }
    stage
}

fn extension(stage: &str, id: ExtensionId, timeout: Option<&str>) -> Value {
    let mut extension = json!({ "stage": stage, "customExtensionId": id });
    if let Some(timeout) = timeout {
        extension["timeout"] = json!(timeout);
    }
    extension
}

#[test]
fn i7_p3_p10_an_approval_that_no_policy_has() {
    let plain = Setup::add();
    let escalating = Setup::add().approval(&[stage(HOUR, Some(30))]);
    let stages = |count| json!(vec![stored_stage("PT1H", None); count]);
    let none = "an approval without stages (P3)";
    assert_refused(&[
        (&plain, &[("/route/isApprovalRequiredForAdd", json!(true))], none),
        (&plain, &[("/route/isApprovalRequiredForUpdate", json!(true))], none),
        (&plain, &[("/route/approvalStages", stages(4))], "more than three stages (P3)"),
        (&escalating, &[("/route/approvalStages/0", stored_stage("PT0S", None))], "no time to decide (P3)"),
        (
            &escalating,
            &[("/route/approvalStages/0", stored_stage("P3660DT0.0000001S", None))],
            "more than 3660 days to decide (P10)",
        ),
        (
            &escalating,
            &[("/route/approvalStages/0", stored_stage("PT1H", Some("PT0S")))],
            "escalated at once (P3)",
        ),
        (
            &escalating,
            &[("/route/approvalStages/0", stored_stage("PT1H", Some("PT1H")))],
            "escalated when it ends (P3)",
        ),
    ]);
    let longest = Setup::add().approval(&[stage(3_660 * DAY, None), stage(1, None), stage(1, None)]);
    let playback = longest.submit();
    assert_eq!(replay(&playback.events[0], &Limits::default()), Ok(playback.request), "at the bounds");
}

#[test]
fn i7_p4_extensions_that_no_policy_has() {
    const CREATED: &str = "assignmentRequestCreated";
    const ENDS: &str = "assignmentOneDayBeforeExpiration";
    let waits = Setup::add().wait(common::CREATED, 5);
    let put = |extension: Value| [("/route/extensions/0", extension)];
    assert_refused(&[
        (
            &waits,
            &put(extension(ENDS, ExtensionId::new(SERVICE.uuid()), None)),
            "a request never waits there (P4)",
        ),
        (
            &waits,
            &put(extension(CREATED, ExtensionId::new(SERVICE.uuid()), Some("PT4M59S"))),
            "too short a wait (P4)",
        ),
        (
            &waits,
            &put(extension(CREATED, ExtensionId::new(SERVICE.uuid()), Some("P14DT1S"))),
            "too long a wait (P4)",
        ),
    ]);
}

#[test]
fn i7_y1_y2_y3_y5_determined_stages_that_no_policy_has() {
    const DETERMINING: &str = "assignmentRequestDeterminingApprovalRequirements";
    let twice = Setup::add()
        .determined_by(DETERMINER)
        .approval(&[stage(HOUR, None)])
        .determined_by(ExtensionId::new(SERVICE.uuid()));
    let twice = twice.launch(CREATED);
    let stored = serde_json::to_value(&twice.submit().events[0]).unwrap();
    let extensions = stored["event"]["submitted"]["route"]["extensions"].as_array().unwrap().clone();
    let [created, first, second] = <[Value; 3]>::try_from(extensions).unwrap();
    assert_eq!(created["stage"], "assignmentRequestCreated");
    assert_eq!((first["stage"].as_str(), second["stage"].as_str()), (Some(DETERMINING), Some(DETERMINING)));
    let wait = |id| extension(DETERMINING, id, Some("PT1H"));
    let nameless = json!({ "stage": DETERMINING, "timeout": "PT1H" });
    let put = |extensions: &[&Value]| [("/route/extensions", json!(extensions))];
    let determined = |id: ExtensionId| json!({ "determined": { "customExtensionId": id } });
    assert_refused(&[
        (&twice, &put(&[&created, &first]), "an extension that is never asked (Y5)"),
        (&twice, &put(&[&created, &second, &first]), "asked in another order than the stages (Y5)"),
        (&twice, &put(&[&created, &first, &second, &second]), "asked, and no stage for it (Y5)"),
        (
            &twice,
            &put(&[&created, &first, &wait(ExtensionId::new(OTHER.uuid()))]),
            "another than the stage names (Y2)",
        ),
        (&twice, &put(&[&created, &first, &nameless]), "nobody names it (Y2)"),
        (
            &twice,
            &put(&[&created, &first, &extension(DETERMINING, ExtensionId::new(SERVICE.uuid()), None)]),
            "it must be waited for (Y3)",
        ),
        (
            &twice,
            &put(&[
                &created,
                &first,
                &extension("assignmentRequestCreated", ExtensionId::new(SERVICE.uuid()), Some("PT1H")),
            ]),
            "the stage's extension is called elsewhere (Y5)",
        ),
        (&twice, &put(&[&first, &created, &second]), "a policy's own come before those of Determining (Y5)"),
        (
            &twice,
            &[
                ("/route/approvalStages/2", determined(DETERMINER)),
                ("/route/extensions/2", extension(DETERMINING, DETERMINER, Some("PT2H"))),
            ],
            "one setting with two time-outs (Y2)",
        ),
        (
            &twice,
            &[("/route/approvalStages/1", determined(ExtensionId::new(OTHER.uuid())))],
            "a stage that no extension determines (Y2)",
        ),
    ]);
}

#[test]
fn i7_c14_limits_above_those_of_the_host() {
    let lower = |change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        limits
    };
    let playback = Setup::add().submit();
    for limits in [
        lower(|limits| limits.justification -= 1),
        lower(|limits| limits.detail -= 1),
        lower(|limits| limits.source -= 1),
    ] {
        assert_eq!(replay(&playback.events[0], &limits), Err(ReplayError::Submission), "{limits:?}");
    }
    let raised = {
        let mut limits = Limits::default();
        limits.justification = 9_000;
        limits.detail = 9_000;
        limits.source = 9_000;
        limits
    };
    assert_eq!(replay(&playback.events[0], &raised), Ok(playback.request), "those of the log are lower");
    let higher = [
        ("/route/textLimits/justification", json!(8_193)),
        ("/route/textLimits/detail", json!(8_193)),
        ("/route/textLimits/source", json!(257)),
    ];
    let plain = Setup::add();
    let rows = higher.each_ref().map(|change| {
        (&plain, std::slice::from_ref(change), "a text limit that the host does not have (C14)")
    });
    assert_refused(&rows);
}

#[test]
fn i7_c2_c3_c4_people_and_things_that_no_draft_names() {
    let add = Setup::of(RequestType::AdminAdd);
    let behalf = Setup::of(RequestType::OnBehalfAdd);
    let update = Setup::of(RequestType::UserUpdate);
    let remove = Setup::of(RequestType::SystemRemove);
    let email = add.clone().by_email();
    let system = Setup::of(RequestType::SystemAdd);
    let by_email = |address: &str| [("/target", json!({ "email": address }))];
    let mut limits = Limits::default();
    limits.email = "adele@example.com".len();
    let short = Setup { limits, ..email.clone() };
    assert_refused(&[
        (&add, &[("/assignmentId", json!(OTHER))], "an Add is about no assignment (C4)"),
        (&update, &[("/assignmentId", Value::Null)], "an Update is about one (C4)"),
        (&remove, &[("/assignmentId", Value::Null)], "a Remove is about one (C4)"),
        (&add, &[("/accessPackageId", Value::Null)], "access to nothing (C2)"),
        (&update, &[("/accessPackageId", Value::Null)], "the assignment's (C4)"),
        (&add, &[("/assignmentPolicyId", Value::Null)], "an administrator's Add names its policy (C2)"),
        (&behalf, &[("/assignmentPolicyId", Value::Null)], "an Add on behalf names its policy (C2)"),
        (&update, &[("/assignmentPolicyId", Value::Null)], "the assignment's (C4)"),
        (&behalf, &[("/target/id", json!(REQUESTOR))], "on behalf of oneself (C6)"),
        (&system, &by_email("adele@example.com"), "only an administrator adds by address (C3)"),
        (&update, &by_email("adele@example.com"), "the holder has an id (C4)"),
        (&email, &by_email("\u{3000} "), "a blank address is none (C3)"),
        (&short, &by_email("adele@example.com."), "a longer address (C14)"),
        (&email, &by_email("adele\u{202e}@example.com"), "a forbidden character in the address (C14)"),
    ]);
}

#[test]
fn i7_c8_c14_reasons_that_no_draft_gives() {
    let limits = {
        let mut limits = Limits::default();
        limits.justification = 20;
        limits
    };
    let reason = Setup { limits, ..Setup::add() }.draft(|draft| draft.justification = Some("needed".into()));
    let approver = Setup::of(RequestType::ApproverRemove);
    let say = |text: &str| [("/justification", json!(text))];
    assert_refused(&[
        (&reason, &say(&"x".repeat(21)), "a longer one (C14)"),
        (&reason, &[("/route/textLimits/justification", json!(5))], "longer than the limit of then (C14)"),
        (&reason, &say("a\u{2066}"), "a forbidden character (C14)"),
        (&approver, &[("/justification", Value::Null)], "an approver says why (C8)"),
        (&approver, &say(" \u{a0}"), "an approver says why (C8)"),
    ]);
}

const DURATION: Expiration =
    Expiration { kind: ExpirationType::AfterDuration, end: None, duration: Some(Period::from_days(1)) };

const NEVER: Expiration = Expiration { kind: ExpirationType::NoExpiration, end: None, duration: None };

#[test]
fn i7_c9_schedules_that_no_draft_gives() {
    let remove = Setup::of(RequestType::UserRemove);
    let schedule = |start: i64, expiration: &Value| json!({ "start": t(start), "expiration": expiration });
    let nothing = json!({ "type": "notSpecified" });
    let ends = Setup::add().scheduled(Some(t(HOUR)), until(t(2 * HOUR)));
    let an_admins = Setup::of(RequestType::AdminAdd).scheduled(Some(t(HOUR)), until(t(2 * HOUR)));
    let lasts = Setup::add().scheduled(Some(t(HOUR)), DURATION);
    let open = Setup::add().scheduled(Some(t(HOUR)), Expiration::default());
    let never = Setup::of(RequestType::AdminAdd).scheduled(None, NEVER);
    let (end, duration) = ("/schedule/expiration/endDateTime", "/schedule/expiration/duration");
    let far = 365 * DAY + 1;
    assert_refused(&[
        (&remove, &[("/schedule", schedule(1, &nothing))], "a Remove carries none"),
        (&remove, &[("/windowEnd", json!(t(DAY)))], "a Remove has no window"),
        (&open, &[("/schedule", schedule(far, &nothing))], "a start beyond the start limit"),
        (&open, &[("/route/rules/startLimit", json!("PT59M"))], "a start beyond the start limit of then"),
        (&ends, &[("/schedule/start", json!(t(2 * HOUR)))], "access would end when it starts"),
        (&an_admins, &[("/schedule/start", json!(t(2 * HOUR)))], "access would end when it starts"),
        (&an_admins, &[("/schedule/start", json!(t(3 * HOUR)))], "access would end before it starts"),
        (
            &ends,
            &[("/schedule/start", Value::Null), (end, json!(t(0))), ("/windowEnd", json!(t(0)))],
            "the end was past",
        ),
        (&ends, &[(end, Value::Null)], "an end without a timestamp"),
        (&ends, &[(duration, json!("PT1H"))], "an end and a duration"),
        (&ends, &[("/windowEnd", json!(t(3 * HOUR)))], "the window ends where the schedule says"),
        (&ends, &[("/windowEnd", Value::Null)], "the window ends where the schedule says"),
        (&lasts, &[(duration, json!("PT0S"))], "no time at all"),
        (&lasts, &[(duration, Value::Null)], "a duration without length"),
        (&lasts, &[(end, json!(t(2 * HOUR)))], "a duration and an end"),
        (&open, &[(end, json!(t(2 * HOUR)))], "nothing is said, and an end"),
        (&open, &[(duration, json!("PT1H"))], "nothing is said, and a duration"),
        (&never, &[(end, json!(t(2 * HOUR)))], "no end, and an end"),
        (&never, &[(duration, json!("PT1H"))], "no end, and a duration"),
    ]);
    let endless = Setup::add().rules(|rules| rules.start_limit = None);
    let far = endless.scheduled(Some(t(100_000 * DAY)), Expiration::default()).submit();
    assert_eq!(replay(&far.events[0], &Limits::default()), Ok(far.request));
    let latest = Setup::add().scheduled(Some(t(365 * DAY)), Expiration::default()).submit();
    assert_eq!(replay(&latest.events[0], &Limits::default()), Ok(latest.request));
}

#[test]
fn i7_c9_windows_that_no_policy_gives() {
    let exceeding = |setup: Setup| setup.rules(|rules| rules.admin_may_exceed_policy = true);
    let of = |request_type, expiration| Setup::of(request_type).scheduled(Some(t(HOUR)), expiration);
    let window = |end: i64| [("/windowEnd", json!(t(end)))];
    let an_admins = "what an administrator asks for is not cut by the policy's end";
    let too_late = "a start after the policy's end exceeds it";
    let too_long = "a duration beyond the policy's end exceeds it";
    let admin_add = RequestType::AdminAdd;
    let admin_update = RequestType::AdminUpdate;
    assert_refused(&[
        (&of(admin_add, DURATION), &window(9 * DAY), an_admins),
        (&of(admin_add, NEVER), &window(9 * DAY), an_admins),
        (&exceeding(of(admin_update, DURATION)), &window(9 * DAY), an_admins),
        (&exceeding(of(admin_update, NEVER)), &window(9 * DAY), an_admins),
        (&of(RequestType::UserAdd, NEVER), &window(9 * DAY), "no end exceeds the policy's end"),
        (&of(RequestType::UserAdd, DURATION), &window(DAY + HOUR - 1), too_long),
        (&of(RequestType::UserAdd, Expiration::default()), &window(HOUR), too_late),
        (&of(admin_update, DURATION), &window(DAY + HOUR - 1), too_long),
        (&of(admin_update, NEVER), &window(9 * DAY), "no end exceeds the policy's end"),
    ]);
    // What the policy's end allows, and whom it does not bind.
    for (setup, end) in [
        (of(RequestType::UserAdd, DURATION), DAY + HOUR),
        (of(RequestType::UserAdd, Expiration::default()), HOUR + 1),
        (of(admin_update, DURATION), DAY + HOUR),
        (of(admin_add, Expiration::default()), 1),
        (exceeding(of(admin_update, Expiration::default())), 1),
        (of(RequestType::SystemAdd, DURATION), 1),
        (of(RequestType::SystemUpdate, NEVER), 1),
    ] {
        let mut setup = setup;
        setup.spec.expiration = until(t(end));
        let playback = setup.submit();
        assert_eq!(playback.request.window_end(), Some(t(end)));
        assert_eq!(replay(&playback.events[0], &Limits::default()), Ok(playback.request));
    }
}

/// A policy that asks for a text and for a choice of several.
fn asking(request_type: RequestType, answers: &[(QuestionId, &str)]) -> Setup {
    let question = |id, form| QuestionSpec {
        id: Some(id),
        texts: Vec::new(),
        is_required: false,
        is_answer_editable: true,
        form,
    };
    let choices = [("AZ", "Arizona"), ("NV", "Nevada")]
        .map(|(value, text)| ChoiceSpec { actual_value: value.into(), texts: vec![text.into()] });
    let mut setup = Setup::of(request_type);
    setup.spec.questions = vec![
        question(TEXT, QuestionForm::TextInput { is_single_line: true, pattern: None }),
        question(
            CHOICE,
            QuestionForm::MultipleChoice { allows_multiple_selection: true, choices: choices.into() },
        ),
    ];
    let answers = answers.iter().map(|(id, value)| DraftAnswer {
        question_id: *id,
        question_kind: None,
        value: Some((*value).into()),
    });
    setup.draft(|draft| draft.answers = answers.collect())
}

const TEXT: QuestionId = QuestionId::from_u128(0xc0);
const CHOICE: QuestionId = QuestionId::from_u128(0xc1);

#[test]
fn i7_c10_c11_a3_a5_a6_answers_that_no_draft_gives() {
    let add = asking(RequestType::UserAdd, &[(TEXT, "yes"), (CHOICE, "Arizona"), (CHOICE, "NV")]);
    let update = asking(RequestType::UserUpdate, &[(TEXT, ""), (CHOICE, "AZ")]);
    let chosen = asking(RequestType::UserUpdate, &[(CHOICE, "AZ"), (TEXT, "")]);
    let only = |request_type| {
        asking(request_type, &[(TEXT, "yes"), (CHOICE, "")]).draft(|draft| draft.schedule = None)
    };
    let (admins, systems) = (only(RequestType::AdminUpdate), only(RequestType::SystemUpdate));
    let few = Setup {
        limits: {
            let mut limits = Limits::default();
            limits.answers = 3;
            limits
        },
        ..add.clone()
    };
    let short = Setup {
        limits: {
            let mut limits = Limits::default();
            limits.answer = 7;
            limits
        },
        ..add.clone()
    };
    let remove = Setup::of(RequestType::UserRemove);
    let text = |value: &str| json!({ "questionId": TEXT, "questionKind": "textInput", "value": value });
    let other = |index: u128| json!({ "questionId": QuestionId::from_u128(index), "questionKind": "textInput", "value": "x" });
    let nothing = "an Update by an administrator or the system changes something (C10)";
    assert_refused(&[
        (&admins, &[("/answers", Value::Null)], nothing),
        (&systems, &[("/answers", Value::Null)], nothing),
        (&few, &[("/answers", json!([1, 2, 3, 4].map(other)))], "more answers than the limit (C14)"),
        (&remove, &[("/answers", json!([text("x")]))], "a Remove carries none (C11)"),
        (&add, &[("/answers/0/value", json!(" "))], "a blank answer is none (A6)"),
        (&short, &[("/answers/0/value", json!("12345678"))], "a longer answer (C14)"),
        (&add, &[("/answers/0/value", json!("\u{202e}"))], "a forbidden character (C14)"),
        (&add, &[("/answers/0/displayValue", json!("yes"))], "a text stands for nothing else (A5)"),
        (&add, &[("/answers/0/value", Value::Null)], "an Add clears nothing (A6)"),
        (&add, &[("/answers/1/value", json!(""))], "no choice has an empty value (P1)"),
        (&update, &[("/answers/0/displayValue", json!("yes"))], "a cleared answer stands for nothing (A6)"),
        (&add, &[("/answers/0/questionId", json!(CHOICE))], "one question has two kinds (A2)"),
        (
            &add,
            &[("/answers/2/questionKind", json!("textInput")), ("/answers/2/displayValue", Value::Null)],
            "one question has two kinds (A2)",
        ),
        (&add, &[("/answers/1", text("no"))], "one answer a text question (A3)"),
        (&add, &[("/answers/2/value", json!("AZ"))], "the same choice twice (A3)"),
        (
            &update,
            &[("/answers/0/questionId", json!(CHOICE)), ("/answers/0/questionKind", json!("multipleChoice"))],
            "cleared and chosen (A6)",
        ),
        (
            &chosen,
            &[("/answers/1/questionId", json!(CHOICE)), ("/answers/1/questionKind", json!("multipleChoice"))],
            "chosen and cleared (A6)",
        ),
        (
            &update,
            &[
                ("/answers/1/value", Value::Null),
                ("/answers/1/displayValue", Value::Null),
                ("/answers/1/questionId", json!(TEXT)),
                ("/answers/1/questionKind", json!("textInput")),
            ],
            "cleared twice (A6)",
        ),
        (
            &update,
            &[
                ("/answers/0/questionId", json!(CHOICE)),
                ("/answers/0/questionKind", json!("multipleChoice")),
                ("/answers/1/value", Value::Null),
                ("/answers/1/displayValue", Value::Null),
            ],
            "a choice cleared twice (A6)",
        ),
    ]);
    for request_type in [RequestType::UserUpdate, RequestType::UserExtend] {
        let playback = Setup::of(request_type).draft(|draft| draft.schedule = None).submit();
        assert_eq!(
            replay(&playback.events[0], &Limits::default()),
            Ok(playback.request),
            "{request_type}: C10"
        );
    }
}

#[test]
fn i7_c15_a_bypass_that_no_draft_gets() {
    let asked = [("/bypassApproval", json!(true))];
    let admin_add = Setup::of(RequestType::AdminAdd);
    let never = |setup: Setup| setup.rules(|rules| rules.admin_bypasses_approval = AdminBypass::Never);
    let of = |request_type| Setup::of(request_type);
    let own = [("/bypassApproval", json!(true)), ("/target", json!({ "id": ADMIN }))];
    assert_refused(&[
        (&of(RequestType::UserAdd), &asked, "not by a user"),
        (&of(RequestType::OnBehalfAdd), &asked, "not by a user"),
        (&of(RequestType::SystemAdd), &asked, "not by the system"),
        (&of(RequestType::UserUpdate), &asked, "not by a user"),
        (&of(RequestType::AdminRemove), &asked, "not of a removal"),
        (&of(RequestType::ApproverRemove), &asked, "not by an approver"),
        (&never(admin_add.clone()), &asked, "the rules forbid it"),
        (&never(of(RequestType::AdminUpdate)), &asked, "the rules forbid it"),
        (&admin_add, &own, "not of one's own access"),
        (&of(RequestType::AdminUpdate), &own, "not of one's own access"),
        (&admin_add.clone().by_email(), &asked, "not for somebody whose id is not known"),
    ]);
    let asked = admin_add.draft(|draft| draft.bypass_approval = true).submit();
    assert_eq!(replay(&asked.events[0], &Limits::default()), Ok(asked.request));
}

/// Rules that cannot be are refused when they are read.
#[test]
fn i7_p10_rules_that_no_host_can_set() {
    let stored = serde_json::to_value(&Setup::add().wait(APPROVED, HOUR).submit().events[0]).unwrap();
    for (rule, value, message) in [
        ("acceptedTimeout", "PT0S", "`acceptedTimeout` must be longer than zero, and at most 3660 days"),
        ("startLimit", "P3661D", "`startLimit` must be longer than zero, and at most 3660 days"),
        (
            "determinedStageLimit",
            "PT0S",
            "`determinedStageLimit` must be longer than zero, and at most 3660 days",
        ),
    ] {
        let mut forged = stored.clone();
        forged["event"]["submitted"]["route"]["rules"][rule] = json!(value);
        assert_eq!(serde_json::from_value::<Event>(forged).unwrap_err().to_string(), message);
    }
    let mut forged = stored;
    forged["event"]["submitted"]["route"]["rules"]["cancelable"] = json!(["Delivering"]);
    let refusal = serde_json::from_value::<Event>(forged).unwrap_err();
    assert_eq!(refusal.to_string(), "`cancelable` may not contain Delivering");
}

#[test]
fn i7_a_log_begins_with_the_first_event_of_a_submission() {
    let playback = Setup::add().submit().process(1);
    let mut events = playback.events.clone();
    events[0].sequence = 2;
    assert_eq!(Request::replay(&events, &Limits::default()), Err(ReplayError::Submission));
    assert_eq!(Request::replay(&playback.events[1..], &Limits::default()), Err(ReplayError::Submission));
    let twice = [playback.events[0].clone(), Event { sequence: 2, ..playback.events[0].clone() }];
    assert_eq!(Request::replay(&twice, &Limits::default()), Err(ReplayError::Impossible { sequence: 2 }));
    let (at, target) = (t(0), TARGET);
    let resolved = Event { sequence: 1, at, kind: assignment_request::EventKind::TargetResolved { target } };
    assert_eq!(Request::replay(&[resolved], &Limits::default()), Err(ReplayError::Submission));
}
