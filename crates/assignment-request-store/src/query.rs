//! Lists of requests, page by page.

use core::fmt::Display;

use assignment_request::{
    AccessPackageId, PolicyId, Rejection, RequestId, State, Status, SubjectId, Tier, Timestamp,
};
use sqlx::any::AnyRow;
use sqlx::{AnyPool, AssertSqlSafe, Connection as _};

use crate::append::{Stored, record_approver};
use crate::error::{StoreError, database};
use crate::row::{COLUMNS, Summary, column, stored};
use crate::store::{Store, Viewer, end, kept};

/// Which requests to list. All that is given must hold; [`Query::new`] gives nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Query {
    /// Who asks: a subject gets only requests that it may see.
    pub viewer: Viewer,
    /// The requestor.
    pub requestor: Option<SubjectId>,
    /// Who gets or loses access.
    pub target: Option<SubjectId>,
    /// The state.
    pub state: Option<State>,
    /// The status.
    pub status: Option<Status>,
    /// The access package.
    pub access_package: Option<AccessPackageId>,
    /// The policy.
    pub policy: Option<PolicyId>,
    /// Submitted at this time or later.
    pub created_from: Option<Timestamp>,
    /// Submitted before this time.
    pub created_before: Option<Timestamp>,
    /// Ended before this time.
    pub completed_before: Option<Timestamp>,
    /// A recorded approver of the approval stage that is open. One of the escalation tier counts once the stage is
    /// escalated.
    pub waiting_for: Option<SubjectId>,
}

impl Query {
    /// Returns a query for every request that the viewer may see.
    #[must_use]
    pub const fn new(viewer: Viewer) -> Self {
        Self {
            viewer,
            requestor: None,
            target: None,
            state: None,
            status: None,
            access_package: None,
            policy: None,
            created_from: None,
            created_before: None,
            completed_before: None,
            waiting_for: None,
        }
    }
}

/// Where the next page begins: after this request. A page that begins here has no request twice and leaves none out,
/// even if requests are added or deleted meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// When the last request of the page was submitted.
    pub created: Timestamp,
    /// Its id.
    pub id: RequestId,
}

/// Some requests, in the order of their submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The requests.
    pub requests: Vec<Summary>,
    /// Where the next page begins. `None` if this is the last page.
    pub next: Option<Cursor>,
}

impl Store {
    /// Lists requests in the order of their submission, at most `limit`, from `after` on.
    ///
    /// # Errors
    ///
    /// [`StoreError::Value`] if a row has a value that the store does not write, and [`StoreError::Database`].
    pub async fn list(&self, query: &Query, after: Option<Cursor>, limit: u32) -> Result<Page, StoreError> {
        let mut select = select(COLUMNS, query);
        if let Some(Cursor { created, id }) = after {
            select.push(" AND (r.created, r.id) > (").bind(Value::Number(created.ticks()));
            select.push(", ").id(id).push(")");
        }
        let one_more = i64::from(limit).saturating_add(1);
        select.push(" ORDER BY r.created, r.id LIMIT ").bind(Value::Number(one_more));
        let rows = select.fetch(&self.pool).await?;
        let mut requests: Vec<Summary> = rows.iter().map(Summary::read).collect::<Result<_, _>>()?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let is_last = requests.len() <= limit;
        requests.truncate(limit);
        let last = requests.last().filter(|_| !is_last);
        let next = last.map(|last| Cursor { created: last.created, id: last.id });
        Ok(Page { requests, next })
    }

