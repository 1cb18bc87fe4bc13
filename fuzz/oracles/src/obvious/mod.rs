//! The slow and obvious reading of each body: it looks up one member at a time, and ignores places and order.
//!
//! Each function takes what [`text::read`](crate::text::read) returned, and returns what the body says. `None` is a
//! refusal.

#![expect(clippy::option_option, reason = "refused, absent or there")]

mod create;
mod decision;
mod policy;
mod request;
mod resume;

use std::sync::Arc;

use assignment_request::{Expiration, ExpirationType, QuestionKind, SubjectId};
use serde_json::{Map, Value};
use uuid::Uuid;

pub use self::create::create;
pub use self::decision::decision;
pub use self::policy::policy;
pub use self::request::{Shown, request};
pub use self::resume::resume;

type Object = Map<String, Value>;

/// Reads the object in `value`. Returns its members that are not null; none of them may be unknown. Those in
/// `null_only` may only be null.
fn object(value: &Value, types: &[&str], known: &[&str], null_only: &[&str]) -> Option<Object> {
    let mut members = value.as_object()?.clone();
    members.retain(|name, _| !name.contains("@odata.") || name == "@odata.type");
    if !members.keys().all(|name| {
        name == "@odata.type" || known.contains(&name.as_str()) || null_only.contains(&name.as_str())
    }) {
        return None;
    }
    members.retain(|_, value| !value.is_null());
    if members.keys().any(|name| null_only.contains(&name.as_str())) {
        return None;
    }
    of_type(members, types)
}

/// Reads the object in `value`. Returns its members that are not null. Unknown members are allowed, except those that
/// match one of `known` in another case.
fn open_object(value: &Value, types: &[&str], known: &[&str]) -> Option<Object> {
    let mut members = value.as_object()?.clone();
    let is_in_other_case = |name: &str, known: &str| name != known && name.eq_ignore_ascii_case(known);
    if members.keys().any(|name| known.iter().any(|known| is_in_other_case(name, known))) {
        return None;
    }
    members.retain(|_, value| !value.is_null());
    of_type(members, types)
}

/// The members of an `expirationPattern`.
const EXPIRATION_MEMBERS: &[&str] = &["@odata.type", "type", "endDateTime", "duration"];

/// Returns the members if their `@odata.type` is one of `types`, or absent. If there are no types, nothing is checked.
fn of_type(members: Object, types: &[&str]) -> Option<Object> {
    if let Some(found) = members.get("@odata.type").filter(|_| !types.is_empty()) {
        let found = found.as_str()?;
        let found = found.strip_prefix('#').unwrap_or(found);
        if !types.iter().any(|expected| found == format!("microsoft.graph.{expected}")) {
            return None;
        }
    }
    Some(members)
}

/// Parses the member if it is there. The outer `None` is a refusal.
fn optional<T>(members: &Object, name: &str, parse: impl Fn(&Value) -> Option<T>) -> Option<Option<T>> {
    members.get(name).map_or(Some(None), |value| parse(value).map(Some))
}

/// Joins what two members say about one thing. The outer `None` is a contradiction.
fn either<T: PartialEq>(first: Option<T>, second: Option<T>) -> Option<Option<T>> {
    match (first, second) {
        (Some(first), Some(second)) if first != second => None,
        (first, second) => Some(first.or(second)),
    }
}

/// Parses the elements of an array. `None` if `value` is not one.
fn each<T>(value: &Value, parse: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    value.as_array()?.iter().map(parse).collect()
}

fn text(value: &Value) -> Option<Arc<str>> {
    value.as_str().map(Arc::from)
}

fn id(value: &Value) -> Option<Uuid> {
    value.as_str()?.parse().ok().map(SubjectId::uuid)
}

fn parsed<T: std::str::FromStr>(value: &Value) -> Option<T> {
    value.as_str()?.parse().ok()
}

const SCHEDULE_TYPES: &[&str] = &["entitlementManagementSchedule", "requestSchedule"];

const QUESTION_TYPES: &[&str] =
    &["accessPackageMultipleChoiceQuestion", "accessPackageTextInputQuestion", "accessPackageQuestion"];

/// Returns the kind of question in the members' `@odata.type`, if there is one.
fn question_kind(members: &Object) -> Option<QuestionKind> {
    match members.get("@odata.type").and_then(Value::as_str)? {
        name if name.ends_with("MultipleChoiceQuestion") => Some(QuestionKind::MultipleChoice),
        name if name.ends_with("TextInputQuestion") => Some(QuestionKind::TextInput),
        _ => None,
    }
}

/// Reads an `expirationPattern`.
fn expiration(members: &Object) -> Option<Expiration> {
    Some(Expiration {
        kind: optional(members, "type", parsed)?.unwrap_or(ExpirationType::NotSpecified),
        end: optional(members, "endDateTime", parsed)?,
        duration: optional(members, "duration", parsed)?,
    })
}
