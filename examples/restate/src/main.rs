//! The reference service on a durable engine: each request is a virtual object of Restate.
//!
//! ```console
//! npx @restatedev/restate-server &
//! cargo run --release
//! ```
//!
//! README.md says how it works, and what the engine must give.

mod engine;
mod message;
mod objects;
mod row;
mod tasks;

use std::error::Error;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use reference_service::client::HttpClient;
use reference_service::worker::Worker;
use reference_service::{host, log};
use restate_sdk::prelude::{Endpoint, HttpServer};
use tokio::net::{TcpListener, TcpSocket};

use crate::engine::Engine;
use crate::objects::{AccessRequest, ExclusiveAccess, Person};
use crate::tasks::Tasks;

const USAGE: &str =
    "the arguments are [--port PORT] [--handlers PORT] [--ingress URL] [--admin URL] [--data FOLDER]";
/// How long to wait before the engine is told again where the handlers are.
const PAUSE: Duration = Duration::from_millis(500);
/// How many connections may wait to be accepted.
const WAITING: u32 = 1_024;

/// What the arguments say.
struct Arguments {
    /// The port of the Graph surface. 0 takes a free one.
    port: u16,
    /// The port at which the engine calls the handlers. 0 takes a free one.
    handlers: u16,
    /// Where the engine takes calls.
    ingress: String,
    /// Where the engine is told about handlers, and asked about its state.
    admin: String,
    /// The folder of the people and the access packages.
    data: PathBuf,
}

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
    let arguments = read_arguments(std::env::args().skip(1))?;
    let engine = Engine::new(&arguments.ingress, arguments.admin, HttpClient::default())?;
    let handlers = listen(arguments.handlers)?;
    let address = format!("http://{}", handlers.local_addr()?);
    let registrar = engine.clone();
    let work = async |worker: Arc<Worker<Engine>>| {
        let endpoint = Endpoint::builder()
            .bind(AccessRequest)
            .bind(ExclusiveAccess)
            .bind(Person)
            .bind(Tasks { worker })
            .build();
        let serving = HttpServer::new(endpoint).serve_with_cancel(handlers, std::future::pending::<()>());
        tokio::join!(serving, register(&registrar, &address));
    };
    host::run(engine, arguments.port, &arguments.data, work).await
}

/// Listens for the engine's calls on a port of this machine.
///
/// The connections inherit that nothing waits to be sent. The SDK's server leaves it as the system has it, and then each
/// answer of a handler waits for the engine's delayed acknowledgement: a load took 53 ms, and takes 4 ms.
fn listen(port: u16) -> std::io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.set_nodelay(true)?;
    socket.bind((Ipv4Addr::LOCALHOST, port).into())?;
    socket.listen(WAITING)
}

/// Tells the engine where the handlers are, until it has heard it.
async fn register(engine: &Engine, address: &str) {
    loop {
        match engine.register(address).await {
            Ok(status) if status.is_success() => break,
            Ok(status) => tracing::warn!(%status, "the engine does not take the handlers"),
            Err(error) => tracing::warn!(%error, "the engine is not there"),
        }
        tokio::time::sleep(PAUSE).await;
    }
    tracing::info!(address, "the engine knows the handlers");
}

fn read_arguments(mut given: impl Iterator<Item = String>) -> Result<Arguments, Box<dyn Error>> {
    let mut arguments = Arguments {
        port: 8088,
        handlers: 0,
        ingress: "http://127.0.0.1:8080".to_owned(),
        admin: "http://127.0.0.1:9070".to_owned(),
        data: concat!(env!("CARGO_MANIFEST_DIR"), "/../service/data").into(),
    };
    while let Some(name) = given.next() {
        let value = given.next().ok_or(USAGE)?;
        match name.as_str() {
            "--port" => arguments.port = value.parse()?,
            "--handlers" => arguments.handlers = value.parse()?,
            "--ingress" => arguments.ingress = value,
            "--admin" => arguments.admin = value,
            "--data" => arguments.data = value.into(),
            _ => return Err(USAGE.into()),
        }
    }
    Ok(arguments)
}