    /// Counts the requests that [`Store::list`] gives on all pages together.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn count(&self, query: &Query) -> Result<u64, StoreError> {
        let rows = select("COUNT(*) AS count", query).fetch(&self.pool).await?;
        let count: i64 = rows.first().map_or(Ok(0), |row| column(row, "count"))?;
        u64::try_from(count).map_err(|_| StoreError::Value { column: "count" })
    }

    /// Records who the approvers of a stage are, so that [`Query::waiting_for`] finds the request. The host resolves
    /// them when it does the tasks [`AskApprovers`](assignment_request::Task::AskApprovers) and
    /// [`AskEscalationApprovers`](assignment_request::Task::AskEscalationApprovers). Approvers whom an extension names
    /// by their ids are recorded already. An approver who is recorded already is not recorded again.
    ///
    /// # Errors
    ///
    /// [`Rejection::NoRequest`] if there is no such request, [`Rejection::UnknownStage`] if it has no such stage, and
    /// [`StoreError::Database`].
    pub async fn record_approvers(
        &self,
        id: RequestId,
        stage: u32,
        tier: Tier,
        approvers: &[SubjectId],
    ) -> Result<(), StoreError> {
        let (request, _) = self.read(id).await?;
        let stages = request.approval_stages().len();
        if usize::try_from(stage).map_or(true, |stage| stage >= stages) {
            return Err(Rejection::UnknownStage { stage, stages }.into());
        }
        let mut connection = self.pool.acquire().await.map_err(database)?;
        let mut transaction = connection.begin_with(self.backend.begin()).await.map_err(database)?;
        let mut outcome = Ok(Stored::All);
        for approver in approvers {
            let (id, approver) = (id.to_string(), approver.to_string());
            outcome =
                record_approver(&mut transaction, &id, stage, tier, &approver).await.map(|()| Stored::All);
            if outcome.is_err() {
                break;
            }
        }
        let outcome = end(transaction, outcome).await;
        kept(connection, outcome).map(drop)
    }

    /// Deletes a request with its events, tasks and approvers, if it can be deleted (rule L1). The host knows whether the
    /// request's assignment still exists.
    ///
    /// # Errors
    ///
    /// [`StoreError::Rejected`] with the code `notDeletable`, or [`Rejection::NoRequest`] if there is no such request or
    /// the viewer may not see it; [`Rejection::RevisionConflict`] if another host changed it meanwhile; and
    /// [`StoreError::Stored`], [`StoreError::Torn`], [`StoreError::Database`].
    pub async fn delete(
        &self,
        id: RequestId,
        viewer: Viewer,
        has_assignment: bool,
    ) -> Result<(), StoreError> {
        let request = self.load(id, viewer).await?;
        request.check_deletable(has_assignment)?;
        let expected = request.revision();
        let delete = "DELETE FROM access_requests WHERE id = $1 AND revision = $2";
        let done = sqlx::query(delete)
            .bind(id.to_string())
            .bind(stored(expected))
            .execute(&self.pool)
            .await
            .map_err(database)?;
        if done.rows_affected() == 1 {
            return Ok(());
        }
        let actual = self.load(id, viewer).await?.revision();
        Err(Rejection::RevisionConflict { expected, actual }.into())
    }
}

/// A statement in the making. Values are never part of its text.
struct Select {
    text: String,
    values: Vec<Value>,
}

enum Value {
    Text(String),
    Number(i64),
}

impl Select {
    fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds a placeholder, and the value for it.
    fn bind(&mut self, value: Value) -> &mut Self {
        self.values.push(value);
        self.text.push('$');
        self.text.push_str(&self.values.len().to_string());
        self
    }

    fn id(&mut self, id: impl Display) -> &mut Self {
        self.bind(Value::Text(id.to_string()))
    }

    async fn fetch(self, pool: &AnyPool) -> Result<Vec<AnyRow>, StoreError> {
        // The text is made of constants of this file.
        let mut query = sqlx::query(AssertSqlSafe(self.text));
        for value in self.values {
            query = match value {
                Value::Text(text) => query.bind(text),
                Value::Number(number) => query.bind(number),
            };
        }
        query.fetch_all(pool).await.map_err(database)
    }
}

/// Begins a statement with the conditions of a query.
fn select(columns: &str, query: &Query) -> Select {
    let Query {
        viewer,
        requestor,
        target,
        state,
        status,
        access_package,
        policy,
        created_from,
        created_before,
        completed_before,
        waiting_for,
    } = query;
    let text = format!("SELECT {columns} FROM access_requests r WHERE 1 = 1");
    let mut select = Select { text, values: Vec::new() };
    if let Viewer::Subject(id) = viewer {
        select.push(" AND (r.requestor = ").id(id).push(" OR r.target = ").id(id);
        select.push(" OR EXISTS (SELECT 1 FROM access_approvers v WHERE v.request = r.id AND v.approver = ");
        select.id(id).push("))");
    }
    let texts = [
        (" AND r.requestor = ", requestor.map(|id| id.to_string())),
        (" AND r.target = ", target.map(|id| id.to_string())),
        (" AND r.state = ", state.map(|state| state.to_string())),
        (" AND r.status = ", status.map(|status| status.to_string())),
        (" AND r.access_package = ", access_package.map(|id| id.to_string())),
        (" AND r.policy = ", policy.map(|id| id.to_string())),
    ];
    for (condition, value) in texts {
        if let Some(value) = value {
            select.push(condition).bind(Value::Text(value));
        }
    }
    let times = [
        (" AND r.created >= ", created_from),
        (" AND r.created < ", created_before),
        (" AND r.completed < ", completed_before),
    ];
    for (condition, time) in times {
        if let Some(time) = time {
            select.push(condition).bind(Value::Number(time.ticks()));
        }
    }
    if let Some(approver) = waiting_for {
        select.push(
            " AND r.open_stage IS NOT NULL AND EXISTS (SELECT 1 FROM access_approvers a
                WHERE a.request = r.id AND a.stage = r.open_stage AND a.approver = ",
        );
        select.id(approver).push(" AND (a.tier = ").id(Tier::Primary);
        select.push(" OR r.status = ").id(Status::PendingApprovalEscalated).push("))");
    }
    select
}
