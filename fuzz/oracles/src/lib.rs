//! What must hold for any bytes that are handed to [`assignment_request_graph`] and [`assignment_request`]: one function
//! a target of the fuzzing.
//!
//! A function panics where its property does not hold, and tells whether the bytes were accepted. An ordinary test
//! replays the seeds and the findings through them.

mod compile;
mod decoded;
mod lifecycle;
mod log;
pub mod obvious;
pub mod text;

// The independent model and what is played on it, as the core's tests have them.
#[path = "../model/agreement.rs"]
#[expect(clippy::unwrap_used, reason = "written as a test: what fails in it fails the fuzzing")]
#[expect(dead_code, reason = "the tests have more use for it")]
mod agreement;
#[path = "../model/cases.rs"]
#[expect(clippy::unwrap_used, reason = "written as a test: what fails in it fails the fuzzing")]
#[expect(dead_code, reason = "the tests have more use for it")]
mod cases;
#[path = "../model/intents.rs"]
#[expect(clippy::unwrap_used, reason = "written as a test: what fails in it fails the fuzzing")]
mod intents;
#[path = "../model/mod.rs"]
#[expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "written as a test: what fails in it fails the fuzzing"
)]
mod model;

use std::fmt::Debug;

use assignment_request_graph::{
    ApiVersion, ReadCode, ReadError, ReadOptions, RequestResource, read_create, read_decision, read_policy,
    read_request, read_resume,
};
use serde_json::Value;

pub use compile::compile;
pub use lifecycle::lifecycle;
pub use log::log;

/// A target's oracle.
pub type Oracle = fn(&[u8]) -> bool;

/// The targets: the name, and the oracle.
pub const TARGETS: &[(&str, Oracle)] = &[
    ("create", create),
    ("resume", resume),
    ("decision", decision),
    ("policy", policy),
    ("request", request),
    ("lifecycle", lifecycle),
    ("log", log),
    ("compile", compile),
];

/// Create bodies: `read_create` = the obvious reading.
///
/// # Panics
///
/// Where they differ.
#[must_use]
pub fn create(bytes: &[u8]) -> bool {
    agrees(bytes, read_create, obvious::create)
}

/// Callbacks: `read_resume` = the obvious reading.
///
/// # Panics
///
/// Where they differ.
#[must_use]
pub fn resume(bytes: &[u8]) -> bool {
    agrees(bytes, read_resume, obvious::resume)
}

/// Decisions: `read_decision` = the obvious reading.
///
/// # Panics
///
/// Where they differ.
#[must_use]
pub fn decision(bytes: &[u8]) -> bool {
    agrees(bytes, read_decision, obvious::decision)
}

/// Policies: `read_policy` = the obvious reading; and what is read is compiled, or refused for what obviously is wrong
/// with its approval and its extensions, whether the host knows no extension, or says of all that they wait, or that
/// they do not.
///
/// # Panics
///
/// Where they differ, or where a policy is refused without a violation.
#[must_use]
pub fn policy(bytes: &[u8]) -> bool {
    let is_accepted = agrees(bytes, read_policy, obvious::policy);
    if let Ok(spec) = read_policy(bytes, &ReadOptions::default()) {
        compile::routes_are_judged(&spec);
    }
    is_accepted
}

/// Request resources: `read_request` = the obvious reading, and for both generations parse ∘ write = identity and
/// write ∘ parse is a fixed point on what was written.
///
/// # Panics
///
/// Where one of these does not hold.
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
    // What is written may be longer than what was read: it says null where a response shows null.
    let options = ReadOptions { max_bytes: usize::MAX, ..ReadOptions::default() };
    let mut written = Vec::new();
    resource.write(api, &mut written);
    let again = read_request(&written, &options);
    assert_eq!(again.as_ref(), Ok(resource), "{api}: {}", String::from_utf8_lossy(&written));
    let mut twice = Vec::new();
    if let Ok(again) = &again {
        again.write(api, &mut twice);
    }
    assert_eq!(String::from_utf8_lossy(&written), String::from_utf8_lossy(&twice), "{api}");
}

/// What the resource shows, as the obvious reading tells it.
fn shown(resource: &RequestResource<'_>) -> obvious::Shown {
    obvious::Shown {
        context: resource.context.as_deref().map(Into::into),
        id: resource.id,
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
        custom_extension_callout_instances: resource.callouts.as_ref().map(Vec::len),
    }
}

/// Asserts that `read` reads `bytes` as `obvious` reads their document, and the same twice; tells whether they were
/// accepted.
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

/// Reads the document, and asserts that `error` says that the text is at fault if and only if it is, and that its place
/// is in the text.
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
