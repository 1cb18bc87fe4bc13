//! The request resource.

use std::borrow::Cow;

use assignment_request::{Request, RequestId, RequestType, State, Status, Timestamp};

use crate::client::activity::{ActivityResource, read_activity};
use crate::client::additional_data::{AdditionalData, impl_add_member};
use crate::client::answer::{AnswerResource, read_answer};
use crate::client::assignment::{AssignmentResource, SubjectResource, read_assignment, read_subject};
use crate::client::callout::{CalloutResource, read_callout};
use crate::client::list::{List, impl_write, impl_write_list, read_list, read_members, read_resource};
use crate::client::schedule::{ScheduleResource, read_schedule};
use crate::json::member::{match_member, other};
use crate::json::name::{Cased, read_name};
use crate::json::reader::Reader;
use crate::json::value::{Text, UNKNOWN_FUTURE_VALUE};
use crate::json::writer::{Items, Json, name, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::ReadError;
use crate::vocabulary::name::Name;
use crate::vocabulary::options::ReadOptions;

const REQUEST_TYPE: &str = "accessPackageAssignmentRequest";

const REQUEST_SCHEMA: &[&str] = &[
    "accessPackage",
    "customExtensionHandlerInstances",
    "expirationDateTime",
    "parameters",
    "verifiedCredentialsData",
];

/// `accessPackageAssignmentRequest`: Graph's view of a request, in the names of v1.0.
///
/// It is read from a response or made from a [`Request`], and can be written in the shape of either generation.
///
/// ```
/// use assignment_request::State;
/// use assignment_request_graph::{ApiVersion, Name, ReadOptions, read_request};
///
/// let body = br#"{ "requestType": "AdminAdd", "requestState": "Submitted", "requestStatus": "Accepted" }"#;
/// let request = read_request(body, &ReadOptions::default())?;
/// assert_eq!(request.state, Some(Name::Known(State::Submitted)));
///
/// let mut written = Vec::new();
/// request.write(ApiVersion::V1_0, &mut written);
/// assert!(written.starts_with(br#"{"requestType":"adminAdd","state":"submitted","status":"Accepted""#));
/// assert_eq!(read_request(&written, &ReadOptions::default())?, request);
/// # Ok::<(), assignment_request_graph::ReadError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestResource<'a> {
    /// `@odata.context`.
    pub context: Text<'a>,
    /// `id`.
    pub id: Option<RequestId>,
    /// `requestType`.
    pub request_type: Option<Name<'a, RequestType>>,
    /// `state`, in beta `requestState`.
    pub state: Option<Name<'a, State>>,
    /// `status`, in beta `requestStatus`.
    pub status: Option<Name<'a, Status>>,
    /// `createdDateTime`.
    pub created: Option<Timestamp>,
    /// `completedDateTime`, in beta `completedDate`.
    pub completed: Option<Timestamp>,
    /// `isValidationOnly`.
    pub is_validation_only: Option<bool>,
    /// `schedule`.
    pub schedule: Option<ScheduleResource<'a>>,
    /// `justification`.
    pub justification: Text<'a>,
    /// `answers`.
    pub answers: Option<Vec<AnswerResource<'a>>>,
    /// `assignment`, in beta `accessPackageAssignment`.
    pub assignment: Option<AssignmentResource<'a>>,
    /// `requestor`.
    pub requestor: Option<SubjectResource<'a>>,
    /// `customExtensionCalloutInstances`.
    pub callouts: Option<Vec<CalloutResource<'a>>>,
    /// `history`, which only beta has. A [`Request`] does not know its events:
    /// [`history_of`](crate::history_of) makes the history from them.
    pub history: Option<Vec<ActivityResource<'a>>>,
    /// The other members of the schema.
    pub additional_data: AdditionalData<'a>,
}

/// Returns the resource that a response contains for a request.
impl<'a> From<&'a Request> for RequestResource<'a> {
    fn from(request: &'a Request) -> Self {
        Self {
            answers: Some(Self::answers_of(request).collect()),
            callouts: Some(Self::callouts_of(request).collect()),
            ..Self::without_lists(request)
        }
    }
}

