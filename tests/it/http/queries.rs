//! Paths, queries and bodies: what the document says of them is held, and what was sent is not quoted.

use jiedui::http::endpoint::{Access, Endpoint};
use jiedui::http::table;
use jiedui::model::Role;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;
use serde_json::{Value, json};

use super::samples::{Whose, caller, path};
use super::server::{COUNTY, Client, Server};

/// The parameters of a query as the document has them.
fn parameters(document: &Value, endpoint: &Endpoint) -> Vec<Value> {
    let path = format!("/api/v1{}", endpoint.path);
    let all = document["paths"][path]["get"]["parameters"].as_array().unwrap();
    all.iter().filter(|parameter| parameter["in"] == "query").cloned().collect()
}

fn reader(server: &Server, endpoint: &Endpoint) -> Client {
    let role = match endpoint.access {
        Access::Everybody | Access::LoggedIn => Role::Admin,
        Access::Roles(roles) => roles[0],
    };
    caller(server, role)
}

#[test]
fn every_bound_of_a_query_that_is_documented_is_held() {
    let server = Server::start();
    let document = server.anonymous().send_bytes("GET", "/openapi.json", &[], None).expect(200).body;
    let reads =
        table::all().into_iter().filter(|endpoint| endpoint.method == "GET" && endpoint.query.is_some());
    for endpoint in reads {
        let client = reader(&server, &endpoint);
        let path = path(&server, &endpoint, Whose::Own, &client);
        for parameter in parameters(&document, &endpoint) {
            let (name, schema) = (parameter["name"].as_str().unwrap(), &parameter["schema"]);
            let at = format!("{} {name}: {schema}", endpoint.name);
            if name == "limit" {
                assert!(schema.get("minimum").is_none() && schema.get("maximum").is_none(), "{at}");
                for limit in ["-1", "0", "100000"] {
                    assert_ne!(client.get(&format!("{path}?limit={limit}")).status, 422, "{at}");
                }
            }
            if let Some(most) = schema["maxLength"].as_u64() {
                let long = "x".repeat(usize::try_from(most).unwrap() + 1);
                assert_eq!(client.get(&format!("{path}?{name}={long}")).status, 422, "{at}");
            } else if schema["type"] == "string" {
                let bounds = ["pattern", "format", "enum", "const"];
                assert!(bounds.iter().any(|bound| schema.get(*bound).is_some()), "{at} has no bound");
            }
        }
    }
}

#[test]
fn a_value_in_a_path_that_can_name_nothing_is_not_found() {
    let server = Server::start();
    let admin = server.log_in_as(Role::Admin);
    // Random, since a database may make a text of one letter short again.
    let mut random = ChaCha20Rng::seed_from_u64(7);
    let long: String = (0..6_000).map(|_| char::from(random.random_range(b'a'..=b'z'))).collect();
    for path in [format!("/users/{long}/disable"), format!("/policies/{long}/publish")] {
        assert_eq!(admin.post(&path, &Value::Null).expect(404).code(), "not_found");
    }
    admin.post("/users/no-id/disable", &Value::Null).expect(404);
    for path in [format!("/regions/{long}"), format!("/code-lists/{long}"), format!("/exports/{long}")] {
        admin.get(&path).expect(404);
    }
}

#[test]
fn a_query_that_does_not_fit_is_told_by_its_place_and_not_quoted() {
    let server = Server::start();
    let admin = server.log_in_as(Role::Admin);
    for (query, pointer) in
        [("limit=13812345678x", "limit"), ("role=13812345678", "role"), ("13812345678=1", "query")]
    {
        let answer = admin.get(&format!("/users?{query}")).expect(422);
        assert!(!answer.text.contains("13812345678"), "{}", answer.text);
        assert_eq!(answer.text_of("/errors/0/pointer"), pointer);
    }
}

#[test]
fn a_backslash_before_u0000_is_text_and_the_sign_itself_is_refused_wherever_it_stands() {
    let server = Server::start();
    let admin = server.log_in_as(Role::Admin);
    let post = |body: &str| {
        let key = admin.new_key();
        let headers = [("idempotency-key", key.as_str())];
        admin.send_bytes("POST", "/api/v1/teams", &headers, Some(body.as_bytes().to_vec()))
    };
    let made = post(&format!(r#"{{"name":"a\\u0000","region_code":"{COUNTY}"}}"#)).expect(201);
    assert_eq!(made.body["name"], json!(r"a\u0000"));
    for body in [
        r#"{"name":"a\u0000","region_code":"422827000000"}"#,
        r#"{"name":"a\\\u0000","region_code":"422827000000"}"#,
        r#"{"name":"a","region_code":"422827000000","x\u0000":1}"#,
        r#"{"name":[{"a":"\u0000"}]}"#,
    ] {
        assert_eq!(post(body).expect(422).text_of("/errors/0/code"), "nul", "{body}");
    }
    assert_eq!(post("{\"name\":\"a\0\"}").expect(400).code(), "malformed_body");
}

crate::http::server::on_postgres_too! {
    a_value_in_a_path_that_can_name_nothing_is_not_found
    a_backslash_before_u0000_is_text_and_the_sign_itself_is_refused_wherever_it_stands
}
