//! The approval resource.

use assignment_request::Request;
use uuid::Uuid;

use super::additional_data::Text;
use super::list::{List, read_list, read_resource};
use super::request::other;
use super::stage::{StageResource, read_one_stage};
use crate::json::{Reader, match_member};
use crate::{ReadError, ReadOptions, Viewer};

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
    pub fn of(request: &'a Request, viewer: Option<&Viewer<'_>>) -> Self {
        let stages = (0_u32..).zip(request.approval_stages());
        Self {
            context: None,
            id: Some(request.id()),
            stages: Some(stages.map(|(index, _)| StageResource::of(request, index, viewer)).collect()),
        }
    }
}

/// Reads an approval as a response shows it.
///
/// # Errors
///
/// The first fault of the JSON text, else the first fault of the shape ([`ReadCode`](crate::ReadCode) has both), else
/// `unrecognizedBody` if no member of an approval occurs.
pub fn read_approval<'a>(bytes: &'a [u8], options: &ReadOptions) -> Result<ApprovalResource<'a>, ReadError> {
    read_resource(bytes, options, "approval", read_one)
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
    read_list(bytes, options, |reader, text| Ok(read_one(reader, text)?.0))
}

/// Reads an approval. Also returns whether any member of one occurs, annotations aside.
fn read_one<'a>(reader: &mut Reader<'a>, text: &'a str) -> Result<(ApprovalResource<'a>, bool), ReadError> {
    let mut approval = ApprovalResource::default();
    let mut is_recognized = false;
    reader.members(|reader, name| {
        let mut is_known = !name.contains("@odata.");
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&["approval"])?,
            "@odata.context" => approval.context = reader.text()?,
            "id" => approval.id = reader.id()?,
            "stages" | "steps" => {
                let read = reader.array(|reader| Ok(read_one_stage(reader, text)?.0))?;
                reader.merge(&mut approval.stages, read, other(name, "stages", "steps"))?;
            },
        } else known => {
            is_known = false;
            reader.unknown(name, known)?;
        });
        is_recognized |= is_known;
        Ok(())
    })?;
    Ok((approval, is_recognized))
}
