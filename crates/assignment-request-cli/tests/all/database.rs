//! Requests in stores: `--store URL --id ID` reads them, and changes nothing.
#![cfg(feature = "store")]
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use assignment_request::{
    AccessPackageId, Action, Actor, Command, Draft, Limits, Policy, PolicySpec, RequestId, RequestType,
    RequestorSettings, Role, SubjectId, Timestamp,
};
use assignment_request_store::Store;

use crate::tool::{Run, run, tool};

const ID: RequestId = RequestId::from_u128(2);
const OTHER: RequestId = RequestId::from_u128(3);

/// Stores a request that waits for a report of its delivery.
async fn submit(store: &Store, id: RequestId) {
    let requestor_settings = RequestorSettings { self_add: true, ..RequestorSettings::default() };
    let spec = PolicySpec { requestor_settings, ..PolicySpec::default() };
    let policy = Policy::compile(&spec, &Limits::default()).unwrap();
    let ada = Actor::new(SubjectId::from_u128(0xada), Role::User);
    let system = Actor::new(SubjectId::from_u128(0x5e5), Role::System);
    let access_package_id = Some(AccessPackageId::from(id.uuid()));
    let draft = Draft { access_package_id, ..Draft::new(RequestType::UserAdd) };
    let now: Timestamp = "2026-01-05T09:00:00Z".parse().unwrap();
    let process = Command::new(system, Action::Process { target: None });
    store.submit(&policy, id, &draft, None, ada, now).await.unwrap();
    store.execute(id, &process, now).await.unwrap();
}

/// Stores such a request, and closes the database.
fn fill(url: &str, id: RequestId) {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = Store::open(url).await.unwrap();
        submit(&store, id).await;
        store.close().await;
    });
}

fn change(url: &str, statement: &'static str) {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        sqlx::any::install_default_drivers();
        let mut connection = <sqlx::AnyConnection as sqlx::Connection>::connect(url).await.unwrap();
        sqlx::query(statement).execute(&mut connection).await.unwrap();
        sqlx::Connection::close(connection).await.unwrap();
    });
}

fn with_store(command: &str, url: &str, id: RequestId) -> Run {
    run(tool().args([command, "--store", url, "--id", &id.to_string()]), b"")
}

/// Checks that the commands show the stored request.
#[track_caller]
fn assert_shown(url: &str, id: RequestId) {
    let replayed = with_store("replay", url, id);
    assert_eq!((replayed.exit, replayed.stderr.as_str()), (Some(0), ""));
    assert_eq!(replayed.stdout.lines().count(), 2, "{}", replayed.stdout);
    assert!(replayed.stdout.contains("\"waitsFor\":\"report of delivery\""), "{}", replayed.stdout);
    let timeline = with_store("timeline", url, id);
    assert_eq!((timeline.exit, timeline.stderr.as_str()), (Some(0), ""));
    assert!(timeline.stdout.contains("  fulfillmentOrdered  "), "{}", timeline.stdout);
    let explained = with_store("explain", url, id);
    assert_eq!((explained.exit, explained.stderr.as_str()), (Some(0), ""));
    assert!(explained.stdout.contains("reportDelivery delivered (attempt 1) by "), "{}", explained.stdout);
    assert_refused(url, OTHER, &format!("there is no request {OTHER}"));
}

#[track_caller]
fn assert_refused(url: &str, id: RequestId, message: &str) {
    for command in ["replay", "timeline", "explain"] {
        let run = with_store(command, url, id);
        assert_eq!((run.exit, run.stdout.as_str()), (Some(2), ""), "{}", run.stderr);
        assert!(run.stderr.starts_with("the store: ") && run.stderr.contains(message), "{}", run.stderr);
        assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    }
}

/// The files of a folder, with their contents.
fn files(folder: &Path) -> Vec<(std::ffi::OsString, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    let mut files: Vec<_> =
        entries.map(|entry| (entry.file_name(), std::fs::read(entry.path()).unwrap())).collect();
    files.sort();
    files
}

