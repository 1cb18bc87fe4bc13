//! The body that an extension receives.

use std::borrow::Cow;
use std::str::FromStr;

use assignment_request::{
    AccessPackageId, Answer, AssignmentId, Callout, CalloutId, CalloutStage, Extension, IdError, Period,
    QuestionId, Request, RequestId, RequestType, State, Status, SubjectId,
};

use crate::bodies::question_type::{ANSWER_TYPE, question_type, read_question_kind};
use crate::http::operation::Operation;
use crate::json::body::{BodyKind, read_body};
use crate::json::member::match_member;
use crate::json::name::{Pascal, read_name};
use crate::json::reader::Reader;
use crate::json::type_name::TypeName;
use crate::json::writer::{Bare, Items, Json, Shown, name, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::ReadError;
use crate::vocabulary::name::Name;
use crate::vocabulary::options::ReadOptions;

/// The type of the body.
const CALLOUT_TYPE: TypeName = TypeName::new("#microsoft.graph.accessPackageAssignmentRequestCalloutData");

/// The type of a callback configuration of an extension that determines an approval stage.
const DETERMINING_CALLBACK_TYPE: TypeName =
    TypeName::new("#microsoft.graph.accessPackageRequestApprovalStageCallbackConfiguration");

/// The types of a callback configuration: the general one, and that of an extension that determines an approval stage.
pub(crate) const CALLBACK_TYPES: &[&str] =
    &["customExtensionCallbackConfiguration", DETERMINING_CALLBACK_TYPE.bare()];

/// The body of a callout, `accessPackageAssignmentRequestCalloutData`: the data about a request that an extension
/// receives.
///
/// Two forms are published. The documented form has names in camelCase. The form that is sent is flat, with names and
/// values in `PascalCase`. Both are read, even if one body mixes them.
///
/// ```
/// use assignment_request::CalloutStage;
/// use assignment_request_graph::{Name, ReadOptions, read_callout};
///
/// let body = br#"{
///     "CallbackUriPath": "/identityGovernance/entitlementManagement/accessPackageAssignmentRequests/.../resume",
///     "CustomExtensionStageInstanceId": "957d0c50-466b-4840-bb5b-c92cea7141ff",
///     "Stage": "AssignmentRequestCreated",
///     "CallbackConfiguration": {"DurationBeforeTimeout": "PT1H"}
/// }"#;
/// let callout = read_callout(body, &ReadOptions::default())?;
/// assert_eq!(callout.stage, Name::Known(CalloutStage::AssignmentRequestCreated));
/// assert_eq!(callout.timeout.map(|timeout| timeout.to_string()).as_deref(), Some("PT1H"));
/// # Ok::<(), assignment_request_graph::ReadError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalloutData<'a> {
    /// `customExtensionStageInstanceId`: the callout, which the resume must name.
    pub instance: CalloutId,
    /// `stage`, which the resume must name.
    pub stage: Name<'a, CalloutStage>,
    /// `accessPackageAssignmentRequestId`.
    pub request_id: Option<RequestId>,
    /// `callbackUriPath`: the path of the resume, without the host and the generation.
    pub callback_uri_path: Option<Cow<'a, str>>,
    /// `requestType`.
    pub request_type: Option<Name<'a, RequestType>>,
    /// `state` of the request.
    pub state: Option<Name<'a, State>>,
    /// `status` of the request.
    pub status: Option<Name<'a, Status>>,
    /// How long the request waits for the callback, from `callbackConfiguration`. `None` if it does not wait.
    pub timeout: Option<Period>,
    /// `accessPackage.id`.
    pub access_package_id: Option<AccessPackageId>,
    /// `assignment.id`.
    pub assignment_id: Option<AssignmentId>,
    /// `assignment.target.objectId`: who gets or loses access.
    pub target_id: Option<SubjectId>,
    /// `requestor.objectId`: who made the request.
    pub requestor_id: Option<SubjectId>,
    /// `answers`, in order.
    pub answers: Vec<CalloutAnswer<'a>>,
}

/// An answer in a callout.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CalloutAnswer<'a> {
    /// `answeredQuestion.id`.
    pub question_id: Option<QuestionId>,
    /// `value`.
    pub value: Option<Cow<'a, str>>,
    /// `displayValue`: the text that the policy shows for the value.
    pub display_value: Option<Cow<'a, str>>,
}

/// Reads the body of a callout, in either form.
///
/// # Errors
///
/// Returns the first fault of the JSON text, or else the first fault of the shape; [`ReadCode`](crate::ReadCode) lists
/// both. Otherwise returns `unrecognizedBody` if no member of a callout occurs, or `missing` if
/// `customExtensionStageInstanceId` or `stage`, which a resume must name, is absent.
pub fn read_callout<'a>(bytes: &'a [u8], options: &ReadOptions) -> Result<CalloutData<'a>, ReadError> {
    read_body(bytes, options, BodyKind::Resource, read)
}

