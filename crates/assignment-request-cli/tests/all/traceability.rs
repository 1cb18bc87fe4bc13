//! Traceability: the scenarios show each rule of the specification, or a test that is named here does.
//!
//! The test runs the scenarios with the core and the adapter, and records which rules *fired*: which of them let
//! something pass, and which of them refused or acted. `explain` shows the checks of commands, events show the rules
//! that act, and refusals show the rest. Every step is also judged by the laws of the model crate.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use assignment_request::{
    Actor, Command, Draft, Event, ExpirationType, ExtensionBehavior, Limits, Operation, PatternCache, Phase,
    Policy, PolicySpec, QuestionForm, Rejection, Request, RequestId, Role, Rule, StageSpec, SubmissionError,
    explain,
};
use assignment_request_graph::{ReadError, ReadOptions, read_policy};
use assignment_request_model::golden::assert_golden;
use assignment_request_model::laws;
use assignment_request_model::relation::link::{self, Unguarded};
use assignment_request_model::relation::proof::{IMPLIED, Script};
use assignment_request_model::relation::steps::{Guard, Kind};

use crate::replay::perform::{Asked, read};
use crate::replay::scenario::{Scenario, Step, StepAction};
use crate::replay::source::Source;

/// Rules that act and refuse nothing, or refuse only a role. If they did not act in a scenario, they let it pass.
const ACTING: [Rule; 28] = [
    Rule::N2,
    Rule::N3,
    Rule::N4,
    Rule::N6,
    Rule::I1,
    Rule::W2,
    Rule::W3,
    Rule::W4,
    Rule::W5,
    Rule::W6,
    Rule::W7,
    Rule::X1,
    Rule::X2,
    Rule::X3,
    Rule::X5,
    Rule::X6,
    Rule::R6,
    Rule::V1,
    Rule::V2,
    Rule::V3,
    Rule::V4,
    Rule::Y5,
    Rule::Y9,
    Rule::Y12,
    Rule::F1,
    Rule::F4,
    Rule::F5,
    Rule::Q3,
];

/// Decisions with reasons, and the rule behind each reason.
const DECISIONS: [(Rule, Rule); 13] = [
    (Rule::D1, Rule::R5),
    (Rule::D2, Rule::X6),
    (Rule::D4, Rule::W3),
    (Rule::D5, Rule::W4),
    (Rule::D6, Rule::A3),
    (Rule::D7, Rule::A8),
    (Rule::D8, Rule::W6),
    (Rule::D9, Rule::C4),
    (Rule::D10, Rule::Y5),
    (Rule::D11, Rule::Y8),
    (Rule::D12, Rule::C15),
    (Rule::D13, Rule::C9),
    (Rule::D14, Rule::W7),
];

/// Rules that no single scenario can show, and the tests that show them.
const TESTED: [(Rule, &str); 25] = [
    (Rule::T1, "t1_the_types_of_request_and_what_they_mean"),
    (Rule::T2, "t2_the_states"),
    (Rule::T3, "t3_every_phase_has_its_state_and_status"),
    (Rule::T4, "t4_the_stages"),
    (Rule::T5, "t5_t6_the_other_closed_values"),
    (Rule::T6, "t6_i4_each_command_has_its_roles_in_every_phase"),
    (Rule::N1, "n1_the_core_has_no_clock_no_randomness_and_no_io"),
    (Rule::I2, "i2_a_request_is_the_fold_of_its_events_byte_for_byte"),
    (Rule::I4, "i4_all_that_fails_is_shown_and_the_first_is_the_answer"),
    (Rule::I5, "i5_ids_are_derived"),
    (Rule::I6, "i6_the_route_is_fixed_at_submission"),
    (Rule::I7, "i7_a_forged_event_is_refused"),
    (Rule::L1, "l1_what_can_be_deleted"),
    (Rule::J10, "j10_the_names_and_values_of_each_generation"),
    (Rule::J11, "j11_what_is_written_is_read_back"),
    (Rule::J12, "j12_names_in_paths_are_escaped_and_cut"),
    (Rule::J13, "j13_the_first_fault_is_told_and_missing_members_last"),
    (Rule::P7, "p7_a_policy_for_nobody_lets_nobody_ask"),
    (Rule::Y7, "y7_d11_no_preset_lets_a_callback_refuse_at_determining_and_a_host_may_add_it"),
    (Rule::Y10, "y9_y10_v1_a_stage_is_opened_as_it_was_determined_and_counts_from_then"),
    (Rule::Y13, "y13_q3_what_is_determined_is_kept_and_not_asked_for_again"),
    (Rule::J14, "j14_a_stage_with_everything"),
    (Rule::J17, "j17_a_line_carries_a_hundred_violations"),
    (Rule::Y11, "y11_r3_what_is_the_same_answer_again"),
    (Rule::D3, "t3_d3_a_held_wait_changes_the_status_never_the_state"),
];

