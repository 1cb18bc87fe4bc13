//! One host of the service: it serves a back end until the process is asked to end.

use std::error::Error;
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::backend::Backend;
use crate::client::HttpClient;
use crate::data::Data;
use crate::receiver::Receiver;
use crate::server;
use crate::service::Service;
use crate::worker::Worker;

/// Serves `backend` on `port` of this machine, for the people and access packages of the folder `data`. Meanwhile `work`
/// does the tasks; it is dropped at the end. A task that it does not finish is done by another host, or after the next
/// start.
///
/// # Errors
///
/// If a file of the data cannot be used, or the port is taken.
pub async fn run<B: Backend, W: Future<Output = ()>>(
    backend: B,
    port: u16,
    data: &Path,
    work: impl FnOnce(Arc<Worker<B>>) -> W,
) -> Result<(), Box<dyn Error>> {
    let data = Arc::new(Data::read(data)?);
    let end_signal = end_signal()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let receivers = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let root = format!("http://{}", listener.local_addr()?);
    let receiver = format!("http://{}", receivers.local_addr()?);
    let service = Arc::new(Service::new(backend, Arc::clone(&data), root.clone()));
    let client = HttpClient::default();
    let (end, ending) = watch::channel(false);

    let outside = Arc::new(Receiver { data, client: client.clone(), service: root.clone() });
    let answer = move |request| Arc::clone(&outside).answer(request);
    let outside = tokio::spawn(server::serve(receivers, answer, ending.clone()));
    let worker = Arc::new(Worker { service: Arc::clone(&service), client, receiver });
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
    let working = async {
        work(worker).await;
        // What did the tasks has given up. The others still serve.
        std::future::pending::<()>().await;
    };
    tokio::select! {
        outcome = until_the_end => outcome?,
        () = working => {}
    }
    Ok(())
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
