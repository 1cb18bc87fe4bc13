//! The two generations of the API.

use assignment_request::{named, parse_names};
use std::fmt;

use serde::{Serialize, Serializer};

named! {
    /// A generation of Microsoft Graph's API (rules J5 and J10).
    ///
    /// Bodies of both are read alike. What is written has the names, and the case of the values, of one of them.
    ///
    /// ```
    /// use assignment_request_graph::ApiVersion;
    ///
    /// assert_eq!("beta".parse(), Ok(ApiVersion::Beta));
    /// assert_eq!(ApiVersion::V1_0.to_string(), "v1.0", "as in paths");
    /// ```
    pub enum ApiVersion {
        /// v1.0.
        V1_0 = "v1.0",
        /// beta.
        Beta = "beta",
    }
}

parse_names!(ApiVersion, exactly);

impl ApiVersion {
    /// `v1_0` in v1.0, `beta` in beta.
    pub(crate) const fn pick<T: Copy>(self, v1_0: T, beta: T) -> T {
        match self {
            Self::V1_0 => v1_0,
            Self::Beta => beta,
        }
    }
}

/// Writes a camelCase name of an enumeration in `PascalCase`. Names are ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pascal(pub(crate) &'static str);

impl fmt::Display for Pascal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut characters = self.0.chars();
        if let Some(first) = characters.next() {
            write!(formatter, "{}", first.to_ascii_uppercase())?;
        }
        formatter.write_str(characters.as_str())
    }
}

impl Serialize for Pascal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn j10_pascal_case() {
        assert_eq!(Pascal("userAdd").to_string(), "UserAdd");
        assert_eq!(Pascal("WaitingForCallback").to_string(), "WaitingForCallback");
        assert_eq!(Pascal("").to_string(), "");
    }

    #[test]
    fn versions_are_named_as_in_paths() {
        assert_eq!(("v1.0".parse(), "beta".parse()), (Ok(ApiVersion::V1_0), Ok(ApiVersion::Beta)));
    }
}
