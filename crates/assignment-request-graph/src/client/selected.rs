//! Resources of which only some members are written, as a client asks for with `$select`.

use crate::json::reader::{Limits, Reader};
use crate::json::writer::{Json, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::options::UnknownMembers;

/// A resource that is written with only the members in `names`, its `id`, and its annotations.
#[derive(Clone, Copy)]
pub(super) struct Selected<'a, T> {
    pub(super) resource: &'a T,
    pub(super) names: &'a [&'a str],
}

impl<T> Selected<'_, T> {
    fn keeps(&self, name: &str) -> bool {
        name == "id" || name.contains("@odata.") || self.names.contains(&name)
    }
}

/// Writes the whole resource first, and copies the members from there. So the resource has one writer.
impl<T: Json> Json for Selected<'_, T> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        let mut whole = Vec::new();
        self.resource.write(api, &mut whole);
        let text = str::from_utf8(&whole).unwrap_or_default();
        let limits = Limits {
            max_depth: usize::MAX,
            unknown_members: UnknownMembers::Ignore,
            reads_quoted_scalars: false,
        };
        write_object(api, out, |object| {
            // The text was just written, so no fault is found in it.
            let _ = Reader::new(text, limits).members(|reader, name| {
                let value = reader.any_text()?;
                if self.keeps(name) {
                    object.named(name, Written(value));
                }
                Ok(())
            });
        });
    }
}

/// JSON text that is written as it is.
struct Written<'a>(&'a str);

impl Json for Written<'_> {
    fn write(&self, _: ApiVersion, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.as_bytes());
    }
}
