//! Databases for the tests, each of them empty: `SQLite` in memory and in a file, and `PostgreSQL` if there is one.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

use assignment_request_store::testing::options;
use assignment_request_store::{Options, Store};
use sqlx::{Connection as _, Executor as _, PgConnection, SqliteConnection};
use tempfile::TempDir;

/// The password of the cluster that the tests start. No message may contain it.
pub(crate) const PASSWORD: &str = "the-password-of-the-tests";

/// An empty database. It is removed when it is dropped.
pub(crate) enum Database {
    Memory,
    File { folder: TempDir },
    Postgres { base: &'static str, schema: String },
}

impl Database {
    pub(crate) fn memory() -> Self {
        Self::Memory
    }

    pub(crate) fn file() -> Self {
        Self::File { folder: tempfile::tempdir().unwrap() }
    }

    /// `None`, and a line that says so, if there is no `PostgreSQL`.
    pub(crate) async fn postgres() -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let base = cluster()?;
        let nanoseconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let schema = format!("access_test_{nanoseconds}_{}_{count}", std::process::id());
        let mut connection = PgConnection::connect(base).await.unwrap();
        connection.execute(sqlx::AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).await.unwrap();
        connection.close().await.unwrap();
        Some(Self::Postgres { base, schema })
    }

    /// One of each kind whose data outlives a connection.
    pub(crate) async fn all() -> Vec<Self> {
        [Some(Self::file()), Self::postgres().await].into_iter().flatten().collect()
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Self::Memory => "sqlite::memory:".to_owned(),
            Self::File { .. } => format!("sqlite:{}", self.path().display()),
            Self::Postgres { base, schema } => {
                let separator = if base.contains('?') { '&' } else { '?' };
                format!("{base}{separator}options=-c%20search_path%3D{schema}")
            }
        }
    }

    /// The file of a `SQLite` database.
    pub(crate) fn path(&self) -> PathBuf {
        match self {
            Self::File { folder } => folder.path().join("requests.db"),
            Self::Memory | Self::Postgres { .. } => panic!("not a file"),
        }
    }

    /// A store with short times, as the suite has it.
    pub(crate) async fn store(&self) -> Store {
        self.store_with(options()).await
    }

    pub(crate) async fn store_with(&self, options: Options) -> Store {
        Store::open_with(&self.url(), options).await.unwrap()
    }

    /// Runs statements as another program would, without the store.
    pub(crate) async fn change(&self, statements: &str) {
        let statements = sqlx::raw_sql(sqlx::AssertSqlSafe(statements.to_owned()));
        match self {
            Self::Memory => panic!("a database in memory has one connection"),
            Self::File { .. } => {
                let mut connection = SqliteConnection::connect(&self.url()).await.unwrap();
                connection.execute("PRAGMA foreign_keys = OFF").await.unwrap();
                connection.execute("PRAGMA busy_timeout = 30000").await.unwrap();
                statements.execute(&mut connection).await.unwrap();
                connection.close().await.unwrap();
            }
            Self::Postgres { .. } => {
                let mut connection = PgConnection::connect(&self.url()).await.unwrap();
                statements.execute(&mut connection).await.unwrap();
                connection.close().await.unwrap();
            }
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Self::Postgres { base, schema } = self else { return };
        let (base, schema) = (*base, schema.clone());
        // A test that fails drops its schema too. This has a runtime of its own, since the test's may be ending.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let Ok(mut connection) = PgConnection::connect(base).await else { return };
                let drop = format!("SET lock_timeout = '5s'; DROP SCHEMA {schema} CASCADE");
                let _ = sqlx::raw_sql(sqlx::AssertSqlSafe(drop)).execute(&mut connection).await;
                let _ = connection.close().await;
            });
        });
        let _ = dropping.join();
    }
}

/// The URL of a `PostgreSQL` for all tests: `DATABASE_URL`, or a cluster that is started here.
fn cluster() -> Option<&'static str> {
    static CLUSTER: OnceLock<Result<String, String>> = OnceLock::new();
    let cluster = CLUSTER.get_or_init(|| match std::env::var("DATABASE_URL") {
        Ok(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => Ok(url),
        _ => start_cluster().map(|cluster| cluster.url),
    });
    match cluster {
        Ok(url) => Some(url),
        Err(reason) => {
            eprintln!("SKIPPED: tests on PostgreSQL. {reason} Set DATABASE_URL, or install PostgreSQL.");
            None
        }
    }
}

/// A cluster that the tests have started.
pub(crate) struct Cluster {
    pub(crate) url: String,
    pg_ctl: PathBuf,
    /// The folder with the data and the log.
    folder: PathBuf,
}

impl Cluster {
    /// A cluster that no other test uses. `None`, and a line that says so, if the tests cannot start one.
    pub(crate) fn of_its_own() -> Option<Self> {
        let skipped =
            |reason| eprintln!("SKIPPED: a PostgreSQL that is restarted. {reason} Install PostgreSQL.");
        start_cluster().map_err(skipped).ok()
    }