/// Beta names that bodies of both API versions may have (rule J5).
const NAMES_OF_BETA: [&str; 6] = [
    "\"accessPackageAssignment\"",
    "\"isApprovalRequired\"",
    "\"approvalStages\"",
    "\"approvalStageTimeOutInDays\"",
    "\"acceptRequests\"",
    "\"durationInDays\"",
];

/// The rules that fired in a scenario.
#[derive(Clone, Debug, Default)]
struct Fired {
    /// Rules that looked at something and found nothing against it.
    passed: BTreeSet<Rule>,
    /// Rules that refused or did something.
    acted: BTreeSet<Rule>,
    /// The guards of the relation without which a step would break a promise.
    guards: BTreeMap<(Kind, &'static str), Shown>,
}

/// Where a guard of the relation keeps a promise.
#[derive(Clone, Debug)]
struct Shown {
    step: usize,
    /// What the machine does instead: the code of its refusal, or its events.
    answer: String,
    promise: &'static str,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

/// Returns the fired rules of every scenario, by the name of its file and its number there.
fn all_fired() -> BTreeMap<String, Fired> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let mut source = Source::open(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
        let mut number = 0;
        while let Some(scenario) = source.next().unwrap_or_else(|error| panic!("{file}: {error}")) {
            let name = if number == 0 { file.clone() } else { format!("{file} {number}") };
            all.insert(name, fired(&scenario));
            number += 1;
        }
    }
    all
}

fn fired(scenario: &Scenario<'_>) -> Fired {
    let mut recorder = Recorder { fired: Fired::default(), request: None, log: Vec::new(), number: 0 };
    if let Some((spec, policy)) = recorder.policy(scenario) {
        for (number, step) in scenario.steps.iter().enumerate() {
            recorder.number = number;
            recorder.step(scenario.id, &spec, &policy, step);
        }
    }
    let mut fired = recorder.fired;
    if !fired.passed.is_empty() {
        let idle = ACTING.iter().filter(|rule| !fired.acted.contains(rule));
        fired.passed.extend(idle);
    }
    for (decision, rule) in DECISIONS {
        for rules in [&mut fired.passed, &mut fired.acted] {
            if rules.contains(&rule) {
                rules.insert(decision);
            }
        }
    }
    fired
}

struct Recorder {
    fired: Fired,
    request: Option<Request>,
    /// The request's events.
    log: Vec<Event>,
    /// The number of the step.
    number: usize,
}

impl Recorder {
    fn passed(&mut self, rules: impl IntoIterator<Item = (Rule, bool)>) {
        self.fired.passed.extend(rules.into_iter().filter(|(_, applies)| *applies).map(|(rule, _)| rule));
    }

    fn acted(&mut self, rule: Rule) {
        self.fired.acted.insert(rule);
    }

    fn policy(&mut self, scenario: &Scenario<'_>) -> Option<(PolicySpec, Policy)> {
        let text = scenario.policy.get();
        let spec = self.read(text, read_policy(text.as_bytes(), &ReadOptions::default()))?;
        let rules = scenario.rules.0.validate().ok()?;
        let resolve = |id| scenario.extensions.behavior(id);
        match Policy::compile_with(&spec, &Limits::default(), &resolve, &mut PatternCache::new()) {
            Ok(policy) => {
                let has_pattern = |form: &QuestionForm| match form {
                    QuestionForm::TextInput { pattern, .. } => pattern.is_some(),
                    QuestionForm::MultipleChoice { .. } => false,
                };
                let any_pattern = spec.questions.iter().any(|question| has_pattern(&question.form));
                let any_texts = spec.questions.iter().any(|question| question.texts.len() > 1);
                let waits = spec
                    .extensions
                    .iter()
                    .any(|extension| matches!(extension.behavior, Some(ExtensionBehavior::LaunchAndWait(_))));
                let determines = spec.approval.stages.iter().any(|stage| match stage {
                    StageSpec::Determined { .. } => true,
                    StageSpec::Set(_) => false,
                });
                self.passed([
                    (Rule::P1, !spec.questions.is_empty()),
                    (Rule::P2, any_pattern),
                    (Rule::P3, !spec.approval.stages.is_empty()),
                    (Rule::P4, waits),
                    (Rule::P6, !spec.extensions.is_empty()),
                    (Rule::P5, spec.expiration.end.is_some() || spec.expiration.duration.is_some()),
                    (Rule::P8, any_pattern),
                    (Rule::P9, any_texts || !spec.extensions.is_empty()),
                    (Rule::P10, !spec.approval.stages.is_empty()),
                    (Rule::Y1, determines),
                    (Rule::Y2, determines),
                    (Rule::Y3, determines),
                ]);
                Some((spec, policy.with_rules(rules)))
            }
            Err(violations) => {
                for violation in violations.violations() {
                    self.acted(violation.rule());
                }
                None
            }
        }
    }

