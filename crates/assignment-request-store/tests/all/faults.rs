//! Faults of the database and between hosts: nothing is lost, and nothing is done without a record or ordered twice.
//!
//! Connections are cut, the server crashes, the disk is full, the file is read-only, two hosts want the same access, and
//! leases end. `STORE_KILLS=2000 cargo test -p assignment-request-store --release faults -- --nocapture` is the long run.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use assignment_request::{Action, Command, Rejection, RequestId, State, Status, Task};
use assignment_request_store::testing::LEASE;
use assignment_request_store::{Claimed, Options, Query, Retry, Store, StoreError, Viewer};
use sqlx::{AnyConnection, Connection as _, PgConnection, Row as _};

use crate::database::{Cluster, Database};
use crate::requests::{days_later, done, id, policy, process, start, submit, user, work};

/// The same measure as in `kill`: few faults in the usual tests, many if `STORE_KILLS` says so.
fn kills() -> u32 {
    std::env::var("STORE_KILLS").map_or(24, |kills| kills.parse().unwrap())
}

/// Tasks are tried until they are done.
fn options() -> Options {
    let mut options = Options::default();
    options.connections = 3;
    options.lease = Duration::from_millis(300);
    options.tries = 1_000_000;
    options.back_off = Duration::from_millis(1);
    options.longest_back_off = Duration::from_millis(5);
    options.poll = Duration::from_millis(20);
    options
}

async fn pause(milliseconds: u64) {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
}

/// The single number that a statement gives, read without the store.
async fn number(url: &str, select: &'static str) -> i64 {
    let mut connection = AnyConnection::connect(url).await.unwrap();
    let number = sqlx::query(select).fetch_one(&mut connection).await.unwrap().get(0);
    connection.close().await.unwrap();
    number
}

/// What hosts did and what they were told, as they see it.
#[derive(Debug, Default)]
struct World {
    accepted: Mutex<BTreeSet<RequestId>>,
    /// How often each task was done, by its key.
    done: Mutex<BTreeMap<String, u32>>,
    /// Submissions that were stored, although the answer was an error.
    unanswered: AtomicU32,
    /// Errors of the database that hosts saw.
    errors: AtomicU32,
}

impl World {
    fn accept(&self, id: RequestId) {
        self.accepted.lock().unwrap().insert(id);
    }

    /// Does a task, which is remembered before it is acknowledged.
    #[expect(clippy::unused_async, reason = "a worker is asynchronous")]
    async fn work(&self, task: &Claimed) -> Result<Vec<Command>, Infallible> {
        *self.done.lock().unwrap().entry(task.idempotency_key()).or_default() += 1;
        Ok(done(task))
    }

    /// Waits after an error of the database. No other error is expected.
    async fn failed(&self, error: StoreError) {
        assert!(matches!(error, StoreError::Database(_)), "{error:?}");
        self.errors.fetch_add(1, Ordering::Relaxed);
        pause(5).await;
    }

    /// Submits requests and does tasks with a store of its own, until it is dropped. What fails is tried again.
    async fn host(&self, url: &str, host: u128) {
        let store = loop {
            match Store::open_with(url, options()).await {
                Ok(store) => break store,
                Err(error) => self.failed(error).await,
            }
        };
        let works = async {
            loop {
                let ended = store.run(start, async |task: &Claimed| self.work(task).await).await;
                self.failed(ended.unwrap_err()).await;
            }
        };
        let submits = async {
            for number in 0_u128.. {
                let n = (host << 64) | number;
                let mut is_again = false;
                loop {
                    match submit(&store, n).await {
                        Ok(_) => break,
                        // A client without an answer sends the same submission again.
                        Err(StoreError::Rejected(Rejection::AlreadySubmitted)) if is_again => {
                            self.unanswered.fetch_add(1, Ordering::Relaxed);
                            break;
                        }
                        Err(error) => self.failed(error).await,
                    }
                    is_again = true;
                }
                self.accept(id(n));
                pause(4).await;
            }
        };
        tokio::join!(works, submits);
    }

    /// Lets three hosts work while something is done to the database.
    async fn during<T>(&self, url: &str, fault: impl Future<Output = T>) -> T {
        let hosts = async { tokio::join!(self.host(url, 0), self.host(url, 1), self.host(url, 2)) };
        tokio::select! {
            _ = hosts => panic!("hosts work until they are dropped"),
            outcome = fault => outcome,
        }
    }

