//! The history of a request, which beta shows.

use std::borrow::Cow;

use assignment_request::{Cancellation, DenialReason, Event, EventKind, Request, SubjectId, Timestamp};

use crate::json::member::match_member;
use crate::json::reader::Reader;
use crate::json::value::Text;
use crate::json::writer::{Json, name, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::ReadError;

/// `requestActivity`: something that happened to a request. Only beta has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActivityResource<'a> {
    /// `action`: what happened.
    pub action: Text<'a>,
    /// `actionDateTime`: when it happened.
    pub at: Option<Timestamp>,
    /// `scheduledDateTime`: when delivery begins, if it is scheduled for later.
    pub scheduled: Option<Timestamp>,
    /// `detail`: the justification of a user, or the reason that an extension or the host gave.
    pub detail: Text<'a>,
    /// `userDisplayName`: the name of the subject who did it. `None` if it happened by itself.
    pub user_display_name: Text<'a>,
    /// `userPrincipalName`.
    pub user_principal_name: Text<'a>,
}

/// Returns the history of `request`: one activity for each of its events, in their order. `display_name` returns the
/// name of a subject who did something, or `None` if the host does not know it.
///
/// ```
/// use assignment_request::{
///     AccessPackageId, Actor, Draft, Limits, Policy, PolicySpec, RequestId, RequestType, RequestorSettings, Role,
///     SubjectId, Timestamp,
/// };
/// use assignment_request_graph::{ApiVersion, RequestResource, history_of};
///
/// let requestor_settings = RequestorSettings { self_add: true, ..RequestorSettings::default() };
/// let policy = Policy::compile(&PolicySpec { requestor_settings, ..PolicySpec::default() }, &Limits::default())?;
/// let ada = Actor::new(SubjectId::from_u128(0xada), Role::User);
/// let draft = Draft { access_package_id: Some(AccessPackageId::from_u128(1)), ..Draft::new(RequestType::UserAdd) };
/// let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
/// let (request, submitted) = policy.submit(RequestId::from_u128(2), &draft, None, ada, now)?;
///
/// let events = [submitted];
/// let mut resource = RequestResource::from(&request);
/// resource.history = Some(history_of(&request, &events, |id| (id == ada.id).then_some("Ada".into())));
/// let mut body = Vec::new();
/// resource.write(ApiVersion::Beta, &mut body);
/// let body = String::from_utf8(body)?;
/// assert!(body.contains(r#""history":[{"action":"Submitted","actionDateTime":"2026-01-05T09:00:00Z","#));
/// assert!(body.contains(r#""userDisplayName":"Ada""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn history_of<'a>(
    request: &'a Request,
    events: &'a [Event],
    mut display_name: impl FnMut(SubjectId) -> Option<Cow<'a, str>>,
) -> Vec<ActivityResource<'a>> {
    let activity = |event: &'a Event| ActivityResource {
        action: Some(action(event)),
        at: Some(event.at),
        scheduled: scheduled(&event.kind),
        detail: detail(request, &event.kind).map(Cow::Borrowed),
        user_display_name: user(request, &event.kind).and_then(&mut display_name),
        user_principal_name: None,
    };
    events.iter().map(activity).collect()
}

/// Returns the event's name in `PascalCase`, as beta writes values. Names are ASCII.
fn action(event: &Event) -> Cow<'static, str> {
    let mut name = event.name().to_owned();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    Cow::Owned(name)
}

const fn scheduled(event: &EventKind) -> Option<Timestamp> {
    match event {
        EventKind::Scheduled { start } => Some(*start),
        _ => None,
    }
}

/// Returns what was said about an event.
fn detail<'a>(request: &'a Request, event: &'a EventKind) -> Option<&'a str> {
    match event {
        EventKind::Submitted(_) => request.justification(),
        EventKind::CalloutFailed { detail, .. } | EventKind::CallbackReceived { detail, .. } => {
            detail.as_deref()
        }
        EventKind::StageApproved { justification, .. }
        | EventKind::Denied(DenialReason::Approver { justification, .. }) => justification.as_deref(),
        _ => None,
    }
}

/// Returns the subject who made an event happen. `None` if it happened by itself, or follows from another event.
fn user(request: &Request, event: &EventKind) -> Option<SubjectId> {
    match event {
        EventKind::Submitted(_) => Some(request.requestor()),
        EventKind::CallbackReceived { actor, .. } | EventKind::Reprocessed { actor } => Some(actor.id),
        EventKind::StageApproved { approver, .. }
        | EventKind::Denied(DenialReason::Approver { approver, .. }) => Some(*approver),
        EventKind::Canceled(
            Cancellation::Requestor(id) | Cancellation::Administrator(id) | Cancellation::System(id),
        ) => Some(*id),
        _ => None,
    }
}

pub(super) fn read_activity<'a>(reader: &mut Reader<'a>) -> Result<ActivityResource<'a>, ReadError> {
    let mut activity = ActivityResource::default();
    reader.members(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&["requestActivity"])?,
            "action" => activity.action = reader.text()?,
            "actionDateTime" => activity.at = reader.timestamp()?,
            "scheduledDateTime" => activity.scheduled = reader.timestamp()?,
            "detail" => activity.detail = reader.text()?,
            "userDisplayName" => activity.user_display_name = reader.text()?,
            "userPrincipalName" => activity.user_principal_name = reader.text()?,
        });
        Ok(())
    })?;
    Ok(activity)
}

impl Json for ActivityResource<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.member(name!("action"), &self.action);
            object.member(name!("actionDateTime"), self.at);
            object.member(name!("scheduledDateTime"), self.scheduled);
            object.member(name!("detail"), &self.detail);
            object.member(name!("userDisplayName"), &self.user_display_name);
            object.member(name!("userPrincipalName"), &self.user_principal_name);
        });
    }
}