    /// Records the rules of reading.
    fn read<T>(&mut self, text: &str, read: Result<T, ReadError>) -> Option<T> {
        match read {
            Ok(value) => {
                let has_any = |names: &[&str]| names.iter().any(|name| text.contains(name));
                self.passed([
                    (Rule::J1, true),
                    (Rule::J2, true),
                    (Rule::J3, true),
                    (Rule::J4, true),
                    (Rule::J5, has_any(&NAMES_OF_BETA)),
                    (Rule::J6, has_any(&["\"requestType\"", "\"stage\"", "\"type\""])),
                    (Rule::J7, has_any(&["\"@odata.type\"", "\"data\""])),
                    (Rule::J8, has_any(&["\"id\"", "Id\""])),
                    (Rule::J9, has_any(&["DateTime\"", "uration\""])),
                    (Rule::J15, true),
                ]);
                Some(value)
            }
            Err(error) => {
                self.acted(error.code().rule());
                None
            }
        }
    }

    fn step(&mut self, id: RequestId, spec: &PolicySpec, policy: &Policy, step: &Step<'_>) {
        let body = match &step.action {
            StepAction::Submit { body, .. } | StepAction::Resume(body) => Some(body),
            _ => None,
        };
        let asked = read(step, self.request.as_ref(), &ReadOptions::default());
        let asked = match body {
            Some(body) => self.read(body.get(), asked),
            None => asked.ok(),
        };
        let command = match asked {
            None => return,
            Some(Asked::Submission { .. }) if self.request.is_some() => {
                return self.acted(Rejection::AlreadySubmitted.rule());
            }
            Some(Asked::Submission { draft, existing }) => {
                match policy.submit(id, &draft, existing, step.actor, step.at) {
                    Ok((request, event)) => {
                        laws::check_request(&request).unwrap();
                        self.request = Some(request);
                        self.log.push(event);
                        self.passed(looked_at(spec, &draft, step.actor));
                    }
                    Err(refusal) => self.not_submitted(&refusal),
                }
                return;
            }
            Some(Asked::Command(command)) => command,
        };
        match self.request.take() {
            Some(request) => self.request = Some(self.command(request, &command, step)),
            None => self.acted(Rejection::NoRequest.rule()),
        }
    }

    fn not_submitted(&mut self, refusal: &SubmissionError) {
        match refusal {
            SubmissionError::Rejected(rejection) => self.acted(rejection.rule()),
            SubmissionError::Invalid(violations) => {
                let of_answers = violations
                    .iter()
                    .filter(|violation| violation.rule().to_string().starts_with('A'))
                    .count();
                if of_answers > 0 {
                    self.acted(Rule::C12);
                }
                if of_answers > 1 {
                    self.acted(Rule::A10);
                }
                for violation in violations {
                    self.acted(violation.rule());
                }
            }
        }
    }

