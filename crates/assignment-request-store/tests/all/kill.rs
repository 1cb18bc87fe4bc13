//! Hosts that are killed at any point lose nothing, and do nothing twice.
//!
//! Three processes work on one database, with clocks an hour apart. Each submits requests, gives commands, and does
//! tasks; what a task does is a line in a file, written before the task is acknowledged. The test kills them one after
//! the other and starts others. At the end one host finishes what is open, and every promise is counted.
//!
//! `STORE_KILLS=2000 cargo test -p assignment-request-store --release kill -- --nocapture` is the long run.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "what fails here fails the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command as Process, Stdio};
use std::time::{Duration, SystemTime};

use assignment_request::{
    AccessPackageId, Action, Actor, ApprovalDecision, ApprovalSettings, ApprovalStageSpec,
    CallbackConfiguration, CallbackDecision, CalloutStage, Command, DeliveryOutcome, Draft,
    ExtensionBehavior, ExtensionSpec, Limits, Period, Policy, PolicySpec, RequestId, RequestType,
    RequestorSettings, Resume, Role, StageDecision, State, SubjectId, Task, Tier, Timestamp,
};
use assignment_request_store::{Claimed, Options, Query, Store, StoreError, Viewer};

use crate::database::Database;

const SYSTEM: Actor = Actor::new(SubjectId::from_u128(0x5e5), Role::System);
const GRACE: Actor = Actor::new(SubjectId::from_u128(0x97ace), Role::Approver);
const EXTENSION: Actor = Actor::new(SubjectId::from_u128(0xe8), Role::Extension);

/// How a killed host is told what to do: in the environment of the same test program.
const URL: &str = "STORE_KILL_URL";
const WORLD: &str = "STORE_KILL_WORLD";
const HOST: &str = "STORE_KILL_HOST";

/// One approval and one callback on the way, so that a request takes seven commands.
fn policy() -> Policy {
    let stage = ApprovalStageSpec {
        duration_before_automatic_denial: Some(Period::from_days(2)),
        is_approver_justification_required: false,
        is_escalation_enabled: false,
        duration_before_escalation: None,
    };
    let callback = CallbackConfiguration { timeout: Some(Period::from_days(1)) };
    let spec = PolicySpec {
        requestor_settings: RequestorSettings { self_add: true, ..RequestorSettings::default() },
        approval: ApprovalSettings {
            is_required_for_add: true,
            stages: vec![stage.into()],
            ..PolicySpec::default().approval
        },
        extensions: vec![ExtensionSpec {
            stage: CalloutStage::AssignmentRequestGranted,
            custom_extension_id: None,
            behavior: Some(ExtensionBehavior::LaunchAndWait(callback)),
        }],
        ..PolicySpec::default()
    };
    Policy::compile(&spec, &Limits::default()).unwrap()
}

fn options() -> Options {
    let mut options = Options::default();
    options.connections = 2;
    options.lease = Duration::from_millis(150);
    options.tries = 1_000_000;
    options.back_off = Duration::from_millis(1);
    options.longest_back_off = Duration::from_millis(5);
    options.poll = Duration::from_millis(20);
    options
}

/// Appends a line to a file that all hosts write. Short lines are written in one piece.
fn note(path: &Path, line: &str) {
    let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
    file.write_all(format!("{line}\n").as_bytes()).unwrap();
}

fn lines(path: &Path) -> Vec<String> {
    std::fs::read_to_string(path).unwrap_or_default().lines().map(str::to_owned).collect()
}

/// The time of a host whose clock is wrong by so many hours.
fn clock(hours: i64) -> Timestamp {
    let now: Timestamp = SystemTime::now().try_into().unwrap();
    Timestamp::from_ticks(now.ticks() + hours * 36_000_000_000).unwrap()
}

/// Does a task: writes it to the world, and returns the commands that come of it.
fn work(world: &Path, task: &Claimed) -> Vec<Command> {
    note(&world.join("done"), &format!("{} {}", task.idempotency_key(), task.event.name()));
    match task.task {
        Task::Process => vec![Command::new(SYSTEM, Action::Process { target: None })],
        Task::SendCallout { instance, stage, .. } => {
            let resume = Resume {
                instance,
                stage,
                decision: CallbackDecision::Continue,
                approval_stage: None,
                source: None,
                detail: None,
            };
            vec![Command::new(EXTENSION, Action::Resume(resume))]
        }
        Task::AskApprovers { stage, .. } => {
            let decision = ApprovalDecision::Approve;
            let decide = StageDecision { stage, tier: Tier::Primary, decision, justification: None };
            vec![Command::new(GRACE, Action::DecideStage(decide))]
        }
        Task::AskEscalationApprovers { .. } => vec![],
        Task::Fulfill { attempt, .. } => {
            let outcome = DeliveryOutcome::Delivered;
            vec![Command::new(SYSTEM, Action::ReportDelivery { attempt, outcome })]
        }
    }
}

