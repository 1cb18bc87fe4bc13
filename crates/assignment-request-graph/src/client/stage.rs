//! The stages of an approval.

use std::borrow::Cow;

use assignment_request::{
    ApprovalDecision, ApprovalStageId, Denial, Phase, Request, Review, SubjectId, Timestamp, named,
    parse_names,
};

use crate::client::additional_data::{AdditionalData, impl_add_member};
use crate::client::list::{List, impl_write, impl_write_list, read_list, read_members, read_resource};
use crate::client::viewer::Viewer;
use crate::json::member::match_member;
use crate::json::name::{Plain, read_name};
use crate::json::reader::Reader;
use crate::json::value::Text;
use crate::json::writer::{Json, name, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::ReadError;
use crate::vocabulary::name::Name;
use crate::vocabulary::options::ReadOptions;

const IDENTITY_SCHEMA: &[&str] = &["homeTenantId", "homeTenantName", "ipAddress", "userPrincipalName"];

/// `approvalStage`, in beta `approvalStep`: a stage of an approval.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StageResource<'a> {
    /// `@odata.context`.
    pub context: Text<'a>,
    /// `id`.
    pub id: Option<ApprovalStageId>,
    /// `displayName`.
    pub display_name: Text<'a>,
    /// `reviewedDateTime`.
    pub reviewed: Option<Timestamp>,
    /// `reviewResult`.
    pub review_result: Option<Name<'a, ReviewResult>>,
    /// `status`.
    pub status: Option<Name<'a, StageStatus>>,
    /// `assignedToMe`: whether the viewer may decide the stage.
    pub assigned_to_me: Option<bool>,
    /// `justification`: the reason for the decision.
    pub justification: Text<'a>,
    /// `reviewedBy`: the approver who decided.
    pub reviewed_by: Option<IdentityResource<'a>>,
}

/// `identity`, in beta `userIdentity`: the approver who decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdentityResource<'a> {
    /// `id`.
    pub id: Option<SubjectId>,
    /// `displayName`.
    pub display_name: Text<'a>,
    /// The other members of the schema.
    pub additional_data: AdditionalData<'a>,
}

named! {
    /// The result of a stage.
    pub enum ReviewResult {
        /// No one has decided yet.
        NotReviewed = "NotReviewed",
        /// The stage is approved.
        Approve = "Approve",
        /// The request is denied.
        Deny = "Deny",
    }
}

parse_names!(ReviewResult, in_any_case);

named! {
    /// The status of a stage.
    pub enum StageStatus {
        /// The stage is open: an approver must decide.
        InProgress = "InProgress",
        /// The stage is not open, and no one has decided. It opens later, or never.
        Initializing = "Initializing",
        /// An approver has decided.
        Completed = "Completed",
        /// No one decided in time.
        Expired = "Expired",
    }
}

parse_names!(StageStatus, in_any_case);

impl From<ApprovalDecision> for ReviewResult {
    fn from(decision: ApprovalDecision) -> Self {
        match decision {
            ApprovalDecision::Approve => Self::Approve,
            ApprovalDecision::Deny => Self::Deny,
        }
    }
}

impl<'a> StageResource<'a> {
    /// Returns the approval stage of `request` with this index, as `viewer` sees it.
    #[must_use]
    pub fn of(request: &'a Request, index: u32, viewer: Option<&Viewer<'_>>) -> Self {
        let review = usize::try_from(index).ok().and_then(|index| request.reviews().get(index));
        let justification = review.and_then(|review| review.justification.as_deref());
        let result = review.map_or(ReviewResult::NotReviewed, |review| review.decision.into());
        Self {
            context: None,
            id: request.approval_stage_id(index),
            display_name: None,
            reviewed: review.map(|review| review.at),
            review_result: Some(Name::Known(result)),
            status: Some(Name::Known(status(request, index, review))),
            assigned_to_me: Some(viewer.is_some_and(|viewer| viewer.is_assigned(request, index))),
            justification: Some(Cow::Borrowed(justification.unwrap_or_default())),
            reviewed_by: review
                .map(|review| IdentityResource { id: Some(review.approver), ..IdentityResource::default() }),
        }
    }
}

