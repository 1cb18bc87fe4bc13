//! Several operations in one body: `$batch`.

use std::borrow::Cow;

use assignment_request::Quoted;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use crate::json::body::{BodyKind, read_body};
use crate::json::member::match_member;
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
    /// `url`: the path within the generation, and the query.
    pub url: Cow<'a, str>,
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
/// is not HTTP's, a `url` with a host, and a `dependsOn` that names no earlier operation.
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
    let mut depends_on = Vec::new();
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
            "method" => {
                let at = reader.value_at()?;
                method = reader.text()?.map(|text| method_of(&text).map_err(|message| reader.error_at(ReadCode::UnsupportedValue, at, message))).transpose()?;
            },
            "url" => {
                let at = reader.value_at()?;
                url = reader.text()?;
                if url.as_deref().is_some_and(|url| url.contains("://") || url.starts_with("//")) {
                    let message = "expected a path within the generation, without a host".to_owned();
                    return Err(reader.error_at(ReadCode::UnsupportedValue, at, message));
                }
            },
            "headers" => headers = read_headers(reader)?,
            "body" => {
                let is_null = reader.is_null()?;
                body = if is_null { None } else { Some(RawJson::read(reader)?) };
            },
            "dependsOn" => {
                depends_on = reader.array(|reader| {
                    let at = reader.value_at()?;
                    let id = reader.text()?.unwrap_or_default();
                    let place = earlier.iter().position(|request| request.id == id);
                    place.ok_or_else(|| {
                        let message = format!("no earlier operation has the id {}", Quoted(&id));
                        reader.error_at(ReadCode::UnsupportedValue, at, message)
                    })
                })?.unwrap_or_default();
            },
        });
        Ok(())
    })?;
    let Some(id) = id else { return Err(reader.missing("id")) };
    let Some(method) = method else { return Err(reader.missing("method")) };
    let Some(url) = url else { return Err(reader.missing("url")) };
    Ok(BatchRequest { id, method, url, headers, body, depends_on })
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

impl Json for BatchResponse<'_> {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.member(name!("id"), self.id);
            object.member(name!("status"), u64::from(self.status.as_u16()));
            object.member(
                name!("headers"),
                Members(|object: &mut Object<'_>| {
                    for (name, value) in &self.headers {
                        object.named(name.as_str(), value.to_str().unwrap_or_default());
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
