//! What happens to a request between its arrival and its answer, where no client can bring it about: a session that ends
//! meanwhile, an answer that cannot be written, a file that cannot be read while somebody else writes.

use std::collections::HashMap;
use std::net::Ipv4Addr;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue};
use jiedui::http::App;
use jiedui::http::authentication::Caller;
use jiedui::http::call::{Begun, Call};
use jiedui::http::endpoint::Handler;
use jiedui::http::language::Language;
use jiedui::http::problem::{Code, Problem};
use jiedui::http::reply::Reply;
use jiedui::http::table;
use jiedui::http::uploaded_file::UploadedFile;
use jiedui::model::Role;
use jiedui::store::{Actor, AuditEvent, RegionSpan, TeamFields};
use secrecy::ExposeSecret;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use super::client::totp_code;
use super::samples::NOBODY;
use super::server::{COUNTY, Server};

/// A request of a user for an operation, with a key.
fn call(server: &Server, name: &str, user_id: &str, body: &Value) -> Call {
    let endpoint = table::all().into_iter().find(|endpoint| endpoint.name == name).unwrap();
    let caller = Caller {
        kind: "user",
        principal: user_id.to_owned(),
        user_id: user_id.to_owned(),
        role: Role::Coordinator,
        span: RegionSpan::of_prefix(COUNTY),
        team_id: None,
        volunteer_id: None,
        session_id: Some(NOBODY.to_owned()),
        enrolled: false,
        second_factor: false,
        scopes: None,
    };
    let headers = [("idempotency-key", "the-key")]
        .map(|(name, value)| (axum::http::HeaderName::from_static(name), HeaderValue::from_static(value)));
    Call {
        app: App::new(server.store.clone(), Server::options()),
        endpoint: Box::leak(Box::new(endpoint)),
        caller: Some(caller),
        request_id: String::new(),
        language: Language::Chinese,
        address: Ipv4Addr::LOCALHOST.into(),
        headers: HeaderMap::from_iter(headers),
        path: HashMap::new(),
        query: String::new(),
        body: Bytes::from(body.to_string()),
        file: None,
        fingerprint: OnceCell::new(),
    }
}

fn refused(done: Result<Reply, Problem>) -> Code {
    done.map(|reply| reply.status).unwrap_err().code
}

#[test]
fn a_session_that_ends_while_a_code_is_looked_at_is_nobodys() {
    let server = Server::start();
    let client = server.log_in_with_password(Role::Coordinator);
    server.clock.advance_ms(30_000);
    let code = totp_code(client.secret.as_deref().unwrap(), server.seconds());
    let given = call(&server, "give_second_factor", &client.user_id, &json!({"code": code}));
    let Handler::Works(give) = given.endpoint.handler else { panic!("it sees to its own transaction") };
    assert_eq!(refused(server.run(give(&given))), Code::Unauthenticated);

    let done = server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        let totp = change.begin_second_factor(&client.user_id).await.unwrap();
        let code = totp_code(totp.to_base32().expose_secret(), server.seconds());
        let given = call(&server, "confirm_totp", &client.user_id, &json!({"code": code}));
        let Handler::Changes(confirm) = given.endpoint.handler else { panic!("it changes") };
        confirm(&given, &mut change).await
    });
    assert_eq!(refused(done), Code::Unauthenticated);
}

#[test]
fn a_file_is_digested_before_the_one_writer_is_taken() {
    let server = Server::start();
    let file = UploadedFile::new().unwrap();
    let given = Call { file: Some(file), ..call(&server, "import_regions", NOBODY, &json!({})) };
    let digested = server.run(async {
        let held = server.store.change(Actor::COMMAND).await.unwrap();
        let digested = async {
            while given.fingerprint.get().is_none() {
                tokio::task::yield_now().await;
            }
        };
        // The writer is never given: whoever asks for it first ends in an error.
        let first = tokio::select! {
            () = digested => true,
            _ = given.begin() => false,
        };
        drop(held);
        first
    });
    assert!(digested);
}

/// What cannot be written as JSON.
struct Unwritable;

impl Serialize for Unwritable {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("there is no such text"))
    }
}

