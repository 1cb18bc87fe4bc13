//! The matrix: in every phase, every command by every role, and what it does. It is committed as
//! `tests/golden/matrix.txt`; `UPDATE_GOLDEN=1` writes it again.
//!
//! Commands bring the requests into their phases. The user is the requestor. The other roles are neither requestor nor
//! target, unless the variant says so or an administrator made the request.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use assignment_request::{
    Action, ActionKind, Actor, ApprovalDecision, CallbackDecision, CalloutId, CalloutStage, CalloutStageSet,
    Cancellation, Command, DeliveryFailure, DeliveryOutcome, Denial, DeterminedStage, Escalation, Event,
    OnCalloutFailure, Phase, Preset, Request, RequestType, Resume, Role, RulesSpec, StageDecision, SubjectId,
    Tier, Timestamp, WaitFailure,
};

mod text;
use assignment_request_model::golden::assert_golden;

use self::text::{Cells, Section, grouped, read, table, written};
use crate::common;
use crate::common::{
    ADMIN, APPROVED, APPROVER, CREATED, DAY, DETERMINING, GRANTED, HOST, HOUR, OTHER, Playback, REMOVED,
    REQUESTOR, SERVICE, Setup, TARGET, admin, approver, callback, decision, determination, determined_stage,
    host, service, stage, t, until, user,
};

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
    let said = determination(playback.last(), determined_stage(3 * HOUR, escalation));
    playback.does(2, service(), said)
}

fn removal() -> Setup {
    Setup::of(RequestType::AdminRemove)
}

/// Every row of T3, and the differences inside a row.
#[expect(clippy::too_many_lines, reason = "a table: one row per case")]
fn cases() -> Vec<Case> {
    use CallbackDecision::{Cancel, Deny};
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
            let said = determination(playback.last(), determined_stage(3 * HOUR, None));
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
        case(
            "being fulfilled, after a callback",
            3,
            waiting(add(), CREATED).resumes(2, CallbackDecision::Continue),
        ),
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
        case("denied by a callback", 3, waiting(add(), APPROVED).resumes(2, Deny)),
        case("no one decided in time", DAY + 1, pending().elapses(DAY)),
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
        case("canceled by a callback", 3, waiting(add(), CREATED).resumes(2, Cancel)),
        case(
            "canceled while a callout runs that no one waits for",
            3,
            add().launch(CREATED).approval(&[stage(DAY, None)]).submit().process(1).cancels(2, user()),
        ),
    ]
}

/// Every request type just submitted, with everything on its route.
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

/// Names the form of a phase, as far as commands differ by it. A new phase breaks the build.
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
        Phase::Denied(Denial::ApprovalExpired) => "no one decided",
        Phase::Denied(Denial::WindowPassed) => "window passed",
        Phase::Denied(Denial::NotProcessed) => "not processed",
        Phase::Canceled(Cancellation::Requestor(_)) => "canceled by the requestor",
        Phase::Canceled(Cancellation::Administrator(_)) => "canceled by an administrator",
        Phase::Canceled(Cancellation::System(_)) => "canceled by the system",
        Phase::Canceled(Cancellation::Callback) => "canceled by a callback",
    }
}

/// Every form but the one that never occurs.
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
    "no one decided",
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

/// A command of the matrix: the kind of its action, what is special about it, and who gives it if not the usual one.
struct Variant {
    kind: ActionKind,
    detail: String,
    action: Action,
    subject: Option<SubjectId>,
}