#[test]
fn a_stored_request_is_shown_and_its_database_not_changed() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("requests.db").display());
    fill(&url, ID);
    let before = files(folder.path());
    assert_shown(&url, ID);
    assert_shown(&format!("{url}?mode=rwc"), ID);
    assert!(files(folder.path()) == before);
}

#[test]
fn nothing_is_created() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing.db");
    assert_refused(&format!("sqlite:{}", missing.display()), ID, "unable to open database file");
    assert_refused(&format!("sqlite:{}?mode=rwc", missing.display()), ID, "unable to open database file");
    assert_eq!(files(folder.path()), []);
    let empty = folder.path().join("empty.db");
    std::fs::write(&empty, "").unwrap();
    let before = files(folder.path());
    assert_refused(&format!("sqlite:{}", empty.display()), ID, "it has no table `access_schema`");
    assert_eq!(files(folder.path()), before);
}

#[test]
fn what_is_no_store_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    let url = format!("sqlite:{}", path.display());
    assert_refused("mysql://host/database", ID, "expected a URL that begins with `sqlite:` or `postgres://`");
    change(&format!("{url}?mode=rwc"), "CREATE TABLE theirs (id INTEGER)");
    assert_refused(&url, ID, "the database belongs to another program");
    std::fs::write(&path, "no database ".repeat(100)).unwrap();
    assert_refused(&url, ID, "file is not a database");
    // A password is not repeated.
    let refused = with_store("replay", "postgres://me:secret@[", ID);
    assert_eq!(refused.exit, Some(2));
    assert!(!refused.stderr.contains("secret"), "{}", refused.stderr);
}

#[test]
fn a_forged_row_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("requests.db").display());
    fill(&url, ID);
    change(
        &url,
        "UPDATE access_events SET event = replace(event, 'fulfillmentOrdered', 'delivered') WHERE sequence > 1",
    );
    assert_refused(&url, ID, "cannot be read");
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("requests.db").display());
    fill(&url, ID);
    change(
        &url,
        "UPDATE access_events SET event = replace(event, '09:00:00', '08:00:00') WHERE sequence = 2",
    );
    let run = with_store("replay", &url, ID);
    assert_eq!(run.exit, Some(1), "{}", run.stderr);
    assert!(run.stdout.contains("\"event\":2") && run.stderr.ends_with(" (N3)\n"), "{}", run.stderr);
    assert_eq!(with_store("timeline", &url, ID).exit, Some(2));
}

#[test]
#[expect(clippy::disallowed_macros, reason = "this is not the tool")]
fn a_request_in_postgresql_is_shown() {
    let Ok(url) = std::env::var("DATABASE_URL") else {
        eprintln!("SKIPPED: the tool on PostgreSQL. Set DATABASE_URL.");
        return;
    };
    // The database may have requests of earlier runs.
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let id = RequestId::from_u128(now.as_nanos());
    fill(&url, id);
    assert_shown(&url, id);
}

#[test]
fn a_database_in_use_is_read_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("requests.db").display());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let store = runtime.block_on(Store::open(&url)).unwrap();
    runtime.block_on(submit(&store, ID));
    // What was stored is in the file beside the database only.
    let before = files(folder.path());
    assert_eq!(before.len(), 3);
    assert_shown(&url, ID);
    let after = files(folder.path());
    // The third file is the memory that the programs share.
    let stored = |files: &[(std::ffi::OsString, Vec<u8>)]| {
        files
            .iter()
            .filter(|(name, _)| !name.to_string_lossy().ends_with("-shm"))
            .cloned()
            .collect::<Vec<_>>()
    };
    assert!(stored(&after) == stored(&before) && after.len() == 3);
    runtime.block_on(submit(&store, OTHER));
    assert_eq!(with_store("timeline", &url, OTHER).exit, Some(0));
    runtime.block_on(store.close());
}
