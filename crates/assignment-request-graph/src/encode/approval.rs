//! The approval resource, written.

use super::json::{Json, name, write_object};
use super::shape::Plain;
use crate::{ApiVersion, ApprovalResource, IdentityResource, StageResource};

impl Json for ApprovalResource<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.optional(name!("@odata.context"), self.context.as_ref());
            // Also where there is none: an object without any member is no approval (rule J15).
            object.member(name!("id"), self.id);
            object.optional(api.pick(name!("stages"), name!("steps")), self.stages.as_deref());
        });
    }
}

/// Results and statuses are in `PascalCase` in both generations: they are text in the schema.
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
            object.additional_data(&self.additional_data);
        });
    }
}
