//! Names of enumerations, known or unknown.

use std::borrow::Cow;

/// A name of the enumeration `T` in a resource: known, or kept as text (rule J6).
///
/// ```
/// use assignment_request::Status;
/// use assignment_request_graph::{Name, ReadOptions, read_request};
///
/// let body = br#"{ "status": "Delivered", "state": "DELIVERED" }"#;
/// let request = read_request(body, &ReadOptions::default())?;
/// assert_eq!(request.state.map(|state| state.to_string()), Some("delivered".to_owned()));
/// assert_eq!(request.status, Some(Name::<Status>::Other("Delivered".into())), "published, but in no list of statuses");
/// # Ok::<(), assignment_request_graph::ReadError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Name<'a, T> {
    /// A name in the enumeration, read in any ASCII case.
    Known(T),
    /// Any other name, unchanged. This includes sentinels of the wire, such as `unknownFutureValue`.
    Other(Cow<'a, str>),
}

impl<T> Name<'_, T> {
    /// Returns the variant of the enumeration, or `None` for any other name.
    #[must_use]
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Other(_) => None,
        }
    }
}

impl<T> From<T> for Name<'_, T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

/// Writes a known name as its enumeration does, and any other unchanged.
impl<T: std::fmt::Display> std::fmt::Display for Name<'_, T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Known(value) => write!(formatter, "{value}"),
            Self::Other(text) => formatter.write_str(text),
        }
    }
}
