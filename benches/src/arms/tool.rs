//! The tool's `replay`, on many requests.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::time::Instant;

use assignment_request::{Action, Actor};
use assignment_request_graph::{write_policy, write_resume};

use super::{Arm, Once};
use crate::bodies::{Asking, now};
use crate::fixture::Fixture;
use crate::measure::precise;
use crate::playbacks::{Step, steps, submitted};

/// The smallest number of steps in the longer run.
const STEPS: usize = 1_000_000;
/// The number of different requests, which are replayed again and again.
const LIVES: usize = 1_000;

/// Playbacks as the tool reads them: one scenario per line, and the number of their steps.
struct Scenarios {
    text: Vec<u8>,
    steps: usize,
}

/// What a run of the tool used.
struct Run {
    steps: usize,
    seconds: f64,
    usage: Usage,
}

pub(super) fn add(fixture: &Rc<Fixture>, arms: &mut Vec<Arm>) {
    let fixture = Rc::clone(fixture);
    let runs = Rc::new(OnceCell::new());
    let again = (Rc::clone(&fixture), Rc::clone(&runs));
    arms.push(Arm::once("tool/replay-1000000-steps", "half the steps", 2.1, move || {
        let Some([half, whole]) = runs.get_or_init(|| run_both(&fixture)) else { return NOT_MEASURED };
        let speed = precise(whole.steps as u64) / whole.seconds;
        Once {
            ratio: Some(whole.usage.processor_seconds / half.usage.processor_seconds),
            said: format!("{speed:.0} steps a second").into(),
        }
    }));
    arms.push(Arm::once("tool/replay-memory", "half the steps", 1.1, move || {
        let (fixture, runs) = again;
        let Some([half, whole]) = runs.get_or_init(|| run_both(&fixture)) else { return NOT_MEASURED };
        Once {
            ratio: Some(whole.usage.peak_kibibytes / half.usage.peak_kibibytes),
            said: format!("at most {:.1} MiB", whole.usage.peak_kibibytes / 1024.0).into(),
        }
    }));
}

const NOT_MEASURED: Once =
    Once { ratio: None, said: Cow::Borrowed("this system does not say what a process uses") };

/// Runs the tool on half of the steps and on all of them. `None` if the operating system does not report what a process
/// used.
fn run_both(fixture: &Fixture) -> Option<[Run; 2]> {
    let tool = build();
    let scenarios = Scenarios::of(fixture);
    let times = STEPS.div_ceil(2 * scenarios.steps);
    // One half runs before the whole and one after it, because the speed of the processor drifts.
    let mut half = scenarios.run(&tool, times)?;
    let whole = scenarios.run(&tool, 2 * times)?;
    let again = scenarios.run(&tool, times)?;
    half.usage.processor_seconds = f64::midpoint(half.usage.processor_seconds, again.usage.processor_seconds);
    Some([half, whole])
}

/// Builds the tool as a user would. Returns its path.
fn build() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    let built = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--release", "--locked", "--quiet", "--package", "assignment-request-cli"])
        .args(["--message-format", "json", "--manifest-path"])
        .arg(manifest)
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo can be run");
    let messages = built.stdout.split(|byte| *byte == b'\n');
    messages
        .filter_map(|line| serde_json::from_slice::<serde_json::Value>(line).ok())
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .expect("the tool can be built")
}

impl Scenarios {
    /// Returns complete histories, from submission to delivery.
    fn of(fixture: &Fixture) -> Self {
        let mut scenarios = Self { text: Vec::new(), steps: 0 };
        let mut policy = Vec::new();
        write_policy(&fixture.spec, &mut policy);
        let adds = fixture.mixed.iter().filter(|asking| asking.assignment.is_none());
        for asking in adds.take(LIVES) {
            let steps = steps(submitted(&fixture.policy, asking).0);
            scenarios.steps += 1 + steps.len();
            scenarios.write(&policy, asking, &steps);
        }
        scenarios
    }

    fn write(&mut self, policy: &[u8], asking: &Asking, steps: &[Step]) {
        let Self { text: out, .. } = self;
        let id = asking.request;
        out.extend_from_slice(format!("{{\"id\":\"{id}\",\"policy\":").as_bytes());
        out.extend_from_slice(policy);
        out.extend_from_slice(b",\"steps\":[");
        out.extend_from_slice(step(&now().to_string(), asking.actor).as_bytes());
        out.extend_from_slice(b"\"submit\":");
        out.extend_from_slice(&asking.body);
        for Step { command, at } in steps {
            out.extend_from_slice(b"},");
            out.extend_from_slice(step(&at.to_string(), command.actor).as_bytes());
            match &command.action {
                Action::Process { .. } => out.extend_from_slice(b"\"process\":{}"),
                Action::Elapse => out.extend_from_slice(b"\"elapse\":{}"),
                Action::Resume(resume) => {
                    out.extend_from_slice(b"\"resume\":");
                    write_resume(resume, out);
                }
                Action::DecideStage(decide) => out.extend_from_slice(
                    format!(
                        "\"decide\":{{\"stage\":{},\"tier\":\"{}\",\"decision\":\"{}\"}}",
                        decide.stage, decide.tier, decide.decision
                    )
                    .as_bytes(),
                ),
                Action::ReportDelivery { attempt, outcome } => out.extend_from_slice(
                    format!("\"reportDelivery\":{{\"attempt\":{attempt},\"outcome\":\"{outcome}\"}}")
                        .as_bytes(),
                ),
                other => unreachable!("no life here has {:?}", other.kind()),
            }
        }
        out.extend_from_slice(b"}]}\n");
    }

    /// Lets the tool replay the requests `times` times.
    fn run(&self, tool: &Path, times: usize) -> Option<Run> {
        let start = Instant::now();
        let mut child = Command::new(tool)
            .args(["replay", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("the tool can be run");
        let mut input = child.stdin.take().expect("it has an input");
        for _ in 0..times {
            input.write_all(&self.text).expect("it reads its input");
        }
        // The tool has handled all but the last requests, and waits for more.
        let usage = Usage::of(&child);
        drop(input);
        assert!(child.wait().expect("it ends").success(), "every life goes as expected");
        Some(Run { steps: times * self.steps, seconds: start.elapsed().as_secs_f64(), usage: usage? })
    }
}

/// Returns the beginning of a step, up to its action.
fn step(at: &str, actor: Actor) -> String {
    format!("{{\"at\":\"{at}\",\"actor\":{{\"id\":\"{}\",\"role\":\"{}\"}},", actor.id, actor.role)
}

/// What a process has used so far, according to Linux.
struct Usage {
    processor_seconds: f64,
    /// The peak memory.
    peak_kibibytes: f64,
}

impl Usage {
    /// `None` if the operating system does not report it.
    fn of(child: &Child) -> Option<Self> {
        let read = |file| std::fs::read_to_string(format!("/proc/{}/{file}", child.id())).ok();
        let on_processor: f64 = read("schedstat")?.split(' ').next()?.parse().ok()?;
        let status = read("status")?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        let peak_kibibytes = peak.trim().strip_suffix(" kB")?.parse().ok()?;
        Some(Self { processor_seconds: on_processor / 1e9, peak_kibibytes })
    }
}
