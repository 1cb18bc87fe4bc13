//! Finds the operation of a method and a path.

use std::borrow::Cow;
use std::str::FromStr;

use ::http::{Method, StatusCode};

use assignment_request::Quoted;

use crate::http::decode::decoded;
use crate::http::operation::{
    APPROVALS, ASSIGNMENT, BATCH, BETA_ASSIGNMENT, COUNT, Collection, FILTER, Operation, OperationPath,
    PACKAGE, PACKAGES, REQUESTOR, REQUIREMENTS, ROOT, STAGES, STEPS,
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
    /// The path is that of the metadata document (`$metadata`), which is not served.
    #[error(
        "there is no metadata document here; Microsoft Graph's own describes the members and their types"
    )]
    NoMetadata,
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
            Self::NoMetadata => "noMetadata",
            Self::MethodNotAllowed { .. } => "methodNotAllowed",
        }
    }

    /// Returns the HTTP status of the error.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::UnknownPath | Self::NoMetadata => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
        }
    }
}

/// What a method and a path ask for, and the words in which the client asks: the answer uses the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// The operation.
    pub operation: Operation,
    /// The generation to answer in.
    pub api: ApiVersion,
    /// The name of the collection of requests that the client used, or the generation's own if the path has none.
    pub collection: Collection,
}

impl Endpoint {
    /// Returns what `method` and `path` ask for.
    ///
    /// `path` may include the generation or not, with or without a leading `/`; one `/` may follow it. A query after `?`
    /// is read for parameters alone, as in `filterByCurrentUser(on=@on)?@on='target'`; [`QueryOptions`] reads the rest.
    /// Ids may be path segments or in one of OData's forms, `assignmentRequests('{id}')`, `assignmentRequests({id})` and
    /// `assignmentRequests(id='{id}')`. Functions and actions may have the prefix `microsoft.graph.`. If the path has no
    /// generation, names that only beta has mean beta; otherwise v1.0 is assumed. HEAD asks for the same as GET.
    ///
    /// # Errors
    ///
    /// Returns [`PathError::UnknownPath`] or [`PathError::NoMetadata`] (404) if the path does not exist, or
    /// [`PathError::MethodNotAllowed`] (405) if it exists with other methods only.
    ///
    /// ```
    /// use assignment_request_graph::http::{Endpoint, PathError};
    /// use http::{Method, StatusCode};
    ///
    /// let path = "/beta/identityGovernance/entitlementManagement/accessPackageAssignmentRequests";
    /// let error = Endpoint::from_request(&Method::PUT, path).unwrap_err();
    /// assert_eq!(error.status(), StatusCode::METHOD_NOT_ALLOWED);
    /// let PathError::MethodNotAllowed { allowed, .. } = error else { panic!() };
    /// assert_eq!(allowed, [Method::GET, Method::HEAD, Method::POST]);
    /// ```
    ///
    /// [`QueryOptions`]: crate::http::QueryOptions
    pub fn from_request(method: &Method, path: &str) -> Result<Self, PathError> {
        let Place { operations, api, collection } = find(path)?;
        let there = operations.into_iter().flatten();
        let asked = if *method == Method::HEAD { &Method::GET } else { method };
        if let Some(operation) = there.clone().find(|operation| operation.method() == *asked) {
            return Ok(Self { operation, api, collection });
        }
        let mut allowed = Vec::new();
        for operation in there {
            let method = operation.method();
            let is_get = method == Method::GET;
            allowed.push(method);
            if is_get {
                allowed.push(Method::HEAD);
            }
        }
        Err(PathError::MethodNotAllowed { given: method.clone(), allowed })
    }

    /// Returns the path of another operation in the words of this one, for the header `Location` and for next links.
    ///
    /// ```
    /// use assignment_request::RequestId;
    /// use assignment_request_graph::http::{Endpoint, Operation};
    /// use http::Method;
    ///
    /// let path = "/beta/identityGovernance/entitlementManagement/assignmentRequests";
    /// let endpoint = Endpoint::from_request(&Method::POST, path)?;
    /// let created = endpoint.path_to(Operation::Get { request: RequestId::from_u128(7) });
    /// assert_eq!(created.to_string(), format!("{path}/00000000-0000-0000-0000-000000000007"));
    /// # Ok::<(), assignment_request_graph::http::PathError>(())
    /// ```
    #[must_use]
    pub const fn path_to(&self, operation: Operation) -> OperationPath {
        operation.path(self.api).in_collection(self.collection)
    }
}

/// The operations at a path, of which there are at most two.
type Operations = [Option<Operation>; 2];

/// What is at a path.
struct Place {
    operations: Operations,
    api: ApiVersion,
    collection: Collection,
}

/// A segment of a path: its name, and the argument in parentheses after it.
struct Segment<'a> {
    name: Cow<'a, str>,
    argument: Option<String>,
}

fn find(path: &str) -> Result<Place, PathError> {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    find_segments(path, query).unwrap_or(Err(PathError::UnknownPath))
}

