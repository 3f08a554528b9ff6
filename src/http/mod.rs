//! The API over the store: JSON under `/api/v1`, one endpoint a file, everything else made from one table.
//!
//! A request comes in through `headers`, is routed by the table, and goes the one way of `dispatch`: who calls, may she,
//! is what was sent complete, do it in a transaction, write down who read whose record, answer. Endpoints know neither
//! cookies nor commits nor response headers.

pub mod authentication;
pub mod call;
pub mod checks;
mod cursor;
mod dispatch;
pub mod endpoint;
mod headers;
pub mod language;
pub mod limits;
pub mod list;
mod log;
mod offer_page;
mod openapi;
mod operation;
pub mod passwords;
pub mod patch;
pub mod problem;
mod promises;
pub mod reply;
mod serving;
pub mod setup;
pub mod table;
pub mod time;
pub mod turns;
mod upload;
pub mod uploaded_file;
mod v1;

use std::net::IpAddr;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::middleware;
use axum::routing::{MethodFilter, MethodRouter, on};

use crate::runs::Plans;
use crate::store::Store;
use endpoint::Endpoint;
use limits::{Budgets, Limits};
pub use operation::Figures;
use passwords::Passwords;
use problem::{Code, Problem};

/// Every endpoint, for as long as the program runs.
static ENDPOINTS: LazyLock<Vec<Endpoint>> = LazyLock::new(table::all);

/// What is to be set about the server.
#[derive(Clone, Debug, Default)]
pub struct ServerOptions {
    /// How often somebody may ask.
    pub budgets: Budgets,
    /// Whether a proxy in front, on this machine or a private network, tells the client's address in `X-Forwarded-For`.
    pub behind_proxy: bool,
    /// Whether the client speaks HTTPS to whatever is in front: cookies are then `Secure` and HSTS is sent.
    pub https: bool,
    /// Under which address people reach the server: what links in messages begin with.
    pub public_url: String,
}

/// What requests work with.
pub struct App {
    /// People, accounts, audit trail.
    pub store: Store,
    /// What was asked lately.
    pub limits: Limits,
    /// Slow work on passwords.
    pub passwords: Passwords,
    /// Plans of runs, to be asked.
    pub plans: Plans,
    /// How the server was set up.
    pub options: ServerOptions,
}

impl App {
    /// An app over a store.
    pub fn new(store: Store, options: ServerOptions) -> Arc<Self> {
        Arc::new(Self {
            plans: Plans::new(store.clone()),
            store,
            limits: Limits::new(options.budgets),
            passwords: Passwords::default(),
            options,
        })
    }

    /// The client's address. A proxy's word for it counts only where the server was told that one is in front, and only
    /// from nearby: whoever gets past the proxy must not choose an address. One of IPv4 stays one on a socket for both.
    fn client_address(&self, headers: &HeaderMap, peer: IpAddr) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.options.behind_proxy || !is_near(peer) {
            return peer;
        }
        let forwarded = headers.get_all("x-forwarded-for").iter().next_back();
        let last = forwarded.and_then(|value| value.to_str().ok()?.rsplit(',').next());
        last.and_then(|text| text.trim().parse().ok()).map_or(peer, |address: IpAddr| address.to_canonical())
    }
}

/// Whether an address is of this machine or of a private network.
fn is_near(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_loopback() || address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

/// The routes of the server.
pub fn router(app: &Arc<App>) -> Router {
    let mut api = Router::new();
    for endpoint in ENDPOINTS.iter() {
        api = api.route(endpoint.path, route(app, endpoint));
    }
    let outer = Arc::clone(app);
    Router::new()
        .nest("/api/v1", api)
        .merge(operation::routes(app))
        .merge(offer_page::routes(app))
        .merge(openapi::routes())
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(middleware::from_fn(move |request, next| headers::around(Arc::clone(&outer), request, next)))
}

fn route(app: &Arc<App>, endpoint: &'static Endpoint) -> MethodRouter {
    let app = Arc::clone(app);
    let method = MethodFilter::try_from(endpoint.method.clone()).unwrap_or(MethodFilter::GET);
    on(method, move |request: Request| dispatch::dispatch(Arc::clone(&app), endpoint, request))
}

async fn not_found(request: Request) -> axum::response::Response {
    refuse(request, Code::NotFound).await
}

async fn method_not_allowed(request: Request) -> axum::response::Response {
    refuse(request, Code::MethodNotAllowed).await
}

async fn refuse(request: Request, code: Code) -> axum::response::Response {
    let language = language::Language::asked(request.headers());
    let response = dispatch::problem_response(&Problem::new(code), language, &dispatch::request_id(&request));
    dispatch::after_body(response, Some(request.into_body())).await
}

/// Serves until `stop` is done, then finishes what is under way and closes the store.
pub async fn serve(
    listener: tokio::net::TcpListener,
    app: Arc<App>,
    stop: impl Future<Output = ()> + Send + 'static,
) {
    serving::serve(listener, router(&app), app.options.behind_proxy, stop).await;
    app.store.close().await;
}

/// Serves the figures until `stop` is done.
pub async fn serve_figures(
    listener: tokio::net::TcpListener,
    figures: Figures,
    stop: impl Future<Output = ()> + Send + 'static,
) {
    serving::serve(listener, figures.routes(), false, stop).await;
}
