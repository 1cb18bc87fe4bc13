//! What it costs to store a command, next to a bare transaction that writes the same rows.

use std::rc::Rc;
use std::time::{Duration, Instant};

use assignment_request::{
    AccessPackageId, Action, Actor, CallbackConfiguration, CalloutStage, Command, Draft, Event,
    ExtensionBehavior, ExtensionSpec, Limits, Period, Policy, PolicySpec, Request, RequestId, RequestType,
    RequestorSettings, Role, SubjectId, Timestamp,
};
use assignment_request_store::{Options, Store, Viewer};
use sqlx::AnyPool;
use sqlx::any::AnyPoolOptions;
use tokio::runtime::Runtime;

use super::{Arm, Once};
use crate::fixture::Fixture;
use crate::measure::median;

/// The throughput of `execute` is at least 0.85 of a bare transaction's.
const BARE: f64 = 1.0 / 0.85;
/// The largest accepted ratio of the times for twice the events.
const LINEAR: f64 = 2.1;
/// Among a million requests a command costs little more than among a thousand: indexes are deeper by a level or two.
const AMONG: f64 = 1.5;
/// How many commands are measured.
const COMMANDS: u64 = 200;
/// The variable with the URL of a `PostgreSQL` database for the arms that need one. Its tables are created there.
const POSTGRES: &str = "DATABASE_URL";

pub(super) fn add(_: &Rc<Fixture>, arms: &mut Vec<Arm>) {
    arms.push(Arm::once("store/sqlite-execute", "the same rows in a bare transaction", BARE, || {
        let folder = tempfile::tempdir().expect("a folder");
        against_bare(&format!("sqlite:{}", folder.path().join("requests.db").display()))
    }));
    arms.push(Arm::once("store/postgres-execute", "the same rows in a bare transaction", BARE, || {
        match std::env::var(POSTGRES) {
            Ok(url) => against_bare(&url),
            Err(_) => Once { ratio: None, said: format!("SKIPPED: {POSTGRES} is not set").into() },
        }
    }));
    arms.push(Arm::once("store/load-2000-events", "a request of 1,000 events", LINEAR, linear));
    arms.push(Arm::once("store/execute-among-1000000", "among 1,000 requests", AMONG, || {
        let folder = tempfile::tempdir().expect("a folder");
        among_many(&format!("sqlite:{}", folder.path().join("requests.db").display()))
    }));
}

fn policy() -> Policy {
    let requestor_settings = RequestorSettings { self_add: true, ..RequestorSettings::default() };
    let spec = PolicySpec { requestor_settings, ..PolicySpec::default() };
    Policy::compile(&spec, &Limits::default()).expect("a policy")
}

fn process() -> Command {
    Command::new(Actor::new(SubjectId::from_u128(0x5e5), Role::System), Action::Process { target: None })
}

/// A database with the tables of the store, and the time of the commands.
struct Bench {
    runtime: Runtime,
    store: Store,
    pool: AnyPool,
    policy: Policy,
    now: Timestamp,
    next: u128,
}

impl Bench {
    fn open(url: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let mut options = Options::default();
        options.connections = 1;
        let (store, pool) = runtime.block_on(async {
            let store = Store::open_with(url, options).await.expect("the store");
            let pool = AnyPoolOptions::new().max_connections(1).connect(url).await.expect("the database");
            (store, pool)
        });
        let now = std::time::SystemTime::now().try_into().expect("now");
        // No other run has these ids.
        let next = u128::from(now_nanoseconds()) << 32;
        Self { runtime, store, pool, policy: policy(), now, next }
    }

    /// Submits one more request.
    fn submit(&mut self) -> Request {
        self.next += 1;
        let ada = Actor::new(SubjectId::from_u128(self.next), Role::User);
        let package = Some(AccessPackageId::from_u128(7));
        let draft = Draft { access_package_id: package, ..Draft::new(RequestType::UserAdd) };
        let id = RequestId::from_u128(self.next);
        let submit = self.store.submit(&self.policy, id, &draft, None, ada, self.now);
        self.runtime.block_on(submit).expect("a request")
    }