/// A host, in a process of its own: submits requests and works until it is killed. It is no test by itself.
#[test]
fn host_that_is_killed() {
    let (Ok(url), Ok(host)) = (std::env::var(URL), std::env::var(HOST)) else { return };
    let world = PathBuf::from(std::env::var(WORLD).unwrap());
    let host: u128 = host.parse().unwrap();
    let hours = i64::try_from(host % 3).unwrap() - 1;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = loop {
            match Store::open_with(&url, options()).await {
                Ok(store) => break store,
                Err(StoreError::Database(_)) => tokio::time::sleep(Duration::from_millis(5)).await,
                Err(error) => panic!("{error}"),
            }
        };
        let policy = policy();
        for number in 0_u128.. {
            let id = RequestId::from_u128((host << 64) | number);
            // Every third is asked by a person for whom another host asks too: only one of the two may be open.
            let who = if number % 3 == 0 { number } else { (host << 64) | number };
            let ada = Actor::new(SubjectId::from_u128(who), Role::User);
            let draft = Draft {
                access_package_id: Some(AccessPackageId::from_u128(7)),
                ..Draft::new(RequestType::UserAdd)
            };
            match store.submit(&policy, id, &draft, None, ada, clock(hours)).await {
                Ok(_) => note(&world.join("accepted"), &id.to_string()),
                Err(StoreError::AlreadyOpen | StoreError::Database(_)) => {}
                Err(error) => panic!("{error}"),
            }
            let _ = tokio::time::timeout(
                Duration::from_millis(20),
                store.run(|| clock(hours), async |task: &Claimed| Ok::<_, Infallible>(work(&world, task))),
            )
            .await;
        }
    });
}

fn spawn(url: &str, folder: &Path, host: u32) -> Child {
    Process::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::host_that_is_killed", "--nocapture"])
        .env(URL, url)
        .env(WORLD, folder)
        .env(HOST, host.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap()
}

/// How many kills: few in the usual tests, many if `STORE_KILLS` says so.
fn kills() -> u32 {
    std::env::var("STORE_KILLS").map_or(24, |kills| kills.parse().unwrap())
}

/// Kills hosts on this database, and returns what was counted, as one line.
fn kill_hosts(url: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(Store::open(url)).unwrap();
    let mut hosts: Vec<Child> = (0..3).map(|host| spawn(url, folder.path(), host)).collect();
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for kill in 0..kills() {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(Duration::from_millis(20 + (random >> 33) % 60));
        let victim = usize::try_from((random >> 40) % 3).unwrap();
        let host = &mut hosts[victim];
        assert!(host.try_wait().unwrap().is_none(), "a host ended by itself");
        host.kill().unwrap();
        host.wait().unwrap();
        *host = spawn(url, folder.path(), 3 + kill);
    }
    for host in &mut hosts {
        host.kill().unwrap();
        host.wait().unwrap();
    }
    runtime.block_on(count(url, folder.path()))
}

/// Finishes what is open, and counts what was lost, doubled, or done without a record.
async fn count(url: &str, folder: &Path) -> String {
    let store = Store::open_with(url, options()).await.unwrap();
    let finish = async |task: &Claimed| Ok::<_, Infallible>(work(folder, task));
    // Leases of killed hosts end first.
    for _ in 0..10 {
        tokio::time::sleep(Duration::from_millis(200)).await;
        store.run_until_idle(|| clock(1), finish).await.unwrap();
    }
    assert_eq!(store.tasks_set_aside(1).await.unwrap(), []);
    assert_eq!(store.requests_set_aside(1).await.unwrap(), []);

    let accepted: BTreeSet<String> = lines(&folder.join("accepted")).into_iter().collect();
    let mut stored = BTreeSet::new();
    let mut orders = BTreeMap::new();
    let mut after = None;
    loop {
        let page = store.list(&Query::new(Viewer::Host), after, 100).await.unwrap();
        for summary in &page.requests {
            stored.insert(summary.id.to_string());
            let (request, events) = store.events(summary.id, Viewer::Host).await.unwrap();
            assert_eq!(request.state(), State::Delivered, "{}", summary.id);
            for event in events.iter().filter(|event| event.task().is_some()) {
                orders.insert(event.idempotency_key(summary.id), (request.clone(), event.clone()));
            }
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let lost = accepted.difference(&stored).count();
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    for line in lines(&folder.join("done")) {
        *times.entry(line.split(' ').next().unwrap().to_owned()).or_default() += 1;
    }
    let unrecorded = orders.keys().filter(|key| !times.contains_key(*key)).count();
    let unasked = times.keys().filter(|key| !orders.contains_key(*key)).count();
    // Each request is fulfilled by one order, regardless of how many hosts tried.
    let doubled = orders.values().filter(|(request, _)| request.attempt() != Some(1)).count();
    let again = times.values().filter(|times| **times > 1).count();
    assert!(stored.len() > usize::try_from(kills() / 4).unwrap(), "only {} requests", stored.len());
    assert_eq!((lost, doubled, unrecorded, unasked), (0, 0, 0, 0));
    format!(
        "{} kills, {} requests, {} tasks: lost {lost}, doubled {doubled}, not recorded {unrecorded}, not asked for \
         {unasked}; done more than once, with the same key: {again}",
        kills(),
        stored.len(),
        orders.len(),
    )
}

#[cfg(unix)]
#[test]
fn sqlite_hosts_that_are_killed_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("requests.db").display());
    println!("SQLite: {}", kill_hosts(&url));
}

#[cfg(unix)]
#[test]
fn postgres_hosts_that_are_killed_lose_nothing() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let Some(database) = runtime.block_on(Database::postgres()) else { return };
    println!("PostgreSQL: {}", kill_hosts(&database.url()));
    drop(database);
}
