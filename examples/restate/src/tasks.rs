//! What events ask of the host, done as durable steps: each is tried again until it is done, also after a crash.

use std::sync::Arc;
use std::time::Duration;

use assignment_request::{Event, Limits, Request, RequestId, Task};
use assignment_request_graph::read_history;
use reference_service::worker::Worker;
use restate_sdk::prelude::*;
use serde::{Deserialize, Serialize};

use crate::engine::Engine;
use crate::message::Given;
use crate::objects::{AccessRequestClient, Done, ExclusiveAccessClient, Ordered};

/// How often a task is tried.
const MOST_TRIES: u32 = 10;
/// How long a task waits after its first try that failed. Each further try waits twice as long.
const BACK_OFF: Duration = Duration::from_secs(1);

/// The task of an event.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Order {
    pub id: RequestId,
    pub sequence: u64,
}

/// Does tasks.
pub struct Tasks {
    pub worker: Arc<Worker<Engine>>,
}

#[restate_sdk::service]
impl Tasks {
    /// Does the task of an event, and gives the commands that come of it.
    #[handler]
    pub async fn perform(&self, ctx: Context<'_>, order: Json<Order>) -> HandlerResult<()> {
        let Order { id, sequence } = order.0;
        for tries in 1..=MOST_TRIES {
            // The request as it is now: it may have moved on while the task waited.
            let stored = ctx.object_client::<AccessRequestClient>(id.to_string()).load().call().await?;
            let Some((request, event, task)) = find(stored.0, sequence) else { return Ok(()) };
            let attempt = ctx
                .run(|| async { Ok(Json(self.attempt(&request, &event, task, tries).await)) })
                .name(event.name())
                .await?;
            match attempt.into_inner() {
                Ok(commands) => {
                    for given in commands {
                        give(&ctx, id, given).await?;
                    }
                    return Ok(());
                }
                Err(reason) => {
                    tracing::warn!(request = %id, event = event.name(), tries, reason, "task failed");
                    ctx.sleep(BACK_OFF * 2_u32.saturating_pow(tries - 1)).await?;
                }
            }
        }
        Err(TerminalError::new(format!("request {id}, event {sequence}: tried {MOST_TRIES} times")).into())
    }
}

impl Tasks {
    /// Tries once. What came of it is kept, so it is not done again when the handler is run again.
    async fn attempt(
        &self,
        request: &Request,
        event: &Event,
        task: Task,
        tries: u32,
    ) -> Result<Vec<Given>, String> {
        let commands = self.worker.work(request, event, task, tries).await;
        let now = self.worker.now();
        let given = |commands: Vec<_>| commands.iter().map(|command| Given::new(command, now)).collect();
        commands.map(given).map_err(|error| error.to_string())
    }
}

/// Gives a command of the service itself. It is refused if the request has moved on, and that is fine.
async fn give(ctx: &Context<'_>, id: RequestId, given: Given) -> Result<(), TerminalError> {
    let command = Json(given.clone());
    let done = ctx.object_client::<AccessRequestClient>(id.to_string()).execute(command).call().await;
    let done = match done {
        Ok(Json(Done::NeedsKey(key))) => {
            let ordered = Json(Ordered { id, given });
            ctx.object_client::<ExclusiveAccessClient>(key).execute(ordered).call().await
        }
        done => done,
    };
    if let Err(error) = done {
        tracing::info!(request = %id, code = error.message(), "a command of the service was refused");
    }
    Ok(())
}

/// Returns the request, the event and its task. `None` if the request was deleted.
fn find(stored: Option<(String, String)>, sequence: u64) -> Option<(Request, Event, Task)> {
    let (log, _) = stored?;
    let (request, events) = read_history(log.as_bytes(), &Limits::default()).ok()?;
    let event = events.into_iter().find(|event| event.sequence == sequence)?;
    let task = event.task()?;
    Some((request, event, task))
}
