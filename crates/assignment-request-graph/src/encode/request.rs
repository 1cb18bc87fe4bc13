//! The request resource, written.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::shape::{Cased, Each, In, Plain, optional};
use crate::resource::{ANSWER_TYPE, question_type};
use crate::{
    AnswerResource, AssignmentResource, CalloutResource, ExpirationResource, QuestionResource,
    RequestResource, ScheduleResource, SubjectResource,
};

/// Null is written where a published response shows null (rule J10): for what a request has not yet, or was not given.
impl Serialize for In<'_, RequestResource<'_>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(api, request) = *self;
        let mut map = serializer.serialize_map(None)?;
        optional(&mut map, "@odata.context", request.context.as_ref())?;
        optional(&mut map, "id", request.id)?;
        let request_type = request.request_type.as_ref();
        optional(&mut map, "requestType", request_type.map(|name| Cased(api, name)))?;
        let state = request.state.as_ref();
        optional(&mut map, api.pick("state", "requestState"), state.map(|name| Cased(api, name)))?;
        let status = request.status.as_ref();
        optional(&mut map, api.pick("status", "requestStatus"), status.map(|name| Cased(api, name)))?;
        map.serialize_entry("createdDateTime", &request.created)?;
        map.serialize_entry(api.pick("completedDateTime", "completedDate"), &request.completed)?;
        optional(&mut map, "isValidationOnly", request.is_validation_only)?;
        optional(&mut map, "schedule", request.schedule.as_ref().map(|schedule| In(api, schedule)))?;
        map.serialize_entry("justification", &request.justification)?;
        optional(&mut map, "answers", request.answers.as_deref().map(|answers| Each(api, answers)))?;
        let assignment = request.assignment.as_ref().map(|assignment| In(api, assignment));
        optional(&mut map, api.pick("assignment", "accessPackageAssignment"), assignment)?;
        optional(&mut map, "requestor", request.requestor.as_ref().map(|requestor| In(api, requestor)))?;
        let callouts = request.callouts.as_deref().map(|callouts| Each(api, callouts));
        optional(&mut map, "customExtensionCalloutInstances", callouts)?;
        request.carried.write(&mut map)?;
        map.end()
    }
}

impl Serialize for In<'_, ScheduleResource<'_>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(api, schedule) = *self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("startDateTime", &schedule.start)?;
        map.serialize_entry("recurrence", &schedule.recurrence)?;
        map.serialize_entry(
            "expiration",
            &schedule.expiration.as_ref().map(|expiration| In(api, expiration)),
        )?;
        map.end()
    }
}

/// The type is in camelCase in published beta responses too.
impl Serialize for In<'_, ExpirationResource<'_>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let expiration = self.1;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("endDateTime", &expiration.end)?;
        map.serialize_entry("duration", &expiration.duration)?;
        map.serialize_entry("type", &expiration.kind.as_ref().map(Plain))?;
        map.end()
    }
}

impl Serialize for In<'_, AnswerResource<'_>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(api, answer) = *self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("@odata.type", &ANSWER_TYPE)?;
        map.serialize_entry("value", &answer.value)?;
        map.serialize_entry("displayValue", &answer.display_value)?;
        optional(&mut map, "answeredQuestion", answer.question.as_ref().map(|question| In(api, question)))?;
        map.end()
    }
}

impl Serialize for In<'_, QuestionResource<'_>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let question = self.1;
        let mut map = serializer.serialize_map(None)?;
        optional(&mut map, "@odata.type", question.kind.map(question_type))?;
        optional(&mut map, "id", question.id)?;
        question.carried.write(&mut map)?;
        map.end()
    }
}

impl Serialize for In<'_, AssignmentResource<'_>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(api, assignment) = *self;
        let mut map = serializer.serialize_map(None)?;
        optional(&mut map, "id", assignment.id)?;
        optional(&mut map, "accessPackageId", assignment.access_package_id)?;
        optional(&mut map, "assignmentPolicyId", assignment.assignment_policy_id)?;
        optional(&mut map, "targetId", assignment.target_id)?;
        optional(&mut map, "target", assignment.target.as_ref().map(|target| In(api, target)))?;
        optional(&mut map, api.pick("state", "assignmentState"), assignment.state.as_ref())?;
        optional(&mut map, api.pick("status", "assignmentStatus"), assignment.status.as_ref())?;
        assignment.carried.write(&mut map)?;
        map.end()
    }
}

impl Serialize for In<'_, SubjectResource<'_>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let subject = self.1;
        let mut map = serializer.serialize_map(None)?;
        optional(&mut map, "id", subject.id)?;
        optional(&mut map, "objectId", subject.object_id)?;
        optional(&mut map, "displayName", subject.display_name.as_ref())?;
        optional(&mut map, "email", subject.email.as_ref())?;
        subject.carried.write(&mut map)?;
        map.end()
    }
}

/// The status is in camelCase in published beta responses too.
impl Serialize for In<'_, CalloutResource<'_>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let callout = self.1;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("status", &callout.status.as_ref().map(Plain))?;
        map.serialize_entry("externalCorrelationId", &callout.external_correlation_id)?;
        map.serialize_entry("customExtensionId", &callout.custom_extension_id)?;
        map.serialize_entry("id", &callout.id)?;
        map.serialize_entry("detail", &callout.detail)?;
        map.end()
    }
}