    /// Lets the pools take back the connections of what was done before, so that none of it is measured.
    fn rest(&self) {
        self.runtime.block_on(async { tokio::time::sleep(Duration::from_millis(1)).await });
    }

    fn execute(&self, request: &Request) -> Duration {
        self.rest();
        let start = Instant::now();
        self.runtime.block_on(self.store.execute(request.id(), &process(), self.now)).expect("it is stored");
        start.elapsed()
    }

    /// Writes the rows that `execute` writes, which are known beforehand.
    fn bare(&self, request: &Request) -> Duration {
        let mut after = request.clone();
        let events = after.handle(&process(), self.now).expect("it is accepted");
        let texts: Vec<String> =
            events.iter().map(|event| serde_json::to_string(event).expect("text")).collect();
        self.rest();
        let start = Instant::now();
        self.runtime.block_on(write(&self.pool, &after, &events, &texts)).expect("it is stored");
        start.elapsed()
    }
}

fn now_nanoseconds() -> u64 {
    let since = std::time::UNIX_EPOCH.elapsed().expect("now");
    u64::try_from(since.as_nanos()).expect("nanoseconds")
}

async fn write(
    pool: &AnyPool,
    after: &Request,
    events: &[Event],
    texts: &[String],
) -> Result<(), sqlx::Error> {
    let id = after.id().to_string();
    let revision = i64::try_from(after.revision()).expect("a revision");
    let mut transaction = pool.begin().await?;
    sqlx::query(
        "UPDATE access_requests
         SET revision = $1, target = $2, state = $3, status = $4, next_deadline = $5, exclusivity_key = $6
         WHERE id = $7 AND revision = $8",
    )
    .bind(revision)
    .bind(after.target().map(|target| target.to_string()))
    .bind(after.state().as_str())
    .bind(after.status().as_str())
    .bind(after.next_deadline().map(|deadline| deadline.at.ticks()))
    .bind(after.exclusivity_key(after.updated()).map(|key| key.to_string()))
    .bind(&id)
    .bind(1_i64)
    .execute(&mut *transaction)
    .await?;
    for (event, text) in events.iter().zip(texts) {
        let sequence = i64::try_from(event.sequence).expect("a sequence");
        sqlx::query("INSERT INTO access_events (request, sequence, event) VALUES ($1, $2, $3)")
            .bind(&id)
            .bind(sequence)
            .bind(text)
            .execute(&mut *transaction)
            .await?;
        if event.task().is_some() {
            sqlx::query(
                "INSERT INTO access_tasks (request, sequence, available, tries) VALUES ($1, $2, 0, 0)",
            )
            .bind(&id)
            .bind(sequence)
            .execute(&mut *transaction)
            .await?;
        }
    }
    transaction.commit().await
}

/// Both ways by turns, so that both meet the same disk. The ratio is that of the medians.
fn against_bare(url: &str) -> Once {
    let mut bench = Bench::open(url);
    let (mut executed, mut bare) = (Vec::new(), Vec::new());
    for command in 0..COMMANDS {
        let (one, other) = (bench.submit(), bench.submit());
        if command % 2 == 0 {
            executed.push(bench.execute(&one).as_secs_f64());
            bare.push(bench.bare(&other).as_secs_f64());
        } else {
            bare.push(bench.bare(&other).as_secs_f64());
            executed.push(bench.execute(&one).as_secs_f64());
        }
    }
    ratio(&mut executed, &mut bare)
}

fn ratio(arm: &mut [f64], baseline: &mut [f64]) -> Once {
    let (arm, baseline) = (median(arm).unwrap_or(f64::NAN), median(baseline).unwrap_or(f64::NAN));
    Once {
        ratio: Some(arm / baseline),
        said: format!("{:.2} ms, {:.2} ms", arm * 1e3, baseline * 1e3).into(),
    }
}

