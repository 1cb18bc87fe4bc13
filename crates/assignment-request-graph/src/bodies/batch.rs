//! Several operations in one body: `$batch`.

use std::borrow::Cow;

use assignment_request::Quoted;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use crate::json::body::{BodyKind, read_body};
use crate::json::member::{match_member, other};
use crate::json::raw::RawJson;
use crate::json::reader::Reader;
use crate::json::writer::{EITHER, Json, Members, Object, name, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::{ReadCode, ReadError};
use crate::vocabulary::options::ReadOptions;

/// The most operations of a batch, which is Graph's number.
const MOST_OPERATIONS: usize = 20;
/// The most headers of an operation of a batch.
const MOST_HEADERS: usize = 50;

/// An operation of a batch.
#[derive(Clone, Debug)]
pub struct BatchRequest<'a> {
    /// `id`: the answer has the same.
    pub id: Cow<'a, str>,
    /// `method`.
    pub method: Method,
    /// `url`: the path and the query, without scheme and host.
    pub url: Cow<'a, str>,
    /// The host and port of a `url` that begins with a scheme. An operation of a batch is always performed where the batch is
    /// sent: a host refuses one that names another.
    pub authority: Option<String>,
    /// `headers`.
    pub headers: HeaderMap,
    /// `body`, as JSON text.
    pub body: Option<RawJson<'a>>,
    /// `dependsOn`: the places in the batch of the operations that must succeed before. Each comes earlier.
    pub depends_on: Vec<usize>,
}

impl BatchRequest<'_> {
    /// Returns the path and the query, with the generation of the batch if the URL has none.
    #[must_use]
    pub fn path(&self, api: ApiVersion) -> String {
        let url = self.url.strip_prefix('/').unwrap_or(&self.url);
        match url.split_once('/') {
            Some((first, _)) if first.parse::<ApiVersion>().is_ok() => format!("/{url}"),
            _ => format!("/{api}/{url}"),
        }
    }
}

/// The answer to an operation of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchResponse<'a> {
    /// `id` of the operation.
    pub id: &'a str,
    /// `status`.
    pub status: StatusCode,
    /// `headers`.
    pub headers: HeaderMap,
    /// `body`.
    pub body: Option<BatchBody<'a>>,
}

/// The body of an answer to an operation of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchBody<'a> {
    /// JSON.
    Json(RawJson<'a>),
    /// Plain text, such as a count. It is written as a string.
    Text(&'a str),
}

/// Reads a batch: at most 20 operations, in order.
///
/// # Errors
///
/// Returns the first fault of the JSON text, or else the first fault of the shape; [`ReadCode`] lists both. A batch without
/// operations or with more than 20 is refused with `unsupportedValue`, and so are an `id` that occurs twice, a `method` that
/// is not HTTP's, a `url` of another scheme, and a `dependsOn` that names no earlier operation.
///
/// ```
/// use assignment_request_graph::{ApiVersion, ReadOptions, read_batch};
///
/// let body = br#"{ "requests": [
///     { "id": "1", "method": "GET", "url": "/identityGovernance/entitlementManagement/assignmentRequests?$top=1" },
///     { "id": "2", "method": "DELETE", "url": "/me", "dependsOn": ["1"] }
/// ] }"#;
/// let batch = read_batch(body, &ReadOptions::default())?;
/// let [first, second] = batch.as_slice() else { panic!() };
/// assert!(first.path(ApiVersion::Beta).starts_with("/beta/identityGovernance/"));
/// assert_eq!(second.depends_on, [0]);
/// # Ok::<(), assignment_request_graph::ReadError>(())
/// ```
pub fn read_batch<'a>(bytes: &'a [u8], options: &ReadOptions) -> Result<Vec<BatchRequest<'a>>, ReadError> {
    read_body(bytes, options, BodyKind::Asked, |reader| {
        let mut requests: Option<Vec<BatchRequest<'a>>> = None;
        reader.members(|reader, name| {
            match_member!(reader, name, {
                "requests" => {
                    let at = reader.value_at()?;
                    let mut read: Vec<BatchRequest<'a>> = Vec::new();
                    let miscounted = |reader: &Reader<'a>, at, count: &str| {
                        let message = format!("a batch has 1 to {MOST_OPERATIONS} operations; this one has {count}");
                        reader.error_at(ReadCode::UnsupportedValue, at, message)
                    };
                    reader.array(|reader| {
                        if read.len() == MOST_OPERATIONS {
                            let at = reader.value_at()?;
                            return Err(miscounted(reader, at, "more"));
                        }
                        let request = read_request(reader, &read)?;
                        read.push(request);
                        Ok(())
                    })?;
                    if read.is_empty() {
                        return Err(miscounted(reader, at, "none"));
                    }
                    requests = Some(read);
                },
            });
            Ok(())
        })?;
        requests.ok_or_else(|| reader.missing("requests"))
    })
}

