//! Starts the service as a child process.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Stdio};

use tempfile::TempDir;

use crate::client::agent;
pub(crate) use crate::client::{
    APPROVALS, DONE, NO_REQUEST, PATIENCE, REQUESTS, customer_data, id, id_of, refused, user_add,
};
use crate::common;

/// The service, on a port of its own.
pub(crate) struct Service {
    pub(crate) child: Child,
    /// `127.0.0.1:` and its port.
    pub(crate) address: String,
    pub(crate) agent: ureq::Agent,
    /// The folder of its database, if it has one of its own. It is removed with the service.
    folder: Option<TempDir>,
}

impl Service {
    /// Starts it with a database of its own.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite:{}", folder.path().join("requests.db").display());
        let mut service = Self::on(&database, Stdio::null());
        service.folder = Some(folder);
        service
    }

    /// Starts it on a database.
    pub(crate) fn on(database: &str, log: Stdio) -> Self {
        let mut command = common::example("service");
        command.args(["--port", "0", "--database", database]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        // Nothing reads its output after the first line, as if someone had closed it.
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").unwrap().to_owned();
        Self { child, address, agent: agent(), folder: None }
    }

    /// Advances its clock.
    pub(crate) fn advance(&mut self, period: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "advance {period}").unwrap();
    }

    #[cfg(unix)]
    pub(crate) fn terminate(&self) {
        let id = self.child.id().to_string();
        assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    }

    /// Waits for the service to end on its own, and returns whether it succeeded.
    pub(crate) fn ended(mut self) -> bool {
        self.child.wait().unwrap().success()
    }
}

/// Kills the service, so that a failed test leaves no process running.
impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
