//! The matrix: in every phase, every command by every role, and what becomes of it. It is committed as
//! `tests/golden/matrix.txt`; `UPDATE_GOLDEN=1` writes it again.
//!
//! Requests are brought into their phases by commands. Everybody is neither requestor nor target where a line does not
//! say otherwise, but for the user, who is the requestor.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use assignment_request::{
    Action, ActionKind, Actor, ApprovalDecision, CallbackDecision, CalloutStage, CalloutStageSet,
    Cancellation, Command, DeliveryFailure, DeliveryOutcome, Denial, DeterminedStage, Escalation, Event,
    OnCalloutFailure, Phase, Preset, Request, RequestType, Resume, Role, RulesSpec, StageDecision, Tier,
    Timestamp, WaitFailure,
};
use uuid::Uuid;

#[expect(dead_code, reason = "other tests use the rest")]
mod common;
#[path = "common/determining.rs"]
mod determining;

use common::{
    ADMIN, APPROVED, APPROVER, CREATED, DAY, GRANTED, HOST, HOUR, OTHER, Playback, REMOVED, REQUESTOR,
    SERVICE, Setup, TARGET, admin, approver, callback, decision, host, service, stage, t, until, user,
};
use determining::{DETERMINING, approval_stage, determination};

/// A request in a phase, some minutes after its submission.
struct Case {
    name: &'static str,
    playback: Playback,
    minute: i64,
}

fn case(name: &'static str, minute: i64, playback: Playback) -> Case {
    Case { name, playback, minute }
}

/// On behalf of another, so that requestor and target are two.
fn add() -> Setup {
    Setup::of(RequestType::OnBehalfAdd)
}

fn hold(setup: Setup) -> Setup {
    setup.rules(|rules| rules.on_callout_failure = OnCalloutFailure::Hold)
}

fn portal(setup: Setup) -> Setup {
    Setup { rules: Preset::Portal.spec(), ..setup }
}

fn waiting(setup: Setup, at: CalloutStage) -> Playback {
    setup.wait(at, HOUR).submit().process(1)
}

/// Two stages, of which the first can be escalated.
fn pending() -> Playback {
    add().approval(&[stage(2 * HOUR, Some(HOUR)), stage(2 * HOUR, None)]).submit().process(1)
}

/// Two stages, of which an extension determines the first.
fn determined() -> Setup {
    add().approval(&[stage(2 * HOUR, None); 2]).determines_stage(0, HOUR)
}

/// The same, with a callback that says what the stage is.
fn determined_pending(escalation: Option<i64>) -> Playback {
    let playback = determined().submit().process(1);
    let said = determination(playback.last(), approval_stage(3 * HOUR, escalation));
    playback.does(2, service(), said)
}

fn removal() -> Setup {
    Setup::of(RequestType::AdminRemove)
}

