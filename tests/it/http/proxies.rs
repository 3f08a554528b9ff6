//! Whose request it is, by address: asked of the routes without a socket, so that clients come from anywhere.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use jiedui::http::limits::Budgets;
use jiedui::http::{App, ServerOptions, router};
use tower_service::Service;

use super::server::Server;

/// Statuses of requests, each of an address, some forwarded: 429 where that client has had its one request of the minute.
fn statuses(behind_proxy: bool, requests: &[(&str, &str)]) -> Vec<u16> {
    let server = Server::start();
    let plenty = Server::options().budgets;
    let budgets = Budgets { anonymous_scarce_per_minute: NonZeroU32::MIN, ..plenty };
    let app =
        App::new(server.store.clone(), ServerOptions { budgets, behind_proxy, ..ServerOptions::default() });
    let mut router = router(&app);
    let ask = |(peer, forwarded): &(&str, &str)| {
        let peer = SocketAddr::new(peer.parse::<IpAddr>().unwrap(), 40_000);
        let request = Request::post("/api/v1/invitations/accept")
            .header("content-type", "application/json")
            .header("x-forwarded-for", *forwarded)
            .extension(ConnectInfo(peer))
            .body(Body::from("{}"))
            .unwrap();
        server.run(Service::call(&mut router, request)).unwrap().status().as_u16()
    };
    requests.iter().map(ask).collect()
}

#[test]
fn clients_of_ipv4_are_told_apart_on_a_socket_for_both() {
    let requests = [("::ffff:192.0.2.1", ""), ("::ffff:192.0.2.2", ""), ("192.0.2.1", "")];
    assert_eq!(statuses(false, &requests), [422, 422, 429]);
}

#[test]
fn an_address_told_by_a_proxy_is_one_of_ipv4_too() {
    let requests = [("10.0.0.1", "::ffff:192.0.2.1"), ("10.0.0.1", "::ffff:192.0.2.2"), ("::1", "192.0.2.1")];
    assert_eq!(statuses(true, &requests), [422, 422, 429]);
}

#[test]
fn a_proxy_is_believed_from_nearby_alone() {
    let far = [("203.0.113.9", "192.0.2.1"), ("203.0.113.9", "192.0.2.2")];
    assert_eq!(statuses(true, &far), [422, 429]);
    let near = [("fd00::1", "192.0.2.1"), ("fd00::1", "192.0.2.2"), ("169.254.1.1", "192.0.2.2")];
    assert_eq!(statuses(true, &near), [422, 422, 429]);
    assert_eq!(statuses(false, &near), [422, 429, 422], "where none is in front, nobody is believed");
}
