//! The scenarios of this folder: all of them meet their expectations, a changed expectation is noticed, and together
//! they show every rejection, violation, event and row of T3.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use assignment_request::{
    ActionKind, EventKind, Operation, PolicyViolationKind, RejectionKind, RequestType, ViolationKind,
};
use assignment_request_graph::ReadCode;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::replaying::replay;
use crate::tool::Run;

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() > 150, "only {} scenarios", files.len());
    files
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name)
}

/// The parts of a scenario that these tests need.
#[derive(serde::Deserialize)]
struct Scenario {
    steps: Vec<BTreeMap<String, Box<RawValue>>>,
}

fn read(file: &Path) -> Scenario {
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// Returns the action of a step: `submit` or the name of an [`ActionKind`].
fn action(step: &BTreeMap<String, Box<RawValue>>) -> &'static str {
    let actions = ActionKind::NAMES.iter().copied().chain(["submit"]);
    let mut actions = actions.filter(|action: &&'static str| step.contains_key(*action));
    actions.next().unwrap()
}

fn text<'a>(value: &'a Value, member: &str) -> Option<&'a str> {
    value.get(member).and_then(Value::as_str)
}

#[test]
fn every_scenario_is_as_expected() {
    let run = replay(files(), b"");
    assert_eq!((run.exit, run.stderr.as_str()), (Some(0), ""));
}

#[test]
fn every_scenario_can_be_stored_and_brought_back() {
    let plain = replay(files(), b"");
    let verified = replay([PathBuf::from("--verify")].into_iter().chain(files()), b"");
    assert_eq!((verified.exit, verified.stderr.as_str()), (Some(0), ""));
    assert_eq!(verified.stdout, plain.stdout);
}

#[test]
fn the_output_is_one_line_per_step() {
    let run = replay(files(), b"");
    let mut lines = run.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).peekable();
    for (scenario, file) in files().iter().enumerate() {
        let mut steps = 0;
        while let Some(line) = lines.next_if(|line| line["scenario"] == scenario) {
            if line["step"].is_null() {
                assert_eq!(steps, 0, "{}", file.display());
                steps = read(file).steps.len();
            } else {
                assert_eq!(line["step"], steps, "{}", file.display());
                steps += 1;
            }
        }
        assert_eq!(steps, read(file).steps.len(), "{}", file.display());
    }
    assert_eq!(lines.next(), None);
}

#[test]
fn every_step_expects_something() {
    for file in files() {
        let scenario = read(&file);
        assert!(!scenario.steps.is_empty(), "{}", file.display());
        for (index, step) in scenario.steps.iter().enumerate() {
            let expect: BTreeMap<String, Value> = match step.get("expect") {
                Some(expect) => serde_json::from_str(expect.get()).unwrap(),
                None => panic!("{}: step {index} expects nothing", file.display()),
            };
            let has_result = if expect.get("ok") == Some(&Value::Bool(true)) {
                expect.contains_key("events")
            } else {
                expect.contains_key("code")
            };
            assert!(has_result, "{}: step {index} does not say what comes of it", file.display());
        }
    }
}

/// Changes a member of a step's expectation in a copy of a scenario, and replays the copy after another scenario.
fn with_expectation(name: &str, step: usize, member: &str, value: Value) -> (PathBuf, Run) {
    let mut scenario: Value = serde_json::from_str(&std::fs::read_to_string(file(name)).unwrap()).unwrap();
    scenario["steps"][step]["expect"][member] = value;
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join(name);
    std::fs::write(&copy, scenario.to_string()).unwrap();
    let run = replay([&file("time-elapse.json"), &copy], b"");
    (copy, run)
}

