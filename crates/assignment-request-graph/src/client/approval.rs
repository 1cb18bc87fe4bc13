//! The approval resource.

use assignment_request::{Request, RequestId};

use crate::client::list::{List, impl_write, impl_write_list, read_list, read_members, read_resource};
use crate::client::stage::{StageResource, read_one_stage};
use crate::client::viewer::Viewer;
use crate::json::member::{match_member, other};
use crate::json::reader::Reader;
use crate::json::value::Text;
use crate::json::writer::{Json, name, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::ReadError;
use crate::vocabulary::options::ReadOptions;

/// `approval`: Graph's view of the approval of a request. Its id is the request's.
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
    pub id: Option<RequestId>,
    /// `stages`, in beta `steps`.
    pub stages: Option<Vec<StageResource<'a>>>,
}

impl<'a> ApprovalResource<'a> {
    /// Returns the approval of `request` as `viewer` sees it. `None` means a service, to which no stage is assigned.
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

/// Appends the approval of a request, with its stages, to `out`, as `viewer` sees it. `None` means a service, to which
/// no stage is assigned.
///
/// ```
/// use assignment_request::{
///     AccessPackageId, Action, Actor, Command, Draft, Limits, Policy, RequestId, RequestType, Role,
///     SubjectId, Timestamp,
/// };
/// use assignment_request_graph::{
///     ApiVersion, ReadOptions, Viewer, read_approval, read_policy, write_approval,
/// };
///
/// let options = ReadOptions::default();
/// let policy = br#"{
///     "requestorSettings": {"enableTargetsToSelfAddAccess": true},
///     "requestApprovalSettings": {
///         "isApprovalRequiredForAdd": true,
///         "stages": [{"durationBeforeAutomaticDenial": "P2D"}]
///     }
/// }"#;
/// let policy = Policy::compile(&read_policy(policy, &options)?, &Limits::default())?;
/// let ada = Actor::new(SubjectId::from_u128(0xada), Role::User);
/// let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
/// let draft = Draft { access_package_id: Some(AccessPackageId::from_u128(1)), ..Draft::new(RequestType::UserAdd) };
/// let (mut request, _) = policy.submit(RequestId::from_u128(2), &draft, None, ada, now)?;
/// let system = Actor::new(SubjectId::from_u128(3), Role::System);
/// request.handle(&Command::new(system, Action::Process { target: None }), now)?;
///
/// // The host found both among the approvers; but no one decides about access of their own.
/// let assigned = |id| -> Result<_, Box<dyn std::error::Error>> {
///     let mut body = Vec::new();
///     write_approval(&request, Some(&Viewer { id, stages: &[0] }), ApiVersion::V1_0, &mut body);
///     let stages = read_approval(&body, &options)?.stages.unwrap_or_default();
///     Ok(stages.first().and_then(|stage| stage.assigned_to_me))
/// };
/// assert_eq!(assigned(SubjectId::from_u128(0x97ace))?, Some(true));
/// assert_eq!(assigned(ada.id)?, Some(false));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_approval(request: &Request, viewer: Option<&Viewer<'_>>, api: ApiVersion, out: &mut Vec<u8>) {
    ApprovalResource::of(request, viewer).write(api, out);
}

/// Reads an approval as a response shows it.
///
/// # Errors
///
/// Returns the first fault of the JSON text, or else the first fault of the shape; [`ReadCode`](crate::ReadCode) lists
/// both. Otherwise returns `unrecognizedBody` if no member of an approval occurs.
pub fn read_approval<'a>(bytes: &'a [u8], options: &ReadOptions) -> Result<ApprovalResource<'a>, ReadError> {
    read_resource(bytes, options, "approval", read_one)
}

/// Reads a list of approvals.
///
/// # Errors
///
/// Returns the faults of [`read_approval`], and `missing` if there is no `value`.
pub fn read_approval_list<'a>(
    bytes: &'a [u8],
    options: &ReadOptions,
) -> Result<List<'a, ApprovalResource<'a>>, ReadError> {
    read_list(bytes, options, |reader| Ok(read_one(reader)?.0))
}

/// Reads an approval. Also returns whether any member of an approval occurs, apart from annotations.
fn read_one<'a>(reader: &mut Reader<'a>) -> Result<(ApprovalResource<'a>, bool), ReadError> {
    read_members(reader, |reader, name, approval: &mut ApprovalResource<'a>| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&["approval"])?,
            "@odata.context" => approval.context = reader.text()?,
            "id" => approval.id = reader.id()?,
            "stages" | "steps" => {
                let read = reader.array(|reader| Ok(read_one_stage(reader)?.0))?;
                reader.merge(&mut approval.stages, read, other(name, "stages", "steps"))?;
            },
        } else known => {
            reader.unknown(name, known)?;
            return Ok(false);
        });
        Ok(true)
    })
}

impl Json for ApprovalResource<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.optional(name!("@odata.context"), self.context.as_ref());
            // Write this even if it is null: an object without members would not be recognized as an approval (rule
            // J15).
            object.member(name!("id"), self.id);
            object.optional(api.pick(name!("stages"), name!("steps")), self.stages.as_deref());
        });
    }
}

impl_write!(ApprovalResource);
impl_write_list!(ApprovalResource);
