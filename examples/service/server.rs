//! The server: connections, their limits, and their graceful end.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderName, HeaderValue, Request, Response};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioTimer;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

use crate::stream::Stream;

/// The most connections at a time. Further ones wait until one is closed.
const MOST_CONNECTIONS: u32 = 1_024;
const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");

/// How long a client may take to send the head of a request, and how long a connection may be idle. Every answer says it, in
/// the header `Keep-Alive`.
const LONGEST_HEAD: Duration = Duration::from_secs(5);
/// How long open connections have when the service ends.
const LONGEST_END: Duration = Duration::from_secs(3);
/// How long to wait if no connection can be accepted, such as when the process has too many files open.
const PAUSE: Duration = Duration::from_millis(50);

/// Answers HTTP requests until the service ends. Then it accepts no more connections, closes those that are idle, and
/// waits until the others have their answers, but not for long: a client may have sent half a request.
pub(crate) async fn serve<A>(
    listener: TcpListener,
    answer: impl Fn(Request<Incoming>) -> A + Clone + Send + Sync + 'static,
    mut ending: watch::Receiver<bool>,
) where
    A: Future<Output = Response<Full<Bytes>>> + Send,
{
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS as usize));
    loop {
        let next = async {
            // The semaphore is never closed.
            let place = Arc::clone(&places).acquire_owned().await.ok();
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            () = ended(&mut ending) => break,
        };
        match accepted {
            Ok((stream, _)) => {
                let (answer, ending) = (answer.clone(), ending.clone());
                tokio::spawn(async move {
                    serve_connection(stream, answer, ending).await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "no connection can be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    // All places are free when all connections are closed.
    if tokio::time::timeout(LONGEST_END, places.acquire_many(MOST_CONNECTIONS)).await.is_err() {
        tracing::warn!("connections are closed before their requests are complete");
    }
}

/// Completes when the service ends.
pub(crate) async fn ended(ending: &mut watch::Receiver<bool>) {
    // If the sender is gone, the service has ended too.
    drop(ending.wait_for(|is_ending| *is_ending).await);
}

async fn serve_connection<A>(
    stream: TcpStream,
    answer: impl Fn(Request<Incoming>) -> A,
    mut ending: watch::Receiver<bool>,
) where
    A: Future<Output = Response<Full<Bytes>>>,
{
    let service = service_fn(|request| {
        let answer = answer(request);
        async {
            let mut answer = answer.await;
            // A client that knows when an idle connection is closed does not send into one that is closing.
            let seconds = HeaderValue::try_from(format!("timeout={}", LONGEST_HEAD.as_secs()));
            answer.headers_mut().extend(seconds.map(|seconds| (KEEP_ALIVE, seconds)));
            Ok::<_, Infallible>(answer)
        }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(LONGEST_HEAD);
    let mut connection = std::pin::pin!(builder.serve_connection(Stream::new(stream), service));
    let outcome = tokio::select! {
        outcome = connection.as_mut() => outcome,
        () = ended(&mut ending) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(%error, "connection lost");
    }
}
