//! The row of a request: what queries look at. It is computed from the request.

use assignment_request::{
    AccessPackageId, Phase, PolicyId, Request, RequestId, State, Status, SubjectId, Timestamp,
};
use sqlx::any::AnyRow;
use sqlx::{ColumnIndex, Decode, Row as _, Type};

use crate::error::{StoreError, database};

/// What the store knows about a request without reading its events.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// The request's id.
    pub id: RequestId,
    /// The number of its events.
    pub revision: u64,
    /// The requestor.
    pub requestor: SubjectId,
    /// Who gets or loses access, or `None` while only an e-mail address is known.
    pub target: Option<SubjectId>,
    /// The access package, or `None` if the request names none.
    pub access_package_id: Option<AccessPackageId>,
    /// The policy under which the request was made.
    pub policy_id: Option<PolicyId>,
    /// The state.
    pub state: State,
    /// The status.
    pub status: Status,
    /// When the request was submitted.
    pub created: Timestamp,
    /// When the request ended, or `None` if it has not ended.
    pub completed: Option<Timestamp>,
}

/// The columns of a [`Summary`], of the table under the name `r`.
pub(crate) const COLUMNS: &str = "r.id, r.revision, r.requestor, r.target, r.access_package, r.policy, r.state, r.status, r.created, r.completed";

impl Summary {
    /// Returns the summary of a request.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        Self {
            id: request.id(),
            revision: request.revision(),
            requestor: request.requestor(),
            target: request.target(),
            access_package_id: request.access_package_id(),
            policy_id: request.assignment_policy_id(),
            state: request.state(),
            status: request.status(),
            created: request.created(),
            completed: request.completed(),
        }
    }

    pub(crate) fn read(row: &AnyRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parsed(row, "id")?,
            revision: u64::try_from(column::<i64>(row, "revision")?)
                .map_err(|_| StoreError::Value { column: "revision" })?,
            requestor: parsed(row, "requestor")?,
            target: parsed_if(row, "target")?,
            access_package_id: parsed_if(row, "access_package")?,
            policy_id: parsed_if(row, "policy")?,
            state: parsed(row, "state")?,
            status: parsed(row, "status")?,
            created: timestamp(column(row, "created")?, "created")?,
            completed: match column::<Option<i64>>(row, "completed")? {
                Some(ticks) => Some(timestamp(ticks, "completed")?),
                None => None,
            },
        })
    }
}

/// The index of the approval stage that is open.
pub(crate) const fn open_stage(request: &Request) -> Option<u32> {
    match request.phase() {
        Phase::PendingApproval { stage, .. } => Some(stage),
        Phase::Accepted { .. }
        | Phase::WaitingForCallback { .. }
        | Phase::Scheduled { .. }
        | Phase::Delivering { .. }
        | Phase::Delivered
        | Phase::PartiallyDelivered
        | Phase::DeliveryFailed(_)
        | Phase::Denied(_)
        | Phase::Canceled(_) => None,
    }
}

/// A number of ours as the databases have it. None of ours is larger.
pub(crate) fn stored(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

pub(crate) fn timestamp(ticks: i64, column: &'static str) -> Result<Timestamp, StoreError> {
    Timestamp::from_ticks(ticks).ok_or(StoreError::Value { column })
}

pub(crate) fn column<'r, T>(row: &'r AnyRow, column: &'static str) -> Result<T, StoreError>
where
    T: Decode<'r, sqlx::Any> + Type<sqlx::Any>,
    &'static str: ColumnIndex<AnyRow>,
{
    row.try_get(column).map_err(|error| undecoded(error, column))
}

/// The error of a value that cannot be read. Something else than the store wrote it.
pub(crate) fn undecoded(error: sqlx::Error, column: &'static str) -> StoreError {
    match error {
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => StoreError::Value { column },
        other => database(other),
    }
}

/// A text column, as the value that was written.
pub(crate) fn parsed<T: core::str::FromStr>(row: &AnyRow, name: &'static str) -> Result<T, StoreError> {
    column::<&str>(row, name)?.parse().map_err(|_| StoreError::Value { column: name })
}

fn parsed_if<T: core::str::FromStr>(row: &AnyRow, name: &'static str) -> Result<Option<T>, StoreError> {
    let text = column::<Option<&str>>(row, name)?;
    text.map(|text| text.parse().map_err(|_| StoreError::Value { column: name })).transpose()
}