impl<'a> RequestResource<'a> {
    /// Replaces a type of request that a v1.0 client may not know with `unknownFutureValue`. Call it before the request
    /// is written for a client that did not send `Prefer: include-unknown-enum-members`.
    ///
    /// Graph's enumerations in v1.0 grew after they were published, and older clients fail at the later names. They are
    /// `approverRemove`, and `userExtend`, which is in no published enumeration. Every state and every status of a
    /// callout is older. In beta, types are text, and nothing is replaced.
    ///
    /// ```
    /// use assignment_request::RequestType;
    /// use assignment_request_graph::{ApiVersion, Name, RequestResource};
    ///
    /// let mut request = RequestResource {
    ///     request_type: Some(RequestType::ApproverRemove.into()),
    ///     ..RequestResource::default()
    /// };
    /// request.hide_later_names(ApiVersion::V1_0);
    /// assert_eq!(request.request_type, Some(Name::Other("unknownFutureValue".into())));
    /// ```
    pub fn hide_later_names(&mut self, api: ApiVersion) {
        let is_later = |name: &Name<'_, RequestType>| {
            matches!(name, Name::Known(RequestType::ApproverRemove | RequestType::UserExtend))
        };
        if api == ApiVersion::V1_0 && self.request_type.as_ref().is_some_and(is_later) {
            self.request_type = Some(Name::Other(Cow::Borrowed(UNKNOWN_FUTURE_VALUE)));
        }
    }

    /// Returns the answers of `request`.
    pub(crate) fn answers_of(request: &'a Request) -> impl Iterator<Item = AnswerResource<'a>> + Clone {
        request.answers().iter().map(AnswerResource::from)
    }

    /// Returns the callouts of `request`.
    pub(crate) fn callouts_of(request: &'a Request) -> impl Iterator<Item = CalloutResource<'a>> + Clone {
        request.callouts().iter().map(|callout| CalloutResource::of(request, callout))
    }

    /// Returns the resource of `request` without answers and callouts.
    pub(crate) fn without_lists(request: &'a Request) -> Self {
        Self {
            context: None,
            id: Some(request.id()),
            request_type: Some(Name::Known(request.request_type())),
            state: Some(Name::Known(request.state())),
            status: Some(Name::Known(request.status())),
            created: Some(request.created()),
            completed: request.completed(),
            is_validation_only: Some(request.is_validation_only()),
            schedule: Some(ScheduleResource::from(request.schedule())),
            justification: request.justification().map(Cow::Borrowed),
            answers: None,
            assignment: Some(AssignmentResource::of(request)),
            requestor: Some(SubjectResource::of(Some(request.requestor()))),
            callouts: None,
            history: None,
            additional_data: AdditionalData::NONE,
        }
    }
}

/// Appends the request resource to `out`, as in the response to create or get.
///
/// ```
/// use assignment_request::{
///     AccessPackageId, Actor, Draft, Limits, Policy, PolicyId, PolicySpec, RequestId, RequestType, Role,
///     SubjectId, Timestamp,
/// };
/// use assignment_request_graph::{ApiVersion, write_request};
///
/// let policy = Policy::compile(&PolicySpec::default(), &Limits::default())?;
/// let mut draft = Draft::new(RequestType::SystemAdd);
/// draft.access_package_id = Some(AccessPackageId::from_u128(1));
/// draft.assignment_policy_id = Some(PolicyId::from_u128(2));
/// draft.target_id = Some(SubjectId::from_u128(3));
/// let system = Actor::new(SubjectId::from_u128(4), Role::System);
/// let now: Timestamp = "2026-01-05T10:00:00+01:00".parse()?;
/// let (request, _) = policy.submit(RequestId::from_u128(5), &draft, None, system, now)?;
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

/// Reads a request from a response, with the names of v1.0, of beta or of both. No member is required, since a client
/// can ask for only some of the members.
///
/// # Errors
///
/// Returns the first fault of the JSON text, or else the first fault of the shape; [`ReadCode`](crate::ReadCode) lists
/// both. Otherwise returns `unrecognizedBody` if no member of a request occurs. Names that are not in their enumeration
/// are accepted (rule J6).
pub fn read_request<'a>(bytes: &'a [u8], options: &ReadOptions) -> Result<RequestResource<'a>, ReadError> {
    read_resource(bytes, options, REQUEST_TYPE, read)
}