fn status(request: &Request, index: u32, review: Option<&Review>) -> StageStatus {
    if review.is_some() {
        return StageStatus::Completed;
    }
    let is_next = usize::try_from(index).is_ok_and(|index| index == request.reviews().len());
    match request.phase() {
        Phase::PendingApproval { stage, .. } if stage == index => StageStatus::InProgress,
        Phase::Denied(Denial::ApprovalExpired) if is_next => StageStatus::Expired,
        Phase::PendingApproval { .. }
        | Phase::Denied(
            Denial::ApprovalExpired
            | Denial::Approver
            | Denial::Callback
            | Denial::WindowPassed
            | Denial::NotProcessed,
        )
        | Phase::Accepted { .. }
        | Phase::WaitingForCallback { .. }
        | Phase::Scheduled { .. }
        | Phase::Delivering { .. }
        | Phase::Delivered
        | Phase::PartiallyDelivered
        | Phase::DeliveryFailed(_)
        | Phase::Canceled(_) => StageStatus::Initializing,
    }
}

/// Reads an approval stage (v1.0) or step (beta) as a response shows it.
///
/// # Errors
///
/// Returns the first fault of the JSON text, or else the first fault of the shape; [`ReadCode`](crate::ReadCode) lists
/// both. Otherwise returns `unrecognizedBody` if no member of a stage occurs.
pub fn read_stage<'a>(bytes: &'a [u8], options: &ReadOptions) -> Result<StageResource<'a>, ReadError> {
    read_resource(bytes, options, "approvalStage", read_one_stage)
}

/// Reads a list of approval stages or steps.
///
/// # Errors
///
/// Returns the faults of [`read_stage`], and `missing` if there is no `value`.
pub fn read_stage_list<'a>(
    bytes: &'a [u8],
    options: &ReadOptions,
) -> Result<List<'a, StageResource<'a>>, ReadError> {
    read_list(bytes, options, |reader| Ok(read_one_stage(reader)?.0))
}

/// Reads a stage. Also returns whether any member of a stage occurs, apart from annotations.
pub(super) fn read_one_stage<'a>(reader: &mut Reader<'a>) -> Result<(StageResource<'a>, bool), ReadError> {
    read_members(reader, |reader, name, stage: &mut StageResource<'a>| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&["approvalStage", "approvalStep"])?,
            "@odata.context" => stage.context = reader.text()?,
            "id" => stage.id = reader.id()?,
            "displayName" => stage.display_name = reader.text()?,
            "reviewedDateTime" => stage.reviewed = reader.timestamp()?,
            "reviewResult" => stage.review_result = read_name(reader)?,
            "status" => stage.status = read_name(reader)?,
            "assignedToMe" => stage.assigned_to_me = reader.boolean()?,
            "justification" => stage.justification = reader.text()?,
            "reviewedBy" => stage.reviewed_by = read_identity(reader)?,
        } else known => {
            reader.unknown(name, known)?;
            return Ok(false);
        });
        Ok(true)
    })
}

fn read_identity<'a>(reader: &mut Reader<'a>) -> Result<Option<IdentityResource<'a>>, ReadError> {
    let mut identity = IdentityResource::default();
    let is_there = reader.object(|reader, name| {
        match_member!(reader, name, {
            "id" => identity.id = reader.id()?,
            "displayName" => identity.display_name = reader.text()?,
        } else known => identity.additional_data.read(reader, name, IDENTITY_SCHEMA, known)?);
        Ok(())
    })?;
    Ok(is_there.then_some(identity))
}

/// Results and statuses are in `PascalCase` in both generations, because the schema has them as text.
impl Json for StageResource<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.optional(name!("@odata.context"), self.context.as_ref());
            object.optional(name!("id"), self.id);
            object.member(name!("displayName"), &self.display_name);
            object.member(name!("reviewedDateTime"), self.reviewed);
            object.member(name!("reviewResult"), self.review_result.as_ref().map(Plain));
            object.member(name!("status"), self.status.as_ref().map(Plain));
            object.member(name!("assignedToMe"), self.assigned_to_me);
            object.member(name!("justification"), &self.justification);
            object.member(name!("reviewedBy"), &self.reviewed_by);
        });
    }
}

impl Json for IdentityResource<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.member(name!("id"), self.id);
            object.member(name!("displayName"), &self.display_name);
            self.additional_data.write(object);
        });
    }
}

impl_write!(StageResource);
impl_write_list!(StageResource);
impl_add_member!(IdentityResource, IDENTITY_SCHEMA);
