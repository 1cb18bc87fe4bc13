//! The loop of a host: deadlines and tasks, until it is stopped.

use std::fmt::Display;
use std::time::Duration;

use assignment_request::{Class, Command, Rejection, RejectionKind, Timestamp};

use crate::error::StoreError;
use crate::store::Store;
use crate::tasks::Claimed;

/// How many deadlines and tasks are taken at a time.
const BATCH: u32 = 16;

impl Store {
    /// Applies due deadlines and does tasks, until the future is dropped or the database fails.
    ///
    /// `work` does one task. It returns the commands that the request gets after it: `Process`, or the report of a
    /// delivery. They are stored, and then the task is acknowledged. If a command is refused because it was given before
    /// or the request has moved on, the task is done as well. If it is refused for any other reason, or if `work` returns
    /// an error, the task is tried again later (see [`Store::retry`]).
    ///
    /// Tasks are done one after the other. For several at once, call this several times. Any number of hosts can run it
    /// on one database; each task is claimed by one of them. `clock` gives the host's time.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`] if the database cannot be reached. Tasks that were claimed become available again when
    /// their leases end, so the caller can simply call this again.
    ///
    /// ```
    /// use std::convert::Infallible;
    /// use std::time::SystemTime;
    ///
    /// use assignment_request::{Action, Actor, Command, DeliveryOutcome, Role, SubjectId, Task, Timestamp};
    /// use assignment_request_store::{Claimed, Store, StoreError};
    ///
    /// /// Processes requests, and gives access at once. There are no approvers and no extensions here.
    /// async fn work(task: &Claimed) -> Result<Vec<Command>, Infallible> {
    ///     let system = Actor::new(SubjectId::from_u128(0x5e5), Role::System);
    ///     Ok(match task.task {
    ///         Task::Process => vec![Command::new(system, Action::Process { target: None })],
    ///         Task::Fulfill { attempt, .. } => {
    ///             let outcome = DeliveryOutcome::Delivered;
    ///             vec![Command::new(system, Action::ReportDelivery { attempt, outcome })]
    ///         }
    ///         Task::SendCallout { .. } | Task::AskApprovers { .. } | Task::AskEscalationApprovers { .. } => vec![],
    ///     })
    /// }
    ///
    /// async fn host(store: Store) -> Result<(), StoreError> {
    ///     let clock = || SystemTime::now().try_into().unwrap_or(Timestamp::MIN);
    ///     store.run(clock, work).await
    /// }
    /// # let _ = host;
    /// ```
    pub async fn run<E: Display>(
        &self,
        clock: impl Fn() -> Timestamp,
        work: impl AsyncFn(&Claimed) -> Result<Vec<Command>, E>,
    ) -> Result<(), StoreError> {
        let mut stored = self.wake.watch();
        loop {
            stored.forget();
            if !self.work_once(&clock, &work).await? {
                let wait = self.idle(clock()).await?;
                stored.wait(wait).await;
            }
        }
    }

    /// Does what [`Store::run`] does, until nothing is left to do at this time.
    ///
    /// # Errors
    ///
    /// Same as [`Store::run`].
    pub async fn run_until_idle<E: Display>(
        &self,
        clock: impl Fn() -> Timestamp,
        work: impl AsyncFn(&Claimed) -> Result<Vec<Command>, E>,
    ) -> Result<(), StoreError> {
        while self.work_once(&clock, &work).await? {}
        Ok(())
    }

    /// Returns whether there was something to do.
    async fn work_once<E: Display>(
        &self,
        clock: &impl Fn() -> Timestamp,
        work: &impl AsyncFn(&Claimed) -> Result<Vec<Command>, E>,
    ) -> Result<bool, StoreError> {
        let fired = self.fire(clock(), BATCH).await?;
        // One at a time, so that no lease ends while its task waits for another.
        let claimed = self.claim(1).await?;
        for task in &claimed {
            let failure = match work(task).await {
                Ok(commands) => match self.give(task, &commands, clock()).await {
                    Ok(()) => None,
                    Err(error @ StoreError::Database(_)) => return Err(error),
                    Err(error) => Some(error.to_string()),
                },
                Err(error) => Some(error.to_string()),
            };
            match failure {
                None => drop(self.acknowledge(task).await?),
                Some(reason) => drop(self.retry(task, &reason).await?),
            }
        }
        Ok(!fired.is_empty() || !claimed.is_empty())
    }

    /// Gives the commands that come of a task.
    async fn give(&self, task: &Claimed, commands: &[Command], now: Timestamp) -> Result<(), StoreError> {
        for command in commands {
            match self.execute(task.request.id(), command, now).await {
                Ok(_) => {}
                Err(StoreError::Rejected(rejection)) if has_moved_on(rejection) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// How long there is nothing to do: until the next deadline or task, but no longer than
    /// [`Options::poll`](crate::Options::poll).
    async fn idle(&self, now: Timestamp) -> Result<Duration, StoreError> {
        let deadline =
            self.next_deadline().await?.map(|at| Duration::from(at.saturating_duration_since(now)));
        let task = self.next_task().await?;
        let soonest = deadline.into_iter().chain(task).min().unwrap_or(self.options.poll);
        Ok(soonest.min(self.options.poll))
    }
}

/// Whether a command is refused because it was given before, or because the request has moved on. Other refusals mean
/// that the command is wrong, or cannot be given yet.
fn has_moved_on(rejection: Rejection) -> bool {
    match rejection.class() {
        Class::Duplicate | Class::Expired => true,
        Class::Conflict => !matches!(
            rejection.kind(),
            RejectionKind::TargetUnknown | RejectionKind::ConflictingTarget | RejectionKind::RevisionConflict
        ),
        Class::NotFound => rejection.kind() == RejectionKind::NoRequest,
        Class::Invalid | Class::Forbidden => false,
    }
}
