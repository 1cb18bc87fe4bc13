//! What the shapes of both generations are written with.

use serde::{Serialize, Serializer};

use super::json::{Json, write_array, write_bare, write_object, write_shown, write_text};
use crate::api::Pascal;
use crate::{ApiVersion, List, Name};

/// A value in the shape of a generation.
pub(super) struct In<'a, T: ?Sized>(pub(super) ApiVersion, pub(super) &'a T);

/// Items in the shape of a generation.
pub(super) struct Each<'a, T>(pub(super) ApiVersion, pub(super) &'a [T]);

impl<T> Json for Each<'_, T>
where
    for<'x> In<'x, T>: Json,
{
    fn write(&self, out: &mut Vec<u8>) {
        write_array(out, self.1.iter().map(|item| In(self.0, item)));
    }
}

impl<T> Json for In<'_, List<'_, T>>
where
    for<'x> In<'x, T>: Json,
{
    fn write(&self, out: &mut Vec<u8>) {
        let Self(api, list) = *self;
        write_object(out, |object| {
            object.optional("@odata.context", list.context.as_ref());
            object.optional("@odata.count", list.count);
            object.member("value", Each(api, &list.value));
            object.optional("@odata.nextLink", list.next_link.as_ref());
        });
    }
}

/// A name in the case in which the enumeration writes it in both generations.
pub(super) struct Plain<'a, T>(pub(super) &'a Name<'a, T>);

impl<T: Copy + Into<&'static str>> Json for Plain<'_, T> {
    fn write(&self, out: &mut Vec<u8>) {
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
pub(super) struct Cased<'a, T>(pub(super) ApiVersion, pub(super) &'a Name<'a, T>);

impl<T: Copy + Into<&'static str>> Json for Cased<'_, T> {
    fn write(&self, out: &mut Vec<u8>) {
        let Self(api, name) = self;
        match (api, name) {
            (ApiVersion::V1_0, _) => Plain(name).write(out),
            (ApiVersion::Beta, Name::Known(value)) => write_shown(Pascal((*value).into()), out),
            (ApiVersion::Beta, Name::Other(text)) => write_text(text, out),
        }
    }
}