fn read<'a>(reader: &mut Reader<'a>) -> Result<CalloutData<'a>, ReadError> {
    let at = reader.value_at()?;
    let (mut instance, mut stage, mut request_id, mut callback_uri_path) = (None, None, None, None);
    let (mut request_type, mut request_state, mut status, mut timeout) = (None, None, None, None);
    let (mut access_package_id, mut assignment, mut requestor_id, mut answers) = (None, None, None, None);
    let mut is_recognized = false;
    reader.members(|reader, name| {
        let is_annotation = name.contains("@odata.");
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(&[CALLOUT_TYPE.bare()])?,
            "customExtensionStageInstanceId" | "CustomExtensionStageInstanceId" => merge(reader, &mut instance, "customExtensionStageInstanceId", Reader::id)?,
            "stage" | "Stage" => merge(reader, &mut stage, "stage", read_name)?,
            "accessPackageAssignmentRequestId" | "AccessPackageAssignmentRequestId" => merge(reader, &mut request_id, "accessPackageAssignmentRequestId", Reader::id)?,
            "callbackUriPath" | "CallbackUriPath" => merge(reader, &mut callback_uri_path, "callbackUriPath", Reader::text)?,
            "requestType" | "RequestType" => merge(reader, &mut request_type, "requestType", read_name)?,
            "state" | "State" => merge(reader, &mut request_state, "state", read_name)?,
            "status" | "Status" => merge(reader, &mut status, "status", read_name)?,
            "callbackConfiguration" | "CallbackConfiguration" => merge(reader, &mut timeout, "callbackConfiguration", read_timeout)?,
            "accessPackage" | "AccessPackage" => merge(reader, &mut access_package_id, "accessPackage", read_reference)?,
            "assignment" | "Assignment" => merge(reader, &mut assignment, "assignment", read_assignment)?,
            "requestor" | "Requestor" => merge(reader, &mut requestor_id, "requestor", read_subject)?,
            "answers" | "Answers" => merge(reader, &mut answers, "answers", |reader| reader.array(read_answer))?,
        } else known => {
            reader.unknown(name, known)?;
            return Ok(());
        });
        is_recognized |= !is_annotation;
        Ok(())
    })?;
    if !is_recognized {
        return Err(reader.unrecognized(at, CALLOUT_TYPE.bare()));
    }
    let Some(instance) = instance else { return Err(reader.missing("customExtensionStageInstanceId")) };
    let Some(stage) = stage else { return Err(reader.missing("stage")) };
    let Assignment { id: assignment_id, target: target_id } = assignment.unwrap_or_default();
    Ok(CalloutData {
        instance,
        stage,
        request_id,
        callback_uri_path,
        request_type,
        state: request_state,
        status,
        timeout,
        access_package_id,
        assignment_id,
        target_id,
        requestor_id,
        answers: answers.unwrap_or_default(),
    })
}

/// Reads a member that may have two names into `slot`.
fn merge<'a, T: PartialEq>(
    reader: &mut Reader<'a>,
    slot: &mut Option<T>,
    name: &str,
    read: impl FnOnce(&mut Reader<'a>) -> Result<Option<T>, ReadError>,
) -> Result<(), ReadError> {
    let value = read(reader)?;
    reader.merge(slot, value, name)
}

/// Reads the time-out of a callback configuration, or null.
fn read_timeout(reader: &mut Reader<'_>) -> Result<Option<Period>, ReadError> {
    let mut timeout = None;
    reader.object(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(CALLBACK_TYPES)?,
            "timeoutDuration" | "durationBeforeTimeout" | "TimeoutDuration" | "DurationBeforeTimeout" => merge(reader, &mut timeout, "timeoutDuration", Reader::duration)?,
        });
        Ok(())
    })?;
    Ok(timeout)
}

/// Reads the id of an object, or null. The object's other members do not matter here.
fn read_reference<T: FromStr<Err = IdError> + PartialEq>(
    reader: &mut Reader<'_>,
) -> Result<Option<T>, ReadError> {
    let mut id = None;
    reader.object(|reader, name| {
        match_member!(reader, name, {
            "id" | "Id" => merge(reader, &mut id, "id", Reader::id)?,
        });
        Ok(())
    })?;
    Ok(id)
}

/// The ids of an assignment and of its target.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Assignment {
    id: Option<AssignmentId>,
    target: Option<SubjectId>,
}

