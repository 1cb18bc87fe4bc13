//! Writing: resources, callouts, bodies, policies, errors (rules J10 and J11).

mod approval;
mod body;
mod callout;
mod error;
mod json;
mod request;
mod shape;

use assignment_request::{Approver, ApproverKind, Callout, Escalation, Phase, Request};
use serde::Serialize;
use uuid::Uuid;

pub use body::{write_create, write_decision, write_policy, write_resume};
pub use error::{ErrorBody, ErrorDetail, InnerError};

use self::callout::CalloutBody;
use self::json::{Items, Json};
use self::request::write_request_with;
use crate::{ApiVersion, ApprovalResource, List, RequestResource, StageResource};

/// Appends the request resource, as a response to create or get shows it, to `out`.
///
/// ```
/// use assignment_request::{
///     Actor, Draft, Limits, Timestamp, Policy, PolicySpec, RequestType, Role,
/// };
/// use assignment_request_graph::{ApiVersion, write_request};
/// use uuid::Uuid;
///
/// let policy = Policy::compile(&PolicySpec::EMPTY, &Limits::DEFAULT)?;
/// let mut draft = Draft::new(RequestType::SystemAdd);
/// draft.access_package_id = Some(Uuid::from_u128(1));
/// draft.assignment_policy_id = Some(Uuid::from_u128(2));
/// draft.target_id = Some(Uuid::from_u128(3));
/// let system = Actor::new(Uuid::from_u128(4), Role::System);
/// let now: Timestamp = "2026-01-05T10:00:00+01:00".parse()?;
/// let (request, _) = policy.submit(Uuid::from_u128(5), &draft, None, system, now)?;
///
/// let mut body = Vec::new();
/// write_request(&request, ApiVersion::V1_0, &mut body);
/// assert!(body.starts_with(
///     br#"{"id":"00000000-0000-0000-0000-000000000005","requestType":"systemAdd","state":"submitted","status":"Accepted","createdDateTime":"2026-01-05T09:00:00Z","completedDateTime":null,"#
/// ));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_request(request: &Request, api: ApiVersion, out: &mut Vec<u8>) {
    let answers = Items(RequestResource::answers_of(request));
    let callouts = Items(RequestResource::callouts_of(request));
    write_request_with(&RequestResource::without_lists(request), Some(answers), Some(callouts), api, out);
}

/// Appends the approval of a request, with its stages, to `out`, as `asker` sees it; none is a service, to which no
/// stage is assigned.
///
/// ```
/// use assignment_request::{Action, Actor, Command, Draft, Limits, Timestamp, Policy, RequestType, Role};
/// use assignment_request_graph::{ApiVersion, Viewer, ReadOptions, read_approval, read_policy, write_approval};
/// use uuid::Uuid;
///
/// let options = ReadOptions::default();
/// let policy = br#"{
///     "requestorSettings": {"enableTargetsToSelfAddAccess": true},
///     "requestApprovalSettings": {
///         "isApprovalRequiredForAdd": true,
///         "stages": [{"durationBeforeAutomaticDenial": "P2D"}]
///     }
/// }"#;
/// let policy = Policy::compile(&read_policy(policy, &options)?, &Limits::DEFAULT)?;
/// let ada = Actor::new(Uuid::from_u128(0xada), Role::User);
/// let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
/// let draft = Draft { access_package_id: Some(Uuid::from_u128(1)), ..Draft::new(RequestType::UserAdd) };
/// let (mut request, _) = policy.submit(Uuid::from_u128(2), &draft, None, ada, now)?;
/// let system = Actor::new(Uuid::from_u128(3), Role::System);
/// request.handle(&Command::new(system, Action::Process { target: None }), now)?;
///
/// // The host found both among the approvers; but nobody decides about access of their own.
/// let assigned = |id| -> Result<_, Box<dyn std::error::Error>> {
///     let mut body = Vec::new();
///     write_approval(&request, Some(&Viewer { id, stages: &[0] }), ApiVersion::V1_0, &mut body);
///     let stages = read_approval(&body, &options)?.stages.unwrap_or_default();
///     Ok(stages.first().and_then(|stage| stage.assigned_to_me))
/// };
/// assert_eq!(assigned(Uuid::from_u128(0x97ace))?, Some(true));
/// assert_eq!(assigned(ada.id)?, Some(false));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_approval(request: &Request, viewer: Option<&Viewer<'_>>, api: ApiVersion, out: &mut Vec<u8>) {
    ApprovalResource::of(request, viewer).write(api, out);
}

