//! Starts an engine and the program on it.

use std::io::Write as _;
use std::path::Path;
use std::time::SystemTime;

use assignment_request::{Period, Timestamp};
use serde_json::json;
use tempfile::TempDir;

use crate::client::agent;
pub(crate) use crate::client::{
    APPROVALS, DONE, NO_REQUEST, REQUESTS, customer_data, id, id_of, refused, user_add,
};
use crate::common::{Engine, Program};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../service/data");

/// The service, with an engine of its own.
pub(crate) struct Service {
    program: Program,
    engine: Engine,
    /// `127.0.0.1:` and its port.
    pub(crate) address: String,
    pub(crate) agent: ureq::Agent,
    /// By how much its clock was advanced.
    advanced: Period,
    /// It holds the data of the engine. It is removed after the engine is killed.
    _folder: TempDir,
}

impl Service {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::start(folder.path());
        let program = Program::start(folder.path(), &engine.ingress(), &engine.admin(), Path::new(DATA));
        engine.wait_for_handlers();
        let address = program.address();
        Self { program, engine, address, agent: agent(), advanced: Period::ZERO, _folder: folder }
    }

    /// Advances its clock, and calls the engine's timers, which run on real time, for each request.
    pub(crate) fn advance(&mut self, period: &str) {
        writeln!(self.program.input(), "advance {period}").unwrap();
        let ticks = self.advanced.ticks() + period.parse::<Period>().unwrap().ticks();
        self.advanced = Period::from_ticks(ticks).unwrap();
        let now = Timestamp::try_from(SystemTime::now()).unwrap().saturating_add(self.advanced).ticks();
        for id in self.engine.requests() {
            let (status, answer) = self.engine.call(&format!("AccessRequest/{id}/settle"), None, &json!(now));
            assert_eq!(status, 200, "{answer}");
        }
    }
}
