//! The request resource, written.

use super::json::{Json, name, write_object};
use super::shape::{Cased, Plain};
use crate::resource::{ANSWER_TYPE, question_type};
use crate::{
    AnswerResource, ApiVersion, AssignmentResource, CalloutResource, ExpirationResource, QuestionResource,
    RequestResource, ScheduleResource, SubjectResource,
};

impl Json for RequestResource<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_request_with(self, self.answers.as_deref(), self.callouts.as_deref(), api, out);
    }
}

/// Writes a request with these answers and callouts instead of its own, which need not be made into lists.
///
/// Null is written where a published response shows null (rule J10): for what a request has not yet, or was not given.
pub(super) fn write_request_with(
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
        object.additional_data(&request.additional_data);
    });
}

impl Json for ScheduleResource<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.member(name!("startDateTime"), self.start);
            object.member(name!("recurrence"), self.recurrence);
            object.member(name!("expiration"), &self.expiration);
        });
    }
}

/// The type is in camelCase in published beta responses too.
impl Json for ExpirationResource<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.member(name!("endDateTime"), self.end);
            object.member(name!("duration"), self.duration);
            object.member(name!("type"), self.kind.as_ref().map(Plain));
        });
    }
}

impl Json for AnswerResource<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.member(name!("@odata.type"), ANSWER_TYPE);
            object.member(name!("value"), &self.value);
            object.member(name!("displayValue"), &self.display_value);
            object.optional(name!("answeredQuestion"), self.question.as_ref());
        });
    }
}

impl Json for QuestionResource<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.optional(name!("@odata.type"), self.kind.map(question_type));
            object.optional(name!("id"), self.id);
            object.additional_data(&self.additional_data);
        });
    }
}

impl Json for AssignmentResource<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.optional(name!("id"), self.id);
            object.optional(name!("accessPackageId"), self.access_package_id);
            object.optional(name!("assignmentPolicyId"), self.assignment_policy_id);
            object.optional(name!("targetId"), self.target_id);
            object.optional(name!("target"), self.target.as_ref());
            object.optional(api.pick(name!("state"), name!("assignmentState")), self.state.as_ref());
            object.optional(api.pick(name!("status"), name!("assignmentStatus")), self.status.as_ref());
            object.additional_data(&self.additional_data);
        });
    }
}

impl Json for SubjectResource<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.optional(name!("id"), self.id);
            object.optional(name!("objectId"), self.object_id);
            object.optional(name!("displayName"), self.display_name.as_ref());
            object.optional(name!("email"), self.email.as_ref());
            object.additional_data(&self.additional_data);
        });
    }
}

/// The status is in camelCase in published beta responses too.
impl Json for CalloutResource<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.member(name!("status"), self.status.as_ref().map(Plain));
            object.member(name!("externalCorrelationId"), &self.external_correlation_id);
            object.member(name!("customExtensionId"), self.custom_extension_id);
            object.member(name!("id"), self.id);
            object.member(name!("detail"), &self.detail);
        });
    }
}