/// Every row of T3, and what differs inside a row.
#[expect(clippy::too_many_lines, reason = "a table: one row a case")]
fn cases() -> Vec<Case> {
    use CallbackDecision::{Canceled, Denied};
    use DeliveryOutcome::{Delivered, Failed, PartiallyDelivered};
    let delivering = || add().submit().process(1);
    let approved_wait =
        || add().approval(&[stage(DAY, None)]).wait(APPROVED, HOUR).submit().process(1).approves(2, 0);
    let after_wait = || waiting(hold(add()), GRANTED).elapses(HOUR + 1);
    vec![
        case("accepted", 1, add().submit()),
        case("accepted, past the deadline", 15 * DAY, add().submit()),
        case(
            "accepted, without a time-out",
            15 * DAY,
            add().rules(|rules| rules.accepted_timeout = None).submit(),
        ),
        case(
            "accepted, for validation only",
            1,
            add().draft(|draft| draft.is_validation_only = true).submit(),
        ),
        case(
            "accepted, the target known by e-mail only, with an approval ahead",
            1,
            Setup::of(RequestType::AdminAdd).by_email().approval(&[stage(DAY, None)]).submit(),
        ),
        case("waiting at Created", 2, waiting(add(), CREATED)),
        case("waiting at Created, past the deadline", HOUR + 1, waiting(add(), CREATED)),
        case("waiting at Created, past the deadline, under hold", HOUR + 1, waiting(hold(add()), CREATED)),
        case("waiting at Created, under PORTAL", 2, waiting(portal(add()), CREATED)),
        case("waiting at Created, under CALLBACK_DATA", 2, {
            waiting(Setup { rules: Preset::CallbackData.spec(), ..add() }, CREATED)
        }),
        case(
            "waiting at Created, held: the callout failed",
            3,
            waiting(hold(add()), CREATED).callout_fails(2),
        ),
        case(
            "waiting at Created, held: the callback timed out",
            HOUR + 2,
            waiting(hold(add()), CREATED).elapses(HOUR + 1),
        ),
        case("waiting at Determining", 2, determined().submit().process(1)),
        case("waiting at Determining, past the deadline", HOUR + 1, determined().submit().process(1)),
        case("waiting at Determining, the second of two", 3, {
            let playback = determined().determines_stage(1, HOUR).submit().process(1);
            let said = determination(playback.last(), approval_stage(3 * HOUR, None));
            playback.does(2, service(), said)
        }),
        case("waiting at Determining, where a callback may refuse", 2, {
            let may_refuse = |rules: &mut RulesSpec| {
                (rules.deny_at, rules.cancel_at) =
                    (CalloutStageSet::of(&[DETERMINING]), CalloutStageSet::of(&[DETERMINING]));
            };
            determined().rules(may_refuse).submit().process(1)
        }),
        case(
            "waiting at Determining, held: the callout failed",
            3,
            hold(determined()).submit().process(1).callout_fails(2),
        ),
        case(
            "waiting at Determining, held: the callback timed out",
            HOUR + 2,
            hold(determined()).submit().process(1).elapses(HOUR + 1),
        ),
        case("a callout at Determining failed", 3, determined().submit().process(1).callout_fails(2)),
        case("approval stage open, determined", 3, determined_pending(None)),
        case("approval stage open, determined, to be escalated", 3, determined_pending(Some(HOUR))),
        case(
            "approval stage open, determined, escalated",
            HOUR + 4,
            determined_pending(Some(HOUR)).elapses(HOUR + 3),
        ),
        case(
            "approval stage open, the second of two, after a determined one",
            4,
            determined_pending(None).approves(3, 0),
        ),
        case("approval stage open, the first of two", 2, pending()),
        case("approval stage open, the first of two, past the deadline", DAY, pending()),
        case("approval stage open, escalated", HOUR + 2, pending().elapses(HOUR + 1)),
        case("approval stage open, the second of two", 3, pending().approves(2, 0)),
        case("waiting at Approved, no approval required", 2, waiting(add(), APPROVED)),
        case(
            "waiting at Approved, held, no approval required",
            3,
            waiting(hold(add()), APPROVED).callout_fails(2),
        ),
        case("waiting at Approved, approval required", 3, approved_wait()),
        case("waiting at Approved, held, approval required", HOUR + 4, {
            hold(add().approval(&[stage(DAY, None)]))
                .wait(APPROVED, HOUR)
                .submit()
                .process(1)
                .approves(2, 0)
                .elapses(HOUR + 3)
        }),
        case("scheduled", 2, add().scheduled(Some(t(DAY)), until(t(2 * DAY))).submit().process(1)),
        case(
            "scheduled, past the start",
            DAY,
            add().scheduled(Some(t(DAY)), until(t(2 * DAY))).submit().process(1),
        ),
        case(
            "scheduled, past the end",
            2 * DAY,
            add().scheduled(Some(t(DAY)), until(t(2 * DAY))).submit().process(1),
        ),
        case("waiting at Granted", 2, waiting(add(), GRANTED)),
        case("waiting at Granted, held", HOUR + 2, after_wait()),
        case("waiting at Granted, held, past the deadline", 20 * DAY, after_wait()),
        case("waiting at Removed", 2, waiting(removal(), REMOVED)),
        case("waiting at Removed, held", 3, waiting(hold(removal()), REMOVED).callout_fails(2)),
        case("being fulfilled", 2, delivering()),
        case("being fulfilled, past the deadline", 20 * DAY, delivering()),
        case(
            "being fulfilled, without a time-out",
            20 * DAY,
            add().rules(|rules| rules.fulfillment_timeout = None).submit().process(1),
        ),
        case("being fulfilled, after a callback", 3, waiting(add(), CREATED).resumes(2, None)),
        case("being fulfilled, again", 4, delivering().reports(2, Failed).reprocesses(3)),
        case("done", 3, delivering().reports(2, Delivered)),
        case("done in part", 3, delivering().reports(2, PartiallyDelivered)),
        case("fulfillment failed", 3, delivering().reports(2, Failed)),
        case("fulfillment failed, past the reprocess window", 20 * DAY, delivering().reports(2, Failed)),
        case("fulfillment failed, past the end", DAY, {
            add().scheduled(None, until(t(DAY))).submit().process(1).reports(2, Failed)
        }),
        case("fulfillment failed, under PORTAL", 3, portal(add()).submit().process(1).reports(2, Failed)),
        case("fulfillment timed out", 20 * DAY + 1, delivering().elapses(20 * DAY)),
        case("a callout failed", 3, waiting(add(), CREATED).callout_fails(2)),
        case("a callout's callback timed out", HOUR + 2, waiting(add(), CREATED).elapses(HOUR + 1)),
        case(
            "denied by an approver",
            3,
            pending().does(2, approver(APPROVER), decision(0, Tier::Primary, ApprovalDecision::Deny)),
        ),
        case("denied by a callback", 3, waiting(add(), APPROVED).resumes(2, Some(Denied))),
        case("nobody decided in time", DAY + 1, pending().elapses(DAY)),
        case("not processed in time", 15 * DAY + 1, add().submit().elapses(15 * DAY)),
        case(
            "the access window passed",
            3 * DAY + 1,
            add().scheduled(None, until(t(2 * DAY))).submit().process(3 * DAY),
        ),
        case("canceled by the requestor", 3, pending().cancels(2, user())),
        case(
            "canceled by an administrator, while waiting",
            3,
            waiting(portal(add()), CREATED).cancels(2, admin()),
        ),
        case("canceled by the system", 3, pending().cancels(2, host())),
        case("canceled by a callback", 3, waiting(add(), CREATED).resumes(2, Some(Canceled))),
        case(
            "canceled with a callout of which nobody waits",
            3,
            add().launch(CREATED).approval(&[stage(DAY, None)]).submit().process(1).cancels(2, user()),
        ),
    ]
}

