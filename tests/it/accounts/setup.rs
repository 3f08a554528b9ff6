//! The first admin.

use jiedui::http::setup::link;
use jiedui::store::Actor;
use serde_json::{Value, json};

use crate::http::server::{PASSWORD, Server};

/// The token as the program's first start makes it.
fn token(server: &Server) -> Option<String> {
    server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        let token = change.make_setup_token().await.unwrap();
        change.commit(None).await.unwrap();
        token.map(|token| token.expose().to_owned())
    })
}

fn first_admin(token: &str) -> Value {
    json!({"token": token, "login": "li.admin", "password": PASSWORD, "name": "李试"})
}

#[test]
fn the_token_makes_one_admin_who_sets_up_an_app_before_anything_else() {
    let server = Server::start();
    let token = token(&server).unwrap();
    let mut client = server.anonymous();
    let made = client.post("/setup", &first_admin(&token)).expect(201);
    assert_eq!((made.text_of("/role").as_str(), made.text_of("/state").as_str()), ("admin", "active"));
    assert_eq!(made.text_of("/name"), "李*", "masked like anybody's");

    let begun = client.log_in("li.admin", PASSWORD).expect(201);
    assert_eq!(begun.text_of("/second_factor"), "enrolment_needed");
    assert_eq!(client.get("/users").expect(403).code(), "mfa_required");
    client.enrol(server.seconds());
    client.get("/users").expect(200);
}

#[test]
fn the_token_is_good_once_and_for_a_day() {
    let server = Server::start();
    let old = token(&server).unwrap();
    let new = token(&server).unwrap();
    let client = server.anonymous();
    let refused = |token: &str| client.post("/setup", &first_admin(token)).expect(403).code().to_owned();
    assert_eq!(refused(&old), "token_refused", "another was made after it");
    assert_eq!(refused("0000"), "token_refused");
    server.wait_minutes(24 * 60);
    assert_eq!(refused(&new), "token_refused", "a day is over");

    let newest = token(&server).unwrap();
    client.post("/setup", &first_admin(&newest)).expect(201);
    assert_eq!(refused(&newest), "token_refused", "used");
    assert_eq!(token(&server), None, "there is a user");
}

#[test]
fn of_sixteen_who_hold_the_token_one_becomes_admin() {
    let server = Server::start();
    let token = token(&server).unwrap();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let tries = (0..16).map(|number| {
            let mut body = first_admin(&token);
            body["login"] = format!("li.{number}x").into();
            let client = server.anonymous();
            scope.spawn(move || client.post("/setup", &body).status)
        });
        let tries: Vec<_> = tries.collect();
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 403).count(), 15, "{statuses:?}");
}

#[test]
fn the_link_keeps_the_token_out_of_path_and_query() {
    let server = Server::start();
    let token = server.store.with_random(jiedui::secrets::Token::generate);
    let link = link(&server.base, &token);
    let (address, fragment) = link.split_once('#').unwrap();
    assert_eq!(address, format!("{}/setup", server.base));
    assert_eq!(fragment, token.expose());
}

#[test]
fn a_poor_password_or_login_is_told_with_its_place() {
    let server = Server::start();
    let token = token(&server).unwrap();
    let body = json!({"token": token, "login": "13800000000", "password": "password123", "name": " "});
    let answer = server.anonymous().post("/setup", &body).expect(422);
    let pointers: Vec<&str> = answer.body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| fault["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(pointers, ["/login", "/name", "/password"]);
}

crate::http::server::on_postgres_too! {
    the_token_makes_one_admin_who_sets_up_an_app_before_anything_else
    the_token_is_good_once_and_for_a_day
    of_sixteen_who_hold_the_token_one_becomes_admin
    a_poor_password_or_login_is_told_with_its_place
}
