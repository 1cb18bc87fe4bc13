//! The approval resource, written.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::shape::{Each, In, Plain, optional};
use crate::{ApprovalResource, IdentityResource, StageResource};

impl Serialize for In<'_, ApprovalResource<'_>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(api, approval) = *self;
        let mut map = serializer.serialize_map(None)?;
        optional(&mut map, "@odata.context", approval.context.as_ref())?;
        optional(&mut map, "id", approval.id)?;
        let stages = approval.stages.as_deref().map(|stages| Each(api, stages));
        optional(&mut map, api.pick("stages", "steps"), stages)?;
        map.end()
    }
}

/// Results and statuses are in `PascalCase` in both generations: they are text in the schema.
impl Serialize for In<'_, StageResource<'_>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(api, stage) = *self;
        let mut map = serializer.serialize_map(None)?;
        optional(&mut map, "@odata.context", stage.context.as_ref())?;
        optional(&mut map, "id", stage.id)?;
        map.serialize_entry("displayName", &stage.display_name)?;
        map.serialize_entry("reviewedDateTime", &stage.reviewed)?;
        map.serialize_entry("reviewResult", &stage.review_result.as_ref().map(Plain))?;
        map.serialize_entry("status", &stage.status.as_ref().map(Plain))?;
        map.serialize_entry("assignedToMe", &stage.assigned_to_me)?;
        map.serialize_entry("justification", &stage.justification)?;
        map.serialize_entry("reviewedBy", &stage.reviewed_by.as_ref().map(|identity| In(api, identity)))?;
        map.end()
    }
}

impl Serialize for In<'_, IdentityResource<'_>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let identity = self.1;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &identity.id)?;
        map.serialize_entry("displayName", &identity.display_name)?;
        identity.carried.write(&mut map)?;
        map.end()
    }
}