/// A command among 1,000 requests, and then among 1,000,000.
fn among_many(url: &str) -> Once {
    let mut bench = Bench::open(url);
    let sample = bench.submit();
    let mut measured = [1_000_u32, 1_000_000].map(|count| {
        bench.runtime.block_on(fill(&bench.pool, &sample, count)).expect("rows");
        // The first ones read the upper parts of the indexes.
        for _ in 0..COMMANDS / 4 {
            let request = bench.submit();
            bench.execute(&request);
        }
        let times = 0..COMMANDS;
        times
            .map(|_| {
                let request = bench.submit();
                bench.execute(&request).as_secs_f64()
            })
            .collect::<Vec<_>>()
    });
    let [few, many] = &mut measured;
    ratio(many, few)
}

/// Loading a request with so many events, and with half of them.
fn linear() -> Once {
    const EVENTS: u64 = 2_000;
    let bench = Bench::open("sqlite::memory:");
    let behavior =
        ExtensionBehavior::LaunchAndWait(CallbackConfiguration { timeout: Some(Period::from_minutes(5)) });
    let spec = PolicySpec {
        requestor_settings: RequestorSettings { self_add: true, ..RequestorSettings::default() },
        extensions: vec![ExtensionSpec {
            stage: CalloutStage::AssignmentRequestCreated,
            custom_extension_id: None,
            behavior: Some(behavior),
        }],
        ..PolicySpec::default()
    };
    let policy = Policy::compile(&spec, &Limits::default()).expect("a policy");
    let mut measured = [EVENTS / 2, EVENTS].map(|events| {
        let id = RequestId::from_u128(events.into());
        let ada = Actor::new(SubjectId::from_u128(events.into()), Role::User);
        let package = Some(AccessPackageId::from_u128(7));
        let draft = Draft { access_package_id: package, ..Draft::new(RequestType::UserAdd) };
        bench.runtime.block_on(async {
            let store = &bench.store;
            store.submit(&policy, id, &draft, None, ada, bench.now).await.expect("a request");
            let mut request = store.execute(id, &process(), bench.now).await.expect("it is stored").request;
            // The callout fails, and is tried again, as often as it takes.
            while request.revision() < events {
                let instance = request.callouts().last().expect("a callout").instance();
                let failed = Action::ReportCalloutFailed { instance, detail: None };
                for action in [failed, Action::Reprocess] {
                    let command = Command::new(process().actor, action);
                    request = store.execute(id, &command, bench.now).await.expect("it is stored").request;
                }
            }
        });
        let times = (0..COMMANDS).map(|_| {
            bench.rest();
            let start = Instant::now();
            bench.runtime.block_on(bench.store.load(id, Viewer::Host)).expect("it is there");
            start.elapsed().as_secs_f64()
        });
        times.collect::<Vec<_>>()
    });
    let [half, all] = &mut measured;
    ratio(all, half)
}

/// Copies the rows of a request until there are about so many.
async fn fill(pool: &AnyPool, sample: &Request, count: u32) -> Result<(), sqlx::Error> {
    let numbers = "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $2)";
    let requests = format!(
        "{numbers} INSERT INTO access_requests (id, revision, requestor, target, access_package, policy, state, status,
             created, completed, open_stage, next_deadline)
         SELECT printf('%08x-0000-0000-0000-%012x', random() & 4294967295, n), revision, requestor,
             printf('%08x-0000-0000-0000-%012x', random() & 4294967295, n), access_package, policy, state, status,
             created + n, completed, open_stage, next_deadline + n
         FROM access_requests, numbers WHERE id = $1"
    );
    let id = sample.id().to_string();
    sqlx::query(sqlx::AssertSqlSafe(requests)).bind(&id).bind(i64::from(count)).execute(pool).await?;
    let events = "INSERT INTO access_events (request, sequence, event)
         SELECT r.id, 1, e.event FROM access_requests r, access_events e
         WHERE e.request = $1 AND e.sequence = 1
             AND NOT EXISTS (SELECT 1 FROM access_events other WHERE other.request = r.id)";
    sqlx::query(events).bind(&id).execute(pool).await?;
    // What was filled in is not written while commands are measured.
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_all(pool).await?;
    Ok(())
}
