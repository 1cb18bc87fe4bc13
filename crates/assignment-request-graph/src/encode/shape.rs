//! What the shapes of both generations are written with.

use serde::{Serialize, Serializer};

use super::json::{Json, name, write_bare, write_object, write_shown, write_text};
use crate::api::Pascal;
use crate::{ApiVersion, List, Name};

impl<T: Json> Json for List<'_, T> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.optional(name!("@odata.context"), self.context.as_ref());
            object.optional(name!("@odata.count"), self.count);
            object.member(name!("value"), self.value.as_slice());
            object.optional(name!("@odata.nextLink"), self.next_link.as_ref());
        });
    }
}

/// A name in the case in which the enumeration writes it in both generations.
pub(super) struct Plain<'a, T>(pub(super) &'a Name<'a, T>);

impl<T: Copy + Into<&'static str>> Json for Plain<'_, T> {
    fn write(&self, _: ApiVersion, out: &mut Vec<u8>) {
        match self.0 {
            Name::Known(value) => write_bare((*value).into(), out),
            Name::Other(text) => write_text(text, out),
        }
    }
}

/// The camelCase name of an enumeration's member: written so in v1.0, in `PascalCase` in beta (rule J10).
pub(super) struct KnownName(pub(super) ApiVersion, pub(super) &'static str);

impl Serialize for KnownName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            ApiVersion::V1_0 => serializer.serialize_str(self.1),
            ApiVersion::Beta => Pascal(self.1).serialize(serializer),
        }
    }
}

/// A name in the case of a generation, where the enumeration has it.
pub(super) struct Cased<'a, T>(pub(super) &'a Name<'a, T>);

impl<T: Copy + Into<&'static str>> Json for Cased<'_, T> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        match (api, self.0) {
            (ApiVersion::Beta, Name::Known(value)) => write_shown(Pascal((*value).into()), out),
            (ApiVersion::V1_0 | ApiVersion::Beta, name) => Plain(name).write(api, out),
        }
    }
}