/// Appends the body that an extension receives to `out`: `callout` must be one of `request`'s. `api` says under which
/// path the extension calls back; the names and values are the same in both generations.
///
/// ```
/// use assignment_request::{Action, Actor, Command, EventKind, Timestamp, Role};
/// use assignment_request_graph::{ApiVersion, write_callout};
/// use uuid::Uuid;
///
/// # use assignment_request::{Draft, ExtensionBehavior, ExtensionSpec, Limits, Policy, PolicySpec, RequestType, CalloutStage};
/// # let extension = ExtensionSpec { stage: CalloutStage::AssignmentRequestGranted, custom_extension_id: None, behavior: Some(ExtensionBehavior::LaunchAndContinue) };
/// # let policy = Policy::compile(&PolicySpec { extensions: vec![extension], ..PolicySpec::EMPTY }, &Limits::DEFAULT)?;
/// # let draft = Draft {
/// #     access_package_id: Some(Uuid::from_u128(1)),
/// #     assignment_policy_id: Some(Uuid::from_u128(2)),
/// #     target_id: Some(Uuid::from_u128(3)),
/// #     ..Draft::new(RequestType::SystemAdd)
/// # };
/// # let system = Actor::new(Uuid::from_u128(4), Role::System);
/// # let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
/// # let (mut request, submitted) = policy.submit(Uuid::from_u128(5), &draft, None, system, now)?;
/// # let _ = submitted;
/// let events = request.handle(&Command::new(system, Action::Process { target: None }), now)?;
/// for event in &events {
///     let EventKind::CalloutStarted { instance, .. } = event.kind else { continue };
///     let callout = request.callouts().iter().find(|callout| callout.instance() == instance);
///     let mut body = Vec::new();
///     write_callout(&request, callout.ok_or("it was just started")?, ApiVersion::V1_0, &mut body);
///     // Send it to the extension.
///     assert!(body.starts_with(b"{"));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_callout(request: &Request, callout: &Callout, api: ApiVersion, out: &mut Vec<u8>) {
    write(&CalloutBody::of(request, callout, api), out);
}

/// Who asks about an approval, and what the host found about them (rule T6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewer<'a> {
    /// Who asks.
    pub id: Uuid,
    /// The indexes of the stages whose approvers the host found them to be among: the primary ones, or where the stage
    /// is escalated the escalation approvers too. Single users whom an extension named need not be looked up.
    pub stages: &'a [u32],
}

impl Viewer<'_> {
    /// Whether a stage is theirs to decide. For a determined stage, the single users whom the extension named count too.
    /// It never is if they asked for the request, are its target (rule V5), or determined the stage (rule Y12).
    pub(crate) fn is_assigned(&self, request: &Request, stage: u32) -> bool {
        let determination = request.determination(stage);
        let is_barred = request.requestor() == self.id
            || request.target() == Some(self.id)
            || determination.is_some_and(|determination| determination.by() == self.id);
        let is_escalated = match request.phase() {
            Phase::PendingApproval { stage: open, escalation: Escalation::Escalated, .. } => open == stage,
            Phase::PendingApproval { escalation: Escalation::Disabled | Escalation::At(_), .. }
            | Phase::Accepted { .. }
            | Phase::WaitingForCallback { .. }
            | Phase::Scheduled { .. }
            | Phase::Delivering { .. }
            | Phase::Delivered
            | Phase::PartiallyDelivered
            | Phase::DeliveryFailed(_)
            | Phase::Denied(_)
            | Phase::Canceled(_) => false,
        };
        let is_named = determination.is_some_and(|determination| {
            let stage = determination.stage();
            let is_self = |approver: &Approver| approver.kind == ApproverKind::SingleUser(self.id);
            stage.primary_approvers.iter().any(is_self)
                || is_escalated && stage.escalation_approvers.iter().any(is_self)
        });
        !is_barred && (is_named || self.stages.contains(&stage))
    }
}

macro_rules! impl_write {
    ($($type:ty,)+) => {
        $(impl $type {
            /// Appends the JSON to `out`, in the shape of a generation. Names that an enumeration does not have are
            /// written as they came (rule J6).
            pub fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
                Json::write(self, api, out);
            }
        })+
    };
}

impl_write! {
    RequestResource<'_>,
    ApprovalResource<'_>,
    StageResource<'_>,
    List<'_, RequestResource<'_>>,
    List<'_, ApprovalResource<'_>>,
    List<'_, StageResource<'_>>,
}

/// Appends `value` as JSON to `out`.
pub(crate) fn write(value: &(impl Serialize + ?Sized), out: &mut Vec<u8>) {
    let start = out.len();
    // A vector takes every byte, and no type here has a key that is no text, so nothing can fail; half a body would be
    // worse than none.
    if serde_json::to_writer(&mut *out, value).is_err() {
        out.truncate(start);
    }
}