    /// Kills the server, and starts it again. What it had not written to its log is lost, as in a crash.
    pub(crate) fn crash(&self) {
        let mut restart = as_postgres(&self.pg_ctl);
        restart.args(["restart", "-w", "-t", "60", "-m", "immediate", "-D"]).arg(self.folder.join("data"));
        restart.arg("-l").arg(self.folder.join("log")).current_dir(&self.folder);
        text_of(&mut restart).unwrap();
    }
}

/// `PostgreSQL` does not run as root.
fn is_root() -> bool {
    text_of(Command::new("id").arg("-u")).is_ok_and(|user| user.trim() == "0")
}

fn as_postgres(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program);
    command
}

/// Starts a cluster on loopback, in a temporary folder. It stops when this process ends, however that happens.
fn start_cluster() -> Result<Cluster, String> {
    let (initdb, pg_ctl) = (program("initdb")?, program("pg_ctl")?);
    let folder = tempfile::tempdir().map_err(|error| format!("No temporary folder: {error}."))?;
    let (data, log) = (folder.path().join("data"), folder.path().join("log"));
    let password = folder.path().join("password");
    std::fs::write(&password, PASSWORD).map_err(|error| format!("No temporary file: {error}."))?;
    if is_root() {
        text_of(Command::new("chown").args(["-R", "postgres"]).arg(folder.path()))?;
    }
    let mut initdb = as_postgres(&initdb);
    initdb.args(["-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8", "--no-sync", "--pwfile"]);
    text_of(initdb.arg(&password).arg("-D").arg(&data).current_dir(folder.path()))?;

    let mut failure = String::new();
    for _ in 0..5 {
        // Another program may take the port before the cluster does.
        let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = port.map_err(|error| format!("No free port: {error}."))?.port();
        let settings = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=200"
        );
        let mut start = as_postgres(&pg_ctl);
        start.args(["start", "-w", "-t", "60", "-D"]).arg(&data).arg("-l").arg(&log).args(["-o", &settings]);
        match text_of(start.current_dir(folder.path())) {
            Ok(_) => {
                let folder = stop_at_the_end(as_postgres(&pg_ctl), &data, folder)?;
                let url = format!("postgres://postgres:{PASSWORD}@127.0.0.1:{port}/postgres");
                return Ok(Cluster { url, pg_ctl, folder });
            }
            Err(reason) => failure = reason,
        }
    }
    Err(failure)
}

/// A shell waits until this process ends, and its end of the pipe is closed. Then it stops the cluster.
fn stop_at_the_end(mut stop: Command, data: &Path, folder: TempDir) -> Result<PathBuf, String> {
    static PIPES: Mutex<Vec<std::process::Child>> = Mutex::new(Vec::new());
    stop.args(["stop", "-m", "immediate", "-D"]).arg(data);
    let shell = Command::new("sh")
        .args(["-c", r#"cat; folder="$1"; shift; "$@"; rm -rf "$folder""#, "sh"])
        .arg(folder.path())
        .arg(stop.get_program())
        .args(stop.get_args())
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("The cluster could not be watched: {error}."))?;
    PIPES.lock().unwrap().push(shell);
    // The shell removes it.
    Ok(folder.keep())
}

/// Finds a program of `PostgreSQL`: on the `PATH`, or where Debian has it.
fn program(name: &str) -> Result<PathBuf, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    versions.sort();
    folders.extend(versions.into_iter().rev());
    let mut programs = folders.into_iter().map(|folder| folder.join(name));
    programs.find(|program| program.is_file()).ok_or_else(|| format!("There is no `{name}`."))
}

/// What a program prints, or a sentence about its failure.
fn text_of(command: &mut Command) -> Result<String, String> {
    // A server that is started keeps the output open, so its output is not read.
    let program = command.get_program().display().to_string();
    let errors = tempfile::tempfile().map_err(|error| format!("No temporary file: {error}."))?;
    let output = tempfile::tempfile().map_err(|error| format!("No temporary file: {error}."))?;
    let copies = (output.try_clone(), errors.try_clone());
    let (Ok(mut printed), Ok(mut failed)) = copies else { return Err("No temporary file.".to_owned()) };
    let status = command.stdin(Stdio::null()).stdout(output).stderr(errors).status();
    let status = status.map_err(|error| format!("`{program}` cannot be run: {error}."))?;
    let read = |file: &mut std::fs::File| {
        let mut text = String::new();
        let _ = std::io::Seek::rewind(file).and_then(|()| std::io::Read::read_to_string(file, &mut text));
        text
    };
    if status.success() {
        return Ok(read(&mut printed));
    }
    Err(format!("`{program}` failed: {}", read(&mut failed).trim()))
}
