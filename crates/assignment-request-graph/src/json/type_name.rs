//! Types of Graph's namespace.

use crate::json::writer::{Json, write_bare};
use crate::vocabulary::api::ApiVersion;

/// The name of a type of Graph's namespace, as it is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TypeName(&'static str);

impl TypeName {
    /// Takes a type that begins with `#microsoft.graph.`.
    pub(crate) const fn new(qualified: &'static str) -> Self {
        Self(qualified)
    }

    /// Returns the type as it is written.
    pub(crate) const fn as_str(self) -> &'static str {
        self.0
    }

    /// Returns the name without the namespace.
    pub(crate) const fn bare(self) -> &'static str {
        self.0.split_at("#microsoft.graph.".len()).1
    }
}

impl Json for TypeName {
    fn write(&self, _: ApiVersion, out: &mut Vec<u8>) {
        write_bare(self.as_str(), out);
    }
}
