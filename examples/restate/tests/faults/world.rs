//! The engine and the program, which are killed again and again, and their clients.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use ureq::http::{Method, Request};

use crate::common::{Engine, Program, agent};
use crate::data;
use crate::proxy::Proxy;

/// How long a call may take before its client gives up waiting for an answer.
const LONGEST_CALL: Duration = Duration::from_secs(40);
/// How long an answer that is to be lost is waited for. The call may have been refused without asking the engine.
const LONGEST_TRAP: Duration = Duration::from_secs(1);

/// Numbers that look random and are the same in each run.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// Who is killed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Victim {
    Program,
    Engine,
    Both,
}

/// When someone is killed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Moment {
    /// Before the call is sent.
    Before,
    /// So long after the call is sent.
    After(Duration),
    /// When the engine has answered the program, and the program has not heard it.
    Answer,
}

/// A kill with SIGKILL.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kill {
    pub(crate) victim: Victim,
    pub(crate) moment: Moment,
    /// How long the victim stays down.
    pub(crate) down: Duration,
}

impl Kill {
    pub(crate) fn draw(random: &mut Random) -> Self {
        // An engine takes longer to start than the program.
        let victim = match random.below(10) {
            0..=6 => Victim::Program,
            7..=8 => Victim::Engine,
            _ => Victim::Both,
        };
        let moment = match random.below(10) {
            0 => Moment::Before,
            1..=4 => Moment::Answer,
            _ => Moment::After(Duration::from_millis(random.below(40))),
        };
        Self { victim, moment, down: Duration::from_millis(random.below(100)) }
    }
}

/// A call of a client.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) token: String,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Value,
}

pub(crate) struct Processes {
    pub(crate) engine: Engine,
    pub(crate) program: Program,
}

impl Processes {
    fn kill(&mut self, victim: Victim) {
        if !matches!(victim, Victim::Program) {
            self.engine.kill();
        }
        if !matches!(victim, Victim::Engine) {
            self.program.kill();
        }
    }

    fn start_again(&mut self, victim: Victim) {
        if !matches!(victim, Victim::Engine) {
            self.program.start_again();
        }
        if !matches!(victim, Victim::Program) {
            self.engine.start_again();
        }
    }
}

pub(crate) struct World {
    /// Whoever kills has them until they are up again.
    processes: Mutex<Processes>,
    proxy: Proxy,
    address: String,
    agent: ureq::Agent,
    pub(crate) kills: AtomicU32,
    /// It is removed after the processes are killed.
    folder: TempDir,
}

impl World {
    /// Starts an engine and the program, with data for so many people.
    pub(crate) fn start(people: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = data::write(folder.path(), people);
        let engine = Engine::start(folder.path());
        let proxy = Proxy::start(engine.ingress_port());
        let ingress = format!("http://127.0.0.1:{}", proxy.port);
        let program = Program::start(folder.path(), &ingress, &engine.admin(), &data);
        engine.wait_for_handlers();
        let address = program.address();
        let processes = Mutex::new(Processes { engine, program });
        Self { processes, proxy, address, agent: agent(LONGEST_CALL), kills: AtomicU32::new(0), folder }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn processes(&self) -> MutexGuard<'_, Processes> {
        self.processes.lock().unwrap()
    }

    /// Calls the Graph surface. `None` if there is no answer, or one that says that the service cannot answer now.
    pub(crate) fn call(&self, call: &Call) -> Option<(u16, Value)> {
        let request = Request::builder()
            .method(call.method.clone())
            .uri(format!("http://{}{}", self.address, call.path))
            .header("Authorization", format!("Bearer {}", call.token));
        let request = match &call.body {
            Value::Null => request.body(String::new()),
            body => request.header("Content-Type", "application/json").body(body.to_string()),
        };
        let mut answer = self.agent.run(request.unwrap()).ok()?;
        let text = answer.body_mut().read_to_string().ok()?;
        let status = answer.status().as_u16();
        let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).ok()? };
        (status < 500 && status != 429).then_some((status, body))
    }

    /// Calls the Graph surface, and kills someone meanwhile.
    pub(crate) fn call_and_kill(&self, call: &Call, kill: Kill) -> Option<(u16, Value)> {
        let mut processes = self.processes();
        self.kills.fetch_add(1, Ordering::Relaxed);
        let answer = match kill.moment {
            Moment::Before => {
                processes.kill(kill.victim);
                self.call(call)
            }
            Moment::After(wait) => std::thread::scope(|scope| {
                let calling = scope.spawn(|| self.call(call));
                std::thread::sleep(wait);
                processes.kill(kill.victim);
                self.start_after(&mut processes, kill);
                calling.join().unwrap()
            }),
            Moment::Answer => std::thread::scope(|scope| {
                let (is_reached, killed) = self.proxy.hold_next_answer();
                let calling = scope.spawn(|| self.call(call));
                let _ = is_reached.recv_timeout(LONGEST_TRAP);
                processes.kill(kill.victim);
                self.proxy.release();
                drop(killed);
                self.start_after(&mut processes, kill);
                calling.join().unwrap()
            }),
        };
        if matches!(kill.moment, Moment::Before) {
            self.start_after(&mut processes, kill);
        }
        answer
    }

    /// Kills someone while no call of this client is on its way.
    pub(crate) fn kill(&self, kill: Kill) {
        let mut processes = self.processes();
        self.kills.fetch_add(1, Ordering::Relaxed);
        processes.kill(kill.victim);
        self.start_after(&mut processes, kill);
    }

    fn start_after(&self, processes: &mut Processes, kill: Kill) {
        std::thread::sleep(kill.down);
        processes.start_again(kill.victim);
    }

    /// Kills both, and starts them again at a time.
    pub(crate) fn stay_down_until(&self, until: Instant) {
        self.kill(Kill {
            victim: Victim::Both,
            moment: Moment::Before,
            down: until.saturating_duration_since(Instant::now()),
        });
    }
}
