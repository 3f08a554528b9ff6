//! What operators ask: `/healthz` whether the program runs, `/readyz` whether it can answer, and the figures of a second
//! listener.

use std::sync::Arc;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use super::App;

/// Upper bounds of the classes of durations, seconds.
const SECONDS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

pub(super) fn routes(app: &Arc<App>) -> Router {
    let app = Arc::clone(app);
    Router::new()
        .route(
            "/healthz",
            get(|| async { (StatusCode::OK, axum::Json(serde_json::json!({"status": "ok"}))) }),
        )
        .route("/readyz", get(move || ready(Arc::clone(&app))))
}

async fn ready(app: Arc<App>) -> Response {
    let (status, word) = match app.store.is_ready().await {
        Ok(()) => (StatusCode::OK, "ready"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "database_unavailable"),
    };
    (status, axum::Json(serde_json::json!({"status": word}))).into_response()
}

/// Figures about requests, for Prometheus. They name endpoints by their pattern and hold nothing of anybody.
#[derive(Clone)]
pub struct Figures(PrometheusHandle);

impl Figures {
    /// Begins to count, once a process.
    ///
    /// # Errors
    /// Where something else counts already.
    pub fn begin() -> Result<Self, metrics_exporter_prometheus::BuildError> {
        let durations = Matcher::Suffix("_seconds".to_owned());
        let handle =
            PrometheusBuilder::new().set_buckets_for_metric(durations, SECONDS)?.install_recorder()?;
        metrics::describe_histogram!(
            "http_request_seconds",
            "How long requests take, by endpoint and status"
        );
        metrics::describe_gauge!("http_connections", "Open connections");
        metrics::describe_counter!(
            "replies_forgotten_total",
            "Replies to keyed requests that were forgotten"
        );
        metrics::describe_gauge!("jiedui_info", "Version and database of the program");
        Ok(Self(handle))
    }

    /// Keeps the figures small; to be called now and then.
    pub fn tidy(&self) {
        self.0.run_upkeep();
    }

    /// The figures as text.
    pub fn text(&self) -> String {
        self.0.render()
    }

    /// `GET /metrics` and nothing else.
    pub fn routes(&self) -> Router {
        let figures = self.clone();
        let answer = move || async move {
            ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], figures.text())
        };
        Router::new().route("/metrics", get(answer))
    }
}
