//! What a client asks for over HTTP: paths, query options, headers, batches.

use assignment_request_graph::http::{Endpoint, QueryOptions, RequestHeaders};
use assignment_request_graph::{ReadOptions, read_batch};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;

/// A method, a path with its query, and headers, each on a line of its own. What is found is found again at the path that
/// is written for it, by the same method, and the options of a query do not depend on their order.
///
/// # Panics
///
/// If one of these does not hold.
#[must_use]
pub fn address(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines();
    let method = Method::from_bytes(lines.next().unwrap_or_default().as_bytes()).unwrap_or(Method::GET);
    let path = lines.next().unwrap_or_default();
    let Ok(endpoint) = Endpoint::from_request(&method, path) else { return false };
    let written = endpoint.path_to(endpoint.operation).to_string();
    let asked = endpoint.operation.method();
    assert_eq!(Endpoint::from_request(&asked, &written), Ok(endpoint), "{path} is written as {written}");
    assert!(
        method == asked || (method == Method::HEAD && asked == Method::GET),
        "{method} is read as {asked}"
    );

    let query = path.split_once('?').map(|(_, query)| query);
    let options = QueryOptions::read(query, &endpoint);
    if let Ok(options) = &options {
        let mut parts: Vec<_> = query.unwrap_or_default().split('&').collect();
        parts.reverse();
        let reversed = QueryOptions::read(Some(&parts.join("&")), &endpoint);
        assert_eq!(reversed.as_ref(), Ok(options), "in the opposite order");
    }

    let mut headers = HeaderMap::new();
    for line in lines.take(64) {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let (name, value) = (HeaderName::try_from(name), HeaderValue::try_from(value.trim()));
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    let headers = RequestHeaders::read(&headers, &endpoint.operation, endpoint.operation.reads_body());
    options.is_ok() && headers.is_ok()
}

/// Batches: what is read is what an ordinary reader of JSON finds there, and within the bounds of a batch.
///
/// # Panics
///
/// If it is not.
#[must_use]
pub fn batch(bytes: &[u8]) -> bool {
    let Ok(requests) = read_batch(bytes, &ReadOptions::default()) else { return false };
    let document: Option<Value> = serde_json::from_slice(bytes).ok();
    let found = document.as_ref().and_then(|document| document.get("requests")?.as_array());
    assert_eq!(found.map(Vec::len), Some(requests.len()));
    assert!((1..=20).contains(&requests.len()), "{} operations", requests.len());
    for (place, (request, found)) in requests.iter().zip(found.into_iter().flatten()).enumerate() {
        let text = |name: &str| found.get(name).and_then(Value::as_str);
        assert_eq!(Some(&*request.id), text("id"));
        let url = request.authority.as_deref().unwrap_or_default().to_owned() + &request.url;
        assert!(text("url").is_some_and(|found| found.ends_with(&url)), "{url} is read of {found}");
        let body = request.body.map(|body| serde_json::from_str::<Value>(body.get()).ok());
        assert_eq!(body, found.get("body").filter(|body| !body.is_null()).cloned().map(Some));
        assert!(request.depends_on.iter().all(|earlier| *earlier < place), "it depends on a later one");
        assert!(requests.iter().skip(place + 1).all(|later| later.id != request.id), "two have one id");
    }
    true
}
