//! Connections: how many, how long they may dawdle, and how they end.
//!
//! In: a listener and a router. Every connection holds one of a bounded number of places, one address holds a quarter of
//! them at most, and a head that does not arrive in time closes its connection: whoever sends a byte a minute takes
//! nothing away from the others. Bodies have their own time, see `dispatch.rs`.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower_service::Service;

/// Connections at once.
const MOST_CONNECTIONS: usize = 1_024;
/// Connections of one address at once, where no proxy is in front.
const MOST_OF_ONE_ADDRESS: usize = MOST_CONNECTIONS / 4;
/// How long the head of a request may take, and how long a connection may wait for the next one.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// How long requests under way may take once the server is to stop.
const GRACE: Duration = Duration::from_secs(20);
/// Waits where the system has no more connections to give.
const PAUSE: Duration = Duration::from_millis(100);

/// How many connections each address holds.
#[derive(Clone, Default)]
struct Addresses(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// One connection of an address, counted until dropped.
struct Counted(Addresses, IpAddr);

impl Addresses {
    fn count(&self, address: IpAddr, most: usize) -> Option<Counted> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Counted(self.clone(), address))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut counts = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.1) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.1);
            }
        }
    }
}

/// A place among the connections, given back when dropped.
struct Place(#[expect(dead_code, reason = "held, never read")] (OwnedSemaphorePermit, Counted));

impl Drop for Place {
    fn drop(&mut self) {
        metrics::gauge!("http_connections").decrement(1.0);
    }
}

/// Serves until `stop` is done, then lets requests under way finish.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    behind_proxy: bool,
    stop: impl Future<Output = ()> + Send,
) {
    let most = if behind_proxy { MOST_CONNECTIONS } else { MOST_OF_ONE_ADDRESS };
    let (places, addresses) = (Arc::new(Semaphore::new(MOST_CONNECTIONS)), Addresses::default());
    let connections = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let next = async {
            // Nobody closes the semaphore.
            let permit = Arc::clone(&places).acquire_owned().await.ok()?;
            Some((permit, listener.accept().await))
        };
        let accepted = tokio::select! {
            next = next => next,
            () = &mut stop => break,
        };
        let Some((permit, accepted)) = accepted else { break };
        let (stream, peer) = match accepted {
            Ok((stream, peer)) => (stream, SocketAddr::new(peer.ip().to_canonical(), peer.port())),
            Err(error) => {
                tracing::warn!(kind = ?error.kind(), "a connection cannot be taken");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let Some(counted) = addresses.count(peer.ip(), most) else { continue };
        metrics::gauge!("http_connections").increment(1.0);
        attend(stream, peer, &router, &connections, Place((permit, counted)));
    }
    drop(listener);
    if tokio::time::timeout(GRACE, connections.shutdown()).await.is_err() {
        tracing::warn!("requests were still under way and are broken off");
    }
}

/// Answers the requests of one connection, in a task of its own.
fn attend(
    stream: TcpStream,
    peer: SocketAddr,
    router: &Router,
    connections: &GracefulShutdown,
    place: Place,
) {
    // Answers are written whole; waiting for more would only delay them.
    let _ = stream.set_nodelay(true);
    let router = router.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let mut router = router.clone();
        async move { Service::call(&mut router, request).await as Result<Response<Body>, Infallible> }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        // A connection that breaks off is the client's affair.
        let _ = connection.await;
        drop(place);
    });
}
