//! The approval resource.

use assignment_request::Request;
use uuid::Uuid;

use super::carried::Text;
use super::list::{List, read_list};
use super::request::other;
use super::stage::{StageResource, read_one_stage};
use crate::body::{BodyKind, read_body};
use crate::json::Reader;
use crate::{Asker, ReadError, ReadOptions};

/// `approval`: what Graph shows of the approval of a request. Its id is the request's.
///
/// ```
/// use assignment_request_graph::{Name, ReadOptions, ReviewResult, read_approval};
///
/// let body = br#"{ "stages": [ { "reviewResult": "NotReviewed", "status": "InProgress", "assignedToMe": true } ] }"#;
/// let approval = read_approval(body, &ReadOptions::default())?;
/// let stage = approval.stages.and_then(|stages| stages.into_iter().next()).unwrap_or_default();
/// assert_eq!(stage.review_result, Some(Name::Known(ReviewResult::NotReviewed)));
/// # Ok::<(), assignment_request_graph::ReadError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApprovalResource<'a> {
    /// `@odata.context`.
    pub context: Text<'a>,
    /// `id`.
    pub id: Option<Uuid>,
    /// `stages`, in beta `steps`.
    pub stages: Option<Vec<StageResource<'a>>>,
}

impl<'a> ApprovalResource<'a> {
    /// The approval of `request`, as `asker` sees it; none is a service, to which no stage is assigned.
    #[must_use]
    pub fn of(request: &'a Request, asker: Option<&Asker<'_>>) -> Self {
        let stages = (0_u32..).zip(request.approval_stages());
        Self {
            context: None,
            id: Some(request.id()),
            stages: Some(stages.map(|(index, _)| StageResource::of(request, index, asker)).collect()),
        }
    }
}

/// Reads an approval as a response shows it.
///
/// # Errors
///
/// The first fault of the JSON text, else the first fault of the shape ([`ReadCode`](crate::ReadCode) has both).
pub fn read_approval<'a>(bytes: &'a [u8], options: &ReadOptions) -> Result<ApprovalResource<'a>, ReadError> {
    read_body(bytes, options, BodyKind::Resource, |reader, text| read_one(reader, text))
}

/// Reads a list of approvals.
///
/// # Errors
///
/// Those of [`read_approval`], and `missing` where there is no `value`.
pub fn read_approval_list<'a>(
    bytes: &'a [u8],
    options: &ReadOptions,
) -> Result<List<'a, ApprovalResource<'a>>, ReadError> {
    read_list(bytes, options, read_one)
}

fn read_one<'a>(reader: &mut Reader<'a>, text: &'a str) -> Result<ApprovalResource<'a>, ReadError> {
    let mut approval = ApprovalResource::default();
    reader.members(|reader, name| {
        match name {
            "@odata.type" => reader.expect_type(&["approval"])?,
            "@odata.context" => approval.context = reader.text()?,
            "id" => approval.id = reader.id()?,
            "stages" | "steps" => {
                let read = reader.array(|reader| read_one_stage(reader, text))?;
                reader.unite(&mut approval.stages, read, other(name, "stages", "steps"))?;
            }
            _ => reader.unknown(name)?,
        }
        Ok(())
    })?;
    Ok(approval)
}