    /// Gives a command to a request. Returns the request after it.
    fn command(&mut self, mut request: Request, command: &Command, step: &Step<'_>) -> Request {
        let explanation = explain(&request, command, step.at);
        let checks = explanation.checks.iter();
        self.fired.passed.extend(checks.map_while(|check| check.failure.is_none().then_some(check.rule)));
        let now = step.at.max(request.updated());
        let due = request.next_deadline().filter(|deadline| deadline.at.is_reached(now));
        let before = request.clone();
        let handled = request.handle(command, step.at);
        let outcome = handled.as_deref().map_err(|rejection| *rejection);
        let judged = laws::Step { before: &before, command, now: step.at, outcome, after: &request };
        laws::check(&judged).unwrap();
        let answer = match outcome {
            Ok([]) => "no event".to_owned(),
            Ok(events) => events.iter().map(Event::name).collect::<Vec<_>>().join(", "),
            Err(rejection) => rejection.code().to_owned(),
        };
        for Unguarded { kind, guard, promise } in link::unguarded(&judged) {
            let shown = Shown { step: self.number, answer: answer.clone(), promise };
            self.fired.guards.entry((kind, guard)).or_insert(shown);
        }
        match handled {
            Ok(events) => {
                for rule in events.iter().flat_map(|event| event.kind.rules()) {
                    self.acted(*rule);
                }
                if let Some(deadline) = due {
                    self.acted(Rule::N4);
                    if deadline.at == now {
                        self.acted(Rule::N2);
                    }
                }
                if step.at < now && !events.is_empty() {
                    self.acted(Rule::N3);
                }
                if matches!(request.phase(), Phase::WaitingForCallback { held: Some(_), .. }) {
                    self.acted(Rule::X6);
                }
                self.log.extend(events);
                laws::check_log(&self.log, &Limits::default(), &request).unwrap();
            }
            Err(rejection) => {
                self.acted(Rule::I1);
                self.acted(rejection.rule());
                if due.is_some() {
                    self.acted(Rule::N6);
                }
            }
        }
        request
    }
}

/// Returns the rules of creation and of answers that look at something in a draft.
fn looked_at(spec: &PolicySpec, draft: &Draft, actor: Actor) -> Vec<(Rule, bool)> {
    let operation = draft.request_type.operation();
    let is_add = operation == Operation::Add;
    let is_users = actor.role == Role::User;
    let target = draft.target_id.or(draft.target_object_id);
    let answers = &draft.answers;
    let is_answered = |choose: &dyn Fn(&QuestionForm) -> bool| {
        spec.questions.iter().any(|question| {
            choose(&question.form) && answers.iter().any(|answer| Some(answer.question_id) == question.id)
        })
    };
    let schedule = draft.schedule.map(|schedule| schedule.expiration.kind);
    vec![
        (Rule::C1, true),
        (Rule::C2, is_add),
        (Rule::C3, target.is_some() || draft.target_email.is_some()),
        (Rule::C4, !is_add),
        (Rule::C5, spec.id.is_some() || spec.access_package_id.is_some()),
        (Rule::C6, is_users && target.is_some_and(|target| target != actor.id)),
        (Rule::C7, is_users && target.is_none_or(|target| target == actor.id)),
        (Rule::C8, spec.approval.is_requestor_justification_required && draft.justification.is_some()),
        (Rule::C9, schedule.is_some_and(|kind| kind != ExpirationType::NotSpecified)),
        (Rule::C10, operation == Operation::Update),
        (Rule::C11, operation == Operation::Remove),
        (Rule::C12, !answers.is_empty()),
        (Rule::C14, draft.justification.is_some() || !answers.is_empty()),
        (Rule::C15, draft.bypass_approval),
        (Rule::A1, !answers.is_empty()),
        (Rule::A2, answers.iter().any(|answer| answer.question_kind.is_some())),
        (Rule::A3, answers.len() > 1),
        (Rule::A4, is_add && is_users && spec.questions.iter().any(|question| question.is_required)),
        (Rule::A5, is_answered(&|form| matches!(form, QuestionForm::MultipleChoice { .. }))),
        (
            Rule::A6,
            answers.iter().any(|answer| answer.value.as_deref().is_none_or(|value| value.trim().is_empty())),
        ),
        (Rule::A7, is_answered(&|form| matches!(form, QuestionForm::TextInput { is_single_line: true, .. }))),
        (Rule::A8, is_answered(&|form| matches!(form, QuestionForm::TextInput { pattern: Some(_), .. }))),
        (Rule::A9, operation == Operation::Update && is_users && !answers.is_empty()),
        (Rule::A10, !answers.is_empty()),
    ]
}

/// Returns what is missing: each rule has to let pass in one scenario, and to refuse or act in another.
fn complaints<'a>(all: impl IntoIterator<Item = &'a Fired>) -> Vec<String> {
    let all: Vec<_> = all.into_iter().collect();
    let mut complaints = Vec::new();
    for rule in Rule::ALL {
        if TESTED.iter().any(|(tested, _)| tested == rule) {
            continue;
        }
        let has_passed = |fired: &Fired| fired.passed.contains(rule);
        let has_acted = |fired: &Fired| fired.acted.contains(rule);
        let passed = all.iter().filter(|fired| has_passed(fired)).count();
        let acted = all.iter().filter(|fired| has_acted(fired)).count();
        let either = all.iter().filter(|fired| has_passed(fired) || has_acted(fired)).count();
        if passed == 0 {
            complaints.push(format!("{rule} ({}) lets nothing pass", rule.title()));
        }
        if acted == 0 {
            complaints.push(format!("{rule} ({}) refuses nothing, and does not act", rule.title()));
        }
        if passed > 0 && acted > 0 && either < 2 {
            complaints.push(format!("{rule} ({}) is shown in one scenario only", rule.title()));
        }
    }
    complaints
}

