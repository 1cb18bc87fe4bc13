//! Lists of requests, page by page.

use core::fmt::{self, Display};
use core::str::FromStr;

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
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a condition of its own, and false asks for nothing"
)]
pub struct Query {
    /// Who asks: a subject gets only requests that it may see.
    pub viewer: Viewer,
    /// The requestor.
    pub requestor: Option<SubjectId>,
    /// Who gets or loses access.
    pub target: Option<SubjectId>,
    /// The requestor or the target.
    pub requestor_or_target: Option<SubjectId>,
    /// The target is one of these. With none of them, no request is listed. The databases bound their number: `SQLite`
    /// takes 32,000.
    pub target_among: Option<Vec<SubjectId>>,
    /// Only requests whose requestor is not their target.
    pub for_others: bool,
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
    /// Only requests that have not ended.
    pub is_open: bool,
    /// A recorded approver of the approval stage that is open. One of the escalation tier counts once the stage is
    /// escalated.
    pub waiting_for: Option<SubjectId>,
    /// Only requests of which approvers are recorded.
    pub has_approvers: bool,
    /// Lists the request that was submitted last first.
    pub newest_first: bool,
    /// How many requests the first page leaves out. A page that begins at a [`Cursor`] leaves out none. The database reads
    /// what is left out, so a large number costs time.
    pub skip: u32,
}

impl Query {
    /// Returns a query for every request that the viewer may see.
    #[must_use]
    pub const fn new(viewer: Viewer) -> Self {
        Self {
            viewer,
            requestor: None,
            target: None,
            requestor_or_target: None,
            target_among: None,
            for_others: false,
            state: None,
            status: None,
            access_package: None,
            policy: None,
            created_from: None,
            created_before: None,
            completed_before: None,
            is_open: false,
            waiting_for: None,
            has_approvers: false,
            newest_first: false,
            skip: 0,
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

/// Written as text without spaces, for the link to the next page.
///
/// ```
/// use assignment_request_store::Cursor;
///
/// let cursor: Cursor = "133801056000000000.00000000-0000-0000-0000-000000000007".parse()?;
/// assert_eq!(cursor.to_string(), "133801056000000000.00000000-0000-0000-0000-000000000007");
/// assert!("7".parse::<Cursor>().is_err());
/// # Ok::<(), assignment_request_store::CursorError>(())
/// ```
impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.created.ticks(), self.id)
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (ticks, id) = text.split_once('.').ok_or(CursorError)?;
        let created = ticks.parse().ok().and_then(Timestamp::from_ticks).ok_or(CursorError)?;
        Ok(Self { created, id: id.parse().map_err(|_| CursorError)? })
    }
}

/// The text is no [`Cursor`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not the place of a page")]
pub struct CursorError;

/// Some requests, in the order of their submission, or in the opposite order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The requests.
    pub requests: Vec<Summary>,
    /// Where the next page begins. `None` if this is the last page.
    pub next: Option<Cursor>,
}

impl Store {
    /// Lists requests in the order of their submission, or the last one first, at most `limit`, from `after` on.
    ///
    /// # Errors
    ///
    /// [`StoreError::Value`] if a row has a value that the store does not write, and [`StoreError::Database`].
    pub async fn list(&self, query: &Query, after: Option<Cursor>, limit: u32) -> Result<Page, StoreError> {
        let mut select = select(COLUMNS, query);
        if let Some(Cursor { created, id }) = after {
            select.push(if query.newest_first {
                " AND (r.created, r.id) < ("
            } else {
                " AND (r.created, r.id) > ("
            });
            select.bind(Value::Number(created.ticks())).push(", ").id(id).push(")");
        }
        let one_more = i64::from(limit).saturating_add(1);
        let order = if query.newest_first { "r.created DESC, r.id DESC" } else { "r.created, r.id" };
        select.push(" ORDER BY ").push(order).push(" LIMIT ").bind(Value::Number(one_more));
        if after.is_none() && query.skip > 0 {
            select.push(" OFFSET ").bind(Value::Number(query.skip.into()));
        }
        let rows = select.fetch(&self.pool).await?;
        let mut requests: Vec<Summary> = rows.iter().map(Summary::read).collect::<Result<_, _>>()?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let is_last = requests.len() <= limit;
        requests.truncate(limit);
        let last = requests.last().filter(|_| !is_last);
        let next = last.map(|last| Cursor { created: last.created, id: last.id });
        Ok(Page { requests, next })
    }

    /// Counts the requests that [`Store::list`] gives on all pages together, with those that [`Query::skip`] leaves out.
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
        requestor_or_target,
        target_among,
        for_others,
        state,
        status,
        access_package,
        policy,
        created_from,
        created_before,
        completed_before,
        is_open,
        waiting_for,
        has_approvers,
        newest_first: _,
        skip: _,
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
    if let Some(person) = requestor_or_target {
        select.push(" AND (r.requestor = ").id(person).push(" OR r.target = ").id(person).push(")");
    }
    if let Some(targets) = target_among {
        // `IN ()` is no SQL. Nothing is among no targets.
        let mut before = " AND r.target IN (";
        for target in targets {
            select.push(before).id(target);
            before = ", ";
        }
        select.push(if targets.is_empty() { " AND 1 = 0" } else { ")" });
    }
    if *for_others {
        select.push(" AND (r.target IS NULL OR r.target <> r.requestor)");
    }
    if *is_open {
        select.push(" AND r.completed IS NULL");
    }
    if *has_approvers {
        select.push(" AND EXISTS (SELECT 1 FROM access_approvers w WHERE w.request = r.id)");
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
