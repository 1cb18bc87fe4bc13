//! Ids. Each kind has its own type, so an id cannot be compared with, or passed as, an id of another kind.

use core::fmt;
use core::str::FromStr;

use uuid::Uuid;

/// The text is not a hyphenated UUID (rule J8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a hyphenated UUID like `46184453-e63b-4f20-86c2-c557ed5d5df9`")]
pub struct IdError;

/// Reads a hyphenated UUID in any case, and no other form (rule J8). `uuid` itself would also accept braces, a `urn:`
/// prefix and bare hexadecimal digits.
fn parse_id(text: &str) -> Result<Uuid, IdError> {
    const HYPHENATED_LENGTH: usize = 36;
    if text.len() != HYPHENATED_LENGTH {
        return Err(IdError);
    }
    Uuid::try_parse(text).map_err(|_| IdError)
}

/// Declares a kind of id.
macro_rules! id {
    ($(#[$attribute:meta])* $name:ident) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
        #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
        pub struct $name(Uuid);

        impl $name {
            /// Creates an id from a UUID.
            #[must_use]
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// Creates an id from the UUID with this value.
            #[must_use]
            pub const fn from_u128(value: u128) -> Self {
                Self(Uuid::from_u128(value))
            }

            /// Returns the UUID.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        /// Reads a hyphenated UUID in any case, and no other form (rule J8).
        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                parse_id(text).map(Self)
            }
        }

        /// Writes a hyphenated UUID in lower case.
        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, formatter)
            }
        }

        /// Same as [`Display`](fmt::Display).
        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, formatter)
            }
        }
    };
}

id! {
    /// The id of a request. The host generates it.
    ///
    /// ```
    /// use assignment_request::{IdError, RequestId};
    ///
    /// let id: RequestId = "46184453-E63B-4f20-86c2-c557ed5d5df9".parse()?;
    /// assert_eq!(id.to_string(), "46184453-e63b-4f20-86c2-c557ed5d5df9");
    /// assert_eq!("46184453e63b4f2086c2c557ed5d5df9".parse::<RequestId>(), Err(IdError));
    /// # Ok::<(), IdError>(())
    /// ```
    RequestId
}

id! {
    /// The id of a person, a group, an organization or a service in the directory.
    SubjectId
}

id! {
    /// The id of an access package.
    AccessPackageId
}

id! {
    /// The id of an assignment policy.
    PolicyId
}

id! {
    /// The id of an assignment.
    AssignmentId
}

id! {
    /// The id of a question of a policy.
    QuestionId
}

id! {
    /// The id of a callout, Graph's `customExtensionStageInstanceId` (rule I5).
    CalloutId
}

id! {
    /// The id of an approval stage of a request (rule I5).
    ApprovalStageId
}

id! {
    /// The id of a custom extension.
    ExtensionId
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn j8_only_hyphenated_ids_are_read() {
        let id = "46184453-E63B-4f20-86c2-c557ed5d5df9";
        assert_eq!(id.parse::<SubjectId>().unwrap().to_string(), id.to_lowercase());
        for text in [
            "",
            "46184453e63b4f2086c2c557ed5d5df9",
            "{46184453-e63b-4f20-86c2-c557ed5d5df9}",
            "urn:uuid:46184453-e63b-4f20-86c2-c557ed5d5df9",
            "46184453-e63b-4f20-86c2-c557ed5d5df",
            "46184453-e63b-4f20-86c2c-557ed5d5df9",
            "46184453-e63b-4f20-86c2-c557ed5d5dg9",
            "46184453e63b4f2086c2c557ed5d5df9\u{e9}\u{e9}",
        ] {
            assert_eq!(text.parse::<SubjectId>(), Err(IdError), "{text}");
        }
    }
}
