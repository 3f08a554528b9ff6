//! Requests that another site makes a browser send.

use jiedui::model::Role;
use serde_json::json;

use crate::http::server::{COUNTY, Client, Server};

fn team() -> serde_json::Value {
    json!({"name": "试验队", "region_code": COUNTY})
}

fn status(client: &Client, headers: &[(&str, &str)]) -> (u16, String) {
    let key = client.new_key();
    let mut sent = vec![("idempotency-key", key.as_str())];
    sent.extend_from_slice(headers);
    let answer = client.send("POST", "/teams", &sent, Some(&team()));
    (answer.status, answer.code().to_owned())
}

#[test]
fn a_change_by_cookie_needs_the_token_of_that_session() {
    let server = Server::start();
    let client = server.log_in_as(Role::Coordinator);
    let other = server.session_of(&client.user_id);
    let refused = (403, "cross_site_request".to_owned());
    assert_eq!(status(&client, &[("x-csrf-token", "")]), refused, "none");
    assert_eq!(status(&client, &[("x-csrf-token", "AAAAAAAAAAAAAAAAAAAAAA")]), refused, "made up");
    let theirs = other.csrf_token.unwrap();
    assert_eq!(status(&client, &[("x-csrf-token", &theirs)]), refused, "of another session");
    assert_eq!(status(&client, &[]).0, 201);
}

#[test]
fn a_change_that_says_it_comes_from_another_site_is_refused_with_the_token_too() {
    let server = Server::start();
    let client = server.log_in_as(Role::Coordinator);
    for header in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "http://127.0.0.1:1"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        assert_eq!(status(&client, &[header]).1, "cross_site_request", "{header:?}");
    }
    assert_eq!(status(&client, &[("origin", &server.base), ("sec-fetch-site", "same-origin")]).0, 201);
}

#[test]
fn another_site_cannot_log_somebody_in() {
    let server = Server::start();
    let body = json!({"login": "nobody", "password": "not the password"});
    let answer =
        server.anonymous().send("POST", "/sessions", &[("origin", "https://evil.example")], Some(&body));
    assert_eq!(answer.expect(403).code(), "cross_site_request");
}

#[test]
fn a_key_needs_no_token_and_reading_needs_none() {
    let server = Server::start();
    let client = server.log_in_as(Role::Coordinator);
    let body = json!({"name": "k", "scopes": ["create_team"], "expires_at": "2026-12-31T00:00:00Z"});
    let token = client.post("/api-keys", &body).expect(201).text_of("/token");
    let mut program = server.anonymous();
    program.bearer = Some(token);
    assert_eq!(status(&program, &[]).0, 201);
    client.send("GET", "/teams", &[("x-csrf-token", "")], None).expect(200);
}
