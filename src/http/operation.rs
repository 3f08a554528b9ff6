//! `/healthz` and `/readyz`: whether the program runs, and whether it can answer.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::App;

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
