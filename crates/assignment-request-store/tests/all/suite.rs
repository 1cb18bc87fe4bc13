//! The suite that any store can be held against, on every database.

use assignment_request_store::testing::check_store;

use crate::database::Database;

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite_in_memory() {
    check_store(async || Database::memory().store().await).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite_in_a_file() {
    // The folders stay until the end, also if the store still closes its connections.
    let databases = std::cell::RefCell::new(Vec::new());
    let new = async || {
        let database = Database::file();
        let store = database.store().await;
        databases.borrow_mut().push(database);
        store
    };
    check_store(new).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgres() {
    if Database::postgres().await.is_none() {
        return;
    }
    let databases = std::cell::RefCell::new(Vec::new());
    let new = async || {
        let database = Database::postgres().await.unwrap();
        let store = database.store().await;
        databases.borrow_mut().push(database);
        store
    };
    check_store(new).await.unwrap();
}
