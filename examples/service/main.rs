//! A complete service with Microsoft Graph's paths and bodies, for one host or several on one database.
//!
//! ```console
//! cargo run -p assignment-request-examples --example service -- --port 8080
//! ```
//!
//! `examples/service/README.md` says what it has, and how to talk to it. Everything runs in one process: the service, its
//! workers, and the outside systems that it calls, which would otherwise run elsewhere.

mod answer;
mod arguments;
mod assignments;
mod backend;
mod client;
mod clock;
mod data;
mod directory;
mod entry;
mod extensions;
mod handlers;
mod log;
mod packages;
mod receiver;
mod server;
mod service;
mod stream;
mod view;
mod worker;

use std::error::Error;
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use assignment_request_store::{Options, SetAside, Store};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::arguments::Arguments;
use crate::client::HttpClient;
use crate::data::Data;
use crate::receiver::Receiver;
use crate::service::Service;
use crate::worker::Worker;

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
    let data = Arc::new(Data::read(&arguments.data)?);
    let end_signal = end_signal()?;
    let store = Store::open_with(&arguments.database, options()).await?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, arguments.port)).await?;
    let receivers = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let root = format!("http://{}", listener.local_addr()?);
    let receiver = format!("http://{}", receivers.local_addr()?);
    let service = Arc::new(Service::new(store.clone(), Arc::clone(&data), root.clone()));
    let client = HttpClient::new();
    let (end, ending) = watch::channel(false);

    let outside = Arc::new(Receiver { data, client: client.clone(), service: root.clone() });
    let answer = move |request| Arc::clone(&outside).answer(request);
    let outside = tokio::spawn(server::serve(receivers, answer, ending.clone()));
    let worker = Worker { service: Arc::clone(&service), client, receiver };
    let keyboard = Arc::clone(&service);
    std::thread::spawn(move || keyboard.clock.obey_standard_input());
    let answer = move |request| {
        let service = Arc::clone(&service);
        async move { service.answer(request).await }
    };
    let serving = tokio::spawn(server::serve(listener, answer, ending));

    say(&format!("listening on {root}"));
    tracing::info!(%root, "listening");
    let until_the_end = async {
        end_signal.await;
        tracing::info!("ending");
        let _ = end.send(true);
        serving.await?;
        outside.await
    };
    // These never end. A task that they do not finish is done by another host, or after the next start.
    let working = async {
        let workers = || work(&store, &worker);
        tokio::join!(workers(), workers(), workers(), watch_tasks(&store))
    };
    tokio::select! {
        outcome = until_the_end => outcome?,
        _ = working => {}
    }
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
        let clock = || worker.service.clock.now();
        if let Err(error) = store.run(clock, async |task| worker.work(task).await).await {
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

/// Writes a line to standard output, which someone may have closed.
fn say(line: &str) {
    let mut output = std::io::stdout().lock();
    drop(writeln!(output, "{line}").and_then(|()| output.flush()));
}

/// Returns a future that completes when the service should end. Signals count from this call on, not only while the
/// future is awaited.
fn end_signal() -> std::io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let (mut interrupted, mut terminated) = {
        use tokio::signal::unix::{SignalKind, signal};
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?)
    };
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
        #[cfg(not(unix))]
        drop(tokio::signal::ctrl_c().await);
    })
}
