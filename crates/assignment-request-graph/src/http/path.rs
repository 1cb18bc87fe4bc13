//! Finds the operation of a method and a path.

use std::borrow::Cow;
use std::str::FromStr;

use ::http::{Method, StatusCode};

use assignment_request::Quoted;

use crate::http::operation::{
    APPROVALS, BETA_REQUESTS, FILTER, Operation, REQUESTS, ROOT, Relation, STAGES, STEPS,
};
use crate::vocabulary::api::ApiVersion;

/// A number of segments that no path here has.
const TOO_MANY_SEGMENTS: usize = 12;
/// The namespace that may precede functions and actions.
const NAMESPACE: &str = "microsoft.graph.";

/// The path and the method do not ask for an operation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// The path does not exist. That includes a path with an id that cannot be read (rule J8). Whether an id belongs to
    /// a request is for the host to find out; if it does not, the answer is `noRequest`, also 404.
    #[error("there is nothing at this path")]
    UnknownPath,
    /// The path exists, but not with this method.
    #[error("method {} is not allowed here; these are: {}", Quoted(given.as_str()), names(allowed))]
    MethodNotAllowed {
        /// The method that was requested.
        given: Method,
        /// The methods that are allowed, for the header `Allow`.
        allowed: Vec<Method>,
    },
}

fn names(methods: &[Method]) -> String {
    methods.iter().map(Method::as_str).collect::<Vec<_>>().join(", ")
}

impl PathError {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownPath => "unknownPath",
            Self::MethodNotAllowed { .. } => "methodNotAllowed",
        }
    }

    /// Returns the HTTP status of the error.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::UnknownPath => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
        }
    }
}

impl Operation {
    /// Returns the operation that `method` and `path` ask for, and the generation.
    ///
    /// `path` may include the generation or not, with or without a leading `/`. A query after `?` is ignored. Ids may
    /// be path segments or in OData's form, `assignmentRequests('{id}')` or `assignmentRequests({id})`. Functions and
    /// actions may have the prefix `microsoft.graph.`. If the path has no generation, names that only beta has mean
    /// beta; otherwise v1.0 is assumed.
    ///
    /// # Errors
    ///
    /// Returns [`PathError::UnknownPath`] (404) if the path does not exist, or [`PathError::MethodNotAllowed`] (405) if
    /// it exists with other methods only.
    ///
    /// ```
    /// use assignment_request_graph::http::{Operation, PathError};
    /// use http::{Method, StatusCode};
    ///
    /// let path = "/beta/identityGovernance/entitlementManagement/accessPackageAssignmentRequests";
    /// let error = Operation::from_request(&Method::PUT, path).unwrap_err();
    /// assert_eq!(error.status(), StatusCode::METHOD_NOT_ALLOWED);
    /// assert!(matches!(error, PathError::MethodNotAllowed { allowed, .. } if allowed == [Method::GET, Method::POST]));
    /// ```
    pub fn from_request(method: &Method, path: &str) -> Result<(Self, ApiVersion), PathError> {
        let (operations, api) = find(path).ok_or(PathError::UnknownPath)?;
        let mut there = operations.into_iter().flatten();
        match there.clone().find(|operation| operation.method() == *method) {
            Some(operation) => Ok((operation, api)),
            None => Err(PathError::MethodNotAllowed {
                given: method.clone(),
                allowed: there.by_ref().map(|operation| operation.method()).collect(),
            }),
        }
    }
}

/// The operations at a path, of which there are at most two.
type Operations = [Option<Operation>; 2];

/// A segment of a path: its name, and the argument in parentheses after it.
struct Segment<'a> {
    name: Cow<'a, str>,
    argument: Option<String>,
}

fn find(path: &str) -> Option<(Operations, ApiVersion)> {
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    let path = path.strip_prefix('/').unwrap_or(path);
    let mut segments = Vec::with_capacity(TOO_MANY_SEGMENTS);
    for segment in path.split('/').take(TOO_MANY_SEGMENTS) {
        // A key in parentheses means the same as a separate segment.
        let Segment { name, argument } = read_segment(segment)?;
        let is_collection = matches!(&*name, REQUESTS | BETA_REQUESTS | APPROVALS | STAGES | STEPS);
        match argument {
            Some(key) if is_collection => {
                segments.push(Segment { name, argument: None });
                segments.push(Segment { name: Cow::Owned(unquoted(&key).to_owned()), argument: None });
            }
            argument => segments.push(Segment { name, argument }),
        }
    }
    let (version, rest) = match segments.as_slice() {
        [first, rest @ ..] if first.argument.is_none() => match first.name.parse::<ApiVersion>() {
            Ok(version) => (Some(version), rest),
            Err(_) => (None, segments.as_slice()),
        },
        _ => return None,
    };
    let [first, second, collection, rest @ ..] = rest else { return None };
    let is_rooted = [first, second].map(|segment| segment.argument.is_none().then_some(&*segment.name));
    if is_rooted != ROOT.map(Some) {
        return None;
    }
    match &*collection.name {
        REQUESTS => Some((requests(rest)?, version.unwrap_or(ApiVersion::V1_0))),
        BETA_REQUESTS if version != Some(ApiVersion::V1_0) => Some((requests(rest)?, ApiVersion::Beta)),
        APPROVALS => approvals(rest, version),
        _ => None,
    }
}