/// Reads an assignment, or null.
fn read_assignment(reader: &mut Reader<'_>) -> Result<Option<Assignment>, ReadError> {
    let (mut id, mut target) = (None, None);
    let is_there = reader.object(|reader, name| {
        match_member!(reader, name, {
            "id" | "Id" => merge(reader, &mut id, "id", Reader::id)?,
            "target" | "Target" => merge(reader, &mut target, "target", read_subject)?,
        });
        Ok(())
    })?;
    Ok(is_there.then_some(Assignment { id, target }))
}

/// Reads the object id of a subject, or null.
fn read_subject(reader: &mut Reader<'_>) -> Result<Option<SubjectId>, ReadError> {
    let mut id = None;
    reader.object(|reader, name| {
        match_member!(reader, name, {
            "objectId" | "ObjectId" => merge(reader, &mut id, "objectId", Reader::id)?,
        });
        Ok(())
    })?;
    Ok(id)
}

fn read_answer<'a>(reader: &mut Reader<'a>) -> Result<CalloutAnswer<'a>, ReadError> {
    let mut answer = CalloutAnswer::default();
    reader.members(|reader, name| {
        match_member!(reader, name, {
            "value" | "Value" => merge(reader, &mut answer.value, "value", Reader::text)?,
            "displayValue" | "DisplayValue" => merge(reader, &mut answer.display_value, "displayValue", Reader::text)?,
            "answeredQuestion" | "AnsweredQuestion" => merge(reader, &mut answer.question_id, "answeredQuestion", read_question)?,
        });
        Ok(())
    })?;
    Ok(answer)
}

fn read_question(reader: &mut Reader<'_>) -> Result<Option<QuestionId>, ReadError> {
    let mut id = None;
    reader.object(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => drop(read_question_kind(reader)?),
            "id" | "Id" => merge(reader, &mut id, "id", Reader::id)?,
        });
        Ok(())
    })?;
    Ok(id)
}

/// Returns the extension that a callout calls.
pub(crate) fn extension_of<'a>(request: &'a Request, callout: &Callout) -> Option<&'a Extension> {
    let index = usize::try_from(callout.index()).ok()?;
    request.route().extensions(callout.stage()).nth(index)
}

/// Appends the body that an extension receives to `out`, in the form that Graph sends: flat, with names and values in
/// `PascalCase`. `callout` must belong to `request`. `api` determines only the path for the callback: names and values
/// are the same in both generations.
///
/// ```
/// use assignment_request::{
///     AccessPackageId, Action, Actor, Command, EventKind, PolicyId, RequestId, Role, SubjectId, Timestamp,
/// };
/// use assignment_request_graph::{ApiVersion, write_callout};
///
/// # use assignment_request::{
/// #     CalloutStage, Draft, ExtensionBehavior, ExtensionSpec, Limits, Policy, PolicySpec, RequestType,
/// # };
/// # let extension = ExtensionSpec { stage: CalloutStage::AssignmentRequestGranted, custom_extension_id: None, behavior: Some(ExtensionBehavior::LaunchAndContinue) };
/// # let policy = Policy::compile(&PolicySpec { extensions: vec![extension], ..PolicySpec::default() }, &Limits::default())?;
/// # let draft = Draft {
/// #     access_package_id: Some(AccessPackageId::from_u128(1)),
/// #     assignment_policy_id: Some(PolicyId::from_u128(2)),
/// #     target_id: Some(SubjectId::from_u128(3)),
/// #     ..Draft::new(RequestType::SystemAdd)
/// # };
/// # let system = Actor::new(SubjectId::from_u128(4), Role::System);
/// # let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
/// # let (mut request, submitted) = policy.submit(RequestId::from_u128(5), &draft, None, system, now)?;
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
    write(request, callout, CalloutForm::Sent, api, out);
}

/// Appends the body that an extension receives to `out`, in the form that Graph documents: with names and values in
/// camelCase. It says the same as the body of [`write_callout`], and [`read_callout`] reads both.
pub fn write_documented_callout(request: &Request, callout: &Callout, api: ApiVersion, out: &mut Vec<u8>) {
    write(request, callout, CalloutForm::Documented, api, out);
}

/// The two published forms of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CalloutForm {
    /// Names and values in `PascalCase`.
    Sent,
    /// Names and values in camelCase.
    Documented,
}

impl CalloutForm {
    /// Returns `sent` or `documented`.
    const fn pick<T: Copy>(self, sent: T, documented: T) -> T {
        match self {
            Self::Sent => sent,
            Self::Documented => documented,
        }
    }
}

/// The name of an enumeration's variant, in the case of a form.
struct CalloutName(CalloutForm, &'static str);

impl Json for CalloutName {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        match self.0 {
            CalloutForm::Sent => Pascal(self.1).write(api, out),
            CalloutForm::Documented => Bare(self.1).write(api, out),
        }
    }
}

