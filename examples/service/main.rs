//! A complete service with Microsoft Graph's paths and bodies, for one host or several on one database.
//!
//! ```console
//! cargo run -p assignment-request-examples --example service -- --port 8080
//! ```
//!
//! `examples/service/README.md` says what it has, and how to talk to it. Everything runs in one process: the service, its
//! workers, and the outside systems that it calls, which would otherwise run elsewhere.

mod arguments;

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use assignment_request_store::{Claimed, Options, SetAside, Store};
use reference_service::worker::Worker;
use reference_service::{host, log};

use crate::arguments::Arguments;

/// How long a worker waits before it tries again to reach the database.
const PAUSE: Duration = Duration::from_secs(1);
/// How often the tasks are looked at that no host tries any more, and how many of them are reported.
const LOOK: Duration = Duration::from_mins(1);
const MOST_REPORTED: u32 = 10;
/// How long the database has to end its connections.
const LONGEST_CLOSE: Duration = Duration::from_secs(1);

#[tokio::main]
async fn main() -> ExitCode {
    log::start();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the service cannot start");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::read(std::env::args().skip(1))?;
    let store = Store::open_with(&arguments.database, options()).await?;
    let work = async |worker: Arc<Worker<Store>>| {
        let workers = || work(&store, &worker);
        tokio::join!(workers(), workers(), workers(), watch_tasks(&store));
    };
    host::run(store.clone(), arguments.port, &arguments.data, work).await?;
    drop(tokio::time::timeout(LONGEST_CLOSE, store.close()).await);
    tracing::info!("ended");
    Ok(())
}

/// Tasks of a host that died are done by another one soon, and a clock that was advanced is noticed within a second.
fn options() -> Options {
    let mut options = Options::default();
    options.lease = Duration::from_secs(15);
    options.poll = Duration::from_secs(1);
    options
}

/// Does tasks, one after the other, and applies deadlines.
async fn work(store: &Store, worker: &Worker<Store>) {
    loop {
        let clock = || worker.now();
        let perform = async |Claimed { request, event, task, tries, .. }: &Claimed| {
            worker.work(request, event, *task, *tries).await
        };
        if let Err(error) = store.run(clock, perform).await {
            tracing::error!(%error, "the database does not answer");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Tells an operator, by the log, of tasks that no host tries any more.
async fn watch_tasks(store: &Store) {
    loop {
        match store.tasks_set_aside(MOST_REPORTED).await {
            Ok(tasks) => {
                for SetAside { request, sequence, reason, .. } in tasks {
                    tracing::error!(%request, sequence, %reason, "a task is set aside");
                }
            }
            Err(error) => tracing::error!(%error, "the database does not answer"),
        }
        tokio::time::sleep(LOOK).await;
    }
}
