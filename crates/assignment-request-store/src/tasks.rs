//! Tasks: what events ask of the host, claimed by one host at a time and done at least once.

use std::time::Duration;

use assignment_request::{Event, Request, RequestId, Task};
use sqlx::Row as _;
use sqlx::any::AnyRow;

use crate::error::{StoreError, database};
use crate::row::{column, parsed, stored};
use crate::store::Store;

/// How much of a reason is kept, in bytes.
const REASON: usize = 512;

/// A task that this host has claimed. Until its lease ends, no other host gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The request, as it is stored now. It may have moved on since the event.
    pub request: Request,
    /// The event that asks for the task.
    pub event: Event,
    /// What to do.
    pub task: Task,
    /// How often the task was claimed, this time included.
    pub tries: u32,
    /// When the lease ends, in milliseconds of the database's clock. It tells this lease from any other.
    pub lease: i64,
}

impl Claimed {
    /// Returns a key that is the same however often the task is claimed. A receiver that gets it twice acts once.
    #[must_use]
    pub fn idempotency_key(&self) -> String {
        self.event.idempotency_key(self.request.id())
    }
}

/// What became of a task that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// It will be available again after this time.
    After(Duration),
    /// It was tried too often, and is set aside.
    SetAside,
    /// The lease had ended, and another host may have the task. Nothing was changed.
    LeaseEnded,
}

/// A task that no host tries any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// The id of the request, as it is stored.
    pub request: String,
    /// The sequence of the event that asks for the task.
    pub sequence: i64,
    /// How often it was tried, or -1 if that cannot be read.
    pub tries: i64,
    /// Why it was set aside.
    pub reason: String,
}