fn write(request: &Request, callout: &Callout, form: CalloutForm, api: ApiVersion, out: &mut Vec<u8>) {
    let value = |text| CalloutName(form, text);
    let stage = callout.stage();
    write_object(api, out, |object| {
        if form == CalloutForm::Documented {
            object.member(name!("@odata.type"), CALLOUT_TYPE);
        }
        let id =
            form.pick(name!("AccessPackageAssignmentRequestId"), name!("accessPackageAssignmentRequestId"));
        object.member(id, request.id());
        // The path has neither generation nor host, as in Graph.
        let path = Operation::Resume { request: request.id() }.path_within(api);
        object.member(form.pick(name!("CallbackUriPath"), name!("callbackUriPath")), Shown(path));
        let instance =
            form.pick(name!("CustomExtensionStageInstanceId"), name!("customExtensionStageInstanceId"));
        object.member(instance, callout.instance());
        object.member(form.pick(name!("Stage"), name!("stage")), value(stage.as_str()));
        object.member(
            form.pick(name!("RequestType"), name!("requestType")),
            value(request.request_type().as_str()),
        );
        let answers = request.answers().iter().map(|answer| AnswerBody { answer, form });
        object.member(form.pick(name!("Answers"), name!("answers")), Items(answers));
        object.member(form.pick(name!("State"), name!("state")), value(request.state().as_str()));
        // Statuses are in `PascalCase` in both forms, because the schema has them as text.
        object.member(form.pick(name!("Status"), name!("status")), Pascal(request.status().as_str()));
        let timeout = extension_of(request, callout).and_then(|extension| extension.timeout);
        // Null for *launch and continue* (rule X2).
        let callback = timeout.map(|timeout| CallbackBody { stage, timeout, form });
        object.member(form.pick(name!("CallbackConfiguration"), name!("callbackConfiguration")), callback);
        let package = Reference { id: request.access_package_id(), form };
        object.member(form.pick(name!("AccessPackage"), name!("accessPackage")), package);
        object.object(form.pick(name!("Assignment"), name!("assignment")), |assignment| {
            assignment.member(form.pick(name!("Id"), name!("id")), request.assignment_id());
            let target = SubjectBody { id: request.target(), email: request.target_email(), form };
            assignment.member(form.pick(name!("Target"), name!("target")), target);
            let policy = Reference { id: request.assignment_policy_id(), form };
            assignment.member(form.pick(name!("AssignmentPolicy"), name!("assignmentPolicy")), policy);
        });
        let requestor = SubjectBody { id: Some(request.requestor()), email: None, form };
        object.member(form.pick(name!("Requestor"), name!("requestor")), requestor);
    });
}

struct AnswerBody<'a> {
    answer: &'a Answer,
    form: CalloutForm,
}

impl Json for AnswerBody<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        let Self { answer, form } = self;
        write_object(api, out, |object| {
            object.member(name!("@odata.type"), ANSWER_TYPE);
            object.member(form.pick(name!("Value"), name!("value")), answer.value.as_deref());
            let display_value = form.pick(name!("DisplayValue"), name!("displayValue"));
            object.member(display_value, answer.display_value.as_deref());
            object.object(form.pick(name!("AnsweredQuestion"), name!("answeredQuestion")), |question| {
                question.member(name!("@odata.type"), question_type(answer.question_kind));
                question.member(form.pick(name!("Id"), name!("id")), answer.question_id);
            });
        });
    }
}

struct CallbackBody {
    stage: CalloutStage,
    timeout: Period,
    form: CalloutForm,
}

impl Json for CallbackBody {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            // An extension that determines an approval stage has a type of its own; others have Graph's base type.
            if self.stage == CalloutStage::AssignmentRequestDeterminingApprovalRequirements {
                object.member(name!("@odata.type"), DETERMINING_CALLBACK_TYPE);
            }
            let timeout = self.form.pick(name!("DurationBeforeTimeout"), name!("timeoutDuration"));
            object.member(timeout, self.timeout);
        });
    }
}

/// An object that is written with only its id.
struct Reference<T> {
    id: Option<T>,
    form: CalloutForm,
}

impl<T: Json + Copy> Json for Reference<T> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| object.member(self.form.pick(name!("Id"), name!("id")), self.id));
    }
}

struct SubjectBody<'a> {
    id: Option<SubjectId>,
    email: Option<&'a str>,
    form: CalloutForm,
}

impl Json for SubjectBody<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        let form = self.form;
        write_object(api, out, |object| {
            object.member(form.pick(name!("Id"), name!("id")), self.id);
            object.member(form.pick(name!("ObjectId"), name!("objectId")), self.id);
            object.optional(form.pick(name!("Email"), name!("email")), self.email);
        });
    }
}
