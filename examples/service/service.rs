//! What all handlers share, and who may see a request.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use assignment_request::{
    Action, Actor, Command, Event, Phase, Rejection, Request, RequestId, Role, Status, SubjectId, Tier,
    Timestamp, decide,
};
use assignment_request_store::Viewer;

use crate::answer::Fault;
use crate::backend::{Backend, BackendError};
use crate::clock::Clock;
use crate::data::Data;
use crate::directory::Person;

/// The actor of the service's own commands.
pub(crate) const SYSTEM: Actor = Actor::new(SubjectId::from_u128(0x5e5), Role::System);

/// How many requests of one person are answered at a time.
const MOST_IN_PROGRESS: u32 = 64;

/// The service.
pub(crate) struct Service<B> {
    pub(crate) backend: B,
    pub(crate) data: Arc<Data>,
    pub(crate) clock: Clock,
    /// Where the service listens: `http://127.0.0.1:8080`.
    pub(crate) root: String,
    /// How many requests of each person are being answered.
    in_progress: Mutex<HashMap<SubjectId, u32>>,
}

/// A place among the requests of one person, until it is dropped.
pub(crate) struct Place<'a> {
    in_progress: &'a Mutex<HashMap<SubjectId, u32>>,
    person: SubjectId,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut in_progress = lock(self.in_progress);
        if let Some(count) = in_progress.get_mut(&self.person) {
            *count = count.saturating_sub(1);
        }
    }
}

fn lock(counts: &Mutex<HashMap<SubjectId, u32>>) -> MutexGuard<'_, HashMap<SubjectId, u32>> {
    // A count is changed in one step, so it is right even after a panic.
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<B: Backend> Service<B> {
    pub(crate) fn new(backend: B, data: Arc<Data>, root: String) -> Self {
        Self { backend, data, clock: Clock::default(), root, in_progress: Mutex::default() }
    }

    /// Takes a place among the requests of a person.
    pub(crate) fn enter(&self, person: SubjectId) -> Result<Place<'_>, Fault> {
        let mut in_progress = lock(&self.in_progress);
        let count = in_progress.entry(person).or_default();
        if *count >= MOST_IN_PROGRESS {
            return Err(Fault::too_many_requests(MOST_IN_PROGRESS));
        }
        *count += 1;
        Ok(Place { in_progress: &self.in_progress, person })
    }

    /// Loads a request with its events, if the person may see it. For everyone else it does not exist.
    pub(crate) async fn load(
        &self,
        id: RequestId,
        person: &Person,
    ) -> Result<(Request, Vec<Event>), BackendError> {
        if person.role == Role::Administrator {
            return self.backend.load(id, Viewer::Host).await;
        }
        match self.backend.load(id, Viewer::Subject(person.id)).await {
            Err(BackendError::Rejected(Rejection::NoRequest)) => {}
            outcome => return outcome,
        }
        // The store knows neither managers nor sponsors, nor approvers who have not been recorded yet.
        let loaded = self.backend.load(id, Viewer::Host).await?;
        let request = &loaded.0;
        if self.ask_if_approver(request, person.id).await?
            || self.data.directory.looks_after_target(person.id, request)
        {
            return Ok(loaded);
        }
        Err(Rejection::NoRequest.into())
    }

    /// Records the approvers of the open stage if the person is one of them. The task that records them may still wait.
    async fn ask_if_approver(&self, request: &Request, id: SubjectId) -> Result<bool, BackendError> {
        let Phase::PendingApproval { stage, .. } = request.phase() else { return Ok(false) };
        let Some(tier) = self.open_tier(request, stage, id) else { return Ok(false) };
        let approvers = self.approvers(request, stage, tier);
        self.backend.record_approvers(request.id(), stage, tier, &approvers).await?;
        Ok(true)
    }

    /// Returns the approvers of a stage.
    pub(crate) fn approvers(&self, request: &Request, stage: u32, tier: Tier) -> Vec<SubjectId> {
        self.data.packages.approvers(&self.data.directory, request, stage, tier)
    }

    /// Returns in which tier a person is an approver of a stage.
    pub(crate) fn tier(&self, request: &Request, stage: u32, id: SubjectId) -> Option<Tier> {
        let is_in = |tier| self.approvers(request, stage, tier).contains(&id);
        Tier::ALL.iter().copied().find(|tier| is_in(*tier))
    }

    /// Returns in which tier a person may decide about a stage, if it is open. Escalation approvers may once it is
    /// escalated.
    pub(crate) fn open_tier(&self, request: &Request, stage: u32, id: SubjectId) -> Option<Tier> {
        self.tier(request, stage, id).filter(|tier| match tier {
            Tier::Primary => true,
            Tier::Escalation => request.status() == Status::PendingApprovalEscalated,
        })
    }

    /// Gives a command to a request that the actor may see, and returns the request after it.
    pub(crate) async fn execute(
        &self,
        request: &Request,
        actor: Actor,
        expected_revision: Option<u64>,
        action: Action,
        now: Timestamp,
    ) -> Result<Request, Fault> {
        let command = Command { actor, expected_revision, action };
        match self.backend.execute(request.id(), &command, now).await {
            // The store does not know why the actor may see the request, so the machine says what it thinks of the command.
            Err(BackendError::Rejected(Rejection::NoRequest)) => {
                Err(decide(request, &command, now).err().unwrap_or(Rejection::NoRequest).into())
            }
            outcome => Ok(outcome?),
        }
    }
}