/// Every request type at its beginning, with everything on its route.
fn types() -> Vec<(RequestType, Playback)> {
    let setup = |request_type| {
        Setup::of(request_type)
            .launch(CREATED)
            .approval(&[stage(DAY, None)])
            .wait(APPROVED, HOUR)
            .wait(GRANTED, HOUR)
            .wait(REMOVED, HOUR)
    };
    RequestType::ALL.iter().map(|request_type| (*request_type, setup(*request_type).submit())).collect()
}

/// A form of a phase, as far as commands can differ in it. A new phase has none, and breaks the build.
const fn shape(phase: Phase) -> &'static str {
    match phase {
        Phase::Accepted { deadline: Some(_) } => "accepted",
        Phase::Accepted { deadline: None } => "accepted, without a deadline",
        Phase::WaitingForCallback { stage, held, .. } => match (stage, held) {
            (CREATED, None) => "waiting at Created",
            (CREATED, Some(WaitFailure::CalloutFailed)) => "waiting at Created, failed",
            (CREATED, Some(WaitFailure::CallbackTimedOut)) => "waiting at Created, timed out",
            (DETERMINING, None) => "waiting at Determining",
            (DETERMINING, Some(_)) => "waiting at Determining, held",
            (APPROVED, None) => "waiting at Approved",
            (APPROVED, Some(_)) => "waiting at Approved, held",
            (GRANTED, None) => "waiting at Granted",
            (GRANTED, Some(_)) => "waiting at Granted, held",
            (REMOVED, None) => "waiting at Removed",
            (REMOVED, Some(_)) => "waiting at Removed, held",
            (
                CalloutStage::AssignmentFourteenDaysBeforeExpiration
                | CalloutStage::AssignmentOneDayBeforeExpiration,
                _,
            ) => "never",
        },
        Phase::PendingApproval { escalation: Escalation::At(_), .. } => "pending, to be escalated",
        Phase::PendingApproval { escalation: Escalation::Disabled, .. } => "pending",
        Phase::PendingApproval { escalation: Escalation::Escalated, .. } => "pending, escalated",
        Phase::Scheduled { .. } => "scheduled",
        Phase::Delivering { deadline: Some(_) } => "delivering",
        Phase::Delivering { deadline: None } => "delivering, without a deadline",
        Phase::Delivered => "delivered",
        Phase::PartiallyDelivered => "partially delivered",
        Phase::DeliveryFailed(DeliveryFailure::Fulfillment) => "fulfillment failed",
        Phase::DeliveryFailed(DeliveryFailure::FulfillmentTimedOut) => "fulfillment timed out",
        Phase::DeliveryFailed(DeliveryFailure::CalloutFailed) => "callout failed",
        Phase::DeliveryFailed(DeliveryFailure::CallbackTimedOut) => "callback timed out",
        Phase::Denied(Denial::Approver) => "denied by an approver",
        Phase::Denied(Denial::Callback) => "denied by a callback",
        Phase::Denied(Denial::ApprovalExpired) => "nobody decided",
        Phase::Denied(Denial::WindowPassed) => "window passed",
        Phase::Denied(Denial::NotProcessed) => "not processed",
        Phase::Canceled(Cancellation::Requestor(_)) => "canceled by the requestor",
        Phase::Canceled(Cancellation::Administrator(_)) => "canceled by an administrator",
        Phase::Canceled(Cancellation::System(_)) => "canceled by the system",
        Phase::Canceled(Cancellation::Callback) => "canceled by a callback",
    }
}

