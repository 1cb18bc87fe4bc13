//! The approval resource, written.

use super::json::{Json, write_object};
use super::shape::{Each, In, Plain};
use crate::{ApprovalResource, IdentityResource, StageResource};

impl Json for In<'_, ApprovalResource<'_>> {
    fn write(&self, out: &mut Vec<u8>) {
        let Self(api, approval) = *self;
        write_object(out, |object| {
            object.optional("@odata.context", approval.context.as_ref());
            object.optional("id", approval.id);
            let stages = approval.stages.as_deref().map(|stages| Each(api, stages));
            object.optional(api.pick("stages", "steps"), stages);
        });
    }
}

/// Results and statuses are in `PascalCase` in both generations: they are text in the schema.
impl Json for In<'_, StageResource<'_>> {
    fn write(&self, out: &mut Vec<u8>) {
        let Self(api, stage) = *self;
        write_object(out, |object| {
            object.optional("@odata.context", stage.context.as_ref());
            object.optional("id", stage.id);
            object.member("displayName", &stage.display_name);
            object.member("reviewedDateTime", stage.reviewed);
            object.member("reviewResult", stage.review_result.as_ref().map(Plain));
            object.member("status", stage.status.as_ref().map(Plain));
            object.member("assignedToMe", stage.assigned_to_me);
            object.member("justification", &stage.justification);
            object.member("reviewedBy", stage.reviewed_by.as_ref().map(|identity| In(api, identity)));
        });
    }
}

impl Json for In<'_, IdentityResource<'_>> {
    fn write(&self, out: &mut Vec<u8>) {
        let identity = self.1;
        write_object(out, |object| {
            object.member("id", identity.id);
            object.member("displayName", &identity.display_name);
            object.carried(&identity.carried);
        });
    }
}
