//! What every response bears, whatever it says.

use std::io::{Read, Write};
use std::net::TcpStream;

use jiedui::http::ServerOptions;
use jiedui::model::Role;
use serde_json::{Value, json};

use super::server::{Answer, Server};

fn check(answer: &Answer, at: &str) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), value, "{at}");
    }
    let policy = answer.header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
        "{at}: {policy}"
    );
    assert!(!policy.contains("unsafe-eval"), "{at}");
    assert_eq!(answer.header("x-request-id").len(), 36, "{at}");
    assert_eq!(answer.headers.get_all("x-request-id").iter().count(), 1, "{at}");
    assert!(answer.header("access-control-allow-origin").is_empty(), "{at}");
}

#[test]
fn every_response_bears_the_headers_of_security_and_a_number() {
    let server = Server::start();
    let client = server.log_in_as(Role::Admin);
    let plain = |path: &str| client.send_bytes("GET", path, &[], None);
    for (path, status) in [
        ("/healthz", 200),
        ("/readyz", 200),
        ("/openapi.json", 200),
        ("/docs/", 200),
        ("/api/v1/me", 200),
        ("/api/v1/users/not-an-id", 404),
        ("/api/v1/nothing", 404),
        ("/nothing", 404),
        ("/api/v1/users?nonsense=1", 422),
    ] {
        let answer = plain(path);
        assert_eq!(answer.status, status, "{path} {}", answer.text);
        check(&answer, path);
    }
    check(&client.send("PUT", "/users", &[], Some(&json!({}))).expect(405), "405");
    check(&client.send("POST", "/teams", &[], Some(&json!({}))).expect(400), "400");
    check(&client.send("POST", "/teams", &[("x-csrf-token", "")], Some(&json!({}))).expect(403), "403");
    check(&client.delete("/sessions/current", None).expect(204), "204");
    check(&client.get("/me").expect(401), "401");
}

#[test]
fn answers_with_data_are_not_kept_by_browsers_or_proxies() {
    let server = Server::start();
    let client = server.log_in_as(Role::Admin);
    assert_eq!(client.get("/users").expect(200).header("cache-control"), "no-store");
    assert_eq!(client.get("/nothing").expect(404).header("cache-control"), "no-store");
}

#[test]
fn browsers_are_told_to_stay_with_https_where_it_is_spoken() {
    let plain = Server::start();
    assert_eq!(plain.anonymous().get("/me").header("strict-transport-security"), "");
    let secure = Server::with(ServerOptions { https: true, ..Server::options() });
    let header = secure.anonymous().get("/me").header("strict-transport-security").to_owned();
    assert_eq!(header, "max-age=31536000; includeSubDomains");
}

#[test]
fn a_problem_is_told_in_the_language_asked_for_with_a_stable_code() {
    let server = Server::start();
    let asked = |language: &str| {
        server.anonymous().send("GET", "/me", &[("accept-language", language)], None).expect(401)
    };
    let (chinese, english) = (asked("zh-CN"), asked("en-GB,en;q=0.8"));
    assert_eq!((chinese.code(), english.code()), ("unauthenticated", "unauthenticated"));
    assert_eq!(
        (chinese.text_of("/title"), english.text_of("/title")),
        ("请先登录".into(), "log in first".into())
    );
    assert_eq!(chinese.header("content-type"), "application/problem+json");
    assert_eq!(english.header("content-language"), "en");
    assert_eq!(chinese.text_of("/request_id"), chinese.header("x-request-id"));
}

#[test]
fn a_body_of_the_wrong_form_is_told_apart_from_a_wrong_field() {
    let server = Server::start();
    let client = server.log_in_as(Role::Admin);
    let key = client.new_key();
    let post = |content_type: &str, body: &[u8]| {
        let headers = [("idempotency-key", key.as_str()), ("content-type", content_type)];
        let answer = client.send_bytes("POST", "/api/v1/teams", &headers, Some(body.to_vec()));
        (answer.status, answer.code().to_owned())
    };
    assert_eq!(post("text/plain", b"{}"), (415, "unsupported_media_type".to_owned()));
    assert_eq!(post("application/json", b"{"), (400, "malformed_body".to_owned()));
    assert_eq!(post("application/json", b"\xff"), (400, "malformed_body".to_owned()));
    assert_eq!(post("application/json", b"{}"), (422, "validation_failed".to_owned()));
    assert_eq!(post("application/json", br#"{"name":"a\u0000","region_code":"1"}"#).0, 422);
    let large = vec![b' '; (1 << 20) + 1];
    assert_eq!(post("application/json", &large), (413, "body_too_large".to_owned()));
}

#[test]
fn what_the_document_says_can_be_called() {
    let server = Server::start();
    let document = server.anonymous().send_bytes("GET", "/openapi.json", &[], None).expect(200).body;
    let mut names = std::collections::BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        assert!(path.starts_with("/api/v1/"));
        for operation in operations.as_object().unwrap().values() {
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name.to_owned()), "{name} is there twice");
            for part in ["summary", "description", "responses", "security"] {
                assert_ne!(operation[part], Value::Null, "{name} has no {part}");
            }
            assert_ne!(operation["tags"][0], json!(""), "{name} has no group");
            // Any number is taken and brought within bounds, so the document must not refuse one.
            for asked in operation["parameters"].as_array().into_iter().flatten() {
                let bounded = ["minimum", "maximum"].iter().any(|bound| !asked["schema"][bound].is_null());
                assert!(asked["name"] != "limit" || !bounded, "{name}: {asked}");
            }
        }
    }
    assert_eq!(names.len(), jiedui::http::table::all().len());
}

/// Answers to requests that are sent one after the other on one connection, and whether it was still good for all.
fn on_one_connection(server: &Server, requests: &[String]) -> Vec<String> {
    let mut stream = TcpStream::connect(server.base.trim_start_matches("http://")).unwrap();
    let mut answers = Vec::new();
    for request in requests {
        stream.write_all(request.as_bytes()).unwrap();
        let (mut head, mut byte) = (Vec::new(), [0_u8]);
        while !head.ends_with(b"\r\n\r\n") {
            assert_eq!(stream.read(&mut byte).unwrap(), 1, "the connection ended after {answers:?}");
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.trim().parse().unwrap())];
        stream.read_exact(&mut body).unwrap();
        answers.push(head);
    }
    answers
}

#[test]
fn a_connection_is_good_for_the_next_request_after_a_refusal_and_says_so_where_it_is_not() {
    let server = Server::start();
    let post = |path: &str, length: usize, body: &str| {
        format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        )
    };
    let body = " ".repeat(20_000);
    for path in ["/api/v1/teams", "/api/v1/users/x/disable", "/api/v1/nothing", "/nothing", "/api/v1/version"]
    {
        let one = post(path, body.len(), &body);
        let answers = on_one_connection(&server, &[one.clone(), one.clone(), one]);
        assert!(answers.iter().all(|head| !head.contains("connection: close")), "{path} {answers:?}");
    }
    let announced = post("/api/v1/teams", 10_000_000, "{");
    let answers = on_one_connection(&server, &[announced]);
    assert!(
        answers[0].starts_with("HTTP/1.1 401") && answers[0].contains("connection: close"),
        "{answers:?}"
    );
}