/// Every form but the one that never is.
const SHAPES: [&str; 34] = [
    "accepted",
    "accepted, without a deadline",
    "callback timed out",
    "callout failed",
    "canceled by a callback",
    "canceled by an administrator",
    "canceled by the requestor",
    "canceled by the system",
    "delivered",
    "delivering",
    "delivering, without a deadline",
    "denied by a callback",
    "denied by an approver",
    "fulfillment failed",
    "fulfillment timed out",
    "nobody decided",
    "not processed",
    "partially delivered",
    "pending",
    "pending, escalated",
    "pending, to be escalated",
    "scheduled",
    "waiting at Approved",
    "waiting at Approved, held",
    "waiting at Created",
    "waiting at Created, failed",
    "waiting at Created, timed out",
    "waiting at Determining",
    "waiting at Determining, held",
    "waiting at Granted",
    "waiting at Granted, held",
    "waiting at Removed",
    "waiting at Removed, held",
    "window passed",
];

/// An action with a name, perhaps by somebody who is concerned.
struct Line {
    name: String,
    action: Action,
    subject: Option<Uuid>,
}

/// Every kind of action, with the contents that make a difference.
fn lines(request: &Request) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut line = |name: &str, subject, action| lines.push(Line { name: name.into(), action, subject });
    line("process", None, Action::Process { target: None });
    line("process, naming the target", None, Action::Process { target: Some(TARGET) });
    line("process, naming another target", None, Action::Process { target: Some(OTHER) });
    let (instance, at) =
        request.callouts().last().map_or((OTHER, CREATED), |callout| (callout.instance(), callout.stage()));
    line("resume", None, callback(instance, at, None));
    line("resume, denied", None, callback(instance, at, Some(CallbackDecision::Denied)));
    line("resume, canceled", None, callback(instance, at, Some(CallbackDecision::Canceled)));
    line("resume, by the requestor", Some(REQUESTOR), callback(instance, at, None));
    line("resume, by the target", Some(TARGET), callback(instance, at, None));
    let other = if at == CREATED { APPROVED } else { CREATED };
    line("resume, of another stage", None, callback(instance, other, None));
    let before = CalloutStage::AssignmentOneDayBeforeExpiration;
    line("resume, of a pre-expiration stage", None, callback(instance, before, None));
    line("resume, of an unknown callout", None, callback(OTHER, CREATED, None));
    let detail = Some("\u{202e}".into());
    let resume =
        Resume { instance, stage: at, decision: None, approval_stage: None, source: None, detail: None };
    line("resume, with a forbidden character", None, Action::Resume(Resume { detail, ..resume.clone() }));
    for (name, stage, decision) in [
        ("resume, with an approval stage", approval_stage(3 * HOUR, None), None),
        ("resume, with an escalating approval stage", approval_stage(3 * HOUR, Some(HOUR)), None),
        ("resume, with an approval stage that says nothing", DeterminedStage::EMPTY, None),
        (
            "resume, denied, with an approval stage",
            approval_stage(3 * HOUR, None),
            Some(CallbackDecision::Denied),
        ),
    ] {
        let approval_stage = Some(Arc::new(stage));
        line(name, None, Action::Resume(Resume { decision, approval_stage, ..resume.clone() }));
    }
    for (name, number) in [("first", 0), ("second", 1)] {
        for decided in ApprovalDecision::ALL {
            let name = format!("decide, {decided} the {name} stage");
            line(&name, None, decision(number, Tier::Primary, *decided));
        }
    }
    let approve = |number, tier| decision(number, tier, ApprovalDecision::Approve);
    line("decide, approve the first stage, as escalation approver", None, approve(0, Tier::Escalation));
    line("decide, approve the second stage, as escalation approver", None, approve(1, Tier::Escalation));
    line("decide, approve the first stage, by the requestor", Some(REQUESTOR), approve(0, Tier::Primary));
    line("decide, approve the first stage, by the target", Some(TARGET), approve(0, Tier::Primary));
    line("decide, approve the first stage, by who determined it", Some(SERVICE), approve(0, Tier::Primary));
    line("decide, approve a stage that is not there", None, approve(9, Tier::Primary));
    let justification = Some("\u{202e}".into());
    let forbidden =
        StageDecision { stage: 0, tier: Tier::Primary, decision: ApprovalDecision::Approve, justification };
    line("decide, with a forbidden character", None, Action::DecideStage(forbidden));
    line("cancel", None, Action::Cancel);
    line("cancel, by another than the requestor", Some(OTHER), Action::Cancel);
    line("reprocess", None, Action::Reprocess);
    let attempt = request.attempt().unwrap_or(0);
    for outcome in DeliveryOutcome::ALL {
        let name = format!("reportDelivery, {outcome}");
        line(&name, None, Action::ReportDelivery { attempt, outcome: *outcome });
    }
    let outcome = DeliveryOutcome::Delivered;
    if let Some(attempt) = attempt.checked_sub(1) {
        line("reportDelivery, of the attempt before", None, Action::ReportDelivery { attempt, outcome });
    }
    line(
        "reportDelivery, of the next attempt",
        None,
        Action::ReportDelivery { attempt: attempt + 1, outcome },
    );
    line("reportCalloutFailed", None, Action::ReportCalloutFailed { instance, detail: None });
    line("reportCalloutFailed, of an unknown callout", None, common::failed(OTHER));
    line("elapse", None, Action::Elapse);
    lines
}

