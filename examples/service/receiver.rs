//! The outside systems: a badge office and a risk engine. They receive callouts over HTTP, and call back over HTTP with
//! tokens of their own, as systems on other machines would.

use std::sync::Arc;
use std::time::Duration;

use assignment_request::ExtensionId;
use assignment_request_graph::{CalloutData, read_callout};
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use serde_json::json;

use crate::client::HttpClient;
use crate::data::{Data, OPTIONS};
use crate::extensions::ReceiverAnswer;
use crate::handlers::LONGEST_BODY;

/// How often the receiver calls back if it cannot reach the service, and how long it waits after the first try.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(200);

/// What the outside systems know.
pub(crate) struct Receiver {
    /// Who they are and what they answer.
    pub(crate) data: Arc<Data>,
    pub(crate) client: HttpClient,
    /// Where the service listens.
    pub(crate) service: String,
}

impl Receiver {
    /// Takes a callout at `/{extension}`, says so at once, and calls back later.
    pub(crate) async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let status = match self.take(request).await {
            Some(()) => StatusCode::ACCEPTED,
            None => StatusCode::BAD_REQUEST,
        };
        let mut response = Response::new(Full::default());
        *response.status_mut() = status;
        response
    }

    async fn take(self: Arc<Self>, request: Request<Incoming>) -> Option<()> {
        let (head, body) = request.into_parts();
        let id: ExtensionId = head.uri.path().strip_prefix('/')?.parse().ok()?;
        let extension = self.data.extensions.get(id).filter(|_| head.method == Method::POST)?;
        let body = Limited::new(body, LONGEST_BODY).collect().await.ok()?.to_bytes();
        let callout = read_callout(&body, &OPTIONS).ok()?;
        tracing::info!(extension = %extension.display_name, callout = %callout.instance, "callout received");
        let Some(answer) = extension.answer.clone() else { return Some(()) };
        let token = self.data.directory.token(extension.account)?.to_owned();
        let path = callout.callback_uri_path.as_deref()?;
        let url = format!("{}/v1.0{path}", self.service);
        let body = callback(&extension.display_name, &callout, &answer)?;
        // A callout that comes twice is answered twice. The service refuses the second answer, and nothing is lost.
        tokio::spawn(async move { self.call_back(&url, &token, body, answer.after_milliseconds).await });
        Some(())
    }

    async fn call_back(&self, url: &str, token: &str, body: Vec<u8>, after_milliseconds: u64) {
        tokio::time::sleep(Duration::from_millis(after_milliseconds)).await;
        let bearer = format!("Bearer {token}");
        for doublings in 0..TRIES {
            match self.client.post(url, header::AUTHORIZATION, &bearer, body.clone()).await {
                Ok(status) if !is_temporary(status) => {
                    tracing::info!(status = status.as_u16(), "called back");
                    return;
                }
                Ok(status) => tracing::warn!(status = status.as_u16(), "the callback is sent again"),
                Err(error) => tracing::warn!(%error, "the callback is sent again"),
            }
            tokio::time::sleep(PAUSE.saturating_mul(1 << doublings)).await;
        }
        tracing::error!("the callback could not be sent");
    }
}

fn is_temporary(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}

/// The body of a callback, as the documentation of Graph has it.
fn callback(source: &str, callout: &CalloutData<'_>, answer: &ReceiverAnswer) -> Option<Vec<u8>> {
    let mut data = json!({
        "@odata.type": "#microsoft.graph.accessPackageAssignmentRequestCallbackData",
        "stage": callout.stage.to_string(),
        "customExtensionStageInstanceId": callout.instance.to_string(),
        "customExtensionStageInstanceDetail": format!("Answered by {source}"),
    });
    if let (Some(stage), Some(members)) = (&answer.approval_stage, data.as_object_mut()) {
        let kind = "#microsoft.graph.assignmentRequestApprovalStageCallbackData";
        members.insert("@odata.type".to_owned(), kind.into());
        members.insert("approvalStage".to_owned(), serde_json::from_str(stage.get()).ok()?);
    }
    serde_json::to_vec(&json!({ "source": source, "data": data })).ok()
}
