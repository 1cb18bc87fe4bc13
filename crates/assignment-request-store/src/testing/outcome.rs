//! What a check returns, and the comparisons that checks make.

use core::fmt::{self, Debug};

use assignment_request::Rejection;

use crate::error::StoreError;

/// What a check saw that it did not expect. It is no error type, so that every error can become one.
pub(super) struct Seen(pub(super) String);

impl<E: core::error::Error> From<E> for Seen {
    fn from(error: E) -> Self {
        Self(format!("the store failed: {error}"))
    }
}

pub(super) type Checked<T = ()> = Result<T, Seen>;

pub(super) fn same<T: PartialEq + Debug>(what: impl fmt::Display, seen: &T, expected: &T) -> Checked {
    if seen == expected {
        return Ok(());
    }
    Err(Seen(format!("{what} is {seen:?}, not {expected:?}")))
}

pub(super) fn refused<T: Debug>(
    what: impl fmt::Display,
    outcome: Result<T, StoreError>,
    expected: Rejection,
) -> Checked {
    refused_as(what, outcome, Err(expected))
}

/// Compares an outcome with a refusal of the machine.
pub(super) fn refused_as<T: Debug>(
    what: impl fmt::Display,
    outcome: Result<T, StoreError>,
    expected: Result<(), Rejection>,
) -> Checked {
    match (outcome, expected) {
        (Err(StoreError::Rejected(seen)), Err(expected)) if seen == expected => Ok(()),
        (seen, Err(expected)) => Err(Seen(format!("{what} gives {seen:?}, not the refusal {expected:?}"))),
        (_, Ok(())) => Err(Seen(format!("{what} is not refused by the machine itself"))),
    }
}

pub(super) fn already_open<T: Debug>(what: impl fmt::Display, outcome: Result<T, StoreError>) -> Checked {
    match outcome {
        Err(StoreError::AlreadyOpen) => Ok(()),
        seen => Err(Seen(format!("{what} gives {seen:?}, not the refusal that another request is open"))),
    }
}

/// Splits outcomes of which exactly one is a success.
pub(super) fn one_accepted<T>(outcomes: Vec<Result<T, StoreError>>) -> Checked<(T, Vec<StoreError>)> {
    let (mut accepted, mut refusals) = (Vec::new(), Vec::new());
    for outcome in outcomes {
        match outcome {
            Ok(outcome) => accepted.push(outcome),
            Err(error) => refusals.push(error),
        }
    }
    let count = accepted.len();
    match accepted.pop().filter(|_| count == 1) {
        Some(one) => Ok((one, refusals)),
        None => Err(Seen(format!("{count} calls were accepted, not one; the others: {refusals:?}"))),
    }
}
