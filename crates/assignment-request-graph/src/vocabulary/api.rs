//! The two generations of the API.

use assignment_request::{named, parse_names};
named! {
    /// A generation of Microsoft Graph's API (rules J5 and J10).
    ///
    /// Bodies of both generations are read alike. A body is written with the names and the case of one generation.
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
    /// Returns `v1_0` in v1.0, and `beta` in beta.
    pub(crate) const fn pick<T: Copy>(self, v1_0: T, beta: T) -> T {
        match self {
            Self::V1_0 => v1_0,
            Self::Beta => beta,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_named_as_in_paths() {
        assert_eq!(("v1.0".parse(), "beta".parse()), (Ok(ApiVersion::V1_0), Ok(ApiVersion::Beta)));
    }
}