impl Store {
    /// Claims up to `limit` tasks that are available, those that have waited longest first.
    ///
    /// The time of leases is the database's, so hosts with different clocks agree. A task is set aside, and the others are
    /// returned, if its request cannot be read, if its event asks for nothing, or if it was claimed
    /// [`Options::tries`](crate::Options::tries) times and never acknowledged, as a task that kills its host.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn claim(&self, limit: u32) -> Result<Vec<Claimed>, StoreError> {
        loop {
            let rows = sqlx::query(self.backend.claim())
                .bind(milliseconds(self.options.lease))
                .bind(i64::from(limit))
                .fetch_all(&self.pool)
                .await
                .map_err(database)?;
            let mut claimed = Vec::new();
            for row in &rows {
                let key = (column::<&str>(row, "request"), column::<i64>(row, "sequence"));
                let ((Ok(id), Ok(sequence)), Ok(lease)) = (key, column::<i64>(row, "available")) else {
                    // A row without a key is no task of the store. It cannot be named, and is left where it is.
                    continue;
                };
                match self.claimed(row, sequence, lease).await {
                    Ok(task) => claimed.push(task),
                    Err(error @ StoreError::Database(_)) => return Err(error),
                    Err(error) => drop(self.set_task_aside(id, sequence, lease, &error.to_string()).await?),
                }
            }
            // If all of them were set aside, there may be more.
            if rows.is_empty() || !claimed.is_empty() {
                self.counters.claimed(claimed.len());
                return Ok(claimed);
            }
        }
    }

    async fn claimed(&self, row: &AnyRow, sequence: i64, lease: i64) -> Result<Claimed, StoreError> {
        let id: RequestId = parsed(row, "request")?;
        let tries = u32::try_from(column::<i64>(row, "tries")?);
        let tries = tries.map_err(|_| StoreError::Value { column: "tries" })?;
        if tries > self.options.tries {
            return Err(StoreError::TriedTooOften { tries: tries.saturating_sub(1) });
        }
        let (request, events) = self.read(id).await?;
        let event = events.into_iter().find(|event| stored(event.sequence) == sequence);
        let no_task = StoreError::NoTask { id, sequence };
        let Some((event, task)) = event.and_then(|event| event.task().map(|task| (event, task))) else {
            return Err(no_task);
        };
        Ok(Claimed { request, event, task, tries, lease })
    }

    /// Records that a task is done. Returns `false` if its lease had ended and another host has claimed it since: it
    /// will be done again, with the same key.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn acknowledge(&self, task: &Claimed) -> Result<bool, StoreError> {
        let delete = "DELETE FROM access_tasks WHERE request = $1 AND sequence = $2 AND available = $3";
        let done = sqlx::query(delete)
            .bind(task.request.id().to_string())
            .bind(stored(task.event.sequence))
            .bind(task.lease)
            .execute(&self.pool)
            .await
            .map_err(database)?;
        let is_done = done.rows_affected() == 1;
        self.counters.done(is_done);
        Ok(is_done)
    }

    /// Records that a try of a task failed. The task becomes available again after a while, which doubles with every
    /// try, or is set aside if it was tried [`Options::tries`](crate::Options::tries) times.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn retry(&self, task: &Claimed, reason: &str) -> Result<Retry, StoreError> {
        let (id, sequence) = (task.request.id().to_string(), stored(task.event.sequence));
        if task.tries >= self.options.tries {
            let is_set_aside = self.set_task_aside(&id, sequence, task.lease, reason).await?;
            return Ok(if is_set_aside { Retry::SetAside } else { Retry::LeaseEnded });
        }
        let doublings = task.tries.saturating_sub(1).min(31);
        let wait = self.options.back_off.saturating_mul(1 << doublings).min(self.options.longest_back_off);
        let postponed = sqlx::query(self.backend.postpone())
            .bind(id)
            .bind(sequence)
            .bind(task.lease)
            .bind(milliseconds(wait))
            .fetch_optional(&self.pool)
            .await
            .map_err(database)?;
        Ok(if postponed.is_some() { Retry::After(wait) } else { Retry::LeaseEnded })
    }

    /// Extends the lease of a task that takes long, from now on. Returns `false` if the lease had ended.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn renew(&self, task: &mut Claimed) -> Result<bool, StoreError> {
        let renewed = sqlx::query(self.backend.postpone())
            .bind(task.request.id().to_string())
            .bind(stored(task.event.sequence))
            .bind(task.lease)
            .bind(milliseconds(self.options.lease))
            .fetch_optional(&self.pool)
            .await
            .map_err(database)?;
        if let Some(row) = &renewed {
            task.lease = column(row, "available")?;
        }
        Ok(renewed.is_some())
    }

    /// Returns `false` if another host has claimed the task since.
    async fn set_task_aside(
        &self,
        id: &str,
        sequence: i64,
        lease: i64,
        reason: &str,
    ) -> Result<bool, StoreError> {
        let update =
            "UPDATE access_tasks SET set_aside = $1 WHERE request = $2 AND sequence = $3 AND available = $4";
        let done = sqlx::query(update)
            .bind(cut(reason))
            .bind(id)
            .bind(sequence)
            .bind(lease)
            .execute(&self.pool)
            .await
            .map_err(database)?;
        let is_done = done.rows_affected() == 1;
        if is_done {
            self.counters.set_aside();
            crate::trace::set_aside(id, sequence);
        }
        Ok(is_done)
    }

    /// Returns up to `limit` tasks that were set aside, so that someone can look at them.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn tasks_set_aside(&self, limit: u32) -> Result<Vec<SetAside>, StoreError> {
        let select = "SELECT request, sequence, tries, set_aside FROM access_tasks
            WHERE set_aside IS NOT NULL ORDER BY request, sequence LIMIT $1";
        let rows =
            sqlx::query(select).bind(i64::from(limit)).fetch_all(&self.pool).await.map_err(database)?;
        rows.iter()
            .map(|row| {
                Ok(SetAside {
                    request: column(row, "request")?,
                    sequence: column(row, "sequence")?,
                    tries: column(row, "tries").unwrap_or(-1),
                    reason: column(row, "set_aside")?,
                })
            })
            .collect()
    }

    /// Makes a task that was set aside available again, as if it had never been tried. Returns `false` if there is no
    /// such task.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn resume_task(&self, task: &SetAside) -> Result<bool, StoreError> {
        let update = "UPDATE access_tasks SET set_aside = NULL, available = 0, tries = 0
            WHERE request = $1 AND sequence = $2 AND set_aside IS NOT NULL";
        let done = sqlx::query(update)
            .bind(&task.request)
            .bind(task.sequence)
            .execute(&self.pool)
            .await
            .map_err(database)?;
        self.wake.here();
        Ok(done.rows_affected() == 1)
    }

    /// How long it is until the next task becomes available. `None` if there is no task.
    pub(crate) async fn next_task(&self) -> Result<Option<Duration>, StoreError> {
        let row = sqlx::query(self.backend.next_task()).fetch_one(&self.pool).await.map_err(database)?;
        let wait: Option<i64> = row.try_get(0).map_err(database)?;
        Ok(wait.map(|wait| Duration::from_millis(u64::try_from(wait).unwrap_or(0))))
    }
}

fn milliseconds(duration: Duration) -> i64 {
    stored(duration.as_millis())
}

/// A reason as it is kept.
pub(crate) fn cut(reason: &str) -> &str {
    let end = (0..=REASON).rev().find(|end| reason.is_char_boundary(*end)).unwrap_or(0);
    reason.get(..end.min(reason.len())).unwrap_or(reason)
}