fn read_request<'a>(
    reader: &mut Reader<'a>,
    earlier: &[BatchRequest<'a>],
) -> Result<BatchRequest<'a>, ReadError> {
    let (mut id, mut method, mut url, mut body) = (None, None, None, None);
    let mut headers = HeaderMap::new();
    let mut depends_on = None;
    reader.members(|reader, name| {
        match_member!(reader, name, {
            "id" => {
                let at = reader.value_at()?;
                id = reader.text()?;
                if let Some(id) = &id && earlier.iter().any(|request| request.id == *id) {
                    let message = format!("an earlier operation has the id {} too", Quoted(id));
                    return Err(reader.error_at(ReadCode::UnsupportedValue, at, message));
                }
            },
            "method" => method = reader.text_as(|text| method_of(text).map_err(|message| (ReadCode::UnsupportedValue, message)))?,
            "url" => {
                let at = reader.value_at()?;
                url = reader.text()?.map(split_url).transpose().map_err(|message| {
                    reader.error_at(ReadCode::UnsupportedValue, at, message)
                })?;
            },
            "headers" => headers = read_headers(reader)?,
            "body" => body = RawJson::read_or_null(reader)?,
            // The second name is the one that the official client for Python writes.
            "dependsOn" | "depends_on" => {
                let read = reader.array(|reader| {
                    let at = reader.value_at()?;
                    let id = reader.text()?.unwrap_or_default();
                    let place = earlier.iter().position(|request| request.id == id);
                    place.ok_or_else(|| {
                        let message = format!("no earlier operation has the id {}", Quoted(&id));
                        reader.error_at(ReadCode::UnsupportedValue, at, message)
                    })
                })?;
                reader.merge(&mut depends_on, read, other(name, "dependsOn", "depends_on"))?;
            },
        });
        Ok(())
    })?;
    let Some(id) = id else { return Err(reader.missing("id")) };
    let Some(method) = method else { return Err(reader.missing("method")) };
    let Some((authority, url)) = url else { return Err(reader.missing("url")) };
    let depends_on = depends_on.unwrap_or_default();
    Ok(BatchRequest { id, method, url, authority, headers, body, depends_on })
}

/// Splits a URL into its host and the rest.
fn split_url(url: Cow<'_, str>) -> Result<(Option<String>, Cow<'_, str>), String> {
    let rest = ["http://", "https://"].iter().find_map(|scheme| url.strip_prefix(scheme));
    if let Some(rest) = rest {
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        return Ok((Some(authority.to_owned()), Cow::Owned(path.to_owned())));
    }
    let path = url.split('?').next().unwrap_or_default();
    if path.contains("://") || path.starts_with("//") {
        return Err("expected a path within the generation, or a URL of http or https".to_owned());
    }
    Ok((None, url))
}

fn method_of(text: &str) -> Result<Method, String> {
    let known = [Method::GET, Method::POST, Method::PATCH, Method::PUT, Method::DELETE, Method::HEAD];
    let method = known.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(text));
    method.ok_or_else(|| format!("{} is no method of an operation", Quoted(text)))
}

fn read_headers(reader: &mut Reader<'_>) -> Result<HeaderMap, ReadError> {
    let mut headers = HeaderMap::new();
    reader.object(|reader, name| {
        let at = reader.value_at()?;
        let Some(value) = reader.text()? else { return Ok(()) };
        let name = HeaderName::try_from(name).ok();
        let value = HeaderValue::try_from(&*value).ok();
        let (Some((name, value)), true) = (name.zip(value), headers.len() < MOST_HEADERS) else {
            let message = format!("not the value of one of at most {MOST_HEADERS} headers");
            return Err(reader.error_at(ReadCode::UnsupportedValue, at, message));
        };
        headers.append(name, value);
        Ok(())
    })?;
    Ok(headers)
}

/// Appends the answer to a batch, with the answer to each operation.
pub fn write_batch(responses: &[BatchResponse<'_>], out: &mut Vec<u8>) {
    write_object(EITHER, out, |object| object.member(name!("responses"), responses));
}

/// Returns the name of a header as Graph spells it. One of the official clients knows no other spelling.
fn spelled(name: &HeaderName) -> String {
    match name.as_str() {
        "etag" => "ETag".to_owned(),
        "odata-version" => "OData-Version".to_owned(),
        "odata-entityid" => "OData-EntityId".to_owned(),
        name @ ("request-id" | "client-request-id") => name.to_owned(),
        name => {
            let mut is_first = true;
            let letter = |letter: char| {
                let spelled = if is_first { letter.to_ascii_uppercase() } else { letter };
                is_first = letter == '-';
                spelled
            };
            name.chars().map(letter).collect()
        }
    }
}

impl Json for BatchResponse<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.member(name!("id"), self.id);
            object.member(name!("status"), u64::from(self.status.as_u16()));
            object.member(
                name!("headers"),
                Members(|object: &mut Object<'_>| {
                    for (name, value) in &self.headers {
                        object.named(&spelled(name), value.to_str().unwrap_or_default());
                    }
                }),
            );
            match self.body {
                Some(BatchBody::Json(json)) => object.member(name!("body"), json),
                Some(BatchBody::Text(text)) => object.member(name!("body"), text),
                None => {}
            }
        });
    }
}
