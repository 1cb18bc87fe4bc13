//! Helpers for the tests of all bodies.

use std::fmt::Debug;

use crate::vocabulary::error::ReadError;

/// Returns the code and the path with which a body was refused.
#[track_caller]
pub(super) fn fault<T: Debug>(outcome: Result<T, ReadError>) -> (String, String) {
    let error = outcome.unwrap_err();
    (error.code().to_string(), error.path().to_owned())
}

/// Asserts that `read` refuses each body with its code at its path.
#[track_caller]
pub(super) fn assert_refused<T: Debug>(
    read: impl Fn(&[u8]) -> Result<T, ReadError>,
    bodies: &[(&str, &str, &str)],
) {
    for (body, code, path) in bodies {
        assert_eq!(fault(read(body.as_bytes())), ((*code).to_owned(), (*path).to_owned()), "{body}");
    }
}