/// Every kind of action, with the contents that make a difference. All requests have the same variants.
fn variants(request: &Request) -> Vec<Variant> {
    let mut variants = Vec::new();
    let mut add = |detail: &str, subject, action: Action| {
        variants.push(Variant { kind: action.kind(), detail: detail.into(), action, subject });
    };
    add("without a target", None, Action::Process { target: None });
    add("with the target", None, Action::Process { target: Some(TARGET) });
    add("with another target", None, Action::Process { target: Some(OTHER) });
    let (instance, at) = request
        .callouts()
        .last()
        .map_or((CalloutId::new(OTHER.uuid()), CREATED), |callout| (callout.instance(), callout.stage()));
    add("continued", None, callback(instance, at, CallbackDecision::Continue));
    add("denied", None, callback(instance, at, CallbackDecision::Deny));
    add("canceled", None, callback(instance, at, CallbackDecision::Cancel));
    add("by the requestor", Some(REQUESTOR), callback(instance, at, CallbackDecision::Continue));
    add("by the target", Some(TARGET), callback(instance, at, CallbackDecision::Continue));
    let other = if at == CREATED { APPROVED } else { CREATED };
    add("of another stage", None, callback(instance, other, CallbackDecision::Continue));
    let before = CalloutStage::AssignmentOneDayBeforeExpiration;
    add("of a pre-expiration stage", None, callback(instance, before, CallbackDecision::Continue));
    add(
        "of an unknown callout",
        None,
        callback(CalloutId::new(OTHER.uuid()), CREATED, CallbackDecision::Continue),
    );
    let detail = Some("\u{202e}".into());
    let resume = Resume {
        instance,
        stage: at,
        decision: CallbackDecision::Continue,
        approval_stage: None,
        source: None,
        detail: None,
    };
    add("with a forbidden character", None, Action::Resume(Resume { detail, ..resume.clone() }));
    let lasting = determined_stage(3 * HOUR, None);
    let escalating = determined_stage(3 * HOUR, Some(HOUR));
    for (detail, stage, decision) in [
        ("with an approval stage", lasting.clone(), CallbackDecision::Continue),
        ("with an escalating approval stage", escalating, CallbackDecision::Continue),
        ("with an empty approval stage", DeterminedStage::default(), CallbackDecision::Continue),
        ("denied with an approval stage", lasting, CallbackDecision::Deny),
    ] {
        let approval_stage = Some(Arc::new(stage));
        add(detail, None, Action::Resume(Resume { decision, approval_stage, ..resume.clone() }));
    }
    for (name, number) in [("first", 0), ("second", 1)] {
        for decided in ApprovalDecision::ALL {
            add(&format!("{decided} {name}"), None, decision(number, Tier::Primary, *decided));
        }
    }
    let approve = |number, tier| decision(number, tier, ApprovalDecision::Approve);
    add("approve first as escalation approver", None, approve(0, Tier::Escalation));
    add("approve second as escalation approver", None, approve(1, Tier::Escalation));
    add("approve first as the requestor", Some(REQUESTOR), approve(0, Tier::Primary));
    add("approve first as the target", Some(TARGET), approve(0, Tier::Primary));
    add("approve first as its extension", Some(SERVICE), approve(0, Tier::Primary));
    add("approve a missing stage", None, approve(9, Tier::Primary));
    let justification = Some("\u{202e}".into());
    let forbidden =
        StageDecision { stage: 0, tier: Tier::Primary, decision: ApprovalDecision::Approve, justification };
    add("approve first with a forbidden character", None, Action::DecideStage(forbidden));
    add("the user's request", None, Action::Cancel);
    add("another's request", Some(OTHER), Action::Cancel);
    add("without content", None, Action::Reprocess);
    // A request without an attempt gets reports about attempts 0, 1 and 2.
    let attempt = request.attempt().unwrap_or(1);
    for outcome in DeliveryOutcome::ALL {
        add(&outcome.to_string(), None, Action::ReportDelivery { attempt, outcome: *outcome });
    }
    let outcome = DeliveryOutcome::Delivered;
    add("of the previous attempt", None, Action::ReportDelivery { attempt: attempt - 1, outcome });
    add("of the next attempt", None, Action::ReportDelivery { attempt: attempt + 1, outcome });
    add("of the last callout", None, Action::ReportCalloutFailed { instance, detail: None });
    add("of an unknown callout", None, common::failed(CalloutId::new(OTHER.uuid())));
    add("without content", None, Action::Elapse);
    variants
}

/// The usual id of the one who acts in a role.
fn subject(role: Role, request: &Request) -> SubjectId {
    match role {
        Role::User => request.requestor(),
        Role::Approver => APPROVER,
        Role::Administrator => ADMIN,
        Role::Extension => SERVICE,
        Role::System => HOST,
    }
}

fn place(request: &Request) -> String {
    format!("{} / {}", request.state(), request.status())
}

/// What a command does: its events and where they lead, or the code and the rule of its refusal.
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