#[test]
fn an_answer_that_cannot_be_written_is_a_fault_and_nothing_has_happened() {
    let server = Server::start();
    let given = call(&server, "create_team", NOBODY, &json!({}));
    let done = server.run(async {
        let Ok(Begun::Change(mut change)) = given.begin().await else { panic!("it is the first") };
        let fields =
            TeamFields { name: "一队".to_owned(), region_code: COUNTY.to_owned(), external_ref: None };
        change.add_team(&fields).await.unwrap();
        given.finish(*change, Reply::ok(&Unwritable)).await
    });
    assert_eq!(refused(done), Code::Internal);
    assert_eq!((server.counted("teams"), server.counted("idempotency_replies")), (0, 0));
}

#[test]
fn a_record_that_is_shown_again_is_written_down_again() {
    let server = Server::start();
    let client = server.log_in_as(Role::Coordinator);
    let body = json!({"name": "一队", "region_code": COUNTY});
    let given = call(&server, "create_team", &client.user_id, &body);
    let shown = server.run(async {
        let Ok(Begun::Change(change)) = given.begin().await else { panic!("it is the first") };
        let event = AuditEvent::new("child.shown", "children", NOBODY, COUNTY).of_fields(["name"]);
        given.finish(*change, Reply::ok(&json!({"name": "覃*"})).reading([event])).await
    });
    assert_eq!(shown.map(|reply| reply.status.as_u16()).unwrap(), 200);
    let written =
        "audit_events WHERE action = 'child.shown' AND subject_table = 'children' AND fields = 'name'";
    assert_eq!(server.counted(written), 1);
    let again = client.send("POST", "/teams", &[("idempotency-key", "the-key")], Some(&body)).expect(200);
    assert_eq!((again.header("idempotent-replayed"), again.text.as_str()), ("true", r#"{"name":"覃*"}"#));
    assert_eq!(server.counted(written), 2);
}

#[test]
fn a_key_is_of_letters_digits_and_signs_alone() {
    let server = Server::start();
    let client = server.log_in_as(Role::Coordinator);
    let body = json!({"name": "一队", "region_code": COUNTY});
    let (longest, longer) = ("k".repeat(255), "k".repeat(256));
    for key in ["two words", "with\ttab", "", &longer] {
        let refused = client.send("POST", "/teams", &[("idempotency-key", key)], Some(&body)).expect(400);
        assert_eq!(refused.code(), "idempotency_key_missing", "{key:?}");
    }
    assert_eq!(server.counted("teams"), 0);
    client.send("POST", "/teams", &[("idempotency-key", &longest)], Some(&body)).expect(201);
}

#[test]
fn the_digest_of_what_was_sent_does_not_stand_in_the_database() {
    let server = Server::start();
    let client = server.log_in_as(Role::Coordinator);
    let body = json!({"name": "一队", "region_code": COUNTY});
    client.post("/teams", &body).expect(201);
    let sent = [&0_u64.to_be_bytes()[..], body.to_string().as_bytes()].concat();
    assert!(!server.stores(&data_encoding::HEXLOWER.encode(&Sha256::digest(&sent))));
}

#[test]
fn a_text_that_takes_long_to_read_is_read_before_the_one_writer_is_taken() {
    let server = Server::start();
    let client = server.log_in_as(Role::Coordinator);
    let admin = server.log_in_as(Role::Admin);
    let code = super::samples::object(&server, "code", super::samples::Whose::Own, &admin);
    let held = server.run(server.store.change(Actor::COMMAND)).unwrap();
    let open_ring = json!({"type": "Polygon", "coordinates": [[[109.0, 29.0]]]});
    let policy = |content: &str| json!({"name": "规则", "content": content});
    let answers = [
        client.put(&format!("/regions/{code}/boundary"), "\"1\"", &open_ring),
        client.post("/policies", &policy("[travel]\nspeed = 30")),
        client.post("/policies?validate_only=true", &policy("")),
    ];
    server.run(async move { drop(held) });
    assert_eq!(answers.map(|answer| answer.status), [422, 422, 200]);
}
