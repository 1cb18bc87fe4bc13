//! Databases that cannot be opened: a clear error, and nothing changed.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::time::{Duration, Instant};

use assignment_request_store::{Options, Store, StoreError};

use crate::database::Database;
use crate::requests::submit;

/// What `open` says about this database, whose file must not change.
async fn refused(database: &Database) -> String {
    let before = std::fs::read(database.path()).unwrap();
    let error = Store::open(&database.url()).await.unwrap_err().to_string();
    assert_eq!(std::fs::read(database.path()).unwrap(), before, "{error}");
    error
}

/// A database of the store with one request, after these statements.
async fn changed(statements: &str) -> Database {
    let database = Database::file();
    let store = database.store().await;
    submit(&store, 1).await.unwrap();
    store.close().await;
    database.change(statements).await;
    database
}

#[tokio::test]
async fn other_urls() {
    for url in
        ["", "requests.db", "mysql://user:secret@localhost/db", "http://localhost", "sqlite", "postgres:x"]
    {
        let error = Store::open(url).await.unwrap_err();
        assert!(matches!(error, StoreError::Url { .. }), "{url}: {error:?}");
        assert_eq!(error.to_string(), "expected a URL that begins with `sqlite:` or `postgres://`");
    }
    let missing = Store::open("sqlite:/no/such/folder/requests.db").await.unwrap_err().to_string();
    assert!(missing.contains("unable to open database file"), "{missing}");
}

#[tokio::test]
async fn a_file_that_must_exist() {
    let database = Database::file();
    let url = format!("{}?mode=rw", database.url());
    assert!(matches!(Store::open(&url).await, Err(StoreError::Database(_))));
    assert!(!database.path().exists());
}

#[tokio::test]
async fn a_file_with_an_unusual_name() {
    let folder = tempfile::tempdir().unwrap();
    for (name, path) in [
        ("two words.db", "two words.db"),
        ("two%20words.db", "two words.db"),
        ("prénom.db", "prénom.db"),
        ("mode=rw", "mode=rw"),
    ] {
        let url = format!("sqlite:{}/{name}", folder.path().display());
        let store = Store::open(&url).await.unwrap_or_else(|error| panic!("{url}: {error}"));
        submit(&store, 1)
            .await
            .map(drop)
            .or_else(|error| match error {
                StoreError::Rejected(_) => Ok(()),
                other => Err(other),
            })
            .unwrap();
        assert!(folder.path().join(path).exists(), "{url}");
    }
}

#[tokio::test]
async fn a_database_of_another_program() {
    let database = Database::file();
    let url = format!("{}?mode=rwc", database.url());
    let mut connection = <sqlx::SqliteConnection as sqlx::Connection>::connect(&url).await.unwrap();
    sqlx::raw_sql("CREATE TABLE songs (title TEXT); INSERT INTO songs VALUES ('One')")
        .execute(&mut connection)
        .await
        .unwrap();
    sqlx::Connection::close(connection).await.unwrap();
    assert_eq!(
        refused(&database).await,
        "the database belongs to another program: it has no table `access_schema`"
    );
}

#[tokio::test]
async fn a_file_that_is_no_database() {
    let database = Database::file();
    std::fs::write(database.path(), "Dear diary,\n".repeat(1000)).unwrap();
    let error = refused(&database).await;
    assert!(error.contains("file is not a database"), "{error}");
}

#[tokio::test]
async fn a_database_that_is_cut() {
    let database = changed("SELECT 1").await;
    let bytes = std::fs::read(database.path()).unwrap();
    std::fs::write(database.path(), &bytes[..bytes.len() / 2]).unwrap();
    let error = refused(&database).await;
    assert!(error.contains("malformed") || error.contains("disk image"), "{error}");
}

#[tokio::test]
async fn another_schema_version() {
    let database = changed("UPDATE access_schema SET version = 7").await;
    assert_eq!(refused(&database).await, "the database has schema version 7; this store needs version 1");
    let database = changed("DELETE FROM access_schema").await;
    assert_eq!(refused(&database).await, "the database has schema version 0; this store needs version 1");
}

#[tokio::test]
async fn a_version_that_is_no_number() {
    let database = changed("UPDATE access_schema SET version = 'seven'").await;
    let error = refused(&database).await;
    assert!(error.contains("version"), "{error}");
}

#[tokio::test]
async fn missing_tables_and_indexes() {
    for (statement, missing) in [
        ("DROP TABLE access_approvers", "access_approvers, access_approvers_approver"),
        ("DROP TABLE access_tasks", "access_tasks, access_tasks_available"),
        ("DROP INDEX access_requests_exclusivity", "access_requests_exclusivity"),
        ("DROP INDEX access_tasks_available", "access_tasks_available"),
    ] {
        let database = changed(statement).await;
        let error = refused(&database).await;
        assert!(error.contains("the database lacks") && error.ends_with(missing), "{error}");
    }
}

