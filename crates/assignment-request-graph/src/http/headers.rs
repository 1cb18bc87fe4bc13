//! The headers of requests and of responses.

use ::http::header::{ACCEPT, CONTENT_TYPE, IF_MATCH};
use ::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use assignment_request::Quoted;

use crate::http::operation::Operation;

/// The header in which a client names its HTTP request. A service repeats it in the response.
pub const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");
/// The header in which a service names the HTTP request.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
/// The header for the version of OData, in requests and in responses.
pub const ODATA_VERSION: HeaderName = HeaderName::from_static("odata-version");
/// The version of OData of every response.
pub const ODATA_VERSION_VALUE: HeaderValue = HeaderValue::from_static("4.0");
/// The header in which a service says which preferences it followed.
pub const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

const ODATA_MAX_VERSION: HeaderName = HeaderName::from_static("odata-maxversion");
const PREFER: HeaderName = HeaderName::from_static("prefer");

/// The longest `client-request-id`, in bytes.
const LONGEST_CLIENT_ID: usize = 256;

/// What the headers of a request say about the operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestHeaders {
    /// `If-Match`: the revision that the request must have (rule I3). `None` if the header is absent or `*`.
    pub expected_revision: Option<u64>,
    /// `Prefer`.
    pub preferences: Preferences,
}

/// What a client would like, in the header `Prefer`. Preferences that are not listed here are ignored, as HTTP says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Preferences {
    /// `return=minimal` or `return=representation`: what a command answers with.
    pub returns: Option<Returns>,
    /// `include-unknown-enum-members`: the client knows the names that were added to Graph's enumerations later.
    pub include_unknown_enum_members: bool,
    /// `odata.maxpagesize`, also as `maxpagesize`: the most items of a page.
    pub max_page_size: Option<u32>,
}

/// What a client would like a command to answer with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Returns {
    /// Nothing.
    Minimal,
    /// The resource that was created or changed.
    Representation,
}

impl Returns {
    /// Returns the value of the header `Preference-Applied`.
    #[must_use]
    pub const fn applied(self) -> HeaderValue {
        match self {
            Self::Minimal => HeaderValue::from_static("return=minimal"),
            Self::Representation => HeaderValue::from_static("return=representation"),
        }
    }
}

/// A header of the request is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderError {
    /// The body is not JSON in UTF-8, or does not say that it is.
    #[error(
        "the body must be application/json in UTF-8, and Content-Type must say so; it says {}",
        Quoted(given)
    )]
    UnsupportedMediaType {
        /// The header `Content-Type`.
        given: String,
    },
    /// The client accepts nothing that the operation answers with.
    #[error("the answer is {produced}; Accept allows {}", Quoted(accepted))]
    NotAcceptable {
        /// The media type of the answer.
        produced: &'static str,
        /// The header `Accept`.
        accepted: String,
    },
    /// The header cannot be read, or has a value that is not supported.
    #[error("the header {name} is refused: {reason}")]
    Invalid {
        /// The name of the header.
        name: HeaderName,
        /// Why it is refused.
        reason: &'static str,
    },
    /// `If-Match` names an entity tag that no resource of the service has.
    #[error("no revision has the entity tag {}", Quoted(tag))]
    PreconditionFailed {
        /// The entity tag.
        tag: String,
    },
}

impl HeaderError {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnsupportedMediaType { .. } => "unsupportedMediaType",
            Self::NotAcceptable { .. } => "notAcceptable",
            Self::Invalid { .. } => "invalidHeader",
            Self::PreconditionFailed { .. } => "preconditionFailed",
        }
    }

    /// Returns the HTTP status of the error.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::UnsupportedMediaType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::NotAcceptable { .. } => StatusCode::NOT_ACCEPTABLE,
            Self::Invalid { .. } => StatusCode::BAD_REQUEST,
            Self::PreconditionFailed { .. } => StatusCode::PRECONDITION_FAILED,
        }
    }
}

impl RequestHeaders {
    /// Reads the headers of a request for `operation`. `has_body` says whether the request has a body that is not empty.
    ///
    /// # Errors
    ///
    /// Returns the first fault: [`HeaderError::Invalid`] (400) for a version of OData other than 4, and for a header that
    /// cannot be read; [`HeaderError::NotAcceptable`] (406); [`HeaderError::UnsupportedMediaType`] (415) if a body is not
    /// said to be JSON; [`HeaderError::PreconditionFailed`] (412) for an `If-Match` that is no entity tag of
    /// [`entity_tag`].
    ///
    /// ```
    /// use assignment_request::RequestId;
    /// use assignment_request_graph::http::{Operation, RequestHeaders, entity_tag};
    /// use http::{HeaderMap, header};
    ///
    /// let cancel = Operation::Cancel { request: RequestId::from_u128(7) };
    /// let headers = HeaderMap::from_iter([(header::IF_MATCH, entity_tag(3))]);
    /// assert_eq!(RequestHeaders::read(&headers, &cancel, false)?.expected_revision, Some(3));
    /// # Ok::<(), assignment_request_graph::http::HeaderError>(())
    /// ```
    pub fn read(headers: &HeaderMap, operation: &Operation, has_body: bool) -> Result<Self, HeaderError> {
        for (name, is_allowed) in [
            (ODATA_VERSION, (|version: &str| matches!(version, "4.0" | "4.01")) as fn(&str) -> bool),
            (ODATA_MAX_VERSION, |version| version.split('.').next() == Some("4")),
        ] {
            if let Some(version) = one(headers, &name)?
                && !is_allowed(version.trim())
            {
                return Err(HeaderError::Invalid { name, reason: "this service has version 4.0 of OData" });
            }
        }
        check_accept(headers, operation)?;
        if has_body {
            check_content_type(headers)?;
        }
        Ok(Self { expected_revision: expected_revision(headers)?, preferences: preferences(headers)? })
    }
}