/// Who it is that has a role.
const fn subject(role: Role) -> Uuid {
    match role {
        Role::User => REQUESTOR,
        Role::Approver => APPROVER,
        Role::Administrator => ADMIN,
        Role::Extension => SERVICE,
        Role::System => HOST,
    }
}

fn place(request: &Request) -> String {
    format!("{} / {}", request.state(), request.status())
}

/// What becomes of a command: its events and where they lead, or the code and the rule.
fn outcome(request: &Request, command: &Command, now: Timestamp) -> String {
    let mut after = request.clone();
    match after.handle(command, now) {
        Ok(events) if events.is_empty() => {
            assert_eq!(after, *request);
            "nothing".into()
        }
        Ok(events) => {
            let names: Vec<_> = events.iter().map(Event::name).collect();
            format!("{} -> {}", names.join(", "), place(&after))
        }
        Err(rejection) => {
            assert_eq!(after, *request, "I1");
            format!("! {} ({})", rejection.code(), rejection.rule())
        }
    }
}

/// Writes the cells of one line of a case: roles that meet the same outcome stand together.
fn write_line(text: &mut String, request: &Request, line: &Line, now: Timestamp) {
    let _ = writeln!(text, "  {}", line.name);
    let mut outcomes: Vec<(String, Vec<Role>)> = Vec::new();
    for role in Role::ALL {
        let actor = Actor::new(line.subject.unwrap_or(subject(*role)), *role);
        let said = outcome(request, &Command::new(actor, line.action.clone()), now);
        match outcomes.iter_mut().find(|(other, _)| *other == said) {
            Some((_, roles)) => roles.push(*role),
            None => outcomes.push((said, vec![*role])),
        }
    }
    for (said, roles) in outcomes {
        let names: Vec<_> = roles.iter().map(ToString::to_string).collect();
        let _ = writeln!(text, "    {:<50} {said}", names.join(" "));
    }
}

