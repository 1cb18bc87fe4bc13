//! The request resource.

use std::borrow::Cow;

use assignment_request::{Request, RequestType, State, Status, Timestamp};
use uuid::Uuid;

use super::additional_data::{AdditionalData, Text};
use super::answer::{AnswerResource, read_answer};
use super::assignment::{AssignmentResource, SubjectResource, read_assignment, read_subject};
use super::callout::{CalloutResource, read_callout};
use super::list::{List, read_list, read_resource};
use super::name::{Name, read_name};
use super::schedule::{ScheduleResource, read_schedule};
use crate::json::{Reader, match_member};
use crate::{ReadError, ReadOptions};

const REQUEST_TYPE: &str = "accessPackageAssignmentRequest";

const REQUEST_SCHEMA: &[&str] = &[
    "accessPackage",
    "customExtensionHandlerInstances",
    "expirationDateTime",
    "history",
    "parameters",
    "verifiedCredentialsData",
];

/// `accessPackageAssignmentRequest`: what Graph shows of a request, in the names of v1.0.
///
/// It is read from a response, or made of a [`Request`]; and written in either generation's shape.
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
    pub id: Option<Uuid>,
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
    /// The other members of the schema.
    pub additional_data: AdditionalData<'a>,
}

/// What is shown of a request.
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
    /// The answers of `request`.
    pub(crate) fn answers_of(request: &'a Request) -> impl Iterator<Item = AnswerResource<'a>> + Clone {
        request.answers().iter().map(AnswerResource::from)
    }

    /// The callouts of `request`.
    pub(crate) fn callouts_of(request: &'a Request) -> impl Iterator<Item = CalloutResource<'a>> + Clone {
        request.callouts().iter().map(|callout| CalloutResource::of(request, callout))
    }

    /// What is shown of `request`, but for its answers and callouts.
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
            additional_data: AdditionalData::NONE,
        }
    }
}

/// Reads a request as a response shows it, of v1.0 or beta or both. No member is required: a response can be asked to
/// show only some.
///
/// # Errors
///
/// The first fault of the JSON text, else the first fault of the shape ([`ReadCode`](crate::ReadCode) has both), else
/// `unrecognizedBody` if no member of a request occurs. Unknown names of enumerations are no fault (rule J6).
pub fn read_request<'a>(bytes: &'a [u8], options: &ReadOptions) -> Result<RequestResource<'a>, ReadError> {
    read_resource(bytes, options, REQUEST_TYPE, read)
}

/// Reads a list of requests.
///
/// # Errors
///
/// Those of [`read_request`], and `missing` where there is no `value`.
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
    read_list(bytes, options, |reader, text| Ok(read(reader, text)?.0))
}

/// Reads a request. Also returns whether any member of one occurs, annotations aside.
fn read<'a>(reader: &mut Reader<'a>, text: &'a str) -> Result<(RequestResource<'a>, bool), ReadError> {
    let mut request = RequestResource::default();
    let mut is_recognized = false;
    reader.members(|reader, name| {
        let mut is_known = !name.contains("@odata.");
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
            "createdDateTime" => request.created = reader.moment()?,
            "completedDateTime" | "completedDate" => {
                let read = reader.moment()?;
                let other = other(name, "completedDateTime", "completedDate");
                reader.merge(&mut request.completed, read, other)?;
            },
            "isValidationOnly" => request.is_validation_only = reader.boolean()?,
            "schedule" => request.schedule = read_schedule(reader, text)?,
            "justification" => request.justification = reader.text()?,
            "answers" => request.answers = reader.array(|reader| read_answer(reader, text))?,
            "assignment" | "accessPackageAssignment" => {
                let read = read_assignment(reader, text)?;
                let other = other(name, "assignment", "accessPackageAssignment");
                reader.merge(&mut request.assignment, read, other)?;
            },
            "requestor" => request.requestor = read_subject(reader, text)?,
            "customExtensionCalloutInstances" => request.callouts = reader.array(read_callout)?,
        } else known => {
            is_known = REQUEST_SCHEMA.contains(&name);
            request.additional_data.read(reader, text, name, REQUEST_SCHEMA, known)?;
        });
        is_recognized |= is_known;
        Ok(())
    })?;
    Ok((request, is_recognized))
}

/// The one of two names that `name` is not (rule J5).
pub(super) fn other(name: &str, one: &'static str, another: &'static str) -> &'static str {
    if name == one { another } else { one }
}