/// Returns the entity tag of a resource whose request has had so many events, for the header `ETag`.
#[must_use]
pub fn entity_tag(revision: u64) -> HeaderValue {
    // Digits and quotes are allowed in every header.
    HeaderValue::try_from(format!("W/\"{revision}\"")).unwrap_or(HeaderValue::from_static("W/\"\""))
}

/// Returns the id that the client gave the HTTP request: any text of visible ASCII characters and spaces, of up to 256
/// bytes. `None` if there is no such id.
///
/// ```
/// use assignment_request_graph::http::{CLIENT_REQUEST_ID, client_request_id};
/// use http::{HeaderMap, HeaderValue};
///
/// let headers = HeaderMap::from_iter([(CLIENT_REQUEST_ID, HeaderValue::from_static("nightly run 7"))]);
/// assert_eq!(client_request_id(&headers), Some("nightly run 7"));
/// ```
#[must_use]
pub fn client_request_id(headers: &HeaderMap) -> Option<&str> {
    let id = headers.get(CLIENT_REQUEST_ID)?.to_str().ok()?;
    (!id.is_empty() && id.len() <= LONGEST_CLIENT_ID).then_some(id)
}

/// Returns the only header of a name.
fn one<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, HeaderError> {
    let invalid = |reason| HeaderError::Invalid { name: name.clone(), reason };
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(invalid("it is given twice"));
    }
    value.to_str().map(Some).map_err(|_| invalid("it has characters that are not ASCII"))
}

fn check_content_type(headers: &HeaderMap) -> Result<(), HeaderError> {
    let given = one(headers, &CONTENT_TYPE)?.unwrap_or_default();
    let mut parts = given.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    let is_utf8 = parts.filter_map(|parameter| parameter.split_once('=')).all(|(name, value)| {
        !name.trim().eq_ignore_ascii_case("charset")
            || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
    });
    if is_json && is_utf8 {
        return Ok(());
    }
    Err(HeaderError::UnsupportedMediaType { given: given.to_owned() })
}

fn check_accept(headers: &HeaderMap, operation: &Operation) -> Result<(), HeaderError> {
    let produced = if operation.is_count() { "text/plain" } else { "application/json" };
    let mut accepted = String::new();
    for value in headers.get_all(ACCEPT) {
        let invalid =
            |_| HeaderError::Invalid { name: ACCEPT, reason: "it has characters that are not ASCII" };
        if !accepted.is_empty() {
            accepted.push_str(", ");
        }
        accepted.push_str(value.to_str().map_err(invalid)?);
    }
    if accepted.trim().is_empty() || accepted.split(',').any(|range| allows(range, produced)) {
        return Ok(());
    }
    Err(HeaderError::NotAcceptable { produced, accepted })
}

/// Returns whether a range of media types, such as `application/*;q=0.5`, allows `produced`.
fn allows(range: &str, produced: &str) -> bool {
    let mut parts = range.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default();
    let is_refused = parts.filter_map(|parameter| parameter.split_once('=')).any(|(name, value)| {
        name.trim().eq_ignore_ascii_case("q") && value.trim().parse::<f32>().is_ok_and(|weight| weight <= 0.0)
    });
    let is_there = kind == "*/*"
        || kind.eq_ignore_ascii_case(produced)
        || kind.strip_suffix("/*").is_some_and(|group| {
            produced.split('/').next().is_some_and(|produced| produced.eq_ignore_ascii_case(group))
        });
    is_there && !is_refused
}

fn expected_revision(headers: &HeaderMap) -> Result<Option<u64>, HeaderError> {
    let Some(tag) = one(headers, &IF_MATCH)?.map(str::trim) else { return Ok(None) };
    if tag == "*" {
        return Ok(None);
    }
    if tag.contains(',') {
        return Err(HeaderError::Invalid { name: IF_MATCH, reason: "it must have one entity tag" });
    }
    let text = tag.strip_prefix("W/").unwrap_or(tag);
    let digits = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let revision = digits.and_then(|digits| digits.parse().ok()).filter(|revision: &u64| {
        // Another spelling of the number is another tag.
        digits.is_some_and(|digits| *digits == revision.to_string())
    });
    match revision {
        Some(revision) => Ok(Some(revision)),
        None => Err(HeaderError::PreconditionFailed { tag: tag.to_owned() }),
    }
}

fn preferences(headers: &HeaderMap) -> Result<Preferences, HeaderError> {
    let invalid = |reason| HeaderError::Invalid { name: PREFER, reason };
    let mut preferences = Preferences::default();
    for value in headers.get_all(PREFER) {
        let value = value.to_str().map_err(|_| invalid("it has characters that are not ASCII"))?;
        for preference in value.split([',', ';']).map(str::trim) {
            let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
            let value = value.trim().trim_matches('"');
            match name.trim().to_ascii_lowercase().as_str() {
                "return" => {
                    let returns = match value {
                        "minimal" => Returns::Minimal,
                        "representation" => Returns::Representation,
                        _ => return Err(invalid("return must be minimal or representation")),
                    };
                    // Of two preferences of one name the first counts (RFC 7240).
                    preferences.returns = preferences.returns.or(Some(returns));
                }
                "include-unknown-enum-members" => preferences.include_unknown_enum_members = true,
                "odata.maxpagesize" | "maxpagesize" => {
                    let size = value.parse().ok().filter(|size| *size > 0);
                    let size =
                        size.ok_or_else(|| invalid("maxpagesize must be a whole number above zero"))?;
                    preferences.max_page_size = preferences.max_page_size.or(Some(size));
                }
                _ => {}
            }
        }
    }
    Ok(preferences)
}