/// Returns the operations below the collection of requests.
fn requests(segments: &[Segment<'_>]) -> Option<Operations> {
    match segments {
        [] => Some([Some(Operation::List), Some(Operation::Create)]),
        [filter] if filter.argument.is_some() => {
            Some([Some(Operation::Filter { on: relation(filter)? }), None])
        }
        [id] => {
            let request = key(id)?;
            Some([Some(Operation::Get { request }), Some(Operation::Delete { request })])
        }
        [id, action] if action.argument.is_none() => {
            let request = key(id)?;
            let operation = match unqualified(&action.name) {
                "resume" => Operation::Resume { request },
                "cancel" => Operation::Cancel { request },
                "reprocess" => Operation::Reprocess { request },
                _ => return None,
            };
            Some([Some(operation), None])
        }
        _ => None,
    }
}

/// Returns the operations below the collection of approvals, and the path's generation.
fn approvals(segments: &[Segment<'_>], version: Option<ApiVersion>) -> Option<(Operations, ApiVersion)> {
    let otherwise = version.unwrap_or(ApiVersion::V1_0);
    match segments {
        [filter] if filter.argument.is_some() => {
            Some(([Some(Operation::FilterApprovals { on: relation(filter)? }), None], otherwise))
        }
        [id] => Some(([Some(Operation::GetApproval { approval: key(id)? }), None], otherwise)),
        [id, stages, rest @ ..] => {
            let approval = key(id)?;
            let api = match (&*stages.name, version) {
                (STAGES, _) => otherwise,
                (STEPS, None | Some(ApiVersion::Beta)) => ApiVersion::Beta,
                _ => return None,
            };
            match rest {
                [] => Some(([Some(Operation::ListStages { approval }), None], api)),
                [stage] => {
                    let stage = key(stage)?;
                    let get = Operation::GetStage { approval, stage };
                    Some(([Some(get), Some(Operation::Decide { approval, stage })], api))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

fn key<T: FromStr>(segment: &Segment<'_>) -> Option<T> {
    segment.name.parse().ok().filter(|_| segment.argument.is_none())
}

/// Returns the argument of `filterByCurrentUser(on='…')`.
fn relation(segment: &Segment<'_>) -> Option<Relation> {
    let value = segment.argument.as_deref()?.strip_prefix("on=")?;
    let quoted = value.strip_prefix('\'')?.strip_suffix('\'')?;
    (unqualified(&segment.name) == FILTER).then(|| quoted.parse().ok())?
}

fn unqualified(name: &str) -> &str {
    name.strip_prefix(NAMESPACE).unwrap_or(name)
}

fn unquoted(key: &str) -> &str {
    key.strip_prefix('\'').and_then(|key| key.strip_suffix('\'')).unwrap_or(key)
}

/// Decodes percent-encoding, and splits off an argument in parentheses.
fn read_segment(segment: &str) -> Option<Segment<'_>> {
    let text = decoded(segment)?;
    let Some((name, argument)) = text.strip_suffix(')').and_then(|text| text.split_once('(')) else {
        return Some(Segment { name: text, argument: None });
    };
    Some(Segment { name: Cow::Owned(name.to_owned()), argument: Some(argument.to_owned()) })
}

/// Decodes percent-encoding. Returns `None` if it is invalid, or if the result is not UTF-8.
fn decoded(segment: &str) -> Option<Cow<'_, str>> {
    if !segment.contains('%') {
        return Some(Cow::Borrowed(segment));
    }
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first == b'%' {
            let [high, low, after @ ..] = rest else { return None };
            bytes.push(hexadecimal(*high)? * 16 + hexadecimal(*low)?);
            rest = after;
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

fn hexadecimal(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| value.try_into().ok())
}