/// The whole matrix, computed by the machine. For the request types it has only what `process` does.
fn computed() -> Vec<Section> {
    let section = |name: &str, request: &Request, minute, only: Option<ActionKind>| {
        let mut cells = Vec::new();
        for Variant { kind, detail, action, subject: given } in variants(request) {
            for role in Role::ALL.iter().filter(|_| only.is_none_or(|only| only == kind)) {
                let actor = Actor::new(given.unwrap_or_else(|| subject(*role, request)), *role);
                let outcome = outcome(request, &Command::new(actor, action.clone()), t(minute));
                cells.push((((kind.to_string(), detail.clone()), *role), outcome));
            }
        }
        Section { name: name.into(), place: place(request), cells }
    };
    let (cases, types) = (cases(), types());
    let cases = cases.iter().map(|case| section(case.name, &case.playback.request, case.minute, None));
    let types = types.iter().map(|(request_type, playback)| {
        let name = format!("{request_type}, with everything on its route");
        section(&name, &playback.request, 1, Some(ActionKind::Process))
    });
    cases.chain(types).collect()
}

/// The cells that a matrix lacks: in each case every kind of command, and each command by every role.
fn missing(table: &BTreeMap<String, Cells>, cases: &[Case]) -> Vec<String> {
    let mut missing = Vec::new();
    for case in cases {
        let cells = table.get(&format!("{} [{}]", case.name, place(&case.playback.request)));
        let cells = cells.into_iter().flat_map(Cells::keys).map(|(name, role)| (name, *role));
        let names = grouped(cells);
        for (name, roles) in names.iter().filter(|(_, roles)| roles != Role::ALL) {
            missing.push(format!("{}, {name:?}: only {roles:?}", case.name));
        }
        for kind in ActionKind::ALL.iter().map(ToString::to_string) {
            if !names.iter().any(|((other, _), _)| *other == kind) {
                missing.push(format!("{}: {kind}", case.name));
            }
        }
    }
    missing
}

#[test]
fn the_committed_matrix_is_that_of_the_machine() {
    assert_golden(env!("CARGO_MANIFEST_DIR"), "matrix.txt", &written(&computed()));
}

#[test]
fn the_text_of_the_matrix_loses_nothing() {
    let sections = computed();
    let (text, table) = (written(&sections), table(&sections));
    assert_eq!(table.len(), sections.len(), "two phases have the same heading");
    assert!(table == read(&text), "the text does not say what the machine does");
    for (written, changed) in [
        ("extension (R7)", "extension (R1)"),
        ("nothing", "canceled -> canceled / Canceled"),
        ("(Y6)", "(Y8)"),
    ] {
        assert!(table != read(&text.replacen(written, changed, 1)), "{written}");
    }
}

#[test]
fn t3_no_cell_of_the_matrix_is_missing() {
    let (table, cases) = (table(&computed()), cases());
    assert_eq!(missing(&table, &cases), <Vec<String>>::new());
    let shapes: BTreeSet<_> = cases.iter().map(|case| shape(case.playback.request.phase())).collect();
    assert_eq!(shapes, BTreeSet::from(SHAPES));
    let names: BTreeSet<_> = cases.iter().map(|case| case.name).collect();
    assert_eq!(names.len(), cases.len());
    for request_type in RequestType::ALL {
        let heading = format!("{request_type}, with everything on its route [");
        assert!(table.keys().any(|key| key.starts_with(&heading)), "{request_type}");
    }
}

#[test]
fn t3_a_missing_cell_is_found() {
    let (mut table, cases) = (table(&computed()), cases());
    let accepted = table.get_mut("accepted [submitted / Accepted]").unwrap();
    let cell = accepted.keys().find(|((kind, _), _)| kind == "resume").unwrap().clone();
    accepted.remove(&cell);
    assert_eq!(missing(&table, &cases).len(), 1);
    let accepted = table.get_mut("accepted [submitted / Accepted]").unwrap();
    accepted.retain(|((kind, _), _), _| kind != "resume" && kind != "elapse");
    assert_eq!(missing(&table, &cases), ["accepted: resume", "accepted: elapse"]);
    table.remove("accepted [submitted / Accepted]");
    assert_eq!(missing(&table, &cases).len(), ActionKind::ALL.len());
}
