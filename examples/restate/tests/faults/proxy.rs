//! Stands between the program and the engine, so that an answer of the engine can be lost on its way.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How long an answer is held back. The kill that it waits for takes far less.
const LONGEST_HOLD: Duration = Duration::from_secs(5);

/// An answer that will be lost.
struct Trap {
    /// Told that the engine has answered.
    reached: Sender<()>,
    /// Told that the answer can be dropped.
    killed: Receiver<()>,
}

/// The proxy. It serves until the test program ends.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    trap: Arc<Mutex<Option<Trap>>>,
}

impl Proxy {
    /// Starts a proxy to a port of this machine.
    pub(crate) fn start(to: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let trap = Arc::new(Mutex::new(None));
        let shared = Arc::clone(&trap);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                // The engine is down: the client's connection is closed too.
                let Ok(engine) = TcpStream::connect((Ipv4Addr::LOCALHOST, to)) else { continue };
                let (Ok(from_client), Ok(to_engine)) = (client.try_clone(), engine.try_clone()) else {
                    continue;
                };
                let trap = Arc::clone(&shared);
                std::thread::spawn(move || copy(from_client, to_engine, None));
                std::thread::spawn(move || copy(engine, client, Some(&trap)));
            }
        });
        Self { port, trap }
    }

    /// Holds back the next answer of the engine. The first channel says when it has come. The answer is dropped after
    /// something is sent to the second one, or after it is closed.
    pub(crate) fn hold_next_answer(&self) -> (Receiver<()>, Sender<()>) {
        let ((reached, is_reached), (kill, killed)) = (channel(), channel());
        *self.trap.lock().unwrap() = Some(Trap { reached, killed });
        (is_reached, kill)
    }

    /// Holds back no further answer.
    pub(crate) fn release(&self) {
        *self.trap.lock().unwrap() = None;
    }
}

fn copy(mut from: TcpStream, mut to: TcpStream, trap: Option<&Mutex<Option<Trap>>>) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        if let Some(Trap { reached, killed }) = trap.and_then(|trap| trap.lock().unwrap().take()) {
            let _ = reached.send(());
            let _ = killed.recv_timeout(LONGEST_HOLD);
            break;
        }
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
