//! Deadlines: one timer for all requests.

use assignment_request::{Action, Command, Request, RequestId, Timestamp};

use crate::error::{StoreError, database};
use crate::row::{column, parsed, stored, timestamp};
use crate::store::{Executed, SYSTEM, Store};
use crate::tasks::cut;

impl Store {
    /// Returns the earliest deadline of all requests: when to call [`Store::fire`] next. `None` if no request waits for
    /// time to pass.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn next_deadline(&self) -> Result<Option<Timestamp>, StoreError> {
        let select = "SELECT next_deadline FROM access_requests
            WHERE next_deadline IS NOT NULL AND set_aside IS NULL ORDER BY next_deadline LIMIT 1";
        let row = sqlx::query(select).fetch_optional(&self.pool).await.map_err(database)?;
        row.map(|row| timestamp(column(&row, "next_deadline")?, "next_deadline")).transpose()
    }

    /// Applies the deadlines that are due at `now`, the earliest first, of up to `limit` requests. Returns these
    /// requests.
    ///
    /// A request that cannot be read is set aside, and the others go on.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn fire(&self, now: Timestamp, limit: u32) -> Result<Vec<RequestId>, StoreError> {
        let select = "SELECT id FROM access_requests
            WHERE next_deadline <= $1 AND set_aside IS NULL ORDER BY next_deadline LIMIT $2";
        let rows = sqlx::query(select)
            .bind(now.ticks())
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await
            .map_err(database)?;
        let mut fired = Vec::new();
        for row in &rows {
            let text = column::<&str>(row, "id")?;
            let outcome = match parsed(row, "id") {
                Ok(id) => self.execute(id, &Command::new(SYSTEM, Action::Elapse), now).await,
                Err(error) => Err(error),
            };
            match outcome {
                Ok(Executed { request, events }) => {
                    if events.is_empty() {
                        self.correct_deadline(&request).await?;
                    }
                    fired.push(request.id());
                }
                Err(error @ StoreError::Database(_)) => return Err(error),
                // It was deleted meanwhile, or other hosts are at work on it.
                Err(StoreError::Rejected(_) | StoreError::Busy { .. }) => {}
                Err(error) => {
                    let update = "UPDATE access_requests SET set_aside = $1 WHERE id = $2";
                    let reason = error.to_string();
                    sqlx::query(update)
                        .bind(cut(&reason))
                        .bind(text)
                        .execute(&self.pool)
                        .await
                        .map_err(database)?;
                    self.counters.set_aside();
                }
            }
        }
        Ok(fired)
    }

    /// Stores the deadline of a request again. It was not due, so something else has written the row, or another host was
    /// faster.
    async fn correct_deadline(&self, request: &Request) -> Result<(), StoreError> {
        let update = "UPDATE access_requests SET next_deadline = $1 WHERE id = $2 AND revision = $3";
        sqlx::query(update)
            .bind(request.next_deadline().map(|deadline| deadline.at.ticks()))
            .bind(request.id().to_string())
            .bind(stored(request.revision()))
            .execute(&self.pool)
            .await
            .map_err(database)?;
        Ok(())
    }

    /// Returns up to `limit` requests that the timer leaves out since they cannot be read: the id of each, as it is
    /// stored, and the reason.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn requests_set_aside(&self, limit: u32) -> Result<Vec<(String, String)>, StoreError> {
        let select =
            "SELECT id, set_aside FROM access_requests WHERE set_aside IS NOT NULL ORDER BY id LIMIT $1";
        let rows =
            sqlx::query(select).bind(i64::from(limit)).fetch_all(&self.pool).await.map_err(database)?;
        rows.iter().map(|row| Ok((column(row, "id")?, column(row, "set_aside")?))).collect()
    }

    /// Lets the timer look at a request again that it has set aside. Returns `false` if there is no such request.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn resume_request(&self, id: &str) -> Result<bool, StoreError> {
        let update = "UPDATE access_requests SET set_aside = NULL WHERE id = $1 AND set_aside IS NOT NULL";
        let done = sqlx::query(update).bind(id).execute(&self.pool).await.map_err(database)?;
        Ok(done.rows_affected() == 1)
    }
}