#[tokio::test]
async fn a_read_only_file() {
    let database = changed("SELECT 1").await;
    let before = std::fs::read(database.path()).unwrap();
    let url = format!("{}?mode=ro", database.url());
    let error = match Store::open(&url).await {
        Err(error) => error,
        Ok(store) => submit(&store, 2).await.unwrap_err(),
    };
    assert!(error.to_string().contains("readonly"), "{error}");
    assert_eq!(std::fs::read(database.path()).unwrap(), before);
}

#[tokio::test]
async fn memory_has_one_database_under_every_name() {
    for url in ["sqlite::memory:", "sqlite:memory?mode=memory", "sqlite://?mode=memory"] {
        let store = Store::open(url).await.unwrap();
        let mut calls = tokio::task::JoinSet::new();
        for n in 0..20 {
            let store = store.clone();
            calls.spawn(async move { submit(&store, n).await.map(drop) });
        }
        for outcome in calls.join_all().await {
            outcome.unwrap_or_else(|error| panic!("{url}: {error}"));
        }
    }
    assert!(!Path::new(":memory:").exists() && !Path::new("memory").exists());
}

#[tokio::test]
async fn an_empty_postgres_schema_beside_other_tables() {
    let Some(database) = Database::postgres().await else { return };
    // Programs can share a schema, as long as their tables have other names.
    database.change("CREATE TABLE songs (title TEXT)").await;
    submit(&database.store().await, 1).await.unwrap();

    let Some(database) = Database::postgres().await else { return };
    database.change("CREATE TABLE access_events (title TEXT)").await;
    let error = Store::open(&database.url()).await.unwrap_err();
    assert!(matches!(error, StoreError::Foreign), "{error:?}");
    database.change("DROP TABLE access_events").await;
    let store = database.store().await;
    store.close().await;
    database.change("UPDATE access_schema SET version = 2").await;
    let error = Store::open(&database.url()).await.unwrap_err();
    assert!(matches!(error, StoreError::Version { found: 2, .. }), "{error:?}");
    database.change("UPDATE access_schema SET version = 1; DROP INDEX access_requests_exclusivity").await;
    let error = Store::open(&database.url()).await.unwrap_err();
    assert!(matches!(error, StoreError::Schema { .. }), "{error:?}");
}

#[tokio::test]
async fn many_hosts_open_an_empty_database_at_once() {
    for database in Database::all().await {
        let mut calls = tokio::task::JoinSet::new();
        for n in 0..8 {
            let url = database.url();
            calls.spawn(async move {
                let store = Store::open(&url).await?;
                submit(&store, n).await.map(drop)
            });
        }
        for outcome in calls.join_all().await {
            outcome.unwrap();
        }
    }
}

#[tokio::test]
async fn a_postgres_that_does_not_answer() {
    // Nothing listens on this port: the listener is dropped at once.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("postgres://ada:secret@127.0.0.1:{port}/requests");
    let started = Instant::now();
    let error = Store::open(&url).await.unwrap_err();
    assert!(matches!(error, StoreError::Database(_)), "{error:?}");
    assert!(started.elapsed() < Duration::from_secs(45), "{:?}", started.elapsed());
    assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
    eprintln!("after {:?}: {error}", started.elapsed());
}

#[tokio::test]
async fn passwords_are_never_shown() {
    let database = Database::file();
    let store = Store::open_with(&format!("{}?mode=rwc", database.url()), Options::default()).await.unwrap();
    assert!(!format!("{store:?}").contains("requests.db"));
    let Some(database) = Database::postgres().await else { return };
    let url = database.url();
    let (_, rest) = url.split_once("://").unwrap();
    let (user, at) = rest.split_once('@').unwrap();
    let secret = user.split_once(':').map_or("", |(_, password)| password);
    if secret.is_empty() {
        return;
    }
    let store = database.store().await;
    assert!(!format!("{store:?}").contains(secret));
    let wrong = [
        format!("postgres://{user}x@{at}"),
        format!("postgres://{user}@no-such-host.invalid/x"),
        format!("postgres://{user}@127.0.0.1:notaport/x"),
        format!("postgres://{user}@{}", at.replace("options=", "sslmode=")),
        url.replace("search_path", "search path"),
    ];
    for url in wrong {
        let error = Store::open(&url).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains(secret), "{error:?}");
    }
}
