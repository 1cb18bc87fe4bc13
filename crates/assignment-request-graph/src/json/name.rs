//! Reads and writes the names of enumerations.

use std::str::FromStr;

use crate::json::reader::Reader;
use crate::json::writer::{Json, write_bare, write_text};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::ReadError;
use crate::vocabulary::name::Name;

/// Reads a name in any ASCII case, or null.
pub(crate) fn read_name<'a, T: FromStr>(reader: &mut Reader<'a>) -> Result<Option<Name<'a, T>>, ReadError> {
    Ok(reader.text()?.map(|text| text.parse().map_or(Name::Other(text), Name::Known)))
}

/// A name that is written in the enumeration's own case in both generations.
pub(crate) struct Plain<'a, T>(pub(crate) &'a Name<'a, T>);

impl<T: Copy + Into<&'static str>> Json for Plain<'_, T> {
    fn write(&self, _: ApiVersion, out: &mut Vec<u8>) {
        match self.0 {
            Name::Known(value) => write_bare((*value).into(), out),
            Name::Other(text) => write_text(text, out),
        }
    }
}

/// The camelCase name of an enumeration's variant, written in `PascalCase`. Names are ASCII.
#[derive(Clone, Copy)]
pub(crate) struct Pascal(pub(crate) &'static str);

impl Json for Pascal {
    fn write(&self, _: ApiVersion, out: &mut Vec<u8>) {
        let first = out.len() + 1;
        write_bare(self.0, out);
        if let Some(first) = out.get_mut(first) {
            first.make_ascii_uppercase();
        }
    }
}

/// The camelCase name of an enumeration's variant, written in camelCase in v1.0 and in `PascalCase` in beta (rule J10).
#[derive(Clone, Copy)]
pub(crate) struct KnownName(pub(crate) &'static str);

impl Json for KnownName {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        match api {
            ApiVersion::V1_0 => write_bare(self.0, out),
            ApiVersion::Beta => Pascal(self.0).write(api, out),
        }
    }
}

/// A name that is written in the case of a generation if it is in the enumeration.
pub(crate) struct Cased<'a, T>(pub(crate) &'a Name<'a, T>);

impl<T: Copy + Into<&'static str>> Json for Cased<'_, T> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        match (api, self.0) {
            (ApiVersion::Beta, Name::Known(value)) => Pascal((*value).into()).write(api, out),
            (ApiVersion::V1_0 | ApiVersion::Beta, name) => Plain(name).write(api, out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn j10_pascal_case() {
        for (name, written) in
            [("userAdd", "\"UserAdd\""), ("WaitingForCallback", "\"WaitingForCallback\""), ("", "\"\"")]
        {
            let mut out = Vec::new();
            Pascal(name).write(ApiVersion::V1_0, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), written);
        }
    }
}