#[test]
fn a_changed_expectation_is_found_and_placed() {
    const WAIT: &str = "deny-at-created-by-default.json";
    const BAD: &str = "create-many-rules-broken-at-once.json";
    const BODY: &str = "body-with-an-unknown-member.json";
    const POLICY: &str = "policy-every-mistake-at-once.json";
    let changes = [
        (WAIT, 1, "scenario", "0"),
        (WAIT, 1, "step", "2"),
        (WAIT, 1, "ok", "false"),
        (WAIT, 1, "events", "[]"),
        (WAIT, 1, "events", r#"["calloutStarted","calloutStarted"]"#),
        (WAIT, 4, "events", r#"["approved","callbackReceived","deliveryStarted","fulfillmentOrdered"]"#),
        (WAIT, 2, "code", r#""cancellationNotAllowed""#),
        (WAIT, 1, "state", r#""pendingApproval""#),
        (WAIT, 1, "state", "null"),
        (WAIT, 1, "status", r#""waitingForCallback""#),
        (WAIT, 1, "revision", "3"),
        (WAIT, 1, "revision", r#""2""#),
        (WAIT, 1, "nextDeadline", "null"),
        (WAIT, 1, "nextDeadline", r#""2026-03-02T11:00:00.000Z""#),
        (WAIT, 0, "nextDeadline", r#""2026-03-02T11:00:00Z""#),
        (BAD, 0, "violations", "[]"),
        (BAD, 0, "violations", r#"[{"code":"missing","path":"assignment.id"}]"#),
        (BODY, 0, "path", r#""answers""#),
        (POLICY, 0, "violations", "[]"),
        // Members that the line does not have.
        (WAIT, 1, "code", "null"),
        (WAIT, 2, "events", "[]"),
        (POLICY, 0, "state", "null"),
        (WAIT, 0, "outcome", "1"),
    ];
    for (name, step, member, value) in changes {
        let value: Value = serde_json::from_str(value).unwrap();
        let (copy, run) = with_expectation(name, step, member, value.clone());
        let unchanged = replay([file("time-elapse.json"), file(name)], b"");
        assert_eq!(unchanged.exit, Some(0));
        let lines = unchanged.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let mut lines = lines.filter(|line| line["scenario"] == 1 && (line["step"] == step || step == 0));
        let found = match lines.next().unwrap().get(member) {
            Some(found) => found.to_string(),
            None => "nothing".to_owned(),
        };
        assert_eq!(run.exit, Some(1), "{name}: {member}");
        assert_eq!(run.stdout, unchanged.stdout, "{name}: {member}");
        assert_eq!(
            run.stderr,
            format!(
                "{}: scenario 1, step {step}: `{member}`: expected {value}, found {found}\n",
                copy.display()
            )
        );
    }
}

#[test]
fn every_violation_counts_with_its_order() {
    let name = "create-many-rules-broken-at-once.json";
    let scenario: Value = serde_json::from_str(&std::fs::read_to_string(file(name)).unwrap()).unwrap();
    let mut violations = scenario["steps"][0]["expect"]["violations"].as_array().unwrap().clone();
    assert!(violations.len() > 2);
    assert_eq!(with_expectation(name, 0, "violations", violations.clone().into()).1.exit, Some(0));
    violations.swap(0, 1);
    assert_eq!(with_expectation(name, 0, "violations", violations.clone().into()).1.exit, Some(1));
    violations.swap(0, 1);
    violations.pop();
    assert_eq!(with_expectation(name, 0, "violations", violations.into()).1.exit, Some(1));
}

#[test]
fn every_difference_is_reported_and_the_replay_continues() {
    let mut scenario: Value =
        serde_json::from_str(&std::fs::read_to_string(file("cancel-accepted.json")).unwrap()).unwrap();
    scenario["steps"][0]["expect"]["revision"] = 7.into();
    scenario["steps"][0]["expect"]["state"] = "denied".into();
    scenario["steps"][1]["expect"]["revision"] = 8.into();
    let text = format!("{scenario}\n{scenario}\n");
    let run = replay(["-"], text.as_bytes());
    assert_eq!(run.exit, Some(1));
    assert_eq!(run.stdout.lines().count(), 2 * scenario["steps"].as_array().unwrap().len());
    let places: Vec<_> = run.stderr.lines().map(|line| line.split(": expected").next().unwrap()).collect();
    assert_eq!(
        places,
        [
            "-: scenario 0, step 0: `revision`",
            "-: scenario 0, step 0: `state`",
            "-: scenario 0, step 1: `revision`",
            "-: scenario 1, step 0: `revision`",
            "-: scenario 1, step 0: `state`",
            "-: scenario 1, step 1: `revision`",
        ]
    );
}

/// What the scenarios show, collected from their output lines (and from their steps, for the commands).
#[derive(Default)]
struct Shown {
    /// The rows of T3.
    rows: BTreeSet<&'static str>,
    /// The request types of accepted submissions.
    request_types: BTreeSet<String>,
    events: BTreeSet<String>,
    /// The refused actions, and the codes of their rejections.
    rejections: BTreeSet<(&'static str, String)>,
    /// The codes of bodies that cannot be read.
    unreadable: BTreeSet<String>,
    /// The codes of refused submissions.
    violations: BTreeSet<String>,
    /// The codes of refused policies.
    policy_violations: BTreeSet<String>,
    /// The codes of policies that cannot be read, and of refused rules.
    policies: BTreeSet<String>,
}

impl Shown {
    fn by_all_scenarios() -> Self {
        let run = replay(files(), b"");
        let mut shown = Self::default();
        let scenarios: Vec<_> = files().iter().map(|file| read(file)).collect();
        let mut is_approved = false;
        let mut operation = Operation::Add;
        for line in run.stdout.lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            let scenario = &scenarios[usize::try_from(line["scenario"].as_u64().unwrap()).unwrap()];
            let Some(step) = line["step"].as_u64() else {
                shown.add_policy(&line);
                continue;
            };
            let step = &scenario.steps[usize::try_from(step).unwrap()];
            for event in line["events"].as_array().into_iter().flatten() {
                let event = event.as_str().unwrap();
                if event == "submitted" {
                    let body: Value = serde_json::from_str(step["submit"].get()).unwrap();
                    let request_type: RequestType = text(&body, "requestType").unwrap().parse().unwrap();
                    is_approved = false;
                    operation = request_type.operation();
                    shown.request_types.insert(request_type.to_string());
                }
                is_approved |= event == "approved";
                shown.events.insert(event.to_owned());
            }
            if step.get("resume").is_some_and(|body| body.get().contains(DETERMINING)) && line["ok"] == true {
                shown.rows.insert("waiting at Determining");
            }
            if let Some(state) = text(&line, "state") {
                let status = text(&line, "status").unwrap();
                shown.rows.insert(row(state, status, is_approved, operation));
            }
            if let Some(code) = text(&line, "code") {
                shown.add_refusal(&line, code, action(step));
            }
        }
        shown
    }

    fn add_policy(&mut self, line: &Value) {
        let code = text(line, "code").unwrap();
        if code == "invalidPolicy" {
            self.policy_violations.extend(codes(line));
        } else {
            self.policies.insert(code.to_owned());
        }
    }

    fn add_refusal(&mut self, line: &Value, code: &str, action: &'static str) {
        if line.get("path").is_some() {
            self.unreadable.insert(code.to_owned());
        } else if code == "invalidRequest" {
            self.violations.extend(codes(line));
        } else {
            self.rejections.insert((action, code.to_owned()));
        }
    }
}

fn codes(line: &Value) -> impl Iterator<Item = String> {
    line["violations"].as_array().unwrap().iter().map(|violation| text(violation, "code").unwrap().to_owned())
}

/// A line does not name the callout stage at which a request waits; the accepted callback does.
const DETERMINING: &str = "\"stage\": \"assignmentRequestDeterminingApprovalRequirements\"";

/// Returns the row of T3 that a line shows.
fn row(state: &str, status: &str, is_approved: bool, operation: Operation) -> &'static str {
    match (state, status) {
        ("submitted", "Accepted") => "accepted, not yet processed",
        ("submitted", "WaitingForCallback") if is_approved => "waiting at Approved, no approval required",
        ("submitted", "WaitingForCallback") => "waiting at Created",
        ("pendingApproval", "PendingApproval") => "approval stage open",
        ("pendingApproval", "PendingApprovalEscalated") => "approval stage open, escalated",
        ("pendingApproval", "WaitingForCallback") => "waiting at Approved, an approval required",
        ("scheduled", "PendingNotBefore") => "approved, start in the future",
        ("delivering", "WaitingForCallback") if operation == Operation::Remove => "waiting at Removed",
        ("delivering", "WaitingForCallback") => "waiting at Granted",
        ("delivering", "Delivering") => "being fulfilled",
        ("delivered", "Fulfilled") => "done",
        ("partiallyDelivered", "PartiallyDelivered") => "done in part",
        ("deliveryFailed", "DeliveryFailed") => "fulfillment failed",
        ("deliveryFailed", "CalloutFailed") => "a callout failed",
        ("deliveryFailed", "CallbackTimedOut") => "a callback timed out",
        ("denied", "Denied") => "denied",
        ("denied", "Expired") => "expired",
        ("canceled", "Canceled") => "canceled",
        pair => panic!("T3 has no {pair:?}"),
    }
}

/// Every row of T3. The row for Granted and Removed counts as two.
const ROWS: [&str; 19] = [
    "accepted, not yet processed",
    "waiting at Created",
    "waiting at Determining",
    "approval stage open",
    "approval stage open, escalated",
    "waiting at Approved, no approval required",
    "waiting at Approved, an approval required",
    "approved, start in the future",
    "waiting at Granted",
    "waiting at Removed",
    "being fulfilled",
    "done",
    "done in part",
    "fulfillment failed",
    "a callout failed",
    "a callback timed out",
    "denied",
    "expired",
    "canceled",
];

fn set<T: ToString>(items: impl IntoIterator<Item = T>) -> BTreeSet<String> {
    items.into_iter().map(|item| item.to_string()).collect()
}

#[test]
fn the_scenarios_show_every_row_of_t3_every_request_type_and_every_event() {
    let shown = Shown::by_all_scenarios();
    assert_eq!(shown.rows, BTreeSet::from(ROWS));
    assert_eq!(shown.request_types, set(RequestType::ALL));
    assert_eq!(shown.events, set(EventKind::NAMES));
}

/// Returns the refusals that show a rejection: the action, and the code. Empty if no scenario can show it.
fn shown_by(kind: RejectionKind) -> Vec<(&'static str, &'static str)> {
    use RejectionKind as Kind;
    let by_every_action = |code| ActionKind::NAMES.iter().map(|action| (*action, code)).collect();
    match kind {
        Kind::NoRequest => by_every_action("noRequest"),
        Kind::NotPermitted => by_every_action("notPermitted"),
        Kind::AlreadySubmitted => vec![("submit", "alreadySubmitted")],
        Kind::RevisionConflict => vec![("process", "revisionConflict"), ("decide", "revisionConflict")],
        Kind::NotPermittedToSubmit => vec![("submit", "notPermitted")],
        Kind::NotTheRequestor => vec![("cancel", "notPermitted")],
        Kind::RequestClosed => vec![
            ("process", "requestClosed"),
            ("resume", "requestClosed"),
            ("reportCalloutFailed", "requestClosed"),
        ],
        Kind::AlreadyProcessing => vec![("process", "alreadyProcessing")],
        Kind::ValidationOnly => vec![("process", "validationOnly")],
        Kind::ConflictingTarget => vec![("process", "conflictingMembers")],
        Kind::TargetUnknown => vec![("process", "targetUnknown")],
        Kind::StageNotResumable => vec![("resume", "stageNotResumable")],
        Kind::UnknownCallout => {
            vec![("resume", "unknownCallout"), ("reportCalloutFailed", "unknownCallout")]
        }
        Kind::StageMismatch => vec![("resume", "stageMismatch")],
        Kind::NotWaiting => vec![("resume", "notWaiting")],
        Kind::AlreadyResumed => vec![("resume", "alreadyResumed")],
        Kind::ResumeConflict => vec![("resume", "resumeConflict")],
        Kind::CallbackTooLate => vec![("resume", "callbackTooLate")],
        Kind::CalloutAlreadyFailed => vec![("resume", "calloutAlreadyFailed")],
        Kind::SelfResume => vec![("resume", "selfResume")],
        Kind::DenialNotAllowed => vec![("resume", "denialNotAllowed")],
        Kind::CancellationNotAllowed => vec![("resume", "cancellationNotAllowed")],
        Kind::ApprovalStageMissing => vec![("resume", "approvalStageMissing")],
        Kind::ApprovalStageUnexpected => vec![("resume", "approvalStageUnexpected")],
        Kind::BadApprovalStage => vec![("resume", "badApprovalStage")],
        Kind::TooLong => {
            vec![("resume", "tooLong"), ("decide", "tooLong"), ("reportCalloutFailed", "tooLong")]
        }
        Kind::ForbiddenCharacter => vec![
            ("resume", "forbiddenCharacter"),
            ("decide", "forbiddenCharacter"),
            ("reportCalloutFailed", "forbiddenCharacter"),
        ],
        Kind::CalloutAlreadyReported => vec![("reportCalloutFailed", "alreadyReported")],
        Kind::CalloutClosed => vec![("reportCalloutFailed", "calloutClosed")],
        Kind::UnknownStage => vec![("decide", "unknownStage")],
        Kind::AlreadyDecided => vec![("decide", "alreadyDecided")],
        Kind::StageAlreadyDecided => vec![("decide", "stageAlreadyDecided")],
        Kind::NotPendingApproval => vec![("decide", "notPendingApproval")],
        Kind::StageNotOpen => vec![("decide", "stageNotOpen")],
        Kind::SelfApproval => vec![("decide", "selfApproval")],
        Kind::AlreadyApproved => vec![("decide", "alreadyApproved")],
        Kind::SelfAppointed => vec![("decide", "selfAppointed")],
        Kind::NotEscalated => vec![("decide", "notEscalated")],
        Kind::JustificationRequired => vec![("decide", "justificationRequired")],
        Kind::NotDelivering => vec![("reportDelivery", "notDelivering")],
        Kind::StaleReport => vec![("reportDelivery", "staleReport")],
        Kind::UnknownAttempt => vec![("reportDelivery", "unknownAttempt")],
        Kind::AlreadyReported => vec![("reportDelivery", "alreadyReported")],
        Kind::ReportConflict => vec![("reportDelivery", "reportConflict")],
        Kind::AlreadyCanceled => vec![("cancel", "alreadyCanceled")],
        // The second one also under the rule that would allow it: `cancel-unreported-fulfillment-refused-portal`.
        Kind::NotCancelable | Kind::CancelBeforeReport => vec![("cancel", "notCancelable")],
        Kind::NotReprocessable => vec![("reprocess", "notReprocessable")],
        Kind::ReprocessWindowPassed => vec![("reprocess", "reprocessWindowPassed")],
        Kind::AccessWindowPassed => vec![("reprocess", "accessWindowPassed")],
        // Delete is a query of the host (L1), not a command, and no step asks it. No scenario counts so far.
        Kind::NotDeletable
        | Kind::DeleteBeforeReport
        | Kind::HasAssignment
        | Kind::RevisionLimitReached
        | Kind::AttemptLimitReached => Vec::new(),
    }
}

#[test]
fn the_scenarios_show_every_rejection_and_no_other() {
    let mut expected = BTreeSet::new();
    for kind in RejectionKind::ALL {
        expected.extend(shown_by(*kind).into_iter().map(|(action, code)| (action, code.to_owned())));
    }
    let mut shown = Shown::by_all_scenarios().rejections;
    // Every action can meet another revision; two are enough here.
    shown.retain(|(action, code)| code != "revisionConflict" || ["process", "decide"].contains(action));
    assert_eq!(shown, expected);
}

#[test]
fn the_scenarios_show_every_code_of_a_body_that_cannot_be_read() {
    let mut expected = set(ReadCode::ALL);
    // This needs a body of more than 1 MiB, too large to keep as a file. The tests of `replay` make one.
    expected.remove("bodyTooLarge");
    // Only policies are recognized by their members, and the codes of policies are checked below.
    expected.remove("unrecognizedBody");
    assert_eq!(Shown::by_all_scenarios().unreadable, expected);
}

#[test]
fn the_scenarios_show_every_violation_of_a_submission() {
    assert_eq!(Shown::by_all_scenarios().violations, set(ViolationKind::CODES));
}

#[test]
fn the_scenarios_show_every_violation_of_a_policy_and_bad_rules() {
    let shown = Shown::by_all_scenarios();
    assert_eq!(shown.policy_violations, set(PolicyViolationKind::CODES));
    // One reader serves all bodies, so a few of its codes are enough for policies.
    let few = set(["badRules", "duplicateMember", "unknownMember", "unrecognizedBody"]);
    assert!(shown.policies.is_superset(&few), "{:?}", shown.policies);
}