fn find_segments(path: &str, query: &str) -> Option<Result<Place, PathError>> {
    let mut segments = Vec::with_capacity(TOO_MANY_SEGMENTS);
    for segment in path.split('/').take(TOO_MANY_SEGMENTS) {
        // A key in parentheses means the same as a separate segment.
        let Segment { name, argument } = read_segment(segment)?;
        let is_collection =
            name.parse::<Collection>().is_ok() || matches!(&*name, APPROVALS | PACKAGES | STAGES | STEPS);
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
    let api = version.unwrap_or(ApiVersion::V1_0);
    match rest {
        [one] if one.argument.is_none() && one.name == "$metadata" => {
            return Some(Err(PathError::NoMetadata));
        }
        [one] if one.argument.is_none() && one.name == BATCH => {
            let operations = [Some(Operation::Batch), None];
            return Some(Ok(Place { operations, api, collection: Collection::of(api) }));
        }
        _ => {}
    }
    let [first, second, collection, rest @ ..] = rest else { return None };
    let is_rooted = [first, second].map(|segment| segment.argument.is_none().then_some(&*segment.name));
    if is_rooted != ROOT.map(Some) {
        return None;
    }
    let place = match (&*collection.name, collection.name.parse::<Collection>()) {
        (_, Ok(collection)) => {
            let api = match (collection, version) {
                (Collection::AccessPackageAssignmentRequests, Some(ApiVersion::V1_0)) => return None,
                (Collection::AccessPackageAssignmentRequests, _) => ApiVersion::Beta,
                (Collection::AssignmentRequests, _) => api,
            };
            Place { operations: requests(rest, api, query)?, api, collection }
        }
        (APPROVALS, _) => {
            let (operations, api) = approvals(rest, version, query)?;
            Place { operations, api, collection: Collection::of(api) }
        }
        (PACKAGES, _) => {
            let [id, action] = rest else { return None };
            let is_it = action.argument.is_none() && unqualified(&action.name) == REQUIREMENTS;
            let operation = is_it.then_some(Operation::GetRequirements { access_package: key(id)? })?;
            Place { operations: [Some(operation), None], api, collection: Collection::of(api) }
        }
        _ => return None,
    };
    Some(Ok(place))
}

/// Returns the operations below the collection of requests.
fn requests(segments: &[Segment<'_>], api: ApiVersion, query: &str) -> Option<Operations> {
    match segments {
        [] => Some([Some(Operation::List), Some(Operation::Create)]),
        [filter] if filter.argument.is_some() => {
            Some([Some(Operation::Filter { on: relation(filter, query)? }), None])
        }
        [count] if count.name == COUNT => Some([Some(Operation::Count), None]),
        [id] => {
            let request = key(id)?;
            Some([Some(Operation::Get { request }), Some(Operation::Delete { request })])
        }
        [id, rest] if rest.argument.is_none() => {
            let request = key(id)?;
            let operation = match &*rest.name {
                ASSIGNMENT => Operation::GetAssignment { request },
                BETA_ASSIGNMENT if api == ApiVersion::Beta => Operation::GetAssignment { request },
                REQUESTOR => Operation::GetRequestor { request },
                PACKAGE => Operation::GetAccessPackage { request },
                action => match unqualified(action) {
                    "resume" => Operation::Resume { request },
                    "cancel" => Operation::Cancel { request },
                    "reprocess" => Operation::Reprocess { request },
                    _ => return None,
                },
            };
            Some([Some(operation), None])
        }
        _ => None,
    }
}

/// Returns the operations below the collection of approvals, and the path's generation.
fn approvals(
    segments: &[Segment<'_>],
    version: Option<ApiVersion>,
    query: &str,
) -> Option<(Operations, ApiVersion)> {
    let otherwise = version.unwrap_or(ApiVersion::V1_0);
    match segments {
        [] => Some(([Some(Operation::ListApprovals), None], otherwise)),
        [filter] if filter.argument.is_some() => {
            let operation = Operation::FilterApprovals { on: relation(filter, query)? };
            Some(([Some(operation), None], otherwise))
        }
        [count] if count.name == COUNT => Some(([Some(Operation::CountApprovals), None], otherwise)),
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
                [count] if count.argument.is_none() && count.name == COUNT => {
                    Some(([Some(Operation::CountStages { approval }), None], api))
                }
                [stage] => {
                    let stage = key(stage)?;
                    let get = Operation::GetStage { approval, stage };
                    Some(([Some(get), Some(Operation::Decide { approval, stage })], api))
                }
                _ => None,
            }
        }
    }
}

fn key<T: FromStr>(segment: &Segment<'_>) -> Option<T> {
    segment.name.parse().ok().filter(|_| segment.argument.is_none())
}

/// Returns the argument of `filterByCurrentUser(on='…')`, or of `filterByCurrentUser(on=@on)` with `@on='…'` in the
/// query.
fn relation<T: FromStr>(segment: &Segment<'_>, query: &str) -> Option<T> {
    if unqualified(&segment.name) != FILTER {
        return None;
    }
    let value = segment.argument.as_deref()?.strip_prefix("on=")?;
    let given = if value.starts_with('@') { parameter(query, value)? } else { Cow::Borrowed(value) };
    given.strip_prefix('\'')?.strip_suffix('\'')?.parse().ok()
}

/// Returns the value of a parameter alias, whose name begins with `@`. `None` if it is given twice.
fn parameter<'q>(query: &'q str, alias: &str) -> Option<Cow<'q, str>> {
    let mut values = query.split('&').filter_map(|option| {
        let (name, value) = option.split_once('=')?;
        (decoded(name)? == alias).then_some(value)
    });
    let value = values.next()?;
    if values.next().is_some() { None } else { decoded(value) }
}

fn unqualified(name: &str) -> &str {
    name.strip_prefix(NAMESPACE).unwrap_or(name)
}

/// Returns the key in `('{key}')`, `({key})`, `(id='{key}')` or `(id={key})`.
fn unquoted(key: &str) -> &str {
    let key = key.strip_prefix("id=").unwrap_or(key);
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
