//! The request resource, written.

use super::json::{Json, write_object};
use super::shape::{Cased, Each, In, Plain};
use crate::resource::{ANSWER_TYPE, question_type};
use crate::{
    AnswerResource, AssignmentResource, CalloutResource, ExpirationResource, QuestionResource,
    RequestResource, ScheduleResource, SubjectResource,
};

/// Null is written where a published response shows null (rule J10): for what a request has not yet, or was not given.
impl Json for In<'_, RequestResource<'_>> {
    fn write(&self, out: &mut Vec<u8>) {
        let Self(api, request) = *self;
        write_object(out, |object| {
            object.optional("@odata.context", request.context.as_ref());
            object.optional("id", request.id);
            let request_type = request.request_type.as_ref();
            object.optional("requestType", request_type.map(|name| Cased(api, name)));
            let state = request.state.as_ref();
            object.optional(api.pick("state", "requestState"), state.map(|name| Cased(api, name)));
            let status = request.status.as_ref();
            object.optional(api.pick("status", "requestStatus"), status.map(|name| Cased(api, name)));
            object.member("createdDateTime", request.created);
            object.member(api.pick("completedDateTime", "completedDate"), request.completed);
            object.optional("isValidationOnly", request.is_validation_only);
            object.optional("schedule", request.schedule.as_ref().map(|schedule| In(api, schedule)));
            object.member("justification", &request.justification);
            object.optional("answers", request.answers.as_deref().map(|answers| Each(api, answers)));
            let assignment = request.assignment.as_ref().map(|assignment| In(api, assignment));
            object.optional(api.pick("assignment", "accessPackageAssignment"), assignment);
            object.optional("requestor", request.requestor.as_ref().map(|requestor| In(api, requestor)));
            let callouts = request.callouts.as_deref().map(|callouts| Each(api, callouts));
            object.optional("customExtensionCalloutInstances", callouts);
            object.carried(&request.carried);
        });
    }
}

impl Json for In<'_, ScheduleResource<'_>> {
    fn write(&self, out: &mut Vec<u8>) {
        let Self(api, schedule) = *self;
        write_object(out, |object| {
            object.member("startDateTime", schedule.start);
            object.member("recurrence", schedule.recurrence);
            object.member("expiration", schedule.expiration.as_ref().map(|expiration| In(api, expiration)));
        });
    }
}

/// The type is in camelCase in published beta responses too.
impl Json for In<'_, ExpirationResource<'_>> {
    fn write(&self, out: &mut Vec<u8>) {
        let expiration = self.1;
        write_object(out, |object| {
            object.member("endDateTime", expiration.end);
            object.member("duration", expiration.duration);
            object.member("type", expiration.kind.as_ref().map(Plain));
        });
    }
}

impl Json for In<'_, AnswerResource<'_>> {
    fn write(&self, out: &mut Vec<u8>) {
        let Self(api, answer) = *self;
        write_object(out, |object| {
            object.member("@odata.type", ANSWER_TYPE);
            object.member("value", &answer.value);
            object.member("displayValue", &answer.display_value);
            object.optional("answeredQuestion", answer.question.as_ref().map(|question| In(api, question)));
        });
    }
}

impl Json for In<'_, QuestionResource<'_>> {
    fn write(&self, out: &mut Vec<u8>) {
        let question = self.1;
        write_object(out, |object| {
            object.optional("@odata.type", question.kind.map(question_type));
            object.optional("id", question.id);
            object.carried(&question.carried);
        });
    }
}

impl Json for In<'_, AssignmentResource<'_>> {
    fn write(&self, out: &mut Vec<u8>) {
        let Self(api, assignment) = *self;
        write_object(out, |object| {
            object.optional("id", assignment.id);
            object.optional("accessPackageId", assignment.access_package_id);
            object.optional("assignmentPolicyId", assignment.assignment_policy_id);
            object.optional("targetId", assignment.target_id);
            object.optional("target", assignment.target.as_ref().map(|target| In(api, target)));
            object.optional(api.pick("state", "assignmentState"), assignment.state.as_ref());
            object.optional(api.pick("status", "assignmentStatus"), assignment.status.as_ref());
            object.carried(&assignment.carried);
        });
    }
}

impl Json for In<'_, SubjectResource<'_>> {
    fn write(&self, out: &mut Vec<u8>) {
        let subject = self.1;
        write_object(out, |object| {
            object.optional("id", subject.id);
            object.optional("objectId", subject.object_id);
            object.optional("displayName", subject.display_name.as_ref());
            object.optional("email", subject.email.as_ref());
            object.carried(&subject.carried);
        });
    }
}

/// The status is in camelCase in published beta responses too.
impl Json for In<'_, CalloutResource<'_>> {
    fn write(&self, out: &mut Vec<u8>) {
        let callout = self.1;
        write_object(out, |object| {
            object.member("status", callout.status.as_ref().map(Plain));
            object.member("externalCorrelationId", &callout.external_correlation_id);
            object.member("customExtensionId", callout.custom_extension_id);
            object.member("id", callout.id);
            object.member("detail", &callout.detail);
        });
    }
}