#[test]
fn every_rule_lets_pass_in_one_scenario_and_refuses_or_acts_in_another() {
    let all = all_fired();
    assert!(all.len() > 150, "only {} scenarios", all.len());
    assert_eq!(complaints(all.values()), <Vec<String>>::new());
}

#[test]
fn a_removed_scenario_is_missed() {
    let all = all_fired();
    let without =
        |name: &str| complaints(all.iter().filter(|(other, _)| *other != name).map(|(_, fired)| fired));
    // Each of these is the only scenario that shows something.
    for (name, complaint) in [
        ("time-runs-backwards", "N3 (time never runs backwards) refuses nothing, and does not act"),
        ("revision-conflict", "I3 (revisions) lets nothing pass"),
        ("create-remove-with-answers", "C11 (a Remove carries no answers) refuses nothing, and does not act"),
    ] {
        assert_eq!(without(name), [complaint]);
    }
    assert_eq!(complaints([]).len(), 2 * (Rule::ALL.len() - TESTED.len()));
}

/// What the file of guards begins with.
const HEAD: &str = "\
Each guard of the relation that is proven (docs/VERIFICATION.md): its rule, the step that it guards, and its name. Then a
place in the scenarios where it alone prevents that step, and what the machine did there instead: events, or the code of a
refusal. Last, a promise that would be broken without it.

";

/// An example of each guard of the relation that is proven: the first step of a scenario that the guard alone forbids, what
/// the machine does instead, and a promise that would be broken without it. `UPDATE_GOLDEN=1` writes the file again.
#[test]
fn each_guard_of_the_relation_keeps_a_promise_in_a_scenario() {
    let all = all_fired();
    let (_, guards) = Script::without_each_guard();
    let mut text = HEAD.to_owned();
    let mut missing = Vec::new();
    for (kind, guard) in guards.iter().filter(|(kind, guard)| !IMPLIED.contains(&(*kind, guard.name))) {
        let shown =
            all.iter().find_map(|(name, fired)| Some((name, fired.guards.get(&(*kind, guard.name))?)));
        match shown {
            Some((name, Shown { step, answer, promise })) => {
                let Guard { rule, name: guard, .. } = guard;
                writeln!(text, "{rule} {kind:?}: {guard}").unwrap();
                writeln!(text, "    {name}, step {step}: {answer}").unwrap();
                writeln!(text, "    without it: {promise}").unwrap();
            }
            None => missing.push((*kind, guard.name)),
        }
    }
    assert_golden(env!("CARGO_MANIFEST_DIR"), "guards.txt", &text);
    assert_eq!(missing, []);
}

/// Appends the source of all tests.
fn sources(folder: &Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn the_tests_that_show_the_other_rules_exist() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut text = String::new();
    for folder in ["assignment-request", "assignment-request-graph", "assignment-request-cli"] {
        for part in ["src", "tests"] {
            sources(&crates.join(folder).join(part), &mut text);
        }
    }
    for (rule, test) in TESTED {
        let is_test = text.match_indices(&format!("fn {test}()")).any(|(at, _)| {
            text.get(..at).unwrap().trim_end().lines().rev().take(3).any(|line| line.trim() == "#[test]")
        });
        assert!(is_test, "{rule}: there is no test {test}");
    }
}

#[test]
fn no_rule_is_shown_in_two_ways() {
    for (rule, _) in DECISIONS {
        assert!(TESTED.iter().all(|(tested, _)| *tested != rule), "{rule}");
    }
}