/// Reads a list of requests.
///
/// # Errors
///
/// Returns the faults of [`read_request`], and `missing` if there is no `value`.
///
/// ```
/// use assignment_request::State;
/// use assignment_request_graph::{Name, ReadOptions, read_request_list};
///
/// let body = br#"{ "@odata.count": 1, "value": [ { "state": "pendingApproval" } ] }"#;
/// let page = read_request_list(body, &ReadOptions::default())?;
/// let states: Vec<_> = page.value.into_iter().filter_map(|request| request.state).collect();
/// assert_eq!(states, [Name::Known(State::PendingApproval)]);
/// # Ok::<(), assignment_request_graph::ReadError>(())
/// ```
pub fn read_request_list<'a>(
    bytes: &'a [u8],
    options: &ReadOptions,
) -> Result<List<'a, RequestResource<'a>>, ReadError> {
    read_list(bytes, options, |reader| Ok(read(reader)?.0))
}

/// Reads a request. Also returns whether any member of a request occurs, apart from annotations.
fn read<'a>(reader: &mut Reader<'a>) -> Result<(RequestResource<'a>, bool), ReadError> {
    read_members(reader, |reader, name, request: &mut RequestResource<'a>| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&[REQUEST_TYPE])?,
            "@odata.context" => request.context = reader.text()?,
            "id" => request.id = reader.id()?,
            "requestType" => request.request_type = read_name(reader)?,
            "state" | "requestState" => {
                let read = read_name(reader)?;
                reader.merge(&mut request.state, read, other(name, "state", "requestState"))?;
            },
            "status" | "requestStatus" => {
                let read = read_name(reader)?;
                reader.merge(&mut request.status, read, other(name, "status", "requestStatus"))?;
            },
            "createdDateTime" => request.created = reader.timestamp()?,
            "completedDateTime" | "completedDate" => {
                let read = reader.timestamp()?;
                let other = other(name, "completedDateTime", "completedDate");
                reader.merge(&mut request.completed, read, other)?;
            },
            "isValidationOnly" => request.is_validation_only = reader.boolean()?,
            "schedule" => request.schedule = read_schedule(reader)?,
            "justification" => request.justification = reader.text()?,
            "answers" => request.answers = reader.array(|reader| read_answer(reader))?,
            "assignment" | "accessPackageAssignment" => {
                let read = read_assignment(reader)?;
                let other = other(name, "assignment", "accessPackageAssignment");
                reader.merge(&mut request.assignment, read, other)?;
            },
            "requestor" => request.requestor = read_subject(reader)?,
            "customExtensionCalloutInstances" => request.callouts = reader.array(read_callout)?,
            "history" => request.history = reader.array(read_activity)?,
        } else known => {
            request.additional_data.read(reader, name, REQUEST_SCHEMA, known)?;
            return Ok(REQUEST_SCHEMA.contains(&name));
        });
        Ok(true)
    })
}

impl Json for RequestResource<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_request_with(self, self.answers.as_deref(), self.callouts.as_deref(), api, out);
    }
}

/// Writes a request with the given answers and callouts instead of its own, so no lists have to be built for them.
///
/// Values that the request does not have are written as null if published responses do that too (rule J10).
fn write_request_with(
    request: &RequestResource<'_>,
    answers: Option<impl Json>,
    callouts: Option<impl Json>,
    api: ApiVersion,
    out: &mut Vec<u8>,
) {
    write_object(api, out, |object| {
        object.optional(name!("@odata.context"), request.context.as_ref());
        object.optional(name!("id"), request.id);
        object.optional(name!("requestType"), request.request_type.as_ref().map(Cased));
        object.optional(api.pick(name!("state"), name!("requestState")), request.state.as_ref().map(Cased));
        object
            .optional(api.pick(name!("status"), name!("requestStatus")), request.status.as_ref().map(Cased));
        object.member(name!("createdDateTime"), request.created);
        object.member(api.pick(name!("completedDateTime"), name!("completedDate")), request.completed);
        object.optional(name!("isValidationOnly"), request.is_validation_only);
        object.optional(name!("schedule"), request.schedule.as_ref());
        object.member(name!("justification"), &request.justification);
        object.optional(name!("answers"), answers);
        let assignment = api.pick(name!("assignment"), name!("accessPackageAssignment"));
        object.optional(assignment, request.assignment.as_ref());
        object.optional(name!("requestor"), request.requestor.as_ref());
        object.optional(name!("customExtensionCalloutInstances"), callouts);
        if api == ApiVersion::Beta {
            object.optional(name!("history"), request.history.as_deref());
        }
        request.additional_data.write(object);
    });
}

impl_write!(RequestResource);
impl_write_list!(RequestResource);
impl_add_member!(RequestResource, REQUEST_SCHEMA);
