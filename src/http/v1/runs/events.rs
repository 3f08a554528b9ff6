//! `GET /runs/{run_id}/events`: what happened to a run, as server-sent events.
//!
//! Whoever watches sends the number of the last event seen as `Last-Event-ID`, as a browser's `EventSource` does by itself, and gets
//! what came after. The answer stays open for as many seconds as are asked for, then ends; the watcher comes again. Once a run has
//! ended and everything was told, the answer is 204, at which an `EventSource` stops.

use std::convert::Infallible;
use std::fmt::Write;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use futures_util::stream;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::{GROUP, READERS};
use crate::http::call::Call;
use crate::http::endpoint::{Access, EVENT_STREAM, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::time::rfc3339;
use crate::store::runs::RunEvent;
use crate::store::{Store, StoreError};

/// Longest wait, seconds: shorter than what a server that stops gives requests under way.
const LONGEST_WAIT_S: i64 = 15;
/// Between two looks, milliseconds.
const LOOK_MS: u64 = 250;
/// Events of one look.
const MOST_EVENTS: i64 = 500;

/// How long to wait for more.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RunEventsQuery")]
struct Query {
    /// Seconds to stay open for what comes; none where absent, more than 15 are taken as 15.
    wait: Option<i64>,
    /// The last event seen, for whoever cannot send `Last-Event-ID`.
    after: Option<i64>,
}

/// One event of the stream.
#[derive(JsonSchema)]
struct RunEventSent {
    /// Its number, from 1 without gaps: what to send as `Last-Event-ID`.
    id: String,
    /// Always `progress`.
    event: &'static str,
    /// `RunProgress` as JSON.
    #[schemars(schema_with = "progress_as_text")]
    data: String,
}

/// How far a run has come.
#[derive(Serialize, JsonSchema)]
struct RunProgress {
    /// The run's state then.
    state: String,
    /// What was being done.
    stage: String,
    /// Percent.
    progress: i64,
    /// When.
    #[schemars(extend("format" = "date-time"))]
    at: String,
}

fn progress_as_text(generator: &mut SchemaGenerator) -> Schema {
    let progress = generator.subschema_for::<RunProgress>();
    json_schema!({"type": "string", "contentMediaType": "application/json", "contentSchema": progress})
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/runs/{run_id}/events";
    Endpoint::works(Method::GET, path, "watch_run", |call| watch(call).boxed())
        .says(GROUP, "匹配进度（SSE，支持 Last-Event-ID）", "Progress of a run (SSE, with Last-Event-ID)")
        .allows(Access::Roles(READERS), Scope::Region)
        .asks::<Query>()
        .gives_as::<RunEventSent>(StatusCode::OK, EVENT_STREAM)
        .gives_nothing()
}

/// Whether nothing can happen to a run's making any more.
fn has_ended(state: &str) -> bool {
    !matches!(state, "queued" | "running")
}

async fn watch(call: &Call) -> Result<Reply, Problem> {
    let query: Query = call.query()?;
    let id = call.id("run_id")?.to_owned();
    let last_seen = call.headers.get("last-event-id").and_then(|value| value.to_str().ok()?.parse().ok());
    let after: i64 = last_seen.or(query.after).unwrap_or(0);
    let store = call.app.store.clone();
    let mut view = store.view().await?;
    let run = view.run(&call.span()?, &id).await?;
    let events = view.run_events(&id, after, MOST_EVENTS).await?;
    drop(view);
    if events.is_empty() && has_ended(&run.state) {
        return Ok(Reply::nothing());
    }
    let looks = query.wait.unwrap_or(0).clamp(0, LONGEST_WAIT_S) as u64 * 1000 / LOOK_MS;
    let watching = Watching { store, id, after, looks, next: Some(events) };
    let pieces = stream::unfold(watching, |mut watching| async move {
        let piece = watching.piece().await?;
        Some((Ok::<Bytes, Infallible>(piece), watching))
    });
    Ok(Reply::stream(EVENT_STREAM, pieces))
}

/// Somebody who watches.
struct Watching {
    store: Store,
    id: String,
    after: i64,
    looks: u64,
    /// What was found already.
    next: Option<Vec<RunEvent>>,
}

impl Watching {
    /// The next piece of the answer; none at its end.
    async fn piece(&mut self) -> Option<Bytes> {
        if let Some(events) = self.next.take() {
            return Some(self.told(&events, true));
        }
        while self.looks > 0 {
            self.looks -= 1;
            tokio::time::sleep(Duration::from_millis(LOOK_MS)).await;
            // A look that fails ends the answer; the watcher comes again.
            let events = self.look().await.ok()?;
            if !events.is_empty() {
                return Some(self.told(&events, false));
            }
        }
        None
    }

    async fn look(&self) -> Result<Vec<RunEvent>, StoreError> {
        self.store.view().await?.run_events(&self.id, self.after, MOST_EVENTS).await
    }

    fn told(&mut self, events: &[RunEvent], first: bool) -> Bytes {
        let mut text = if first { "retry: 1000\n\n".to_owned() } else { String::new() };
        for event in events {
            let progress = RunProgress {
                state: event.state.clone(),
                stage: event.stage.clone(),
                progress: event.progress,
                at: rfc3339(event.at_ms),
            };
            let data = serde_json::to_string(&progress).unwrap_or_default();
            let sent = RunEventSent { id: event.number.to_string(), event: "progress", data };
            // Writing to a text does not fail.
            let _ = write!(text, "id: {}\nevent: {}\ndata: {}\n\n", sent.id, sent.event, sent.data);
            self.after = event.number;
            if has_ended(&event.state) {
                self.looks = 0;
            }
        }
        text.into()
    }
}