/// The whole matrix as text.
fn matrix() -> String {
    let mut text = String::from(concat!(
        "The matrix: phase, command, role; the events and where they lead, or the code and the rule.\n",
        "Written by tests/matrix.rs; UPDATE_GOLDEN=1 writes it again.\n",
    ));
    for Case { name, playback, minute } in cases() {
        let _ = writeln!(text, "\n== {name} [{}]", place(&playback.request));
        for line in lines(&playback.request) {
            write_line(&mut text, &playback.request, &line, t(minute));
        }
    }
    for (request_type, playback) in types() {
        let _ = writeln!(
            text,
            "\n== {request_type}, with everything on its route [{}]",
            place(&playback.request)
        );
        for line in lines(&playback.request).iter().filter(|line| line.action.kind() == ActionKind::Process) {
            write_line(&mut text, &playback.request, line, t(1));
        }
    }
    text
}

/// The roles of each line, by the name of its case and its own.
fn cells(text: &str) -> BTreeMap<(&str, &str), Vec<Role>> {
    let mut cells: BTreeMap<_, Vec<_>> = BTreeMap::new();
    let (mut case, mut action) = ("", "");
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("== ") {
            case = heading.rsplit_once(" [").unwrap().0;
        } else if let Some(roles) = line.strip_prefix("    ") {
            let named = roles.split_whitespace().map_while(|name| name.parse::<Role>().ok());
            cells.entry((case, action)).or_default().extend(named);
        } else if let Some(name) = line.strip_prefix("  ") {
            action = name;
        }
    }
    cells
}

/// The cells that a matrix lacks, or has more than once: each case has a line of every kind of action, and each line
/// every role.
fn missing(text: &str, cases: &[Case]) -> Vec<String> {
    let mut missing = Vec::new();
    let mut kinds: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for ((case, line), mut roles) in cells(text) {
        kinds.entry(case).or_default().insert(line.split(',').next().unwrap());
        roles.sort_unstable();
        if roles != Role::ALL {
            missing.push(format!("{case}, {line}: only {roles:?}"));
        }
    }
    for case in cases {
        for kind in ActionKind::ALL {
            if !kinds.get(case.name).is_some_and(|kinds| kinds.contains(kind.to_string().as_str())) {
                missing.push(format!("{}: {kind}", case.name));
            }
        }
    }
    missing
}

#[test]
fn the_committed_matrix_is_that_of_the_machine() {
    let text = matrix();
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/matrix.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = committed.lines().zip(text.lines()).position(|(one, other)| one != other);
    assert!(
        committed == text,
        "tests/golden/matrix.txt differs from line {:?} on; if that is meant, run the tests with UPDATE_GOLDEN=1",
        differs.map(|line| line + 1)
    );
}

#[test]
fn t3_no_cell_of_the_matrix_is_missing() {
    let text = matrix();
    let cases = cases();
    assert_eq!(missing(&text, &cases), <Vec<String>>::new());
    let shapes: BTreeSet<_> = cases.iter().map(|case| shape(case.playback.request.phase())).collect();
    assert_eq!(shapes, BTreeSet::from(SHAPES));
    let names: BTreeSet<_> = cases.iter().map(|case| case.name).collect();
    assert_eq!(names.len(), cases.len());
    for request_type in RequestType::ALL {
        assert!(
            text.contains(&format!("\n== {request_type}, with everything on its route [")),
            "{request_type}"
        );
    }
}

#[test]
fn t3_a_missing_cell_is_found() {
    let text = matrix();
    let cases = cases();
    let without_role = text.replacen("administrator extension", "administrator", 1);
    assert_eq!(missing(&without_role, &cases).len(), 1);
    let first_case = text.find("\n== ").unwrap();
    let elapse = text.find("\n  elapse\n").unwrap();
    let next_case = elapse + text.get(elapse..).unwrap().find("\n\n").unwrap();
    let without_line = [text.get(..elapse).unwrap(), text.get(next_case..).unwrap()].concat();
    assert_eq!(missing(&without_line, &cases), ["accepted: elapse"]);
    let without_case = [text.get(..first_case).unwrap(), text.get(next_case..).unwrap()].concat();
    assert_eq!(missing(&without_case, &cases).len(), ActionKind::ALL.len());
}
