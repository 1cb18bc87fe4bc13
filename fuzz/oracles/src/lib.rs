//! What must hold for any bytes that [`assignment_request_graph`] and [`assignment_request`] receive: one function for
//! each fuzz target.
//!
//! A function panics if its property does not hold, and returns whether the bytes were accepted. An ordinary test
//! replays the seeds and the findings with these functions.

mod compile;
mod decoded;
mod http;
mod lifecycle;
mod log;
pub mod obvious;
pub mod text;

use std::fmt::Debug;

use assignment_request::RequestId;
use assignment_request_graph::{
    ApiVersion, ReadCode, ReadError, ReadOptions, RequestResource, read_create, read_decision, read_policy,
    read_request, read_resume,
};
use serde_json::Value;

pub use compile::compile;
pub use http::{address, batch};
pub use lifecycle::lifecycle;
pub use log::log;

/// The oracle of a fuzz target.
pub type Oracle = fn(&[u8]) -> bool;

/// The fuzz targets, by name.
pub const TARGETS: &[(&str, Oracle)] = &[
    ("create", create),
    ("resume", resume),
    ("decision", decision),
    ("policy", policy),
    ("request", request),
    ("lifecycle", lifecycle),
    ("log", log),
    ("compile", compile),
    ("address", address),
    ("batch", batch),
];

/// Create bodies: `read_create` agrees with the obvious reading.
///
/// # Panics
///
/// If they differ.
#[must_use]
pub fn create(bytes: &[u8]) -> bool {
    agrees(bytes, read_create, obvious::create)
}

/// Callbacks: `read_resume` agrees with the obvious reading.
///
/// # Panics
///
/// If they differ.
#[must_use]
pub fn resume(bytes: &[u8]) -> bool {
    agrees(bytes, read_resume, obvious::resume)
}

/// Decisions: `read_decision` agrees with the obvious reading.
///
/// # Panics
///
/// If they differ.
#[must_use]
pub fn decision(bytes: &[u8]) -> bool {
    agrees(bytes, read_decision, obvious::decision)
}

/// Policies: `read_policy` agrees with the obvious reading. The policy then compiles, or is refused for the obvious
/// faults of its approval and its extensions, whether the host knows no extension, says that all of them wait, or says
/// that none of them does.
///
/// # Panics
///
/// If they differ, or if a policy is refused without a violation.
#[must_use]
pub fn policy(bytes: &[u8]) -> bool {
    let is_accepted = agrees(bytes, read_policy, obvious::policy);
    if let Ok(spec) = read_policy(bytes, &ReadOptions::default()) {
        compile::routes_are_judged(&spec);
    }
    is_accepted
}

/// Request resources: `read_request` agrees with the obvious reading. For both API versions, parse ∘ write = identity,
/// and write ∘ parse is a fixed point on written resources.
///
/// # Panics
///
/// If one of these does not hold.
#[must_use]
pub fn request(bytes: &[u8]) -> bool {
    let outcome = read_request(bytes, &ReadOptions::default());
    assert_eq!(outcome, read_request(bytes, &ReadOptions::default()), "read twice, it says two things");
    let document = check_text(bytes, outcome.as_ref().err());
    match (&outcome, document.as_ref().and_then(obvious::request)) {
        (Ok(resource), Some((expected, _))) => assert_eq!(shown(resource), expected),
        (Err(error), Some((expected, is_certain))) => assert!(
            !is_certain && error.code() == ReadCode::ConflictingMembers,
            "refused: {error} at {}; expected {expected:?}",
            error.path()
        ),
        (outcome, None) => assert!(outcome.is_err(), "{outcome:?}, where a refusal is expected"),
    }
    if let Ok(resource) = &outcome {
        for api in ApiVersion::ALL {
            written_is_read_again(resource, *api);
        }
    }
    outcome.is_ok()
}

fn written_is_read_again(resource: &RequestResource<'_>, api: ApiVersion) {
    // The written text may be longer than the original, because it contains the nulls that a response shows.
    let options = ReadOptions { max_bytes: usize::MAX, ..ReadOptions::default() };
    let mut written = Vec::new();
    resource.write(api, &mut written);
    let again = read_request(&written, &options);
    // Only beta has a history (rule J11).
    let history = if api == ApiVersion::Beta { resource.history.clone() } else { None };
    let expected = RequestResource { history, ..resource.clone() };
    assert_eq!(again.as_ref(), Ok(&expected), "{api}: {}", String::from_utf8_lossy(&written));
    let mut twice = Vec::new();
    if let Ok(again) = &again {
        again.write(api, &mut twice);
    }
    assert_eq!(String::from_utf8_lossy(&written), String::from_utf8_lossy(&twice), "{api}");
}

/// Returns what the resource shows, in the form of the obvious reading.
fn shown(resource: &RequestResource<'_>) -> obvious::Shown {
    obvious::Shown {
        context: resource.context.as_deref().map(Into::into),
        id: resource.id.map(RequestId::uuid),
        request_type: resource.request_type.as_ref().map(ToString::to_string),
        state: resource.state.as_ref().map(ToString::to_string),
        status: resource.status.as_ref().map(ToString::to_string),
        created_date_time: resource.created,
        completed_date_time: resource.completed,
        is_validation_only: resource.is_validation_only,
        justification: resource.justification.as_deref().map(Into::into),
        has_schedule: resource.schedule.is_some(),
        answers: resource.answers.as_ref().map(Vec::len),
        has_assignment: resource.assignment.is_some(),
        has_requestor: resource.requestor.is_some(),
        history: resource.history.as_ref().map(Vec::len),
        custom_extension_callout_instances: resource.callouts.as_ref().map(Vec::len),
    }
}

/// Asserts that `read` reads `bytes` as `obvious` reads their document, and gives the same result twice. Returns
/// whether the bytes were accepted.
fn agrees<T: Debug + PartialEq>(
    bytes: &[u8],
    read: impl Fn(&[u8], &ReadOptions) -> Result<T, ReadError>,
    obvious: impl Fn(&Value) -> Option<T>,
) -> bool {
    let outcome = read(bytes, &ReadOptions::default());
    assert_eq!(outcome, read(bytes, &ReadOptions::default()), "read twice, it says two things");
    let document = check_text(bytes, outcome.as_ref().err());
    let expected = document.as_ref().and_then(obvious);
    assert_eq!(outcome.as_ref().ok(), expected.as_ref(), "read as {outcome:?}");
    outcome.is_ok()
}

/// Reads the document. Asserts that `error` blames the text if and only if the text is at fault, and that its place is
/// inside the text.
fn check_text(bytes: &[u8], error: Option<&ReadError>) -> Option<Value> {
    let document = text::read(bytes);
    let is_of_text = error.is_some_and(|error| {
        matches!(
            error.code(),
            ReadCode::BodyTooLarge | ReadCode::TooDeep | ReadCode::Malformed | ReadCode::DuplicateMember
        )
    });
    assert_eq!(is_of_text, document.is_none(), "{error:?}");
    if let Some(error) = error {
        let has_place = !matches!(error.code(), ReadCode::BodyTooLarge | ReadCode::Missing);
        assert_eq!((error.line().is_some(), error.column().is_some()), (has_place, has_place), "{error:?}");
        if let (Some(line), Some(column)) = (error.line(), error.column()) {
            let found = line.checked_sub(1).and_then(|line| bytes.split(|byte| *byte == b'\n').nth(line));
            assert!(
                found.is_some_and(|found| (1..=found.len() + 1).contains(&column)),
                "{error:?} is not in the text"
            );
        }
    }
    document
}