    /// Finishes what is open, and counts what was lost, doubled, or done without a record.
    async fn count(&self, url: &str) -> String {
        let store = Store::open_with(url, options()).await.unwrap();
        let deadline = Instant::now() + Duration::from_mins(1);
        // The leases of hosts that are gone end first.
        while number(url, "SELECT COUNT(*) FROM access_tasks").await > 0 {
            assert!(Instant::now() < deadline, "tasks stay open");
            store.run_until_idle(start, async |task: &Claimed| self.work(task).await).await.unwrap();
            pause(20).await;
        }
        let mut stored = BTreeSet::new();
        let mut tasks = BTreeSet::new();
        let (mut unfinished, mut doubled) = (0, 0);
        let mut after = None;
        loop {
            let page = store.list(&Query::new(Viewer::Host), after, 100).await.unwrap();
            for summary in &page.requests {
                // Every command is judged again here.
                let (request, events) = store.events(summary.id, Viewer::Host).await.unwrap();
                stored.insert(summary.id);
                let asked = events.iter().filter(|event| event.task().is_some());
                tasks.extend(asked.map(|event| event.idempotency_key(summary.id)));
                let is_order = |task| matches!(task, Some(Task::Fulfill { .. }));
                let orders = events.iter().filter(|event| is_order(event.task())).count();
                doubled += orders.saturating_sub(1);
                let is_done = (request.state(), request.status()) == (State::Delivered, Status::Fulfilled);
                unfinished += usize::from(!is_done || orders == 0);
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let (accepted, done) = (self.accepted.lock().unwrap(), self.done.lock().unwrap());
        let lost = accepted.difference(&stored).count();
        let unrecorded = done.keys().filter(|key| !tasks.contains(*key)).count();
        let undone = tasks.iter().filter(|key| !done.contains_key(*key)).count();
        let again = done.values().filter(|times| **times > 1).count();
        assert_eq!((lost, doubled, unrecorded, undone, unfinished), (0, 0, 0, 0, 0));
        assert!(!accepted.is_empty());
        format!(
            "{} requests, {} tasks, {} errors seen by hosts, {} submissions stored without an answer: lost {lost}, \
             doubled {doubled}, done and not recorded {unrecorded}, recorded and not done {undone}, unfinished \
             {unfinished}; done more than once, with the same key: {again}",
            stored.len(),
            tasks.len(),
            self.errors.load(Ordering::Relaxed),
            self.unanswered.load(Ordering::Relaxed),
        )
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_connections_that_are_cut() {
    const CUT: &str = "SELECT COUNT(*), COUNT(*) FILTER (WHERE in_transaction) FROM (
            SELECT pg_terminate_backend(pid) AS is_cut, xact_start IS NOT NULL AS in_transaction
            FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()
        ) AS cut WHERE is_cut";
    let Some(database) = Database::postgres().await else { return };
    let (_, schema) = database.url().rsplit_once("%3D").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let url = format!("{}&application_name={schema}", database.url());
    drop(Store::open(&url).await.unwrap());
    let cuts = kills() * 5 / 3;
    let world = World::default();
    let cut = async {
        let mut connection = PgConnection::connect(&database.url()).await.unwrap();
        let mut counts = (0, 0);
        for number in 0..cuts {
            pause(10 + u64::from(number * 7 % 30)).await;
            let row = sqlx::query(CUT).bind(&schema).fetch_one(&mut connection).await.unwrap();
            counts = (counts.0 + row.get::<i64, _>(0), counts.1 + row.get::<i64, _>(1));
        }
        connection.close().await.unwrap();
        counts
    };
    let (connections, in_transaction) = Box::pin(world.during(&url, cut)).await;
    let counted = world.count(&database.url()).await;
    assert!(in_transaction > 0, "no transaction was open");
    println!(
        "PostgreSQL, {cuts} cuts, {connections} connections, {in_transaction} in a transaction: {counted}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_that_crashes() {
    let cluster = tokio::task::spawn_blocking(Cluster::of_its_own).await.unwrap();
    let Some(cluster) = cluster.map(Arc::new) else { return };
    let url = cluster.url.clone();
    // These are opened before the crashes, and then they have nothing to do.
    let mut slow = options();
    slow.poll = Duration::from_mins(5);
    let listeners_url = format!("{url}?application_name=listener");
    let listener = Store::open_with(&listeners_url, slow).await.unwrap();
    let other = Store::open_with(&url, options()).await.unwrap();
    let crashes = (kills() / 8).max(1);
    let world = World::default();
    let crash = async {
        for _ in 0..crashes {
            pause(150).await;
            let cluster = Arc::clone(&cluster);
            tokio::task::spawn_blocking(move || cluster.crash()).await.unwrap();
        }
        pause(150).await;
    };
    Box::pin(world.during(&url, crash)).await;
    let counted = world.count(&url).await;

    // The listener is back, and wakes its host long before the host would look by itself.
    let select =
        "SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = 'listener' AND query LIKE 'LISTEN%'";
    let deadline = Instant::now() + Duration::from_secs(30);
    while number(&url, select).await == 0 {
        assert!(Instant::now() < deadline, "no one listens");
        pause(20).await;
    }
    let woken = async {
        pause(300).await;
        let stored = Instant::now();
        submit(&other, u128::MAX >> 64).await.unwrap();
        let is_done = async || other.load(id(u128::MAX >> 64), Viewer::Host).await.unwrap().status();
        while is_done().await != Status::Fulfilled {
            assert!(stored.elapsed() < Duration::from_secs(10), "the host is not woken");
            pause(1).await;
        }
        stored.elapsed()
    };
    tokio::select! {
        ended = listener.run(start, work) => panic!("it runs until it is dropped: {ended:?}"),
        woken = woken => println!(
            "PostgreSQL, {crashes} crashes: {counted}; a waiting host was woken and done after {} ms",
            woken.as_millis(),
        ),
    }
}

const FULL_URL: &str = "STORE_FULL_URL";
const FULL_WORLD: &str = "STORE_FULL_WORLD";

/// A host that submits and works until its disk is full, and goes on when there is space again. It is no test by itself.
#[test]
fn host_on_a_full_disk() {
    let (Ok(url), Ok(folder)) = (std::env::var(FULL_URL), std::env::var(FULL_WORLD)) else { return };
    let folder = PathBuf::from(folder);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::open_with(&url, options()).await.unwrap();
        let world = World::default();
        let write = async |n| {
            submit(&store, n).await?;
            world.accept(id(n));
            if n % 4 == 0 {
                store.run_until_idle(start, async |task: &Claimed| world.work(task).await).await?;
            }
            Ok(())
        };
        let mut n = 0;
        let mut failures = 0;
        let mut last = String::new();
        // Small writes may find space where larger ones did not. At last there is none at all.
        while failures < 5 {
            match write(n).await {
                Ok(()) => failures = 0,
                Err(error @ StoreError::Database(_)) => {
                    world.errors.fetch_add(1, Ordering::Relaxed);
                    failures += 1;
                    last = error.to_string();
                }
                Err(error) => panic!("{error:?}"),
            }
            n += 1;
        }
        // What is stored can be read nevertheless.
        let accepted: Vec<RequestId> = world.accepted.lock().unwrap().iter().copied().collect();
        for id in accepted {
            store.load(id, Viewer::Host).await.unwrap();
        }
        std::fs::write(folder.join("full"), last).unwrap();
        loop {
            if folder.join("freed").exists() {
                for n in n..n + 3 {
                    write(n).await.unwrap();
                }
                break;
            }
            if folder.join("end").exists() {
                break;
            }
            pause(2).await;
        }
        let lines = |lines: Vec<String>| lines.join("\n");
        let accepted = world.accepted.lock().unwrap().iter().map(ToString::to_string).collect();
        std::fs::write(folder.join("accepted"), lines(accepted)).unwrap();
        let done = world.done.lock().unwrap().iter().map(|(key, times)| format!("{key} {times}")).collect();
        std::fs::write(folder.join("done"), lines(done)).unwrap();
        std::fs::write(folder.join("errors"), world.errors.load(Ordering::Relaxed).to_string()).unwrap();
    });
}

/// Fills a disk: no file of a child process can grow over this size. Returns the error that the child's store gave, and
/// adds what was accepted, done and counted to the counts.
#[cfg(target_os = "linux")]
async fn fill(database: &Database, size: u64, frees: bool) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut child = std::process::Command::new("sh")
        // The unit is 512 bytes. Without the signal, a write fails as it does on a full disk.
        .args(["-c", r#"trap "" XFSZ; ulimit -S -f "$1"; shift; exec "$@""#, "sh"])
        .arg((size / 512).to_string())
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "faults::host_on_a_full_disk", "--nocapture"])
        .env(FULL_URL, database.url())
        .env(FULL_WORLD, folder.path())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    while !folder.path().join("full").exists() {
        assert!(child.try_wait().unwrap().is_none(), "the host ended by itself");
        pause(5).await;
    }
    let pid = child.id().to_string();
    let free = ["--pid", &pid, "--fsize=unlimited:unlimited"];
    let is_free =
        frees && std::process::Command::new("prlimit").args(free).status().is_ok_and(|it| it.success());
    if frees && !is_free {
        eprintln!("SKIPPED: a host goes on after its disk was full. There is no `prlimit`.");
    }
    std::fs::write(folder.path().join(if is_free { "freed" } else { "end" }), "").unwrap();
    assert!(child.wait().unwrap().success());

    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let world = World::default();
    for line in read("accepted").lines() {
        world.accept(line.parse().unwrap());
    }
    for line in read("done").lines() {
        let (key, times) = line.split_once(' ').unwrap();
        world.done.lock().unwrap().insert(key.to_owned(), times.parse().unwrap());
    }
    world.errors.store(read("errors").parse().unwrap(), Ordering::Relaxed);
    let accepted = world.accepted.lock().unwrap().clone();
    // Of a submission that was refused, nothing is stored.
    let stored = number(&database.url(), "SELECT COUNT(*) FROM access_requests").await;
    let stored = usize::try_from(stored).unwrap();
    let unanswered = u32::try_from(stored - accepted.len()).unwrap();
    world.unanswered.store(unanswered, Ordering::Relaxed);
    (read("full"), world.count(&database.url()).await)
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn sqlite_on_a_full_disk() {
    for number in 0..kills() / 6 {
        let database = Database::file();
        database.store().await.close().await;
        let (size, what) = if number == 0 {
            // The log can grow until it is copied to the file, which cannot grow.
            database
                .change("CREATE TABLE songs (title BLOB); INSERT INTO songs VALUES (zeroblob(5000000))")
                .await;
            (std::fs::metadata(database.path()).unwrap().len() + 4096, "file and log")
        } else {
            // The size falls on any point of a transaction.
            (120_000 + u64::from(number) * 7_168, "log")
        };
        let (error, counted) = fill(&database, size, number % 2 == 0).await;
        println!("SQLite, {what} full at {size} bytes, `{error}`: {counted}");
    }
}

/// Every call that writes, and what it answers.
async fn writes(store: &Store, claimed: &Claimed) -> Vec<(&'static str, StoreError)> {
    let id = claimed.request.id();
    let mut renewed = claimed.clone();
    vec![
        ("submit", submit(store, 99).await.unwrap_err()),
        ("execute", store.execute(id, &process(), start()).await.unwrap_err()),
        ("fire", store.fire(days_later(30), 1).await.unwrap_err()),
        ("claim", store.claim(1).await.unwrap_err()),
        ("acknowledge", store.acknowledge(claimed).await.unwrap_err()),
        ("renew", store.renew(&mut renewed).await.unwrap_err()),
        ("retry", store.retry(claimed, "no").await.unwrap_err()),
        ("run_until_idle", store.run_until_idle(start, work).await.unwrap_err()),
        ("run", store.run(start, work).await.unwrap_err()),
        ("delete", store.delete(self::id(2), Viewer::Host, false).await.unwrap_err()),
        ("resume_request", store.resume_request(&id.to_string()).await.unwrap_err()),
    ]
}

/// The bytes of every file in a folder.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.map(|path| (path.clone(), std::fs::read(&path).unwrap())).collect()
}

#[tokio::test]
async fn a_read_only_file_and_folder() {
    let database = Database::file();
    let store = database.store().await;
    submit(&store, 1).await.unwrap();
    let claimed = store.claim(1).await.unwrap().remove(0);
    submit(&store, 2).await.unwrap();
    store.execute(id(2), &Command::new(user(2), Action::Cancel), start()).await.unwrap();
    store.close().await;
    let folder = database.path().parent().unwrap().to_owned();
    let before = files(&folder);
    assert_eq!(before.len(), 1);

    // Opened to read: it reads, and refuses every write.
    let reads = async |url: &str| {
        let store = Store::open_to_read(url).await.unwrap();
        assert_eq!(store.load(id(1), Viewer::Host).await.unwrap().status(), Status::Accepted);
        assert_eq!(store.count(&Query::new(Viewer::Host)).await.unwrap(), 2);
        let refused = writes(&store, &claimed).await;
        for (call, error) in &refused {
            assert!(matches!(error, StoreError::Database(_)), "{call}: {error:?}");
            assert!(error.to_string().contains("readonly"), "{call}: {error}");
        }
        store.close().await;
        assert!(files(&folder) == before, "opening to read changed the folder");
        refused.len()
    };
    // Opened to write: it says so at once, or refuses every write.
    let opens = async |url: &str| {
        let message = match Store::open_with(url, options()).await {
            Err(error @ StoreError::Database(_)) => format!("not opened: {error}"),
            Err(error) => panic!("{error:?}"),
            Ok(store) => {
                for (call, error) in writes(&store, &claimed).await {
                    assert!(matches!(error, StoreError::Database(_)), "{call}: {error:?}");
                }
                let error = submit(&store, 98).await.unwrap_err();
                store.close().await;
                format!("every write: {error}")
            }
        };
        let after = files(&folder);
        let created: Vec<String> = after
            .keys()
            .filter(|path| !before.contains_key(*path))
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        assert!(after.get(&database.path()) == before.get(&database.path()), "the file was changed");
        for name in &created {
            std::fs::remove_file(folder.join(name)).unwrap();
        }
        (message, created)
    };
    let refused = reads(&database.url()).await;
    let by_url = opens(&format!("{}?mode=ro", database.url())).await;

    set_writable(&database.path(), false);
    set_writable(&folder, false);
    let is_writable = std::fs::OpenOptions::new().write(true).open(database.path()).is_ok();
    let by_mode = if is_writable {
        eprintln!("SKIPPED: a file that the system makes read-only. This user may write every file.");
        None
    } else {
        reads(&database.url()).await;
        Some(opens(&database.url()).await)
    };
    set_writable(&folder, true);
    set_writable(&database.path(), true);
    println!(
        "SQLite, read-only: {refused} kinds of writes refused when opened to read; `mode=ro`: {by_url:?}; file and \
         folder: {by_mode:?}"
    );
    // Nothing was left locked.
    submit(&database.store().await, 3).await.unwrap();
}

fn set_writable(path: &Path, is_writable: bool) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = match (path.is_dir(), is_writable) {
            (true, true) => 0o755,
            (true, false) => 0o555,
            (false, true) => 0o644,
            (false, false) => 0o444,
        };
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    #[cfg(not(unix))]
    {
        let mut permissions = std::fs::metadata(path).unwrap().permissions();
        permissions.set_readonly(!is_writable);
        std::fs::set_permissions(path, permissions).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hosts_fight_over_one_access() {
    let rounds = u128::from(kills().max(200));
    for database in Database::all().await {
        let hosts = [database.store().await, database.store().await];
        let mut wins = [0, 0];
        for round in 0..rounds {
            let ask = |host: usize| {
                let store = hosts[host].clone();
                let id = id(2 * round + host as u128);
                tokio::spawn(async move {
                    store.submit(&policy(), id, &crate::requests::draft(), None, user(1), start()).await
                })
            };
            // The hosts take turns to begin.
            let first = usize::from(round % 2 == 1);
            let (one, two) = tokio::join!(ask(first), ask(1 - first));
            let (winner, won, lost) = match (one.unwrap(), two.unwrap()) {
                (Ok(won), Err(lost)) => (first, won, lost),
                (Err(lost), Ok(won)) => (1 - first, won, lost),
                other => panic!("round {round}: {other:?}"),
            };
            assert!(matches!(lost, StoreError::AlreadyOpen), "{lost:?}");
            wins[winner] += 1;
            let loser = id(2 * round + 1 - winner as u128);
            let missing = hosts[winner].load(loser, Viewer::Host).await.unwrap_err();
            assert!(matches!(missing, StoreError::Rejected(Rejection::NoRequest)), "{missing:?}");
            // The other host sees the winner's request, and cancels it.
            let cancel = Command::new(user(1), Action::Cancel);
            let canceled = hosts[1 - winner].execute(won.id(), &cancel, start()).await.unwrap();
            assert_eq!(canceled.request.state(), State::Canceled);
        }
        let mut all = Query::new(Viewer::Host);
        assert_eq!(u128::from(hosts[0].count(&all).await.unwrap()), rounds);
        all.state = Some(State::Canceled);
        assert_eq!(u128::from(hosts[0].count(&all).await.unwrap()), rounds);
        println!("{}, one access: {rounds} rounds, one open in each; won {wins:?}", name(&database));
    }
}

fn name(database: &Database) -> &'static str {
    match database {
        Database::Memory | Database::File { .. } => "SQLite",
        Database::Postgres { .. } => "PostgreSQL",
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_sleeps_past_its_lease() {
    const REQUESTS: u32 = 4;
    for database in Database::all().await {
        let (sleeper, other) = (database.store().await, database.store().await);
        for n in 1..=REQUESTS {
            submit(&sleeper, n.into()).await.unwrap();
        }
        // The receiver of orders: it acts once on each key.
        let mut orders: BTreeMap<String, u32> = BTreeMap::new();
        let mut tasks = 0;
        // Each request has two tasks, one after the other.
        for round in 0..2 {
            let slept = sleeper.claim(100).await.unwrap();
            assert_eq!(u32::try_from(slept.len()), Ok(REQUESTS));
            assert_eq!(other.claim(100).await.unwrap(), []);
            tokio::time::sleep(LEASE + Duration::from_millis(20)).await;
            let taken = other.claim(100).await.unwrap();
            assert_eq!(u32::try_from(taken.len()), Ok(REQUESTS));
            for (place, task) in taken.iter().enumerate() {
                let mut same =
                    slept.iter().find(|same| same.request.id() == task.request.id()).unwrap().clone();
                assert_eq!((same.idempotency_key(), 1, 2), (task.idempotency_key(), same.tries, task.tries));
                assert_eq!(same.task, task.task);
                // The sleeper wakes after the other host is done, or before.
                let is_late = place % 2 == 0;
                let mut both = [(&other, task), (&sleeper, &same)];
                if !is_late {
                    both.reverse();
                }
                for (number, (host, task)) in both.into_iter().enumerate() {
                    *orders.entry(task.idempotency_key()).or_default() += 1;
                    for command in done(task) {
                        let outcome = host.execute(task.request.id(), &command, start()).await;
                        // The second of the two is refused, since the first has reported the same.
                        assert_eq!(outcome.is_ok(), number == 0, "{outcome:?}");
                        assert!(matches!(outcome, Ok(_) | Err(StoreError::Rejected(_))), "{outcome:?}");
                    }
                    let is_others = std::ptr::eq(host, &raw const other);
                    assert_eq!(host.acknowledge(task).await.unwrap(), is_others, "round {round}, {is_late}");
                }
                assert!(!sleeper.renew(&mut same).await.unwrap());
                assert_eq!(sleeper.retry(&same, "late").await.unwrap(), Retry::LeaseEnded);
                tasks += 1;
            }
        }
        assert_eq!(sleeper.claim(100).await.unwrap(), []);
        let mut fulfillments = 0;
        for n in 1..=REQUESTS {
            let (request, events) = other.events(id(n.into()), Viewer::Host).await.unwrap();
            assert_eq!(request.status(), Status::Fulfilled);
            fulfillments +=
                events.iter().filter(|event| matches!(event.task(), Some(Task::Fulfill { .. }))).count();
        }
        assert_eq!((orders.len(), fulfillments), (tasks, REQUESTS as usize));
        assert!(orders.values().all(|times| *times == 2));
        let ended = sleeper.counters().leases_ended;
        assert_eq!((ended, other.counters().leases_ended), (tasks as u64, 0));
        println!(
            "{}, ended leases: {REQUESTS} requests, {tasks} tasks done by two hosts with the same key; {ended} late \
             acknowledgements refused, {fulfillments} orders to fulfill",
            name(&database)
        );
    }
}
